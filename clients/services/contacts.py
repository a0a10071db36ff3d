"""People at the client, and which of them receives notices."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.actor import Actor
from clients import recording
from clients.models import Client, Contact
from clients.policies import require_client_editing
from clients.services import saving

FIELDS = frozenset({"name", "position", "email", "phone", "language"})


@transaction.atomic
def add_contact(
    client: Client, *, by: Actor, receives_notices: bool = False, **fields: Any
) -> Contact:
    """Add a person at the client.

    Args:
        client: whose contact it is.
        by: who does it.
        receives_notices: whether notices go to this person from now on.
        **fields: name, position, email, phone, language.

    Raises:
        ValidationError: with a sentence for each wrong field.
        PermissionDenied: the actor does not work in the client's team.
    """
    fresh = saving.locked_client(client)
    require_client_editing(by, fresh.team)
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"A contact has no {', '.join(sorted(unknown))}.")
    contact = saving.add(Contact(client=fresh, **fields), "contact.added", by=by)
    return _become_recipient(contact, by=by) if receives_notices else contact


@transaction.atomic
def edit_contact(contact: Contact, *, by: Actor, **changes: Any) -> Contact:
    """Change what is known about a person at the client.

    Raises:
        ValidationError: with a sentence for each wrong field.
        PermissionDenied: the actor does not work in the client's team.
    """
    fresh = _locked(contact)
    require_client_editing(by, fresh.client.team)
    return saving.change(fresh, "contact.edited", by=by, changes=changes, allowed=FIELDS)


@transaction.atomic
def choose_notice_recipient(contact: Contact, *, by: Actor) -> Contact:
    """Send the client's notices to this person from now on; the one before steps back.

    Raises:
        PermissionDenied: the actor does not work in the client's team.
    """
    fresh = _locked(contact)
    require_client_editing(by, fresh.client.team)
    return fresh if fresh.receives_notices else _become_recipient(fresh, by=by)


@transaction.atomic
def remove_contact(contact: Contact, *, by: Actor) -> None:
    """Remove a person who was never written to.

    Raises:
        ValidationError: a case refers to this person.
        PermissionDenied: the actor does not work in the client's team.
    """
    fresh = _locked(contact)
    require_client_editing(by, fresh.client.team)
    saving.remove(fresh, "contact.removed", by=by)


def _locked(contact: Contact) -> Contact:
    """Read a contact inside a lock on its client, so that recipients change one at a time."""
    client = saving.locked_client(contact.client)
    fresh = client.contacts.get(pk=contact.pk)
    fresh.client = client
    return fresh


def _become_recipient(contact: Contact, *, by: Actor) -> Contact:
    former = contact.client.contacts.filter(receives_notices=True).first()
    contact.client.contacts.filter(receives_notices=True).update(receives_notices=False)
    contact.receives_notices = True
    contact.save(update_fields=["receives_notices"])
    recording.record(
        contact,
        "client.notice_recipient_chosen",
        by=by,
        before={"notice_recipient": former.name if former else None},
        after={"notice_recipient": contact.name},
    )
    return contact
