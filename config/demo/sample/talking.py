"""What colleagues tell each other: a few notes, and what was told long ago is read."""

from __future__ import annotations

from datetime import timedelta

from accounts.actor import Actor
from accounts.models import User
from audit import clock
from config.demo.sample.firm import Crew, SampleFirm
from offboarding.lifecycle import State
from offboarding.models import Notification, TerminationCase
from offboarding.services import notes, notifications

UNREAD_DAYS = 3


def talk(firm: SampleFirm) -> None:
    """Let each team talk about a case or two of its own."""
    for crew in (firm.accounting, firm.design):
        for person in (crew.manager, crew.lead, crew.colleague):
            _read_what_is_old(person)
        _talk_in(crew)


def _read_what_is_old(person: User) -> None:
    long_ago = clock.now() - timedelta(days=UNREAD_DAYS)
    old = Notification.objects.filter(person=person, at__lt=long_ago).order_by("-pk")
    newest = old.values_list("pk", flat=True).first()
    if newest is not None:
        notifications.mark_all_read(by=Actor.person(person), up_to=newest)


def _talk_in(crew: Crew) -> None:
    open_cases = TerminationCase.objects.filter(team=crew.team, is_restricted=False)
    served = open_cases.filter(state=State.NOTICE).order_by("pk").first()
    if served is not None:
        notes.write_note(
            served,
            by=Actor.person(crew.lead),
            text=f"@{crew.manager.name}, their office moves in spring. Do we have the new address?",
        )
    leaving = open_cases.filter(state=State.TRANSITION).order_by("pk").first()
    if leaving is not None:
        notes.write_note(
            leaving,
            by=Actor.person(crew.manager),
            text=(
                f"@{crew.lead.name}, the successor asks for the ledgers as CSV instead of PDF. "
                "I would do it; it takes half an hour."
            ),
        )
