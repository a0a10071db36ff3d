"""The days on which receipt is asked for: what was done, what comes next, what stopped it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from desk.templatetags.words import prose_date
from notices.receipts import chasing
from notices.receipts.chasing import Rung, Stop
from offboarding.lifecycle import State
from offboarding.models import TerminationCase

Words = str | Promise

_STEPS: dict[str, tuple[Words, str]] = {
    "reminder": (_("Reminder"), "mail"),
    "call": (_("Call"), "phone"),
    "next_channel": (_("Other channel"), "arrow-right-left"),
    "escalation": (_("Leads are told"), "arrow-up"),
    "deemed_service": (_("Deemed service proposed"), "gavel"),
}

_STOPPED: dict[Stop, Words] = {
    Stop.RECEIPT: _("Nobody asks any more: a receipt is in."),
    Stop.DISPUTE: _(
        "Stopped while the case is disputed. It goes on when a lead clears the dispute."
    ),
    Stop.CLAIM: _("Waits: a claim was threatened, and a lead decides how to go on."),
    Stop.NEGOTIATION: _("Waits while both sides negotiate."),
    Stop.ENDED: _("Nobody asks any more."),
}


@dataclass(frozen=True)
class Step:
    """One step as it is shown: `state` is done, skipped, next, planned or waiting."""

    words: Words
    icon: str
    state: str
    state_words: Words
    on: date | None


@dataclass(frozen=True)
class Line:
    """The whole line, and in words what holds it."""

    steps: list[Step]
    note: Words
    is_stopped: bool


_STATES: dict[str, Words] = {
    "done": _("done"),
    "skipped": _("could not be done"),
    "next": _("next"),
    "planned": _("planned"),
    "waiting": _("waits"),
}


def line_of(case: TerminationCase) -> Line | None:
    """Return the line of a case that was read with its chase, None before anything was served."""
    rungs = chasing.ladder_of(case, getattr(case, "chase", None))
    if not rungs:
        return None
    stop = chasing.stop_of(case)
    if stop in (Stop.RECEIPT, Stop.ENDED):
        rungs = [rung for rung in rungs if rung.done]
    if not rungs and case.state != State.NOTICE:
        return None
    done = sum(rung.done for rung in rungs)
    steps = [
        _step(rung, _state_of(rung, is_next=place == done, stop=stop))
        for place, rung in enumerate(rungs)
    ]
    return Line(steps, _note(case, stop), is_stopped=stop is not None)


def _state_of(rung: Rung, *, is_next: bool, stop: Stop | None) -> str:
    if rung.done:
        return "skipped" if rung.skipped else "done"
    if stop is not None:
        return "waiting"
    return "next" if is_next else "planned"


def _step(rung: Rung, state: str) -> Step:
    words, icon = _STEPS[rung.kind]
    if rung.kind == "reminder" and rung.number > 1:
        words = _("Second reminder")
    # While the case waits nobody knows the day, and none is promised.
    return Step(words, icon, state, _STATES[state], None if state == "waiting" else rung.due_on)


def _note(case: TerminationCase, stop: Stop | None) -> Words:
    if stop is Stop.HOLD:
        until = prose_date(case.on_hold_until)
        return _("Waits while the case is on hold, until %(date)s.") % {"date": until}
    if stop is not None:
        return _STOPPED[stop]
    return _(
        "In business days of the client's country (%(country)s), with its own weekends and "
        "holidays. Any receipt, a dispute, a hold or a withdrawal stops it."
    ) % {"country": case.client.country.name}
