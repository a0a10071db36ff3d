from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from accounts.models import Membership, Team, User
from clients import selectors, services
from clients.models import Client, Contact, Engagement, Invoice, Office
from tests.clients.builders import a_client


def test_people_see_the_clients_of_their_teams(
    client_of_team: Client,
    manager_user: User,
    outsider: Actor,
    auditor: User,
    admin_user: User,
    other_team: Team,
) -> None:
    assert outsider.user
    theirs = a_client(client_of_team.office, other_team, outsider.user, "C-2")

    def seen(user: Any) -> set[Client]:
        return set(selectors.visible_clients(user))

    assert seen(manager_user) == {client_of_team}
    assert seen(outsider.user) == {theirs}
    assert seen(auditor) == {client_of_team, theirs}
    assert seen(admin_user) == set()
    assert seen(AnonymousUser()) == set()


def test_a_deputy_sees_the_clients_of_the_team_and_a_leaver_none(
    client_of_team: Client, team: Team, manager_user: User, outsider: Actor
) -> None:
    team.deputy = outsider.user
    team.save()
    manager_user.is_active = False
    manager_user.save()

    assert client_of_team in selectors.visible_clients(outsider.user)
    assert not selectors.visible_clients(manager_user).exists()


def test_an_auditor_sees_but_edits_no_client(
    client_of_team: Client, auditor: User, manager_user: User
) -> None:
    assert client_of_team not in selectors.editable_clients(auditor)
    assert client_of_team in selectors.editable_clients(manager_user)


def test_an_auditor_who_is_a_member_too_still_edits_nothing(
    client_of_team: Client, auditor: User, team: Team
) -> None:
    Membership.objects.create(user=auditor, team=team)

    assert client_of_team not in selectors.editable_clients(auditor)


def listed(user: User) -> tuple[list[Any], int]:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        facts = [
            (
                client.name,
                client.team.name,
                client.office.name,
                client.owner.name,
                client.engagement_count,
                client.open_invoice_count,
                [contact.name for contact in client.notice_recipients],
            )
            for client in selectors.with_list_facts(selectors.visible_clients(user))
        ]
    return facts, len(queries)


def test_a_list_of_clients_needs_as_many_queries_for_many_as_for_one(
    office: Office, team: Team, manager_user: User
) -> None:
    def fill(start: int, count: int) -> None:
        for number in range(start, start + count):
            client = a_client(office, team, manager_user, f"C-{number}")
            Contact.objects.create(client=client, name="Mara", receives_notices=True)
            Contact.objects.create(client=client, name="Jan")
            for each in range(2):
                Engagement.objects.create(
                    client=client, title=f"E{each}", started_on=date(2024, 1, 1)
                )
            for each in range(3):
                Invoice.objects.create(
                    client=client, number=f"{each}", issued_on=date(2027, 1, 1),
                    due_on=date(2027, 1, 31), amount_cents=1,
                )  # fmt: skip

    fill(0, 1)
    of_one, queries_of_one = listed(manager_user)
    fill(1, 30)
    of_many, queries_of_many = listed(manager_user)

    assert of_one[0][4:] == (2, 3, ["Mara"])
    assert len(of_many) == 31
    assert queries_of_one == queries_of_many <= 3


@pytest.mark.parametrize(
    ("words", "found"),
    [("nordlicht", True), ("C-1", True), ("hamburg nord", True), ("mara", True), ("absent", False)],
)
def test_clients_are_found_by_name_reference_city_and_contact(
    client_of_team: Client, manager: Actor, manager_user: User, words: str, found: bool
) -> None:
    services.add_contact(client_of_team, by=manager, name="Mara Voss")
    services.add_contact(client_of_team, by=manager, name="Mara Zwei")

    clients = selectors.search_clients(selectors.visible_clients(manager_user), words)

    assert list(clients) == ([client_of_team] if found else [])


def test_running_engagements_are_those_of_the_day(
    client_of_team: Client, engagement: Engagement, manager: Actor
) -> None:
    services.end_engagement(engagement, by=manager, ended_on=date(2027, 3, 31))

    assert engagement in selectors.running_engagements(client_of_team, on=date(2027, 3, 31))
    assert engagement not in selectors.running_engagements(client_of_team, on=date(2027, 4, 1))


TODAY = date(2027, 6, 30)


def owe(client: Client, days_late: int, cents: int, currency: str = "EUR", **more: Any) -> Invoice:
    due_on = TODAY - timedelta(days=days_late)
    return Invoice.objects.create(
        client=client,
        number=f"{currency}{days_late}",
        issued_on=due_on - timedelta(days=14),
        due_on=due_on,
        amount_cents=cents,
        currency=currency,
        **more,
    )


def test_money_at_stake_is_added_up_by_currency_and_age(client_of_team: Client) -> None:
    for days_late, cents in [(-5, 1), (0, 2), (1, 10), (30, 20), (31, 40), (90, 80), (91, 160)]:
        owe(client_of_team, days_late, cents)
    owe(client_of_team, 10, 7, "USD")
    owe(client_of_team, 500, 9_999, "CHF", paid_on=TODAY)

    euros, dollars = selectors.money_at_stake(client_of_team, on=TODAY)

    assert (euros.currency, euros.open_cents, euros.overdue_cents) == ("EUR", 313, 310)
    assert euros.overdue_cents_by_age == {"1–30": 30, "31–60": 40, "61–90": 80, "90+": 160}
    assert (euros.oldest_overdue_days, euros.invoice_count) == (91, 7)
    assert (dollars.currency, dollars.open_cents, dollars.oldest_overdue_days) == ("USD", 7, 10)


def test_a_client_who_owes_nothing_has_no_money_at_stake(client_of_team: Client) -> None:
    assert selectors.money_at_stake(client_of_team, on=TODAY) == []


def test_open_invoices_come_longest_due_first(client_of_team: Client) -> None:
    later, earlier = owe(client_of_team, 1, 1), owe(client_of_team, 9, 1)

    assert list(selectors.open_invoices(client_of_team)) == [earlier, later]
