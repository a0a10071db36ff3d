"""The firm, its mail server and its people, signed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notices.mailing import lines as mail_lines
from tests import builders
from tests.journeys.story import Story
from tests.smtp_servers import SmtpServer


@pytest.fixture
def server(settings) -> Iterator[SmtpServer]:
    """A mail server that takes everything and keeps it."""
    with SmtpServer() as started:
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = started.port
        yield started
        mail_lines.close()


@pytest.fixture
def story(db: None, server: SmtpServer) -> Story:
    """The first morning: a client, an agreement, and nobody has opened a case yet."""
    return Story(builders.a_house(), server)
