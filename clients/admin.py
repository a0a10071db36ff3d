"""The firm, its offices and its clients in Django admin; every change is written down."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.actor import Actor
from accounts.models import User
from clients.models import (
    Client,
    Contact,
    Engagement,
    Firm,
    Holiday,
    ImportBatch,
    Invoice,
    Office,
    Signatory,
)
from clients.services import saving
from clients.services.clients import require_owner_in_team


class RecordedAdmin(admin.ModelAdmin):
    """Saves through the services, so that the record tells of it as of any other change.

    Who may come here at all is decided by the role's rights; nothing is deleted but a signatory or
    a holiday.
    """

    noun = ""

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        _save(obj, form, self.noun, by=_actor_of(request))

    def save_formset(
        self, request: HttpRequest, form: Any, formset: BaseInlineFormSet, change: bool
    ) -> None:
        by = _actor_of(request)
        noun = str(formset.fk.model._meta.model_name)
        formset.save(commit=False)
        for obj in formset.deleted_objects:
            saving.remove(obj, f"{noun}.removed", by=by)
        changed = [each for each in formset.initial_forms if each.instance in _changed(formset)]
        # Who steps back goes first: two contacts may never receive notices at once.
        for each in sorted(changed, key=lambda form: _receives_notices(form.instance)):
            _save(each.instance, each, noun, by=by)
        for obj in formset.new_objects:
            saving.add(obj, f"{noun}.added", by=by)
        formset.save_m2m()


def _actor_of(request: HttpRequest) -> Actor:
    return Actor.person(cast(User, request.user))


def _save(obj: Any, form: forms.ModelForm, noun: str, *, by: Actor) -> None:
    if obj._state.adding:
        saving.add(obj, f"{noun}.added", by=by)
        return
    names = [name for name in form.changed_data if name in form.cleaned_data]
    stored = type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
    saving.change(
        stored,
        f"{noun}.edited",
        by=by,
        changes={name: getattr(obj, name) for name in names},
        allowed=names,
    )


def _changed(formset: BaseInlineFormSet) -> list[models.Model]:
    return [obj for obj, _names in formset.changed_objects]


def _receives_notices(obj: models.Model) -> bool:
    return bool(getattr(obj, "receives_notices", False))


@admin.register(Firm)
class FirmAdmin(RecordedAdmin):
    """The one row of the firm."""

    noun = "firm"
    list_display = ("name", "language")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Firm.objects.exists()


class SignatoryInline(admin.TabularInline):
    """Who signs for an office."""

    model = Signatory
    extra = 0
    autocomplete_fields = ("user",)


class HolidayInline(admin.TabularInline):
    """Days on which an office is closed beside the public ones."""

    model = Holiday
    extra = 0


@admin.register(Office)
class OfficeAdmin(RecordedAdmin):
    """An office with its letterhead, signatories and holidays."""

    noun = "office"
    list_display = ("name", "legal_name", "city", "country", "stationery")
    list_filter = ("country", "stationery")
    search_fields = ("name", "legal_name", "city")
    inlines = (SignatoryInline, HolidayInline)


class ClientForm(forms.ModelForm):
    """Says beside the field when the account manager could not open the client's page."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        owner = cleaned.get("owner")
        team = cleaned.get("team") or (self.instance.team if self.instance.team_id else None)
        if owner and team:
            try:
                require_owner_in_team(owner, team)
            except ValidationError as problem:
                self.add_error(None, problem)
        return cleaned


class ContactForm(forms.ModelForm):
    """Leaves it to the whole list to say who receives notices: one page may pass that on."""

    def _get_validation_exclusions(self) -> set[str]:
        return {"receives_notices", *super()._get_validation_exclusions()}  # type: ignore[misc]


class ContactFormSet(BaseInlineFormSet):
    """Lets one contact receive notices at most."""

    def clean(self) -> None:
        super().clean()
        recipients = [
            form
            for form in self.forms
            if form not in self.deleted_forms
            and getattr(form, "cleaned_data", {}).get("receives_notices")
        ]
        if len(recipients) > 1:
            raise ValidationError(_("Only one contact can receive the notices."))


class ContactInline(admin.TabularInline):
    """People at the client."""

    model = Contact
    form = ContactForm
    formset = ContactFormSet
    extra = 0


class EngagementInline(admin.StackedInline):
    """What was agreed with the client."""

    model = Engagement
    extra = 0


class InvoiceInline(admin.TabularInline):
    """Money asked from the client."""

    model = Invoice
    extra = 0

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "engagement":
            page = request.resolver_match.kwargs if request.resolver_match else {}
            client_pk = str(page.get("object_id", ""))
            kwargs["queryset"] = Engagement.objects.filter(
                client=int(client_pk) if client_pk.isdecimal() else None
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Client)
class ClientAdmin(RecordedAdmin):
    """A client with its contacts, engagements and invoices."""

    noun = "client"
    form = ClientForm
    list_display = ("legal_name", "reference", "team", "owner", "city", "country")
    list_select_related = ("team", "owner")
    list_filter = ("team", "office", "country")
    search_fields = ("legal_name", "display_name", "reference", "contacts__name", "contacts__email")
    autocomplete_fields = ("owner",)
    readonly_fields = ("created_at", "changed_at", "changed_by")
    inlines = (ContactInline, EngagementInline, InvoiceInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Client | None = None) -> Any:
        # Cases belong to the team of their client, so a client does not change teams here.
        return (*self.readonly_fields, "team") if obj else self.readonly_fields


@admin.register(ImportBatch)
class ImportBatchAdmin(admin.ModelAdmin):
    """Which files came in; what stood in them is not shown again."""

    list_display = ("__str__", "team", "created_by", "status", "imported_count", "created_at")
    list_select_related = ("team", "created_by")
    list_filter = ("status", "team")
    exclude = ("headings", "warnings")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
