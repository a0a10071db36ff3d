"""The page for files of a hand-over: a code by e-mail opens them for a day, whole or in parts.

GET and HEAD change nothing in the case; what of a file was handed out is noted beside it. The link
alone shows how much there is and sends a code to the address that we know, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header

from audit import clock
from notices import alarms
from notices.language.phrases import language_of, say_date, say_files, say_size
from notices.outbox import messages
from notices.pages import receipt_document
from notices.receipts import robots
from notices.receipts import signs as receipt_signs
from notices.services import handing
from offboarding import manifests
from offboarding.archives import ContentDiffers
from offboarding.errors import InvalidInput
from offboarding.models import Download, HandoverRelease, ReleasedFile
from offboarding.services import downloads, links
from portal import limits, nonces
from portal.handover_phrases import HandoverPhrases, phrases_for
from portal.pages import FILE_POLICY, ClientPage
from portal.phrases import phrases_in
from portal.ranges import Part, Unsatisfiable, asked_part, said_date

MOST_POSTS = 30
"""Per address in ten minutes; a person needs two or three."""


class _CodeForm(forms.Form):
    code = forms.CharField(
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, say: HandoverPhrases, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="open-%s", **kwargs)
        field = self.fields["code"]
        field.label, field.help_text = say.code, say.code_hint
        field.error_messages |= {"required": say.code_missing, "max_length": say.wrong_code}


class _AcceptForm(forms.Form):
    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def __init__(self, *args: Any, say: HandoverPhrases, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="accept-%s", **kwargs)
        field = self.fields["name"]
        field.label = say.accept_name
        field.error_messages |= {"required": say.name_missing}


@dataclass
class Opened:
    """What a link about files opens, ready to be shown."""

    release: HandoverRelease
    token: str

    @property
    def language(self) -> str:
        return language_of(self.release.case.language)

    @property
    def say(self) -> HandoverPhrases:
        return phrases_for(self.language)

    @property
    def url(self) -> str:
        return reverse("portal:handover", args=[self.token])

    @cached_property
    def files(self) -> list[ReleasedFile]:
        return list(self.release.files.select_related("file"))

    @cached_property
    def contact(self) -> dict[str, str]:
        contact = messages.usual_context(self.release.case)["contact"]
        ways = ", ".join(filter(None, (contact["phone"], contact["email"])))
        return {"name": contact["name"], "ways": ways}

    @property
    def firm_name(self) -> str:
        return str(self.release.case.client.office.legal_name)

    def date_of(self, at: datetime) -> str:
        zone = ZoneInfo(self.release.case.time_zone)
        return say_date(at.astimezone(zone).date(), self.language)

    def context(self) -> dict[str, Any]:
        """Return what every page of these files says."""
        release, say, language = self.release, self.say, self.language
        assert release.link is not None
        size = sum(row.file.size_bytes for row in self.files)
        done = release.link.downloads.count()
        downloads_said = say.downloads_left.format(done=done, most=downloads.MOST_DOWNLOADS)
        if done == downloads.MOST_DOWNLOADS - 1:
            downloads_said = say.downloads_last
        return {
            "say": say,
            "firm_name": self.firm_name,
            "url": self.url,
            "release": release,
            "reference": release.case.reference,
            "title": say.title.format(firm=self.firm_name),
            "lead": say.lead.format(
                files=say_files(len(self.files), language),
                size=say_size(size, language),
                recipient=release.recipient_name,
            ),
            "until": say.until.format(date=self.date_of(release.link.expires_at)),
            "downloads_said": downloads_said if done else "",
            "contact_line": say.contact.format(**self.contact),
            "missing_text": say.missing_text.format(**self.contact),
            "nonce": nonces.issue(release.link),
            "accepted": say.accepted.format(
                name=release.accepted_by, date=self.date_of(release.accepted_at)
            )
            if release.accepted_at
            else "",
        }


class FilesPage(ClientPage):
    """A page behind a link about files, which is looked up before anything else."""

    opened: Opened

    def dispatch_to_method(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Find the files, say it if they are not to be had, count the posts."""
        token = kwargs.pop("token")
        release = downloads.release_behind(token)
        if release is None or release.link is None or release.link.expires_at <= clock.now():
            return self.say("unknown", status=HTTPStatus.NOT_FOUND)
        self.opened = Opened(release, token)
        if not release.is_open:
            return self.only_say("ended", status=HTTPStatus.GONE)
        if request.method == "POST" and limits.is_too_often(request, "handover", most=MOST_POSTS):
            return self.say_too_often()
        return super().dispatch_to_method(request, *args, **kwargs)

    def only_say(self, what: str, *, status: int, way_back: bool = False) -> HttpResponse:
        """Show a page that says one thing, and whom to ask."""
        opened = self.opened
        context = {
            "say": opened.say,
            "firm_name": opened.firm_name,
            "title": getattr(opened.say, f"{what}_title"),
            "text": getattr(opened.say, f"{what}_text").format(**opened.contact),
            "back_url": opened.url if way_back else "",
        }
        return self.show("handover_said", context, language=opened.language, status=status)

    def nonce(self, request: HttpRequest) -> nonces.PageNonce | None:
        """Return the nonce that a POST carries, if it is of this link's page."""
        assert self.opened.release.link is not None
        return nonces.read(request.POST.get("nonce", ""), self.opened.release.link)


class HandoverPage(FilesPage):
    """`/h/<token>/`: GET asks for the code, POST takes it and opens the files for a day."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show how much there is, and how to open it."""
        link = self.opened.release.link
        assert link is not None
        if request.method == "GET" and not robots.nobody_looks(request.headers):
            links.note_first_opening(link)
        return self.page(sent=request.GET.get("sent") == "code")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Record one download and go where its files are."""
        opened, form = self.opened, _CodeForm(request.POST, say=self.opened.say)
        if not form.is_valid():
            return self.page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if self.nonce(request) is None:
            return self.page(form, stale=True, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        answer = downloads.open_download(
            opened.release,
            form.cleaned_data["code"],
            address_hash=receipt_signs.hash_of_address(limits.address_of(request)),
            user_agent=request.headers.get("User-Agent", ""),
        )
        if answer.refused is not None:
            return self.refuse(answer.refused, form)
        return see_other(f"{opened.url}{answer.secret}/")

    def refuse(self, why: downloads.Refused, form: _CodeForm) -> HttpResponse:
        """Say beside the code why it opens nothing, or that the files are gone."""
        if why == downloads.Refused.ENDED:
            return self.only_say("ended", status=HTTPStatus.GONE)
        sentence = getattr(self.opened.say, why.value)
        form.add_error(
            "code", sentence.format(most=downloads.MOST_DOWNLOADS, **self.opened.contact)
        )
        return self.page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def page(
        self,
        form: _CodeForm | None = None,
        *,
        sent: bool = False,
        stale: bool = False,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        """Draw the page before the files are open."""
        opened = self.opened
        address = hidden_address(opened.release.recipient_email)
        context = opened.context() | {
            "form": form or _CodeForm(say=opened.say),
            "problem_forms": [form] if form is not None and form.errors else [],
            "stale": stale,
            "sent": opened.say.code_sent.format(address=address) if sent else "",
            "code_text": opened.say.code_text.format(address=address),
        }
        return self.show("handover", context, language=opened.language, status=status)


class SendCode(HandoverPage):
    """`/h/<token>/code/`: mails a code to the address that we know."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Lead to the page: an address that is opened by mistake sends nothing."""
        return HttpResponseRedirect(self.opened.url)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send it, or say why not."""
        if self.nonce(request) is None:
            return self.page(stale=True, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        refused = handing.send_code(self.opened.release)
        if refused is not None:
            form = _CodeForm({"code": "-"}, say=self.opened.say)
            form.is_valid()
            return self.refuse(refused, form)
        return see_other(f"{self.opened.url}?sent=code")


class DownloadPage(FilesPage):
    """A page of one download; after a day it is closed again."""

    download: Download

    def dispatch_to_method(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Find the download once its link is found."""
        self.key = kwargs.pop("key")
        return super().dispatch_to_method(request, *args, **kwargs)

    def find(self) -> HttpResponse | None:
        """Find the download; return a page that says so when it is closed."""
        found = downloads.find_download(self.opened.release, self.key)
        if found is None:
            return self.only_say("closed", status=HTTPStatus.GONE, way_back=True)
        self.download = found
        return None

    @property
    def url(self) -> str:
        return f"{self.opened.url}{self.key}/"


class OpenFilesPage(DownloadPage):
    """`/h/<token>/<key>/`: the list of files, each a plain link."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show what can be downloaded, and until when."""
        return self.find() or self.page()

    def page(self, form: _AcceptForm | None = None, *, status: int = HTTPStatus.OK) -> HttpResponse:
        """Draw the list."""
        opened, say, language = self.opened, self.opened.say, self.opened.language
        archive = manifests.archive_of(opened.release, opened.files, language)
        until = receipt_document.say_instant(
            self.download.expires_at, opened.release.case.time_zone, language
        )
        context = opened.context() | {
            "files_url": self.url,
            "title": say.open_title,
            "open_text": say.open_text.format(until=until),
            "all_text": say.all_text.format(size=say_size(archive.size_bytes, language)),
            "rows": [(row, say_size(row.file.size_bytes, language)) for row in opened.files],
            "form": form or _AcceptForm(say=say),
            "problem_forms": [form] if form is not None and form.errors else [],
        }
        return self.show("handover_files", context, language=language, status=status)


class AcceptFiles(OpenFilesPage):
    """`/h/<token>/<key>/received/`: the reader says that everything has arrived."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Lead to the files."""
        return self.find() or HttpResponseRedirect(self.url)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Record it, by the name that was typed."""
        closed = self.find()
        if closed is not None:
            return closed
        form = _AcceptForm(request.POST, say=self.opened.say)
        if form.is_valid() and self.nonce(request) is None:
            form.add_error("name", phrases_in(self.opened.language).stale)
        if form.is_valid():
            try:
                downloads.accept(self.opened.release, name=form.cleaned_data["name"])
            except InvalidInput:
                form.add_error("name", self.opened.say.nothing_fetched)
            else:
                return see_other(self.url)
        return self.page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


class _Bytes(DownloadPage):
    """A file of a download, whole or the part that is asked for."""

    def serve(
        self,
        *,
        released: ReleasedFile | None,
        name: str,
        content_type: str,
        size: int,
        identity: str,
        read: Callable[[int, int], Iterator[bytes]],
    ) -> HttpResponseBase:
        """Answer 200 with the whole, 206 with a part, or 416 when there is no such part."""
        request = self.request
        etag, changed_at = f'"{identity}"', self.opened.release.prepared_at
        headers = {
            "Accept-Ranges": "bytes",
            "ETag": etag,
            "Last-Modified": said_date(changed_at),
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name)
            or "attachment",
            "Content-Security-Policy": FILE_POLICY,
            "X-Content-Type-Options": "nosniff",
        }
        try:
            asked = asked_part(
                request.headers.get("Range", "") if request.method == "GET" else "",
                request.headers.get("If-Range", ""),
                size=size,
                etag=etag,
                changed_at=changed_at,
            )
        except Unsatisfiable:
            return HttpResponse(
                status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
                headers=headers | {"Content-Range": f"bytes */{size}"},
            )
        part = asked or Part(0, size, size)
        headers["Content-Length"] = str(part.length)
        if asked is not None:
            headers["Content-Range"] = part.content_range
        if request.method == "HEAD":
            return HttpResponse(content_type=content_type, headers=headers)
        return StreamingHttpResponse(
            handed_out(self.download, self.opened.files, released, part, read),
            status=HTTPStatus.PARTIAL_CONTENT if asked else HTTPStatus.OK,
            content_type=content_type,
            headers=headers,
        )

    def broken(self, row: ReleasedFile) -> HttpResponse:
        """Say that a file is not as it was kept, and tell the team's leads."""
        alarms.file_differs(row.file)
        return self.only_say("broken", status=HTTPStatus.SERVICE_UNAVAILABLE, way_back=True)


class OneFile(_Bytes):
    """`/h/<token>/<key>/files/<position>/`: one file."""

    def get(self, request: HttpRequest, position: int) -> HttpResponseBase:
        """Hand it out."""
        closed = self.find()
        if closed is not None:
            return closed
        row = next((one for one in self.opened.files if one.position == position), None)
        if row is None:
            return self.say("unknown", status=HTTPStatus.NOT_FOUND)
        if not manifests.is_as_it_was_kept(row.file):
            return self.broken(row)

        def read(start: int, stop: int) -> Iterator[bytes]:
            return manifests.read_kept(row.file, start, stop)

        return self.serve(
            released=row,
            name=row.name,
            content_type=row.file.content_type,
            size=row.file.size_bytes,
            identity=row.file.sha256,
            read=read,
        )


class AllFiles(_Bytes):
    """`/h/<token>/<key>/all.zip`: everything with its list, put together while it is read."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Hand it out."""
        closed = self.find()
        if closed is not None:
            return closed
        opened = self.opened
        for row in opened.files:
            if not manifests.is_as_it_was_kept(row.file):
                return self.broken(row)
        archive = manifests.archive_of(opened.release, opened.files, opened.language)
        return self.serve(
            released=None,
            name=f"{opened.release.case.reference}-{opened.release.number}.zip",
            content_type="application/zip",
            size=archive.size_bytes,
            identity=archive.identity,
            read=archive.read,
        )


def handed_out(
    download: Download,
    files: Sequence[ReleasedFile],
    released: ReleasedFile | None,
    part: Part,
    read: Callable[[int, int], Iterator[bytes]],
) -> Iterator[bytes]:
    """Yield a part in chunks and note at its end, however it comes, how far it got.

    Where a file turns out not to be as it was kept, the connection breaks before the part is
    complete, and the team's leads are told.
    """
    if not connection.in_atomic_block:
        # A download may last an hour; nobody else should wait for its line to the database.
        connection.close()
    at = part.start
    try:
        for chunk in read(part.start, part.stop):
            yield chunk
            at += len(chunk)
    except ContentDiffers as differs:
        for row in files:
            if row.file.sha256 == differs.sha256:
                alarms.file_differs(row.file)
        raise
    finally:
        if at > part.start:
            downloads.note_sent(download, released, size_bytes=part.size, start=part.start, stop=at)


def hidden_address(address: str) -> str:
    """Return an address so that its owner knows it and nobody else learns it."""
    local, _at, domain = address.partition("@")
    return f"{local[:1]}•••@{domain}"


def see_other(url: str) -> HttpResponse:
    """Go on with GET."""
    response = HttpResponseRedirect(url)
    response.status_code = HTTPStatus.SEE_OTHER
    return response
