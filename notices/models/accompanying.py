"""What goes with a letter, and who else gets it; frozen with the letter."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


class NoticeEnclosure(models.Model):
    """A PDF that is sealed, mailed and printed with a letter, and named on it.

    The bytes are the notice's own copy: what becomes of the case's file later changes nothing. The
    database refuses a change once the notice is sealed; sending compares the bytes with their hash.
    """

    notice = models.ForeignKey(
        "notices.Notice", on_delete=models.PROTECT, related_name="enclosures"
    )
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=100)
    case_file = models.ForeignKey(
        "offboarding.CaseFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.PositiveIntegerField()
    page_count = models.PositiveSmallIntegerField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["notice", "position"]
        verbose_name = _("enclosure")
        verbose_name_plural = _("enclosures")
        constraints = [
            models.UniqueConstraint(fields=["notice", "position"], name="enclosure_in_its_place"),
            models.UniqueConstraint(fields=["notice", "sha256"], name="enclosed_once"),
        ]

    def __str__(self) -> str:
        return self.title


class CopyReader(models.TextChoices):
    """Who gets a copy."""

    CONTACT = "contact", _("Another contact of the client")
    COUNSEL = "counsel", _("Counsel")


class NoticeCopy(models.Model):
    """Somebody who gets the sealed letter for information, by e-mail; it serves nobody.

    A copy carries no receipt link: its reader cannot confirm for the addressee. What is privileged
    is not named on the letter and stays out of the evidence pack.
    """

    notice = models.ForeignKey("notices.Notice", on_delete=models.PROTECT, related_name="copies")
    reader = models.CharField(_("who"), max_length=10, choices=CopyReader.choices)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"))
    is_privileged = models.BooleanField(_("privileged"), default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["notice", "pk"]
        verbose_name = _("copy of a letter")
        verbose_name_plural = _("copies of letters")
        constraints = [
            models.UniqueConstraint(fields=["notice", "email"], name="one_copy_per_address")
        ]

    def __str__(self) -> str:
        return self.name
