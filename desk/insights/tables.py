"""What the insights say: tables of figures, each with the cases behind it.

Everything is added up by the database, among the cases that the reader may read. Where fewer than
five cases are a group, only their number is said: a rate of three says nothing, and may point at
somebody. Nobody's work is ranked: no table knows of people.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Avg, Count, Exists, F, Min, OuterRef, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from audit import clock
from desk.insights import figures
from desk.insights.figures import Cases, Period, Targets
from desk.insights.measure_rates import FEWEST, repeats_of
from desk.templatetags.words import money
from notices.models import Channel
from offboarding.lifecycle import STAGES, State
from offboarding.models import (
    Avoidable,
    MeasureState,
    Obligation,
    Party,
    PreventiveMeasure,
    ProofKind,
    ProofOfReceipt,
    Reaction,
    ReactionKind,
    StageStay,
)
from offboarding.selectors import stage_targets

NONE = "–"
LONGEST_MONTHS = 400
LONGEST_QUARTERS = 1100


@dataclass(frozen=True)
class Cell:
    """One figure: its words, and the name of the cases behind it."""

    words: str
    figure: str = ""
    period: Period | None = None
    """Narrower than the page's, for a month of it."""
    value: int | float | None = None
    """The bare number, for a file."""


@dataclass(frozen=True)
class Row:
    """One group of cases."""

    label: str
    cells: list[Cell]
    bars: tuple[int, ...] = ()
    """How long the chart's bars of this group are."""


@dataclass(frozen=True)
class Table:
    """One question and its answer in figures.

    Attributes:
        code: its name in addresses.
        title: what is asked.
        note: what is counted, and how.
        heads: of the columns, the groups' first.
        rows: one a group.
        series: what the bars stand for, each with its tone; a table without has no chart.
        is_of_now: all open cases, whatever the period.
    """

    code: str
    title: str
    note: str
    heads: list[str]
    rows: list[Row] = field(default_factory=list)
    series: tuple[tuple[str, str], ...] = ()
    is_of_now: bool = False


def number(many: int, figure: str = "", period: Period | None = None) -> Cell:
    """Say how many; none leads nowhere."""
    return Cell(f"{many:,}", figure if many else "", period, many)


def share(part: int, whole: int) -> Cell:
    """Say what part of a group; nothing of a small one, and never all or none for nearly so."""
    if whole < FEWEST:
        return Cell(NONE)
    percent = round(100 * part / whole)
    if part and not percent:
        return Cell("< 1 %")
    return Cell("> 99 %" if percent == 100 and part < whole else f"{percent} %")


def part_of_all(group: int, everything: int) -> Cell:
    """Say what part of all a group is; nothing of a small one."""
    return share(group, everything) if group >= FEWEST else Cell(NONE)


def average_days(days: float | None, of: int) -> Cell:
    """Say how many days on average; nothing of a small group."""
    if days is None or of < FEWEST:
        return Cell(NONE)
    return Cell(number_format(days, 1, use_l10n=True), value=round(days, 1))


# -- reasons ---------------------------------------------------------------------------------------


def reasons(cases: Cases, period: Period) -> list[Table]:
    """Say why cases were opened, what became of them, and how that changed over time."""
    rows = (
        cases.annotate(month=TruncMonth("opened_at"))
        .values("month", "ground_id", "ground__name", "ground__position", "state")
        .order_by()
        .annotate(many=Count("pk"))
    )
    grounds: dict[int | None, str] = {}
    outcomes: dict[int | None, Counter[str]] = defaultdict(Counter)
    times: dict[Period, Counter[int | None]] = {one: Counter() for one in steps(period)}
    for row in sorted(rows, key=_by_place):
        key = row["ground_id"]
        grounds.setdefault(key, row["ground__name"] or _("Not chosen yet"))
        outcomes[key][_outcome_of(row["state"])] += row["many"]
        month = timezone.localtime(row["month"]).date()
        step = next(one for one in times if one.since.replace(day=1) <= month <= one.until)
        times[step][key] += row["many"]
    total = sum(sum(found.values()) for found in outcomes.values())
    return [
        _by_ground(grounds, outcomes, total),
        _over_time(grounds, times),
    ]


def _by_place(row: dict[str, Any]) -> tuple[bool, int, str]:
    place = row["ground__position"]
    return place is None, place or 0, row["ground__name"] or ""


def _outcome_of(state: str) -> str:
    if state in STAGES:
        return "open"
    return {State.CLOSED: "ended", State.RETAINED: "kept"}.get(State(state), "withdrawn")


_BECAME = ("open", "ended", "kept", "withdrawn")


def _by_ground(
    grounds: dict[int | None, str], outcomes: dict[int | None, Counter[str]], total: int
) -> Table:
    rows = []
    for key, name in grounds.items():
        found, code = outcomes[key], f"opened:{key or 'none'}"
        many = sum(found.values())
        cells = [number(many, code), part_of_all(many, total)]
        cells += [number(found[one], f"{code}:{one}") for one in _BECAME]
        settled = found["ended"] + found["kept"] + found["withdrawn"]
        cells.append(share(found["kept"], settled))
        bars = tuple(found[one] for one in _BECAME)
        rows.append(Row(name, cells, bars))
    return Table(
        "reasons",
        _("Reasons, and what became of them"),
        _("Each case by the ground it has now. Kept is a share of the cases that have an outcome."),
        [
            _("Ground"),
            _("Cases"),
            _("Share of all"),
            _("Open"),
            _("Closed"),
            _("Client kept"),
            _("Withdrawn"),
            _("Share kept"),
        ],
        rows,
        (
            (_("Open"), "notice"),
            (_("Closed"), "evaluate"),
            (_("Client kept"), "follow-up"),
            (_("Withdrawn"), "transition"),
        ),
    )


def _over_time(grounds: dict[int | None, str], times: dict[Period, Counter[int | None]]) -> Table:
    rows = []
    for step, found in times.items() if grounds else ():
        many = sum(found.values())
        cells = [number(many, "opened:all", step)]
        cells += [number(found[key], f"opened:{key or 'none'}", step) for key in grounds]
        rows.append(Row(_name_of(step), cells, (many,)))
    return Table(
        "over-time",
        _("Cases over time"),
        _("By the day on which they were opened."),
        [_("Opened"), _("All"), *grounds.values()],
        rows,
        ((_("Cases opened"), "notice"),),
    )


def steps(period: Period) -> list[Period]:
    """Cut a period into months; a longer one into quarters or years."""
    days = (period.until - period.since).days
    months = 1 if days <= LONGEST_MONTHS else 3 if days <= LONGEST_QUARTERS else 12
    found, since = [], period.since
    while since <= period.until:
        begin = (since.month - 1) // months * months + months
        after = date(since.year + begin // 12, begin % 12 + 1, 1)
        found.append(Period(since, min(after - timedelta(days=1), period.until)))
        since = after
    return found


def _name_of(step: Period) -> str:
    first, last = step.since, step.until
    if (first.year, first.month) == (last.year, last.month):
        return date_format(first, "F Y")
    if last.month - first.month <= 2:
        return f"{date_format(first, 'M')}–{date_format(last, 'M Y')}"
    return str(first.year)


# -- time ------------------------------------------------------------------------------------------


def stages(cases: Cases, period: Period) -> list[Table]:
    """Say how many days cases spent in each stage that they left, against its target."""
    targets = stage_targets()
    found = {
        row["state"]: row
        for row in StageStay.objects.filter(
            case__in=cases.filter(entered_from_elsewhere=False).values("pk")
        )
        .values("state")
        .order_by()
        .annotate(
            many=Count("pk"),
            mean=Avg("days"),
            **{
                how: Count("pk", filter=_any_stage(figures.STAY[how], targets))
                for how in ("within", "over")
            },
        )
    }
    rows = []
    for state in STAGES:
        if (row := found.get(state)) is None:
            continue
        many, within, over = row["many"], row["within"], row["over"]
        code = f"stage:{state}"
        rows.append(
            Row(
                str(state.label),
                [
                    number(many, f"{code}:all"),
                    average_days(row["mean"], many),
                    Cell(str(targets[state])),
                    number(within, f"{code}:within"),
                    number(over, f"{code}:over"),
                    share(within, many),
                ],
                (within, over),
            )
        )
    return [
        Table(
            "stages",
            _("Days in each stage"),
            _("Cases that have left the stage. Who came back to it, has both stays added up."),
            [
                _("Stage"),
                _("Cases"),
                _("Days on average"),
                _("Target"),
                _("Within it"),
                _("Longer"),
                _("Share within"),
            ],
            rows,
            ((_("Within the target"), "follow-up"), (_("Longer"), "transition")),
        )
    ]


def _any_stage(condition: Callable[[str, Targets], Q], targets: Targets) -> Q:
    any_of = Q(pk__in=[])
    for state in STAGES:
        any_of |= condition(state, targets)
    return any_of


def waiting(cases: Cases, period: Period) -> list[Table]:
    """Say what stands where at this moment, and how long the longest has been there."""
    targets = stage_targets()
    over = _any_stage(figures.waits_over_target, targets)
    found = {
        row["state"]: row
        for row in cases.filter(state__in=STAGES)
        .values("state")
        .order_by()
        .annotate(many=Count("pk"), over=Count("pk", filter=over), oldest=Min("state_changed_at"))
    }
    rows = []
    for state in STAGES:
        if (row := found.get(state)) is None:
            continue
        days = max((clock.today() - timezone.localtime(row["oldest"]).date()).days, 0)
        many, late, code = row["many"], row["over"], f"waiting:{state}"
        rows.append(
            Row(
                str(state.label),
                [
                    number(many, f"{code}:all"),
                    number(late, f"{code}:over"),
                    Cell(str(targets[state])),
                    Cell(f"{days:,}"),
                ],
                (many - late, late),
            )
        )
    return [
        Table(
            "waiting",
            _("What waits now, and how long"),
            _("All cases that are open today, whenever they were opened."),
            [
                _("Stage"),
                _("Cases"),
                _("Longer than the target"),
                _("Target, days"),
                _("Longest, days"),
            ],
            rows,
            ((_("Within the target"), "notice"), (_("Longer"), "transition")),
            is_of_now=True,
        )
    ]


_AGE_WORDS: dict[str, str | Promise] = {
    "0": _lazy("Less than a year"),
    "1": _lazy("1 to 3 years"),
    "3": _lazy("3 to 5 years"),
    "5": _lazy("5 to 10 years"),
    "10": _lazy("10 years and more"),
}


def _age_of(days: int) -> str:
    return next(name for name, _least, most in figures.AGES if most is None or days < most)


def ages(cases: Cases, period: Period) -> list[Table]:
    """Say how long those were clients whose services end or ended."""
    counts: Counter[str] = Counter()
    by_age = figures.with_age(cases).filter(age__isnull=False).values("age").order_by()
    for row in by_age.annotate(many=Count("pk")):
        counts[_age_of(row["age"].days)] += row["many"]
    total = sum(counts.values())
    rows = [
        Row(
            str(_AGE_WORDS[name]),
            [number(counts[name], f"age:{name}"), part_of_all(counts[name], total)],
            (counts[name],),
        )
        for name, _least, _most in figures.AGES
    ]
    return [
        Table(
            "age",
            _("How long they were clients"),
            _("From their first agreement to the effective date of the end."),
            [_("At the end"), _("Cases"), _("Share")],
            rows if total else [],
            ((_("Cases"), "acknowledged"),),
        )
    ]


# -- receipt, obligations, money -------------------------------------------------------------------


def served(cases: Cases, period: Period) -> list[Table]:
    """Say for each way of sending how many receipts are on record, and after how many days."""
    found = (
        figures.with_wait(cases.filter(figures.SERVED))
        .values("served_by")
        .order_by("served_by")
        .annotate(
            many=Count("pk"),
            proven=Count("pk", filter=figures.PROVEN["proven"]),
            mean=Avg("waited", filter=figures.PROVEN["proven"]),
        )
    )
    names = dict(Channel.choices)
    rows = []
    for row in found:
        many, proven = row["many"], row["proven"]
        code = f"served:{row['served_by'] or 'none'}"
        days = row["mean"] / timedelta(days=1) if row["mean"] is not None else None
        rows.append(
            Row(
                str(names.get(row["served_by"], row["served_by"] or _("Not said"))),
                [
                    number(many, f"{code}:all"),
                    number(proven, f"{code}:proven"),
                    number(many - proven, f"{code}:open"),
                    share(proven, many),
                    average_days(days, proven),
                ],
                (proven, many - proven),
            )
        )
    return [
        Table(
            "receipt",
            _("Receipt by the way of sending"),
            _("By the way that served first. Days are counted from the day of service."),
            [
                _("Served by"),
                _("Cases"),
                _("Receipt on record"),
                _("None yet"),
                _("Share"),
                _("Days to it on average"),
            ],
            rows,
            ((_("Receipt on record"), "acknowledged"), (_("None yet"), "transition")),
        )
    ]


def receipts(cases: Cases, period: Period) -> list[Table]:
    """Say what receipts rest on."""
    found = Counter(
        dict(
            ProofOfReceipt.objects.filter(figures.RECEIVED, case__in=cases.values("pk"))
            .values("kind")
            .order_by()
            .annotate(many=Count("case", distinct=True))
            .values_list("kind", "many")
        )
    )
    rows = [
        Row(str(kind.label), [number(found[kind], f"receipt:{kind}")], (found[kind],))
        for kind in ProofKind
        if found[kind]
    ]
    return [
        Table(
            "proof",
            _("What receipts rest on"),
            _("Only receipts that count. A case with two kinds stands in both rows."),
            [_("Receipt"), _("Cases")],
            rows,
            ((_("Cases"), "acknowledged"),),
        )
    ]


def obligations(cases: Cases, period: Period) -> list[Table]:
    """Say what was done by its day, by us and by them."""
    found = {
        row["party"]: row
        for row in Obligation.objects.filter(case__in=cases.values("pk"), due_on__isnull=False)
        .values("party")
        .order_by()
        .annotate(**{how: Count("pk", filter=figures.owed(how)) for how in figures.OWED})
    }
    rows = []
    for party in (Party.OURS, Party.CLIENTS):
        if (row := found.get(party)) is None:
            continue
        counts = [row[how] for how in figures.OWED]
        came_due = row["on_time"] + row["late"] + row["overdue"]
        cells = [number(row[how], f"owed:{party}:{how}") for how in figures.OWED]
        cells.append(share(row["on_time"], came_due))
        rows.append(Row(str(party.label), cells, tuple(counts)))
    return [
        Table(
            "obligations",
            _("Obligations on time"),
            _(
                "Obligations with a day; those that were waived or did not apply are left out, and"
                " those that nobody owes any more because the client was kept. A number opens the"
                " cases that have one."
            ),
            [
                _("Who"),
                _("On time"),
                _("Late"),
                _("Overdue"),
                _("Not due yet"),
                _("Share on time"),
            ],
            rows,
            (
                (_("On time"), "follow-up"),
                (_("Late"), "transition"),
                (_("Overdue"), "overdue"),
                (_("Not due yet"), "evaluate"),
            ),
        )
    ]


def open_money(cases: Cases, period: Period) -> list[Table]:
    """Say which invoices were open with the notice, at the end, and later."""
    sums: dict[str, Any] = {}
    for moment in figures.MOMENTS:
        was_open = figures.open_on(moment, "client__invoices__", F(f"on_{moment}"))
        sums[f"cases_{moment}"] = Count("pk", distinct=True, filter=was_open)
        sums[f"cents_{moment}"] = Sum("client__invoices__amount_cents", filter=was_open)
    found = (
        figures.with_moments(cases.filter(figures.ENDING))
        .filter(Q(notice_date__isnull=False) | Q(effective_on__isnull=False))
        .filter(client__invoices__isnull=False)
        .values(currency=F("client__invoices__currency"))
        .order_by("currency")
        .annotate(**sums)
    )
    names = {
        "notice": _("With the notice"),
        "end": _("At the end"),
        "later": _("%(days)d days later") % {"days": figures.LATER_DAYS},
    }
    rows = []
    for row in found:
        currency = row["currency"]
        if not any(row[f"cents_{moment}"] for moment in figures.MOMENTS):
            continue
        for moment in figures.MOMENTS:
            many, cents = row[f"cases_{moment}"], row[f"cents_{moment}"] or 0
            rows.append(
                Row(
                    f"{names[moment]}, {currency}",
                    [number(many, f"money:{moment}:{currency}"), Cell(money(cents, currency))],
                    (many,),
                )
            )
    return [
        Table(
            "money",
            _("Money that is open"),
            _(
                "Invoices of the client that were open on the day, where that day has come."
                " One that touches two cases counts with each."
            ),
            [_("When"), _("Cases"), _("Open")],
            rows,
            ((_("Cases with money open"), "transition"),),
        )
    ]


# -- reactions and lessons -------------------------------------------------------------------------


def reactions(cases: Cases, period: Period) -> list[Table]:
    """Say how clients took it, by ground."""
    kinds: dict[int | None, Counter[str]] = defaultdict(Counter)
    logged = Reaction.objects.filter(case__in=cases.values("pk"))
    for row in (
        logged.values("case__ground", "kind").order_by().annotate(many=Count("case", distinct=True))
    ):
        kinds[row["case__ground"]][row["kind"]] = row["many"]
    grounds = (
        cases.values("ground_id", "ground__name")
        .order_by("ground__position", "ground__name")
        .annotate(
            served=Count("pk", filter=figures.SERVED),
            disputed=Count("pk", filter=Q(first_disputed_at__isnull=False)),
            both=Count("pk", filter=figures.SERVED & Q(first_disputed_at__isnull=False)),
        )
    )
    rows = []
    for row in grounds:
        key, found = row["ground_id"], kinds[row["ground_id"]]
        if not (row["served"] or row["disputed"] or found):
            continue
        code = f"reaction:{key or 'none'}"
        cells = [number(row["served"], f"{code}:served")]
        cells += [number(found[kind], f"{code}:{kind}") for kind in ReactionKind]
        cells += [
            number(row["disputed"], f"{code}:disputed"),
            share(row["both"], row["served"]),
        ]
        upset = sum(found[kind] for kind in figures.UPSET)
        name = row["ground__name"] or _("Not chosen yet")
        rows.append(Row(name, cells, (upset, row["disputed"])))
    return [
        Table(
            "reactions",
            _("Reactions and disputes, by ground"),
            _(
                "Cases in which somebody logged it. A dispute counts also when it was settled; the"
                " share is that of the cases whose notice was served."
            ),
            [
                _("Ground"),
                _("Served"),
                *(str(kind.label) for kind in ReactionKind),
                _("Disputed"),
                _("Share disputed"),
            ],
            rows,
            ((_("Anger or a threat"), "transition"), (_("Disputed"), "overdue")),
        )
    ]


def models_of_notices(cases: Cases, period: Period) -> list[Table]:
    """Say how clients took what each version of a model notice said."""
    upset = Reaction.objects.filter(case=OuterRef("case"), kind__in=figures.UPSET)
    found = (
        figures.first_notices()
        .filter(case__in=cases.values("pk"))
        .values("written_from")
        .order_by("written_from")
        .annotate(
            many=Count("case", distinct=True),
            upset=Count("case", distinct=True, filter=Exists(upset)),
            disputed=Count("case", distinct=True, filter=Q(case__first_disputed_at__isnull=False)),
        )
    )
    rows = []
    for row in found:
        text, many = row["written_from"], row["many"]
        rows.append(
            Row(
                text or _("Without a model"),
                [
                    number(many, f"model:all:{text}"),
                    number(row["upset"], f"model:upset:{text}"),
                    number(row["disputed"], f"model:disputed:{text}"),
                    share(row["disputed"], many),
                ],
                (row["upset"], row["disputed"]),
            )
        )
    return [
        Table(
            "models",
            _("Reactions and disputes, by model notice"),
            _("By the version of the model that the notice was written from."),
            [
                _("Model and version"),
                _("Cases"),
                _("Anger or a threat"),
                _("Disputed"),
                _("Share disputed"),
            ],
            rows,
            ((_("Anger or a threat"), "transition"), (_("Disputed"), "overdue")),
        )
    ]


def avoidable(cases: Cases, period: Period) -> list[Table]:
    """Say what part of the endings could have been avoided, as the lessons have it."""
    found = (
        figures.with_lesson(cases)
        .filter(avoidable__isnull=False)
        .values("ground_id", "ground__name", "ground__position", "avoidable")
        .order_by("ground__position", "ground__name")
        .annotate(many=Count("pk"))
    )
    names: dict[int | None, str] = {}
    said: dict[int | None, Counter[str]] = defaultdict(Counter)
    for row in found:
        names.setdefault(row["ground_id"], row["ground__name"] or _("Not chosen yet"))
        said[row["ground_id"]][row["avoidable"]] += row["many"]
    rows = []
    for key, name in names.items():
        counts, code = said[key], f"avoidable:{key or 'none'}"
        total = sum(counts.values())
        cells = [number(total, f"{code}:all")]
        cells += [number(counts[one], f"{code}:{one}") for one in Avoidable]
        cells.append(share(counts[Avoidable.YES] + counts[Avoidable.PARTLY], total))
        rows.append(Row(name, cells, tuple(counts[one] for one in Avoidable)))
    return [
        Table(
            "avoidable",
            _("Could it have been avoided"),
            _("As the newest lesson of a case says. The share counts yes and partly."),
            [
                _("Ground"),
                _("With a lesson"),
                *(str(one.label) for one in Avoidable),
                _("Share avoidable"),
            ],
            rows,
            (
                (str(Avoidable.YES.label), "overdue"),
                (str(Avoidable.PARTLY.label), "transition"),
                (str(Avoidable.NO.label), "follow-up"),
            ),
        )
    ]


def helped(cases: Cases, period: Period) -> list[Table]:
    """Say how often a ground came back before a measure was adopted, and since."""
    adopted = list(
        PreventiveMeasure.objects.filter(state=MeasureState.ADOPTED).select_related("ground")
    )
    repeats = repeats_of(adopted, cases)
    rows = []
    for one in adopted:
        cells, bars = [Cell(date_format(one.adopted_on, "j F Y"))], []
        for side in (repeats[one.pk].before, repeats[one.pk].since):
            cells.append(number(side.many, side.figure, side.period))
            cells.append(number(side.of, "opened:all", side.period))
            cells.append(share(side.many, side.of) if side.many >= FEWEST else Cell(NONE))
            bars.append(side.many)
        rows.append(Row(f"{one.ground}: {one.title}", cells, tuple(bars)))
    return [
        Table(
            "measures",
            _("Measures, before and since"),
            _(
                "Cases of the ground among all that were opened in the year before a measure was"
                " adopted, and in the year since. Other things may have changed as well."
            ),
            [
                _("Measure"),
                _("Adopted"),
                _("Cases before"),
                _("Of all before"),
                _("Share before"),
                _("Cases since"),
                _("Of all since"),
                _("Share since"),
            ],
            rows,
            ((_("Before"), "evaluate"), (_("Since"), "notice")),
            is_of_now=True,
        )
    ]


Question = Callable[[Cases, Period], list[Table]]


@dataclass(frozen=True)
class Part:
    """One page of the insights: its questions, with the tables that each answers."""

    code: str
    title: str | Promise
    questions: tuple[tuple[Question, tuple[str, ...]], ...]

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of its tables."""
        return tuple(name for _ask, names in self.questions for name in names)


PARTS = (
    Part("reasons", _lazy("Reasons"), ((reasons, ("reasons", "over-time")),)),
    Part(
        "time",
        _lazy("Time"),
        ((waiting, ("waiting",)), (stages, ("stages",)), (ages, ("age",))),
    ),
    Part(
        "receipt",
        _lazy("Receipt, obligations, money"),
        (
            (served, ("receipt",)),
            (receipts, ("proof",)),
            (obligations, ("obligations",)),
            (open_money, ("money",)),
        ),
    ),
    Part(
        "learning",
        _lazy("Reactions and lessons"),
        (
            (reactions, ("reactions",)),
            (models_of_notices, ("models",)),
            (avoidable, ("avoidable",)),
            (helped, ("measures",)),
        ),
    ),
)


_OF_ALL_TIME = (waiting, helped)
"""Questions with a time of their own."""


def tables_of(part: Part, cases: Cases, period: Period, *, only: str = "") -> list[Table]:
    """Answer the questions of a page about the cases that somebody may read.

    Args:
        part: the page.
        cases: what they may read.
        period: when the cases were opened that the figures are about.
        only: the one table that is wanted.
    """
    opened = cases.filter(period.opened_in())
    return [
        table
        for ask, names in part.questions
        if not only or only in names
        for table in ask(cases if ask in _OF_ALL_TIME else opened, period)
    ]
