"""The playbook: measures are proposed, adopted, changed and dropped by team leads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actor import Actor
from accounts.models import User
from audit import clock
from audit.services import record
from offboarding import policies
from offboarding.errors import InvalidInput
from offboarding.models import MeasureState, PreventiveMeasure, TerminationGround

STREAM = "settings"


def propose(
    ground: TerminationGround,
    *,
    by: Actor,
    title: str,
    owner: User | None = None,
    review_on: date | None = None,
) -> PreventiveMeasure:
    """Write a measure into the playbook.

    Raises:
        NotAllowed: the actor leads no team.
        InvalidInput: nothing is said, the day has passed, or the ground has this measure already.
    """
    policies.require_playbook(by)
    title = _checked(title, review_on)
    with transaction.atomic():
        _refuse_twice(ground.measures.all(), title)
        measure = PreventiveMeasure.objects.create(
            ground=ground, title=title, owner=owner, review_on=review_on
        )
        _remember(measure, "proposed", by=by, after=_said(measure))
    return measure


def edit(
    measure: PreventiveMeasure,
    *,
    by: Actor,
    title: str,
    owner: User | None,
    review_on: date | None,
) -> PreventiveMeasure:
    """Say it in other words, or give it to somebody else.

    Raises:
        NotAllowed: the actor leads no team.
        InvalidInput: nothing is said, the day has passed, the ground has such a measure already, or
            an adopted one would have no owner.
    """
    with _changing(measure, by=by) as now:
        title = _checked(title, review_on if review_on != now.review_on else None)
        _refuse_twice(now.ground.measures.exclude(pk=now.pk), title)
        if now.is_adopted and owner is None:
            raise InvalidInput("owner", _("Somebody has to see to what we adopted."))
        before = _said(now)
        now.title, now.owner, now.review_on = title, owner, review_on
        now.save()
        _remember(now, "changed", by=by, before=before, after=_said(now))
    return now


def adopt(measure: PreventiveMeasure, *, by: Actor, adopted_on: date) -> PreventiveMeasure:
    """Do it from a day on; what was dropped can be taken up again.

    Raises:
        NotAllowed: the actor leads no team.
        InvalidInput: nobody sees to it, the day has not come, or it is adopted already.
    """
    with _changing(measure, by=by) as now:
        if now.is_adopted:
            raise InvalidInput("", _("This measure is adopted already."))
        if now.owner is None:
            raise InvalidInput("", _("First say who sees to it."))
        if adopted_on > clock.today():
            raise InvalidInput("adopted_on", _("This day has not come yet."))
        before = _said(now)
        now.state, now.adopted_on, now.dropped_reason = MeasureState.ADOPTED, adopted_on, ""
        now.save()
        _remember(now, "adopted", by=by, before=before, after=_said(now))
    return now


def drop(measure: PreventiveMeasure, *, by: Actor, reason: str) -> PreventiveMeasure:
    """Stop doing it, with the reason; it stays in the playbook.

    Raises:
        NotAllowed: the actor leads no team.
        InvalidInput: no reason, or it is dropped already.
    """
    with _changing(measure, by=by) as now:
        if now.is_dropped:
            raise InvalidInput("", _("This measure is dropped already."))
        if not reason.strip():
            raise InvalidInput("reason", _("Say why, for whoever has the same idea again."))
        before = _said(now)
        now.state, now.dropped_reason = MeasureState.DROPPED, reason.strip()
        now.save()
        _remember(now, "dropped", by=by, before=before, after=_said(now))
    return now


@contextmanager
def _changing(measure: PreventiveMeasure, *, by: Actor) -> Iterator[PreventiveMeasure]:
    policies.require_playbook(by)
    with transaction.atomic():
        rows = PreventiveMeasure.objects.select_for_update(of=("self",))
        now = rows.select_related("ground", "owner").get(pk=measure.pk)
        now.changed_at = clock.now()
        yield now


def _checked(title: str, review_on: date | None) -> str:
    title = " ".join(title.split())
    if not title:
        raise InvalidInput("title", _("Say what we do."))
    if review_on is not None and review_on <= clock.today():
        raise InvalidInput("review_on", _("Choose a day after today."))
    return title


def _refuse_twice(others: QuerySet[PreventiveMeasure], title: str) -> None:
    if others.filter(title__iexact=title).exists():
        raise InvalidInput("title", _("This ground has this measure already."))


def _said(measure: PreventiveMeasure) -> dict[str, Any]:
    return {
        "title": measure.title,
        "owner": measure.owner.name if measure.owner else "",
        "state": measure.state,
        "adopted_on": str(measure.adopted_on or ""),
        "dropped_reason": measure.dropped_reason,
        "review_on": str(measure.review_on or ""),
    }


def _remember(measure: PreventiveMeasure, what: str, *, by: Actor, **values: Any) -> None:
    record(
        stream=STREAM,
        action=f"measure.{what}",
        by=by,
        subject=measure,
        details={"ground": measure.ground.code, "state": measure.state},
        **values,
    )
