"""When a notice counts as received if nothing else proves it: presets that admins edit."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from offboarding.terms import Counting, ReceiptRule

LONGEST_DAYS = 60


class ServiceChannel(models.TextChoices):
    """The ways in which a notice is handed over."""

    EMAIL = "email", _("E-mail")
    POST = "post", _("Letter")
    REGISTERED_MAIL = "registered_mail", _("Registered mail")


class CountingChoice(models.TextChoices):
    """How the days are counted."""

    BUSINESS_DAYS = Counting.BUSINESS_DAYS, _("Business days")
    CALENDAR_DAYS = Counting.CALENDAR_DAYS, _("Calendar days")
    CALENDAR_THEN_BUSINESS = (
        Counting.CALENDAR_THEN_BUSINESS,
        _("Calendar days, and on to the next business day"),
    )


class ServiceRule(models.Model):
    """One preset of deemed service, for a channel and for where the addressee is.

    General guidance, not law: the agreement goes first. The rule of the region goes before that of
    the country, and that before the general one. A case keeps a copy of the rule that it used.
    """

    country = CountryField(
        _("country"), blank=True, help_text=_("Where the addressee is. Empty: everywhere else.")
    )
    region = models.CharField(
        _("region"),
        max_length=10,
        blank=True,
        validators=[
            RegexValidator(r"^[A-Z0-9]*\Z", _("Use the short code of the region, such as ENG."))
        ],
        help_text=_("Its short code, such as ENG. Empty: the whole country."),
    )
    channel = models.CharField(_("channel"), max_length=16, choices=ServiceChannel.choices)
    days = models.PositiveSmallIntegerField(
        _("days"),
        validators=[MaxValueValidator(LONGEST_DAYS)],
        help_text=_("Counted after the day on which the notice is handed over."),
    )
    counting = models.CharField(
        _("counted in"),
        max_length=24,
        choices=CountingChoice.choices,
        default=CountingChoice.BUSINESS_DAYS,
    )
    source = models.TextField(
        _("source"), max_length=500, help_text=_("What this goes by, and where it ends.")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["country", "region", "channel"]
        verbose_name = _("rule of deemed service")
        verbose_name_plural = _("rules of deemed service")
        constraints = [
            models.UniqueConstraint(
                fields=["country", "region", "channel"],
                name="one_service_rule_a_place_and_channel",
                violation_error_message=_("There is a rule for this place and channel already."),
            ),
            models.CheckConstraint(
                condition=models.Q(region="") | ~models.Q(country=""),
                name="service_rule_region_has_its_country",
                violation_error_message=_("Choose the country of this region first."),
            ),
        ]

    def __str__(self) -> str:
        place = "-".join(part for part in (str(self.country.code), self.region) if part)
        return f"{self.get_channel_display()} {place}".strip()

    @property
    def rule(self) -> ReceiptRule:
        """The rule as dates are computed with it."""
        return ReceiptRule(
            channel=self.channel,
            days=self.days,
            counting=Counting(self.counting),
            country=str(self.country.code or ""),
            region=self.region,
            source=self.source,
        )
