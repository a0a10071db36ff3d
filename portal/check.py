"""`/check/`: anyone compares a file or a checksum with what we sealed; the answer names nobody."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from clients.models import Firm
from notices.language.phrases import say_date
from notices.pages import authenticity
from portal import forms, limits
from portal.pages import ClientPage
from portal.phrases import phrases_in

MOST_CHECKS = 30
"""Per address in ten minutes."""


class CheckPage(ClientPage):
    """GET asks, POST answers; neither changes anything."""

    most_bytes = limits.MOST_FILE_BYTES + limits.MOST_FORM_BYTES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(forms.CheckForm(words=phrases_in(self.reader_language)))

    def post(self, request: HttpRequest) -> HttpResponse:
        if limits.is_too_often(request, "check", most=MOST_CHECKS):
            return self.say_too_often()
        words = phrases_in(self.reader_language)
        form = forms.CheckForm(request.POST, request.FILES, words=words)
        if not form.is_valid():
            return self._page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        checksum = form.cleaned_data["sha256"] or _checksum_of(form.cleaned_data["file"])
        found = authenticity.find(checksum)
        answer = ""
        if found is not None:
            sentence = str(getattr(words, f"check_{found.what.value}"))
            answer = sentence.format(
                date=say_date(found.sealed_on, self.reader_language), reference=found.reference
            )
        return self._page(
            forms.CheckForm(words=words), checksum=checksum, answer=answer, asked=True
        )

    def _page(
        self, form: forms.CheckForm, *, status: int = HTTPStatus.OK, **answer: Any
    ) -> HttpResponse:
        context = {
            "firm_name": Firm.current().name,
            "title": form.words.check_title,
            "form": form,
            "problem_forms": [form] if form.errors else [],
        }
        return self.show("check", context | answer, status=status)


def _checksum_of(file: Any) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()
