"""What search looks through: one row for everything that can be found."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchKind(models.TextChoices):
    """What was found."""

    CASE = "case", _("Case")
    CLIENT = "client", _("Client")
    CONTACT = "contact", _("Contact")
    OBLIGATION = "obligation", _("Obligation")
    FACT = "fact", _("Fact")
    NOTE = "note", _("Note")
    COMMUNICATION = "communication", _("Communication")


NAMES = (SearchKind.CASE, SearchKind.CLIENT, SearchKind.CONTACT)
"""Kinds that are found by what somebody or something is called."""
TEXTS = (SearchKind.OBLIGATION, SearchKind.FACT, SearchKind.NOTE, SearchKind.COMMUNICATION)
"""Kinds that are found by what was written."""


class SearchEntry(models.Model):
    """A copy of another row's words, written by triggers and by nobody else.

    It names what it copies and whose it is by bare keys: a copy keeps nothing from being deleted.

    `offboarding.search_index` says from which tables. A search begins among the rows of the
    reader's teams; what they may read is asked of the case and the client.
    """

    kind = models.CharField(max_length=16, choices=SearchKind.choices)
    source = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    case_id = models.BigIntegerField(null=True)
    client_id = models.BigIntegerField()
    team_id = models.BigIntegerField()
    at = models.DateTimeField()
    text = models.TextField()
    words = models.TextField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["source", "subject_id"], name="found_once"),
        ]
        indexes = [
            models.Index(fields=["kind", "team_id", "-at"], name="newest_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
