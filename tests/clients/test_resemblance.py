"""Names that may be the same client's, and names that are not."""

from __future__ import annotations

import pytest

from clients.resemblance import are_alike, key_of, same_mail


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Adams Print Ltd", "Adams Print Limited"),
        ("Adams Print Ltd", "ADAMS PRINT"),
        ("Adams Print", "Print Adams GmbH"),
        ("Adams Print Ltd", "Adms Print Ltd"),
        ("Müller & Söhne GmbH & Co. KG", "Muller Sohne G.m.b.H."),
        ("Weiß Bau AG", "Weiss Bau"),
        ("L'Étoile SARL", "L Etoile"),
        ("Nordlicht Studio", "Nordlicht-Studio UG"),
    ],
)
def test_the_same_name_written_otherwise_is_alike(one: str, other: str) -> None:
    assert are_alike(one, other) and are_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Adams Print Ltd", "Adams Dental Ltd"),
        ("Harbour GmbH", "Garten GmbH"),
        ("Co", "Ltd"),
        ("Nord Bau", "Süd Bau"),
        ("", "Adams"),
        ("", ""),
    ],
)
def test_another_name_is_not(one: str, other: str) -> None:
    assert not are_alike(one, other)


def test_a_name_of_nothing_but_legal_forms_keeps_its_words() -> None:
    assert key_of("The Co Ltd") == "the co ltd"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("jane@adams.example", "JANE@adams.example", True),
        ("jane@adams.example", "office@adams.example", True),
        ("jane@gmail.com", "joe@gmail.com", False),
        ("jane@gmail.com", "Jane@GMAIL.com", True),
        ("jane@bluewin.ch", "joe@bluewin.ch", False),
        ("jane@btinternet.com", "joe@btinternet.com", False),
        ("jane@hotmail.de", "joe@hotmail.de", False),
        ("jane@yahoo.co.uk", "joe@yahoo.co.uk", False),
        ("jane@yahoo-news.example", "joe@yahoo-news.example", True),
        ("", "", False),
    ],
)
def test_addresses_of_one_house_are_the_same_but_not_at_public_hosts(
    one: str, other: str, is_same: bool
) -> None:
    assert same_mail(one, other) is is_same
