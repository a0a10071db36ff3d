"""A person at the client."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients import languages, phones, validators
from clients.models.client import Client
from clients.models.fields import LineField, OneEmailField, PhoneField


class Contact(models.Model):
    """A person to write to or call; at most one of them receives the client's notices."""

    client = models.ForeignKey(
        Client, verbose_name=_("client"), on_delete=models.CASCADE, related_name="contacts"
    )
    name = LineField(_("name"), max_length=60)
    position = LineField(_("position"), max_length=60, blank=True)
    email = OneEmailField(_("e-mail"), blank=True)
    phone = PhoneField(
        _("telephone"), blank=True, help_text=_("With country code, for example +493012345678.")
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        choices=languages.correspondence_languages,
        validators=[validators.correspondence_language],
        help_text=_("Only if it differs from the client's."),
    )
    receives_notices = models.BooleanField(_("receives notices"), default=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-receives_notices", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=models.Q(receives_notices=True),
                name="one_notice_recipient_per_client",
                violation_error_message=_("Another contact of this client receives the notices."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def phone_country(self) -> str:
        """The country of a telephone number that is typed without its code."""
        try:
            return str(self.client.country)
        except Client.DoesNotExist:
            return ""

    @property
    def phone_shown(self) -> str:
        """The telephone number as people abroad would dial it."""
        return phones.international(self.phone)

    @property
    def correspondence_language(self) -> str:
        """The language to write to this person in."""
        return self.language or self.client.language
