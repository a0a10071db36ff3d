"""The catalogue to edit and the cases to look at; no case changes here.

Everything on a case is read-only in Django admin: its verbs live on the pages, where gates, second
persons and the record belong to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.actor import Actor
from audit.services import record
from offboarding import waiting
from offboarding.models import (
    ChecklistItem,
    Party,
    Provider,
    ServiceChecklist,
    ServiceFit,
    ServiceRule,
    StageTarget,
    TerminationCase,
    TerminationGround,
)
from offboarding.services.obligations import circle_in_words

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LONGEST_LADDER_DAYS = 250
MOST_LOOK_BACK_DAYS = 730


def _rung(label: _StrPromise, help_text: _StrPromise) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=1,
        max_value=LONGEST_LADDER_DAYS,
        error_messages={
            "invalid": _lazy("Use a whole number of business days, or leave it empty."),
            "min_value": _lazy("The earliest day is the first business day after service."),
            "max_value": _lazy("Use at most 250 business days."),
        },
    )


RUNGS = {
    "first_reminder": _lazy("First reminder"),
    "second_reminder": _lazy("Second reminder"),
    "call": _lazy("Call"),
    "next_channel": _lazy("The other channel is prepared"),
    "escalation": _lazy("The team's leads are told"),
    "deemed_service": _lazy("Deemed service is proposed"),
}
"""The steps of a ladder in the order in which they come."""


class GroundForm(forms.ModelForm):
    """A ground, with its chasing ladder as one day for each step."""

    first_reminder = _rung(RUNGS["first_reminder"], _lazy("Empty: no reminder is sent."))
    second_reminder = _rung(RUNGS["second_reminder"], _lazy("A client gets two at most."))
    call = _rung(RUNGS["call"], _lazy("A task for the owner, with what to say."))
    next_channel = _rung(
        RUNGS["next_channel"], _lazy("A letter after an e-mail, an e-mail after a letter.")
    )
    escalation = _rung(RUNGS["escalation"], _lazy("A task for each of them."))
    deemed_service = _rung(
        RUNGS["deemed_service"], _lazy("The leads decide whether the notice counts as received.")
    )
    call_script = forms.CharField(
        label=_lazy("What to say on the telephone"),
        help_text=_lazy("One line for each point. Empty: the usual four points."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "cols": 80}),
    )

    look_back_days = forms.CharField(
        label=_lazy("Looks back after the effective date"),
        help_text=_lazy("Days, such as “7, 30”. Each becomes a task on its day."),
        required=False,
        max_length=60,
    )
    writes_on_days = forms.CharField(
        label=_lazy("The client is written to"),
        help_text=_lazy(
            "On which of these days, such as “7”. The mail asks three optional questions."
        ),
        required=False,
        max_length=60,
    )

    class Meta:
        model = TerminationGround
        fields = (
            "code",
            "name",
            "description",
            "preventive_measure",
            "disclosure",
            "stated_reason_en",
            "stated_reason_de",
            "is_sensitive",
            "cure_days",
            "remedies",
            "settlement_days",
            "position",
            "is_active",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ladder = self.instance.chasing
        reminders = [*(ladder.get("reminders_after_business_days") or []), None, None]
        self.initial["first_reminder"], self.initial["second_reminder"] = reminders[:2]
        self.initial["call_script"] = ladder.get("call_script", "")
        for name in list(RUNGS)[2:]:
            self.initial[name] = ladder.get(f"{name}_after_business_days")
        rows = self.instance.look_backs
        self.initial["look_back_days"] = ", ".join(str(row["days"]) for row in rows)
        self.initial["writes_on_days"] = ", ".join(
            str(row["days"]) for row in rows if row["writes_to_client"]
        )

    def clean_look_back_days(self) -> list[int]:
        """Read the days, the first one first."""
        return _days_in(self.cleaned_data["look_back_days"])

    def clean_writes_on_days(self) -> list[int]:
        """Read the days; each is one of those on which is looked back."""
        days = _days_in(self.cleaned_data["writes_on_days"])
        known = self.cleaned_data.get("look_back_days", days)
        for day in days:
            if day not in known:
                raise forms.ValidationError(
                    _("On day %(day)d nobody looks back; add it above first.") % {"day": day}
                )
        return days

    def clean(self) -> dict[str, Any]:
        """Refuse a ladder that could not be climbed, beside the step that is in the way."""
        said = super().clean() or {}
        if said.get("second_reminder") and "first_reminder" in said and not said["first_reminder"]:
            self.add_error("second_reminder", _("Give the first reminder its day before this one."))
        before, day_before = "", 0
        for name, label in RUNGS.items():
            day = said.get(name)
            if not day:
                continue
            if day <= day_before:
                self.add_error(
                    name,
                    _("This step comes after “%(before)s”: use a day after %(day)d.")
                    % {"before": before, "day": day_before},
                )
            before, day_before = str(label), day
        return said

    def save(self, commit: bool = True) -> TerminationGround:
        """Keep the steps as the ladder that cases copy."""
        said = self.cleaned_data
        reminders = [said["first_reminder"], said["second_reminder"]]
        self.instance.chasing = {
            "reminders_after_business_days": [day for day in reminders if day],
            **{f"{name}_after_business_days": said[name] for name in list(RUNGS)[2:]},
            "call_script": said["call_script"].strip(),
        }
        self.instance.look_backs = [
            {"days": day, "writes_to_client": day in said["writes_on_days"]}
            for day in said["look_back_days"]
        ]
        return super().save(commit)


class ChecklistFormSet(forms.BaseInlineFormSet):
    """The items of one list; what comes first is of the same list and closes no circle."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Offer the other items of this list as what comes first."""
        super().add_fields(form, index)
        own = ChecklistItem.objects.filter(**{self.fk.name: self.instance.pk or 0})
        form.fields["waits_for"].queryset = own.exclude(pk=form.instance.pk)

    def clean(self) -> None:
        """Refuse items that wait for one another, and name them; nothing typed is lost."""
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.cleaned_data and form not in self.deleted_forms]
        titles: dict[int, str] = {}
        order: dict[int, set[int]] = {}
        for form in kept:
            if form.cleaned_data["is_internal"] and form.cleaned_data["party"] != Party.OURS:
                form.add_error("is_internal", _("What the client owes, the client has to read."))
            if form.instance.pk is None:
                continue
            titles[form.instance.pk] = form.cleaned_data["title_en"]
            before = form.cleaned_data["waits_for"]
            order[form.instance.pk] = {before.pk} if before else set()
        way = waiting.first_circle(order)
        if way:
            sentence = circle_in_words([titles.get(pk, "") for pk in way])
            for form in kept:
                if form.instance.pk in way:
                    form.add_error("waits_for", sentence)


def _days_in(text: str) -> list[int]:
    days = [part for part in text.replace(";", ",").split(",") if part.strip()]
    if any(not day.strip().isdecimal() or not 1 <= int(day) <= MOST_LOOK_BACK_DAYS for day in days):
        raise forms.ValidationError(_("Use whole days from 1 to 730, with commas between them."))
    return sorted({int(day) for day in days})


class ChecklistInline(admin.TabularInline):
    model = ChecklistItem
    formset = ChecklistFormSet
    fk_name = "ground"
    extra = 0
    fields = (
        "party",
        "title_en",
        "title_de",
        "days_before_effective_date",
        "needs_proof",
        "is_internal",
        "waits_for",
        "position",
    )


class ServiceItemInline(ChecklistInline):
    fk_name = "service"


class RecordedAdmin(admin.ModelAdmin):
    """An admin whose every change stands in the audit trail, stream "settings"."""

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        """Save and record in one transaction."""
        with transaction.atomic():
            before = {name: str(form.initial.get(name, "")) for name in form.changed_data if change}
            super().save_model(request, obj, form, change)
            self._record(
                request,
                obj,
                "changed" if change else "added",
                before,
                {name: str(form.cleaned_data[name]) for name in form.changed_data},
            )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Record what changed in the rows below, too."""
        with transaction.atomic():
            super().save_formset(request, form, formset, change)
            for row in formset.new_objects:
                self._record(request, row, "added", {}, {"row": str(row)})
            for row, names in formset.changed_objects:
                self._record(request, row, "changed", {}, {"row": str(row), "fields": names})
            for row in formset.deleted_objects:
                self._record(request, form.instance, "row_removed", {"row": str(row)}, {})

    def _record(
        self,
        request: HttpRequest,
        obj: models.Model,
        what: str,
        before: dict[str, Any],
        after: dict[str, Any],
    ) -> None:
        record(
            stream="settings",
            action=f"{obj._meta.model_name}.{what}",
            by=Actor.person(request.user),  # type: ignore[arg-type]
            subject=obj,
            before=before,
            after=after,
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted: cases refer to it. It is made inactive instead."""
        return False


@admin.register(TerminationGround)
class TerminationGroundAdmin(RecordedAdmin):
    """The catalogue of grounds; cases keep their own copy, so edits change nothing that exists."""

    form = GroundForm
    list_display = ("name", "description", "disclosure", "cure_days", "is_active")
    list_filter = ("is_active", "disclosure")
    prepopulated_fields = {"code": ("name",)}
    inlines = [ChecklistInline]
    fieldsets = (
        (None, {"fields": GroundForm.Meta.fields}),
        (
            _lazy("Asking whether the notice arrived"),
            {
                "fields": (*RUNGS, "call_script"),
                "description": _lazy(
                    "Each step in business days of the client's country after service. Any "
                    "receipt, a dispute, a hold and a withdrawal stop it. An empty step is left "
                    "out. Cases that exist keep their own copy."
                ),
            },
        ),
        (
            _lazy("Looking back after the end"),
            {"fields": ("look_back_days", "writes_on_days")},
        ),
    )


@admin.register(ServiceChecklist)
class ServiceChecklistAdmin(RecordedAdmin):
    """What has to be finished when one service ends; a decision copies it onto the case."""

    list_display = ("service", "is_active")
    list_filter = ("is_active",)
    search_fields = ("service",)
    inlines = [ServiceItemInline]


@admin.register(ServiceRule)
class ServiceRuleAdmin(RecordedAdmin):
    """Presets of deemed service; cases keep the rule that they were served by."""

    list_display = ("__str__", "channel", "country", "region", "days", "counting", "is_active")
    list_filter = ("channel", "is_active")
    search_fields = ("country", "region", "source")


@admin.register(StageTarget)
class StageTargetAdmin(RecordedAdmin):
    """How long each stage should take; there is one row a stage, and it stays."""

    list_display = ("__str__", "days")
    fields = ("days",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Every stage has its row from the start."""
        return False


class ServiceFitInline(admin.TabularInline):
    """What a provider takes over, and how well."""

    model = ServiceFit
    extra = 1


@admin.register(Provider)
class ProviderAdmin(RecordedAdmin):
    """Firms we can recommend."""

    list_display = ("name", "country", "website", "is_active")
    list_filter = ("is_active", "country")
    search_fields = ("name", "fits__service")
    inlines = [ServiceFitInline]


@admin.register(TerminationCase)
class TerminationCaseAdmin(admin.ModelAdmin):
    """Cases to look at; every verb lives on the pages."""

    list_display = ("reference", "client", "state", "team", "owner", "opened_at")
    list_filter = ("state", "team")
    list_select_related = ("client", "team", "owner")
    search_fields = ("reference", "client__legal_name")
    show_full_result_count = False
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[TerminationCase]:
        """Leave restricted cases to the people named on them."""
        return super().get_queryset(request).filter(is_restricted=False)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A case is opened on its page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A case moves through its verbs only."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Undo never erases."""
        return False
