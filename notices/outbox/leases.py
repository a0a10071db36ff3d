"""The clock by which a worker holds a row: the database's own, never a worker's."""

from __future__ import annotations

from typing import Any

from django.db.models import DateTimeField, Func


class DatabaseClock(Func):
    """The instant by the database's clock, some seconds ahead; leases are told by nothing else."""

    output_field = DateTimeField()

    def __init__(self, ahead_seconds: int = 0) -> None:
        super().__init__()
        self.ahead_seconds = int(ahead_seconds)

    def as_postgresql(self, *args: Any, **kwargs: Any) -> Any:
        return f"clock_timestamp() + interval '{self.ahead_seconds} seconds'", []

    def as_sqlite(self, *args: Any, **kwargs: Any) -> Any:
        form = "%%Y-%%m-%%d %%H:%%M:%%f"
        return f"strftime('{form}', 'now', '{self.ahead_seconds:+d} seconds')", []
