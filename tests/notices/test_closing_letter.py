"""The closing letter: from the record to the client, by the road of every notice."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from notices.checking import checks
from notices.letters import closing_words, composing
from notices.models import Channel, DeliveryState, Notice, NoticeKind, NoticeState
from notices.outbox import departures
from notices.services import approval, closing_letter, drafting, sending
from offboarding.errors import TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import TerminationCase
from offboarding.services import obligations
from tests.builders import House, a_case, an_obligation, checklist_filled_in, fresh
from tests.desk.pages import AS_TEXT, HOSTILE, actions, page, send
from tests.notices import walks

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(house: House) -> TerminationCase:
    case = a_case(house, State.FOLLOW_UP)
    checklist_filled_in(house, case)
    return fresh(case)


def drafted(house: House, case: TerminationCase) -> Notice:
    return closing_letter.draft_closing_letter(case, by=house.by_manager)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_letter_tells_the_record_and_passes_its_checks(
    house: House, case: TerminationCase, language: str
) -> None:
    house.client.language = language
    house.client.save()
    owed = an_obligation(case, title="The audit of 2027", party="clients")
    obligations.escalate(
        owed, by=house.by_manager, to="Brown & Co", until=case.retain_until or _later(case)
    )
    notice = drafted(house, fresh(case))
    text = composing.plain_text(notice)

    assert "Finish the current month's bookkeeping" in text or "Die Buchhaltung" in text
    assert "The audit of 2027" in text and "Brown & Co" in text
    assert "2027-112 of 3 March" in text and "Ledgers 2024 to 2026" in text
    assert "Mia Manager" in text
    assert [one.text for one in checks.findings(notice) if one.level != "hint"] == []
    assert drafted(house, fresh(case)) == notice


def _later(case: TerminationCase):  # type: ignore[no-untyped-def]
    return case.closing.retain_until


def test_what_the_checklist_does_not_say_is_a_gap_that_stops_it_and_says_where_it_is(
    client: Client, house: House
) -> None:
    case = a_case(house, State.FOLLOW_UP)
    notice = drafted(house, case)

    assert "gap_left" in {one.code for one in checks.blocks(notice)}
    client.force_login(house.manager)
    shown = page(client, case, "closing-letter/")
    assert 'closing-letter/edit/#id_balance">Final invoice and balance<' in shown
    with pytest.raises(TransitionRefused, match="gap"):
        walks.asked(house, notice)
    checklist_filled_in(house, case)
    written = closing_letter.write_anew(
        notice, by=house.by_manager, expected_version=notice.version
    )
    assert checks.blocks(written) == []


def test_nothing_is_called_open_only_while_no_money_is(house: House, case: TerminationCase) -> None:
    contact = {"name": "Mia Manager", "phone": "1", "email": "mia@example.com"}

    settled = closing_words.parts_of(case, contact=contact, open_amounts={})
    owing = closing_words.parts_of(case, contact=contact, open_amounts={"EUR": 5_000})

    assert settled["open"] == "Nothing is open between us."
    assert owing["open"] == "" and "EUR 50.00" in owing["balance"]


def test_it_is_written_in_follow_up_only(house: House) -> None:
    with pytest.raises(TransitionRefused, match="in follow-up"):
        drafted(house, a_case(house, State.TRANSITION))


def test_it_is_approved_sealed_and_sent_without_a_receipt_and_leaves_the_dates_alone(
    house: House, case: TerminationCase
) -> None:
    before = (case.notice_date, case.effective_on, case.settlement_due_on, case.scope)
    notice = walks.approved(house, drafted(house, case))
    assert notice.letter is not None
    subject, text = departures.mail_preview(notice)
    assert subject.startswith("Our work for Adams Print ended on")
    assert "/r/" not in text and "Thank you for the work" in text

    [delivery] = sending.send_notice(notice, by=house.by_manager)

    now = fresh(case)
    assert (now.notice_date, now.effective_on, now.settlement_due_on, now.scope) == before
    assert (delivery.channel, delivery.state) == (Channel.EMAIL, DeliveryState.QUEUED)
    assert not now.links.filter(delivery_id=delivery.pk).exists()
    assert drafting.current_notice(now) is None or (
        drafting.current_notice(now).kind != NoticeKind.CLOSING  # type: ignore[union-attr]
    )
    assert walks.again(notice).state == NoticeState.SENT


def test_the_page_goes_from_the_draft_to_the_outbox(
    client: Client, house: House, case: TerminationCase
) -> None:
    client.force_login(house.manager)
    assert "No closing letter is written yet" in page(client, case, "closing-letter/")
    assert send(client, case, "closing-letter/draft/").status_code == 303
    notice = Notice.objects.get(kind=NoticeKind.CLOSING)
    form = {part: notice.parts.get(part, "") for part in notice.parts}
    form |= {"subject": "Farewell", "notice_date": str(notice.notice_date), "sends_email": "on"}
    form |= {"version": notice.version}
    bare = send(client, case, "closing-letter/edit/", form | {"subject": ""})
    assert bare.status_code == 422
    changed = form | {"thanks": f"Thank you. {HOSTILE}"}
    assert send(client, case, "closing-letter/edit/", changed).status_code == 303
    assert HOSTILE not in page(client, case, "closing-letter/?view=text")
    assert AS_TEXT in page(client, case, "closing-letter/edit/")
    again = form | {"version": walks.again(notice).version}
    assert send(client, case, "closing-letter/edit/", again).status_code == 303
    version = {"version": walks.again(notice).version}
    assert send(client, case, "closing-letter/request/", version).status_code == 303
    assert f"/cases/{case.reference}/closing-letter/" in client.get("/approvals/").content.decode()

    walks.set_pages(walks.again(notice))
    assert "Approve and seal" not in page(client, case, "closing-letter/")
    client.force_login(house.lead)
    shown = page(client, case, "closing-letter/")
    assert "Approve and seal" in shown
    seen = shown.partition('name="seen_sha256" value="')[2][:64]
    assert (
        send(client, case, "closing-letter/approve/", version | {"seen_sha256": seen}).status_code
        == 303
    )
    client.force_login(house.manager)
    assert "Leaves" in page(client, case, "closing-letter/send/")
    sent = send(client, case, "closing-letter/send/", version)
    assert sent.status_code == 303, sent.content.decode()
    assert "jane.adams@example.com" in page(client, case, "closing-letter/")


def test_a_warning_is_mended_by_a_press_or_stands_for_a_reason_before_it_is_approved(
    client: Client, house: House, case: TerminationCase
) -> None:
    notice = drafted(house, case)
    words = "You always asked for more. Please tell the bank immediately."
    notice = drafting.edit_notice(
        notice, by=house.by_manager, expected_version=notice.version, parts={"thanks": words}
    )
    client.force_login(house.manager)
    marks = re.findall(r'name="finding" value="([^"]+)"', page(client, case, "closing-letter/"))
    always = next(mark for mark in map(unescape, marks) if "always" in mark)
    send(client, case, "closing-letter/rewrite/", {"finding": always, "version": notice.version})
    notice = walks.again(notice)
    assert "You always" not in notice.parts["thanks"]
    approval.request_approval(notice, by=house.by_manager)
    walks.set_pages(walks.again(notice))
    client.force_login(house.lead)
    waiting = page(client, case, "closing-letter/")
    assert "cannot be approved as it stands" in waiting and "Approve and seal" not in waiting

    client.force_login(house.manager)
    shown = page(client, case, "closing-letter/")
    found = re.findall(r'href="(/cases/[^"]+/closing-letter/stand/\?finding=[^"]+)"', shown)
    mark = parse_qs(urlsplit(unescape(found[0])).query)["finding"][0]
    assert "immediately" in client.get(unescape(found[0])).content.decode()
    said = {"finding": mark, "version": notice.version}
    silent = send(client, case, "closing-letter/stand/", said)
    assert silent.status_code == 422 and "immediately" in silent.content.decode()
    older = said | {"version": 0, "reason": "By Friday."}
    assert send(client, case, "closing-letter/stand/", older).status_code == 409
    unknown = said | {"finding": "no|such|0|thing", "reason": "By Friday."}
    assert send(client, case, "closing-letter/stand/", unknown).status_code == 409
    bad = said | {"finding": "nonsense", "reason": "By Friday."}
    assert send(client, case, "closing-letter/stand/", bad).status_code == 404
    reason = f"By Friday. {HOSTILE}"
    assert send(client, case, "closing-letter/stand/", said | {"reason": reason}).status_code == 303
    assert "notice.check_overridden" in actions(case)
    assert client.get(unescape(found[0])).status_code == 409

    client.force_login(house.lead)
    answered = page(client, case, "closing-letter/")
    assert "Approve and seal" in answered and f"By Friday. {AS_TEXT}" in answered


def test_other_teams_find_no_closing_letter(
    client: Client, house: House, case: TerminationCase
) -> None:
    drafted(house, case)
    client.force_login(house.outsider)
    for place in ("", "edit/", "request/", "send/"):
        assert client.get(f"/cases/{case.reference}/closing-letter/{place}").status_code == 404
    client.force_login(house.auditor)
    assert "Draft" in page(client, case, "closing-letter/")
    assert send(client, case, "closing-letter/request/").status_code == 403
