"""How the teams keep their cases apart: tags, a view of the team's, and cases to watch."""

from __future__ import annotations

from accounts.actor import Actor
from config.demo.sample.firm import Crew, SampleFirm
from desk.models import SavedView
from offboarding.lifecycle import ENDED, State
from offboarding.models import TerminationCase, Tone
from offboarding.services import batches, tags


def sort(firm: SampleFirm) -> None:
    """Sort what is open, in one go each, as people do on the list."""
    for crew in (firm.accounting, firm.design):
        _sort_for(crew)


def _sort_for(crew: Crew) -> None:
    manager, lead = Actor.person(crew.manager), Actor.person(crew.lead)
    is_open = TerminationCase.objects.filter(team=crew.team, is_restricted=False).exclude(
        state__in=ENDED
    )
    unpaid = tags.make_tag(crew.team, name="Money open", tone=Tone.TRANSITION, by=manager)
    calm = tags.make_tag(crew.team, name="Parting well", tone=Tone.FOLLOW_UP, by=manager)
    for tag, some in (
        (unpaid, is_open.filter(ground__code="unpaid-invoices")),
        (calm, is_open.filter(state__in=(State.TRANSITION, State.FOLLOW_UP))),
    ):
        if chosen := list(some):
            batches.tag_all(chosen, tag, by=manager)
    if under_notice := list(is_open.filter(state=State.NOTICE)[:2]):
        batches.watch_all(under_notice, by=lead)
    SavedView.objects.create(
        name="Under notice, money open",
        owner=crew.lead,
        team=crew.team,
        conditions={"state": State.NOTICE.value, "tag": str(unpaid.pk)},
    )
