"""The cure warning as a letter: written from the record, read as the client will, and sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from accounts.models import User
from audit import clock
from desk.case.next_step import WAYS, NextStep
from desk.frame.inputs import DayField
from desk.frame.rights import Rights
from desk.frame.row_verbs import SectionVerb
from desk.frame.scoping import case_or_404, person_of
from desk.notice import own_letters
from desk.notice import sending as notice_sending
from desk.notice.receipt_lines import receipt_lines
from desk.obligations import settlement
from notices.letters import cure_dates, cure_words
from notices.models import Channel, Notice, NoticeKind, NoticeState
from notices.services import cure_warning
from offboarding.lifecycle import State
from offboarding.models import ProofOfReceipt, TerminationCase

PLACE = own_letters.Place(
    NoticeKind.CURE_WARNING,
    "cure-letter",
    cure_words.CURE_PARTS,
    send=_("Send the cure warning"),
    sent=_("The cure warning is in the outbox."),
    more=("discard",),
)

Words = str | Promise


@require_safe
@never_cache
@own_letters.shows_frames
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the warning, what is found in it, and its next step."""
    case = case_or_404(request, reference)
    notice = PLACE.letter_on(case, person_of(request).pk)
    why_none = cure_warning.why_none(case, notice)
    is_begun = notice is not None and notice.state != NoticeState.SENT
    extra: dict[str, Any] = {
        "why_none": why_none,
        "may_begin": not why_none and not is_begun,
        "shows_lines": True,
        "statement": settlement.to_enclose(case, PLACE.kind),
    }
    if notice is not None and notice.state == NoticeState.SENT:
        of_it = [one for one in case.remedies.all() if one.notice_number == notice.number]
        extra |= {
            "remedy": max(of_it, key=lambda one: one.pk, default=None),
            "receipts": receipt_lines(_receipts_of(case, notice)),
        }
    return own_letters.show(request, case, PLACE, "desk/case/cure_letter.html", extra)


def _receipts_of(case: TerminationCase, notice: Notice) -> list[ProofOfReceipt]:
    found = ProofOfReceipt.everything.filter(
        case=case, is_of_warning=True, notice_number=notice.number
    )
    return list(found.select_related("file", "recorded_by", "accepted_by"))


# -- on the case page ------------------------------------------------------------------------------

SHOWN_IN = frozenset({State.EVALUATION})
"""The stage of which the case page shows how far the warning is."""


def section(case: TerminationCase, user: User) -> dict[str, Any]:
    """Return how far the case's warning is; one query, and none where the ground asks for none."""
    if not case.cure_days:
        return {}
    newest = cure_warning.warning_of(case)
    may_begin = not cure_warning.why_none(case, newest) and (
        newest is None or newest.state == NoticeState.SENT
    )
    return {
        "warning_letter": newest,
        "may_begin_warning": may_begin and Rights(Actor.person(user), case)["draft_notice"],
    }


_NEXT: dict[str, Words] = {
    NoticeState.DRAFT: _("Finish the cure warning"),
    NoticeState.AWAITING_APPROVAL: _("See the cure warning"),
    NoticeState.APPROVED: _("Send the cure warning"),
    NoticeState.SENT: _("See what became of the cure warning"),
}


def said_of(next_step: NextStep | None, notice: Notice | None) -> NextStep | None:
    """Return a case's next step in the words of how far its warning is."""
    if next_step is None or notice is None or next_step.button != WAYS["cure-warning"]:
        return next_step
    return replace(next_step, button=_NEXT[notice.state])


# -- writing ---------------------------------------------------------------------------------------


class Draft(SectionVerb):
    """Begin the cure warning."""

    permission = "offboarding.draft_notice"
    title = _("Cure warning")
    intro = _(
        "It is written from what the case's record says: the open points, the day by which they "
        "are to be put right, and what happens otherwise. Look at it, change it, and ask a second "
        "person to approve it."
    )
    button = _("Write it from the record")
    done = _("The cure warning is drafted.")

    def next_url(self) -> str:
        """Go on to the letter."""
        return PLACE.url(self.case)

    def perform(self, form: forms.Form) -> None:
        """Draft it."""
        cure_warning.draft_cure_warning(self.case, by=self.actor)


class _Letter(own_letters.LetterForm):
    cure_ends_on = DayField(label=_("To be put right by"))

    def __init__(self, *args: Any, earliest: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cure_ends_on"].help_text = earliest


class Edit(own_letters.EditLetter):
    """Change the words, the ways and the day of the cure warning."""

    form_class = _Letter
    save = staticmethod(cure_warning.edit_cure_warning)
    fields: ClassVar[tuple[str, ...]] = (*own_letters.EditLetter.fields, "cure_ends_on")
    title = _("Change the cure warning")
    done = _("The cure warning is saved.")

    def form_options(self) -> dict[str, Any]:
        """Say which days the letter may name."""
        return super().form_options() | {"earliest": _earliest_in_words(self.case)}


def _earliest_in_words(case: TerminationCase) -> str:
    today = clock.today(case.time_zone)
    days = {
        channel: cure_dates.earliest_of(case, [channel], today)
        for channel in (Channel.EMAIL, Channel.REGISTERED_MAIL)
    }
    return _text(
        "Sent today, at the earliest %(email)s by e-mail, %(letter)s by registered mail; with both "
        "the later one counts."
    ) % {
        "email": _said(days[Channel.EMAIL]),
        "letter": _said(days[Channel.REGISTERED_MAIL]),
    }


def _said(earliest: cure_dates.Earliest | None) -> str:
    return date_format(earliest.on, "j F Y") if earliest else ""


class WriteAnew(own_letters.OwnLetterVerb):
    """Write the letter anew from today's record."""

    permission = "offboarding.draft_notice"
    title = _("Write the letter anew")
    intro = _(
        "Its words and dates are replaced by what the record says today. Earlier versions are kept."
    )
    button = _("Write it anew")
    done = _("The cure warning says what the record says today.")

    def perform(self, form: forms.Form) -> None:
        """Write it."""
        cure_warning.write_anew(
            self.notice, by=self.actor, expected_version=form.cleaned_data["version"]
        )


class Discard(own_letters.OwnLetterVerb):
    """Lay the warning aside before it is sent."""

    permission = "offboarding.draft_notice"
    title = _("Discard the cure warning")
    intro = _("It stays readable in the record, and another one can be begun.")
    button = _("Discard it")
    done = _("The cure warning is laid aside.")
    is_destructive = True

    def perform(self, form: forms.Form) -> None:
        """Lay it aside."""
        self.refuse_another_version(form)
        cure_warning.discard(self.notice, by=self.actor)


class ByRegisteredMail(own_letters.OwnLetterVerb, notice_sending.ByRegisteredMail):
    """Prepare the letter for a warning that did not arrive by e-mail."""


_CASE = "cases/<str:reference>/cure-warning/"

urlpatterns: list[URLPattern] = [
    path(_CASE, page, name="cure-letter"),
    *own_letters.paths_of(
        PLACE,
        _CASE,
        draft=Draft,
        own={
            "edit": Edit,
            "anew": WriteAnew,
            "discard": Discard,
            "by-registered-mail": ByRegisteredMail,
        },
    ),
]
