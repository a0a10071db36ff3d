"""Every gate of the lifecycle refused once, in words, and open again once its condition is met."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from audit import clock
from offboarding import lifecycle, selectors
from offboarding.lifecycle import State
from offboarding.models import ProofKind, TerminationCase
from offboarding.services import (
    cases,
    deadlines,
    decisions,
    evidence,
    flags,
    follow_ups,
    handover,
    learning,
    obligations,
    proofs,
    remedies,
    tasks,
)
from tests.builders import (
    House,
    a_case,
    an_obligation,
    checklist_filled_in,
    evaluated,
    fresh,
    wait_until,
)

pytestmark = pytest.mark.django_db

Step = Callable[[House, TerminationCase], object]


def _nothing(house: House, case: TerminationCase) -> None:
    """The case as it enters the stage already lacks it."""


def _today(case: TerminationCase):  # type: ignore[no-untyped-def]
    return clock.today(case.time_zone)


def _confirm(house: House, case: TerminationCase) -> None:
    evidence.add_evidence(case, by=house.by_manager, happened_on=_today(case), fact="Declined.")


def _remedy(house: House, case: TerminationCase) -> None:
    remedies.explain_no_remedies(case, by=house.by_manager, reason="None would help.")


def _decide(house: House, case: TerminationCase) -> None:
    decision = decisions.request_decision(case, by=house.by_manager)
    decision.verdict, decision.decided_by, decision.decided_at = "end", house.lead, clock.now()
    decision.save()


def _serve(house: House, case: TerminationCase) -> None:
    proofs.record_service(case, by=house.by_manager, served_on=_today(case), channel="email")


def _prove(house: House, case: TerminationCase) -> None:
    proofs.record_proof(
        case, by=house.by_manager, kind=ProofKind.CARRIER_RECORD, received_at=clock.now()
    )


def _correct(is_on_its_way: bool) -> Step:
    def correct(house: House, case: TerminationCase) -> None:
        TerminationCase.objects.filter(pk=case.pk).update(is_being_corrected=is_on_its_way)

    return correct


def _settle(party: str) -> Step:
    def settle(house: House, case: TerminationCase) -> None:
        for row in case.obligations.filter(party=party, state="open"):
            obligations.fulfil(row, by=house.by_manager, proof="Seen.")

    return settle


def _hand_over(house: House, case: TerminationCase) -> None:
    handover.waive_transition(case, by=house.by_manager, reason="There is nothing of theirs.")


def _list_access(house: House, case: TerminationCase) -> None:
    handover.list_access(case, by=house.by_manager, system="Portal", held_by="Mia")


def _revoke(house: House, case: TerminationCase) -> None:
    handover.revoke_access(case.access_items.get(), by=house.by_manager, revoked_on=_today(case))


def _follow_up(house: House, case: TerminationCase) -> None:
    for row in case.follow_ups.all():
        follow_ups.cancel_follow_up(row, by=house.by_manager, reason="They asked us not to.")


def _ask(house: House, case: TerminationCase) -> None:
    follow_ups.ask_question(case, by=house.by_manager, text="Where are the ledgers?")


def _answer(house: House, case: TerminationCase) -> None:
    follow_ups.answer_question(case.questions.get(), by=house.by_manager, answer="With you.")


def _task(house: House, case: TerminationCase) -> None:
    tasks.add_task(case, by=house.by_manager, title="Call once more", due_on=_today(case))


def _tick(house: House, case: TerminationCase) -> None:
    tasks.complete_task(case.tasks.get(done_at=None), by=house.by_manager)


def _lesson(house: House, case: TerminationCase) -> None:
    learning.record_lesson(case, by=house.by_manager, avoidable="no", next_time="Ask sooner.")


def _one_more(house: House, case: TerminationCase) -> None:
    an_obligation(case)


def _fill_in(house: House, case: TerminationCase) -> None:
    checklist_filled_in(house, case)


def _check(house: House, case: TerminationCase) -> None:
    handover.revoke_access(
        case.access_items.get(system="Vault"), by=house.by_manager, revoked_on=_today(case)
    )


def _access_that_nobody_checked(house: House, case: TerminationCase) -> None:
    handover.list_access(case, by=house.by_manager, system="Vault", held_by="Mia")


def _dispute(house: House, case: TerminationCase) -> None:
    flags.dispute(case, by=house.by_manager, reason="They contest the date.")


def _clear(house: House, case: TerminationCase) -> None:
    flags.clear_dispute(case, by=house.by_lead, reason="Settled by telephone.")


def _hold(house: House, case: TerminationCase) -> None:
    until = _today(case) + timedelta(days=4)
    flags.hold(case, by=house.by_manager, until=until, reason="Their director is away.")


def _resume(house: House, case: TerminationCase) -> None:
    flags.resume(case, by=house.by_manager)


def _agree(house: House, case: TerminationCase) -> None:
    TerminationCase.objects.filter(pk=case.pk).update(withdrawal_agreement="By telephone")


def _near_deadline(house: House, case: TerminationCase) -> None:
    due_on = _today(case) + timedelta(days=14)
    deadlines.add_deadline(case, by=house.by_manager, due_on=due_on, title="Turnover tax")


def _no_ground(house: House, case: TerminationCase) -> None:
    TerminationCase.objects.filter(pk=case.pk).update(ground=None)


def _needs_a_cure(house: House, case: TerminationCase) -> None:
    house.ground.cure_days = 14
    house.ground.save()
    cases.choose_ground(case, house.ground, by=house.by_manager)


def _warn(house: House, case: TerminationCase) -> None:
    warning = remedies.record_cure_warning(
        case, by=house.by_manager, sent_on=_today(case), channel="email", wording="Pay in full."
    )
    wait_until(warning.cure_ends_on + timedelta(days=1))


GATES: dict[str, tuple[str, str, Step, Step, str]] = {
    "a_ground_is_chosen": (
        "decide_to_end", State.EVALUATION, _no_ground,
        lambda house, case: cases.choose_ground(case, house.ground, by=house.by_manager),
        "ground_missing",
    ),
    "evidence_is_dated": (
        "decide_to_end", State.EVALUATION, _nothing, _confirm, "evidence_missing",
    ),
    "remedies_were_tried_or_explained": (
        "decide_to_end", State.EVALUATION, _nothing, _remedy, "remedies_missing",
    ),
    "the_client_could_put_it_right": (
        "decide_to_end", State.EVALUATION, _needs_a_cure, _warn, "cure_warning_missing",
    ),
    "the_agreement_was_read": (
        "decide_to_end", State.EVALUATION, _nothing,
        lambda house, case: cases.confirm_terms_read(case, by=house.by_manager),
        "terms_unread",
    ),
    "near_deadlines_are_answered": (
        "decide_to_end", State.EVALUATION, _near_deadline,
        lambda house, case: deadlines.answer_near_deadlines(
            case, by=house.by_lead, answer="We still file it."
        ),
        "deadline_near",
    ),
    "somebody_else_decided": (
        "decide_to_end", State.EVALUATION, evaluated, _decide, "decision_not_requested",
    ),
    "the_notice_was_served": ("acknowledge", State.NOTICE, _nothing, _serve, "not_served"),
    "receipt_is_proven": ("acknowledge", State.NOTICE, _nothing, _prove, "proof_missing"),
    "no_correction_is_on_its_way": (
        "fulfil_obligations", State.ACKNOWLEDGED, _correct(True), _correct(False),
        "correction_on_its_way",
    ),
    "our_obligations_are_settled": (
        "fulfil_obligations", State.ACKNOWLEDGED, _nothing, _settle("ours"),
        "our_obligations_open",
    ),
    "theirs_are_settled_or_escalated": (
        "fulfil_obligations", State.ACKNOWLEDGED, _nothing, _settle("clients"),
        "client_obligations_open",
    ),
    "everything_is_handed_over": (
        "begin_follow_up", State.TRANSITION, _nothing, _hand_over, "handover_unplanned",
    ),
    "access_is_revoked": (
        "begin_follow_up", State.TRANSITION, _list_access, _revoke, "access_open",
    ),
    "the_effective_date_is_reached": (
        "begin_follow_up", State.TRANSITION, _nothing,
        lambda house, case: wait_until(case.effective_on),
        "effective_date_ahead",
    ),
    "follow_ups_are_done": (
        "close", State.FOLLOW_UP, _nothing, _follow_up, "follow_ups_open",
    ),
    "questions_are_answered": ("close", State.FOLLOW_UP, _ask, _answer, "questions_open"),
    "what_is_open_has_an_owner_and_a_date": (
        "close", State.FOLLOW_UP, _one_more, _settle("ours"), "open_without_owner",
    ),
    "access_is_revoked_and_checked": (
        "close", State.FOLLOW_UP, _access_that_nobody_checked, _check, "access_unchecked",
    ),
    "the_final_balance_is_stated": (
        "close", State.FOLLOW_UP, _nothing, _fill_in, "balance_missing",
    ),
    "their_property_is_returned": (
        "close", State.FOLLOW_UP, _nothing, _fill_in, "property_unsaid",
    ),
    "who_controls_what_is_named": (
        "close", State.FOLLOW_UP, _nothing, _fill_in, "control_unsaid",
    ),
    "the_retention_date_is_set": (
        "close", State.FOLLOW_UP, _nothing, _fill_in, "retention_unset",
    ),
    "the_way_back_is_said": ("close", State.FOLLOW_UP, _nothing, _fill_in, "way_back_unsaid"),
    "no_task_is_left": ("close", State.FOLLOW_UP, _task, _tick, "tasks_open"),
    "a_lesson_is_recorded": ("close", State.FOLLOW_UP, _nothing, _lesson, "lesson_missing"),
    "nothing_is_disputed": (
        "begin_transition", State.OBLIGATIONS_FULFILLED, _dispute, _clear, "disputed",
    ),
    "the_case_is_not_on_hold": (
        "begin_transition", State.OBLIGATIONS_FULFILLED, _hold, _resume, "on_hold",
    ),
    "the_client_agreed_if_they_had_acknowledged": (
        "withdraw", State.ACKNOWLEDGED, _nothing, _agree, "client_agreement_missing",
    ),
}  # fmt: skip


def _codes(case: TerminationCase, verb: str) -> set[str]:
    return {reason.code for reason in selectors.unmet(fresh(case), verb)}


@pytest.mark.parametrize("guard", GATES)
def test_the_gate_is_shut_with_its_reason_and_opens_when_the_condition_is_met(
    house: House, guard: str
) -> None:
    verb, stage, shut, meet, code = GATES[guard]
    case = a_case(house, stage)
    shut(house, case)
    assert code in _codes(case, verb)

    meet(house, fresh(case))

    assert code not in _codes(case, verb)


def test_every_guard_of_the_law_stands_in_this_table() -> None:
    in_the_law = {
        guard.__name__
        for meta in lifecycle.verbs().values()
        for move in meta.transitions.values()
        for guard in move.conditions or []
    }

    assert in_the_law == set(GATES)


def test_an_open_obligation_of_either_side_is_counted_in_words(house: House) -> None:
    case = a_case(house, State.ACKNOWLEDGED)
    an_obligation(case)

    texts = [reason.text for reason in selectors.unmet(fresh(case), "fulfil_obligations")]

    assert texts[0] == "2 obligations of ours are still open."
