"""The versions of a draft: each is a row, what one person types in one go is one of them.

Autosaving writes the notice every second or so. Neither the list of versions nor the audit trail
would be readable if each of those were an entry, so a version stays open while its writer goes on.
The trail says when it was begun and, once it is closed, what it changed: no text changes without
an event before it, and none is approved before the event that tells all of it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from accounts.actor import Actor
from audit import clock
from notices.letters.scope import engagements_that_end
from notices.models import Notice, NoticeVersion, VersionKind
from offboarding.models import TerminationCase
from offboarding.services.locking import locked, remember

REST = timedelta(minutes=5)
"""A version is closed when its writer has not typed for so long."""

LONGEST = timedelta(minutes=15)
"""Whoever types on and on begins a new version after this."""

WRITTEN = (
    "subject",
    "effective_on",
    "notice_date",
    "settlement_due_on",
    "cure_ends_on",
    "ended_engagements",
    "scope",
    "disclosure",
    "disclosure_reason",
    "named_obligations",
    "named_deadlines",
    "signatory",
    "contact_person",
    "contact_phone",
    "contact_email",
    "sends_email",
    "sends_registered_mail",
    "recipient_name",
    "recipient_email",
    "recipient_lines",
)
"""What people write of a notice besides its parts, in the order in which they read it."""

Text = dict[str, Any]


def fields_of(notice: Notice) -> Text:
    """Return what was written besides the parts, as it is kept: dates as text, people by name."""
    fields = {name: _kept(name, getattr(notice, name)) for name in WRITTEN}
    if notice.ended_engagements is not None:
        fields["ended_engagements"] = [
            {"id": one.pk, "name": one.title} for one in engagements_that_end(notice)
        ]
    return fields


def _kept(name: str, value: Any) -> Any:
    if name == "signatory":
        return None if value is None else {"id": value.pk, "name": value.name}
    return value.isoformat() if isinstance(value, date) else value


def latest(notice: Notice) -> NoticeVersion | None:
    """Return the newest version of a notice."""
    return NoticeVersion.objects.filter(notice=notice).order_by("-number").first()


def keep_base(notice: Notice) -> NoticeVersion:
    """Return the version that holds the present text; call with the case locked, before a change.

    A text that came about otherwise (drafted by a machine, or before versions were kept) becomes
    one now, so that it can be compared and restored.
    """
    newest = latest(notice)
    fields, parts = fields_of(notice), dict(notice.parts)
    if newest is not None and newest.fields == fields and newest.parts == parts:
        return newest
    now = clock.now()
    return NoticeVersion.objects.create(
        notice=notice,
        number=newest.number + 1 if newest else 1,
        notice_version=notice.version,
        kind=VersionKind.FOUND if newest or notice.version > 1 else VersionKind.DRAFTED,
        fields=fields,
        parts=parts,
        writer_name=notice.changed_by,
        begun_at=notice.changed_at,
        saved_at=notice.changed_at,
        closed_at=now,
    )


def keep(
    case: TerminationCase, notice: Notice, base: NoticeVersion, *, by: Actor, kind: VersionKind
) -> NoticeVersion:
    """Keep the text that was just saved; call with the case locked.

    Args:
        case: locked.
        notice: saved, with its new version.
        base: the version before the change, from `keep_base`.
        by: who wrote.
        kind: `typed` stays open for more.
    """
    now = clock.now()
    goes_on = (
        base.closed_at is None
        and base.written_by_id == by.user_id
        and now - base.saved_at < REST
        and now - base.begun_at < LONGEST
        and kind in (VersionKind.TYPED, VersionKind.SAVED)
    )
    if not goes_on:
        if base.closed_at is None:
            close(case, base)
        base = NoticeVersion(
            notice=notice,
            number=base.number + 1,
            written_by=by.user,
            writer_name=by.name,
            begun_at=now,
        )
    base.kind = kind
    base.notice_version = notice.version
    base.fields, base.parts = fields_of(notice), dict(notice.parts)
    base.saved_at = now
    base.save()
    if kind != VersionKind.TYPED:
        close(case, base)
    elif not goes_on:
        remember(
            case,
            "notice.editing_begun",
            by=by,
            subject=notice,
            details={"notice": notice.number, "version": notice.version, "text": base.number},
        )
    return base


def close(case: TerminationCase, version: NoticeVersion) -> None:
    """Close a version and record what it changed, in its writer's name; call with the case locked.

    What was typed and taken back again changes nothing; the version says so by being like the one
    before.
    """
    version.closed_at = clock.now()
    version.save(update_fields=["closed_at"])
    before, after = _difference(version)
    notice = version.notice
    writer = version.written_by
    remember(
        case,
        "notice.edited",
        by=Actor.person(writer) if writer else Actor.machine("notices.versions"),
        subject=notice,
        details={
            "notice": notice.number,
            "version": version.notice_version,
            "text": version.number,
            "how": version.kind,
        },
        before=before,
        after=after,
    )


def close_open(case: TerminationCase, notice: Notice) -> None:
    """Close what is still being written, before others rely on the text; with the case locked."""
    newest = latest(notice)
    if newest is not None and newest.closed_at is None:
        close(case, newest)


def close_rested() -> int:
    """Close every version that nobody has typed in for a while; safe to run twice or late.

    Returns:
        How many were closed.
    """
    due = NoticeVersion.objects.filter(closed_at=None, saved_at__lt=clock.now() - REST)
    closed = 0
    for pk, case_id in list(due.values_list("pk", "notice__case_id")):
        with transaction.atomic():
            case = locked(TerminationCase(pk=case_id))
            version = NoticeVersion.objects.select_related("notice", "written_by").get(pk=pk)
            if version.closed_at is None and version.saved_at < clock.now() - REST:
                close(case, version)
                closed += 1
    return closed


def _difference(version: NoticeVersion) -> tuple[Text, Text]:
    """Return what a version changed against the one before it, as it was and as it became."""
    earlier = (
        NoticeVersion.objects.filter(notice_id=version.notice_id, number__lt=version.number)
        .order_by("-number")
        .first()
    )
    before, after = (_whole(earlier) if earlier else {}), _whole(version)
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return _apart(before, names), _apart(after, names)


def _whole(version: NoticeVersion) -> Text:
    return dict(version.fields) | {f"parts.{key}": text for key, text in version.parts.items()}


def _apart(text: Text, names: list[str]) -> Text:
    """Give the parts their own level again."""
    fields = {name: text.get(name) for name in names if not name.startswith("parts.")}
    parts = {
        name.removeprefix("parts."): text.get(name, "")
        for name in names
        if name.startswith("parts.")
    }
    return fields | ({"parts": parts} if parts else {})
