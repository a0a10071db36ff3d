from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as how_to_try
from hypothesis import strategies as st

from clients import addresses, postal_formats
from clients.addresses import country_line, paper_lines
from clients.errors import AddressTooLong

# country, sent from, postal code, city, region -> the lines after the street
ADDRESSES = [
    ("DE", "DE", "20457", "Hamburg", "", ["20457 Hamburg"]),
    ("DE", "US", "20457", "Hamburg", "", ["20457 Hamburg", "GERMANY"]),
    ("AT", "DE", "1010", "Wien", "", ["1010 Wien", "ÖSTERREICH"]),
    ("CH", "GB", "8001", "Zürich", "", ["8001 Zürich", "SWITZERLAND"]),
    ("US", "US", "10118", "New York", "ny", ["New York, NY 10118"]),
    (
        "US",
        "GB",
        "10118-0110",
        "New York",
        "NY",
        ["New York, NY 10118-0110", "UNITED STATES OF AMERICA"],
    ),
    ("GB", "GB", "bs1 4dj", "Bristol", "Avon", ["Bristol", "BS1 4DJ"]),
    ("GB", "US", "BS1 4DJ", "Bristol", "", ["Bristol", "BS1 4DJ", "UNITED KINGDOM"]),
    ("FR", "DE", "75004", "Paris", "Île-de-France", ["75004 Paris", "FRANKREICH"]),
    ("NL", "NL", "1012 lg", "Amsterdam", "", ["1012 LG  Amsterdam"]),
    ("PL", "GB", "00-238", "Warszawa", "", ["00-238 Warszawa", "POLAND"]),
    ("GR", "DE", "105 63", "Athina", "", ["105 63 Athina", "GRIECHENLAND"]),
    ("JP", "US", "100-0005", "Chiyoda-ku", "Tokyo", ["Chiyoda-ku", "Tokyo 100-0005", "JAPAN"]),
    ("IT", "FR", "00184", "Roma", "RM", ["00184 Roma RM", "ITALIE"]),
    ("ES", "ES", "28013", "Madrid", "", ["28013 Madrid"]),
    ("CA", "US", "k1a 0a9", "Ottawa", "on", ["Ottawa ON  K1A 0A9", "CANADA"]),
    ("AU", "GB", "2000", "Sydney", "NSW", ["Sydney NSW 2000", "AUSTRALIA"]),
    ("IE", "GB", "D02 AF30", "Dublin 2", "", ["Dublin 2", "D02 AF30", "IRELAND"]),
    ("BR", "PT", "01310-100", "São Paulo", "SP", ["São Paulo - SP", "01310-100", "BRASIL"]),
    ("HK", "GB", "", "Central", "", ["Central", "HONG KONG"]),
    ("FJ", "GB", "", "Suva", "", ["Suva", "FIJI"]),
]


@pytest.mark.parametrize(
    ("country", "sent_from", "code", "city", "region", "expected"),
    ADDRESSES,
    ids=[f"{row[0]} from {row[1]}" for row in ADDRESSES],
)
def test_an_address_is_written_as_its_country_orders_it(
    country: str, sent_from: str, code: str, city: str, region: str, expected: list[str]
) -> None:
    street = "Pier 1\nHarbour Road 12"

    lines = paper_lines("Acme", "", street, code, city, region, country, from_country=sent_from)

    assert lines == ["Acme", "Pier 1", "Harbour Road 12", *expected]
    postal_formats.check(country=country, postal_code=code, region=region)


@pytest.mark.parametrize("country", sorted(set(postal_formats.FORMATS) - {"HK"}))
def test_the_example_of_every_country_is_itself_accepted(country: str) -> None:
    wanted = postal_formats.of(country)
    region = {"AU": "NSW", "CA": "ON", "US": "NY"}.get(country, "")

    postal_formats.check(country=country, postal_code=wanted.code_example, region=region)


def test_the_contact_stands_where_the_country_expects_a_person() -> None:
    def with_person(country: str) -> list[str]:
        return paper_lines(
            "Acme", "", "Street 1", "1", "City", "", country, from_country=country,
            attention="Mara Voss",
        )[:2]  # fmt: skip

    assert with_person("DE") == ["Acme", "Mara Voss"]
    assert with_person("US") == ["Acme", "Attn: Mara Voss"]
    assert with_person("GB") == ["Mara Voss", "Acme"]


def test_a_person_who_is_the_client_is_not_named_twice() -> None:
    lines = paper_lines(
        "Mara Voss", "", "Weg 1", "10115", "Berlin", "", "DE", from_country="DE",
        attention="Mara Voss",
    )  # fmt: skip

    assert lines == ["Mara Voss", "Weg 1", "10115 Berlin"]


@pytest.mark.parametrize("typed", ["Kanzlei Brandt", "c/o Kanzlei Brandt", "C/O: Kanzlei Brandt"])
def test_care_of_is_written_once_however_it_is_typed(typed: str) -> None:
    lines = paper_lines("Acme", typed, "Weg 1", "1", "Berlin", "", "DE", from_country="DE")

    assert lines[1] == "c/o Kanzlei Brandt"


def test_one_line_more_than_the_paper_holds_is_refused_with_the_numbers() -> None:
    with pytest.raises(AddressTooLong, match=r"takes 5 lines, but there is room for 4 lines"):
        paper_lines(
            "Acme", "", "Weg 1\nHaus 2", "10115", "Berlin", "", "DE", from_country="US",
            max_lines=4,
        )  # fmt: skip


def test_the_country_line_is_in_the_language_of_the_sending_post() -> None:
    assert country_line("DE", from_country="DE") == "DEUTSCHLAND"
    assert country_line("DE", from_country="FR") == "ALLEMAGNE"
    assert country_line("DE", from_country="GR") == "GERMANY"
    assert country_line("XX", from_country="GR") == "XX"


_texts = st.text(st.characters(categories=("L", "N", "Zs")), max_size=20)


@given(
    care_of=_texts,
    street=_texts.filter(str.strip),
    code=_texts,
    city=_texts.filter(str.strip),
    region=_texts,
    country=st.sampled_from(["ZZ", *sorted(postal_formats.FORMATS)]),
    sent_from=st.sampled_from(["DE", "US", "GB"]),
)
@how_to_try(deadline=None)
def test_no_address_has_an_empty_line_a_stray_separator_or_loses_its_city(
    care_of: str, street: str, code: str, city: str, region: str, country: str, sent_from: str
) -> None:
    lines = paper_lines(
        "Acme", care_of, street, code, city, region, country, from_country=sent_from, max_lines=12
    )

    assert lines[0] == "Acme"
    assert all(line and line == line.strip() for line in lines)
    assert not any(line.startswith((",", "-")) or line.endswith((",", "-")) for line in lines)
    assert any(city.strip() in line for line in lines)
    assert (lines[-1] == country_line(country, from_country=sent_from)) is (country != sent_from)


def test_seven_lines_are_the_most_unless_told_otherwise() -> None:
    assert addresses.MAX_LINES == 7
