"""The cure warning on its own page, on the case page, and as its reader sees it."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from audit import clock
from notices.models import Channel, Confirmation, DeliveryState, Notice, NoticeKind, NoticeState
from notices.services import cure_warning, drafting
from offboarding.lifecycle import State
from offboarding.models import ClientLink, ProofOfReceipt, TerminationCase
from tests.builders import House, a_case, a_house, evaluated, fresh
from tests.desk.pages import AS_TEXT, HOSTILE, actions, page, send
from tests.notices import walks
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
