"""Obligations of both sides: copied, added, fulfilled, waived by two, escalated, opened again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from accounts.actor import Actor
from audit import clock
from offboarding import selectors, terms, waiting
from offboarding.errors import InvalidInput, NotAllowed, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import (
    ChecklistItem,
    Obligation,
    ObligationState,
    Party,
    ServiceChecklist,
    TerminationCase,
)
from offboarding.services import cases, files, obligations, stages, ticks
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


def test_an_invoice_is_not_copied_twice_though_another_row_has_its_title(house: House) -> None:
    invoice = an_invoice(house.client)
    case = decided(house, a_case(house))
    copied = case.obligations.get(invoice=invoice)
    assert copied.due_on is not None
    theirs(case, title=copied.title, due_on=copied.due_on + timedelta(days=1))
    stages.withdraw(fresh(case), by=house.by_lead, reason="They paid.")
    stages.reopen(fresh(case), by=house.by_lead, reason="Unpaid again.")

    case = decided(house, fresh(case))

    assert case.obligations.filter(invoice=invoice).count() == 1


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
    waits = theirs(case, title="Sign the receipt", waits_for=[ours])
    keys = [row.pk, ours.pk, waits.pk, 10**9]

    kept = ticks.tick(case, keys, by=by, name="J. Adams", note="By courier.")
    again_ = ticks.tick(case, keys, by=by, name="Somebody", note="Else.")

    assert (kept, again_) == ([row], [])
    row = again(row)
    assert (row.is_open, row.client_says_done_by, row.client_note) == (
        True,
        "J. Adams",
        "By courier.",
    )
    assert not again(ours).is_ticked and not again(waits).is_ticked
    assert case.tasks.get(done_at=None, origin__startswith=f"ticked:{row.pk}:").assignee == (
        row.owner
    )
    with pytest.raises(NotAllowed):
        obligations.fulfil(row, by=by)
    obligations.fulfil(row, by=house.by_manager, proof=ticks.as_proof(row))
    assert again(row).proof == (
        "J. Adams said on the client's page that this is done. “By courier.”"
    )
    assert not case.tasks.filter(done_at=None, origin__startswith="ticked:").exists()


def test_a_tick_is_sent_back_with_words_that_the_client_reads_and_can_be_set_again(
    house: House, case: TerminationCase
) -> None:
    by = Actor.client("Jane Adams", link_id=1)
    row = theirs(case)
    with pytest.raises(TransitionRefused, match="No tick of the client waits"):
        ticks.send_tick_back(row, by=house.by_manager, reason="Hm.")
    ticks.tick(case, [row.pk], by=by)
    with pytest.raises(InvalidInput):
        ticks.send_tick_back(row, by=house.by_manager, reason=" ")

    ticks.send_tick_back(row, by=house.by_manager, reason="One key is missing.")

    row = again(row)
    assert (row.is_ticked, row.tick_answer) == (False, "One key is missing.")
    assert not case.tasks.filter(done_at=None, origin__startswith="ticked:").exists()
    assert ticks.tick(case, [row.pk], by=by) == [row]


# -- checklists of services, and what comes first --------------------------------------------------


def a_checklist(service: str, *items: dict[str, Any], **changes: Any) -> ServiceChecklist:
    made = ServiceChecklist.objects.create(service=service, **changes)
    for item in items:
        ChecklistItem.objects.create(
            service=made, **({"party": Party.OURS, "title_de": item["title_en"]} | item)
        )
    return made


def test_a_service_that_ends_brings_its_own_checklist_in_its_order(house: House) -> None:
    house.engagement.services = "Monthly bookkeeping\nPAYROLL "
    house.engagement.save()
    payroll = a_checklist("Payroll", {"title_en": "File the last return", "position": 1})
    first = payroll.items.get()
    ChecklistItem.objects.create(
        service=payroll,
        party=Party.OURS,
        title_en="Close the payroll account",
        title_de="Das Lohnkonto schließen",
        is_internal=True,
        waits_for=first,
        position=2,
    )
    a_checklist("Audit", {"title_en": "Not ours to do"})
    a_checklist("Monthly bookkeeping", {"title_en": "Not any more"}, is_active=False)

    case = a_case(house, State.NOTICE)
    payroll.items.all().delete()

    rows = {row.title: row for row in case.obligations.all()}
    assert "Not ours to do" not in rows and "Not any more" not in rows
    assert rows["File the last return"].service == "Payroll"
    later = rows["Close the payroll account"]
    assert later.is_internal
    assert [one.title for one in later.waits_for.all()] == ["File the last return"]


def test_of_a_named_scope_only_its_services_bring_their_checklists(house: House) -> None:
    a_checklist("Payroll", {"title_en": "File the last return"})
    a_checklist("Accounting", {"title_en": "Close the books"})
    case = a_case(house)
    cases.describe(case, by=house.by_manager, summary="", scope="Only payroll", initiated_by="us")

    case = decided(house, fresh(case))

    titles = {row.title for row in case.obligations.all()}
    assert "File the last return" in titles
    assert "Close the books" not in titles


def test_what_waits_cannot_be_done_first_and_says_why(house: House, case: TerminationCase) -> None:
    first = an_obligation(case, title="Close the books")
    later = an_obligation(case, title="Return the ledgers", waits_for=[first])

    with pytest.raises(TransitionRefused, match="“Return the ledgers” comes after “Close the"):
        obligations.fulfil(later, by=house.by_manager, proof="Sent.")
    obligations.not_applicable(first, by=house.by_manager, reason="They do it themselves.")
    obligations.fulfil(later, by=house.by_manager, proof="Sent.")

    assert again(later).is_settled


def test_a_circle_is_refused_and_named(house: House, case: TerminationCase) -> None:
    one = an_obligation(case, title="One")
    two = an_obligation(case, title="Two", waits_for=[one])
    elsewhere = an_obligation(a_case(house, State.ACKNOWLEDGED))

    def edit(before: list[Obligation]) -> None:
        obligations.edit_obligation(
            one, by=house.by_manager, title="One", due_on=None, owner=None, waits_for=before
        )

    with pytest.raises(InvalidInput, match="“One” waits for “Two”; “Two” waits for “One”"):
        edit([two])
    with pytest.raises(InvalidInput, match="cannot wait for itself"):
        edit([one])
    with pytest.raises(InvalidInput, match="of this case"):
        edit([elsewhere])
    assert not one.waits_for.exists()


@pytest.mark.parametrize(
    ("order", "start", "way"),
    [
        ({}, 1, []),
        ({1: [2], 2: [3]}, 1, []),
        ({1: [1]}, 1, [1, 1]),
        ({1: [2], 2: [3], 3: [1]}, 1, [1, 2, 3, 1]),
        ({1: [2, 4], 2: [3], 4: [1]}, 1, [1, 4, 1]),
        ({1: [2], 2: [3], 3: [2]}, 1, []),
        ({1: [2, 3], 2: [4], 3: [4]}, 1, []),
    ],
)
def test_the_way_round_a_circle(order: dict[int, list[int]], start: int, way: list[int]) -> None:
    assert waiting.circle(order, start) == way
    assert bool(waiting.first_circle(order)) == any(waiting.circle(order, row) for row in order)


# -- days that follow the end ----------------------------------------------------------------------


def test_days_told_from_the_end_move_with_it_and_keep_the_first_promise(house: House) -> None:
    case = a_case(house, State.NOTICE)
    assert case.effective_on is not None
    row = an_obligation(case, title="Close the books", days_before_effective_date=3)
    fixed = an_obligation(case, title="Call them", due_on=clock.today(case.time_zone))
    done = an_obligation(case, title="Done", days_before_effective_date=3)
    obligations.fulfil(done, by=house.by_manager)
    first = row.due_on
    later = case.effective_on + timedelta(days=30)

    cases.set_effective_date(fresh(case), later, by=house.by_manager)

    row = again(row)
    assert row.due_on == terms.relative_to(
        later, -3, in_business_days=True, days_off=selectors.days_off_of(case)
    )
    assert row.original_due_on == first
    assert again(fixed).due_on == fixed.due_on
    assert again(done).due_on == done.due_on
    event = latest_event(case)
    assert event.action == "obligation.dates_followed"
    assert [row.pk, str(first), str(row.due_on)] in event.details["moved"]
    assert "“Close the books” to " in event.detail.after["note"]


def test_an_end_before_a_day_that_we_promised_is_refused_until_somebody_says_it_stays(
    house: House,
) -> None:
    case = a_case(house, State.NOTICE)
    assert case.effective_on is not None
    row = an_obligation(case, due_on=case.effective_on + timedelta(days=40))
    latest = case.effective_on + timedelta(days=30)

    with pytest.raises(InvalidInput, match="due after this date: “Send the final report”") as no:
        cases.set_effective_date(fresh(case), latest, by=house.by_manager)
    assert no.value.field == "effective_on"
    assert fresh(case).effective_on == case.effective_on
    cases.set_effective_date(fresh(case), latest, by=house.by_manager, promises_stay=True)

    assert fresh(case).effective_on == latest
    assert again(row).due_on == row.due_on


@pytest.mark.parametrize(
    ("before", "expected"),
    [(None, "today"), ("yesterday", "yesterday"), ("in a week", "today")],
)
def test_an_earlier_end_promises_nothing_for_the_past_and_forgives_no_delay(
    before: str | None, expected: str
) -> None:
    today = date(2027, 3, 10)
    days = {
        "today": today,
        "yesterday": today - timedelta(days=1),
        "in a week": today + timedelta(days=7),
    }
    day = selectors.due_before(
        date(2027, 3, 12),
        9,
        days_off=terms.SATURDAYS_AND_SUNDAYS,
        today=today,
        due_on=days[before] if before else None,
    )

    assert day == days[expected]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (
            {"due_on": date(2099, 1, 1), "days_before_effective_date": 1},
            "days_before_effective_date",
        ),
        ({"days_before_effective_date": 251}, "days_before_effective_date"),
        ({"party": Party.CLIENTS, "is_internal": True}, "is_internal"),
    ],
)
def test_two_days_at_once_too_many_and_a_secret_debt_are_refused(
    case: TerminationCase, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        an_obligation(case, **changes)

    assert refused.value.field == field


def test_a_day_of_its_own_follows_no_longer(house: House, case: TerminationCase) -> None:
    row = an_obligation(case, days_before_effective_date=3)
    day = clock.today(case.time_zone) + timedelta(days=2)

    obligations.edit_obligation(row, by=house.by_manager, title="x", due_on=day, owner=None)

    row = again(row)
    assert (row.due_on, row.days_before_effective_date) == (day, None)
