"""Files made ready for somebody to download: what, for whom, and what was fetched."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock
from offboarding import stretches
from offboarding.models.handover import Receiver


class HandoverRelease(models.Model):
    """Some files of the hand-over for one reader, behind one link at a time.

    What it holds is fixed when it is prepared: the list, each file's size and hash.
    """

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="releases"
    )
    number = models.PositiveSmallIntegerField()
    goes_to = models.CharField(_("goes to"), max_length=10, choices=Receiver.choices)
    recipient_name = models.CharField(_("recipient"), max_length=200)
    recipient_email = models.CharField(_("e-mail address"), max_length=254)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    prepared_at = models.DateTimeField(default=clock.now)
    # The link that counts now; an earlier one was revoked when this was made.
    link = models.OneToOneField(
        "offboarding.ClientLink", on_delete=models.PROTECT, null=True, related_name="release"
    )
    link_count = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    # The reader says that everything has arrived, and by what name.
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(_("accepted by"), max_length=200, blank=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("release of files")
        verbose_name_plural = _("releases of files")
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="release_numbered_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.recipient_name})"

    @property
    def is_open(self) -> bool:
        """Its reader can still fetch what is in it."""
        return self.link is not None and self.withdrawn_at is None and self.link.is_valid


class ReleasedFile(models.Model):
    """One file of a release, as its list names it."""

    release = models.ForeignKey(HandoverRelease, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey(
        "offboarding.HandoverItem", on_delete=models.PROTECT, related_name="releases"
    )
    file = models.ForeignKey("offboarding.CaseFile", on_delete=models.PROTECT, related_name="+")
    # Unlike any other of the release, so that all of them fit into one folder.
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    exceptions = models.TextField(blank=True)
    crc32 = models.BigIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["release", "position"], name="released_file_placed"),
            models.UniqueConstraint(fields=["release", "name"], name="released_file_named_once"),
        ]

    def __str__(self) -> str:
        return self.name


class DownloadCode(models.Model):
    """A one-time code that went to the reader of a release by e-mail; only its hash is kept."""

    link = models.ForeignKey(
        "offboarding.ClientLink", on_delete=models.CASCADE, related_name="download_codes"
    )
    code_sha256 = models.CharField(max_length=64)
    sent_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.link} · {self.sent_at:%Y-%m-%d %H:%M}"


class Download(models.Model):
    """One download: for a day its address gives every file of the release, whole or in parts."""

    link = models.ForeignKey(
        "offboarding.ClientLink", on_delete=models.PROTECT, related_name="downloads"
    )
    number = models.PositiveSmallIntegerField()
    token_sha256 = models.CharField(max_length=64, unique=True)
    opened_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    address_hash = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["opened_at", "pk"]
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        constraints = [
            models.UniqueConstraint(fields=["link", "number"], name="download_numbered_once")
        ]

    def __str__(self) -> str:
        return f"{self.link} · {self.number}"


class FetchedFile(models.Model):
    """What of one file, or of the archive of all, was handed out in one download."""

    download = models.ForeignKey(Download, on_delete=models.PROTECT, related_name="fetched")
    # Empty for the archive of all files.
    released = models.ForeignKey(ReleasedFile, on_delete=models.PROTECT, null=True)
    size_bytes = models.PositiveBigIntegerField()
    first_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)
    requests = models.PositiveIntegerField(default=0)
    # Stretches of bytes, from and up to; a byte that was sent twice counts once.
    sent = models.JSONField(default=list)

    class Meta:
        ordering = ["first_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["download", "released"],
                condition=Q(released__isnull=False),
                name="one_file_per_download",
            ),
            models.UniqueConstraint(
                fields=["download"], condition=Q(released=None), name="one_archive_per_download"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.download} · {self.released or 'zip'}"

    @property
    def sent_bytes(self) -> int:
        """How many different bytes left."""
        return stretches.length(self.sent)

    @property
    def is_whole(self) -> bool:
        """Every byte left at least once."""
        return self.sent_bytes >= self.size_bytes
