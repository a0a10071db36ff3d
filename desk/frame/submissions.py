"""One form, one effect: double clicks, retries and second tabs end where the first one did."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from audit import clock
from desk.models import Presence, Submission

KEY = "key"
_NOT_CONTENT = {KEY, "csrfmiddlewaretoken"}

KEPT_DAYS = 30
"""How long a form that was sent is remembered; nobody keeps a tab open for longer."""


class SentOtherwise(Exception):
    """The form was sent before with other words; neither version may be dropped silently."""


def new_key() -> str:
    """Return the key of a form that is shown now."""
    return str(uuid.uuid4())


def content_of(request: HttpRequest) -> str:
    """Return a fingerprint of what a form says, to tell a repeat from a second thought."""
    digest = hashlib.sha256()
    for name in sorted(set(request.POST) - _NOT_CONTENT):
        digest.update(repr((name, request.POST.getlist(name))).encode())
    for name in sorted(request.FILES):
        sent = [(upload.name, upload.size) for upload in request.FILES.getlist(name)]
        digest.update(repr((name, sent)).encode())
    return digest.hexdigest()


def outcome_of(user: User, key: str, *, path: str, content: str) -> str | None:
    """Return where this very form led when it was sent before; None when it was not.

    Asked before the form is checked: what was right the first time may not be right any more,
    because it was done.
    """
    try:
        wanted = uuid.UUID(key)
    except ValueError:
        return None
    found = Submission.objects.filter(user=user, key=wanted, path=path, content_sha256=content)
    return found.values_list("outcome_url", flat=True).first()


def once(
    user: User, key: uuid.UUID | None, perform: Callable[[], str], *, path: str, content: str
) -> str:
    """Do what a form asks, unless it was done already; return where the person goes next.

    Args:
        user: who sent it; keys of other people do not count.
        key: the form's own; without one there is nothing to compare and it is simply done.
        perform: does it and returns the address to go to.
        path: the address the form was sent to.
        content: the fingerprint of what it says.

    Raises:
        SentOtherwise: the same form was sent before, saying something else.
    """
    if key is None:
        with transaction.atomic():
            return perform()
    with transaction.atomic():
        # A twin that arrives meanwhile waits here for the unique key until this one is done.
        submission, is_first = Submission.objects.get_or_create(
            user=user, key=key, defaults={"path": path, "content_sha256": content}
        )
        if not is_first:
            if (submission.path, submission.content_sha256) != (path, content):
                raise SentOtherwise
            return submission.outcome_url
        submission.outcome_url = perform()
        submission.save(update_fields=["outcome_url"])
    return submission.outcome_url


@shared_task
def forget_old_submissions() -> None:
    """Forget forms that were sent long ago, and who had which page open; run at night."""
    long_ago = clock.now() - timedelta(days=KEPT_DAYS)
    Submission.objects.filter(created_at__lt=long_ago).delete()
    Presence.objects.filter(seen_at__lt=long_ago).delete()
