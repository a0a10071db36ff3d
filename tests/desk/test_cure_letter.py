"""The cure warning on its own page, on the case page, and as its reader sees it."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client

from audit import clock
from notices.inbound import filing
from notices.models import Channel, Confirmation, DeliveryState, Notice, NoticeKind, NoticeState
from notices.services import cure_warning, drafting, inbox, sending
from offboarding.lifecycle import State
from offboarding.models import ClientLink, ProofOfReceipt, TerminationCase
from offboarding.services import decisions, proofs
from tests.builders import House, a_case, a_house, evaluated, fresh
from tests.desk.pages import AS_TEXT, HOSTILE, actions, page, send
from tests.notices import incoming, walks
from tests.notices.test_cure_warning import came_back, drafted, left, remedy_of
from tests.portal import letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    house = a_house()
    house.ground.cure_days = 14
    house.ground.save()
    return house


@pytest.fixture
def case(house: House) -> TerminationCase:
    return a_case(house)


def held(house: House, notice: Notice) -> letters.Held:
    delivery = walks.delivery_of(notice, Channel.EMAIL)
    link = ClientLink.objects.select_related("case").get(delivery_id=delivery.pk)
    letters.minutes_later(30)
    return letters.Held(house, walks.again(notice), delivery, link)


def test_the_page_goes_from_the_record_to_the_outbox(
    client: Client, house: House, case: TerminationCase
) -> None:
    evaluated(house, case)
    client.force_login(house.manager)
    whole = page(client, case)
    assert "Write the cure warning" in whole
    assert f"/cases/{case.reference}/cure-warning/" in whole
    begun = page(client, case, "cure-warning/")
    assert "No cure warning is written yet" in begun and "remedies/warning/" in begun
    assert send(client, case, "cure-warning/draft/").status_code == 303
    notice = Notice.objects.get(kind=NoticeKind.CURE_WARNING)
    shown = page(client, case, "cure-warning/")
    assert "[which point is open, with its date]" in unescape(shown)
    assert "Finish the cure warning" in page(client, case)
    seen = client.get(f"/cases/{case.reference}/cure-warning/?view=receipt")
    assert "frame-src 'self'" in seen["Content-Security-Policy"]
    sample = client.get(f"/cases/{case.reference}/notice/{notice.number}/receipt-page/")
    assert "Nothing ends by this letter" in sample.content.decode()

    form = {part: notice.parts.get(part, "") for part in notice.parts} | {
        "subject": notice.subject,
        "notice_date": str(notice.notice_date),
        "cure_ends_on": str(notice.cure_ends_on),
        "sends_email": "on",
        "version": notice.version,
        "points": f"These:\n- The statements of May {HOSTILE}",
    }
    assert "Sent today, at the earliest" in page(client, case, "cure-warning/edit/")
    past = form | {"cure_ends_on": str(notice.notice_date - timedelta(days=3))}
    refused = send(client, case, "cure-warning/edit/", past)
    assert refused.status_code == 422 and AS_TEXT in refused.content.decode()
    assert send(client, case, "cure-warning/edit/", form).status_code == 303
    assert HOSTILE not in page(client, case, "cure-warning/?view=text")
    notice = walks.again(notice)
    drafting.edit_notice(
        notice,
        by=house.by_manager,
        expected_version=notice.version,
        parts={"points": "These:\n- The statements of May"},
    )

    version = {"version": walks.again(notice).version}
    assert send(client, case, "cure-warning/request/", version).status_code == 303
    waiting = page(client, case, "cure-warning/")
    assert "Approve and seal" not in waiting
    walks.set_pages(walks.again(notice))
    client.force_login(house.lead)
    asked = client.get("/approvals/").content.decode()
    assert "Approve the cure warning" in asked
    assert f"/cases/{case.reference}/cure-warning/" in asked
    seen = page(client, case, "cure-warning/").partition('name="seen_sha256" value="')[2][:64]
    approve = version | {"seen_sha256": seen}
    assert send(client, case, "cure-warning/approve/", approve).status_code == 303
    client.force_login(house.manager)
    assert "Leaves" in page(client, case, "cure-warning/send/")
    assert send(client, case, "cure-warning/send/", version).status_code == 303

    sent = page(client, case, "cure-warning/")
    assert "jane.adams@example.com" in sent and "Take back" in sent
    delivery = walks.delivery_of(notice, Channel.EMAIL)
    back = send(client, case, f"deliveries/{delivery.pk}/take-back/")
    assert back["Location"] == f"/cases/{case.reference}/cure-warning/#deliveries"
    assert walks.again(notice).state == NoticeState.APPROVED
    assert "Send the cure warning" in page(client, case)
    assert send(client, case, "cure-warning/discard/", version).status_code == 303
    assert "notice.discarded" in actions(case)
    assert "No cure warning is written yet" in page(client, case, "cure-warning/")


def test_other_teams_find_none_and_an_auditor_changes_none(
    client: Client, house: House, case: TerminationCase
) -> None:
    drafted(house, case)
    client.force_login(house.outsider)
    for place in ("", "edit/", "request/", "send/", "discard/"):
        assert client.get(f"/cases/{case.reference}/cure-warning/{place}").status_code == 404
    client.force_login(house.auditor)
    assert "Draft" in page(client, case, "cure-warning/")
    assert send(client, case, "cure-warning/request/").status_code == 403
    elsewhere = a_case(house, State.NOTICE)
    client.force_login(house.manager)
    assert "while the case is evaluated" in page(client, elsewhere, "cure-warning/")
    assert send(client, elsewhere, "cure-warning/draft/").status_code == 409


def test_what_did_not_arrive_is_shown_with_the_ways_out_and_no_deemed_service(
    client: Client, house: House, case: TerminationCase
) -> None:
    notice = left(house, case)
    client.force_login(house.manager)
    counts = page(client, case, "cure-warning/")
    assert "It counts as received on" in counts and "Nothing proves receipt yet" in counts
    came_back(walks.delivery_of(notice, Channel.EMAIL))

    shown = page(client, case, "cure-warning/")

    assert "It does not count: No copy of the letter arrived" in shown
    assert "Correct the address and resend" in shown and "cure-warning/by-registered-mail" in shown
    assert "eemed service" not in shown.partition('id="deliveries"')[2].partition("</table>")[0]
    assert "Another cure warning" in shown
    task = case.tasks.get(origin__endswith=":bounced")
    assert client.get(f"/cases/{case.reference}/notice/")["Location"].endswith("/cure-warning/")
    assert task.assignee == house.manager
    made = send(client, case, "cure-warning/by-registered-mail/")
    assert made.status_code == 303
    assert notice.deliveries.filter(channel=Channel.REGISTERED_MAIL).count() == 1
    assert send(client, case, "cure-warning/draft/").status_code == 303
    newest = cure_warning.warning_of(fresh(case))
    assert newest is not None and newest.number == notice.number + 1


def test_the_reader_sees_a_warning_and_confirming_moves_nothing(
    client: Client, house: House, case: TerminationCase
) -> None:
    notice = left(house, case)
    letter = held(house, notice)
    text = letters.text_of(client.get(letter.url))
    assert "we name 2 open points" in text and "Nothing ends by this letter" in text
    assert "our services" not in text.casefold() and "To be put right by" in text
    assert "This does not mean that you agree" in text

    letters.confirm(letter)

    after = letters.text_of(client.get(letter.url))
    assert "Please put right what the letter names by" in after
    assert "do the work that the letter lists" not in after
    confirmation = Confirmation.objects.get()
    assert confirmation.proof.is_of_warning and fresh(case).state == State.EVALUATION
    client.force_login(house.lead)
    counted = page(client, case, "cure-warning/")
    assert "Jane Adams" in counted and f"receipts/{confirmation.proof.pk}/void/" in counted
    reason = {"reason": "Not theirs."}
    fallen = send(client, case, f"receipts/{confirmation.proof.pk}/void/", reason)
    assert fallen["Location"] == f"/cases/{case.reference}/cure-warning/#receipt"

    disputed = letters.post_words(letter, "dispute", "The second point is not ours.")
    assert disputed.status_code == 303
    thanked = letters.text_of(client.get(f"{letter.url}?sent=dispute"))
    assert "Automatic reminders" not in thanked and "will get in touch" in thanked
    assert fresh(case).is_disputed
    said = case.communications.get(subject="The cure warning is disputed")
    assert "second point" in said.body


def test_an_odd_confirmation_waits_for_a_lead_among_the_approvals(
    client: Client, house: House, case: TerminationCase
) -> None:
    letter = held(house, left(house, case))
    letters.confirm(letter, name="Somebody Quite Different")
    proof = ProofOfReceipt.everything.get()
    assert proof.waits_for_a_lead

    client.force_login(house.lead)
    asked = client.get("/approvals/").content.decode()
    assert f"/cases/{case.reference}/cure-warning/#receipt" in asked
    accept = f"receipts/{proof.pk}/accept/"
    assert "The case does not move" in unescape(page(client, case, accept))
    assert send(client, case, accept).status_code == 303
    assert remedy_of(case).received_on == clock.today(case.time_zone)


def test_a_german_reader_reads_it_in_german(
    client: Client, house: House, case: TerminationCase
) -> None:
    house.client.language = "de"
    house.client.save()
    text = letters.text_of(client.get(held(house, left(house, case)).url))
    assert "nennen wir 2 offene Punkte" in text and "endet nichts" in text
    assert ", den " in text and "In Ordnung zu bringen bis" in text


def test_the_notice_of_the_ending_is_another_letter(
    client: Client, house: House, case: TerminationCase
) -> None:
    notice = left(house, case)
    walks.became(walks.delivery_of(notice, Channel.EMAIL), DeliveryState.ACCEPTED)
    client.force_login(house.manager)
    assert "the letter</a>" in page(client, case)
    earlier = client.get(f"/cases/{case.reference}/notice/{notice.number}/")
    assert earlier["Location"] == f"/cases/{case.reference}/cure-warning/"


# -- what the client writes ------------------------------------------------------------------------


def decided(house: House, case: TerminationCase) -> Notice:
    """The end is decided though the time of the warning runs, and its notice has left."""
    evaluated(house, case)
    decisions.request_decision(case, by=house.by_manager)
    decisions.decide_to_end(fresh(case), by=house.by_lead, without_cure="It is too late for that.")
    ending = walks.sent(house, walks.a_draft(house, fresh(case)))
    delivery = walks.became(walks.delivery_of(ending, Channel.EMAIL), DeliveryState.UNCERTAIN)
    sending.treat_as_sent(delivery, by=house.by_lead, reason="The log of the provider shows it.")
    return walks.again(ending)


def take_as_receipt(client: Client, house: House, raw: bytes, **fields: str) -> str:
    """Take a reply as a receipt on the desk; where it leads."""
    mail = filing.take_in(raw, road="test")
    client.force_login(house.manager)
    form = {"key": str(uuid4()), "note": "“We have it.”"} | fields
    answer = client.post(f"/inbox/{mail.pk}/receipt/", form)
    assert answer.status_code == 303, answer.content.decode()
    return answer["Location"]


def test_a_reply_in_the_warnings_thread_is_a_receipt_of_the_notice_once_there_is_one(
    client: Client, house: House, case: TerminationCase
) -> None:
    warned = walks.delivery_of(left(house, case), Channel.EMAIL)
    decided(house, case)

    went = take_as_receipt(client, house, incoming.a_reply_to(warned), letter="notice")

    assert went == f"/cases/{case.reference}/notice/#receipt"
    proof = ProofOfReceipt.everything.get(case=case)
    assert (proof.is_of_warning, proof.delivery_id) == (False, None)
    proofs.accept_proof(proof, by=house.by_lead)
    assert fresh(case).state == State.ACKNOWLEDGED


def test_who_reads_a_reply_in_the_warnings_thread_says_which_letter_it_means(
    client: Client, house: House, case: TerminationCase
) -> None:
    notice = left(house, case)
    warned = walks.delivery_of(notice, Channel.EMAIL)
    decided(house, case)
    other = filing.take_in(incoming.a_reply(case, message_id="<other@x>"), road="test")
    client.force_login(house.manager)
    assert (
        "Which letter they have" not in client.get(f"/inbox/{other.pk}/receipt/").content.decode()
    )

    raw = incoming.a_reply_to(warned)
    mail = filing.take_in(raw, road="test")
    asked = client.get(f"/inbox/{mail.pk}/receipt/").content.decode()
    assert "Which letter they have" in asked and 'value="notice" selected' in asked
    went = take_as_receipt(client, house, raw, letter="warning")

    assert went == f"/cases/{case.reference}/cure-warning/#receipt"
    proof = ProofOfReceipt.everything.get(case=case)
    assert (proof.is_of_warning, proof.notice_number) == (True, notice.number)


@pytest.mark.parametrize("in_its_thread", [True, False])
def test_while_the_case_is_evaluated_a_reply_is_a_receipt_of_the_warning(
    client: Client, house: House, case: TerminationCase, in_its_thread: bool
) -> None:
    notice = left(house, case)
    delivery = walks.delivery_of(notice, Channel.EMAIL)
    raw = incoming.a_reply_to(delivery) if in_its_thread else incoming.a_reply(case)

    went = take_as_receipt(client, house, raw)

    assert went == f"/cases/{case.reference}/cure-warning/#receipt"
    proof = ProofOfReceipt.everything.get(case=case)
    assert (proof.is_of_warning, proof.notice_number) == (True, notice.number)
    assert proof.delivery_id == (delivery.pk if in_its_thread else None)
    proofs.accept_proof(proof, by=house.by_lead)
    assert remedy_of(case).received_on == clock.today(case.time_zone)


def test_a_dispute_of_an_old_warning_is_told_as_one_of_the_warning(
    client: Client, house: House, case: TerminationCase
) -> None:
    warning = held(house, left(house, case))
    ending = held(house, decided(house, case))
    before = letters.text_of(client.get(warning.url))
    assert "nothing is decided before that" not in before

    letters.post_words(warning, "dispute", "The second point is not ours.")

    titles = set(case.tasks.filter(origin__startswith="dispute:").values_list("title", flat=True))
    assert titles == {"The client disputes the cure warning"}
    said = letters.text_of(client.get(warning.url))
    assert "This letter is disputed" in said and "nothing is decided before that" not in said
    of_the_notice = letters.text_of(client.get(ending.url))
    assert "This letter is disputed" not in of_the_notice
    assert "What we wrote to you is disputed" in of_the_notice


@pytest.mark.parametrize("what", ["a dispute", "a decision"])
def test_who_confirmed_is_asked_for_nothing_more_after(
    client: Client, house: House, case: TerminationCase, what: str
) -> None:
    warning = held(house, left(house, case))
    letters.seconds_later(letters.SECONDS_TO_READ)
    letters.confirm(warning)
    asked = "Please put right what the letter names"
    assert asked in letters.text_of(client.get(warning.url))

    if what == "a dispute":
        letters.post_words(warning, "dispute", "The invoice is paid.")
    else:
        decided(house, case)

    assert asked not in letters.text_of(client.get(warning.url))


def test_a_dispute_that_a_colleague_reads_in_a_reply_is_one_of_the_letter_it_can_mean(
    house: House, case: TerminationCase
) -> None:
    left(house, case)
    mail = filing.take_in(incoming.a_reply(case), road="test")

    inbox.take_as_dispute(mail, by=house.by_manager, reason="They have paid.")

    titles = set(case.tasks.filter(origin__startswith="dispute:").values_list("title", flat=True))
    assert titles == {"The client disputes the cure warning"}


def test_a_warning_that_would_come_too_late_is_left_out_at_the_printer_and_says_why(
    client: Client, house: House, case: TerminationCase
) -> None:
    notice = walks.sent(house, drafted(house, case, sends_email=False, sends_registered_mail=True))
    letter = walks.delivery_of(notice, Channel.REGISTERED_MAIL)
    client.force_login(house.manager)
    box = f'name="letters" value="{letter.pk}"'
    assert box in client.get("/post/").content.decode()

    walks.days_later(40)

    client.force_login(house.manager)
    shown = client.get("/post/").content.decode()
    assert box not in shown and "not before the day that it names" in shown
