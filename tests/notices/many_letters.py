"""A campaign walked by the real verbs and the real errands; only setting type is stood in for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from audit import clock
from clients.models import Client
from notices import errands
from notices.models import CampaignSending, Notice, NoticeState
from notices.services import campaign_letters, campaign_sending
from offboarding.models import Campaign, CampaignClient, TerminationGround
from offboarding.services import campaign_decisions, campaigns
from tests.builders import House, a_client, an_engagement
from tests.notices import walks
from tests.retracing import retraced

LINE = "Payroll"


def terms(**changes: Any) -> dict[str, Any]:
    """What a campaign is about, as its form would say it."""
    today = clock.today()
    fields = {
        "name": "Payroll closes in spring",
        "service_line": LINE,
        "ground": TerminationGround.objects.get(code="service-line-closes"),
        "summary": "The partners decided to give up payroll.",
        "fact": "The partners decided to close the service line.",
        "fact_on": today,
        "fact_source": "Minutes of the partners",
        "no_remedies_reason": "The whole line closes, whatever a client does.",
        "leaves_on": today + timedelta(days=5),
        "effective_rule": "earliest",
        "effective_on": today + timedelta(days=60),
        "by_email": True,
        "by_registered_mail": False,
        "reason_en": "We close our payroll service for all clients on {date}.",
    }
    return fields | changes


def clients_with_the_line(house: House, count: int, *, first: int = 1) -> list[Client]:
    """Clients of the team whose only agreement is about the line that closes."""
    made = []
    for number in range(first, first + count):
        client = a_client(
            house.office,
            house.team,
            house.manager,
            reference=f"P-{number}",
            legal_name=f"Bakery {number} Ltd",
            display_name=f"Bakery {number}",
        )
        client.contacts.update(name=f"Anna Baker {number}x", email=f"anna{number}@example.com")
        an_engagement(client, title="Payroll agreement", services="Payroll", service_line=LINE)
        made.append(client)
    return made


@retraced
def planned(house: House, count: int = 3, **changes: Any) -> Campaign:
    """A campaign with so many clients on its list."""
    clients_with_the_line(house, count)
    campaign = campaigns.plan_campaign(house.team, by=house.by_manager, **terms(**changes))
    campaigns.choose_clients(
        campaign, Client.objects.filter(reference__startswith="P-"), by=house.by_manager
    )
    return campaign


def work() -> None:
    """Let the worker make its rounds until nothing is left."""
    while errands.carry_out(most_seconds=60):
        pass


@retraced
def opened(house: House, count: int = 3, **changes: Any) -> Campaign:
    """A confirmed campaign, each client with a case that waits for its decision."""
    campaign = planned(house, count, **changes)
    chosen = campaign.members.filter(state="chosen").count()
    campaign = campaigns.confirm(campaign, by=house.by_manager, chosen=chosen)
    work()
    return campaign


@retraced
def decided(house: House, count: int = 3, **changes: Any) -> Campaign:
    """Every ending decided by the lead on a list, every letter written and its pages set."""
    campaign = opened(house, count, **changes)
    decide(house, campaign)
    work()
    set_every_page()
    return campaign


def decide(house: House, campaign: Campaign, by: Any = None, most: int = 100) -> None:
    by = by or house.by_lead
    seen = campaign_decisions.seen_of(campaign_decisions.to_review(campaign, by.user)[:most])
    campaign_decisions.decide_list(
        campaign,
        by=by,
        seen=seen,
        list_sha256=campaigns.hash_of_list(seen),
        chosen=list(seen),
        note="The line closes for everybody.",
    )


def set_every_page() -> None:
    for notice in Notice.objects.filter(state=NoticeState.AWAITING_APPROVAL):
        walks.set_pages(notice)


def letters_seen(house: House, campaign: Campaign, by: Any = None) -> dict[int, str]:
    by = by or house.by_lead
    return campaign_letters.seen_of(campaign_letters.to_review(campaign, by.user))


def approve(house: House, campaign: Campaign, seen: dict[int, str], by: Any = None) -> None:
    campaign_letters.approve_list(
        campaign,
        by=by or house.by_lead,
        seen=seen,
        list_sha256=campaigns.hash_of_list(seen),
        chosen=list(seen),
    )


@retraced
def approved(house: House, count: int = 3, **changes: Any) -> Campaign:
    """Every letter approved on a list."""
    campaign = decided(house, count, **changes)
    approve(house, campaign, letters_seen(house, campaign))
    work()
    return campaign


@retraced
def leaving(house: House, count: int = 3, rate: int = 60, **changes: Any) -> CampaignSending:
    """The letters are in the outbox, or on their way to it."""
    campaign = approved(house, count, **changes)
    sending = campaign_sending.start(campaign, by=house.by_lead, rate_per_minute=rate)
    work()
    return sending


def rows(campaign: Campaign) -> list[CampaignClient]:
    return list(campaign.members.select_related("case", "client", "letter__notice").order_by("pk"))
