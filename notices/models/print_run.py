"""The day's printing: which letters went through the printer together, in which order."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class PrintRun(models.Model):
    """Letters that are printed as one file, each behind a cover sheet that stays in the house.

    The row is the order; a worker sets the cover sheets and puts the file together. What the
    cover sheets show is copied to the run's letters when it is ordered.
    """

    office = models.ForeignKey("clients.Office", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("run"))
    profile = models.CharField(_("stationery"), max_length=20)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ordered_at = models.DateTimeField(default=clock.now)
    # Set for a run that repeats another one, which is a person's recorded decision.
    repeats = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="repetitions"
    )
    reason = models.TextField(_("reason"), blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    # Sentences for people when the file cannot be put together as it stands.
    problems = models.JSONField(default=list)
    pdf = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    page_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-ordered_at", "-pk"]
        verbose_name = _("print run")
        verbose_name_plural = _("print runs")
        constraints = [
            models.UniqueConstraint(fields=["office", "number"], name="run_number_per_office")
        ]
        indexes = [
            models.Index(fields=["ordered_at"], name="run_to_set", condition=Q(done_at=None))
        ]

    def __str__(self) -> str:
        return str(_("Run %(number)d, %(office)s")) % {"number": self.number, "office": self.office}

    @property
    def is_good(self) -> bool:
        """The file is there to be printed."""
        return self.done_at is not None and bool(self.sha256)


class LeftOut(models.TextChoices):
    """Why a letter of a run is not in its file."""

    BYTES_DIFFER = "bytes_differ", _("Its stored pages differ from the approved ones")
    TAKEN_BACK = "taken_back", _("It was taken back")


class PrintRunLetter(models.Model):
    """One letter of a run, as its cover sheet shows it."""

    run = models.ForeignKey(PrintRun, on_delete=models.PROTECT, related_name="letters")
    position = models.PositiveSmallIntegerField()
    delivery = models.ForeignKey(
        "notices.Delivery", on_delete=models.PROTECT, related_name="print_run_letters"
    )
    letter = models.ForeignKey("notices.Letter", on_delete=models.PROTECT, related_name="+")
    # 1 for the first print; above, the cover sheet says that it is a copy.
    copy_number = models.PositiveSmallIntegerField(default=1)
    letter_sha256 = models.CharField(max_length=64)
    slip_sha256 = models.CharField(max_length=64, blank=True)
    letter_pages = models.PositiveSmallIntegerField()
    slip_pages = models.PositiveSmallIntegerField(default=0)
    sheet_count = models.PositiveSmallIntegerField()
    weight_grams = models.PositiveIntegerField()
    # Where its cover sheet lies in the run's file; empty while there is none.
    first_page = models.PositiveIntegerField(null=True)
    left_out = models.CharField(max_length=16, blank=True, choices=LeftOut.choices)

    class Meta:
        ordering = ["run", "position"]
        verbose_name = _("letter of a print run")
        verbose_name_plural = _("letters of a print run")
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="one_letter_per_position"),
            models.UniqueConstraint(fields=["run", "delivery"], name="letter_once_in_a_run"),
        ]

    def __str__(self) -> str:
        return f"{self.run} · {self.position}"

    @property
    def is_copy(self) -> bool:
        """The same letter was printed before."""
        return self.copy_number > 1


class PostingList(models.Model):
    """The list that the carrier stamps, as PDF; ordered by a person, set by a worker.

    `fingerprint` tells which numbers and dates it was ordered with, so that a list made before
    the last number was typed is known to be old.
    """

    run = models.ForeignKey(PrintRun, on_delete=models.PROTECT, related_name="posting_lists")
    fingerprint = models.CharField(max_length=64)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ordered_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    problems = models.JSONField(default=list)
    pdf = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-ordered_at", "-pk"]
        verbose_name = _("posting list")
        verbose_name_plural = _("posting lists")
        constraints = [
            models.UniqueConstraint(fields=["run", "fingerprint"], name="posting_list_set_once")
        ]
        indexes = [
            models.Index(
                fields=["ordered_at"], name="posting_list_to_set", condition=Q(done_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.run} · {self.fingerprint[:12]}"
