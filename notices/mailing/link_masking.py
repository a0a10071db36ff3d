"""Tokens of links are secrets: neither a log nor a colleague's page shows one.

Whoever holds a client's link can confirm in the client's name, so colleagues read mails without it;
whoever holds a calendar's reads a colleague's dates.
"""

from __future__ import annotations

import re

_TOKEN_IN_PATH = re.compile(r"(/(?:[rohf]|calendar)/)[A-Za-z0-9_%.~-]{6,}(?:/[A-Za-z0-9_-]{40,})?")


def mask(text: str) -> str:
    """Replace the tokens in the addresses of client pages and calendars."""
    return _TOKEN_IN_PATH.sub(r"\1…", text)
