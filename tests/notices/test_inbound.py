"""What comes back by mail: filed where it belongs, once, and never taken for more than it is."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actor import Actor
from audit import clock
from audit.models import AuditEvent
from notices.errors import NotSettledYet
from notices.inbound import filing, reading, signs
from notices.mailing import mail
from notices.models import (
    Channel,
    DeliveryState,
    InboundKind,
    InboundMail,
    MatchedBy,
    Message,
    MessageKind,
)
from notices.outbox import dispatch
from notices.outbox.messages import write_message
from notices.receipts import chasing
from notices.reminding import reminders
from offboarding.lifecycle import State
from offboarding.models import Communication, ProofOfReceipt, TerminationCase
from offboarding.services import proofs
from offboarding.services.locking import locked
from tests import services
from tests.builders import House, a_case, a_client, an_engagement, fresh, wait_until
from tests.desk.pages import actions
from tests.notices import incoming, walks

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(house: House, settings):
    """A notice that left by e-mail alone, and was accepted by the relay."""
    with services.smtp() as sink:
        settings.EMAIL_PORT = sink.port
        notice = walks.a_draft(house)
        notice.sends_registered_mail = False
        notice.save()
        sent = walks.sent(house, notice)
        dispatch.drain()
        found = walks.delivery_of(sent, Channel.EMAIL)
        assert found.state == DeliveryState.ACCEPTED
        yield found


def take_in(raw: bytes, **how) -> InboundMail:
    return filing.take_in(raw, road="test", **how)


def nothing_moved(case: TerminationCase) -> None:
    """The case stands where it stood, and nothing claims that anybody received anything."""
    assert fresh(case).state == State.NOTICE
    assert fresh(case).acknowledged_at is None
    assert not ProofOfReceipt.objects.filter(case=case).exists()


def another_case(house: House) -> TerminationCase:
    client = a_client(house.office, house.other_team, house.outsider, reference="C-2")
    an_engagement(client)
    house_of_others = House(
        **(vars(house) | {"manager": house.outsider, "lead": house.other_lead, "client": client})
    )
    return a_case(house_of_others, State.NOTICE)


# -- where a mail belongs --------------------------------------------------------------------------


def test_a_reply_to_the_cases_address_is_filed_with_its_files_and_a_task(delivery):
    case = delivery.case
    row = take_in(
        incoming.a_reply(
            case,
            text="Thank you.\n\nOn Mon, 1 Jan 2027 at 10:00, Mia <m@x.de> wrote:\n> Notice\n",
            files={"answer.pdf": walks.PDF, "run.exe": b"MZ", "fake.pdf": b"no pdf"},
        )
    )

    assert (row.case, row.kind, row.matched_by) == (case, InboundKind.REPLY, MatchedBy.CASE_ADDRESS)
    said = Communication.objects.get(pk=row.communication_id)
    assert (said.direction, said.body) == ("in", "Thank you.")
    assert "> Notice" in row.full_text
    assert [one.name for one in row.files.all()] == ["answer.pdf"]
    assert [one["name"] for one in row.files_left_out] == ["run.exe", "fake.pdf"]
    task = case.tasks.get(origin=f"inbound:{row.pk}")
    assert (task.assignee, task.title) == (case.owner, "Read what the client wrote")
    assert "inbound.filed" in actions(case)
    nothing_moved(case)


def test_a_reply_to_the_plain_address_is_found_by_the_message_it_answers(delivery):
    row = take_in(incoming.a_reply_to(delivery))

    assert (row.case, row.matched_by) == (delivery.case, MatchedBy.MESSAGE_ID)
    assert row.delivery == delivery


def test_a_mail_that_only_quotes_a_case_and_its_client_belongs_to_nobody(delivery):
    reference = delivery.case.reference
    row = take_in(
        incoming.a_reply(subject=f"Re: {reference}", text=f"About {reference}: we agree.")
    )

    assert row.case is None
    assert not Communication.objects.filter(case=delivery.case, direction="in").exists()
    event = AuditEvent.objects.get(stream=filing.STREAM)
    assert event.action == "inbound.unmatched"


def test_who_signs_as_the_client_is_not_believed_for_it(delivery, house):
    theirs = another_case(house)
    row = take_in(incoming.a_reply(theirs, sender=f"Jane Adams <{incoming.JANE}>"))

    assert row.case == theirs
    assert not InboundMail.objects.filter(case=delivery.case).exists()


def test_the_address_decides_against_a_message_that_is_named_from_another_case(delivery, house):
    theirs = another_case(house)
    row = take_in(incoming.a_reply(theirs, In_Reply_To=delivery.internet_message_id))

    assert (row.case, row.delivery) == (theirs, None)


def test_two_cases_on_one_mail_are_told_apart_by_the_envelope_or_by_a_person(delivery, house):
    theirs = another_case(house)
    both = f"{mail.case_address(delivery.case)}, {mail.case_address(theirs)}"
    raw = incoming.a_reply(to=both)

    assert take_in(raw).case is None
    told = take_in(raw + b"\r\n", envelope_recipient=mail.case_address(theirs))
    assert told.case == theirs


@pytest.mark.parametrize("case_id", ["1", "zz"])
def test_an_invented_address_files_nothing(delivery, case_id):
    wrong = mail.case_address(delivery.case).replace("+", f"+{case_id}", 1)
    assert take_in(incoming.a_reply(to=wrong)).case is None


def test_an_unmatched_mail_is_shown_to_the_one_team_that_knows_its_sender(delivery, house):
    assert take_in(incoming.a_reply()).team == house.team
    stranger = take_in(incoming.a_reply(sender="x@nowhere.example", message_id="<s@x>"))
    assert stranger.team is None


# -- once ------------------------------------------------------------------------------------------


def test_the_same_mail_five_times_by_two_roads_is_one_row(delivery):
    raw = incoming.a_reply(delivery.case)
    by_another_road = b"Received: from relay.example by mx.example; now\r\n" + raw
    rows = {take_in(one).pk for one in (raw, raw, by_another_road, raw, by_another_road)}

    assert len(rows) == 1
    assert InboundMail.objects.get().times_received == 5
    assert Communication.objects.filter(case=delivery.case, direction="in").count() == 1
    assert delivery.case.tasks.filter(origin__startswith="inbound:").count() == 1


def test_another_mail_under_the_same_message_id_is_another_row(delivery):
    take_in(incoming.a_reply(delivery.case, text="Yes."))
    take_in(incoming.a_reply(delivery.case, text="No."))

    assert InboundMail.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_pollers_at_once_file_a_mail_once(house):
    case = a_case(house, State.NOTICE)
    raw = incoming.a_reply(case)

    def poll(_number: int) -> int:
        try:
            return take_in(raw).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        rows = set(pool.map(poll, range(8)))
    assert len(rows) == 1
    assert Communication.objects.filter(case=case).count() == 1


def test_the_database_keeps_the_bytes_that_came_and_the_rows_that_were_filed(delivery):
    row = take_in(incoming.a_reply(delivery.case))
    rows = InboundMail.objects.filter(pk=row.pk)
    for change in (
        lambda: rows.update(raw=b"other"),
        lambda: rows.update(sha256="0" * 64),
        lambda: rows._raw_delete(rows.db),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert bytes(rows.get().raw) == incoming.a_reply(delivery.case)


# -- machines --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", sorted(incoming.AWAY))
def test_who_is_away_has_not_answered(delivery, language):
    row = take_in(incoming.away(delivery.case, language))

    assert (row.kind, row.case) == (InboundKind.AUTOMATIC, delivery.case)
    said = Communication.objects.get(pk=row.communication_id)
    assert said.subject.startswith("Automatic: ")
    assert not delivery.case.tasks.filter(origin__startswith="inbound:").exists()
    nothing_moved(delivery.case)


def test_a_subject_alone_makes_no_machine_of_a_person():
    kind, found = signs.kind_of(reading.read(incoming.a_reply(subject="Out of office hours?")))

    assert (kind, found) == (InboundKind.REPLY, ["subject"])


@pytest.mark.parametrize(
    "headers",
    [
        {"List_Id": "<news.example>"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"X_Auto_Response_Suppress": "OOF, AutoReply"},
    ],
)
def test_every_sign_of_a_machine_is_seen(headers):
    assert signs.kind_of(reading.read(incoming.a_reply(**headers)))[0] == InboundKind.AUTOMATIC


def test_nothing_that_comes_in_is_answered(delivery):
    before = Message.objects.count()
    take_in(incoming.a_reply(delivery.case))
    take_in(incoming.away(delivery.case, "en"))
    take_in(incoming.postfix(delivery))

    assert Message.objects.count() == before
    assert delivery.case.deliveries.count() == 1


@pytest.mark.parametrize(
    ("subject", "sender", "kind"),
    [
        ("Delivery Status Notification (Delay)", "mailer-daemon@x.example", "automatic"),
        ("Warning: undelivered for 4 hours", "postmaster@x.example", "automatic"),
        ("Unzustellbar: Kündigung", "postmaster@x.example", "bounced"),
        ("Automatická odpověď: Notice", incoming.JANE, "automatic"),
    ],
)
def test_what_comes_from_nobody_has_failed_only_where_it_says_so(subject, sender, kind):
    mail = reading.read(incoming.a_reply(subject=subject, sender=sender, Return_Path="<>"))

    assert signs.kind_of(mail)[0] == kind
    assert signs.is_of_a_mail_server(mail) == (sender != incoming.JANE)


def test_a_report_that_a_person_passes_on_is_that_persons_mail(delivery):
    raw = incoming.through_a_gateway(delivery).replace(b"Return-Path: <>", b"Return-Path: <j@x.y>")

    assert signs.kind_of(reading.read(raw))[0] == InboundKind.REPLY


def test_a_read_receipt_is_kept_and_proves_nothing(delivery):
    row = take_in(incoming.read_receipt(delivery))

    assert (row.kind, row.case) == (InboundKind.READ_RECEIPT, delivery.case)
    assert walks.the_same(delivery).state == DeliveryState.ACCEPTED
    nothing_moved(delivery.case)


# -- what mail servers report ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "shape",
    [
        incoming.postfix,
        incoming.exim,
        incoming.exchange,
        incoming.gmail,
        incoming.qmail,
        incoming.through_a_gateway,
    ],
)
def test_a_mail_that_came_back_turns_its_delivery_red_and_asks_the_owner(delivery, shape):
    case = delivery.case
    row = take_in(shape(delivery))

    assert (row.kind, row.delivery) == (InboundKind.BOUNCED, delivery)
    now = walks.the_same(delivery)
    assert now.state == DeliveryState.BOUNCED
    assert "5.1" in now.last_reply or now.last_reply.startswith("5.")
    task = case.tasks.get(origin=f"delivery:{delivery.pk}:bounced")
    assert task.assignee == case.owner
    assert "correct the address" in task.details
    assert "does not count as served" in task.details
    assert actions(case).count("delivery.bounced") == 1
    nothing_moved(case)


def test_service_that_rested_on_what_came_back_falls_and_the_asking_rests(delivery):
    case = fresh(delivery.case)
    assert case.served_on is not None
    take_in(incoming.postfix(delivery))

    case = fresh(case)
    assert (case.served_on, case.served_by, case.deemed_received_on) == (None, "", None)
    assert chasing.ladder(case) == []
    wait_until(clock.today("UTC") + timedelta(days=40))
    assert reminders.sweep() == 0


def test_a_letter_that_is_out_serves_instead_of_the_mail_that_came_back(house, settings):
    with services.smtp() as sink:
        settings.EMAIL_PORT = sink.port
        notice = walks.sent(house)
        dispatch.drain()
        walks.days_later(1)
        letter = walks.posted(house, notice)
    email = walks.delivery_of(notice, Channel.EMAIL)
    take_in(incoming.postfix(email))

    case = fresh(notice.case)
    assert (case.served_on, case.served_by) == (letter.posted_on, Channel.REGISTERED_MAIL)
    assert case.deemed_received_on > letter.posted_on
    assert chasing.ladder(case)


def test_a_new_service_begins_the_asking_anew(delivery, house):
    case = delivery.case
    take_in(incoming.postfix(delivery))
    proofs.record_service(
        case,
        by=Actor.machine("notices.dispatch"),
        served_on=clock.today(case.time_zone),
        channel="email",
    )
    chasing.begin(fresh(case), from_day=clock.today(case.time_zone), notice=delivery.notice)

    assert [rung.kind for rung in chasing.ladder(fresh(case))][:2] == ["reminder", "reminder"]


def test_a_receipt_that_stands_is_not_shaken_by_a_report(delivery, house):
    case = delivery.case
    proofs.record_proof(
        case, by=house.by_manager, kind="phone", received_at=clock.now(), note="She has it."
    )
    take_in(incoming.postfix(delivery))

    assert walks.the_same(delivery).state == DeliveryState.BOUNCED
    assert fresh(case).served_on is not None


def test_delivered_is_a_word_of_a_server_and_no_receipt(delivery):
    row = take_in(incoming.postfix(delivery, "delivered"))

    assert row.kind == InboundKind.DELIVERED
    assert walks.the_same(delivery).state == DeliveryState.DELIVERED
    nothing_moved(delivery.case)


@pytest.mark.parametrize("action", ["delayed", "relayed"])
def test_a_mail_that_is_on_its_way_stays_as_it_is(delivery, action):
    take_in(incoming.postfix(delivery, action))

    assert walks.the_same(delivery).state == DeliveryState.ACCEPTED
    assert delivery.events.count() == 3  # queued, accepted, and the report
    assert not delivery.case.tasks.filter(origin__startswith="delivery:").exists()


def test_what_came_back_does_not_become_delivered_by_a_later_report(delivery):
    take_in(incoming.postfix(delivery))
    take_in(incoming.postfix(delivery, "delivered"))

    assert walks.the_same(delivery).state == DeliveryState.BOUNCED


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("delivered", DeliveryState.DELIVERED),
        ("relayed", DeliveryState.ACCEPTED),
        ("failed", DeliveryState.BOUNCED),
    ],
)
def test_a_doubt_ends_with_what_a_server_reports(house, action, state):
    notice = walks.sent(house)
    doubtful = walks.became(walks.delivery_of(notice, Channel.EMAIL), DeliveryState.UNCERTAIN)
    take_in(incoming.postfix(doubtful, action))

    assert walks.the_same(doubtful).state == state
    served = fresh(notice.case).served_on
    assert (served is None) == (state == DeliveryState.BOUNCED)


def test_a_report_about_a_mail_that_is_just_leaving_comes_again(delivery):
    walks.became(delivery, DeliveryState.HANDING_OVER)
    with pytest.raises(NotSettledYet):
        take_in(incoming.postfix(delivery))
    assert not InboundMail.objects.exists()


def test_a_report_that_names_an_invented_delivery_changes_nothing(delivery):
    raw = incoming.postfix(delivery, to="offboarding@example.com")
    name = mail.delivery_name(delivery.pk).encode()
    forged = raw.replace(name, name[:-3] + b"aaa").replace(
        delivery.internet_message_id.encode(), b"<guessed@example.com>"
    )
    assert take_in(forged).case is None
    assert walks.the_same(delivery).state == DeliveryState.ACCEPTED


def test_a_report_on_a_case_that_names_no_mail_of_ours_is_shown_and_changes_nothing(delivery):
    address = mail.case_address(delivery.case)
    raw = incoming.postfix(delivery, to=address).replace(
        delivery.internet_message_id.encode(), b"<another@example.com>"
    )
    row = take_in(raw)

    assert (row.case, row.delivery, row.kind) == (delivery.case, None, InboundKind.BOUNCED)
    assert Communication.objects.get(pk=row.communication_id).subject == "Automatic: Report"
    assert walks.the_same(delivery).state == DeliveryState.ACCEPTED


def test_no_reminder_goes_to_an_address_that_came_back(delivery, house):
    case = delivery.case
    take_in(incoming.postfix(delivery))
    proofs.record_service(
        case,
        by=Actor.machine("notices.dispatch"),
        served_on=clock.today(case.time_zone),
        channel="registered_mail",
    )
    chasing.begin(fresh(case), from_day=clock.today(case.time_zone), notice=delivery.notice)
    for _week in range(3):
        walks.days_later(7)
        reminders.sweep()

    assert not Message.objects.filter(case=case, kind="reminder").exists()


def test_a_reminder_that_waits_does_not_leave_once_its_address_failed(delivery):
    case = delivery.case
    with transaction.atomic():
        reminder = write_message(
            locked(case),
            kind=MessageKind.REMINDER,
            origin="a-test",
            context={"receipt_url": "https://example.com/r/x", "notice_date": clock.today()},
            by=reminders.MACHINE,
            recipient_name="Jane Adams",
            recipient_email=delivery.recipient_email,
        )
    take_in(incoming.postfix(delivery))
    dispatch.drain()

    assert reminder is not None
    assert walks.the_same(reminder).state == DeliveryState.TAKEN_BACK


# -- what no person would write --------------------------------------------------------------------


def test_ten_thousand_parts_are_one_row_read_by_its_head(delivery):
    row = take_in(incoming.many_parts(delivery.case))

    assert (row.case, row.subject, row.communication.body) == (
        delivery.case,
        "Many",
        "This mail has too many parts to be read here. The original is kept.",
    )


def test_parts_within_parts_without_end_are_not_followed(delivery):
    raw = incoming.many_parts(delivery.case, 1).split(b"--b\r\n")[0].replace(b"=b", b"=b0")
    for level in range(2_000):
        raw += b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (level, level + 1)
    row = take_in(raw)

    assert "too many parts" in row.full_text


@pytest.mark.parametrize(
    ("what", "old", "new"),
    [
        ("an unknown charset", b'charset="utf-8"', b'charset="klingon"'),
        ("a NUL", b"Thank", b"Th\x00nk"),
        ("an absurd date", b"Thu, 26 Nov 2026", b"Thu, 99 Foo 99999"),
        ("a broken subject", b"Re: Notice", b"=?utf-8?B?////?= =?x?Q?=00?="),
        ("bytes in a header", b"Jane Adams", b"J\xff\xfe\x00ne"),
        ("no sender", b"From:", b"X-From:"),
        ("half an encoding", b"7bit", b"base64"),
        ("a header without end", b"Subject: Re", b"Subject: " + b"=?utf-8?q?a?= " * 9_000),
    ],
)
def test_a_broken_mail_is_kept_and_can_be_read(delivery, what, old, new):
    raw = incoming.a_reply(delivery.case)
    assert old in raw, what
    row = take_in(raw.replace(old, new))

    row.refresh_from_db()
    assert row.case == delivery.case
    assert "\x00" not in row.words + row.subject + row.sender_name


@pytest.mark.parametrize("raw", [b"", b"\x00" * 50, b"\xff" * 2_000, b"From: x\r\n" * 3])
def test_what_is_no_mail_at_all_is_kept_as_unmatched(house, raw):
    assert take_in(raw).case is None


def test_a_packed_bomb_is_named_and_not_opened(delivery):
    bomb = _a_bomb()
    row = take_in(incoming.a_reply(delivery.case, files={"all.zip": bomb}))

    assert not row.files.exists()
    assert "unpacks to more than" in row.files_left_out[0]["why"]


def _a_bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(str(number), b"\0" * (80 * 1024 * 1024))
    return held.getvalue()


def test_html_becomes_words_and_its_scripts_are_silent():
    text = reading.text_of_html(
        "<style>p{}</style><p>Yes &amp; thank you.</p><script>alert(1)</script><br>Jane"
    )
    assert text == "Yes & thank you.\n\nJane"


@pytest.mark.parametrize("letter", ["\n", "On ", "> ", "_", " ", "From: a\n"])
def test_only_the_beginning_of_an_endless_mail_is_searched_for_quotes(letter, monkeypatch):
    searched = []
    read = reading.EmailReplyParser.read

    def reading_on(self, text):
        searched.append(len(text))
        return read(self, text)

    monkeypatch.setattr(reading.EmailReplyParser, "read", reading_on)

    assert reading.without_quotes("Yes.\n" + letter * 50_000).startswith("Yes.")
    assert searched
    assert max(searched) <= 4_000


def test_a_mail_too_large_is_told_once(house):
    for _time in range(2):
        row = filing.refuse_too_large(
            size_bytes=31 * 1024 * 1024, road="imap", known_as="1:7", limit_bytes=25 * 1024 * 1024
        )
    assert InboundMail.objects.count() == 1
    assert row.words.startswith("This mail has 31 MB; up to 25 MB are taken in.")
