"""`/code/`: the code from the paper letter opens its page; it never stands in an address."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from clients.models import Firm
from notices.services import receipt
from offboarding.services import links
from portal import forms, limits
from portal.phrases import phrases_in
from portal.receipt import LetterPage, Opened

MOST_CODES = 10
"""Per address in ten minutes."""


class CodePage(LetterPage):
    """GET asks for the code, POST opens the page of its letter."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._ask(forms.CodeForm(words=phrases_in(self.reader_language)))

    def post(self, request: HttpRequest) -> HttpResponse:
        if limits.is_too_often(request, "code", most=MOST_CODES):
            return self.say_too_often()
        form = forms.CodeForm(request.POST, words=phrases_in(self.reader_language))
        if not form.is_valid():
            return self._ask(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        link = links.find_link_by_code(form.cleaned_data["code"])
        try:
            if link is None:
                raise receipt.LinkEnded(receipt.UNKNOWN)
            self.opened = Opened(link, receipt.letter_behind(link), by_code=True)
        except receipt.LinkEnded as ended:
            if ended.why != receipt.UNKNOWN:
                raise
            form.add_error("code", form.words.code_wrong)
            return self._ask(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if not self.opened.may_confirm:
            return self.back()
        links.note_first_opening(link)
        return self.page()

    def _ask(self, form: forms.CodeForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
        context = {
            "firm_name": Firm.current().name,
            "title": form.words.code_title,
            "form": form,
            "problem_forms": [form] if form.errors else [],
        }
        return self.show("code", context, status=status)
