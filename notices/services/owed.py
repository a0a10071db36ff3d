"""The client's page of what both sides owe: opened, ticked, asked on; and its mail, sent by us."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices.models import Delivery, MessageKind
from notices.reminding import owed_mail
from notices.reminding.owed_mail import KNOWN_IN
from notices.services.receipt import ENDED, UNKNOWN, WITHDRAWN, LinkEnded, why_revoked
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import ClientLink, Obligation, Question, TerminationCase
from offboarding.services import follow_ups, ticks
from offboarding.services.locking import acting_on


def case_behind(link: ClientLink) -> TerminationCase:
    """Return the case whose obligations a link shows.

    Raises:
        LinkEnded: with the reason that may be told.
    """
    if link.expires_at <= clock.now():
        raise LinkEnded(UNKNOWN)
    if link.revoked_at is not None:
        raise LinkEnded(why_revoked(link))
    case = link.case
    if case.is_ended:
        raise LinkEnded(WITHDRAWN if case.state == State.WITHDRAWN else ENDED)
    return case


def tick(link: ClientLink, keys: Collection[int], *, name: str, note: str = "") -> list[Obligation]:
    """Keep what the client says is done.

    Raises:
        InvalidInput: no name.
        LinkEnded: the link opens nothing any more.
    """
    name = " ".join(name.split())
    if not name:
        raise InvalidInput("name", _("Type your name."))
    case = case_behind(ClientLink.objects.select_related("case__client__office").get(pk=link.pk))
    by = Actor.client(name, link_id=link.pk)
    return ticks.tick(case, keys, by=by, name=name, note=note)


def ask(link: ClientLink, *, name: str, text: str) -> Question:
    """Ask something about the list; the same open question twice is one.

    Raises:
        LinkEnded: the link opens nothing any more.
    """
    case = case_behind(ClientLink.objects.select_related("case__client__office").get(pk=link.pk))
    by = Actor.client(name or link.recipient_name, link_id=link.pk)
    same = case.questions.filter(text=text, answered_at=None).first()
    return same or follow_ups.ask_question(case, by=by, text=text, asked_by=by.name)


def send_list(case: TerminationCase, *, by: Actor, note: str = "", origin: str) -> Delivery | None:
    """Send the client the list with a link to their page.

    Args:
        case: acknowledged, and not over yet.
        by: who sends it.
        note: the sender's own words above the list.
        origin: the same twice is one mail.

    Raises:
        InvalidInput: nobody at the client has an address that works.
        TransitionRefused: the client does not know of the ending yet.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        reasons = reasons_not_to_send(now)
        if reasons:
            raise TransitionRefused(reasons)
        if not owed_mail.reader_of(now)[1]:
            raise InvalidInput(
                "note", _("The client has no recipient with an e-mail address that works.")
            )
        return owed_mail.write_list(now, kind=MessageKind.OWED, origin=origin, by=by, note=note)


def reasons_not_to_send(case: TerminationCase) -> list[Reason]:
    """Return what keeps the list from being sent: the client has to know of the ending first."""
    if case.state in KNOWN_IN:
        return []
    sentence = _("The client gets this list once receipt of the notice is on record.")
    return [Reason("not_acknowledged", sentence, "receipt")]
