"""Enclosing files and sending copies, on the notice's page."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from notices.models import Notice
from tests.builders import House, a_house
from tests.desk.pages import HOSTILE, actions, page, send
from tests.notices import walks
from tests.notices.flipping import flip
from tests.notices.test_accompanying import a_file, a_pdf, copied, enclosing

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


def _fields(notice: Notice, **changes) -> dict:
    return {"version": walks.again(notice).version} | changes


def test_a_file_is_enclosed_seen_and_taken_out(client: Client, house: House) -> None:
    notice = walks.a_draft(house)
    file = a_file(house, notice, a_pdf())
    client.force_login(house.manager)
    assert "goes alone" in page(client, notice.case, "notice/")

    answer = send(
        client,
        notice.case,
        "notice/enclosures/",
        _fields(notice, case_file=file.pk, title="List of invoices"),
    )
    upload = SimpleUploadedFile("more.pdf", a_pdf(3), content_type="application/pdf")
    second = send(
        client, notice.case, "notice/enclosures/", _fields(notice, file=upload, title=HOSTILE[:60])
    )

    assert (answer.status_code, second.status_code) == (303, 303)
    shown = page(client, notice.case, "notice/")
    assert "List of invoices" in shown
    assert "<script>alert" not in shown
    first = notice.enclosures.get(position=1)
    handed = client.get(f"/cases/{notice.case.reference}/notice/1/enclosures/{first.pk}.pdf")
    assert handed.content == bytes(first.pdf)
    place = f"notice/enclosures/{first.pk}/remove/"
    assert send(client, notice.case, place, _fields(notice)).status_code == 303
    assert notice.enclosures.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": "List"}, "Choose a file of the case, or upload one."),
        ({"title": ""}, "This field is required."),
        ({"title": "List", "file": b"no pdf"}, "is not what its name says"),
        ({"title": "List", "file": b"%PDF-1.7 broken"}, "does not open"),
    ],
)
def test_what_cannot_be_enclosed_is_said_beside_its_field(
    client: Client, house: House, fields: dict, sentence: str
) -> None:
    notice = walks.a_draft(house)
    client.force_login(house.manager)
    if "file" in fields:
        fields = fields | {"file": SimpleUploadedFile("list.pdf", fields["file"])}

    answer = send(client, notice.case, "notice/enclosures/", _fields(notice, **fields))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not notice.enclosures.exists()
    assert not notice.case.files.exists()


def test_a_changed_file_is_not_enclosed_and_the_leads_are_told(
    client: Client, house: House
) -> None:
    notice = walks.a_draft(house)
    file = a_file(house, notice, a_pdf())
    Path(file.content.path).write_bytes(a_pdf(2))
    client.force_login(house.manager)

    for _time in range(2):
        fields = _fields(notice, case_file=file.pk, title="List")
        assert send(client, notice.case, "notice/enclosures/", fields).status_code == 409

    assert not notice.enclosures.exists()
    assert actions(notice.case).count("file.alarm") == 1
    assert notice.case.tasks.filter(origin__startswith=f"file:{file.pk}:alarm").count() == 2


@pytest.mark.parametrize("what", ["letter", "enclosure-1"])
def test_what_a_colleague_is_refused_for_changed_bytes_raises_an_alarm(
    client: Client, house: House, what: str
) -> None:
    notice = walks.sent(house, enclosing(house, walks.a_draft(house)))
    one = notice.enclosures.get()
    flip(one if what == "enclosure-1" else notice.letter)
    client.force_login(house.manager)

    file = "letter.pdf" if what == "letter" else f"enclosures/{one.pk}.pdf"

    answer = client.get(f"/cases/{notice.case.reference}/notice/{notice.number}/{file}")

    assert answer.status_code == 409
    assert actions(notice.case).count("notice.alarm") == 1
    origin = f"notice:{notice.pk}:alarm:{what}"
    assert notice.case.tasks.filter(origin__startswith=origin).count() == 2


def test_a_copy_is_chosen_shown_and_taken_out(client: Client, house: House) -> None:
    notice = walks.a_draft(house)
    client.force_login(house.manager)
    said = {"reader": "counsel", "name": "Clara Counsel", "email": "clara@law.example"}

    bad = send(client, notice.case, "notice/copies/", _fields(notice, **said | {"email": "clara"}))
    good = send(client, notice.case, "notice/copies/", _fields(notice, **said))

    assert bad.status_code == 422
    assert "Clara Counsel" in bad.content.decode()
    assert good.status_code == 303
    assert "Copy for Clara Counsel" in page(client, notice.case, "notice/")
    place = f"notice/copies/{notice.copies.get().pk}/remove/"
    assert send(client, notice.case, place, {"version": 1}).status_code == 409
    assert send(client, notice.case, place, _fields(notice)).status_code == 303
    assert not notice.copies.exists()


def test_what_goes_with_a_sent_letter_is_shown_and_frozen(client: Client, house: House) -> None:
    notice = walks.sent(house, copied(house, enclosing(house, walks.a_draft(house))))
    client.force_login(house.manager)

    shown = page(client, notice.case, "notice/")

    assert "List of open invoices" in shown
    assert "Copy for Clara Counsel" in shown
    assert "Enclose a file" not in shown
    for place in ("notice/enclosures/", "notice/copies/"):
        assert client.get(f"/cases/{notice.case.reference}/{place}").status_code == 409
    one = notice.enclosures.get()
    url = f"/cases/{notice.case.reference}/notice/1/enclosures/{one.pk}.pdf"
    for person, status in ((house.outsider, 404), (house.auditor, 200)):
        client.force_login(person)
        assert client.get(url).status_code == status
