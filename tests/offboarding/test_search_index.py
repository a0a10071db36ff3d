"""What search looks through is true, whoever changes what it copies."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit import clock
from clients.text_search import words_to_find
from offboarding import search_index
from offboarding.lifecycle import State
from offboarding.models import SearchEntry, TerminationCase
from offboarding.services import evidence
from tests.builders import a_case, a_house, fresh

pytestmark = pytest.mark.django_db


def words_of(table: str) -> str:
    return "".join(SearchEntry.objects.filter(source=table).values_list("words", flat=True))


def test_a_case_that_went_all_the_way_can_be_found_by_everything_on_it() -> None:
    a_case(a_house(), State.CLOSED)

    assert search_index.missing(connection) == []
    assert search_index.untrue(connection) == {}
    kinds = {"case", "client", "contact", "obligation", "fact", "note"}
    assert kinds <= set(SearchEntry.objects.values_list("kind", flat=True))


def test_a_client_renamed_past_every_service_is_found_by_the_new_name_everywhere() -> None:
    house = a_house()
    a_case(house, State.NOTICE)

    type(house.client).objects.update(legal_name="Brückner & Co", display_name="")

    assert search_index.untrue(connection) == {}
    assert all("bruckner" in words for words in SearchEntry.objects.values_list("words", flat=True))
    assert "adams print" not in words_of("offboarding_obligation")


def test_what_moves_to_another_team_or_is_deleted_leaves_the_old_place() -> None:
    house = a_house()
    case = a_case(house, State.NOTICE)
    TerminationCase.objects.update(team=house.other_team)
    assert set(SearchEntry.objects.filter(case_id=case.pk).values_list("team_id", flat=True)) == {
        house.other_team.pk
    }

    house.client.contacts.all().delete()

    assert words_of("clients_contact") == ""
    assert search_index.untrue(connection) == {}


def test_a_fact_that_was_struck_is_not_found_any_more() -> None:
    house = a_house()
    case = a_case(house)
    fact = evidence.add_evidence(
        case, by=house.by_manager, happened_on=clock.today(), fact="They shouted at the printer."
    )
    assert "shouted" in words_of("offboarding_evidence")

    evidence.strike_evidence(fact, by=house.by_manager, reason="It was another client.")

    assert "shouted" not in words_of("offboarding_evidence")
    assert search_index.untrue(connection) == {}


def test_what_changes_while_the_triggers_are_away_is_seen_by_the_check_and_mended() -> None:
    house = a_house()
    a_case(house)
    search_index.lift(connection)
    type(house.client).objects.update(legal_name="Somebody else")
    with pytest.raises(CommandError, match="clients_client: 2 entries differ"):
        call_command("rebuild_search", "--check")

    said = StringIO()
    call_command("rebuild_search", stdout=said)
    call_command("rebuild_search", "--check", stdout=said)

    assert "can be found.\nEvery entry is true." in said.getvalue()
    type(house.client).objects.update(legal_name="Adams again")
    assert "adams again" in words_of("clients_client")


def test_the_database_writes_words_as_python_does() -> None:
    texts = [
        "  Müller & Söhne — ÉTOILE \t Łódź\nStraße", "ΕΛΙΆ ΟΔΟΣ ὈΔΥΣΣΕΎΣ", "Кедр Ёлка Й",
        "Æro ﬁn Þór Ðuro œuvre İstanbul ıspanak", "O’Brien's D'Angelo", "Mueller Goethe does value",
        "", " ", "plain", "東京 ①②  ™", "a\\b%c_d 'x' \"y\"", "e\u0301toile", "\u00a0x\u00a0",
        "UE ue Aeae oee", "Ǆ ǅ ǉ ẞ ŉ", " a \t b\n \nc  d\f\v e\r\n", "\n\n", "ö \n  ü",
    ]  # fmt: skip
    pairs = [(own, head) for own in texts for head in ("", texts[0], "OFB-2027-00042\nAdams\n")]
    with connection.cursor() as cursor:
        for own, head in pairs:
            cursor.execute("SELECT search_words(%s, %s)", [own, head])
            assert cursor.fetchone()[0] == words_to_find(own, head), (own, head)


def test_triggers_of_an_older_release_are_taken_away() -> None:
    house = a_house()
    before = search_index._present(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION find_old() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN NULL; END $$;"
            " CREATE TRIGGER find_old AFTER UPDATE ON clients_client"
            " FOR EACH ROW EXECUTE FUNCTION find_old()"
            if connection.vendor == "postgresql"
            else "CREATE TRIGGER find_old AFTER UPDATE ON clients_client BEGIN SELECT 1; END"
        )

    search_index.lay(connection)

    assert search_index._present(connection) == before
    assert fresh(a_case(house)).reference
