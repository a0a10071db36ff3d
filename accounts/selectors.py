"""Who belongs where. People who may no longer sign in belong nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from accounts import tokens
from accounts.models import CalendarFeed, GlobalRole, Membership, Role, Team, User

_seen_roles: ContextVar[dict[int, dict[int, Role]] | None] = ContextVar("seen_roles", default=None)


def role_in(user: User, team: Team) -> Role | None:
    """Tell what a person may do in a team; its deputy counts as a lead."""
    if not user.is_active:
        return None
    if team.deputy_id == user.pk:
        return Role.TEAM_LEAD
    if (seen := _seen_roles.get()) is not None:
        if user.pk not in seen:
            seen[user.pk] = roles_of(user)
        return seen[user.pk].get(team.pk)
    role = Membership.objects.filter(user=user, team=team).values_list("role", flat=True).first()
    return Role(role) if role else None


def roles_of(user: User) -> dict[int, Role]:
    """Tell a person's role in every team they belong to, by the team's key."""
    if not user.is_active:
        return {}
    if (seen := _seen_roles.get()) is not None and user.pk in seen:
        return seen[user.pk]
    memberships = Membership.objects.filter(user=user).order_by().values_list("team_id", "role")
    deputised = Team.objects.filter(deputy=user).order_by()
    roles: dict[int, Role] = {}
    for team_id, role in memberships.union(
        deputised.values_list("pk", Value(Role.TEAM_LEAD.value)), all=True
    ):
        if roles.get(team_id) != Role.TEAM_LEAD:
            roles[team_id] = Role(role)
    if seen is not None:
        seen[user.pk] = roles
    return roles


@contextmanager
def roles_read_once() -> Iterator[None]:
    """Ask for each person's roles once while a page is shown; never while something is decided."""
    token = _seen_roles.set({})
    try:
        yield
    finally:
        _seen_roles.reset(token)


def teams_of(user: User) -> QuerySet[Team]:
    """List the teams whose clients and cases a person works on."""
    if not user.is_active:
        return Team.objects.none()
    return Team.objects.filter(_is_member(user) | Q(deputy=user))


def teams_led_by(user: User) -> QuerySet[Team]:
    """List the teams a person decides for, as lead or as deputy."""
    if not user.is_active:
        return Team.objects.none()
    return Team.objects.filter(_is_member(user, role=Role.TEAM_LEAD) | Q(deputy=user))


def members_of(team: Team) -> QuerySet[User]:
    """List the people who work in a team, its deputy among them."""
    return User.objects.filter(_belongs_to(team) | Q(pk=team.deputy_id), is_active=True)


def leads_of(team: Team) -> QuerySet[User]:
    """List the people who decide for a team: its leads and its deputy."""
    return User.objects.filter(
        _belongs_to(team, role=Role.TEAM_LEAD) | Q(pk=team.deputy_id), is_active=True
    )


def admins() -> QuerySet[User]:
    """List the people who look after users, teams, templates and settings."""
    return User.objects.filter(global_role=GlobalRole.ADMIN, is_active=True)


def auditors() -> QuerySet[User]:
    """List the people who read everything and change nothing."""
    return User.objects.filter(global_role=GlobalRole.AUDITOR, is_active=True)


def calendar_feed_of(user: User) -> CalendarFeed | None:
    """Return the address of a person's calendar, if they made one."""
    return CalendarFeed.objects.filter(user=user).first()


def reader_of_calendar(token: str) -> User | None:
    """Return whose calendar an address shows; nobody's once it ended or the person left."""
    found = CalendarFeed.objects.filter(token_hash=tokens.hash_of(token), user__is_active=True)
    feed = found.select_related("user").first()
    return feed.user if feed else None


def people_with_second_factor_duty() -> QuerySet[User]:
    """List everyone whose role decides or oversees, so that a password alone is too little."""
    leads = Membership.objects.filter(user=OuterRef("pk"), role=Role.TEAM_LEAD)
    deputies = Team.objects.filter(deputy=OuterRef("pk"))
    return User.objects.filter(
        ~Q(global_role=GlobalRole.NONE) | Exists(leads) | Exists(deputies), is_active=True
    )


def _is_member(user: User, **of: Role) -> Exists:
    return Exists(Membership.objects.filter(team=OuterRef("pk"), user=user, **of))


def _belongs_to(team: Team, **of: Role) -> Exists:
    return Exists(Membership.objects.filter(user=OuterRef("pk"), team=team, **of))
