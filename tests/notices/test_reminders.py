"""Chasing: in business days, by the case's own policy, and never after it is stopped."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import clock
from audit.models import AuditEvent
from clients.models import Office
from notices.mailing import lines as mail_lines
from notices.models import Channel, Chase, Delivery, DeliveryState, Message, Notice
from notices.outbox import dispatch
from notices.receipts import chasing
from notices.reminding import reminders
from offboarding import selectors, terms
from offboarding.lifecycle import State
from offboarding.models import ClientLink, ProofKind, Task, TerminationCase
from offboarding.models.ground import default_chasing
from offboarding.services import flags, proofs, stages
from offboarding.services.links import revoke_links
from tests.builders import a_case, a_client, an_engagement, fresh
from tests.notices import walks
from tests.smtp_servers import SmtpServer


@pytest.fixture
def server(settings):
    with SmtpServer() as started:
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = started.port
        settings.EMAIL_TIMEOUT = 1
        yield started
        mail_lines.close()


@pytest.fixture
def case(house, server) -> TerminationCase:
    """A case whose notice left by e-mail alone, on a Monday."""
    to_day(date(2027, 3, 8))
    draft = walks.a_draft(house)
    Notice.objects.filter(pk=draft.pk).update(sends_registered_mail=False)
    notice = walks.sent(house, walks.again(draft))
    dispatch.drain()
    return fresh(notice.case)


def to_day(day: date, hour: int = 10) -> None:
    """Move the clock to a day, at an hour of UTC."""
    now = clock.now() - clock.offset()
    wanted = now.replace(year=day.year, month=day.month, day=day.day, hour=hour, minute=0)
    clock.move(wanted - now)


def business_days_later(case, count: int) -> date:
    day = terms.add_business_days(case.served_on, count, selectors.days_off_at_the_client(case))
    to_day(day)
    return day


def run_the_ladder(case, *, until: int) -> None:
    """Let each business day come, with its sweep."""
    for count in range(1, until + 1):
        business_days_later(case, count)
        reminders.sweep()


def titles(case) -> list[str]:
    return list(
        Task.objects.filter(case=case, origin__startswith="chase:").values_list("kind", flat=True)
    )


def test_the_ladder_runs_in_business_days_after_service(case, house):
    steps = []
    for count in range(1, 25):
        business_days_later(case, count)
        before = len(Chase.objects.get(case=case).history)
        reminders.sweep()
        reminders.sweep()
        after = Chase.objects.get(case=case).history
        steps += [(count, kind) for kind, *_rest in after[before:]]

    assert steps == [
        (3, "reminder"),
        (7, "reminder"),
        (10, "call"),
        (12, "next_channel"),
        (15, "escalation"),
        (20, "deemed_service"),
    ]
    assert Message.objects.filter(case=case, kind="reminder").count() == 2
    assert titles(case).count("call") == 1
    assert titles(case).count("post") == 1
    for kind in ("escalation", "deemed_service"):
        asked = Task.objects.filter(case=case, origin__contains=kind)
        assert {task.assignee for task in asked} == {house.lead, house.second_lead}
    escalation = Task.objects.filter(case=case, origin__contains="escalation").first()
    assert escalation.title == "Our notice is still not confirmed"
    assert "Mia Manager has asked since 8 March 2027" in escalation.details
    assert "- E-mail, 8 March 2027: " in escalation.details


def test_a_reminder_carries_the_same_receipt_link_in_the_same_thread(case, server):
    business_days_later(case, 3)
    reminders.sweep()
    dispatch.drain()

    notice_mail, reminder = server.mails
    first = Delivery.objects.get(notice__isnull=False, channel=Channel.EMAIL)
    link = ClientLink.objects.get(delivery_id=first.pk)
    assert Delivery.objects.get(message__isnull=False).recipient_email == first.recipient_email
    assert f"In-Reply-To: {first.internet_message_id}".encode() in reminder.data
    text = Message.objects.get().text
    assert reminders.urls_for_clients.receipt_url(link) in text
    assert "does not mean that you agree" in text
    assert notice_mail.message_id == first.internet_message_id


def test_nothing_is_asked_before_its_day_at_the_office(case):
    day = terms.add_business_days(case.served_on, 3, selectors.days_off_at_the_client(case))
    to_day(day - timedelta(days=1), hour=12)
    assert reminders.sweep() == 0
    # Half past midnight in Berlin, still the day before in London.
    to_day(day - timedelta(days=1), hour=23)
    clock.move(clock.offset() + timedelta(minutes=30))
    assert reminders.sweep() == 1


def test_a_closed_day_is_skipped(case):
    business_days_later(case, 3)
    saturday = date(2027, 3, 13)
    Chase.objects.update(due_on=saturday)
    to_day(saturday)

    assert reminders.sweep() == 0
    assert Chase.objects.get().due_on == date(2027, 3, 15)
    to_day(date(2027, 3, 15))
    assert reminders.sweep() == 1


@pytest.mark.parametrize(
    ("zone", "days_before"), [("Pacific/Kiritimati", 1), ("Pacific/Honolulu", 0)]
)
def test_a_step_is_due_as_soon_as_its_day_begins_at_an_office_far_away(case, zone, days_before):
    day = business_days_later(case, 3)
    Office.objects.update(time_zone=zone)

    # Midnight there is ten in the morning of this day, or of the one before, in London.
    to_day(day - timedelta(days=days_before), hour=9)
    assert reminders.sweep() == 0
    to_day(day - timedelta(days=days_before), hour=10)
    assert reminders.sweep() == 1
    assert clock.today(zone) == day


def test_a_late_step_keeps_the_distance_to_the_next(case):
    late = business_days_later(case, 9)
    assert reminders.sweep() == 1
    assert reminders.sweep() == 0

    rungs = chasing.ladder(case)
    assert [(r.kind, r.done) for r in rungs[:3]] == [
        ("reminder", True),
        ("reminder", False),
        ("call", False),
    ]
    assert rungs[0].due_on == late
    assert rungs[1].due_on == terms.add_business_days(
        late, 4, selectors.days_off_at_the_client(case)
    )


def test_the_page_sees_the_whole_ladder_before_it_begins(case):
    rungs = chasing.ladder(case)

    due = [terms.add_business_days(case.served_on, n, selectors.days_off_at_the_client(case))
           for n in (3, 7, 10, 12, 15, 20)]  # fmt: skip
    assert [rung.due_on for rung in rungs] == due
    assert not any(rung.done for rung in rungs)


def test_a_case_without_service_has_no_ladder(house):
    assert chasing.ladder(a_case(house, State.NOTICE)) == []


# -- what stops it ---------------------------------------------------------------------------------


def receipt(case, house):
    proofs.record_proof(
        case,
        by=house.by_manager,
        kind=ProofKind.CARRIER_RECORD,
        received_at=clock.now(),
        received_by="J. Adams",
    )


def receipt_that_waits_for_a_lead(case, house):
    proofs.record_proof(
        case,
        by=house.by_manager,
        kind=ProofKind.PHONE,
        received_at=clock.now(),
        note="She has it.",
    )


def dispute(case, house):
    flags.dispute(case, by=house.by_manager, reason="They object.")


def hold(case, house):
    until = clock.today(case.time_zone) + timedelta(days=90)
    flags.hold(case, by=house.by_manager, until=until, reason="A call is planned.")


def withdrawal(case, house):
    stages.withdraw(case, by=house.by_lead, reason="The invoices were paid.")


@pytest.mark.parametrize(
    "stop", [receipt, receipt_that_waits_for_a_lead, dispute, hold, withdrawal]
)
def test_it_all_stops(case, house, stop):
    stop(fresh(case), house)
    tasks = Task.objects.filter(origin__startswith="chase:")
    run_the_ladder(case, until=22)

    assert not Message.objects.filter(kind="reminder").exists()
    assert not tasks.exists()


def test_a_receipt_closes_what_was_to_be_done_to_ask_for_it(case, house):
    run_the_ladder(case, until=15)
    assert set(titles(case)) == {"call", "post", "look_at"}

    receipt(fresh(case), house)

    left = Task.objects.filter(case=case, origin__startswith="chase:", done_at=None)
    assert {task.kind for task in left} == {"post"}
    [call] = Task.objects.filter(case=case, kind="call")
    assert call.outcome == "The receipt is in."


def test_it_goes_on_when_a_dispute_is_cleared(case, house):
    flags.dispute(fresh(case), by=house.by_manager, reason="They object.")
    business_days_later(case, 5)
    reminders.sweep()
    flags.clear_dispute(fresh(case), by=house.by_lead, reason="We spoke.")

    assert reminders.sweep() == 1
    assert Message.objects.filter(kind="reminder").count() == 1


def test_a_receipt_that_falls_lets_it_begin_again_with_two_reminders_at_most(case, house):
    run_the_ladder(case, until=8)
    receipt(fresh(case), house)
    assert fresh(case).state == State.ACKNOWLEDGED
    proof = fresh(case).proofs.get()
    proofs.void_proof(proof, by=house.by_lead, reason="It was a neighbour.")
    assert fresh(case).state == State.NOTICE

    run_the_ladder(case, until=30)

    assert Message.objects.filter(kind="reminder").count() == 2
    assert titles(case).count("call") == 1
    assert AuditEvent.objects.filter(action="chase.begun_again").exists()


# -- what cannot be done ---------------------------------------------------------------------------


@pytest.mark.parametrize("state", [DeliveryState.BOUNCED, DeliveryState.REFUSED])
def test_an_address_that_failed_is_not_written_to_again(case, state):
    Delivery.objects.update(state=state)
    run_the_ladder(case, until=10)

    assert not Message.objects.exists()
    assert titles(case) == ["call"]
    assert [rung.skipped for rung in chasing.ladder(case)[:3]] == [True, True, False]
    assert AuditEvent.objects.filter(action="chase.skipped").count() == 2


def test_a_link_that_ended_is_not_sent_again(case, house):
    revoke_links(fresh(case), by=house.by_lead, reason="superseded")
    run_the_ladder(case, until=4)

    assert not Message.objects.exists()


def test_the_other_channel_is_prepared_as_a_letter_to_print(case):
    run_the_ladder(case, until=12)

    letter = Delivery.objects.get(channel=Channel.REGISTERED_MAIL)
    assert letter.state == DeliveryState.QUEUED
    assert letter.recipient_lines == letter.notice.recipient_lines
    assert ClientLink.objects.filter(delivery_id=letter.pk).exists()


def test_a_letter_that_is_on_its_way_is_not_prepared_twice(case, house):
    walks.sending.switch_to_registered_mail(Notice.objects.get(), by=house.by_manager)
    run_the_ladder(case, until=12)

    assert Delivery.objects.filter(channel=Channel.REGISTERED_MAIL).count() == 1
    assert titles(case) == ["call", "look_at"]


def test_a_ground_without_a_rung_has_none(case):
    TerminationCase.objects.filter(pk=case.pk).update(
        ground_copy={
            "chasing": {
                "reminders_after_business_days": [2, 4, 6],
                "call_after_business_days": None,
                "deemed_service_after_business_days": 9,
            }
        }
    )
    steps = [(step.kind.value, step.after_business_days) for step in chasing.steps_of(fresh(case))]

    assert steps == [("reminder", 2), ("reminder", 4), ("deemed_service", 9)]


def test_days_off_are_the_clients_and_not_ours(case):
    # Whit Monday 2027 (17 May) is a holiday in Berlin and none in Manchester.
    TerminationCase.objects.filter(pk=case.pk).update(served_on=date(2027, 5, 13))
    Chase.objects.all().delete()
    assert chasing.ladder(fresh(case))[0].due_on == date(2027, 5, 18)

    # The early May bank holiday (3 May) is one in Manchester and none in Berlin.
    TerminationCase.objects.filter(pk=case.pk).update(served_on=date(2027, 4, 29))
    assert chasing.ladder(fresh(case))[0].due_on == date(2027, 5, 5)


def test_whoever_calls_has_the_grounds_own_words(case):
    ladder = default_chasing() | {"call_script": "- Ask for Jane.\n- Be brief."}
    TerminationCase.objects.filter(pk=case.pk).update(ground_copy={"chasing": ladder})
    run_the_ladder(case, until=10)

    [call] = Task.objects.filter(case=case, kind="call")
    assert "- Ask for Jane.\n- Be brief." in call.details
    assert "Say who you are" not in call.details
    assert "Jane Adams" in call.details


# -- the sweep -------------------------------------------------------------------------------------


def test_a_case_served_by_another_road_is_chased_too(house):
    case = a_case(house, State.NOTICE)
    TerminationCase.objects.filter(pk=case.pk).update(
        served_on=clock.today(case.time_zone), served_by="registered_mail"
    )
    reminders.sweep()

    assert Chase.objects.filter(case=case).exists()
    run_the_ladder(fresh(case), until=10)
    assert titles(case) == ["call"]


def test_one_case_that_cannot_be_written_to_keeps_no_other_waiting(case, house, monkeypatch):
    other = a_client(house.office, house.team, house.manager, reference="C-2")
    an_engagement(other)
    second = a_case(house, State.NOTICE, client=other)
    TerminationCase.objects.filter(pk=second.pk).update(served_on=case.served_on)
    reminders.sweep()
    take = reminders.take_step

    def fails_for_the_first(chase):
        if chase.case_id == case.pk:
            raise RuntimeError
        return take(chase)

    monkeypatch.setattr(reminders, "take_step", fails_for_the_first)
    business_days_later(case, 3)
    assert reminders.sweep() == 1
    assert Chase.objects.get(case=second).history


def test_finding_what_is_due_asks_one_indexed_question(case):
    business_days_later(case, 3)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert [chase.case_id for chase in reminders.due()] == [case.pk]

    assert len(captured) == 1
