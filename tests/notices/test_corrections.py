"""Corrections: the next version of a served letter, told in words; the older one steps aside."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit import clock
from notices.checking import checks
from notices.inbound import filing
from notices.letters import corrections
from notices.mailing.smtp import Kind, Outcome, Stage
from notices.models import Channel, Chase, CorrectionReason, DeliveryState, Notice, NoticeState
from notices.outbox import departures, settling
from notices.receipts import chasing
from notices.services import approval, correcting, drafting, overriding, receipt, sending
from offboarding.errors import InvalidInput, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import Direction, Medium, ProofKind
from offboarding.services import evidence, links, obligations, proofs, stages
from tests.builders import House, a_case, a_house, fresh
from tests.desk.pages import actions
from tests.notices import incoming, walks

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


def accepted(notice: Notice) -> None:
    """Stand in for the mail server: it takes the newest mail of a notice."""
    delivery = walks.delivery_of(notice, Channel.EMAIL)
    type(delivery).objects.filter(pk=delivery.pk).update(state=DeliveryState.HANDING_OVER)
    outcome = Outcome(Kind.ACCEPTED, 250, "2.0.0 Ok: queued", Stage.FINAL_REPLY, 0.1)
    settling.settle(settling.Result(walks.the_same(delivery), delivery.fence, outcome))


def served(house: House) -> Notice:
    notice = walks.sent(house)
    accepted(notice)
    return walks.again(notice)


def a_correction(house: House, old: Notice, **changes) -> Notice:
    given = {"reason": CorrectionReason.DATE, "note": "We miscounted the month."} | changes
    if len(given) == 2:
        given["effective_on"] = old.effective_on + timedelta(days=31)
    return correcting.draft_correction(fresh(old.case), by=house.by_manager, **given)


def test_a_correction_starts_from_the_letter_and_says_in_words_what_changed(house: House) -> None:
    old = served(house)
    new_day = old.effective_on + timedelta(days=31)

    notice = a_correction(house, old, effective_on=new_day)

    assert notice.corrects == old
    assert (notice.number, notice.kind, notice.author) == (2, "correction", house.manager)
    said = drafting.composing.say_date
    assert said(new_day, "en") in notice.parts["opening"]
    assert notice.subject == f"Correction: end of our services on {said(new_day, 'en')}"
    text = drafting.composing.plain_text(notice)
    assert (
        f"This letter replaces our notice of {said(old.notice_date, 'en')}. What changed: The end"
        f" date is now {said(new_day, 'en')} instead of {said(old.effective_on, 'en')}. The dates"
        " of what is still to do follow the new end. The rest stays the same."
    ) in text
    assert checks.blocks(notice) == []
    assert walks.again(old).state == NoticeState.SENT


def test_what_was_let_stand_in_the_letter_stands_in_its_correction_too(house: House) -> None:
    draft = walks.a_draft(house)
    draft = drafting.edit_notice(
        draft,
        by=house.by_manager,
        expected_version=draft.version,
        parts={"handover": "Please tell the bank immediately. You ignored nothing of ours."},
    )
    found = {"code": "wording.at-once", "found": "immediately"}
    overriding.override(draft, **found, reason="It closes on Friday.", by=house.by_manager)
    words = {"code": "wording.you-ignored", "found": "You ignored"}
    overriding.override(draft, **words, reason="It is praise.", by=house.by_lead)
    old = walks.asked(house, walks.again(draft))
    pages = approval.pages_for_approval(old)
    approval.approve(old, by=house.by_second_lead, seen_sha256=pages.sha256)
    sending.send_notice(walks.again(old), by=house.by_manager)
    accepted(old)
    old = walks.again(old)

    notice = a_correction(house, old)

    assert checks.unanswered(notice) == []
    kept = {one.reason: one.overridden_by for one in notice.check_overrides.all()}
    assert kept == {"It closes on Friday.": house.manager, "It is praise.": house.lead}
    correcting.discard_correction(notice, by=house.by_manager)
    by_the_lead = correcting.draft_correction(
        fresh(old.case),
        by=house.by_lead,
        reason=CorrectionReason.DATE,
        note="Again.",
        effective_on=old.effective_on + timedelta(days=31),
    )
    assert [one.found for one in checks.blocks(by_the_lead)] == ["You ignored"]


def test_words_that_somebody_wrote_follow_the_corrected_date_too(house: House) -> None:
    draft = walks.a_draft(house)
    old_day = draft.effective_on
    said = drafting.composing.say_date(old_day, "en")
    draft = drafting.edit_notice(
        draft,
        by=house.by_manager,
        expected_version=draft.version,
        parts={"opening": f"Our work for you ends on {said}. We wrote this ourselves."},
    )
    old = walks.sent(house, draft)
    accepted(old)

    notice = a_correction(house, walks.again(old), effective_on=old_day + timedelta(days=14))

    assert notice.parts["opening"].startswith("Our work for you ends on ")
    assert said not in notice.parts["opening"]
    assert "We wrote anew" not in corrections.changed_in_words(notice)


def test_each_kind_of_change_has_its_sentence_also_in_german(house: House) -> None:
    old = served(house)
    notice = a_correction(
        house,
        old,
        reason=CorrectionReason.ADDRESS,
        effective_on=old.effective_on + timedelta(days=40),
        recipient_email="office@example.com",
    )
    notice = drafting.edit_notice(
        notice,
        by=house.by_manager,
        expected_version=notice.version,
        parts={"settlement": "Our books show EUR 90.00 as open.", "ours": "We finish May."},
        contact_phone="+49 30 99",
    )
    said = corrections.changed_in_words(notice)
    for sentence in (
        "The end date is now",
        "The open amount is EUR 90.00.",
        "The address of our letter is corrected.",
        "For questions, please turn to Mia Manager: +49 30 99",
        "We wrote anew what we will still do.",
    ):
        assert sentence in said
    Notice.objects.filter(pk=notice.pk).update(language="de")
    german = drafting.composing.plain_text(walks.again(notice))
    assert "dieser Brief ersetzt unsere Kündigung vom" in german
    assert "Die Anschrift unseres Briefs ist berichtigt." in german


def test_a_correction_that_says_the_same_is_not_approved(house: House) -> None:
    old = served(house)
    notice = a_correction(house, old, reason=CorrectionReason.WORDS, effective_on=old.effective_on)

    assert [one.code for one in checks.blocks(notice)] == ["nothing_corrected"]


def test_when_the_correction_leaves_the_older_letter_steps_aside(house: House) -> None:
    old = served(house)
    case = fresh(old.case)
    link = case.links.get(delivery_id=walks.delivery_of(old, Channel.EMAIL).pk)
    proofs.record_proof(
        case, by=house.by_lead, kind=ProofKind.PHONE, received_at=clock.now(), note="She has it."
    )
    proofs.accept_proof(case.proofs.get(), by=house.by_second_lead)
    assert fresh(case).state == State.ACKNOWLEDGED
    letter = walks.delivery_of(old, Channel.REGISTERED_MAIL)

    new = walks.sent(house, a_correction(house, old))
    # On its way, nothing has changed for the client yet; what had not left never will.
    assert walks.again(old).state == NoticeState.SENT
    assert receipt.letter_behind(case.links.get(pk=link.pk)).notice == old
    assert walks.the_same(letter).state == DeliveryState.TAKEN_BACK
    accepted(new)

    case = fresh(case)
    assert walks.again(old).state == NoticeState.SUPERSEDED
    assert case.state == State.NOTICE
    assert case.served_by == "email"
    assert case.effective_on == new.effective_on
    with pytest.raises(receipt.LinkEnded) as ended:
        receipt.letter_behind(case.links.get(pk=link.pk))
    assert ended.value.why == receipt.SUPERSEDED
    assert not case.proofs.filter(voided_at=None).exists()
    chase = Chase.objects.get(case=case)
    assert (chase.notice, chase.position) == (new, 0)
    assert chasing.chased_notice(case) == new
    assert {"notice.superseded", "receipt.voided", "notice.service_corrected"} <= set(actions(case))
    accepted_twice = actions(case).count("notice.superseded")
    assert accepted_twice == 1


def test_a_case_waits_for_its_correction_and_then_for_the_receipt_of_it(house: House) -> None:
    old = served(house)
    case = fresh(old.case)
    proofs.record_proof(
        case, by=house.by_lead, kind=ProofKind.PHONE, received_at=clock.now(), note="She has it."
    )
    proofs.accept_proof(case.proofs.get(), by=house.by_second_lead)
    for owed in case.obligations.all():
        obligations.fulfil(owed, by=house.by_manager, proof="Checked in the books.")
    new = walks.sent(house, a_correction(house, old))

    with pytest.raises(TransitionRefused, match="A correction of the letter is on its way"):
        stages.fulfil_obligations(fresh(case), by=house.by_manager)
    accepted(new)
    assert fresh(case).state == State.NOTICE
    link = case.links.get(delivery_id=walks.delivery_of(new, Channel.EMAIL).pk)
    clock.move(clock.offset() + timedelta(minutes=10))
    links.note_first_opening(link)
    receipt.confirm(case.links.get(pk=link.pk), name="Jane Adams", is_authorised=True)

    assert fresh(case).state == State.ACKNOWLEDGED
    assert stages.fulfil_obligations(fresh(case), by=house.by_manager).state == (
        State.OBLIGATIONS_FULFILLED
    )


def test_the_mail_of_a_correction_goes_on_in_the_thread(house: House) -> None:
    old = served(house)
    talk = evidence.log_communication(
        fresh(old.case),
        by=house.by_manager,
        direction=Direction.INCOMING,
        medium=Medium.CALL,
        occurred_at=clock.now(),
        subject="She asks for one more month",
        body="Agreed.",
    )
    new = a_correction(
        house,
        old,
        reason=CorrectionReason.NEGOTIATED,
        note="One month more, on the telephone.",
        negotiated_in=[talk],
        effective_on=old.effective_on + timedelta(days=31),
    )
    new = walks.sent(house, new)

    first = walks.delivery_of(old, Channel.EMAIL)
    mime = bytes(walks.delivery_of(new, Channel.EMAIL).mime).decode()
    assert f"References: {first.internet_message_id}" in mime.replace("\r\n ", " ")
    assert "Subject: Correction to our notice of" in mime
    assert "as we agreed with you" in mime.replace("=\r\n", "")
    assert list(new.correction.negotiated_in.all()) == [talk]
    _subject, text = departures.mail_preview(new)
    assert text.startswith("What changed: The end date is now")
    assert "The link in our earlier e-mail no longer works." in text


def test_a_correction_taken_back_leaves_the_older_letter_and_its_dates_as_they_were(
    house: House, settings
) -> None:
    old = served(house)
    settings.OUTBOX_DELAY_MINUTES = 10
    new = walks.sent(house, a_correction(house, old))
    assert fresh(old.case).effective_on == new.effective_on

    for delivery in new.deliveries.all():
        sending.take_back(delivery, by=house.by_manager)

    case = fresh(old.case)
    assert walks.again(new).state == NoticeState.APPROVED
    assert walks.again(old).state == NoticeState.SENT
    assert case.effective_on == old.effective_on
    assert case.served_on is not None
    discarded = correcting.discard_correction(walks.again(new), by=house.by_manager)
    assert discarded.state == NoticeState.DISCARDED
    assert drafting.current_notice(case) == old
    with pytest.raises(TransitionRefused, match="text is frozen"):
        drafting.edit_notice(
            discarded, by=house.by_manager, expected_version=discarded.version, parts={}
        )


def test_a_served_letter_keeps_its_day_unless_it_went_to_a_wrong_address(house: House) -> None:
    old = served(house)
    walks.days_later(12)

    same_day = a_correction(house, old, settlement_due_on=clock.today() + timedelta(days=20))
    assert "too_early" not in {one.code for one in checks.blocks(same_day)}
    correcting.discard_correction(same_day, by=house.by_manager)
    wrong = a_correction(
        house, old, reason=CorrectionReason.ADDRESS, recipient_email="office@example.com"
    )
    assert "too_early" in {one.code for one in checks.blocks(wrong)}
    earlier = drafting.edit_notice(
        wrong,
        by=house.by_manager,
        expected_version=wrong.version,
        parts={},
        effective_on=old.effective_on - timedelta(days=3),
    )
    assert "too_early" in {one.code for one in checks.blocks(earlier)}


@pytest.mark.parametrize("missing", ["reason", "note"])
def test_what_and_why_are_asked(house: House, missing: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        a_correction(house, served(house), **{missing: " "}, subject="x")
    assert refused.value.field == missing


def test_nothing_is_corrected_before_it_left_twice_at_once_or_too_late(house: House) -> None:
    waiting = walks.sent(house)
    assert correcting.reasons_not_to_correct(waiting.case)[0].code == "nothing_served"
    accepted(waiting)
    a_correction(house, walks.again(waiting))
    with pytest.raises(TransitionRefused, match="being written"):
        a_correction(house, walks.again(waiting))
    evaluated = a_case(house)
    assert correcting.reasons_not_to_correct(evaluated)[0].code == "stage_passed"


def test_withdrawing_tells_the_client_also_while_a_correction_is_being_written(
    house: House,
) -> None:
    old = served(house)
    a_correction(house, old)

    stages.withdraw(fresh(old.case), by=house.by_lead, reason="They stay.")

    withdrawal = old.case.notices.get(kind="withdrawal")
    assert withdrawal.corrects == old
    assert walks.again(old).state == NoticeState.WITHDRAWN


def test_a_correction_that_a_report_shows_to_have_left_replaces_the_older_letter(
    house: House,
) -> None:
    old = served(house)
    new = walks.sent(house, a_correction(house, old))
    doubtful = walks.became(walks.delivery_of(new, Channel.EMAIL), DeliveryState.UNCERTAIN)

    filing.take_in(incoming.postfix(doubtful, "delivered"), road="imap")

    assert walks.again(old).state == NoticeState.SUPERSEDED
    assert chasing.chased_notice(fresh(old.case)) == new
