"""Correcting a letter that was served: a new version of it, with the difference told in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices import approval_requests
from notices.language.phrases import PHRASES, say_date, say_weekday
from notices.letters import versions
from notices.models import (
    MAY_HAVE_LEFT,
    ApprovalOutcome,
    Correction,
    CorrectionReason,
    Delivery,
    Notice,
    NoticeKind,
    NoticeState,
    RenderingPurpose,
)
from notices.pages import orders as page_orders
from notices.services import accompanying, overriding
from notices.services.drafting import edit_notice, locked_notice, next_number
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import Communication, TerminationCase
from offboarding.services.locking import acting_on, remember
from offboarding.services.tasks import finish_raised

UNSENT = (NoticeState.DRAFT, NoticeState.AWAITING_APPROVAL, NoticeState.APPROVED)

_KEPT = (
    "language",
    "office",
    "signatory",
    "contact_person",
    "contact_email",
    "contact_phone",
    "effective_on",
    "settlement_due_on",
    "sends_email",
    "sends_registered_mail",
    "recipient_name",
    "recipient_email",
    "recipient_lines",
    "parts",
    "disclosure",
    "disclosure_reason",
    "named_obligations",
    "named_deadlines",
    "decided_engagements",
    "ended_engagements",
    "scope",
)


def notice_to_correct(case: TerminationCase) -> Notice | None:
    """Return the letter that counts and has left, or may have; there may be none."""
    sent = case.notices.filter(
        kind__in=[NoticeKind.TERMINATION, NoticeKind.CORRECTION], state=NoticeState.SENT
    )
    gone = Delivery.objects.filter(case=case, state__in=MAY_HAVE_LEFT).values("notice_id")
    return sent.filter(pk__in=gone).order_by("-number").first()


def reasons_not_to_correct(case: TerminationCase) -> list[Reason]:
    """Return what keeps a letter of the case from being corrected."""
    if case.state not in (State.NOTICE, State.ACKNOWLEDGED):
        return [
            Reason(
                "stage_passed",
                _("A letter is corrected in the stages “Notice” and “Acknowledged”."),
                "notice",
            )
        ]
    if notice_to_correct(case) is None:
        return [
            Reason(
                "nothing_served",
                _("No letter of this case has left yet; change the notice itself."),
                "notice",
            )
        ]
    newest = case.notices.order_by("-number").filter(kind=NoticeKind.CORRECTION).first()
    if newest is not None and (
        newest.state in UNSENT
        or (newest.state == NoticeState.SENT and newest != notice_to_correct(case))
    ):
        return [
            Reason(
                "already_correcting", _("A correction is being written or is on its way."), "notice"
            )
        ]
    return []


def draft_correction(
    case: TerminationCase,
    *,
    by: Actor,
    reason: str,
    note: str,
    negotiated_in: Sequence[Communication] = (),
    **changes: Any,
) -> Notice:
    """Draft the next version of the letter that was served, with what is to be corrected.

    It goes through the same checks, approval and sending as the first letter. The older one counts
    until the correction has left.

    Args:
        case: in notice or acknowledged.
        by: who corrects; the author of the correction.
        reason: a `CorrectionReason`.
        note: why, for colleagues; the client reads only what changed.
        negotiated_in: what was said in a negotiation.
        changes: fields of the notice with their new values.

    Raises:
        InvalidInput: no reason, or a value that cannot be kept.
        TransitionRefused: there is nothing to correct, or a correction is under way.
    """
    if reason not in CorrectionReason.values:
        raise InvalidInput("reason", _("Say what is corrected."))
    if not note.strip():
        raise InvalidInput("note", _("Say why; colleagues and the record need it."))
    with acting_on(case, by=by, permission="offboarding.draft_notice") as now:
        reasons = reasons_not_to_correct(now)
        if reasons:
            raise TransitionRefused(reasons)
        if any(one.case_id != now.pk for one in negotiated_in):
            raise InvalidInput("negotiated_in", _("Choose from what was said in this case."))
        found = notice_to_correct(now)
        assert found is not None
        old = locked_notice(now, found)
        today = clock.today(now.time_zone)
        subject = _subject(old.language, old.effective_on)
        notice = Notice.objects.create(
            case=now,
            kind=NoticeKind.CORRECTION,
            number=next_number(now),
            corrects=old,
            author=by.user,
            changed_by=by.name,
            notice_date=today,
            subject=subject,
            parts_from_case=old.parts_from_case | {"subject": subject},
            **{name: getattr(old, name) for name in _KEPT},
        )
        accompanying.take_over(old, notice, by=by)
        correction = Correction.objects.create(notice=notice, reason=reason, note=note.strip())
        correction.negotiated_in.set(negotiated_in)
        remember(
            now,
            "notice.correction_drafted",
            by=by,
            subject=notice,
            details={
                "notice": notice.number,
                "corrects": old.number,
                "reason": reason,
                "communications": [one.pk for one in negotiated_in],
            },
            after={"note": note},
        )
        versions.keep_base(notice)
        changes = {name: value for name, value in changes.items() if getattr(old, name) != value}
        if changes:
            notice = edit_notice(
                notice,
                by=by,
                expected_version=notice.version,
                parts=_hand_written_follow(old, changes),
                **changes,
            )
        overriding.carry_over(old, notice, by=by)
        page_orders.order(notice, RenderingPurpose.PREVIEW)
    return notice


def discard_correction(notice: Notice, *, by: Actor) -> Notice:
    """Lay a correction aside before it is sent; it stays on record, and the older letter counts.

    Raises:
        TransitionRefused: it is no correction, or was sent.
    """
    with acting_on(notice.case, by=by, permission="offboarding.draft_notice") as now:
        notice = locked_notice(now, notice)
        if notice.state == NoticeState.DISCARDED:
            return notice
        refuse_unless_unsent(notice)
        versions.close_open(now, notice)
        approval_requests.end(notice, ApprovalOutcome.VOIDED, by=by)
        origin = f"approve:{notice.pk}:{notice.version}"
        finish_raised(now, origin, by=by, outcome=_("The correction was laid aside"))
        was = notice.state
        notice.state = NoticeState.DISCARDED
        notice.save(update_fields=["state"])
        remember(
            now,
            "notice.discarded",
            by=by,
            subject=notice,
            details={"notice": notice.number, "was": was},
        )
    return notice


def refuse_unless_unsent(notice: Notice) -> None:
    """Stop before anything but a correction that was not sent is laid aside."""
    if notice.kind != NoticeKind.CORRECTION or notice.state not in UNSENT:
        raise TransitionRefused(
            [
                Reason(
                    "not_unsent", _("Only a correction that was not sent is laid aside."), "notice"
                )
            ]
        )


def _subject(language: str, effective_on: date | None) -> str:
    said = say_date(effective_on, language) if effective_on else ""
    return PHRASES[language].correction_subject.format(date=said)


def _hand_written_follow(old: Notice, changes: dict[str, Any]) -> dict[str, str]:
    """Put the new dates into words that somebody wrote; the case's own words follow by themselves.

    Only the date itself is replaced, so no sentence changes its sense.
    """
    pairs = []
    for name in ("effective_on", "settlement_due_on"):
        before, after = getattr(old, name), changes.get(name)
        if before is None or after is None or before == after:
            continue
        language = old.language
        pairs += [
            (
                f"{say_weekday(before, language)}, {link}{say_date(before, language)}",
                f"{say_weekday(after, language)}, {link}{say_date(after, language)}",
            )
            for link in ("", "dem ", "den ", "der ")
        ]
        pairs.append((say_date(before, language), say_date(after, language)))
    parts = {}
    for key, text in old.parts.items():
        if text == old.parts_from_case.get(key):
            continue
        said = str(text)
        for gone, put in pairs:
            said = said.replace(gone, put)
        if said != text:
            parts[key] = said
    return parts
