"""The page for files: a code opens them for a day, in whole or in parts, five times at most."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from audit import clock
from notices.models import Delivery, Message, MessageKind
from notices.services import handing
from offboarding import manifests
from offboarding.archives import ContentDiffers
from offboarding.errors import InvalidInput
from offboarding.lifecycle import State
from offboarding.models import (
    CaseFile,
    Download,
    DownloadCode,
    FetchedFile,
    HandoverState,
)
from offboarding.services import downloads, releases, stages
from portal.handover import handed_out
from portal.ranges import Part
from tests.builders import House, a_case, latest_event
from tests.desk.pages import actions
from tests.portal import parcels
from tests.portal.letters import nonce_on
from tests.portal.parcels import LEDGERS, PAPER, Parcel

pytestmark = pytest.mark.django_db


@pytest.fixture
def parcel(house: House) -> Parcel:
    return parcels.sent(house)


def get(url: str, **headers: str) -> Any:
    return Client().get(url, headers=headers)


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def later(delta: timedelta) -> None:
    clock.move(clock.offset() + delta)


# -- looking, and the code -------------------------------------------------------------------------


def test_the_mail_says_what_is_ready_and_until_when(parcel: Parcel) -> None:
    mail = Delivery.objects.get(message__kind=MessageKind.HANDOVER)
    text = parcels.text_of(mail)

    assert mail.message is not None
    assert mail.message.subject.startswith("Your files from Harbour")
    assert ", ready until " in mail.message.subject and len(mail.message.subject) <= 60
    assert text.startswith("2 files, 62.5 KB. No account needed.")
    assert parcel.url in text


def test_a_look_changes_nothing_shows_no_name_of_a_file_and_sends_no_code(parcel: Parcel) -> None:
    before = latest_event(parcel.case).pk
    client = Client()

    shown = client.get(parcel.url)
    for method in (client.head, client.options):
        method(parcel.url)
    client.get(f"{parcel.url}code/")

    text = shown.content.decode()
    assert "2 files, 62.5 KB, for Jane Adams." in text
    assert "j•••@example.com" in text and "jane.adams@" not in text
    assert "ledgers.csv" not in text
    assert shown["Cache-Control"] == "no-store" and shown["Referrer-Policy"] == "no-referrer"
    assert latest_event(parcel.case).pk == before
    assert not client.cookies and not DownloadCode.objects.exists()


def test_the_code_goes_to_the_address_we_know_and_is_kept_nowhere_in_words(parcel: Parcel) -> None:
    assert parcel.ask_for_code().status_code == 303
    parcel.ask_for_code()

    code = parcel.code()
    mail = Delivery.objects.get(message__kind=MessageKind.HANDOVER_CODE)
    message = Message.objects.get(kind=MessageKind.HANDOVER_CODE)
    assert mail.recipient_email == "jane.adams@example.com"
    assert message.subject.startswith("Your code for the files from Harbour")
    assert code not in message.text + message.html + message.subject
    assert code not in DownloadCode.objects.get().code_sha256


@pytest.mark.parametrize("how", ["wrong", "old", "used", "tried", "earlier", "none"])
def test_a_code_that_does_not_count_opens_nothing(parcel: Parcel, how: str) -> None:
    if how != "none":
        parcel.ask_for_code()
    code = parcel.code() if how != "none" else "123456"
    if how == "old":
        later(timedelta(minutes=15, seconds=1))
    if how == "used":
        assert parcel.type_code(code).status_code == 303
    if how == "tried":
        for _time in range(downloads.MOST_TRIES):
            assert parcel.type_code("000000" if code != "000000" else "1").status_code == 422
    if how == "earlier":
        later(timedelta(minutes=1))
        parcel.ask_for_code()
        assert parcel.code() != code
    count = Download.objects.count()

    answer = parcel.type_code("999999" if how == "wrong" and code != "999999" else code)

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert ("not the code that we sent last" in shown) or ("used or its time is over" in shown)
    assert Download.objects.count() == count


def test_five_codes_an_hour_and_no_more(parcel: Parcel) -> None:
    for _time in range(downloads.MOST_CODES_AN_HOUR):
        assert parcel.ask_for_code().status_code == 303
        later(timedelta(minutes=2))

    refused = parcel.ask_for_code()

    assert refused.status_code == 422
    assert "several codes within the hour" in refused.content.decode()
    later(timedelta(hours=1))
    assert parcel.ask_for_code().status_code == 303


def test_a_post_without_the_pages_nonce_does_nothing(parcel: Parcel) -> None:
    parcel.ask_for_code()
    code = parcel.code()

    assert Client().post(parcel.url, {"code": code}).status_code == 422
    assert Client().post(f"{parcel.url}code/").status_code == 422
    assert not Download.objects.exists() and DownloadCode.objects.count() == 1


# -- the files -------------------------------------------------------------------------------------


def test_the_files_are_listed_and_downloaded_and_it_is_recorded(parcel: Parcel) -> None:
    url = parcel.open()
    shown = get(url).content.decode()
    assert "Not 2023." in shown and hashlib.sha256(LEDGERS).hexdigest() in shown

    answer = get(f"{url}files/1/")

    assert answer.status_code == 200 and content_of(answer) == LEDGERS
    assert answer["Content-Length"] == str(len(LEDGERS))
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Disposition"] == 'attachment; filename="ledgers.csv"'
    assert "sandbox" in answer["Content-Security-Policy"]
    fetched = FetchedFile.objects.get()
    assert fetched.is_whole and fetched.requests == 1
    assert "download.opened" in actions(parcel.case)
    assert get(f"{url}files/9/").status_code == 404


def test_an_interrupted_download_goes_on_where_it_stopped_and_counts_once(parcel: Parcel) -> None:
    url = parcel.open() + "files/1/"
    first = get(url, range="bytes=0-999")
    assert first.status_code == 206 and content_of(first) == LEDGERS[:1000]
    assert first["Content-Range"] == f"bytes 0-999/{len(LEDGERS)}"

    rest = get(url, **{"range": "bytes=1000-", "if-range": first["ETag"]})
    changed = get(url, **{"range": "bytes=1000-", "if-range": '"another"'})
    beyond = get(url, range=f"bytes={len(LEDGERS)}-")

    assert rest.status_code == 206 and content_of(rest) == LEDGERS[1000:]
    assert changed.status_code == 200 and content_of(changed) == LEDGERS
    assert beyond.status_code == 416
    assert beyond["Content-Range"] == f"bytes */{len(LEDGERS)}"
    assert Download.objects.count() == 1
    assert FetchedFile.objects.get().is_whole


def test_what_breaks_off_is_noted_as_far_as_it_came(parcel: Parcel) -> None:
    parcel.open()
    row = parcel.release.files.get(position=1)
    part = Part(500, 4500, len(LEDGERS))

    def read(start: int, stop: int) -> Iterator[bytes]:
        yield from (LEDGERS[at : at + 1000] for at in range(start, stop, 1000))

    stream = handed_out(Download.objects.get(), [row], row, part, read)
    for _chunk in range(3):
        next(stream)
    stream.close()  # type: ignore[attr-defined]

    fetched = FetchedFile.objects.get()
    # Whether the third arrived nobody knows.
    assert fetched.sent == [[500, 2500]] and not fetched.is_whole


def test_head_tells_the_size_and_hands_nothing_out(parcel: Parcel) -> None:
    url = parcel.open()

    answer = Client().head(f"{url}all.zip")

    assert answer.status_code == 200 and int(answer["Content-Length"]) > len(LEDGERS)
    assert not FetchedFile.objects.exists()


def test_the_archive_holds_all_files_and_their_list_and_resumes(parcel: Parcel) -> None:
    url = parcel.open() + "all.zip"
    whole = content_of(get(url))

    with zipfile.ZipFile(io.BytesIO(whole)) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == ["manifest.csv", "ledgers.csv", "closing.pdf"]
        assert opened.read("closing.pdf") == PAPER
        listed = opened.read("manifest.csv").decode("utf-8-sig")
    assert hashlib.sha256(PAPER).hexdigest() in listed and "Not 2023." in listed
    part = get(url, range="bytes=500-")
    assert part.status_code == 206 and content_of(part) == whole[500:]


def test_five_downloads_of_a_day_each_then_a_colleague_sends_a_new_link(parcel: Parcel) -> None:
    old = parcel.url
    for _time in range(downloads.MOST_DOWNLOADS):
        opened = parcel.open()
        later(timedelta(minutes=30))
    assert "last time" not in get(parcel.url).content.decode()

    parcel.ask_for_code()
    refused = parcel.type_code(parcel.code())
    assert refused.status_code == 422
    assert "opened 5 times" in refused.content.decode()
    assert "Mia Manager can send you a new link" in refused.content.decode()
    handing.send_release(parcel.release, by=parcel.house.by_manager)

    assert parcel.url != old
    assert get(old).status_code == 404 and get(opened).status_code == 404
    assert parcel.open()


def test_a_download_is_open_for_a_day_and_the_link_for_seven(parcel: Parcel) -> None:
    opened = parcel.open()
    later(timedelta(hours=24, minutes=1))

    closed = get(opened)
    assert closed.status_code == 410 and "The files are closed again" in closed.content.decode()
    assert get(opened + "files/1/").status_code == 410
    assert get(opened + "all.zip").status_code == 410
    opened = parcel.open()
    later(timedelta(days=6))

    unknown = get(f"/h/{'x' * 43}/")
    for url in (parcel.url, opened, opened + "files/1/"):
        answer = get(url)
        assert answer.status_code == unknown.status_code == 404
        assert answer.content == unknown.content


def test_files_that_were_taken_back_say_so_and_whom_to_ask(parcel: Parcel) -> None:
    opened = parcel.open()
    releases.withdraw_release(parcel.release, by=parcel.house.by_manager, reason="Wrong year.")

    for url in (parcel.url, opened, opened + "all.zip"):
        answer = get(url)
        assert answer.status_code == 410
        shown = answer.content.decode()
        assert "These files were taken back" in shown and "Mia Manager" in shown
        assert "Wrong year" not in shown and "ledgers" not in shown


def test_no_link_and_no_key_opens_another_parcel(parcel: Parcel, house: House) -> None:
    other = parcels.sent(house, parcel.case)
    key = parcel.open().rstrip("/").rpartition("/")[2]
    other.ask_for_code()
    code_of_other = other.code()

    assert get(f"{other.url}{key}/").status_code == 410
    assert get(f"{other.url}{key}/files/1/").status_code == 410
    parcel.ask_for_code()
    if code_of_other != parcel.code():
        assert parcel.type_code(code_of_other).status_code == 422


def test_a_stored_file_that_is_not_as_it_was_kept_is_not_handed_out(parcel: Parcel) -> None:
    opened = parcel.open()
    Path(CaseFile.objects.get(name="ledgers.csv").content.path).write_bytes(b"short")

    for place in ("files/1/", "all.zip"):
        answer = get(opened + place)
        assert answer.status_code == 503
        assert "cannot be downloaded right now" in answer.content.decode()
    assert get(opened + "files/2/").status_code == 200


def test_one_changed_byte_is_refused_and_told_to_the_leads_once(parcel: Parcel) -> None:
    opened = parcel.open()
    flip_in(CaseFile.objects.get(name="ledgers.csv").content.path)

    for place in ("files/1/", "all.zip", "files/1/"):
        assert get(opened + place).status_code == 503

    assert get(opened + "files/2/").status_code == 200
    alarm = parcel.case.tasks.filter(title="A stored file was changed")
    assert {task.assignee for task in alarm} == {parcel.house.lead, parcel.house.second_lead}
    assert len(alarm) == 2 and latest_event(parcel.case).action != "file.alarm"


@pytest.mark.parametrize("asked", ["", "bytes=0-99", "bytes=40000-"])
def test_of_a_large_file_the_last_piece_stays_away_when_a_byte_was_changed(
    parcel: Parcel, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    opened = parcel.open()
    flip_in(CaseFile.objects.get(name="ledgers.csv").content.path)
    monkeypatch.setattr(manifests, "LOOKED_THROUGH_BYTES", 0)

    for place in ("files/1/", "all.zip") if asked != "bytes=0-99" else ("files/1/",):
        answer = get(opened + place, **({"Range": asked} if asked else {}))
        got = 0
        with pytest.raises(ContentDiffers):
            for chunk in answer.streaming_content:
                got += len(chunk)
        assert got < int(answer["Content-Length"])
    assert parcel.case.tasks.filter(title="A stored file was changed").count() == 2


def flip_in(path: str) -> None:
    """Change one byte in the middle of a stored file."""
    file = Path(path)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))


def test_the_reader_says_that_everything_arrived_and_the_items_count_as_delivered(
    parcel: Parcel,
) -> None:
    opened, client = parcel.open(), Client()

    def say(name: str) -> Any:
        nonce = nonce_on(client.get(opened))
        return client.post(f"{opened}received/", {"nonce": nonce, "name": name})

    assert "Please type your name" in say(" ").content.decode()
    assert "Nothing was downloaded yet" in say("Jane Adams").content.decode()
    content_of(client.get(f"{opened}all.zip"))
    assert say("Jane Adams").status_code == 303
    assert "Jane Adams told us on" in client.get(opened).content.decode()

    items = parcel.case.handover_items.all()
    assert {(one.state, one.accepted_by) for one in items} == {
        (HandoverState.DELIVERED, "Jane Adams")
    }
    assert latest_event(parcel.case).action == "release.accepted"


def test_nobody_accepts_without_a_name_or_after_the_files_were_taken_back(
    house: House, parcel: Parcel
) -> None:
    content_of(get(f"{parcel.open()}all.zip"))
    with pytest.raises(InvalidInput, match="Type your name"):
        downloads.accept(parcel.release, name=" ")
    releases.withdraw_release(parcel.release, by=house.by_manager, reason="The wrong year.")

    with pytest.raises(InvalidInput, match="cannot be opened any more"):
        downloads.accept(parcel.release, name="Jane Adams")

    parcel.release.refresh_from_db()
    assert parcel.release.accepted_at is None


def test_the_german_page_speaks_german(house: House) -> None:
    house.client.language = "de"
    house.client.save()
    parcel = parcels.sent(house)

    shown = get(parcel.url).content.decode()
    parcel.ask_for_code()

    assert 'lang="de"' in shown and "2 Dateien, 62,5 KB, für Jane Adams." in shown
    code = Message.objects.get(kind=MessageKind.HANDOVER_CODE)
    assert code.subject.startswith("Ihr Code für die Dateien von Harbour")


def test_memory_does_not_grow_with_the_file(parcel: Parcel) -> None:
    """A small version of the proof in tests/portal/test_two_gigabytes.py."""
    size = 64 * 1024 * 1024
    row = parcel.release.files.get(position=1)
    with open(row.file.content.path, "r+b") as file:
        file.truncate(size)
    with open(row.file.content.path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    CaseFile.objects.filter(pk=row.file.pk).update(size_bytes=size, sha256=digest)
    url = parcel.open() + "files/1/"

    tracemalloc.start()
    try:
        total = sum(len(chunk) for chunk in get(url).streaming_content)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert total == size
    assert peak < 8 * 1024 * 1024


def test_a_withdrawn_case_ends_every_link(house: House) -> None:
    case = a_case(house, State.ACKNOWLEDGED)
    parcel = parcels.sent(house, case)
    stages.withdraw(
        parcel.case,
        by=house.by_lead,
        reason="They stay.",
        client_agreed_on=clock.today(),
        client_agreed_how="By phone.",
    )

    assert get(parcel.url).status_code == 410
