"""The catalogue to edit and the cases to look at; no case changes here.

Everything on a case is read-only in Django admin: its verbs live on the pages, where gates, second
persons and the record belong to them.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit.services import record
from offboarding.models import ChecklistItem, Provider, TerminationCase, TerminationGround

CHASING_KEYS = {
    "call_after_business_days",
    "next_channel_after_business_days",
    "deemed_service_after_business_days",
}


class GroundForm(forms.ModelForm):
    """A ground, with its chasing ladder checked."""

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
            "settlement_days",
            "chasing",
            "position",
            "is_active",
        )

    def clean_chasing(self) -> dict[str, Any]:
        """Refuse a ladder that could not be climbed.

        Raises:
            ValidationError: unknown keys, more than two reminders, or days out of order.
        """
        ladder = self.cleaned_data["chasing"]
        if not isinstance(ladder, dict) or set(ladder) - CHASING_KEYS != {
            "reminders_after_business_days"
        }:
            raise ValidationError(_("Keep the four names of the ladder as they are."))
        reminders = ladder["reminders_after_business_days"]
        if not isinstance(reminders, list):
            raise ValidationError(_("The reminders are a list of days, such as [3, 6]."))
        days = [*reminders, *(ladder[key] for key in sorted(CHASING_KEYS & set(ladder)))]
        if len(reminders) > 2:
            raise ValidationError(_("At most two reminders are sent."))
        if any(not isinstance(day, int) or not 1 <= day <= 250 for day in days):
            raise ValidationError(_("Each step is a number of business days from 1 to 250."))
        if list(reminders) != sorted(set(reminders)):
            raise ValidationError(_("The second reminder comes after the first."))
        return ladder


class ChecklistInline(admin.TabularInline):
    model = ChecklistItem
    extra = 0


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


@admin.register(Provider)
class ProviderAdmin(RecordedAdmin):
    """Firms we can recommend."""

    list_display = ("name", "country", "website", "is_active")
    list_filter = ("is_active", "country")
    search_fields = ("name", "services")


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
