"""The mail server of the bench counts what reached it."""

from __future__ import annotations

import smtplib

from bench import sink


def a_mail(number: int) -> bytes:
    return f"Message-ID: <{number}@example.com>\r\nSubject: x\r\n\r\n..text\r\n".encode()


def test_it_counts_mails_and_how_many_of_them_differ():
    with sink.running() as server:
        with smtplib.SMTP("127.0.0.1", server.port, local_hostname="test") as line:
            for number in (1, 2, 2):
                line.sendmail("a@example.com", ["b@example.com"], a_mail(number))
        assert server.counts() == (3, 2)

        server.reset()
        assert server.counts() == (0, 0)
