"""Handing over one mail: whatever the server does, the outcome says whether it may be repeated."""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest

from notices.mailing.smtp import Envelope, Kind, Outcome, SmtpTransport, Stage
from tests.smtp_servers import MODES, SmtpServer, mails_in, self_signed_certificate

ROOT = Path(__file__).resolve().parents[2]

MESSAGE = (
    b"From: us@example.com\r\nTo: client@example.org\r\nMessage-ID: <one@example.com>\r\n"
    b"Subject: Notice\r\n\r\nDear Ms Winter,\r\n.a line with a dot\r\n\r\n..two\r\n.\r\nEnd.\r\n"
)
SECRET = "correct-horse-battery"
LONGEST_SECONDS = 60
"""No outcome of these waits for it; a machine that is busy may take some of it."""


def an_envelope(recipient="client@example.org", message=MESSAGE, **more):
    return Envelope("case+token@example.com", recipient, message, **more)


class Desk:
    """Stands for the caller: commits before the message, and counts how often it was asked."""

    def __init__(self, answer=True):
        self.answer = answer
        self.asked = 0

    def __call__(self):
        self.asked += 1
        return self.answer


def a_transport(server, **options):
    return SmtpTransport(
        "127.0.0.1",
        server.port,
        **{
            "security": "none",
            # Only who is kept waiting on purpose gives up early.
            "timeout": 0.3 if server.keeps_waiting else LONGEST_SECONDS,
            "helo_name": "test.example",
            "whole_timeout": 1.2 if server.keeps_waiting else LONGEST_SECONDS,
            **options,
        },
    )


def hand_over(server, desk=None, envelope=None, **options):
    with a_transport(server, **options) as transport:
        return transport.hand_over(envelope or an_envelope(), before_data=desk or Desk())


# -- one row for each thing a server can do --------------------------------------------------------

T, R, U, A = Kind.TEMPORARY, Kind.REFUSED, Kind.UNCERTAIN, Kind.ACCEPTED

# mode: what becomes of it, code, stage, mails really taken
WHAT_BECOMES = {
    "accept": (A, 250, Stage.FINAL_REPLY, 1),
    "plain": (A, 250, Stage.FINAL_REPLY, 1),
    "busy": (T, 421, Stage.CONNECT, 0),
    "closed_shop": (T, 554, Stage.CONNECT, 0),
    "mail_4xx": (T, 451, Stage.MAIL, 0),
    "shut_down_at_mail": (T, 421, Stage.MAIL, 0),
    "mail_5xx": (R, 550, Stage.MAIL, 0),
    "sign_in_first": (T, 530, Stage.MAIL, 0),
    "refuse_recipient": (R, 550, Stage.RCPT, 0),
    "greylist": (T, 451, Stage.RCPT, 0),
    "shut_down_at_rcpt": (T, 421, Stage.RCPT, 0),
    "data_4xx": (T, 451, Stage.DATA, 0),
    "data_5xx": (R, 554, Stage.DATA, 0),
    "temporary_after_dot": (T, 451, Stage.FINAL_REPLY, 0),
    "refuse_after_dot": (R, 554, Stage.FINAL_REPLY, 0),
    "shut_down_after_dot": (T, 421, Stage.FINAL_REPLY, 0),
    "drop_at_connect": (T, None, Stage.CONNECT, 0),
    "drop_at_ehlo": (T, None, Stage.EHLO, 0),
    "drop_at_mail": (T, None, Stage.MAIL, 0),
    "drop_at_rcpt": (T, None, Stage.RCPT, 0),
    "drop_at_data": (T, None, Stage.DATA, 0),
    # Whether sending or waiting fails first is the network's affair; both are doubt.
    "drop_before_dot": (U, None, {Stage.BODY, Stage.FINAL_REPLY}, 0),
    "drop_after_dot_stored": (U, None, Stage.FINAL_REPLY, 1),
    "drop_after_dot_lost": (U, None, Stage.FINAL_REPLY, 0),
    "hang_at_connect": (T, None, Stage.CONNECT, 0),
    "hang_at_ehlo": (T, None, Stage.EHLO, 0),
    "hang_at_mail": (T, None, Stage.MAIL, 0),
    "hang_at_rcpt": (T, None, Stage.RCPT, 0),
    "hang_at_data": (T, None, Stage.DATA, 0),
    "hang_in_body": (U, None, {Stage.BODY, Stage.FINAL_REPLY}, 0),
    "hang_after_dot_stored": (U, None, Stage.FINAL_REPLY, 1),
    "hang_after_dot_lost": (U, None, Stage.FINAL_REPLY, 0),
    "hang_at_rset": (A, 250, Stage.FINAL_REPLY, 1),
    "dribble_at_connect": (T, None, Stage.CONNECT, 0),
    "dribble_at_rcpt": (T, None, Stage.RCPT, 0),
    "dribble_after_dot": (U, None, Stage.FINAL_REPLY, 1),
    "garbage_at_connect": (T, None, Stage.CONNECT, 0),
    "garbage_at_ehlo": (T, None, Stage.EHLO, 0),
    "garbage_at_mail": (T, None, Stage.MAIL, 0),
    "garbage_at_rcpt": (T, None, Stage.RCPT, 0),
    "garbage_at_data": (T, None, Stage.DATA, 0),
    "garbage_after_dot_stored": (U, None, Stage.FINAL_REPLY, 1),
    "misfit_at_data": (T, 250, Stage.DATA, 0),
    "misfit_after_dot": (U, 354, Stage.FINAL_REPLY, 0),
    "mixed_codes_at_rcpt": (T, None, Stage.RCPT, 0),
    "cut_reply_after_dot": (U, None, Stage.FINAL_REPLY, 1),
}
ENCRYPTION_AND_SIGN_IN = {mode for mode in MODES if mode.startswith(("starttls", "auth"))}


def test_every_server_mode_has_its_row():
    assert set(WHAT_BECOMES) | ENCRYPTION_AND_SIGN_IN == set(MODES)


@pytest.mark.parametrize("mode", WHAT_BECOMES)
def test_what_the_server_does_decides_what_may_be_done_next(mode):
    kind, code, stage, taken = WHAT_BECOMES[mode]
    desk = Desk()
    message = MESSAGE + b"x" * 70 + b"\r\n"

    with SmtpServer(mode) as server:
        outcome = hand_over(server, desk, an_envelope(message=message))

    assert (outcome.kind, outcome.code) == (kind, code)
    assert outcome.stage in (stage if isinstance(stage, set) else {stage})
    assert len(server.mails) == taken
    assert outcome.text
    assert 0 < outcome.elapsed < LONGEST_SECONDS
    # The promise of the design: asked once, and only after the recipient was accepted.
    came_to_the_message = outcome.stage in {Stage.DATA, Stage.BODY, Stage.FINAL_REPLY}
    assert desk.asked == (1 if came_to_the_message else 0)


def test_what_may_be_repeated_was_surely_not_taken():
    taken = {kind: {row[3] for row in WHAT_BECOMES.values() if row[0] is kind} for kind in (T, R)}

    assert taken == {T: {0}, R: {0}}


def test_a_large_message_cut_off_in_the_middle_is_uncertain():
    with SmtpServer("drop_before_dot") as server:
        outcome = hand_over(server, envelope=an_envelope(message=MESSAGE + b"y" * 20_000_000))

    assert (outcome.kind, outcome.stage) == (Kind.UNCERTAIN, Stage.BODY)


def test_a_server_that_reads_no_more_in_the_middle_is_uncertain():
    with SmtpServer("hang_in_body") as server:
        outcome = hand_over(server, envelope=an_envelope(message=MESSAGE + b"y" * 20_000_000))

    assert (outcome.kind, outcome.stage) == (Kind.UNCERTAIN, Stage.BODY)
    assert outcome.elapsed < LONGEST_SECONDS


def test_a_server_that_nobody_runs_is_temporary():
    with SmtpServer() as server:
        pass
    outcome = hand_over(server)

    assert (outcome.kind, outcome.code, outcome.stage) == (Kind.TEMPORARY, None, Stage.CONNECT)
    assert outcome.text == "The mail server cannot be reached: Connection refused."


def test_a_host_that_does_not_exist_is_temporary():
    transport = SmtpTransport("no-such-host.invalid", 25, security="none", timeout=0.3)

    outcome = transport.hand_over(an_envelope(), before_data=Desk())

    assert (outcome.kind, outcome.stage) == (Kind.TEMPORARY, Stage.CONNECT)


def test_a_server_that_answers_for_ever_is_cut_off():
    with SmtpServer("hang_at_connect") as server:
        outcome = hand_over(server, timeout=LONGEST_SECONDS, whole_timeout=0.2)

    assert (outcome.kind, outcome.stage) == (Kind.TEMPORARY, Stage.CONNECT)
    assert outcome.text == "The mail server took too long as a whole."


def test_a_cut_that_comes_while_connecting_still_ends_the_hand_over(monkeypatch):
    connect = socket.create_connection

    def slowly(*arguments, **options):
        time.sleep(0.2)
        return connect(*arguments, **options)

    monkeypatch.setattr(socket, "create_connection", slowly)
    desk = Desk()
    with SmtpServer() as server:
        outcome = hand_over(server, desk, timeout=2, whole_timeout=0.05)

    assert (outcome.kind, outcome.stage) == (Kind.TEMPORARY, Stage.CONNECT)
    assert outcome.text == "The mail server took too long as a whole."
    assert (desk.asked, server.mails) == (0, [])


def test_after_the_message_the_server_may_take_longer():
    with SmtpServer("hang_after_dot_lost") as server:
        outcome = hand_over(server, timeout=0.1, final_timeout=0.6)

    assert outcome.kind is Kind.UNCERTAIN
    assert outcome.text == "The mail server did not answer in time."
    assert outcome.elapsed >= 0.6


# -- what arrives ----------------------------------------------------------------------------------


def test_the_message_arrives_byte_for_byte():
    with SmtpServer() as server:
        outcome = hand_over(server)

    (mail,) = server.mails
    assert mail.data == MESSAGE
    assert (mail.sender, mail.recipient) == ("case+token@example.com", "client@example.org")
    assert mail.message_id == "<one@example.com>"
    assert re.fullmatch(r"2\.0\.0 Ok: queued as [0-9A-F]{12}", outcome.text)
    assert outcome.text.endswith(outcome.queue_id)
    assert len(outcome.queue_id) == 12


@pytest.mark.parametrize("ending", [b"\n", b"\r"])
def test_a_lone_line_end_before_a_dot_cannot_end_the_message_early(ending):
    smuggled = b"Subject: x\r\n\r\nHello" + ending + b"." + ending + b"MAIL FROM:<e@x.org>" + ending

    with SmtpServer() as server:
        hand_over(server, envelope=an_envelope(message=smuggled))

    (mail,) = server.mails
    assert mail.data == b"Subject: x\r\n\r\nHello\r\n.\r\nMAIL FROM:<e@x.org>\r\n"


def test_a_message_without_a_last_line_end_gets_one():
    with SmtpServer() as server:
        hand_over(server, envelope=an_envelope(message=b"Subject: x\r\n\r\n."))

    assert server.mails[0].data == b"Subject: x\r\n\r\n.\r\n"


def test_an_empty_message_still_ends():
    with SmtpServer() as server:
        assert hand_over(server, envelope=an_envelope(message=b"")).kind is Kind.ACCEPTED


# -- the caller's word just before the message -----------------------------------------------------


def test_the_caller_can_stop_before_the_first_byte():
    desk = Desk(answer=False)

    with SmtpServer() as server, a_transport(server) as transport:
        outcome = transport.hand_over(an_envelope(), before_data=desk)
        again = transport.hand_over(an_envelope("other@example.org"), before_data=Desk())

    assert (outcome.kind, outcome.stage) == (Kind.ABANDONED, Stage.BEFORE_DATA)
    assert again.kind is Kind.ACCEPTED
    assert [mail.recipient for mail in server.mails] == ["other@example.org"]
    assert server.connections == 1
    assert server.commands.index("RSET") > server.commands.index("rcpt TO:<client@example.org>")


def test_an_abandoned_mail_is_abandoned_even_if_the_line_is_dead():
    with SmtpServer("hang_at_rset") as server:
        outcome = hand_over(server, Desk(answer=False))

    assert outcome.kind is Kind.ABANDONED
    assert server.mails == []


@pytest.mark.parametrize("error", [RuntimeError, ConnectionError, KeyboardInterrupt])
def test_when_the_caller_fails_to_commit_nothing_is_sent_and_it_hears_why(error):
    def fail():
        raise error("the database is gone")

    with SmtpServer() as server, a_transport(server) as transport:
        with pytest.raises(error, match="the database is gone"):
            transport.hand_over(an_envelope(), before_data=fail)
        assert transport.hand_over(an_envelope(), before_data=Desk()).kind is Kind.ACCEPTED

    assert len(server.mails) == 1
    assert server.connections == 2
    assert server.commands.count("data") + server.commands.count("DATA") == 1


def test_the_recipient_is_accepted_before_the_caller_is_asked():
    with SmtpServer() as server:
        heard = []

        def look():
            heard.extend(server.commands)
            return True

        hand_over(server, look)

    assert heard[-1] == "rcpt TO:<client@example.org>"


# -- one connection for many -----------------------------------------------------------------------


def test_a_connection_serves_many_mails():
    with SmtpServer() as server, a_transport(server) as transport:
        for number in range(20):
            envelope = an_envelope(f"client{number}@example.org")
            assert transport.hand_over(envelope, before_data=Desk()).kind is Kind.ACCEPTED

    assert server.connections == 1
    assert [mail.recipient for mail in server.mails] == [
        f"client{number}@example.org" for number in range(20)
    ]
    assert server.commands[-1] == "QUIT"


def test_a_connection_is_given_up_after_so_many_mails():
    with SmtpServer() as server, a_transport(server, reuse_messages=2) as transport:
        for _ in range(5):
            transport.hand_over(an_envelope(), before_data=Desk())

    assert server.connections == 3
    assert len(server.mails) == 5


def test_an_old_connection_is_not_used_again():
    with SmtpServer() as server, a_transport(server, reuse_seconds=0) as transport:
        for _ in range(2):
            transport.hand_over(an_envelope(), before_data=Desk())

    assert server.connections == 2


def test_a_connection_that_the_server_cut_is_opened_anew():
    with SmtpServer() as server, a_transport(server) as transport:
        transport.hand_over(an_envelope(), before_data=Desk())
        server.drop_everyone()
        outcome = transport.hand_over(an_envelope(), before_data=Desk())

    assert outcome.kind is Kind.ACCEPTED
    assert len(server.mails) == server.connections == 2


@pytest.mark.parametrize("mode", ["shut_down_at_mail", "drop_at_mail"])
def test_a_server_that_has_enough_of_a_connection_gets_the_mail_on_a_new_one(mode):
    with SmtpServer(f"accept,{mode},accept") as server, a_transport(server) as transport:
        for _ in range(2):
            outcome = transport.hand_over(an_envelope(), before_data=Desk())

    assert outcome.kind is Kind.ACCEPTED
    assert len(server.mails) == server.connections == 2


def test_a_connection_that_has_just_carried_a_mail_is_not_asked_whether_it_works():
    with SmtpServer() as server, a_transport(server) as transport:
        for _ in range(3):
            transport.hand_over(an_envelope(), before_data=Desk())

    assert "RSET" not in {command.upper() for command in server.commands}
    assert len(server.mails) == 3


def test_a_connection_that_fell_silent_is_opened_anew():
    waited = {"trusted_seconds": 0}
    with SmtpServer("hang_at_rset") as server, a_transport(server, **waited) as transport:
        transport.hand_over(an_envelope(), before_data=Desk())
        outcome = transport.hand_over(an_envelope(), before_data=Desk())

    assert outcome.kind is Kind.ACCEPTED
    assert len(server.mails) == server.connections == 2


@pytest.mark.parametrize("mode", ["refuse_recipient", "greylist", "mail_5xx", "refuse_after_dot"])
def test_a_clear_no_leaves_the_connection_for_the_next_mail(mode):
    with SmtpServer(f"{mode},accept") as server, a_transport(server) as transport:
        first = transport.hand_over(an_envelope(), before_data=Desk())
        second = transport.hand_over(an_envelope("next@example.org"), before_data=Desk())

    assert first.kind in (Kind.REFUSED, Kind.TEMPORARY)
    assert second.kind is Kind.ACCEPTED
    assert [mail.recipient for mail in server.mails] == ["next@example.org"]
    assert server.connections == 1


@pytest.mark.parametrize("mode", ["drop_after_dot_lost", "garbage_at_rcpt", "misfit_at_data"])
def test_a_doubtful_line_is_not_used_again(mode):
    with SmtpServer(f"{mode},accept") as server, a_transport(server) as transport:
        transport.hand_over(an_envelope(), before_data=Desk())
        assert transport.hand_over(an_envelope(), before_data=Desk()).kind is Kind.ACCEPTED

    assert server.connections == 2


def test_a_forked_child_opens_a_connection_of_its_own():
    with SmtpServer() as server, a_transport(server) as transport:
        transport.hand_over(an_envelope("parent@example.org"), before_data=Desk())
        child = os.fork()
        if child == 0:
            outcome = transport.hand_over(an_envelope("child@example.org"), before_data=Desk())
            os._exit(0 if outcome.kind is Kind.ACCEPTED else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        transport.hand_over(an_envelope("parent@example.org"), before_data=Desk())

    assert server.connections == 2
    assert len(server.mails) == 3


# -- encryption and sign-in ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return self_signed_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trust(certificate):
    return ssl.create_default_context(cafile=certificate[0])


def over_tls(server, envelope=None, **options):
    options = {"security": "starttls", "timeout": 2, "helo_name": "test.example", **options}
    with SmtpTransport("localhost", server.port, **options) as transport:
        return transport.hand_over(envelope or an_envelope(), before_data=Desk())


@pytest.mark.parametrize(("security", "from_the_start"), [("starttls", False), ("tls", True)])
def test_a_trusted_server_gets_the_mail_encrypted(certificate, trust, security, from_the_start):
    with SmtpServer(certificate=certificate, tls_from_the_start=from_the_start) as server:
        outcome = over_tls(server, security=security, tls_context=trust)

    assert outcome.kind is Kind.ACCEPTED
    if not from_the_start:
        assert server.commands.index("STARTTLS") < server.commands.index(
            "mail FROM:<case+token@example.com> SIZE=" + str(len(MESSAGE))
        )


@pytest.mark.parametrize(("security", "from_the_start"), [("starttls", False), ("tls", True)])
def test_a_certificate_nobody_trusts_ends_it_before_anything_is_said(
    certificate, security, from_the_start
):
    with SmtpServer(certificate=certificate, tls_from_the_start=from_the_start) as server:
        outcome = over_tls(server, security=security, user="us", password=SECRET)

    assert (outcome.kind, outcome.stage) == (Kind.TEMPORARY, Stage.TLS)
    assert "certificate was not accepted: self-signed certificate" in outcome.text
    assert not any(command.lower().startswith(("mail", "auth")) for command in server.commands)


def test_a_certificate_of_another_name_is_not_accepted(tmp_path):
    other = self_signed_certificate(tmp_path, "mail.example.net")

    with SmtpServer(certificate=other) as server:
        outcome = over_tls(server, tls_context=ssl.create_default_context(cafile=other[0]))

    assert (outcome.kind, outcome.stage) == (Kind.TEMPORARY, Stage.TLS)
    assert "Hostname mismatch" in outcome.text


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("starttls_stripped", None),
        ("starttls_refused", 454),
        ("starttls_garbage", None),
        ("starttls_drop", None),
        ("starttls_hang", None),
    ],
)
def test_without_encryption_nothing_is_said_in_the_clear(certificate, trust, mode, code):
    with SmtpServer(mode, certificate=certificate) as server:
        outcome = over_tls(server, tls_context=trust, user="us", password=SECRET, timeout=0.3)

    assert (outcome.kind, outcome.code, outcome.stage) == (Kind.TEMPORARY, code, Stage.TLS)
    assert not any(command.lower().startswith(("mail", "auth")) for command in server.commands)
    assert server.mails == []


def test_a_doubt_is_a_doubt_on_an_encrypted_line_too(certificate, trust):
    with SmtpServer("drop_after_dot_stored", certificate=certificate) as server:
        outcome = over_tls(server, tls_context=trust)

    assert (outcome.kind, len(server.mails)) == (Kind.UNCERTAIN, 1)


def test_an_encrypted_line_that_never_ends_is_cut_off(certificate, trust):
    with SmtpServer("dribble_after_dot", certificate=certificate) as server:
        outcome = over_tls(server, tls_context=trust, timeout=30, whole_timeout=0.5)

    assert (outcome.kind, outcome.stage) == (Kind.UNCERTAIN, Stage.FINAL_REPLY)
    assert outcome.text == "The mail server took too long as a whole."


def test_user_and_password_open_the_door(certificate, trust):
    with SmtpServer(certificate=certificate, sign_in=("us", SECRET)) as server:
        outcome = over_tls(server, tls_context=trust, user="us", password=SECRET)

    assert outcome.kind is Kind.ACCEPTED


def test_a_wrong_password_is_our_trouble_and_never_repeated_in_words(certificate, trust, caplog):
    caplog.set_level(logging.DEBUG)
    with SmtpServer(certificate=certificate, sign_in=("us", "another")) as server:
        outcome = over_tls(server, tls_context=trust, user="us", password=SECRET)

    assert (outcome.kind, outcome.code, outcome.stage) == (Kind.TEMPORARY, 535, Stage.AUTH)
    assert outcome.text == "The mail server does not accept our sign-in."


@pytest.mark.parametrize(
    ("mode", "code"), [("auth_refused", 535), ("auth_drop", None), ("accept", None)]
)
def test_no_sign_in_is_temporary(mode, code):
    sign_in = None if mode == "accept" else ("us", SECRET)
    with SmtpServer(mode, sign_in=sign_in) as server:
        outcome = hand_over(server, user="us", password=SECRET)

    assert (outcome.kind, outcome.code, outcome.stage) == (Kind.TEMPORARY, code, Stage.AUTH)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"security": "ssl"}, "security cannot be 'ssl'"),
        ({"security": "none", "user": "us", "password": SECRET}, "without encryption"),
        ({"user": "us", "password": "schön"}, r"plain \(ASCII\) letters only"),
    ],
)
def test_settings_that_do_not_fit_are_refused(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        SmtpTransport("mail.example.net", 587, **options)


def test_neither_message_nor_address_nor_password_is_logged(certificate, trust, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    for mode in ("accept", "refuse_recipient", "drop_after_dot_lost"):
        with SmtpServer(mode, certificate=certificate, sign_in=("us", SECRET)) as server:
            over_tls(server, tls_context=trust, user="us", password=SECRET)

    output = capfd.readouterr()
    said = caplog.text + output.out + output.err + repr(an_envelope())
    assert "accepted at final_reply, code 250" in said
    assert "refused at rcpt, code 550" in said
    for secret in (SECRET, "Winter", "Message-ID"):
        assert secret not in said
    assert "client@" not in caplog.text


# -- envelopes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "",
        "client",
        "@example.org",
        "client@",
        "client@example.org\r\nRCPT TO:<eve@example.net>",
        "client@example.org\n",
        "client\r@example.org",
        "client@example.org, eve@example.net",
        "client@example.org;eve@example.net",
        "client@example.org eve@example.net",
        "client@eve@example.org",
        "Client <client@example.org>",
        "<client@example.org>",
        "client@example.org>",
        '"two words"@example.org',
        "client\0@example.org",
        "client\u2028@example.org",
        "a" * 250 + "@example.org",
    ],
)
def test_only_one_plain_address_is_taken(address):
    with pytest.raises(ValueError, match="The recipient must be exactly one e-mail address"):
        Envelope("us@example.com", address, MESSAGE)
    with pytest.raises(ValueError, match="The sender must be exactly one e-mail address"):
        Envelope(address, "client@example.org", MESSAGE)


@pytest.mark.parametrize("dsn_id", ["", "two words", "a\r\nb", "ü", "x" * 101])
def test_an_envelope_id_is_plain_and_short(dsn_id):
    with pytest.raises(ValueError, match="envelope's id"):
        an_envelope(dsn_id=dsn_id)


def test_delivery_status_is_asked_for_where_it_is_offered():
    envelope = an_envelope("o+h=x@example.org", dsn_id="delivery-17+a")
    with SmtpServer() as server:
        hand_over(server, envelope=envelope)
    with SmtpServer("plain") as plain:
        hand_over(plain, envelope=envelope)

    assert (
        f"mail FROM:<case+token@example.com> SIZE={len(MESSAGE)} RET=HDRS ENVID=delivery-17+2Ba"
        in server.commands
    )
    assert (
        "rcpt TO:<o+h=x@example.org> NOTIFY=SUCCESS,FAILURE,DELAY"
        " ORCPT=rfc822;o+2Bh+3Dx@example.org" in server.commands
    )
    assert "mail FROM:<case+token@example.com>" in plain.commands
    assert "rcpt TO:<o+h=x@example.org>" in plain.commands


def test_letters_beyond_ascii_go_out_where_the_server_takes_them():
    message = "Subject: Kündigung\r\n\r\nSchöne Grüße\r\n".encode()
    with SmtpServer() as server:
        outcome = hand_over(server, envelope=an_envelope("jörg@müller.example", message))

    assert outcome.kind is Kind.ACCEPTED
    assert server.mails[0].recipient == "jörg@müller.example"
    assert server.mails[0].data == message
    assert any("SMTPUTF8 BODY=8BITMIME" in command for command in server.commands)


def test_after_such_a_mail_the_next_one_is_plain_again():
    with SmtpServer() as server, a_transport(server) as transport:
        transport.hand_over(an_envelope("jörg@example.org"), before_data=Desk())
        transport.hand_over(an_envelope(), before_data=Desk())

    assert sum("SMTPUTF8" in command for command in server.commands) == 1


@pytest.mark.parametrize(
    ("recipient", "message", "sentence"),
    [
        ("jörg@example.org", MESSAGE, "no address with letters beyond ASCII"),
        ("j@example.org", "Subject: Grüße\r\n\r\nx".encode(), "no headers with letters beyond"),
        ("j@example.org", "Subject: x\r\n\r\nGrüße".encode(), "no message with 8-bit letters"),
        (f"j@{'ü' * 60}.example", MESSAGE, "domain of an address cannot be written"),
    ],
)
def test_what_the_server_cannot_carry_is_refused_before_anything_is_sent(
    recipient, message, sentence
):
    desk = Desk()
    with SmtpServer("plain") as server:
        outcome = hand_over(server, desk, an_envelope(recipient, message))

    assert (outcome.kind, outcome.code) == (Kind.REFUSED, None)
    assert sentence in outcome.text
    assert desk.asked == 0
    assert server.mails == []


def test_a_domain_beyond_ascii_is_written_in_ascii_for_an_old_server():
    with SmtpServer("plain") as server:
        outcome = hand_over(server, envelope=an_envelope("info@müller.example"))

    assert outcome.kind is Kind.ACCEPTED
    assert server.mails[0].recipient == "info@xn--mller-kva.example"


# -- the server as a process -----------------------------------------------------------------------


def test_the_server_runs_as_a_process_and_keeps_what_it_took(tmp_path):
    modes = "accept,drop_after_dot_stored,drop_after_dot_lost,refuse_recipient"
    process = subprocess.Popen(
        [sys.executable, "tests/smtp_servers.py", "--mode", modes, "--maildir", str(tmp_path)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        port = int(process.stdout.readline().rpartition(":")[2])
        with SmtpTransport("127.0.0.1", port, security="none", timeout=2) as transport:
            outcomes: list[Outcome] = [
                transport.hand_over(an_envelope(f"c{n}@example.org"), before_data=Desk())
                for n in range(8)
            ]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
        process.stdout.close()

    assert [outcome.kind for outcome in outcomes] == [A, U, U, R] * 2
    assert [mail.recipient for mail in mails_in(tmp_path)] == [
        f"c{n}@example.org" for n in (0, 1, 4, 5)
    ]
    assert {mail.data for mail in mails_in(tmp_path)} == {MESSAGE}
