"""Obligations of both sides: copied, added, fulfilled, waived by two, escalated, opened again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from accounts.actor import Actor
from audit import clock
from offboarding import selectors
from offboarding.errors import InvalidInput, NotAllowed, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import Obligation, ObligationState, Party, TerminationCase
from offboarding.services import files, obligations, stages
from tests.builders import (
    House,
    a_case,
    an_invoice,
    an_obligation,
    decided,
    fresh,
    latest_event,
    wait_until,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(house: House) -> TerminationCase:
    return a_case(house, State.ACKNOWLEDGED)


def theirs(case: TerminationCase, **changes: Any) -> Obligation:
    return an_obligation(case, **({"party": Party.CLIENTS, "title": "Return the keys"} | changes))


def again(row: Obligation) -> Obligation:
    return Obligation.objects.get(pk=row.pk)


# -- copied ----------------------------------------------------------------------------------------


def test_the_checklist_and_open_invoices_become_obligations(house: House) -> None:
    invoice = an_invoice(house.client)
    paid = an_invoice(house.client, "2026-9", paid_on=clock.today())
    case = a_case(house, State.NOTICE)

    rows = {row.title: row for row in case.obligations.all()}

    assert set(rows) == {
        "Finish the current month's bookkeeping",
        "Name the person who takes over",
        "Invoice 2027-001",
    }
    assert rows["Invoice 2027-001"].invoice == invoice
    assert rows["Invoice 2027-001"].amount_cents == 123_456
    assert not case.obligations.filter(invoice=paid).exists()
    assert case.effective_on is not None
    assert all(clock.today() <= row.due_on <= case.effective_on for row in rows.values())


def test_a_second_decision_copies_nothing_twice(house: House) -> None:
    an_invoice(house.client)
    case = decided(house, a_case(house))
    before = case.obligations.count()
    stages.withdraw(fresh(case), by=house.by_lead, reason="They paid.")
    stages.reopen(fresh(case), by=house.by_lead, reason="Unpaid again.")
    settled = case.obligations.get(party=Party.OURS)

    case = decided(house, fresh(case))

    assert case.obligations.count() == before
    assert again(settled).is_open


# -- added and changed -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"due_on": "yesterday"}, "due_on"),
        ({"owner": "outsider"}, "owner"),
    ],
)
def test_what_cannot_be_promised_is_refused_and_leaves_no_trace(
    house: House, case: TerminationCase, changes: dict[str, Any], field: str
) -> None:
    known = {
        "yesterday": clock.today(case.time_zone) - timedelta(days=1),
        "outsider": house.outsider,
    }
    before = latest_event(case).pk

    with pytest.raises(InvalidInput) as refused:
        an_obligation(case, **{name: known.get(value, value) for name, value in changes.items()})

    assert refused.value.field == field
    assert latest_event(case).pk == before


def test_what_the_client_owes_may_be_late_already(case: TerminationCase) -> None:
    late = theirs(case, due_on=clock.today() - timedelta(days=20))

    assert late.is_open


def test_an_amount_without_a_currency_is_in_the_offices(case: TerminationCase) -> None:
    assert theirs(case, amount_cents=100).currency == "EUR"
    assert theirs(case, amount_cents=100, currency="USD").currency == "USD"
    assert theirs(case, currency="USD").currency == ""


def test_an_edit_keeps_the_first_promise_and_does_not_move_ours_into_the_past(
    house: House, case: TerminationCase
) -> None:
    today = clock.today(case.time_zone)
    row = an_obligation(case, due_on=today)
    wait_until(today + timedelta(days=3))

    obligations.edit_obligation(
        row, by=house.by_lead, title="Send it", due_on=today, owner=house.lead
    )
    with pytest.raises(InvalidInput, match="This day is past"):
        obligations.edit_obligation(
            row, by=house.by_lead, title="x", due_on=today + timedelta(days=1), owner=None
        )
    obligations.edit_obligation(
        row, by=house.by_lead, title="Send it", due_on=today + timedelta(days=9), owner=None
    )

    row = again(row)
    assert (row.title, row.owner, row.original_due_on) == ("Send it", house.lead, today)
    assert row.due_on == today + timedelta(days=9)


# -- fulfilled and not applicable ------------------------------------------------------------------


def test_a_proof_is_asked_for_where_one_is_needed(house: House, case: TerminationCase) -> None:
    row = an_obligation(case, needs_proof=True)

    with pytest.raises(InvalidInput, match="needs a proof"):
        obligations.fulfil(row, by=house.by_manager, proof="  ")
    obligations.fulfil(row, by=house.by_manager, proof="Receipt 12")

    assert again(row).state == ObligationState.FULFILLED
    assert latest_event(case).action == "obligation.fulfilled"


def test_fulfilling_twice_is_one(house: House, case: TerminationCase) -> None:
    row = an_obligation(case)
    obligations.fulfil(row, by=house.by_manager, proof="First")
    before = latest_event(case).pk

    obligations.fulfil(row, by=house.by_lead, proof="Second")

    assert again(row).proof == "First"
    assert latest_event(case).pk == before


def test_a_file_of_another_case_proves_nothing_here(house: House, case: TerminationCase) -> None:
    other = a_case(house)
    file = files.keep_file(other, ContentFile(b"%PDF-1.4", name="x.pdf"), by=house.by_manager)

    with pytest.raises(InvalidInput, match="another case"):
        obligations.fulfil(an_obligation(case), by=house.by_manager, file=file)


def test_what_is_settled_is_not_settled_again_in_another_way(
    house: House, case: TerminationCase
) -> None:
    row = an_obligation(case)
    obligations.not_applicable(row, by=house.by_manager, reason="Another firm did it.")
    by = house.by_manager

    for again_ in (
        lambda: obligations.fulfil(row, by=by),
        lambda: obligations.not_applicable(row, by=by, reason="x"),
        lambda: obligations.ask_to_waive(row, by=by, reason="x"),
        lambda: obligations.waive(row, by=house.by_lead),
        lambda: obligations.edit_obligation(row, by=by, title="x", due_on=None, owner=None),
    ):
        with pytest.raises(TransitionRefused, match="already settled: Not applicable"):
            again_()


@pytest.mark.parametrize("reason", ["", "  "])
def test_not_applicable_and_waivers_say_why(
    house: House, case: TerminationCase, reason: str
) -> None:
    row = an_obligation(case)

    with pytest.raises(InvalidInput):
        obligations.not_applicable(row, by=house.by_manager, reason=reason)
    with pytest.raises(InvalidInput):
        obligations.ask_to_waive(row, by=house.by_manager, reason=reason)


# -- waived by a second person ---------------------------------------------------------------------


def test_a_waiver_needs_a_lead_who_did_not_ask(house: House, case: TerminationCase) -> None:
    row = theirs(case)
    with pytest.raises(TransitionRefused, match="Nobody asked"):
        obligations.waive(row, by=house.by_lead)
    obligations.ask_to_waive(row, by=house.by_lead, reason="Too small.")

    with pytest.raises(NotAllowed):
        obligations.waive(row, by=house.by_manager)
    with pytest.raises(TransitionRefused, match="somebody else has to grant it"):
        obligations.waive(row, by=house.by_lead)
    obligations.waive(row, by=house.by_second_lead)
    obligations.waive(row, by=house.by_second_lead)

    row = again(row)
    assert (row.state, row.reason) == (ObligationState.WAIVED, "Too small.")
    assert not case.tasks.filter(done_at=None, origin__startswith="waiver:").exists()


def test_the_request_is_a_task_of_every_lead_but_the_one_who_asked(
    house: House, case: TerminationCase
) -> None:
    obligations.ask_to_waive(theirs(case), by=house.by_lead, reason="Too small.")

    assert [task.assignee for task in case.tasks.filter(origin__startswith="waiver:")] == [
        house.second_lead
    ]


def test_only_one_request_waits_at_a_time(house: House, case: TerminationCase) -> None:
    row = theirs(case)
    obligations.ask_to_waive(row, by=house.by_manager, reason="Too small.")

    with pytest.raises(TransitionRefused, match="Mia Manager has asked to waive this"):
        obligations.ask_to_waive(row, by=house.by_lead, reason="Indeed.")

    assert again(row).waiver_requested_by == house.manager


def test_a_refused_waiver_can_be_asked_again_and_raises_its_tasks_again(
    house: House, case: TerminationCase
) -> None:
    row = theirs(case)
    obligations.ask_to_waive(row, by=house.by_manager, reason="Too small.")
    with pytest.raises(InvalidInput, match="Say why it stays owed"):
        obligations.refuse_waiver(row, by=house.by_lead, reason=" ")
    obligations.refuse_waiver(row, by=house.by_lead, reason="It adds up.")
    obligations.refuse_waiver(row, by=house.by_lead, reason="It adds up.")
    assert again(row).reason == "It adds up."
    assert not case.tasks.filter(done_at=None, origin__startswith="waiver:").exists()
    clock.move(clock.offset() + timedelta(seconds=2))

    obligations.ask_to_waive(row, by=house.by_manager, reason="They are bankrupt.")

    assert case.tasks.filter(done_at=None, origin__startswith="waiver:").count() == 2


def test_what_was_done_overtakes_a_request_to_waive(house: House, case: TerminationCase) -> None:
    row = theirs(case)
    obligations.ask_to_waive(row, by=house.by_manager, reason="Too small.")

    obligations.fulfil(row, by=house.by_manager, proof="Paid after all.")

    row = again(row)
    assert (row.waiver_requested_by, row.reason) == (None, "")
    assert not case.tasks.filter(done_at=None, origin__startswith="waiver:").exists()


def test_the_database_refuses_a_waiver_by_one_person(house: House, case: TerminationCase) -> None:
    row = theirs(case)

    with pytest.raises(IntegrityError), transaction.atomic():
        Obligation.objects.filter(pk=row.pk).update(
            state=ObligationState.WAIVED,
            reason="x",
            settled_by=house.lead,
            waiver_requested_by=house.lead,
        )


# -- escalated and opened again --------------------------------------------------------------------


def test_theirs_escalated_with_owner_and_date_lets_the_case_go_on(
    house: House, case: TerminationCase
) -> None:
    for row in case.obligations.all():
        obligations.fulfil(row, by=house.by_manager)
    row = theirs(case)
    until = clock.today() + timedelta(days=30)
    assert selectors.unmet(fresh(case), "fulfil_obligations")

    obligations.escalate(row, by=house.by_manager, to="Collections", until=until)

    assert not selectors.unmet(fresh(case), "fulfil_obligations")
    case = stages.fulfil_obligations(fresh(case), by=house.by_manager)
    obligations.fulfil(again(row), by=house.by_manager, proof="Paid.")
    assert again(row).is_settled


@pytest.mark.parametrize(
    ("to", "days", "field"), [("", 5, "to"), ("Collections", 0, "until"), ("Law firm", -1, "until")]
)
def test_an_escalation_has_an_owner_and_a_day_ahead(
    house: House, case: TerminationCase, to: str, days: int, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        obligations.escalate(
            theirs(case),
            by=house.by_manager,
            to=to,
            until=clock.today(case.time_zone) + timedelta(days=days),
        )

    assert refused.value.field == field


def test_ours_are_not_escalated(house: House, case: TerminationCase) -> None:
    with pytest.raises(InvalidInput, match="Ours are fulfilled"):
        obligations.escalate(
            an_obligation(case),
            by=house.by_manager,
            to="Somebody",
            until=clock.today() + timedelta(days=9),
        )


def test_opened_again_it_is_owed_and_the_record_keeps_what_was_said(
    house: House, case: TerminationCase
) -> None:
    row = an_obligation(case)
    obligations.fulfil(row, by=house.by_manager, proof="Sent.")
    with pytest.raises(InvalidInput):
        obligations.reopen_obligation(row, by=house.by_manager, reason="")

    obligations.reopen_obligation(row, by=house.by_manager, reason="The file was empty.")

    row = again(row)
    assert (row.is_open, row.proof, row.reason) == (True, "", "The file was empty.")
    assert latest_event(case).detail.before["proof"] == "Sent."
    with pytest.raises(TransitionRefused, match="of ours are still open"):
        stages.fulfil_obligations(fresh(case), by=house.by_manager)


def test_after_the_declaration_nothing_is_opened_again(house: House) -> None:
    case = a_case(house, State.OBLIGATIONS_FULFILLED)
    row = case.obligations.first()
    assert row is not None

    with pytest.raises(TransitionRefused, match="were declared fulfilled"):
        obligations.reopen_obligation(row, by=house.by_manager, reason="Hm.")


def test_a_clients_tick_is_kept_once_and_settles_nothing(
    house: House, case: TerminationCase
) -> None:
    by = Actor.client("Jane Adams", link_id=1)
    row, ours = theirs(case), an_obligation(case)

    obligations.client_says_done(row, by=by)
    first = again(row).client_says_done_at
    obligations.client_says_done(row, by=by)
    obligations.client_says_done(ours, by=by)

    assert first is not None and again(row).client_says_done_at == first
    assert again(row).is_open
    assert again(ours).client_says_done_at is None
    with pytest.raises(NotAllowed):
        obligations.fulfil(row, by=by)
