"""The lifecycle, once more, inside the database.

Django's `save()` is not the only way to a row: `queryset.update`, SQL and the admin are others. A
trigger knows the legal moves too, and that each raises the version by one.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

from offboarding import lifecycle

TABLE = "offboarding_terminationcase"
NAMES = ("case_moves_legally", "case_begins_in_evaluation")


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
    ]


def create(connection: BaseDatabaseWrapper) -> None:
    """Lay the triggers anew; a changed table on SQLite loses them silently."""
    drop(connection)
    with connection.cursor() as cursor:
        for statement in _postgresql() if connection.vendor == "postgresql" else _sqlite():
            cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away; for migrations and tests of what they prevent."""
    on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in NAMES:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


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
