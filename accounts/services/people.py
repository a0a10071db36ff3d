"""What happens to a person: their role over all teams, their access, their details."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from accounts.errors import LastAdmin
from accounts.models import GlobalRole, User
from accounts.policies import require_staff_management
from accounts.services.calendar_feeds import end_feed_of
from audit.services import record


@transaction.atomic
def set_global_role(user: User, role: GlobalRole, *, by: Actor) -> User:
    """Give a person a role over all teams, or take it away; they sign in again.

    Raises:
        PermissionDenied: the actor is no admin.
        LastAdmin: nobody else could look after users and settings.
    """
    require_staff_management(by)
    person = _lock(user)
    before = GlobalRole(person.global_role)
    if before == role:
        return person
    if before == GlobalRole.ADMIN:
        _refuse_to_lose_the_last_admin(person)
    person.global_role = role
    person.save(update_fields=["global_role"])
    end_sessions(person)
    record(
        stream="staff",
        action="user.global_role_changed",
        by=by,
        subject=person,
        details={"user_id": person.pk},
        before={"global_role": before.value},
        after={"global_role": GlobalRole(role).value},
    )
    return person


@transaction.atomic
def deactivate_user(user: User, *, by: Actor) -> User:
    """Let a person sign in no more, nor read by a calendar; the record keeps their name.

    Raises:
        PermissionDenied: the actor is no admin.
        LastAdmin: nobody else could look after users and settings.
    """
    require_staff_management(by)
    person = _lock(user)
    if not person.is_active:
        return person
    if person.is_admin:
        _refuse_to_lose_the_last_admin(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_sessions(person)
    end_feed_of(person, by=by)
    record(
        stream="staff",
        action="user.deactivated",
        by=by,
        subject=person,
        details={"user_id": person.pk},
        before={"is_active": True},
        after={"is_active": False},
    )
    return person


@transaction.atomic
def reactivate_user(user: User, *, by: Actor) -> User:
    """Let a person sign in again, with the roles they had.

    Raises:
        PermissionDenied: the actor is no admin.
    """
    require_staff_management(by)
    person = _lock(user)
    if person.is_active:
        return person
    person.is_active = True
    person.save(update_fields=["is_active"])
    record(
        stream="staff",
        action="user.reactivated",
        by=by,
        subject=person,
        details={"user_id": person.pk},
        before={"is_active": False},
        after={"is_active": True},
    )
    return person


@transaction.atomic
def update_profile(user: User, *, name: str, language: str, by: Actor) -> User:
    """Correct how a person is called and in which language they read.

    Raises:
        PermissionDenied: the actor is neither an admin nor the person.
    """
    if by.user_id != user.pk:
        require_staff_management(by)
    person = _lock(user)
    before = {"name": person.name, "language": person.language}
    after = {"name": name, "language": language}
    if before == after:
        return person
    person.name, person.language = name, language
    person.save(update_fields=["name", "language"])
    record(
        stream="staff",
        action="user.profile_changed",
        by=by,
        subject=person,
        details={"user_id": person.pk},
        before=before,
        after=after,
    )
    return person


def end_sessions(user: User) -> None:
    """Sign a person out everywhere; what they do next, they do with their present rights."""
    user.session_version += 1
    user.save(update_fields=["session_version"])
    UserSession.objects.filter(user=user).delete()


def _lock(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def _refuse_to_lose_the_last_admin(person: User) -> None:
    # Every admin's row is locked, in one order: two admins cannot remove each other at once.
    admins = User.objects.select_for_update().filter(global_role=GlobalRole.ADMIN, is_active=True)
    if all(admin.pk == person.pk for admin in admins.order_by("pk")):
        raise LastAdmin(
            _("%(name)s is the only admin. Name another admin first.") % {"name": person.name}
        )


def switch_shortcuts(*, on: bool, by: Actor) -> None:
    """Let single keys work on the actor's own pages, or not; nobody chooses it for others."""
    if by.user is not None:
        User.objects.filter(pk=by.user.pk).update(uses_shortcuts=on)
