"""The page of one case: what it shows in each stage, to whom, and at what price."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import clock
from clients.models import Holiday
from offboarding.lifecycle import STAGES, State
from offboarding.models import Direction, Medium, Party, TerminationCase
from offboarding.services import (
    cases,
    decisions,
    evidence,
    files,
    flags,
    obligations,
    remedies,
    tasks,
)
from tests.builders import (
    House,
    a_case,
    a_client,
    a_house,
    an_engagement,
    an_invoice,
    evaluated,
    fresh,
)
from tests.desk.pages import AS_TEXT, HOSTILE, actions, page

pytestmark = pytest.mark.django_db

EVERY_STATE = [*STAGES, State.CLOSED, State.RETAINED, State.WITHDRAWN]
MOST_QUERIES = 12


def fill(house: House, case: TerminationCase, rows: int) -> None:
    """Add many of everything a case may gain in its stage."""
    today = clock.today(case.time_zone)
    for number in range(rows):
        evidence.log_communication(
            case,
            by=house.by_manager,
            direction=Direction.INCOMING,
            medium=Medium.EMAIL,
            occurred_at=clock.now() - timedelta(minutes=number),
            subject=f"Mail {number}",
        )
        tasks.add_task(case, by=house.by_manager, title=f"Task {number}", due_on=today)
        an_invoice(case.client, f"INV-{number}")
        Holiday.objects.create(office=case.client.office, on=today + timedelta(days=number))
        if case.state == State.EVALUATION:
            fact, tried = f"Fact {number}", f"Remedy {number}"
            evidence.add_evidence(case, by=house.by_manager, happened_on=today, fact=fact)
            remedies.add_remedy(case, by=house.by_manager, tried_on=today, description=tried)
        else:
            title = f"Report {number}"
            obligations.add_obligation(case, by=house.by_manager, party=Party.OURS, title=title)
    for number in range(10):
        upload = SimpleUploadedFile(f"Minutes {number}.txt", b"Minutes")
        files.keep_file(case, upload, by=house.by_manager)


@pytest.mark.parametrize("state", EVERY_STATE)
def test_the_page_costs_the_same_however_much_the_case_holds(client: Client, state: str) -> None:
    house = a_house()
    case = a_case(house, state)
    client.force_login(house.lead)
    page(client, case)
    with CaptureQueriesContext(connection) as few:
        page(client, case)
    if not fresh(case).is_ended:
        fill(house, fresh(case), 60)

    with CaptureQueriesContext(connection) as many:
        page(client, case)

    assert len(few) <= MOST_QUERIES
    assert len(many) <= len(few)


@pytest.mark.parametrize("state", EVERY_STATE)
def test_looking_at_a_case_changes_nothing(client: Client, state: str) -> None:
    house = a_house()
    case = a_case(house, state)
    before = actions(case)
    for person in (house.manager, house.lead, house.auditor):
        client.force_login(person)
        page(client, case)

    assert actions(case) == before
    assert fresh(case).version == case.version


@pytest.mark.parametrize("state", EVERY_STATE)
def test_an_auditor_reads_every_stage_and_sees_nothing_to_press(client: Client, state: str) -> None:
    house = a_house()
    case = a_case(house, state)
    client.force_login(house.auditor)

    shown = page(client, case).partition('<main class="page"')[2].partition("</main>")[0]

    assert case.client.legal_name in shown
    assert "<form" not in shown
    assert "<button" not in shown
    assert "button--primary" not in shown


# -- the next step ---------------------------------------------------------------------------------


def test_a_new_case_says_what_its_decision_still_needs_and_where(client: Client) -> None:
    house = a_house()
    case = cases.open_case(house.client, by=house.by_manager)
    client.force_login(house.manager)

    shown = page(client, case)

    for place in ("ground", "evidence", "remedies", "terms", "decision"):
        assert f'href="/cases/{case.reference}/{place}/"' in shown
    assert "No ground is chosen yet." in shown
    assert "Nothing is disputed" in shown
    assert "Choose the ground" in shown


def test_the_one_next_action_follows_the_case(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    evaluated(house, case)
    client.force_login(house.manager)
    assert "Ask for a decision" in page(client, case)
    decisions.request_decision(case, by=house.by_manager)
    waiting = page(client, case)
    assert "A team lead is asked to decide" in waiting
    assert "button--primary" not in waiting

    client.force_login(house.lead)

    assert "Read the summary and decide" in page(client, case)


def test_an_open_step_is_a_form_that_carries_key_and_version(client: Client) -> None:
    house = a_house()
    case = a_case(house, State.OBLIGATIONS_FULFILLED)
    client.force_login(house.manager)

    shown = page(client, case)

    assert f'action="/cases/{case.reference}/advance/begin-transition/"' in shown
    assert f'name="version" value="{case.version}"' in shown


@pytest.mark.parametrize("state", STAGES)
def test_a_blocked_step_has_no_button_of_its_own(client: Client, state: str) -> None:
    house = a_house()
    case = a_case(house, state)
    flags.dispute(case, by=house.by_manager, reason="We see it otherwise.")
    client.force_login(house.manager)

    shown = page(client, case)

    assert "/advance/" not in shown
    assert "a team lead has to clear it first" in shown


# -- facts -----------------------------------------------------------------------------------------


def test_the_earliest_lawful_date_stands_there_with_its_rule(client: Client) -> None:
    house = a_house()
    house.engagement.delete()
    an_engagement(
        house.client,
        title="Retainer 2024",
        notice_period_count=3,
        notice_period_unit="months",
        notice_to_end_of_month=True,
    )
    case = cases.open_case(house.client, by=house.by_manager)
    client.force_login(house.manager)

    shown = page(client, case)

    assert "Retainer 2024" in shown
    assert "3 months to the end of a month" in shown
    assert "A period of 3 months runs until" in shown
    assert "It ends only at the end of a month, so the earliest date is" in shown


def test_open_money_is_summed_by_currency(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    an_invoice(house.client, "A-1", amount_cents=100_00)
    an_invoice(house.client, "A-2", amount_cents=50_50)
    an_invoice(house.client, "A-3", amount_cents=999_00, paid_on=clock.today())
    an_invoice(house.client, "A-4", amount_cents=70_00, currency="USD")
    client.force_login(house.manager)

    shown = page(client, case)

    assert "€150.50" in shown
    assert "in 2 invoices" in shown
    assert "$70.00" in shown
    assert "999" not in shown


def test_a_task_given_to_several_people_is_one_line(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    evaluated(house, case)
    decisions.request_decision(case, by=house.by_manager)
    client.force_login(house.lead)

    shown = page(client, case)

    assert shown.count(">Decide: end, keep or ask for more<") == 1
    assert f"{house.lead.name}" in shown
    assert f"{house.second_lead.name}" in shown


def test_words_people_typed_are_shown_as_words(client: Client) -> None:
    house = a_house()
    named = a_client(house.office, house.team, house.manager, reference="C-9", legal_name="Ab&<i>")
    an_engagement(named, title=HOSTILE[:110])
    case = cases.open_case(named, by=house.by_manager, summary=HOSTILE, scope=HOSTILE)
    today = clock.today(case.time_zone)
    evidence.add_evidence(
        case, by=house.by_manager, happened_on=today, fact=HOSTILE, source=HOSTILE
    )
    remedies.add_remedy(
        case, by=house.by_manager, tried_on=today, description=HOSTILE, outcome=HOSTILE
    )
    evidence.log_communication(
        case,
        by=house.by_manager,
        direction=Direction.INCOMING,
        medium=Medium.CALL,
        occurred_at=clock.now(),
        subject=HOSTILE,
        counterpart=HOSTILE,
        body=HOSTILE,
    )
    tasks.add_task(case, by=house.by_manager, title=HOSTILE, due_on=today, details=HOSTILE)
    flags.dispute(case, by=house.by_manager, reason=HOSTILE)
    flags.set_legal_hold(case, by=house.by_lead, reason=HOSTILE)
    upload = SimpleUploadedFile("<b>{{ 7 }}.txt", b"x")
    files.keep_file(case, upload, by=house.by_manager)
    client.force_login(house.lead)

    for place in ("", "timeline/", "record/", "decision/", "evidence/", "remedies/", "files/"):
        shown = page(client, case, place)
        assert "<script>alert" not in shown, place
        assert "<b>{{" not in shown, place
        assert AS_TEXT in shown or "&lt;b&gt;{{ 7 }}.txt" in shown, place


# -- the timeline ----------------------------------------------------------------------------------


def test_the_timeline_is_read_on_page_by_page_without_gap_or_double(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    moment = clock.now() - timedelta(hours=1)
    for number in range(120):
        evidence.log_communication(
            case,
            by=house.by_manager,
            direction=Direction.OUTGOING,
            medium=Medium.EMAIL,
            # Whole minutes, as people type them: many share one.
            occurred_at=moment.replace(second=0, microsecond=0) - timedelta(minutes=number // 7),
            subject=f"Mail-{number:03}",
        )
    client.force_login(house.manager)
    found: list[str] = []
    place, older = "timeline/", f"/cases/{case.reference}/timeline/?before="
    for _page in range(5):
        shown = page(client, case, place)
        found += [word[:8] for word in shown.split("<strong>")[1:] if word.startswith("Mail-")]
        # The form that switches the keys off carries the page's own address.
        mark = shown.partition(f'href="{older}')[2].partition('"')[0]
        if not mark:
            break
        place = f"timeline/?before={mark}"

    assert len(found) == 120
    assert len(set(found)) == 120


@pytest.mark.parametrize("mark", ["x", "20270101T000000.000000c", "%00", "c1", "9" * 40 + "e1"])
def test_a_mark_nobody_gave_out_shows_the_newest_page(client: Client, mark: str) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.manager)

    assert "Case opened" in page(client, case, f"timeline/?before={mark}")


# -- the record ------------------------------------------------------------------------------------


def test_the_record_shows_every_event_in_order_with_its_fingerprint(client: Client) -> None:
    house = a_house()
    case = a_case(house, State.ACKNOWLEDGED)
    client.force_login(house.auditor)

    shown = page(client, case, "record/")

    places = [shown.index(f"<code>{action}</code>") for action in dict.fromkeys(actions(case))]
    assert places == sorted(places)


def test_a_long_record_is_read_on(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    for number in range(130):
        tasks.add_task(case, by=house.by_manager, title=f"Task {number}", due_on=clock.today("UTC"))
    client.force_login(house.manager)

    assert "?after=100" in page(client, case, "record/")
    assert "Task 129" in page(client, case, "record/?after=100")
    assert "case.opened" in page(client, case, "record/?after=x")


# -- who sees what ---------------------------------------------------------------------------------


def test_a_restricted_case_exists_for_named_people_only(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    cases.assign(case, house.lead, by=house.by_lead)
    cases.restrict(case, [], by=house.by_lead)
    address = f"/cases/{case.reference}/"

    for person in (house.manager, house.auditor, house.admin, house.outsider):
        client.force_login(person)
        assert client.get(address).status_code == 404
        assert client.get(f"{address}record/").status_code == 404
    cases.restrict(case, [house.manager], by=house.by_lead)
    client.force_login(house.manager)

    assert house.manager.name in page(client, case)
