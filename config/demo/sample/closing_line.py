"""A campaign for a service line that closes: its cases are open, its decisions wait for the lead."""

from __future__ import annotations

from datetime import timedelta

from accounts.actor import Actor
from audit import clock
from clients.models import Client
from config.demo.sample.firm import SampleFirm
from notices import errands
from offboarding.models import Campaign, ClientState, EffectiveRule, TerminationGround
from offboarding.services import campaigns

SERVICE_LINE = "Annual accounts"


def begin(firm: SampleFirm) -> Campaign:
    """Plan the end of a service line today, and open a case for every client who can come in."""
    clock.move(timedelta(0))
    by = Actor.person(firm.accounting.manager)
    today = clock.today("UTC")
    campaign = campaigns.plan_campaign(
        firm.accounting.team,
        by=by,
        name="Annual accounts close after this season",
        service_line=SERVICE_LINE,
        ground=TerminationGround.objects.get(code="service-line-closes"),
        summary=(
            "The partners give up annual accounts once this season's are filed.\n"
            "Bookkeeping and payroll go on as before."
        ),
        fact="The partners decided to close the service line after this season.",
        fact_on=today - timedelta(days=9),
        fact_source="Minutes of the partners",
        no_remedies_reason="The whole line closes; nothing that one client does could change that.",
        leaves_on=today + timedelta(days=14),
        effective_rule=EffectiveRule.EARLIEST,
        effective_on=today + timedelta(days=90),
        by_email=True,
        by_registered_mail=True,
        reason_en="We no longer prepare annual accounts for any client after this season.",
        reason_de="Nach dieser Saison erstellen wir für niemanden mehr Jahresabschlüsse.",
    )
    has_it = Client.objects.filter(engagements__service_line=SERVICE_LINE).distinct()
    campaigns.choose_clients(campaign, has_it, by=by)
    chosen = campaign.members.filter(state=ClientState.CHOSEN).count()
    campaign = campaigns.confirm(campaign, by=by, chosen=chosen)
    errands.carry_out(most_seconds=60)
    return campaign
