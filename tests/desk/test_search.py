"""The page of what was found: why, how much, and what it says when there is nothing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from desk.lists.snippets import Piece, marked
from tests.builders import a_case, a_house, an_obligation
from tests.desk.pages import AS_TEXT, HOSTILE

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "words", "hits"),
    [
        ("Müller & Söhne", ["muller", "sohne"], ["Müller", "Söhne"]),
        ("Mueller GmbH", ["muller"], ["Mueller"]),
        ("Straße 4, Strasse 5", ["strasse"], ["Straße", "Strasse"]),
        ("Étoile étoile", ["toile"], ["toile", "toile"]),
        ("an abacus, a cab", ["ab"], ["ab"]),
        ("overlapping", ["overlap", "lapping"], ["overlapping"]),
        ("nothing here", ["else"], []),
    ],
)
def test_hits_are_marked_as_they_are_written(text: str, words: list[str], hits: list[str]) -> None:
    pieces = marked(text, words)
    assert [piece.text for piece in pieces if piece.is_hit] == hits
    assert "".join(piece.text for piece in pieces) == text


def test_a_long_text_is_cut_down_to_what_surrounds_the_first_hit() -> None:
    text = "Much was said. " * 40 + "\n\nThe ledger is late.\n" + "More was said. " * 40
    pieces = marked(text, ["ledger"], longest=120)

    shown = "".join(piece.text for piece in pieces)
    assert Piece("ledger", is_hit=True) in pieces
    assert shown.startswith("… ") and shown.endswith(" …") and len(shown) <= 124
    assert "\n" not in shown


def test_the_page_says_why_something_was_found_and_leads_there(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    an_obligation(case, title="Return the heliotrope ledgers")
    an_obligation(case, title=f"Heliotrope {HOSTILE}")
    client.force_login(house.manager)

    page = client.get("/search/", {"q": "HELIO"}).content.decode()

    assert "Return the <mark>helio</mark>trope ledgers" in page
    assert f"/cases/{case.reference}/#obligations" in page
    assert AS_TEXT in page and HOSTILE not in page
    assert "kind=obligation" in page and "Contacts" not in page


def test_one_kind_is_shown_alone_and_page_by_page(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    for number in range(30):
        an_obligation(case, title=f"Heliotrope number {number}")
    client.force_login(house.manager)

    everything = client.get("/search/?q=heliotrope").content.decode()
    first = client.get("/search/?q=heliotrope&kind=obligation").content.decode()
    second = client.get("/search/?q=heliotrope&kind=obligation&page=2").content.decode()

    assert everything.count("<mark>Heliotrope</mark>") == 5
    assert "All that was found: Obligations" in everything and ">30</span>" in everything
    assert first.count("<mark>Heliotrope</mark>") == 25 and "page=2" in first
    assert second.count("<mark>Heliotrope</mark>") == 5 and "page=3" not in second


def test_a_name_with_a_slip_in_it_is_offered_as_a_name_like_this(client: Client) -> None:
    house = a_house()
    a_case(house)
    client.force_login(house.manager)

    page = client.get("/search/?q=Adms+Prnt").content.decode()

    assert "Names like this" in page and f"/clients/{house.client.pk}/" in page
    assert "Nothing was found" not in page
    assert "Nothing was found" in client.get("/search/?q=xylophone").content.decode()


@pytest.mark.parametrize(
    "query", ["q=%00", "q=a&kind=banana", "q=a&page=0", "q=a&page=x", "q=" + "a" * 201]
)
def test_what_cannot_be_asked_is_said_in_words(client: Client, query: str) -> None:
    client.force_login(a_house().manager)
    answer = client.get(f"/search/?{query}")
    assert answer.status_code == 422
    assert "data-error-summary" in answer.content.decode()


def test_search_asks_the_database_as_often_for_many_hits_as_for_few(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.manager)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/search/?q=adams").status_code == 200
        return len(asked)

    few = queries()
    for number in range(30):
        an_obligation(case, title=f"Write to Adams {number}")
    assert queries() <= few <= 12


# -- the palette -----------------------------------------------------------------------------------


def test_the_palette_offers_pages_and_names_and_leads_there(client: Client) -> None:
    house = a_house()
    case = a_case(house)
    client.force_login(house.manager)

    at_first = client.get("/search/palette/").content.decode()
    pages = client.get("/search/palette/?q=appr").content.decode()
    names = client.get("/search/palette/?q=adams").content.decode()
    slip = client.get("/search/palette/?q=Adms").content.decode()

    assert 'href="/board/"' in at_first and 'href="/cases/new/"' in at_first
    assert 'href="/approvals/"' in pages and 'href="/board/"' not in pages
    assert f'href="/cases/{case.reference}/"' in names and "Jane Adams" in names
    assert f'href="/clients/{house.client.pk}/"' in slip and "Names like this" in slip
    assert 'href="/search/?q=Adms"' in slip


@pytest.mark.parametrize("who", ["outsider", "other_lead", "admin"])
def test_the_palette_names_nobody_of_another_team(client: Client, who: str) -> None:
    house = a_house()
    a_case(house)
    client.force_login(getattr(house, who))
    for typed in ("adams", "adms", "ofb"):
        answer = client.get("/search/palette/", {"q": typed})
        assert answer["Cache-Control"] == "private, no-store"
        assert "Adams" not in answer.content.decode()
    assert client.get("/search/palette/", {"q": "\0" + "x" * 5000}).status_code == 200
    assert client.post("/search/palette/").status_code == 405


def test_whoever_switched_shortcuts_off_still_reaches_the_palette_by_its_button(
    client: Client,
) -> None:
    house = a_house()
    client.force_login(house.manager)
    assert "<kbd>Ctrl K</kbd>" in client.get("/board/").content.decode()
    type(house.manager).objects.update(uses_shortcuts=False)
    page = client.get("/board/").content.decode()
    assert "<kbd>Ctrl K</kbd>" not in page
    assert 'data-opens="palette"' in page and "data-shortcuts-off" in page
