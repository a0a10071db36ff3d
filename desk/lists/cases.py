"""All cases as a table: filters that live in the address, search, and the same rows as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import selectors as people
from accounts.models import Membership, Team, User
from audit import clock
from clients.csv_cells import UTF_8_MARK, csv_line
from desk.case.tag_rows import tags_of, with_tags
from desk.frame import keyset
from desk.frame.inputs import DayField
from desk.frame.scoping import cases_of, person_of
from desk.insights import figures
from desk.lists.lines import SHOWN_WITH, CaseLine, lines_of, overdue, with_late
from desk.lists.view_counts import MOST_COUNTED, MOST_VIEWS, count_each, views_of
from offboarding import counting, policies
from offboarding import search as finding
from offboarding.lifecycle import ENDED, State
from offboarding.models import Tag, TerminationCase, TerminationGround
from offboarding.watching import watched_by

ORDER = ("-opened_at", "-pk")
_AT_A_TIME = 500

FLAGS = {
    "overdue": _("Overdue"),
    "disputed": _("Disputed"),
    "on_hold": _("On hold"),
    "watching": _("Watching"),
}
_LARGEST_KEY = 2**63 - 1
_LONGEST_KEY = len(str(_LARGEST_KEY))


class CaseFilter(forms.Form):
    """What the table can be narrowed down by."""

    q = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Client or reference")}),
    )
    state = forms.ChoiceField(
        label=_("Stage"),
        required=False,
        choices=[("", _("Every stage")), ("open", _("Open")), ("ended", _("Ended"))]
        + State.choices,
    )
    ground = forms.ChoiceField(label=_("Ground"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    flag = forms.ChoiceField(
        label=_("Flag"), required=False, choices=[("", _("With or without")), *FLAGS.items()]
    )
    tag = forms.ChoiceField(label=_("Tag"), required=False)
    # What a figure of the insights leads to: its name, and when the cases were opened.
    figure = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    since = DayField(label=_("Opened from"), required=False, widget=forms.HiddenInput)
    until = DayField(label=_("Opened until"), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        # Read once, for showing and for checking alike.
        grounds = TerminationGround.objects.order_by("position", "name").values_list("pk", "name")
        people_there = [(one.pk, str(one)) for one in colleagues_of(user)]
        self.fields["ground"].choices = [("", _("Every ground")), *grounds]  # type: ignore[attr-defined]
        self.fields["owner"].choices = [("", _("Everybody")), *people_there]  # type: ignore[attr-defined]
        tags = list(tags_for(user).values_list("pk", "name"))
        self.has_tags = bool(tags)
        self.fields["tag"].choices = [("", _("Every tag")), *tags]  # type: ignore[attr-defined]

    def clean_figure(self) -> str:
        """Refuse a name that no figure has."""
        figure = str(self.cleaned_data["figure"])
        if figure:
            try:
                figures.behind(TerminationCase.objects.none(), figure)
            except figures.NoSuchFigure as error:
                raise ValidationError(_("There is no such figure among the insights.")) from error
        return figure

    def apply(self, cases: QuerySet[TerminationCase]) -> QuerySet[TerminationCase]:
        """Keep the cases that meet every condition of a valid filter."""
        return narrowed(cases, self.cleaned_data, user=self.user)


def narrowed(
    cases: QuerySet[TerminationCase], wanted: Mapping[str, Any], *, user: User
) -> QuerySet[TerminationCase]:
    """Keep the cases that meet every condition.

    Args:
        cases: what the person may see.
        wanted: conditions by the filter's names, as they stand in an address.
        user: the person; who is watching is asked for them.
    """
    if (state := wanted.get("state")) == "open":
        cases = cases.exclude(state__in=ENDED)
    elif state == "ended":
        cases = cases.filter(state__in=ENDED)
    elif state:
        cases = cases.filter(state=state)
    for name, field in _KEYS.items():
        if wanted.get(name):
            cases = cases.filter(**{field: wanted[name]})
    if (flag := wanted.get("flag")) == "overdue":
        cases = overdue(cases)
    elif flag == "disputed":
        cases = cases.filter(disputed_at__isnull=False)
    elif flag == "on_hold":
        cases = cases.filter(on_hold_until__gt=clock.today())
    elif flag == "watching":
        cases = watched_by(user, cases)
    if since := _day(wanted.get("since")):
        cases = cases.filter(opened_at__gte=figures.start_of(since))
    if until := _day(wanted.get("until")):
        cases = cases.filter(opened_at__lt=figures.start_of(until + timedelta(days=1)))
    if figure := wanted.get("figure"):
        cases = figures.behind(cases, figure)
    return search_cases(cases, wanted.get("q") or "")


def _day(said: date | str | None) -> date | None:
    return date.fromisoformat(said) if isinstance(said, str) and said else said or None  # type: ignore[return-value]


_KEYS = {"ground": "ground_id", "owner": "owner_id", "tag": "tags"}


def search_cases(cases: QuerySet[TerminationCase], text: str) -> QuerySet[TerminationCase]:
    """Narrow cases down to those whose reference, client, scope or summary holds every word."""
    return finding.holding(cases, text)


def colleagues_of(user: User) -> QuerySet[User]:
    """List the people whose cases a person can see: their teams', or all teams' for an auditor."""
    teams = Team.objects.all() if user.is_auditor else people.teams_of(user)
    works_there = Membership.objects.filter(user=OuterRef("pk"), team__in=teams)
    return User.objects.filter(
        Exists(works_there) | Q(pk__in=teams.exclude(deputy=None).values("deputy"))
    ).order_by("name", "pk")


def tags_for(user: User) -> QuerySet[Tag]:
    """List the tags of a person's teams, or of all teams for an auditor."""
    tags = Tag.objects.order_by("name", "pk")
    return tags if user.is_auditor else tags.filter(team__in=people.roles_of(user))


def chosen_keys(values: list[str]) -> set[int]:
    """Read the keys of ticked cases; what is no key is nobody's case."""
    # Python refuses to read a number of some thousand digits.
    short = (value for value in values if len(value) <= _LONGEST_KEY)
    keys = {int(value) for value in short if value.isascii() and value.isdigit()}
    return {key for key in keys if key <= _LARGEST_KEY}


# -- the table -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chip:
    """A view people ask for often, one click away."""

    label: str | Promise
    url: str
    is_current: bool
    count: str = ""
    pk: int | None = None
    """The key of a view that somebody kept."""


def _chips(
    user: User, shown: dict[str, str], cases: QuerySet[TerminationCase]
) -> tuple[list[Chip], str]:
    """Put the views everybody has before those that were kept, each with its number of cases.

    Args:
        user: who looks.
        shown: the conditions of this page.
        cases: the cases that meet them; how many they are is returned beside the views.
    """
    kept = counting.counts_visible_to(user)
    views: list[tuple[str | Promise, dict[str, str], int | None]] = [
        (_("All"), {}, None),
        (_("Open"), {"state": "open"}, None),
        (FLAGS["overdue"], {"flag": "overdue"}, None),
        (FLAGS["disputed"], {"flag": "disputed"}, None),
        (FLAGS["on_hold"], {"flag": "on_hold"}, None),
        (_("Ended"), {"state": "ended"}, None),
    ]
    if people.roles_of(user):  # nobody else owns a case
        views.insert(2, (_("Mine"), {"state": "open", "owner": str(user.pk)}, None))
    views += [(view.name, view.conditions, view.pk) for view in views_of(user)[:MOST_VIEWS]]
    visible = policies.cases_visible_to(user)
    wanted: list[tuple[QuerySet[TerminationCase] | None, int]] = []
    for _label, view, _pk in views:
        # Words are looked for once they are asked for, not on every page.
        is_counted = not view.get("q") and _kept_count(view, kept) is None
        wanted.append((narrowed(visible, view, user=user) if is_counted else None, MOST_COUNTED))
    total = _kept_count(shown, kept)
    wanted.append((cases if total is None else None, keyset.MOST_COUNTED))
    *counts, counted = count_each(wanted)
    chips = []
    for (label, view, pk), count in zip(views, counts, strict=True):
        exact = _kept_count(view, kept)
        words = count if exact is None else f"{exact:,}"
        chips.append(Chip(label, _list_url(view), shown == view, words, pk))
    return chips, counted if total is None else f"{total:,}"


def _kept_count(conditions: Mapping[str, str], kept: dict[State, int]) -> int | None:
    """Return the number of cases from the kept counts; None where they cannot tell."""
    if set(conditions) - {"state"}:
        return None
    wanted = conditions.get("state", "")
    if wanted in ("", "open", "ended"):
        states = [state for state in State if not wanted or (state in ENDED) == (wanted == "ended")]
        return sum(kept.get(state, 0) for state in states)
    return kept.get(State(wanted), 0) if wanted in State.values else None


FILTERS = frozenset(CaseFilter.base_fields)


def _list_url(conditions: dict[str, str]) -> str:
    url = reverse("desk:case-list")
    return f"{url}?{urlencode(conditions)}" if conditions else url


@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """Show the cases of a person's teams, newest first."""
    user = person_of(request)
    chosen = CaseFilter(request.GET, user=user)
    visible = cases_of(request)
    is_valid = chosen.is_valid()
    cases = chosen.apply(visible) if is_valid else visible.none()
    shown = with_late(with_tags(cases.select_related(*SHOWN_WITH)))
    page = keyset.page_of(request, shown, order=ORDER, among=visible)
    conditions = {name: value for name, value in request.GET.items() if name in FILTERS and value}
    chips, total = _chips(user, conditions, cases)
    context = {
        "filter": chosen,
        "chips": chips,
        "kept_view": next((chip for chip in chips if chip.is_current and chip.pk), None),
        "is_a_view": any(chip.is_current for chip in chips),
        "save_url": f"{reverse('desk:view-new')}?{urlencode(conditions)}",
        "lines": lines_of(page.rows),
        "page": page,
        "total": total,
        "is_narrowed": bool(conditions),
        "behind_a_figure": is_valid and bool(conditions.get("figure") or conditions.get("since")),
        "conditions": conditions,
        "csv_url": f"{reverse('desk:case-list-csv')}?{urlencode(conditions)}",
        "may_open_cases": bool(people.roles_of(user)),
        "may_choose": bool(people.roles_of(user)),
    }
    status = HTTPStatus.OK if is_valid else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "desk/case_list.html", context, status=status)


# -- the same as a file ----------------------------------------------------------------------------


@require_safe
def case_list_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Write every case of this view out, or those that were ticked, in the columns of the table."""
    chosen = CaseFilter(request.GET, user=person_of(request))
    if not chosen.is_valid():
        return case_list(request)
    cases = chosen.apply(cases_of(request))
    if (ticked := request.GET.getlist("case")) and not request.GET.get("all"):
        cases = cases.filter(pk__in=chosen_keys(ticked))
    language, zone = translation.get_language() or "en", timezone.get_current_timezone()
    lines = _csv_lines(cases, language, zone)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"cases-{clock.today().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _csv_lines(cases: QuerySet[TerminationCase], language: str, zone: tzinfo) -> Iterator[str]:
    with translation.override(language):
        yield UTF_8_MARK + csv_line(
            [
                _text("Reference"),
                _text("Client"),
                _text("Stage"),
                _text("Flags"),
                _text("Tags"),
                _text("Ground"),
                _text("Owner"),
                _text("Effective date"),
                _text("Next step"),
                _text("Due"),
                _text("Days in stage"),
                _text("Late"),
            ]
        )
    with timezone.override(zone):
        cases = with_late(with_tags(cases.select_related(*SHOWN_WITH)))
    last: TerminationCase | None = None
    while part := list(keyset.rows_after(cases, last, order=ORDER)[:_AT_A_TIME]):
        # The reader's language and clock hold while a part is written, and do not leak while it is
        # sent.
        with translation.override(language), timezone.override(zone):
            written = [csv_line(_cells(line)) for line in lines_of(part)]
        yield from written
        last = part[-1]


def _cells(line: CaseLine) -> list[object]:
    case = line.case
    set_flags = [("disputed", case.is_disputed), ("on_hold", case.is_on_hold)]
    return [
        case.reference,
        case.client.name,
        State(case.state).label,
        ", ".join(str(FLAGS[flag]) for flag, is_set in set_flags if is_set),
        ", ".join(tag.name for tag in tags_of(case)),
        case.ground.name if case.ground else "",
        case.owner.name,
        case.effective_on.isoformat() if case.effective_on else "",
        str(line.next_step),
        line.due_on.isoformat() if line.due_on else "",
        "" if line.days_in_stage is None else line.days_in_stage,
        line.late_words,
    ]


urlpatterns: list[URLPattern] = [
    path("cases/", case_list, name="case-list"),
    path("cases.csv", case_list_csv, name="case-list-csv"),
]
