"""Every part of the design system on one page, to look at it and to let tools measure it.

Only the demo and the tests have an address for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audit import clock
from offboarding.errors import Reason
from offboarding.lifecycle import State


@dataclass(frozen=True)
class SampleCase:
    """What the tags need to know of a case."""

    state: str
    is_disputed: bool = False
    is_on_hold: bool = False
    legal_hold_reason: str = ""
    is_restricted: bool = False
    entered_from_elsewhere: bool = False
    acknowledged_at: object = None


class SampleForm(forms.Form):
    """One field of each kind."""

    client = forms.CharField(
        label="Legal name", help_text="As it stands in the register, so that a letter reaches it."
    )
    email = forms.EmailField(label="E-mail of the recipient")
    effective_on = forms.DateField(
        label="Effective date",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Not before 30 April 2027: three months to the end of a month.",
    )
    amount = forms.DecimalField(label="Open amount", required=False)
    ground = forms.ChoiceField(
        label="Ground",
        choices=[("", "Choose one"), ("payment", "Late or missing payment"), ("other", "Other")],
    )
    summary = forms.CharField(label="What this is about", widget=forms.Textarea, required=False)
    channel = forms.ChoiceField(
        label="How it is sent",
        widget=forms.RadioSelect,
        choices=[
            ("email", "E-mail with the sealed letter attached"),
            ("post", "Registered mail with return receipt"),
        ],
    )
    scope = forms.MultipleChoiceField(
        label="Services that end",
        widget=forms.CheckboxSelectMultiple,
        choices=[("books", "Bookkeeping"), ("payroll", "Payroll"), ("tax", "Tax returns")],
    )
    scan = forms.FileField(label="Signed slip", required=False, help_text="PDF or picture, 25 MB.")
    terms_read = forms.BooleanField(label="I have read the notice clause of the agreement")


def _context(request: HttpRequest) -> dict[str, Any]:
    today: date = clock.today()
    wrong = {"client": "", "email": "a@example.com, b@example.com", "ground": "payment"}
    return {
        "case": SampleCase(State.ACKNOWLEDGED, is_disputed=True, is_restricted=True),
        "held": SampleCase(State.TRANSITION, is_on_hold=True, legal_hold_reason="Court order"),
        "ways": [
            SampleCase(State.EVALUATION),
            SampleCase(State.OBLIGATIONS_FULFILLED),
            SampleCase(State.CLOSED),
            SampleCase(State.RETAINED),
            SampleCase(State.WITHDRAWN),
        ],
        "states": list(State),
        "reasons": [
            Reason("open", "Two of our obligations are still open.", "obligations"),
            Reason("question", "The client's question of 3 March has no answer.", "questions"),
        ],
        "met": ["The approved notice was served.", "The client confirmed receipt."],
        "form": SampleForm(wrong if "wrong" in request.GET else None),
        "long_ago": today - timedelta(days=3),
        "soon": today + timedelta(days=5),
        "today": today,
        "now": clock.now(),
    }


@login_not_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the staff's components."""
    return render(request, "desk/styleguide.html", _context(request))


@login_not_required
def client_styleguide(request: HttpRequest) -> HttpResponse:
    """Show the components of the clients' pages."""
    return render(
        request, "portal/styleguide.html", _context(request) | {"firm_name": "Hartmann & Roe"}
    )
