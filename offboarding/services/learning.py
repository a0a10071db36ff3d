"""How the client took it, and what it taught us."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from offboarding.errors import InvalidInput
from offboarding.models import Lesson, Reaction, ReactionKind, TerminationCase, TerminationGround
from offboarding.services import flags
from offboarding.services.locking import acting_on, remember

NEGOTIATION_DAYS = 7
"""How long nobody is reminded once a negotiation is logged."""


def log_reaction(
    case: TerminationCase, *, by: Actor, kind: str, noticed_on: date, note: str = ""
) -> Reaction:
    """Log how the client took it, with what that pauses.

    A threat of claim holds sending and deletion and tells the leads, also where the case has ended;
    while both sides negotiate, nobody is reminded.
    """
    if kind not in ReactionKind.values:
        raise InvalidInput("kind", _("Choose how they took it."))
    is_threat = kind == ReactionKind.THREAT_OF_CLAIM
    with acting_on(
        case, by=by, permission="offboarding.work_on_case", even_if_ended=is_threat
    ) as now:
        if noticed_on > clock.today(now.time_zone):
            raise InvalidInput("noticed_on", _("This day has not come yet."))
        reaction = Reaction.objects.create(
            case=now, kind=kind, noticed_on=noticed_on, note=note, logged_by=by.colleague
        )
        remember(
            now,
            "reaction.logged",
            by=by,
            subject=reaction,
            details={"kind": kind},
            after={"note": note},
        )
        if is_threat:
            flags.hold_sending(
                now,
                by=by,
                reason=note.strip() or _("The client has threatened a claim."),
                origin=f"threat:{reaction.pk}",
            )
        elif kind == ReactionKind.NEGOTIATION:
            until = clock.today(now.time_zone) + timedelta(days=NEGOTIATION_DAYS)
            flags.pause_reminders(now, by=by, until=until)
    return reaction


def record_lesson(
    case: TerminationCase,
    *,
    by: Actor,
    avoidable: str,
    next_time: str,
    first_sign: str = "",
    first_sign_on: date | None = None,
    measure: str = "",
    measure_of: TerminationGround | None = None,
) -> Lesson:
    """Write down what this ending taught.

    Args:
        case: not ended yet.
        by: a colleague who works on it.
        avoidable: an `Avoidable`.
        next_time: what we do next time.
        first_sign: what it was.
        first_sign_on: when that was.
        measure: one of our own that the firm should adopt.
        measure_of: the ground whose preventive measure the firm should adopt.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        if not next_time.strip():
            raise InvalidInput("next_time", _("Say what you would do differently."))
        if first_sign_on is not None and first_sign_on > clock.today(now.time_zone):
            raise InvalidInput("first_sign_on", _("This day has not come yet."))
        lesson = Lesson.objects.create(
            case=now,
            avoidable=avoidable,
            next_time=next_time,
            first_sign=first_sign,
            first_sign_on=first_sign_on,
            measure=measure,
            measure_of=measure_of,
            recorded_by=by.colleague,
        )
        remember(
            now,
            "lesson.recorded",
            by=by,
            subject=lesson,
            details={
                "avoidable": avoidable,
                "measure_of": measure_of.code if measure_of else "",
            },
            after={"next_time": next_time, "measure": measure},
        )
    return lesson
