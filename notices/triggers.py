"""What the database itself refuses: a change of anything that was sealed.

Letters, receipt slips and papers of a hand-over never change and never go. A sealed notice keeps
its text, dates and addresses, its enclosures and who gets a copy; its state moves on. Whoever
changed a line of a notice is never its approver. A delivery keeps the bytes, the Message-ID and the
recipient it was given. Laid anew after every `migrate`, because SQLite loses a table's triggers
with each change.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

PAPER = "notices_sealedpaper"
LETTER, SLIP, NOTICE, DELIVERY, EDITOR, INBOUND, ENCLOSURE, COPY = (
    "notices_letter",
    "notices_receiptslip",
    "notices_notice",
    "notices_delivery",
    "notices_noticeeditor",
    "notices_inboundmail",
    "notices_noticeenclosure",
    "notices_noticecopy",
)

_SEALED = "('approved', 'sent', 'superseded', 'withdrawn', 'discarded')"
_OPEN = "('draft', 'awaiting_approval')"
_FROZEN_OF_NOTICE = (
    "case_id", "kind", "number", "version", "corrects_id", "language", "office_id", "signatory_id",
    "contact_person", "contact_email", "contact_phone", "notice_date", "effective_on",
    "settlement_due_on", "cure_ends_on", "subject", "parts", "model_texts", "written_from",
    "recipient_name", "recipient_email", "recipient_lines",
    "disclosure", "disclosure_reason", "named_obligations",
    "named_deadlines",
    "decided_engagements", "ended_engagements", "scope",
    "approved_by_id", "approved_at", "audit_head",
)  # fmt: skip
_FROZEN_OF_DELIVERY = (
    "case_id", "notice_id", "message_id", "channel", "recipient_email", "copy_number",
    "copy_for_id",
)  # fmt: skip
# Empty when the row is made, given once.
_GIVEN_ONCE = ("mime", "mime_sha256", "internet_message_id")

_FROZEN_OF_INBOUND = ("raw", "sha256", "fingerprint", "received_at")
_KEPT_OF_INBOUND = tuple(name for name in _FROZEN_OF_INBOUND if name != "raw")

_NO_LETTER = "a sealed letter never changes"
_NO_SLIP = "a receipt slip never changes"
_NO_PAPER = "a sealed paper never changes"
_NO_NOTICE = "a sealed notice keeps its text, dates and addresses"
_NO_EDITOR = "nobody approves a notice that they wrote or changed"
_NO_INBOUND = "a mail that came in keeps its bytes, and its row once it is filed"
_NO_COMPANY = "what goes with a sealed letter, and who gets a copy, never changes"
_NO_MAIL = "a delivery keeps its bytes, its Message-ID and its recipient"


def create(connection: BaseDatabaseWrapper) -> None:
    """Lay the triggers anew."""
    drop(connection)
    statements = _on_postgresql() if _is_postgresql(connection) else list(_on_sqlite().values())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, for tests that empty or tamper with tables."""
    with connection.cursor() as cursor:
        if _is_postgresql(connection):
            for name, (table, *_rest) in _POSTGRESQL_TRIGGERS.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        else:
            for name in _on_sqlite():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of triggers that are not there or are switched off."""
    if _is_postgresql(connection):
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        names = list(_POSTGRESQL_TRIGGERS)
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        names = list(_on_sqlite())
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall()}
    return [name for name in names if name not in present]


def tables_exist(connection: BaseDatabaseWrapper) -> bool:
    """Whether this app has been migrated."""
    tables = {PAPER, LETTER, SLIP, NOTICE, DELIVERY, EDITOR, INBOUND, ENCLOSURE, COPY}
    return tables <= set(connection.introspection.table_names())


def _is_postgresql(connection: BaseDatabaseWrapper) -> bool:
    return connection.vendor == "postgresql"


# -- what must not happen --------------------------------------------------------------------------


def _changes(columns: tuple[str, ...], differs: str) -> str:
    return " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in columns)


def _unsealed(differs: str) -> str:
    """Before it was sent, a notice may go back to a draft as a whole; never with words changed."""
    return (
        f"OLD.state IN {_SEALED} AND (({_changes(_FROZEN_OF_NOTICE, differs)})"
        f" AND NEW.state IN {_SEALED} OR OLD.state <> 'approved' AND NEW.state IN {_OPEN})"
    )


_APPROVED_BY_AN_EDITOR = (
    "NEW.approved_by_id IS NOT NULL AND EXISTS (SELECT 1 FROM notices_noticeeditor e"
    " WHERE e.notice_id = NEW.id AND e.person_id = NEW.approved_by_id)"
)
_EDITED_BY_ITS_APPROVER = (
    "EXISTS (SELECT 1 FROM notices_notice n"
    " WHERE n.id = NEW.notice_id AND n.approved_by_id = NEW.person_id)"
)


def _mail_rewritten(differs: str) -> str:
    """Bytes that came in never change; those of no case are emptied when their time is over."""
    erased = "NEW.erased_at IS NOT NULL AND OLD.case_id IS NULL AND length(NEW.raw) = 0"
    return (
        f"{_changes(_KEPT_OF_INBOUND, differs)}"
        f" OR ({_changes(('raw',), differs)}) AND NOT ({erased})"
    )


def _goes_with_a_sealed(*rows: str) -> str:
    """The row belongs to a sealed notice, before the change or after it."""
    keys = ", ".join(f"{row}.notice_id" for row in rows)
    return (
        f"EXISTS (SELECT 1 FROM notices_notice n WHERE n.state IN {_SEALED} AND n.id IN ({keys}))"
    )


def _rewritten(differs: str, is_given: str) -> str:
    once = " OR ".join(
        f"({is_given.format(column=f'OLD.{column}')} AND NEW.{column} {differs} OLD.{column})"
        for column in _GIVEN_ONCE
    )
    return f"{_changes(_FROZEN_OF_DELIVERY, differs)} OR {once}"


# -- SQLite ----------------------------------------------------------------------------------------


def _on_sqlite() -> dict[str, str]:
    """Return each trigger with its statement.

    `INSERT OR REPLACE` deletes the row it replaces without asking the delete trigger, so an insert
    may not meet a row that is there.
    """

    def refuse(name: str, moment: str, table: str, condition: str, words: str) -> tuple[str, str]:
        when = f" WHEN {condition}" if condition else ""
        body = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        return name, f"CREATE TRIGGER {name} {moment} ON {table}{when} {body}"

    def met(table: str, condition: str) -> str:
        return f"EXISTS (SELECT 1 FROM {table} t WHERE {condition})"

    watched = ", ".join(_FROZEN_OF_DELIVERY + _GIVEN_ONCE)
    same_letter = (
        "t.id = NEW.id OR t.notice_id = NEW.notice_id AND t.notice_version = NEW.notice_version"
    )
    same_slip = "t.id = NEW.id OR t.delivery_id = NEW.delivery_id"
    return dict(
        [
            refuse("letter_no_update", "BEFORE UPDATE", LETTER, "", _NO_LETTER),
            refuse("letter_no_delete", "BEFORE DELETE", LETTER, "", _NO_LETTER),
            refuse(
                "letter_no_replace", "BEFORE INSERT", LETTER, met(LETTER, same_letter), _NO_LETTER
            ),
            refuse("slip_no_update", "BEFORE UPDATE", SLIP, "", _NO_SLIP),
            refuse("slip_no_delete", "BEFORE DELETE", SLIP, "", _NO_SLIP),
            refuse("slip_no_replace", "BEFORE INSERT", SLIP, met(SLIP, same_slip), _NO_SLIP),
            refuse("paper_no_update", "BEFORE UPDATE", PAPER, "", _NO_PAPER),
            refuse("paper_no_delete", "BEFORE DELETE", PAPER, "", _NO_PAPER),
            refuse(
                "paper_no_replace",
                "BEFORE INSERT",
                PAPER,
                met(PAPER, "t.id = NEW.id OR t.order_id = NEW.order_id"),
                _NO_PAPER,
            ),
            refuse("notice_stays_sealed", "BEFORE UPDATE", NOTICE, _unsealed("IS NOT"), _NO_NOTICE),
            refuse(
                "notice_approved_by_another",
                "BEFORE UPDATE OF approved_by_id",
                NOTICE,
                _APPROVED_BY_AN_EDITOR,
                _NO_EDITOR,
            ),
            refuse(
                "editor_approved_nothing",
                "BEFORE INSERT",
                EDITOR,
                _EDITED_BY_ITS_APPROVER,
                _NO_EDITOR,
            ),
            refuse(
                "notice_sealed_no_delete",
                "BEFORE DELETE",
                NOTICE,
                f"OLD.state IN {_SEALED}",
                _NO_NOTICE,
            ),
            *(
                refuse(
                    f"{name}_no_{moment.lower()}",
                    f"BEFORE {moment}",
                    table,
                    _goes_with_a_sealed(*rows),
                    _NO_COMPANY,
                )
                for name, table in (("enclosure", ENCLOSURE), ("copy", COPY))
                for moment, rows in (
                    ("INSERT", ("NEW",)),
                    ("UPDATE", ("OLD", "NEW")),
                    ("DELETE", ("OLD",)),
                )
            ),
            refuse(
                "delivery_keeps_its_mail",
                f"BEFORE UPDATE OF {watched}",
                DELIVERY,
                _rewritten("IS NOT", "coalesce({column}, '') <> ''"),
                _NO_MAIL,
            ),
            refuse(
                "inbound_keeps_its_bytes",
                f"BEFORE UPDATE OF {', '.join(_FROZEN_OF_INBOUND)}",
                INBOUND,
                _mail_rewritten("IS NOT"),
                _NO_INBOUND,
            ),
            refuse(
                "inbound_filed_no_delete",
                "BEFORE DELETE",
                INBOUND,
                "OLD.case_id IS NOT NULL",
                _NO_INBOUND,
            ),
        ]
    )


# -- PostgreSQL ------------------------------------------------------------------------------------


def _function(forbidden: str, words: str) -> str:
    return f"""
BEGIN
  IF {forbidden} THEN
    RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END"""


_DIFFERS = "IS DISTINCT FROM"
_POSTGRESQL_FUNCTIONS = {
    "notices_letter_refuses": _function("true", _NO_LETTER),
    "notices_slip_refuses": _function("true", _NO_SLIP),
    "notices_paper_refuses": _function("true", _NO_PAPER),
    "notices_notice_stays_sealed": _function(_unsealed(_DIFFERS), _NO_NOTICE),
    "notices_notice_no_delete": _function(f"OLD.state IN {_SEALED}", _NO_NOTICE),
    "notices_notice_approved_by_another": _function(_APPROVED_BY_AN_EDITOR, _NO_EDITOR),
    "notices_editor_approved_nothing": _function(_EDITED_BY_ITS_APPROVER, _NO_EDITOR),
    "notices_inbound_keeps_its_bytes": _function(_mail_rewritten(_DIFFERS), _NO_INBOUND),
    "notices_inbound_filed_no_delete": _function("OLD.case_id IS NOT NULL", _NO_INBOUND),
    "notices_company_comes": _function(_goes_with_a_sealed("NEW"), _NO_COMPANY),
    "notices_company_changes": _function(_goes_with_a_sealed("OLD", "NEW"), _NO_COMPANY),
    "notices_company_goes": _function(_goes_with_a_sealed("OLD"), _NO_COMPANY),
    # A length is known without reading the bytes.
    "notices_delivery_keeps_its_mail": _function(
        _rewritten(_DIFFERS, "coalesce(length({column}), 0) > 0"), _NO_MAIL
    ),
}

# name: table, function, when and for what, level
_POSTGRESQL_TRIGGERS = {
    "letter_no_change": (LETTER, "notices_letter_refuses", "BEFORE UPDATE OR DELETE", "ROW"),
    "letter_no_truncate": (LETTER, "notices_letter_refuses", "BEFORE TRUNCATE", "STATEMENT"),
    "slip_no_change": (SLIP, "notices_slip_refuses", "BEFORE UPDATE OR DELETE", "ROW"),
    "slip_no_truncate": (SLIP, "notices_slip_refuses", "BEFORE TRUNCATE", "STATEMENT"),
    "paper_no_change": (PAPER, "notices_paper_refuses", "BEFORE UPDATE OR DELETE", "ROW"),
    "paper_no_truncate": (PAPER, "notices_paper_refuses", "BEFORE TRUNCATE", "STATEMENT"),
    "notice_stays_sealed": (NOTICE, "notices_notice_stays_sealed", "BEFORE UPDATE", "ROW"),
    "notice_sealed_no_delete": (NOTICE, "notices_notice_no_delete", "BEFORE DELETE", "ROW"),
    "notice_approved_by_another": (
        NOTICE,
        "notices_notice_approved_by_another",
        "BEFORE UPDATE OF approved_by_id",
        "ROW",
    ),
    "editor_approved_nothing": (
        EDITOR,
        "notices_editor_approved_nothing",
        "BEFORE INSERT OR UPDATE",
        "ROW",
    ),
    "inbound_keeps_its_bytes": (
        INBOUND,
        "notices_inbound_keeps_its_bytes",
        f"BEFORE UPDATE OF {', '.join(_FROZEN_OF_INBOUND)}",
        "ROW",
    ),
    "inbound_filed_no_delete": (INBOUND, "notices_inbound_filed_no_delete", "BEFORE DELETE", "ROW"),
    "enclosure_no_insert": (ENCLOSURE, "notices_company_comes", "BEFORE INSERT", "ROW"),
    "enclosure_no_update": (ENCLOSURE, "notices_company_changes", "BEFORE UPDATE", "ROW"),
    "enclosure_no_delete": (ENCLOSURE, "notices_company_goes", "BEFORE DELETE", "ROW"),
    "copy_no_insert": (COPY, "notices_company_comes", "BEFORE INSERT", "ROW"),
    "copy_no_update": (COPY, "notices_company_changes", "BEFORE UPDATE", "ROW"),
    "copy_no_delete": (COPY, "notices_company_goes", "BEFORE DELETE", "ROW"),
    # Only when one of these columns is written: the bytes are large and states move often.
    "delivery_keeps_its_mail": (
        DELIVERY,
        "notices_delivery_keeps_its_mail",
        f"BEFORE UPDATE OF {', '.join(_FROZEN_OF_DELIVERY + _GIVEN_ONCE)}",
        "ROW",
    ),
}


def _on_postgresql() -> list[str]:
    functions = [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
        for name, body in _POSTGRESQL_FUNCTIONS.items()
    ]
    laid = [
        f"CREATE TRIGGER {name} {moment} ON {table} FOR EACH {level} EXECUTE FUNCTION {function}()"
        for name, (table, function, moment, level) in _POSTGRESQL_TRIGGERS.items()
    ]
    return functions + laid
