"""Print runs and numbers on the desk, with the keyboard and a scanner."""

from __future__ import annotations

import csv
import io
import re
import uuid

import pytest
from django.test import Client

from audit import clock
from notices.models import DeliveryState, PrintRun
from notices.pages import letter_codes
from notices.post import printing
from notices.services import print_runs, registered
from tests.builders import House, a_house
from tests.notices import walks
from tests.notices.sheets import a_pdf, some_letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(walks, "PDF", a_pdf())
    return a_house()


def _post(client: Client, address: str, **said):
    return client.post(address, {"key": str(uuid.uuid4()), **said})


def _ordered(house: House, count: int) -> PrintRun:
    return print_runs.start_run(some_letters(house, count), by=house.by_manager)


# -- runs ------------------------------------------------------------------------------------------


def test_ticked_letters_become_one_run_and_a_double_click_prints_once(
    client: Client, house: House
) -> None:
    letters = some_letters(house, 3)
    client.force_login(house.manager)
    page = client.get("/post/").content.decode()
    key = re.search(r'post/runs/new/">.*?name="key" value="([^"]+)"', page, re.DOTALL)[1]
    assert len(re.findall(r'name="letters" value="\d+" checked', page)) == 3
    said = {"key": key, "letters": [letters[0].pk, letters[2].pk]}

    answers = [client.post("/post/runs/new/", said) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    run = PrintRun.objects.get()
    assert {answer["Location"] for answer in answers} == {f"/post/runs/{run.pk}/"}
    assert [row.delivery_id for row in run.letters.all()] == [letters[0].pk, letters[2].pk]
    waiting = client.get(f"/post/runs/{run.pk}/").content.decode()
    assert "being put together" in waiting
    assert client.get(f"/post/runs/{run.pk}/run.pdf").status_code == 404

    printing.set_due()

    assert "Open the file to print" in client.get(f"/post/runs/{run.pk}/").content.decode()
    file = client.get(f"/post/runs/{run.pk}/run.pdf")
    assert file["Content-Type"] == "application/pdf"
    assert file.content.startswith(b"%PDF-")


def test_a_letter_that_is_gone_from_the_queue_is_named_and_nothing_is_printed(
    client: Client, house: House
) -> None:
    run = _ordered(house, 2)
    client.force_login(house.manager)
    answer = _post(client, "/post/runs/new/", letters=[run.letters.first().delivery_id])
    assert answer.status_code == 422
    assert "does not wait for the printer any more" in answer.content.decode()
    assert _post(client, "/post/runs/new/").status_code == 422
    assert PrintRun.objects.count() == 1


def test_a_changed_file_of_a_run_is_not_handed_out(client: Client, house: House) -> None:
    run = _ordered(house, 1)
    printing.set_due()
    PrintRun.objects.filter(pk=run.pk).update(pdf=b"%PDF-1.7 other")
    client.force_login(house.manager)
    answer = client.get(f"/post/runs/{run.pk}/run.pdf")
    assert answer.status_code == 409
    assert "was changed since it was made" in answer.content.decode()


def test_printing_a_run_again_asks_why(client: Client, house: House) -> None:
    run = _ordered(house, 2)
    printing.set_due()
    client.force_login(house.manager)
    assert _post(client, f"/post/runs/{run.pk}/again/", reason="").status_code == 422

    answer = _post(client, f"/post/runs/{run.pk}/again/", reason="The printer jammed.")

    again = PrintRun.objects.exclude(pk=run.pk).get()
    assert answer["Location"] == f"/post/runs/{again.pk}/"
    page = client.get(answer["Location"]).content.decode()
    assert "copies of run 1" in page and "copy 2" in page and "The printer jammed." in page


def test_another_teams_run_does_not_exist_and_an_auditor_only_reads(
    client: Client, house: House
) -> None:
    run = _ordered(house, 1)
    printing.set_due()
    places = ["", "run.pdf", "again/", "posting-list.csv", "posting-list.pdf"]
    for person in (house.outsider, house.other_lead, house.admin):
        client.force_login(person)
        for place in places:
            assert client.get(f"/post/runs/{run.pk}/{place}").status_code == 404, place
        assert _post(client, f"/post/runs/{run.pk}/posting-list/").status_code == 404
        assert "Run 1" not in client.get("/post/runs/").content.decode()
    client.force_login(house.auditor)
    page = client.get(f"/post/runs/{run.pk}/").content.decode()
    assert "Print this run again" not in page and "Make the list" not in page
    for place in ("again/", "posting-list/"):
        assert _post(client, f"/post/runs/{run.pk}/{place}").status_code == 403
    assert _post(client, "/post/runs/new/").status_code == 403
    assert client.get("/post/numbers/").status_code == 403


def test_a_run_with_a_restricted_letter_exists_only_for_its_readers(
    client: Client, house: House
) -> None:
    run = _ordered(house, 2)
    case = run.letters.first().delivery.case
    case.is_restricted, case.owner = True, house.lead
    case.save()
    client.force_login(house.manager)
    assert client.get(f"/post/runs/{run.pk}/").status_code == 404
    client.force_login(house.lead)
    assert client.get(f"/post/runs/{run.pk}/").status_code == 200


def test_the_posting_list_as_csv_has_the_columns_of_a_mailing_book(
    client: Client, house: House
) -> None:
    run = _ordered(house, 2)
    client.force_login(house.manager)
    answer = client.get(f"/post/runs/{run.pk}/posting-list.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["No.", "Date", "Reference", "Addressee"]
    assert [row[0] for row in rows[1:]] == ["1", "2"]
    assert {len(row) for row in rows} == {11}


def test_the_page_of_a_long_run_asks_no_more_of_the_database(
    client: Client, house: House, django_assert_max_num_queries
) -> None:
    run = _ordered(house, 6)
    client.force_login(house.manager)
    with django_assert_max_num_queries(10):
        client.get(f"/post/runs/{run.pk}/")
    with django_assert_max_num_queries(10):
        client.get(f"/post/numbers/?run={run.pk}")


# -- numbers ---------------------------------------------------------------------------------------


def _today(house: House) -> str:
    return clock.today(house.office.time_zone).isoformat()


def test_one_number_after_the_other_goes_through_the_run(client: Client, house: House) -> None:
    run = _ordered(house, 2)
    first, second = (row.delivery for row in run.letters.all())
    client.force_login(house.manager)
    address = f"/post/numbers/?run={run.pk}"
    page = client.get(address).content.decode()
    assert first.case.reference in page and "autofocus" in page

    answer = _post(client, address, code="rr 123 456 785 de", carrier="", posted_on=_today(house))

    assert answer.status_code == 303
    assert f"letter={second.pk}" in answer["Location"]
    posted = walks.the_same(first)
    assert (posted.state, posted.carrier) == (DeliveryState.POSTED, "Deutsche Post")

    last = _post(
        client,
        answer["Location"],
        code=walks.ANOTHER_VALID_NUMBER,
        carrier="",
        posted_on=_today(house),
    )
    page = client.get(last["Location"]).content.decode()
    assert "Every printed letter has its number." in page
    assert "Undo" in page


def test_a_scanned_cover_sheet_chooses_its_letter(client: Client, house: House) -> None:
    run = _ordered(house, 3)
    third = run.letters.last().delivery
    client.force_login(house.manager)
    code = letter_codes.code_of(third.pk)

    answer = _post(client, "/post/numbers/", code=code, carrier="", posted_on=_today(house))

    assert f"letter={third.pk}" in answer["Location"]
    assert walks.the_same(third).state == DeliveryState.PRINTED
    said = {"code": walks.VALID_NUMBER, "carrier": "", "posted_on": _today(house)}
    _post(client, answer["Location"], **said)
    assert walks.the_same(third).carrier_number == walks.VALID_NUMBER


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("RR123456784DE", "check digit does not fit"),
        ("9407300000000000000004", "22 digits is wrong"),
        ("hello", "wrong format"),
        ("", "Scan or type"),
        ("LT000000017", "misread"),
    ],
)
def test_what_is_wrong_with_a_number_stands_beside_it_and_the_input_stays(
    client: Client, house: House, code: str, sentence: str
) -> None:
    run = _ordered(house, 1)
    client.force_login(house.manager)
    answer = _post(client, "/post/numbers/", code=code, carrier="Post", posted_on=_today(house))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert 'value="Post"' in page
    assert walks.the_same(run.letters.get().delivery).state == DeliveryState.PRINTED


def test_a_number_used_before_says_where(client: Client, house: House) -> None:
    used = walks.posted(house)
    _ordered(house, 1)
    client.force_login(house.manager)
    answer = _post(
        client, "/post/numbers/", code=walks.VALID_NUMBER, carrier="", posted_on=_today(house)
    )
    assert answer.status_code == 422
    assert f"{used.case.reference}, posted on" in answer.content.decode()


def test_another_teams_sheet_belongs_to_no_letter_of_mine(client: Client, house: House) -> None:
    run = _ordered(house, 1)
    client.force_login(house.outsider)
    code = letter_codes.code_of(run.letters.get().delivery_id)
    answer = _post(client, "/post/numbers/", code=code, carrier="", posted_on=_today(house))
    assert answer.status_code == 422
    assert "no letter of yours" in answer.content.decode()


def test_a_posting_is_undone_from_the_page_and_the_letter_waits_again(
    client: Client, house: House
) -> None:
    delivery = walks.posted(house)
    place = f"/cases/{delivery.case.reference}/deliveries/{delivery.pk}/undo-posting/"
    client.force_login(house.manager)
    answer = _post(client, place)
    assert answer.status_code == 303, answer.content.decode()
    assert walks.the_same(delivery).state == DeliveryState.PRINTED
    # A step that is done already says what the letter is now.
    assert _post(client, place).status_code == 409


def test_a_number_is_corrected_from_the_page(client: Client, house: House) -> None:
    delivery = walks.posted(house)
    place = f"/cases/{delivery.case.reference}/deliveries/{delivery.pk}/number/"
    client.force_login(house.manager)
    said = {"carrier": "DP", "carrier_number": "RR123456784DE", "reason": "Wrong label."}
    assert _post(client, place, **said).status_code == 422
    said["carrier_number"] = walks.ANOTHER_VALID_NUMBER
    assert _post(client, place, **said).status_code == 303
    assert walks.the_same(delivery).carrier_number == walks.ANOTHER_VALID_NUMBER


def test_a_single_print_of_the_case_page_still_counts(client: Client, house: House) -> None:
    letter = some_letters(house, 1)[0]
    registered.record_print(letter, by=house.by_manager)
    client.force_login(house.manager)
    place = f"/cases/{letter.case.reference}/deliveries/{letter.pk}/print-again/"
    answer = _post(client, place, reason="It tore.")
    run = PrintRun.objects.get()
    assert answer["Location"] == f"/post/runs/{run.pk}/"
    assert run.letters.get().copy_number == 2
