"""The closing letter: written from the record, read as the client will, approved and sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from desk import notice_reading
from desk.inputs import DayField, ProseField
from desk.notice_approval import Approve, SendBack
from desk.notice_sections import Shown, marks_of, read_mark
from desk.notice_sending import Send
from desk.notice_sheets import sheets_of
from desk.notice_verbs import NoticeVerb
from desk.rights import Rights
from desk.row_verbs import SectionVerb
from desk.scoping import case_or_404, person_of
from desk.verbs import CaseVerb, see_other
from notices import approvers, checks, closing_words
from notices.findings import Finding
from notices.models import Notice, NoticeKind, NoticeState
from notices.services import approval, closing_letter, drafting, overriding
from notices.services.drafting import NO_LONGER_COUNTS
from offboarding.errors import Reason, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import TerminationCase

MOST_MARK_CHARACTERS = 2_000
"""A mark quotes the words that a finding is about."""


def _url(case: TerminationCase) -> str:
    return reverse("desk:closing-letter", args=[case.reference])


def _letter_on(case: TerminationCase, reader: int | None = None) -> Notice | None:
    """Return the closing letter as the desk shows notices, if there is one."""
    for notice in notice_reading.notices_of(case, reader_id=reader):
        if notice.kind == NoticeKind.CLOSING and notice.state not in NO_LONGER_COUNTS:
            return notice
    return None


def _marked(findings: list[Finding], notice: Notice, *, by: Actor | None) -> list[Shown]:
    """Return the findings, each with whether this reader, if they may act, may let it stand."""
    return [
        replace(
            one,
            may_stand=by is not None and overriding.may_override(one.finding, notice, by=by),
        )
        for one in marks_of(findings)
    ]


@require_safe
@never_cache
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the closing letter, what is found in it, and its next step."""
    case = case_or_404(request, reference)
    user = person_of(request)
    actor = Actor.person(user)
    rights = Rights(actor, case)
    notice = _letter_on(case, user.pk)
    context: dict[str, Any] = {
        "case": case,
        "notice": notice,
        "may_change": rights.may_change(),
        "can_begin": case.state == State.FOLLOW_UP,
    }
    if notice is not None:
        is_open = notice.state in (NoticeState.DRAFT, NoticeState.AWAITING_APPROVAL)
        waits = notice.state == NoticeState.AWAITING_APPROVAL
        findings = checks.findings(notice) if is_open else []
        context |= {
            "is_draft": notice.state == NoticeState.DRAFT,
            "waits": waits,
            "is_approved": notice.state == NoticeState.APPROVED,
            "findings": _marked(findings, notice, by=actor if rights.may_change() else None),
            "unanswered": [one for one in findings if one.is_unanswered],
            "blocks": [one for one in findings if one.stops],
            "may_approve": waits
            and rights["approve_notice"]
            and user.pk not in approvers.who_may_not(notice),
            "sheets": sheets_of(notice, request.GET),
            "deliveries": notice_reading.deliveries_of(notice)
            if notice.state == NoticeState.SENT
            else [],
        }
    with timezone.override(case.time_zone):
        return render(request, "desk/case/closing_letter.html", context)


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
        return _url(self.case)

    def perform(self, form: forms.Form) -> None:
        """Draft it."""
        closing_letter.draft_closing_letter(self.case, by=self.actor)


class _ClosingLetterVerb(NoticeVerb):
    """A verb of the closing letter instead of the notice that counts."""

    def find(self) -> None:
        """Read the case and its closing letter."""
        CaseVerb.find(self)
        found = _letter_on(self.case)
        if found is None:
            raise Http404(_text("There is no such notice."))
        self.notice = found

    def next_url(self) -> str:
        """Return to the letter."""
        return _url(self.case)


class _Letter(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=150)
    notice_date = DayField(label=_("Date of the letter"))
    sends_email = forms.BooleanField(label=_("By e-mail"), required=False)
    sends_registered_mail = forms.BooleanField(label=_("By registered mail"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in closing_words.CLOSING_PARTS:
            self.fields[part.key] = ProseField(
                label=part.label,
                required=False,
                rows=3,
                max_length=drafting.MOST_PART_CHARACTERS,
            )


class Edit(_ClosingLetterVerb):
    """Change the words of the closing letter."""

    permission = "offboarding.draft_notice"
    form_class = _Letter
    template_name = "desk/case/closing_letter_form.html"
    title = _("Change the closing letter")
    button = _("Save")
    done = _("The closing letter is saved.")

    def initial(self) -> dict[str, Any]:
        """Show what it says."""
        notice = self.notice
        return super().initial() | {
            "subject": notice.subject,
            "notice_date": notice.notice_date,
            "sends_email": notice.sends_email,
            "sends_registered_mail": notice.sends_registered_mail,
            **{part.key: notice.parts.get(part.key, "") for part in closing_words.CLOSING_PARTS},
        }

    def perform(self, form: forms.Form) -> None:
        """Save it; a request for approval is void then."""
        said = form.cleaned_data
        drafting.edit_notice(
            self.notice,
            by=self.actor,
            expected_version=said["version"],
            parts={part.key: said[part.key] for part in closing_words.CLOSING_PARTS},
            subject=said["subject"],
            notice_date=said["notice_date"],
            sends_email=said["sends_email"],
            sends_registered_mail=said["sends_registered_mail"],
        )


class _Mark(forms.Form):
    finding = forms.CharField(widget=forms.HiddenInput, max_length=MOST_MARK_CHARACTERS)


class UseRewrite(_ClosingLetterVerb):
    """Put the neutral words of a finding in the place of those it is about."""

    permission = "offboarding.draft_notice"
    form_class = _Mark
    title = _("Put other words")
    done = _("Replaced.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead to the letter; its button names the words."""
        return see_other(request, self.next_url())

    def perform(self, form: forms.Form) -> None:
        """Replace them; a request for approval is void then."""
        code, part, nth, found = _read(form.cleaned_data["finding"])
        drafting.use_rewrite(
            self.notice,
            code=code,
            part=part,
            found=found,
            nth=nth,
            by=self.actor,
            expected_version=form.cleaned_data["version"],
        )


class _WhyItStands(_Mark):
    reason = ProseField(
        label=_("Why may it stand?"),
        help_text=_("Whoever approves reads it, and it is on the record."),
        max_length=overriding.MOST_REASON_CHARACTERS,
        rows=2,
    )


class LetStand(_ClosingLetterVerb):
    """Let a finding stand, with a reason that the approver and the record see."""

    permission = "offboarding.draft_notice"
    form_class = _WhyItStands
    template_name = "desk/case/closing_letter_finding.html"
    title = _("Let it stand")
    button = _("Let it stand")
    done = _("It stands, and your reason is on the record.")

    def initial(self) -> dict[str, Any]:
        """Remember which finding it is about."""
        return super().initial() | {"finding": self._mark()}

    def _mark(self) -> str:
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        return sent.get("finding", "")

    def perform(self, form: forms.Form) -> None:
        """Let it stand."""
        self.refuse_another_version(form)
        code, _part, _nth, found = _read(form.cleaned_data["finding"])
        overriding.override(
            self.notice, code=code, found=found, reason=form.cleaned_data["reason"], by=self.actor
        )

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show what was found, as it stands now."""
        mark = self._mark()
        found = marks_of(checks.findings(self.notice))
        shown = next((one for one in found if one.mark == mark), None)
        if shown is None or shown.finding.overridden:
            raise TransitionRefused(
                [
                    Reason(
                        "no_such_finding",
                        _text("This does not stand against the letter any more; look at it again."),
                        "notice",
                    )
                ]
            )
        return super().context(form) | {"finding": shown.finding}


def _read(mark: str) -> tuple[str, str, int, str]:
    try:
        return read_mark(mark)
    except ValueError:
        raise Http404(_text("There is no such finding.")) from None


class WriteAnew(_ClosingLetterVerb):
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


class AskApproval(_ClosingLetterVerb):
    """Ask a second person to approve the letter."""

    permission = "offboarding.draft_notice"
    title = _("Ask for approval")
    button = _("Ask for approval")
    done = _("Approval is asked for; the pages are being set for whoever approves.")
    is_irreversible = True

    def perform(self, form: forms.Form) -> None:
        """Ask."""
        approval.request_approval(
            self.notice, by=self.actor, expected_version=form.cleaned_data["version"]
        )


class ApproveLetter(_ClosingLetterVerb, Approve):
    """Approve the very pages that were looked at."""


class SendLetterBack(_ClosingLetterVerb, SendBack):
    """Give the letter back to its author."""


class SendLetter(_ClosingLetterVerb, Send):
    """Put the approved letter into the outbox."""

    title = _("Send the closing letter")
    button = _("Send the closing letter")
    done = _("The closing letter is in the outbox.")


_CASE = "cases/<str:reference>/closing-letter/"

urlpatterns: list[URLPattern] = [
    path(_CASE, page, name="closing-letter"),
    path(f"{_CASE}draft/", Draft.as_view(), name="closing-letter-draft"),
    path(f"{_CASE}edit/", Edit.as_view(), name="closing-letter-edit"),
    path(f"{_CASE}rewrite/", UseRewrite.as_view(), name="closing-letter-rewrite"),
    path(f"{_CASE}stand/", LetStand.as_view(), name="closing-letter-stand"),
    path(f"{_CASE}anew/", WriteAnew.as_view(), name="closing-letter-anew"),
    path(f"{_CASE}request/", AskApproval.as_view(), name="closing-letter-request"),
    path(f"{_CASE}approve/", ApproveLetter.as_view(), name="closing-letter-approve"),
    path(f"{_CASE}send-back/", SendLetterBack.as_view(), name="closing-letter-send-back"),
    path(f"{_CASE}send/", SendLetter.as_view(), name="closing-letter-send"),
]
