"""Deciding, as a second person, whether a relationship ends: summary, question, answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit import clock
from desk.case import dossier
from desk.evaluation import paper as decision_paper
from desk.frame.inputs import ProseField
from desk.frame.scoping import actor_of, case_or_404
from desk.frame.verbs import CaseVerb
from desk.notice.sheets import LONG_SETTING, pdf_response
from notices.models import DecisionPaper
from notices.pages import decision_papers
from notices.services.decision_papers import order_paper
from offboarding import guards, policies, selectors
from offboarding.lifecycle import State
from offboarding.models import TerminationCase, Verdict
from offboarding.services import decisions


class _Decide(forms.Form):
    verdict = forms.ChoiceField(
        label=_("Your decision"), choices=Verdict.choices, widget=forms.RadioSelect
    )
    without_cure = ProseField(
        label=_("Why it may end without that time"),
        required=False,
        rows=3,
        help_text=_("Only if you end it all the same; it stands on the record under your name."),
    )
    reason = ProseField(
        label=_("Reason"),
        required=False,
        help_text=_("Needed to keep the client or to ask for more; the team reads it."),
    )

    def __init__(self, *args: Any, case: TerminationCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cure_reasons = guards.the_client_could_put_it_right.reasons(case)
        if not self.cure_reasons:
            del self.fields["without_cure"]

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where the team needs one."""
        said = super().clean() or {}
        wants_reason = said.get("verdict") in (Verdict.KEEP, Verdict.MORE)
        if wants_reason and not said.get("reason", "").strip() and "reason" not in self.errors:
            self.add_error("reason", _("Give the reason; the team reads it."))
        ends = said.get("verdict") == Verdict.END
        if ends and self.cure_reasons and not said.get("without_cure", "").strip():
            sentence = _text("%(why)s Say why it may end all the same, or wait.")
            self.add_error("without_cure", sentence % {"why": self.cure_reasons[0].text})
        return said


class _Request(forms.Form):
    note = ProseField(
        label=_("Note to the team lead"), required=False, help_text=_("What you would do, and why.")
    )

    def __init__(self, *args: Any, case: TerminationCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class Decision(CaseVerb):
    """The summary; who may decide decides here, who works on the case asks here."""

    permission = "offboarding.read_case"
    template_name = "desk/case/decision.html"
    title = _("Decision")
    section = ""
    moves_the_case = True
    is_irreversible = True

    def find(self) -> None:
        """Read the case and what is asked."""
        self.dossier = dossier.read(self.request, self.kwargs["reference"], State.EVALUATION)
        self.case = self.dossier.case
        self.rights = self.dossier.rights
        self.decision = self.case.current_decision
        is_open = (
            self.case.state == State.EVALUATION
            and self.decision is not None
            and self.decision.is_open
        )
        self.decides = is_open and self.rights["decide_to_end"]
        self.asks = (
            self.case.state == State.EVALUATION and not is_open and self.rights["request_decision"]
        )
        self.form_class = _Decide if self.decides else _Request
        self.button = _("Record this decision") if self.decides else _("Ask for the decision")
        self.done = _("Your decision is recorded.") if self.decides else _("A lead is asked.")

    def allow(self) -> None:
        """Let every reader read; who sends needs the right to."""
        super().allow()
        if self.request.method == "POST":
            deciding = "verdict" in self.request.POST
            permission = "decide_to_end" if deciding else "request_decision"
            policies.require(self.actor, f"offboarding.{permission}", self.case)
            # A form of another tab: what it asks is answered by the service.
            self.form_class = _Decide if deciding else _Request

    def form_options(self) -> dict[str, Any]:
        """Let the form know what the client was given time for."""
        return {"case": self.case}

    def perform(self, form: forms.Form) -> None:
        """Decide, or ask."""
        said = form.cleaned_data
        if self.form_class is _Request:
            self._ask(said["note"])
            return
        expected = {"reason": said["reason"], "expected_version": said["version"]}
        match Verdict(said["verdict"]):
            case Verdict.END:
                without = said.get("without_cure", "")
                decisions.decide_to_end(self.case, by=self.actor, without_cure=without, **expected)
            case Verdict.KEEP:
                decisions.retain(self.case, by=self.actor, **expected)
            case Verdict.MORE:
                decisions.ask_for_more(self.case, by=self.actor, **expected)

    def _ask(self, note: str) -> None:
        with transaction.atomic():
            decisions.request_decision(self.case, by=self.actor, note=note)
            order_paper_of(self.request, self.case.reference)

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Sum the case up on one page."""
        case = self.case
        is_evaluating = case.state == State.EVALUATION
        conditions = selectors.gate(case, "decide_to_end") if is_evaluating else []
        return super().context(form) | {
            "dossier": self.dossier,
            "clauses": self.dossier.clauses,
            "paper": decision_paper.paper_of(self.dossier),
            "sides": decision_paper.sides_of(self.dossier),
            "facts": [fact for fact in case.evidence.all() if fact.struck_at is None],
            "remedies": [one for one in case.remedies.all() if one.stands],
            "ways": dossier.ways_of(case, clock.today(case.time_zone)),
            "decision": self.decision,
            "decides": self.decides,
            "asks": self.asks,
            "rights": self.rights,
            # That the answer is still awaited is what this page is about.
            "unmet": [
                reason
                for condition in conditions
                for reason in condition.reasons
                if reason.fix != "decision"
            ],
            "met": [condition.title for condition in conditions if condition.is_met],
        }


def order_paper_of(request: HttpRequest, reference: str) -> None:
    """Order the page of what the case's paper says at this moment."""
    found = dossier.read(request, reference, State.EVALUATION)
    content = decision_paper.paper_of(found).kept()
    order_paper(found.case, content, by=actor_of(request))


class OrderPaper(CaseVerb):
    """Have the paper set as a file, as the case stands now."""

    title = _("Decision paper as PDF")
    intro = _("One page of what is recorded at this moment, with the head of the audit trail.")
    button = _("Set it as PDF")
    done = _("The page is being set.")

    def perform(self, form: forms.Form) -> None:
        """Order it."""
        order_paper_of(self.request, self.case.reference)

    def next_url(self) -> str:
        """Go to the paper, where the file appears."""
        return reverse("desk:decision-paper", args=[self.case.reference])


@require_safe
@never_cache
def paper_pdf(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Hand out a paper that was set, compared with its hash."""
    case = case_or_404(request, reference)
    found = DecisionPaper.objects.filter(case=case, pk=pk).first()
    if found is None or not found.is_good:
        raise Http404(_text("There is no such paper."))
    return pdf_response(decision_papers.bytes_of(found), f"decision-{case.reference}.pdf")


@require_safe
@never_cache
def paper(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the decision paper: one page, as the case stands now."""
    found = dossier.read(request, reference, State.EVALUATION)
    policies.require(actor_of(request), "offboarding.read_case", found.case)
    newest = DecisionPaper.objects.filter(case=found.case).defer("pdf", "content").first()
    template = "_paper_file" if getattr(request, "htmx", False) else "decision_paper"
    with timezone.override(found.case.time_zone):
        return render(
            request,
            f"desk/case/{template}.html",
            {
                "case": found.case,
                "rights": found.rights,
                "paper": decision_paper.paper_of(found),
                "newest": newest,
                "is_late": newest is not None
                and newest.done_at is None
                and clock.now() - newest.ordered_at > LONG_SETTING,
            },
        )


urlpatterns: list[URLPattern] = [
    path("cases/<str:reference>/decision/paper/", paper, name="decision-paper"),
    path(
        "cases/<str:reference>/decision/paper/order/",
        OrderPaper.as_view(),
        name="decision-paper-order",
    ),
    path("cases/<str:reference>/decision/paper/<int:pk>.pdf", paper_pdf, name="decision-paper-pdf"),
    path("cases/<str:reference>/decision/", Decision.as_view(), name="decision"),
]
