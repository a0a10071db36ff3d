"""Template tags for forms: one field, and the summary of what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.utils.safestring import SafeString

from desk.frame.rendering import FIELD_TEMPLATE

register = template.Library()


@register.simple_tag
def field(
    bound: BoundField,
    *,
    label: str = "",
    hint: str = "",
    width: str = "",
    cards: bool = False,
) -> SafeString:
    """Show one field with its label, hint and errors, tied together for screen readers.

    Args:
        bound: the field as it stands on its form.
        label: words for this place, where the form's own do not fit.
        hint: help for this place, where the form has none.
        width: "short" for numbers and amounts, "medium" for dates and names.
        cards: show the choices of a RadioSelect as cards.
    """
    if hint and not bound.help_text:
        bound.help_text = hint
    context = {"field": bound, "label": label or bound.label, "width": width, "cards": cards}
    return bound.form.render(FIELD_TEMPLATE, context)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong on a form, and where."""

    message: str
    anchor: str
    label: str


def problems_of(forms: tuple[BaseForm, ...]) -> list[Problem]:
    """Everything that is wrong on these forms, in the order in which it stands on the page."""
    found = []
    for form in forms:
        if not form.is_bound:
            continue
        found += [Problem(message, "", "") for message in form.non_field_errors()]
        for bound in form:
            anchor = "" if bound.is_hidden else bound.id_for_label or bound.auto_id
            found += [Problem(message, anchor, str(bound.label)) for message in bound.errors]
    return found


@register.inclusion_tag("desk/forms/error_summary.html")
def error_summary(*forms: Any) -> dict[str, Any]:
    """List what is wrong on one or several forms, with links to the fields; it takes the focus."""
    return {"problems": problems_of(tuple(form for form in forms if form))}
