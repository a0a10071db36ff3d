"""Reminders of what is due: whom, when, how often, and what stops them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.formats import date_format

from accounts.actor import Actor
from audit import clock
from notices.mailing import mail
from notices.models import Message, MessageKind
from notices.outbox import stops
from notices.reminding import owed_mail, owed_reminders
from offboarding import selectors, terms
from offboarding.lifecycle import State
from offboarding.models import Obligation, Party, TaskKind, TerminationCase
from offboarding.services import cases, flags, obligations, stages, ticks
from tests.builders import House, a_case, an_obligation, fresh, wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(house: House) -> TerminationCase:
    """An acknowledged case on which nothing of the checklist is left."""
    case = a_case(house, State.ACKNOWLEDGED)
    for row in case.obligations.all():
        obligations.not_applicable(row, by=house.by_manager, reason="Not in this test.")
    return case


def in_days(case: TerminationCase, days: int) -> date:
    """A business day at the office and the client, so many business days ahead."""
    return terms.add_business_days(clock.today(case.time_zone), days, selectors.days_off_of(case))


def theirs(case: TerminationCase, days: int = 10, **changes: Any) -> Obligation:
    fields = {"party": Party.CLIENTS, "title": "Return the keys", "due_on": in_days(case, days)}
    return an_obligation(case, **(fields | changes))


def sweep_until(case: TerminationCase, last: date) -> list[date]:
    """Let days pass until one, with a sweep each; return the days on which somebody heard of it."""
    days = []
    while (today := clock.today(case.time_zone)) <= last:
        if owed_reminders.sweep():
            days.append(today)
        wait_until(today + timedelta(days=1))
    return days


def mails(case: TerminationCase) -> list[str]:
    rows = Message.objects.filter(case=case, kind=MessageKind.OWED_REMINDER)
    return list(rows.order_by("pk").values_list("text", flat=True))


def test_the_client_is_mailed_before_and_after_the_day_then_somebody_calls(
    case: TerminationCase,
) -> None:
    row = theirs(case)
    assert row.due_on is not None
    rest = selectors.days_off_at_the_client(case)
    expected = [terms.add_business_days(row.due_on, step, rest) for step in owed_reminders.THEIRS]

    days = sweep_until(case, expected[-1] + timedelta(days=9))

    assert days == expected
    first, second = mails(case)
    assert "- Return the keys, by " in first and "/o/" in second
    assert "- Return the keys, was due on " in second
    task = case.tasks.get(done_at=None, kind=TaskKind.CALL)
    assert task.title == "Ask the client about: Return the keys"
    assert "It was due on" in task.details and "by mail 2 times" in task.details
    row.refresh_from_db()
    assert (row.mails_sent, row.next_reminder_on) == (2, None)


def test_all_that_is_due_goes_in_one_mail_and_a_moved_day_brings_no_third(
    house: House, case: TerminationCase
) -> None:
    first, second = theirs(case), theirs(case, title="Pay the rest", amount_cents=5_000)
    assert first.due_on is not None
    sweep_until(case, first.due_on + timedelta(days=6))
    assert len(mails(case)) == 2
    assert all("Return the keys" in text and "Pay the rest (EUR 50.00)" in text
               for text in mails(case))  # fmt: skip

    obligations.edit_obligation(
        second, by=house.by_manager, title="Pay the rest", due_on=in_days(case, 15), owner=None
    )
    sweep_until(case, in_days(case, 30))

    assert len(mails(case)) == 2


def test_ours_are_tasks_before_the_day_and_the_leads_hear_when_it_stays_late(
    house: House, case: TerminationCase
) -> None:
    row = an_obligation(case, due_on=in_days(case, 8))
    assert row.due_on is not None
    days_off = selectors.days_off_of(case)
    expected = [terms.add_business_days(row.due_on, step, days_off) for step in owed_reminders.OURS]

    days = sweep_until(case, expected[-1] + timedelta(days=7))

    assert days == expected
    open_tasks = case.tasks.filter(done_at=None)
    assert {(task.assignee.name, task.title.partition(" ")[0]) for task in open_tasks} == {
        ("Mia Manager", "Due"),
        ("Leo Lead", "Overdue"),
        ("Lena Lead", "Overdue"),
    }
    obligations.fulfil(row, by=house.by_manager, proof="Sent.")
    assert not case.tasks.filter(done_at=None).exists()


def _ticked(house: House, case: TerminationCase, row: Obligation) -> None:
    ticks.tick(case, [row.pk], by=Actor.client("Jane Adams", link_id=1))


STOPS: dict[str, Callable[[House, TerminationCase, Obligation], object]] = {
    "ticked": _ticked,
    "settled": lambda house, case, row: obligations.fulfil(row, by=house.by_manager),
    "disputed": lambda house, case, row: flags.dispute(case, by=house.by_manager, reason="No."),
    "on hold": lambda house, case, row: flags.hold(
        case, by=house.by_manager, until=in_days(case, 90), reason="They are away."
    ),
    "withdrawn": lambda house, case, row: stages.withdraw(
        fresh(case),
        by=house.by_lead,
        reason="They paid.",
        client_agreed_on=clock.today(case.time_zone),
        client_agreed_how="By telephone.",
    ),
    "escalated": lambda house, case, row: obligations.escalate(
        row, by=house.by_manager, to="Collections", until=in_days(case, 90)
    ),
}


@pytest.mark.parametrize("stop", STOPS)
def test_what_stops_the_mails(house: House, case: TerminationCase, stop: str) -> None:
    row = theirs(case)
    STOPS[stop](house, case, row)

    wait_until(row.due_on)
    assert owed_reminders.sweep() == 0

    assert mails(case) == []


def test_before_receipt_the_client_hears_nothing_and_afterwards_has_two_days(
    house: House,
) -> None:
    early = a_case(house, State.NOTICE)
    row = theirs(early, days=1)
    wait_until(in_days(early, 3))
    owed_reminders.sweep()
    assert mails(early) == []
    late = a_case(house, State.ACKNOWLEDGED)
    theirs(late, days=1)

    days = sweep_until(late, in_days(late, 4))

    assert row.is_open
    assert len(mails(late)) == 1 and days[0] >= in_days(late, -3)


def test_a_tick_that_was_sent_back_is_asked_for_again(house: House, case: TerminationCase) -> None:
    row = theirs(case)
    _ticked(house, case, row)
    wait_until(row.due_on)
    owed_reminders.sweep()
    ticks.send_tick_back(row, by=house.by_manager, reason="One key is missing.")

    sweep_until(case, in_days(case, 4))

    assert len(mails(case)) == 1


def test_an_address_that_failed_makes_it_a_call(case: TerminationCase) -> None:
    case.client.contacts.update(email="")
    row = theirs(case)
    wait_until(row.due_on)

    owed_reminders.sweep()

    assert mails(case) == []
    task = case.tasks.get(kind=TaskKind.CALL, done_at=None)
    assert task.details.startswith(
        f"It is due on {date_format(row.due_on, 'j F Y')}. No e-mail address of the client works"
    )


def test_what_becomes_due_after_the_mail_of_a_day_waits_for_the_next(case: TerminationCase) -> None:
    first = theirs(case)
    wait_until(first.due_on)
    owed_reminders.sweep()
    theirs(case, 0, title="Pay the rest")

    owed_reminders.sweep()
    assert len(mails(case)) == 1 and not case.tasks.filter(kind=TaskKind.CALL).exists()

    wait_until(in_days(case, 1))
    owed_reminders.sweep()
    assert "Pay the rest" in mails(case)[1]


def test_the_mails_say_that_the_services_ended_once_they_have(case: TerminationCase) -> None:
    row = theirs(case)
    assert "services for Adams Print end on" in owed_mail.preview(case)[1]

    wait_until(case.effective_on + timedelta(days=1))
    said = owed_mail.words_of(case, due=[row]) | {"effective_on": case.effective_on}
    german = mail.render_email(MessageKind.OWED_REMINDER, said, "de")[1]

    assert "services for Adams Print ended on" in owed_mail.preview(case)[1]
    assert " endeten am " in german
    undated = mail.render_email(MessageKind.OWED_REMINDER, said | {"effective_on": ""}, "de")[1]
    assert "wir möchten Sie hieran erinnern" in undated


def test_a_mail_that_waits_is_stopped_by_a_dispute_and_rests_with_a_hold(
    house: House, case: TerminationCase
) -> None:
    row = theirs(case)
    wait_until(row.due_on)
    owed_reminders.sweep()
    delivery = case.deliveries.get()
    assert stops.stop_of(fresh(case), delivery) is None

    flags.hold(case, by=house.by_manager, until=in_days(case, 9), reason="They are away.")
    resting = stops.stop_of(fresh(case), delivery)
    flags.dispute(case, by=house.by_manager, reason="No.")
    stopped = stops.stop_of(fresh(case), delivery)

    assert resting is not None and resting.waits
    assert stopped is not None and not stopped.waits


def test_a_day_that_moved_with_the_end_begins_anew(house: House, case: TerminationCase) -> None:
    notice = a_case(house, State.NOTICE)
    row = an_obligation(notice, days_before_effective_date=2)
    assert row.due_on is not None and notice.effective_on is not None
    wait_until(row.due_on)
    owed_reminders.sweep()
    assert notice.tasks.filter(done_at=None, origin__startswith=f"owed:{row.pk}:").exists()

    later = notice.effective_on + timedelta(days=60)
    cases.set_effective_date(fresh(notice), later, by=house.by_manager)

    assert not notice.tasks.filter(done_at=None, origin__startswith=f"owed:{row.pk}:").exists()
    row.refresh_from_db()
    assert row.reminder_step == 0 and row.next_reminder_on is not None
