"""What the reader may know of a client's return, for the pages on which one may."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from clients.models import Client
from desk.frame.scoping import cases_of
from offboarding import returning
from offboarding.models import Closing


def said_of(request: HttpRequest, client: Client) -> Closing | None:
    """Return what was said of this client's return when their last case closed."""
    return returning.said_of([client], cases=cases_of(request)).get(client.pk)


def with_what_was_said(request: HttpRequest, clients: Iterable[Client]) -> list[Client]:
    """Give each client its `closing`, in one query for all of them."""
    clients = list(clients)
    said = returning.said_of(clients, cases=cases_of(request)) if clients else {}
    for client in clients:
        client.closing = said.get(client.pk)  # type: ignore[attr-defined]
    return clients
