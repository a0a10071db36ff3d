"""What was agreed with a client, and how it may be ended."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

from django import forms
from django.http import Http404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from clients import currencies, services
from clients.models import Engagement
from desk.clients.invoices import AmountField, too_fine
from desk.clients.verbs import ClientVerb, VersionedVerb
from desk.follow_up import returning_clients
from desk.frame.inputs import DayField


class EngagementForm(forms.ModelForm):
    """An agreement, what it is worth in a year, and its notice clause."""

    yearly_value = AmountField(
        label=_("Value a year"),
        required=False,
        min_value=Decimal(0),
        max_digits=15,
        help_text=_("What the client pays in a usual year, for example 12000. May be left empty."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    class Meta:
        model = Engagement
        fields = (
            "title",
            "services",
            "service_line",
            "started_on",
            "notice_period_count",
            "notice_period_unit",
            "notice_period_in_business_days",
            "notice_to_end_of_month",
            "notice_method",
            "notice_email",
            "notice_address",
            "notice_form",
            "signatories_required",
            "cure_days",
            "yearly_value_currency",
        )
        widgets = {
            "services": forms.Textarea(attrs={"rows": 3}),
            "notice_address": forms.Textarea(attrs={"rows": 3}),
        }
        field_classes = {"started_on": DayField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cents = self.instance.yearly_value_cents
        if cents is not None:
            digits = currencies.minor_unit_digits(self.instance.value_currency)
            self.initial["yearly_value"] = Decimal(cents).scaleb(-digits)

    def clean(self) -> dict[str, Any]:
        """Keep the yearly value in the currency's smallest unit."""
        cleaned = super().clean() or {}
        value = cleaned.get("yearly_value")
        cleaned["yearly_value_cents"] = None
        if value is not None and "yearly_value_currency" not in self.errors:
            office = self.instance.client.office
            currency = cleaned.get("yearly_value_currency") or str(office.currency)
            cleaned["yearly_value_cents"] = currencies.smallest_units(value, currency)
            if cleaned["yearly_value_cents"] is None:
                self.add_error("yearly_value", too_fine(currency))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What a service is asked to keep."""
        named = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return named | {"yearly_value_cents": self.cleaned_data["yearly_value_cents"]}


class AddEngagement(ClientVerb):
    """Write an agreement down."""

    form_class = EngagementForm
    template_name = "desk/clients/engagement_form.html"
    section = "engagements"
    title = _("New agreement")
    button = _("Add agreement")
    done = _("The agreement is added.")

    def form_options(self) -> dict[str, Any]:
        """Check the form as an agreement of this client."""
        return {"instance": Engagement(client=self.client)}

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show what was said of this client's return."""
        return super().context(form) | {
            "closing": returning_clients.said_of(self.request, self.client)
        }

    def perform(self, form: EngagementForm) -> None:
        """Add it."""
        services.add_engagement(self.client, by=self.actor, **form.values)


class _OfEngagement(VersionedVerb):
    section = "engagements"

    engagement: Engagement

    def find(self) -> None:
        """Read the agreement through its client."""
        super().find()
        found = self.client.engagements.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404(_text("There is no such agreement."))
        self.engagement = found

    def record(self) -> Engagement:
        """Return the agreement."""
        return self.engagement

    def form_options(self) -> dict[str, Any]:
        """Fill a copy in, so that the head of the page keeps saying what is saved."""
        return {"instance": copy.copy(self.engagement)}

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Name the agreement."""
        return super().context(form) | {"engagement": self.engagement}


class EditEngagement(_OfEngagement):
    """Correct what is known about an agreement."""

    form_class = EngagementForm
    template_name = "desk/clients/engagement_form.html"
    title = _("Edit agreement")
    button = _("Save")
    done = _("The agreement is saved.")

    def perform(self, form: EngagementForm) -> None:
        """Save it, if it still is the version the form was opened with."""
        services.edit_engagement(
            self.engagement,
            by=self.actor,
            expected_version=form.cleaned_data["version"],
            **form.values,
        )


class EndForm(forms.ModelForm):
    """The last day on which services are owed."""

    class Meta:
        model = Engagement
        fields = ("ended_on",)
        field_classes = {"ended_on": DayField}
        labels = {"ended_on": _("Last day of the agreement")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ended_on"].required = True


class EndEngagement(_OfEngagement):
    """Write down that an agreement has ended outside of any case."""

    form_class = EndForm
    title = _("The agreement has ended")
    button = _("Write it down")
    done = _("The last day of the agreement is written down.")

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Say what this is for."""
        intro = _text(
            "For an agreement that ended by itself. To end it with a notice, open a case instead."
        )
        return super().context(form) | {"intro": intro}

    def perform(self, form: EndForm) -> None:
        """Keep the day."""
        services.end_engagement(
            self.engagement,
            by=self.actor,
            ended_on=form.cleaned_data["ended_on"],
            expected_version=form.cleaned_data["version"],
        )


_ENGAGEMENT = "clients/<int:client_id>/engagements/"
urlpatterns: list[URLPattern] = [
    path(f"{_ENGAGEMENT}new/", AddEngagement.as_view(), name="client-engagement-new"),
    path(f"{_ENGAGEMENT}<int:pk>/", EditEngagement.as_view(), name="client-engagement"),
    path(f"{_ENGAGEMENT}<int:pk>/ended/", EndEngagement.as_view(), name="client-engagement-end"),
]
