"""Where each client of a campaign stands, in one word; the database tells it for all at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from notices.models import (
    LEFT_US,
    CampaignSending,
    Delivery,
    DeliveryState,
    LetterState,
    NoticeKind,
    NoticeState,
)
from offboarding.lifecycle import State
from offboarding.models import CampaignClient, ClientState


class Standing(models.TextChoices):
    """How far a client of a campaign has come, from the list to the receipt."""

    CHOSEN = "chosen", _("Chosen")
    LEFT_OUT = "left_out", _("Left out")
    OPENING = "opening", _("Case is being opened")
    UNDECIDED = "undecided", _("Waits for a decision")
    KEPT = "kept", _("Kept or withdrawn")
    WRITING = "writing", _("Letter is being written")
    STUCK = "stuck", _("Needs a person")
    TO_APPROVE = "to_approve", _("Letter waits for approval")
    APPROVED = "approved", _("Letter approved")
    LEAVING = "leaving", _("In the outbox")
    UNCERTAIN = "uncertain", _("Uncertain")
    FAILED = "failed", _("Did not arrive")
    UNCONFIRMED = "unconfirmed", _("Sent, not confirmed")
    CONFIRMED = "confirmed", _("Receipt confirmed")


MOVING = (Standing.OPENING, Standing.WRITING, Standing.LEAVING)
"""What changes by itself while somebody looks."""


def _deliveries(**conditions: object) -> Exists:
    rows = Delivery.objects.filter(case=OuterRef("case"), notice__isnull=False, **conditions)
    return Exists(rows.exclude(notice__kind=NoticeKind.CURE_WARNING))


_UNSETTLED = {"resolved_at": None}
_FAILED_STATES = (
    DeliveryState.REFUSED,
    DeliveryState.BOUNCED,
    DeliveryState.UNCLAIMED,
    DeliveryState.MOVED,
    DeliveryState.LOST,
)
_ON_ITS_WAY = (
    DeliveryState.QUEUED,
    DeliveryState.CLAIMED,
    DeliveryState.HANDING_OVER,
    DeliveryState.PRINTED,
)


def with_standing(members: QuerySet[CampaignClient]) -> QuerySet[CampaignClient]:
    """Say of each client where it stands, as `standing`."""
    notice_is = "letter__notice__state"
    return members.annotate(
        standing=Case(
            When(state=ClientState.LEFT_OUT, then=Value(Standing.LEFT_OUT)),
            When(state=ClientState.CHOSEN, then=Value(Standing.CHOSEN)),
            When(state=ClientState.WAITING, then=Value(Standing.OPENING)),
            When(case__state__in=[State.RETAINED, State.WITHDRAWN], then=Value(Standing.KEPT)),
            When(case__acknowledged_at__isnull=False, then=Value(Standing.CONFIRMED)),
            When(
                _deliveries(state=DeliveryState.UNCERTAIN, **_UNSETTLED),
                then=Value(Standing.UNCERTAIN),
            ),
            When(_deliveries(state__in=_FAILED_STATES, **_UNSETTLED), then=Value(Standing.FAILED)),
            When(_deliveries(state__in=LEFT_US), then=Value(Standing.UNCONFIRMED)),
            When(_deliveries(state__in=_ON_ITS_WAY), then=Value(Standing.LEAVING)),
            When(letter__state=LetterState.STUCK, then=Value(Standing.STUCK)),
            When(
                Q(**{notice_is: NoticeState.APPROVED}) & _deliveries(), then=Value(Standing.STUCK)
            ),
            When(**{notice_is: NoticeState.APPROVED}, then=Value(Standing.APPROVED)),
            When(**{notice_is: NoticeState.AWAITING_APPROVAL}, then=Value(Standing.TO_APPROVE)),
            When(letter__notice__isnull=False, then=Value(Standing.STUCK)),
            When(case__state=State.EVALUATION, then=Value(Standing.UNDECIDED)),
            default=Value(Standing.WRITING),
            output_field=CharField(),
        )
    )


def counts(members: QuerySet[CampaignClient]) -> dict[str, int]:
    """Count clients by where they stand, in one query however many there are."""
    told: QuerySet[Any] = with_standing(members).order_by()
    found = dict(told.values_list("standing").annotate(count=Count("pk")))
    return {standing.value: found.get(standing.value, 0) for standing in Standing}


@dataclass(frozen=True)
class Outlook:
    """How long the rest of a campaign takes to leave."""

    letters: int
    minutes: int


def outlook(sending: CampaignSending, counted: dict[str, int]) -> Outlook:
    """Say how many letters have still to leave at the set rate, and for how long."""
    letters = counted[Standing.APPROVED] + counted[Standing.LEAVING]
    seconds = timedelta(minutes=letters / sending.rate_per_minute).total_seconds()
    return Outlook(letters, round(seconds / 60 + 0.499))
