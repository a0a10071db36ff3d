"""Searches among many cases with contacts, obligations and messages; the same by brute force."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import cache, reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q, QuerySet
from django.test import Client as Browser

from bench.measuring import check
from bench.work import house
from clients.models import Client, Contact
from clients.selectors import visible_clients
from offboarding import policies, search
from offboarding.models import Communication, Obligation, SearchEntry, SearchKind, TerminationCase
from tests.multiplied import index_anew, multiply, unguarded

WHO = "lead"
MOST = 6
_OF_CASE = ("case__reference", "case__client__legal_name", "case__client__display_name")
_OF_CLIENT = ("client__legal_name", "client__display_name")

# Kind: model, its own columns, columns of whose it is, and its order.
COLUMNS: dict[SearchKind, tuple[Any, tuple[str, ...], tuple[str, ...], str]] = {
    SearchKind.CLIENT: (
        Client, ("legal_name", "display_name", "reference", "care_of", "city"), (), "-created_at",
    ),
    SearchKind.CONTACT: (
        Contact, ("name", "position", "email", "phone"), _OF_CLIENT, "-client__created_at",
    ),
    SearchKind.CASE: (
        TerminationCase,
        ("reference", *_OF_CLIENT, "client__reference", "scope", "summary"), (), "-opened_at",
    ),
    SearchKind.OBLIGATION: (
        Obligation, ("title", "proof", "reason", "escalated_to"), _OF_CASE, "-added_at",
    ),
    SearchKind.COMMUNICATION: (
        Communication, ("subject", "counterpart", "body"), _OF_CASE, "-occurred_at",
    ),
}  # fmt: skip


def prepare(size: int) -> None:
    """Make so many cases, to each an obligation and a message; to each client a contact."""
    case = house.the_case()
    house.many_cases(size)
    clients, first = max(size // 4, 1), case.client_id
    contact = Contact.objects.order_by("pk")[0]
    obligation = Obligation.objects.filter(case=case).order_by("pk")[0]
    said = Communication.objects.create(
        case=case, direction="out", medium="email", occurred_at=case.opened_at,
        subject="Our letter", body="We wrote to you about the ledgers. ",
    )  # fmt: skip
    words = "substr(md5((n % 20000)::text), 1, 7) || ' ' || substr(md5((n % 300)::text), 1, 5)"
    with unguarded():
        multiply(
            contact,
            clients,
            client_id=f"{first} + n",
            name="'Jane ' || initcap(translate(substr(md5((n * 3)::text), 1, 8),"
            " '0123456789', 'aeioulnrst'))",
            email="md5(n::text) || '@example.com'",
        )
        multiply(
            obligation,
            size,
            case_id=f"{case.pk} + n",
            title=f"'Return the ' || {words} || ' papers'",
            added_at="now() - n * interval '3 minutes'",
        )
        multiply(
            said,
            size,
            case_id=f"{case.pk} + n",
            body=f"r.body || {words} || repeat(' and the rest of what was said', 8)",
            occurred_at="now() - n * interval '2 minutes'",
        )
    theirs = TerminationCase.objects.filter(team=case.team, pk__lte=case.pk + size // 2)
    house.execute(
        "UPDATE offboarding_obligation SET title = title || ' heliotrope'"
        f" WHERE case_id = {theirs.latest('pk').pk}"
    )
    index_anew()
    house.analyze()


@cache
def _typed(name: str) -> str:
    """Return what is typed: made from rows in the midst of the table."""
    middle = Client.objects.filter(team=house.the_case().team).order_by("pk")
    client = middle[middle.count() // 2]
    part = client.legal_name.split()[1][:9]
    return {
        "rare": "heliotrope",
        "no_hit": "zzqxkw",
        "name": part,
        "two": f"heliotrope {_whose_heliotrope()[:8]}",
        "common": "client gmbh",
        "likeness": f"{part[:4]}q{part[5:]}",
        "page": part,
    }[name]


def _whose_heliotrope() -> str:
    owed = Obligation.objects.select_related("case__client").get(title__contains="heliotrope")
    return owed.case.client.legal_name.split()[1]


def ours(name: str, times: int) -> float:
    """Find by the index; return the median of the seconds."""
    user, typed = house.person(WHO), _typed(name)
    return _median(lambda: search.find(user, typed, most=MOST), times)


def likeness(name: str, times: int) -> float:
    """Find names that are alike; return the median of the seconds."""
    user, typed = house.person(WHO), _typed(name)
    check(bool(search.similar_names(user, typed, most=MOST).keys), f"no name is like {typed}")
    return _median(lambda: search.similar_names(user, typed, most=MOST), times)


def page(name: str, times: int) -> float:
    """Ask for the page of results; return the median of the seconds."""
    browser = Browser()
    browser.force_login(house.person(WHO), backend="desk.frame.readers.ReaderBackend")

    def visit() -> None:
        answer = browser.get("/search/", {"q": _typed(name)})
        check(answer.status_code == 200, f"/search/ answered {answer.status_code}")
        check(b"<mark>" in answer.content, "nothing was found on the page")

    visit()
    return _median(visit, times)


def brute(name: str, times: int) -> float:
    """Find by asking every column; return the median of the seconds."""
    return _median(lambda: _brutally(_typed(name)), times)


def _median(work: Callable[[], object], times: int) -> float:
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def _brutally(typed: str) -> dict[SearchKind, list[int]]:
    user, words = house.person(WHO), typed.split()
    cases = policies.cases_visible_to(user)
    scopes: dict[SearchKind, QuerySet[Any]] = {
        SearchKind.CLIENT: visible_clients(user),
        SearchKind.CONTACT: Contact.objects.filter(client__in=visible_clients(user).values("pk")),
        SearchKind.CASE: cases,
    }
    found = {}
    for kind, (model, own, head, order) in COLUMNS.items():
        rows = scopes[kind] if kind in scopes else model.objects.filter(case__in=cases)
        some = [_any(own, word) for word in words]
        every = reduce(and_, (_any((*own, *head), word) for word in words))
        rows = rows.filter(every & reduce(or_, some)).order_by(order)
        found[kind] = list(rows.values_list("pk", flat=True)[:MOST])
    return found


def _any(columns: tuple[str, ...], word: str) -> Q:
    return reduce(or_, (Q(**{f"{column}__icontains": word}) for column in columns))


def compare_with_brute_force(names: list[str]) -> None:
    """Refuse to time a search that finds other rows than brute force does."""
    for name in names:
        typed = _typed(name)
        hits = search.find(house.person(WHO), typed, most=MOST)
        brutally = _brutally(typed)
        for kind, wanted in brutally.items():
            keys = hits[kind].keys
            entries = SearchEntry.objects.in_bulk(keys)
            subjects = {entries[key].subject_id for key in keys}
            check(
                subjects == set(wanted),
                f"“{typed}”: {kind} {sorted(subjects)} by search, {sorted(wanted)} by brute force",
            )
        check(any(brutally.values()) == (name != "no_hit"), f"“{typed}” is no query for {name}")
