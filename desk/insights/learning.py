"""How clients took it, what the lessons say, and whether measures helped."""

from __future__ import annotations

from collections import Counter, defaultdict

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from desk.insights import figures
from desk.insights.cells import NONE, Cell, Row, Table, number, share
from desk.insights.figures import Cases, Period
from desk.insights.measure_rates import FEWEST, repeats_of
from offboarding.models import (
    Avoidable,
    MeasureState,
    PreventiveMeasure,
    Reaction,
    ReactionKind,
)


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
