"""Programs at fifty links while twenty people confirm: twenty cases move, and no other."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from django.test import Client
from playwright.sync_api import sync_playwright

from clients.models import Contact
from notices.models import Confirmation, Message, MessageKind
from notices.receipts import signs as receipt_signs
from notices.receipts.signs import MANY_LINKS
from offboarding.lifecycle import State
from offboarding.models import Grade, ProofOfReceipt, Question, TerminationCase
from tests import builders
from tests.builders import House
from tests.notices import walks
from tests.portal import letters, scanners
from tests.portal.letters import Held, nonce_on
from tests.portal.scanners import CONFIRMED, EARLY, LATE, WEAK, Behaviour

LINKS, PEOPLE = 50, 20
LINKS_EACH = 2
"""Links that a behaviour is tried on: one of a person, one of nobody."""

Work = Callable[[], None]
NOON = datetime(2027, 3, 9, 12, tzinfo=UTC)


@pytest.fixture
def house(transactional_db: None) -> House:
    """A firm that threads can see."""
    return builders.a_house()


def _has_threads() -> bool:
    return connection.vendor == "postgresql"


def a_letter(house: House, number: int) -> Held:
    """Another client's letter, which left just now."""
    client = builders.a_client(
        house.office,
        house.team,
        house.manager,
        reference=f"S-{number}",
        legal_name=f"S{number} Ltd",
    )
    name = (
        f"{chr(65 + number % 26)}nna {chr(65 + number // 26)}rcher-{'abcdefghij'[number % 10]}ell"
    )
    Contact.objects.filter(client=client).update(name=name, email=f"s{number}@example.com")
    builders.an_engagement(client)
    case = builders.decided(house, builders.a_case(house, State.EVALUATION, client=client))
    notice = walks.sent(house, walks.a_draft(house, case))
    return letters.by_email(house, notice=notice, minutes_ago=0)


def all_at_once(work: list[Work]) -> None:
    """Do it in some order; with threads where the database has row locks."""
    random.Random(20).shuffle(work)
    if not _has_threads():
        for one in work:
            one()
        return

    def alone(one: Work) -> None:
        try:
            one()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as threads:
        list(threads.map(alone, work))


class Robots:
    """Every behaviour, each on links of its own and from addresses of its own.

    Attributes:
        came_from: which behaviour an address belongs to, by the hash that we keep of it.
        answers: how many of each kind they got.
    """

    def __init__(self, held: list[Held]) -> None:
        self.held = held
        self.came_from: dict[str, Behaviour] = {}
        self.answers: Counter[str] = Counter()

    def work(self, after: str, on: range) -> list[Work]:
        """Return what the programs of a time do to these links."""
        found = [one for one in scanners.EVERY_BEHAVIOUR if one.after == after]
        return [
            self._run(behaviour, on[(index * 7 + extra * len(on) // LINKS_EACH) % len(on)])
            for index, behaviour in enumerate(found)
            for extra in range(LINKS_EACH)
        ]

    def _run(self, behaviour: Behaviour, place: int) -> Work:
        number = len(self.came_from)
        address = f"198.18.{number // 250}.{number % 250}"
        self.came_from[receipt_signs.hash_of_address(address)] = behaviour
        foreign = self.held[(place + 1) % len(self.held)]

        def work() -> None:
            answers = scanners.run(behaviour, self.held[place], foreign, address)
            self.answers.update(f"{answer.status_code // 100}xx" for answer in answers)
            assert all(answer.status_code < 500 for answer in answers), behaviour.name

        return work


def test_twenty_people_are_told_from_fifty_links_full_of_programs(house: House) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        held = [a_letter(house, number) for number in range(LINKS)]
        people, robots = range(PEOPLE), Robots(held)

        # Seconds after the mail: filters look, previews are made, buttons are pressed.
        traveller.shift(timedelta(seconds=20))
        all_at_once(robots.work(EARLY, range(LINKS)))
        assert not TerminationCase.objects.exclude(state=State.NOTICE).exists()

        # Half an hour later people read, while the programs go on.
        traveller.shift(timedelta(minutes=30))
        browsers = [Client(REMOTE_ADDR=f"192.0.2.{number + 1}") for number in people]
        pages = [nonce_on(browsers[number].get(held[number].url)) for number in people]
        traveller.shift(timedelta(seconds=40))

        def confirms(number: int) -> Work:
            def work() -> None:
                fields = {
                    "nonce": pages[number],
                    "name": held[number].link.recipient_name,
                    "is_authorised": "on",
                }
                assert browsers[number].post(held[number].url, fields).status_code == 303

            return work

        all_at_once([*robots.work(LATE, range(LINKS)), *(confirms(number) for number in people)])

        # And the programs come back to what is confirmed.
        traveller.shift(timedelta(minutes=5))
        all_at_once(robots.work(CONFIRMED, people))

    moved = TerminationCase.objects.filter(state=State.ACKNOWLEDGED)
    counted = [proof for proof in ProofOfReceipt.objects.all() if proof.counts]
    weak = ProofOfReceipt.objects.exclude(pk__in=[proof.pk for proof in counted])
    disputed = TerminationCase.objects.exclude(disputed_at=None)
    print(
        f"\n{len(scanners.EVERY_BEHAVIOUR)} behaviours in {len(robots.came_from)} runs over"
        f" {LINKS} links, answers {dict(sorted(robots.answers.items()))}; {PEOPLE} people;"
        f" {moved.count()} cases moved; {len(counted)} confirmations that count; {weak.count()}"
        f" weak ones, of which {weak.exclude(voided_at=None).count()} gave way to a person's;"
        f" {Question.objects.count()} words for a colleague to read; {disputed.count()} disputes."
    )
    assert set(moved) == {held[number].case for number in people}
    assert {(proof.case_id, proof.grade, proof.received_by) for proof in counted} == {
        (one.case.pk, Grade.B, one.link.recipient_name) for one in held[:PEOPLE]
    }
    assert set(weak.values_list("grade", flat=True)) == {Grade.C}
    assert not weak.exclude(accepted_by=None).exists()
    assert not disputed.exists()
    by_programs = Confirmation.objects.filter(address_hash__in=robots.came_from)
    assert by_programs.count() == weak.count()
    left = [robots.came_from[one.address_hash] for one in by_programs]
    assert {one.leaves for one in left} == {WEAK}, [one.name for one in left]


def test_the_corpus_is_wide() -> None:
    names = [one.name for one in scanners.EVERY_BEHAVIOUR]

    assert len(names) == len(set(names)) >= 40


def test_a_program_that_takes_its_time_is_told_apart_by_nothing(house: House) -> None:
    """Said plainly: who waits, reads, types the name and ticks the box looks like a person."""
    held = letters.by_email(house)

    letters.confirm(held, client=Client(headers={"user-agent": scanners.BROWSER}))

    assert ProofOfReceipt.objects.get().grade == Grade.B
    # What helps then is that the addressee is told, at the address that we know.
    message = Message.objects.get(kind=MessageKind.RECEIPT_CONFIRMED)
    assert f"/r/{held.token}/not-me/" in message.text


def test_one_place_that_confirms_many_letters_gets_no_further(house: House) -> None:
    held = [a_letter(house, number) for number in range(MANY_LINKS + 2)]
    letters.minutes_later(30)
    place = Client(REMOTE_ADDR="198.51.100.9")

    for one in held:
        letters.confirm(one, client=place, name=one.link.recipient_name)

    grades = [ProofOfReceipt.objects.get(case=one.case).grade for one in held]
    # The first ones cannot be told from a reader of several letters; leads see what follows.
    assert grades == [Grade.B] * (MANY_LINKS - 1) + [Grade.C] * 3


@pytest.mark.browser
def test_a_browser_that_fills_in_and_presses_everything_moves_nothing(
    live_server: Any, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    held = letters.by_email(house)
    confirmed = a_letter(house, 1)
    letters.minutes_later(30)
    letters.confirm(confirmed, name=confirmed.link.recipient_name)
    pressed = 0
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        # One that says what it is, and one that pretends to be a person's.
        for agent in (None, scanners.BROWSER):
            page = chromium.new_page(user_agent=agent)
            for path in (held.url, confirmed.url, f"{confirmed.url}not-me/", "/code/"):
                page.goto(live_server.url + path)
                for number in range(page.locator("form").count()):
                    page.goto(live_server.url + path)
                    page.evaluate(FILL_IN_EVERYTHING, held.link.recipient_name)
                    with page.expect_navigation():
                        page.locator("form").nth(number).evaluate("form => form.requestSubmit()")
                    pressed += 1
        chromium.close()
        # While Playwright's loop runs here, Django keeps a connection of its own for this thread.
        connections.close_all()

    print(f"\n{pressed} forms filled in and pressed by a browser with script.")
    assert pressed >= 16
    assert held.case.state == State.NOTICE
    assert confirmed.case.state == State.ACKNOWLEDGED
    assert not TerminationCase.objects.exclude(disputed_at=None).exists()
    assert {proof.grade for proof in held.case.proofs.all()} == {Grade.C}


FILL_IN_EVERYTHING = """name => {
    for (const field of document.querySelectorAll("input, textarea")) {
        if (field.type === "checkbox") field.checked = true;
        else if (field.type !== "hidden" && field.type !== "file") field.value = name;
    }
}"""
