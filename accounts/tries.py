"""How often one place may try something, for pages that nobody signs in to."""

from __future__ import annotations

import hashlib

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from audit import clock

WINDOW_SECONDS = 600


def address_of(request: HttpRequest) -> str:
    """Return the network address of a request, as the proxies we trust report it."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        # A socket without a proxy that tells: everybody is one place.
        return ""


def is_too_often(request: HttpRequest, act: str, *, most: int) -> bool:
    """Count one try of this address; tell whether it has had more than it may in ten minutes."""
    place = hashlib.sha256(address_of(request).encode()).hexdigest()[:32]
    window = int(clock.now().timestamp()) // WINDOW_SECONDS
    key = f"tries:{act}:{window}:{place}"
    if cache.add(key, 1, timeout=WINDOW_SECONDS):
        return most < 1
    tries = int(cache.incr(key))
    # The database's cache forgets the time-out when it counts.
    cache.touch(key, WINDOW_SECONDS)
    return tries > most
