"""The day's printing, as people order it: a run, the same once more, its posting list."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from clients.models import Office
from notices import bell
from notices.models import (
    CLOSED_ORDERS,
    Channel,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    Letter,
    NoticeEnclosure,
    PostingList,
    PrintRun,
    PrintRunLetter,
    ReceiptSlip,
    Rendering,
    RenderingPurpose,
    ServiceOrder,
)
from notices.outbox import cure_standing, superseding
from notices.post import posting_lists, weights
from notices.services.registered import is_slip_awaited
from notices.services.sending import locked_delivery, move
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import TerminationCase
from offboarding.services.locking import acting_on, remember

MOST_LETTERS = 100
"""In one run: a file that a printer takes without complaint."""

RING = "notices.tasks.set_print_runs_due"


def start_run(deliveries: Sequence[Delivery], *, by: Actor) -> PrintRun:
    """Print letters together, in the order in which they were queued; each for the first time.

    Raises:
        InvalidInput: no letter, too many, or letters of different offices or stationery.
        TransitionRefused: one of them is printed already, taken back, without its slip, or a
            warning that would come after the day it names.
    """
    with transaction.atomic():
        locked = _locked(deliveries, by=by)
        reasons = [refusal for case, row in locked if (refusal := _why_not_first(case, row))]
        if reasons:
            raise TransitionRefused(reasons)
        return _order(locked, by=by)


def print_run_again(run: PrintRun, *, by: Actor, reason: str) -> PrintRun:
    """Print the letters of a run once more, each marked as a copy on its cover sheet.

    What was taken back or left out since stays out.

    Raises:
        InvalidInput: no reason given.
        TransitionRefused: nothing of the run is left to print.
    """
    rows = run.letters.filter(left_out="").exclude(delivery__state=DeliveryState.TAKEN_BACK)
    deliveries = [row.delivery for row in rows.select_related("delivery__case")]
    return _print_again(deliveries, by=by, reason=reason, repeats=run)


def print_letter_again(delivery: Delivery, *, by: Actor, reason: str) -> PrintRun:
    """Print one letter once more, marked as a copy on its cover sheet.

    Raises:
        InvalidInput: no reason given.
        TransitionRefused: it was not printed before, or was taken back.
    """
    return _print_again([delivery], by=by, reason=reason, repeats=None)


def _print_again(
    deliveries: Sequence[Delivery], *, by: Actor, reason: str, repeats: PrintRun | None
) -> PrintRun:
    if not reason.strip():
        raise InvalidInput("reason", _("Say why they are printed again; the record keeps it."))
    if not deliveries:
        raise TransitionRefused(
            [Reason("nothing_left", _("Nothing of this run is left to print."))]
        )
    with transaction.atomic():
        locked = _locked(deliveries, by=by)
        reasons = [refusal for case, row in locked if (refusal := _why_not_again(case, row))]
        if reasons:
            raise TransitionRefused(reasons)
        return _order(locked, by=by, reason=reason, repeats=repeats)


def order_posting_list(run: PrintRun, *, by: Actor) -> PostingList:
    """Order the posting list of a run as it stands; the same list is set once.

    Raises:
        NotAllowed: the actor does not send letters of these cases.
        TransitionRefused: no letter of the run is on a list.
    """
    with transaction.atomic():
        rows = posting_lists.letters_of(run)
        for row in sorted(rows, key=lambda row: row.delivery.case_id):
            with acting_on(
                row.delivery.case, by=by, permission="offboarding.send_notice", even_if_ended=True
            ):
                pass
        lines = posting_lists.lines_of(rows)
        if not lines:
            raise TransitionRefused([Reason("nothing_left", _("No letter is left on this list."))])
        order, created = PostingList.objects.get_or_create(
            run=run,
            fingerprint=posting_lists.fingerprint_of(lines),
            defaults={"ordered_by": by.colleague},
        )
        if created:
            bell.ring(RING)
    return order


# -- one transaction, many cases -------------------------------------------------------------------


def _locked(deliveries: Sequence[Delivery], *, by: Actor) -> list[tuple[TerminationCase, Delivery]]:
    """Lock every case of the letters, in one order for everybody, and read the letters anew."""
    if not deliveries:
        raise InvalidInput("letters", _("Choose at least one letter."))
    if len(deliveries) > MOST_LETTERS:
        raise InvalidInput(
            "letters",
            _("Up to %(most)d letters are printed in one run; choose fewer.")
            % {"most": MOST_LETTERS},
        )
    found = []
    for delivery in sorted(deliveries, key=lambda row: (row.case_id, row.pk)):
        with acting_on(
            delivery.case, by=by, permission="offboarding.send_notice", even_if_ended=True
        ) as now:
            found.append((now, locked_delivery(now, delivery)))
    return sorted(found, key=lambda pair: (pair[1].created_at, pair[1].pk))


def _why_not_first(case: TerminationCase, delivery: Delivery) -> Reason | None:
    name = case.reference
    if delivery.channel != Channel.REGISTERED_MAIL or delivery.notice_id is None:
        return Reason("not_registered", _("%(name)s: no registered letter.") % {"name": name})
    if delivery.state == DeliveryState.TAKEN_BACK:
        return Reason("taken_back", _("%(name)s: it was taken back.") % {"name": name})
    if delivery.state != DeliveryState.QUEUED:
        return Reason(
            "printed_before",
            _("%(name)s: it was printed already; another print is a copy.") % {"name": name},
        )
    if ServiceOrder.objects.filter(delivery=delivery).exclude(state__in=CLOSED_ORDERS).exists():
        return Reason(
            "at_a_print_service",
            _("%(name)s: it was given to the print service.") % {"name": name},
        )
    if delivery.is_paused:
        return Reason("paused", _("%(name)s: its campaign is paused or stopped.") % {"name": name})
    if late := cure_standing.why_too_late(case, delivery):
        return Reason("too_late", f"{name}: {late}")
    if is_slip_awaited(delivery):
        return Reason(
            "slip_not_set",
            _("%(name)s: its receipt slip is still being set.") % {"name": name},
        )
    return None


def _why_not_again(case: TerminationCase, delivery: Delivery) -> Reason | None:
    name = case.reference
    if delivery.state == DeliveryState.TAKEN_BACK:
        return Reason("taken_back", _("%(name)s: it was taken back.") % {"name": name})
    if not delivery.print_count or delivery.state == DeliveryState.QUEUED:
        return Reason("not_printed", _("%(name)s: it was not printed yet.") % {"name": name})
    if delivery.posted_on is None and superseding.is_at_a_print_service(delivery):
        return Reason(
            "at_a_print_service",
            _("%(name)s: it was given to the print service.") % {"name": name},
        )
    return None


def _order(
    locked: Sequence[tuple[TerminationCase, Delivery]],
    *,
    by: Actor,
    reason: str = "",
    repeats: PrintRun | None = None,
) -> PrintRun:
    letters = [_letter_of(row) for _case, row in locked]
    profiles = {letter.profile for letter in letters}
    offices = {row.notice.office_id for _case, row in locked if row.notice is not None}
    if len(profiles) != 1 or len(offices) != 1:
        raise InvalidInput(
            "letters", _("One run is for one office and one stationery; print the others after it.")
        )
    # Whoever numbers runs of this office waits here.
    office = Office.objects.select_for_update(of=("self",)).get(pk=offices.pop())
    last = PrintRun.objects.filter(office=office).aggregate(last=Max("number"))["last"]
    run = PrintRun.objects.create(
        office=office,
        number=(last or 0) + 1,
        profile=profiles.pop(),
        ordered_by=by.colleague,
        repeats=repeats,
        reason=reason,
    )
    slips = {
        slip.delivery_id: slip
        for slip in ReceiptSlip.objects.filter(
            delivery__in=[row.pk for _case, row in locked]
        ).defer("pdf")
    }
    slip_pages = dict(
        Rendering.objects.filter(
            delivery__in=list(slips), purpose=RenderingPurpose.SLIP
        ).values_list("delivery_id", "page_count")
    )
    enclosed_pages: dict[int, list[int]] = {}
    for notice_id, pages in NoticeEnclosure.objects.filter(
        notice__in=[letter.notice_id for letter in letters]
    ).values_list("notice_id", "page_count"):
        enclosed_pages.setdefault(notice_id, []).append(pages)
    for position, ((case, delivery), letter) in enumerate(
        zip(locked, letters, strict=True), start=1
    ):
        _record(case, delivery, run, position, by=by)
        slip = slips.get(delivery.pk)
        on_slip = max(slip_pages.get(delivery.pk, 1), 1) if slip else 0
        parts = [letter.page_count, *enclosed_pages.get(letter.notice_id, ()), on_slip]
        sheets = sum(
            weights.sheets_of(pages, both_sides=office.prints_both_sides) for pages in parts
        )
        PrintRunLetter.objects.create(
            run=run,
            position=position,
            delivery=delivery,
            letter=letter,
            copy_number=delivery.print_count,
            letter_sha256=letter.sha256,
            slip_sha256=slip.sha256 if slip else "",
            letter_pages=letter.page_count,
            slip_pages=on_slip,
            sheet_count=sheets,
            weight_grams=weights.weight_grams(sheets, office, run.profile),
        )
    bell.ring(RING)
    return run


def _letter_of(delivery: Delivery) -> Letter:
    notice = delivery.notice
    assert notice is not None
    letter = (
        Letter.objects.filter(notice=notice, notice_version=notice.version)
        .defer("pdf", "text")
        .first()
    )
    if letter is None:
        raise TransitionRefused([Reason("no_letter", _("The letter is not sealed."), "notice")])
    return letter


def _record(
    case: TerminationCase, delivery: Delivery, run: PrintRun, position: int, *, by: Actor
) -> None:
    """Count the print on the letter and write it to the case's record, in the run's transaction."""
    delivery.print_count += 1
    delivery.printed_at = delivery.printed_at or clock.now()
    details = {"run": run.pk, "position": position, "print": delivery.print_count}
    if delivery.state == DeliveryState.QUEUED:
        move(
            case,
            delivery,
            DeliveryState.PRINTED,
            by=by,
            action="delivery.printed",
            note=str(run),
            **details,
        )
        return
    delivery.save(update_fields=["print_count", "printed_at"])
    DeliveryEvent.objects.create(
        delivery=delivery,
        state=delivery.state,
        note=_("Printed again, copy %(copy)d (%(run)s)")
        % {"copy": delivery.print_count, "run": run},
        by=by.name,
    )
    remember(
        case,
        "delivery.printed_again",
        by=by,
        subject=delivery,
        details=details | {"copy": True},
        after={"reason": run.reason},
    )
