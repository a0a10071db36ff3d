"""Clients as a CSV file, in the very columns that the import reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from clients import currencies
from clients.csv_cells import safe_row
from clients.imports.columns import LINE_SEPARATOR, NAMES
from clients.models import Client, Contact, Engagement

_AT_A_TIME = 500


def clients_csv(clients: QuerySet[Client]) -> Iterator[str]:
    """Write clients out line by line, headings first, with no cell that could run as a formula.

    A client's recipient of notices and its first engagement stand in its row, as in an import.
    """
    yield _line(list(NAMES))
    complete = clients.select_related("office", "owner").prefetch_related(
        Prefetch(
            "contacts",
            queryset=Contact.objects.filter(receives_notices=True),
            to_attr="exported_contacts",
        ),
        Prefetch(
            "engagements",
            queryset=Engagement.objects.order_by("started_on", "pk"),
            to_attr="exported_engagements",
        ),
    )
    for client in complete.iterator(chunk_size=_AT_A_TIME):
        cells = _cells(client)
        yield _line(safe_row([cells.get(name, "") for name in NAMES]))


def _cells(client: Client) -> dict[str, object]:
    cells: dict[str, object] = {
        "reference": client.reference,
        "legal_name": client.legal_name,
        "display_name": client.display_name,
        "language": client.language,
        "care_of": client.care_of,
        "street": _on_one_line(client.street),
        "postal_code": client.postal_code,
        "city": client.city,
        "region": client.region,
        "country": str(client.country),
        "office": client.office.name,
        "owner_email": client.owner.email,
    }
    for contact in client.exported_contacts[:1]:  # type: ignore[attr-defined]
        cells |= {
            "contact_name": contact.name,
            "contact_position": contact.position,
            "contact_email": contact.email,
            "contact_phone": contact.phone,
            "contact_language": contact.language,
        }
    for engagement in client.exported_engagements[:1]:  # type: ignore[attr-defined]
        cells |= {
            "engagement_title": engagement.title,
            "engagement_services": _on_one_line(engagement.services),
            "service_line": engagement.service_line,
            "started_on": engagement.started_on.isoformat(),
            "notice_period_count": engagement.notice_period_count,
            "notice_period_unit": engagement.notice_period_unit,
            "notice_period_in_business_days": _yes_or_no(engagement.notice_period_in_business_days),
            "notice_to_end_of_month": _yes_or_no(engagement.notice_to_end_of_month),
            "notice_method": engagement.notice_method,
            "notice_email": engagement.notice_email,
            "notice_address": _on_one_line(engagement.notice_address),
            "notice_form": engagement.notice_form,
            "signatories_required": engagement.signatories_required,
            "cure_days": engagement.cure_days,
            **_yearly_value(engagement, client),
        }
    return cells


def _yearly_value(engagement: Engagement, client: Client) -> dict[str, object]:
    if engagement.yearly_value_cents is None:
        return {"yearly_value_currency": engagement.yearly_value_currency}
    currency = engagement.yearly_value_currency or str(client.office.currency)
    value = Decimal(engagement.yearly_value_cents).scaleb(-currencies.minor_unit_digits(currency))
    return {
        "yearly_value": f"{value:f}",
        "yearly_value_currency": engagement.yearly_value_currency,
    }


def _line(cells: list[object]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerow(cells)
    return file.getvalue()


def _on_one_line(text: str) -> str:
    return f" {LINE_SEPARATOR} ".join(text.splitlines())


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"
