"""The same client returns: what was said about that when their last case closed.

Nobody is told of a case that they may not read: whoever asks brings the cases they see.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from clients import resemblance, text_search
from clients.models import Client, Contact
from clients.shared_hosts import is_public_mail
from offboarding.lifecycle import State
from offboarding.models import Closing, TerminationCase

MOST_COMPARED = 200
"""How many clients that share a word with a name are compared with it."""


@dataclass(frozen=True)
class Resembling:
    """An ended client who may be the one that is being entered anew.

    Attributes:
        closing: what was said when their case closed.
        by_email: they share an e-mail address or its host; else the names are alike.
    """

    closing: Closing
    by_email: bool = False


def said_of(clients: Iterable[Client], *, cases: QuerySet[TerminationCase]) -> dict[int, Closing]:
    """Return, by client, what the last closed case says of their return; one query for all.

    Args:
        clients: whose return it is.
        cases: those that whoever asks may read.
    """
    found = _closings(cases).filter(case__client__in=[client.pk for client in clients])
    return {closing.case.client_id: closing for closing in found}


def resembling(
    *,
    names: Iterable[str],
    emails: Iterable[str] = (),
    cases: QuerySet[TerminationCase],
    leaving_out: Client | None = None,
) -> list[Resembling]:
    """Return ended clients who may be the one with these names or addresses.

    Args:
        names: legal and short name of the one being entered.
        emails: addresses of its people.
        cases: those that whoever asks may read.
        leaving_out: the client itself, if it is entered already.
    """
    names, emails = [name for name in names if name], [email for email in emails if email]
    words = {
        word for name in names for word in resemblance.significant_words(name) if len(word) > 2
    }
    hosts = {email.rpartition("@")[2].casefold() for email in emails}
    hosts = {host for host in hosts if not is_public_mail(host)}
    wanted = Q()
    for word in sorted(words):
        wanted |= text_search.holds("case__client__legal_name", word)
        wanted |= text_search.holds("case__client__display_name", word)
    for host in sorted(hosts):
        wanted |= Q(case__client__contacts__email__iendswith=f"@{host}")
    for email in emails:
        wanted |= Q(case__client__contacts__email__iexact=email)
    if not wanted:
        return []
    closings = _closings(cases).filter(wanted)
    if leaving_out is not None:
        closings = closings.exclude(case__client=leaving_out)
    rows = {closing.case.client_id: closing for closing in closings.distinct()[:MOST_COMPARED]}
    addresses = _addresses_of(rows) if emails else {}
    found = []
    for pk, closing in rows.items():
        theirs = closing.case.client
        if any(
            resemblance.same_mail(ours, other) for ours in emails for other in addresses.get(pk, ())
        ):
            found.append(Resembling(closing, by_email=True))
        elif any(
            resemblance.are_alike(name, other)
            for name in names
            for other in (theirs.legal_name, theirs.display_name)
        ):
            found.append(Resembling(closing))
    return found


class EndedClients:
    """Every ended client that somebody may read of, compared with many rows without a query each.

    Args:
        cases: those that whoever asks may read.
    """

    def __init__(self, cases: QuerySet[TerminationCase]) -> None:
        rows = {closing.case.client_id: closing for closing in _closings(cases)}
        self._by_key: dict[str, Closing] = {}
        self._by_email: dict[str, Closing] = {}
        for closing in rows.values():
            client = closing.case.client
            for name in (client.legal_name, client.display_name):
                if name:
                    self._by_key[_sorted_key(name)] = closing
        for pk, emails in _addresses_of(rows).items():
            for email in emails:
                self._by_email[email.casefold()] = rows[pk]

    def __bool__(self) -> bool:
        return bool(self._by_key or self._by_email)

    def find(self, *, name: str, display_name: str = "", email: str = "") -> Resembling | None:
        """Return the ended client of the same name, whatever its legal form, or address."""
        if email and (closing := self._by_email.get(email.casefold())):
            return Resembling(closing, by_email=True)
        for said in (name, display_name):
            if said and (closing := self._by_key.get(_sorted_key(said))):
                return Resembling(closing)
        return None


def _sorted_key(name: str) -> str:
    return " ".join(sorted(resemblance.significant_words(name)))


def _closings(cases: QuerySet[TerminationCase]) -> QuerySet[Closing]:
    """Return what closed cases say, the latest last, so that it wins."""
    return (
        Closing.objects.filter(case__in=cases, case__state=State.CLOSED)
        .exclude(way_back="")
        .select_related("case__client", "way_back_by")
        .order_by("case__closed_at", "pk")
    )


def _addresses_of(clients: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = Contact.objects.filter(client__in=list(clients)).exclude(email="")
    for pk, email in rows.values_list("client", "email"):
        found.setdefault(pk, []).append(email)
    return found
