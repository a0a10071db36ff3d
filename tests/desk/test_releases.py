"""Files for a reader on the staff's pages: chosen, looked at, sent, followed, taken back."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import clock
from notices.models import Delivery, DeliveryState, MessageKind
from notices.outbox import dispatch
from notices.services import handing
from offboarding import manifests
from offboarding.errors import InvalidInput
from offboarding.models import CaseFile, HandoverRelease, Receiver, TerminationCase
from offboarding.services import files, handover, releases
from tests.builders import House, a_case, a_house
from tests.desk.pages import page, send
from tests.portal import parcels
from tests.portal.parcels import Parcel

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def case(house: House, client: Client) -> TerminationCase:
    client.force_login(house.manager)
    return a_case(house)


def choices(case: TerminationCase, **said: Any) -> dict[str, Any]:
    contact = case.client.contacts.get()
    return {
        "items": [item.pk for item in case.handover_items.all()],
        "recipient": f"contact-{contact.pk}",
    } | said


def test_files_are_chosen_looked_at_sent_and_followed(
    client: Client, house: House, case: TerminationCase
) -> None:
    parcels.an_item(house, case, "ledgers.csv", parcels.LEDGERS, title="Ledgers")
    assert "handover/files/" in page(client, case, "handover/")

    prepared = send(client, case, "handover/files/new/", choices(case))

    release = case.releases.get()
    assert prepared["Location"].endswith(f"/handover/files/{release.pk}/")
    shown = client.get(prepared["Location"]).content.decode()
    assert "Your files from Harbour" in shown and "ledgers.csv" in shown
    assert "/h/…/" in shown
    assert not Delivery.objects.exists()

    assert send(client, case, f"handover/files/{release.pk}/").status_code == 303
    assert "Not opened yet" in page(client, case, "handover/files/")
    parcel = Parcel(house, release)
    opened = parcel.open()
    b"".join(Client().get(f"{opened}all.zip").streaming_content)
    shown = page(client, case, "handover/files/")
    assert "opened 1 time · downloaded whole" in shown
    assert parcel.url.strip("/").partition("/")[2] not in shown


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"items": []}, "Choose at least one file"),
        ({"recipient": ""}, "Choose who gets the files"),
        ({"recipient": "successor"}, "not one of the available choices"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    client: Client, house: House, case: TerminationCase, said: dict[str, Any], sentence: str
) -> None:
    parcels.an_item(house, case, "ledgers.csv", parcels.LEDGERS)

    answer = send(client, case, "handover/files/new/", choices(case, **said))

    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not HandoverRelease.objects.exists()


def test_a_successor_gets_files_with_consent_and_only_what_is_listed_for_them(
    client: Client, house: House, case: TerminationCase
) -> None:
    by = house.by_manager
    parcels.an_item(house, case, "a.csv", parcels.LEDGERS, goes_to=Receiver.SUCCESSOR)
    handover.name_successor(case, by=by, name="Quay", email="files@quay.example")
    said = choices(case, recipient="successor")

    refused = send(client, case, "handover/files/new/", said)
    assert refused.status_code == 409
    assert "The client has not consented that Quay gets anything." in refused.content.decode()
    consent = {"consented_on": clock.today(), "consent_scope": "All", "consent_how": "By e-mail"}
    handover.name_successor(case, by=by, name="Quay", email="files@quay.example", **consent)
    assert send(client, case, "handover/files/new/", said).status_code == 303
    parcels.an_item(house, case, "b.csv", parcels.LEDGERS, title="Client's own")
    mixed = send(client, case, "handover/files/new/", choices(case, recipient="successor"))
    assert mixed.status_code == 422
    assert "is listed for the client only" in mixed.content.decode()

    # Consent that is gone by the time of sending stops it as well.
    handover.name_successor(case, by=by, name="Quay", email="files@quay.example")
    place = f"handover/files/{case.releases.get().pk}/"
    assert send(client, case, place).status_code == 409
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("changes", "is_open"),
    [
        ({"name": "Quay & Sons"}, True),
        ({"consented_on": None, "consent_scope": ""}, False),
        ({"name": "Pier", "email": "hello@pier.example"}, False),
    ],
)
def test_a_successor_fetches_nothing_once_the_consent_is_not_for_them_any_more(
    house: House, case: TerminationCase, changes: dict[str, Any], is_open: bool
) -> None:
    by, today = house.by_manager, clock.today()
    quay: dict[str, Any] = {"name": "Quay", "email": "files@quay.example", "consented_on": today}
    handover.name_successor(case, by=by, consent_scope="All", **quay)
    item = parcels.an_item(house, case, "a.csv", parcels.LEDGERS, goes_to=Receiver.SUCCESSOR)
    release = releases.prepare_release(
        case,
        by=by,
        items=[item],
        goes_to=Receiver.SUCCESSOR,
        recipient_name="Quay",
        recipient_email="files@quay.example",
    )
    handing.send_release(release, by=by)
    opened = Parcel(house, release).open()

    said = quay | {"consent_scope": "All", "consent_how": "In their letter of today"} | changes
    handover.name_successor(case, by=by, **said)

    assert Client().get(opened).status_code == (200 if is_open else 410)
    release.refresh_from_db()
    assert (release.withdrawn_reason == "") is is_open


def test_taking_back_ends_the_link_and_stops_the_mail(
    client: Client, house: House, case: TerminationCase, settings: Any
) -> None:
    settings.OUTBOX_DELAY_MINUTES = 10
    parcel = parcels.sent(house, case)
    url, place = parcel.url, f"handover/files/{parcel.release.pk}/withdrawal/"
    assert Delivery.objects.get().departs_at > clock.now()

    for reason in ("", "It had their password: hunter2!"):
        assert send(client, case, place, {"reason": reason}).status_code == 422
    assert send(client, case, place, {"reason": "The wrong year."}).status_code == 303
    assert case.links.get().revoked_reason == "taken_back"

    Delivery.objects.update(departs_at=clock.now())
    dispatch.drain()
    assert Delivery.objects.get().state == DeliveryState.TAKEN_BACK
    assert Client().get(url).status_code == 410
    assert "The wrong year." in page(client, case, "handover/files/")
    assert send(client, case, f"handover/files/{parcel.release.pk}/").status_code == 409


def test_a_new_link_replaces_the_old_one_whose_mail_does_not_leave(
    house: House, case: TerminationCase
) -> None:
    parcel = parcels.sent(house, case)
    first = Delivery.objects.get(message__kind=MessageKind.HANDOVER)

    handing.send_release(parcel.release, by=house.by_manager)
    dispatch.drain()

    first.refresh_from_db()
    assert first.state == DeliveryState.TAKEN_BACK
    assert parcel.url in parcels.text_of(Delivery.objects.latest("pk"))


def test_a_file_joins_its_item_once(client: Client, house: House, case: TerminationCase) -> None:
    item = handover.list_item(case, by=house.by_manager, title="Ledgers")
    place = f"handover/{item.pk}/file/"
    upload = SimpleUploadedFile("a.csv", parcels.LEDGERS)

    assert send(client, case, place, {"file": upload}).status_code == 303

    item.refresh_from_db()
    assert item.file is not None and item.file.crc32 is not None
    assert client.get(f"/cases/{case.reference}/{place}").status_code == 409


def test_a_file_kept_by_an_earlier_version_gets_its_checksum(
    house: House, case: TerminationCase
) -> None:
    parcels.an_item(house, case, "a.csv", parcels.LEDGERS)
    crc32 = CaseFile.objects.get().crc32
    CaseFile.objects.update(crc32=None)

    assert releases.crc32_of(CaseFile.objects.get()) == crc32
    assert CaseFile.objects.get().crc32 == crc32


def test_a_release_is_refused_where_a_reader_could_not_use_it(
    house: House, case: TerminationCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releases, "MOST_FILES", 1)
    two = [parcels.an_item(house, case, name, parcels.LEDGERS) for name in ("a.csv", "b.csv")]
    bare = handover.list_item(case, by=house.by_manager, title="The keys")
    without = parcels.an_item(house, case, "c.csv", parcels.LEDGERS)
    handover.item_not_applicable(without, by=house.by_manager, reason="They have it.")
    for items, address, sentence in (
        ([], "jane@example.com", "at least one"),
        (two, "jane@example.com", "At most 1"),
        ([bare], "jane@example.com", "has no file"),
        ([without], "jane@example.com", "does not apply"),
        (two[:1], " ", "an e-mail address"),
    ):
        with pytest.raises(InvalidInput, match=sentence):
            releases.prepare_release(
                case,
                by=house.by_manager,
                items=items,
                goes_to=Receiver.CLIENT,
                recipient_name="Jane",
                recipient_email=address,
            )


def test_files_of_one_name_lie_side_by_side(house: House, case: TerminationCase) -> None:
    for _time in range(2):
        parcels.an_item(house, case, "Ledgers.csv", parcels.LEDGERS)
    for name in ("ledgers.csv", "manifest.csv", "_manifest.csv", "\u00fc.csv", "u\u0308.csv"):
        parcels.an_item(house, case, name, parcels.LEDGERS)
    release = releases.prepare_release(
        case,
        by=house.by_manager,
        items=list(case.handover_items.all()),
        goes_to=Receiver.CLIENT,
        recipient_name="Jane",
        recipient_email="jane@example.com",
    )

    rows = list(release.files.all())
    names = [row.name for row in rows]
    assert names[:3] == ["Ledgers.csv", "Ledgers (2).csv", "ledgers (3).csv"]
    assert unicodedata.normalize("NFC", names[-1]) == "\u00fc (2).csv"
    inside = [entry.name for entry in manifests.archive_of(release, rows, "en").entries]
    assert inside == ["__manifest.csv", *names]


def test_a_large_upload_goes_to_disk_and_only_from_who_is_signed_in(
    client: Client, house: House, case: TerminationCase, settings: Any
) -> None:
    settings.EVIDENCE_UPLOAD_LIMIT_BYTES = 100_000
    settings.HANDOVER_UPLOAD_LIMIT_BYTES = 4_000_000
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    place = "handover/new/"

    def upload(size: int, by: Client = client) -> int:
        file = SimpleUploadedFile("large.csv", b"a;b\r\n" * (size // 5))
        return send(by, case, place, {"title": "Ledgers", "file": file}).status_code

    assert upload(2_000_000) == 303
    kept = CaseFile.objects.get()
    assert kept.size_bytes == 2_000_000
    assert not list((Path(settings.MEDIA_ROOT) / "incoming").iterdir())
    assert upload(4_050_000) == 422
    assert upload(9_000_000) == 413
    assert upload(2_000_000, Client()) == 413
    assert send(client, case, "files/", {"file": SimpleUploadedFile("a.csv", b"x" * 500_000)})
    settings.DISK_RESERVE_BYTES = 10**18
    assert upload(2_000_000) == 507


def test_the_list_costs_the_same_for_few_and_for_many(
    client: Client, house: House, case: TerminationCase
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(client, case, "handover/files/")
        return len(asked)

    def another() -> None:
        Parcel(house, parcels.sent(house, case).release).open()

    another()
    few = cost()
    another()
    another()

    assert cost() == few <= 12


def test_an_upload_for_the_hand_over_is_checked_like_any_other(
    house: House, case: TerminationCase
) -> None:
    program = ContentFile(b"MZ\x90\x00", name="setup.exe")
    false = ContentFile(b"MZ\x90\x00", name="ledgers.pdf")

    for upload, sentence in ((program, "not kept here"), (false, "not what its name says")):
        with pytest.raises(Exception, match=sentence):
            files.keep_file(case, upload, by=house.by_manager, is_for_handover=True)
