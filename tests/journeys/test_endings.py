"""The whole story through HTTP, once for each way it can end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit import clock
from notices.models import Letter
from offboarding.lifecycle import State
from tests.journeys.story import (
    Story,
    attachment_of,
    days_pass,
    html_of,
    minutes_pass,
    receipt_link_in,
    sha256,
    text_of,
    until,
    work,
)

pytestmark = pytest.mark.django_db


def test_a_case_lives_from_its_first_doubt_to_closed_and_can_be_opened_again(story: Story) -> None:
    # Evaluate: the page says what is missing until nothing is.
    story.open_case().says("Evaluate", "There is no dated fact, document or communication yet")
    story.gather()
    story.page().hides("There is no dated fact").says("No decision was asked for yet.")
    story.ask_for_a_decision()
    story.page(story.manager).says("A team lead is asked to decide")
    story.decide("more", "Which drafts were declined, and when?")
    story.page().says("Which drafts were declined, and when?")
    story.ask_for_a_decision()
    story.decide("end", "The facts are clear.")
    assert story.state == State.NOTICE

    # Notice: written by one person, approved by another, who sees the very pages.
    story.write_notice().says("Waits for a second person")
    work()
    waiting = story.page(story.lead, "notice/")
    waiting.says("Read it as the client will, then decide")
    story.approve_notice().says("Approved, not sent yet")
    letter = Letter.objects.get(notice__case=story.case)
    assert story.mails() == []
    story.send_notice()
    mail = story.mail()
    assert str(mail["To"]).endswith("<jane.adams@example.com>")
    assert sha256(attachment_of(mail)) == letter.sha256
    assert story.state == State.NOTICE

    # The client reads first; reading proves nothing.
    link = receipt_link_in(mail)
    assert link in html_of(mail)
    minutes_pass(30)
    before = story.actions()
    first = story.reader.open(link).says("Confirm receipt", "This does not mean that you agree")
    assert [one for one in story.actions()[len(before) :] if one.startswith("receipt")] == []
    assert story.state == State.NOTICE
    assert story.reader.download(first.links_to("letter.pdf")[0]) == attachment_of(mail)
    asked = story.reader.fill(first, text="Who takes over the payroll?", name="Jane Adams")
    asked.says("Your question has arrived")
    confirmed = story.reader.fill(asked, "Confirm receipt", name="Jane Adams", is_authorised=True)
    confirmed.says("You confirmed that our letter arrived")
    assert story.state == State.ACKNOWLEDGED
    assert story.case.proofs.get().grade == "B"
    work()
    assert text_of(story.mail())

    # Obligations: fulfilled, waived by a second person, escalated, not applicable.
    rows = {row.title: row for row in story.case.obligations.all()}
    finish = rows["Finish the current month's bookkeeping"]
    successor = rows["Name the person who takes over"]
    [invoice] = [row for row in rows.values() if row.invoice_id]
    story.page().says("1 obligation of ours is still open.")
    story.fill(
        "obligations/new/", "Add it", party="ours", title="Print the yearly report", amount="40.00"
    )
    story.fill("obligations/new/", "Add it", party="clients", title="Return the key card")
    report = story.case.obligations.get(title="Print the yearly report")
    key_card = story.case.obligations.get(title="Return the key card")
    story.fill(f"obligations/{finish.pk}/fulfilment/", proof="Handed in on Monday.")
    story.fill(
        f"obligations/{report.pk}/waiver/", "Ask a team lead", reason="They have it already."
    )
    story.page(story.lead, f"obligations/{report.pk}/waiver/answer/")
    story.fill(f"obligations/{report.pk}/waiver/answer/", by=story.lead, answer="grant")
    story.fill(
        f"obligations/{invoice.pk}/escalation/",
        "Escalate",
        to="Collections, Ms Weber",
        until=story.today + timedelta(days=60),
    )
    story.fill(f"obligations/{key_card.pk}/not-applicable/", reason="They never had one.")
    story.fill(f"obligations/{successor.pk}/fulfilment/", proof="Brown & Co, by e-mail.")
    states = dict(story.case.obligations.values_list("title", "state"))
    assert set(states.values()) == {"fulfilled", "waived", "escalated", "not_applicable"}
    story.take_step("Declare obligations fulfilled")
    assert story.state == State.OBLIGATIONS_FULFILLED

    # Transition: who comes next, what they get, whose access ends, and the day itself.
    story.take_step("Begin the transition")
    assert story.state == State.TRANSITION
    story.fill(
        "successor/",
        name="Brown & Co",
        email="brown@example.org",
        consented_on=story.today,
        consent_scope="All ledgers since 2024",
        consent_how="by e-mail from Ms Adams",
    )
    story.fill("handover/new/", title="Ledgers 2024 to 2026", held_by="Our archive")
    story.fill("handover/new/", title="The office keys")
    story.fill("access/", system="Payroll portal", held_by="Mia Manager")
    ledgers, keys = story.case.handover_items.order_by("pk")
    story.page().says("Services run until")
    story.fill(
        f"handover/{ledgers.pk}/delivery/",
        delivered_how="Encrypted archive by courier",
        accepted_by="J. Adams",
    )
    story.fill(f"handover/{keys.pk}/not-applicable/", reason="Returned last year.")
    access = story.case.access_items.get()
    story.fill(f"access/{access.pk}/revocation/", checked=True)
    assert story.case.effective_on
    until(story.case.effective_on)
    story.take_step("Begin follow-up")
    assert story.state == State.FOLLOW_UP

    # Follow-up: the worker raises each look back on its day, and writes to the client.
    story.mails()
    first_look, last_look = story.case.follow_ups.order_by("due_on")
    until(first_look.due_on)
    raised = story.mails()
    assert len(raised) == 1
    assert "three optional questions" in text_of(raised[0])
    story.page().says(str(first_look.title))
    story.fill(f"follow-ups/{first_look.pk}/done/", outcome="All files arrived.")
    until(last_look.due_on)
    story.fill(f"follow-ups/{last_look.pk}/done/", outcome="Nothing is open on either side.")
    question = story.case.questions.get()
    assert question.text == "Who takes over the payroll?"
    story.mails()
    story.fill(
        f"questions/{question.pk}/answer/", answer="Brown & Co does, from May on.", by_email=True
    )
    work()
    assert "Brown & Co does, from May on." in text_of(story.mail())
    for task in story.case.tasks.all():
        if task.is_open:
            story.fill(f"tasks/{task.pk}/done/", "Mark as done")
    story.page().says("No lesson is recorded yet.")
    story.fill(
        "lesson/",
        "Record the lesson",
        avoidable="partly",
        next_time="Agree on the scope in writing before the first month.",
    )
    story.page().says("The final invoice and the balance are not stated yet.")
    story.fill(
        "closing/",
        "Save the checklist",
        final_invoice="2027-031 of 2 May, paid",
        balance="Nothing is open on either side.",
        their_property="returned",
        property_returned_on=str(clock.today(story.case.time_zone)),
        property_receipt="Signed by R. Brown; filed with the hand-over",
        controls_now="Payroll portal: Brown & Co.",
        way_back="welcome_back",
    )
    story.take_step("Close the case")
    assert story.state == State.CLOSED

    # Closed: everything can be read, nothing can be changed.
    story.page().says("Closed")
    assert not story.page().links_to("/evidence/")
    story.manager.open(story.at("obligations/new/"), status=409)
    story.page(place="record/").says("Brown & Co")
    story.the_trail_is_whole()

    # Until a lead opens it again, with a reason.
    story.fill("reopen/", "Open it again", by=story.lead, reason="A ledger is missing after all.")
    assert story.state == State.FOLLOW_UP
    story.page().says("A ledger is missing after all.")
    days_pass(1)
    story.the_trail_is_whole()
    landmarks = [
        "case.opened",
        "case.ending_decided",
        "notice.approved",
        "notice.served",
        "case.acknowledged",
        "case.obligations_fulfilled",
        "case.transition_begun",
        "case.follow_up_begun",
        "case.closed",
        "case.reopened",
    ]
    assert [one for one in story.actions() if one in landmarks] == landmarks


def test_a_client_is_kept_and_the_case_can_be_evaluated_anew(story: Story) -> None:
    story.open_case()
    story.gather()
    story.ask_for_a_decision()
    story.decide("keep", "We agreed on a new scope.")

    assert story.state == State.RETAINED
    story.page().says("Kept", "We agreed on a new scope.")
    story.manager.open(story.at("notice/")).hides("Draft the notice")
    days_pass(40)
    assert story.mails() == []
    story.the_trail_is_whole()

    story.fill("reopen/", "Open it again", by=story.lead, reason="The new scope did not hold.")
    assert story.state == State.EVALUATION
    story.page().says("The new scope did not hold.")
    story.the_trail_is_whole()


def test_a_notice_is_withdrawn_in_writing_and_its_link_says_so(story: Story) -> None:
    story.is_sent()
    link = receipt_link_in(story.mail())
    story.reader.open(link).says("Confirm receipt")

    withdrawn = story.fill(
        "withdraw/",
        "Withdraw the notice",
        by=story.lead,
        reason="We found a way to go on together.",
        typed_reference=story.reference,
    )
    withdrawn.says("Withdrawn")
    assert story.state == State.WITHDRAWN
    work()

    told = story.mail()
    assert str(told["To"]).endswith("<jane.adams@example.com>")
    assert "withdraw" in str(told["Subject"]).lower()
    assert "We found a way to go on together." in text_of(told)
    assert attachment_of(told).startswith(b"%PDF")
    dead = story.reader.open(link, status=410)
    dead.says("withdrawn").hides("Confirm receipt", story.reference, "Adams Print")
    days_pass(40)
    assert story.mails() == []
    story.page().says("We found a way to go on together.")
    story.the_trail_is_whole()

    story.fill("reopen/", "Open it again", by=story.lead, reason="It did not work after all.")
    assert story.state == State.EVALUATION
    story.the_trail_is_whole()


def test_after_acknowledgement_a_notice_is_withdrawn_with_the_clients_agreement(
    story: Story,
) -> None:
    story.is_sent()
    link = receipt_link_in(story.mail())
    minutes_pass(10)
    story.reader.fill(link, "Confirm receipt", name="Jane Adams", is_authorised=True)
    assert story.state == State.ACKNOWLEDGED

    story.fill(
        "withdraw/",
        "Withdraw the notice",
        by=story.lead,
        reason="Both sides want to go on.",
        typed_reference=story.reference.lower(),
        client_agreed_on=story.today,
        client_agreed_how="by telephone with Ms Adams",
    )
    assert story.state == State.WITHDRAWN
    assert story.case.withdrawal_agreement
    work()
    assert any("Both sides want to go on." in text_of(mail) for mail in story.mails())
    story.the_trail_is_whole()
