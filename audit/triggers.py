"""What the database itself refuses, whoever asks: the trail only grows.

Written for PostgreSQL and SQLite, laid anew after every `migrate` (SQLite loses a table's triggers
when a field changes). Tests that empty tables take them away with `drop` and put them back with
`create`; nothing else does.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

STREAM, EVENT, DETAIL, ANCHOR = (
    "audit_auditstream",
    "audit_auditevent",
    "audit_auditdetail",
    "audit_auditanchor",
)

# What must hold, in SQL that both databases read.
_FOLLOWS = f"""EXISTS (SELECT 1 FROM {STREAM} s WHERE s.name = NEW.stream
    AND s.head_seq + 1 = NEW.seq AND s.head_hash = NEW.prev_hash)"""
_ONLY_BLANKS = """NEW.event_id = OLD.event_id AND NEW.salt = '' AND NEW.before IS NULL
    AND NEW.after IS NULL AND NEW.actor_name = '' AND NEW.erased_at IS NOT NULL
    AND OLD.erased_at IS NULL"""
_ONLY_ANCHORS = """NEW.name = OLD.name AND NEW.head_seq = OLD.head_seq
    AND NEW.head_hash = OLD.head_hash AND NEW.anchored_seq >= OLD.anchored_seq
    AND NEW.anchored_seq <= NEW.head_seq"""
_NAMES_NEW_EVENT = f"""NEW.name = OLD.name AND NEW.anchored_seq = OLD.anchored_seq
    AND NEW.head_seq = OLD.head_seq + 1 AND EXISTS (SELECT 1 FROM {EVENT} e
    WHERE e.stream = NEW.name AND e.seq = NEW.head_seq AND e.hash = NEW.head_hash)"""
_MOVE_HEAD = f"""UPDATE {STREAM} SET head_seq = NEW.seq, head_hash = NEW.hash
    WHERE name = NEW.stream"""

_NO_GROWTH = "the audit trail only grows"
_NO_CHAIN = "an audit event must follow the head of its stream"
_NO_BLANK = "audit detail can only be erased"
_NO_HEAD = "a stream moves on with its events only"


def create(connection: BaseDatabaseWrapper) -> None:
    """Lay the triggers anew."""
    drop(connection)
    statements = _on_postgresql() if _is_postgresql(connection) else _on_sqlite().values()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, for migrations and for tests that empty or tamper with tables."""
    with connection.cursor() as cursor:
        if _is_postgresql(connection):
            for name, (table, *_rest) in _POSTGRESQL_TRIGGERS.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        else:
            for name in _on_sqlite():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def missing_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the triggers that are absent, switched off, or not as we wrote them, by name."""
    if _is_postgresql(connection):
        return _missing_on_postgresql(connection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        present = dict(cursor.fetchall())
    return [name for name, sql in _on_sqlite().items() if present.get(name) != sql]


def tables_exist(connection: BaseDatabaseWrapper) -> bool:
    """Whether this app has been migrated."""
    return {STREAM, EVENT, DETAIL, ANCHOR} <= set(connection.introspection.table_names())


def _is_postgresql(connection: BaseDatabaseWrapper) -> bool:
    return connection.vendor == "postgresql"


# -- SQLite ----------------------------------------------------------------------------------------


def _on_sqlite() -> dict[str, str]:
    """Return each trigger with its statement.

    `INSERT OR REPLACE` deletes the row it replaces without asking the delete trigger, so every
    insert is guarded: it may not meet a row that is there.
    """

    def refuse(name: str, moment: str, table: str, condition: str, words: str) -> tuple[str, str]:
        when = f" WHEN {condition}" if condition else ""
        body = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        return name, f"CREATE TRIGGER {name} {moment} ON {table}{when} {body}"

    def exists(table: str, condition: str) -> str:
        return f"EXISTS (SELECT 1 FROM {table} t WHERE {condition})"

    statements = dict(
        [
            refuse(
                "audit_event_follows",
                "BEFORE INSERT",
                EVENT,
                f"NOT {_FOLLOWS} OR {exists(EVENT, 't.id = NEW.id')}",
                _NO_CHAIN,
            ),
            refuse("audit_event_no_update", "BEFORE UPDATE", EVENT, "", _NO_GROWTH),
            refuse("audit_event_no_delete", "BEFORE DELETE", EVENT, "", _NO_GROWTH),
            refuse(
                "audit_detail_no_replace",
                "BEFORE INSERT",
                DETAIL,
                exists(DETAIL, "t.event_id = NEW.event_id"),
                _NO_BLANK,
            ),
            refuse(
                "audit_detail_only_blanks",
                "BEFORE UPDATE",
                DETAIL,
                f"NOT ({_ONLY_BLANKS})",
                _NO_BLANK,
            ),
            refuse("audit_detail_no_delete", "BEFORE DELETE", DETAIL, "", _NO_BLANK),
            refuse(
                "audit_stream_begins_empty",
                "BEFORE INSERT",
                STREAM,
                "NEW.head_seq <> 0 OR NEW.anchored_seq <> 0 OR "
                + exists(STREAM, "t.name = NEW.name"),
                _NO_HEAD,
            ),
            refuse(
                "audit_stream_moves_on",
                "BEFORE UPDATE",
                STREAM,
                f"NOT (({_ONLY_ANCHORS}) OR ({_NAMES_NEW_EVENT}))",
                _NO_HEAD,
            ),
            refuse("audit_stream_no_delete", "BEFORE DELETE", STREAM, "", _NO_GROWTH),
            refuse(
                "audit_anchor_no_replace",
                "BEFORE INSERT",
                ANCHOR,
                exists(ANCHOR, "t.id = NEW.id OR t.number = NEW.number"),
                _NO_GROWTH,
            ),
            refuse("audit_anchor_no_update", "BEFORE UPDATE", ANCHOR, "", _NO_GROWTH),
            refuse("audit_anchor_no_delete", "BEFORE DELETE", ANCHOR, "", _NO_GROWTH),
        ]
    )
    statements["audit_event_moves_head"] = (
        f"CREATE TRIGGER audit_event_moves_head AFTER INSERT ON {EVENT} BEGIN {_MOVE_HEAD}; END"
    )
    return statements


# -- PostgreSQL ------------------------------------------------------------------------------------


def _function(condition: str, words: str, then: str = "") -> str:
    return f"""
BEGIN
  IF NOT ({condition}) THEN
    RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  {then}
  RETURN NEW;
END"""


_POSTGRESQL_FUNCTIONS = {
    "audit_refuses": _function("false", _NO_GROWTH),
    # Waiting for the stream's row, the statement sees the head that the writer before it left.
    "audit_event_follows": f"""
BEGIN
  UPDATE {STREAM} SET head_seq = NEW.seq, head_hash = NEW.hash
    WHERE name = NEW.stream AND head_seq + 1 = NEW.seq AND head_hash = NEW.prev_hash;
  IF NOT FOUND THEN
    RAISE EXCEPTION '{_NO_CHAIN}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END""",
    "audit_detail_only_blanks": _function(_ONLY_BLANKS, _NO_BLANK),
    "audit_stream_begins_empty": _function("NEW.head_seq = 0 AND NEW.anchored_seq = 0", _NO_HEAD),
    # Deeper than one, the update comes from the trigger that moves the head.
    "audit_stream_moves_on": _function(f"pg_trigger_depth() > 1 OR ({_ONLY_ANCHORS})", _NO_HEAD),
}

APPEND_TAKES = {
    "stream": "text",
    "at": "timestamptz",
    "actor_kind": "text",
    "actor_user_id": "bigint",
    "actor_ref": "text",
    "action": "text",
    "object_type": "text",
    "object_id": "text",
    "details": "text",
    "request_id": "text",
    "commitment": "text",
    "before_seq": "bytea",
    "after_seq": "bytea",
    "salt": "text",
    "before": "text",
    "after": "text",
    "actor_name": "text",
}
"""What `audit_append` takes, with its kinds. `before_seq` and `after_seq` are the hashed fields
before and after the number, without the link to the event before; without a salt nothing stands
beside the event."""

_OF_EVENT = list(APPEND_TAKES)[:11]
_OF_DETAIL = list(APPEND_TAKES)[-4:]


def _given(names: list[str]) -> str:
    return ", ".join(f"audit_append.{name}" for name in names)


_APPEND = f"""
CREATE OR REPLACE FUNCTION audit_append(
  {", ".join(f"{name} {kind}" for name, kind in APPEND_TAKES.items())},
  OUT event_id bigint, OUT seq bigint, OUT prev_hash text, OUT hash text
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  number text;
BEGIN
  SELECT s.head_seq + 1, s.head_hash INTO audit_append.seq, audit_append.prev_hash
    FROM {STREAM} s WHERE s.name = audit_append.stream FOR UPDATE;
  IF NOT FOUND THEN
    -- Two first writers may meet here; the one that loses waits and reads the other's head.
    INSERT INTO {STREAM} (name, head_seq, head_hash, anchored_seq)
      VALUES (audit_append.stream, 0, repeat('0', 64), 0) ON CONFLICT DO NOTHING;
    SELECT s.head_seq + 1, s.head_hash INTO audit_append.seq, audit_append.prev_hash
      FROM {STREAM} s WHERE s.name = audit_append.stream FOR UPDATE;
  END IF;
  number := audit_append.seq::text;
  audit_append.hash := encode(sha256(
    audit_append.before_seq
    || int8send(length(number)) || convert_to(number, 'UTF8')
    || audit_append.after_seq
    || int8send(64) || convert_to(audit_append.prev_hash, 'UTF8')), 'hex');
  INSERT INTO {EVENT} ({", ".join(_OF_EVENT)}, seq, prev_hash, hash)
    VALUES ({_given(_OF_EVENT)}, {_given(["seq", "prev_hash", "hash"])})
    RETURNING id INTO audit_append.event_id;
  IF audit_append.salt IS NOT NULL THEN
    INSERT INTO {DETAIL} (event_id, {", ".join(_OF_DETAIL)})
      VALUES ({_given(["event_id", *_OF_DETAIL])});
  END IF;
END $$"""
"""One event after the head of its stream. The plans of its statements are kept in each session."""

# name: table, function, when and for what, PostgreSQL's own bits for the same (pg_trigger.tgtype)
_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 4, 8, 16, 32
_POSTGRESQL_TRIGGERS = {
    "audit_event_follows": (
        EVENT,
        "audit_event_follows",
        "AFTER INSERT",
        "ROW",
        _ROW | _INSERT,
    ),
    "audit_detail_only_blanks": (
        DETAIL,
        "audit_detail_only_blanks",
        "BEFORE UPDATE",
        "ROW",
        _ROW | _BEFORE | _UPDATE,
    ),
    "audit_stream_begins_empty": (
        STREAM,
        "audit_stream_begins_empty",
        "BEFORE INSERT",
        "ROW",
        _ROW | _BEFORE | _INSERT,
    ),
    "audit_stream_moves_on": (
        STREAM,
        "audit_stream_moves_on",
        "BEFORE UPDATE",
        "ROW",
        _ROW | _BEFORE | _UPDATE,
    ),
} | {
    name: (table, "audit_refuses", f"BEFORE {moment}", level, bits | _BEFORE)
    for name, table, moment, level, bits in [
        ("audit_event_no_change", EVENT, "UPDATE OR DELETE", "ROW", _ROW | _UPDATE | _DELETE),
        ("audit_event_no_truncate", EVENT, "TRUNCATE", "STATEMENT", _TRUNCATE),
        ("audit_detail_no_delete", DETAIL, "DELETE", "ROW", _ROW | _DELETE),
        ("audit_detail_no_truncate", DETAIL, "TRUNCATE", "STATEMENT", _TRUNCATE),
        ("audit_stream_no_delete", STREAM, "DELETE", "ROW", _ROW | _DELETE),
        ("audit_stream_no_truncate", STREAM, "TRUNCATE", "STATEMENT", _TRUNCATE),
        ("audit_anchor_no_change", ANCHOR, "UPDATE OR DELETE", "ROW", _ROW | _UPDATE | _DELETE),
        ("audit_anchor_no_truncate", ANCHOR, "TRUNCATE", "STATEMENT", _TRUNCATE),
    ]
}


def _on_postgresql() -> list[str]:
    functions = [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
        for name, body in _POSTGRESQL_FUNCTIONS.items()
    ]
    laid = [
        f"CREATE TRIGGER {name} {moment} ON {table} FOR EACH {level} EXECUTE FUNCTION {function}()"
        for name, (table, function, moment, level, _bits) in _POSTGRESQL_TRIGGERS.items()
    ]
    return [*functions, _APPEND, *laid]


def _missing_on_postgresql(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.tgname, t.tgrelid::regclass::text, p.proname, t.tgtype, p.prosrc
            FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL
              AND t.tgrelid IN (to_regclass(%s), to_regclass(%s), to_regclass(%s), to_regclass(%s))
            """,
            [STREAM, EVENT, DETAIL, ANCHOR],
        )
        present = {name: tuple(rest) for name, *rest in cursor.fetchall()}
    return [
        name
        for name, (table, function, _moment, _level, bits) in _POSTGRESQL_TRIGGERS.items()
        if present.get(name) != (table, function, bits, _POSTGRESQL_FUNCTIONS[function])
    ]
