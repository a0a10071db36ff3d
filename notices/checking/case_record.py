"""What a case's record says, asked for only when a sentence of the letter needs it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from audit import clock
from clients.models import Engagement, Invoice
from notices.letters import composing, scope
from notices.models import Notice
from offboarding.models import (
    AccessItem,
    ClientDeadline,
    DataCategory,
    Disposal,
    HandoverItem,
    HandoverState,
    Obligation,
    ObligationState,
    Party,
)


class CaseRecord:
    """The facts of one case that its notice may tell; each list is read once, on first use."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        self.case = notice.case

    @cached_property
    def engagements(self) -> list[Engagement]:
        keys = self.notice.ended_engagements
        return [one for one in self.decided if keys is None or one.pk in keys]

    @cached_property
    def decided(self) -> list[Engagement]:
        """The agreements that the decision was about."""
        return scope.decided_on(self.notice)

    @cached_property
    def invoices(self) -> list[Invoice]:
        read: list[Invoice] | None = getattr(self.case.client, "invoices_read", None)
        return list(composing.invoices().filter(client=self.case.client)) if read is None else read

    @cached_property
    def obligations(self) -> list[Obligation]:
        return list(self.case.obligations.all())

    @cached_property
    def deadlines(self) -> list[ClientDeadline]:
        """The client's own deadlines that nobody struck."""
        return [one for one in self.case.deadlines.all() if one.stands]

    @cached_property
    def handover_items(self) -> list[HandoverItem]:
        return list(self.case.handover_items.all())

    @cached_property
    def access_items(self) -> list[AccessItem]:
        return list(self.case.access_items.all())

    @cached_property
    def data_categories(self) -> list[DataCategory]:
        return list(self.case.data_categories.all())

    # -- dates -------------------------------------------------------------------------------------

    @cached_property
    def first_dates(self) -> frozenset[date]:
        """Dates that need no further question: the letter's, the case's, the agreements'."""
        notice, case = self.notice, self.case
        dates: list[date | None] = [
            notice.notice_date,
            notice.effective_on,
            notice.settlement_due_on,
            notice.cure_ends_on,
            case.decided_on,
            case.notice_date,
            case.served_on,
            case.deemed_received_on,
            case.effective_on,
            case.settlement_due_on,
            case.access_ends_on,
            clock.today(case.time_zone),
        ]
        for engagement in self.engagements:
            dates += [engagement.started_on, engagement.ended_on]
        return _known(dates)

    @cached_property
    def dates_owed(self) -> frozenset[date]:
        """Dates of what either side still owes, and of the client's own deadlines."""
        told = composing.due_dates(self.obligations, self.case, self.notice.effective_on)
        dates = [day for one in self.obligations for day in (one.due_on, one.original_due_on)]
        return _known([*dates, *told.values(), *(one.due_on for one in self.deadlines)])

    @cached_property
    def further_dates(self) -> frozenset[date]:
        """Dates of invoices, facts, remedies, conversations, and of earlier letters."""
        case, zone = self.case, ZoneInfo(self.case.time_zone)
        dates: list[date | None] = []
        for invoice in self.invoices:
            dates += [invoice.issued_on, invoice.due_on, invoice.paid_on]
        dates += case.evidence.values_list("happened_on", flat=True)
        dates += case.remedies.values_list("tried_on", flat=True)
        dates += [
            at.astimezone(zone).date()
            for at in case.communications.values_list("occurred_at", flat=True)
        ]
        for one in case.notices.values_list("notice_date", "effective_on"):
            dates += one
        dates += [item.delivered_on for item in self.handover_items]
        dates += [item.revoked_on for item in self.access_items]
        return _known(dates)

    # -- money -------------------------------------------------------------------------------------

    @cached_property
    def open_amounts(self) -> dict[str, int]:
        """What is open on the client's invoices, in cents by currency."""
        totals: defaultdict[str, int] = defaultdict(int)
        for invoice in self.open_invoices:
            totals[invoice.currency] += invoice.amount_cents
        return dict(totals)

    @property
    def open_invoices(self) -> list[Invoice]:
        return [invoice for invoice in self.invoices if invoice.paid_on is None]

    @cached_property
    def amounts(self) -> frozenset[tuple[str, int]]:
        """Every amount that the record holds, with its currency."""
        owed = {
            (one.currency, one.amount_cents)
            for one in self.obligations
            if one.amount_cents is not None
        }
        invoiced = {(one.currency, one.amount_cents) for one in self.invoices}
        return frozenset(owed | invoiced | set(self.open_amounts.items()))

    # -- what was done -----------------------------------------------------------------------------

    @property
    def our_open_obligations(self) -> list[Obligation]:
        return [
            one for one in self.obligations if one.is_ours and one.is_open and not one.invoice_id
        ]

    @property
    def their_open_obligations(self) -> list[Obligation]:
        return [
            one
            for one in self.obligations
            if one.party == Party.CLIENTS and one.is_open and not one.invoice_id
        ]

    @property
    def done_by_us(self) -> list[str]:
        """Titles of what we owed and fulfilled, and of what we handed over."""
        fulfilled = [
            one.title
            for one in self.obligations
            if one.is_ours and one.state == ObligationState.FULFILLED
        ]
        return fulfilled + self.handed_over

    @property
    def handed_over(self) -> list[str]:
        return [one.title for one in self.handover_items if one.state == HandoverState.DELIVERED]

    @property
    def data_deleted(self) -> list[DataCategory]:
        return [one for one in self.data_categories if one.is_deleted]

    @property
    def data_to_delete(self) -> list[DataCategory]:
        """What was to be deleted and is still there."""
        return [
            one
            for one in self.data_categories
            if one.disposal == Disposal.DELETE and not one.is_done
        ]

    @property
    def money_paid_by_us(self) -> bool:
        return any(
            one.is_ours and one.amount_cents and one.state == ObligationState.FULFILLED
            for one in self.obligations
        )

    @property
    def access_taken_back(self) -> bool:
        return bool(self.access_items) and not any(one.is_open for one in self.access_items)


def _known(dates: Iterable[date | None]) -> frozenset[date]:
    return frozenset(day for day in dates if day is not None)
