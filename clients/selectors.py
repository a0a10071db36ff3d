"""Reads of clients, their open money, and who is written to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts import selectors as people
from accounts.models import User
from audit import clock
from clients import text_search
from clients.models import Client, Contact, Engagement, Invoice
from clients.text_search import holds

AnyUser: TypeAlias = User | AnonymousUser


def visible_clients(user: AnyUser) -> QuerySet[Client]:
    """List the clients a person may open: their teams', or every one for an auditor.

    An admin sees none here by being admin; clients are in Django admin for them.
    """
    if isinstance(user, AnonymousUser) or not user.is_active:
        return Client.objects.none()
    clients = Client.objects.select_related("team", "office", "owner")
    if user.is_auditor:
        return clients
    return clients.filter(team__in=people.teams_of(user))


def editable_clients(user: AnyUser) -> QuerySet[Client]:
    """List the clients a person may change: their teams', and none for an auditor."""
    if isinstance(user, AnonymousUser) or user.is_auditor:
        return Client.objects.none()
    return visible_clients(user)


def with_list_facts(clients: QuerySet[Client]) -> QuerySet[Client]:
    """Add what a list of clients shows, in a number of queries that does not grow with it.

    Each client gets `notice_recipients` (a list of one or none), `engagement_count` and
    `open_invoice_count`.
    """
    running = Engagement.objects.filter(client=OuterRef("pk"), ended_on__isnull=True)
    unpaid = Invoice.objects.filter(client=OuterRef("pk"), paid_on__isnull=True)
    return clients.annotate(
        engagement_count=_count_of(running), open_invoice_count=_count_of(unpaid)
    ).prefetch_related(
        Prefetch(
            "contacts",
            queryset=Contact.objects.filter(receives_notices=True),
            to_attr="notice_recipients",
        )
    )


def search_clients(clients: QuerySet[Client], words: str) -> QuerySet[Client]:
    """Narrow clients down to those whose name, reference, city or contact holds every word."""
    for word in text_search.words_of(words):
        clients = clients.filter(
            holds("legal_name", word)
            | holds("display_name", word)
            | holds("city", word)
            | Q(reference__icontains=word)
            | Q(pk__in=Contact.objects.filter(_contact_holds(word)).values("client"))
        )
    return clients


def running_engagements(client: Client, *, on: date | None = None) -> QuerySet[Engagement]:
    """List the agreements under which services are owed on a day (today if not given)."""
    day = on or clock.today(client.office.time_zone)
    return client.engagements.filter(started_on__lte=day).filter(
        Q(ended_on__isnull=True) | Q(ended_on__gte=day)
    )


def notice_recipient(client: Client) -> Contact | None:
    """Find the contact who receives the client's notices, if one is chosen."""
    return client.contacts.filter(receives_notices=True).first()


def open_invoices(client: Client) -> QuerySet[Invoice]:
    """List the invoices a client has not paid, the longest due first."""
    return client.invoices.filter(paid_on__isnull=True).order_by("due_on", "number", "pk")


@dataclass(frozen=True, kw_only=True)
class MoneyAtStake:
    """What a client owes in one currency.

    Attributes:
        currency: ISO 4217.
        open_cents: all that is not paid, due or not.
        overdue_cents: the part whose due date has passed.
        overdue_cents_by_age: that part by days late: up to 30, 60, 90, and more.
        oldest_overdue_days: how late the oldest invoice is; 0 when none is late.
        invoice_count: how many invoices are open.
    """

    currency: str
    open_cents: int
    overdue_cents: int
    overdue_cents_by_age: dict[str, int]
    oldest_overdue_days: int
    invoice_count: int


AGES = (("1–30", 30), ("31–60", 60), ("61–90", 90))
OLDEST_AGE = "90+"


def money_at_stake(client: Client, *, on: date | None = None) -> list[MoneyAtStake]:
    """Add up what a client owes on a day, one entry for each currency.

    Args:
        client: who owes it.
        on: the day to count lateness from; today at the client's office if not given.
    """
    day = on or clock.today(client.office.time_zone)
    by_currency: dict[str, list[Invoice]] = defaultdict(list)
    for invoice in open_invoices(client):
        by_currency[invoice.currency].append(invoice)
    return [_added_up(currency, by_currency[currency], day) for currency in sorted(by_currency)]


def _added_up(currency: str, invoices: list[Invoice], day: date) -> MoneyAtStake:
    by_age = {label: 0 for label, _days in AGES} | {OLDEST_AGE: 0}
    for invoice in invoices:
        if late := invoice.days_overdue_on(day):
            label = next((label for label, days in AGES if late <= days), OLDEST_AGE)
            by_age[label] += invoice.amount_cents
    return MoneyAtStake(
        currency=currency,
        open_cents=sum(invoice.amount_cents for invoice in invoices),
        overdue_cents=sum(by_age.values()),
        overdue_cents_by_age=by_age,
        oldest_overdue_days=max(invoice.days_overdue_on(day) for invoice in invoices),
        invoice_count=len(invoices),
    )


def _count_of(of_client: QuerySet[Any]) -> Coalesce:
    # Each in its own subquery: two joins in one query would multiply the rows to be counted.
    counted = of_client.order_by().values("client").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def _contact_holds(word: str) -> Q:
    return holds("name", word) | Q(email__icontains=word)
