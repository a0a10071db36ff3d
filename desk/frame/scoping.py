"""What a signed-in person may see at all: every page begins here.

What is not theirs does not exist for them: it answers 404, never 403.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from accounts.actor import Actor
from accounts.models import User
from clients.models import Client
from clients.selectors import visible_clients
from offboarding import policies
from offboarding.models import TerminationCase


def person_of(request: HttpRequest) -> User:
    """Return who is signed in; the pages of the desk are for nobody else."""
    assert isinstance(request.user, User)
    return request.user


def actor_of(request: HttpRequest) -> Actor:
    """Name the signed-in person as the one who acts."""
    return Actor.person(person_of(request))


def cases_of(request: HttpRequest) -> QuerySet[TerminationCase]:
    """List the cases that exist for the signed-in person."""
    return policies.cases_visible_to(person_of(request))


def case_or_404(
    request: HttpRequest, reference: str, cases: QuerySet[TerminationCase] | None = None
) -> TerminationCase:
    """Return a case with its client, office, team, owner and ground.

    Args:
        request: of a signed-in person.
        reference: such as OFB-2027-00042.
        cases: `cases_of(request)` with more asked for, for a page that shows more.

    Raises:
        Http404: there is none, or it is not this person's to read.
    """
    found = (
        (cases_of(request) if cases is None else cases)
        .select_related("client__office", "team", "owner", "ground")
        .filter(reference=reference)
        .first()
    )
    if found is None:
        raise Http404(_("There is no such case."))
    return found


def client_or_404(request: HttpRequest, pk: int) -> Client:
    """Return a client of the person's own teams.

    Raises:
        Http404: there is none, or it is another team's.
    """
    found = visible_clients(person_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such client."))
    return found
