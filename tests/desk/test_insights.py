"""The insights: figures that agree with a count by hand, open their cases, and tell no secrets."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from audit import clock
from audit.models import AuditEvent
from desk.frame.charts import chart_of
from desk.insights.cells import Table, share
from desk.insights.figures import NoSuchFigure, Period, behind
from desk.insights.measure_rates import FEWEST
from desk.insights.page import usual_period
from desk.insights.reasons import steps
from desk.insights.tables import PARTS, tables_of
from offboarding import policies
from offboarding.lifecycle import STAGES, State
from offboarding.models import (
    Lesson,
    Obligation,
    ProofOfReceipt,
    Reaction,
    StageStay,
    StageTarget,
    TerminationCase,
)
from offboarding.selectors import stage_targets
from offboarding.services import decisions, flags, learning, stages
from tests.builders import (
    House,
    a_case,
    a_client,
    a_ground,
    a_house,
    an_engagement,
    an_invoice,
    evaluated,
    fresh,
    wait_until,
)
from tests.desk.many import many_cases

pytestmark = pytest.mark.django_db

PARTS_BY_NAME = {part.code: part for part in PARTS}


def the_tables(user: Any) -> dict[str, Table]:
    visible = policies.cases_visible_to(user)
    return {
        table.code: table for part in PARTS for table in tables_of(part, visible, usual_period())
    }


def words(table: Table) -> dict[str, list[str]]:
    return {row.label: [cell.words for cell in row.cells] for row in table.rows}


def a_small_firm(house: House) -> dict[str, TerminationCase]:
    """A case in every state, two of them of another ground, with what happens on the way."""
    money = a_ground("money-in-test", name="=Unpaid invoices", position=7)
    found: dict[str, TerminationCase] = {}
    wanted = [State.EVALUATION, State.NOTICE, State.ACKNOWLEDGED, State.RETAINED, State.WITHDRAWN,
              State.FOLLOW_UP, State.CLOSED]  # fmt: skip
    for place, state in enumerate(wanted):
        client = a_client(house.office, house.team, house.manager, reference=f"C-{place + 10}",
                          legal_name=f"Client {place}")  # fmt: skip
        an_engagement(client, started_on=clock.today() - timedelta(days=700 * place + 30))
        an_invoice(client, number=f"I-{place}", issued_on=clock.today() - timedelta(days=40))
        ground = money if place % 3 == 0 else house.ground
        found[state] = a_case(house, state, client=client, ground=ground)
    flags.dispute(found[State.ACKNOWLEDGED], by=house.by_manager, reason="Not what we agreed.")
    flags.clear_dispute(
        fresh(found[State.ACKNOWLEDGED]), by=house.by_lead, reason="We talked about it."
    )
    for state in (State.NOTICE, State.ACKNOWLEDGED):
        learning.log_reaction(found[state], by=house.by_manager, kind="anger",
                              noticed_on=clock.today())  # fmt: skip
    return found


def test_every_figure_is_what_a_count_by_hand_finds(client: Client) -> None:
    house = a_house()
    made = a_small_firm(house)
    everything = [fresh(one) for one in made.values()]
    tables = the_tables(house.lead)

    by_ground = Counter(one.ground.name for one in everything)  # type: ignore[union-attr]
    assert {row: cells[0] for row, cells in words(tables["reasons"]).items()} == {
        name: str(many) for name, many in by_ground.items()
    }
    kept = words(tables["reasons"])[made[State.RETAINED].ground.name]  # type: ignore[union-attr]
    assert kept[4] == "1"
    assert sum(row.bars[0] for row in tables["over-time"].rows) == len(everything)

    now = Counter(one.state for one in everything if one.state in STAGES)
    assert {row: cells[0] for row, cells in words(tables["waiting"]).items()} == {
        str(State(state).label): str(many) for state, many in now.items()
    }
    targets = stage_targets()
    for state in STAGES:
        days = [stay.days for stay in StageStay.objects.filter(state=state)]
        cells = words(tables["stages"]).get(str(state.label))
        assert (cells is None) == (not days)
        if cells:
            within = sum(one <= targets[state] for one in days)
            assert cells[0] == str(len(days)) and cells[3:5] == [
                str(within),
                str(len(days) - within),
            ]
            mean = f"{sum(days) / len(days):.1f}" if len(days) >= FEWEST else "–"
            assert cells[1] == mean

    served = [one for one in everything if one.served_on]
    proven = [one for one in served if one.acknowledged_at]
    registered = words(tables["receipt"])["Registered mail"]
    assert registered[:3] == [str(len(served)), str(len(proven)), str(len(served) - len(proven))]
    counting = {one.case_id for one in ProofOfReceipt.objects.all() if one.counts}
    assert [row.bars for row in tables["proof"].rows] == [(len(counting),)]

    for party, label in (("ours", "We owe"), ("clients", "They owe")):
        owed = [one for one in Obligation.objects.all() if one.party == party and one.due_on]
        done = [one for one in owed if one.state == "fulfilled"]
        on_time = [one for one in done if one.settled_at.date() <= one.due_on]  # type: ignore[operator,union-attr]
        still = [
            one
            for one in owed
            if one.state in ("open", "escalated")
            and (one.amount_cents or one.case.state not in (State.RETAINED, State.WITHDRAWN))
        ]
        overdue = [one for one in still if one.due_on < clock.today()]  # type: ignore[operator]
        counts = (len(on_time), len(done) - len(on_time), len(overdue), len(still) - len(overdue))
        row = next(one for one in tables["obligations"].rows if one.label == label)
        assert row.bars == counts

    ending = [one for one in everything if one.effective_on and one.effective_on <= clock.today()
              and one.state not in (State.RETAINED, State.WITHDRAWN)]  # fmt: skip
    assert words(tables["money"])["At the end, EUR"][0] == str(len(ending))
    assert sum(row.bars[0] for row in tables["age"].rows) == sum(
        1 for one in everything
        if one.effective_on and one.state not in (State.RETAINED, State.WITHDRAWN)
    )  # fmt: skip
    angry = Reaction.objects.filter(kind="anger").values("case").distinct().count()
    assert sum(row.bars[0] for row in tables["reactions"].rows) == angry == 2
    assert sum(row.bars[1] for row in tables["reactions"].rows) == 1, "also when it was settled"
    assert sum(sum(row.bars) for row in tables["avoidable"].rows) == Lesson.objects.count() == 1

    # Every number opens exactly as many cases; one of obligations those that have one.
    client.force_login(house.lead)
    for code in PARTS_BY_NAME:
        page = client.get(f"/insights/{code}/").content.decode()
        links = re.findall(r'href="(/cases/\?figure=[^"]*)" aria-label="([\d,]+), ', page)
        assert links
        for url, number in links:
            listed = client.get(unescape(url)).content.decode()
            references = set(re.findall(r"OFB-[\d-]+(?=</div>)", listed))
            if "owed%3A" in url:
                assert 1 <= len(references) <= int(number)
            else:
                assert len(references) == int(number), url
    assert "behind a figure of the insights" in listed


def test_small_groups_have_no_rates_and_larger_ones_do() -> None:
    house = a_house()
    many_cases(house, FEWEST - 1)
    few = words(the_tables(house.lead)["reasons"])[house.ground.name]
    assert few[:2] == [str(FEWEST - 1), "–"]

    many_cases(house, 1, first=50)
    enough = words(the_tables(house.lead)["reasons"])[house.ground.name]
    assert enough[:2] == [str(FEWEST), "100 %"]


def test_what_was_disputed_before_it_was_served_is_no_part_of_what_was_served() -> None:
    house = a_house()
    many_cases(house, FEWEST + 2)
    cases = TerminationCase.objects.order_by("pk")
    cases.update(first_disputed_at=clock.now())
    served = [one.pk for one in cases[:FEWEST]]
    cases.filter(pk__in=served).update(served_on=clock.today(), served_by="email")

    cells = words(the_tables(house.lead)["reactions"])[house.ground.name]

    assert (cells[0], cells[-2], cells[-1]) == (str(FEWEST), str(FEWEST + 2), "100 %")


@pytest.mark.parametrize(
    ("who", "counted"),
    [("manager", 1), ("lead", 2), ("auditor", 1), ("outsider", 0), ("other_lead", 0), ("admin", 0)],
)
def test_nobody_counts_what_they_may_not_read(client: Client, who: str, counted: int) -> None:
    house = a_house()
    a_case(house)
    hidden = a_case(house)
    TerminationCase.objects.filter(pk=hidden.pk).update(is_restricted=True, owner=house.second_lead)
    client.force_login(getattr(house, who))

    table = the_tables(getattr(house, who))["waiting"]
    assert [cells[0] for cells in words(table).values()] == ([str(counted)] if counted else [])
    for address in ("/insights/", "/insights/time/"):
        assert client.get(address).status_code == 200
    file = client.get("/insights/reasons.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(file)))[1:]
    assert sum(int(row[1]) for row in rows) == counted
    listed = client.get("/cases/?figure=waiting:evaluation:all").content.decode()
    assert listed.count("table__sub nowrap") == counted


def test_a_file_runs_no_formula_and_tells_what_the_page_tells(client: Client) -> None:
    house = a_house()
    a_case(house, ground=a_ground("formula", name="=cmd()"))
    client.force_login(house.lead)

    answer = client.get("/insights/reasons.csv")

    assert answer["Content-Disposition"].startswith('attachment; filename="insights-reasons-')
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:2] == ["Ground", "Cases"]
    assert rows[1][:3] == ["'=cmd()", "1", "–"]
    assert client.get("/insights/nothing.csv").status_code == 404
    assert client.get("/insights/nothing/").status_code == 404


def test_a_page_costs_the_same_with_many_cases(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    house = a_house()
    many_cases(house, 300)
    client.force_login(house.lead)
    for part in PARTS:
        with django_assert_max_num_queries(12):
            assert client.get(f"/insights/{part.code}/").status_code == 200


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("since=2026-05-02&until=2026-05-01", "This day is before the first one."),
        ("since=1950-01-01", "Choose 20 years at most."),
        ("since=tomorrow", "Enter a valid date."),
    ],
)
def test_a_period_that_is_none_is_said_beside_its_field(
    client: Client, query: str, sentence: str
) -> None:
    client.force_login(a_house().lead)

    answer = client.get(f"/insights/?{query}")

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


@pytest.mark.parametrize(
    "figure",
    ["x", "stage", "stage:nowhere:all", "opened:²", "opened:99999999999999999999", "age:7",
     "served:email", "owed:ours:soon", "opened:1:2:3", "money:never:EUR", "receipt:a:b"],
)  # fmt: skip
def test_a_figure_that_is_none_is_refused(client: Client, figure: str) -> None:
    with pytest.raises(NoSuchFigure):
        behind(TerminationCase.objects.none(), figure)
    client.force_login(a_house().lead)
    answer = client.get("/cases/", {"figure": figure})
    assert answer.status_code == 422
    assert "no such figure" in answer.content.decode()


@pytest.mark.parametrize(("days", "said"), [("0", 200), ("1000", 200), ("", 200), ("5", 302)])
def test_an_admin_decides_how_long_a_stage_should_take(
    client: Client, days: str, said: int
) -> None:
    house = a_house()
    case = a_case(house)
    wait_until(clock.today() + timedelta(days=9))
    client.force_login(house.admin)
    target = StageTarget.objects.get(state=State.EVALUATION)
    assert client.get("/admin/offboarding/stagetarget/add/").status_code == 403

    sent = client.post(f"/admin/offboarding/stagetarget/{target.pk}/change/", {"days": days})

    assert sent.status_code == said
    is_changed = said == 302
    assert AuditEvent.objects.filter(action="stagetarget.changed").exists() == is_changed
    client.force_login(house.manager)
    over = client.get("/cases/?figure=waiting:evaluation:over").content.decode()
    assert (case.reference in over) == is_changed
    assert ("9 days here, target 5" in client.get("/board/").content.decode()) == is_changed
    waiting = words(the_tables(house.manager)["waiting"])["Evaluate"]
    assert waiting[1:3] == (["1", "5"] if is_changed else ["0", "14"])


def test_days_in_a_stage_are_kept_and_added_up_when_a_case_comes_back() -> None:
    house = a_house()
    case = a_case(house)
    for days, reason in ((9, "A new scope."), (4, "A newer scope.")):
        wait_until(clock.today() + timedelta(days=days))
        evaluated(house, fresh(case))
        decisions.request_decision(fresh(case), by=house.by_manager)
        kept = decisions.retain(fresh(case), by=house.by_lead, reason=reason)
        case = stages.reopen(kept, by=house.by_lead, reason="It began again.")
    assert [(one.state, one.days) for one in StageStay.objects.all()] == [("evaluation", 13)]


def test_a_period_is_cut_into_months_quarters_or_years() -> None:
    today = clock.today()
    for days, most in ((364, 13), (900, 11), (3000, 10)):
        period = Period(today - timedelta(days=days), today)
        found = steps(period)
        assert found[0].since == period.since and found[-1].until == period.until
        next_days = [one.until + timedelta(days=1) for one in found[:-1]]
        assert next_days == [one.since for one in found[1:]]
        assert len(found) <= most


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(4, 4, "–"), (0, 5, "0 %"), (5, 5, "100 %"), (1, 400, "< 1 %"), (399, 400, "> 99 %")],
)
def test_a_share_says_all_or_none_only_of_all_or_none(part: int, whole: int, words: str) -> None:
    assert share(part, whole).words == words


def test_bars_share_the_width_of_the_longest() -> None:
    chart = chart_of([("A", (1, 1)), ("B" * 40, (0, 4)), ("C", (0, 0))], ["notice", "overdue"])
    assert chart is not None
    first, second, third = chart.rows
    assert [(bar.x, bar.width) for bar in first.bars] == [("0.00%", "25.00%"), ("25.00%", "25.00%")]
    assert [bar.tone for bar in second.bars] == ["overdue"] and second.label.endswith("…")
    assert (first.words, second.words) == ("1 · 1", "0 · 4")
    assert third.bars == [] and chart.height == 120
    assert chart_of([("A", (0,))], ["notice"]) is None
