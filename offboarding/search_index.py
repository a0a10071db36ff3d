"""Keeps what search looks through true, inside the database.

Every row that can be found has an entry in `SearchEntry`. Triggers write it in the transaction that
writes the row, whoever does so: a service, an import, the admin, SQL. What is erased there is
erased here, at once. One SELECT for each source says what its entries hold; the triggers, the
rebuilding and the checking all use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from clients.text_search import words_to_find
from offboarding.models.search_entry import SearchKind

MOST_LETTERS = 20_000
"""How much of a long text can be found; what stands behind it is not looked through."""

_ENTRIES = "offboarding_searchentry"
_CASES = "offboarding_terminationcase"
_CLIENTS = "clients_client"
_COLUMNS = "kind, source, subject_id, case_id, client_id, team_id, at, text, words"
_NAMES = ("k.legal_name", "k.display_name")


# -- what can be found -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Source:
    """A table whose rows can be found. In its SQL `o` is a row, `c` its case, `k` its client.

    Attributes:
        kind: as what they are found.
        table: where they stand.
        tables: the same with what they belong to.
        words: whose words are looked through, in the order in which they are shown.
        head: words that say whose row it is; a row is not found by these alone.
        case: the key of its case.
        team: the key of the team whose row it is.
        at: when it was; the newest is shown first.
        watched: the columns of a row that its entry depends on.
        only_if: which rows can be found; all when empty.
    """

    kind: SearchKind
    table: str
    tables: str
    words: tuple[str, ...]
    at: str
    watched: tuple[str, ...]
    head: tuple[str, ...] = ()
    case: str = "c.id"
    team: str = "c.team_id"
    only_if: str = ""

    def select(self, which: str) -> str:
        """Write the SELECT of the entries of some rows, by a condition on `o` or `k`."""
        text = f"substr({_in_lines(self.words)}, 1, {MOST_LETTERS})"
        found_by = f"search_words({text}, {_in_lines(self.head)})"
        also = f" AND {self.only_if}" if self.only_if else ""
        return (
            f"SELECT '{self.kind}' AS kind, '{self.table}' AS source, o.id AS subject_id,"
            f" {self.case} AS case_id, k.id AS client_id, {self.team} AS team_id, {self.at} AS at,"
            f" {text} AS text, {found_by} AS words FROM {self.tables} WHERE {which}{also}"
        )


def _in_lines(columns: Iterable[str]) -> str:
    return " || '\n' || ".join(f"COALESCE({column}, '')" for column in columns) or "''"


def _of_a_case(kind: SearchKind, table: str, *columns: str, at: str, unless: str = "") -> Source:
    return Source(
        kind=kind,
        table=table,
        tables=(
            f"{table} o JOIN {_CASES} c ON c.id = o.case_id JOIN {_CLIENTS} k ON k.id = c.client_id"
        ),
        words=tuple(f"o.{column}" for column in columns),
        head=("c.reference", *_NAMES),
        at=f"o.{at}",
        watched=(*columns, at, "case_id", *filter(None, [unless])),
        only_if=f"o.{unless} IS NULL" if unless else "",
    )


SOURCES = (
    Source(
        kind=SearchKind.CLIENT,
        table=_CLIENTS,
        tables=f"{_CLIENTS} o JOIN {_CLIENTS} k ON k.id = o.id",
        words=("o.legal_name", "o.display_name", "o.reference", "o.care_of", "o.city"),
        at="o.created_at",
        case="CAST(NULL AS bigint)",
        team="o.team_id",
        watched=("legal_name", "display_name", "reference", "care_of", "city", "team_id"),
    ),
    Source(
        kind=SearchKind.CONTACT,
        table="clients_contact",
        tables=f"clients_contact o JOIN {_CLIENTS} k ON k.id = o.client_id",
        words=("o.name", "o.position", "o.email", "o.phone"),
        head=_NAMES,
        at="k.created_at",
        case="CAST(NULL AS bigint)",
        team="k.team_id",
        watched=("name", "position", "email", "phone", "client_id"),
    ),
    Source(
        kind=SearchKind.CASE,
        table=_CASES,
        tables=f"{_CASES} o JOIN {_CASES} c ON c.id = o.id JOIN {_CLIENTS} k ON k.id = o.client_id",
        words=("o.reference", *_NAMES, "k.reference", "o.scope", "o.summary"),
        at="o.opened_at",
        watched=("reference", "scope", "summary", "opened_at", "team_id", "client_id"),
    ),
    _of_a_case(
        SearchKind.OBLIGATION, "offboarding_obligation",
        "title", "proof", "reason", "escalated_to", at="added_at",
    ),
    _of_a_case(
        SearchKind.FACT, "offboarding_evidence", "fact", "source",
        at="added_at", unless="struck_at",
    ),
    _of_a_case(
        SearchKind.FACT, "offboarding_remedy", "description", "outcome", at="added_at",
    ),
    _of_a_case(
        SearchKind.NOTE, "offboarding_task", "title", "details", "outcome", at="created_at",
    ),
    _of_a_case(SearchKind.NOTE, "offboarding_casenote", "text", at="written_at"),
    _of_a_case(SearchKind.NOTE, "offboarding_reaction", "note", at="logged_at"),
    _of_a_case(SearchKind.NOTE, "offboarding_decision", "note", "reason", at="requested_at"),
    _of_a_case(
        SearchKind.NOTE, "offboarding_question", "asked_by", "text", "answer", at="asked_at",
    ),
    _of_a_case(
        SearchKind.NOTE, "offboarding_lesson",
        "first_sign", "next_time", "measure", at="recorded_at",
    ),
    _of_a_case(
        SearchKind.NOTE, "offboarding_closing",
        "final_invoice", "balance", "controls_now", "way_back_reason", at="changed_at",
    ),
    _of_a_case(
        SearchKind.NOTE, "offboarding_feedback", "still_open", "differently", at="changed_at",
    ),
    _of_a_case(
        SearchKind.NOTE, "offboarding_handoveritem",
        "title", "format", "held_by", "exceptions", "delivered_how", "accepted_by", "reason",
        at="added_at",
    ),
    _of_a_case(
        SearchKind.COMMUNICATION, "offboarding_communication",
        "subject", "counterpart", "body", at="occurred_at",
    ),
)  # fmt: skip
"""Everything that can be found. A line added here is all that a new source takes."""

TABLES = frozenset({_ENTRIES, *(source.table for source in SOURCES)})
"""What has to be there before anything can be found."""


# -- the triggers ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Trigger:
    """One trigger in the words that both databases know."""

    table: str
    event: str
    statements: tuple[str, ...]
    watched: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name, another one whenever it does something else."""
        what = "\n".join([self.event, *self.watched, *self.statements, _FUNCTIONS])
        told = f"{self.table}_{self.event.lower()}"
        return f"find_{told[:46]}_{sha256(what.encode()).hexdigest()[:6]}"

    def create(self, connection: BaseDatabaseWrapper) -> Iterator[str]:
        on = f"AFTER {self.event} ON {self.table} FOR EACH ROW"
        if self.watched:
            differs = " OR ".join(
                f"OLD.{column} IS {_not(connection)} NEW.{column}" for column in self.watched
            )
            on += f" WHEN ({differs})"
        body = "".join(f"{statement};\n" for statement in self.statements)
        if connection.vendor == "postgresql":
            yield (
                f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql"
                f" AS $$ BEGIN\n{body}RETURN NULL;\nEND $$"
            )
            yield f"CREATE TRIGGER {self.name} {on} EXECUTE FUNCTION {self.name}()"
        else:
            yield f"CREATE TRIGGER {self.name} {on} BEGIN\n{body}END"


def _not(connection: BaseDatabaseWrapper) -> str:
    return "DISTINCT FROM" if connection.vendor == "postgresql" else "NOT"


def _triggers() -> Iterator[_Trigger]:
    for source in SOURCES:
        table = source.table
        enter = f"INSERT INTO {_ENTRIES} ({_COLUMNS}) {source.select('o.id = NEW.id')}"
        leave = f"DELETE FROM {_ENTRIES} WHERE source = '{table}' AND subject_id = OLD.id"
        yield _Trigger(table, "INSERT", (enter,))
        yield _Trigger(table, "DELETE", (leave,))
        yield _Trigger(table, "UPDATE", (leave, enter), source.watched)
    # What a client is called stands with all that is theirs, and the team of a case with its rows.
    for owner, which, watched in (
        (_CLIENTS, "k.id = NEW.id", ("legal_name", "display_name", "reference", "team_id")),
        (_CASES, "c.id = NEW.id", ("team_id", "client_id")),
    ):
        theirs = tuple(
            _rewritten(source, which)
            for source in SOURCES
            if source.table != owner and (owner == _CLIENTS or source.case == "c.id")
        )
        yield _Trigger(owner, "UPDATE", theirs, watched)


def _rewritten(source: Source, which: str) -> str:
    return (
        f"UPDATE {_ENTRIES} SET client_id = s.client_id, team_id = s.team_id, words = s.words,"
        f" text = s.text FROM ({source.select(which)}) AS s"
        f" WHERE {_ENTRIES}.source = s.source AND {_ENTRIES}.subject_id = s.subject_id"
    )


def lay(connection: BaseDatabaseWrapper) -> bool:
    """Lay the triggers that are not there, and take away those of an older release.

    Returns:
        Whether any was another one, so that the entries have to be written anew.
    """
    wanted = {trigger.name: trigger for trigger in _triggers()}
    present = _present(connection)
    with connection.cursor() as cursor:
        for name, table in present.items():
            if name not in wanted:
                cursor.execute(_dropping(connection, name, table))
        if connection.vendor == "postgresql" and set(wanted) - set(present):
            cursor.execute(_FUNCTIONS)
        for name, trigger in wanted.items():
            if name not in present:
                for statement in trigger.create(connection):
                    cursor.execute(statement)
    return set(wanted) != set(present)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away while tables change: SQLite renames none that a trigger names."""
    with connection.cursor() as cursor:
        for name, table in _present(connection).items():
            cursor.execute(_dropping(connection, name, table))


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of triggers that are not there."""
    present = _present(connection)
    return [trigger.name for trigger in _triggers() if trigger.name not in present]


def _present(connection: BaseDatabaseWrapper) -> dict[str, str]:
    query = (
        "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE NOT tgisinternal AND tgname LIKE 'find\\_%'"
        if connection.vendor == "postgresql"
        else "SELECT name, tbl_name FROM sqlite_master"
        " WHERE type = 'trigger' AND name GLOB 'find_*'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return dict(cursor.fetchall())


def _dropping(connection: BaseDatabaseWrapper, name: str, table: str) -> str:
    # With its function, PostgreSQL takes the trigger away as well.
    if connection.vendor == "postgresql":
        return f"DROP FUNCTION {name}() CASCADE"
    return f"DROP TRIGGER {name}"


# -- functions of the database ---------------------------------------------------------------------

_FUNCTIONS = r"""
CREATE OR REPLACE FUNCTION search_fold(written text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT btrim(regexp_replace(replace(
    CASE WHEN octet_length(written) = char_length(written)
    THEN lower(written)
    ELSE replace(replace(replace(replace(replace(replace(
      replace(replace(replace(replace(replace(replace(
      lower(regexp_replace(normalize(written, NFKD), '[\u0300-\u036f]', '', 'g')),
      'ø', 'o'), 'ł', 'l'), 'đ', 'd'), 'ð', 'd'), 'ħ', 'h'), 'ı', 'i'),
      'ς', 'σ'), '’', ''), 'þ', 'th'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe')
    END, '''', ''), ' *[\t\n\r\f\v][ \t\n\r\f\v]*|  +', ' ', 'g'), ' ')
$$;
CREATE OR REPLACE FUNCTION search_words(own text, head text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  found text := '';
  part text;
BEGIN
  FOREACH part IN ARRAY ARRAY[own, head] LOOP
    CONTINUE WHEN found <> '' AND coalesce(part, '') = '';
    part := search_fold(coalesce(part, ''));
    found := found || CASE WHEN found = '' THEN '' ELSE E'\n' END || ' ' || part;
    IF part ~ '[aou]e' THEN
      found := found || ' ' || (
        SELECT string_agg(regexp_replace(word[1], '([aou])e', '\1', 'g'), ' ')
        FROM regexp_matches(part, '[^ ]*[aou]e[^ ]*', 'g') AS word);
    END IF;
  END LOOP;
  RETURN found;
END $$;
"""
"""What `clients.text_search` does, for PostgreSQL.

Many a letter is looked for one after the other because that takes an eighth of what translate()
takes, and only runs of space are replaced because most spaces stand alone.
"""


def bring_functions(*, connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Teach a new connection to SQLite the functions that the triggers call."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("search_words", 2, words_to_find, deterministic=True)


# -- all of it anew --------------------------------------------------------------------------------


def rebuild(connection: BaseDatabaseWrapper) -> int:
    """Write all entries anew; return how many there are. Whoever changes a row waits meanwhile."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {_ENTRIES} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(f"DELETE FROM {_ENTRIES}")
        for source in SOURCES:
            cursor.execute(f"INSERT INTO {_ENTRIES} ({_COLUMNS}) {source.select('1 = 1')}")
        cursor.execute(f"SELECT count(*) FROM {_ENTRIES}")
        return int(cursor.fetchone()[0])


def untrue(connection: BaseDatabaseWrapper) -> dict[str, int]:
    """Count the entries of each source that are missing, too many or say something else."""
    found = {}
    with connection.cursor() as cursor:
        for source in SOURCES:
            kept = f"SELECT {_COLUMNS} FROM {_ENTRIES} WHERE source = '{source.table}'"
            true = source.select("1 = 1")
            cursor.execute(
                f"SELECT (SELECT count(*) FROM (SELECT * FROM ({kept}) AS a EXCEPT"
                f" SELECT * FROM ({true}) AS b) AS too_many) + (SELECT count(*) FROM"
                f" (SELECT * FROM ({true}) AS c EXCEPT SELECT * FROM ({kept}) AS d) AS too_few)"
            )
            if count := int(cursor.fetchone()[0]):
                found[source.table] = count
    return found
