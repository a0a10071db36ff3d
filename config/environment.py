"""Typed reading of environment variables; the only place that touches `os.environ`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """Return a variable, stripped, or the default when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    """Return a yes-or-no variable.

    Raises:
        ImproperlyConfigured: the value is neither.
    """
    value = text(name).lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return default if value == "" else False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")


def number(name: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
    """Return a whole number within bounds.

    Raises:
        ImproperlyConfigured: not a number, or out of bounds.
    """
    raw = text(name, str(default))
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {raw!r}.") from None
    if not least <= value <= most:
        raise ImproperlyConfigured(f"{name} must be between {least} and {most}, not {value}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without empty items."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(url: str, base_dir: Path, *, durable: bool = True) -> dict[str, Any]:
    """Translate a database address into Django's settings.

    Args:
        url: `sqlite:///relative/or//absolute.db` or `postgres://user:password@host:port/name`.
        base_dir: what a relative SQLite path is relative to.
        durable: whether SQLite waits for the disk; only tests do without.

    Raises:
        ImproperlyConfigured: another scheme.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        # WAL with IMMEDIATE transactions: the defaults failed under concurrent writers.
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(base_dir / unquote(parts.path.removeprefix("/"))),
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": (
                    "PRAGMA journal_mode=WAL; "
                    f"PRAGMA synchronous={'FULL' if durable else 'OFF'}; "
                    "PRAGMA foreign_keys=ON;"
                ),
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        options: dict[str, Any] = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", None) or parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_HEALTH_CHECKS": True,
            "CONN_MAX_AGE": 60,
            "OPTIONS": options,
        }
    raise ImproperlyConfigured(
        f"DATABASE_URL must start with sqlite:// or postgres://, not {parts.scheme!r}."
    )
