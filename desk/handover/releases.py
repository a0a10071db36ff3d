"""Files of the hand-over for a reader: prepared, looked at, sent, and what was fetched of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from desk.frame.inputs import ProseField
from desk.frame.rights import Rights
from desk.frame.scoping import case_or_404, person_of
from desk.handover.page import HandoverRowVerb, HandoverVerb
from notices.language.phrases import say_size
from notices.services import handing
from offboarding.errors import Reason
from offboarding.models import (
    FetchedFile,
    HandoverItem,
    HandoverRelease,
    HandoverState,
    Receiver,
    ReleasedFile,
    Successor,
    TerminationCase,
)
from offboarding.services import downloads, releases


@dataclass(frozen=True)
class Line:
    """One release as its table shows it."""

    release: HandoverRelease
    files: list[ReleasedFile]
    size: str
    opened: list[Any]
    fetched: list[FetchedFile]

    @property
    def state(self) -> tuple[str, str]:
        """The badge and its word."""
        release = self.release
        if release.withdrawn_at is not None:
            return "cancelled", _text("Taken back")
        if release.accepted_at is not None:
            return "delivered", _text("Accepted")
        if release.link is None:
            return "waiting", _text("Not sent yet")
        if not release.link.is_valid:
            return "warn", _text("Link has ended")
        return "dispatched", _text("Ready to download")

    @property
    def is_whole(self) -> bool:
        """Everything was downloaded once, file by file or as the archive."""
        if any(row.released_id is None and row.is_whole for row in self.fetched):
            return True
        whole = {row.released_id for row in self.fetched if row.is_whole}
        return bool(self.files) and {row.pk for row in self.files} <= whole

    @property
    def said(self) -> str:
        """How far the reader came."""
        if not self.opened:
            return _text("Not opened yet")
        times = ngettext("opened %(n)d time", "opened %(n)d times", len(self.opened))
        how_far = _text("downloaded whole") if self.is_whole else _text("not downloaded whole yet")
        return f"{times % {'n': len(self.opened)}} · {how_far}"


def lines_of(case: TerminationCase) -> list[Line]:
    """Read the releases of a case with their files and what was fetched."""
    rows = case.releases.select_related("link", "prepared_by").prefetch_related(
        Prefetch("files", ReleasedFile.objects.select_related("file"))
    )
    fetched: dict[int, list[FetchedFile]] = {}
    opened: dict[int, list[Any]] = {}
    # What was fetched under an earlier link of the same files counts as well.
    of_the_case = FetchedFile.objects.filter(download__link__case=case).select_related("released")
    by_link = {}
    found = list(rows)
    for row in found:
        if row.link_id is not None:
            by_link[row.link_id] = row.pk
            opened[row.pk] = []
    for one in of_the_case.select_related("download"):
        release = one.released.release_id if one.released else by_link.get(one.download.link_id, 0)
        fetched.setdefault(release, []).append(one)
    for link in case.links.filter(pk__in=by_link).prefetch_related("downloads"):
        opened[by_link[link.pk]] = list(link.downloads.all())
    return [
        Line(
            release=row,
            files=list(row.files.all()),
            size=say_size(sum(one.file.size_bytes for one in row.files.all()), "en"),
            opened=opened.get(row.pk, []),
            fetched=fetched.get(row.pk, []),
        )
        for row in found
    ]


@require_safe
@never_cache
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """List what was made ready for whom, and what was fetched."""
    case = case_or_404(request, reference)
    may_change = Rights(Actor.person(person_of(request)), case).may_change()
    context = {
        "case": case,
        "lines": lines_of(case),
        "may_change": may_change,
        "most_downloads": downloads.MOST_DOWNLOADS,
    }
    with timezone.override(case.time_zone):
        return render(request, "desk/case/handover/releases.html", context)


class _Prepare(forms.Form):
    items = forms.ModelMultipleChoiceField(
        label=_("Files"),
        queryset=HandoverItem.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one file.")},
    )
    recipient = forms.ChoiceField(
        label=_("For whom"),
        widget=forms.RadioSelect,
        help_text=_("The link and the codes go to this address."),
        error_messages={"required": _("Choose who gets the files.")},
    )

    def __init__(self, *args: Any, case: TerminationCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = self.fields["items"]
        assert isinstance(items, forms.ModelMultipleChoiceField)
        items.queryset = (
            case.handover_items.exclude(file=None)
            .exclude(state=HandoverState.NOT_APPLICABLE)
            .select_related("file")
        )
        items.label_from_instance = _item_label  # type: ignore[method-assign]
        self.readers = readers_of(case)
        recipient = self.fields["recipient"]
        assert isinstance(recipient, forms.ChoiceField)
        recipient.choices = [(key, label) for key, (label, _reader) in self.readers.items()]


def _item_label(item: HandoverItem) -> str:
    assert item.file is not None
    whose = f" · {item.get_goes_to_display()}" if item.is_for_the_successor else ""
    return f"{item.title}: {item.file.name}, {say_size(item.file.size_bytes, 'en')}{whose}"


def readers_of(case: TerminationCase) -> dict[str, tuple[str, tuple[str, str, str]]]:
    """Return who may get files: the client's contacts, and the successor, by key.

    Each with a label, and the receiver, the name and the address.
    """
    found: dict[str, tuple[str, tuple[str, str, str]]] = {}
    contacts = case.client.contacts.exclude(email="").order_by("-receives_notices", "name")
    for contact in contacts:
        reader = (str(Receiver.CLIENT), contact.name, contact.email)
        found[f"contact-{contact.pk}"] = (f"{contact.name}, {contact.email}", reader)
    successor = Successor.objects.filter(case=case).exclude(email="").first()
    if successor is not None:
        name = successor.contact or successor.name
        label = _text("Successor: %(name)s, %(email)s") % {
            "name": successor.name,
            "email": successor.email,
        }
        found["successor"] = (label, (str(Receiver.SUCCESSOR), name, successor.email))
    return found


class Prepare(HandoverVerb):
    """Choose which files one reader gets; nothing is sent by it."""

    form_class = _Prepare
    template_name = "desk/case/handover/prepare.html"
    title = _("Files for a reader")
    intro = _("Choose the files and who gets them. The next page shows the mail before it leaves.")
    button = _("Prepare and look at the mail")
    is_irreversible = True

    def form_options(self) -> dict[str, Any]:
        """Offer what is listed with a file, and whom we can write to."""
        return {"case": self.case}

    def perform(self, form: forms.Form) -> str:
        """Fix the list and go where it is sent from."""
        assert isinstance(form, _Prepare)
        said = form.cleaned_data
        goes_to, name, email = form.readers[said["recipient"]][1]
        release = releases.prepare_release(
            self.case,
            by=self.actor,
            items=list(said["items"]),
            goes_to=goes_to,
            recipient_name=name,
            recipient_email=email,
        )
        return reverse("desk:release-send", args=[self.case.reference, release.pk])

    def back_url(self) -> str:
        """Return to the list."""
        return reverse("desk:releases", args=[self.case.reference])


class ReleaseVerb(HandoverRowVerb):
    """A verb of one release."""

    rows = "releases"
    joined = ("link", "prepared_by")

    row: HandoverRelease

    def next_url(self) -> str:
        """Return to the list."""
        return reverse("desk:releases", args=[self.case.reference])


class Send(ReleaseVerb):
    """Look at the mail and the list; then send the link, or a new one."""

    template_name = "desk/case/handover/release.html"
    title = _("Send the files")
    button = _("Send the mail")
    done = _("The mail is in the outbox. Its link is good for seven days.")
    is_irreversible = True

    def refusals(self) -> Iterator[Reason]:
        """Nothing that was taken back; nothing to a successor without consent."""
        yield from super().refusals()
        yield from releases.why_not_sent(self.row)

    def perform(self, form: forms.Form) -> None:
        """Put it into the outbox."""
        handing.send_release(self.row, by=self.actor)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the reader's copy, and what is in it."""
        subject, text = handing.preview_of(self.row)
        files = [
            (one, say_size(one.file.size_bytes, "en"))
            for one in self.row.files.select_related("file")
        ]
        again = self.row.link_count > 0
        return super().context(form) | {
            "subject": subject,
            "text": text,
            "files": files,
            "was_sent": again,
            "button": _("Send a new link") if again else self.button,
        }


class _Reason(forms.Form):
    reason = ProseField(label=_("Reason"), rows=2, max_length=500)


class Withdraw(ReleaseVerb):
    """Take files back: their link opens nothing any more."""

    form_class = _Reason
    template_name = "desk/case/handover/release_verb.html"
    title = _("Take the files back")
    intro = _(
        "The link ends at once, and a mail that still waits does not leave. What was downloaded "
        "before stays with whoever has it."
    )
    button = _("Take them back")
    done = _("The files are taken back.")
    is_destructive = True
    is_irreversible = True

    def refusals(self) -> Iterator[Reason]:
        """Once is enough; it can be done on a case that has ended, too."""
        if self.row.withdrawn_at is not None:
            yield from releases.why_not_sent(self.row)

    def perform(self, form: forms.Form) -> None:
        """Take them back."""
        releases.withdraw_release(self.row, by=self.actor, reason=form.cleaned_data["reason"])


_FILES = "cases/<str:reference>/handover/files/"

urlpatterns: list[URLPattern] = [
    path(_FILES, page, name="releases"),
    path(f"{_FILES}new/", Prepare.as_view(), name="release-new"),
    path(f"{_FILES}<int:pk>/", Send.as_view(), name="release-send"),
    path(f"{_FILES}<int:pk>/withdrawal/", Withdraw.as_view(), name="release-withdraw"),
]
