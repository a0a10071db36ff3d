"""Sending: one delivery per channel, taken back while it waits, doubtful ones decided by a lead."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta

import pytest

from audit import clock
from notices.models import Channel, Delivery, DeliveryState, NoticeState
from notices.outbox import dispatch
from notices.services import drafting, registered, sending
from offboarding.errors import InvalidInput, NotAllowed, TransitionRefused
from offboarding.models import ClientLink
from offboarding.services import flags
from tests.builders import House, fresh, latest_event
from tests.notices import walks


def _by_email(house: House, state: DeliveryState | None = None) -> Delivery:
    delivery = walks.delivery_of(walks.sent(house), Channel.EMAIL)
    return walks.became(delivery, state) if state else delivery


def test_sending_makes_one_delivery_per_chosen_channel(house: House) -> None:
    notice = walks.approved(house)

    made = sending.send_notice(notice, by=house.by_manager)

    assert sorted(delivery.channel for delivery in made) == ["email", "registered_mail"]
    assert all(delivery.state == DeliveryState.QUEUED for delivery in made)
    notice = walks.again(notice)
    assert notice.state == NoticeState.SENT
    case = fresh(notice.case)
    assert case.effective_on == notice.effective_on
    assert case.notice_date == notice.notice_date
    assert latest_event(case).action == "notice.sent"


def test_sending_twice_sends_once(house: House) -> None:
    notice = walks.approved(house)

    first = sending.send_notice(notice, by=house.by_manager)
    second = sending.send_notice(walks.again(notice), by=house.by_lead)

    assert [delivery.pk for delivery in first] == [delivery.pk for delivery in second]
    assert Delivery.objects.count() == 2


def test_only_the_chosen_channel_is_used(house: House) -> None:
    draft = drafting.edit_notice(
        walks.a_draft(house),
        by=house.by_manager,
        expected_version=1,
        parts={},
        sends_registered_mail=False,
    )

    notice = walks.sent(house, draft)

    assert [delivery.channel for delivery in notice.deliveries.all()] == ["email"]


def test_the_mail_carries_the_sealed_pages_and_its_own_link(house: House) -> None:
    delivery = _by_email(house)

    mail = email.message_from_bytes(bytes(delivery.mime), policy=email.policy.default)

    attached = next(mail.iter_attachments())
    assert attached.get_content() == bytes(delivery.notice.letter.pdf)
    assert attached.get_content_type() == "application/pdf"
    text = mail.get_body(("plain",)).get_content()
    assert "\n\nYours sincerely\n\nLeo Lead\n" in text.replace("\r\n", "\n")
    assert "/r/" in text
    assert "does not mean that you agree" in text
    assert "second copy" not in text
    assert ClientLink.objects.filter(delivery_id=delivery.pk, purpose="receipt").count() == 1


def test_the_notice_waits_in_the_outbox_as_long_as_the_house_says(house: House, settings) -> None:
    settings.OUTBOX_DELAY_MINUTES = 10

    delivery = _by_email(house)

    wait = delivery.departs_at - clock.now()
    assert timedelta(minutes=9) < wait <= timedelta(minutes=10)


def test_a_notice_is_approved_before_it_is_sent(house: House) -> None:
    for notice in (walks.a_draft(house), walks.asked(house)):
        with pytest.raises(TransitionRefused, match="approve it first"):
            sending.send_notice(notice, by=house.by_manager)
    assert not Delivery.objects.exists()


def test_a_disputed_case_and_one_on_hold_send_nothing(house: House) -> None:
    notice = walks.approved(house)
    flags.dispute(fresh(notice.case), by=house.by_manager, reason="They contest the amount.")

    with pytest.raises(TransitionRefused, match="disputed"):
        sending.send_notice(notice, by=house.by_manager)

    flags.clear_dispute(fresh(notice.case), by=house.by_lead, reason="Settled by call.")
    flags.hold(
        fresh(notice.case),
        by=house.by_manager,
        until=clock.today() + timedelta(days=7),
        reason="They are on holiday.",
    )
    with pytest.raises(TransitionRefused, match="on hold"):
        sending.send_notice(notice, by=house.by_manager)
    assert not Delivery.objects.exists()


def test_a_notice_whose_date_has_passed_is_not_sent(house: House) -> None:
    notice = walks.approved(house)
    walks.days_later(8)

    with pytest.raises(TransitionRefused, match="more than 7 days in the past"):
        sending.send_notice(notice, by=house.by_manager)


def test_an_auditor_and_another_team_send_nothing(house: House) -> None:
    notice = walks.approved(house)
    for person in (house.auditor, house.admin, house.outsider, house.other_lead):
        with pytest.raises(NotAllowed):
            sending.send_notice(notice, by=house.by_manager.person(person))


# -- taking back -----------------------------------------------------------------------------------


def test_a_waiting_delivery_is_taken_back_and_its_link_ends(house: House) -> None:
    delivery = _by_email(house)

    sending.take_back(delivery, by=house.by_manager)

    assert walks.the_same(delivery).state == DeliveryState.TAKEN_BACK
    link = ClientLink.objects.get(delivery_id=delivery.pk)
    assert link.revoked_at is not None
    assert walks.again(delivery.notice).state == NoticeState.SENT


def test_taking_back_twice_is_taking_back_once(house: House) -> None:
    delivery = _by_email(house)
    sending.take_back(delivery, by=house.by_manager)

    sending.take_back(walks.the_same(delivery), by=house.by_lead)

    assert delivery.events.filter(state=DeliveryState.TAKEN_BACK).count() == 1


@pytest.mark.parametrize(
    "state", [DeliveryState.CLAIMED, DeliveryState.HANDING_OVER, DeliveryState.ACCEPTED]
)
def test_what_is_leaving_is_not_taken_back(house: House, state: DeliveryState) -> None:
    delivery = _by_email(house, state)

    with pytest.raises(TransitionRefused, match="too late"):
        sending.take_back(delivery, by=house.by_manager)


def test_a_notice_of_which_nothing_left_is_sent_anew(house: House) -> None:
    notice = walks.sent(house)
    for delivery in notice.deliveries.all():
        sending.take_back(walks.the_same(delivery), by=house.by_manager)
    assert walks.again(notice).state == NoticeState.APPROVED

    made = sending.send_notice(walks.again(notice), by=house.by_manager)

    assert [delivery.state for delivery in made] == [DeliveryState.QUEUED] * 2
    assert [delivery.copy_number for delivery in made] == [2, 2]
    mail = next(delivery for delivery in made if delivery.channel == Channel.EMAIL)
    assert b"second copy" not in bytes(mail.mime)
    link = ClientLink.objects.get(delivery_id=mail.pk)
    assert link.is_valid


def test_a_notice_that_would_leave_too_late_can_be_changed(house: House) -> None:
    delivery = _sent_by_email_only(house)
    walks.days_later(15)

    dispatch.drain()

    assert walks.the_same(delivery).state == DeliveryState.TAKEN_BACK
    notice = walks.again(delivery.notice)
    assert notice.state == NoticeState.APPROVED
    changed = drafting.edit_notice(
        notice,
        by=house.by_manager,
        expected_version=notice.version,
        parts={},
        notice_date=clock.today(house.office.time_zone),
    )
    assert changed.state == NoticeState.DRAFT


def test_a_notice_of_which_nothing_left_can_be_changed(house: House) -> None:
    notice = walks.sent(house)
    for delivery in notice.deliveries.all():
        sending.take_back(walks.the_same(delivery), by=house.by_manager)
    notice = walks.again(notice)

    notice = drafting.edit_notice(
        notice,
        by=house.by_manager,
        expected_version=notice.version,
        parts={},
        recipient_email="accounts@example.com",
    )
    notice = walks.sent(house, notice)

    assert walks.delivery_of(notice, Channel.EMAIL).recipient_email == "accounts@example.com"


# -- doubtful and failed ---------------------------------------------------------------------------


def test_an_uncertain_delivery_is_sent_again_by_a_lead_who_says_why(house: House) -> None:
    delivery = _by_email(house, DeliveryState.UNCERTAIN)

    repeat = sending.send_again(delivery, by=house.by_lead, reason="Their server lost its line.")

    assert repeat.copy_number == 2
    assert repeat.recipient_email == delivery.recipient_email
    assert b"second copy" in bytes(repeat.mime)
    decided = walks.the_same(delivery)
    assert decided.state == DeliveryState.UNCERTAIN
    assert decided.resolved_by == house.lead
    assert decided.resolution_reason == "Their server lost its line."


def test_an_uncertain_delivery_is_treated_as_sent_by_a_lead(house: House) -> None:
    delivery = _by_email(house, DeliveryState.UNCERTAIN)

    sending.treat_as_sent(delivery, by=house.by_lead, reason="Their log shows it.")

    assert walks.the_same(delivery).state == DeliveryState.ACCEPTED
    case = fresh(delivery.case)
    assert case.served_on == clock.today(case.time_zone)
    assert case.served_by == Channel.EMAIL
    assert case.deemed_received_on > case.served_on


@pytest.mark.parametrize("verb", [sending.send_again, sending.treat_as_sent])
def test_a_doubtful_delivery_is_decided_once_by_a_lead_with_a_reason(house: House, verb) -> None:
    delivery = _by_email(house, DeliveryState.UNCERTAIN)

    with pytest.raises(NotAllowed):
        verb(delivery, by=house.by_manager, reason="I think so.")
    with pytest.raises(InvalidInput) as refused:
        verb(delivery, by=house.by_lead, reason=" ")
    assert refused.value.field == "reason"
    verb(delivery, by=house.by_lead, reason="Checked.")
    with pytest.raises(TransitionRefused):
        verb(walks.the_same(delivery), by=house.by_second_lead, reason="Checked too.")


def test_what_was_accepted_is_not_sent_again(house: House) -> None:
    delivery = _by_email(house, DeliveryState.ACCEPTED)

    with pytest.raises(TransitionRefused, match="Accepted by the mail server"):
        sending.send_again(delivery, by=house.by_lead, reason="To be sure.")


@pytest.mark.parametrize("state", [DeliveryState.REFUSED, DeliveryState.BOUNCED])
def test_a_failed_mail_goes_to_a_corrected_address(house: House, state: DeliveryState) -> None:
    delivery = _by_email(house, state)

    repeat = sending.correct_address_and_resend(
        delivery, by=house.by_manager, email="office@example.com"
    )

    assert repeat.recipient_email == "office@example.com"
    assert repeat.state == DeliveryState.QUEUED
    assert ClientLink.objects.get(delivery_id=delivery.pk).revoked_reason == "address_changed"
    assert ClientLink.objects.get(delivery_id=repeat.pk).is_valid


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "Enter one"),
        ("a@example.com, b@example.com", "exactly one"),
        ("Jane.Adams@example.com", "did not work"),
    ],
)
def test_a_corrected_address_is_one_other_address(
    house: House, address: str, sentence: str
) -> None:
    delivery = _by_email(house, DeliveryState.REFUSED)

    with pytest.raises(InvalidInput, match=sentence) as refused:
        sending.correct_address_and_resend(delivery, by=house.by_manager, email=address)

    assert refused.value.field == "email"


def test_a_registered_letter_has_no_email_address_to_correct(house: House) -> None:
    letter = walks.posted(house)
    registered.record_outcome(
        letter, by=house.by_manager, outcome="refused", on=clock.today(letter.case.time_zone)
    )

    with pytest.raises(TransitionRefused, match="Only an e-mail"):
        sending.correct_address_and_resend(
            walks.the_same(letter), by=house.by_manager, email="office@example.com"
        )


def test_a_disputed_case_sends_nothing_again(house: House) -> None:
    delivery = _by_email(house, DeliveryState.REFUSED)
    flags.dispute(fresh(delivery.case), by=house.by_manager, reason="They contest it.")

    with pytest.raises(TransitionRefused, match="disputed"):
        sending.correct_address_and_resend(
            delivery, by=house.by_manager, email="office@example.com"
        )
    assert walks.the_same(delivery).resolved_at is None


# -- the other channel -----------------------------------------------------------------------------


def _sent_by_email_only(house: House) -> Delivery:
    draft = drafting.edit_notice(
        walks.a_draft(house),
        by=house.by_manager,
        expected_version=1,
        parts={},
        sends_registered_mail=False,
    )
    return walks.delivery_of(walks.sent(house, draft), Channel.EMAIL)


def test_registered_mail_is_prepared_for_a_notice_that_failed_by_email(house: House) -> None:
    delivery = walks.became(_sent_by_email_only(house), DeliveryState.BOUNCED)

    letter = sending.switch_to_registered_mail(delivery.notice, by=house.by_manager)

    assert letter.state == DeliveryState.QUEUED
    assert letter.recipient_lines == delivery.notice.recipient_lines
    assert registered.letter_bytes(letter) == bytes(delivery.notice.letter.pdf)


def test_registered_mail_is_prepared_once(house: House) -> None:
    delivery = _sent_by_email_only(house)
    sending.switch_to_registered_mail(delivery.notice, by=house.by_manager)

    with pytest.raises(TransitionRefused, match="prepared or on its way"):
        sending.switch_to_registered_mail(walks.again(delivery.notice), by=house.by_manager)


def test_registered_mail_that_was_taken_back_is_prepared_again(house: House) -> None:
    delivery = _sent_by_email_only(house)
    first = sending.switch_to_registered_mail(delivery.notice, by=house.by_manager)
    sending.take_back(walks.the_same(first), by=house.by_manager)

    second = sending.switch_to_registered_mail(walks.again(delivery.notice), by=house.by_manager)

    assert second.pk != first.pk
    assert second.copy_number == 2
