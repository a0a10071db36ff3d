"""Service and receipt: what counts by itself, what a lead accepts, and what falls."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile

from accounts.actor import Actor
from audit import clock
from offboarding.errors import InvalidInput, NotAllowed, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import CaseFile, ProofKind, TerminationCase
from offboarding.services import files, flags, proofs
from tests.builders import House, a_case, fresh, latest_event, wait_until

pytestmark = pytest.mark.django_db

DISPATCH = Actor.machine("notices.dispatch")
JANE = Actor.client("Jane Adams", link_id=1)


def served(case: TerminationCase, **changes: Any) -> TerminationCase:
    fields = {"served_on": clock.today(case.time_zone), "channel": "email"} | changes
    proofs.record_service(case, by=DISPATCH, **fields)
    return fresh(case)


@pytest.fixture
def case(house: House) -> TerminationCase:
    return served(a_case(house, State.NOTICE))


def a_file(house: House, case: TerminationCase) -> CaseFile:
    return files.keep_file(case, ContentFile(b"%PDF-1.4", name="slip.pdf"), by=house.by_manager)


def test_the_first_service_counts_for_the_dates(house: House) -> None:
    case = served(a_case(house, State.NOTICE))

    later = served(case, served_on=date(2030, 1, 1), channel="registered_mail")

    assert (later.served_on, later.served_by) == (case.served_on, "email")
    assert (later.deemed_received_on, later.deemed_rule["channel"]) == (
        case.deemed_received_on,
        "email",
    )
    assert latest_event(case).action == "notice.served"


@pytest.mark.parametrize("grade", ["A", "B"])
def test_a_strong_confirmation_of_the_client_moves_the_case(
    case: TerminationCase, grade: str
) -> None:
    at = clock.now()

    proofs.record_proof(case, by=JANE, kind=ProofKind.CONFIRMATION, received_at=at, grade=grade)

    assert fresh(case).state == State.ACKNOWLEDGED
    assert fresh(case).acknowledged_at == at


@pytest.mark.parametrize(
    ("kind", "needs_file"),
    [(ProofKind.SIGNED_SLIP, True), (ProofKind.CARRIER_RECORD, False)],
)
def test_paper_and_carrier_move_the_case(
    house: House, case: TerminationCase, kind: str, needs_file: bool
) -> None:
    if needs_file:
        with pytest.raises(InvalidInput, match="Attach"):
            proofs.record_proof(case, by=house.by_manager, kind=kind, received_at=clock.now())
    file = a_file(house, case) if needs_file else None

    proofs.record_proof(case, by=house.by_manager, kind=kind, received_at=clock.now(), file=file)

    assert fresh(case).state == State.ACKNOWLEDGED


@pytest.mark.parametrize("kind", [ProofKind.PHONE, ProofKind.ACCEPTED_REPLY])
def test_what_a_colleague_enters_waits_for_another_lead(
    house: House, case: TerminationCase, kind: str
) -> None:
    proof = proofs.record_proof(
        case,
        by=house.by_lead,
        kind=kind,
        received_at=clock.now(),
        note="Ms Adams read us the reference.",
        file=a_file(house, case),
    )
    assert proof.waits_for_a_lead
    assert fresh(case).state == State.NOTICE

    with pytest.raises(NotAllowed):
        proofs.accept_proof(proof, by=house.by_manager)
    with pytest.raises(TransitionRefused, match="another team lead"):
        proofs.accept_proof(proof, by=house.by_lead)
    proofs.accept_proof(proof, by=house.by_second_lead)
    proofs.accept_proof(proof, by=house.by_second_lead)

    assert fresh(case).state == State.ACKNOWLEDGED
    assert not case.tasks.filter(origin__startswith="proof:", done_at=None).exists()


def test_an_odd_confirmation_of_the_client_waits_for_any_lead(
    house: House, case: TerminationCase
) -> None:
    proof = proofs.record_proof(
        case, by=JANE, kind=ProofKind.CONFIRMATION, received_at=clock.now(), grade="C"
    )
    assert fresh(case).state == State.NOTICE

    proofs.accept_proof(proof, by=house.by_lead)

    assert fresh(case).state == State.ACKNOWLEDGED


@pytest.mark.parametrize("kind", ProofKind.values)
def test_colleagues_make_no_confirmation_and_clients_make_nothing_else(
    house: House, case: TerminationCase, kind: str
) -> None:
    is_clients = kind in proofs.CLIENT_KINDS
    by = house.by_manager if is_clients else JANE

    with pytest.raises(InvalidInput, match="cannot be entered here"):
        proofs.record_proof(case, by=by, kind=kind, received_at=clock.now(), grade="A")


def test_a_telephone_call_says_what_was_said(house: House, case: TerminationCase) -> None:
    with pytest.raises(InvalidInput, match="who was on the telephone"):
        proofs.record_proof(
            case, by=house.by_manager, kind=ProofKind.PHONE, received_at=clock.now(), note=" "
        )


def test_a_receipt_lies_between_sending_and_now(house: House, case: TerminationCase) -> None:
    for at, sentence in (
        (clock.now() + timedelta(minutes=5), "in the future"),
        (clock.now() - timedelta(days=3), "before the notice was sent"),
    ):
        with pytest.raises(InvalidInput, match=sentence):
            proofs.record_proof(
                case, by=house.by_manager, kind=ProofKind.CARRIER_RECORD, received_at=at
            )


def test_the_day_of_a_receipt_is_the_sending_offices_and_not_utcs(house: House) -> None:
    """At 00:30 in Berlin it is still the day before in UTC."""
    case = served(a_case(house, State.NOTICE))
    assert case.served_on is not None
    day = case.served_on
    clock.move(clock.offset() + timedelta(days=1))
    half_past_midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(minutes=30)
    assert half_past_midnight.date() < day

    proofs.record_proof(
        case, by=house.by_manager, kind=ProofKind.CARRIER_RECORD, received_at=half_past_midnight
    )

    assert fresh(case).state == State.ACKNOWLEDGED


def test_the_same_delivery_proves_the_same_thing_once(case: TerminationCase) -> None:
    def confirm() -> int:
        return proofs.record_proof(
            case,
            by=JANE,
            kind=ProofKind.CONFIRMATION,
            received_at=clock.now(),
            grade="B",
            delivery_id=7,
        ).pk

    assert confirm() == confirm()
    assert case.proofs.count() == 1


def test_before_the_decision_there_is_nothing_to_receive(house: House) -> None:
    with pytest.raises(TransitionRefused, match="No notice"):
        proofs.record_proof(
            a_case(house),
            by=house.by_manager,
            kind=ProofKind.CARRIER_RECORD,
            received_at=clock.now(),
        )


def test_a_receipt_during_a_dispute_is_kept_and_a_colleague_looks(
    house: House, case: TerminationCase
) -> None:
    flags.dispute(case, by=house.by_manager, reason="The date.")
    proofs.record_proof(
        case, by=JANE, kind=ProofKind.CONFIRMATION, received_at=clock.now(), grade="A"
    )

    assert fresh(case).state == State.NOTICE
    assert case.tasks.filter(origin__startswith="blocked-receipt:").exists()
    flags.clear_dispute(fresh(case), by=house.by_lead, reason="Agreed.")
    assert proofs.acknowledge(fresh(case), by=house.by_manager).state == State.ACKNOWLEDGED


def test_deemed_service_needs_two_attempts_its_day_and_a_lead(house: House) -> None:
    case = served(a_case(house, State.NOTICE))
    tried = [{"channel": "email", "on": "2030-01-01", "outcome": "no answer"}]

    with pytest.raises(TransitionRefused) as refused:
        proofs.propose_deemed_service(case, by=house.by_manager, attempts=tried, note="")
    assert {r.code for r in refused.value.reasons} == {"too_few_attempts", "deemed_date_ahead"}
    wait_until(case.deemed_received_on)
    proof = proofs.propose_deemed_service(
        case, by=house.by_manager, attempts=tried * 2, note="We called twice."
    )

    assert fresh(case).state == State.NOTICE
    proofs.accept_proof(proof, by=house.by_lead)
    assert fresh(case).state == State.ACKNOWLEDGED


def test_a_voided_proof_falls_once_and_another_one_holds(
    house: House, case: TerminationCase
) -> None:
    for _ in range(2):
        proofs.record_proof(
            fresh(case),
            by=house.by_manager,
            kind=ProofKind.CARRIER_RECORD,
            received_at=clock.now(),
        )
    first, second = case.proofs.all()
    with pytest.raises(InvalidInput):
        proofs.void_proof(first, by=house.by_lead, reason=" ")
    with pytest.raises(NotAllowed):
        proofs.void_proof(first, by=house.by_manager, reason="x")

    proofs.void_proof(first, by=house.by_lead, reason="A neighbour signed.")
    assert fresh(case).state == State.ACKNOWLEDGED
    proofs.void_proof(second, by=house.by_lead, reason="The same neighbour.")
    before = latest_event(case).pk
    proofs.void_proof(second, by=house.by_lead, reason="Again.")

    assert fresh(case).state == State.NOTICE
    assert latest_event(case).pk == before
    assert case.tasks.filter(origin__startswith="receipt-fell:").count() == 1
    with pytest.raises(TransitionRefused, match="voided"):
        proofs.accept_proof(second, by=house.by_second_lead)
