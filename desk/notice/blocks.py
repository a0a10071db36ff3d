"""Putting the words of a text block into a part of the notice, as a copy."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from desk.notice.verbs import NoticeVerb
from notices.letters import composing
from notices.models import TextBlock
from notices.services import drafting, text_blocks


class _Block(forms.Form):
    block = forms.ModelChoiceField(
        label=_("Text block"), queryset=TextBlock.objects.none(), empty_label=None
    )
    part = forms.ChoiceField(
        label=_("Part of the letter"),
        choices=[(part.key, part.label) for part in composing.PARTS],
        help_text=_("The words are put at its end. You change them there."),
    )

    def __init__(self, *args: Any, blocks: QuerySet[TextBlock], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["block"]).queryset = blocks


class InsertBlock(NoticeVerb):
    """Insert a copy of a team's words."""

    permission = "offboarding.draft_notice"
    form_class = _Block
    title = _("Insert a text block")
    intro = _(
        "The letter gets a copy: a later change of the block changes nothing here. The checks read "
        "it like everything else."
    )
    button = _("Insert it")
    done = _("The words are in the letter.")

    def next_url(self) -> str:
        """Return to the composer."""
        return reverse("desk:notice-edit", args=[self.case.reference])

    def form_options(self) -> dict[str, Any]:
        """Offer what the team has in the letter's language."""
        return {"blocks": text_blocks.blocks_of(self.case.team, language=self.notice.language)}

    def perform(self, form: forms.Form) -> None:
        """Put the words at the end of the part."""
        self.refuse_another_version(form)
        part, block = form.cleaned_data["part"], form.cleaned_data["block"]
        said = str(self.notice.parts.get(part, "")).rstrip()
        drafting.edit_notice(
            self.notice,
            by=self.actor,
            expected_version=form.cleaned_data["version"],
            parts={part: f"{said}\n\n{block.text}".strip()},
        )


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/notice/block/", InsertBlock.as_view(), name="notice-block"),
]
