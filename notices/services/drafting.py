"""Drafting a notice: written from the case, changed by people, seen as pages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from clients import validators
from notices import approval_requests
from notices.checking import checks
from notices.errors import ChangedMeanwhile
from notices.letters import composing, differences, versions
from notices.letters.scope import decided_on
from notices.models import (
    Notice,
    NoticeEditor,
    NoticeKind,
    NoticeState,
    NoticeVersion,
    Rendering,
    RenderingPurpose,
    VersionKind,
)
from notices.pages import orders as page_orders
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import TerminationCase
from offboarding.services.locking import acting_on, remember

EDITABLE = versions.WRITTEN
FOLLOWED = frozenset(
    {
        "effective_on",
        "settlement_due_on",
        "cure_ends_on",
        "ended_engagements",
        "scope",
        "disclosure",
        "named_obligations",
        "named_deadlines",
        "contact_person",
        "contact_phone",
        "contact_email",
        "sends_email",
        "sends_registered_mail",
    }
)
"""Fields that the words are made from."""

NO_LONGER_COUNTS = (NoticeState.SUPERSEDED, NoticeState.WITHDRAWN, NoticeState.DISCARDED)
"""States in which a notice is history."""

MOST_ADDRESS_LINES = 12
MOST_PART_CHARACTERS = 6_000


def draft_notice(case: TerminationCase, *, by: Actor) -> Notice:
    """Draft the notice of termination from the case's own data; one draft at a time.

    Raises:
        TransitionRefused: the ending is not decided, or a notice was sent already.
    """
    with acting_on(case, by=by, permission="offboarding.draft_notice") as now:
        if now.state != State.NOTICE:
            raise TransitionRefused(
                [Reason("not_decided", _("A notice is drafted once the ending is decided."))]
            )
        current = current_notice(now)
        if current is not None:
            return current
        today = clock.today(now.time_zone)
        notice = Notice.objects.create(
            case=now,
            kind=NoticeKind.TERMINATION,
            number=next_number(now),
            author=by.user,
            changed_by=by.name,
            **composing.compose(now, notice_date=today),
        )
        remember(
            now,
            "notice.drafted",
            by=by,
            subject=notice,
            details={"notice": notice.number},
            after={"parts": notice.parts},
        )
        versions.keep_base(notice)
        page_orders.order(notice, RenderingPurpose.PREVIEW)
    return notice


def current_notice(case: TerminationCase) -> Notice | None:
    """Return the notice of termination that counts now, in whatever state."""
    return (
        case.notices.filter(kind__in=[NoticeKind.TERMINATION, NoticeKind.CORRECTION])
        .exclude(state__in=NO_LONGER_COUNTS)
        .order_by("-number")
        .first()
    )


def next_number(case: TerminationCase) -> int:
    """Return the number of the case's next notice; call with the case locked."""
    last = case.notices.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def edit_notice(
    notice: Notice,
    *,
    by: Actor,
    expected_version: int,
    parts: dict[str, str],
    kind: VersionKind = VersionKind.SAVED,
    anew: Collection[str] = (),
    **fields: Any,
) -> Notice:
    """Change a draft; a change after approval was asked for voids the request.

    Words that nobody changed by hand follow the fields they were made from: another end date is
    in the opening at once. Words that somebody wrote stay theirs.

    Args:
        notice: not sent yet.
        by: who writes.
        expected_version: the version that was read.
        parts: the parts that were written, by name.
        kind: how it is saved; what is `typed` goes on in one version and needs a draft.
        anew: the subject or parts to be written anew from the case.
        fields: the other things that were written.

    Raises:
        ChangedMeanwhile: somebody saved another version since this one was read.
        InvalidInput: a value that cannot be kept.
        TransitionRefused: the notice is sealed.
    """
    unknown = set(fields) - set(EDITABLE)
    if unknown:
        raise TypeError(f"A notice has no editable {', '.join(sorted(unknown))}.")
    with acting_on(notice.case, by=by, permission="offboarding.draft_notice") as now:
        notice = locked_notice(now, notice)
        _refuse_unless_editable(notice, kind)
        if notice.version != expected_version:
            raise ChangedMeanwhile(who=notice.changed_by, when=notice.changed_at)
        said_before = differences.said(notice)
        _check(notice, parts, fields)
        base = versions.keep_base(notice)
        follows = any(
            fields.get(name, _SAME) != getattr(notice, name) for name in FOLLOWED & fields.keys()
        )
        words = composing.words_from_case(notice) if follows else {}
        for name, value in fields.items():
            setattr(notice, name, value)
        notice.parts = notice.parts | parts
        if follows:
            _follow(notice, words)
        _write_anew(notice, anew)
        if notice.state != NoticeState.DRAFT:
            approval_requests.void(now, notice, said_before, by=by)
        notice.version += 1
        notice.changed_at = clock.now()
        notice.changed_by = by.name
        notice.save()
        versions.keep(now, notice, base, by=by, kind=kind)
        if differences.said(notice) != said_before:
            NoticeEditor.objects.get_or_create(notice=notice, person=by.user)
        page_orders.order(notice, RenderingPurpose.PREVIEW)
    return notice


_SAME = object()


def _refuse_unless_editable(notice: Notice, kind: VersionKind) -> None:
    if notice.state in (NoticeState.SENT, *NO_LONGER_COUNTS):
        raise TransitionRefused(
            [Reason("sealed", _("This notice was sent; its text is frozen."), "notice")]
        )
    if kind == VersionKind.TYPED and notice.state != NoticeState.DRAFT:
        raise TransitionRefused(
            [
                Reason(
                    "not_a_draft",
                    _("Approval was asked for meanwhile; save yourself to change the text."),
                    "notice",
                )
            ]
        )


def _follow(notice: Notice, words_before: dict[str, str]) -> None:
    """Let words that are still the case's own follow the fields."""
    for key, words in composing.words_from_case(notice).items():
        before = words_before.get(key)
        if words == before:
            continue
        if _said(notice, key) == notice.parts_from_case.get(key, before):
            _say(notice, key, words)


def _write_anew(notice: Notice, keys: Collection[str]) -> None:
    if not keys:
        return
    words = composing.words_from_case(notice)
    for key in keys:
        if key not in words:
            raise InvalidInput(key, _("The case has no words for this part."))
        _say(notice, key, words[key])


def _said(notice: Notice, key: str) -> str:
    return notice.subject if key == "subject" else str(notice.parts.get(key, ""))


def _say(notice: Notice, key: str, words: str) -> None:
    if key == "subject":
        notice.subject = words
    else:
        notice.parts = notice.parts | {key: words}
    notice.parts_from_case = notice.parts_from_case | {key: words}


def keep_version(notice: Notice, *, by: Actor) -> None:
    """Close what is being written as a version of its own, without another change."""
    with acting_on(notice.case, by=by, permission="offboarding.draft_notice") as now:
        versions.close_open(now, locked_notice(now, notice))


def use_rewrite(
    notice: Notice, *, code: str, part: str, found: str, nth: int, by: Actor, expected_version: int
) -> Notice:
    """Put the neutral words that a check proposes in the place of one occurrence.

    Args:
        notice: a draft.
        code: names the check.
        part: where the words stand.
        found: the words.
        nth: which of their occurrences in the part, from 0.
        by: who decided so.
        expected_version: the version that was read.

    Raises:
        TransitionRefused: the text does not say so any more.
    """
    wanted = next(
        (
            finding
            for finding in checks.findings(notice)
            if (finding.code, finding.part, finding.found) == (code, part, found)
            and finding.rewrite
        ),
        None,
    )
    said = _said(notice, part)
    at = _nth_place(said, found, nth) if wanted else -1
    if wanted is None or at < 0:
        raise TransitionRefused(
            [Reason("said_otherwise", _("The text does not say this any more."), "notice")]
        )
    rewritten = said[:at] + wanted.rewrite + said[at + len(found) :]
    changes: dict[str, Any] = {"parts": {}, "subject": rewritten}
    if part != "subject":
        changes = {"parts": {part: rewritten}}
    return edit_notice(notice, by=by, expected_version=expected_version, **changes)


def _nth_place(text: str, found: str, nth: int) -> int:
    at = -1
    for _round in range(nth + 1):
        at = text.find(found, at + 1) if found else -1
        if at < 0:
            return -1
    return at


def restore_version(notice: Notice, *, number: int, by: Actor, expected_version: int) -> Notice:
    """Write an earlier version again, as a new one; what was written since stays in the list.

    A date that has passed meanwhile, or a person who no longer signs, is left as it is now.

    Raises:
        ChangedMeanwhile: somebody saved another version since the list was read.
        InvalidInput: there is no such version.
    """
    version = NoticeVersion.objects.filter(notice=notice, number=number).first()
    if version is None:
        raise InvalidInput("number", _("There is no such version."))
    fields: dict[str, Any] = {}
    today = clock.today(notice.case.time_zone)
    for name, value in version.fields.items():
        if name not in EDITABLE:
            continue
        if name.endswith("_on") or name == "notice_date":
            day = date.fromisoformat(value) if value else None
            if (day is None and name == "notice_date") or (day is not None and day < today):
                continue
            fields[name] = day
        elif name == "signatory":
            signs = {person.pk: person for person in notice.office.signatories.all()}
            if value and value["id"] in signs:
                fields[name] = signs[value["id"]]
        elif name == "ended_engagements":
            fields[name] = None if value is None else [one["id"] for one in value]
        else:
            fields[name] = value
    return edit_notice(
        notice,
        by=by,
        expected_version=expected_version,
        parts={key: text for key, text in version.parts.items() if key in _PART_KEYS},
        kind=VersionKind.RESTORED,
        **fields,
    )


_PART_KEYS = frozenset(part.key for part in composing.PARTS)


def preview(notice: Notice) -> Rendering | None:
    """Return the preview of the present version; it is ordered when a notice is saved."""
    return page_orders.current(notice, RenderingPurpose.PREVIEW)


def locked_notice(case: TerminationCase, notice: Notice) -> Notice:
    locked = (
        case.notices.select_for_update(of=("self",))
        .select_related("office__firm", "signatory")
        .get(pk=notice.pk)
    )
    locked.case = case
    return locked


def _parts_of_kind(notice: Notice) -> set[str]:
    return {part.key for part in composing.parts_of_kind(notice.kind)}


def _check(notice: Notice, parts: dict[str, str], fields: dict[str, Any]) -> None:
    known = _parts_of_kind(notice)
    for key, text in parts.items():
        if key not in known:
            raise InvalidInput("parts", _("A notice has no part of this name."))
        if len(text) > MOST_PART_CHARACTERS:
            raise InvalidInput(
                key, _("This part is longer than %(most)d characters.") % {"most": 6000}
            )
    signatory = fields.get("signatory")
    if signatory is not None and signatory.office_id != notice.office_id:
        raise InvalidInput("signatory", _("This person does not sign for the sending office."))
    today = clock.today(notice.case.time_zone)
    for name in ("notice_date", "effective_on", "settlement_due_on", "cure_ends_on"):
        value = fields.get(name)
        if isinstance(value, date) and value < today and value != getattr(notice, name):
            raise InvalidInput(name, _("This date is in the past."))
    for name in ("recipient_email", "contact_email"):
        if fields.get(name):
            try:
                validators.one_email(fields[name])
            except ValidationError as error:
                raise InvalidInput(name, " ".join(error.messages)) from error
    named = fields.get("named_obligations")
    if named is not None:
        known_keys = set(notice.case.obligations.values_list("pk", flat=True))
        if not set(named) <= known_keys:
            raise InvalidInput("named_obligations", _("This case has no such obligation."))
    named = fields.get("named_deadlines")
    if named and not set(named) <= set(notice.case.deadlines.values_list("pk", flat=True)):
        raise InvalidInput("named_deadlines", _("This case has no such deadline."))
    ended = fields.get("ended_engagements")
    if ended is not None:
        if not ended:
            raise InvalidInput("ended_engagements", _("Choose at least one agreement to end."))
        if not set(ended) <= {one.pk for one in decided_on(notice)}:
            raise InvalidInput(
                "ended_engagements",
                _("The decision was not about this agreement; ending it is a case of its own."),
            )
    lines = fields.get("recipient_lines")
    if lines is not None and len(lines) > MOST_ADDRESS_LINES:
        raise InvalidInput(
            "recipient_lines",
            _("The address has %(lines)d lines; a window holds far fewer.") % {"lines": len(lines)},
        )
