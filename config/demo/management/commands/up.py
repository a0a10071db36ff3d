"""One command that runs the whole application on one machine: set-up, then every process."""

from __future__ import annotations

import fcntl
import http.client
import os
import shutil
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection as database_connection
from django.db import connections

from config.supervisor import Program, Supervisor

LOOPBACK = {"127.0.0.1", "localhost"}
SIGN_INS = (
    ("manager@example.com", "account manager"),
    ("lead@example.com", "team lead, decides and approves"),
    ("admin@example.com", "administrator, Django admin and its audit trail"),
    ("auditor@example.com", "auditor, reads everything"),
    ("manager2@example.com", "account manager of a second team"),
)


class Command(BaseCommand):
    help = "Prepare the database, then run web, workers, beat and mail catcher until stopped."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--without-sample-firm", action="store_true", help="start with an empty database"
        )

    def handle(self, *args: Any, without_sample_firm: bool = False, **options: Any) -> None:
        folder: Path = settings.DATA_DIR
        folder.mkdir(parents=True, exist_ok=True)
        # Held open, and with it the lock, as long as this process lives.
        lock = _only_start_on(folder)
        catches_mail = settings.EMAIL_HOST in LOOPBACK
        _refuse_a_port_in_use(settings.PORT, "PORT")
        if catches_mail:
            _refuse_a_port_in_use(settings.EMAIL_PORT, "EMAIL_PORT")
        try:
            self._prepare(folder, with_sample_firm=not without_sample_firm)
        except KeyboardInterrupt:
            raise CommandError("Stopped while preparing.", returncode=130) from None
        connections.close_all()
        supervisor = Supervisor(
            _programs(catches_mail=catches_mail),
            folder=settings.BASE_DIR,
            environment=os.environ
            | {
                "DATA_DIR": str(folder),
                "PORT": str(settings.PORT),
                "EMAIL_PORT": str(settings.EMAIL_PORT),
                # Advice for operators of servers; here it would bury the address to open.
                "PYTHONWARNINGS": os.environ.get("PYTHONWARNINGS", "ignore"),
            },
        )
        code = supervisor.run(is_ready=_answers, when_ready=self._announce)
        lock.close()
        sys.exit(code)

    def _prepare(self, folder: Path, *, with_sample_firm: bool) -> None:
        """Bring the database up to date; on the very first start fill it."""
        # There while the sample firm is being loaded; if it is found, that load was cut short.
        unfinished = folder / "sample-firm-unfinished"
        if unfinished.exists():
            _forget_the_unfinished_start(folder)
        self._tell("Preparing the database …")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        wanted = with_sample_firm and "load_sample_firm" in get_commands()
        if wanted and not get_user_model()._default_manager.exists():
            self._tell("Loading the sample firm, on the first start only …")
            unfinished.touch()
            call_command("load_sample_firm", verbosity=0)
            unfinished.unlink()
        self._tell("Starting …")

    def _announce(self) -> None:
        address = f"http://127.0.0.1:{settings.PORT}"
        width = max(len(email) for email, _ in SIGN_INS)
        self._tell(f"\nOffboarding is running at {address}/\n")
        if settings.DEMO:
            self._tell("Sign in with the password “offboarding” as")
            for email, role in SIGN_INS:
                self._tell(f"  {email:<{width}}  {role}")
        self._tell(f"\nMails it sends are caught at {address}/demo/mailbox/")
        self._tell(f"Data is kept in {settings.DATA_DIR}")
        self._tell("Stop with Ctrl-C.\n")

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _only_start_on(folder: Path) -> IO[str]:
    """Take the folder's lock.

    Raises:
        CommandError: another start holds it.
    """
    lock = (folder / "up.lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise CommandError(
            f"Offboarding is already running on {folder} (process {holder}). "
            "Stop that one first, or name another folder with DATA_DIR=."
        ) from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def _refuse_a_port_in_use(port: int, variable: str) -> None:
    """Find out before anything is started.

    Raises:
        CommandError: another program listens there.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers themselves do; without it a port just left counts as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(
                f"Port {port} is in use by another program. Choose a free one with {variable}=."
            ) from None


def _forget_the_unfinished_start(folder: Path) -> None:
    """Remove what a first start left that ended before anyone could use it.

    Raises:
        CommandError: the database is not ours to remove.
    """
    if database_connection.vendor != "sqlite":
        raise CommandError(
            "The sample firm was not loaded to its end. Empty the database, remove "
            f"{folder / 'sample-firm-unfinished'} and start again."
        )
    database = Path(database_connection.settings_dict["NAME"])
    for leftover in database.parent.glob(f"{database.name}*"):
        leftover.unlink()
    for name in ("files", "mailbox", "queue"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "sample-firm-unfinished").unlink()


def _programs(*, catches_mail: bool) -> list[Program]:
    python = sys.executable
    celery = [python, "-m", "celery", "--app", "config", "--quiet"]
    web = [python, "-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]
    worker = [*celery, "worker", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    # Somebody looks at the screen while a preview is set: it waits behind nothing else.
    previews = [*worker, "--queues", "previews", "--concurrency", "1", "--hostname", "previews@%h"]
    worker += ["--queues", "celery", "--concurrency", "2"]
    programs = [
        Program("beat", [*celery, "beat", "--loglevel", "WARNING", "--pidfile="]),
        Program("web", [*web, "--bind", f"127.0.0.1:{settings.PORT}", "--workers", "1"]),
        Program("worker", worker),
        Program("previews", previews),
    ]
    if catches_mail:
        mailbox = str(settings.DATA_DIR / "mailbox")
        catcher = [python, "-m", "config.demo.catcher", str(settings.EMAIL_PORT), mailbox]
        # A worker that is handing over a mail still needs somebody to take it.
        programs.insert(0, Program("mail catcher", catcher, ends_last=True))
    return programs


def _answers() -> bool:
    """Ask the web process whether it is up."""
    connection = http.client.HTTPConnection("127.0.0.1", settings.PORT, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
