"""Uploads on their way: what is larger than a page or two goes to disk as it comes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler


class IncomingFile(TemporaryUploadedFile):
    """A file that lies beside those that are kept, so that a large one is moved and not copied.

    A folder in memory, as /tmp often is, would fill up.
    """

    def __init__(
        self,
        name: str | None,
        content_type: str | None,
        size: int | None,
        charset: str | None,
        content_type_extra: dict[str, Any] | None = None,
    ) -> None:
        folder = Path(settings.MEDIA_ROOT) / "incoming"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = tempfile.NamedTemporaryFile(suffix=".upload", dir=folder)  # noqa: SIM115
        UploadedFile.__init__(self, file, name, content_type, size, charset, content_type_extra)


class StreamToDisk(TemporaryFileUploadHandler):
    """Django's own handler, with a folder of ours."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin to write what comes."""
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.file = IncomingFile(
            self.file_name, self.content_type, 0, self.charset, self.content_type_extra
        )
