"""A team's tags: made, renamed, given up; put on a case and taken off."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import selectors as accounts
from accounts.actor import Actor
from accounts.models import Team
from audit.services import record
from offboarding.errors import InvalidInput, NotAllowed, Reason, TransitionRefused
from offboarding.models import Tag, TerminationCase
from offboarding.services.locking import acting_on, remember


def make_tag(team: Team, *, name: str, tone: str, by: Actor) -> Tag:
    """Give a team a new word to sort its cases by.

    Raises:
        NotAllowed: the actor does not work in the team.
        ValidationError: the team has this tag already, or it is no colour of the house.
    """
    _require_member(team, by)
    tag = Tag(team=team, name=_in_one_line(name), tone=tone)
    with transaction.atomic():
        tag.full_clean()
        tag.save()
        record(
            stream="settings",
            action="tag.made",
            by=by,
            subject=tag,
            details={"team": team.pk, "tone": tone},
            after={"name": tag.name},
        )
    return tag


def change_tag(tag: Tag, *, name: str, tone: str, by: Actor) -> Tag:
    """Call a tag something else or give it another colour, on every case that has it."""
    with transaction.atomic():
        now = Tag.objects.select_for_update(of=("self",)).select_related("team").get(pk=tag.pk)
        _require_member(now.team, by)
        before = {"name": now.name}
        now.name, now.tone = _in_one_line(name), tone
        now.full_clean()
        now.save()
        record(
            stream="settings",
            action="tag.changed",
            by=by,
            subject=now,
            details={"team": now.team_id, "tone": tone},
            before=before,
            after={"name": now.name},
        )
    return now


def drop_tag(tag: Tag, *, by: Actor) -> None:
    """Give up a tag that no case has.

    Raises:
        TransitionRefused: cases have it.
    """
    with transaction.atomic():
        now = Tag.objects.select_for_update(of=("self",)).select_related("team").get(pk=tag.pk)
        _require_member(now.team, by)
        count = now.cases.count()
        if count:
            words = ngettext(
                "%(count)d case has this tag. Take it off first.",
                "%(count)d cases have this tag. Take it off first.",
                count,
            )
            raise TransitionRefused([Reason("tag_in_use", words % {"count": count})])
        record(
            stream="settings",
            action="tag.dropped",
            by=by,
            subject=now,
            details={"team": now.team_id},
            before={"name": now.name},
        )
        now.delete()


def tag_case(case: TerminationCase, tags: Collection[Tag], *, by: Actor) -> None:
    """Let a case have these tags and no others."""
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        if any(tag.team_id != now.team_id for tag in tags):
            raise InvalidInput("tags", _("This tag belongs to another team."))
        had = {tag.pk for tag in now.tags.all()}
        wanted = {tag.pk for tag in tags}
        if had == wanted:
            return
        now.tags.set(wanted)
        remember(
            now,
            "case.tagged",
            by=by,
            details={"added": sorted(wanted - had), "removed": sorted(had - wanted)},
        )


def _require_member(team: Team, by: Actor) -> None:
    if by.user is None or accounts.role_in(by.user, team) is None:
        raise NotAllowed(_("A team's tags are its own people's to change."))


def _in_one_line(name: str) -> str:
    return " ".join(name.split())
