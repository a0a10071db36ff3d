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

    `offboarding.search_index` says from which tables. Whose it is stands here as well, so that a
    search begins among the rows of the reader's teams; what they may read is asked of the case.
    """

    kind = models.CharField(max_length=16, choices=SearchKind.choices)
    source = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    case = models.ForeignKey(
        "offboarding.TerminationCase",
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
    )
    client = models.ForeignKey(
        "clients.Client", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    team = models.ForeignKey(
        "accounts.Team",
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    at = models.DateTimeField()
    text = models.TextField()
    words = models.TextField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["source", "subject_id"], name="found_once"),
        ]
        indexes = [
            models.Index(fields=["kind", "team", "-at"], name="newest_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
