"""Numbers of carriers, typed or scanned: one field, Enter, the next letter.

A scan of a cover sheet chooses the letter, the next scan is its number. Works without script: the
field has the focus when the page opens, and Enter sends its form.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from audit import clock
from desk.frame.inputs import DayField, ProseField
from desk.frame.verbs import Verb
from desk.notice.verbs import DeliveryVerb
from desk.post import reading as post_reading
from desk.post.reading import letters, run_or_404
from notices.models import Delivery, DeliveryState, PrintRun
from notices.pages import letter_codes
from notices.post import carriers
from notices.services import registered
from offboarding.errors import InvalidInput

MOST_WAITING = 200
RECENT_SHOWN = 10


class _Number(forms.Form):
    code = forms.CharField(
        label=_("Number or cover sheet"),
        max_length=80,
        help_text=_(
            "Scan or type the carrier's number. A scan of a cover sheet goes to its letter."
        ),
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "enterkeyhint": "next",
            }
        ),
        error_messages={"required": _("Scan or type a number.")},
    )
    carrier = forms.CharField(
        label=_("Carrier"),
        max_length=60,
        required=False,
        help_text=_("Left empty, the number's own country says it where it can."),
        widget=forms.TextInput(attrs={"list": "carriers"}),
    )
    posted_on = DayField(label=_("Posted on"))


class Numbers(Verb):
    """Record the number of one printed letter after the other."""

    form_class = _Number
    template_name = "desk/post/numbers.html"
    title = _("Numbers")
    button = _("Record and go on")

    run: PrintRun | None = None
    letter: Delivery | None = None

    def find(self) -> None:
        """Read the letters that wait for the carrier, and the one that is next."""
        asked = self.request.GET
        waiting = letters(self.request).filter(state=DeliveryState.PRINTED)
        if (asked.get("run") or "").isdecimal():
            self.run = run_or_404(self.request, int(asked["run"]))
            waiting = waiting.filter(print_run_letters__run=self.run).order_by(
                "print_run_letters__position"
            )
        else:
            waiting = waiting.order_by("printed_at", "pk")
        self.waiting = [
            row for row in waiting[:MOST_WAITING] if post_reading.may_send(self.actor, [row])
        ]
        wanted = asked.get("letter") or ""
        by_pk = {str(row.pk): row for row in self.waiting}
        self.letter = by_pk.get(wanted) or (self.waiting[0] if self.waiting else None)

    def allow(self) -> None:
        """An auditor records nothing."""
        if self.actor.colleague.is_auditor:
            raise PermissionDenied(_text("Your role does not allow this step; ask a team lead."))

    def time_zone(self) -> str | None:
        """Mean days as at the office of the letter."""
        return self.letter.case.time_zone if self.letter else None

    def initial(self) -> dict[str, Any]:
        """Go on with the carrier and the day of the letter before."""
        asked = self.request.GET
        zone = self.time_zone() or "UTC"
        return {
            "carrier": (asked.get("carrier") or "")[:60],
            "posted_on": asked.get("on") or clock.today(zone),
        }

    def perform(self, form: forms.Form) -> str:
        """Choose the letter whose sheet was scanned, or record the number and go on."""
        said = form.cleaned_data
        number = carriers.tidy(said["code"])
        if letter_codes.is_code(number):
            return self._place(self._scanned(number).pk, said)
        if self.letter is None:
            raise ValidationError({"code": [_text("No printed letter waits for a number.")]})
        try:
            registered.record_posting(
                self.letter,
                by=self.actor,
                carrier=said["carrier"] or carriers.carrier_of(number),
                carrier_number=number,
                posted_on=said["posted_on"],
            )
        except InvalidInput as invalid:
            if invalid.field != "carrier_number":
                raise
            raise InvalidInput("code", invalid.message) from invalid
        messages.success(
            self.request,
            _text("%(reference)s is posted with %(number)s.")
            % {"reference": self.letter.case.reference, "number": number},
        )
        return self._place(self._after(self.letter), said)

    def _scanned(self, code: str) -> Delivery:
        """Return the letter whose cover sheet was scanned.

        Raises:
            ValidationError: with why it cannot be posted now.
        """
        pk = letter_codes.delivery_id_of(code)
        if pk is None:
            raise ValidationError(
                {"code": [_text("The code of this sheet was misread; scan it again.")]}
            )
        found = next((row for row in self.waiting if row.pk == pk), None)
        if found is not None:
            return found
        other = letters(self.request).filter(pk=pk).first()
        if other is None:
            raise ValidationError({"code": [_text("This sheet belongs to no letter of yours.")]})
        raise ValidationError(
            {
                "code": [
                    _text("%(reference)s is “%(state)s”; only a printed letter gets a number.")
                    % {
                        "reference": other.case.reference,
                        "state": other.get_state_display(),
                    }
                    if other.state != DeliveryState.PRINTED
                    else _text("%(reference)s is not in this run.")
                    % {"reference": other.case.reference}
                ]
            }
        )

    def _after(self, done: Delivery) -> int | None:
        """Return the letter that follows in the order of the list, the first one after the last."""
        keys = [row.pk for row in self.waiting]
        place = keys.index(done.pk)
        rest = keys[place + 1 :] + keys[:place]
        return rest[0] if rest else None

    def _place(self, letter: int | None, said: dict[str, Any]) -> str:
        kept = {
            "run": self.run.pk if self.run else None,
            "letter": letter,
            "carrier": said["carrier"],
            "on": said["posted_on"].isoformat(),
        }
        asked = urlencode({name: value for name, value in kept.items() if value})
        return f"{reverse('desk:post-numbers')}?{asked}"

    def next_url(self) -> str:
        """Return to the desk."""
        return reverse("desk:post")

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the letter in hand, those that follow, and what was recorded last."""
        recent = (
            letters(self.request)
            .filter(state=DeliveryState.POSTED)
            .order_by("-state_changed_at", "-pk")[:RECENT_SHOWN]
        )
        return {
            "run": self.run,
            "letter": self.letter,
            "code": letter_codes.code_of(self.letter.pk) if self.letter else "",
            "waiting": self.waiting,
            "recent": list(recent),
        }


class _Correction(forms.Form):
    carrier = forms.CharField(
        label=_("Carrier"), max_length=60, widget=forms.TextInput(attrs={"list": "carriers"})
    )
    carrier_number = forms.CharField(
        label=_("Carrier's number"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = ProseField(label=_("Why"), rows=2, max_length=500)


class CorrectNumber(DeliveryVerb):
    """Correct the number of a posted letter."""

    template_name = "desk/notice/delivery_verb.html"
    form_class = _Correction
    title = _("Correct the number")
    intro = _("The wrong number stays on the record of this letter.")
    button = _("Correct it")
    done = _("The number is corrected.")

    def initial(self) -> dict[str, Any]:
        """Start from what is recorded."""
        return {
            "carrier": self.delivery.carrier,
            "carrier_number": self.delivery.carrier_number,
        }

    def perform(self, form: forms.Form) -> None:
        """Correct it."""
        said = {name: form.cleaned_data[name] for name in form.base_fields}
        registered.correct_number(self.delivery, by=self.actor, **said)


class UndoPosting(DeliveryVerb):
    """Take back a posting that was recorded by mistake."""

    template_name = "desk/notice/delivery_verb.html"
    title = _("Undo the posting")
    intro = _(
        "The letter waits for the carrier again. What was recorded stays on its record, and the "
        "number is free for another letter."
    )
    button = _("Undo the posting")
    done = _("The posting is undone; the letter waits for the carrier again.")
    is_destructive = True

    def perform(self, form: forms.Form) -> None:
        """Undo it."""
        registered.undo_posting(self.delivery, by=self.actor)

    def next_url(self) -> str:
        """Go on with the numbers, at this letter."""
        return f"{reverse('desk:post-numbers')}?{urlencode({'letter': self.delivery.pk})}"


_ONE = "cases/<str:reference>/deliveries/<int:pk>"
urlpatterns: list[URLPattern] = [
    path("post/numbers/", Numbers.as_view(), name="post-numbers"),
    path(f"{_ONE}/number/", CorrectNumber.as_view(), name="delivery-number"),
    path(f"{_ONE}/undo-posting/", UndoPosting.as_view(), name="delivery-undo-posting"),
]
