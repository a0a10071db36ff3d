"""A client: the organisation or person that letters are addressed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from audit import clock
from clients import addresses, languages, postal_formats, validators
from clients.errors import AddressTooLong
from clients.models.fields import LineField, LinesField
from clients.models.office import Office
from clients.models.versioned import Versioned

if TYPE_CHECKING:
    from clients.models.contact import Contact


class Client(Versioned):
    """Somebody the firm works for, looked after by one team."""

    team = models.ForeignKey(
        "accounts.Team", verbose_name=_("team"), on_delete=models.PROTECT, related_name="clients"
    )
    office = models.ForeignKey(
        Office, verbose_name=_("office"), on_delete=models.PROTECT, related_name="clients"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account manager"),
        on_delete=models.PROTECT,
        related_name="owned_clients",
    )
    reference = models.CharField(
        _("reference"),
        max_length=30,
        validators=[validators.reference],
        help_text=_("The client's number in your books."),
    )
    legal_name = LineField(_("legal name"), max_length=120)
    display_name = LineField(
        _("short name"),
        max_length=60,
        blank=True,
        help_text=_("What colleagues say; the legal name if empty."),
    )
    language = models.CharField(
        _("language of letters"),
        max_length=10,
        choices=languages.correspondence_languages,
        default="en",
        validators=[validators.correspondence_language],
    )
    care_of = LineField(
        _("care of"),
        max_length=60,
        blank=True,
        help_text=_("Who takes the client's post in, without “c/o”."),
    )
    street = LinesField(
        _("street"),
        validators=[validators.street_lines],
        help_text=_("Up to three lines: building, street and number, or post box."),
    )
    postal_code = LineField(_("postal code"), max_length=12, blank=True)
    city = LineField(_("city"), max_length=60)
    region = LineField(
        _("state or region"),
        max_length=40,
        blank=True,
        help_text=_("Where an address needs it, such as NY in the United States."),
    )
    country = CountryField(_("country"))
    import_batch = models.ForeignKey(
        "clients.ImportBatch",
        verbose_name=_("import"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="clients",
    )
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["legal_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("reference"),
                name="client_reference_is_unique",
                violation_error_message=_("Another client already has this reference."),
            ),
            models.CheckConstraint(
                condition=~models.Q(reference=""), name="client_reference_is_given"
            ),
            models.CheckConstraint(
                condition=~models.Q(legal_name=""), name="client_legal_name_is_given"
            ),
        ]
        indexes = [models.Index(fields=["team", "legal_name"], name="client_team_and_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What colleagues call the client."""
        return self.display_name or self.legal_name

    def paper_lines(
        self, *, from_country: str, contact: Contact | None = None, max_lines: int | None = None
    ) -> list[str]:
        """Write the client's address as it stands in the window of an envelope.

        Raises:
            AddressTooLong: it takes more than `max_lines` lines (7 if not given).
        """
        return addresses.paper_lines(
            self.legal_name,
            self.care_of,
            self.street,
            self.postal_code,
            self.city,
            self.region,
            str(self.country),
            from_country=from_country,
            attention=contact.name if contact else "",
            max_lines=max_lines or addresses.MAX_LINES,
        )

    def clean(self) -> None:
        super().clean()
        postal_formats.check(
            country=str(self.country), postal_code=self.postal_code, region=self.region
        )
        if not (self.legal_name and self.street and self.city and self.country):
            return  # each has its own sentence already
        try:
            self.paper_lines(from_country=self._sending_country())
        except AddressTooLong as problem:
            raise ValidationError({"street": str(problem)}) from problem

    def _sending_country(self) -> str:
        return str(self.office.country) if self.office_id else ""
