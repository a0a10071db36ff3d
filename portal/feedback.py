"""The feedback page: three optional questions, and whatever the client still wants to know.

GET and HEAD change nothing. What was said can be changed until the link ends.
"""

from __future__ import annotations

from functools import cached_property
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.actor import Actor
from audit import clock
from notices.language.phrases import language_of, say_date
from notices.receipts import robots
from offboarding.models import ClientLink, Feedback, HasEverything, LinkPurpose, Question
from offboarding.services import feedback, follow_ups, links
from portal import limits, nonces
from portal.feedback_phrases import FeedbackPhrases, feedback_phrases_in
from portal.forms import HIDDEN, LONGEST_TEXT, QuestionForm, _ByAPerson, fills_the_hidden
from portal.pages import ClientPage
from portal.phrases import phrases_in

MOST_POSTS = 30
"""Per address in ten minutes; a person needs two or three."""

MOST_QUESTIONS = 20
"""By one link; whoever has more to ask is better helped on the telephone."""


class FeedbackForm(_ByAPerson):
    """Three questions, none of which has to be answered."""

    prefix_of_ids = "feedback"
    has_everything = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    still_open = forms.CharField(
        max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    differently = forms.CharField(
        max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, said: FeedbackPhrases, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["has_everything"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (HasEverything.YES, said.yes),
            (HasEverything.NO, said.not_yet),
            ("", said.no_answer),
        ]
        self._say("has_everything", said.has_everything)
        self._say("still_open", said.still_open, max_length=self.words.text_too_long)
        self._say("differently", said.differently, max_length=self.words.text_too_long)


class FeedbackPage(ClientPage):
    """`/f/<token>/`: GET shows the questions, POST keeps the answers."""

    link: ClientLink
    read_nonce: nonces.PageNonce | None = None

    def dispatch_to_method(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Open the link, count the posts, then let the method answer."""
        link = links.find_link(kwargs.pop("token"), LinkPurpose.FEEDBACK)
        if link is None or link.expires_at <= clock.now():
            return self.say("unknown", status=HTTPStatus.NOT_FOUND)
        self.link = link
        self.language = language_of(link.case.language)
        if link.revoked_at is not None:
            return self.say("ended", status=HTTPStatus.GONE, language=self.language)
        if request.method == "POST" and limits.is_too_often(request, "feedback", most=MOST_POSTS):
            return self.say_too_often()
        return super().dispatch_to_method(request, *args, **kwargs)

    @property
    def url(self) -> str:
        """Where the page is."""
        return reverse("portal:feedback", args=[links.token_of(self.link)])

    @cached_property
    def said(self) -> FeedbackPhrases:
        """The sentences of this page, in the client's language."""
        return feedback_phrases_in(self.language)

    @property
    def client(self) -> Actor:
        """Who says it: whoever holds the link, by the name that it was sent to."""
        return Actor.client(self.link.recipient_name, link_id=self.link.pk)

    @cached_property
    def kept(self) -> Feedback | None:
        """What was said before."""
        return Feedback.objects.filter(link=self.link).first()

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.method == "GET" and not robots.nobody_looks(request.headers):
            links.note_first_opening(self.link)
        return self.page(sent=request.GET.get("sent", ""))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.feedback_form(request.POST)
        if not form.is_valid():
            return self.page(status=HTTPStatus.UNPROCESSABLE_ENTITY, feedback_form=form)
        answers = {name: form.cleaned_data[name] for name in FeedbackForm.base_fields}
        answers.pop(HIDDEN, None)
        if not self.is_spent(request, "feedback", *answers.values()):
            return self.page(status=HTTPStatus.UNPROCESSABLE_ENTITY, stale=True, feedback_form=form)
        if fills_the_hidden(request.POST):
            # A program that fills in everything says nothing about how it was.
            return self.back("")
        row = feedback.give_feedback(self.link, by=self.client, **answers)
        return self.back("feedback" if row is not None else "")

    def is_spent(self, request: HttpRequest, act: str, *said: str) -> bool:
        """Use the nonce that a POST carries; tell whether it is of this link's page."""
        self.read_nonce = nonces.read(request.POST.get("nonce", ""), self.link)
        return self.read_nonce is not None and nonces.spend(self.read_nonce, act, *said)

    def feedback_form(self, data: Any = None) -> FeedbackForm:
        """Return the three questions, with what was answered before."""
        kept = self.kept
        initial = {
            "has_everything": kept.has_everything if kept else "",
            "still_open": kept.still_open if kept else "",
            "differently": kept.differently if kept else "",
        }
        return FeedbackForm(data, words=phrases_in(self.language), said=self.said, initial=initial)

    def back(self, sent: str) -> HttpResponse:
        """Show the page again by a fresh GET."""
        url = self.url + (f"?sent={sent}" if sent else "")
        return HttpResponseRedirect(url, status=HTTPStatus.SEE_OTHER)

    def page(
        self,
        *,
        status: int = HTTPStatus.OK,
        sent: str = "",
        stale: bool = False,
        **bound: Any,
    ) -> HttpResponse:
        """Draw the page.

        Args:
            status: of the answer.
            sent: what to thank for.
            stale: whether to say that the button has to be pressed once more.
            bound: forms with what was typed, by name.
        """
        case, said, language = self.link.case, self.said, self.language
        words = phrases_in(language)
        office = case.client.office
        contact = {"name": case.owner.name, "phone": office.phone_shown, "email": office.email}
        until = self.link.expires_at.astimezone(ZoneInfo(case.time_zone)).date()
        ended_on = say_date(case.effective_on, language) if case.effective_on else ""
        context = {
            "firm_name": office.legal_name,
            "url": self.url,
            "said": said,
            "title": said.title,
            "to": words.to.format(name=self.link.recipient_name, client=case.client.legal_name),
            "intro": said.intro.format(date=ended_on) if ended_on else said.intro_undated,
            "kept": self.kept,
            "changeable": said.changeable.format(date=say_date(until, language)),
            "thanks": {"feedback": said.thanks, "question": words.sent_question}.get(
                sent, ""
            ).format(name=contact["name"]),
            "feedback_form": bound.get("feedback_form") or self.feedback_form(),
            "question_form": bound.get("question_form")
            or QuestionForm(words=words, contact=contact["name"]),
            "questions": list(Question.objects.filter(link=self.link).order_by("asked_at", "pk")),
            "problem_forms": [form for form in bound.values() if form.errors],
            "stale": stale,
            "contact_line": words.contact.format(**contact),
            "nonce": nonces.issue(self.link, after=self.read_nonce),
        }
        return self.show("feedback", context, language=language, status=status)


class FeedbackQuestionPage(FeedbackPage):
    """`/f/<token>/question/`: something the client still wants to know."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.back("")

    def post(self, request: HttpRequest) -> HttpResponse:
        words = phrases_in(self.language)
        form = QuestionForm(request.POST, words=words, contact=self.link.case.owner.name)
        if not form.is_valid():
            return self.page(status=HTTPStatus.UNPROCESSABLE_ENTITY, question_form=form)
        name, text = form.cleaned_data["name"], form.cleaned_data["text"]
        if not self.is_spent(request, "question", name, text):
            return self.page(status=HTTPStatus.UNPROCESSABLE_ENTITY, stale=True, question_form=form)
        if fills_the_hidden(request.POST):
            return self.back("")
        asked = Question.objects.filter(link=self.link)
        if asked.count() >= MOST_QUESTIONS:
            return self.say_too_often()
        if not asked.filter(text=text, answered_at=None).exists():
            follow_ups.ask_question(
                self.link.case,
                by=self.client,
                text=text,
                asked_by=name or self.link.recipient_name,
                link=self.link,
            )
        return self.back("question")
