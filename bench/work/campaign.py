"""A campaign in every step but the setting of its pages, which `letters` measures."""

from __future__ import annotations

import hashlib
import resource
import time

from django.utils import timezone

from accounts.actor import Actor
from bench.measuring import check
from bench.work import house
from bench.work.pages import _signed_in
from clients.models import Client, Contact, Engagement
from notices import errands
from notices.models import CampaignSending, Delivery, DeliveryState, Rendering
from notices.outbox import dispatch
from notices.services import campaign_letters, campaign_sending
from offboarding.models import Campaign, CampaignReviewItem, ItemState
from offboarding.services import campaign_decisions, campaigns
from tests.builders import a_client, an_engagement
from tests.notices import many_letters

PAGES = b"%PDF-1.7\n" + b"0" * 40_000
"""As large as a letter is."""


def prepare(count: int) -> int:
    """Put so many clients onto a list of their own and confirm it; return the campaign's key."""
    lead, manager = house.person("lead"), house.person("manager")
    line = f"Line {Campaign.objects.count() + 1}"
    first = Client.objects.order_by("pk")[0]
    pattern = a_client(first.office, first.team, manager, reference=f"{line}-0")
    agreed = an_engagement(pattern, service_line=line)
    contact = pattern.contacts.get()
    made = Client.objects.bulk_create(
        Client(
            office=first.office,
            team=first.team,
            owner=manager,
            reference=f"{line}-{number}",
            legal_name=f"Client {line} {number} Ltd",
            street=pattern.street,
            city=pattern.city,
            postal_code=pattern.postal_code,
            country=pattern.country,
            language="en",
        )
        for number in range(1, count + 1)
    )
    Contact.objects.bulk_create(
        Contact(client=one, name=contact.name, email=contact.email, receives_notices=True)
        for one in made
    )
    Engagement.objects.bulk_create(
        Engagement(
            client=one,
            title=agreed.title,
            services=agreed.services,
            service_line=line,
            started_on=agreed.started_on,
            notice_period_count=agreed.notice_period_count,
        )
        for one in made
    )
    by = Actor.person(manager)
    said = many_letters.terms(name=line, service_line=line)
    campaign = campaigns.plan_campaign(first.team, by=by, **said)
    began = time.perf_counter()
    campaigns.choose_clients(campaign, Client.objects.filter(pk__in=[c.pk for c in made]), by=by)
    campaigns.confirm(campaign, by=by, chosen=count)
    check(lead.pk != manager.pk, "one person cannot do both")
    check(time.perf_counter() - began < 60, "the dry run takes a minute")
    return campaign.pk


def carry_out() -> int:
    """Run errands until none is left, as the workers do; return how many."""
    done = 0
    while worked := errands.carry_out(most_seconds=60):
        done += worked
    return done


def decide(campaign: int) -> None:
    """Answer every list of decisions."""
    now, by = Campaign.objects.get(pk=campaign), Actor.person(house.person("lead"))
    while True:
        rows = campaign_decisions.to_review(now, by.colleague)[: campaigns.MOST_REVIEWED]
        seen = campaign_decisions.seen_of(rows)
        if not seen:
            return
        campaign_decisions.decide_list(
            now,
            by=by,
            seen=seen,
            list_sha256=campaigns.hash_of_list(seen),
            chosen=list(seen),
            note="",
        )


def set_pages(campaign: int) -> None:
    """Stand in for the typesetter."""
    orders = Rendering.objects.filter(
        done_at=None, notice__campaign_letter__member__campaign=campaign
    )
    for order in orders.select_related("notice"):
        order.pdf = PAGES + str(order.notice_id).encode()
        order.sha256 = hashlib.sha256(order.pdf).hexdigest()
        order.page_count, order.done_at = 1, timezone.now()
        order.save()


def approve(campaign: int) -> None:
    """Answer every list of letters."""
    now, by = Campaign.objects.get(pk=campaign), Actor.person(house.person("lead"))
    while True:
        rows = campaign_letters.to_review(now, by.colleague)[: campaigns.MOST_REVIEWED]
        seen = campaign_letters.seen_of(rows)
        if not seen:
            break
        campaign_letters.approve_list(
            now,
            by=by,
            seen=seen,
            list_sha256=campaigns.hash_of_list(seen),
            chosen=list(seen),
        )
    check(
        not CampaignReviewItem.objects.filter(state=ItemState.REFUSED).exists(),
        "an answer was refused",
    )


def start(campaign: int, rate_per_minute: int) -> None:
    """Let the letters leave at a rate."""
    campaign_sending.start(
        Campaign.objects.get(pk=campaign),
        by=Actor.person(house.person("lead")),
        rate_per_minute=rate_per_minute,
    )


def without_pause(campaign: int) -> None:
    """Let what is left of a campaign leave as fast as it can."""
    CampaignSending.objects.filter(campaign=campaign).update(rate_per_minute=60_000)


def send(campaign: int, count: int) -> float:
    """Queue and hand over until so many of a campaign have left; return this worker's memory."""
    accepted = Delivery.objects.filter(
        notice__campaign_letter__member__campaign=campaign, state=DeliveryState.ACCEPTED
    )
    deadline = time.monotonic() + 900
    while accepted.count() < count:
        check(time.monotonic() < deadline, "the campaign did not leave")
        errands.carry_out(most_seconds=1)
        dispatch.drain(most_seconds=5)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def send_for(seconds: float) -> int:
    """Do for a while what beat rings for: a round of errands and a drain each second."""
    ends = time.monotonic() + seconds
    sent = 0
    while time.monotonic() < ends:
        began = time.monotonic()
        errands.carry_out()
        sent += dispatch.drain(most_seconds=5).accepted
        time.sleep(max(0.0, began + 1 - time.monotonic()))
    return sent


def check_sent(campaign: int, count: int) -> None:
    """Refuse unless each client has one accepted mail and no more."""
    rows = Delivery.objects.filter(notice__campaign_letter__member__campaign=campaign)
    accepted = rows.filter(state=DeliveryState.ACCEPTED, attempts=1).count()
    check((rows.count(), accepted) == (count, count), f"{accepted} of {count} were accepted")


def visits(path: str, person: str, seconds: float) -> list[float]:
    """Ask for a page again and again for a while; return the sorted seconds of each."""
    client = _signed_in(person)
    ends = time.monotonic() + seconds
    found = []
    while time.monotonic() < ends:
        began = time.perf_counter()
        answer = client.get(path)
        found.append(time.perf_counter() - began)
        check(answer.status_code == 200, f"{path} answered {answer.status_code}")
        time.sleep(0.05)
    return sorted(found)
