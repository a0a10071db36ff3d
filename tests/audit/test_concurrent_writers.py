"""Many write at once, and no chain forks or loses an event."""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from audit import anchors
from audit.models import AuditEvent
from audit.services import record
from audit.verification import verify
from tests.audit.trail import MACHINE

WRITER = """
import sys, django
django.setup()
from django.db import transaction
from accounts.actor import Actor
from audit.services import record
sys.stdin.readline()
for number in range(int(sys.argv[1])):
    with transaction.atomic():
        for stream in ("case:1", "staff"):
            record(stream=stream, action="case.noted", by=Actor.machine(sys.argv[2]))
"""


@pytest.mark.django_db(transaction=True)
def test_processes_that_write_the_same_streams_at_once_leave_no_fork(process_environment):
    connection.close()
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, "15", f"writer.{number}"],
            env=process_environment,
            stdin=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    codes = [writer.wait(timeout=120) for writer in writers]
    for writer in writers:
        writer.stdin.close()

    assert codes == [0, 0, 0, 0]
    assert Counter(AuditEvent.objects.values_list("stream", flat=True)) == {
        "case:1": 60,
        "staff": 60,
    }
    assert verify().is_whole


@pytest.mark.strict
@pytest.mark.django_db(transaction=True)
def test_eight_threads_on_the_same_and_on_different_streams_leave_no_fork(settings, tmp_path):
    assert connection.vendor == "postgresql"
    settings.DATA_DIR = tmp_path
    start = Barrier(9)

    def write(number: int) -> None:
        start.wait()
        try:
            for turn in range(40):
                with transaction.atomic():
                    record(stream="staff", action="user.signed_in", by=MACHINE)
                with transaction.atomic():
                    record(stream=f"case:{turn % 3}", action="case.noted", by=MACHINE)
                    record(stream=f"client:{number}", action="client.noted", by=MACHINE)
        finally:
            connection.close()

    def anchor() -> None:
        start.wait()
        try:
            for _ in range(20):
                anchors.make_anchor()
        finally:
            connection.close()

    with ThreadPoolExecutor(9) as pool:
        jobs = [pool.submit(write, number) for number in range(8)] + [pool.submit(anchor)]
        for job in jobs:
            job.result(timeout=120)

    assert AuditEvent.objects.count() == 8 * 40 * 3
    report = verify()
    assert report.is_whole, report.problems[:3]
    assert report.anchors > 0
