"""What goes with a letter and who gets a copy: chosen before it is approved."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from desk.frame.case_files import kept
from desk.frame.inputs import UploadField
from desk.frame.scoping import case_or_404
from desk.notice import reading
from desk.notice.sheets import pdf_response
from desk.notice.verbs import NoticeVerb, notice_url
from notices.models import CopyReader, Notice, NoticeCopy, NoticeEnclosure
from notices.pages import enclosed
from notices.services import accompanying
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import CaseFile


class _Accompany(NoticeVerb):
    """A verb that changes what goes with the letter, while it can still be changed."""

    permission = "offboarding.draft_notice"

    def allow(self) -> None:
        """Let somebody on while the letter is not sent."""
        super().allow()
        if self.notice.state not in accompanying.CHANGEABLE or self.notice.author_id is None:
            raise TransitionRefused(
                [Reason("sealed", _text("It was sent; what goes with it is frozen."), "notice")]
            )

    def next_url(self) -> str:
        """Return to what goes with the letter."""
        return notice_url(self.case.reference, "company")


class EnclosureForm(forms.Form):
    """A PDF of the case, or one that is uploaded now."""

    case_file = forms.ModelChoiceField(
        label=_("A PDF of this case"),
        queryset=CaseFile.objects.none(),
        required=False,
        empty_label=_("None; I upload one"),
    )
    file = UploadField(
        label=_("Or upload a PDF"),
        required=False,
        help_text=_("It is kept with the case. All enclosures together: up to 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf"}),
    )
    title = forms.CharField(
        label=_("Name on the letter"),
        max_length=100,
        help_text=_("As the client reads it under “Enclosures”, in their language."),
    )

    def __init__(self, *args: Any, notice: Notice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        files = self.fields["case_file"]
        assert isinstance(files, forms.ModelChoiceField)
        files.queryset = CaseFile.objects.filter(
            case=notice.case, content_type="application/pdf"
        ).order_by("name")

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one file."""
        said = super().clean() or {}
        if bool(said.get("case_file")) == bool(said.get("file")) and not self.errors:
            self.add_error("case_file", _text("Choose a file of the case, or upload one."))
        return said


class Enclose(_Accompany):
    """Enclose a file."""

    form_class = EnclosureForm
    title = _("Enclose a file")
    intro = _(
        "A PDF that is sealed with the letter, attached to the e-mail, printed with the letter and "
        "named on it. An approval that was asked for or given falls."
    )
    button = _("Enclose it")
    done = _("Enclosed. The letter names it.")

    def form_options(self) -> dict[str, Any]:
        """Offer the files of this case."""
        return {"notice": self.notice}

    def perform(self, form: forms.Form) -> None:
        """Enclose it."""
        said = form.cleaned_data
        with kept(self.case, said["file"], by=self.actor) as uploaded:
            try:
                accompanying.add_enclosure(
                    self.notice,
                    by=self.actor,
                    case_file=uploaded or said["case_file"],
                    title=said["title"],
                    expected_version=said["version"],
                )
            except InvalidInput as invalid:
                # What is wrong with the file stands beside where the file came from.
                is_file = uploaded is not None and invalid.field == "case_file"
                raise InvalidInput("file" if is_file else invalid.field, invalid.message) from None


class RemoveEnclosure(_Accompany):
    """Take an enclosure out again."""

    title = _("Take the enclosure out")
    button = _("Take it out")
    done = _("Taken out. The letter no longer names it.")

    def find(self) -> None:
        """Read the enclosure of this case's letter.

        Raises:
            Http404: there is none.
        """
        super().find()
        found = NoticeEnclosure.objects.filter(notice=self.notice, pk=self.kwargs["pk"])
        self.enclosure = found.defer("pdf").first()
        if self.enclosure is None:
            raise Http404(_text("There is no such enclosure."))
        self.enclosure.notice = self.notice

    def perform(self, form: forms.Form) -> None:
        """Take it out."""
        assert self.enclosure is not None
        accompanying.remove_enclosure(
            self.enclosure, by=self.actor, expected_version=form.cleaned_data["version"]
        )


class CopyForm(forms.Form):
    """Who else gets the letter, for information."""

    reader = forms.ChoiceField(
        label=_("Who gets the copy"), choices=CopyReader.choices, widget=forms.RadioSelect
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"list": "contacts", "autocomplete": "off"}),
    )
    is_privileged = forms.BooleanField(
        label=_("Privileged: it goes to our own counsel"),
        required=False,
        help_text=_("Marked as such, kept out of the evidence pack, and not named on the letter."),
    )


class SendCopy(_Accompany):
    """Let somebody else have the letter for information."""

    form_class = CopyForm
    template_name = "desk/notice/copy.html"
    title = _("Send a copy")
    intro = _(
        "The same sealed letter by e-mail, marked as a copy, after the letter itself has left. It "
        "serves nobody and has no receipt link: only the addressee can confirm. Unless it is "
        "privileged the letter names it under “Copies”. An approval that was asked for or given "
        "falls."
    )
    button = _("Send them a copy")
    done = _("Noted. The copy leaves after the letter.")

    def perform(self, form: forms.Form) -> None:
        """Note it."""
        said = form.cleaned_data
        accompanying.add_copy(
            self.notice,
            by=self.actor,
            reader=said["reader"],
            name=said["name"],
            email=said["email"],
            is_privileged=said["is_privileged"],
            expected_version=said["version"],
        )

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Offer the client's other contacts."""
        contacts = self.case.client.contacts.exclude(email="").exclude(
            email__iexact=self.notice.recipient_email
        )
        return super().context(form) | {"contacts": contacts}


class RemoveCopy(_Accompany):
    """Let somebody not have a copy after all."""

    title = _("No copy after all")
    button = _("Take it out")
    done = _("Taken out. They get no copy.")

    def find(self) -> None:
        """Read the copy of this case's letter.

        Raises:
            Http404: there is none.
        """
        super().find()
        self.copy = NoticeCopy.objects.filter(notice=self.notice, pk=self.kwargs["pk"]).first()
        if self.copy is None:
            raise Http404(_text("There is no such copy."))
        self.copy.notice = self.notice

    def perform(self, form: forms.Form) -> None:
        """Take it out."""
        assert self.copy is not None
        accompanying.remove_copy(
            self.copy, by=self.actor, expected_version=form.cleaned_data["version"]
        )


@require_safe
def enclosure(request: HttpRequest, reference: str, number: int, pk: int) -> HttpResponse:
    """Hand out an enclosure as it was sealed; changed bytes are refused in words."""
    case = case_or_404(request, reference)
    notice = reading.notice_or_404(case, number)
    found = NoticeEnclosure.objects.filter(notice=notice, pk=pk).first()
    if found is None:
        raise Http404(_text("There is no such enclosure."))
    return pdf_response(enclosed.bytes_of(found), enclosed.file_name(notice, found))


_NOTICE = "cases/<str:reference>/notice"
urlpatterns: list[URLPattern] = [
    path(f"{_NOTICE}/enclosures/", Enclose.as_view(), name="notice-enclosures"),
    path(
        f"{_NOTICE}/enclosures/<int:pk>/remove/",
        RemoveEnclosure.as_view(),
        name="notice-enclosure-remove",
    ),
    path(f"{_NOTICE}/<int:number>/enclosures/<int:pk>.pdf", enclosure, name="notice-enclosure"),
    path(f"{_NOTICE}/copies/", SendCopy.as_view(), name="notice-copies"),
    path(f"{_NOTICE}/copies/<int:pk>/remove/", RemoveCopy.as_view(), name="notice-copy-remove"),
]
