"""How a person wants to be written to; everybody chooses for themselves."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError

from accounts.actor import Actor
from notices.models import DigestChoice
from offboarding.errors import InvalidInput


def choose(
    *, by: Actor, rhythm: str, hour: int, time_zone: str, kinds: Collection[str]
) -> DigestChoice:
    """Keep how often, when and about what a person gets an e-mail.

    Args:
        by: whose choice it is.
        rhythm: a `Rhythm`.
        hour: of their day, 0 to 23; for daily and weekly mails.
        time_zone: its name in the tz database; empty for the first office's.
        kinds: a `NotificationKind` each.

    Raises:
        InvalidInput: a zone that does not exist.
    """
    choice = DigestChoice(
        person=by.colleague, rhythm=rhythm, hour=hour, time_zone=time_zone, kinds=sorted(kinds)
    )
    try:
        choice.clean_fields(exclude=["person"])
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise InvalidInput(field, sentences[0]) from error
    DigestChoice.objects.update_or_create(
        person=by.colleague,
        defaults={
            "rhythm": rhythm,
            "hour": hour,
            "time_zone": time_zone,
            "kinds": sorted(kinds),
        },
    )
    return choice
