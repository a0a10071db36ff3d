"""The frames of verbs that act on a notice or on one of its deliveries."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.urls import reverse

from desk.frame.verbs import CaseVerb
from desk.notice import reading as notice_reading
from notices.errors import ChangedMeanwhile
from notices.models import Delivery, Notice, NoticeKind
from offboarding.models import TerminationCase


def notice_url(reference: str, anchor: str = "") -> str:
    """Return the address of a case's notice page."""
    url = reverse("desk:notice", args=[reference])
    return f"{url}#{anchor}" if anchor else url


_OWN_PAGES = {NoticeKind.CLOSING: "closing-letter", NoticeKind.CURE_WARNING: "cure-letter"}
"""The pages of letters that are no notice, by the names of their addresses."""


def letter_url(case: TerminationCase, kind: str) -> str:
    """Return the address of the page on which a letter of a kind is written and sent."""
    name = _OWN_PAGES.get(NoticeKind(kind), "notice")
    return reverse(f"desk:{name}", args=[case.reference])


class NoticeVerb(CaseVerb):
    """A verb of the notice that counts now; its form carries the version that was looked at."""

    notice: Notice
    carries_version: ClassVar[bool] = True

    def find(self) -> None:
        """Read the case and its notice."""
        super().find()
        self.notice = self.find_notice()

    def find_notice(self) -> Notice:
        """Read the notice that counts now.

        Raises:
            Http404: there is none.
        """
        return notice_reading.notice_or_404(self.case)

    def initial(self) -> dict[str, Any]:
        """Remember which version of the text was looked at."""
        return {"version": self.notice.version} if self.carries_version else {}

    def add_hidden_fields(self, form: forms.Form) -> None:
        """Carry the version of the notice."""
        if self.carries_version:
            form.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def refuse_another_version(self, form: forms.Form) -> None:
        """Stop when the text was changed after the page was opened.

        Raises:
            ChangedMeanwhile: with who changed it.
        """
        if form.cleaned_data["version"] != self.notice.version:
            raise ChangedMeanwhile(who=self.notice.changed_by, when=self.notice.changed_at)

    def next_url(self) -> str:
        """Return to the notice."""
        return notice_url(self.case.reference)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show which notice it is."""
        return super().context(form) | {"notice": self.notice}


class DeliveryVerb(CaseVerb):
    """A verb of one delivery of a case."""

    permission = "offboarding.send_notice"
    delivery: Delivery

    def find(self) -> None:
        """Read the delivery, of this case only."""
        super().find()
        self.delivery = notice_reading.delivery_or_404(self.case, self.kwargs["pk"])

    def next_url(self) -> str:
        """Return to the deliveries of the letter."""
        if self.delivery.notice is not None and self.delivery.notice.is_warning:
            return f"{letter_url(self.case, self.delivery.notice.kind)}#deliveries"
        return notice_url(self.case.reference, "deliveries")

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show which delivery it is."""
        return super().context(form) | {"delivery": self.delivery}
