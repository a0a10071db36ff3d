"""Kills, hostile mail servers, a lost broker, a database that crashes: no notice twice, none lost.

The small versions run everywhere. Those marked strict use real worker processes and Redis, and on
.ci/run PostgreSQL; the ones marked scale are the same, larger.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from celery import Celery
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F

from accounts.actor import Actor
from audit import clock
from notices.mailing import lines as mail_lines
from notices.models import (
    IN_MOTION,
    Channel,
    Delivery,
    DeliveryState,
    Letter,
    Notice,
    NoticeKind,
    NoticeState,
)
from notices.outbox import dispatch, leases
from notices.outbox import queue as outbox
from offboarding.models import Task, TerminationCase
from offboarding.services.locking import locked
from tests import smtp_servers
from tests.builders import House, a_house
from tests.services import Redis, postgres, wait_until
from tests.smtp_servers import SmtpServer

ROOT = Path(__file__).resolve().parents[2]
PDF = b"%PDF-1.7 " + bytes(range(256)) * 20
MACHINE = Actor.machine("tests")

pytestmark = pytest.mark.django_db(transaction=True)


# -- many notices, quickly -------------------------------------------------------------------------


def many_notices(house: House, count: int) -> None:
    """Queue so many approved notices, each of a case of its own."""
    cases = TerminationCase.objects.bulk_create(
        TerminationCase(
            reference=f"OFB-2027-{number:05d}",
            team=house.team,
            client=house.client,
            owner=house.manager,
            opened_by=house.manager,
        )
        for number in range(1, count + 1)
    )
    rows = TerminationCase.objects.filter(pk__in=[case.pk for case in cases])
    rows.update(state="notice", version=F("version") + 1)
    for case in rows.select_related("client__office", "team", "owner"):
        with transaction.atomic():
            _queue_notice(house, locked(case))


def _queue_notice(house: House, case: TerminationCase) -> None:
    today = clock.today(case.time_zone)
    notice = Notice.objects.create(
        case=case,
        kind=NoticeKind.TERMINATION,
        number=1,
        state=NoticeState.SENT,
        language="en",
        office=house.office,
        notice_date=today,
        effective_on=today + timedelta(days=300),
        subject="End of our services",
        recipient_name="Jane Adams",
        recipient_email=f"client-{case.pk}@example.com",
        author=house.manager,
        approved_by=house.lead,
        approved_at=clock.now(),
        sent_at=clock.now(),
    )
    Letter.objects.create(
        notice=notice,
        notice_version=notice.version,
        pdf=PDF,
        sha256=hashlib.sha256(PDF).hexdigest(),
        size_bytes=len(PDF),
        page_count=1,
        profile="din5008b",
        text="Our services end.",
        template_version="1",
        renderer="a stand-in",
        font_versions="",
    )
    outbox.queue_email(
        case=case,
        notice=notice,
        recipient_name=notice.recipient_name,
        recipient_email=notice.recipient_email,
        compose=lambda _delivery: outbox.Mail(
            "Notice", "Our services end.", "<p>x</p>", [("letter.pdf", "application/pdf", PDF)]
        ),
        sender_name="Mia, Harbour",
        language="en",
        by=MACHINE,
    )


# -- what is promised ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tally:
    """What became of all notices, as the mail server and the database have it."""

    notices: int
    accepted: int
    refused: int
    uncertain: int
    sent_twice: int
    lost: int
    doubts_without_a_person: int

    def __str__(self) -> str:
        return (
            f"{self.notices} notices: {self.sent_twice} sent twice, {self.lost} lost,"
            f" {self.uncertain} uncertain (of them {self.doubts_without_a_person} on nobody's"
            f" list), {self.accepted} accepted, {self.refused} refused"
        )


def tally(server: SmtpServer) -> Tally:
    copies = Counter(mail.message_id for mail in server.mails)
    rows = list(
        Delivery.objects.filter(channel=Channel.EMAIL).values_list(
            "pk", "state", "internet_message_id"
        )
    )
    listed = set(
        Task.objects.filter(done_at=None, origin__startswith="delivery:").values_list(
            "origin", flat=True
        )
    )
    states = Counter(state for _pk, state, _id in rows)
    lost = [
        pk
        for pk, state, message_id in rows
        if (state == DeliveryState.ACCEPTED and message_id not in copies)
        or state not in (DeliveryState.ACCEPTED, DeliveryState.REFUSED, DeliveryState.UNCERTAIN)
    ]
    alone = [
        pk
        for pk, state, _id in rows
        if state == DeliveryState.UNCERTAIN
        and not any(origin.startswith(f"delivery:{pk}:uncertain:") for origin in listed)
    ]
    return Tally(
        notices=len(rows),
        accepted=states[DeliveryState.ACCEPTED],
        refused=states[DeliveryState.REFUSED],
        uncertain=states[DeliveryState.UNCERTAIN],
        sent_twice=sum(count - 1 for count in copies.values()),
        lost=len(lost),
        doubts_without_a_person=len(alone),
    )


def assert_promised(counted: Tally) -> None:
    assert (counted.sent_twice, counted.lost, counted.doubts_without_a_person) == (0, 0, 0)


def let_leases_run_out() -> None:
    Delivery.objects.filter(state__in=IN_MOTION).update(leased_until=leases.DatabaseClock(-1))


def settle_everything(server: SmtpServer) -> None:
    """Let time pass with a mail server that works, until nothing waits any more."""
    server.set_mode("accept")
    server.drop_everyone()
    for _round in range(40):
        let_leases_run_out()
        dispatch.sweep()
        dispatch.drain()
        if not Delivery.objects.filter(state__in=[DeliveryState.QUEUED, *IN_MOTION]).exists():
            return
        clock.move(clock.offset() + timedelta(minutes=30))
    raise AssertionError("Some notices still wait.")


# -- servers and workers ---------------------------------------------------------------------------


@pytest.fixture
def server(settings, tmp_path) -> Iterator[SmtpServer]:
    certificate = smtp_servers.self_signed_certificate(tmp_path)
    with SmtpServer(certificate=certificate) as started:
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = started.port
        settings.EMAIL_TIMEOUT = 1
        yield started
        mail_lines.close()


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def environment(process_environment, server) -> dict[str, str]:
    """The environment of a worker that mails through this test's server."""
    return process_environment | {
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(server.port),
        "EMAIL_SECURITY": "none",
        "EMAIL_TIMEOUT": "60",
    }


DRAIN = "import django; django.setup(); from notices.outbox import dispatch; dispatch.drain()"


def a_draining_process(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", DRAIN], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def heard(server: SmtpServer, word: str) -> bool:
    return any(command.upper().startswith(word) for command in list(server.commands))


BEFORE_IT_LEFT = [
    ("hang_at_connect", ""),
    ("hang_at_ehlo", "EHLO"),
    ("hang_at_mail", "MAIL"),
    ("hang_at_rcpt", "RCPT"),
]
AFTER_IT_MAY_HAVE_LEFT = [
    ("hang_at_data", "DATA"),
    ("hang_in_body", "DATA"),
    ("hang_after_dot_stored", "."),
    ("hang_after_dot_lost", "."),
]


def killed_while_the_server_hangs(server, environment, mode: str, word: str) -> Delivery:
    """Kill a worker at the exact step at which the server stopped answering."""
    server.set_mode(mode)
    worker = a_draining_process(environment)
    try:
        wait_until(
            lambda: heard(server, word) if word else server.connections > 0,
            seconds=30,
            what=f"the worker to come to {mode}",
        )
        time.sleep(0.1)
    finally:
        kill(worker)
    return Delivery.objects.get()


def check_kill_before_it_left(house, server, environment, mode, word):
    many_notices(house, 1)
    assert killed_while_the_server_hangs(server, environment, mode, word).state == "claimed"

    settle_everything(server)

    assert Delivery.objects.get().state == DeliveryState.ACCEPTED
    assert len(server.mails) == 1


def check_kill_after_it_may_have_left(house, server, environment, mode, word):
    many_notices(house, 1)
    row = killed_while_the_server_hangs(server, environment, mode, word)
    assert row.state == DeliveryState.HANDING_OVER

    settle_everything(server)

    assert Delivery.objects.get().state == DeliveryState.UNCERTAIN
    assert len(server.mails) == ("stored" in mode)
    assert_promised(tally(server))


# -- small, everywhere -----------------------------------------------------------------------------


def test_a_mixed_day_of_a_mail_server_sends_nothing_twice_and_loses_nothing(house, server):
    many_notices(house, 24)
    server.set_mode(
        "accept,greylist,drop_after_dot_stored,refuse_recipient,accept,drop_at_rcpt,accept,"
        "drop_after_dot_lost,temporary_after_dot,shut_down_at_rcpt,data_4xx"
    )
    for _round in range(4):
        dispatch.drain(claim_size=7)
        clock.move(clock.offset() + timedelta(minutes=3))
    settle_everything(server)

    counted = tally(server)
    assert_promised(counted)
    assert counted.uncertain and counted.refused and counted.accepted


def test_a_worker_killed_while_the_server_thinks_leaves_a_doubt(house, server, environment):
    check_kill_after_it_may_have_left(house, server, environment, "hang_after_dot_stored", ".")


def test_a_worker_killed_before_the_mail_begins_only_delays_it(house, server, environment):
    check_kill_before_it_left(house, server, environment, "hang_at_rcpt", "RCPT")


# -- with real workers -----------------------------------------------------------------------------


@pytest.mark.strict
@pytest.mark.parametrize(("mode", "word"), BEFORE_IT_LEFT)
def test_killed_before_the_mail_began_it_is_sent_once_later(house, server, environment, mode, word):
    check_kill_before_it_left(house, server, environment, mode, word)


@pytest.mark.strict
@pytest.mark.parametrize(("mode", "word"), AFTER_IT_MAY_HAVE_LEFT)
def test_killed_after_the_mail_began_it_is_a_persons_decision(
    house, server, environment, mode, word
):
    check_kill_after_it_may_have_left(house, server, environment, mode, word)


@pytest.mark.strict
def test_killed_between_the_servers_yes_and_our_record_it_is_a_persons_decision(
    house, server, environment, monkeypatch
):
    answer = smtp_servers._Conversation._say
    said_yes: list[str] = []
    case_is_locked: list[bool] = []

    def say(conversation, reply):
        if "queued as" in reply:
            wait_until(lambda: bool(case_is_locked), seconds=20, what="the test's lock")
            answer(conversation, reply)
            said_yes.append(reply)
        else:
            answer(conversation, reply)

    monkeypatch.setattr(smtp_servers._Conversation, "_say", say)
    many_notices(house, 1)
    worker = a_draining_process(environment)
    try:
        wait_until(lambda: heard(server, "."), seconds=30, what="the mail's last dot")
        with transaction.atomic():
            locked(TerminationCase.objects.get())
            case_is_locked.append(True)
            wait_until(lambda: bool(said_yes), seconds=20, what="the server's yes")
            time.sleep(0.2)
            kill(worker)
    finally:
        kill(worker)

    assert Delivery.objects.get().state == DeliveryState.HANDING_OVER
    settle_everything(server)
    assert Delivery.objects.get().state == DeliveryState.UNCERTAIN
    assert len(server.mails) == 1


class Workers:
    """Two worker processes under one Celery, which replaces each that is killed."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.kills = 0
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "2"]
            + ["--without-gossip", "--without-mingle", "--loglevel", "critical"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill_one(self) -> None:
        """Kill one of the two, each in turn."""
        pid = self._parent.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if children:
            with suppress(ProcessLookupError):
                os.kill(int(children[self.kills % len(children)]), signal.SIGKILL)
                self.kills += 1

    def end(self) -> None:
        """Kill both and their Celery; all are in a session that we began."""
        os.killpg(self._parent.pid, signal.SIGKILL)
        self._parent.wait()


STORM = ",".join(
    ["accept"] * 8 + ["greylist", "drop_after_dot_stored", "starttls_stripped"]
    + ["accept"] * 8 + ["refuse_recipient", "drop_at_rcpt", "hang_at_rcpt"]
    + ["accept"] * 8 + ["drop_after_dot_lost", "temporary_after_dot", "shut_down_at_rcpt"]
    + ["accept"] * 8 + ["garbage_after_dot_stored", "garbage_at_rcpt", "starttls_garbage"]
    + ["accept"] * 8 + ["hang_after_dot_lost", "busy", "data_4xx", "drop_before_dot"]
)  # fmt: skip


def crash_the_database() -> None:
    """Kill one of its processes: PostgreSQL ends all others, recovers and starts anew."""
    killed = connection.copy()
    killed.ensure_connection()
    os.kill(killed.connection.info.backend_pid, signal.SIGKILL)
    wait_until(lambda: not _answers(connection), seconds=30, what="all of PostgreSQL to end")
    connection.close()
    wait_until(lambda: _answers(connection), seconds=30, what="PostgreSQL to be there again")


def _answers(database: BaseDatabaseWrapper) -> bool:
    try:
        with database.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (OperationalError, InterfaceError):
        return False
    return True


@pytest.fixture
def a_server_of_its_own(house) -> Iterator[str]:
    """Move this test's database to a PostgreSQL that it may crash; commits wait for the disk."""
    before = {name: connection.settings_dict[name] for name in ("HOST", "PORT", "NAME")}
    source = process_url(before)
    with postgres(durable=True) as url:
        copied = subprocess.run(["pg_dump", source], check=True, stdout=subprocess.PIPE).stdout
        subprocess.run(
            ["psql", "--quiet", url], check=True, input=copied, stdout=subprocess.DEVNULL
        )
        connection.close()
        parts = urlsplit(url)
        there = {"HOST": parts.hostname, "PORT": str(parts.port), "NAME": parts.path.strip("/")}
        connection.settings_dict.update(there)
        try:
            yield url
        finally:
            connection.close()
            connection.settings_dict.update(before)


@pytest.fixture
def storm_environment(environment, a_server_of_its_own, redis_server, tmp_path) -> dict[str, str]:
    """The environment of a worker in a storm: encrypted mail, and a database that crashes."""
    return environment | {
        "DATABASE_URL": a_server_of_its_own,
        "CELERY_BROKER_URL": redis_server.url,
        "REDIS_URL": redis_server.url,
        "EMAIL_HOST": "localhost",
        "EMAIL_SECURITY": "starttls",
        "EMAIL_TIMEOUT": "1",
        "SSL_CERT_FILE": str(tmp_path / "certificate.pem"),
    }


def process_url(place: dict[str, str]) -> str:
    user = connection.settings_dict["USER"]
    return f"postgres://{user}@{place['HOST']}:{place['PORT']}/{place['NAME']}"


def a_storm(house, server, environment, redis, monkeypatch, *, notices: int, seconds: float):
    """Drain through two workers while they are killed, the broker is lost, the database crashes.

    The workers ask for encryption, which somebody takes out of the offer now and then.

    At every kill the leases of both workers run out: the one that lives on is overtaken in the
    midst of its work, as after a long pause of its machine.

    Returns:
        How many workers were killed.
    """
    answer = smtp_servers._Conversation._say

    def slowly(conversation, reply):
        # So that a kill meets a worker at any step.
        time.sleep(0.01)
        answer(conversation, reply)

    monkeypatch.setattr(smtp_servers._Conversation, "_say", slowly)
    many_notices(house, notices)
    server.set_mode(STORM)
    # Celery would ring there instead.
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    bell = Celery("bell", broker=redis.url, set_as_current=False)
    bell.conf.broker_transport_options = {"socket_connect_timeout": 1, "max_retries": 0}
    workers = Workers(environment)
    # By progress and not by time, so that a slow machine meets as many kills as a fast one.
    troubles = {
        notices // 4: lambda: flush(redis),
        notices // 3: crash_the_database,
        notices // 2: redis.lose_everything,
        notices * 2 // 3: crash_the_database,
    }
    between_kills = min(25, notices // 10)
    next_kill = 10
    began = time.monotonic()
    try:
        left = 0
        # The last of them leave when the storm is over.
        while time.monotonic() - began < seconds and left < notices * 3 // 4:
            left = Delivery.objects.exclude(state__in=[DeliveryState.QUEUED, *IN_MOTION]).count()
            if left >= next_kill:
                workers.kill_one()
                let_leases_run_out()
                dispatch.sweep()
                next_kill = left + between_kills
            for point in [point for point in troubles if left >= point]:
                troubles.pop(point)()
            with suppress(Exception):
                bell.send_task(outbox.DRAIN, retry=False, ignore_result=True)
            time.sleep(0.1)
    finally:
        workers.end()
    assert not troubles, "Not all that should go wrong did while notices waited."
    monkeypatch.setattr(smtp_servers._Conversation, "_say", answer)
    settle_everything(server)
    return workers.kills


def flush(redis: Redis) -> None:
    subprocess.run(
        ["redis-cli", "-p", str(redis.port), "FLUSHALL"],
        check=True,
        stdout=subprocess.DEVNULL,
    )


@pytest.mark.strict
def test_over_100_notices_none_is_sent_twice_and_none_is_lost(
    house, server, storm_environment, redis_server, monkeypatch, capsys
):
    kills = a_storm(
        house, server, storm_environment, redis_server, monkeypatch, notices=100, seconds=120
    )

    counted = tally(server)
    with capsys.disabled():
        print(
            f"\n{counted}; {kills} workers killed, broker emptied and database crashed twice each"
        )
    assert_promised(counted)
    assert counted.notices == 100
    assert kills >= 4


@pytest.mark.scale
def test_over_400_notices_none_is_sent_twice_and_none_is_lost(
    house, server, storm_environment, redis_server, monkeypatch, capsys
):
    kills = a_storm(
        house, server, storm_environment, redis_server, monkeypatch, notices=400, seconds=600
    )

    counted = tally(server)
    with capsys.disabled():
        print(
            f"\n{counted}; {kills} workers killed, broker emptied and database crashed twice each"
        )
    assert_promised(counted)
    assert counted.notices == 400
    assert kills >= 8


@pytest.mark.strict
def test_two_workers_at_once_share_the_work_and_no_row(house, server, environment):
    many_notices(house, 120)
    workers = [a_draining_process(environment) for _ in range(2)]
    for worker in workers:
        worker.wait(60)

    counted = tally(server)
    assert_promised(counted)
    assert counted.accepted == 120


@pytest.mark.strict
def test_a_broker_that_is_gone_delays_nothing_that_is_drained_from_the_database(
    house, server, environment, redis_server
):
    redis_server.stop()
    many_notices(house, 3)
    worker = a_draining_process(environment | {"CELERY_BROKER_URL": redis_server.url})
    worker.wait(60)

    assert tally(server).accepted == 3
