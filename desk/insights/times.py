"""How long stages take against their targets, what waits, and how old relationships get."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from django.db.models import Avg, Count, Min, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from audit import clock
from desk.insights import figures
from desk.insights.cells import Cell, Row, Table, average_days, number, part_of_all, share
from desk.insights.figures import Cases, Period, Targets
from offboarding.lifecycle import STAGES
from offboarding.models import (
    StageStay,
)
from offboarding.selectors import stage_targets


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
