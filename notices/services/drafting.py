"""Drafting a notice: written from the case, changed by people, seen as pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from clients import validators
from notices import composing, page_orders
from notices.errors import ChangedMeanwhile
from notices.models import Notice, NoticeKind, NoticeState, Rendering, RenderingPurpose
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import TerminationCase
from offboarding.services.locking import acting_on, remember
from offboarding.services.tasks import finish_raised

EDITABLE = (
    "signatory",
    "contact_person",
    "contact_email",
    "contact_phone",
    "notice_date",
    "effective_on",
    "settlement_due_on",
    "subject",
    "sends_email",
    "sends_registered_mail",
    "recipient_name",
    "recipient_email",
    "recipient_lines",
)
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
        page_orders.order(notice, RenderingPurpose.PREVIEW)
    return notice


def current_notice(case: TerminationCase) -> Notice | None:
    """Return the notice of termination that counts now, in whatever state."""
    return (
        case.notices.filter(kind__in=[NoticeKind.TERMINATION, NoticeKind.CORRECTION])
        .exclude(state__in=[NoticeState.SUPERSEDED, NoticeState.WITHDRAWN])
        .order_by("-number")
        .first()
    )


def next_number(case: TerminationCase) -> int:
    """Return the number of the case's next notice; call with the case locked."""
    last = case.notices.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def edit_notice(
    notice: Notice, *, by: Actor, expected_version: int, parts: dict[str, str], **fields: Any
) -> Notice:
    """Change a draft; a change after approval was asked for voids the request.

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
        if notice.state in (NoticeState.SENT, NoticeState.SUPERSEDED, NoticeState.WITHDRAWN):
            raise TransitionRefused(
                [Reason("sealed", _("This notice was sent; its text is frozen."), "notice")]
            )
        if notice.version != expected_version:
            raise ChangedMeanwhile(who=notice.changed_by, when=notice.changed_at)
        before = {name: str(getattr(notice, name)) for name in EDITABLE} | {"parts": notice.parts}
        _check(notice, parts, fields)
        for name, value in fields.items():
            setattr(notice, name, value)
        notice.parts = notice.parts | parts
        if notice.state != NoticeState.DRAFT:
            _void_approval(now, notice, by=by)
        notice.version += 1
        notice.changed_at = clock.now()
        notice.changed_by = by.name
        notice.save()
        after = {name: str(getattr(notice, name)) for name in EDITABLE} | {"parts": notice.parts}
        changed = [name for name in after if before[name] != after[name]]
        remember(
            now,
            "notice.edited",
            by=by,
            subject=notice,
            details={"notice": notice.number, "version": notice.version},
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
        page_orders.order(notice, RenderingPurpose.PREVIEW)
    return notice


def _void_approval(case: TerminationCase, notice: Notice, *, by: Actor) -> None:
    finish_raised(
        case, f"approve:{notice.pk}:{notice.version}", by=by, outcome=_("The notice was changed")
    )
    notice.state = NoticeState.DRAFT
    notice.approval_requested_by = None
    notice.approval_requested_at = None
    notice.approved_by = None
    notice.approved_at = None
    notice.audit_head = ""


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


def _check(notice: Notice, parts: dict[str, str], fields: dict[str, Any]) -> None:
    known = {part.key for part in composing.PARTS}
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
    for name in ("notice_date", "effective_on", "settlement_due_on"):
        value = fields.get(name)
        if isinstance(value, date) and value < today and value != getattr(notice, name):
            raise InvalidInput(name, _("This date is in the past."))
    for name in ("recipient_email", "contact_email"):
        if fields.get(name):
            try:
                validators.one_email(fields[name])
            except ValidationError as error:
                raise InvalidInput(name, " ".join(error.messages)) from error
    lines = fields.get("recipient_lines")
    if lines is not None and len(lines) > MOST_ADDRESS_LINES:
        raise InvalidInput(
            "recipient_lines",
            _("The address has %(lines)d lines; a window holds far fewer.") % {"lines": len(lines)},
        )
