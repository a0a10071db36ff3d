"""A letter that a firm prints and posts for us."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class ServiceState(models.TextChoices):
    """How far an order has come.

    queued → submitting → submitted, or refused, or uncertain. `submitting` is committed before the
    first byte leaves; from there on no machine sends the order again.
    """

    QUEUED = "queued", _("Waits to be handed over")
    SUBMITTING = "submitting", _("Being handed over")
    SUBMITTED = "submitted", _("Taken by the print service")
    REFUSED = "refused", _("Refused by the print service")
    UNCERTAIN = "uncertain", _("Uncertain")
    CANCELLED = "cancelled", _("Taken back")
    ENDED = "ended", _("Posted and reported")


CLOSED_ORDERS = (ServiceState.REFUSED, ServiceState.CANCELLED)
"""States after which the letter may go another way."""

AT_THE_SERVICE = (ServiceState.SUBMITTING, ServiceState.SUBMITTED, ServiceState.UNCERTAIN)
"""States in which the service may print and post the letter, whatever is decided here."""


class ServiceOrder(models.Model):
    """One registered letter given to a print service; a row of the outbox like any other."""

    delivery = models.ForeignKey(
        "notices.Delivery", on_delete=models.PROTECT, related_name="service_orders"
    )
    provider = models.CharField(max_length=40)
    # Names the order to the provider; the same key never makes two letters.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(
        max_length=12, choices=ServiceState.choices, default=ServiceState.QUEUED, editable=False
    )
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ordered_at = models.DateTimeField(default=clock.now)
    departs_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=100, blank=True)
    reply = models.TextField(blank=True)

    class Meta:
        ordering = ["ordered_at", "pk"]
        verbose_name = _("order to a print service")
        verbose_name_plural = _("orders to a print service")
        constraints = [
            models.UniqueConstraint(
                fields=["delivery"],
                condition=~Q(state__in=["refused", "cancelled"]),
                name="letter_at_one_print_service",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ServiceState.values), name="service_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["departs_at"],
                name="service_order_open",
                condition=Q(state__in=["queued", "submitting", "submitted"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} · {self.reference or self.key}"
