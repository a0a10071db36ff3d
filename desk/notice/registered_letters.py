"""The registered letter on the desk: print it, post it, record what became of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from audit import clock
from desk.frame.case_files import kept
from desk.frame.inputs import DayField, ProseField, UploadField
from desk.frame.scoping import case_or_404
from desk.notice import reading
from desk.notice.sheets import pdf_response
from desk.notice.verbs import DeliveryVerb
from notices.models import Channel, Delivery, DeliveryState
from notices.services import registered, slips


class Print(DeliveryVerb):
    """Release the letter to the printer; the page then leads to the files."""

    template_name = "desk/notice/print.html"
    title = _("Print the letter")
    button = _("Record the print")

    def find(self) -> None:
        """Read a registered letter.

        Raises:
            Http404: the delivery is an e-mail.
        """
        super().find()
        if self.delivery.channel != Channel.REGISTERED_MAIL:
            raise Http404(_text("There is no such letter."))

    def asks_again(self) -> bool:
        """Ask before a copy is released; reading the page and the first print need no more."""
        return self.request.method == "POST" and self.delivery.print_count > 0

    def perform(self, form: forms.Form) -> str:
        """Record the print and stay here, where the files are."""
        registered.record_print(self.delivery, by=self.actor)
        return reverse("desk:delivery-print", args=[self.case.reference, self.delivery.pk])

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Lead to the files once the print is recorded."""
        notice = self.delivery.notice
        assert notice is not None
        return super().context(form) | {
            "letter": reading.letter_of(notice),
            "enclosures": list(notice.enclosures.defer("pdf")),
            "has_slip": registered.has_slip(self.delivery),
            "is_slip_awaited": registered.is_slip_awaited(self.delivery),
        }


class _Posting(forms.Form):
    carrier = forms.CharField(
        label=_("Carrier"), max_length=60, widget=forms.TextInput(attrs={"list": "carriers"})
    )
    carrier_number = forms.CharField(
        label=_("Carrier's number"),
        max_length=60,
        help_text=_("As it stands on the label, for example RR 123 456 785 DE."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    posted_on = DayField(label=_("Posted on"))


class Posting(DeliveryVerb):
    """Record that the letter was handed to the carrier."""

    template_name = "desk/notice/delivery_verb.html"
    form_class = _Posting
    title = _("Record the posting")
    intro = _("From this day on the notice counts as sent. It is not delivered yet.")
    button = _("Record the posting")
    done = _("Posted. The outcome is recorded when the carrier reports it.")

    def initial(self) -> dict[str, Any]:
        """Start from today."""
        return {"posted_on": clock.today(self.case.time_zone)}

    def perform(self, form: forms.Form) -> None:
        """Record it."""
        registered.record_posting(self.delivery, by=self.actor, **_said(form, *form.base_fields))


class _Outcome(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What became of it"),
        widget=forms.RadioSelect,
        choices=[(state.value, state.label) for state in registered.OUTCOMES],
    )
    on = DayField(label=_("On"))
    received_by = forms.CharField(
        label=_("Handed to"),
        max_length=200,
        required=False,
        help_text=_("The name in the carrier's record, if it was delivered."),
    )
    note = ProseField(label=_("Note"), required=False, rows=2)
    file = UploadField(label=_("The carrier's record, if you have it"), required=False)


class Outcome(DeliveryVerb):
    """Record what became of a posted letter."""

    template_name = "desk/notice/delivery_verb.html"
    form_class = _Outcome
    title = _("Record the outcome")
    intro = _(
        "Delivered proves receipt, by the carrier's own record. Every other outcome gives the "
        "owner of the case a task."
    )
    button = _("Record the outcome")
    done = _("The outcome is recorded.")

    def initial(self) -> dict[str, Any]:
        """Start from today."""
        return {"on": clock.today(self.case.time_zone)}

    def perform(self, form: forms.Form) -> None:
        """Record it, with the carrier's record if there is one."""
        said = _said(form, "outcome", "on", "received_by", "note")
        with kept(self.case, form.cleaned_data["file"], by=self.actor) as file:
            registered.record_outcome(self.delivery, by=self.actor, file=file, **said)


class _Slip(forms.Form):
    signed_by = forms.CharField(label=_("Signed by"), max_length=200)
    signed_on = DayField(label=_("Signed on"))
    file = UploadField(label=_("The scanned slip"))


class Slip(DeliveryVerb):
    """Record a signed receipt slip that came back."""

    permission = "offboarding.acknowledge"
    template_name = "desk/notice/delivery_verb.html"
    form_class = _Slip
    title = _("The signed slip came back")
    intro = _("The signature confirms receipt, not agreement.")
    button = _("Record the slip")
    done = _("The signed slip is kept as proof of receipt.")

    def perform(self, form: forms.Form) -> None:
        """Keep the scan and record the proof."""
        said = _said(form, "signed_by", "signed_on")
        slips.refuse_anothers(self.delivery, form.cleaned_data["file"], by=self.actor)
        with kept(self.case, form.cleaned_data["file"], by=self.actor) as file:
            registered.record_slip(self.delivery, by=self.actor, file=file, **said)


def _said(form: forms.Form, *names: str) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names}


@require_safe
def letter(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Hand out the letter of a recorded print."""
    delivery = _printed_or_404(request, reference, pk)
    return pdf_response(registered.letter_bytes(delivery), _file_name(delivery, "letter"))


@require_safe
def slip(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Hand out the receipt slip of a recorded print."""
    delivery = _printed_or_404(request, reference, pk)
    content = registered.slip_bytes(delivery)
    if content is None:
        raise Http404(_text("This letter has no receipt slip."))
    return pdf_response(content, _file_name(delivery, "slip"))


def _printed_or_404(request: HttpRequest, reference: str, pk: int) -> Delivery:
    delivery = reading.delivery_or_404(case_or_404(request, reference), pk)
    was_taken_back = delivery.state == DeliveryState.TAKEN_BACK
    if delivery.channel != Channel.REGISTERED_MAIL or not delivery.print_count or was_taken_back:
        raise Http404(_text("This letter was not printed yet."))
    return delivery


def _file_name(delivery: Delivery, what: str) -> str:
    copy = f"-copy-{delivery.print_count}" if delivery.print_count > 1 else ""
    assert delivery.notice is not None
    return f"{delivery.case.reference}-{delivery.notice.number}-{what}{copy}.pdf"


_ONE = "cases/<str:reference>/deliveries/<int:pk>"
urlpatterns: list[URLPattern] = [
    path(f"{_ONE}/print/", Print.as_view(), name="delivery-print"),
    path(f"{_ONE}/letter.pdf", letter, name="delivery-letter"),
    path(f"{_ONE}/slip.pdf", slip, name="delivery-slip-sheet"),
    path(f"{_ONE}/posting/", Posting.as_view(), name="delivery-posting"),
    path(f"{_ONE}/outcome/", Outcome.as_view(), name="delivery-outcome"),
    path(f"{_ONE}/slip/", Slip.as_view(), name="delivery-slip"),
]
