"""The line of dates on which receipt is asked for, on the case and on the notice."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from audit import clock
from notices.models import Chase
from notices.reminding import reminders
from offboarding.lifecycle import State
from offboarding.models import ProofKind, ServiceRule, TerminationCase
from offboarding.services import flags, proofs, stages
from tests.builders import House, a_case, a_house, fresh
from tests.desk.pages import page
from tests.portal import letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def case(house: House) -> TerminationCase:
    """A case served by e-mail, whose ladder the sweep has begun."""
    held = letters.by_email(house)
    reminders.sweep()
    return fresh(held.case)


def steps(html: str) -> list[tuple[str, str]]:
    """Each step of the line: its state, and whether it has a day."""
    found = re.findall(r'<li class="ladder__step ladder__step--(\w+)"(.*?)</li>', html, re.DOTALL)
    return [(state, "day" if "<time" in rest else "no day") for state, rest in found]


def seen(client: Client, house: House, case: TerminationCase, place: str = "") -> str:
    client.force_login(house.manager)
    return page(client, case, place)


@pytest.mark.parametrize("place", ["", "notice/"])
def test_the_line_shows_what_was_done_and_what_comes(
    client: Client, house: House, case: TerminationCase, place: str
) -> None:
    days_until = (Chase.objects.get(case=case).due_on - clock.today(case.time_zone)).days  # type: ignore[operator]
    clock.move(clock.offset() + timedelta(days=days_until))
    reminders.sweep()

    html = seen(client, house, case, place)

    assert steps(html) == [
        ("done", "day"),
        ("next", "day"),
        ("planned", "day"),
        ("planned", "day"),
        ("planned", "day"),
        ("planned", "day"),
    ]
    for words in ("Second reminder", "Other channel", "Leads are told", "Deemed service proposed"):
        assert words in html
    sentence = "In business days of the client’s country (United Kingdom), with its own weekends"
    assert sentence in html.replace("&#x27;", "’")


def dispute(house: House, case: TerminationCase) -> None:
    flags.dispute(case, by=house.by_manager, reason="They object.")


def hold(house: House, case: TerminationCase) -> None:
    until = clock.today(case.time_zone) + timedelta(days=9)
    flags.hold(case, by=house.by_manager, until=until, reason="A call is planned.")


def call(house: House, case: TerminationCase) -> None:
    proofs.record_proof(
        case,
        by=house.by_manager,
        kind=ProofKind.PHONE,
        received_at=clock.now(),
        note="She has it.",
    )


@pytest.mark.parametrize(
    ("stop", "left", "words"),
    [
        (dispute, 6, "Stopped while the case is disputed."),
        (hold, 6, "Waits while the case is on hold, until"),
        (call, 0, "Nobody asks any more: a receipt is in."),
    ],
)
def test_what_stops_it_is_said_and_no_day_is_promised(
    client: Client, house: House, case: TerminationCase, stop, left: int, words: str
) -> None:
    stop(house, case)

    html = seen(client, house, case)

    assert steps(html) == [("waiting", "no day")] * left
    assert words in html


def test_a_withdrawn_case_asks_nobody(client: Client, house: House, case: TerminationCase) -> None:
    stages.withdraw(case, by=house.by_lead, reason="The invoices were paid.")

    assert "ladder" not in seen(client, house, case)


def test_nothing_is_shown_before_the_notice_left(client: Client, house: House) -> None:
    case = a_case(house, State.NOTICE)

    assert "Asking whether it arrived" not in seen(client, house, case)


@pytest.mark.parametrize("place", ["", "notice/", "receipts/deemed/"])
def test_the_rule_of_deemed_service_is_said_as_it_was_used(
    client: Client, house: House, case: TerminationCase, place: str
) -> None:
    ServiceRule.objects.update(days=30)

    html = seen(client, house, case, place)

    assert "An e-mail counts as received 1 business day after it was handed over." in html
    assert "A careful default of the house, not a law." in html
