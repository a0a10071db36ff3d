"""The closing letter: written from the record, read as the client will, approved and sent."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from desk.frame.row_verbs import SectionVerb
from desk.frame.scoping import case_or_404
from desk.notice import own_letters
from desk.obligations import settlement
from notices.letters import closing_words
from notices.models import NoticeKind
from notices.services import closing_letter
from offboarding.lifecycle import State

PLACE = own_letters.Place(
    NoticeKind.CLOSING,
    "closing-letter",
    closing_words.CLOSING_PARTS,
    send=_("Send the closing letter"),
    sent=_("The closing letter is in the outbox."),
)


@require_safe
@never_cache
@own_letters.shows_frames
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the closing letter, what is found in it, and its next step."""
    case = case_or_404(request, reference)
    can_begin = case.state == State.FOLLOW_UP
    extra = {"can_begin": can_begin, "statement": settlement.to_enclose(case, PLACE.kind)}
    return own_letters.show(request, case, PLACE, "desk/case/closing_letter.html", extra)


class Draft(SectionVerb):
    """Begin the closing letter."""

    permission = "offboarding.draft_notice"
    title = _("Closing letter")
    intro = _(
        "It is written from what the case's record says. Look at it, change it, and ask a second "
        "person to approve it."
    )
    button = _("Write it from the record")
    done = _("The closing letter is drafted.")

    def next_url(self) -> str:
        """Go on to the letter."""
        return PLACE.url(self.case)

    def perform(self, form: forms.Form) -> None:
        """Draft it."""
        closing_letter.draft_closing_letter(self.case, by=self.actor)


class Edit(own_letters.EditLetter):
    """Change the words of the closing letter."""

    title = _("Change the closing letter")
    done = _("The closing letter is saved.")


class WriteAnew(own_letters.OwnLetterVerb):
    """Write the letter anew from today's record."""

    permission = "offboarding.draft_notice"
    title = _("Write the letter anew")
    intro = _("Its words are replaced by what the record says today. Earlier versions are kept.")
    button = _("Write it anew")
    done = _("The closing letter says what the record says today.")

    def perform(self, form: forms.Form) -> None:
        """Write it."""
        closing_letter.write_anew(
            self.notice, by=self.actor, expected_version=form.cleaned_data["version"]
        )


_CASE = "cases/<str:reference>/closing-letter/"

urlpatterns: list[URLPattern] = [
    path(_CASE, page, name="closing-letter"),
    *own_letters.paths_of(PLACE, _CASE, draft=Draft, own={"edit": Edit, "anew": WriteAnew}),
]
