"""What colleagues tell each other on a case."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class CaseNote(models.Model):
    """Words of a colleague for colleagues; no client ever reads them."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="notes"
    )
    text = models.TextField(_("note"), max_length=4000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-written_at", "-pk"]
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [models.Index(fields=["case", "-written_at"], name="note_by_case")]

    def __str__(self) -> str:
        return f"{self.written_by_id} on {self.case_id}"


class Mention(models.Model):
    """One person whom a note is meant for; kept when it is written, never read out of its words."""

    note = models.ForeignKey(CaseNote, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mentions"
    )

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [
            models.UniqueConstraint(fields=["note", "person"], name="mentioned_once_in_a_note")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.note_id}"
