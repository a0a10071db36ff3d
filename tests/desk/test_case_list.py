"""The table of cases: its filters, its search, its pages, and the same rows as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.actor import Actor
from audit import clock
from offboarding.lifecycle import State
from offboarding.services import cases, flags, tasks
from tests.builders import House, a_case, a_client, a_ground, a_house
from tests.desk.many import many_cases

pytestmark = pytest.mark.django_db


def references(html: str) -> list[str]:
    """The references of the table, in its order."""
    return re.findall(r'<div class="table__sub nowrap">(OFB-[\d-]+)</div>', html)


def listed(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/cases/{query}")
    assert answer.status_code == 200
    return references(answer.content.decode())


def a_case_of(house: House, name: str, reference: str, **fields: Any) -> Any:
    owned = a_client(
        house.office, house.team, house.manager, reference=reference, legal_name=name, **fields
    )
    return cases.open_case(owned, by=house.by_manager, ground=house.ground)


# -- what is shown ---------------------------------------------------------------------------------


def test_a_row_says_where_a_case_stands_and_what_is_next(client: Client) -> None:
    house = a_house()
    case = a_case(house, State.NOTICE)
    tasks.add_task(
        case,
        by=house.by_manager,
        title="Print the letter",
        due_on=clock.today() - timedelta(days=2),
    )
    client.force_login(house.manager)

    page = client.get("/cases/").content.decode()

    assert f"/cases/{case.reference}/" in page
    for words in ("Adams Print", "Notice", house.ground.name, house.manager.name):
        assert words in page
    assert "Print the letter" in page and "2 days overdue" in page


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("manager", True),
        ("lead", True),
        ("auditor", True),
        ("outsider", False),
        ("other_lead", False),
        ("admin", False),
    ],
)
@pytest.mark.parametrize("address", ["/cases/", "/cases.csv", "/search/?q=adams", "/board/"])
def test_only_the_team_and_the_auditor_see_a_case(
    client: Client, who: str, sees: bool, address: str
) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(getattr(house, who))

    answer = client.get(address)

    content = answer.getvalue().decode()
    assert answer.status_code == 200
    assert (case.reference in content) is sees


def test_a_restricted_case_is_not_even_listed_for_those_who_are_not_named(client: Client) -> None:
    house = a_house()
    case = cases.open_case(house.client, by=house.by_lead)
    cases.restrict(case, by=house.by_lead, readers=[])
    for person, sees in ((house.lead, True), (house.manager, False), (house.auditor, False)):
        client.force_login(person)
        assert (case.reference in listed(client)) is sees


def test_an_auditor_is_offered_no_new_case(client: Client) -> None:
    house = a_house()
    client.force_login(house.auditor)
    assert "/cases/new/" not in client.get("/cases/").content.decode()
    client.force_login(house.manager)
    assert "/cases/new/" in client.get("/cases/").content.decode()


def test_whoever_owns_no_case_is_offered_none_of_their_own(client: Client) -> None:
    house = a_house()
    client.force_login(house.auditor)
    assert "owner=" not in client.get("/cases/").content.decode()
    client.force_login(house.manager)
    assert f"state=open&amp;owner={house.manager.pk}" in client.get("/cases/").content.decode()


# -- filters ---------------------------------------------------------------------------------------


def test_filters_stand_in_the_address_and_narrow_the_table(client: Client) -> None:
    house = a_house()
    payment = a_ground("payment-in-test", name="Late payment")
    plain = a_case(house)
    kept = a_case(house, State.RETAINED)
    late = a_case(house, State.NOTICE, ground=payment)
    yesterday = clock.today() - timedelta(days=1)
    tasks.add_task(late, by=house.by_manager, title="Call", due_on=yesterday, assignee=house.lead)
    disputed = cases.open_case(house.client, by=house.by_lead, ground=house.ground)
    flags.dispute(disputed, by=house.by_lead, reason="They say that it was paid.")
    held = a_case(house)
    until = clock.today() + timedelta(days=5)
    flags.hold(held, by=house.by_manager, until=until, reason="The owner is ill.")
    client.force_login(house.manager)

    assert set(listed(client, "?state=open")) == {
        case.reference for case in (plain, late, disputed, held)
    }
    assert listed(client, "?state=ended") == [kept.reference]
    assert listed(client, "?state=notice") == [late.reference]
    assert listed(client, f"?ground={payment.pk}") == [late.reference]
    assert listed(client, f"?owner={house.lead.pk}") == [disputed.reference]
    assert listed(client, "?flag=overdue") == [late.reference]
    assert listed(client, "?flag=disputed") == [disputed.reference]
    assert listed(client, "?flag=on_hold") == [held.reference]
    assert listed(client, f"?state=open&owner={house.lead.pk}&flag=overdue") == []


@pytest.mark.parametrize("query", ["?state=banana", "?ground=0", "?owner=x", "?flag=red", "?q=%00"])
def test_a_filter_that_does_not_exist_is_said_beside_it_and_kept(
    client: Client, query: str
) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.manager)
    for address in ("/cases/", "/cases.csv"):
        answer = client.get(address + query)
        page = answer.content.decode()

        assert answer.status_code == 422
        assert "data-error-summary" in page
        assert case.reference not in references(page)


def test_a_colleague_of_another_team_is_no_choice(client: Client) -> None:
    house = a_house()
    client.force_login(house.manager)
    assert client.get(f"/cases/?owner={house.outsider.pk}").status_code == 422
    assert house.outsider.name not in client.get("/cases/").content.decode()


def test_an_empty_answer_offers_the_way_back(client: Client) -> None:
    house = a_house()
    a_case(house)
    client.force_login(house.manager)
    page = client.get("/cases/?q=nobody").content.decode()
    assert "No case is like this" in page


# -- search ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    ["étoile", "ÉTOILE", "toile bou", "BOULANGERIE", "C-7", "c-7", "e\u0301toile", "ofb-"],
)
def test_search_finds_names_and_references_in_every_case_and_script(
    client: Client, words: str
) -> None:
    house = a_house()
    case = a_case_of(house, "Étoile Boulangerie", "C-7")
    client.force_login(house.manager)

    assert case.reference in listed(client, f"?q={words}")


@pytest.mark.parametrize(
    ("name", "words"), [("Ελιά Trading", "ΕΛΙΆ"), ("Кедр", "кедр"), ("Łódź Press", "łódŹ")]
)
def test_search_knows_letters_that_sqlite_alone_does_not(
    client: Client, name: str, words: str
) -> None:
    house = a_house()
    case = a_case_of(house, name, "C-7")
    a_case_of(house, "Somebody else", "C-8")
    client.force_login(house.manager)

    assert listed(client, f"?q={words}") == [case.reference]
    assert listed(client, f"?q={words}%20nowhere") == []


@pytest.mark.parametrize("words", ["%", "_", ".", "(", "a|b", "\\", "[a-z]+"])
def test_signs_in_a_search_stand_for_themselves(client: Client, words: str) -> None:
    house = a_house()
    a_case_of(house, "Plain Name", "C-7")
    exact = a_case_of(house, f"Odd {words} Name", "C-8")
    client.force_login(house.manager)

    answer = client.get("/cases/", {"q": words})

    assert references(answer.content.decode()) == [exact.reference]


def test_a_whole_reference_in_the_search_box_opens_its_case(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.manager)

    answer = client.get("/search/", {"q": case.reference.lower()})

    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.reference}/")
    client.force_login(house.outsider)
    assert client.get("/search/", {"q": case.reference}).status_code == 200


def test_the_search_box_finds_cases_and_clients_on_one_page(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    a_client(house.office, house.other_team, house.outsider, reference="C-9")
    client.force_login(house.manager)

    page = client.get("/search/?q=adams").content.decode()

    assert case.reference in page
    assert f"/clients/{house.client.pk}/" in page
    assert "C-9" not in page
    assert "Nothing was found" in client.get("/search/?q=zzz").content.decode()
    assert client.get("/search/?q=%00").status_code == 422


# -- pages -----------------------------------------------------------------------------------------


def test_pages_lead_through_all_rows_and_back_newest_first(client: Client) -> None:
    house = a_house()
    made = [case.reference for case in many_cases(house, 60)]
    client.force_login(house.manager)
    seen: list[list[str]] = []
    address = "/cases/?state=open"
    while address:
        page = client.get(address).content.decode()
        seen.append(references(page))
        older = re.search(r'rel="next" href="([^"]+)"', page)
        newer = re.search(r'rel="prev" href="([^"]+)"', page)
        address = older[1].replace("&amp;", "&") if older else ""

    assert [len(part) for part in seen] == [25, 25, 10]
    assert [reference for part in seen for reference in part] == made[::-1]
    assert newer
    assert references(client.get(newer[1].replace("&amp;", "&")).content.decode()) == seen[1]


@pytest.mark.parametrize("cursor", ["after=x", "before=-1", "after=99999999999999999999", "after="])
def test_a_page_that_does_not_exist_is_the_first_one(client: Client, cursor: str) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.manager)
    assert listed(client, f"?{cursor}") == [case.reference]


def test_the_row_a_page_hangs_on_may_have_left_the_list(client: Client) -> None:
    house = a_house()
    made = many_cases(house, 40)
    last = made[15]
    type(last).objects.filter(pk=last.pk).update(ground=a_ground("other-in-test"))
    client.force_login(house.manager)

    assert listed(client, f"?ground={house.ground.pk}&after={last.pk}") == [
        case.reference for case in made[14::-1]
    ]


def test_a_row_of_another_team_leads_nowhere(client: Client) -> None:
    house = a_house()
    theirs = cases.open_case(
        a_client(house.office, house.other_team, house.outsider, reference="C-9"),
        by=Actor.person(house.outsider),
    )
    mine = a_case(house)
    client.force_login(house.manager)
    assert listed(client, f"?after={theirs.pk}") == [mine.reference]


def test_the_list_asks_the_same_questions_for_ten_rows_and_a_thousand(
    client: Client, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    house = a_house()
    many_cases(house, 26)
    client.force_login(house.manager)
    counted = {}
    narrow = f"/cases/?state=open&flag=overdue&owner={house.manager.pk}&ground={house.ground.pk}"
    for address in ("/cases/", narrow, "/cases/?q=adams"):
        with django_assert_max_num_queries(12) as few:
            client.get(address)
        counted[address] = len(few.captured_queries)
    many_cases(house, 1_000, first=27)
    for address, count in counted.items():
        with django_assert_num_queries(count):
            client.get(address)


# -- the same as a file ----------------------------------------------------------------------------


def rows_of(answer: Any) -> list[dict[str, str]]:
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_file_holds_every_row_of_exactly_this_view(client: Client) -> None:
    house = a_house()
    made = many_cases(house, 600)
    many_cases(house, 3, first=700, ground=a_ground("other-in-test"))
    client.force_login(house.manager)

    answer = client.get(f"/cases.csv?ground={house.ground.pk}&q=adams")

    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    rows = rows_of(answer)
    assert [row["Reference"] for row in rows] == [case.reference for case in made[::-1]]
    assert rows[0]["Client"] == "Adams Print"
    assert rows[0]["Stage"] == "Evaluate"
    assert rows[0]["Next step"] == "Look at the ledger"
    assert rows[0]["Due"] == clock.today().isoformat()


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_no_cell_of_the_file_runs_as_a_formula(client: Client, sign: str) -> None:
    house = a_house()
    name = f'{sign}HYPERLINK("http://example.com")'
    case = a_case_of(house, name, "C-7", display_name="")
    tasks.add_task(case, by=house.by_manager, title=f"{sign}1+1", due_on=clock.today())
    client.force_login(house.manager)

    row = rows_of(client.get("/cases.csv?q=C-7"))[0]

    assert row["Client"] == f"'{name}"
    assert row["Next step"] == f"'{sign}1+1"


def test_a_post_to_a_list_is_refused(client: Client) -> None:
    house = a_house()
    client.force_login(house.manager)
    for address in ("/", "/cases/", "/cases.csv", "/board/", "/search/", "/clients/"):
        assert client.post(address).status_code == 405
