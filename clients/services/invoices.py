"""Money asked from clients."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from clients.models import Client, Engagement, Invoice
from clients.policies import require_client_editing
from clients.services import saving

FIELDS = frozenset({"engagement", "number", "issued_on", "due_on", "amount_cents", "currency"})


@transaction.atomic
def record_invoice(
    client: Client,
    *,
    by: Actor,
    number: str,
    issued_on: date,
    due_on: date,
    amount_cents: int,
    currency: str = "",
    engagement: Engagement | None = None,
    paid_on: date | None = None,
) -> Invoice:
    """Write down an invoice.

    Args:
        client: who owes it.
        by: who does it.
        number: as printed on the invoice.
        issued_on: the date on the invoice.
        due_on: the last day to pay.
        amount_cents: in the smallest unit of the currency.
        currency: ISO 4217; the office's if empty.
        engagement: the agreement it is for, if it is for one.
        paid_on: when it was paid, if it was.

    Raises:
        ValidationError: with a sentence for each wrong field.
        PermissionDenied: the actor does not work in the client's team.
    """
    fresh = saving.locked_client(client)
    require_client_editing(by, fresh.team)
    invoice = Invoice(
        client=fresh,
        engagement=engagement,
        number=number,
        issued_on=issued_on,
        due_on=due_on,
        amount_cents=amount_cents,
        currency=currency or fresh.office.currency,
        paid_on=paid_on,
    )
    return saving.add(invoice, "invoice.recorded", by=by)


@transaction.atomic
def edit_invoice(invoice: Invoice, *, by: Actor, **changes: Any) -> Invoice:
    """Correct what is known about an invoice.

    Raises:
        ValidationError: with a sentence for each wrong field.
        PermissionDenied: the actor does not work in the client's team.
    """
    fresh = _locked(invoice)
    require_client_editing(by, fresh.client.team)
    return saving.change(fresh, "invoice.edited", by=by, changes=changes, allowed=FIELDS)


@transaction.atomic
def mark_invoice_paid(invoice: Invoice, *, by: Actor, paid_on: date) -> Invoice:
    """Write down that an invoice was paid; a second time with the same day changes nothing.

    Raises:
        ValidationError: it was paid already on another day, or before it was issued.
        PermissionDenied: the actor does not work in the client's team.
    """
    fresh = _locked(invoice)
    require_client_editing(by, fresh.client.team)
    if fresh.paid_on and fresh.paid_on != paid_on:
        raise ValidationError({"paid_on": _("This invoice has been paid already.")})
    return saving.change(
        fresh, "invoice.paid", by=by, changes={"paid_on": paid_on}, allowed={"paid_on"}
    )


@transaction.atomic
def mark_invoice_open(invoice: Invoice, *, by: Actor, reason: str) -> Invoice:
    """Take back that an invoice was paid: the money was booked wrongly or went back.

    Raises:
        ValidationError: the reason is missing.
        PermissionDenied: the actor does not work in the client's team.
    """
    fresh = _locked(invoice)
    require_client_editing(by, fresh.client.team)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the invoice is open again.")})
    return saving.change(
        fresh,
        "invoice.reopened",
        by=by,
        changes={"paid_on": None},
        allowed={"paid_on"},
        reason=reason.strip(),
    )


def _locked(invoice: Invoice) -> Invoice:
    return Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
