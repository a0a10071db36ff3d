"""Clients' mail on the desk: who sees it, and what a person makes of it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audit import clock
from notices.inbound import filing, mailbox_state
from notices.models import Channel, DeliveryState, InboundMail, InboundOutcome, MailboxMark
from notices.services import answering, sending
from offboarding.errors import InvalidInput
from offboarding.lifecycle import State
from offboarding.models import CaseFile, Communication, ProofOfReceipt
from offboarding.services import proofs
from tests.builders import House, a_case, a_house, fresh
from tests.desk.pages import AS_TEXT, HOSTILE, actions
from tests.notices import incoming, walks

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def case(house: House):
    return a_case(house, State.NOTICE)


def _mail(raw: bytes) -> InboundMail:
    return filing.take_in(raw, road="test")


def _page(client: Client, person: Any, place: str = "", status: int = 200) -> str:
    client.force_login(person)
    answer = client.get(f"/inbox/{place}")
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def _send(client: Client, person: Any, mail: InboundMail, verb: str, **fields: str):
    client.force_login(person)
    key = {"key": str(uuid.uuid4())}
    return client.post(f"/inbox/{mail.pk}/{verb}/", key | fields)


def _again(mail: InboundMail) -> InboundMail:
    return InboundMail.objects.get(pk=mail.pk)


# -- who sees what ---------------------------------------------------------------------------------


def test_a_reply_stands_on_the_list_of_who_sees_its_case(client: Client, house: House, case):
    mail = _mail(incoming.a_reply(case, subject="Your letter"))

    for person in (house.manager, house.lead, house.auditor):
        assert "Your letter" in _page(client, person)
    for person in (house.outsider, house.other_lead, house.admin):
        assert "Your letter" not in _page(client, person)
        _page(client, person, f"{mail.pk}/", status=404)
        _page(client, person, f"{mail.pk}/original.eml", status=404)


def test_an_empty_list_says_what_belongs_there_and_offers_no_button_without_words(
    client: Client, house: House
):
    empty = _page(client, house.manager).partition('class="empty"')[2].partition("</div>")[0]

    assert "No reply waits to be read." in empty
    assert "<a " not in empty and "<button" not in empty


def test_a_mail_of_a_restricted_case_is_for_its_readers(client: Client, house: House, case):
    mail = _mail(incoming.a_reply(case))
    case.is_restricted = True
    case.save()

    _page(client, house.auditor, f"{mail.pk}/", status=404)
    _page(client, house.lead, f"{mail.pk}/")


def test_an_unmatched_mail_is_for_the_leads_who_may_know_its_sender(client: Client, house: House):
    known = _mail(incoming.a_reply())
    stranger = _mail(incoming.a_reply(sender="x@nowhere.example", message_id="<s@x>"))

    _page(client, house.lead, f"{known.pk}/")
    _page(client, house.other_lead, f"{known.pk}/", status=404)
    for lead in (house.lead, house.other_lead):
        _page(client, lead, f"{stranger.pk}/")
    for person in (house.manager, house.outsider, house.auditor, house.admin):
        _page(client, person, f"{stranger.pk}/", status=404)
        assert "show=unmatched" not in _page(client, person)


def test_a_mail_is_shown_as_text_whatever_it_holds(client: Client, house: House, case):
    mail = _mail(incoming.a_reply(case, text=HOSTILE, subject=HOSTILE, sender=f"{HOSTILE} <a@b.c>"))

    page = _page(client, house.manager, f"{mail.pk}/")
    assert HOSTILE not in page
    assert AS_TEXT in page


def test_the_original_is_for_leads_and_only_ever_saved(client: Client, house: House, case):
    raw = incoming.a_reply(case)
    mail = _mail(raw)
    _page(client, house.manager, f"{mail.pk}/original.eml", status=403)
    assert "original.eml" not in _page(client, house.manager, f"{mail.pk}/")
    client.force_login(house.lead)
    answer = client.get(f"/inbox/{mail.pk}/original.eml")

    assert answer.content == raw
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_the_views_tell_kinds_apart_and_the_top_bar_counts_what_waits(
    client: Client, house: House, case
):
    notice = walks.sent(house)
    bounced = walks.became(walks.delivery_of(notice, Channel.EMAIL), DeliveryState.ACCEPTED)
    _mail(incoming.a_reply(case, subject="A word of the client"))
    _mail(incoming.away(case, "en"))
    _mail(incoming.postfix(bounced))
    _mail(incoming.a_reply(subject="For nobody"))

    subjects = {
        view: [mail.subject for mail, _kind in _context(client, house, view)["lines"]]
        for view in ("replies", "machines", "bounces", "unmatched")
    }
    assert subjects == {
        "replies": ["A word of the client"],
        "machines": ["Out of Office: Notice"],
        "bounces": ["Report"],
        "unmatched": ["For nobody"],
    }
    assert 'Inbox <span class="count">3</span>' in _page(client, house.lead)


def _context(client: Client, house: House, view: str) -> dict[str, Any]:
    client.force_login(house.lead)
    return client.get(f"/inbox/?show={view}").context


def test_pages_cost_the_same_however_many_mails_there_are(
    client: Client, house: House, case, django_assert_max_num_queries
):
    for number in range(3):
        _mail(incoming.a_reply(case, message_id=f"<{number}@x>", text=str(number)))
    first = InboundMail.objects.first()
    assert first is not None
    InboundMail.objects.bulk_create(
        InboundMail(
            sha256=f"{number:064x}",
            fingerprint=f"{number:064x}",
            raw=b"x",
            size_bytes=1,
            road="test",
            kind="reply",
            case=case,
            matched_by="case_address",
            subject=f"Mail {number}",
        )
        for number in range(60)
    )
    client.force_login(house.manager)
    with django_assert_max_num_queries(9):
        answer = client.get("/inbox/")
    assert len(answer.context["lines"]) == 25
    assert answer.context["page"].next_url


# -- what a person makes of it ---------------------------------------------------------------------


def test_a_mail_that_was_read_leaves_the_list_and_its_task(client: Client, house: House, case):
    mail = _mail(incoming.a_reply(case))
    answer = _send(client, house.manager, mail, "read")

    assert answer.status_code == 303
    assert _again(mail).outcome == InboundOutcome.READ
    assert not case.tasks.filter(origin=f"inbound:{mail.pk}", done_at=None).exists()
    assert "No reply waits to be read" in _page(client, house.manager)
    assert "inbound.handled" in actions(case)


def test_a_reply_becomes_a_receipt_by_one_person_and_counts_by_another(
    client: Client, house: House
):
    notice = walks.sent(house)
    case = notice.case
    walks.posted(house, notice)
    mail = _mail(incoming.a_reply(case, text="I received your letter."))
    assert fresh(case).state == State.NOTICE

    answer = _send(client, house.lead, mail, "receipt", note="“I received your letter.”")
    assert answer.status_code == 303
    proof = ProofOfReceipt.objects.get(case=case)
    assert (proof.kind, proof.grade, proof.counts) == ("accepted_reply", "D", False)
    assert proof.file is not None
    kept = proof.file.content.read().decode()
    assert mail.sha256 in kept
    assert "I received your letter." in kept
    assert fresh(case).state == State.NOTICE

    proofs.accept_proof(proof, by=house.by_second_lead)
    assert fresh(case).state == State.ACKNOWLEDGED


def test_two_people_take_a_reply_once_and_the_second_is_told_who_and_when(
    client: Client, house: House
):
    notice = walks.sent(house)
    walks.posted(house, notice)
    mail = _mail(incoming.a_reply(notice.case, text="I received your letter."))
    for person in (house.lead, house.manager):
        assert "Record the receipt" in _page(client, person, f"{mail.pk}/receipt/")

    assert _send(client, house.lead, mail, "receipt", note="The first line.").status_code == 303
    second = _send(client, house.manager, mail, "receipt", note="The first line.")

    assert second.status_code == 409
    text = second.content.decode()
    assert f"{house.lead.name} recorded this reply as a receipt on" in text
    proof = ProofOfReceipt.objects.get()
    assert CaseFile.objects.count() == 1
    assert "Record the receipt" not in _page(client, house.manager, f"{mail.pk}/")
    proofs.void_proof(proof, by=house.by_lead, reason="Another letter was meant.")
    assert _send(client, house.manager, mail, "receipt", note="The last line.").status_code == 303


def test_what_a_machine_wrote_is_no_receipt_and_no_dispute(client: Client, house: House, case):
    mail = _mail(incoming.away(case, "de"))

    assert "Record the receipt" not in _page(client, house.manager, f"{mail.pk}/")
    for verb, fields in (("receipt", {"note": "x"}), ("dispute", {"reason": "x"})):
        assert _send(client, house.manager, mail, verb, **fields).status_code == 409
    assert not ProofOfReceipt.objects.exists()
    assert not fresh(case).is_disputed


def test_a_reply_that_came_through_a_list_waits_for_somebody_who_looks(
    client: Client, house: House, case
):
    raw = incoming.a_reply(case, List_Id="<office.client.example>", files={"no.txt": b"No."})
    mail = _mail(raw)
    assert "Look whether a person wrote this" in case.tasks.get(origin=f"inbound:{mail.pk}").title
    assert _send(client, house.manager, mail, "dispute", reason="No.").status_code == 409

    for _time in range(2):
        assert _send(client, house.manager, mail, "person").status_code == 303

    mail = _again(mail)
    assert (mail.kind, mail.communication.is_automatic) == ("reply", False)
    assert [file.name for file in mail.files.all()] == ["no.txt"]
    assert actions(case).count("inbound.person_wrote") == 1
    assert _send(client, house.manager, mail, "dispute", reason="No.").status_code == 303
    assert fresh(case).disputed_at is not None


def test_a_report_of_a_mail_server_is_never_taken_for_a_persons(client: Client, house: House, case):
    bounced = walks.became(
        walks.delivery_of(walks.sent(house), Channel.EMAIL), DeliveryState.ACCEPTED
    )
    mail = _mail(incoming.postfix(bounced))

    assert _send(client, house.manager, mail, "person").status_code == 409
    assert _again(mail).kind == "bounced"


def test_a_link_that_a_reply_quotes_is_shown_to_nobody(client: Client, house: House, case):
    link = "https://offboarding.example.com/r/a-token-of-the-client-alone/"
    mail = _mail(incoming.a_reply(case, text=f"Yes.\n\n> Confirm: {link}\n"))
    _send(client, house.lead, mail, "receipt", note="Yes.")
    pages = _page(client, house.lead, f"{mail.pk}/")
    client.force_login(house.lead)
    pages += client.get(f"/cases/{case.reference}/").content.decode()

    assert "/r/…" in pages
    assert "a-token" not in pages
    for file in case.files.all():
        assert b"a-token" not in file.content.read()


def test_a_receipt_needs_the_words_that_show_it(client: Client, house: House, case):
    mail = _mail(incoming.a_reply(case))
    answer = _send(client, house.manager, mail, "receipt", note=" ")

    assert answer.status_code == 422
    assert not case.files.exists()


def test_a_reply_marks_the_case_as_disputed(client: Client, house: House, case):
    mail = _mail(incoming.a_reply(case, text="We do not accept this."))
    _send(client, house.manager, mail, "dispute", reason="They do not accept it.")

    assert fresh(case).is_disputed
    assert _again(mail).outcome == InboundOutcome.DISPUTE


def test_a_reply_that_asks_is_a_question_and_its_answer_joins_the_thread(
    client: Client, house: House, case
):
    mail = _mail(incoming.a_reply(case, text="Who files the return for 2026?"))
    assert "Who files the return for 2026?" in _page(client, house.manager, f"{mail.pk}/question/")
    assert _send(client, house.manager, mail, "question", question=" ").status_code == 422
    _send(client, house.manager, mail, "question", question="Who files the return for 2026?")

    question = case.questions.get()
    assert (question.asked_by, _again(mail).outcome) == ("Jane Adams", InboundOutcome.QUESTION)
    with pytest.raises(InvalidInput, match="your own fault"):
        answering.answer_by_email(question, by=house.by_manager, answer="It is your own fault.")
    question.refresh_from_db()
    assert question.answered_at is None
    delivery = answering.answer_by_email(question, by=house.by_manager, answer="We do, in May.")
    assert delivery is not None
    assert b"In-Reply-To: <reply-1@client.example>" in bytes(delivery.mime)


def test_an_unmatched_mail_is_filed_by_a_lead_with_all_that_follows(
    client: Client, house: House, case
):
    mail = _mail(incoming.a_reply(files={"answer.pdf": walks.PDF}))
    answer = _send(client, house.lead, mail, "file", reference=f" {case.reference.lower()} ")

    assert answer.status_code == 303
    filed = _again(mail)
    assert (filed.case, filed.matched_by, filed.filed_by) == (case, "person", str(house.lead))
    assert Communication.objects.filter(case=case, direction="in").count() == 1
    assert [one.name for one in filed.files.all()] == ["answer.pdf"]
    assert case.tasks.filter(origin=f"inbound:{mail.pk}").exists()
    assert _send(client, house.lead, mail, "file", reference=case.reference).status_code == 404


@pytest.mark.parametrize("reference", ["", "OFB-1999-00001", "theirs"])
def test_a_mail_is_filed_on_cases_of_ones_own_only(client: Client, house: House, case, reference):
    mail = _mail(incoming.a_reply(sender="x@nowhere.example"))
    person = house.lead
    if reference == "theirs":
        person, reference = house.other_lead, case.reference
    answer = _send(client, person, mail, "file", reference=reference)

    assert answer.status_code == 422
    assert _again(mail).case is None


def test_who_does_not_sort_cannot_file_or_put_aside(client: Client, house: House, case):
    mail = _mail(incoming.a_reply())
    for verb in ("file", "not-ours"):
        answer = _send(client, house.manager, mail, verb, reference=case.reference)
        assert answer.status_code == 404
    assert _again(mail).handled_at is None


def test_what_is_not_ours_is_put_aside_and_can_still_be_filed(client: Client, house: House, case):
    mail = _mail(incoming.a_reply())
    assert _send(client, house.lead, mail, "not-ours").status_code == 303
    assert "Every mail was filed" in _page(client, house.lead, "?show=unmatched")

    _send(client, house.lead, mail, "file", reference=case.reference)
    assert (_again(mail).case, _again(mail).outcome) == (case, "")
    assert "Re: Notice" in _page(client, house.manager)


def test_looking_at_a_mail_changes_nothing(client: Client, house: House, case):
    mail = _mail(incoming.a_reply(case))
    before = actions(case)
    for place in ("", f"{mail.pk}/", f"{mail.pk}/receipt/", f"{mail.pk}/original.eml"):
        _page(client, house.lead, place)

    assert actions(case) == before
    assert _again(mail).handled_at is None


def test_a_task_to_read_leads_to_the_mail(client: Client, house: House, case):
    mail = _mail(incoming.a_reply(case))
    client.force_login(house.manager)
    for place in ("/", f"/cases/{case.reference}/"):
        assert f'href="/inbox/{mail.pk}/"' in client.get(place).content.decode()


def test_a_writer_who_is_no_contact_is_pointed_out(client: Client, house: House, case):
    known = _mail(incoming.a_reply(case))
    stranger = _mail(incoming.a_reply(case, sender="x@nowhere.example", message_id="<s@x>"))

    assert "Not an address" not in _page(client, house.manager, f"{known.pk}/")
    for place in ("", "receipt/"):
        assert "Not an address" in _page(client, house.manager, f"{stranger.pk}/{place}")


# -- what came back and matched nothing ------------------------------------------------------------


def _a_failure(address: str) -> bytes:
    """A server that names neither our mail nor its own, only whom it could not reach."""
    return incoming.a_reply(
        text=f"I could not deliver your message to {address}. User unknown.",
        subject="failure notice",
        sender="MAILER-DAEMON@old.example",
        message_id="<f@old.example>",
        X_Failed_Recipients=address,
        Return_Path="<>",
    )


def test_a_failure_filed_by_hand_turns_its_delivery_red_as_a_matched_one_would(
    client: Client, house: House
):
    delivery = walks.delivery_of(walks.sent(house), Channel.EMAIL)
    walks.became(delivery, DeliveryState.ACCEPTED)
    mail = _mail(_a_failure(delivery.recipient_email))
    assert (mail.kind, mail.case) == ("bounced", None)

    answer = _send(client, house.lead, mail, "file", reference=delivery.case.reference)

    assert answer.status_code == 303
    assert walks.the_same(delivery).state == DeliveryState.BOUNCED
    assert _again(mail).delivery == delivery
    task = delivery.case.tasks.get(origin=f"delivery:{delivery.pk}:bounced")
    assert "User unknown" in task.details


def test_where_several_mails_may_have_come_back_a_person_says_which(client: Client, house: House):
    notice = walks.sent(house)
    first = walks.became(walks.delivery_of(notice, Channel.EMAIL), DeliveryState.UNCERTAIN)
    second = sending.send_again(first, by=house.by_lead, reason="Nobody knows.")
    walks.became(first, DeliveryState.ACCEPTED)
    walks.became(second, DeliveryState.ACCEPTED)
    mail = _mail(_a_failure(first.recipient_email))
    reference = notice.case.reference

    asked = _send(client, house.lead, mail, "file", reference=reference)

    assert asked.status_code == 422
    page = asked.content.decode()
    assert "choose which one did" in page
    assert page.count('name="delivery"') == 2
    assert _again(mail).case is None
    done = _send(client, house.lead, mail, "file", reference=reference, delivery=str(second.pk))
    assert done.status_code == 303
    assert walks.the_same(second).state == DeliveryState.BOUNCED
    assert walks.the_same(first).state == DeliveryState.ACCEPTED


# -- the mailbox -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("MailboxLoginError", "refuses our name or password"),
        ("gaierror", "name is not known"),
        ("ValueError, UID 17", "A mail in it (UID 17)"),
        ("KeyError", "The look into it failed (KeyError)."),
        ("", "The worker that reads it does not run."),
    ],
)
def test_the_inbox_says_since_when_and_why_no_mail_comes_in(
    client: Client, house: House, settings, problem: str, words: str
):
    settings.IMAP_HOST = "mail.example.com"
    mark = MailboxMark.objects.create(
        name=mailbox_state.name_of_the_mailbox(),
        read_at=clock.now() - timedelta(minutes=40),
        failing_since=clock.now() - timedelta(hours=3),
        problem=problem,
    )
    page = _page(client, house.manager)
    assert "Clients&#x27; mail does not come in" in page or "Clients' mail does not come in" in page
    assert words in page

    MailboxMark.objects.filter(pk=mark.pk).update(read_at=clock.now(), problem="")
    assert "does not come in" not in _page(client, house.manager)
