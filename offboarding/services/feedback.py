"""What the client says on the feedback page: kept, changed until the link ends, looked after."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from offboarding.models import ClientLink, Feedback, LinkPurpose, TaskKind, TerminationCase
from offboarding.services import links
from offboarding.services.locking import acting_on, remember
from offboarding.services.tasks import keep_task

USED_AGAIN = timedelta(days=21)
"""A later mail to the same reader carries the first link again while it is good for so long."""


def link_for(case: TerminationCase, *, by: Actor, recipient_name: str) -> ClientLink:
    """Return the feedback link of a reader; call with the case locked."""
    standing = case.links.filter(
        purpose=LinkPurpose.FEEDBACK,
        recipient_name=recipient_name[:200],
        revoked_at=None,
        expires_at__gt=clock.now() + USED_AGAIN,
    ).last()
    return standing or links.issue_link(
        case, by=by, purpose=LinkPurpose.FEEDBACK, recipient_name=recipient_name
    )


def give_feedback(
    link: ClientLink,
    *,
    by: Actor,
    has_everything: str = "",
    still_open: str = "",
    differently: str = "",
) -> Feedback | None:
    """Keep what the client says; the same words twice change nothing.

    Args:
        link: whose page it was said on.
        by: the client, by that link.
        has_everything: a `HasEverything`, or empty.
        still_open: what they say is still open.
        differently: what we should have done differently.

    Returns:
        What is kept now; nothing if nothing was said and nothing is kept.
    """
    said = {
        "has_everything": has_everything,
        "still_open": still_open.strip(),
        "differently": differently.strip(),
    }
    with acting_on(
        link.case, by=by, permission="offboarding.give_feedback", even_if_ended=True
    ) as now:
        kept = Feedback.objects.select_for_update().filter(link=link).first()
        if kept is None and not any(said.values()):
            return None
        row = kept or Feedback(case=now, link=link)
        before = {name: getattr(row, name) for name in said}
        if kept is not None and before == said:
            return kept
        for name, value in said.items():
            setattr(row, name, value)
        row.changed_at = clock.now()
        if kept is not None:
            row.times_changed += 1
        row.save()
        remember(
            now,
            "feedback.changed" if kept is not None else "feedback.given",
            by=by,
            subject=row,
            details={"has_everything": has_everything, "link": link.pk},
            before=before if kept is not None else None,
            after=said,
        )
        is_news = kept is None or before["still_open"] != said["still_open"]
        if row.says_that_something_is_open and is_news:
            _raise_task(now, row)
    return row


def _raise_task(case: TerminationCase, row: Feedback) -> None:
    """Ask the owner to look; while their task is open, it stays one."""
    if case.tasks.filter(done_at=None, origin__startswith=f"feedback:{row.pk}:").exists():
        return
    keep_task(
        case,
        kind=TaskKind.LOOK_AT,
        title=_("The client says that something is still open"),
        details=row.still_open or _("They do not have everything they need from us yet."),
        assignee=case.owner,
        due_on=clock.today(case.time_zone) + timedelta(days=2),
        by=Actor.machine("offboarding.effects"),
        origin=f"feedback:{row.pk}:{row.times_changed}",
    )
