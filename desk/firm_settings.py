"""The firm and its offices: letterhead, stationery, who signs, and when an office is closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.dates import WEEKDAYS
from django.utils.text import get_text_list
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import User
from audit import clock
from clients import calendars, services
from clients.models import Firm, Holiday, Office, Signatory
from clients.policies import require_settings_editing
from desk.frame.inputs import DayField
from desk.frame.scoping import actor_of
from desk.frame.verbs import Verb


@require_safe
def firm(request: HttpRequest) -> HttpResponse:
    """Show the firm and its offices to an admin."""
    require_settings_editing(actor_of(request))
    offices = Office.objects.prefetch_related("signatories", "holidays")
    context = {
        "firm": Firm.current(),
        "offices": [
            {
                "office": office,
                "weekend": _weekend_in_words(office),
                "next_closed": _next_closed(office),
            }
            for office in offices.all()
        ],
    }
    return render(request, "desk/settings/firm.html", context)


def _weekend_in_words(office: Office) -> str:
    today = clock.today(office.time_zone)
    days = calendars.weekend_of(calendars.place_of_office(office), today)
    return get_text_list([str(WEEKDAYS[day]) for day in days], _text("and"))


def _next_closed(office: Office) -> list[date]:
    today = clock.today(office.time_zone)
    own = [holiday.on for holiday in office.holidays.all()]
    days = calendars.office_holidays(office, [today.year, today.year + 1], own=own)
    return sorted(day for day in days if day >= today)[:3]


class SettingsVerb(Verb):
    """A verb of the firm's settings; only admins have any."""

    template_name = "desk/settings/form.html"

    def allow(self) -> None:
        """Ask the policies; services ask them again."""
        require_settings_editing(self.actor)

    def next_url(self) -> str:
        """Return to the settings."""
        return reverse("desk:firm")


class FirmForm(forms.ModelForm):
    """The firm's name and language."""

    class Meta:
        model = Firm
        fields = ("name", "language")


class EditFirm(SettingsVerb):
    """Name the firm."""

    form_class = FirmForm
    title = _("Edit firm")
    button = _("Save")
    done = _("The firm is saved.")

    def form_options(self) -> dict[str, Any]:
        """Fill the form with what is known."""
        return {"instance": Firm.current()}

    def perform(self, form: forms.ModelForm) -> None:
        """Save it."""
        named = {name: form.cleaned_data[name] for name in form.Meta.fields}  # type: ignore[attr-defined]
        services.edit_firm(by=self.actor, **named)


# -- offices ---------------------------------------------------------------------------------------


class OfficeForm(forms.ModelForm):
    """What stands on an office's letterhead, and how it counts days."""

    class Meta:
        model = Office
        fields = (
            "name",
            "legal_name",
            "street",
            "postal_code",
            "city",
            "region",
            "country",
            "phone",
            "email",
            "website",
            "registration_lines",
            "stationery",
            "nudge_x_mm",
            "nudge_y_mm",
            "paper_grams_per_m2",
            "envelope_grams",
            "prints_both_sides",
            "time_zone",
            "currency",
            "language",
            "holiday_country",
            "holiday_region",
        )
        widgets = {
            "street": forms.Textarea(attrs={"rows": 2}),
            "registration_lines": forms.Textarea(attrs={"rows": 4}),
            "stationery": forms.RadioSelect,
        }

    @property
    def values(self) -> dict[str, Any]:
        """What a service is asked to keep."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class AddOffice(SettingsVerb):
    """Open an office."""

    form_class = OfficeForm
    template_name = "desk/settings/office_form.html"
    title = _("New office")
    button = _("Add office")
    done = _("The office is added. Next: who signs for it.")

    def perform(self, form: OfficeForm) -> None:
        """Add it to the firm."""
        if Firm.objects.filter(pk=1).first() is None:
            unnamed = Firm.current()
            services.edit_firm(by=self.actor, name=unnamed.name, language=unnamed.language)
        services.add_office(by=self.actor, **form.values)


class OfficeVerb(SettingsVerb):
    """A verb of one office."""

    office: Office

    def find(self) -> None:
        """Read the office, once it is clear that an admin asks."""
        require_settings_editing(self.actor)
        self.office = _found_or_404(Office.objects.filter(pk=self.kwargs["office_id"]))

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Name the office."""
        return {"office": self.office}


def _found_or_404(rows: Any) -> Any:
    found = rows.first()
    if found is None:
        raise Http404(_text("There is nothing at this address."))
    return found


class EditOffice(OfficeVerb):
    """Change an office."""

    form_class = OfficeForm
    template_name = "desk/settings/office_form.html"
    title = _("Edit office")
    button = _("Save")
    done = _("The office is saved. Letters that are sealed already stay as they are.")

    def form_options(self) -> dict[str, Any]:
        """Fill the form with what is known."""
        return {"instance": Office.objects.get(pk=self.office.pk)}

    def perform(self, form: OfficeForm) -> None:
        """Save it."""
        services.edit_office(self.office, by=self.actor, **form.values)


# -- who signs -------------------------------------------------------------------------------------


class SignatoryForm(forms.ModelForm):
    """A person as they stand under a letter."""

    class Meta:
        model = Signatory
        fields = ("name", "position", "user")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        users = User.objects.filter(is_active=True).order_by("name", "pk")
        self.fields["user"].queryset = users  # type: ignore[attr-defined]
        self.fields["user"].empty_label = _("Signs on paper only")  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Say beside the field what the database would say for the whole signatory."""
        name: str = self.cleaned_data["name"]
        if self.instance.office.signatories.filter(name=name).exists():
            raise ValidationError(_("This person already signs for the office."))
        return name


class AddSignatory(OfficeVerb):
    """Let a person sign for an office."""

    form_class = SignatoryForm
    title = _("New signatory")
    button = _("Add signatory")
    done = _("The signatory is added.")

    def form_options(self) -> dict[str, Any]:
        """Check the form as a signatory of this office."""
        return {"instance": Signatory(office=self.office)}

    def perform(self, form: forms.ModelForm) -> None:
        """Add the person."""
        named = {name: form.cleaned_data[name] for name in ("name", "position", "user")}
        services.add_signatory(self.office, by=self.actor, **named)


class RemoveSignatory(OfficeVerb):
    """Let a person no longer sign for an office."""

    title = _("Remove signatory")
    is_destructive = True
    done = _("The signatory is removed. What they signed stays as it is.")

    def find(self) -> None:
        """Read the person through the office."""
        super().find()
        self.signatory: Signatory = _found_or_404(
            self.office.signatories.filter(pk=self.kwargs["pk"])
        )

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Say who it is about."""
        intro = _text("%(name)s no longer signs for %(office)s. Signed letters stay as they are.")
        told = intro % {"name": self.signatory.name, "office": self.office}
        return super().context(form) | {"intro": told}

    def perform(self, form: forms.Form) -> None:
        """Remove the person."""
        services.remove_signatory(self.signatory, by=self.actor)


# -- when it is closed -----------------------------------------------------------------------------


class HolidayForm(forms.ModelForm):
    """A day on which an office is closed although the calendar does not say so."""

    class Meta:
        model = Holiday
        fields = ("on", "name")
        field_classes = {"on": DayField}

    def clean_on(self) -> date:
        """Say beside the field what the database would say for the whole day."""
        on: date = self.cleaned_data["on"]
        if self.instance.office.holidays.filter(on=on).exists():
            raise ValidationError(_("The office already is closed on this day."))
        return on


class AddHoliday(OfficeVerb):
    """Close an office on a day."""

    form_class = HolidayForm
    title = _("New day off")
    button = _("Add day")
    done = _("The day is added. Dates that count business days leave it out from now on.")

    def form_options(self) -> dict[str, Any]:
        """Check the form as a day of this office."""
        return {"instance": Holiday(office=self.office)}

    def perform(self, form: forms.ModelForm) -> None:
        """Add the day."""
        services.add_holiday(
            self.office,
            by=self.actor,
            on=form.cleaned_data["on"],
            name=form.cleaned_data["name"],
        )


class RemoveHoliday(OfficeVerb):
    """Open an office again on a day it was closed."""

    title = _("Remove day off")
    is_destructive = True
    done = _("The day is removed.")

    def find(self) -> None:
        """Read the day through the office."""
        super().find()
        self.holiday: Holiday = _found_or_404(self.office.holidays.filter(pk=self.kwargs["pk"]))

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Say which day it is about."""
        intro = _text("%(name)s is a working day of %(office)s again.")
        told = intro % {"name": self.holiday.name, "office": self.office}
        return super().context(form) | {"intro": told}

    def perform(self, form: forms.Form) -> None:
        """Remove the day."""
        services.remove_holiday(self.holiday, by=self.actor)


_OFFICE = "settings/firm/offices/<int:office_id>/"
urlpatterns: list[URLPattern] = [
    path("settings/firm/", firm, name="firm"),
    path("settings/firm/edit/", EditFirm.as_view(), name="firm-edit"),
    path("settings/firm/offices/new/", AddOffice.as_view(), name="firm-office-new"),
    path(_OFFICE, EditOffice.as_view(), name="firm-office"),
    path(f"{_OFFICE}signatories/new/", AddSignatory.as_view(), name="firm-signatory-new"),
    path(
        f"{_OFFICE}signatories/<int:pk>/remove/",
        RemoveSignatory.as_view(),
        name="firm-signatory-remove",
    ),
    path(f"{_OFFICE}holidays/new/", AddHoliday.as_view(), name="firm-holiday-new"),
    path(
        f"{_OFFICE}holidays/<int:pk>/remove/", RemoveHoliday.as_view(), name="firm-holiday-remove"
    ),
]
