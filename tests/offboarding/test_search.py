"""Names that somebody half remembers are found, and nothing is found that is not theirs to read."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from audit import clock
from offboarding import likeness, search
from offboarding.models import SearchKind, TerminationCase
from offboarding.search import find, similar_names
from offboarding.services import cases, evidence, remedies, tasks
from tests.builders import House, a_case, a_client, a_house, an_obligation

pytestmark = pytest.mark.django_db

# Who is to be found, and what people type who half remember it.
HALF_REMEMBERED = {
    "Müller & Söhne Maschinenbau GmbH": [
        "mueller", "MÜLLER", "muller sohne", "Muler", "müler masch", "soehne", "Müller Söhne AG",
        "maschinen", "Miller und Söhne",
    ],
    "Boulangerie Étoile SARL": ["etoile", "ETOILE", "boulangerie", "bulangerie", "toile", "étoil"],
    "Łódź Press Sp. z o.o.": ["lodz", "łódź press", "Lodz Presse", "lotz"],
    "Philips & Schmidt Consulting LLP": [
        "Filips", "phillips", "Schmitt", "schmidt philips", "Shmidt", "consultng", "Schmid",
    ],
    "Cocacola Bottling Services": ["coca cola", "cocacola", "coca-cola", "botling", "Koka Kola"],
    "Jørgensen Skibsværft A/S": ["jorgensen", "Jörgensen", "skibsvaerft", "Jorgenson"],
    "O’Brien Quarries Ltd": ["obrien", "O'Brien", "o brien", "quarry", "Obrian"],
    "Christiansen Logistik KG": ["Kristiansen", "christansen", "logistic", "Christianson logistik"],
    "Weißenfels Datentechnik": ["weissenfels", "weisenfels", "dataentechnik", "datentechnic"],
    "Кедр Лес": ["кедр", "КЕДР лес"],
}  # fmt: skip
BYSTANDERS = (
    "Northern Tools", "Hansen Backwaren", "Bright Dental Care", "Silverline Travel", "Harbour Fish",
    "Green Valley Farms", "Quantum Optics", "Blue Anchor Hotels", "Falcon Security", "Meyer Druck",
    "Sunrise Solar", "Old Mill Brewery", "Maple Furniture", "Iron Gate Storage", "Lakeside Clinic",
)  # fmt: skip


def found_names(house: House, typed: str) -> list[str]:
    """Names of the clients that are shown for what was typed, the best first."""
    hits = find(house.manager, typed, most=5)
    similar = similar_names(house.manager, typed, most=5)
    keys = [*hits[SearchKind.CLIENT].keys, *similar.keys]
    entries = search.read(house.manager, keys)
    return [entries[key].client.legal_name for key in keys]


def test_half_remembered_names_are_found() -> None:
    house = a_house()
    for number, name in enumerate([*HALF_REMEMBERED, *BYSTANDERS]):
        a_client(
            house.office, house.team, house.manager,
            reference=f"K-{number}", legal_name=name, display_name="",
        )  # fmt: skip
    asked = [(name, typed) for name, typings in HALF_REMEMBERED.items() for typed in typings]

    answers = [(name, typed, found_names(house, typed)) for name, typed in asked]
    missed = [(name, typed) for name, typed, found in answers if name not in found]
    first = sum(found[:1] == [name] for name, _typed, found in answers)

    recall = 1 - len(missed) / len(asked)
    print(f"\n{len(asked)} queries: recall {recall:.2f}, first {first / len(asked):.2f}; {missed}")
    assert len(asked) >= 40
    assert recall >= 0.95
    assert first / len(asked) >= 0.85
    for strange in ("zebra", "xylophone gmbh", "qqqq"):
        assert found_names(house, strange) == []


def test_a_town_or_a_position_that_is_alike_is_no_name_that_is_alike() -> None:
    house = a_house()
    brooklyn = a_client(
        house.office, house.team, house.manager, reference="K-1", legal_name="Ironside Gym LLC",
        display_name="", city="Brooklyn",
    )  # fmt: skip
    brooklyn.contacts.update(name="Dana Price", position="Brookman")
    named = a_client(
        house.office, house.team, house.manager, reference="K-2", legal_name="Brooklin Tiles",
        display_name="", city="Leeds",
    )  # fmt: skip

    similar = similar_names(house.manager, "brooklym", most=5)
    found = search.read(house.manager, similar.keys)

    assert {found[key].client.pk for key in similar.keys} == {named.pk}
    assert similar_names(house.manager, "dana prize", most=5).keys


@pytest.mark.parametrize(
    ("typed", "name", "is_alike"),
    [
        ("meyer", "maier", True),
        ("schmidt", "schmitt", True),
        ("jon", "john", True),
        ("adasm", "adams", True),
        ("cat", "car", False),
        ("adams", "harbour", False),
        ("silver", "silverline", True),
        ("north", "south", False),
    ],
)
def test_words_that_sound_or_look_alike_are_told_from_others(
    typed: str, name: str, is_alike: bool
) -> None:
    assert (likeness.alike([typed], [name]) > likeness.CLOSE_ENOUGH) is is_alike


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("K-1003", "k1003"), ("K-1003", "K-1003"), ("K-1003", "k 1003"), ("K-1003", "k/1003"),
        ("K-1003", "k01003"), ("K-1003", "k10"), ("K-0103", "k103"), ("K-0103", "k-103"),
        ("K-000103", "k103"), ("K1003", "k-1003"), ("K 1003", "k1003"), ("K/1003", "k1003"),
    ],
)  # fmt: skip
def test_a_clients_reference_is_found_however_it_is_typed(kept: str, typed: str) -> None:
    house = a_house()
    wanted = a_client(house.office, house.team, house.manager, reference=kept)
    for other in ("K-2003", "K-1", "L-1003", "K-91103"):
        a_client(house.office, house.team, house.manager, reference=other)

    found = find(house.manager, typed, most=5)[SearchKind.CLIENT]

    entries = search.read(house.manager, found.keys)
    assert {entries[key].client.pk for key in found.keys} == {wanted.pk}


@pytest.mark.parametrize("typed", ["ofb2026 5", "ofb2026-5", "OFB-2026-5", "2026-5"])
def test_a_cases_reference_is_found_however_it_is_typed(typed: str) -> None:
    house = a_house()
    case = a_case(house)
    TerminationCase.objects.filter(pk=case.pk).update(reference="OFB-2026-00005")

    found = find(house.manager, typed, most=5)[SearchKind.CASE]

    entries = search.read(house.manager, found.keys)
    assert [entries[key].case for key in found.keys] == [case]


# -- what holds the words --------------------------------------------------------------------------


def a_case_with_words(house: House) -> TerminationCase:
    """A case that holds the word “heliotrope” in everything that can be written on it."""
    case = a_case(house)
    today, by = clock.today(), house.by_manager
    an_obligation(case, title="Return the heliotrope ledgers")
    evidence.add_evidence(case, by=by, happened_on=today, fact="The heliotrope order was late.")
    remedies.add_remedy(case, by=by, tried_on=today, description="A talk about heliotrope")
    tasks.add_task(case, by=by, title="Ask about the heliotrope", due_on=today)
    evidence.log_communication(
        case, by=by, direction="in", medium="email", occurred_at=clock.now(),
        counterpart="Jane Adams", subject="Our heliotrope", body="We never ordered that much.",
    )  # fmt: skip
    return case


def counted(user: Any, typed: str) -> dict[str, int]:
    return {
        kind.value: hits.count for kind, hits in find(user, typed, most=5).items() if hits.count
    }


TEXTS = {"obligation": 1, "fact": 2, "note": 1, "communication": 1}


def test_what_was_written_is_found_with_the_name_of_whose_it_is_but_not_by_that_alone() -> None:
    house = a_house()
    a_case_with_words(house)

    assert counted(house.manager, "heliotrope") == TEXTS
    assert counted(house.manager, "adams ledgers") == {"obligation": 1}
    assert counted(house.manager, "helio talk") == {"fact": 1}
    # The communication names her; nothing else of the case is found by its client's name.
    assert counted(house.manager, "adams") == {
        "case": 1, "client": 1, "contact": 1, "communication": 1,
    }  # fmt: skip
    assert counted(house.manager, "adams nowhere") == {}
    assert counted(house.manager, "   '  ") == {}


def test_a_reference_is_found_by_its_number_alone() -> None:
    house = a_house()
    case = a_case(house)
    number = str(int(case.reference.rpartition("-")[2]))
    year = case.reference.split("-")[1]
    for typed in (number, f"ofb-{year}-{number}", f"{year}-{number}"):
        assert counted(house.manager, typed)["case"] == 1, typed
    assert counted(house.manager, "98765") == {}


@pytest.mark.parametrize(
    ("who", "reads", "reads_restricted"),
    [
        ("manager", True, False),
        ("lead", True, True),
        ("auditor", True, False),
        ("outsider", False, False),
        ("other_lead", False, False),
        ("admin", False, False),
    ],
)
def test_nothing_is_found_that_is_not_this_persons_to_read(
    who: str, reads: bool, reads_restricted: bool
) -> None:
    house = a_house()
    case = a_case_with_words(house)
    person = getattr(house, who)
    assert counted(person, "heliotrope") == (TEXTS if reads else {})
    assert bool(similar_names(person, "adms", most=5).keys) is reads
    assert ("client" in counted(person, "adams")) is reads

    cases.assign(case, by=house.by_lead, owner=house.lead)
    cases.restrict(case, by=house.by_lead, readers=[])

    assert ("obligation" in counted(person, "heliotrope")) is reads_restricted
    assert ("case" in counted(person, "ofb")) is reads_restricted
    if who == "manager":
        cases.restrict(case, by=house.by_lead, readers=[person])
        assert "communication" in counted(person, "heliotrope")


@pytest.mark.scale
def test_among_a_hundred_thousand_cases_the_plan_goes_by_the_indexes() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no index of trigrams.")
    house = a_house()
    case = a_case_with_words(house)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO offboarding_searchentry"
            " (kind, source, subject_id, case_id, client_id, team_id, at, text, words)"
            " SELECT kind, 'filling', 10 * n + k, case_id, client_id, team_id,"
            " at - n * interval '1 minute', text, ' ' || md5((n * k)::text) || ' gmbh'"
            " FROM generate_series(1, 100000) n, (SELECT *, row_number() OVER (ORDER BY kind) AS k"
            " FROM (SELECT DISTINCT ON (kind) * FROM offboarding_searchentry) one) AS example"
        )
        cursor.execute("ANALYZE offboarding_searchentry")
    words = search.wanted_words("heliotrope")
    looked = search._Search(house.manager, words, [case.team_id], 6)

    newest = plan_of(*looked.among_the_newest(list(SearchKind)))
    by_index = plan_of(*looked.by_index(list(SearchKind)))

    assert "newest_of_a_kind" in newest and "Seq Scan" not in newest
    assert "found_by_name" in by_index and "found_by_text" in by_index
    assert "Seq Scan" not in by_index
    assert counted(house.manager, "heliotrope") == TEXTS


def plan_of(query: str, values: list[Any]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {query}", values)
        return "\n".join(line for (line,) in cursor.fetchall())
