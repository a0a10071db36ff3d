"""The law of the house: every verb, every gate, and no way around them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from accounts.actor import Actor
from audit import clock, verification
from audit.models import AuditEvent
from offboarding import lifecycle, selectors
from offboarding.errors import CaseMovedOn, NotAllowed, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import StateMoveForbidden, TerminationCase
from offboarding.services import decisions, flags, follow_ups, obligations, proofs, stages
from offboarding.services.advance import advance
from tests.builders import House, a_case, an_obligation, evaluated, fresh, latest_event

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", State.values)
def test_the_real_verbs_walk_a_case_to_every_state(house: House, state: str) -> None:
    case = a_case(house, state)

    assert case.state == state


def test_every_move_leaves_one_event_on_the_cases_own_chain_and_the_chain_verifies(
    house: House,
) -> None:
    case = a_case(house, State.CLOSED)

    moves = [
        event.details["to"]
        for event in AuditEvent.objects.filter(stream=f"case:{case.pk}").order_by("seq")
        if "to" in event.details and "verb" in event.details
    ]
    assert moves == [
        "notice",
        "acknowledged",
        "obligations_fulfilled",
        "transition",
        "follow_up",
        "closed",
    ]
    assert case.version == len(moves)
    assert verification.verify().is_whole


def test_an_open_obligation_blocks_fulfilment_and_leaves_no_trace(house: House) -> None:
    case = a_case(house, State.ACKNOWLEDGED)
    for obligation in case.obligations.all():
        obligations.fulfil(obligation, by=house.by_manager)
    an_obligation(case)
    before = latest_event(case).pk

    with pytest.raises(TransitionRefused, match="1 obligation of ours is still open"):
        stages.fulfil_obligations(fresh(case), by=house.by_lead)

    assert fresh(case).state == State.ACKNOWLEDGED
    assert latest_event(case).pk == before


def test_evaluation_names_every_unmet_condition(house: House) -> None:
    case = a_case(house)

    assert [reason.code for reason in selectors.unmet(case, "decide_to_end")] == [
        "evidence_missing",
        "remedies_missing",
        "terms_unread",
        "decision_not_requested",
    ]


def test_the_person_who_asked_cannot_decide(house: House) -> None:
    case = evaluated(house, a_case(house))
    decisions.request_decision(case, by=house.by_lead)

    with pytest.raises(NotAllowed, match="another team lead"):
        decisions.decide_to_end(fresh(case), by=house.by_lead)

    assert decisions.decide_to_end(fresh(case), by=house.by_second_lead).state == State.NOTICE


def test_an_account_manager_cannot_decide(house: House) -> None:
    case = evaluated(house, a_case(house))
    decisions.request_decision(case, by=house.by_lead)

    with pytest.raises(NotAllowed):
        decisions.decide_to_end(fresh(case), by=house.by_manager)


def test_asked_for_more_the_manager_adds_and_asks_again(house: House) -> None:
    case = evaluated(house, a_case(house))
    decisions.request_decision(case, by=house.by_manager)
    decisions.ask_for_more(fresh(case), by=house.by_lead, reason="The minutes are missing.")

    assert fresh(case).state == State.EVALUATION
    assert case.tasks.get(origin__startswith="more:").details == "The minutes are missing."

    decisions.request_decision(fresh(case), by=house.by_manager)
    assert decisions.decide_to_end(fresh(case), by=house.by_lead).state == State.NOTICE


@pytest.mark.parametrize("verb", sorted(lifecycle.verbs()))
def test_no_verb_starts_from_a_state_that_is_not_its_source(house: House, verb: str) -> None:
    sources = set(lifecycle.verbs()[verb].transitions)
    for state in (State.EVALUATION, State.CLOSED):
        if state in sources:
            continue
        case = a_case(house, state)
        facts = {
            "decide_to_end": {"decided_on": clock.today()},
            "retain": {"reason": "x", "at": clock.now()},
            "acknowledge": {"at": clock.now()},
            "close": {"at": clock.now(), "retain_until": clock.today()},
            "withdraw": {"reason": "x", "at": clock.now()},
            "reopen": {"reason": "x"},
        }.get(verb, {})

        with pytest.raises((TransitionRefused, NotAllowed)):
            advance(case, verb, by=house.by_second_lead, **facts)

        assert fresh(case).state == state


def test_a_dispute_stops_every_forward_step_until_a_lead_clears_it(house: House) -> None:
    case = a_case(house, State.OBLIGATIONS_FULFILLED)
    flags.dispute(case, by=house.by_manager, reason="The client says the date is wrong.")

    with pytest.raises(TransitionRefused, match="disputes"):
        stages.begin_transition(fresh(case), by=house.by_manager)
    with pytest.raises(NotAllowed):
        flags.clear_dispute(fresh(case), by=house.by_manager, reason="Agreed by telephone.")

    flags.clear_dispute(fresh(case), by=house.by_lead, reason="Agreed by telephone.")
    assert stages.begin_transition(fresh(case), by=house.by_manager).state == State.TRANSITION


def test_a_case_on_hold_waits_for_its_day(house: House) -> None:
    case = a_case(house, State.OBLIGATIONS_FULFILLED)
    until = clock.today(case.time_zone) + timedelta(days=3)
    flags.hold(case, by=house.by_manager, until=until, reason="The owner is in hospital.")

    with pytest.raises(TransitionRefused, match="on hold"):
        stages.begin_transition(fresh(case), by=house.by_manager)

    clock.move(timedelta(days=3))
    assert stages.begin_transition(fresh(case), by=house.by_manager).state == State.TRANSITION


def test_follow_up_does_not_begin_before_the_effective_date(house: House) -> None:
    case = a_case(house, State.TRANSITION)

    reasons = {reason.code for reason in selectors.unmet(case, "begin_follow_up")}

    assert "effective_date_ahead" in reasons
    assert "handover_unplanned" in reasons


def test_the_second_of_two_people_reads_who_was_faster_and_when(house: House) -> None:
    case = a_case(house, State.OBLIGATIONS_FULFILLED)
    seen_by_both = case.version
    stages.begin_transition(case, by=house.by_manager, expected_version=seen_by_both)

    with pytest.raises(CaseMovedOn) as refused:
        stages.begin_transition(case, by=house.by_lead, expected_version=seen_by_both)

    assert refused.value.who == str(house.manager)
    assert refused.value.when is not None


def test_withdrawing_after_acknowledgement_needs_the_clients_agreement(house: House) -> None:
    case = a_case(house, State.ACKNOWLEDGED)

    with pytest.raises(TransitionRefused, match="how and when they agreed"):
        stages.withdraw(case, by=house.by_lead, reason="We found a way.")

    case = stages.withdraw(
        fresh(case),
        by=house.by_lead,
        reason="We found a way.",
        client_agreed_on=clock.today(case.time_zone),
        client_agreed_how="by telephone with Ms Adams",
    )
    assert case.state == State.WITHDRAWN


def test_a_withdrawn_case_can_be_evaluated_anew_and_forgets_its_old_decision(house: House) -> None:
    case = stages.reopen(a_case(house, State.WITHDRAWN), by=house.by_lead, reason="Unpaid again.")

    assert case.state == State.EVALUATION
    assert fresh(case).decided_on is None
    assert "decision_not_requested" in {
        reason.code for reason in selectors.unmet(fresh(case), "decide_to_end")
    }


def test_a_closed_case_is_read_only_until_it_is_reopened(house: House) -> None:
    case = a_case(house, State.CLOSED)

    with pytest.raises(TransitionRefused, match="read-only"):
        an_obligation(case)

    reopened = stages.reopen(case, by=house.by_lead, reason="A late question.")
    follow_ups.ask_question(reopened, by=house.by_manager, text="Where is the archive?")
    assert reopened.state == State.FOLLOW_UP


def test_a_proof_that_falls_takes_the_acknowledgement_with_it(house: House) -> None:
    case = a_case(house, State.ACKNOWLEDGED)

    proofs.void_proof(case.proofs.get(), by=house.by_lead, reason="Signed by a neighbour.")

    assert fresh(case).state == State.NOTICE
    assert fresh(case).acknowledged_at is None


# -- no way around ---------------------------------------------------------------------------------


def test_a_state_cannot_be_assigned(house: House) -> None:
    case = a_case(house)

    with pytest.raises(AttributeError):
        case.state = State.CLOSED


def test_a_verb_called_without_advance_cannot_be_saved(house: House) -> None:
    case = a_case(house, State.OBLIGATIONS_FULFILLED)
    case.begin_transition()

    with pytest.raises(StateMoveForbidden):
        case.save()

    assert fresh(case).state == State.OBLIGATIONS_FULFILLED


def test_the_database_refuses_an_illegal_move_by_query(house: House) -> None:
    case = a_case(house)

    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        TerminationCase.objects.filter(pk=case.pk).update(state=State.CLOSED)

    assert fresh(case).state == State.EVALUATION


def test_the_database_refuses_a_legal_pair_that_does_not_raise_the_version(house: House) -> None:
    case = a_case(house, State.OBLIGATIONS_FULFILLED)

    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        TerminationCase.objects.filter(pk=case.pk).update(state=State.TRANSITION)


def test_the_database_refuses_a_case_that_does_not_begin_in_evaluation(house: House) -> None:
    case = a_case(house)
    columns = [f.column for f in TerminationCase._meta.concrete_fields if f.name != "id"]
    chosen = ", ".join(
        "'closed'" if c == "state" else "'OFB-X'" if c == "reference" else f'"{c}"' for c in columns
    )
    names = ", ".join(f'"{c}"' for c in columns)
    with (
        pytest.raises((IntegrityError, InternalError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"INSERT INTO offboarding_terminationcase ({names}) "
            f"SELECT {chosen} FROM offboarding_terminationcase WHERE id = {case.pk}"
        )


def test_a_machine_moves_no_case_forward(house: House) -> None:
    case = a_case(house, State.OBLIGATIONS_FULFILLED)

    with pytest.raises(NotAllowed):
        advance(case, "begin_transition", by=Actor.machine("notices.dispatch"))


def test_another_teams_lead_can_do_nothing(house: House) -> None:
    case = a_case(house, State.OBLIGATIONS_FULFILLED)

    with pytest.raises(NotAllowed):
        stages.begin_transition(case, by=Actor.person(house.other_lead))
