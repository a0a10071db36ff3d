"""Withdrawing a case: what waits is stopped, and a client who may know is told in writing."""

from __future__ import annotations

import email
import email.policy

import pytest

from audit import clock
from notices import rendering
from notices.language.phrases import say_date
from notices.letters import composing
from notices.letters.content import LetterProblems, Problem
from notices.models import Channel, Delivery, DeliveryState, NoticeKind, NoticeState
from notices.models import RenderingPurpose as Purpose
from notices.pages import orders as page_orders
from notices.services import registered
from offboarding.errors import InvalidInput, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import ClientLink
from offboarding.services import stages
from tests.builders import House, fresh
from tests.notices import walks


def _withdraw(house: House, case, reason: str = "The invoices were paid.") -> None:
    stages.withdraw(fresh(case), by=house.by_lead, reason=reason)


def test_what_waits_is_taken_back_and_nobody_is_written_to(house: House) -> None:
    notice = walks.sent(house)

    _withdraw(house, notice.case)

    assert set(notice.deliveries.values_list("state", flat=True)) == {DeliveryState.TAKEN_BACK}
    assert not notice.case.notices.filter(kind=NoticeKind.WITHDRAWAL).exists()
    assert walks.again(notice).state == NoticeState.WITHDRAWN


def test_a_draft_is_left_alone(house: House) -> None:
    notice = walks.a_draft(house)

    _withdraw(house, notice.case)

    assert notice.case.notices.count() == 1
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    "state",
    [DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN, DeliveryState.HANDING_OVER,
     DeliveryState.BOUNCED],
)  # fmt: skip
def test_a_client_who_may_have_read_it_is_told_by_the_same_channel(
    house: House, state: DeliveryState
) -> None:
    notice = walks.sent(house)
    walks.became(walks.delivery_of(notice, Channel.EMAIL), state)

    _withdraw(house, notice.case)

    withdrawal = notice.case.notices.get(kind=NoticeKind.WITHDRAWAL)
    assert withdrawal.approved_by == house.lead
    assert (withdrawal.sends_email, withdrawal.sends_registered_mail) == (True, False)
    assert "The invoices were paid." in withdrawal.parts["reason"]
    assert not withdrawal.deliveries.exists()
    assert ClientLink.objects.filter(revoked_at=None).count() == 0


def test_the_letter_of_a_withdrawal_names_no_slip_because_none_goes_with_it(house: House) -> None:
    notice = walks.sent(house)
    walks.became(walks.delivery_of(notice, Channel.REGISTERED_MAIL), DeliveryState.POSTED)

    _withdraw(house, notice.case)

    withdrawal = notice.case.notices.get(kind=NoticeKind.WITHDRAWAL)
    assert withdrawal.sends_registered_mail
    assert composing.letter_content(notice).enclosures == ("Receipt slip",)
    assert composing.letter_content(withdrawal).enclosures == ()


def test_the_withdrawal_leaves_once_its_pages_are_set(house: House) -> None:
    notice = walks.sent(house)
    walks.became(walks.delivery_of(notice, Channel.EMAIL), DeliveryState.ACCEPTED)
    walks.days_later(3)
    _withdraw(house, notice.case)
    withdrawal = notice.case.notices.get(kind=NoticeKind.WITHDRAWAL)
    order = page_orders.current(withdrawal, Purpose.APPROVAL)

    rendering.set_pages(order.pk)
    rendering.set_pages(order.pk)

    withdrawal = walks.again(withdrawal)
    assert withdrawal.state == NoticeState.SENT
    assert withdrawal.notice_date != notice.notice_date
    delivery = withdrawal.deliveries.get()
    assert delivery.state == DeliveryState.QUEUED
    mail = email.message_from_bytes(bytes(delivery.mime), policy=email.policy.default)
    said = say_date(notice.notice_date, "en")
    assert mail["Subject"] == withdrawal.subject == f"We withdraw our notice of {said}"
    assert "/r/" not in mail.get_body(("plain",)).get_content()
    assert next(mail.iter_attachments()).get_content() == bytes(withdrawal.letter.pdf)
    assert not ClientLink.objects.filter(delivery_id=delivery.pk).exists()


def test_a_reason_that_blames_is_refused_before_the_client_reads_it(house: House) -> None:
    notice = walks.sent(house)
    walks.became(walks.delivery_of(notice, Channel.EMAIL), DeliveryState.ACCEPTED)

    with pytest.raises(InvalidInput) as refused:
        _withdraw(house, notice.case, reason="You lied to us, and paid after all.")

    assert refused.value.field == "reason"
    assert "“You lied to us”" in refused.value.message
    assert fresh(notice.case).state == State.NOTICE
    assert walks.again(notice).state == NoticeState.SENT


def test_pages_that_do_not_fit_do_not_leave_in_silence(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = walks.sent(house)
    walks.became(walks.delivery_of(notice, Channel.EMAIL), DeliveryState.ACCEPTED)
    _withdraw(house, notice.case)
    withdrawal = notice.case.notices.get(kind=NoticeKind.WITHDRAWAL)
    order = page_orders.current(withdrawal, Purpose.APPROVAL)

    def refuse(_rendering: object) -> None:
        raise LetterProblems([Problem("address_lines", "The address does not fit the window.")])

    monkeypatch.setattr(rendering, "_set", refuse)
    rendering.set_pages(order.pk)

    assert not withdrawal.deliveries.exists()
    task = notice.case.tasks.get(origin=f"pages:{order.pk}")
    assert task.assignee == fresh(notice.case).owner
    assert "does not fit the window" in task.details


def test_a_withdrawal_by_post_is_printed_and_posted_after_the_case_ended(house: House) -> None:
    letter = walks.posted(house)
    served_on = fresh(letter.case).served_on
    _withdraw(house, letter.case)
    withdrawal = letter.case.notices.get(kind=NoticeKind.WITHDRAWAL)
    rendering.set_pages(page_orders.current(withdrawal, Purpose.APPROVAL).pk)
    delivery = walks.delivery_of(withdrawal, Channel.REGISTERED_MAIL)

    registered.record_print(delivery, by=house.by_manager)
    registered.record_posting(
        walks.the_same(delivery),
        by=house.by_manager,
        carrier="Deutsche Post",
        carrier_number=walks.ANOTHER_VALID_NUMBER,
        posted_on=clock.today(house.office.time_zone),
    )
    registered.record_outcome(
        walks.the_same(delivery),
        by=house.by_manager,
        outcome="delivered",
        on=clock.today(house.office.time_zone),
    )

    case = fresh(letter.case)
    assert case.state == State.WITHDRAWN
    assert case.served_on == served_on
    assert not case.proofs.exists()
    assert registered.slip_bytes(delivery) is None


def test_the_letter_that_was_on_its_way_still_gets_its_outcome(house: House) -> None:
    letter = walks.posted(house)
    _withdraw(house, letter.case)

    registered.record_outcome(
        walks.the_same(letter),
        by=house.by_manager,
        outcome="delivered",
        on=clock.today(house.office.time_zone),
    )

    assert walks.the_same(letter).state == DeliveryState.DELIVERED
    assert not fresh(letter.case).proofs.exists()


def test_a_printed_letter_of_a_withdrawn_case_is_not_posted(house: House) -> None:
    delivery = walks.printed(house)

    _withdraw(house, delivery.case)

    with pytest.raises(TransitionRefused, match="Print the letter first"):
        registered.record_posting(
            walks.the_same(delivery),
            by=house.by_manager,
            carrier="Deutsche Post",
            carrier_number=walks.VALID_NUMBER,
            posted_on=clock.today(house.office.time_zone),
        )
