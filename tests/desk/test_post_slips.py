"""Slips and carriers' files on the desk: by whom they are seen, and what a wrong one gets."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client

from audit import clock
from notices.models import CarrierReport, DeliveryState, ScanState, SlipScan
from notices.post import slip_reading
from offboarding.models import ProofKind
from tests.builders import House, a_house, fresh
from tests.notices import walks
from tests.notices.sheets import a_pdf, an_upload, slip_picture
from tests.notices.test_slips import _posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


def _post(client: Client, address: str, **said):
    return client.post(address, {"key": str(uuid.uuid4()), **said})


def _today(house: House) -> str:
    return clock.today(house.office.time_zone).isoformat()


def test_several_slips_are_uploaded_read_and_accepted_by_somebody_who_looked(
    client: Client, house: House
) -> None:
    first, second = _posted(house, 2)
    client.force_login(house.manager)
    files = [an_upload("1.png", slip_picture(first)), an_upload("2.png", slip_picture(second))]

    answer = _post(client, "/post/slips/", files=files)

    assert answer.status_code == 303
    assert "2 files are being read" in client.get("/post/slips/").content.decode()
    slip_reading.read_due()
    page = client.get("/post/slips/").content.decode()
    assert first.case.reference in page and second.case.reference in page
    scan = SlipScan.objects.get(name="1.png")
    place = f"/post/slips/{scan.pk}/accept/"
    assert client.get(f"/post/slips/{scan.pk}/picture.png").content.startswith(b"\x89PNG")
    said = {"kind": "slip", "signed_by": "J. Adams", "signed_on": _today(house)}
    refused = _post(client, place, **said)
    assert refused.status_code == 422
    assert "Look at the sheet first" in refused.content.decode()
    assert 'value="J. Adams"' in refused.content.decode()

    assert _post(client, place, looked="on", **said).status_code == 303

    assert fresh(first.case).proofs.get().kind == ProofKind.SIGNED_SLIP
    assert not fresh(second.case).proofs.exists()


def test_what_is_no_slip_is_said_beside_the_field(client: Client, house: House, settings) -> None:
    client.force_login(house.manager)
    answer = _post(client, "/post/slips/", files=[an_upload("a.pdf", b"no PDF")])
    assert answer.status_code == 422
    assert "a.pdf: This file is not what its name says" in answer.content.decode()
    assert _post(client, "/post/slips/").status_code == 422
    settings.EVIDENCE_UPLOAD_LIMIT_BYTES = 1000
    answer = _post(client, "/post/slips/", files=[an_upload("b.png", b"\x89PNG" + b"0" * 2000)])
    assert "up to 0 MB are kept" in answer.content.decode()
    assert not SlipScan.objects.exists()


def test_an_upload_of_fifty_megabytes_is_refused_in_a_sentence(
    client: Client, house: House
) -> None:
    client.force_login(house.manager)
    big = b"%PDF-1.7\n" + b"0" * (50 * 1024 * 1024)
    answer = _post(client, "/post/slips/", files=[an_upload("big.pdf", big)])
    assert answer.status_code == 422
    assert "big.pdf: The file has 50 MB; up to 25 MB are kept." in answer.content.decode()


def test_a_sheet_without_a_code_is_matched_by_hand(client: Client, house: House) -> None:
    delivery = _posted(house)[0]
    client.force_login(house.manager)
    _post(client, "/post/slips/", files=[an_upload("card.pdf", a_pdf())])
    slip_reading.read_due()
    scan = SlipScan.objects.get()
    place = f"/post/slips/{scan.pk}/match/"
    assert _post(client, place, letter="RR473124829DE").status_code == 422
    answer = _post(client, place, letter=delivery.carrier_number)
    assert answer["Location"] == f"/post/slips/{scan.pk}/accept/"
    scan.refresh_from_db()
    assert (scan.state, scan.delivery) == (ScanState.MATCHED, delivery)
    assert _post(client, f"/post/slips/{scan.pk}/discard/").status_code == 303
    assert "card.pdf" not in client.get("/post/slips/").content.decode()


def test_sheets_and_files_of_another_team_do_not_exist(client: Client, house: House) -> None:
    delivery = _posted(house)[0]
    client.force_login(house.manager)
    _post(client, "/post/slips/", files=[an_upload("1.png", slip_picture(delivery))])
    slip_reading.read_due()
    csv = f"number,status,date\n{delivery.carrier_number},lost,{_today(house)}\n".encode()
    _post(client, "/post/carrier-files/", file=an_upload("s.csv", csv))
    scan, report = SlipScan.objects.get(), CarrierReport.objects.get()
    for person in (house.outsider, house.other_lead, house.admin):
        client.force_login(person)
        for place in ("accept/", "match/", "discard/", "picture.png", "file"):
            assert client.get(f"/post/slips/{scan.pk}/{place}").status_code == 404, place
        assert client.get(f"/post/carrier-files/{report.pk}/").status_code == 404
        for place in ("confirm/", "discard/"):
            answer = _post(client, f"/post/carrier-files/{report.pk}/{place}")
            assert answer.status_code == 404
        assert "1.png" not in client.get("/post/slips/").content.decode()
    client.force_login(house.auditor)
    assert client.get("/post/slips/").status_code == 403
    assert client.get("/post/carrier-files/").status_code == 403


def test_a_carriers_file_is_looked_at_confirmed_and_its_delivery_accepted(
    client: Client, house: House
) -> None:
    first, second = _posted(house, 2)
    client.force_login(house.manager)
    rows = [
        "number,status,date",
        f"{first.carrier_number},delivered,{_today(house)}",
        f"{second.carrier_number},moved,{_today(house)}",
        f"RR473124829GB,delivered,{_today(house)}",
        f"{first.carrier_number},eaten,{_today(house)}",
    ]
    answer = _post(
        client, "/post/carrier-files/", file=an_upload("s.csv", "\n".join(rows).encode())
    )
    page = client.get(answer["Location"]).content.decode()
    assert "Record 2 outcomes" in page
    assert "RR473124829GB" in page and "“eaten” is no outcome" in page
    assert walks.the_same(first).state == DeliveryState.POSTED
    key = re.search(r'confirm/">.*?name="key" value="([^"]+)"', page, re.DOTALL)[1]

    for _time in range(2):
        done = client.post(f"{answer['Location']}confirm/", {"key": key})
        assert done.status_code == 303

    trays = {
        tray.name: [way.name for line in tray.lines for way in line.ways]
        for tray in client.get("/post/").context["trays"]
        if tray.lines
    }
    assert trays["to-accept"][0] == "carrier-record"
    assert trays["came-back"][0] == "address"
    place = f"/cases/{first.case.reference}/deliveries/{first.pk}/carrier-record/"
    assert _post(client, place).status_code == 303
    assert fresh(first.case).proofs.get().kind == ProofKind.CARRIER_RECORD
    assert "to-accept" not in {
        tray.name for tray in client.get("/post/").context["trays"] if tray.lines
    }


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"name,colour\nA,red\n", "Columns are missing"),
        ("number,status,date\nÄ".encode("latin-1"), "not in UTF-8"),
        (b"", "is empty"),
    ],
)
def test_what_is_no_carriers_file_is_said_beside_the_field(
    client: Client, house: House, content: bytes, sentence: str
) -> None:
    client.force_login(house.manager)
    answer = _post(client, "/post/carrier-files/", file=an_upload("s.csv", content))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_slip_uploaded_at_the_wrong_letter_is_refused(client: Client, house: House) -> None:
    first, second = _posted(house, 2)
    client.force_login(house.manager)
    answer = _post(
        client,
        f"/cases/{second.case.reference}/deliveries/{second.pk}/slip/",
        signed_by="J. Adams",
        signed_on=_today(house),
        file=an_upload("slip.png", slip_picture(first)),
    )
    assert answer.status_code == 422
    assert f"belongs to another letter: {first.case.reference}" in answer.content.decode()
    assert not fresh(second.case).proofs.exists()
