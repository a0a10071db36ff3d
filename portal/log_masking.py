"""Tokens of client links are secrets: no log shows one.

`MaskTokens` is a filter for handlers of the standard library, `mask_event` a processor for
structlog.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, MutableMapping
from typing import Any

from notices.mailing.link_masking import mask


class MaskTokens(logging.Filter):
    """Masks tokens in a record's message and arguments; lets every record through."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _masked(record.msg)
        if isinstance(record.args, Mapping):
            record.args = {key: _masked(value) for key, value in record.args.items()}
        elif record.args:
            record.args = tuple(_masked(value) for value in record.args)
        return True


def mask_event(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Mask tokens in every text of a structlog event."""
    for key, value in event.items():
        event[key] = _masked(value)
    return event


def _masked(value: object) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, int | float | bool | None):
        return value
    # A request or a URL shows its address when it is written out.
    text = str(value)
    masked = mask(text)
    return value if masked == text else masked
