"""What we owe and what they owe: the section of the case page, and a form for each verb."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from accounts.models import User
from audit import clock
from clients import currencies
from clients.services.invoices import mark_invoice_paid
from desk.clients.invoices import AmountField, too_fine
from desk.frame.case_files import kept
from desk.frame.inputs import DayField, ProseField, UploadField
from desk.frame.json_rows import rows_of
from desk.frame.rights import Rights
from desk.frame.row_verbs import RowVerb, SectionVerb
from desk.frame.scoping import case_or_404, person_of
from notices.reminding.owed_mail import KNOWN_IN
from offboarding import policies
from offboarding.errors import Reason
from offboarding.lifecycle import GOES_ON, State
from offboarding.models import MoneyKind, Obligation, ObligationState, Party, TerminationCase
from offboarding.services import obligations, ticks

Words = str | Promise

SHOWN_IN = frozenset(
    {
        State.NOTICE,
        State.ACKNOWLEDGED,
        State.OBLIGATIONS_FULFILLED,
        State.TRANSITION,
        State.FOLLOW_UP,
        State.CLOSED,
        State.WITHDRAWN,
    }
)
"""The stages in which the case page has this section."""

_JOINED = ("owner", "settled_by", "waiver_requested_by", "proof_file")
_CAN_BE_REOPENED_IN = (State.EVALUATION, State.NOTICE, State.ACKNOWLEDGED)

_ICONS = {
    ObligationState.OPEN: "circle",
    ObligationState.FULFILLED: "circle-check",
    ObligationState.WAIVED: "scale",
    ObligationState.NOT_APPLICABLE: "x",
    ObligationState.ESCALATED: "arrow-up",
}


# -- the section -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Action:
    """One thing that can be done about an obligation, and where."""

    label: Words
    url: str
    hint: Words = ""


@dataclass(frozen=True)
class Line:
    """One obligation with what its reader may do about it."""

    row: Obligation
    url: str
    actions: list[Action]
    effective_on: date | None
    today: date
    waits_for: tuple[Obligation, ...] = ()
    """What has to be settled first and is not yet."""
    is_off: bool = False
    """The relationship goes on, and this was owed for its end alone."""

    @property
    def icon(self) -> str:
        """The picture of its state; the word stands beside it."""
        return _ICONS[ObligationState(self.row.state)]

    @property
    def first_action(self) -> Action | None:
        """What its row offers; the rest stands on its own page."""
        return self.actions[0] if self.actions else None

    @property
    def is_late(self) -> bool:
        """Its day has passed and nobody has settled it."""
        due_on = self.row.due_on
        return self.row.is_open and not self.is_off and due_on is not None and due_on < self.today

    @property
    def escalation_is_late(self) -> bool:
        """Whoever looks after it elsewhere should be done by now."""
        until = self.row.escalated_until
        return self.row.is_escalated and until is not None and until < self.today

    @property
    def is_after_the_end(self) -> bool:
        """We promise something for a day on which the services have ended."""
        due_on = self.row.due_on
        return bool(
            self.row.is_open
            and self.row.is_ours
            and not self.row.is_internal
            and due_on
            and self.effective_on
            and due_on > self.effective_on
        )


@dataclass(frozen=True)
class Side:
    """What one party owes."""

    title: Words
    lines: list[Line]
    nothing: Words

    @property
    def open_count(self) -> int:
        """How many nobody has settled."""
        return sum(1 for line in self.lines if not line.row.is_settled and not line.is_off)

    @property
    def late_count(self) -> int:
        """How many are late and wait for whoever owes them."""
        return sum(1 for line in self.lines if line.is_late and not line.row.is_ticked)

    @property
    def sums(self) -> list[tuple[str, int]]:
        """The money still open, by currency."""
        sums: dict[str, int] = defaultdict(int)
        for line in self.lines:
            if not line.row.is_settled and line.row.amount_cents:
                sums[line.row.currency] += line.row.amount_cents
        return sorted(sums.items())


@dataclass(frozen=True)
class Section:
    """Both sides of what is owed."""

    sides: list[Side]
    add_url: str
    page_url: str
    send_url: str = ""
    """Where the list is sent to the client, once they know of the ending."""


def prefetches() -> tuple[Prefetch[Any, Any, Any], ...]:
    """Return what a page reads together with its case, so that the section asks nothing."""
    return (Prefetch("obligations", _rows(Obligation.objects.all())),)


def _rows(rows: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Read obligations with the people on them and the keys of what comes before them."""
    order = Obligation.waits_for.through.objects.filter(from_obligation=OuterRef("pk"))
    return rows.select_related(*_JOINED).annotate(
        order_rows=rows_of(order, "from_obligation", key="to_obligation_id")
    )


def section(case: TerminationCase, user: User) -> dict[str, Any]:
    """Return what the section shows to a person: `{"obligations": Section}`.

    Args:
        case: read with `prefetches()`, or the section reads them now.
        user: whose buttons are shown.
    """
    if not _is_read(case, "obligations"):
        rows: Iterable[Obligation] = _rows(case.obligations.all())
    else:
        rows = case.obligations.all()
    rights = Rights(Actor.person(user), case)
    by_key = {row.pk: row for row in rows}
    lines = [
        line_of(row, case, user, rights, waits_for=_waits_for(row, by_key))
        for row in sorted(by_key.values(), key=_order)
    ]
    sides = [
        Side(
            _("We owe"),
            [line for line in lines if line.row.is_ours],
            _("Nothing is listed that we owe."),
        ),
        Side(
            _("They owe"),
            [line for line in lines if not line.row.is_ours],
            _("Nothing is listed that the client owes."),
        ),
    ]
    reference = [case.reference]
    return {
        "obligations": Section(
            sides=sides,
            add_url=reverse("desk:obligation-new", args=reference) if rights.may_change() else "",
            page_url=reverse("desk:obligations", args=reference),
            send_url=reverse("desk:obligations-send", args=reference)
            if rights.may_change() and case.state in KNOWN_IN
            else "",
        )
    }


def line_of(
    row: Obligation,
    case: TerminationCase,
    user: User,
    rights: Rights,
    *,
    waits_for: tuple[Obligation, ...],
) -> Line:
    """Return an obligation with what this reader may do about it."""
    return Line(
        row=row,
        url=reverse("desk:obligation", args=[case.reference, row.pk]),
        actions=_actions(row, case, user, rights, waits=bool(waits_for))
        if rights.may_change()
        else [],
        effective_on=case.effective_on,
        today=clock.today(case.time_zone),
        waits_for=waits_for,
        is_off=case.state in GOES_ON and not row.amount_cents,
    )


def _waits_for(row: Obligation, by_key: dict[int, Obligation]) -> tuple[Obligation, ...]:
    keys = [entry["key"] for entry in getattr(row, "order_rows", None) or []]
    before = [by_key[key] for key in sorted(keys) if key in by_key]
    return tuple(one for one in before if not one.is_settled)


def _line_alone(row: Obligation, case: TerminationCase, user: User, rights: Rights) -> Line:
    before = tuple(obligations.what_it_waits_for(row)) if not row.is_settled else ()
    return line_of(row, case, user, rights, waits_for=before)


def _is_read(case: TerminationCase, rows: str) -> bool:
    return rows in getattr(case, "_prefetched_objects_cache", {})


def _order(row: Obligation) -> tuple[int, date, int]:
    """What is open comes first, the most urgent on top; then what others have; then the rest."""
    rank = 0 if row.is_open else 1 if row.is_escalated else 2
    return rank, row.due_on or date.max, row.pk


def _actions(
    row: Obligation, case: TerminationCase, user: User, rights: Rights, *, waits: bool
) -> list[Action]:
    def action(verb: str, label: Words, hint: Words) -> Action:
        return Action(label, reverse(f"desk:{verb}", args=[case.reference, row.pk]), hint)

    found = []
    if not row.is_settled:
        asked_by = row.waiver_requested_by_id
        if asked_by and asked_by != user.pk and rights["waive_obligation"]:
            found.append(
                action("obligation-waiver", _("Answer"), _("Grant or refuse that it be waived."))
            )
        fulfilled = _("Fulfil") if row.is_ours else _("Paid") if row.amount_cents else _("Done")
        if row.is_ticked:
            fulfilled = _("Accept")
        # Nobody is offered what would be refused; the row says what comes first.
        if not waits:
            found.append(
                action(
                    "obligation-fulfilled", fulfilled, _("It is done. Note the proof or attach it.")
                )
            )
        if row.is_ticked:
            found.append(
                action(
                    "obligation-tick",
                    _("Not yet"),
                    _("Take the client’s tick back and say what is missing."),
                )
            )
        if row.is_open and not row.is_ours:
            found.append(
                action(
                    "obligation-escalation",
                    _("Escalate"),
                    _("Somebody elsewhere looks after it from now on, such as collections."),
                )
            )
        if row.is_open:
            found.append(
                action("obligation-edit", _("Edit"), _("Change words, due date or who looks on."))
            )
        found.append(
            action("obligation-void", _("Does not apply"), _("There is nothing to do about it."))
        )
        if not row.waiver_requested_by_id:
            found.append(
                action(
                    "obligation-waive", _("Ask to waive"), _("A team lead grants or refuses it.")
                )
            )
    if not row.is_open and case.state in _CAN_BE_REOPENED_IN:
        found.append(
            action("obligation-reopened", _("Open again"), _("It was not settled after all."))
        )
    return found


@require_safe
@never_cache
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what is owed on a page of its own, in whatever stage the case is."""
    case = case_or_404(request, reference)
    context = {"case": case, **section(case, person_of(request))}
    with timezone.override(case.time_zone):
        return render(request, "desk/case/obligations/list.html", context)


@require_safe
@never_cache
def one(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Show one obligation: facts, proof, and everything that can be done about it."""
    case = case_or_404(request, reference)
    row = _row_or_404(case, pk)
    user = person_of(request)
    line = _line_alone(row, case, user, Rights(Actor.person(user), case))
    context = {
        "case": case,
        "row": row,
        "line": line,
        "holds_up": [one for one in row.holds_up.all() if not one.is_settled],
    }
    with timezone.override(case.time_zone):
        return render(request, "desk/case/obligations/one.html", context)


def _row_or_404(case: TerminationCase, pk: int) -> Obligation:
    row = get_object_or_404(case.obligations.select_related(*_JOINED, "invoice", "added_by"), pk=pk)
    row.case = case
    return row


# -- adding and changing ---------------------------------------------------------------------------


class _Colleagues(forms.ModelChoiceField):
    """Who of the team looks after it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.none(), empty_label=None, **kwargs)

    def of(self, case: TerminationCase) -> None:
        """Offer the people of the case's team."""
        self.queryset = policies.people_who_work_on(case).order_by("name", "pk")


class _Earlier(forms.ModelMultipleChoiceField):
    """What has to be settled before it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Obligation.objects.none(),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            **kwargs,
        )

    def of(self, case: TerminationCase, row: Obligation | None) -> None:
        """Offer what is open on the case, and what was chosen before."""
        offered = Q(state__in=(ObligationState.OPEN, ObligationState.ESCALATED))
        if row is not None:
            offered |= Q(pk__in=row.waits_for.values("pk"))
        rows = case.obligations.filter(offered)
        self.queryset = rows.exclude(pk=row.pk) if row is not None else rows

    def label_from_instance(self, obj: Any) -> str:
        """Say whose it is, so that two of one name are told apart."""
        return f"{obj.title} ({obj.get_party_display()})"


class _Owed(forms.Form):
    title = forms.CharField(
        label=_("What is owed"),
        max_length=200,
        help_text=_("The client reads these words, unless it is only for us."),
    )
    due_on = DayField(
        label=_("Due on"), required=False, help_text=_("A day of its own; it stays where it is.")
    )
    days_before_effective_date = forms.IntegerField(
        label=_("Or business days before the end"),
        required=False,
        min_value=-obligations.MOST_BUSINESS_DAYS,
        max_value=obligations.MOST_BUSINESS_DAYS,
        help_text=_("The day then moves with the effective date. Minus means after it."),
    )
    owner = _Colleagues(
        label=_("Looked after by"), help_text=_("Who sees to it that it is settled.")
    )
    waits_for = _Earlier(
        label=_("Comes after"), help_text=_("What has to be settled before this can be.")
    )
    is_internal = forms.BooleanField(
        label=_("Only for us"),
        required=False,
        help_text=_("Neither letters nor the client’s page name it. Only what we owe."),
    )

    def __init__(
        self, *args: Any, case: TerminationCase, row: Obligation | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        owner, earlier = self.fields["owner"], self.fields["waits_for"]
        assert isinstance(owner, _Colleagues) and isinstance(earlier, _Earlier)
        owner.of(case)
        earlier.of(case, row)
        if not earlier.queryset:
            del self.fields["waits_for"]
        if row is not None and not row.is_ours:
            del self.fields["is_internal"]

    def said(self) -> dict[str, Any]:
        """Return what the services take, by their names."""
        said = self.cleaned_data
        return {
            "title": said["title"],
            "due_on": said["due_on"],
            "days_before_effective_date": said["days_before_effective_date"],
            "owner": said["owner"],
            "waits_for": list(said.get("waits_for") or ()),
            "is_internal": said.get("is_internal", False),
        }


class _NewlyOwed(_Owed):
    party = forms.ChoiceField(
        label=_("Who owes it"), choices=Party.choices, widget=forms.RadioSelect
    )
    amount = AmountField(
        label=_("Amount"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    money_kind = forms.ChoiceField(
        label=_("What the amount is"),
        choices=[("", _("No amount, or no matter")), *MoneyKind.choices],
        required=False,
        help_text=_("It decides where it stands in the settlement statement."),
    )
    needs_proof = forms.BooleanField(
        label=_("Needs a proof"),
        required=False,
        help_text=_("It cannot be marked as done without a note or a file."),
    )

    field_order = (
        "party",
        "title",
        "due_on",
        "days_before_effective_date",
        "owner",
        "amount",
        "money_kind",
        "needs_proof",
        "waits_for",
        "is_internal",
    )

    def __init__(self, *args: Any, case: TerminationCase, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self._currency = case.client.office.currency
        self.fields["amount"].help_text = _("In %(currency)s, for example 1234.50") % {
            "currency": self._currency
        }

    def clean_amount(self) -> int | None:
        """Count the amount in the currency's smallest unit."""
        amount = self.cleaned_data["amount"]
        if amount is None:
            return None
        cents = currencies.smallest_units(amount, self._currency)
        if cents is None:
            raise forms.ValidationError(too_fine(self._currency))
        return cents


class _ObligationsVerb(SectionVerb):
    section = "obligations"
    shown_in = SHOWN_IN
    page = "obligations"


class AddObligation(_ObligationsVerb):
    """Add something that one side still owes."""

    form_class = _NewlyOwed
    template_name = "desk/case/obligations/new.html"
    title = _("Add an obligation")
    button = _("Add it")
    done = _("The obligation is added.")

    def form_options(self) -> dict[str, Any]:
        """Offer the colleagues of the team."""
        return {"case": self.case}

    def initial(self) -> dict[str, Any]:
        """Start from the case's owner and the side that was pressed."""
        party = self.request.GET.get("party")
        return {
            "owner": self.case.owner_id,
            "party": party if party in Party.values else Party.OURS,
        }

    def perform(self, form: _NewlyOwed) -> None:
        """Add it."""
        said = form.cleaned_data
        obligations.add_obligation(
            self.case,
            by=self.actor,
            party=said["party"],
            amount_cents=said["amount"],
            money_kind=said["money_kind"],
            needs_proof=said["needs_proof"],
            **form.said(),
        )


class ObligationVerb(RowVerb):
    """A verb of one obligation."""

    section = "obligations"
    shown_in = SHOWN_IN
    page = "obligations"
    rows = "obligations"
    joined = (*_JOINED, "invoice")
    template_name = "desk/case/obligations/form.html"

    row: Obligation

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the obligation above its form."""
        rights = Rights(self.actor, self.case)
        line = _line_alone(self.row, self.case, person_of(self.request), rights)
        return super().context(form) | {"line": line}

    def back_url(self) -> str:
        """Return to the obligation."""
        return reverse("desk:obligation", args=[self.case.reference, self.row.pk])

    def refusals(self) -> Iterator[Reason]:
        """A settled one has nothing left to do."""
        yield from super().refusals()
        if self.row.is_settled:
            yield obligations.already_settled(self.row)


class EditObligation(ObligationVerb):
    """Change words, day, owner or what comes first."""

    form_class = _Owed
    title = _("Edit the obligation")
    button = _("Save")
    done = _("Saved.")
    edits = ("title", "due_on", "days_before_effective_date", "owner", "waits_for", "is_internal")
    recorded_as = ("obligation.changed",)

    def form_options(self) -> dict[str, Any]:
        """Offer the colleagues of the team, and the other obligations."""
        return {"case": self.case, "row": self.row}

    def initial(self) -> dict[str, Any]:
        """Show it as it is."""
        row = self.row
        return {
            "title": row.title,
            "due_on": None if row.follows_effective_date else row.due_on,
            "days_before_effective_date": row.days_before_effective_date,
            "owner": row.owner_id or self.case.owner_id,
            "waits_for": [one.pk for one in row.waits_for.all()],
            "is_internal": row.is_internal,
        }

    def perform(self, form: _Owed) -> None:
        """Save it."""
        obligations.edit_obligation(self.row, by=self.actor, **form.said())


# -- settling --------------------------------------------------------------------------------------


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
        elif self.case.state not in _CAN_BE_REOPENED_IN and not self.case.is_ended:
            yield obligations.stage_over()

    def perform(self, form: forms.Form) -> None:
        """Open it."""
        obligations.reopen_obligation(self.row, by=self.actor, reason=form.cleaned_data["reason"])


_ROW = "cases/<str:reference>/obligations/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/obligations/", page, name="obligations"),
    path("cases/<str:reference>/obligations/new/", AddObligation.as_view(), name="obligation-new"),
    path(_ROW, one, name="obligation"),
    path(f"{_ROW}edit/", EditObligation.as_view(), name="obligation-edit"),
    path(f"{_ROW}fulfilment/", Fulfil.as_view(), name="obligation-fulfilled"),
    path(f"{_ROW}not-applicable/", NotApplicable.as_view(), name="obligation-void"),
    path(f"{_ROW}waiver/", AskToWaive.as_view(), name="obligation-waive"),
    path(f"{_ROW}waiver/answer/", AnswerWaiver.as_view(), name="obligation-waiver"),
    path(f"{_ROW}escalation/", Escalate.as_view(), name="obligation-escalation"),
    path(f"{_ROW}reopening/", Reopen.as_view(), name="obligation-reopened"),
]
