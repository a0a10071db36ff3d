"""Adding something that one side owes, and changing it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from clients import currencies
from desk.clients.invoices import AmountField, too_fine
from desk.frame.inputs import DayField
from desk.obligations.verbs import ObligationsVerb, ObligationVerb
from offboarding import policies
from offboarding.models import MoneyKind, Obligation, ObligationState, Party, TerminationCase
from offboarding.services import obligations


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


class AddObligation(ObligationsVerb):
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
