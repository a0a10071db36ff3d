"""`/o/<token>/`: what both sides still owe, and the client's ticks.

GET and HEAD change nothing in the case. A POST carries the nonce of the page that it came from. A
tick settles nothing: a colleague looks at it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.urls import reverse

from audit import clock
from notices.errors import BytesDiffer
from notices.language.phrases import language_of, say_date, say_money, say_weekday
from notices.receipts import robots
from notices.receipts import signs as receipt_signs
from notices.reminding import owed_mail
from notices.services import owed, receipt, settlement
from offboarding.models import LinkPurpose, Obligation, ObligationState, TerminationCase
from offboarding.services import links
from offboarding.services.ticks import LONGEST_NOTE
from portal import limits, nonces
from portal.forms import _ByAPerson, _name, fills_the_hidden
from portal.owed_phrases import OwedPhrases, owed_phrases_in
from portal.pages import ClientPage, pdf_response
from portal.phrases import Phrases, phrases_in

SENT = ("tick", "question")
"""What the page thanks for after a redirect."""

MOST_POSTS = 30
"""Per address in ten minutes; a person needs two or three."""


@dataclass(frozen=True)
class Row:
    """One obligation as the client reads it."""

    row: Obligation
    when: str
    remarks: tuple[str, ...] = ()
    amount: str = ""
    is_late: bool = False
    can_be_ticked: bool = False
    is_chosen: bool = False


class TickForm(_ByAPerson):
    """What is done, by whom, and a few words."""

    prefix_of_ids = "tick"
    done = forms.TypedMultipleChoiceField(coerce=int, required=False)
    name = _name(required=True)
    note = forms.CharField(max_length=LONGEST_NOTE, required=False, widget=forms.Textarea)

    def __init__(
        self, *args: Any, keys: Iterable[int], owed_words: OwedPhrases, **kwargs: Any
    ) -> None:
        self.owed_words = owed_words
        super().__init__(*args, **kwargs)
        # What was settled between two looks at the page is left out by the service, not refused.
        self.fields["done"].choices = [(key, key) for key in keys]  # type: ignore[attr-defined]

    def speak(self, words: Phrases, contact: str) -> None:
        self._say("done", self.owed_words.tick_legend)
        self._say(
            "name",
            self.owed_words.name,
            required=words.name_missing,
            max_length=words.name_too_long,
        )
        self._say("note", self.owed_words.note, self.owed_words.note_hint)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("done") and not str(said.get("note") or "").strip():
            self.add_error("done", self.owed_words.nothing_ticked)
        return said


class OwedPage(ClientPage):
    """GET shows the list, POST keeps the ticks."""

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Say why when the link opens nothing any more; unknown and expired look the same."""
        try:
            return super().answer(request, *args, **kwargs)
        except receipt.LinkEnded as ended:
            is_unknown = ended.why == receipt.UNKNOWN
            status = HTTPStatus.NOT_FOUND if is_unknown else HTTPStatus.GONE
            return self.say(ended.why, status=status)

    def dispatch_to_method(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Open the link, count the posts, then let the method answer."""
        link = links.find_link(kwargs.pop("token"), LinkPurpose.OBLIGATIONS)
        if link is None:
            raise receipt.LinkEnded(receipt.UNKNOWN)
        self.link = link
        self.case = owed.case_behind(link)
        self.language = language_of(self.case.language)
        self.owed_words = owed_phrases_in(self.language)
        if request.method == "POST" and limits.is_too_often(request, "owed", most=MOST_POSTS):
            return self.say_too_often()
        return super().dispatch_to_method(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.method == "GET" and not robots.nobody_looks(request.headers):
            links.note_first_opening(self.link)
        return self.page(sent=request.GET.get("sent", ""))

    def post(self, request: HttpRequest) -> HttpResponse:
        nonce = nonces.read(request.POST.get("nonce", ""), self.link)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY, after=nonce)
        said = form.cleaned_data
        keys, note = sorted(said["done"]), said["note"].strip()
        act = (",".join(map(str, keys)), said["name"], note)
        # What looks like a program's press is not kept; a person presses once more.
        is_a_machines = receipt_signs.Act(
            user_agent=request.headers.get("User-Agent", ""),
            seconds_on_page=nonce.seconds_on_page if nonce else None,
            filled_hidden=fills_the_hidden(request.POST),
        ).is_a_machines
        if nonce is None or is_a_machines or not nonces.spend(nonce, "owed", *act):
            return self.page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY, stale=True, after=nonce)
        if keys:
            owed.tick(self.link, keys, name=said["name"], note=note)
            return self.back("tick")
        owed.ask(self.link, name=said["name"], text=note)
        return self.back("question")

    # -- what it shows -----------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return reverse("portal:owed", args=[links.token_of(self.link)])

    def back(self, sent: str) -> HttpResponse:
        """Show the page again by a fresh GET."""
        response = HttpResponseRedirect(f"{self.url}?sent={sent}")
        response.status_code = HTTPStatus.SEE_OTHER
        return response

    def form(self, data: Any = None) -> TickForm:
        rows = owed_mail.shown_to_the_client(self.case)
        return TickForm(
            data,
            words=phrases_in(self.language),
            owed_words=self.owed_words,
            keys=[row.pk for row in rows if not row.is_ours],
        )

    def page(
        self,
        form: TickForm | None = None,
        *,
        status: int = HTTPStatus.OK,
        sent: str = "",
        stale: bool = False,
        after: nonces.PageNonce | None = None,
    ) -> HttpResponse:
        """Draw the page; a form that was refused comes back with what was typed."""
        case, said = self.case, self.owed_words
        name = str(case.owner)
        chosen = set(form.data.getlist("done")) if form is not None else set()
        rows = owed_mail.shown_to_the_client(case)
        titles = {row.pk: row for row in rows}
        lines = [self.line(row, titles, chosen) for row in rows]
        theirs = [line for line in lines if not line.row.is_ours]
        office = case.client.office
        contact = {"name": name, "phone": office.phone_shown, "email": office.email}
        words = phrases_in(self.language)
        context = {
            "firm_name": office.legal_name,
            "owed": said,
            "title": said.title,
            "to": words.to.format(name=self.link.recipient_name, client=case.client.legal_name),
            "ends": self.ends(case),
            "sent": getattr(said, f"sent_{sent}").format(name=name) if sent in SENT else "",
            "theirs_text": said.theirs_text.format(name=name),
            "theirs": [line for line in theirs if not line.row.is_settled],
            "theirs_settled": [line for line in theirs if line.row.is_settled],
            "ours": [line for line in lines if line.row.is_ours and not line.row.is_settled],
            "ours_settled": [line for line in lines if line.row.is_ours and line.row.is_settled],
            "open_sum": self.open_sum(theirs),
            "tick_form": form or self.form(),
            "problem_forms": [form] if form is not None and form.errors else [],
            "stale": stale,
            "url": self.url,
            "nonce": nonces.issue(self.link, after=after),
            "contact_line": words.contact.format(**contact),
            "reference": case.reference,
        }
        statement = settlement.shown_to_the_client(case)
        if statement is not None:
            context["statement"] = statement
            context["statement_text"] = said.statement_text.format(
                date=say_date(statement.as_of_on, self.language)
            )
        context["may_answer"] = any(line.can_be_ticked for line in theirs)
        return self.show("owed", context, language=self.language, status=status)

    def ends(self, case: TerminationCase) -> str:
        """Say when the services end, or ended."""
        if case.effective_on is None:
            return ""
        is_past = case.effective_on < clock.today(case.time_zone)
        day = say_date(case.effective_on, self.language)
        weekday = say_weekday(case.effective_on, self.language)
        day = f"{weekday}, {day}" if self.language == "en" else f"{weekday}, dem {day}"
        sentence = self.owed_words.ended if is_past else self.owed_words.ends
        return sentence.format(client=case.client.legal_name, date=day)

    def line(self, row: Obligation, by_key: dict[int, Obligation], chosen: set[str]) -> Row:
        """Return an obligation in the client's words."""
        said, language = self.owed_words, self.language
        zone = ZoneInfo(self.case.time_zone)
        remarks = []
        # What we have to do first and only we read of is not named, but it is waited for.
        before = [one for one in row.waits_for.all() if not one.is_settled]
        remarks += [said.comes_after.format(title=one.title) for one in before if one.pk in by_key]
        if row.is_ticked and row.client_says_done_at is not None:
            day = say_date(row.client_says_done_at.astimezone(zone).date(), language)
            remarks.append(said.ticked.format(date=day, name=self.case.owner))
        elif row.tick_answer and not row.is_settled:
            remarks.append(said.sent_back.format(reason=row.tick_answer))
        if row.state == ObligationState.ESCALATED:
            remarks.append(said.elsewhere.format(who=row.escalated_to))
        is_late = bool(
            row.is_open
            and not row.is_ticked
            and row.due_on
            and row.due_on < clock.today(self.case.time_zone)
        )
        return Row(
            row=row,
            when=self.when(row, is_late, zone),
            remarks=tuple(remarks),
            amount=say_money(row.amount_cents, row.currency, language) if row.amount_cents else "",
            is_late=is_late,
            can_be_ticked=not (row.is_ours or row.is_settled or row.is_ticked or before),
            is_chosen=str(row.pk) in chosen,
        )

    def when(self, row: Obligation, is_late: bool, zone: ZoneInfo) -> str:
        """Say until when, or since when it is settled."""
        said = self.owed_words
        if row.is_settled:
            if row.state != ObligationState.FULFILLED or row.settled_at is None:
                return said.not_needed
            day = say_date(row.settled_at.astimezone(zone).date(), self.language)
            return said.done.format(date=day)
        if row.due_on is None:
            return said.no_day
        sentence = said.late if is_late else said.until
        return sentence.format(date=say_date(row.due_on, self.language))

    def open_sum(self, theirs: list[Row]) -> str:
        """Say what is open in money, each currency apart; nothing where it is one amount."""
        sums: dict[str, int] = defaultdict(int)
        rows = [line.row for line in theirs if line.row.amount_cents and not line.row.is_settled]
        for row in rows:
            sums[row.currency] += row.amount_cents or 0
        if len(rows) < 2:
            return ""
        said = ", ".join(
            say_money(cents, currency, self.language) for currency, cents in sorted(sums.items())
        )
        return self.owed_words.open_sum.format(sums=said)


class StatementFile(OwedPage):
    """`/o/<token>/statement.pdf`: the newest statement that was shown, byte for byte."""

    def get(self, request: HttpRequest) -> HttpResponse:
        statement = settlement.shown_to_the_client(self.case)
        if statement is None or statement.case_file is None:
            return HttpResponseRedirect(self.url)
        try:
            content = settlement.bytes_of(statement.case_file)
        except BytesDiffer:
            return self.say("pages_differ", status=HTTPStatus.SERVICE_UNAVAILABLE)
        return pdf_response(statement.case_file.name, content)

    def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseNotAllowed(["GET", "HEAD"])
