"""The client's links: issued, found, revoked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings

from accounts.actor import Actor
from audit import clock
from offboarding.models import ClientLink, LinkPurpose, TerminationCase
from offboarding.services.locking import remember

VALID_FOR = {
    LinkPurpose.RECEIPT: timedelta(days=60),
    LinkPurpose.OBLIGATIONS: timedelta(days=60),
    LinkPurpose.HANDOVER: timedelta(days=7),
    LinkPurpose.FEEDBACK: timedelta(days=60),
}

_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Signs that cannot be taken for one another on paper."""

_CODE_LENGTH = 12


def issue_link(
    case: TerminationCase,
    *,
    by: Actor,
    purpose: str,
    recipient_name: str,
    notice_number: int | None = None,
    delivery_id: int | None = None,
) -> ClientLink:
    """Make a link for one purpose and one delivery; call with the case locked.

    The same delivery and purpose give the same link again.
    """
    if delivery_id is not None:
        existing = ClientLink.objects.filter(delivery_id=delivery_id, purpose=purpose).first()
        if existing is not None:
            return existing
    nonce = uuid.uuid4()
    link = ClientLink.objects.create(
        nonce=nonce,
        case=case,
        purpose=purpose,
        recipient_name=recipient_name[:200],
        notice_number=notice_number,
        delivery_id=delivery_id,
        token_sha256=_sha256(_token(nonce, purpose)),
        code_sha256=_sha256(_code(nonce)) if purpose == LinkPurpose.RECEIPT else None,
        expires_at=clock.now() + VALID_FOR[LinkPurpose(purpose)],
    )
    remember(
        case,
        "link.issued",
        by=by,
        subject=link,
        details={"purpose": purpose, "delivery": delivery_id},
    )
    return link


def token_of(link: ClientLink) -> str:
    """Return the link's token: 256 bit, derived, never stored."""
    return _token(link.nonce, link.purpose)


def code_of(link: ClientLink) -> str:
    """Return the code for the paper slip, in groups of four."""
    code = _code(link.nonce)
    return "-".join(code[start : start + 4] for start in range(0, _CODE_LENGTH, 4))


def find_link(token: str, purpose: str) -> ClientLink | None:
    """Return the link of a token, whatever its state; None if there is none."""
    return (
        ClientLink.objects.select_related("case__client__office", "case__team", "case__owner")
        .filter(token_sha256=_sha256(token), purpose=purpose)
        .first()
    )


def find_link_by_code(code: str) -> ClientLink | None:
    """Return the link of a code typed from paper, however it was spaced."""
    tidy = "".join(sign for sign in code.upper() if sign.isalnum())
    if len(tidy) != _CODE_LENGTH:
        return None
    return (
        ClientLink.objects.select_related("case__client__office", "case__team", "case__owner")
        .filter(code_sha256=_sha256(tidy), purpose=LinkPurpose.RECEIPT)
        .first()
    )


def revoke_links(
    case: TerminationCase,
    *,
    by: Actor,
    reason: str = "ended",
    purposes: tuple[str, ...] = (),
    delivery_ids: tuple[int, ...] = (),
    **_facts: Any,
) -> None:
    """Let links end before their day; call with the case locked.

    Args:
        case: whose links.
        by: who caused it.
        reason: `withdrawn`, `superseded`, `address_changed`, `taken_back` or `ended`; the page
            says the first three, and of the others that the link has ended.
        purposes: only these; all when empty.
        delivery_ids: only these; all when empty.
    """
    links = case.links.filter(revoked_at=None)
    if purposes:
        links = links.filter(purpose__in=purposes)
    if delivery_ids:
        links = links.filter(delivery_id__in=delivery_ids)
    revoked = list(links.values_list("pk", flat=True))
    if revoked:
        ClientLink.objects.filter(pk__in=revoked).update(
            revoked_at=clock.now(), revoked_reason=reason
        )
        remember(case, "link.revoked", by=by, details={"links": revoked, "reason": reason})


def revoke_link(link: ClientLink, *, case: TerminationCase, by: Actor, reason: str) -> None:
    """Let one link end before its day; call with the case locked."""
    revoked = ClientLink.objects.filter(pk=link.pk, revoked_at=None)
    if revoked.update(revoked_at=clock.now(), revoked_reason=reason):
        remember(case, "link.revoked", by=by, details={"links": [link.pk], "reason": reason})


def revoke_as_withdrawn(case: TerminationCase, *, by: Actor, **_facts: Any) -> None:
    """Let every link say that the notice was withdrawn (an effect)."""
    revoke_links(case, by=by, reason="withdrawn")


def revoke_as_closed(case: TerminationCase, *, by: Actor, **_facts: Any) -> None:
    """Let every link end with the case (an effect); feedback can be given until its own day."""
    others = tuple(one for one in LinkPurpose.values if one != LinkPurpose.FEEDBACK)
    revoke_links(case, by=by, purposes=others)


def note_first_opening(link: ClientLink) -> None:
    """Note when a page was first fetched; scanners fetch too, so it is no proof of anything."""
    ClientLink.objects.filter(pk=link.pk, first_opened_at=None).update(first_opened_at=clock.now())


def _derive(label: str, nonce: uuid.UUID) -> bytes:
    message = label.encode() + b"\0" + nonce.bytes
    return hmac.new(settings.LINK_KEY.encode(), message, hashlib.sha256).digest()


def _token(nonce: uuid.UUID, purpose: str) -> str:
    return base64.urlsafe_b64encode(_derive(f"link:{purpose}", nonce)).decode().rstrip("=")


def _code(nonce: uuid.UUID) -> str:
    number = int.from_bytes(_derive("code", nonce), "big")
    signs = []
    for _position in range(_CODE_LENGTH):
        number, index = divmod(number, len(_CODE_ALPHABET))
        signs.append(_CODE_ALPHABET[index])
    return "".join(signs)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
