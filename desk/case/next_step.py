"""The one next step of a case: what it is called, what it still needs, and where to go.

There is never a dead button. A step that is open has its button; a step that is not has the list
of what it still needs, and its button leads to the first of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from desk.case.dossier import Dossier
from desk.frame.places import place_of
from offboarding import selectors
from offboarding.lifecycle import State

Words = str | Promise

GOALS: dict[str, Words] = {
    "decide_to_end": _("Decide whether the relationship ends"),
    "acknowledge": _("Have the notice acknowledged"),
    "fulfil_obligations": _("Settle what is owed"),
    "begin_transition": _("Begin the transition"),
    "begin_follow_up": _("Hand over and begin follow-up"),
    "close": _("Close the case"),
}
"""What the stage is there for, as the head of the card."""

DONE_BY: dict[str, Words] = {
    "acknowledge": _("Mark as acknowledged"),
    "fulfil_obligations": _("Declare obligations fulfilled"),
    "begin_transition": _("Begin the transition"),
    "begin_follow_up": _("Begin follow-up"),
    "close": _("Close the case"),
}
"""The button of each step that a person takes by pressing it."""

EXPLAINED: dict[str, Words] = {
    "acknowledge": _("Receipt is proven. Acknowledged means received, not agreed."),
    "fulfil_obligations": _("Nothing is left open on either side, or it has an owner elsewhere."),
    "begin_transition": _(
        "Both sides are even. Hand over what the client or their next provider needs."
    ),
    "begin_follow_up": _("Everything is handed over, and the services have ended."),
    "close": _("Nothing is open any more. The case becomes read-only."),
}

WAYS: dict[str, Words] = {
    "ground": _("Choose the ground"),
    "evidence": _("Record a dated fact"),
    "remedies": _("Record what was tried"),
    "cure-warning": _("Write the cure warning"),
    "terms": _("Read the notice clause"),
    "dates": _("Set the effective date"),
    "deadlines": _("See the client's deadlines"),
    "decision": _("Ask for a decision"),
    "notice": _("Write the notice"),
    "receipt": _("Record the receipt"),
    "obligations": _("See what is open"),
    "handover": _("Plan the hand-over"),
    "access": _("Revoke access"),
    "follow-up": _("Do the follow-up"),
    "questions": _("Answer the client"),
    "tasks": _("See the open tasks"),
    "lesson": _("Record the lesson"),
    "closing": _("Go through the closing checklist"),
    "handover-page": _("Revoke access"),
    "flags": _("See what stops the case"),
}
"""What meeting a condition is called, by the place where it is met."""


_PLACES = {"effective_date_missing": "dates", "effective_date_ahead": ""}
"""Where the law names a section, and the desk knows a better place or none at all."""


@dataclass(frozen=True)
class Unmet:
    """One thing that is still needed, and the way to it."""

    text: str
    url: str


@dataclass(frozen=True)
class NextStep:
    """What the page says is next.

    Attributes:
        verb: the step of the lifecycle; empty when the case has ended.
        title: what the stage is there for.
        unmet: what is still needed.
        met: what is there already.
        button: the words of the one primary action; empty when there is none for this reader.
        url: where it leads.
        is_posted: the button takes the step itself.
        note: one sentence beside the button.
    """

    verb: str
    title: Words
    unmet: list[Unmet] = field(default_factory=list)
    met: list[str] = field(default_factory=list)
    button: Words = ""
    url: str = ""
    is_posted: bool = False
    note: Words = ""


def of(dossier: Dossier) -> NextStep | None:
    """Return the next step of a case; None when it has ended."""
    case, rights = dossier.case, dossier.rights
    verb = selectors.FORWARD.get(State(case.state))
    if verb is None:
        return None
    conditions = selectors.gate(case, verb)
    may_work = rights["work_on_case"]
    reasons = [reason for condition in conditions for reason in condition.reasons]
    fixes = [_PLACES.get(reason.code, reason.fix) for reason in reasons]
    unmet = [
        Unmet(reason.text, place_of(fix, case.reference) if may_work else "")
        for reason, fix in zip(reasons, fixes, strict=True)
    ]
    met = [condition.title for condition in conditions if condition.is_met]
    if verb == "decide_to_end":
        return _decision(dossier, unmet, met, fixes)
    if not reasons:
        if not rights[verb]:
            return NextStep(verb, GOALS[verb], unmet, met, note=EXPLAINED[verb])
        url = reverse("desk:advance", args=[case.reference, verb.replace("_", "-")])
        return NextStep(
            verb, GOALS[verb], unmet, met, DONE_BY[verb], url, is_posted=True, note=EXPLAINED[verb]
        )
    if not may_work:
        return NextStep(verb, GOALS[verb], unmet, met)
    first = next((index for index, fix in enumerate(fixes) if fix in WAYS), None)
    if first is None:
        return NextStep(verb, GOALS[verb], unmet, met)
    return NextStep(verb, GOALS[verb], unmet, met, WAYS[fixes[first]], unmet[first].url)


def _decision(dossier: Dossier, unmet: list[Unmet], met: list[str], fixes: list[str]) -> NextStep:
    case, rights = dossier.case, dossier.rights
    title = GOALS["decide_to_end"]
    page = reverse("desk:decision", args=[case.reference])
    decision = case.current_decision
    if decision is not None and decision.is_open:
        if rights["decide_to_end"]:
            return NextStep(
                "decide_to_end", title, unmet, met, _("Read the summary and decide"), page
            )
        note = _("A team lead is asked to decide; you will find the answer here.")
        return NextStep("decide_to_end", title, unmet, met, note=note)
    if not rights["work_on_case"]:
        return NextStep("decide_to_end", title, unmet, met)
    # That the client still has time keeps nobody from asking; whoever decides sees it.
    asked_all_the_same = ("decision", "cure-period")
    first = next((index for index, fix in enumerate(fixes) if fix not in asked_all_the_same), None)
    if first is None:
        note = _("Everything a decision rests on is here.")
        return NextStep("decide_to_end", title, unmet, met, WAYS["decision"], page, note=note)
    way = WAYS.get(fixes[first], "")
    return NextStep("decide_to_end", title, unmet, met, way, unmet[first].url)
