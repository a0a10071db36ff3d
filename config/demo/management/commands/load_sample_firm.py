"""Load the sample firm into an empty demo."""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import Any

from aiosmtpd.controller import Controller
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.test.utils import override_settings

from accounts.models import User
from audit import clock
from config.demo.catcher import Catcher
from config.demo.sample import (
    clients,
    closing_line,
    firm,
    measures,
    providers,
    service_checklists,
    sorting,
    stories,
    talking,
)


class Command(BaseCommand):
    """Found the firm, take its clients on and walk their stories, each on its own days."""

    help = "Load a believable firm with clients and cases in every state."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load once; the clock is right again afterwards, whatever happens."""
        if User.objects.exists():
            raise CommandError("There are people already; the sample firm needs an empty demo.")
        offset = clock.offset()
        port = _free_port()
        controller = Controller(Catcher(settings.DATA_DIR / "mailbox"), "127.0.0.1", port)
        controller.start()
        try:
            with override_settings(EMAIL_PORT=port):
                clock.move(timedelta(days=-200))
                sample = firm.found()
                providers.list_them()
                service_checklists.list_them()
                taken_on = clients.take_on(sample)
                stories.tell(sample, taken_on)
                closing_line.begin(sample)
                sorting.sort(sample)
                talking.talk(sample)
                measures.decide(sample)
        finally:
            controller.stop()
            clock.move(offset)
        self.stdout.write("The sample firm is in.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
