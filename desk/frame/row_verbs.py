"""A verb of one row of a case: one obligation, one hand-over item, one question.

The row is read through its case, so that another case's row is a 404. A form that could no longer
be sent is not shown: who opens it reads at once what became of the row.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from desk.frame.places import case_url
from desk.frame.verbs import CaseVerb
from offboarding.errors import Reason, TransitionRefused


class SectionVerb(CaseVerb):
    """A verb whose section stands on the case page in some stages, and on its own page in all."""

    shown_in: ClassVar[frozenset[str]] = frozenset()
    """The stages in which the case page has the section."""
    page: ClassVar[str] = ""
    """The name of the address of the section's own page."""

    def next_url(self) -> str:
        """Return to the section, where the reader can see it."""
        if self.case.state in self.shown_in:
            return case_url(self.case.reference, self.section)
        return f"{reverse(f'desk:{self.page}', args=[self.case.reference])}#{self.section}"

    def refusals(self) -> Iterator[Reason]:
        """Name what makes sending this form pointless; the service says the same to a POST."""
        if self.case.is_ended:
            yield Reason(
                "read_only",
                _("This case is “%(state)s” and read-only; reopen it first.")
                % {"state": self.case.get_state_display()},
                "reopen",
            )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, or why there is nothing to fill in."""
        reasons = list(self.refusals())
        if reasons:
            raise TransitionRefused(reasons)
        return super().get(request, *args, **kwargs)


class RowVerb(SectionVerb):
    """A verb of one row."""

    rows: ClassVar[str] = ""
    """The case's list in which the row is."""
    joined: ClassVar[tuple[str, ...]] = ()

    row: Any

    def find(self) -> None:
        """Read the row, of this case only."""
        super().find()
        rows = getattr(self.case, self.rows).select_related(*self.joined)
        self.row = rows.filter(pk=self.kwargs["pk"]).first()
        if self.row is None:
            raise Http404(_("There is no such entry on this case."))
        self.row.case = self.case

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the row above its form."""
        return super().context(form) | {"row": self.row}
