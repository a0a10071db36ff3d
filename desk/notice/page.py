"""The page of a notice: written here, looked at as its reader will see it, approved and sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from accounts import selectors as accounts
from accounts.actor import Actor
from accounts.models import User
from audit import clock
from desk.case.deadline_rows import take_deadlines, with_deadlines
from desk.frame import submissions
from desk.frame.rights import Rights
from desk.frame.scoping import actor_of, case_or_404, cases_of
from desk.frame.verbs import CaseVerb, see_other
from desk.notice import reading
from desk.notice.deemed_receipt import deemed_receipt_of, preset_rows
from desk.notice.delivery_lines import DeliveryLine, lines_of
from desk.notice.form import NoticeForm, merged
from desk.notice.ladder import line_of
from desk.notice.receipt_lines import receipt_lines
from desk.notice.sections import read_mark, sections_of
from desk.notice.sheets import sheets_of
from desk.notice.verbs import letter_url, notice_url
from notices import approval_requests, approvers
from notices.checking import checks
from notices.checking.findings import Finding
from notices.errors import ChangedMeanwhile
from notices.letters import composing
from notices.models import SEALED, Notice, NoticeKind, NoticeState, Rendering, VersionKind
from notices.services import approval, drafting, overriding
from notices.services.writers import note_writer, others_writing
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import TerminationCase

Words = str | Promise

EDITABLE = (NoticeState.DRAFT, NoticeState.AWAITING_APPROVAL, NoticeState.APPROVED)


# -- the page --------------------------------------------------------------------------------------


class NoticeFrame(CaseVerb):
    """What the page and its form have in common."""

    form_class = NoticeForm
    template_name = "desk/notice/compose.html"
    title = _("Notice")
    notice: Notice | None

    def find(self) -> None:
        """Read the case, its agreements and its notices."""
        cases = cases_of(self.request).select_related("chase").prefetch_related("engagements")
        cases = with_deadlines(cases.annotate(service_rule_rows=preset_rows()))
        self.case = case_or_404(self.request, self.kwargs["reference"], cases)
        take_deadlines(self.case)
        self.rights = Rights(actor_of(self.request), self.case)
        self.read_letters()
        self.notice = self.shown()

    def read_letters(self) -> None:
        """Read the notices of the case; a warning is none and has a page of its own."""
        letters = reading.notices_of(self.case, reader_id=self.actor.user_id)
        self.notices = [one for one in letters if not one.is_warning]
        self.warnings = [one for one in letters if one.is_warning]

    def shown(self) -> Notice | None:
        """Return the notice that counts now."""
        return reading.current_of(self.notices)

    def next_url(self) -> str:
        """Return to the notice."""
        return notice_url(self.case.reference)

    def back_url(self) -> str:
        """Return to the case."""
        return reverse("desk:case", args=[self.case.reference])

    def form_options(self) -> dict[str, Any]:
        """Tell the form which notice it writes."""
        assert self.notice is not None
        return {"notice": self.notice}

    def _form(self, data: Any = None, files: Any = None) -> forms.Form:
        """Make the form; what it offers from the case is read once for the whole page."""
        invoices = Prefetch(
            "client__invoices", queryset=composing.invoices(), to_attr="invoices_read"
        )
        prefetch_related_objects([self.case], "obligations", invoices)
        return super()._form(data, files)

    def initial(self) -> dict[str, Any]:
        """Show what is written."""
        assert self.notice is not None
        return NoticeForm.initial_of(self.notice)

    def add_hidden_fields(self, form: forms.Form) -> None:
        """Carry the version of the notice that was opened."""
        form.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the letter beside its form."""
        assert self.notice is not None
        assert isinstance(form, NoticeForm)
        notice = self.notice
        findings = checks.findings(notice)
        return super().context(form) | {
            "notice": notice,
            "rights": self.rights,
            "sheets": sheets_of(notice, self.request.GET, is_live=True),
            "findings": findings,
            "open_warnings": open_warnings(findings),
            "sections": sections_of(form, notice, findings, by=self.actor),
            "others_writing": others_writing(notice, than=self.actor)
            if getattr(notice, "others_write", False)
            else [],
            "others": [one for one in self.notices if one.pk != notice.pk],
        }


# The mail and the receipt page stand in frames, each at its own address with its own policy.
@method_decorator(csp_update({"frame-src": [SELF]}), name="dispatch")
class WriteNotice(NoticeFrame):
    """Change the text; a change after approval was asked for voids the request."""

    permission = "offboarding.draft_notice"
    button = _("Save")
    saved_version: int | None = None

    def find(self) -> None:
        """Read the notice there is to write.

        Raises:
            Http404: nobody has drafted one.
        """
        super().find()
        if self.notice is None:
            raise Http404(_text("There is no such notice."))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form while the text may still be changed."""
        assert self.notice is not None
        if self.case.is_ended or self.notice.state not in EDITABLE:
            return see_other(request, self.next_url())
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, and do what else the pressed button says."""
        if "merge" in request.POST:
            contested = self._merge()
            if contested is not None:
                return contested
        try:
            answer = super().post(request, *args, **kwargs)
        except ChangedMeanwhile as changed:
            return self._conflict(changed)
        if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
            return answer
        if "ask" in request.POST:
            return self._ask(answer)
        if "replace" in request.POST:
            return self._replace(request.POST["replace"])
        if "stand" in request.POST:
            return self._let_stand(request.POST["stand"])
        messages.success(request, _("Saved. The preview shows the new text in a moment."))
        return answer

    def perform(self, form: forms.Form) -> str | None:
        """Save what was changed, if anything was; write a part anew if that button was pressed."""
        assert isinstance(form, NoticeForm)
        assert self.notice is not None
        anew = self.request.POST.get("anew", "")
        if not anew and form.says_the_same_as(self.notice):
            drafting.keep_version(self.notice, by=self.actor)
            return None
        saved = drafting.edit_notice(
            self.notice,
            by=self.actor,
            expected_version=form.cleaned_data["version"],
            parts=form.parts(),
            anew=[anew] if anew else (),
            **form.written(),
        )
        self.saved_version = saved.version
        return notice_url(self.case.reference, f"id_{anew}") if anew else None

    def _merge(self) -> HttpResponse | None:
        """Take over what only the other person changed; show again what both did."""
        assert self.notice is not None
        form = self._form(self.request.POST)
        assert isinstance(form, NoticeForm)
        contested = {one.name for one in form.differences_from(self.notice) if one.is_contested}
        typed = self.request.POST.copy()
        for name, value in merged(form, self.notice).items():
            typed.setlist(name, value if isinstance(value, list) else [value])
        if not contested or str(self.notice.version) != typed.get("version"):
            self.request.POST = typed
            return None
        base = form.as_sent(self.notice)
        typed["base"] = json.dumps(base | {name: form.base.get(name, "") for name in contested})
        return self._conflict_page(
            typed, who=self.notice.changed_by, when=self.notice.changed_at, is_merged=True
        )

    def _replace(self, mark: str) -> HttpResponse:
        """Put the neutral words of a finding in the place of those it is about."""
        self.find()
        assert self.notice is not None
        code, part, nth, found = self._read(mark)
        drafting.use_rewrite(
            self.notice,
            code=code,
            part=part,
            found=found,
            nth=nth,
            by=self.actor,
            expected_version=self.notice.version,
        )
        messages.success(self.request, _("Replaced."))
        return see_other(self.request, notice_url(self.case.reference, f"id_{part}"))

    def _let_stand(self, mark: str) -> HttpResponse:
        """Let a finding stand, with the reason that was written beside it."""
        self.find()
        assert self.notice is not None
        code, part, _nth, found = self._read(mark)
        reason = self.request.POST.get(f"why:{mark}", "")
        try:
            overriding.override(self.notice, code=code, found=found, reason=reason, by=self.actor)
        except InvalidInput as invalid:
            problem = {"mark": mark, "text": invalid.message, "reason": reason}
            return self._page(
                self._form(), HTTPStatus.UNPROCESSABLE_ENTITY, {"stand_problem": problem}
            )
        messages.success(self.request, _("It stands, and your reason is on the record."))
        return see_other(self.request, notice_url(self.case.reference, f"id_{part}"))

    @staticmethod
    def _read(mark: str) -> tuple[str, str, int, str]:
        try:
            return read_mark(mark)
        except ValueError:
            raise Http404(_text("There is no such finding.")) from None

    def _ask(self, answer: HttpResponse) -> HttpResponse:
        self.find()
        assert self.notice is not None
        me = self.actor.user_id
        if (
            self.notice.state == NoticeState.AWAITING_APPROVAL
            and self.notice.approval_requested_by_id == me
        ):
            return answer
        try:
            approval.request_approval(
                self.notice, by=self.actor, expected_version=self.saved_version
            )
        except TransitionRefused as refused:
            return self._refused(refused.reasons)
        messages.success(
            self.request, _("Asked for approval. A team lead finds it under Approvals.")
        )
        return answer

    def _refused(self, reasons: list[Reason]) -> HttpResponse:
        """Show what still stands against the notice; what was typed is saved by now."""
        form = self._form()
        return self._page(form, HTTPStatus.CONFLICT, {"refused": self._linked(reasons)})

    def _linked(self, reasons: list[Reason]) -> list[dict[str, str]]:
        assert self.notice is not None
        fields = {finding.text: finding.part for finding in checks.findings(self.notice)}
        return [{"text": one.text, "field": fields.get(one.text, "")} for one in reasons]

    def _conflict(self, changed: ChangedMeanwhile) -> HttpResponse:
        """Show both texts; what was typed stays in the form, to be saved over the other or not."""
        self.find()
        return self._conflict_page(self.request.POST.copy(), who=changed.who, when=changed.when)

    def _conflict_page(
        self, typed: QueryDict, *, who: str, when: datetime, is_merged: bool = False
    ) -> HttpResponse:
        assert self.notice is not None
        typed["version"] = str(self.notice.version)
        typed[submissions.KEY] = submissions.new_key()
        form = self._form(typed)
        form.is_valid()
        assert isinstance(form, NoticeForm)
        differences = form.differences_from(self.notice)
        conflict = {
            "who": who,
            "when": when,
            "is_merged": is_merged,
            "differences": differences,
            "can_merge": any(one.only_theirs for one in differences),
        }
        return self._page(form, HTTPStatus.CONFLICT, {"conflict": conflict})

    def _page(
        self, form: forms.Form, status: int = HTTPStatus.OK, more: dict[str, Any] | None = None
    ) -> HttpResponse:
        self.more = more or {}
        return super()._page(form, status)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show what was refused or changed meanwhile, if anything."""
        return super().context(form) | self.more


class Autosave(WriteNotice):
    """Save a draft while its writer types: the page stays, and learns what became of it."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, or say why not; what was typed stays with the page either way."""
        assert self.notice is not None
        form = self._form(request.POST)
        assert isinstance(form, NoticeForm)
        if not form.is_valid():
            return self._not_saved(_first_problem(form), HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            if not form.says_the_same_as(self.notice):
                drafting.edit_notice(
                    self.notice,
                    by=self.actor,
                    expected_version=form.cleaned_data["version"],
                    parts=form.parts(),
                    kind=VersionKind.TYPED,
                    **form.written(),
                )
        except ChangedMeanwhile as changed:
            return self._not_saved("", HTTPStatus.CONFLICT, changed=changed)
        except InvalidInput as invalid:
            return self._not_saved(invalid.message, HTTPStatus.UNPROCESSABLE_ENTITY)
        except TransitionRefused as refused:
            sentences = " ".join(reason.text for reason in refused.reasons)
            return self._not_saved(sentences, HTTPStatus.CONFLICT)
        note_writer(self.notice, by=self.actor)
        return self._saved(form)

    def _saved(self, sent: NoticeForm) -> HttpResponse:
        # The case is as it was; only its notice is another.
        self.read_letters()
        self.notice = self.shown()
        assert self.notice is not None
        notice = self.notice
        form = self._form()
        assert isinstance(form, NoticeForm)
        findings = checks.findings(notice)
        now, said = NoticeForm.as_sent(notice), sent.data
        return self._answer(
            {
                "initial": form.initial,
                "findings": findings,
                "open_warnings": open_warnings(findings),
                "sections": sections_of(form, notice, findings, by=self.actor),
                # Words that followed a date, a tick or a choice that was just changed.
                "followed": {
                    name: words
                    for name, words in now.items()
                    if name in FOLLOWING
                    and str(words).strip() != str(said.get(name, "")).replace("\r\n", "\n").strip()
                },
            }
        )

    def _not_saved(
        self, problem: Words, status: int, *, changed: ChangedMeanwhile | None = None
    ) -> HttpResponse:
        return self._answer({"problem": problem, "changed": changed}, status)

    def _answer(self, found: dict[str, Any], status: int = HTTPStatus.OK) -> HttpResponse:
        context = {
            "case": self.case,
            "notice": self.notice,
            "rights": self.rights,
            "saved_at": clock.now(),
            "is_autosave": True,
            **found,
        }
        response = render(self.request, "desk/notice/_autosaved.html", context, status=status)
        response["Cache-Control"] = "private, no-store"
        return response


FOLLOWING = ("subject", *(part.key for part in composing.PARTS))


def _first_problem(form: NoticeForm) -> str:
    for name, problems in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        return f"{label}: {problems[0]}" if label else str(problems[0])
    return ""


class OthersWriting(WriteNotice):
    """Say that this page is open, and learn who else writes."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Note the writer; answer with the others."""
        assert self.notice is not None
        note_writer(self.notice, by=self.actor)
        context = {
            "notice": self.notice,
            "case": self.case,
            "others_writing": others_writing(self.notice, than=self.actor),
            "seen_version": request.POST.get("version", ""),
        }
        response = render(request, "desk/notice/_writers.html", context)
        response["Cache-Control"] = "private, no-store"
        return response


class NoticePage(WriteNotice):
    """The notice that counts now, in whatever state; POST drafts the first."""

    permission = "offboarding.read_case"

    def find(self) -> None:
        """Read the case and what it has in writing."""
        NoticeFrame.find(self)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form of a draft, or how far the notice has come."""
        notice = self.notice
        if self.case.state == State.EVALUATION and self.warnings and not self.notices:
            return see_other(request, letter_url(self.case, NoticeKind.CURE_WARNING))
        is_draft = notice is not None and notice.state == NoticeState.DRAFT
        if is_draft and self.rights["draft_notice"] and not self.case.is_ended:
            return self._page(self._form())
        return self._shown(notice)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draft the notice from the case's own data."""
        drafting.draft_notice(self.case, by=self.actor)
        return see_other(request, self.next_url())

    def _shown(self, notice: Notice | None) -> HttpResponse:
        notice = notice or (self.notices[0] if self.notices else None)
        context: dict[str, Any] = {
            "case": self.case,
            "rights": self.rights,
            "title": self.title,
            "notice": notice,
            "others": [one for one in self.notices if notice is None or one.pk != notice.pk],
            "may_draft": self.rights["draft_notice"]
            and self.case.state == State.NOTICE
            and reading.current_of(self.notices) is None,
        }
        if notice is not None:
            context |= progress_of(notice, self.rights, self.request.GET)
            if context["may_approve"]:
                context |= self._looked_at(notice, context["sheets"].order)
        if self.case.served_on:
            # Also of a notice sent elsewhere, before the case was entered here.
            context["receipts"] = receipt_lines(reading.receipts_of(self.case))
            context["ladder"] = line_of(self.case)
            if self.case.state == State.NOTICE:
                context["deemed"] = deemed_receipt_of(self.case)
        response = render(self.request, "desk/notice/notice.html", context)
        response["Cache-Control"] = "private, no-store"
        return response

    def _looked_at(self, notice: Notice, pages: Rendering | None) -> dict[str, Any]:
        """Show an approver what changed since they looked, and keep what they see now."""
        pages = pages if self.request.method == "GET" else None
        since = approval_requests.look_at(notice, pages, by=self.actor)
        return {"looked": since[0], "changes": since[1]} if since else {}


class EarlierNotice(NoticePage):
    """Another notice of the case: replaced, withdrawn, or the one that withdrew it."""

    def shown(self) -> Notice | None:
        """Return the notice with this number.

        Raises:
            Http404: there is none.
        """
        number = self.kwargs["number"]
        letters = [*self.notices, *self.warnings]
        found = next((notice for notice in letters if notice.number == number), None)
        if found is None:
            raise Http404(_text("There is no such notice."))
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show how far it came."""
        if self.notice == reading.current_of(self.notices):
            return see_other(request, self.next_url())
        if self.notice in self.warnings:
            return see_other(request, letter_url(self.case, NoticeKind.CURE_WARNING))
        return self._shown(self.notice)

    http_method_names = ["get", "head", "options"]


def open_warnings(findings: Iterable[Finding]) -> list[Finding]:
    """Return the warnings that somebody has to mend or let stand before anybody approves."""
    return [one for one in findings if one.level == "warn" and one.is_unanswered]


def progress_of(notice: Notice, rights: Rights, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page shows of a notice that is not being written."""
    case = notice.case
    sheets = sheets_of(notice, asked)
    is_sealed = notice.state in SEALED
    is_waiting = notice.state == NoticeState.AWAITING_APPROVAL
    may_approve = (
        is_waiting
        and rights["approve_notice"]
        and not case.is_ended
        and not getattr(notice, "reader_changed_it", False)
        and rights.user_id not in (notice.author_id, notice.approval_requested_by_id)
    )
    findings = checks.findings(notice) if not is_sealed else []
    found: dict[str, Any] = {
        "sheets": sheets,
        "letter": reading.letter_of(notice) if is_sealed else None,
        "may_approve": may_approve,
        "may_change_text": notice.state in EDITABLE
        and notice.author_id is not None
        and rights["draft_notice"]
        and not case.is_ended,
        "findings": findings,
        "unanswered": [finding for finding in findings if finding.is_unanswered],
    }
    if is_waiting and not may_approve:
        people = approvers.others(accounts.leads_of(case.team), notice)
        found["approvers"] = [person.name for person in people]
    if is_sealed:
        lines = lines_of(reading.deliveries_of(notice), case.reference, rights)
        found["lines"] = lines
        found["outbox"] = [line for line in lines if line.is_waiting_to_leave]
        found["receipts"] = receipt_lines(reading.receipts_of(case))
    return found


# -- the section of the case page ------------------------------------------------------------------


SHOWN_IN = frozenset(
    {State.NOTICE, State.ACKNOWLEDGED, State.OBLIGATIONS_FULFILLED, State.WITHDRAWN}
)
"""The stages of which the case page shows this section."""


@dataclass(frozen=True)
class NextAct:
    """What the notice needs next."""

    words: Words
    url: str
    is_posted: bool = False


def section(case: TerminationCase, user: User) -> dict[str, Any]:
    """Return what the case page shows of its notice: how far it is, its deliveries, its receipts.

    Costs two queries; the receipts were read for the gates of these stages.
    """
    rights = Rights(Actor.person(user), case)
    letters = reading.notices_of(case, reader_id=user.pk)
    notices = [one for one in letters if not one.is_warning]
    notice = reading.current_of(notices) or (notices[0] if notices else None)
    lines: list[DeliveryLine] = []
    if notice is not None and notice.state in SEALED:
        lines = lines_of(reading.deliveries_of(notice), case.reference, None)
    return {
        "writing": {
            "notice": notice,
            "lines": lines,
            "proofs": list(case.proofs.all()),
            "ladder": line_of(case) if case.served_on else None,
            "next": _next_act(case, notice, rights, lines),
            "url": notice_url(case.reference),
        }
    }


def _next_act(
    case: TerminationCase, notice: Notice | None, rights: Rights, lines: list[DeliveryLine]
) -> NextAct | None:
    url = notice_url(case.reference)
    if not rights.may_change():
        return None
    if notice is None:
        may_draft = case.state == State.NOTICE
        return NextAct(_("Draft the notice"), url, is_posted=True) if may_draft else None
    if notice.state == NoticeState.DRAFT:
        return NextAct(_("Finish the draft"), url)
    if notice.state == NoticeState.AWAITING_APPROVAL and rights["approve_notice"]:
        own = (notice.author_id, notice.approval_requested_by_id)
        is_own = rights.user_id in own or getattr(notice, "reader_changed_it", False)
        return None if is_own else NextAct(_("Look at it and approve"), url)
    if notice.state == NoticeState.APPROVED and notice.author_id is not None:
        return NextAct(_("Send it"), reverse("desk:notice-send", args=[case.reference]))
    if any(line.is_failed or line.is_uncertain for line in lines):
        return NextAct(_("See what did not arrive"), f"{url}#deliveries")
    return None


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/notice/", NoticePage.as_view(), name="notice"),
    path("cases/<str:reference>/notice/edit/", WriteNotice.as_view(), name="notice-edit"),
    path("cases/<str:reference>/notice/typed/", Autosave.as_view(), name="notice-autosave"),
    path("cases/<str:reference>/notice/writers/", OthersWriting.as_view(), name="notice-writers"),
    path(
        "cases/<str:reference>/notice/<int:number>/", EarlierNotice.as_view(), name="notice-earlier"
    ),
]
