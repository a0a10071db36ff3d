"""Two gigabytes through a worker of a few megabytes: uploaded, downloaded, broken off, resumed."""

from __future__ import annotations

import hashlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from notices.services import handing
from offboarding.models import CaseFile, Download, FetchedFile, Receiver
from offboarding.services import releases
from tests import builders
from tests.portal.parcels import Parcel

pytestmark = [pytest.mark.scale, pytest.mark.django_db(transaction=True)]

SIZE = 2 * 1024**3
MOST_MEMORY_KB = 200 * 1024
CHUNK = 1024 * 1024
BOUNDARY = "a-boundary-of-this-test"
SECRET = "c" * 32


@pytest.fixture
def server(process_environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Serve with one worker; yield its port and the process that leads it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "1", "config.wsgi"]
    environment = process_environment | {"DATA_DIR": str(settings.DATA_DIR)}
    process = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)
    try:
        for _try in range(300):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def peak_memory_kb(parent: int) -> int:
    """Return the most that the worker has had in memory, as the kernel counts it."""
    peaks = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            status = (folder / "status").read_text()
        except OSError:
            continue
        said = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        if int(said["PPid"]) == parent:
            peaks.append(int(said["VmHWM"].split()[0]))
    return max(peaks)


def body_of(fields: dict[str, str]) -> tuple[bytes, bytes]:
    """Return what stands before and after the file in the form."""
    head = b""
    for name, value in fields.items():
        head += (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        ).encode()
    head += (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="all.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()
    return head, f"\r\n--{BOUNDARY}--\r\n".encode()


def test_two_gigabytes_come_and_go_through_less_than_two_hundred_megabytes(
    server: tuple[int, int],
) -> None:
    port, pid = server
    house = builders.a_house()
    case = builders.a_case(house)
    staff = Client()
    staff.force_login(house.manager)
    session = staff.cookies[settings.SESSION_COOKIE_NAME].value
    head, foot = body_of(
        {
            "csrfmiddlewaretoken": SECRET,
            "title": "Everything",
            "key": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
        }
    )
    begin = b"%PDF-1.7\n"
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    line.putrequest("POST", f"/cases/{case.reference}/handover/new/")
    line.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    line.putheader("Content-Length", str(len(head) + SIZE + len(foot)))
    line.putheader("Cookie", f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={SECRET}")
    line.endheaders()
    started = time.monotonic()
    block = hashlib.sha256(b"records").digest() * (CHUNK // 32)
    line.send(head + begin)
    sent = len(begin)
    while sent < SIZE:
        piece = block[: min(CHUNK, SIZE - sent)]
        line.send(piece)
        sent += len(piece)
    line.send(foot)
    answer = line.getresponse()
    assert answer.status == 303, answer.read()[-2000:]
    uploaded = time.monotonic() - started
    file = CaseFile.objects.get()
    assert file.size_bytes == SIZE

    release = releases.prepare_release(
        case,
        by=house.by_manager,
        items=list(case.handover_items.all()),
        goes_to=Receiver.CLIENT,
        recipient_name="Jane Adams",
        recipient_email="jane.adams@example.com",
    )
    handing.send_release(release, by=house.by_manager)
    address = Parcel(house, release).open() + "files/1/"
    digest, at, started = hashlib.sha256(), 0, time.monotonic()
    etag = ""
    for stop_at in (700_000_000, 1_500_000_000, SIZE):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        headers = {"Range": f"bytes={at}-", "If-Range": etag} if at else {}
        line.request("GET", address, headers=headers)
        answer = line.getresponse()
        assert answer.status == (206 if at else 200)
        etag = answer.headers["ETag"]
        while at < stop_at:
            piece = answer.read(min(CHUNK, stop_at - at))
            digest.update(piece)
            at += len(piece)
        # The line breaks here, twice in the middle of the file.
        line.close()
    downloaded = time.monotonic() - started

    assert digest.hexdigest() == file.sha256
    deadline = time.monotonic() + 20
    while not FetchedFile.objects.get().is_whole and time.monotonic() < deadline:
        time.sleep(0.2)
    assert FetchedFile.objects.get().is_whole
    assert Download.objects.count() == 1
    peak = peak_memory_kb(pid)
    print(
        f"\n2 GB up in {uploaded:.0f} s, down in {downloaded:.0f} s with two breaks; "
        f"the worker had {peak // 1024} MB at most."
    )
    assert peak < MOST_MEMORY_KB
    os.unlink(file.content.path)
