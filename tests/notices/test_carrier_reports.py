"""A carrier's file: looked at first, each row once, and no proof before a person says so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.actor import Actor
from audit import clock
from clients.errors import FileRefused
from notices.models import CarrierReport, DeliveryState, ReportState
from notices.services import carrier_reports, registered
from offboarding.errors import NotAllowed, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import ProofKind
from tests.builders import House, fresh
from tests.notices import walks
from tests.notices.test_slips import _posted

pytestmark = pytest.mark.django_db

TODAY = clock.today("UTC").isoformat()
AHEAD = (clock.today("UTC") + timedelta(days=3)).isoformat()
BEFORE = (clock.today("UTC") - timedelta(days=3)).isoformat()
HEADINGS = "number,status,date,received_by"


def _dry_run(house: House, *rows: str, headings: str = HEADINGS) -> CarrierReport:
    content = "\r\n".join([headings, *rows]).encode()
    return carrier_reports.dry_run(content, by=house.by_manager, file_name="status.csv")


def test_nothing_is_recorded_until_it_is_confirmed_and_then_once(house: House) -> None:
    first, second = _posted(house, 2)
    report = _dry_run(
        house,
        f"RR 123 456 785 DE,Zugestellt,{TODAY},J. Adams",
        f"RR473124829DE,Nicht abgeholt,{TODAY},",
    )
    assert [row["outcome"] for row in report.rows] == ["delivered", "unclaimed"]
    assert walks.the_same(first).state == DeliveryState.POSTED

    for _time in range(2):
        done = carrier_reports.confirm(report, by=house.by_manager)

    assert (done.state, done.recorded_count) == (ReportState.CONFIRMED, 2)
    assert walks.the_same(first).state == DeliveryState.DELIVERED
    assert walks.the_same(second).state == DeliveryState.UNCLAIMED
    assert walks.the_same(first).events.filter(state="delivered").count() == 1


def test_a_delivery_from_a_file_proves_nothing_until_a_person_accepts_it(house: House) -> None:
    delivery = _posted(house)[0]
    carrier_reports.confirm(
        _dry_run(house, f"RR123456785DE,delivered,{TODAY},J. Adams"), by=house.by_manager
    )
    case = fresh(delivery.case)
    assert case.state == State.NOTICE and not case.proofs.exists()
    task = case.tasks.get(origin=f"delivery:{delivery.pk}:carrier-record")

    for _time in range(2):
        registered.accept_carrier_record(walks.the_same(delivery), by=house.by_manager)

    case = fresh(case)
    assert case.state == State.ACKNOWLEDGED
    proof = case.proofs.get()
    assert (proof.kind, proof.received_by) == (ProofKind.CARRIER_RECORD, "J. Adams")
    task.refresh_from_db()
    assert task.done_at


def test_every_row_that_is_not_recorded_says_why_by_its_number(house: House) -> None:
    _posted(house, 2)
    report = _dry_run(
        house,
        f"RR123456784DE,delivered,{TODAY},",
        f"RR123456785DE,eaten by dog,{TODAY},",
        f"RR123456785DE,delivered,{AHEAD},",
        f"RR473124829DE,delivered,{BEFORE},",
        f"RR473124829GB,delivered,{TODAY},",
        "RR123456785DE,in transit,,",
        f",delivered,{TODAY},",
        f"RR123456785DE,lost,{TODAY},",
    )
    assert [(row, column) for row, column, _why in report.bad_rows] == [
        (2, "number"), (3, "status"), (4, "date"), (5, "date"), (8, "number"), (9, "number"),
    ]  # fmt: skip
    assert report.unknown == [[6, "RR473124829GB"]]
    assert [row for row, _number, _why in report.passed_over] == [7]
    assert report.rows == []


@pytest.mark.parametrize(("country", "month"), [("DE", 1), ("US", 2)])
def test_a_date_with_slashes_is_read_as_the_office_writes_it(
    house: House, country: str, month: int
) -> None:
    (letter,) = _posted(house, 1)
    type(house.office).objects.update(country=country)
    type(letter).objects.filter(pk=letter.pk).update(posted_on=date(2026, 1, 1))

    report = _dry_run(
        house, "RR123456785DE,delivered,02/01/2026,", headings="Tracking Number,Status,Date,x"
    )

    assert [row["on"] for row in report.rows] == [f"2026-0{month}-0{3 - month}"]


def test_another_teams_letter_is_an_unknown_number(house: House) -> None:
    _posted(house)
    content = f"{HEADINGS}\nRR123456785DE,delivered,{TODAY},\n".encode()
    report = carrier_reports.dry_run(content, by=Actor.person(house.outsider))
    assert report.unknown == [[2, "RR123456785DE"]]
    with pytest.raises(NotAllowed):
        carrier_reports.confirm(report, by=house.by_manager)


def test_an_outcome_recorded_meanwhile_is_passed_over(house: House) -> None:
    first, second = _posted(house, 2)
    report = _dry_run(house, f"RR123456785DE,lost,{TODAY},", f"RR473124829DE,lost,{TODAY},")
    registered.record_outcome(first, by=house.by_manager, outcome="refused", on=clock.today("UTC"))
    done = carrier_reports.confirm(report, by=house.by_manager)
    assert done.recorded_count == 1
    assert [row for row, _number, _why in done.passed_over] == [2]
    assert walks.the_same(first).state == DeliveryState.REFUSED
    assert walks.the_same(second).state == DeliveryState.LOST


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        ("number,status,date\nÄ".encode("latin-1"), "not in UTF-8"),
        ("number;status;date".encode("utf-16"), "not in UTF-8"),
        (b"PK\x03\x04rest", "not in UTF-8"),
        (b"name,colour\nA,red\n", "Columns are missing: number, status, date"),
        (b"number,status,date\n", "no letters below"),
        (b'number,status,date\n"RR1,delivered,x\n', "cannot be read"),
    ],
)
def test_what_is_no_carriers_file_is_refused_with_its_reason(
    house: House, content: bytes, sentence: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        carrier_reports.dry_run(content, by=house.by_manager)
    assert sentence in " ".join(refused.value.reasons)
    assert not CarrierReport.objects.exists()


def test_a_discarded_file_is_not_confirmed(house: House) -> None:
    _posted(house)
    report = _dry_run(house, f"RR123456785DE;lost;{TODAY}", headings="number;status;date")
    carrier_reports.discard(report, by=house.by_manager)
    with pytest.raises(TransitionRefused, match="Discarded"):
        carrier_reports.confirm(report, by=house.by_manager)


def test_a_day_that_has_come_at_the_office_has_come(house: House) -> None:
    house.office.time_zone = "Pacific/Kiritimati"
    house.office.save()
    noon = clock.now().replace(hour=12, minute=0)
    clock.move(clock.offset() + (noon - clock.now()))
    letter, _second = _posted(house, 2)
    there = clock.today("Pacific/Kiritimati")
    assert there > clock.today("UTC")

    report = _dry_run(house, f"{letter.carrier_number},delivered,{there},J. Adams")

    assert [row["on"] for row in report.rows] == [there.isoformat()]
