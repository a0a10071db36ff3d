"""The firm that everything is measured in, and rows by the hundred thousand."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection

from accounts.models import Team
from clients.models import Client
from offboarding.models import TerminationCase
from tests import builders
from tests.multiplied import multiply, unguarded


def build() -> None:
    """Lay every table, then found a firm with people, a client and one case under notice."""
    call_command("migrate", verbosity=0)
    # The peers' own tables come last: they name people.
    call_command("migrate", run_syncdb=True, verbosity=0)
    house = builders.a_house()
    builders.a_case(house, "notice")


def the_case() -> TerminationCase:
    """Return the one case that was walked by the real verbs."""
    return TerminationCase.objects.order_by("pk")[0]


def person(name: str) -> Any:
    """Return somebody of the firm: a manager, lead, outsider, admin or auditor."""
    return get_user_model().objects.filter(email__contains=f".{name}@").order_by("pk")[0]


def execute(*statements: str) -> None:
    """Run SQL, past the triggers."""
    with unguarded(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def count(table: str, condition: str = "true") -> int:
    """Count rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {condition}")
        return int(cursor.fetchone()[0])


def analyze() -> None:
    """Let the planner know what the tables hold, as autovacuum would have by now."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


STATES = (
    "(ARRAY['evaluation','notice','acknowledged','obligations_fulfilled','transition',"
    "'follow_up','closed','closed','closed','closed'])[1 + n % 10]"
)
"""A tenth in each open stage; the rest has ended."""


def many_cases(size: int, **columns: str) -> None:
    """Make a firm with so many cases, a client to every four, in two teams, none of them alike."""
    case = the_case()
    north, south = Team.objects.order_by("pk")[:2]
    clients = max(size // 4, 1)
    first_client = Client.objects.order_by("-pk")[0].pk
    with unguarded():
        multiply(
            Client.objects.order_by("pk")[0],
            clients,
            reference="'C-' || (n + 100)",
            legal_name="'Client ' || md5(n::text) || ' GmbH'",
            display_name="'Client ' || n",
            team_id=f"CASE WHEN (n - 1) / 10 % 2 = 0 THEN {north.pk} ELSE {south.pk} END",
        )
        varied = {
            "reference": "'OFB-2019-' || lpad(n::text, 7, '0')",
            "client_id": f"{first_client} + 1 + n % {clients}",
            "team_id": f"CASE WHEN n % {clients} / 10 % 2 = 0 THEN {north.pk} ELSE {south.pk} END",
            "state": STATES,
            "opened_at": "now() - n * interval '3 minutes'",
            "state_changed_at": "now() - n * interval '2 minutes'",
            # Sixty are the measured person's own, whatever the size.
            "owner_id": f"CASE WHEN n <= 60 THEN r.owner_id ELSE {person('outsider').pk} END",
        }
        multiply(case, size, **(varied | columns))
