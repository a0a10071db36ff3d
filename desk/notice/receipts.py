"""Proofs of receipt on the desk: entered by a colleague, accepted or voided by a lead."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.http import Http404
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from audit import clock
from desk.frame.case_files import kept
from desk.frame.inputs import MomentField, ProseField, UploadField
from desk.frame.verbs import CaseVerb
from desk.notice import reading
from desk.notice.deemed_receipt import deemed_receipt_of
from desk.notice.receipt_lines import receipt_lines
from desk.notice.verbs import letter_url, notice_url
from notices.models import Delivery, DeliveryState, NoticeKind
from offboarding.models import Communication, Direction, Medium, ProofKind, ProofOfReceipt
from offboarding.services import proofs

ENTERED = (ProofKind.PHONE, ProofKind.ACCEPTED_REPLY)
"""Kinds that a colleague enters by hand."""

COUNTED_AS_ATTEMPTS = (
    DeliveryState.ACCEPTED,
    DeliveryState.DELIVERED,
    DeliveryState.BOUNCED,
    DeliveryState.REFUSED,
    DeliveryState.POSTED,
    DeliveryState.UNCLAIMED,
    DeliveryState.MOVED,
    DeliveryState.LOST,
)
"""Deliveries that were tried; one that was taken back was not."""


class ReceiptVerb(CaseVerb):
    """A verb about the receipt of a case's notice."""

    permission = "offboarding.acknowledge"

    def next_url(self) -> str:
        """Return to the receipts."""
        return notice_url(self.case.reference, "receipt")


class _Receipt(forms.Form):
    kind = forms.ChoiceField(
        label=_("How we know"),
        widget=forms.RadioSelect,
        choices=[(kind.value, kind.label) for kind in ENTERED],
    )
    received_at = MomentField(label=_("When it was confirmed"))
    received_by = forms.CharField(label=_("By whom"), max_length=200)
    note = ProseField(
        label=_("What was said"),
        required=False,
        help_text=_("For a telephone call: who was on the telephone, and their words."),
    )
    file = UploadField(label=_("The reply itself"), required=False)


class RecordReceipt(ReceiptVerb):
    """Enter a telephone call or a reply as a proof; a lead accepts it."""

    form_class = _Receipt
    title = _("Record a receipt")
    intro = _(
        "A call or a reply is a weaker proof than the client's own click, a signed slip or the "
        "carrier's record. Another team lead has to accept it before the case moves."
    )
    button = _("Record the receipt")
    done = _("Recorded. A team lead is asked to accept it.")

    def initial(self) -> dict[str, Any]:
        """Start from now, a call."""
        now = clock.now().astimezone(ZoneInfo(self.case.time_zone))
        return {"kind": ProofKind.PHONE, "received_at": now.replace(second=0, microsecond=0)}

    def perform(self, form: forms.Form) -> None:
        """Record it for the notice that counts."""
        said = form.cleaned_data
        notice = reading.current_of(reading.notices_of(self.case))
        with kept(self.case, said["file"], by=self.actor) as file:
            proofs.record_proof(
                self.case,
                by=self.actor,
                kind=said["kind"],
                received_at=said["received_at"],
                received_by=said["received_by"],
                notice_number=notice.number if notice else None,
                note=said["note"],
                file=file,
            )


class _Deemed(forms.Form):
    attempts = forms.MultipleChoiceField(
        label=_("Documented attempts"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("At least two, or two channels."),
    )
    note = ProseField(label=_("What else was tried"), required=False)

    def __init__(self, *args: Any, attempts: dict[str, dict[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(key, attempt["words"]) for key, attempt in attempts.items()]
        field = self.fields["attempts"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices
        self.known = attempts

    def chosen(self) -> list[dict[str, str]]:
        """Return the attempts as the record keeps them."""
        return [
            {name: text for name, text in self.known[key].items() if name != "words"}
            for key in self.cleaned_data["attempts"]
        ]


class DeemedService(ReceiptVerb):
    """Propose that the notice counts as received; a lead accepts it."""

    form_class = _Deemed
    title = _("Propose deemed service")
    intro = _(
        "The client confirms nothing, but the notice was sent as agreed and the day of deemed "
        "receipt has passed. Tick what was tried; a team lead looks at it."
    )
    template_name = "desk/notice/deemed_verb.html"
    button = _("Propose deemed service")
    done = _("Proposed. A team lead is asked to accept it.")

    def form_options(self) -> dict[str, Any]:
        """List what was tried."""
        return {"attempts": self._attempts()}

    def initial(self) -> dict[str, Any]:
        """Tick everything; who proposes takes away what should not count."""
        return {"attempts": list(self._attempts())}

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Say from which day, and by which rule."""
        return super().context(form) | {"deemed": deemed_receipt_of(self.case)}

    def perform(self, form: forms.Form) -> None:
        """Propose it."""
        assert isinstance(form, _Deemed)
        proofs.propose_deemed_service(
            self.case, by=self.actor, attempts=form.chosen(), note=form.cleaned_data["note"]
        )

    def _attempts(self) -> dict[str, dict[str, str]]:
        if not hasattr(self, "_known"):
            self._known = {
                **{f"delivery-{one.pk}": _of_delivery(one) for one in self._deliveries()},
                **{f"call-{one.pk}": _of_call(one) for one in self._calls()},
            }
        return self._known

    def _deliveries(self) -> list[Delivery]:
        found = reading.deliveries().filter(case=self.case, notice__isnull=False, copy_for=None)
        found = found.exclude(notice__kind=NoticeKind.CURE_WARNING)
        return list(found.filter(state__in=COUNTED_AS_ATTEMPTS))

    def _calls(self) -> list[Communication]:
        found = self.case.communications.filter(medium=Medium.CALL, direction=Direction.OUTGOING)
        if self.case.served_on:
            found = found.filter(occurred_at__date__gte=self.case.served_on)
        return list(found.order_by("occurred_at"))


def _of_delivery(delivery: Delivery) -> dict[str, str]:
    on = delivery.posted_on or delivery.state_changed_at.date()
    return _attempt(delivery.get_channel_display(), on, delivery.get_state_display()) | {
        "channel": delivery.channel
    }


def _of_call(call: Communication) -> dict[str, str]:
    outcome = call.subject or call.counterpart
    return _attempt(call.get_medium_display(), call.occurred_at.date(), outcome) | {
        "channel": call.medium
    }


def _attempt(how: str, on: date, outcome: str) -> dict[str, str]:
    words = f"{how}, {date_format(on, 'j F Y')}: {outcome}"
    return {"on": on.isoformat(), "outcome": outcome, "words": words}


class ProofVerb(ReceiptVerb):
    """A lead's decision about one proof."""

    proof: ProofOfReceipt
    of_warning: ClassVar[str | Promise] = ""
    """What the verb does where the receipt is one of a cure warning, which moves no case."""
    template_name = "desk/notice/proof_verb.html"

    def find(self) -> None:
        """Read the proof, of this case only.

        Raises:
            Http404: there is none.
        """
        super().find()
        found = ProofOfReceipt.everything.filter(case=self.case, pk=self.kwargs["pk"])
        proof = found.select_related("file", "recorded_by", "accepted_by").first()
        if proof is None:
            raise Http404(_text("There is no such receipt."))
        proof.case = self.case
        self.proof = proof

    def next_url(self) -> str:
        """Return to the receipts of its letter."""
        if self.proof.is_of_warning:
            return f"{letter_url(self.case, NoticeKind.CURE_WARNING)}#receipt"
        return super().next_url()

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the proof above the form, and what speaks for it."""
        [line] = receipt_lines([self.proof])
        said = {"intro": self.of_warning} if self.proof.is_of_warning else {}
        return super().context(form) | {"proof": self.proof, "line": line} | said


class AcceptProof(ProofVerb):
    """Accept a proof that does not count by itself."""

    permission = "offboarding.accept_proof"
    title = _("Accept this receipt")
    intro = _("The case moves on: the notice counts as received. Received is not agreed.")
    of_warning = _(
        "The client's time to put things right is counted from this receipt. The case does not "
        "move."
    )
    button = _("Accept the receipt")
    done = _("The receipt is accepted.")

    def perform(self, form: forms.Form) -> None:
        """Accept it."""
        proofs.accept_proof(self.proof, by=self.actor)


class _Reason(forms.Form):
    reason = ProseField(label=_("Why this receipt falls"))


class VoidProof(ProofVerb):
    """Let a proof fall."""

    permission = "offboarding.void_proof"
    form_class = _Reason
    title = _("Void this receipt")
    intro = _(
        "It stays on record as voided. Without another receipt the case goes back to “Notice”, "
        "and the asking goes on."
    )
    of_warning = _(
        "It stays on record as voided. Without another receipt the client's time is counted from "
        "the day on which the letter counts as received."
    )
    button = _("Void the receipt")
    done = _("The receipt is voided.")
    is_destructive = True

    def perform(self, form: forms.Form) -> None:
        """Void it."""
        proofs.void_proof(self.proof, by=self.actor, reason=form.cleaned_data["reason"])


_ALL = "cases/<str:reference>/receipts"
urlpatterns: list[URLPattern] = [
    path(f"{_ALL}/new/", RecordReceipt.as_view(), name="receipt-new"),
    path(f"{_ALL}/deemed/", DeemedService.as_view(), name="receipt-deemed"),
    path(f"{_ALL}/<int:pk>/accept/", AcceptProof.as_view(), name="receipt-accept"),
    path(f"{_ALL}/<int:pk>/void/", VoidProof.as_view(), name="receipt-void"),
]
