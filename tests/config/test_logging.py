"""What the logs say, and what they keep to themselves."""

import logging
import logging.config

import structlog
from django.conf import settings

SECRET = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFy"


def test_no_handler_writes_the_token_of_a_client_link(capsys) -> None:  # type: ignore[no-untyped-def]
    logging.config.dictConfig(settings.LOGGING)

    logging.getLogger("django.request").warning("Not Found: %s", f"/r/{SECRET}/")
    structlog.get_logger("portal").warning("opened", path=f"/r/{SECRET}/letter.pdf")

    lines = capsys.readouterr().err
    assert lines.count("/r/…") == 2
    assert SECRET not in lines
