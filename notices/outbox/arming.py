"""Whether machines may send: not after a restore from backup, until a person arms them again.

A backup cannot know what left after it was made. The anchors of the audit trail can: each is also a
file outside the database, and a drain that sent something makes one. As long as there are anchors
that the database knows nothing of, nothing leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import anchors
from audit.services import record
from notices.models import IN_MOTION, Channel, Delivery, DeliveryState
from notices.outbox.settling import doubt
from offboarding.services.locking import locked


def is_disarmed() -> bool:
    """The database is older than its last anchor, so mails that wait in it may have left since."""
    return bool(anchors.ahead_of_database())


def arm(*, by: Actor) -> tuple[int, Path | None]:
    """Let machines send again after a restore; what was open is put in doubt first.

    Each mail that had not left stands on the leads' lists, and no machine sends it.

    Returns:
        How many rows were marked, and where the newer anchor files were put, if there were any.
    """
    marked = _mark_open_rows_uncertain()
    newer = anchors.ahead_of_database()
    place = anchors.set_aside(newer) if newer else None
    with transaction.atomic():
        record(
            stream="settings",
            action="dispatch.armed",
            by=by,
            details={"uncertain": marked, "anchors_set_aside": [file.stem for file in newer]},
        )
    return marked, place


def _mark_open_rows_uncertain() -> int:
    note = _("Marked after a restore from backup: it may have left since the backup was made.")
    marked = 0
    for delivery in _open_emails():
        with transaction.atomic():
            case = locked(delivery.case)
            marked += doubt(
                case,
                delivery,
                delivery.fence,
                DeliveryState(delivery.state),
                note,
                reason="restored_from_backup",
            )
    return marked


def _open_emails() -> Iterator[Delivery]:
    states = [DeliveryState.QUEUED, *IN_MOTION]
    rows = Delivery.objects.filter(channel=Channel.EMAIL, state__in=states)
    yield from rows.select_related("case", "notice").defer("mime").order_by("pk")
