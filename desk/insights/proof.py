"""How receipt is proven, whether obligations are met in time, and what money stays open."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Avg, Count, F, Q, Sum
from django.utils.translation import gettext as _

from desk.insights import figures
from desk.insights.cells import Cell, Row, Table, average_days, number, share
from desk.insights.figures import Cases, Period
from desk.templatetags.words import money
from notices.models import Channel
from offboarding.models import (
    Obligation,
    Party,
    ProofKind,
    ProofOfReceipt,
)


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
