"""A firm with one office and one team, to hang clients on."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.actor import Actor
from accounts.models import GlobalRole, Membership, Role, Team, User
from clients import services
from clients.models import Client, Engagement, Firm, Office
from tests.clients.builders import a_berlin_office


@pytest.fixture
def admin_user(db: None) -> User:
    return User.objects.create_user("admin@example.com", name="Ada", global_role=GlobalRole.ADMIN)


@pytest.fixture
def admin(admin_user: User) -> Actor:
    return Actor.person(admin_user)


@pytest.fixture
def office(db: None) -> Office:
    Firm.objects.create(name="Harbour & Partners")
    return a_berlin_office()


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(name="Accounting", slug="accounting")


@pytest.fixture
def other_team(db: None) -> Team:
    return Team.objects.create(name="Design", slug="design")


@pytest.fixture
def manager_user(team: Team) -> User:
    user = User.objects.create_user("manager@example.com", name="Mina Berg")
    Membership.objects.create(user=user, team=team, role=Role.ACCOUNT_MANAGER)
    return user


@pytest.fixture
def manager(manager_user: User) -> Actor:
    return Actor.person(manager_user)


@pytest.fixture
def outsider(other_team: Team) -> Actor:
    user = User.objects.create_user("manager2@example.com", name="Otto Lind")
    Membership.objects.create(user=user, team=other_team, role=Role.ACCOUNT_MANAGER)
    return Actor.person(user)


@pytest.fixture
def auditor(db: None) -> User:
    return User.objects.create_user(
        "auditor@example.com", name="Aud", global_role=GlobalRole.AUDITOR
    )


@pytest.fixture
def client_of_team(office: Office, team: Team, manager: Actor, manager_user: User) -> Client:
    return services.create_client(
        by=manager,
        team=team,
        office=office,
        owner=manager_user,
        reference="C-1",
        legal_name="Nordlicht Café GmbH",
        language="de",
        street="Hafenstraße 12",
        postal_code="20457",
        city="Hamburg",
        country="DE",
    )


@pytest.fixture
def engagement(client_of_team: Client, manager: Actor) -> Engagement:
    return services.add_engagement(
        client_of_team, by=manager, title="Bookkeeping", started_on=date(2024, 3, 1)
    )
