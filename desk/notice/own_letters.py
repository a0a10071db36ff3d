"""Letters with a page of their own beside the notice: the closing letter, the cure warning.

Each is read, written, approved and sent on its page by the same verbs; what differs is when it may
be begun and what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from desk.frame.inputs import DayField, ProseField
from desk.frame.rights import Rights
from desk.frame.scoping import person_of
from desk.frame.verbs import Verb, see_other
from desk.notice import reading as notice_reading
from desk.notice.accompanying import Enclose, RemoveEnclosure
from desk.notice.approval import Approve, SendBack
from desk.notice.delivery_lines import lines_of
from desk.notice.sections import Shown, marks_of, read_mark
from desk.notice.sending import Send
from desk.notice.sheets import sheets_of
from desk.notice.verbs import NoticeVerb
from notices import approvers
from notices.checking import checks
from notices.checking.findings import Finding
from notices.models import Notice, NoticeKind, NoticeState
from notices.services import accompanying, approval, drafting, overriding
from notices.services.drafting import NO_LONGER_COUNTS
from offboarding.errors import Reason, TransitionRefused
from offboarding.models import TerminationCase

Words = str | Promise

_VERBS = ("draft", "edit", "anew", "rewrite", "stand", "request", "approve", "send")

MOST_MARK_CHARACTERS = 2_000
"""A mark quotes the words that a finding is about."""


shows_frames = csp_update({"frame-src": [SELF]})
"""The mail and the receipt page stand in frames, each at its own address."""


@dataclass(frozen=True)
class Place:
    """Where a kind of letter has its page.

    Attributes:
        kind: of the letters.
        name: of the page's address, and how the names of its verbs begin.
        parts: what the letter says, in its order, each with the label of its field.
        send: what the button says that puts the letter into the outbox.
        sent: what is said when that is done.
        more: verbs besides those that every such letter has.
    """

    kind: NoticeKind
    name: str
    parts: tuple[Any, ...]
    send: Words
    sent: Words
    more: tuple[str, ...] = ()

    def url(self, case: TerminationCase, verb: str = "", **kwargs: Any) -> str:
        """Return the address of the page, or of one of its verbs."""
        name = f"desk:{self.name}-{verb}" if verb else f"desk:{self.name}"
        return reverse(name, kwargs={"reference": case.reference} | kwargs)

    def letter_on(self, case: TerminationCase, reader: int | None = None) -> Notice | None:
        """Return the letter of the kind that counts, as the desk shows notices."""
        for notice in notice_reading.notices_of(case, reader_id=reader):
            if notice.kind == self.kind and notice.state not in NO_LONGER_COUNTS:
                return notice
        return None


def show(
    request: HttpRequest,
    case: TerminationCase,
    place: Place,
    template: str,
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show a letter, what is found in it, what goes with it, and its next step."""
    user = person_of(request)
    actor = Actor.person(user)
    rights = Rights(actor, case)
    notice = place.letter_on(case, user.pk)
    context: dict[str, Any] = {
        "case": case,
        "notice": notice,
        "rights": rights,
        "may_change": rights.may_change(),
        "urls": {word: place.url(case, word) for word in (*_VERBS, *place.more)}
        | {"sendback": place.url(case, "send-back")},
    }
    if notice is not None:
        context |= _about(notice, place, rights, actor, request) | {
            "enclosures": [
                (one, place.url(case, "enclosure-remove", pk=one.pk))
                for one in notice.enclosures.defer("pdf")
            ],
            "enclose_url": place.url(case, "enclose"),
        }
    with timezone.override(case.time_zone):
        return render(request, template, context | dict(extra or {}))


def _about(
    notice: Notice, place: Place, rights: Rights, reader: Actor, request: HttpRequest
) -> dict[str, Any]:
    waits = notice.state == NoticeState.AWAITING_APPROVAL
    is_open = waits or notice.state == NoticeState.DRAFT
    findings = checks.findings(notice) if is_open else []
    return {
        "is_draft": notice.state == NoticeState.DRAFT,
        "waits": waits,
        "is_approved": notice.state == NoticeState.APPROVED,
        "findings": _marked(findings, notice, place, by=reader if rights.may_change() else None),
        "unanswered": [one for one in findings if one.is_unanswered],
        "blocks": [one for one in findings if one.stops],
        "may_approve": waits
        and rights["approve_notice"]
        and reader.user_id not in approvers.who_may_not(notice),
        "may_accompany": rights.may_change() and notice.state in accompanying.CHANGEABLE,
        "sheets": sheets_of(notice, request.GET),
    } | _on_its_way(notice, rights)


def _on_its_way(notice: Notice, rights: Rights) -> dict[str, Any]:
    """Return what has become of a letter that was sent, with what can be done about it."""
    if notice.state != NoticeState.SENT:
        return {}
    found = notice_reading.deliveries_of(notice)
    lines = lines_of(found, notice.case.reference, rights)
    return {
        "deliveries": found,
        "lines": lines,
        "outbox": [line for line in lines if line.is_waiting_to_leave],
    }


def _marked(
    findings: list[Finding], notice: Notice, place: Place, *, by: Actor | None
) -> list[Shown]:
    """Return the findings, each with its field and whether this reader may let it stand."""
    labels = {part.key: part.label for part in place.parts}
    return [
        replace(
            one,
            may_stand=by is not None and overriding.may_override(one.finding, notice, by=by),
            label=labels.get(one.finding.part, ""),
        )
        for one in marks_of(findings)
    ]


class OwnLetterVerb(NoticeVerb):
    """A verb of such a letter instead of the notice that counts."""

    place: Place = None  # type: ignore[assignment] # `paths_of` gives it

    def find_notice(self) -> Notice:
        """Read the letter.

        Raises:
            Http404: there is none.
        """
        found = self.place.letter_on(self.case)
        if found is None:
            raise Http404(_text("There is no such notice."))
        return found

    def next_url(self) -> str:
        """Return to the letter."""
        return self.place.url(self.case)


class LetterForm(forms.Form):
    """What every such letter lets people change besides its words."""

    subject = forms.CharField(label=_("Subject"), max_length=150)
    notice_date = DayField(label=_("Date of the letter"))
    sends_email = forms.BooleanField(label=_("By e-mail"), required=False)
    sends_registered_mail = forms.BooleanField(label=_("By registered mail"), required=False)

    def __init__(self, *args: Any, parts: tuple[Any, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in parts:
            self.fields[part.key] = ProseField(
                label=part.label,
                required=False,
                rows=3,
                max_length=drafting.MOST_PART_CHARACTERS,
            )


class EditLetter(OwnLetterVerb):
    """Change the words of the letter."""

    permission = "offboarding.draft_notice"
    form_class = LetterForm
    template_name = "desk/case/own_letter_form.html"
    button = _("Save")
    save: Callable[..., Notice] = staticmethod(drafting.edit_notice)
    """The service that changes a letter of this kind."""
    fields: ClassVar[tuple[str, ...]] = (
        "subject",
        "notice_date",
        "sends_email",
        "sends_registered_mail",
    )

    def form_options(self) -> dict[str, Any]:
        """Give each part of the letter its field."""
        return {"parts": self.place.parts}

    def initial(self) -> dict[str, Any]:
        """Show what it says."""
        notice = self.notice
        return (
            super().initial()
            | {name: getattr(notice, name) for name in self.fields}
            | {part.key: notice.parts.get(part.key, "") for part in self.place.parts}
        )

    def perform(self, form: forms.Form) -> None:
        """Save it; a request for approval is void then."""
        said = form.cleaned_data
        self.save(
            self.notice,
            by=self.actor,
            expected_version=said["version"],
            parts={part.key: said[part.key] for part in self.place.parts},
            **{name: said[name] for name in self.fields},
        )


class AskApproval(OwnLetterVerb):
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


class _Mark(forms.Form):
    finding = forms.CharField(widget=forms.HiddenInput, max_length=MOST_MARK_CHARACTERS)


class UseRewrite(OwnLetterVerb):
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


class LetStand(OwnLetterVerb):
    """Let a finding stand, with a reason that the approver and the record see."""

    permission = "offboarding.draft_notice"
    form_class = _WhyItStands
    template_name = "desk/case/own_letter_finding.html"
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


class ApproveLetter(OwnLetterVerb, Approve):
    """Approve the very pages that were looked at."""


class SendLetterBack(OwnLetterVerb, SendBack):
    """Give the letter back to its author."""

    title = _("Send the letter back")


class SendLetter(OwnLetterVerb, Send):
    """Put the approved letter into the outbox."""


class EncloseInLetter(OwnLetterVerb, Enclose):
    """Enclose a file with the letter."""

    def next_url(self) -> str:
        """Return to what goes with the letter."""
        return f"{self.place.url(self.case)}#company"


class TakeOutOfLetter(OwnLetterVerb, RemoveEnclosure):
    """Take an enclosure out of the letter again."""

    def next_url(self) -> str:
        """Return to what goes with the letter."""
        return f"{self.place.url(self.case)}#company"


_OF_EVERY_LETTER: dict[str, type[OwnLetterVerb]] = {
    "rewrite": UseRewrite,
    "stand": LetStand,
    "request": AskApproval,
    "approve": ApproveLetter,
    "send-back": SendLetterBack,
    "enclose": EncloseInLetter,
}


def paths_of(
    place: Place, at: str, *, draft: type[Verb], own: Mapping[str, type[OwnLetterVerb]]
) -> list[URLPattern]:
    """Return the addresses of the verbs of a page, each bound to its letter.

    Args:
        place: the page.
        at: how the addresses begin.
        draft: begins a letter, where there is none yet.
        own: verbs that say or do something of their own here, by what names them: `edit`, `anew`.
    """
    send = SendLetter.as_view(place=place, title=place.send, button=place.send, done=place.sent)
    views = {word: verb.as_view(place=place) for word, verb in (_OF_EVERY_LETTER | own).items()}
    return [
        path(f"{at}{word}/", view, name=f"{place.name}-{word}")
        for word, view in {"draft": draft.as_view(), "send": send, **views}.items()
    ] + [
        path(
            f"{at}enclosures/<int:pk>/remove/",
            TakeOutOfLetter.as_view(place=place),
            name=f"{place.name}-enclosure-remove",
        )
    ]
