"""How the client took it: logged in one click, with a calm way to go on from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit import clock
from desk.frame.inputs import DayField, ProseField
from desk.frame.places import case_url
from desk.frame.row_verbs import SectionVerb
from offboarding import policies
from offboarding.models import ReactionKind
from offboarding.services import learning

Words = str | Promise


@dataclass(frozen=True)
class Advice:
    """What helps after a reaction, what does not, and what it pauses."""

    do: Words
    leave: Words
    pauses: Words = ""


ADVICE = {
    ReactionKind.ACCEPTANCE: Advice(
        _("Thank them, and name the next date both sides keep."),
        _("Do not explain the decision again; it is done."),
    ),
    ReactionKind.DISAPPOINTMENT: Advice(
        _("Listen to the end, say what you heard, then offer the hand-over."),
        _("Do not promise to think it over if nothing will change."),
    ),
    ReactionKind.ANGER: Advice(
        _("Answer calmly, a day later if you can; facts and dates only."),
        _("Do not defend, do not match the tone, do not write at night."),
        _("Your answer: it waits for half an hour before it leaves, and you can take it back."),
    ),
    ReactionKind.NEGOTIATION: Advice(
        _("Take the offer down in their words and bring it to a team lead."),
        _("Do not agree to another date or price on the telephone."),
        _("Reminders: for seven days nobody asks for a receipt."),
    ),
    ReactionKind.THREAT_OF_CLAIM: Advice(
        _("Take down the exact words. The team's leads are told at once."),
        _("Do not discuss fault, do not admit, do not delete anything."),
        _("Everything: nothing is sent and nothing is deleted until a team lead decides."),
    ),
    ReactionKind.SILENCE: Advice(
        _("Call once at another time of day, then prove receipt in another way."),
        _("Do not take silence for consent."),
    ),
}
"""General guidance for colleagues, not legal advice."""


class _Reaction(forms.Form):
    kind = forms.ChoiceField(
        label=_("How they took it"), choices=ReactionKind.choices, widget=forms.RadioSelect
    )
    noticed_on = DayField(label=_("Date"), required=False, help_text=_("Left empty, today."))
    note = ProseField(
        label=_("Note"), required=False, rows=3, help_text=_("Their words rather than ours.")
    )


class LogReaction(SectionVerb):
    """Log a reaction; a click on its word on the case page is enough."""

    permission = "offboarding.read_case"
    form_class = _Reaction
    template_name = "desk/case/follow_up/reactions.html"
    title = _("Reactions of the client")
    button = _("Log the reaction")
    is_irreversible = True

    def allow(self) -> None:
        """Let every reader of the case read; logging is for who works on it."""
        super().allow()
        if self.request.method == "POST":
            policies.require(self.actor, "offboarding.work_on_case", self.case)

    def refusals(self) -> Any:
        """Show the list in every stage; the form stands on it only while there is one."""
        return iter(())

    def next_url(self) -> str:
        """Go on to what helps now."""
        return reverse("desk:reactions", args=[self.case.reference])

    def back_url(self) -> str:
        """Return to the case."""
        return case_url(self.case.reference, "reactions")

    def perform(self, form: forms.Form) -> None:
        """Log it, and say what helps now."""
        said = form.cleaned_data
        learning.log_reaction(
            self.case,
            by=self.actor,
            kind=said["kind"],
            noticed_on=said["noticed_on"] or clock.today(self.case.time_zone),
            note=said["note"],
        )
        kind = ReactionKind(said["kind"])
        messages.success(
            self.request,
            _("%(reaction)s is logged. %(advice)s")
            % {"reaction": kind.label, "advice": ADVICE[kind].do},
        )

    def context(self, form: forms.Form) -> dict[str, Any]:
        """List what was logged, and what helps after each."""
        rows = self.case.reactions.select_related("logged_by", "reply__delivery")
        replies = self.case.replies.filter(reaction=None).select_related("delivery")
        works_on_it = policies.may(self.actor, "offboarding.work_on_case", self.case)
        return super().context(form) | {
            "reactions": [
                (row, ADVICE[ReactionKind(row.kind)]) for row in rows.order_by("-noticed_on", "-pk")
            ],
            "replies": list(replies),
            "advice": [(kind.label, ADVICE[kind]) for kind in ReactionKind],
            "may_change": works_on_it and not self.case.is_ended,
            # Claims come after the end, too, and then the file has to stay.
            "may_report_threat": works_on_it and self.case.is_ended,
            "threat": ReactionKind.THREAT_OF_CLAIM,
        }


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/reactions/", LogReaction.as_view(), name="reactions"),
]
