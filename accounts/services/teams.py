"""What happens in a team: who joins, who leaves, who decides."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from accounts.errors import StaffRuleBroken
from accounts.models import Membership, Role, Team, User
from accounts.policies import require_staff_management
from accounts.services.people import end_sessions
from audit.services import record


@transaction.atomic
def create_team(*, name: str, slug: str, mail_sender_name: str = "", by: Actor) -> Team:
    """Open a team; nobody is in it yet.

    Raises:
        PermissionDenied: the actor is no admin.
    """
    require_staff_management(by)
    team = Team.objects.create(name=name, slug=slug, mail_sender_name=mail_sender_name)
    record(
        stream="staff",
        action="team.created",
        by=by,
        subject=team,
        details={"team_id": team.pk},
        after=_face_of(team),
    )
    return team


@transaction.atomic
def update_team(team: Team, *, name: str, slug: str, mail_sender_name: str, by: Actor) -> Team:
    """Change what a team is called.

    Raises:
        PermissionDenied: the actor is no admin.
    """
    require_staff_management(by)
    locked = _lock(team)
    before = _face_of(locked)
    locked.name, locked.slug, locked.mail_sender_name = name, slug, mail_sender_name
    after = _face_of(locked)
    if before == after:
        return locked
    locked.save(update_fields=["name", "slug", "mail_sender_name"])
    record(
        stream="staff",
        action="team.changed",
        by=by,
        subject=locked,
        details={"team_id": locked.pk},
        before=before,
        after=after,
    )
    return locked


@transaction.atomic
def add_member(user: User, team: Team, role: Role, *, by: Actor) -> Membership:
    """Take a person into a team; they sign in again and see its cases.

    Raises:
        PermissionDenied: the actor is no admin.
        StaffRuleBroken: the person already is a member.
    """
    require_staff_management(by)
    return place_in_team(user, team, role, by=by)


def place_in_team(user: User, team: Team, role: Role, *, by: Actor) -> Membership:
    """Write a new membership and its event, inside the transaction of whoever was allowed to."""
    locked = _lock(team)
    person = User.objects.select_for_update().get(pk=user.pk)
    if Membership.objects.filter(user=person, team=locked).exists():
        raise StaffRuleBroken(
            _("%(name)s already is a member of %(team)s.")
            % {"name": person.name, "team": locked.name}
        )
    membership = Membership.objects.create(user=person, team=locked, role=role)
    end_sessions(person)
    record(
        stream="staff",
        action="membership.added",
        by=by,
        subject=membership,
        details={"user_id": person.pk, "team_id": locked.pk},
        after={"role": Role(role).value},
    )
    return membership


@transaction.atomic
def change_role(membership: Membership, role: Role, *, by: Actor) -> Membership:
    """Change what a member may do in a team; their sessions end at once.

    Raises:
        PermissionDenied: the actor is no admin.
    """
    require_staff_management(by)
    locked = _lock_membership(membership)
    before = Role(locked.role)
    if before == role:
        return locked
    locked.role = role
    locked.save(update_fields=["role"])
    end_sessions(locked.user)
    record(
        stream="staff",
        action="membership.changed",
        by=by,
        subject=locked,
        details={"user_id": locked.user_id, "team_id": locked.team_id},
        before={"role": before.value},
        after={"role": Role(role).value},
    )
    return locked


@transaction.atomic
def remove_member(membership: Membership, *, by: Actor) -> None:
    """Take a person out of a team; their sessions end at once.

    Raises:
        PermissionDenied: the actor is no admin.
    """
    require_staff_management(by)
    locked = _lock_membership(membership)
    record(
        stream="staff",
        action="membership.removed",
        by=by,
        subject=locked,
        details={"user_id": locked.user_id, "team_id": locked.team_id},
        before={"role": Role(locked.role).value},
    )
    end_sessions(locked.user)
    locked.delete()


@transaction.atomic
def appoint_deputy(team: Team, deputy: User | None, *, by: Actor) -> Team:
    """Name who decides beside a team's lead, or nobody; both people concerned sign in again.

    Raises:
        PermissionDenied: the actor is no admin.
        StaffRuleBroken: the deputy may not sign in.
    """
    require_staff_management(by)
    locked = _lock(team)
    former = locked.deputy
    if former == deputy:
        return locked
    if deputy and not deputy.is_active:
        raise StaffRuleBroken(
            _("%(name)s may not sign in and cannot be a deputy.") % {"name": deputy.name}
        )
    locked.deputy = deputy
    locked.save(update_fields=["deputy"])
    for person in User.objects.select_for_update().filter(
        pk__in=[person.pk for person in (former, deputy) if person]
    ):
        end_sessions(person)
    record(
        stream="staff",
        action="team.deputy_changed",
        by=by,
        subject=locked,
        details={"team_id": locked.pk},
        before={"deputy_id": former.pk if former else None},
        after={"deputy_id": deputy.pk if deputy else None},
    )
    return locked


def _lock(team: Team) -> Team:
    return Team.objects.select_for_update().get(pk=team.pk)


def _lock_membership(membership: Membership) -> Membership:
    User.objects.select_for_update().get(pk=membership.user_id)
    return (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user", "team")
        .get(pk=membership.pk)
    )


def _face_of(team: Team) -> dict[str, str]:
    return {"name": team.name, "slug": team.slug, "mail_sender_name": team.mail_sender_name}
