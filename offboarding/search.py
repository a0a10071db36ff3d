"""Finds what somebody half remembers, among what they may read.

On PostgreSQL the newest rows are looked through first, which answers what many rows hold, and the
index of trigrams is asked for the rest. On SQLite everything is looked through. Either way keys
come first, and only the rows that are shown are read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, reduce
from operator import itemgetter, or_
from typing import Any

from django.db import OperationalError, connection
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Concat

from accounts import selectors as people
from accounts.models import Team, User
from clients.models import Client, Contact
from clients.selectors import visible_clients
from clients.text_search import fold, spelled_shorter
from offboarding import likeness, policies
from offboarding.models import SearchEntry, SearchKind, TerminationCase
from offboarding.models.search_entry import NAMES, TEXTS

_MOST_WORDS = 8
_NEWEST = 500
"""How many of the newest rows of a kind and team are looked through before the index is asked."""
_FEW_ROWS = 20_000
"""With no more rows than these the index is asked at once."""
_MOST_HITS = 5_000
"""How many hits are put in order; beyond it the words are too common to be of help."""
_MOST_BY_INDEX = 5_000
"""How many rows the index may name, as far as the newest tell, before it is not asked."""
_NAMES_COMPARED = 5_000
_LIKELIEST = 60
_LEAST_LIKENESS = 0.4
_PATIENCE_MS = 400
_CLOSE = likeness.CLOSE_ENOUGH

_SHORT_REFERENCE = re.compile(r"(?:(?P<sign>[a-z]+)-?)?(?P<year>\d{4})-(?P<number>\d{1,4})")
"""A case's reference, or the end of it, without the zeros of its number."""
_SIGN_AND_NUMBER = re.compile(r"(?P<sign>[a-z]{1,5})[-_/.]?(?P<number>\d{1,9})")
"""A reference as people write it from memory: `k1003` for K-1003, `k-7` for K-007."""
_BETWEEN = ("-", "", " ", "/")
_MOST_DIGITS = 6
_ENTRIES = "offboarding_searchentry"
_IS_NAME = "kind IN ('case', 'client', 'contact')"
_SHELF = dict.fromkeys(NAMES, _IS_NAME) | dict.fromkeys(TEXTS, f"NOT ({_IS_NAME})")
_LIKE = "LIKE %s ESCAPE '\\'"


# -- what is looked for ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """One word that was typed, and the pieces of text by any of which it is found."""

    word: str
    pieces: tuple[str, ...]

    @property
    def patterns(self) -> tuple[str, ...]:
        """The pieces for LIKE."""
        return tuple(f"%{_plainly(piece)}%" for piece in self.pieces)

    @property
    def begins(self) -> str:
        """The pattern of a word that begins with it."""
        return f"% {_plainly(self.word)}%"


def wanted_words(text: str) -> list[Wanted]:
    """Split what was typed into the words that must all be found."""
    return [_wanted(word) for word in fold(text).split(" ")[:_MOST_WORDS] if word]


def _wanted(word: str) -> Wanted:
    # Two letters are too few to mean a part of a word; they begin one.
    pieces = [word, spelled_shorter(word)] if len(word) > 2 else [f" {word}"]
    if word.isdecimal() and len(word) <= 5:
        pieces.append(f"-{word.zfill(5)} ")  # a case's number without its zeros
    if match := _SHORT_REFERENCE.fullmatch(word):
        sign = f"{match['sign']}-" if match["sign"] else ""
        pieces.append(f"{sign}{match['year']}-{match['number'].zfill(5)} ")
    if match := _SIGN_AND_NUMBER.fullmatch(word):
        pieces += _as_kept(match["sign"], match["number"])
    return Wanted(word, tuple(dict.fromkeys(pieces)))


def _as_kept(sign: str, number: str) -> list[str]:
    """Return how a reference may be written down: its number begun, or whole with other zeros."""
    bare = number.lstrip("0") or "0"
    whole = [f"{bare.zfill(width)} " for width in range(len(bare), _MOST_DIGITS + 1)]
    # A single digit would name a thousand others that begin with it.
    begun = [number] if len(number) > 1 else []
    return [f" {sign}{between}{digits}" for between in _BETWEEN for digits in begun + whole]


def _plainly(word: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", word)


# -- what was found --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hits:
    """What was found of one kind: the best first.

    Attributes:
        keys: of the entries, no more than were asked for.
        count: how many there are.
        is_all: there are no others; else there are at least so many.
        touched: how many rows hold the words, though perhaps in the name of whose they are.
    """

    keys: list[int] = field(default_factory=list)
    count: int = 0
    is_all: bool = True
    touched: int = 0


def find(
    user: User, text: str, *, most: int, kinds: Collection[SearchKind] = tuple(SearchKind)
) -> dict[SearchKind, Hits]:
    """Find the rows that hold every word, each word anywhere in it or in the name of whose it is.

    Args:
        user: who looks; what they may not read is not there.
        text: as it was typed.
        most: how many of each kind are wanted.
        kinds: what to look for.
    """
    words = wanted_words(text)
    teams = _teams_of(user)
    if not words or not teams:
        return {kind: Hits() for kind in kinds}
    search = _Search(user, words, teams, most)
    if connection.vendor != "postgresql":
        return search.run(search.everything(kinds), kinds, [[kind] for kind in kinds])
    rows = _number_of_rows()
    newest = {kind: Hits(is_all=False) for kind in kinds}
    if rows > _FEW_ROWS:
        newest = search.run(search.among_the_newest(kinds), kinds, [])
    asked = [kind for kind in kinds if search.is_worth_the_index(newest[kind], rows)]
    if not asked:
        return newest
    by_index = search.run(search.by_index(asked), asked, [NAMES, TEXTS])
    return newest | {kind: _together(newest[kind], by_index[kind]) for kind in asked}


def _number_of_rows() -> int:
    """Return about how many rows there are to look through, as the database last counted them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [_ENTRIES])
        return int(cursor.fetchone()[0])


def _together(newest: Hits, by_index: Hits) -> Hits:
    if by_index.is_all:
        return by_index
    keys = [*newest.keys, *(key for key in by_index.keys if key not in newest.keys)]
    return replace(by_index, keys=keys[: max(len(newest.keys), len(by_index.keys))])


def holding(cases: QuerySet[TerminationCase], text: str) -> QuerySet[TerminationCase]:
    """Narrow cases down to those that hold every word in what they are called."""
    words = wanted_words(text)
    called = SearchEntry.objects.filter(kind=SearchKind.CASE)
    for wanted in words:
        called = called.filter(reduce(or_, (Q(words__contains=piece) for piece in wanted.pieces)))
    return cases.filter(pk__in=called.values("case_id")) if words else cases


def _teams_of(user: User) -> list[int]:
    if not user.is_active:
        return []
    if user.is_auditor:
        return list(Team.objects.order_by("pk").values_list("pk", flat=True))
    return sorted(people.roles_of(user))


@dataclass
class _Search:
    """The SQL of one search, in parts with their parameters."""

    user: User
    words: list[Wanted]
    teams: list[int]
    most: int

    @cached_property
    def readable(self) -> tuple[tuple[str, tuple[Any, ...]], tuple[str, tuple[Any, ...]]]:
        """The keys of all cases and clients that the person may read, as SQL with its values."""
        return _keys(policies.cases_visible_to(self.user)), _keys(visible_clients(self.user))

    @property
    def newest(self) -> int:
        """How many of the newest rows of one kind and team are looked through."""
        return max(max(_NEWEST, 4 * self.most) // len(self.teams), 100)

    def run(
        self,
        candidates: tuple[str, list[Any]],
        kinds: Collection[SearchKind],
        shelves: Collection[Collection[SearchKind]],
    ) -> dict[SearchKind, Hits]:
        """Keep the candidates that the person may read; return the best of each kind.

        Args:
            candidates: SQL and its values.
            kinds: what is wanted.
            shelves: the kinds that were looked through as far as `_MOST_HITS` together.
        """
        hits, parameters = candidates
        (cases, of_cases), (clients, of_clients) = self.readable
        query = f"""
            WITH hits AS MATERIALIZED ({hits}),
            readable AS (
                SELECT h.* FROM hits h JOIN ({cases}) AS v ON v.id = h.case_id WHERE h.is_own
                UNION ALL
                SELECT h.* FROM hits h JOIN ({clients}) AS v ON v.id = h.client_id
                WHERE h.is_own AND h.case_id IS NULL
            ),
            ranked AS (
                SELECT id, kind, row_number() OVER (
                    PARTITION BY kind ORDER BY begun DESC, at DESC, id DESC
                ) AS place, count(*) OVER (PARTITION BY kind) AS many FROM readable
            )
            SELECT kind, place, id, many FROM ranked WHERE place <= %s
            UNION ALL
            SELECT kind, 0, NULL, count(*) FROM hits GROUP BY kind"""
        with connection.cursor() as cursor:
            cursor.execute(query, [*parameters, *of_cases, *of_clients, self.most])
            rows = sorted(cursor.fetchall(), key=itemgetter(0, 1))
        touched = {kind: many for kind, place, _key, many in rows if place == 0}
        found = {}
        for kind in kinds:
            its = [(key, many) for of, place, key, many in rows if of == kind and place > 0]
            found[kind] = Hits(
                keys=[key for key, _many in its],
                count=its[0][1] if its else 0,
                is_all=any(
                    sum(touched.get(one, 0) for one in shelf) < _MOST_HITS
                    for shelf in shelves
                    if kind in shelf
                ),
                touched=touched.get(kind, 0),
            )
        return found

    def is_worth_the_index(self, newest: Hits, rows: int) -> bool:
        """Tell whether the index would find more, and not a good part of the table."""
        if len(newest.keys) >= self.most:
            return False
        if not any(any(map(str.isalnum, wanted.word)) for wanted in self.words):
            return False
        share = newest.touched / (self.newest * len(self.teams))
        return share * rows / len(SearchKind) <= _MOST_BY_INDEX

    def among_the_newest(self, kinds: Collection[SearchKind]) -> tuple[str, list[Any]]:
        """Look through the newest rows of each kind and team."""
        (columns, condition), (of_columns, of_condition) = self._matching()
        return (
            f"""SELECT {columns} FROM unnest(%s::text[]) AS k (kind)
            CROSS JOIN unnest(%s::bigint[]) AS t (team_id)
            CROSS JOIN LATERAL (
                SELECT * FROM {_ENTRIES} WHERE kind = k.kind AND team_id = t.team_id
                ORDER BY at DESC LIMIT %s
            ) AS e WHERE {condition}""",
            [*of_columns, list(map(str, kinds)), self.teams, self.newest, *of_condition],
        )

    def by_index(self, kinds: Collection[SearchKind]) -> tuple[str, list[Any]]:
        """Ask the index of trigrams, names and texts apart."""
        shelves = [[kind for kind in kinds if kind in shelf] for shelf in (NAMES, TEXTS)]
        return self._shelf_by_shelf(shelves, order="")

    def everything(self, kinds: Collection[SearchKind]) -> tuple[str, list[Any]]:
        """Look through every row of the teams, the newest first."""
        return self._shelf_by_shelf([[kind] for kind in kinds], order="ORDER BY e.at DESC")

    def _shelf_by_shelf(
        self, shelves: Sequence[list[SearchKind]], *, order: str
    ) -> tuple[str, list[Any]]:
        (columns, condition), (of_columns, of_condition) = self._matching()
        queries, values = [], []
        for kinds in filter(None, shelves):
            queries.append(
                f"SELECT * FROM (SELECT {columns} FROM {_ENTRIES} e"
                f" WHERE {_SHELF[kinds[0]]} AND e.kind IN ({_places(kinds)})"
                f" AND e.team_id IN ({_places(self.teams)}) AND {condition}"
                f" {order} LIMIT {_MOST_HITS}) AS shelf"
            )
            values += [*of_columns, *map(str, kinds), *self.teams, *of_condition]
        return " UNION ALL ".join(queries), values

    def _matching(self) -> tuple[tuple[str, str], tuple[list[str], list[str]]]:
        """Return the columns of a hit and the condition that makes it one, then their values."""
        own = (
            "split_part(e.words, '\n', 1)"
            if connection.vendor == "postgresql"
            else "substr(e.words, 1, instr(e.words || '\n', '\n'))"
        )
        patterns = [pattern for wanted in self.words for pattern in wanted.patterns]
        begun = " + ".join(f"CASE WHEN {own} {_LIKE} THEN 1 ELSE 0 END" for _word in self.words)
        # By the name of whose it is alone, everything that is theirs would be found.
        is_own = " OR ".join(f"{own} {_LIKE}" for _pattern in patterns)
        condition = " AND ".join(
            "(" + " OR ".join(f"e.words {_LIKE}" for _pattern in wanted.patterns) + ")"
            for wanted in self.words
        )
        return (
            (
                f"e.id, e.kind, e.case_id, e.client_id, e.at, {begun} AS begun,"
                f" ({is_own}) AS is_own",
                condition,
            ),
            ([wanted.begins for wanted in self.words] + patterns, patterns),
        )


def _keys(visible: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    return visible.order_by().values("id").query.sql_with_params()


def _places(values: Collection[Any]) -> str:
    return ", ".join(["%s"] * len(values))


@dataclass(frozen=True)
class Found:
    """One thing that was found, with whose it is."""

    kind: SearchKind
    source: str
    text: str
    at: datetime
    client: Client
    case: TerminationCase | None


def read(user: User, keys: Collection[int]) -> dict[int, Found]:
    """Read what is shown, as far as its case or client is this person's to read."""
    if not keys:
        return {}
    entries = SearchEntry.objects.in_bulk(list(keys))
    cases = (
        policies.cases_visible_to(user)
        .select_related("client__team", "owner", "ground")
        .in_bulk([entry.case_id for entry in entries.values() if entry.case_id])
    )
    clients = visible_clients(user).in_bulk(
        [entry.client_id for entry in entries.values() if not entry.case_id]
    )
    found = {}
    for key, entry in entries.items():
        case = cases.get(entry.case_id) if entry.case_id else None
        client = case.client if case else clients.get(entry.client_id)
        if client is not None and (case is not None or not entry.case_id):
            kind = SearchKind(entry.kind)
            found[key] = Found(kind, entry.source, entry.text, entry.at, client, case)
    return found


# -- names that sound alike ------------------------------------------------------------------------


@dataclass(frozen=True)
class Likeness:
    """Names that are like what was typed.

    Attributes:
        keys: of the entries of clients and contacts, the most alike first.
        is_all: every name was compared.
    """

    keys: list[int] = field(default_factory=list)
    is_all: bool = True


def similar_names(user: User, text: str, *, most: int) -> Likeness:
    """Find clients and contacts whose names sound or look like what was typed.

    Their names alone are compared: a town that is like it is no name like it.
    """
    words = likeness.meant_words(wanted.word for wanted in wanted_words(text))
    teams = _teams_of(user)
    if not words or not teams:
        return Likeness()
    on_postgresql = connection.vendor == "postgresql"
    try:
        rows = _likeliest(user, words, teams) if on_postgresql else _newest_names(user, teams)
    except OperationalError:  # so common that comparing takes too long
        return Likeness(is_all=False)
    # What is known of them all is at hand folded; few are left to be compared by name alone.
    near = [row for row in rows if likeness.alike(words, _own_words(row[1])) > _CLOSE]
    judged = [(likeness.alike(words, fold(name).split(" ")), key) for key, _known, name in near]
    close = sorted((one for one in judged if one[0] > _CLOSE), reverse=True)
    best = close[0][0] if close else 0
    return Likeness(
        [key for likely, key in close if likely >= best - 0.3][:most],
        is_all=on_postgresql or len(rows) < _NAMES_COMPARED,
    )


def _own_words(words: str) -> list[str]:
    return [word for word in words.partition("\n")[0].split(" ") if word]


_Row = tuple[int, str, str]
"""An entry's key, its words, and what it is about is called."""


def _likeliest(user: User, words: list[str], teams: list[int]) -> list[_Row]:
    score = " + ".join(["word_similarity(%s, e.words)"] * len(words))
    alike = " OR ".join(["%s <%% e.words"] * len(words))
    clients, of_clients = _keys(visible_clients(user))
    query = f"""
        SET LOCAL pg_trgm.word_similarity_threshold = {_LEAST_LIKENESS};
        SET LOCAL statement_timeout = {_PATIENCE_MS};
        WITH likely AS MATERIALIZED (
            SELECT e.id, e.kind, e.subject_id, e.client_id, e.words, {score} AS score
            FROM {_ENTRIES} e
            WHERE {_IS_NAME} AND e.kind IN ('client', 'contact')
            AND e.team_id IN ({_places(teams)}) AND ({alike})
            ORDER BY score DESC LIMIT {_LIKELIEST}
        )
        SELECT likely.id, words,
            CASE likely.kind WHEN 'contact' THEN o.name
            ELSE k.legal_name || ' ' || k.display_name END
        FROM likely JOIN ({clients}) AS v ON v.id = likely.client_id
        JOIN clients_client k ON k.id = likely.client_id
        LEFT JOIN clients_contact o ON likely.kind = 'contact' AND o.id = likely.subject_id;
        SET LOCAL statement_timeout TO DEFAULT"""
    with connection.cursor() as cursor:
        # Sent as one, all of it is one transaction, and LOCAL ends with it.
        cursor.execute(query, [*words, *teams, *words, *of_clients])
        while cursor.description is None:
            cursor.nextset()
        return list(cursor.fetchall())


def _newest_names(user: User, teams: list[int]) -> list[_Row]:
    called = Concat("legal_name", Value(" "), "display_name", output_field=TextField())
    clients = Client.objects.filter(pk=OuterRef("client_id")).values(called=called)
    contacts = Contact.objects.filter(pk=OuterRef("subject_id"))
    names = SearchEntry.objects.filter(
        kind__in=(SearchKind.CLIENT, SearchKind.CONTACT),
        team_id__in=teams,
        client_id__in=visible_clients(user).order_by().values("pk"),
    ).annotate(
        called=Case(
            When(kind=SearchKind.CONTACT, then=Subquery(contacts.values("name"))),
            default=Subquery(clients),
            output_field=TextField(),
        )
    )
    return list(names.order_by("-at").values_list("pk", "words", "called")[:_NAMES_COMPARED])
