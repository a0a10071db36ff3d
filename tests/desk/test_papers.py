"""The hand-over list, what becomes of the client's data, and the papers that say so."""

from __future__ import annotations

import csv
import hashlib
import io
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from audit import clock
from audit.models import AuditEvent
from notices.models import PaperOrder, SealedPaper
from notices.pages import handover_papers
from offboarding.lifecycle import State
from offboarding.models import DataCategory, Receiver, TerminationCase
from offboarding.services import disposals, flags, handover
from tests.builders import House, a_case, a_house, fresh
from tests.desk.pages import AS_TEXT, HOSTILE, page, send
from tests.portal import parcels

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def case(house: House, client: Client) -> TerminationCase:
    client.force_login(house.manager)
    return a_case(house)


def a_category(house: House, case: TerminationCase, **said: Any) -> DataCategory:
    fields = {
        "name": "Payroll records",
        "held_in": "Payroll system",
        "disposal": "delete",
        "ground": "Clause 9 of the agreement",
    } | said
    return disposals.list_category(case, by=house.by_manager, **fields)


def done(house: House, row: DataCategory) -> None:
    disposals.carry_out(
        row, by=house.by_manager, done_on=clock.today(), done_how="Deleted, bin emptied"
    )


def words_of(pdf: bytes, folder: Path) -> str:
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    command = ["pdftotext", "-layout", str(file), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_list_names_size_hash_holder_way_receiver_and_exceptions(
    client: Client, house: House, case: TerminationCase
) -> None:
    by = house.by_manager
    parcels.an_item(house, case, "a.csv", parcels.LEDGERS, title="=Ledgers", exceptions="Not 2023.")
    keys = handover.list_item(case, by=by, title="Keys", format="2 keys", held_by="Front desk")
    handover.deliver_item(
        keys,
        by=by,
        delivered_on=clock.today(),
        delivered_how="In person",
        accepted_by="J. Adams",
    )

    shown = page(client, case, "handover/list/")
    answer = client.get(f"/cases/{case.reference}/handover/list.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert "Not 2023." in shown and "2 keys" in shown and "J. Adams" in shown
    assert rows[0][:3] == ["Item", "Format, size", "SHA-256"]
    assert rows[1][:3] == ["'=Ledgers", "CSV, 62.5 KB", hashlib.sha256(parcels.LEDGERS).hexdigest()]
    assert rows[2][3] == "Front desk" and rows[2][4].endswith(", In person")


def test_the_list_as_pdf_is_sealed_and_known_to_be_old_once_the_record_moves_on(
    client: Client, house: House, case: TerminationCase, tmp_path: Path
) -> None:
    item = handover.list_item(case, by=house.by_manager, title="Bücher 2026 ⚑", format="3 binders")
    place = "handover/papers/manifest/new/"
    assert send(client, case, place).status_code == 303
    assert send(client, case, place).status_code == 303
    assert "being set" in page(client, case, "handover/list/")

    assert handover_papers.set_due() == 1
    assert handover_papers.set_due() == 0

    paper = SealedPaper.objects.get()
    answer = client.get(f"/cases/{case.reference}/handover/papers/{paper.order_id}/")
    assert hashlib.sha256(answer.content).hexdigest() == paper.sha256
    elsewhere = f"/cases/{a_case(house).reference}/handover/papers/{paper.order_id}/"
    assert client.get(elsewhere).status_code == 404
    words = words_of(answer.content, tmp_path)
    assert "Bücher 2026 □" in words and "3 binders" in words and case.reference in words
    sealed = AuditEvent.objects.get(action="paper.sealed")
    assert sealed.details["sha256"] == paper.sha256
    assert "the record has changed since" not in page(client, case, "handover/list/")
    handover.item_not_applicable(item, by=house.by_manager, reason="They have them.")
    assert "the record has changed since" in page(client, case, "handover/list/")


def test_a_sealed_paper_never_changes_and_changed_bytes_are_not_handed_out(
    client: Client, house: House, case: TerminationCase
) -> None:
    done(house, a_category(house, case))
    send(client, case, "handover/papers/deletion/new/")
    order = PaperOrder.objects.get()
    pdf = b"%PDF-1.7"
    paper = SealedPaper.objects.create(order=order, pdf=pdf, sha256="0" * 64, page_count=1)

    assert client.get(f"/cases/{case.reference}/handover/papers/{order.pk}/").status_code == 409
    with pytest.raises(IntegrityError), transaction.atomic():
        SealedPaper.objects.filter(pk=paper.pk).update(sha256="1" * 64)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM notices_sealedpaper")


def test_data_is_returned_deleted_or_kept_and_certified(
    client: Client, house: House, case: TerminationCase, tmp_path: Path
) -> None:
    house.client.language = "de"
    house.client.save()
    until = clock.today() + timedelta(days=3650)
    for said in (
        {"name": "Lohnunterlagen", "disposal": "delete"},
        {"name": "Belege", "disposal": "keep", "due_on": str(until), "ground": "§ 147 AO"},
        {"name": "Ordner", "disposal": "return"},
    ):
        fields = {"held_in": "Archiv", "ground": "Wunsch des Kunden"} | said
        assert send(client, case, "data/new/", fields).status_code == 303
    wages, receipts, binders = case.data_categories.order_by("pk")
    for row in (wages, binders):
        said = {"done_on": str(clock.today(case.time_zone)), "done_how": "Erledigt"}
        assert send(client, case, f"data/{row.pk}/done/", said).status_code == 303
    early = send(client, case, f"data/{receipts.pk}/done/", said)
    assert early.status_code == 409
    assert f"is kept until {until.day} {until:%B %Y}: § 147 AO." in early.content.decode()

    assert send(client, case, "handover/papers/deletion/new/").status_code == 303
    handover_papers.set_due()

    words = words_of(bytes(SealedPaper.objects.get().pdf), tmp_path)
    assert "Löschbestätigung" in words and "Lohnunterlagen" in words
    assert "Mia Manager" in words and "§ 147 AO" in words
    assert words.index("Zurückgegeben") < words.index("Ordner")


def test_a_legal_hold_stops_deletion_and_its_certificate(
    client: Client, house: House, case: TerminationCase
) -> None:
    first, second = a_category(house, case), a_category(house, case, name="Drafts")
    done(house, first)
    flags.set_legal_hold(fresh(case), by=house.by_lead, reason="A claim was announced.")
    said = {"done_on": str(clock.today()), "done_how": "Deleted"}

    for place, fields in (
        (f"data/{second.pk}/done/", said),
        ("handover/papers/deletion/new/", {}),
    ):
        answer = send(client, case, place, fields)
        assert answer.status_code == 409
        assert "A legal hold is on this case" in answer.content.decode()
    second.refresh_from_db()
    assert not second.is_done and not PaperOrder.objects.exists()
    returned = a_category(house, case, name="Binders", disposal="return")
    assert send(client, case, f"data/{returned.pk}/done/", said).status_code == 303


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "required"),
        ({"ground": " "}, "required"),
        ({"disposal": "keep"}, "Say until when it is kept"),
        ({"disposal": "keep", "due_on": "2020-01-01"}, "This day has passed"),
        ({"held_in": "Portal, password: Tr0ub4dor&3"}, "This looks like a password"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    client: Client, case: TerminationCase, changes: dict[str, str], sentence: str
) -> None:
    said = {
        "name": "Kept words",
        "held_in": "Archive",
        "disposal": "delete",
        "ground": "Kept ground",
    }

    answer = send(client, case, "data/new/", said | changes)

    assert answer.status_code == 422
    assert sentence in answer.content.decode() and "Kept" in answer.content.decode()
    assert not DataCategory.objects.exists()


def test_nothing_is_certified_before_anything_was_deleted(
    client: Client, house: House, case: TerminationCase
) -> None:
    a_category(house, case)

    assert send(client, case, "handover/papers/deletion/new/").status_code == 409
    assert send(client, case, "handover/papers/manifest/new/").status_code == 409
    assert send(client, case, "handover/papers/other/new/").status_code == 404
    assert "there is nothing to certify" in page(client, case, "data/")


def test_a_paper_that_could_not_be_set_can_be_ordered_again(
    client: Client, house: House, case: TerminationCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    handover.list_item(case, by=house.by_manager, title="Keys")
    send(client, case, "handover/papers/manifest/new/")
    with monkeypatch.context() as broken:
        broken.setattr(handover_papers.pdf, "render_document", lambda *_given: 1 / 0)
        for _time in range(handover_papers.MOST_ATTEMPTS):
            handover_papers.set_due()
    assert "could not be set" in page(client, case, "handover/list/")
    assert "Set the pages" in page(client, case, "handover/list/")

    send(client, case, "handover/papers/manifest/new/")
    handover_papers.set_due()

    assert SealedPaper.objects.get().order.problems == []
    assert "Set the pages" not in page(client, case, "handover/list/")


def test_a_list_too_long_for_a_paper_is_refused_and_never_cut(
    client: Client, house: House, case: TerminationCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover_papers, "MOST_LINES", 1)
    for title in ("Keys", "Ledgers"):
        handover.list_item(case, by=house.by_manager, title=title)

    answer = send(client, case, "handover/papers/manifest/new/")

    assert answer.status_code == 409 and "as CSV instead" in answer.content.decode()
    assert not PaperOrder.objects.exists()


def test_data_is_settled_after_the_case_has_ended(client: Client, house: House) -> None:
    client.force_login(house.manager)
    case = a_case(house, State.WITHDRAWN)
    row = a_category(house, case)

    said = {"done_on": str(clock.today()), "done_how": "Deleted"}
    assert send(client, case, f"data/{row.pk}/done/", said).status_code == 303


def test_what_people_typed_comes_out_as_text(
    client: Client, house: House, case: TerminationCase
) -> None:
    a_category(house, case, name=HOSTILE, ground=HOSTILE)
    handover.list_item(
        case, by=house.by_manager, title=HOSTILE, exceptions=HOSTILE, goes_to=Receiver.CLIENT
    )

    for place in ("data/", "handover/list/"):
        shown = page(client, case, place)
        assert AS_TEXT in shown and HOSTILE not in shown
