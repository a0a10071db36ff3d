"""The closing letter: written from the record, then checked, approved, sealed and sent like any."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices.language.phrases import language_of
from notices.letters import closing_words, composing, versions
from notices.models import Notice, NoticeKind, NoticeState, RenderingPurpose
from notices.pages import orders as page_orders
from notices.services.drafting import NO_LONGER_COUNTS, edit_notice, next_number
from offboarding.errors import Reason, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import TerminationCase
from offboarding.services.locking import acting_on, remember


def closing_letter_of(case: TerminationCase) -> Notice | None:
    """Return the closing letter that counts now, in whatever state."""
    return (
        case.notices.filter(kind=NoticeKind.CLOSING)
        .exclude(state__in=NO_LONGER_COUNTS)
        .select_related("office__firm", "signatory", "author", "approval_requested_by")
        .order_by("-number")
        .first()
    )


def draft_closing_letter(case: TerminationCase, *, by: Actor) -> Notice:
    """Draft the closing letter from the case's record; one at a time.

    Raises:
        TransitionRefused: the case is not in follow-up.
    """
    with acting_on(case, by=by, permission="offboarding.draft_notice") as now:
        if now.state != State.FOLLOW_UP:
            raise TransitionRefused(
                [
                    Reason(
                        "not_in_follow_up",
                        _("A closing letter is written in follow-up."),
                        "follow-up",
                    )
                ]
            )
        existing = closing_letter_of(now)
        if existing is not None:
            return existing
        notice = Notice.objects.create(
            case=now,
            kind=NoticeKind.CLOSING,
            number=next_number(now),
            author=by.user,
            changed_by=by.name,
            notice_date=clock.today(now.time_zone),
            **_fields(now),
        )
        remember(
            now,
            "notice.drafted",
            by=by,
            subject=notice,
            details={"notice": notice.number, "kind": notice.kind},
            after={"parts": notice.parts},
        )
        versions.keep_base(notice)
        page_orders.order(notice, RenderingPurpose.PREVIEW)
    return notice


def write_anew(notice: Notice, *, by: Actor, expected_version: int) -> Notice:
    """Write the letter anew from what the record says today; what it said stays in its versions."""
    cases = TerminationCase.objects.select_related("client__office", "owner", "closing")
    fields = _fields(cases.get(pk=notice.case_id))
    return edit_notice(
        notice,
        by=by,
        expected_version=expected_version,
        parts=fields["parts"],
        subject=fields["subject"],
        notice_date=max(notice.notice_date, clock.today(notice.case.time_zone)),
    )


def _fields(case: TerminationCase) -> dict[str, Any]:
    office, recipient = case.client.office, composing.notice_recipient(case)
    contact = {
        "name": str(case.owner.name or case.owner.email),
        "phone": office.phone_shown,
        "email": office.email,
    }
    earlier = (
        case.notices.filter(
            kind__in=[NoticeKind.TERMINATION, NoticeKind.CORRECTION], state=NoticeState.SENT
        )
        .order_by("-number")
        .first()
    )
    fields = composing.address_fields(case, recipient)
    if earlier is not None:
        # The same person at the same addresses; what changed since is changed by hand.
        fields = {name: getattr(earlier, name) for name in fields}
    parts = closing_words.parts_of(case, contact=contact, open_amounts=composing.open_amounts(case))
    return fields | {
        "language": language_of(case.language),
        "office": office,
        "signatory": office.signatories.first(),
        "contact_person": contact["name"],
        "contact_email": contact["email"],
        "contact_phone": contact["phone"],
        "effective_on": case.effective_on,
        "settlement_due_on": None,
        "subject": closing_words.subject_of(case),
        "parts": parts,
        "sends_email": bool(fields["recipient_email"]),
        "sends_registered_mail": not fields["recipient_email"],
    }
