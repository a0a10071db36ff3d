"""The receipt page: read the letter, confirm that it arrived, ask, dispute, or none of these.

GET and HEAD change nothing in the case. A POST carries the nonce of the page that it came from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from audit import clock
from notices import alarms
from notices.errors import BytesDiffer
from notices.language.phrases import language_of, say_date, say_weekday
from notices.letters import composing, cure_words
from notices.models import Confirmation, Letter, Notice
from notices.pages import enclosed, receipt_document
from notices.receipts import robots
from notices.receipts import signs as receipt_signs
from notices.services import receipt
from offboarding.lifecycle import State
from offboarding.models import ClientLink, LinkPurpose
from offboarding.services import links
from portal import forms, limits, nonces
from portal.owed_phrases import owed_phrases_in
from portal.pages import ClientPage, pdf_response
from portal.phrases import Phrases, phrases_in

SENT = ("question", "person", "dispute", "not-me")
"""What the page thanks for after a redirect."""

MOST_POSTS = 30
"""Per address in ten minutes; a person needs two or three."""


@dataclass
class Opened:
    """What a valid link opens, ready to be shown.

    Attributes:
        by_code: the code from the paper was typed to get here.
        nonce: of the page that was sent, when there was one.
    """

    link: ClientLink
    letter: Letter
    by_code: bool = False
    nonce: nonces.PageNonce | None = None

    @property
    def language(self) -> str:
        return language_of(self.link.case.language)

    @property
    def words(self) -> Phrases:
        return phrases_in(self.language)

    @property
    def url(self) -> str:
        return reverse("portal:receipt", args=[links.token_of(self.link)])

    @cached_property
    def confirmation(self) -> Confirmation | None:
        return receipt.standing(self.link)

    @property
    def may_confirm(self) -> bool:
        """Nobody has confirmed yet, or only in a way that looks like somebody else's."""
        return self.confirmation is None or receipt.may_be_confirmed_again(self.confirmation)

    @cached_property
    def dispute(self) -> dict[str, Any] | None:
        """What the page says of a dispute that is open; nothing where there is none."""
        case = self.link.case
        if case.disputed_at is None:
            return None
        contested = receipt.contested_through(self.link)
        return {
            "title": self.words.disputed_title if contested else self.words.disputed_elsewhere,
            "since": self.words.disputed_since.format(at=self._instant(case.disputed_at)),
            "said": [
                (
                    (
                        self.words.disputed_receipt
                        if one.is_about_the_receipt
                        else self.words.disputed_words
                    ).format(at=self._instant(one.at), name=one.name),
                    one.words,
                )
                for one in contested
            ],
        }

    def _instant(self, at: datetime) -> str:
        return receipt_document.say_instant(at, self.link.case.time_zone, self.language)

    @property
    def contact(self) -> str:
        return str(self.letter.notice.contact_person or self.letter.notice.office.legal_name)

    def context(self) -> dict[str, Any]:
        """Return what every page of this letter says."""
        notice, words, language = self.letter.notice, self.words, self.language
        office = notice.office
        client = notice.case.client.legal_name
        ends_on = ""
        if notice.effective_on:
            ends_on = say_date(notice.effective_on, language)
        weekday = say_weekday(notice.effective_on, language) if notice.effective_on else ""
        contact = {
            "name": self.contact,
            "phone": notice.contact_phone or office.phone_shown,
            "email": notice.contact_email or office.email,
        }
        return {
            "firm_name": office.legal_name,
            "url": self.url,
            "notice": notice,
            "letter": self.letter,
            "reference": notice.case.reference,
            "title": words.title.format(date=say_date(notice.notice_date, language)),
            "to": words.to.format(name=self.link.recipient_name, client=client),
            "ends": self._what_it_says(ends_on, weekday, client),
            "named_day": (words.ends_on, ends_on) if ends_on else (),
            "dispute_text": words.dispute_text,
            "disputed_next": words.disputed_next,
            "changed": composing.changed_line(notice),
            "unwelcome": words.unwelcome.format(**contact),
            "letter_date": say_date(notice.notice_date, language),
            "paragraphs": _paragraphs_of(self.letter),
            "enclosures": [
                (enclosure, words.pages_of(enclosure.page_count))
                for enclosure in receipt.enclosures_of(notice)
            ],
            "contact": contact,
            "contact_line": words.contact.format(**contact),
            "dispute": self.dispute,
            "dispute_ends": words.disputed_ends.format(**contact),
            "nonce": nonces.issue(self.link, after=self.nonce, by_code=self.by_code),
        } | (self._of_warning() if notice.is_warning else {})

    def _what_it_says(self, ends_on: str, weekday: str, client: str) -> str:
        words = self.words
        if not ends_on:
            return words.ends_open.format(client=client)
        date = f"{weekday}, dem {ends_on}," if self.language == "de" else f"{weekday}, {ends_on}"
        return words.ends.format(client=client, date=date)

    def _of_warning(self) -> dict[str, Any]:
        """Return what the page of a cure warning says instead: nothing ends by it."""
        notice, words, language = self.letter.notice, self.words, self.language
        day = notice.cure_ends_on
        said = say_date(day, language) if day else "…"
        weekday = say_weekday(day, language) if day else "…"
        points = cure_words.points_in(str(notice.parts.get("points", "")))
        sentence = words.warns_of_one if len(points) == 1 else words.warns_of
        date = f"{weekday}, den {said}," if language == "de" else f"{weekday}, {said}"
        said_of_it: dict[str, Any] = {
            "ends": sentence.format(n=len(points), date=date),
            "named_day": (words.right_by, said),
        }
        if notice.case.state == State.EVALUATION:
            # Once it is decided how to go on, nobody can promise that nothing is decided.
            said_of_it |= {
                "dispute_text": words.warning_dispute_text,
                "disputed_next": words.warning_disputed_next,
            }
        return said_of_it

    def _next_steps(self) -> list[str]:
        """Say what happens from here to the day that the letter names.

        A warning asks for nothing any more once it is disputed, or decided how to go on.
        """
        notice, words, language = self.letter.notice, self.words, self.language
        case, zone = notice.case, notice.case.time_zone
        if notice.is_warning:
            is_over = case.is_disputed or case.state != State.EVALUATION
            if notice.cure_ends_on is None or is_over:
                return []
            is_past = notice.cure_ends_on < clock.today(zone)
            sentence = words.warning_next_past if is_past else words.warning_next
            return [sentence.format(date=say_date(notice.cure_ends_on, language))]
        steps = [self._next_work(notice.effective_on, zone)]
        if notice.settlement_due_on:
            due_on = say_date(notice.settlement_due_on, language)
            steps.append(words.next_settlement.format(date=due_on))
        return steps

    def _next_work(self, effective_on: date | None, zone: str) -> str:
        """Say what happens until the end, or that it has come."""
        if effective_on is None:
            return self.words.next_work_open
        is_past = effective_on < clock.today(zone)
        sentence = self.words.next_work_done if is_past else self.words.next_work
        return sentence.format(date=say_date(effective_on, self.language))

    def afterwards(self, confirmation: Confirmation) -> dict[str, Any]:
        """Return what the page says once receipt is confirmed."""
        notice, words, language = self.letter.notice, self.words, self.language
        zone = notice.case.time_zone
        open_until = self.link.expires_at.astimezone(ZoneInfo(zone)).date()
        next_steps = [
            *self._next_steps(),
            words.next_contact.format(name=self.contact),
            words.next_nothing.format(date=say_date(open_until, language)),
        ]
        return {
            "confirmation": confirmation,
            "confirmed_at": receipt_document.say_instant(confirmation.confirmed_at, zone, language),
            "receipt": receipt.receipt_of(confirmation),
            "receipt_failed": receipt.receipt_failed(confirmation),
            "receipt_never": words.receipt_never.format(name=self.contact),
            "next_steps": next_steps,
            "owed": owed_phrases_in(language),
            "owed_url": self._owed_url(),
        }

    def _owed_url(self) -> str:
        """Return where the reader goes on to what both sides still owe, if a link came with it."""
        link = receipt.owed_link_of(self.link)
        return reverse("portal:owed", args=[links.token_of(link)]) if link is not None else ""


class LetterPage(ClientPage):
    """A page about a letter, which can end while the page is being used."""

    opened: Opened
    differs = ""
    """Which file it was, when one is refused because its bytes were changed."""

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Say why when what is asked for opens nothing any more."""
        try:
            return super().answer(request, *args, **kwargs)
        except receipt.LinkEnded as ended:
            return self.say_ended(ended.why)
        except BytesDiffer:
            alarms.bytes_differ(self.opened.letter.notice, differs=self.differs)
            return self.say("pages_differ", status=HTTPStatus.SERVICE_UNAVAILABLE)

    def say_ended(self, why: str) -> HttpResponse:
        """Say why; unknown and expired give one and the same page."""
        is_unknown = why == receipt.UNKNOWN
        return self.say(why, status=HTTPStatus.NOT_FOUND if is_unknown else HTTPStatus.GONE)

    def page(
        self,
        *,
        status: int = HTTPStatus.OK,
        sent: str = "",
        stale: bool = False,
        **bound: Any,
    ) -> HttpResponse:
        """Draw the receipt page.

        Args:
            status: of the answer.
            sent: what to thank for.
            stale: whether to say that the button has to be pressed once more.
            bound: forms with what was typed, by name; the others are empty.
        """
        opened = self.opened
        words = opened.words
        context = opened.context() | {
            "sent": _thanks(sent, words, opened.contact, of=opened.letter.notice),
            "stale": stale,
            "problem_forms": [form for form in bound.values() if form.errors],
            "said": bound,
        }
        if opened.confirmation is not None:
            context |= opened.afterwards(opened.confirmation)
        if opened.may_confirm:
            context["confirmation_form"] = bound.get("confirmation_form") or forms.ConfirmationForm(
                words=words
            )
        for name, form in WORDS_FORMS.items():
            context[name] = bound.get(name) or form(words=words, contact=opened.contact)
        return self.show("receipt", context, language=opened.language, status=status)

    def nonce(self, request: HttpRequest) -> nonces.PageNonce | None:
        """Return the nonce that a POST carries, if it is of this link's page."""
        self.opened.nonce = nonces.read(request.POST.get("nonce", ""), self.opened.link)
        return self.opened.nonce

    def looks_like_a_machine(self, request: HttpRequest) -> bool:
        """Tell whether a program seems to press the buttons of this page."""
        nonce = self.opened.nonce
        return receipt_signs.Act(
            user_agent=request.headers.get("User-Agent", ""),
            seconds_on_page=nonce.seconds_on_page if nonce else None,
            filled_hidden=forms.fills_the_hidden(request.POST),
        ).is_a_machines

    def back(self, sent: str = "") -> HttpResponse:
        """Show the page again by a fresh GET."""
        return _see_other(self.opened.url + (f"?sent={sent}" if sent else ""))


class LinkPage(LetterPage):
    """A page behind a link, which is opened before anything else."""

    def dispatch_to_method(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Open the link, count the posts, then let the method answer."""
        link = links.find_link(kwargs.pop("token"), LinkPurpose.RECEIPT)
        if link is None:
            raise receipt.LinkEnded(receipt.UNKNOWN)
        self.opened = Opened(link, receipt.letter_behind(link))
        if request.method == "POST" and limits.is_too_often(request, "receipt", most=MOST_POSTS):
            return self.say_too_often()
        return super().dispatch_to_method(request, *args, **kwargs)


WORDS_FORMS: dict[str, type[forms._WordsForm]] = {
    "question_form": forms.QuestionForm,
    "person_form": forms.WrongPersonForm,
    "dispute_form": forms.DisputeForm,
}


class ReceiptPage(LinkPage):
    """`/r/<token>/`: GET shows the letter, POST confirms that it arrived."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.method == "GET" and not robots.nobody_looks(request.headers):
            links.note_first_opening(self.opened.link)
        return self.page(sent=request.GET.get("sent", ""))

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self.opened.may_confirm:
            return self.back()
        nonce = self.nonce(request)
        form = forms.ConfirmationForm(request.POST, words=self.opened.words)
        if not form.is_valid():
            return self.page(status=HTTPStatus.UNPROCESSABLE_ENTITY, confirmation_form=form)
        said = form.cleaned_data
        if nonce is None or not nonces.spend(nonce, "confirm", said["name"]):
            return self.page(
                status=HTTPStatus.UNPROCESSABLE_ENTITY, stale=True, confirmation_form=form
            )
        receipt.confirm(
            self.opened.link,
            name=said["name"],
            is_authorised=said["is_authorised"],
            user_agent=request.headers.get("User-Agent", ""),
            remote_address=limits.address_of(request),
            by_code=nonce.by_code,
            seconds_on_page=nonce.seconds_on_page,
            filled_hidden=forms.fills_the_hidden(request.POST),
        )
        return self.back()


class _WordsPage(LinkPage):
    """Takes a few words; a plain GET of its address leads to the letter."""

    form_name = ""
    sent = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(self.opened.url)

    def post(self, request: HttpRequest) -> HttpResponse:
        nonce = self.nonce(request)
        form = WORDS_FORMS[self.form_name](
            request.POST, words=self.opened.words, contact=self.opened.contact
        )
        if not form.is_valid():
            return self.page(status=HTTPStatus.UNPROCESSABLE_ENTITY, **{self.form_name: form})
        name, text = form.cleaned_data["name"], form.cleaned_data["text"]
        if nonce is None or not nonces.spend(nonce, self.sent, name, text):
            return self.page(
                status=HTTPStatus.UNPROCESSABLE_ENTITY, stale=True, **{self.form_name: form}
            )
        return self.back(self.take(name=name, text=text))

    def take(self, *, name: str, text: str) -> str:
        """Do what the words are for, and say what to thank for."""
        raise NotImplementedError


class QuestionPage(_WordsPage):
    """`/r/<token>/question/`: something the client wants to know."""

    form_name, sent = "question_form", "question"

    def take(self, *, name: str, text: str) -> str:
        receipt.ask(self.opened.link, name=name, text=text)
        return self.sent


class WrongPersonPage(_WordsPage):
    """`/r/<token>/addressee/`: the letter reached somebody it is not meant for."""

    form_name, sent = "person_form", "person"

    def take(self, *, name: str, text: str) -> str:
        receipt.wrong_person(self.opened.link, name=name, text=text)
        return self.sent


class DisputePage(_WordsPage):
    """`/r/<token>/dispute/`: the client contests the letter."""

    form_name, sent = "dispute_form", "dispute"

    def take(self, *, name: str, text: str) -> str:
        is_disputed = receipt.dispute(
            self.opened.link,
            name=name,
            text=text,
            is_a_machines=self.looks_like_a_machine(self.request),
        )
        return self.sent if is_disputed else "question"


class NotMePage(LinkPage):
    """`/r/<token>/not-me/`: somebody else confirmed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if self.opened.confirmation is None:
            return HttpResponseRedirect(self.opened.url)
        return self._ask(forms.NotMeForm(words=self.opened.words))

    def post(self, request: HttpRequest) -> HttpResponse:
        if self.opened.confirmation is None:
            return self.back("not-me")
        form = forms.NotMeForm(request.POST, words=self.opened.words)
        nonce = self.nonce(request)
        if not form.is_valid():
            return self._ask(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        text = form.cleaned_data["text"]
        if nonce is None or not nonces.spend(nonce, "not-me", text):
            return self._ask(form, status=HTTPStatus.UNPROCESSABLE_ENTITY, stale=True)
        has_fallen = receipt.not_me(
            self.opened.link, text=text, is_a_machines=self.looks_like_a_machine(request)
        )
        return self.back("not-me" if has_fallen else "question")

    def _ask(
        self, form: forms.NotMeForm, *, status: int = HTTPStatus.OK, stale: bool = False
    ) -> HttpResponse:
        opened, confirmation = self.opened, self.opened.confirmation
        assert confirmation is not None
        at = receipt_document.say_instant(
            confirmation.confirmed_at, opened.letter.notice.case.time_zone, opened.language
        )
        context = opened.context() | {
            "form": form,
            "stale": stale,
            "problem_forms": [form] if form.errors else [],
            "title": opened.words.not_me_title,
            "what_happened": opened.words.not_me_text.format(at=at, name=confirmation.name),
        }
        return self.show("not_me", context, language=opened.language, status=status)


class LetterFile(LinkPage):
    """`/r/<token>/letter.pdf`: the sealed bytes, compared with their hash."""

    differs = "letter"

    def get(self, request: HttpRequest) -> HttpResponse:
        letter = self.opened.letter
        name = f"{letter.notice.case.reference}-{letter.notice.number}.pdf"
        return pdf_response(name, receipt.letter_pdf(letter))


class EnclosureFile(LinkPage):
    """`/r/<token>/enclosures/<position>.pdf`: what was sealed with the letter, compared too."""

    def get(self, request: HttpRequest, position: int) -> HttpResponse:
        letter = self.opened.letter
        enclosure = receipt.enclosure_of(letter, position)
        self.differs = f"enclosure-{position}"
        return pdf_response(
            enclosed.file_name(letter.notice, enclosure), enclosed.bytes_of(enclosure)
        )


class ReceiptFile(LinkPage):
    """`/r/<token>/receipt.pdf`: the client's own receipt, once the worker has set it."""

    differs = "receipt"

    def get(self, request: HttpRequest) -> HttpResponse:
        confirmation = self.opened.confirmation
        pdf = receipt.receipt_pdf(confirmation) if confirmation is not None else None
        if pdf is None:
            return HttpResponseRedirect(self.opened.url)
        notice = self.opened.letter.notice
        return pdf_response(f"{notice.case.reference}-{notice.number}-receipt.pdf", pdf)


def _paragraphs_of(letter: Letter) -> list[list[composing.Block]]:
    """Return the sealed text for the page, each line on its own, without the subject above it."""
    texts = [text.strip() for text in letter.text.split("\n\n") if text.strip()]
    if texts and texts[0] == letter.notice.subject.strip():
        texts = texts[1:]
    # Two line ends make a paragraph of a line, so that a signature keeps its lines.
    return [composing.blocks_of(re.sub(r"\n(?!- )", "\n\n", text)) for text in texts]


def _thanks(sent: str, words: Phrases, contact: str, *, of: Notice) -> str:
    if sent not in SENT:
        return ""
    if sent == "dispute" and of.is_warning:
        return words.warning_sent_dispute
    return str(getattr(words, f"sent_{sent.replace('-', '_')}")).format(name=contact)


def _see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = HTTPStatus.SEE_OTHER
    return response
