"""The mailbox: read to its end, each mail once, marked only after its row is there."""

from __future__ import annotations

import imaplib
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest

from audit import clock
from notices.errors import NotSettledYet
from notices.inbound import filing, polling
from notices.models import InboundKind, InboundMail, MailboxMark
from offboarding.lifecycle import State
from tests.builders import a_case
from tests.notices import incoming

pytestmark = pytest.mark.django_db


class Box:
    """A mailbox as the library shows one."""

    def __init__(self, *mails: bytes) -> None:
        self.mails = dict(enumerate(mails, start=1))
        self.validity = 7
        self.seen: list[str] = []
        self.moved: list[str] = []
        self.fetched: list[str] = []
        self.client = SimpleNamespace(uid=self._uid)
        self.folder = SimpleNamespace(status=lambda _name: {"UIDVALIDITY": self.validity})

    def uids(self, criteria: str, charset: str | None) -> list[str]:
        first = int(criteria.split()[1].split(":")[0])
        found = [uid for uid in self.mails if uid >= first] or [max(self.mails, default=0)]
        return [str(uid) for uid in found if uid]

    def flag(self, uids: list[str], _flag: str, _value: bool) -> None:
        assert InboundMail.objects.exists()
        self.seen += uids

    def move(self, uids: list[str], folder: str) -> None:
        self.moved += uids

    def _uid(self, _command: str, uid: str, what: str):
        raw = self.mails.get(int(uid))
        if raw is None:
            return "OK", [None]
        if "SIZE" in what:
            date = b'INTERNALDATE "26-Nov-2026 08:00:00 +0000"'
            return "OK", [b"1 (UID %s RFC822.SIZE %d %s)" % (uid.encode(), len(raw), date)]
        self.fetched.append(uid)
        if "HEADER" in what:
            raw = raw.split(b"\n\n")[0]
        return "OK", [(b"1 (UID %s BODY[] {%d}" % (uid.encode(), len(raw)), raw), b")"]


@pytest.fixture
def case(house):
    return a_case(house, State.NOTICE)


@pytest.fixture
def box(case, settings, monkeypatch):
    settings.IMAP_HOST = "mail.example.com"
    found = Box(incoming.a_reply(case), incoming.a_reply(case, message_id="<two@x>", text="Two"))

    @contextmanager
    def connection():
        yield found

    monkeypatch.setattr(polling, "_connection", connection)
    return found


def test_each_mail_is_taken_in_once_and_marked_after_its_row(box):
    assert polling.read_mailbox().taken_in == 2
    assert polling.read_mailbox().taken_in == 0

    assert box.seen == ["1", "2"]
    assert box.moved == []
    assert box.fetched == ["1", "2"]
    assert InboundMail.objects.count() == 2


def test_what_is_filed_is_moved_where_the_installation_wants_it(box, settings):
    settings.IMAP_DONE_FOLDER = "Filed"
    polling.read_mailbox()

    assert box.moved == ["1", "2"]


def test_a_mailbox_made_anew_is_read_from_its_beginning_and_gives_no_second_rows(box, case):
    polling.read_mailbox()
    box.validity = 8
    box.mails = {1: box.mails[2], 2: incoming.a_reply(case, message_id="<3@x>", text="Three")}

    assert polling.read_mailbox().taken_in == 2
    assert InboundMail.objects.count() == 3
    mark = MailboxMark.objects.get()
    assert (mark.uid_validity, mark.last_uid) == (8, 2)


def test_a_mail_that_has_to_wait_is_read_again_and_the_others_are_not_kept_waiting(
    box, monkeypatch
):
    real = filing.take_in

    def first_waits(raw: bytes, **how):
        if b"Two" not in raw:
            raise NotSettledYet
        return real(raw, **how)

    monkeypatch.setattr(filing, "take_in", first_waits)
    look = polling.read_mailbox()
    assert (look.taken_in, look.put_off) == (1, 1)
    monkeypatch.setattr(filing, "take_in", real)
    assert polling.read_mailbox().taken_in == 2
    assert InboundMail.objects.count() == 2


def test_a_mail_that_is_too_large_is_not_fetched_and_is_told(box, settings, case):
    settings.INBOUND_MAIL_LIMIT_BYTES = 200
    look = polling.read_mailbox()

    assert look.too_large == 2
    row = InboundMail.objects.filter(message_id="<two@x>").get()
    assert (row.kind, row.case) == (InboundKind.TOO_LARGE, case)
    assert case.tasks.filter(origin=f"inbound:{row.pk}").exists()
    assert box.seen == []


def test_a_mailbox_that_cannot_be_reached_is_noted_without_its_words(settings, monkeypatch):
    settings.IMAP_HOST = "mail.example.com"

    def refused():
        raise imaplib.IMAP4.error("LOGIN cases hunter2 failed")

    monkeypatch.setattr(polling, "_connection", refused)
    polling.read_mailbox()

    mark = MailboxMark.objects.get()
    assert mark.problem == "error"
    clock.move(clock.offset() + timedelta(hours=2))
    polling.read_mailbox()
    assert MailboxMark.objects.get().failing_since == mark.failing_since is not None


def test_without_a_mailbox_nothing_is_asked(db):
    assert polling.read_mailbox() == polling.Look()
    assert not MailboxMark.objects.exists()


def test_a_mail_that_breaks_something_keeps_no_other_waiting_and_is_named(box, monkeypatch):
    real = filing.take_in

    def first_breaks(raw: bytes, **how):
        if b"Two" not in raw:
            raise ValueError("a fault of ours")
        return real(raw, **how)

    monkeypatch.setattr(filing, "take_in", first_breaks)
    assert polling.read_mailbox().taken_in == 1
    assert MailboxMark.objects.get().problem == "ValueError, UID 1"
    monkeypatch.setattr(filing, "take_in", real)
    assert polling.read_mailbox().taken_in == 2
    assert MailboxMark.objects.get().failing_since is None
    assert MailboxMark.objects.get().problem == ""
