"""The folder queue: every ring arrives once and whole, and a killed process stops nobody."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection, Exchange, Queue
from kombu.exceptions import ChannelError

from config import broker

ROOT = Path(__file__).resolve().parents[2]

CONNECT = """
import json, os, sys, time
from kombu import Connection, Exchange, Queue
folder, me, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
rings = Queue("rings", Exchange("rings"), "rings")
connection = Connection(
    "filesystem://localhost",
    transport="config.broker:Transport",
    transport_options={
        "data_folder_in": folder, "data_folder_out": folder,
        "control_folder": folder + "/control", "polling_interval": 0.01,
    },
)
"""
WRITER = (
    CONNECT
    + """
with connection:
    producer = connection.Producer()
    for number in range(count):
        producer.publish(
            {"from": me, "number": number, "ballast": "ä" * 3000},
            exchange=rings.exchange, routing_key="rings", declare=[rings], serializer="json",
        )
"""
)
READER = (
    CONNECT
    + """
import socket
home = os.path.dirname(folder)
got = open(os.path.join(home, me), "w")
def take(body, message):
    assert len(body["ballast"]) == 3000
    print(body["from"], body["number"], file=got, flush=True)
    message.ack()
with connection, connection.Consumer([rings], callbacks=[take], accept=["json"]):
    while not os.path.exists(os.path.join(home, "enough")):
        try:
            connection.drain_events(timeout=0.1)
        except socket.timeout:
            pass
"""
)
BELL = """
import os, time
from celery import Celery
folder = os.environ["BELL_FOLDER"]
app = Celery("bell")
app.conf.update(
    broker_url="filesystem://localhost",
    broker_transport="config.broker:Transport",
    broker_transport_options={
        "data_folder_in": folder, "data_folder_out": folder,
        "control_folder": folder + "/control", "polling_interval": 0.05,
    },
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
)
@app.task
def ring(number, seconds=0):
    with open(folder + "/../begun", "a") as log:
        print(number, file=log)
    time.sleep(seconds)
    with open(folder + "/../rung", "a") as log:
        print(number, file=log)
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "queue"


def connect(folder, **options):
    return Connection(
        "filesystem://localhost",
        transport="config.broker:Transport",
        transport_options={
            "data_folder_in": str(folder),
            "data_folder_out": str(folder),
            "control_folder": str(folder / "control"),
            "polling_interval": 0.01,
            **options,
        },
    )


@pytest.fixture
def channel(folder):
    with connect(folder) as connection:
        yield connection.default_channel


def message(number):
    return {"body": str(number), "properties": {"delivery_tag": str(number)}}


def process(script, *arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        cwd=ROOT,
        **options,
    )


def wait_until(it_is_so, seconds=20.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if it_is_so():
            return True
        time.sleep(0.02)
    return False


def lines(file):
    return file.read_text().splitlines() if file.exists() else []


@pytest.mark.parametrize("each", [200, pytest.param(1000, marks=pytest.mark.scale)])
def test_two_writers_and_two_readers_lose_double_and_halve_nothing(folder, each):
    readers = [process(READER, folder, f"reader{n}", 0) for n in range(2)]
    writers = [process(WRITER, folder, f"writer{n}", each) for n in range(2)]
    logs = [folder.parent / f"reader{n}" for n in range(2)]
    try:
        assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
        wait_until(lambda: sum(len(lines(log)) for log in logs) >= 2 * each)
    finally:
        (folder.parent / "enough").touch()
        codes = [reader.wait(timeout=20) for reader in readers]

    got = Counter(line for log in logs for line in lines(log))
    assert codes == [0, 0]
    assert got == Counter(f"writer{w} {n}" for w in range(2) for n in range(each))
    assert all(lines(log) for log in logs), "one reader took everything"
    assert [entry for entry in os.listdir(folder) if entry != "control"] == []


def test_messages_are_taken_oldest_first_and_by_queue(channel):
    for number in range(3):
        channel._put("rings", message(number))
        channel._put("other", message(number + 100))

    assert [channel._get("rings")["body"] for _ in range(3)] == ["0", "1", "2"]
    with pytest.raises(Empty):
        channel._get("rings")
    assert channel._size("other") == 3


def test_a_queue_whose_name_ends_like_another_is_another(channel):
    channel._put("celery.rings", message(1))

    with pytest.raises(Empty):
        channel._get("rings")
    assert channel._get("celery.rings")["body"] == "1"


def test_a_message_that_is_still_being_written_is_not_seen(channel, folder, monkeypatch):
    seen = []

    def look_then_rename(self, target):
        seen.append((channel._size("rings"), Path(self).read_bytes()))
        os.rename(self, target)

    monkeypatch.setattr(Path, "rename", look_then_rename)
    channel._put("rings", message(1))

    assert seen[0][0] == 0
    assert json.loads(seen[0][1])["body"] == "1"
    assert channel._size("rings") == 1


def test_a_message_that_another_reader_took_is_passed_over(channel, folder):
    channel._put("rings", message(1))
    channel._put("rings", message(2))
    channel._put("rings", message(3))
    assert channel._get("rings")["body"] == "1"

    next(iter(sorted(folder.glob("*.msg")))).unlink()

    assert channel._get("rings")["body"] == "3"


@pytest.mark.parametrize(
    "content", [b"", b'{"body": "half', b"\xff\xfe", b"[]", b'{"body": "x"}', b"null"]
)
def test_a_broken_message_is_set_aside_and_the_next_one_is_served(channel, folder, content):
    (folder / "00000000000000000001_broken.rings.msg").write_bytes(content)
    channel._put("rings", message(2))

    assert channel._get("rings")["body"] == "2"
    with pytest.raises(Empty):
        channel._get("rings")
    assert [file.read_bytes() for file in folder.glob("*.unreadable")] == [content]


def test_a_folder_where_a_message_should_be_is_set_aside_too(channel, folder):
    (folder / "00000000000000000001_odd.rings.msg").mkdir()
    channel._put("rings", message(2))

    assert channel._get("rings")["body"] == "2"


def test_folders_are_made_at_need_and_again_when_they_vanish(tmp_path):
    deep = tmp_path / "not" / "yet" / "there"
    with connect(deep) as connection:
        channel = connection.default_channel
        channel._put("rings", message(1))
        for file in [*deep.rglob("*.*")]:
            file.unlink()
        (deep / "control").rmdir()
        deep.rmdir()

        with pytest.raises(Empty):
            channel._get("rings")
        channel._put("rings", message(2))
        assert channel._get("rings")["body"] == "2"
        assert deep.stat().st_mode & 0o077 == 0


def test_a_put_makes_a_vanished_folder_again(channel, folder):
    (folder / "control").rmdir()
    folder.rmdir()

    channel._put("rings", message(1))

    assert channel._get("rings")["body"] == "1"


@pytest.mark.parametrize("name", ["../rings", "a/b", "", "nul\0"])
def test_a_queue_name_cannot_leave_the_folder(channel, name):
    with pytest.raises(ChannelError, match="cannot be named"):
        channel._put(name, message(1))


def test_what_a_killed_process_left_is_cleared_after_an_hour(folder, monkeypatch):
    folder.mkdir()
    litter = [folder / "a.part", folder / "1_b.rings.msg.taken"]
    for file in litter:
        file.write_bytes(b"half")
    waiting = folder / "00000000000000000001_b.rings.msg"
    waiting.write_text(json.dumps(message(1)))

    with connect(folder) as connection:
        connection.default_channel.basic_qos(prefetch_count=1)
    assert all(file.exists() for file in litter), "younger than an hour: its writer may be alive"

    monkeypatch.setattr(broker, "_LITTER_AGE", -1)
    with connect(folder) as connection:
        connection.default_channel.basic_qos(prefetch_count=1)
    assert not any(file.exists() for file in litter)
    assert waiting.exists()


def test_a_fanout_reaches_every_queue_and_a_broken_table_starts_anew(folder):
    everyone = Exchange("everyone", type="fanout")
    queues = [Queue(f"of.{name}", everyone) for name in ("anna", "ben")]
    with connect(folder) as connection:
        channel = connection.default_channel
        connection.Producer().publish("hello", exchange=everyone, declare=queues)
        assert {name for queue in queues if channel._size(name := queue.name) == 1} == {
            "of.anna",
            "of.ben",
        }
    (folder / "control" / "everyone.exchange").write_bytes(b"")
    broker.Transport._states.clear()

    with connect(folder) as connection:
        connection.Producer().publish("again", exchange=everyone, declare=queues[:1])
        channel = connection.default_channel
        assert [channel._size(queue.name) for queue in queues] == [2, 1]


def test_a_deleted_queue_hears_nothing_more(folder):
    everyone = Exchange("everyone", type="fanout")
    queue = Queue("of.anna", everyone)
    with connect(folder) as connection:
        channel = connection.default_channel
        connection.Producer().publish("hello", exchange=everyone, declare=[queue])
        queue(channel).delete()
        connection.Producer().publish("hello", exchange=everyone)
        assert channel._size("of.anna") == 0
        assert channel.get_table("everyone") == []


def test_processes_that_start_together_all_find_a_whole_table(folder):
    starters = [process(WRITER, folder, f"starter{n}", 1) for n in range(4)]

    assert [starter.wait(timeout=30) for starter in starters] == [0] * 4
    with connect(folder) as connection:
        assert connection.default_channel._size("rings") == 4


def test_an_unfinished_message_comes_back_when_its_reader_ends_properly(folder):
    rings = Queue("rings", Exchange("rings"), "rings")
    with connect(folder) as connection:
        connection.Producer().publish(
            "look", exchange=rings.exchange, routing_key="rings", declare=[rings]
        )
        assert connection.default_channel.basic_get("rings") is not None
        assert connection.default_channel._size("rings") == 0

    with connect(folder) as connection:
        assert connection.default_channel._size("rings") == 1


def worker_of(bell):
    return subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "bell", "worker", "--concurrency", "1",
         "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "warning"],
        cwd=bell, env=environment_of(bell), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def environment_of(bell):
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{bell}",
        "BELL_FOLDER": str(bell / "queue"),
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return environment


def test_a_killed_worker_does_not_stop_the_queue_for_the_next_one(tmp_path):
    (tmp_path / "bell.py").write_text(BELL)
    ring = "import bell; bell.ring.delay(0, 60); [bell.ring.delay(n) for n in range(1, 6)]"
    first = worker_of(tmp_path)
    second = None
    try:
        subprocess.run(
            [sys.executable, "-c", ring], cwd=tmp_path, env=environment_of(tmp_path), check=True
        )
        assert wait_until(lambda: lines(tmp_path / "begun") == ["0"])
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()

        second = worker_of(tmp_path)
        # One more may have been fetched ahead by the killed worker: rings may be lost.
        assert wait_until(lambda: "5" in lines(tmp_path / "rung"))
        rung = lines(tmp_path / "rung")
        assert rung in (["1", "2", "3", "4", "5"], ["2", "3", "4", "5"])
    finally:
        for worker in filter(None, (first, second)):
            if worker.poll() is None:
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()


def test_the_settings_name_this_queue_when_there_is_no_redis(tmp_path):
    look = """
    from django.conf import settings
    from config.celery import app
    with app.connection_for_write() as connection:
        connection.connect()
        kind = type(connection.transport)
        print(kind.__module__, kind.__name__, connection.transport.polling_interval)
        print(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])
    """
    environment = {**os.environ, "DATA_DIR": str(tmp_path)}
    for name in ("REDIS_URL", "CELERY_BROKER_URL"):
        environment.pop(name, None)

    with process(look, env=environment, stdout=subprocess.PIPE, text=True) as looking:
        said, _ = looking.communicate(timeout=30)

    assert said.splitlines() == ["config.broker Transport 0.1", str(tmp_path / "queue")]
    assert (tmp_path / "queue" / "control").is_dir()
