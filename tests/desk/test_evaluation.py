"""Evaluating a case through its pages: ground, clause, dates, facts, remedies, decision."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import clock
from offboarding import selectors
from offboarding.lifecycle import State
from offboarding.models import CaseFile, Evidence, TerminationCase, TerminationGround
from offboarding.services import cases, deadlines, decisions, evidence, remedies
from tests.builders import (
    House,
    a_case,
    a_client,
    a_house,
    an_engagement,
    an_invoice,
    evaluated,
    fresh,
    latest_event,
)
from tests.desk.pages import AS_TEXT, HOSTILE, actions, page, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def case(house: House) -> TerminationCase:
    return a_case(house)


@pytest.fixture(autouse=True)
def _an_empty_store(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def _signed_in(client: Client, house: House) -> None:
    client.force_login(house.manager)


def today(case: TerminationCase) -> Any:
    return clock.today(case.time_zone)


def test_a_case_goes_from_opening_to_its_decision_by_pages_alone(
    client: Client, house: House
) -> None:
    case = cases.open_case(house.client, by=house.by_manager)
    day = today(case).isoformat()
    steps = [
        ("ground/", {"ground": house.ground.pk}),
        ("evidence/", {"happened_on": day, "fact": "The third draft was declined."}),
        ("remedies/", {"tried_on": day, "description": "A talk about the scope", "state": "tried"}),
        ("terms/", {"read": "on"}),
        ("decision/", {"note": "I would end it."}),
    ]
    for place, fields in steps:
        assert send(client, case, place, fields).status_code == 303, place
    client.force_login(house.lead)

    answer = send(client, fresh(case), "decision/", {"verdict": "end", "reason": ""})

    assert answer.status_code == 303
    assert fresh(case).state == State.NOTICE
    assert actions(case)[-1] != "decision.made"
    assert "case.ending_decided" in actions(case)


# -- ground and clause -----------------------------------------------------------------------------


def test_each_ground_shows_what_it_is_and_what_avoids_it(
    client: Client, case: TerminationCase
) -> None:
    shown = page(client, case, "ground/")

    for ground in TerminationGround.objects.filter(is_active=True):
        assert ground.name in shown
        assert ground.preventive_measure.replace("'", "&#x27;") in shown


@pytest.mark.parametrize("ground", ["", "0", "x", "999999"])
def test_a_ground_outside_the_catalogue_is_refused(
    client: Client, case: TerminationCase, ground: str
) -> None:
    answer = send(client, case, "ground/", {"ground": ground})

    assert answer.status_code == 422
    assert b"errorlist" in answer.content


def test_the_clause_is_confirmed_by_a_tick_and_by_name(
    client: Client, house: House, case: TerminationCase
) -> None:
    assert send(client, case, "terms/").status_code == 422
    assert fresh(case).terms_read_on is None

    send(client, case, "terms/", {"read": "on"})

    assert fresh(case).terms_read_by == house.manager
    assert f"read by {house.manager.name}" in page(client, case)


def test_another_agreement_has_to_be_read_again(
    client: Client, house: House, case: TerminationCase
) -> None:
    cases.confirm_terms_read(case, by=house.by_manager)
    other = an_engagement(house.client, title="Payroll 2025")

    answer = send(client, case, "agreements/", {"engagements": [other.pk]})

    assert answer["Location"] == f"/cases/{case.reference}/terms/"
    assert fresh(case).terms_read_on is None


def test_an_agreement_of_another_client_cannot_be_chosen(
    client: Client, house: House, case: TerminationCase
) -> None:
    stranger = a_client(house.office, house.team, house.manager, reference="C-2")
    foreign = an_engagement(stranger)

    assert send(client, case, "agreements/", {"engagements": [foreign.pk]}).status_code == 422


# -- dates -----------------------------------------------------------------------------------------


def test_the_earliest_lawful_date_stands_beside_the_form(
    client: Client, case: TerminationCase
) -> None:
    earliest = selectors.earliest_end(case)
    assert earliest is not None

    shown = page(client, case, "dates/")

    assert f'value="{earliest.on.isoformat()}"' in shown
    assert "Earliest lawful end" in shown


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-1, "The effective date is in the past."),
        (0, "allows"),
        (-40_000, "in the past"),
        (1900, "more than five years ahead"),
    ],
)
def test_a_date_that_cannot_be_is_refused_beside_its_field(
    client: Client, case: TerminationCase, days: int, said: str
) -> None:
    on = (today(case) + timedelta(days=days)).isoformat()

    answer = send(client, case, "dates/", {"effective_on": on})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert f'value="{on}"' in answer.content.decode()
    assert fresh(case).effective_on is None


def test_the_day_before_the_earliest_is_refused_and_the_earliest_is_taken(
    client: Client, case: TerminationCase
) -> None:
    earliest = selectors.earliest_end(case)
    assert earliest is not None
    early = {"effective_on": (earliest.on - timedelta(days=1)).isoformat()}
    assert send(client, case, "dates/", early).status_code == 422

    assert send(client, case, "dates/", {"effective_on": earliest.on}).status_code == 303
    assert fresh(case).effective_on == earliest.on


def test_access_ends_with_the_services_and_moves_with_them_or_later(
    client: Client, case: TerminationCase
) -> None:
    end = today(case) + timedelta(days=100)
    send(client, case, "dates/", {"effective_on": end})
    assert fresh(case).access_ends_on == end
    shown = re.search(r'<input[^>]*name="access_ends_on"[^>]*>', page(client, case, "dates/"))
    assert shown and "value" not in shown[0]

    early = {"effective_on": end, "access_ends_on": end - timedelta(days=1)}
    answer = send(client, fresh(case), "dates/", early)
    assert answer.status_code == 422
    assert "until then it is needed" in answer.content.decode()

    later = end + timedelta(days=30)
    assert cases.access_end_with(fresh(case), later) == later
    own = {"effective_on": end, "access_ends_on": later}
    assert send(client, fresh(case), "dates/", own).status_code == 303
    assert cases.access_end_with(fresh(case), end + timedelta(days=1)) == later
    assert cases.access_end_with(fresh(case), later + timedelta(days=1)) == later + timedelta(1)


@pytest.mark.parametrize("nonsense", ["", "31.12.2027", "2027-02-30", "tomorrow", "0000-00-00"])
def test_what_is_no_date_is_said_beside_the_field(
    client: Client, case: TerminationCase, nonsense: str
) -> None:
    answer = send(client, case, "dates/", {"effective_on": nonsense})

    assert answer.status_code == 422
    assert b"id_effective_on_error" in answer.content


def test_dates_that_the_client_has_in_writing_are_not_changed_here(
    client: Client, house: House
) -> None:
    sent = a_case(house, State.ACKNOWLEDGED)
    later = sent.effective_on + timedelta(days=30)

    answer = send(client, sent, "dates/", {"effective_on": later.isoformat()})

    assert answer.status_code == 409
    assert b"a correction changes them" in answer.content
    assert fresh(sent).effective_on == sent.effective_on
    assert f"/cases/{sent.reference}/dates/" not in page(client, sent)


# -- facts and remedies ----------------------------------------------------------------------------


def test_a_fact_keeps_its_date_its_source_and_its_file(
    client: Client, case: TerminationCase
) -> None:
    fields = {
        "happened_on": today(case).isoformat(),
        "fact": "The invoice was sent back.",
        "source": "Letter",
        "file": SimpleUploadedFile("letter.pdf", b"%PDF-1.7 letter"),
    }

    assert send(client, case, "evidence/", fields).status_code == 303

    fact = Evidence.objects.get(case=case)
    assert (fact.source, fact.file.name) == ("Letter", "letter.pdf")
    assert f'href="/files/{fact.file_id}/"' in page(client, case)


def test_a_fact_of_tomorrow_keeps_nothing_not_even_its_file(
    client: Client, case: TerminationCase, settings
) -> None:
    fields = {
        "happened_on": (today(case) + timedelta(days=1)).isoformat(),
        "fact": HOSTILE,
        "file": SimpleUploadedFile("letter.pdf", b"%PDF-1.7 letter"),
    }

    answer = send(client, case, "evidence/", fields)

    assert answer.status_code == 422
    assert "lies in the future" in answer.content.decode()
    assert AS_TEXT in answer.content.decode()
    assert not Evidence.objects.exists()
    assert not CaseFile.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_a_double_click_records_one_fact(client: Client, case: TerminationCase) -> None:
    fields = {
        "key": str(uuid.uuid4()),
        "happened_on": today(case).isoformat(),
        "fact": "The third draft was declined.",
    }
    address = f"/cases/{case.reference}/evidence/"

    first, second = client.post(address, fields), client.post(address, fields)

    assert first["Location"] == second["Location"]
    assert Evidence.objects.count() == 1


def test_a_struck_fact_stays_readable_with_its_reason(
    client: Client, house: House, case: TerminationCase
) -> None:
    fact = evidence.add_evidence(
        case, by=house.by_manager, happened_on=today(case), fact="The wrong client."
    )
    place = f"evidence/{fact.pk}/strike/"
    assert send(client, case, place, {"reason": " "}).status_code == 422

    send(client, case, place, {"reason": "Mixed up."})

    shown = page(client, case)
    assert "<s>The wrong client.</s>" in shown
    assert "Struck: Mixed up." in shown


def test_a_fact_of_another_case_cannot_be_struck_here(
    client: Client, house: House, case: TerminationCase
) -> None:
    other = cases.open_case(house.client, by=house.by_manager)
    fact = evidence.add_evidence(other, by=house.by_manager, happened_on=today(case), fact="F")

    assert send(client, case, f"evidence/{fact.pk}/strike/").status_code == 404


def test_the_reason_for_no_remedy_meets_the_gate(client: Client, case: TerminationCase) -> None:
    send(client, case, "remedies/none/", {"reason": "A breach of trust."})

    assert "Nothing was tried, because: A breach of trust." in page(client, case)
    assert not [r for r in selectors.unmet(fresh(case), "decide_to_end") if r.fix == "remedies"]


def test_a_remedy_of_the_ground_is_recorded_from_its_link_and_shows_its_state(
    client: Client, house: House
) -> None:
    house.ground.remedies = "A call\nA plan in writing"
    house.ground.save()
    case = a_case(house)
    shown = client.get(f"/cases/{case.reference}/remedies/?remedy=1").content.decode()
    assert '<option value="A plan in writing" selected>' in shown
    day = today(case).isoformat()
    fields = {
        "measure": "A plan in writing",
        "tried_on": day,
        "state": "failed",
        "outcome": HOSTILE,
    }

    assert send(client, case, "remedies/", fields).status_code == 303

    shown = page(client, case, "remedies/")
    assert "It did not help" in shown
    assert AS_TEXT in shown
    assert "1 of 2 remedies that the ground names is not tried yet: A call." in page(client, case)


def test_a_remedy_is_settled_and_struck_on_its_pages(
    client: Client, house: House, case: TerminationCase
) -> None:
    remedy = remedies.add_remedy(
        case, by=house.by_manager, tried_on=today(case), description="A talk"
    )
    place = f"remedies/{remedy.pk}/"
    refused = send(client, case, place, {"state": "helped", "outcome": ""})
    assert refused.status_code == 422
    assert b"id_outcome_error" in refused.content

    send(client, case, place, {"state": "helped", "outcome": "We agreed."})
    assert "A remedy of" in page(client, case)
    send(client, case, f"{place}strike/", {"reason": "It was another client."})

    assert "Struck: It was another client." in page(client, case)
    other = a_case(house)
    assert send(client, other, place, {"state": "tried"}).status_code == 404


# -- the cure warning ------------------------------------------------------------------------------


def test_a_ground_with_time_to_cure_leads_to_the_warning_and_names_its_last_day(
    client: Client, house: House
) -> None:
    case = _ready(house, cure_days=14)
    assert f'href="/cases/{case.reference}/remedies/warning/"' in page(client, case)
    assert "14 days to put things right" in page(client, case, "remedies/warning/")
    fields = {
        "sent_on": today(case).isoformat(),
        "channel": "email",
        "wording": "Pay what is due.",
    }
    assert send(client, case, "remedies/warning/", fields | {"wording": ""}).status_code == 422
    file = SimpleUploadedFile("warning.pdf", b"%PDF-1.7 warning")

    assert send(client, case, "remedies/warning/", fields | {"file": file}).status_code == 303

    shown = page(client, case)
    assert "to be put right by" in shown
    assert "The client has until" in shown
    # Nobody is kept from asking; whoever decides sees that the time still runs.
    assert "Ask for a decision" in shown


def test_ending_before_the_time_is_over_asks_the_decider_why(client: Client, house: House) -> None:
    case = _ready(house, cure_days=14)
    decisions.request_decision(case, by=house.by_manager)
    client.force_login(house.lead)

    refused = send(client, case, "decision/", {"verdict": "end", "reason": "Enough."})

    assert refused.status_code == 422
    assert "no warning is recorded. Say why" in refused.content.decode()
    assert "Enough." in refused.content.decode()
    why = {"verdict": "end", "without_cure": "They are insolvent."}
    assert send(client, case, "decision/", why).status_code == 303
    assert fresh(case).state == State.NOTICE
    assert "They are insolvent." in page(client, case, "decision/")


def _ready(house: House, *, cure_days: int = 0) -> TerminationCase:
    house.ground.cure_days = cure_days
    house.ground.save()
    return evaluated(house, a_case(house))


# -- communications --------------------------------------------------------------------------------


def test_a_time_is_meant_as_at_the_sending_office(client: Client, case: TerminationCase) -> None:
    fields = {
        "direction": "in",
        "medium": "call",
        "occurred_at": "2026-01-15T09:30",
        "subject": "About the draft",
    }

    send(client, case, "communications/", fields)

    said = case.communications.get()
    assert said.occurred_at.isoformat() == "2026-01-15T08:30:00+00:00"
    assert "15 January 2026, 09:30" in page(client, case)


def test_what_lies_ahead_cannot_have_been_said(client: Client, case: TerminationCase) -> None:
    fields = {
        "direction": "in",
        "medium": "call",
        "occurred_at": "2999-01-01T00:00",
        "subject": HOSTILE,
    }

    answer = send(client, case, "communications/", fields)

    assert answer.status_code == 422
    assert AS_TEXT in answer.content.decode()


# -- the calculator --------------------------------------------------------------------------------


def test_the_calculator_tells_the_earliest_end_for_each_way_and_by_which_rule(
    client: Client, case: TerminationCase
) -> None:
    shown = client.get(f"/cases/{case.reference}/terms/?sent_on=2027-03-01").content.decode()

    # To Manchester, 30 days: by e-mail received on the next business day, by post on the second,
    # by registered mail on the fifth.
    for day in ("2027-04-01", "2027-04-02", "2027-04-07"):
        assert f'datetime="{day}"' in shown
    assert "The notice is received on 2 March 2027; that day is not counted." in shown
    assert "An e-mail counts as received 1 business day after it was handed over." in shown


@pytest.mark.parametrize("nonsense", ["", "31.12.2027", "1800-01-01", "x"])
def test_a_day_that_is_none_is_said_and_today_is_computed_with(
    client: Client, case: TerminationCase, nonsense: str
) -> None:
    shown = client.get(f"/cases/{case.reference}/terms/", {"sent_on": nonsense})

    assert shown.status_code == 200
    assert b"id_sent_on_error" in shown.content
    assert b"Earliest end by each way of sending" in shown.content


# -- decision --------------------------------------------------------------------------------------


@pytest.fixture
def asked(house: House, case: TerminationCase) -> TerminationCase:
    evaluated(house, case)
    decisions.request_decision(case, by=house.by_manager, note="I would end it.")
    return fresh(case)


def test_the_lead_reads_everything_on_one_page_and_decides(
    client: Client, house: House, asked: TerminationCase
) -> None:
    client.force_login(house.lead)

    shown = page(client, asked, "decision/")

    for words in ("The third draft was declined.", "A meeting about the scope", "I would end it."):
        assert words in shown
    assert "Record this decision" in shown


def test_both_outcomes_stand_side_by_side_with_what_speaks_for_them(
    client: Client, house: House, asked: TerminationCase
) -> None:
    for fact, bearing in (("They pay in advance.", "keeping"), ("No call was kept.", "ending")):
        evidence.add_evidence(
            asked, by=house.by_manager, happened_on=today(asked), fact=fact, bearing=bearing
        )
    an_invoice(house.client)
    house.engagement.yearly_value_cents = 1_200_000
    house.engagement.save()
    client.force_login(house.lead)

    for place in ("decision/", "decision/paper/"):
        shown = page(client, asked, place)
        keeping = shown[
            shown.index(
                ">For keeping the client<" if place == "decision/" else ">What speaks for keeping<"
            ) :
        ]
        assert keeping.index("They pay in advance.") < keeping.index("</ul>")
        assert "Nothing is sent to the client." in shown
        assert "Nothing leaves before a second person has approved it." in shown
        assert "worth €12,000.00 a year" in shown
        assert "€1,234.56" in shown


def test_the_paper_carries_the_head_of_the_record_and_its_moment(
    client: Client, house: House, asked: TerminationCase
) -> None:
    shown = page(client, asked, "decision/paper/")

    assert latest_event(asked).hash[:16] in shown
    assert "I would end it." in shown
    assert "as of" in shown


def test_the_paper_names_the_deadlines_that_the_client_has_yet_to_keep(
    client: Client, house: House, asked: TerminationCase
) -> None:
    for title in ("Turnover tax return", "An appeal"):
        kept = deadlines.add_deadline(
            asked, by=house.by_manager, due_on=today(asked) + timedelta(days=9), title=title
        )
    deadlines.strike_deadline(kept, by=house.by_manager, reason="It was withdrawn.")

    shown = page(client, asked, "decision/paper/")

    assert shown.count("Turnover tax return") == 2  # in the list, and as what is still missing
    assert "says why it may end all the same" in shown
    assert "An appeal" not in shown


@pytest.mark.parametrize("place", ["decision/", "decision/paper/", "terms/"])
def test_the_summary_costs_the_same_however_much_is_recorded(
    client: Client, house: House, asked: TerminationCase, place: str
) -> None:
    client.force_login(house.lead)
    page(client, asked, place)
    with CaptureQueriesContext(connection) as few:
        page(client, asked, place)
    for number in range(20):
        evidence.add_evidence(
            asked, by=house.by_manager, happened_on=today(asked), fact=f"Fact {number}"
        )
        an_invoice(house.client, f"N-{number}")
        cases.open_case(house.client, by=house.by_manager)

    with CaptureQueriesContext(connection) as many:
        page(client, asked, place)

    assert len(many) <= len(few) <= 12


@pytest.mark.parametrize("verdict", ["keep", "more"])
def test_keeping_and_asking_for_more_need_their_reason(
    client: Client, house: House, asked: TerminationCase, verdict: str
) -> None:
    client.force_login(house.lead)

    answer = send(client, asked, "decision/", {"verdict": verdict, "reason": " "})

    assert answer.status_code == 422
    assert b"Give the reason; the team reads it." in answer.content
    assert fresh(asked).state == State.EVALUATION


def test_a_kept_client_ends_the_case_with_the_reason(
    client: Client, house: House, asked: TerminationCase
) -> None:
    client.force_login(house.lead)

    send(client, asked, "decision/", {"verdict": "keep", "reason": "A new scope is agreed."})

    assert fresh(asked).state == State.RETAINED
    assert "A new scope is agreed." in page(client, asked)


def test_asking_for_more_gives_the_case_back(
    client: Client, house: House, asked: TerminationCase
) -> None:
    client.force_login(house.lead)
    send(client, asked, "decision/", {"verdict": "more", "reason": "What did they say in May?"})
    client.force_login(house.manager)

    assert "Add what is missing and ask again" in page(client, asked)
    assert "Ask for a decision" in page(client, asked)


def test_nobody_decides_what_they_asked_for(client: Client, house: House) -> None:
    case = a_case(house)
    evaluated(house, case)
    decisions.request_decision(case, by=house.by_lead)
    client.force_login(house.lead)
    assert "Record this decision" not in page(client, case, "decision/")

    answer = send(client, case, "decision/", {"verdict": "end"})

    assert answer.status_code == 403
    assert b"another team lead has to make it" in answer.content


def test_a_manager_does_not_decide(client: Client, asked: TerminationCase) -> None:
    assert send(client, asked, "decision/", {"verdict": "end"}).status_code == 403


def test_a_decision_on_a_case_that_moved_on_says_who_was_faster(
    client: Client, house: House, asked: TerminationCase
) -> None:
    decisions.decide_to_end(asked, by=house.by_second_lead)
    client.force_login(house.lead)

    answer = send(client, asked, "decision/", {"verdict": "keep", "reason": "We talked."})

    assert answer.status_code == 409
    assert house.second_lead.name in answer.content.decode()
    assert fresh(asked).state == State.NOTICE


def test_deciding_while_a_gate_is_shut_lists_what_is_missing(
    client: Client, house: House, case: TerminationCase
) -> None:
    decisions.request_decision(case, by=house.by_manager)
    client.force_login(house.lead)

    answer = send(client, case, "decision/", {"verdict": "end"})

    assert answer.status_code == 409
    assert f'href="/cases/{case.reference}/evidence/"' in answer.content.decode()
    assert fresh(case).current_decision.is_open


def test_asking_twice_is_refused_in_words(
    client: Client, house: House, asked: TerminationCase
) -> None:
    answer = send(client, asked, "decision/", {"note": "Again."})

    assert answer.status_code == 409
    assert b"A decision was already asked for." in answer.content
