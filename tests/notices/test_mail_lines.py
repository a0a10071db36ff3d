"""Several lines to one mail server: who goes on, who gives up, and what is given back."""

from __future__ import annotations

import threading

import pytest

from notices.mailing import lines as mail_lines
from notices.mailing.lines import Asked, Ended, MailLines
from notices.mailing.smtp import Envelope, Kind, Outcome, Stage
from tests.services import wait_until

ENVELOPE = Envelope("us@example.com", "client@example.org", b"Subject: x\r\n\r\nx\r\n")
TAKEN = Outcome(Kind.ACCEPTED, 250, "Ok", Stage.FINAL_REPLY, 0.0)
ABANDONED = Outcome(Kind.ABANDONED, None, "", Stage.BEFORE_DATA, 0.0)
UNREACHED = Outcome(Kind.TEMPORARY, 432, "Too many connections", Stage.CONNECT, 0.0)


class Line:
    """Stands for a connection that asks before each mail, or that nobody answers."""

    def __init__(self, *, answers: bool = True) -> None:
        self.answers = answers
        self.may_begin = threading.Event()
        self.may_begin.set()
        self.has_begun = threading.Event()
        self.begun = 0

    def hand_over(self, envelope, *, before_data):
        self.has_begun.set()
        self.may_begin.wait(10)
        self.begun += 1
        if not self.answers:
            return UNREACHED
        return TAKEN if before_data() else ABANDONED


@pytest.fixture
def two(monkeypatch):
    lines = [Line(), Line()]
    monkeypatch.setattr(mail_lines, "_lines", lambda count: lines[:count])
    return lines


def carry(lines: MailLines, count: int, *, go: bool = True) -> dict[int, Outcome | None]:
    """Carry so many mails, and say yes to all that ask, or no."""
    waiting, ended = list(range(count)), {}
    while waiting or lines.busy_with:
        while waiting and lines.have_room(len(waiting)):
            lines.offer(waiting.pop(0), ENVELOPE)
        if lines.are_silent:
            lines.take_back()
        if not lines.busy_with:
            break
        for one in lines.wait(5):
            if isinstance(one, Asked):
                one.answer(go)
            else:
                ended[one.key] = one.outcome
    return ended


def test_mails_are_shared_by_the_lines_and_each_is_carried_once(two):
    # Else the first may be done with all of them before the second one's thread begins.
    two[0].may_begin = two[1].has_begun
    with MailLines(2) as lines:
        ended = carry(lines, 60)

    assert len(ended) == 60
    assert all(outcome is TAKEN for outcome in ended.values())
    assert two[0].begun + two[1].begun == 60
    assert two[1].begun


def test_a_few_mails_need_one_line(two):
    with MailLines(2) as lines:
        carry(lines, 5)

    assert (two[0].begun, two[1].begun) == (5, 0)


def test_no_mail_goes_without_a_yes(two):
    with MailLines(2) as lines:
        ended = carry(lines, 30, go=False)

    assert set(ended.values()) == {ABANDONED}


def test_a_line_that_is_not_let_in_leaves_the_rest_to_the_other(two):
    two[1].answers = False
    two[0].may_begin = two[1].has_begun
    with MailLines(2) as lines:
        ended = carry(lines, 60)

    kinds = [outcome.kind for outcome in ended.values() if outcome]
    assert kinds.count(Kind.TEMPORARY) == 1
    assert kinds.count(Kind.ACCEPTED) == 59
    assert not lines.are_silent


def test_the_lines_give_up_when_nobody_answers(two):
    two[0].answers = two[1].answers = False
    with MailLines(2) as lines:
        ended = carry(lines, 60)

        assert lines.are_silent
        # The other line may have begun with one more in the same moment.
        assert mail_lines.MOST_SILENCES <= len(ended) <= mail_lines.MOST_SILENCES + 1


def test_what_no_line_has_begun_with_is_given_back(two):
    two[0].may_begin.clear()
    with MailLines(1) as lines:
        lines.have_room(1)
        lines.offer(1, ENVELOPE)
        wait_until(lambda: not lines._offers.qsize(), seconds=5, what="the line to begin")
        lines.offer(2, ENVELOPE)

        assert lines.take_back() == [2]
        two[0].may_begin.set()
        ended = lines.close()

    assert ended == [Ended(1, ABANDONED)]


def test_a_line_on_which_something_breaks_carries_the_next_mail(two, monkeypatch):
    hand_over = two[0].hand_over

    def breaks_once(envelope, *, before_data):
        monkeypatch.setattr(two[0], "hand_over", hand_over)
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(two[0], "hand_over", breaks_once)
    with MailLines(1) as lines:
        ended = carry(lines, 2)

    assert ended == {0: None, 1: TAKEN}
