"""The lifecycle, once more, inside the database, and the counting of its cases.

Django's `save()` is not the only way to a row: `queryset.update`, SQL and the admin are others. A
trigger knows the legal moves too, and that each raises the version by one. Others write down each
case that came, went or changed its place, in the very transaction that did it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper

from offboarding import lifecycle

TABLE = "offboarding_terminationcase"
COUNTS = "offboarding_casecountchange"
NAMES = (
    "case_moves_legally",
    "case_begins_in_evaluation",
    "case_counted_in",
    "case_counted_anew",
    "case_counted_out",
)
_PLACE = ("team_id", "owner_id", "state", "is_restricted")


def _moved() -> str:
    """Tell an update that changes what is counted from one that does not."""
    return " OR ".join(f"OLD.{column} <> NEW.{column}" for column in _PLACE)


def _counted(row: str, change: int) -> str:
    values = ", ".join(f"{row}.{column}" for column in _PLACE)
    return f"INSERT INTO {COUNTS} ({', '.join(_PLACE)}, change) VALUES ({values}, {change});"


def _counted_together(rows: str, sign: str) -> str:
    """Write one line for each place that the rows of one statement are in."""
    place = ", ".join(_PLACE)
    return (
        f"INSERT INTO {COUNTS} ({place}, change) "
        f"SELECT {place}, {sign}count(*) FROM {rows} GROUP BY {place};"
    )


def _legal_moves() -> str:
    pairs = sorted({(source, target) for source, _verb, target in lifecycle.moves()})
    return " OR ".join(f"(OLD.state = '{a}' AND NEW.state = '{b}')" for a, b in pairs)


def _sqlite() -> list[str]:
    return [
        f"""CREATE TRIGGER case_moves_legally BEFORE UPDATE ON {TABLE}
            WHEN NEW.state <> OLD.state
             AND NOT (NEW.version = OLD.version + 1 AND ({_legal_moves()}))
            BEGIN SELECT RAISE(ABORT, 'a case moves only along its lifecycle'); END""",
        f"""CREATE TRIGGER case_begins_in_evaluation BEFORE INSERT ON {TABLE}
            WHEN NEW.state <> 'evaluation'
            BEGIN SELECT RAISE(ABORT, 'a case begins in evaluation'); END""",
        f"""CREATE TRIGGER case_counted_in AFTER INSERT ON {TABLE}
            BEGIN {_counted("NEW", 1)} END""",
        f"""CREATE TRIGGER case_counted_anew AFTER UPDATE OF {", ".join(_PLACE)} ON {TABLE}
            WHEN {_moved()}
            BEGIN {_counted("OLD", -1)} {_counted("NEW", 1)} END""",
        f"""CREATE TRIGGER case_counted_out AFTER DELETE ON {TABLE}
            BEGIN {_counted("OLD", -1)} END""",
    ]


def _postgresql() -> list[str]:
    return [
        f"""CREATE OR REPLACE FUNCTION case_moves_legally() RETURNS trigger AS $$
            BEGIN
              IF NEW.state <> OLD.state
                 AND NOT (NEW.version = OLD.version + 1 AND ({_legal_moves()})) THEN
                RAISE EXCEPTION 'a case moves only along its lifecycle'
                  USING ERRCODE = 'integrity_constraint_violation';
              END IF;
              RETURN NEW;
            END $$ LANGUAGE plpgsql""",
        f"""CREATE TRIGGER case_moves_legally BEFORE UPDATE ON {TABLE}
            FOR EACH ROW EXECUTE FUNCTION case_moves_legally()""",
        """CREATE OR REPLACE FUNCTION case_begins_in_evaluation() RETURNS trigger AS $$
            BEGIN
              IF NEW.state <> 'evaluation' THEN
                RAISE EXCEPTION 'a case begins in evaluation'
                  USING ERRCODE = 'integrity_constraint_violation';
              END IF;
              RETURN NEW;
            END $$ LANGUAGE plpgsql""",
        f"""CREATE TRIGGER case_begins_in_evaluation BEFORE INSERT ON {TABLE}
            FOR EACH ROW EXECUTE FUNCTION case_begins_in_evaluation()""",
        f"""CREATE OR REPLACE FUNCTION case_counted_in() RETURNS trigger AS $$
            BEGIN {_counted_together("came", "")} RETURN NULL; END $$ LANGUAGE plpgsql""",
        f"""CREATE TRIGGER case_counted_in AFTER INSERT ON {TABLE}
            REFERENCING NEW TABLE AS came
            FOR EACH STATEMENT EXECUTE FUNCTION case_counted_in()""",
        f"""CREATE OR REPLACE FUNCTION case_counted_anew() RETURNS trigger AS $$
            BEGIN {_counted("OLD", -1)} {_counted("NEW", 1)} RETURN NULL; END
            $$ LANGUAGE plpgsql""",
        f"""CREATE TRIGGER case_counted_anew AFTER UPDATE ON {TABLE}
            FOR EACH ROW WHEN ({_moved()}) EXECUTE FUNCTION case_counted_anew()""",
        f"""CREATE OR REPLACE FUNCTION case_counted_out() RETURNS trigger AS $$
            BEGIN {_counted_together("went", "-")} RETURN NULL; END $$ LANGUAGE plpgsql""",
        f"""CREATE TRIGGER case_counted_out AFTER DELETE ON {TABLE}
            REFERENCING OLD TABLE AS went
            FOR EACH STATEMENT EXECUTE FUNCTION case_counted_out()""",
    ]


def create(connection: BaseDatabaseWrapper) -> None:
    """Lay the triggers anew; a changed table on SQLite loses them silently."""
    drop(connection)
    with connection.cursor() as cursor:
        for statement in _postgresql() if connection.vendor == "postgresql" else _sqlite():
            cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away; for migrations and tests of what they prevent."""
    _drop(connection, NAMES)


def _drop(connection: BaseDatabaseWrapper, names: Iterable[str]) -> None:
    on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def lift_counting(connection: BaseDatabaseWrapper) -> None:
    """Take the counting away while tables change: SQLite renames none that a trigger names."""
    if TABLE in connection.introspection.table_names():
        _drop(connection, [name for name in NAMES if name.startswith("case_counted")])


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of triggers that are not there."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall()}
    return [name for name in NAMES if name not in present]
