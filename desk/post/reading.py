"""Reading for the registered-mail desk: the letters and runs that exist for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _text

from accounts.actor import Actor
from desk.frame.scoping import cases_of
from desk.notice import reading
from notices.models import (
    Channel,
    Delivery,
    DeliveryState,
    Letter,
    NoticeEnclosure,
    NoticeState,
    PrintRun,
    PrintRunLetter,
    Rendering,
    RenderingPurpose,
)
from notices.outbox import cure_standing
from notices.pages import letter_codes
from notices.post import posting_lists, weights
from notices.profiles import profile_for
from offboarding import policies
from offboarding.models import ProofOfReceipt

Words = str | Promise


CAME_BACK = (
    DeliveryState.REFUSED,
    DeliveryState.UNCLAIMED,
    DeliveryState.MOVED,
    DeliveryState.LOST,
)
"""A letter that did not reach its addressee; a person has to find another way."""


def letters(request: HttpRequest) -> QuerySet[Delivery]:
    """Start a query for the registered letters of the person's cases, the oldest first."""
    return (
        reading.deliveries()
        .filter(
            case__in=cases_of(request),
            channel=Channel.REGISTERED_MAIL,
            notice__isnull=False,
        )
        .select_related("case__client__office", "case__team", "notice__office")
        .prefetch_related("case__readers")
        .order_by("created_at", "pk")
    )


def oldest_by_state(
    request: HttpRequest, states: Sequence[DeliveryState], most: int
) -> dict[str, list[Delivery]]:
    """Return the oldest letters in each of several states, by one query."""
    place = Window(
        RowNumber(), partition_by=[F("state")], order_by=[F("created_at").asc(), F("pk").asc()]
    )
    proofs = ProofOfReceipt.everything.filter(delivery_id=OuterRef("pk"), voided_at=None)
    is_done = (
        Q(state__in=CAME_BACK, resolved_at__isnull=False)
        | Q(state=DeliveryState.DELIVERED, has_proof=True)
        | Q(state=DeliveryState.DELIVERED) & ~Q(notice__state=NoticeState.SENT)
    )
    found = (
        letters(request)
        .filter(state__in=states)
        .annotate(has_proof=Exists(proofs), is_at_service=reading.is_at_service())
        .exclude(is_done)
        .annotate(place=place)
        .filter(place__lte=most)
    )
    by_state: dict[str, list[Delivery]] = {state.value: [] for state in states}
    for row in found:
        by_state[row.state].append(row)
    return by_state


def letter_or_404(request: HttpRequest, pk: int) -> Delivery:
    """Return one registered letter of the person's cases.

    Raises:
        Http404: there is none, or it is another team's.
    """
    found = letters(request).filter(pk=pk).first()
    if found is None:
        raise Http404(_text("There is no such letter."))
    return found


def may_send(by: Actor, rows: Iterable[Delivery]) -> bool:
    """Tell whether a person sends the letters of these cases."""
    return all(policies.may(by, "offboarding.send_notice", row.case) for row in rows)


# -- what is printed -------------------------------------------------------------------------------


@dataclass
class Queued:
    """A letter that waits for the printer.

    Attributes:
        too_late: why it is not printed any more; nothing when it may be.
    """

    delivery: Delivery
    pages: int
    sheets: int
    weight_grams: int
    service: str
    is_slip_awaited: bool
    too_late: str
    profile: str

    @property
    def can_be_printed(self) -> bool:
        """Its slip is set, and it does not come too late."""
        return not self.is_slip_awaited and not self.too_late

    @property
    def reference(self) -> str:
        """The case and the number of its notice."""
        assert self.delivery.notice is not None
        return f"{self.delivery.case.reference}-{self.delivery.notice.number}"


@dataclass
class Pile:
    """The letters that one office prints on one stationery."""

    office: Any
    profile: str
    queued: list[Queued]

    @property
    def stationery(self) -> str:
        """The envelope and paper, in words."""
        return profile_for(self.profile).name

    @property
    def ready(self) -> list[Queued]:
        """Those that can be printed now."""
        return [one for one in self.queued if one.can_be_printed]

    @property
    def weight_grams(self) -> int:
        """What all of them weigh together."""
        return sum(one.weight_grams for one in self.queued)


def queued_of(rows: Sequence[Delivery]) -> list[Queued]:
    """Return what a person at the printer has to know of each letter; three queries for all."""
    sealed = {
        (letter.notice_id, letter.notice_version): letter
        for letter in Letter.objects.filter(notice__in=[row.notice_id for row in rows]).defer(
            "pdf", "text"
        )
    }
    slips = {
        order["delivery_id"]: order
        for order in Rendering.objects.filter(
            delivery__in=[row.pk for row in rows], purpose=RenderingPurpose.SLIP
        ).values("delivery_id", "done_at", "page_count")
    }
    enclosed: dict[int, list[int]] = {}
    for notice_id, pages in NoticeEnclosure.objects.filter(
        notice__in=[row.notice_id for row in rows]
    ).values_list("notice_id", "page_count"):
        enclosed.setdefault(notice_id, []).append(pages)
    found = []
    for row in rows:
        notice = row.notice
        assert notice is not None
        letter = sealed.get((notice.pk, notice.version))
        if letter is None:
            continue
        slip = slips.get(row.pk)
        slip_pages = max(slip["page_count"], 1) if slip else 0
        office = notice.office
        parts = [letter.page_count, *enclosed.get(notice.pk, ()), slip_pages]
        both_sides = office.prints_both_sides
        sheets = sum(weights.sheets_of(pages, both_sides=both_sides) for pages in parts)
        found.append(
            Queued(
                delivery=row,
                pages=sum(parts),
                sheets=sheets,
                weight_grams=weights.weight_grams(sheets, office, letter.profile),
                service=posting_lists.service_of(notice.language),
                is_slip_awaited=bool(slip and slip["done_at"] is None),
                too_late=cure_standing.why_too_late(row.case, row),
                profile=letter.profile,
            )
        )
    return found


def piles_of(queued: Sequence[Queued]) -> list[Pile]:
    """Sort letters by the office and the stationery that they are printed on."""
    piles: dict[tuple[int, str], Pile] = {}
    for one in queued:
        assert one.delivery.notice is not None
        office = one.delivery.notice.office
        pile = piles.setdefault((office.pk, one.profile), Pile(office, one.profile, []))
        pile.queued.append(one)
    return list(piles.values())


# -- runs ------------------------------------------------------------------------------------------


def runs(request: HttpRequest) -> QuerySet[PrintRun]:
    """Start a query for the runs of which a person may read every letter, without their files."""
    rows = PrintRunLetter.objects.filter(run=OuterRef("pk"))
    return (
        PrintRun.objects.filter(
            Exists(rows), ~Exists(rows.exclude(delivery__case__in=cases_of(request)))
        )
        .select_related("office", "ordered_by", "repeats__office")
        .defer("pdf", "repeats__pdf")
    )


def run_or_404(request: HttpRequest, pk: int) -> PrintRun:
    """Return one run, of which the person may read every letter.

    Raises:
        Http404: there is none, or another team's letter is in it.
    """
    found = runs(request).filter(pk=pk).first()
    if found is None:
        raise Http404(_text("There is no such print run."))
    return found


def run_letters(run: PrintRun) -> list[PrintRunLetter]:
    """Return the letters of a run in order, with what its page shows."""
    return list(
        run.letters.select_related(
            "delivery__case__client__office", "delivery__case__team", "delivery__notice__office"
        )
        .prefetch_related("delivery__case__readers")
        .defer("delivery__mime")
    )


def named_by(code: str) -> int | None:
    """Return the letter that a scanned code names, right or wrong; None when it is no code."""
    return letter_codes.delivery_id_of(code) if letter_codes.is_code(code) else None
