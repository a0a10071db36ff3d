"""Watching a case, and no longer."""

from __future__ import annotations

from accounts.actor import Actor
from offboarding.models import TerminationCase, Watcher
from offboarding.services.locking import acting_on, remember


def watch(case: TerminationCase, *, by: Actor) -> None:
    """Hear of a case from now on; watching twice changes nothing."""
    with acting_on(case, by=by, permission="offboarding.work_on_case", even_if_ended=True) as now:
        watcher, is_new = Watcher.objects.get_or_create(case=now, user=by.user)
        if is_new:
            remember(now, "case.watched", by=by, subject=watcher, details={"user": by.user_id})


def unwatch(case: TerminationCase, *, by: Actor) -> None:
    """Hear of a case no longer; whoever did not watch changes nothing."""
    with acting_on(case, by=by, permission="offboarding.work_on_case", even_if_ended=True) as now:
        watcher = Watcher.objects.filter(case=now, user=by.user).first()
        if watcher is not None:
            remember(now, "case.unwatched", by=by, subject=watcher, details={"user": by.user_id})
            watcher.delete()
