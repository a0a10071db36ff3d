"""The cure warning: written from the record, then checked, approved, sealed and sent like any."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices import approval_requests
from notices.language.phrases import language_of
from notices.letters import composing, cure_dates, cure_words, versions
from notices.models import (
    ApprovalOutcome,
    Channel,
    DeliveryState,
    Notice,
    NoticeKind,
    NoticeState,
    RenderingPurpose,
)
from notices.outbox import superseding
from notices.pages import orders as page_orders
from notices.services.drafting import NO_LONGER_COUNTS, edit_notice, locked_notice, next_number
from offboarding.errors import Reason, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import Bearing, Disclosure, TerminationCase
from offboarding.services.locking import acting_on, remember
from offboarding.services.tasks import finish_raised

UNSENT = (NoticeState.DRAFT, NoticeState.AWAITING_APPROVAL, NoticeState.APPROVED)


def warning_of(case: TerminationCase) -> Notice | None:
    """Return the newest warning that was not laid aside, in whatever state."""
    return (
        case.notices.filter(kind=NoticeKind.CURE_WARNING)
        .exclude(state__in=NO_LONGER_COUNTS)
        .select_related("office__firm", "signatory", "author", "approval_requested_by")
        .order_by("-number")
        .first()
    )


def why_none(case: TerminationCase, newest: Notice | None) -> str:
    """Say why no warning can be begun now; nothing when one can.

    Args:
        case: with its remedies.
        newest: its newest warning that was not laid aside.
    """
    if case.state != State.EVALUATION:
        return _("A cure warning is written while the case is evaluated.")
    if not case.cure_days:
        return _("The ground of this case asks for no warning.")
    if newest is not None and newest.state == NoticeState.SENT and not is_over(case, newest):
        return _("A warning was sent, and nobody has said yet what came of it.")
    return ""


def is_over(case: TerminationCase, notice: Notice) -> bool:
    """Tell whether a warning that was sent has been settled, or does not count any more."""
    of_it = [one for one in case.remedies.all() if one.notice_number == notice.number]
    if of_it:
        return not any(one.is_open for one in of_it)
    # One that never came to count: refused at once, or taken back because its day was too near.
    nowhere = (DeliveryState.TAKEN_BACK, *superseding.DID_NOT_ARRIVE)
    return not notice.deliveries.filter(copy_for=None).exclude(state__in=nowhere).exists()


def draft_cure_warning(case: TerminationCase, *, by: Actor) -> Notice:
    """Draft the cure warning from the case's record; one at a time.

    Raises:
        TransitionRefused: the case is not evaluated, its ground asks for no warning, or one that
            was sent still runs.
    """
    with acting_on(case, by=by, permission="offboarding.draft_notice") as now:
        newest = warning_of(now)
        why = why_none(now, newest)
        if why:
            raise TransitionRefused([Reason("no_warning_now", why, "remedies")])
        if newest is not None and newest.state != NoticeState.SENT:
            return newest
        notice = Notice.objects.create(
            case=now,
            kind=NoticeKind.CURE_WARNING,
            number=next_number(now),
            author=by.user,
            changed_by=by.name,
            **_fields(now),
        )
        remember(
            now,
            "notice.drafted",
            by=by,
            subject=notice,
            details={"notice": notice.number, "kind": notice.kind},
            after={"parts": notice.parts} | (notice.told_as or {}),
        )
        versions.keep_base(notice)
        page_orders.order(notice, RenderingPurpose.PREVIEW)
    return notice


def write_anew(notice: Notice, *, by: Actor, expected_version: int) -> Notice:
    """Write the letter anew from what the record says today; what it said stays in its versions."""
    cases = TerminationCase.objects.select_related("client__office", "owner")
    fields = _fields(cases.get(pk=notice.case_id))
    return edit_notice(
        notice,
        by=by,
        expected_version=expected_version,
        **{
            name: fields[name]
            for name in ("parts", "subject", "notice_date", "cure_ends_on")
            + ("sends_email", "sends_registered_mail")
        },
    )


def edit_cure_warning(
    notice: Notice, *, by: Actor, expected_version: int, parts: dict[str, str], **fields: Any
) -> Notice:
    """Change a warning; a day that nobody chose by hand follows the ways and the letter's date.

    Args:
        notice: not sent yet.
        by: who writes.
        expected_version: the version that was read.
        parts: the parts that were written, by name.
        fields: the other things that were written.
    """
    case = notice.case
    usual = cure_dates.proposed(case, cure_dates.channels_of(notice), notice.notice_date)
    if fields.get("cure_ends_on", notice.cure_ends_on) == notice.cure_ends_on == usual:
        ways = cure_dates.channels(
            by_email=fields.get("sends_email", notice.sends_email),
            by_letter=fields.get("sends_registered_mail", notice.sends_registered_mail),
        )
        day = fields.get("notice_date", notice.notice_date)
        fields["cure_ends_on"] = cure_dates.proposed(case, ways, day) or usual
    return edit_notice(notice, by=by, expected_version=expected_version, parts=parts, **fields)


def discard(notice: Notice, *, by: Actor) -> Notice:
    """Lay a warning aside that was not sent; it stays readable, and another can be begun.

    Raises:
        TransitionRefused: it was sent, or is no warning.
    """
    with acting_on(notice.case, by=by, permission="offboarding.draft_notice") as now:
        notice = locked_notice(now, notice)
        if notice.state == NoticeState.DISCARDED:
            return notice
        if not notice.is_warning or notice.state not in UNSENT:
            raise TransitionRefused(
                [Reason("not_unsent", _("Only a warning that was not sent is laid aside."))]
            )
        _lay_aside(now, notice, by=by)
    return notice


def stop_what_has_not_left(case: TerminationCase, *, by: Actor, **_facts: Any) -> None:
    """Let no warning leave any more once it is decided how to go on (an effect)."""
    is_waiting = Q(state=NoticeState.SENT, deliveries__state__in=superseding.NOT_LEFT)
    warnings = case.notices.filter(kind=NoticeKind.CURE_WARNING)
    for notice in warnings.filter(Q(state__in=UNSENT) | is_waiting).distinct():
        notice = locked_notice(case, notice)
        why = _("It was decided how to go on; the warning is not sent any more.")
        superseding.take_back_what_waits(case, notice, by=by, why=why)
        states = set(notice.deliveries.values_list("state", flat=True))
        if states <= {DeliveryState.TAKEN_BACK}:
            _lay_aside(case, notice, by=by)


def _lay_aside(case: TerminationCase, notice: Notice, *, by: Actor) -> None:
    versions.close_open(case, notice)
    approval_requests.end(notice, ApprovalOutcome.VOIDED, by=by)
    origin = f"approve:{notice.pk}:{notice.version}"
    finish_raised(case, origin, by=by, outcome=_("The warning was laid aside"))
    was = notice.state
    notice.state = NoticeState.DISCARDED
    notice.save(update_fields=["state"])
    remember(
        case,
        "notice.discarded",
        by=by,
        subject=notice,
        details={"notice": notice.number, "was": was},
    )


def _fields(case: TerminationCase) -> dict[str, Any]:
    office, recipient = case.client.office, composing.notice_recipient(case)
    language = language_of(case.language)
    today = clock.today(case.time_zone)
    address = composing.address_fields(case, recipient)
    sends_email = bool(address["recipient_email"])
    channels = [Channel.EMAIL] if sends_email else [Channel.REGISTERED_MAIL]
    fields = address | {
        "language": language,
        "office": office,
        "signatory": office.signatories.first(),
        "contact_person": str(case.owner.name or case.owner.email),
        "contact_email": office.email,
        "contact_phone": office.phone_shown,
        "notice_date": today,
        "cure_ends_on": cure_dates.proposed(case, channels, today),
        "subject": cure_words.subject_of(case.client.legal_name, language),
        "sends_email": sends_email,
        "sends_registered_mail": not sends_email,
    }
    following = composing.words_from_case(Notice(case=case, kind=NoticeKind.CURE_WARNING, **fields))
    parts = cure_words.parts_of(
        client=case.client.legal_name,
        language=language,
        owed=_owed(case, language),
        invoices=_overdue(case),
        facts=_facts(case, language),
        following=following,
    )
    return fields | {"parts": parts, "parts_from_case": following}


def _facts(case: TerminationCase, language: str) -> list[tuple[date, str]]:
    """Return what speaks for ending, in the words of colleagues.

    They stand in the house's language, and only where the ground's policy lets a letter state them.
    """
    policy = case.ground_copy.get("disclosure") or Disclosure.STATED
    if policy != Disclosure.STATED or language != language_of(settings.LANGUAGE_CODE):
        return []
    return [
        (one.happened_on, one.fact)
        for one in case.evidence.all()
        if one.struck_at is None and one.bearing == Bearing.ENDING
    ]


def _owed(case: TerminationCase, language: str) -> list[str]:
    today = clock.today(case.time_zone)
    return [
        composing.obligation_line(one, one.due_on, language, today=today)
        for one in composing.nameable_obligations(case)
        if not one.is_ours
    ]


def _overdue(case: TerminationCase) -> list[cure_words.OverdueInvoice]:
    today = clock.today(case.time_zone)
    found = composing.invoices().filter(client=case.client, paid_on=None, due_on__lt=today)
    return [
        cure_words.OverdueInvoice(
            one.number, one.issued_on, one.due_on, one.amount_cents, one.currency
        )
        for one in found
    ]
