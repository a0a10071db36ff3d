"""An office of the firm: whose letterhead, zone, holidays and stationery a letter uses."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from clients import addresses, languages, phones, postal_formats, validators
from clients.models.fields import LineField, LinesField, OneEmailField, PhoneField
from clients.models.firm import Firm

_nudge = [MinValueValidator(-5), MaxValueValidator(5)]


class Stationery(models.TextChoices):
    """The envelope and paper that letters are laid out for."""

    DIN5008B = "din5008b", _("DIN 5008 form B, A4, window envelope DL")
    DIN5008A = "din5008a", _("DIN 5008 form A, A4, window envelope DL")
    US10 = "us10", _("US Letter, #10 single window envelope")
    UKDL = "ukdl", _("UK A4, DL window envelope")


class Office(models.Model):
    """A place the firm writes from."""

    firm = models.ForeignKey(
        Firm, verbose_name=_("firm"), on_delete=models.PROTECT, related_name="offices", default=1
    )
    name = LineField(
        _("name"), max_length=60, unique=True, help_text=_("As colleagues call it: “Berlin”.")
    )
    legal_name = LineField(
        _("legal name"), max_length=120, help_text=_("The company as it stands on the letterhead.")
    )
    street = LinesField(_("street"), validators=[validators.street_lines])
    postal_code = LineField(_("postal code"), max_length=12, blank=True)
    city = LineField(_("city"), max_length=60)
    region = LineField(_("state or region"), max_length=40, blank=True)
    country = CountryField(_("country"))
    phone = PhoneField(_("telephone"), help_text=_("With country code, for example +493012345678."))
    email = OneEmailField(_("e-mail"))
    website = LineField(_("website"), max_length=200, blank=True, validators=[validators.website])
    registration_lines = LinesField(
        _("registration lines"),
        blank=True,
        validators=[validators.registration_lines],
        help_text=_("Small print of the letterhead: register, tax number, directors, bank."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=60,
        default="UTC",
        validators=[validators.time_zone],
        help_text=_("Its name in the tz database, such as Europe/Berlin."),
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="EUR",
        validators=[validators.currency],
        help_text=_("Three letters, such as EUR."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=languages.letter_languages,
        default="en",
        validators=[validators.letter_language],
    )
    stationery = models.CharField(
        _("stationery"), max_length=20, choices=Stationery.choices, default=Stationery.DIN5008B
    )
    nudge_x_mm = models.DecimalField(
        _("move the address right, mm"),
        max_digits=3,
        decimal_places=1,
        default=0,
        validators=_nudge,
        help_text=_("Between −5 and 5, when the printer sits a little off."),
    )
    nudge_y_mm = models.DecimalField(
        _("move the address down, mm"),
        max_digits=3,
        decimal_places=1,
        default=0,
        validators=_nudge,
        help_text=_("Between −5 and 5, when the printer sits a little off."),
    )
    paper_grams_per_m2 = models.PositiveSmallIntegerField(
        _("paper, grams per m²"),
        default=80,
        validators=[MinValueValidator(40), MaxValueValidator(300)],
        help_text=_("As it stands on the ream; the desk weighs letters by it."),
    )
    envelope_grams = models.PositiveSmallIntegerField(
        _("empty envelope, grams"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(200)],
    )
    prints_both_sides = models.BooleanField(
        _("the printer prints both sides"),
        default=False,
        help_text=_("Then each letter still begins on a sheet of its own."),
    )
    holiday_country = models.CharField(
        _("country of public holidays"),
        max_length=2,
        blank=True,
        help_text=_("Two letters such as DE; empty when the office lists its own holidays only."),
    )
    holiday_region = LineField(
        _("region of public holidays"),
        max_length=20,
        blank=True,
        help_text=_("A state or province with holidays of its own, such as BE for Berlin."),
    )

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(nudge_x_mm__gte=-5, nudge_x_mm__lte=5)
                & models.Q(nudge_y_mm__gte=-5, nudge_y_mm__lte=5),
                name="office_nudge_within_5_mm",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    paper_grams_per_m2__gte=40,
                    paper_grams_per_m2__lte=300,
                    envelope_grams__gte=1,
                    envelope_grams__lte=200,
                ),
                name="office_paper_has_a_weight",
            ),
            models.CheckConstraint(
                condition=models.Q(stationery__in=Stationery.values),
                name="office_stationery_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def phone_country(self) -> str:
        """The country of a telephone number that is typed without its code."""
        return str(self.country)

    @property
    def phone_shown(self) -> str:
        """The telephone number as people abroad would dial it."""
        return phones.international(self.phone)

    @property
    def paper_lines(self) -> list[str]:
        """The office's own address, as it stands on its letterhead."""
        return addresses.paper_lines(
            self.legal_name,
            "",
            self.street,
            self.postal_code,
            self.city,
            self.region,
            str(self.country),
            from_country=str(self.country),
        )

    def clean(self) -> None:
        super().clean()
        postal_formats.check(
            country=str(self.country), postal_code=self.postal_code, region=self.region
        )
        validators.holiday_calendar(self.holiday_country, self.holiday_region)
