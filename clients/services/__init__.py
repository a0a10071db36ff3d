"""The verbs that people use on clients and offices; each is one transaction and one event."""

from clients.services.clients import create_client, edit_client
from clients.services.contacts import (
    add_contact,
    choose_notice_recipient,
    edit_contact,
    remove_contact,
)
from clients.services.engagements import add_engagement, edit_engagement, end_engagement
from clients.services.invoices import (
    edit_invoice,
    mark_invoice_open,
    mark_invoice_paid,
    record_invoice,
)
from clients.services.offices import (
    add_holiday,
    add_office,
    add_signatory,
    edit_firm,
    edit_office,
    remove_holiday,
    remove_signatory,
)

__all__ = [
    "add_contact",
    "add_engagement",
    "add_holiday",
    "add_office",
    "add_signatory",
    "choose_notice_recipient",
    "create_client",
    "edit_client",
    "edit_contact",
    "edit_engagement",
    "edit_firm",
    "edit_invoice",
    "edit_office",
    "end_engagement",
    "mark_invoice_open",
    "mark_invoice_paid",
    "record_invoice",
    "remove_contact",
    "remove_holiday",
    "remove_signatory",
]
