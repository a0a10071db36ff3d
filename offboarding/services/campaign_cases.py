"""Opening the cases of a confirmed campaign, one client after the other, in its person's name.

A worker calls this. Everything of one client happens in one transaction that holds the client's row
of the campaign, so a worker that is killed leaves either a whole case or none.
"""

from __future__ import annotations

import structlog
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.actor import Actor
from clients.models import Client
from offboarding import joining
from offboarding.errors import InvalidInput, NotAllowed, Reason, TransitionRefused
from offboarding.models import Campaign, CampaignClient, ClientState, TerminationCase
from offboarding.services import campaigns, cases, decisions, evidence, remedies
from offboarding.services.locking import remember

log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 5
"""So often a client is tried whose worker died of it; then a person looks."""


def clients_waiting(limit: int) -> list[tuple[int, int]]:
    """List clients whose case is to be opened, with how often it was tried."""
    rows = CampaignClient.objects.filter(state=ClientState.WAITING).order_by("attempts", "pk")
    return list(rows.values_list("pk", "attempts")[:limit])


def open_case_of(member_id: int, *, attempts_seen: int) -> bool:
    """Open the case of one client, or leave the client out with the reason.

    Args:
        member_id: the client's row of the campaign.
        attempts_seen: how often it had been tried when it was listed; another count means that
            another worker has it in hand.

    Returns:
        Whether this call worked on it.
    """
    waiting = CampaignClient.objects.filter(pk=member_id, state=ClientState.WAITING)
    if not waiting.filter(attempts=attempts_seen).update(attempts=F("attempts") + 1):
        return False
    with transaction.atomic():
        member = (
            waiting.select_for_update(of=("self",), skip_locked=True)
            .select_related("campaign__team", "campaign__ground", "campaign__confirmed_by")
            .first()
        )
        if member is None:
            return False
        try:
            if attempts_seen >= MOST_ATTEMPTS:
                raise _StaysOut(
                    Reason("broken", _("Opening the case failed; an admin can see why."))
                )
            with transaction.atomic():
                _open(member)
        except _StaysOut as out:
            _leave_out(member, out.reason)
        except TransitionRefused as refused:
            _leave_out(member, refused.reasons[0])
        except (InvalidInput, NotAllowed) as refused:
            _leave_out(member, Reason("refused", str(refused)))
    return True


class _StaysOut(Exception):
    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.text)


def _open(member: CampaignClient) -> TerminationCase:
    campaign = member.campaign
    assert campaign.confirmed_by is not None and member.client_id is not None
    by = Actor.person(campaign.confirmed_by)
    # Two campaigns that hold the same client open one case: the second finds it here.
    Client.objects.select_for_update().get(pk=member.client_id)
    [found] = joining.looked_at(campaign, Client.objects.filter(pk=member.client_id))
    if found.refused is not None:
        raise _StaysOut(found.refused)
    assert found.effective_on is not None
    owner = found.client.owner
    case = cases.open_case(
        found.client,
        by=by,
        ground=campaign.ground,
        engagements=found.engagements,
        owner=owner if accounts.role_in(owner, campaign.team) else by.colleague,
        summary=campaign.summary,
    )
    evidence.add_evidence(
        case,
        by=by,
        happened_on=campaign.fact_on,
        fact=campaign.fact,
        source=campaign.fact_source,
    )
    remedies.explain_no_remedies(case, by=by, reason=campaign.no_remedies_reason)
    cases.confirm_terms_read(case, by=by)
    cases.set_effective_date(case, found.effective_on, by=by)
    remember(case, "case.joined_campaign", by=by, details={"campaign": campaign.pk})
    decisions.request_decision(case, by=by, note=campaign.name, raises_tasks=False)
    member.case = case
    member.state = ClientState.OPENED
    member.effective_on = found.effective_on
    member.save(update_fields=["case", "state", "effective_on"])
    return case


def _leave_out(member: CampaignClient, reason: Reason) -> None:
    member.state = ClientState.LEFT_OUT
    member.code, member.reason = reason.code, reason.text
    member.save(update_fields=["state", "code", "reason"])
    campaign: Campaign = member.campaign
    assert campaign.confirmed_by is not None
    campaigns.remember(
        campaign,
        "campaign.client_left_out",
        by=Actor.person(campaign.confirmed_by),
        details={"client": member.client_id, "why": reason.code},
    )
