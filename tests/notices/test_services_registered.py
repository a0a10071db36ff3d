"""The registered letter: print, post, outcome, slip; each recorded by a person."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from audit import clock
from notices.errors import BytesDiffer
from notices.letters import composing
from notices.models import Channel, DeliveryState, Letter, Notice, NoticeState, ReceiptSlip
from notices.post import carriers
from notices.services import correcting, registered, sending
from offboarding.errors import InvalidInput, NotAllowed, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import Grade, ProofKind, TaskKind
from offboarding.services import proofs, tasks
from tests.builders import House, a_case, a_client, an_engagement, fresh
from tests.notices import walks
from tests.notices.flipping import flip


def _today(house: House):
    return clock.today(house.office.time_zone)


def _post(house: House, delivery, **changes):
    fields = {
        "carrier": "Deutsche Post",
        "carrier_number": walks.VALID_NUMBER,
        "posted_on": _today(house),
    }
    return registered.record_posting(delivery, by=house.by_manager, **(fields | changes))


# -- numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    ["RR123456785DE", "RR473124829GB", "9407300000000000000003", "AB12345", "1Z999AA10123456784"],
)
def test_numbers_of_carriers_are_taken(number: str) -> None:
    assert carriers.is_valid(number)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "RR123456784DE",
        "RR123456789DE",
        "9407300000000000000004",
        "ABCDEFGH",
        "12345",
        "1" * 41,
        "RR12345678DE",
        "RR1234567855DE",
        "940730000000000000000",
        "AB1234²",
    ],
)
def test_numbers_with_a_wrong_digit_or_form_are_not_taken(number: str) -> None:
    assert not carriers.is_valid(number)


def test_a_number_is_kept_without_the_spaces_of_people() -> None:
    assert carriers.tidy(" rr 12-345.678 5 de ") == "RR123456785DE"
    assert carriers.tidy("ＲＲ 123–456 785\u200b DE") == "RR123456785DE"


# -- printing --------------------------------------------------------------------------------------


def test_printing_is_recorded_and_a_second_print_is_a_copy(house: House) -> None:
    delivery = walks.printed(house)
    assert delivery.state == DeliveryState.PRINTED
    assert delivery.print_count == 1

    registered.record_print(delivery, by=house.by_lead)

    copied = walks.the_same(delivery)
    assert copied.print_count == 2
    assert copied.printed_at == delivery.printed_at
    assert copied.events.last().note == "Printed again, a copy"


def test_nothing_is_printed_before_the_slip_is_set(house: House) -> None:
    notice = walks.approved(house)
    sending.send_notice(notice, by=house.by_manager)
    delivery = walks.delivery_of(notice, Channel.REGISTERED_MAIL)

    with pytest.raises(TransitionRefused, match="slip is still being set"):
        registered.record_print(delivery, by=house.by_manager)

    walks.set_pages(notice)
    registered.record_print(delivery, by=house.by_manager)
    assert registered.slip_bytes(delivery).startswith(b"%PDF-")


def test_a_letter_that_was_taken_back_is_not_printed(house: House) -> None:
    delivery = walks.delivery_of(walks.sent(house), Channel.REGISTERED_MAIL)
    sending.take_back(delivery, by=house.by_manager)

    with pytest.raises(TransitionRefused, match="taken back"):
        registered.record_print(walks.the_same(delivery), by=house.by_manager)


def test_an_email_is_not_printed(house: House) -> None:
    delivery = walks.delivery_of(walks.sent(house), Channel.EMAIL)

    with pytest.raises(TransitionRefused, match="not a registered letter"):
        registered.record_print(delivery, by=house.by_manager)


def test_changed_bytes_are_never_printed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = walks.delivery_of(walks.sent(house), Channel.REGISTERED_MAIL)
    letter = delivery.notice.letter
    tampered = Letter(pdf=b"%PDF-1.7 other words", sha256=letter.sha256)
    monkeypatch.setattr(Notice, "letter", property(lambda notice: tampered))

    with pytest.raises(BytesDiffer):
        registered.record_print(delivery, by=house.by_manager)

    assert walks.the_same(delivery).print_count == 0


@pytest.mark.parametrize("what", ["slip", "letter"])
def test_one_flipped_byte_keeps_a_file_from_being_opened_at_the_desk(
    client: Client, house: House, what: str
) -> None:
    delivery = walks.printed(house)
    client.force_login(house.manager)
    address = f"/cases/{delivery.case.reference}/deliveries/{delivery.pk}/{what}.pdf"
    assert client.get(address).status_code == HTTPStatus.OK
    flip(ReceiptSlip.objects.get(delivery=delivery) if what == "slip" else delivery.notice.letter)

    answer = client.get(address)

    assert answer.status_code == HTTPStatus.CONFLICT
    assert "differs from" in answer.content.decode()
    assert b"%PDF" not in answer.content


def test_changed_bytes_of_a_slip_are_never_shown(house: House) -> None:
    delivery = walks.printed(house)
    flip(ReceiptSlip.objects.get(delivery=delivery))

    with pytest.raises(BytesDiffer):
        registered.slip_bytes(delivery)


# -- posting ---------------------------------------------------------------------------------------


def test_a_posted_letter_serves_the_notice(house: House) -> None:
    delivery = walks.printed(house)

    _post(house, delivery, carrier_number="rr 123 456 785 de")

    delivery = walks.the_same(delivery)
    assert delivery.state == DeliveryState.POSTED
    assert delivery.carrier_number == "RR123456785DE"
    case = fresh(delivery.case)
    assert case.served_on == _today(house)
    assert case.served_by == Channel.REGISTERED_MAIL
    assert case.deemed_received_on > case.served_on
    assert case.state == State.NOTICE


def test_posting_twice_with_the_same_number_is_posting_once(house: House) -> None:
    delivery = walks.posted(house)

    _post(house, delivery)

    assert delivery.events.filter(state=DeliveryState.POSTED).count() == 1
    with pytest.raises(TransitionRefused, match="Print the letter first"):
        _post(house, delivery, carrier_number=walks.ANOTHER_VALID_NUMBER)


def test_a_letter_is_printed_before_it_is_posted(house: House) -> None:
    delivery = walks.delivery_of(walks.sent(house), Channel.REGISTERED_MAIL)

    with pytest.raises(TransitionRefused, match="Print the letter first"):
        _post(house, delivery)


@pytest.mark.parametrize("number", ["RR123456784DE", "", "hello", "9407300000000000000004"])
def test_a_wrong_number_is_named(house: House, number: str) -> None:
    delivery = walks.printed(house)

    with pytest.raises(InvalidInput, match="check digit") as refused:
        _post(house, delivery, carrier_number=number)

    assert refused.value.field == "carrier_number"
    assert walks.the_same(delivery).state == DeliveryState.PRINTED


def test_a_number_used_before_is_named(house: House) -> None:
    walks.posted(house)
    other_client = a_client(house.office, house.team, house.manager, reference="C-2")
    an_engagement(other_client)
    other = walks.a_draft(house, a_case(house, State.NOTICE, client=other_client))
    delivery = walks.printed(house, walks.sent(house, other))

    with pytest.raises(InvalidInput, match="another letter") as refused:
        _post(house, delivery)

    assert refused.value.field == "carrier_number"


@pytest.mark.parametrize(("days", "sentence"), [(1, "not come yet"), (-1, "before the letter")])
def test_the_day_of_posting_lies_between_printing_and_today(
    house: House, days: int, sentence: str
) -> None:
    delivery = walks.printed(house)

    with pytest.raises(InvalidInput, match=sentence) as refused:
        _post(house, delivery, posted_on=_today(house) + timedelta(days=days))

    assert refused.value.field == "posted_on"


def test_posting_finishes_the_task_to_post_and_no_other(house: House) -> None:
    delivery = walks.printed(house)
    case = fresh(delivery.case)
    tasks.add_task(case, by=house.by_manager, title="Buy stamps", due_on=_today(house))
    tasks.add_task(
        case,
        by=house.by_manager,
        title="Take it to the post",
        due_on=_today(house),
        kind=TaskKind.POST,
        origin="chase:1:post",
    )
    tasks.add_task(
        case, by=house.by_manager, title="Ask the post", due_on=_today(house), kind=TaskKind.POST
    )

    _post(house, delivery)

    open_tasks = set(case.tasks.filter(done_at=None).values_list("title", flat=True))
    assert {"Buy stamps", "Ask the post"} <= open_tasks
    assert "Take it to the post" not in open_tasks


# -- outcomes --------------------------------------------------------------------------------------


def test_a_delivered_letter_acknowledges_the_case(house: House) -> None:
    delivery = walks.posted(house)

    registered.record_outcome(
        delivery,
        by=house.by_manager,
        outcome="delivered",
        on=_today(house),
        received_by="J. Adams",
    )

    case = fresh(delivery.case)
    assert case.state == State.ACKNOWLEDGED
    proof = case.proofs.get()
    assert (proof.kind, proof.grade) == (ProofKind.CARRIER_RECORD, Grade.A)
    assert proof.source == {"carrier": "Deutsche Post", "number": "RR123456785DE"}
    assert proof.received_at <= clock.now()


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu"])
def test_a_letter_delivered_on_the_day_of_posting_counts_in_every_zone(
    house: House, zone: str
) -> None:
    house.office.time_zone = zone
    house.office.save()
    house.client.refresh_from_db()
    delivery = walks.posted(house)

    registered.record_outcome(
        delivery, by=house.by_manager, outcome="delivered", on=clock.today(zone)
    )

    assert fresh(delivery.case).state == State.ACKNOWLEDGED


@pytest.mark.parametrize("outcome", ["unclaimed", "refused", "moved", "lost"])
def test_another_outcome_gives_the_owner_a_task(house: House, outcome: str) -> None:
    delivery = walks.posted(house)

    registered.record_outcome(delivery, by=house.by_manager, outcome=outcome, on=_today(house))

    case = fresh(delivery.case)
    assert case.state == State.NOTICE
    assert not case.proofs.exists()
    task = case.tasks.get(origin=f"delivery:{delivery.pk}:{outcome}")
    assert task.assignee == case.owner
    assert task.details


@pytest.mark.parametrize("outcome", ["unclaimed", "refused", "lost"])
def test_a_letter_that_did_not_arrive_is_sent_again_by_a_lead(house: House, outcome: str) -> None:
    delivery = walks.posted(house)
    registered.record_outcome(delivery, by=house.by_manager, outcome=outcome, on=_today(house))

    repeat = sending.send_again(
        walks.the_same(delivery), by=house.by_lead, reason="They are back from holiday."
    )

    assert repeat.channel == Channel.REGISTERED_MAIL
    assert repeat.copy_number == 2
    assert not delivery.case.tasks.filter(
        done_at=None, origin__startswith=f"delivery:{delivery.pk}:"
    ).exists()


def test_a_letter_whose_addressee_moved_goes_out_anew_with_the_new_address(
    house: House, client: Client
) -> None:
    delivery = walks.posted(house)
    registered.record_outcome(delivery, by=house.by_manager, outcome="moved", on=_today(house))
    with pytest.raises(TransitionRefused, match="Correct the client's address first"):
        sending.send_again(walks.the_same(delivery), by=house.by_lead, reason="They moved.")
    house.client.street = "1 New Wharf"
    house.client.save()
    client.force_login(house.lead)
    reference = delivery.case.reference
    shown = client.get("/deliveries/").content.decode()
    assert f"/cases/{reference}/correction/" in shown
    assert f"{delivery.pk}/send-again/" not in shown
    with pytest.raises(TransitionRefused, match="its next version goes to"):
        sending.send_again(walks.the_same(delivery), by=house.by_lead, reason="They moved.")
    client.force_login(house.manager)
    page = client.get(f"/cases/{reference}/correction/").content.decode()
    assert "1 New Wharf" in page

    new = correcting.draft_correction(
        fresh(delivery.case),
        by=house.by_manager,
        reason="address",
        note="They moved.",
        recipient_lines=composing.address_now(fresh(delivery.case)),
    )
    letter = walks.delivery_of(walks.sent(house, new), Channel.REGISTERED_MAIL)
    assert "1 New Wharf" in letter.recipient_lines
    assert letter.notice.letter.pk != delivery.notice.letter.pk
    _post(
        house,
        registered.record_print(letter, by=house.by_manager),
        carrier_number=walks.ANOTHER_VALID_NUMBER,
    )
    old = walks.the_same(delivery)
    assert old.resolved_at is not None
    assert not old.case.tasks.filter(done_at=None, origin__startswith=f"delivery:{old.pk}:")


def test_an_outcome_recorded_twice_is_recorded_once(house: House) -> None:
    delivery = walks.posted(house)
    for _time in range(2):
        registered.record_outcome(
            walks.the_same(delivery), by=house.by_manager, outcome="delivered", on=_today(house)
        )
    assert fresh(delivery.case).proofs.count() == 1
    with pytest.raises(TransitionRefused, match="Only a posted letter"):
        registered.record_outcome(
            walks.the_same(delivery), by=house.by_manager, outcome="lost", on=_today(house)
        )


@pytest.mark.parametrize(("days", "sentence"), [(1, "not come yet"), (-1, "before the letter")])
def test_an_outcome_lies_between_posting_and_today(house: House, days: int, sentence: str) -> None:
    delivery = walks.posted(house)

    with pytest.raises(InvalidInput, match=sentence) as refused:
        registered.record_outcome(
            delivery,
            by=house.by_manager,
            outcome="delivered",
            on=_today(house) + timedelta(days=days),
        )

    assert refused.value.field == "on"


def test_a_letter_has_only_outcomes_of_letters(house: House) -> None:
    with pytest.raises(InvalidInput, match="no outcome of a letter"):
        registered.record_outcome(
            walks.posted(house), by=house.by_manager, outcome="bounced", on=_today(house)
        )


# -- the slip --------------------------------------------------------------------------------------


def test_a_signed_slip_acknowledges_the_case(house: House) -> None:
    delivery = walks.posted(house)
    scan = walks.a_kept_scan(delivery.case, house.by_manager)

    registered.record_slip(
        delivery, by=house.by_manager, signed_on=_today(house), signed_by="J. Adams", file=scan
    )

    case = fresh(delivery.case)
    assert case.state == State.ACKNOWLEDGED
    proof = case.proofs.get()
    assert (proof.kind, proof.grade, proof.file) == (ProofKind.SIGNED_SLIP, Grade.A, scan)


@pytest.mark.parametrize(
    ("days", "name", "field"), [(1, "J. Adams", "signed_on"), (-1, "J. Adams", "signed_on"),
                                (0, "  ", "signed_by")],
)  # fmt: skip
def test_a_slip_says_who_signed_and_when(house: House, days: int, name: str, field: str) -> None:
    delivery = walks.posted(house)
    scan = walks.a_kept_scan(delivery.case, house.by_manager)

    with pytest.raises(InvalidInput) as refused:
        registered.record_slip(
            delivery,
            by=house.by_manager,
            signed_on=_today(house) + timedelta(days=days),
            signed_by=name,
            file=scan,
        )

    assert refused.value.field == field


def test_a_slip_of_a_letter_that_was_not_posted_is_refused(house: House) -> None:
    delivery = walks.printed(house)
    scan = walks.a_kept_scan(delivery.case, house.by_manager)

    with pytest.raises(TransitionRefused, match="when the letter was posted"):
        registered.record_slip(
            delivery, by=house.by_manager, signed_on=_today(house), signed_by="J. A.", file=scan
        )


def test_an_auditor_and_another_team_record_nothing(house: House) -> None:
    delivery = walks.printed(house)
    for person in (house.auditor, house.admin, house.outsider, house.other_lead):
        by = house.by_manager.person(person)
        with pytest.raises(NotAllowed):
            registered.record_print(delivery, by=by)
        with pytest.raises(NotAllowed):
            registered.record_posting(
                delivery,
                by=by,
                carrier="",
                carrier_number=walks.VALID_NUMBER,
                posted_on=_today(house),
            )


# -- letters that no longer count ------------------------------------------------------------------


def test_a_letter_of_a_withdrawn_notice_proves_nothing_when_it_arrives(house: House) -> None:
    delivery = walks.posted(house)
    Notice.objects.filter(pk=delivery.notice_id).update(state=NoticeState.WITHDRAWN)

    registered.record_outcome(delivery, by=house.by_manager, outcome="delivered", on=_today(house))

    assert walks.the_same(delivery).state == DeliveryState.DELIVERED
    assert not fresh(delivery.case).proofs.exists()


def test_a_proof_from_tomorrow_is_refused(house: House) -> None:
    delivery = walks.posted(house)
    with pytest.raises(InvalidInput, match="future"):
        proofs.record_proof(
            fresh(delivery.case),
            by=house.by_manager,
            kind=ProofKind.PHONE,
            received_at=clock.now() + timedelta(days=1),
            note="Jane Adams on the telephone: it is here.",
        )
