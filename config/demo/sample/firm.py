"""Harbour & Quill: an accounting and design agency with three offices and two teams."""

from __future__ import annotations

from dataclasses import dataclass

from accounts import services as staff
from accounts.actor import Actor
from accounts.models import GlobalRole, Role, Team, User
from clients import services as clients
from clients.models import Office

CONSOLE = Actor.machine("config.demo")
PASSWORD = "offboarding"


@dataclass
class Crew:
    """A team and the people the stories need."""

    team: Team
    manager: User
    lead: User
    colleague: User


@dataclass
class SampleFirm:
    """The firm before its first client."""

    offices: dict[str, Office]
    accounting: Crew
    design: Crew


def found() -> SampleFirm:
    """Found the firm: offices with their letterhead, teams, people with their roles."""
    _person("admin@example.com", "Ada Brandt", global_role=GlobalRole.ADMIN)
    _person("auditor@example.com", "Aron Vidal", global_role=GlobalRole.AUDITOR)
    accounting = _crew(
        "Accounting",
        manager=_person("manager@example.com", "Mara Keller"),
        lead=_person("lead@example.com", "Tomas Lind"),
        colleague=_person("jonas.weber@example.com", "Jonas Weber"),
    )
    design = _crew(
        "Design",
        manager=_person("manager2@example.com", "Sofia Marin"),
        lead=_person("lead2@example.com", "Ines Moreau"),
        colleague=_person("paul.novak@example.com", "Paul Novak"),
    )
    clients.edit_firm(by=CONSOLE, name="Harbour & Quill")
    return SampleFirm(_offices(), accounting, design)


def _person(email: str, name: str, **fields: str) -> User:
    # The demo's password is shorter than the rules for people allow, so it is set directly.
    return User.objects.create_user(email, PASSWORD, name=name, **fields)


def _crew(name: str, *, manager: User, lead: User, colleague: User) -> Crew:
    team = staff.create_team(name=name, slug=name.lower(), by=CONSOLE)
    staff.add_member(manager, team, Role.ACCOUNT_MANAGER, by=CONSOLE)
    staff.add_member(colleague, team, Role.ACCOUNT_MANAGER, by=CONSOLE)
    staff.add_member(lead, team, Role.TEAM_LEAD, by=CONSOLE)
    return Crew(team, manager, lead, colleague)


def _offices() -> dict[str, Office]:
    berlin = clients.add_office(
        by=CONSOLE,
        name="Berlin",
        legal_name="Harbour & Quill GmbH",
        street="Lindenufer 14",
        postal_code="13597",
        city="Berlin",
        country="DE",
        phone="+493055501400",
        email="berlin@example.com",
        website="https://www.example.com",
        registration_lines="Amtsgericht Charlottenburg, HRB 000000 B\n"
        "Geschäftsführung: Tomas Lind, Ines Moreau\nUSt-IdNr. DE000000000",
        time_zone="Europe/Berlin",
        currency="EUR",
        language="de",
        stationery="din5008b",
        holiday_country="DE",
        holiday_region="BE",
    )
    london = clients.add_office(
        by=CONSOLE,
        name="London",
        legal_name="Harbour & Quill Ltd",
        street="9 Cooper's Row",
        postal_code="EC3N 2BQ",
        city="London",
        country="GB",
        phone="+442079460140",
        email="london@example.com",
        website="https://www.example.com",
        registration_lines="Registered in England and Wales, No. 00000000",
        time_zone="Europe/London",
        currency="GBP",
        language="en",
        stationery="ukdl",
        holiday_country="GB",
    )
    new_york = clients.add_office(
        by=CONSOLE,
        name="New York",
        legal_name="Harbour & Quill Inc.",
        street="220 Front Street, Suite 400",
        postal_code="10038",
        city="New York",
        region="NY",
        country="US",
        phone="+12125550140",
        email="newyork@example.com",
        website="https://www.example.com",
        registration_lines="A New York corporation",
        time_zone="America/New_York",
        currency="USD",
        language="en",
        stationery="us10",
        holiday_country="US",
        holiday_region="NY",
    )
    for office, name, position in (
        (berlin, "Tomas Lind", "Geschäftsführer"),
        (berlin, "Ines Moreau", "Geschäftsführerin"),
        (london, "Tomas Lind", "Director"),
        (new_york, "Ines Moreau", "President"),
    ):
        clients.add_signatory(office, by=CONSOLE, name=name, position=position)
    return {"DE": berlin, "GB": london, "US": new_york}
