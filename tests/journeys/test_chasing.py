"""A client who never answers is asked, called, written to on paper, at last deemed served."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notices.models import Channel, Delivery
from offboarding.lifecycle import State
from offboarding.models import Grade, TaskKind
from tests.journeys.story import (
    Story,
    days_pass,
    minutes_pass,
    receipt_link_in,
    text_of,
    work,
)

pytestmark = pytest.mark.django_db

LONG_ENOUGH_DAYS = 35
"""More than every step of the usual ladder takes, weekends and holidays counted."""


def tasks(story: Story, kind: TaskKind) -> list[str]:
    return [task.title for task in story.case.tasks.filter(kind=kind) if task.is_open]


def test_a_client_who_never_answers(story: Story) -> None:
    story.is_written_and_sent()
    notice = story.mail()
    link = receipt_link_in(notice)

    # Two reminders, on business days, with the same link, and never a third.
    reminders = []
    while len(reminders) < 2:
        days_pass(1)
        for mail in story.mails():
            assert story.today.weekday() < 5
            reminders.append(mail)
    for mail in reminders:
        assert mail["Subject"].startswith("Please confirm that our notice of")
        assert receipt_link_in(mail) == link
        assert mail["Auto-Submitted"] == "auto-generated"
        assert notice["Message-ID"] in str(mail["References"])

    # Then a person is asked to call.
    while not tasks(story, TaskKind.CALL):
        days_pass(1)
    assert tasks(story, TaskKind.CALL) == ["Call Jane Adams: did our notice arrive?"]
    story.manager.open("/").says("Call Jane Adams: did our notice arrive?")
    call = story.case.tasks.get(kind=TaskKind.CALL)
    story.fill(f"tasks/{call.pk}/done/", "Mark as done", outcome="Nobody answered.")
    story.fill(
        "communications/",
        "Put it on the timeline",
        direction="out",
        medium="call",
        counterpart="Jane Adams",
        subject="Nobody answered",
    )

    # Then the other channel is prepared, from the very letter that was approved.
    while not tasks(story, TaskKind.POST):
        days_pass(1)
    letter = Delivery.objects.get(case=story.case, channel=Channel.REGISTERED_MAIL)
    email = Delivery.objects.get(case=story.case, notice__isnull=False, channel=Channel.EMAIL)
    assert letter.notice_id == email.notice_id
    story.manager.open("/post/").says("Adams Print")
    story.post_the_letter()

    # Then a lead is asked to decide, and nothing is decided by the machine.
    while not story.case.tasks.filter(title__startswith="Decide whether our notice").exists():
        days_pass(1)
    assert story.state == State.NOTICE
    days_pass(7)
    assert story.mails() == []
    story.fill("receipts/deemed/", "Propose deemed service", note="No answer on any channel.")
    [accept] = story.page(story.lead, "notice/").links_to("/accept/")
    story.lead.press(accept, "Accept the receipt")
    assert story.state == State.ACKNOWLEDGED
    assert story.case.proofs.get().grade == Grade.E
    days_pass(10)
    assert story.mails() == []
    story.the_trail_is_whole()


def test_a_dispute_stops_the_asking_until_a_lead_clears_it(story: Story) -> None:
    story.is_sent()
    link = receipt_link_in(story.mail())
    minutes_pass(10)
    story.reader.fill(link, "Send", text="The end date is wrong.", name="Jane Adams")
    # Two forms of that page ask for a few words; this one is about a question.
    assert story.case.questions.exists()
    story.fill("dispute/", "Record the dispute", reason="“The end date is wrong.”")

    days_pass(LONG_ENOUGH_DAYS)
    assert story.mails() == []
    assert tasks(story, TaskKind.CALL) == []
    story.page().says("a team lead has to clear it first")
    story.manager.open(story.at("dispute/clear/"), status=403)

    story.fill(
        "dispute/clear/", "Clear the dispute", by=story.lead, reason="We agreed on the date."
    )
    days_pass(5)
    assert [mail["Subject"].split(" of ")[0] for mail in story.mails()] == [
        "Please confirm that our notice"
    ]
    story.the_trail_is_whole()


def test_a_hold_lets_the_asking_wait_until_its_day(story: Story) -> None:
    story.is_sent()
    story.mail()
    wakes_on = story.today + timedelta(days=30)
    story.fill("hold/", "Put it on hold", until=wakes_on, reason="The client is in hospital.")

    while story.today < wakes_on - timedelta(days=1):
        days_pass(1)
    assert story.mails() == []

    days_pass(7)
    assert len(story.mails()) == 1
    story.the_trail_is_whole()


def test_a_receipt_ends_the_asking(story: Story) -> None:
    story.is_sent()
    link = receipt_link_in(story.mail())
    days_pass(1)
    story.reader.fill(link, "Confirm receipt", name="Jane Adams", is_authorised=True)
    work()
    assert "Receipt confirmed" in str(story.mail()["Subject"])

    days_pass(LONG_ENOUGH_DAYS)
    assert story.mails() == []
    assert tasks(story, TaskKind.CALL) == []
    story.the_trail_is_whole()


def test_a_withdrawal_ends_the_asking(story: Story) -> None:
    story.is_sent()
    story.mail()
    story.fill(
        "withdraw/",
        "Withdraw the notice",
        by=story.lead,
        reason="We go on together.",
        typed_reference=story.reference,
    )
    work()
    assert "We go on together." in text_of(story.mail())

    days_pass(LONG_ENOUGH_DAYS)
    assert story.mails() == []
    assert tasks(story, TaskKind.CALL) == []
    story.the_trail_is_whole()
