"""Ordering the letter of a campaign's case; the order is a row, a worker writes it."""

from __future__ import annotations

from typing import Any

from accounts.actor import Actor
from notices import bell
from notices.models import CampaignLetter
from offboarding.models import CampaignClient, CampaignState, TerminationCase

ERRANDS = "notices.errands.run_errands"


def order(case: TerminationCase, *, by: Actor, **_facts: Any) -> None:
    """Have the letter of a case written once its ending is decided (an effect)."""
    member = CampaignClient.objects.filter(
        case=case, campaign__state=CampaignState.CONFIRMED
    ).first()
    if member is None:
        return
    CampaignLetter.objects.get_or_create(member=member)
    bell.ring(ERRANDS)
