"""Files kept with a case."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit import clock


def stored_name(case_file: CaseFile, filename: str) -> str:
    """Return a name on disk that says nothing about its content and cannot be guessed."""
    return f"cases/{case_file.case_id}/{uuid.uuid4().hex}"


class CaseFile(models.Model):
    """An uploaded file, checked and hashed; served only through `/files/<id>/`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="files"
    )
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size_bytes = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    # What archives are checked by; files kept by an earlier version have none yet.
    crc32 = models.BigIntegerField(null=True, editable=False)
    content = models.FileField(upload_to=stored_name, max_length=200)
    # Empty for what the client sent by mail.
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-uploaded_at"]
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.name
