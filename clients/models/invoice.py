"""An invoice that a client has, or still has, to pay."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from clients import validators
from clients.models.client import Client
from clients.models.engagement import Engagement
from clients.models.fields import LineField


class Invoice(models.Model):
    """Money asked from a client, open until it is paid."""

    client = models.ForeignKey(
        Client, verbose_name=_("client"), on_delete=models.CASCADE, related_name="invoices"
    )
    engagement = models.ForeignKey(
        Engagement,
        verbose_name=_("engagement"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invoices",
    )
    number = LineField(_("number"), max_length=40)
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("due on"))
    amount_cents = models.BigIntegerField(
        _("amount in cents"),
        validators=[MinValueValidator(0)],
        help_text=_("In the smallest unit of the currency: 12345 for EUR 123.45."),
    )
    currency = models.CharField(
        _("currency"), max_length=3, default="EUR", validators=[validators.currency]
    )
    paid_on = models.DateField(_("paid on"), null=True, blank=True)

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["due_on", "number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "number"],
                name="one_invoice_per_client_and_number",
                violation_error_message=_("This client already has an invoice of this number."),
            ),
            models.CheckConstraint(
                condition=models.Q(amount_cents__gte=0), name="invoice_amount_is_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("issued_on")),
                name="invoice_is_due_after_it_is_issued",
                violation_error_message=_("An invoice cannot be due before it is issued."),
            ),
            models.CheckConstraint(
                condition=models.Q(paid_on__isnull=True)
                | models.Q(paid_on__gte=models.F("issued_on")),
                name="invoice_is_paid_after_it_is_issued",
                violation_error_message=_("An invoice cannot be paid before it is issued."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["client", "due_on"],
                condition=models.Q(paid_on__isnull=True),
                name="invoice_open_by_client",
            )
        ]

    def __str__(self) -> str:
        return self.number

    if TYPE_CHECKING:
        client_id: int

    def days_overdue_on(self, day: date) -> int:
        """How many days the payment is late on a day; 0 when it is not or no longer."""
        return 0 if self.paid_on else max((day - self.due_on).days, 0)

    def clean(self) -> None:
        super().clean()
        problems: dict[str, str] = {}
        if self.issued_on and self.due_on and self.due_on < self.issued_on:
            problems["due_on"] = _text("An invoice cannot be due before it is issued.")
        if self.issued_on and self.paid_on and self.paid_on < self.issued_on:
            problems["paid_on"] = _text("An invoice cannot be paid before it is issued.")
        if self.engagement is not None and self.engagement.client_id != self.client_id:
            problems["engagement"] = _text("This engagement belongs to another client.")
        if problems:
            raise ValidationError(problems)
