"""Look backs: raised on their day, once, with a mail where it is planned."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit import clock
from notices.models import Delivery, Message
from notices.reminding import follow_ups
from offboarding.lifecycle import State
from offboarding.models import FollowUp, Task, TerminationCase
from offboarding.services import flags, links
from offboarding.services.follow_ups import complete_follow_up
from tests.builders import a_case, fresh, wait_until


@pytest.fixture
def case(house) -> TerminationCase:
    """A case in follow-up with its two planned look backs."""
    return a_case(house, State.FOLLOW_UP)


def first(case) -> FollowUp:
    return case.follow_ups.order_by("due_on").first()


def raised(case) -> int:
    return Task.objects.filter(case=case, origin__startswith="follow-up:").count()


def test_nothing_is_raised_before_its_day(case):
    wait_until(first(case).due_on - timedelta(days=1))

    assert follow_ups.sweep() == 0
    assert raised(case) == 0


def test_on_its_day_the_owner_gets_a_task_and_the_client_a_mail_once(case):
    wait_until(first(case).due_on)
    assert follow_ups.sweep() == 1
    assert follow_ups.sweep() == 0

    assert raised(case) == 1
    message = Message.objects.get(case=case)
    assert message.kind == "follow_up"
    assert message.subject.startswith("Our work for Adams Print ended on")
    assert "three optional questions" in message.text.splitlines()[0]
    assert Delivery.objects.get(message=message).recipient_email == "jane.adams@example.com"
    [link] = case.links.filter(purpose="feedback")
    assert f"/f/{links.token_of(link)}/" in message.text


def test_a_look_back_that_does_not_write_raises_its_task_alone(case):
    FollowUp.objects.update(writes_to_client=False)
    wait_until(first(case).due_on)
    follow_ups.sweep()

    assert raised(case) == 1
    assert not Message.objects.exists()


def test_a_client_who_disputes_is_not_asked_how_it_was(case, house):
    flags.dispute(fresh(case), by=house.by_manager, reason="They object.")
    wait_until(first(case).due_on)
    follow_ups.sweep()

    assert raised(case) == 1
    assert not Message.objects.exists()


def test_a_hold_lets_look_backs_wait(case, house):
    until = first(case).due_on + timedelta(days=3)
    flags.hold(fresh(case), by=house.by_manager, until=until, reason="A call is planned.")
    wait_until(first(case).due_on)
    assert follow_ups.sweep() == 0

    wait_until(until)
    assert follow_ups.sweep() == 1


def test_a_client_without_an_address_gets_no_mail_and_the_owner_still_the_task(case, house):
    house.client.contacts.all().delete()
    wait_until(first(case).due_on)
    follow_ups.sweep()

    assert raised(case) == 1
    assert not Message.objects.exists()


def test_a_look_back_that_was_made_is_not_raised(case, house):
    wait_until(first(case).due_on)
    complete_follow_up(first(case), by=house.by_manager, outcome="Nothing is open.")

    assert follow_ups.sweep() == 0


def test_a_long_pause_of_the_worker_raises_all_of_them(case):
    wait_until(case.follow_ups.order_by("due_on").last().due_on + timedelta(days=10))

    assert follow_ups.sweep() == 2
    assert raised(case) == 2
    assert clock.offset() > timedelta(days=30)
