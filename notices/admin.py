"""The words of letters as data: patterns to avoid, and the models that notices are written from."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from notices.checking import past_hits
from notices.language import placeholders
from notices.models import ModelNotice, WordingPattern
from notices.models.model_notice import TEXTS
from offboarding.admin import RecordedAdmin

_HOW_TO_WRITE = _(
    "One phrase on each line, in plain words; capitals, line breaks and kinds of quotation marks do"
    " not matter. failed/failing means either word, (really) a word that may be missing,"
    " disappoint* the rest of a word, .. up to two and ... up to eight words in between, =Word only"
    " these capitals. After => stand the neutral words."
)


class PatternForm(forms.ModelForm):
    """A pattern, with the notes on how phrases are written."""

    class Meta:
        model = WordingPattern
        fields = (
            "title", "code", "language", "level", "phrases", "unless", "rewrite", "why",
            "counts_from", "position", "is_active",
        )  # fmt: skip
        help_texts = {"phrases": _HOW_TO_WRITE}
        widgets = {
            "phrases": forms.Textarea(attrs={"rows": 12, "cols": 100}),
            "unless": forms.Textarea(attrs={"rows": 4, "cols": 100}),
            "why": forms.Textarea(attrs={"rows": 2, "cols": 100}),
            "rewrite": forms.TextInput(attrs={"size": 80}),
        }


@admin.register(WordingPattern)
class WordingPatternAdmin(RecordedAdmin):
    """Words to avoid; a change counts for every notice from the next look at it."""

    form = PatternForm
    change_form_template = "admin/notices/wordingpattern/change_form.html"
    list_display = ("title", "language", "level", "is_active")
    list_filter = ("language", "level", "is_active")
    search_fields = ("title", "code", "phrases")
    prepopulated_fields = {"code": ("title",)}
    list_per_page = 100

    def get_urls(self) -> list[URLPattern]:
        """Add the page of what a pattern finds in past notices."""
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:object_id>/past-notices/",
                wrap(self.past_notices),
                name="notices_wordingpattern_past_notices",
            ),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def past_notices(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show what a pattern, active or not yet, would have found in past notices.

        Raises:
            PermissionDenied: this person may not see patterns.
            Http404: there is no such pattern.
        """
        pattern = self.get_object(request, str(object_id))
        if not self.has_view_permission(request, pattern):
            raise PermissionDenied
        if pattern is None:
            raise Http404
        context = self.admin_site.each_context(request) | {
            "title": _("Found in past notices"),
            "subtitle": str(pattern),
            "opts": self.opts,
            "original": pattern,
            "past": past_hits.of(pattern),
        }
        template = "admin/notices/wordingpattern/past_notices.html"
        return TemplateResponse(request, template, context)


@admin.register(ModelNotice)
class ModelNoticeAdmin(RecordedAdmin):
    """The texts that notices are written from; what was written keeps its own copy."""

    list_display = ("__str__", "language", "version", "is_active")
    list_filter = ("language", "is_active")
    list_select_related = ("ground",)
    readonly_fields = ("version",)
    fieldsets = ((None, {"fields": ("language", "ground", "is_active", "version", *TEXTS)}),)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Say beside each text which gaps it may and must have."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in TEXTS:
            gaps = ", ".join(f"{{{name}}}" for name in placeholders.allowed_in(db_field.name))
            field.help_text = f"{field.help_text} {_('Gaps:')} {gaps}".strip()
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Count the versions, so that a notice can say which one it was written from."""
        if change and form.changed_data:
            obj.version += 1
        super().save_model(request, obj, form, change)
