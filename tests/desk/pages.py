"""What tests of the case's pages share."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import unquote

from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from audit.models import AuditEvent
from offboarding.models import TerminationCase
from tests.builders import PASSWORD

HOSTILE = "<script>alert(1)</script>{{ 7|add:7 }}{% now 'Y' %}"
"""Text that must come out as text."""
AS_TEXT = "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7|add:7 }}{% now &#x27;Y&#x27; %}"
"""The same as HTML must show it."""


def page(client: Client, case: TerminationCase, place: str = "") -> str:
    """Open a page of a case and return its HTML."""
    answer = client.get(f"/cases/{case.reference}/{place}")
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def send(
    client: Client, case: TerminationCase, place: str, fields: dict[str, Any] | None = None
) -> HttpResponse:
    """Send a form of a case as its page would: with a fresh key and the case's version."""
    hidden = {"key": str(uuid.uuid4()), "version": case.version}
    return client.post(f"/cases/{case.reference}/{place}", hidden | (fields or {}))


def actions(case: TerminationCase) -> list[str]:
    """Name what is on the case's record, in its order."""
    events = AuditEvent.objects.filter(stream=f"case:{case.pk}").order_by("seq")
    return list(events.values_list("action", flat=True))


def shows_again(
    client: Client, person: User, *, password: str = PASSWORD, at: str = "/accounts/reauthenticate/"
) -> HttpResponse:
    """Show by the password that it is this person, as the page before something grave asks."""
    assert client.session.get("_auth_user_id") == str(person.pk)
    path, _, query = at.partition("?")
    fields = {"password": password}
    if query:
        fields["next"] = unquote(query.partition("next=")[2])
    return client.post(path, fields)
