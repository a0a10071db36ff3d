"""The settlement statement: what is open in money, its versions, and who gets to read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from desk.frame.rights import Rights
from desk.frame.row_verbs import SectionVerb
from desk.frame.scoping import case_or_404, person_of
from notices.checking.enclosed_statements import says_what_is_open
from notices.language.phrases import language_of
from notices.models import Notice, NoticeEnclosure, NoticeKind
from notices.pages import settlement_document
from notices.services import accompanying
from notices.services import settlement as statements
from notices.services.drafting import NO_LONGER_COUNTS
from offboarding import settlement
from offboarding.errors import Reason, TransitionRefused
from offboarding.models import SettlementStatement, TerminationCase
from offboarding.settlement import Balance, Line

_PAGES = {
    NoticeKind.CLOSING.value: "desk:closing-letter",
    NoticeKind.CURE_WARNING.value: "desk:cure-letter",
}
"""Where a letter stands that has a page of its own."""

_ENCLOSED_AS = {"en": "Settlement statement", "de": "Abrechnungsübersicht"}


@dataclass(frozen=True)
class Figures:
    """What is open now, as the page shows it."""

    lines: list[Line]
    balances: list[tuple[Balance, str]]

    @property
    def theirs(self) -> list[Line]:
        """What the client owes."""
        return [line for line in self.lines if not line.is_ours]

    @property
    def ours(self) -> list[Line]:
        """What we owe."""
        return [line for line in self.lines if line.is_ours]


def figures_of(case: TerminationCase) -> Figures:
    """Return what is open on a case, with each balance in the words of the statement."""
    lines = settlement.open_on(case)
    balances = settlement.balances(lines)
    return Figures(
        lines,
        [(one, settlement_document.balance_in_words(one, case.language)) for one in balances],
    )


@require_safe
@never_cache
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what is open in money, and every version that was made."""
    case = case_or_404(request, reference)
    user = person_of(request)
    context = {
        "case": case,
        "figures": figures_of(case),
        "statements": case.statements.select_related("made_by", "shared_by", "case_file"),
        "may_change": Rights(Actor.person(user), case).may_change(),
        "notice": _changeable_notice(case),
    }
    with timezone.override(case.time_zone):
        return render(request, "desk/case/settlement/page.html", context)


def _changeable_notice(case: TerminationCase) -> Notice | None:
    """Return the notice that could still enclose a statement."""
    drafts = case.notices.filter(state__in=accompanying.CHANGEABLE, author__isnull=False)
    return drafts.order_by("-number").first()


@dataclass(frozen=True)
class ToEnclose:
    """What a letter's page offers to enclose of the settlement.

    Attributes:
        page_url: where statements are made.
        enclose_url: where the newest is enclosed; empty when none says what is open now.
        sentence: why there is none, or which it is.
    """

    page_url: str
    enclose_url: str
    sentence: str


def to_enclose(case: TerminationCase, kind: NoticeKind) -> ToEnclose | None:
    """Return the statement that can go with a letter of a kind now, or what is missing.

    Where the newest goes with it already, there is nothing to offer.
    """
    page_url = reverse("desk:settlement", args=[case.reference])
    newest = case.statements.filter(case_file__isnull=False).order_by("-number").first()
    if newest is None:
        return ToEnclose(page_url, "", _text("No statement was made yet."))
    told = {"number": newest.number, "date": date_format(newest.as_of_on, "j F Y")}
    if not says_what_is_open(newest, case):
        sentence = _text("Version %(number)d of %(date)s no longer says what is open.") % told
        return ToEnclose(page_url, "", sentence)
    going = NoticeEnclosure.objects.filter(notice__case=case, notice__kind=kind)
    going = going.exclude(notice__state__in=NO_LONGER_COUNTS)
    if going.filter(case_file=newest.case_file_id).exists():
        return None
    enclose_url = reverse("desk:settlement-enclose", args=[case.reference, newest.number])
    return ToEnclose(page_url, enclose_url, _text("Version %(number)d of %(date)s.") % told)


class _SettlementVerb(SectionVerb):
    section = "settlement"
    page = "settlement"
    is_irreversible = True


class MakeStatement(_SettlementVerb):
    """Write down what is open now as a statement with pages."""

    template_name = "desk/case/settlement/make.html"
    title = _("Make a settlement statement")
    intro = _(
        "The lines below are written down as they stand now, as a new version. Nothing leaves."
    )
    button = _("Make the statement")
    done = _("The statement is made; its pages follow in a moment.")

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Show the lines that would be in it."""
        return super().context(form) | {"figures": figures_of(self.case)}

    def perform(self, form: forms.Form) -> None:
        """Make it."""
        statements.make_statement(self.case, by=self.actor)


class _OneStatement(_SettlementVerb):
    statement: SettlementStatement

    def find(self) -> None:
        """Read the version, of this case only."""
        super().find()
        found = self.case.statements.filter(number=self.kwargs["number"]).first()
        if found is None:
            raise Http404(_text("There is no such statement on this case."))
        found.case = self.case
        self.statement = found

    def refusals(self) -> Iterator[Reason]:
        """There has to be something to show."""
        yield from super().refusals()
        if not self.statement.is_set:
            yield statements.not_set_yet()

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Name the version."""
        return super().context(form) | {"statement": self.statement}


class ShareStatement(_OneStatement):
    """Show a version to the client on their page."""

    title = _("Show this statement to the client")
    intro = _(
        "The client finds it on their page of what is still to do, as the newest of those that"
        " were shown. Nothing is mailed by this."
    )
    button = _("Show it")
    done = _("The client can read it on their page.")

    def perform(self, form: forms.Form) -> None:
        """Show it."""
        statements.share_statement(self.statement, by=self.actor)


class EncloseStatement(_OneStatement):
    """Let a version go with the letter that is being prepared, sealed with it."""

    permission = "offboarding.draft_notice"
    template_name = "desk/case/settlement/enclose.html"
    title = _("Enclose this statement with the letter")
    intro = _(
        "The pages are copied to the letter that is being prepared, named on it, and sealed and"
        " sent with it. An approval that was asked for or given falls."
    )
    button = _("Enclose it")
    done = _("The statement goes with the letter.")

    def find(self) -> None:
        """Read the notice as well; without one that can be changed there is nothing to do."""
        super().find()
        self.notice = _changeable_notice(self.case)

    def refusals(self) -> Iterator[Reason]:
        """A letter has to be in the making, and the statement has to be true."""
        yield from super().refusals()
        if self.notice is None:
            yield Reason(
                "no_draft", _text("No letter is being prepared that could enclose it."), "notice"
            )
        if not says_what_is_open(self.statement, self.case):
            yield Reason(
                "statement_outdated",
                _text("What is open has changed since this version; make a new statement."),
                "settlement",
            )

    def context(self, form: forms.Form) -> dict[str, Any]:
        """Name the letter that it goes with."""
        return super().context(form) | {"notice": self.notice}

    def perform(self, form: forms.Form) -> str:
        """Enclose it."""
        reasons = list(self.refusals())
        if reasons or self.notice is None or self.statement.case_file is None:
            raise TransitionRefused(reasons)
        accompanying.add_enclosure(
            self.notice,
            by=self.actor,
            case_file=self.statement.case_file,
            title=_ENCLOSED_AS[language_of(self.notice.language)],
            expected_version=self.notice.version,
        )
        name = _PAGES.get(self.notice.kind, "desk:notice")
        return f"{reverse(name, args=[self.case.reference])}#company"


_CASE = "cases/<str:reference>/settlement/"

urlpatterns: list[URLPattern] = [
    path(_CASE, page, name="settlement"),
    path(f"{_CASE}new/", MakeStatement.as_view(), name="settlement-new"),
    path(f"{_CASE}<int:number>/share/", ShareStatement.as_view(), name="settlement-share"),
    path(f"{_CASE}<int:number>/enclose/", EncloseStatement.as_view(), name="settlement-enclose"),
]
