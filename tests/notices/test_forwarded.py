"""What colleagues forward: filed under its own sender and day, never as the client's answer."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from audit import clock
from notices.inbound import filing, forwarded, reading
from notices.mailing import mail as addresses
from notices.models import InboundKind, InboundMail
from notices.services import inbox
from offboarding.errors import TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import ProofOfReceipt, TerminationCase
from tests.builders import House, a_case, a_house
from tests.hanging import it_comes_back
from tests.notices import incoming

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("Mon, 4 Jan 2027 10:15:00 +0100", "2027-01-04T09:15"),
        # Gmail, Outlook and Apple Mail, in English and in German.
        ("Mon, Jan 4, 2027 at 10:15 AM", "2027-01-04T09:15"),
        ("Monday, January 4, 2027 2:15 PM", "2027-01-04T13:15"),
        ("Monday, 4 July 2027 12:05 AM", "2027-07-03T22:05"),
        ("Montag, 4. Januar 2027 10:15", "2027-01-04T09:15"),
        ("4. März 2027 um 10:15:32 MEZ", "2027-03-04T09:15"),
        ("04.07.2027 um 10:15 Uhr", "2027-07-04T08:15"),
        ("4.1.27 10:15", "2027-01-04T09:15"),
        ("2027-01-04 10:15 GMT+02:00", "2027-01-04T08:15"),
        # Without a time: noon at the office, which is that day everywhere in Europe.
        ("4 January 2027", "2027-01-04T11:00"),
        # A day that can be read in two ways, that does not exist, or that is none.
        ("1/4/2027 10:15", None),
        ("30.02.2027 10:15", None),
        ("last Monday", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_mail_programs_write_it_and_never_guessed(
    said: str, moment: str | None
) -> None:
    found = forwarded.moment_of(said, BERLIN)

    assert found == (datetime.fromisoformat(moment).replace(tzinfo=UTC) if moment else None)


GMAIL = """Please file this.

---------- Forwarded message ---------
From: Jane Adams <jane.adams@example.com>
Date: Mon, Jan 5, 2026 at 10:15 AM
Subject: Our invoices
To: Mia Manager <mia.manager@example.com>

We will pay in March.
"""
OUTLOOK = """Zur Akte.

Von: Jane Adams <jane.adams@example.com>
Gesendet: Montag, 5. Januar 2026 10:15
An: Mia Manager <mia.manager@example.com>
Betreff: Our invoices

We will pay in March.
"""
APPLE = """> Begin forwarded message:
>
> From: Jane Adams <jane.adams@example.com>
> Subject: Our invoices
> Date: 5. January 2026 at 10:15:00 CET
> To: mia.manager@example.com
>
> We will pay in March.
"""


def a_mail(text: str, *, to: str = "x@example.com", inside: bytes = b"") -> bytes:
    message = EmailMessage()
    message["From"] = "Mia Manager <mia.manager@example.com>"
    message["To"] = to
    message["Subject"] = "Fwd: Our invoices"
    message["Message-ID"] = "<forwarded-1@example.com>"
    message.set_content(text)
    if inside:
        message.add_attachment(
            reading.email.message_from_bytes(inside, policy=reading.policy.default),
            filename="Our invoices",
        )
    return message.as_bytes()


def an_original(**changes: str) -> bytes:
    message = EmailMessage()
    head = {
        "From": "Jane Adams <jane.adams@example.com>",
        "To": "mia.manager@example.com",
        "Subject": "Our invoices",
        "Date": "Mon, 05 Jan 2026 10:15:00 +0100",
    }
    for name, value in (head | changes).items():
        message[name] = value
    message.set_content("We will pay in March.")
    message.add_attachment(
        b"%PDF-1.7 plan", maintype="application", subtype="pdf", filename="plan.pdf"
    )
    return message.as_bytes()


@pytest.mark.parametrize("text", [GMAIL, OUTLOOK, APPLE], ids=["gmail", "outlook", "apple"])
def test_a_mail_written_into_another_is_read_out(text: str) -> None:
    found = forwarded.original_of(reading.read(a_mail(text)), zone=BERLIN)

    assert found is not None
    assert found.sender == "Jane Adams <jane.adams@example.com>"
    assert found.sent_at == datetime(2026, 1, 5, 9, 15, tzinfo=UTC)
    assert found.subject == "Our invoices"
    assert found.recipients == ("mia.manager@example.com",)
    assert "We will pay in March." in found.words


@pytest.mark.parametrize(
    "text", ["A note.", "From: the desk of Mia\nTo: whom it may concern\n\nHello", ""]
)
def test_a_mail_that_forwards_nothing_is_none(text: str) -> None:
    assert forwarded.original_of(reading.read(a_mail(text)), zone=BERLIN) is None


@pytest.mark.parametrize("line", ["-" * 2_500 + "x", " " * 40_000 + "x"])
def test_a_line_of_any_length_is_read_to_its_end(line: str) -> None:
    with it_comes_back():
        found = forwarded.original_of(reading.read(a_mail(f"{OUTLOOK}\n{line}\n")), zone=BERLIN)
        forwarded.original_of(reading.read(a_mail(f"See:\n{line}\n{OUTLOOK}")), zone=BERLIN)

    assert found is not None and line.strip() in found.words


@pytest.fixture
def house(settings, tmp_path, db) -> House:
    settings.MEDIA_ROOT = tmp_path
    return a_house()


@pytest.fixture
def case(house: House) -> TerminationCase:
    return a_case(house, State.NOTICE)


def test_what_a_colleague_forwards_stands_under_its_own_sender_and_day(
    case: TerminationCase,
) -> None:
    raw = a_mail("See below.", to=addresses.case_address(case), inside=an_original())

    row = filing.take_in(raw, road="test")

    assert (row.case, row.kind) == (case, InboundKind.COLLEAGUE)
    said = row.communication
    assert (said.direction, said.counterpart) == ("in", "Jane Adams <jane.adams@example.com>")
    assert said.occurred_at == datetime(2026, 1, 5, 9, 15, tzinfo=UTC)
    assert said.subject == "Our invoices"
    assert said.body.startswith("Forwarded by Mia Manager on ")
    assert {one.name for one in row.files.all()} == {"Our invoices.eml", "plan.pdf"}
    assert case.tasks.filter(origin=f"inbound:{row.pk}", done_at=None).exists()


def test_it_is_never_taken_for_the_clients_answer(house: House, case: TerminationCase) -> None:
    row = filing.take_in(
        a_mail(GMAIL.replace("pay in March", "accept"), to=addresses.case_address(case)),
        road="test",
    )

    for verb, words in ((inbox.take_as_receipt, "note"), (inbox.take_as_dispute, "reason")):
        with pytest.raises(TransitionRefused, match="Only a person's reply"):
            verb(InboundMail.objects.get(pk=row.pk), by=house.by_manager, **{words: "It says so."})
    assert not ProofOfReceipt.objects.exists()


def test_a_day_that_cannot_be_read_out_is_said_and_the_day_of_forwarding_stands(
    case: TerminationCase,
) -> None:
    text = GMAIL.replace("Mon, Jan 5, 2026 at 10:15 AM", "1/5/2026, 10:15 AM")

    row = filing.take_in(a_mail(text, to=addresses.case_address(case)), road="test")

    assert "could not be read out" in row.communication.body
    assert row.communication.occurred_at == row.received_at


@pytest.mark.parametrize("ahead", ["Mon, Jan 5, 2099 at 10:15 AM"])
def test_a_day_ahead_is_not_believed(case: TerminationCase, ahead: str) -> None:
    text = GMAIL.replace("Mon, Jan 5, 2026 at 10:15 AM", ahead)

    row = filing.take_in(a_mail(text, to=addresses.case_address(case)), road="test")

    assert row.communication.occurred_at <= clock.now()


def test_a_colleagues_mail_to_the_client_with_the_case_in_copy_is_ours(
    case: TerminationCase,
) -> None:
    to = f"jane.adams@example.com, {addresses.case_address(case)}"

    row = filing.take_in(a_mail("Dear Jane, thank you for the call.", to=to), road="test")

    assert (row.communication.direction, row.communication.counterpart) == (
        "out",
        "jane.adams@example.com",
    )


def test_the_clients_own_mail_stays_a_reply(case: TerminationCase) -> None:
    assert filing.take_in(incoming.a_reply(case), road="test").kind == InboundKind.REPLY
