"""Each way to prove that a notice arrived, through the doors of the people who prove it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from offboarding.lifecycle import State
from offboarding.models import Grade, ProofKind, ProofOfReceipt
from offboarding.services import links
from tests.journeys.story import (
    PDF,
    Story,
    a_scan,
    days_pass,
    minutes_pass,
    receipt_link_in,
    text_of,
    until,
    work,
)

pytestmark = pytest.mark.django_db


def the_proof(story: Story) -> ProofOfReceipt:
    return ProofOfReceipt.objects.get(case=story.case)


def is_proven(story: Story, kind: ProofKind, grade: Grade) -> None:
    """The case is acknowledged, by this proof, and the page and the record say so."""
    proof = the_proof(story)
    assert (proof.kind, proof.grade) == (kind, grade)
    assert story.state == State.ACKNOWLEDGED
    story.page(place="notice/").says(proof.get_kind_display(), proof.get_grade_display())
    story.the_trail_is_whole()


def waits_for_a_lead(story: Story) -> str:
    """The proof alone moves nothing; return where a lead accepts it."""
    assert story.state == State.NOTICE
    story.page().says("waits for a team lead to accept it")
    [accept] = story.page(story.second_lead, "notice/").links_to("/accept/")
    assert not story.page(story.manager, "notice/").links_to("/accept/")
    story.manager.open(accept, status=403)
    return accept


def test_a_click_on_the_page_with_a_matching_name_is_grade_b(story: Story) -> None:
    story.is_sent()
    link = receipt_link_in(story.mail())
    minutes_pass(10)

    story.reader.fill(link, "Confirm receipt", name="Jane Adams", is_authorised=True)

    is_proven(story, ProofKind.CONFIRMATION, Grade.B)
    work()
    confirmed = story.mail()
    assert story.reference in text_of(confirmed)
    [receipt] = story.reader.open(link).links_to("receipt.pdf")
    assert story.reader.download(receipt).startswith(b"%PDF")


def test_a_click_right_after_sending_is_grade_c_and_waits_for_a_lead(story: Story) -> None:
    story.is_sent()
    link = receipt_link_in(story.mail())

    page = story.reader.fill(link, "Confirm receipt", name="Jane Adams", is_authorised=True)

    page.says("You confirmed that our letter arrived")
    assert the_proof(story).grade == Grade.C
    story.second_lead.press(waits_for_a_lead(story), "Accept the receipt")
    is_proven(story, ProofKind.CONFIRMATION, Grade.C)


def test_the_code_from_the_paper_is_grade_a(story: Story) -> None:
    story.is_written_and_sent(email=False, registered=True)
    assert story.mails() == []
    story.post_the_letter()
    days_pass(2)
    # The code stands on the slip, which only the printer and the addressee see.
    [link] = story.case.links.filter(revoked_at=None)
    code = links.code_of(link)

    letter = story.reader.fill("/code/", "Continue", code=code.lower())
    letter.says("Confirm receipt")
    assert code not in letter.url
    # The code opened the page of its link; the form there knows where it came from.
    story.reader.fill(letter, "Confirm receipt", name="Jane Adams", is_authorised=True)

    is_proven(story, ProofKind.PAPER_CODE, Grade.A)


def test_a_signed_slip_is_grade_a(story: Story) -> None:
    story.is_sent(email=False, registered=True)
    story.post_the_letter()
    days_pass(4)

    story.manager.fill(
        story.delivery_page("slip"),
        "Record the slip",
        signed_by="Jane Adams",
        signed_on=story.today - timedelta(days=1),
        file=a_scan("slip.pdf"),
    )

    is_proven(story, ProofKind.SIGNED_SLIP, Grade.A)
    assert the_proof(story).received_by == "Jane Adams"
    [kept] = story.page(place="notice/").links_to("/files/")
    assert story.lead.download(kept) == PDF


def test_the_carriers_record_of_handing_over_is_grade_a(story: Story) -> None:
    story.is_sent(email=False, registered=True)
    story.post_the_letter()
    days_pass(3)

    story.manager.fill(
        story.delivery_page("outcome"),
        "Record the outcome",
        outcome="delivered",
        received_by="J. Adams",
        file=a_scan("record.pdf"),
    )

    is_proven(story, ProofKind.CARRIER_RECORD, Grade.A)


def test_a_reply_is_grade_d_and_counts_once_a_lead_accepts_it(story: Story) -> None:
    story.is_sent()
    days_pass(1)

    story.fill(
        "receipts/new/",
        "Record the receipt",
        kind="accepted_reply",
        received_by="Jane Adams",
        note="“Thank you, we have your letter.”",
        file=a_scan("reply.pdf"),
    )

    story.second_lead.press(waits_for_a_lead(story), "Accept the receipt")
    is_proven(story, ProofKind.ACCEPTED_REPLY, Grade.D)


def test_a_telephone_call_is_grade_d_and_nobody_accepts_their_own(story: Story) -> None:
    story.is_sent()
    days_pass(1)

    story.fill(
        "receipts/new/",
        "Record the receipt",
        by=story.lead,
        kind="phone",
        received_by="Jane Adams",
        note="She has the letter on her desk.",
    )

    accept = waits_for_a_lead(story)
    # Whoever entered it cannot accept it, lead or not.
    assert accept not in story.page(story.lead, "notice/").links_to("/accept/")
    story.lead.press(accept, "Accept the receipt", status=409)
    assert story.state == State.NOTICE
    story.second_lead.press(accept, "Accept the receipt")
    is_proven(story, ProofKind.PHONE, Grade.D)


def test_deemed_service_rests_on_two_documented_attempts_and_a_lead(story: Story) -> None:
    story.is_sent()
    deemed_on = story.case.deemed_received_on
    assert deemed_on

    # One attempt is not enough, however late it is.
    until(deemed_on)
    refused = story.fill("receipts/deemed/", "Propose deemed service", status=409)
    refused.says("Deemed service needs two documented attempts or two channels.")

    story.manager.press(story.at("notice/by-registered-mail/"), "Prepare registered mail")
    work()
    story.post_the_letter()
    days_pass(9)
    story.manager.fill(
        story.delivery_page("outcome"), "Record the outcome", outcome="unclaimed", note="Came back."
    )
    proposal = story.manager.open(story.at("receipts/deemed/"))
    proposal.says("E-mail", "Registered mail", "Not collected")
    story.manager.fill(proposal, "Propose deemed service", note="Called twice, nobody answered.")

    story.second_lead.press(waits_for_a_lead(story), "Accept the receipt")
    is_proven(story, ProofKind.DEEMED, Grade.E)
    assert len(the_proof(story).source["attempts"]) == 2


def test_this_was_not_me_lets_the_receipt_fall_and_the_asking_goes_on(story: Story) -> None:
    story.is_sent()
    link = receipt_link_in(story.mail())
    minutes_pass(10)
    confirmed = story.reader.fill(link, "Confirm receipt", name="Jane Adams", is_authorised=True)
    assert story.state == State.ACKNOWLEDGED

    [not_me] = confirmed.links_to("not-me")
    story.reader.fill(not_me, "This was not me", is_sure=True, text="I was on holiday.")

    assert story.state == State.NOTICE
    assert the_proof(story).voided_at
    story.page().says("The receipt fell; prove the delivery in another way")
    story.mails()
    story.the_trail_is_whole()
