"""Who writes to whom: the firm and its offices, its clients and what was agreed with them."""

from clients.models.client import Client
from clients.models.contact import Contact
from clients.models.engagement import (
    Engagement,
    NoticeForm,
    NoticeMethod,
    NoticePeriodUnit,
)
from clients.models.firm import Firm
from clients.models.holiday import Holiday
from clients.models.import_batch import ImportBatch, ImportRow, ImportStatus, RowState
from clients.models.invoice import Invoice
from clients.models.office import Office, Stationery
from clients.models.signatory import Signatory

__all__ = [
    "Client",
    "Contact",
    "Engagement",
    "Firm",
    "Holiday",
    "ImportBatch",
    "ImportRow",
    "ImportStatus",
    "Invoice",
    "NoticeForm",
    "NoticeMethod",
    "NoticePeriodUnit",
    "Office",
    "RowState",
    "Signatory",
    "Stationery",
]
