"""The frames of verbs about what is owed: about the whole list, and about one line of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.urls import reverse

from desk.frame.rights import Rights
from desk.frame.row_verbs import RowVerb, SectionVerb
from desk.frame.scoping import person_of
from desk.obligations.section import JOINED, SHOWN_IN, line_alone
from offboarding.errors import Reason
from offboarding.models import Obligation
from offboarding.services import obligations


class ObligationsVerb(SectionVerb):
    """A verb of the whole list."""

    section = "obligations"
    shown_in = SHOWN_IN
    page = "obligations"


class ObligationVerb(RowVerb):
    """A verb of one obligation."""

    section = "obligations"
    shown_in = SHOWN_IN
    page = "obligations"
    rows = "obligations"
    joined = (*JOINED, "invoice")
    template_name = "desk/case/obligations/form.html"

    row: Obligation

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the obligation above its form."""
        rights = Rights(self.actor, self.case)
        line = line_alone(self.row, self.case, person_of(self.request), rights)
        return super().context(form) | {"line": line}

    def back_url(self) -> str:
        """Return to the obligation."""
        return reverse("desk:obligation", args=[self.case.reference, self.row.pk])

    def refusals(self) -> Iterator[Reason]:
        """A settled one has nothing left to do."""
        yield from super().refusals()
        if self.row.is_settled:
            yield obligations.already_settled(self.row)
