"""Handing over: what the mail server says decides, and nothing leaves twice or changed."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import InterfaceError, OperationalError, connection, transaction

from accounts.actor import Actor
from audit import anchors, clock
from audit.models import AuditAnchor, AuditEvent
from audit.verification import verify_stream
from notices import triggers
from notices.mailing import lines as mail_lines
from notices.mailing import mail
from notices.models import Channel, Delivery, DeliveryState, Letter, Notice
from notices.outbox import arming, claiming, dispatch, handing_over, leases, settling
from notices.outbox.messages import write_message
from notices.receipts import chasing
from notices.services import sending
from offboarding.errors import InvalidInput
from offboarding.lifecycle import State
from offboarding.models import Communication, Task
from offboarding.services import flags, links, proofs, stages
from offboarding.services.locking import locked
from tests.builders import fresh
from tests.notices import walks
from tests.smtp_servers import SmtpServer


@pytest.fixture
def server(settings):
    """A mail server; its mode may be changed."""
    with SmtpServer() as started:
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = started.port
        settings.EMAIL_TIMEOUT = 1
        yield started
        mail_lines.close()


@pytest.fixture
def delivery(house, server) -> Delivery:
    """A notice's e-mail, queued and due."""
    return walks.delivery_of(walks.sent(house), Channel.EMAIL)


def now(delivery):
    return walks.the_same(delivery)


def hand_over(row, fence):
    """Hand over a row that was claimed, and read, a while ago."""
    once = iter([{row.pk: fence}])
    dispatch.hand_over(lambda: next(once, {}))


def at_the_last_moment(monkeypatch, happens):
    """Let something happen after a row was read and before its leaving is committed."""
    commit = dispatch.commit_handing_over

    def commit_after_it(asking):
        happens()
        return commit(asking)

    monkeypatch.setattr(dispatch, "commit_handing_over", commit_after_it)


def actions(case):
    return list(
        AuditEvent.objects.filter(stream=f"case:{case.pk}", action__startswith="delivery.")
        .order_by("seq")
        .values_list("action", flat=True)
    )


def tasks(case, origin):
    return list(Task.objects.filter(case=case, origin__startswith=origin).order_by("pk"))


def let_the_lease_run_out(delivery):
    long_ago = leases.DatabaseClock(-1)
    Delivery.objects.filter(pk=delivery.pk).update(leased_until=long_ago)


# -- accepted --------------------------------------------------------------------------------------


def test_an_accepted_notice_serves_the_case_and_stands_on_its_timeline(delivery, server):
    assert dispatch.drain().accepted == 1

    row, case = now(delivery), fresh(delivery.case)
    assert row.state == DeliveryState.ACCEPTED
    assert row.attempts == 1
    assert row.last_reply.startswith("250")
    assert [event.state for event in row.events.all()] == ["queued", "accepted"]
    assert case.served_on == clock.today(case.time_zone)
    assert case.served_by == "email"
    assert case.deemed_received_on > case.served_on
    said = Communication.objects.get(case=case)
    assert said.direction == "out"
    assert "jane.adams@example.com" in said.counterpart
    assert actions(case)[-1] == "delivery.accepted"
    [sent] = server.mails
    assert sent.recipient == "jane.adams@example.com"
    assert sent.message_id == row.internet_message_id
    assert sent.data == bytes(row.mime)


def test_draining_twice_sends_once(delivery, server):
    dispatch.drain()
    dispatch.drain()

    assert len(server.mails) == 1


def test_nothing_leaves_before_its_time(delivery, server):
    Delivery.objects.filter(pk=delivery.pk).update(departs_at=clock.now() + timedelta(minutes=10))
    dispatch.drain()
    assert not server.mails

    clock.move(timedelta(minutes=11))
    dispatch.drain()
    assert len(server.mails) == 1


def test_many_mails_go_over_one_connection(house, server):
    case = walks.sent(house).case
    for number in range(5):
        a_mail(case, f"m{number}")

    assert dispatch.drain().accepted == 6
    assert server.connections == 1


def a_mail(case, origin, kind="answer", email="jane.adams@example.com"):
    with transaction.atomic():
        return write_message(
            locked(case),
            kind=kind,
            origin=origin,
            context={"answer": "Yes.", "receipt_url": "http://127.0.0.1:8000/r/x/"},
            by=Actor.machine("notices.reminders"),
            recipient_name="Jane Adams",
            recipient_email=email,
        )


def test_many_mails_share_as_many_connections_as_the_setting_allows(house, server, settings):
    settings.EMAIL_CONNECTIONS = 3
    case = walks.sent(house).case
    for number in range(40):
        a_mail(case, f"m{number}")

    assert dispatch.drain().accepted == 41
    assert 1 < server.connections <= 3
    assert len({mail.message_id for mail in server.mails}) == len(server.mails) == 41


def test_mails_that_left_together_stand_on_one_whole_chain(house, server):
    case = walks.sent(house).case
    for number in range(12):
        a_mail(case, f"m{number}")
    dispatch.drain()

    assert actions(case).count("delivery.accepted") == 13
    assert Communication.objects.filter(case=case, direction="out").count() == 13
    assert not verify_stream(f"case:{case.pk}").problems


# -- what else a server may do ---------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["refuse_recipient", "refuse_after_dot", "data_5xx", "mail_5xx"])
def test_a_refused_notice_is_the_owners_task_with_two_ways_out(delivery, server, mode):
    server.set_mode(mode)
    dispatch.drain()
    dispatch.drain()

    row, case = now(delivery), fresh(delivery.case)
    assert row.state == DeliveryState.REFUSED
    assert not server.mails
    assert case.served_on is None
    assert case.state == State.NOTICE
    [task] = tasks(case, f"delivery:{row.pk}:refused")
    assert task.assignee == case.owner
    assert "correct the address" in task.details
    assert "other channel" in task.details
    assert actions(case)[-1] == "delivery.refused"


@pytest.mark.parametrize(
    "mode",
    ["greylist", "busy", "mail_4xx", "data_4xx", "temporary_after_dot", "drop_at_connect",
     "drop_at_rcpt", "drop_at_data", "shut_down_after_dot", "sign_in_first"],
)  # fmt: skip
def test_a_temporary_answer_is_tried_again_later(delivery, server, mode):
    server.set_mode(mode)
    dispatch.drain()

    row = now(delivery)
    assert row.state == DeliveryState.QUEUED
    assert row.attempts == 1
    assert timedelta(0) < row.departs_at - clock.now() <= timedelta(minutes=1)
    assert not tasks(row.case, "delivery:")
    server.set_mode("accept")
    dispatch.drain()
    assert not server.mails
    clock.move(timedelta(minutes=2))
    server.drop_everyone()
    dispatch.drain()
    assert now(delivery).state == DeliveryState.ACCEPTED
    assert len(server.mails) == 1


def test_the_waits_grow_and_end_within_a_day():
    assert settling.RETRY_MINUTES[:5] == (1, 2, 5, 15, 30)
    assert 23 * 60 <= sum(settling.RETRY_MINUTES) <= 24 * 60


def test_a_day_of_temporary_answers_counts_as_refused(delivery, server):
    server.set_mode("greylist")
    Delivery.objects.filter(pk=delivery.pk).update(attempts=len(settling.RETRY_MINUTES))
    dispatch.drain()

    assert now(delivery).state == DeliveryState.REFUSED
    assert tasks(delivery.case, f"delivery:{delivery.pk}:refused")


@pytest.mark.parametrize(
    ("mode", "kept"),
    [("drop_after_dot_stored", 1), ("drop_after_dot_lost", 0), ("drop_before_dot", 0),
     ("garbage_after_dot_stored", 1)],
)  # fmt: skip
def test_a_line_that_breaks_after_the_mail_leaves_a_doubt_for_the_leads(
    delivery, server, house, mode, kept
):
    server.set_mode(mode)
    dispatch.drain()
    server.set_mode("accept")
    clock.move(timedelta(days=2))
    dispatch.drain()
    dispatch.sweep()

    row, case = now(delivery), fresh(delivery.case)
    assert row.state == DeliveryState.UNCERTAIN
    assert len(server.mails) == kept
    assert case.served_on is None
    assert {task.assignee for task in tasks(case, f"delivery:{row.pk}:uncertain")} == {
        house.lead,
        house.second_lead,
    }
    assert actions(case)[-1] == "delivery.uncertain"


def test_a_lead_ends_the_doubt_and_the_tasks_close(delivery, server, house):
    server.set_mode("drop_after_dot_stored")
    dispatch.drain()

    sending.treat_as_sent(now(delivery), by=house.by_lead, reason="It is in the provider's log.")

    assert all(not task.is_open for task in tasks(delivery.case, "delivery:"))


@pytest.mark.parametrize("address", ["", "a@example.com, b@example.com", "a@example.com\nb", "a"])
def test_an_address_that_is_not_exactly_one_is_never_queued(house, address):
    case = walks.sent(house).case
    waiting = Delivery.objects.count()
    with pytest.raises(InvalidInput):
        a_mail(case, "two", email=address)

    assert Delivery.objects.count() == waiting


def test_a_drain_stops_when_nobody_answers(house, server):
    case = walks.sent(house).case
    for number in range(9):
        a_mail(case, f"m{number}")
    server.set_mode("drop_at_connect")
    dispatch.drain()

    tried = Delivery.objects.filter(channel=Channel.EMAIL, attempts=1).count()
    assert tried == mail_lines.MOST_SILENCES
    assert not Delivery.objects.filter(state=DeliveryState.CLAIMED).exists()


# -- the same bytes, or none -----------------------------------------------------------------------


@pytest.mark.parametrize("where", ["mail", "letter", "attachment"])
def test_changed_bytes_are_never_sent_and_raise_an_alarm(delivery, server, house, where):
    triggers.drop(connection)
    try:
        if where == "mail":
            Delivery.objects.filter(pk=delivery.pk).update(
                mime=bytes(delivery.mime).replace(b"Jane", b"John")
            )
        else:
            changed = {"pdf": b"%PDF-1.7 other"}
            if where == "attachment":
                changed["sha256"] = hashlib.sha256(changed["pdf"]).hexdigest()
            Letter.objects.filter(notice=delivery.notice).update(**changed)
    finally:
        triggers.create(connection)
    dispatch.drain()

    assert not server.mails
    assert now(delivery).state == DeliveryState.REFUSED
    event = AuditEvent.objects.get(action="delivery.alarm")
    assert event.details["differs"] == where
    assert house.lead in {t.assignee for t in tasks(delivery.case, f"delivery:{delivery.pk}:alarm")}


# -- what stops a row ------------------------------------------------------------------------------


def test_a_withdrawn_notice_that_was_claimed_already_does_not_leave(delivery, server, house):
    [(_id, fence)] = claiming.claim().items()
    stages.withdraw(fresh(delivery.case), by=house.by_lead, reason="The invoices were paid.")
    row = now(delivery)
    hand_over(row, fence)

    assert not server.mails
    assert now(delivery).state == DeliveryState.TAKEN_BACK


def test_a_withdrawal_just_before_the_first_byte_stops_the_notice(
    delivery, server, house, monkeypatch
):
    def withdraw():
        stages.withdraw(fresh(delivery.case), by=house.by_lead, reason="The invoices were paid.")

    at_the_last_moment(monkeypatch, withdraw)
    dispatch.drain()

    assert not server.mails
    assert not any(command.upper().startswith("DATA") for command in server.commands)
    assert now(delivery).state == DeliveryState.TAKEN_BACK


def test_a_notice_replaced_just_before_the_first_byte_does_not_leave(delivery, server, monkeypatch):
    notice = Notice.objects.filter(pk=delivery.notice_id)
    at_the_last_moment(monkeypatch, lambda: notice.update(state="superseded"))
    dispatch.drain()

    assert not server.mails
    assert now(delivery).state == DeliveryState.TAKEN_BACK


def test_a_hold_just_before_the_first_byte_lets_the_notice_wait(
    delivery, server, house, monkeypatch
):
    until = clock.today(delivery.case.time_zone) + timedelta(days=1)
    case = fresh(delivery.case)
    at_the_last_moment(
        monkeypatch, lambda: flags.hold(case, by=house.by_manager, until=until, reason="A call")
    )
    dispatch.drain()

    assert not server.mails
    assert now(delivery).state == DeliveryState.QUEUED
    assert now(delivery).departs_at > clock.now()


def test_a_dispute_just_before_the_first_byte_stops_a_reminder_and_no_notice(
    delivery, server, house, monkeypatch
):
    reminder = a_mail(delivery.case, "r1", kind="reminder")
    disputed = []

    def dispute():
        if not disputed:
            flags.dispute(fresh(delivery.case), by=house.by_manager, reason="They object.")
            disputed.append(True)

    at_the_last_moment(monkeypatch, dispute)
    dispatch.drain()

    assert now(delivery).state == DeliveryState.ACCEPTED
    assert now(reminder).state == DeliveryState.TAKEN_BACK


def test_a_receipt_just_before_the_first_byte_stops_a_reminder(
    delivery, server, house, monkeypatch
):
    dispatch.drain()
    reminder = a_mail(delivery.case, "r1", kind="reminder")

    def they_say_so_by_telephone():
        proofs.record_proof(
            fresh(delivery.case),
            by=house.by_manager,
            kind="phone",
            received_at=clock.now(),
            note="Ms Adams has it in her hands.",
        )

    at_the_last_moment(monkeypatch, they_say_so_by_telephone)
    dispatch.drain()

    assert len(server.mails) == 1
    assert now(reminder).state == DeliveryState.TAKEN_BACK


def test_midnight_just_before_the_first_byte_asks_the_calendar_again(delivery, server, monkeypatch):
    at_the_last_moment(monkeypatch, lambda: clock.move(timedelta(days=14)))
    dispatch.drain()

    assert not server.mails
    assert now(delivery).state == DeliveryState.TAKEN_BACK


def test_a_case_on_hold_keeps_its_notice_until_it_wakes(delivery, server, house):
    today = clock.today(delivery.case.time_zone)
    flags.hold(
        fresh(delivery.case), by=house.by_manager, until=today + timedelta(days=1), reason="A call"
    )
    dispatch.drain()
    assert now(delivery).state == DeliveryState.QUEUED
    assert not server.mails

    flags.resume(fresh(delivery.case), by=house.by_manager)
    clock.move(timedelta(minutes=handing_over.HOLD_LOOK_MINUTES + 1))
    dispatch.drain()
    assert len(server.mails) == 1


def test_a_dispute_stops_reminders_and_no_notice(delivery, server, house):
    reminder = a_mail(delivery.case, "r1", kind="reminder")
    flags.dispute(fresh(delivery.case), by=house.by_manager, reason="They object.")
    dispatch.drain()

    assert now(delivery).state == DeliveryState.ACCEPTED
    assert now(reminder).state == DeliveryState.TAKEN_BACK


def test_a_notice_that_would_leave_too_late_needs_a_new_approval(delivery, server):
    clock.move(timedelta(days=14))
    dispatch.drain()

    assert not server.mails
    assert now(delivery).state == DeliveryState.TAKEN_BACK
    [task] = tasks(delivery.case, f"delivery:{delivery.pk}:stopped")
    assert "new approval" in task.details


# -- claims, leases, fences ------------------------------------------------------------------------


def test_a_claimed_row_is_nobody_elses(delivery):
    first = claiming.claim()

    assert list(first) == [delivery.pk]
    assert claiming.claim() == {}
    assert now(delivery).fence == first[delivery.pk] == delivery.fence + 1


def test_a_claim_whose_lease_ran_out_goes_back_and_its_first_worker_is_stopped(delivery, server):
    [(_id, fence)] = claiming.claim().items()
    let_the_lease_run_out(delivery)
    assert dispatch.sweep() == 0
    assert now(delivery).state == DeliveryState.QUEUED
    assert claiming.claim() == {delivery.pk: fence + 1}

    hand_over(now(delivery), fence)

    assert not server.mails
    assert now(delivery).state == DeliveryState.CLAIMED


def test_a_lease_that_holds_is_left_alone(delivery):
    claiming.claim()

    dispatch.sweep()

    assert now(delivery).state == DeliveryState.CLAIMED


def test_a_hand_over_whose_worker_died_is_in_doubt_and_late_news_is_noted(
    delivery, server, monkeypatch
):
    settle_all = dispatch.settle_all

    def after_the_sweep(results, **how):
        let_the_lease_run_out(delivery)
        assert dispatch.sweep() == 1
        settle_all(results, **how)

    monkeypatch.setattr(dispatch, "settle_all", after_the_sweep)
    dispatch.drain()

    row = now(delivery)
    assert row.state == DeliveryState.UNCERTAIN
    assert len(server.mails) == 1
    assert "Late news" in row.events.last().note


def test_an_accepted_mail_stays_accepted_when_its_consequences_fail(delivery, server, monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError("The books are closed.")

    monkeypatch.setattr(settling.proofs, "record_service", fails)
    dispatch.drain()

    assert now(delivery).state == DeliveryState.ACCEPTED
    assert tasks(delivery.case, f"delivery:{delivery.pk}:incomplete")
    dispatch.drain()
    assert len(server.mails) == 1


def test_a_database_that_is_away_when_the_server_said_yes_is_waited_for(
    delivery, server, monkeypatch
):
    settle_all = dispatch.settle_all
    away = [OperationalError("gone"), InterfaceError("still gone")]

    def comes_back(results, **how):
        if away:
            raise away.pop()
        settle_all(results, **how)

    monkeypatch.setattr(dispatch, "settle_all", comes_back)
    monkeypatch.setattr(dispatch.time, "sleep", lambda _seconds: None)
    dispatch.drain()

    assert not away
    assert now(delivery).state == DeliveryState.ACCEPTED
    assert len(server.mails) == 1


def test_what_was_written_already_is_not_written_again(delivery, server, monkeypatch):
    settle_all = dispatch.settle_all

    def unheard(results, **how):
        # The database said yes, and we did not hear it.
        settle_all(results, **how)
        settle_all(results, **how)

    monkeypatch.setattr(dispatch, "settle_all", unheard)
    dispatch.drain()

    assert [event.state for event in now(delivery).events.all()] == ["queued", "accepted"]
    assert actions(delivery.case).count("delivery.accepted") == 1


def test_a_mail_whose_leaving_cannot_be_committed_does_not_leave(house, server, monkeypatch):
    case = walks.sent(house).case
    broken = Delivery.objects.filter(channel=Channel.EMAIL).get()
    whole = a_mail(case, "whole")
    commit = dispatch.commit_handing_over

    def breaks(asking):
        if broken.pk in {departure.delivery.pk for departure in asking}:
            raise RuntimeError
        return commit(asking)

    monkeypatch.setattr(dispatch, "commit_handing_over", breaks)
    dispatch.drain()

    assert [mail.message_id for mail in server.mails] == [whole.internet_message_id]
    assert now(broken).state == DeliveryState.CLAIMED


def test_a_row_that_breaks_keeps_no_other_waiting(house, server, monkeypatch):
    case = walks.sent(house).case
    broken = Delivery.objects.filter(channel=Channel.EMAIL).get()
    whole = a_mail(case, "whole")
    difference = handing_over.difference

    def breaks_once(delivery):
        if delivery.pk == broken.pk:
            raise RuntimeError
        return difference(delivery)

    monkeypatch.setattr(handing_over, "difference", breaks_once)
    dispatch.drain()

    assert now(whole).state == DeliveryState.ACCEPTED
    assert now(broken).state == DeliveryState.CLAIMED


# -- after a restore -------------------------------------------------------------------------------


def test_after_a_restore_nothing_leaves_until_a_person_arms_it(delivery, server, house):
    claimed = a_mail(delivery.case, "a")
    claiming.claim(1)
    an_anchor_of_later_days()
    dispatch.drain()
    assert not server.mails
    assert anchors.make_anchor() is None

    said = StringIO()
    call_command("arm_dispatch", by=house.lead.email, stdout=said)
    dispatch.drain()

    assert "2 open deliveries" in said.getvalue()
    assert not server.mails
    for row in (now(delivery), now(claimed)):
        assert row.state == DeliveryState.UNCERTAIN
        assert tasks(row.case, f"delivery:{row.pk}:uncertain")
    assert actions(delivery.case).count("delivery.uncertain") == 2
    armed = AuditEvent.objects.get(action="dispatch.armed")
    assert (armed.actor_user_id, armed.details["uncertain"]) == (house.lead.pk, 2)

    a_mail(delivery.case, "b")
    dispatch.drain()
    assert len(server.mails) == 1
    assert anchors.make_anchor() is not None


def test_a_database_that_went_another_way_than_its_last_anchor_sends_nothing(delivery, server):
    anchor = anchors.make_anchor()
    anchors.write_file(anchor)
    assert not arming.is_disarmed()

    anchor.hash = "0" * 64
    anchors.write_file(anchor)
    dispatch.drain()

    assert not server.mails


@pytest.mark.django_db
def test_only_somebody_who_signs_in_arms_it():
    with pytest.raises(CommandError, match="Nobody signs in as"):
        call_command("arm_dispatch", by="nobody@example.com")


def an_anchor_of_later_days():
    """Write the file of an anchor that this database has lost."""
    number = AuditAnchor.objects.count() + 1
    lost = AuditAnchor(
        number=number, at=clock.now(), root="", leaves=[], prev_hash="", hash="f" * 64
    )
    return anchors.write_file(lost)


# -- what follows ----------------------------------------------------------------------------------


def test_the_chase_begins_with_the_service(delivery, server):
    dispatch.drain()

    rungs = chasing.ladder(fresh(delivery.case))
    assert [rung.kind for rung in rungs][:2] == ["reminder", "reminder"]


def test_a_mail_that_stands_in_the_outbox_needs_few_queries(
    house, server, django_assert_max_num_queries
):
    case = walks.sent(house).case
    dispatch.drain()
    a_mail(case, "one")
    with django_assert_max_num_queries(24):
        dispatch.drain()


def test_the_envelope_names_our_address_and_asks_for_delivery_status(delivery, server):
    dispatch.drain()

    spoken = [c for c in server.commands if c.upper().startswith(("MAIL", "RCPT"))]
    assert f"<{mail.sender_address()}>" in spoken[0]
    assert f"ENVID={mail.delivery_name(delivery.pk)}" in spoken[0]
    assert "NOTIFY=SUCCESS,FAILURE,DELAY" in spoken[1]


def test_the_timeline_shows_a_mail_without_the_clients_link(delivery: Delivery) -> None:
    token = links.token_of(delivery.case.links.get(delivery_id=delivery.pk))
    with transaction.atomic():
        write_message(
            locked(delivery.case),
            kind="answer",
            origin="answer:1",
            context={"answer": f"Please open http://127.0.0.1:8000/r/{token}/ once more."},
            by=Actor.machine("notices.reminders"),
            recipient_name="Jane Adams",
            recipient_email="jane.adams@example.com",
        )

    dispatch.drain()

    bodies = "".join(Communication.objects.values_list("body", flat=True))
    assert "/r/…" in bodies
    assert token not in bodies
