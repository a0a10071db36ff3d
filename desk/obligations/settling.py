"""How an obligation ends: fulfilled, not applicable, waived, escalated; or opens again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from audit import clock
from clients.services.invoices import mark_invoice_paid
from desk.frame.case_files import kept
from desk.frame.inputs import DayField, ProseField, UploadField
from desk.frame.row_verbs import SectionVerb
from desk.obligations.section import CAN_BE_REOPENED_IN
from desk.obligations.verbs import ObligationVerb
from offboarding.errors import Reason
from offboarding.models import Obligation
from offboarding.services import obligations, ticks


class _Proof(forms.Form):
    proof = ProseField(
        label=_("Proof"),
        required=False,
        rows=3,
        help_text=_("What shows that it is done: a date, a number, who confirmed it."),
    )
    file = UploadField(required=False)

    def __init__(self, *args: Any, row: Obligation, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row.needs_proof:
            self.fields["proof"].help_text = _(
                "Needed here: a note or a file. A date, a number, who confirmed it."
            )
        self.asks_for_payment = row.invoice is not None and row.invoice.paid_on is None
        if self.asks_for_payment:
            self.fields["paid_on"] = DayField(
                label=_("Paid on"),
                initial=today,
                help_text=_("The invoice is marked as paid as well."),
            )
            self.order_fields(["paid_on", "proof", "file"])

    def clean_paid_on(self) -> date:
        """Take the day the money came; it lies behind us."""
        paid_on: date = self.cleaned_data["paid_on"]
        if paid_on > clock.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return paid_on


class Fulfil(ObligationVerb):
    """Record that an obligation is done, with its proof."""

    form_class = _Proof
    done = _("It is on record as fulfilled.")
    is_irreversible = True

    def find(self) -> None:
        """Read the obligation and whose it is."""
        super().find()
        is_money = not self.row.is_ours and self.row.amount_cents
        self.title = _("Mark as paid") if is_money else _("Mark as fulfilled")
        self.button = self.title

    def form_options(self) -> dict[str, Any]:
        """Ask for what this one needs."""
        return {"row": self.row, "today": clock.today(self.case.time_zone)}

    def initial(self) -> dict[str, Any]:
        """Take what the client ticked as the proof; a colleague changes it if there is better."""
        return {"proof": ticks.as_proof(self.row)} if self.row.is_ticked else {}

    def refusals(self) -> Iterator[Reason]:
        """What comes first is settled first."""
        yield from super().refusals()
        before = obligations.what_it_waits_for(self.row)
        if before and not self.row.is_settled:
            yield obligations.still_waits(self.row, before)

    def perform(self, form: forms.Form) -> None:
        """Record it, with its file; a paid invoice is paid in the client's books too."""
        said = form.cleaned_data
        with kept(self.case, said["file"], by=self.actor) as case_file:
            obligations.fulfil(self.row, by=self.actor, proof=said["proof"], file=case_file)
            if self.row.invoice is not None and said.get("paid_on"):
                mark_invoice_paid(self.row.invoice, by=self.actor, paid_on=said["paid_on"])


class _Reason(forms.Form):
    reason = ProseField(label=_("Reason"), rows=3)


class NotApplicable(ObligationVerb):
    """Record that there is nothing to do about it."""

    form_class = _Reason
    title = _("This does not apply")
    intro = _("It stays on the list with your reason; the notice no longer names it.")
    button = _("Record the reason")
    done = _("It is on record as not applicable.")
    is_irreversible = True

    def perform(self, form: forms.Form) -> None:
        """Record it."""
        obligations.not_applicable(self.row, by=self.actor, reason=form.cleaned_data["reason"])


class AskToWaive(ObligationVerb):
    """Ask a lead to waive it."""

    form_class = _Reason
    title = _("Ask to waive this")
    intro = _("Nobody waives alone: a team lead other than you grants or refuses it.")
    button = _("Ask a team lead")
    done = _("A team lead is asked.")
    is_irreversible = True

    def refusals(self) -> Iterator[Reason]:
        """One request at a time."""
        yield from super().refusals()
        if self.row.waiver_requested_by_id is not None and not self.row.is_settled:
            yield obligations.already_asked(self.row)

    def perform(self, form: forms.Form) -> None:
        """Ask."""
        obligations.ask_to_waive(self.row, by=self.actor, reason=form.cleaned_data["reason"])


GRANT, REFUSE = "grant", "refuse"


class _Answer(forms.Form):
    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[(GRANT, _("Waive it")), (REFUSE, _("It stays owed"))],
        widget=forms.RadioSelect,
    )
    reason = ProseField(
        label=_("Reason"),
        required=False,
        rows=3,
        help_text=_("Needed when it stays owed; the colleague who asked reads it."),
    )


class AnswerWaiver(ObligationVerb):
    """Grant or refuse, as the second person, that an obligation be waived."""

    permission = "offboarding.waive_obligation"
    form_class = _Answer
    title = _("Waive this?")
    button = _("Record the answer")
    done = _("Your answer is on record.")
    is_irreversible = True

    def refusals(self) -> Iterator[Reason]:
        """Somebody else has to have asked."""
        yield from super().refusals()
        if not self.row.is_settled:
            yield from obligations.why_not_waived_by(self.row, self.actor)

    def perform(self, form: forms.Form) -> None:
        """Record the answer."""
        if form.cleaned_data["answer"] == GRANT:
            obligations.waive(self.row, by=self.actor)
        else:
            obligations.refuse_waiver(self.row, by=self.actor, reason=form.cleaned_data["reason"])


class _Escalation(forms.Form):
    to = forms.CharField(
        label=_("Who looks after it now"),
        max_length=200,
        help_text=_("Such as “Collections, Ms Weber” or a law firm."),
    )
    until = DayField(label=_("Until"), help_text=_("When we ask what became of it, at the latest."))


class Escalate(ObligationVerb):
    """Give an obligation of the client an owner and a date elsewhere."""

    form_class = _Escalation
    title = _("Escalate this")
    intro = _("The case can go on; what is owed stays owed, with an owner and a date elsewhere.")
    button = _("Escalate")
    done = _("It is on record who looks after it now.")
    is_irreversible = True

    def refusals(self) -> Iterator[Reason]:
        """Only what the client owes, once."""
        yield from super().refusals()
        if self.row.is_escalated:
            yield obligations.already_settled(self.row)
        elif self.row.is_ours:
            yield Reason("ours", _text("Ours are fulfilled, not escalated."), "obligations")

    def perform(self, form: forms.Form) -> None:
        """Escalate it."""
        obligations.escalate(
            self.row, by=self.actor, to=form.cleaned_data["to"], until=form.cleaned_data["until"]
        )


class Reopen(ObligationVerb):
    """Open a settled obligation again."""

    form_class = _Reason
    title = _("Open this again")
    intro = _("What was recorded stays on the record; from now on it is owed again.")
    button = _("Open it again")
    done = _("It is open again.")
    is_irreversible = True

    def refusals(self) -> Iterator[Reason]:
        """Only what is settled, and only before the obligations were declared fulfilled."""
        yield from SectionVerb.refusals(self)
        if self.row.is_open:
            yield Reason(
                "still_open",
                _text("“%(title)s” is open.") % {"title": self.row.title},
                "obligations",
            )
        elif self.case.state not in CAN_BE_REOPENED_IN and not self.case.is_ended:
            yield obligations.stage_over()

    def perform(self, form: forms.Form) -> None:
        """Open it."""
        obligations.reopen_obligation(self.row, by=self.actor, reason=form.cleaned_data["reason"])
