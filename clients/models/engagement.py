"""An engagement: what was agreed with a client, and how it may be ended."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from clients import validators
from clients.models.client import Client
from clients.models.fields import LineField, LinesField, OneEmailField
from clients.models.versioned import Versioned


class NoticePeriodUnit(models.TextChoices):
    """What a notice period counts."""

    DAYS = "days", _("Days")
    WEEKS = "weeks", _("Weeks")
    MONTHS = "months", _("Months")


LONGEST_NOTICE_PERIOD: dict[str, int] = {
    NoticePeriodUnit.DAYS: 999,
    NoticePeriodUnit.WEEKS: 260,
    NoticePeriodUnit.MONTHS: 60,
}
"""Longer than any period between businesses, short enough to catch a slip of the keyboard."""


class NoticeMethod(models.TextChoices):
    """The way of sending that the agreement names."""

    ANY = "any", _("No method named")
    EMAIL = "email", _("E-mail")
    REGISTERED_MAIL = "registered_mail", _("Registered mail")


class NoticeForm(models.TextChoices):
    """Whether a notice is good as text or needs a signature in ink."""

    TEXT = "text", _("Text is enough")
    INK = "ink", _("Written, signed in ink")


class Engagement(Versioned):
    """An agreement with a client and its notice clause."""

    client = models.ForeignKey(
        Client, verbose_name=_("client"), on_delete=models.CASCADE, related_name="engagements"
    )
    title = LineField(
        _("title"), max_length=120, help_text=_("For example “Bookkeeping agreement 2024”.")
    )
    services = LinesField(
        _("services"),
        blank=True,
        validators=[validators.service_lines],
        help_text=_("One on each line, in the words of the agreement."),
    )
    service_line = LineField(
        _("service line"), max_length=60, blank=True, help_text=_("For example “Accounting”.")
    )
    started_on = models.DateField(_("started on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    notice_period_count = models.PositiveSmallIntegerField(
        _("notice period"), default=0, validators=[MaxValueValidator(999)]
    )
    notice_period_unit = models.CharField(
        _("counted in"),
        max_length=10,
        choices=NoticePeriodUnit.choices,
        default=NoticePeriodUnit.DAYS,
    )
    notice_period_in_business_days = models.BooleanField(_("only business days"), default=False)
    notice_to_end_of_month = models.BooleanField(_("to the end of a month"), default=False)
    notice_method = models.CharField(
        _("notice is sent by"),
        max_length=20,
        choices=NoticeMethod.choices,
        default=NoticeMethod.ANY,
    )
    notice_email = OneEmailField(
        _("e-mail address for notices"),
        blank=True,
        help_text=_("Only if the agreement names one."),
    )
    notice_address = LinesField(
        _("postal address for notices"),
        blank=True,
        validators=[validators.address_lines],
        help_text=_("Only if the agreement names one; as it is printed, up to seven lines."),
    )
    notice_form = models.CharField(
        _("form of the notice"),
        max_length=10,
        choices=NoticeForm.choices,
        default=NoticeForm.TEXT,
    )
    signatories_required = models.PositiveSmallIntegerField(
        _("signatures needed"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
    )
    cure_days = models.PositiveSmallIntegerField(
        _("cure period, days"),
        default=0,
        validators=[MaxValueValidator(999)],
        help_text=_("How long the client may put things right before a notice for cause."),
    )

    yearly_value_cents = models.PositiveBigIntegerField(
        _("yearly value in cents"),
        null=True,
        blank=True,
        help_text=_("What the client pays in a usual year, in the smallest unit of the currency."),
    )
    yearly_value_currency = models.CharField(
        _("currency of the yearly value"),
        max_length=3,
        blank=True,
        validators=[validators.currency],
        help_text=_("Left empty, the office's currency."),
    )

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        ordering = ["started_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True)
                | models.Q(ended_on__gte=models.F("started_on")),
                name="engagement_ends_after_it_starts",
                violation_error_message=_("An engagement cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=models.Q(notice_period_count__gte=0),
                name="engagement_notice_period_is_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(notice_period_in_business_days=False)
                | models.Q(notice_period_unit=NoticePeriodUnit.DAYS),
                name="engagement_business_days_are_days",
                violation_error_message=_("Only a period in days can count business days."),
            ),
            models.CheckConstraint(
                condition=models.Q(signatories_required__gte=1),
                name="engagement_needs_a_signature",
            ),
            models.CheckConstraint(
                condition=models.Q(notice_period_unit__in=NoticePeriodUnit.values)
                & models.Q(notice_method__in=NoticeMethod.values)
                & models.Q(notice_form__in=NoticeForm.values),
                name="engagement_notice_clause_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    if TYPE_CHECKING:
        client_id: int

    @property
    def service_list(self) -> list[str]:
        """The services, one entry each."""
        return self.services.splitlines()

    @property
    def value_currency(self) -> str:
        """The currency of the yearly value."""
        return self.yearly_value_currency or str(self.client.office.currency)

    def is_running_on(self, day: date) -> bool:
        """Whether services are owed under this agreement on a day."""
        return self.started_on <= day and (self.ended_on is None or day <= self.ended_on)

    def clean(self) -> None:
        super().clean()
        problems: dict[str, str] = {}
        if self.started_on and self.ended_on and self.ended_on < self.started_on:
            problems["ended_on"] = _text("An engagement cannot end before it starts.")
        if self.notice_period_in_business_days and self.notice_period_unit != NoticePeriodUnit.DAYS:
            problems["notice_period_in_business_days"] = _text(
                "Only a period in days can count business days."
            )
        longest = LONGEST_NOTICE_PERIOD.get(self.notice_period_unit)
        if longest is not None and (self.notice_period_count or 0) > longest:
            problems["notice_period_count"] = _text(
                "This is longer than any notice period; please look at its unit again."
            )
        if self.notice_form == NoticeForm.INK and self.notice_method == NoticeMethod.EMAIL:
            problems["notice_form"] = _text(
                "A notice signed in ink cannot go by e-mail. Choose registered mail or no method."
            )
        if problems:
            raise ValidationError(problems)
