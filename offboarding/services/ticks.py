"""What a client says is done, and what a colleague makes of it.

A tick settles nothing: the client says that it is done, a colleague looks and fulfils the
obligation with its proof, or sends the tick back with the reason, which the client reads.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import Obligation, ObligationState, Party, TaskKind, TerminationCase
from offboarding.services.locking import acting_on, remember
from offboarding.services.obligations import what_it_waits_for
from offboarding.services.tasks import finish_raised, keep_task

LONGEST_NOTE = 2_000


def tick(
    case: TerminationCase, keys: Collection[int], *, by: Actor, name: str = "", note: str = ""
) -> list[Obligation]:
    """Keep the client's ticks; what is ticked already or was settled meanwhile stays as it is.

    Args:
        case: whose obligations.
        keys: of what the client says is done; what is ours or waits for something is left out.
        by: the client, behind their link.
        name: as typed; the link's when left out.
        note: what the client wants us to know with it.

    Returns:
        What is ticked by this.
    """
    ticked = []
    with acting_on(case, by=by, permission="offboarding.tick_obligation") as now:
        rows = now.obligations.select_for_update().filter(
            pk__in=list(keys),
            party=Party.CLIENTS,
            state__in=(ObligationState.OPEN, ObligationState.ESCALATED),
            client_says_done_at=None,
        )
        for row in rows:
            if what_it_waits_for(row):
                continue
            row.client_says_done_at = clock.now()
            row.client_says_done_by = (name or by.name)[:200]
            row.client_note = note[:LONGEST_NOTE]
            row.tick_answer = ""
            row.save(
                update_fields=[
                    "client_says_done_at",
                    "client_says_done_by",
                    "client_note",
                    "tick_answer",
                ]
            )
            remember(
                now,
                "obligation.client_says_done",
                by=by,
                subject=row,
                after={"title": row.title, "note": row.client_note},
            )
            keep_task(
                now,
                kind=TaskKind.LOOK_AT,
                title=_("The client says it is done: %(title)s") % {"title": row.title},
                details=row.client_note,
                assignee=row.owner or now.owner,
                due_on=clock.today(now.time_zone),
                by=Actor.machine("offboarding.effects"),
                # A tick after one that was sent back is a task of its own.
                origin=f"ticked:{row.pk}:{row.client_says_done_at:%Y%m%d%H%M%S}",
            )
            ticked.append(row)
    return ticked


def send_tick_back(obligation: Obligation, *, by: Actor, reason: str) -> None:
    """Say that something is not done yet although the client ticked it; they read the reason.

    Raises:
        InvalidInput: no reason.
        TransitionRefused: there is no tick that waits.
    """
    with acting_on(obligation.case, by=by, permission="offboarding.work_on_case") as now:
        row = now.obligations.select_for_update().get(pk=obligation.pk)
        if not row.is_ticked:
            raise TransitionRefused([no_tick(row)])
        if not reason.strip():
            raise InvalidInput("reason", _("Say what is missing; the client reads it."))
        said_by, at = row.client_says_done_by, row.client_says_done_at
        row.client_says_done_at = None
        row.client_says_done_by = row.client_note = ""
        row.tick_answer = reason.strip()[:1000]
        # The client reads why first; reminders go on a few days later.
        row.next_reminder_on = clock.today(now.time_zone) + timedelta(days=4)
        row.save(
            update_fields=[
                "client_says_done_at",
                "client_says_done_by",
                "client_note",
                "tick_answer",
                "next_reminder_on",
            ]
        )
        remember(
            now,
            "obligation.tick_sent_back",
            by=by,
            subject=row,
            details={"ticked_at": at.isoformat() if at else ""},
            before={"ticked_by": said_by},
            after={"title": row.title, "reason": row.tick_answer},
        )
        finish_raised(now, f"ticked:{row.pk}", by=by, outcome=_("Sent back"))


def no_tick(obligation: Obligation) -> Reason:
    """Say that the client has not ticked it, or that somebody has answered."""
    return Reason(
        "no_tick",
        _("No tick of the client waits on “%(title)s”.") % {"title": obligation.title},
        "obligations",
    )


def as_proof(obligation: Obligation) -> str:
    """Write what a colleague may take as the proof of what the client ticked."""
    if obligation.client_says_done_at is None:
        return ""
    said = _("%(name)s said on the client's page that this is done.") % {
        "name": obligation.client_says_done_by or _("The client")
    }
    return f"{said} “{obligation.client_note}”" if obligation.client_note else said
