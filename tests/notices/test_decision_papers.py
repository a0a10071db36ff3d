"""The decision paper as a file: one page whatever is recorded, the same words the same bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pypdfium2
import pytest
from django.test import Client

from notices.models import DecisionPaper
from notices.pages import decision_papers
from notices.pages.decision_papers import ROOMS, fitted
from offboarding.models import TerminationCase
from offboarding.services import cases, evidence
from tests.builders import House, a_case, a_house, an_invoice, evaluated, fresh
from tests.desk.pages import actions, page, send

LONG = "They asked for one more round of changes and cancelled the call. " * 12


def test_what_does_not_fit_is_cut_the_newest_kept_and_the_rest_counted() -> None:
    content = {
        "title": "T" * 300,
        "note": LONG,
        "facts": [[str(day), LONG, "Notes"] for day in range(9)],
        "ending": {"facts": ["a", "b", "c", "d"], "signs": []},
    }

    cut = fitted(content, ROOMS[-1])

    assert cut["title"] == content["title"]
    assert len(cut["note"]) == ROOMS[-1].letters
    assert [row[0] for row in cut["facts"]] == ["7", "8", ""]
    assert cut["facts"][-1][1] == "and 7 more on the case"
    assert cut["ending"]["facts"] == ["c", "d", "and 2 more on the case"]


def test_a_sign_without_a_letter_of_ours_costs_no_paper() -> None:
    assert fitted({"note": "Good \N{GRINNING FACE}"}, ROOMS[0])["note"] == "Good □"


@pytest.fixture
def house(settings, tmp_path: Path, db) -> House:
    settings.MEDIA_ROOT = tmp_path
    return a_house()


@pytest.fixture
def asked(house: House, client: Client) -> TerminationCase:
    case = evaluated(house, a_case(house))
    for number in range(30):
        evidence.add_evidence(
            case,
            by=house.by_manager,
            happened_on=fresh(case).opened_at.date(),
            fact=f"{number}: {LONG}",
            bearing=("ending", "keeping", "")[number % 3],
        )
        an_invoice(house.client, f"R-{number}")
    client.force_login(house.manager)
    assert send(client, case, "decision/", {"note": LONG}).status_code == 303
    return fresh(case)


def test_asking_for_a_decision_orders_the_paper_and_a_worker_sets_it_on_one_page(
    client: Client, house: House, asked: TerminationCase
) -> None:
    assert "The page is being set." in page(client, asked, "decision/paper/")

    assert decision_papers.set_due() == 1
    assert decision_papers.set_due() == 0

    paper = DecisionPaper.objects.get(case=asked)
    content = bytes(paper.pdf)
    assert paper.decision == asked.current_decision
    assert hashlib.sha256(content).hexdigest() == paper.sha256
    with pypdfium2.PdfDocument(content) as pages:
        assert len(pages) == 1
        text = pages[0].get_textpage().get_text_range()
    for words in (
        paper.audit_head,
        "What speaks for keeping",
        "more on the case",
        "If it is ended",
    ):
        assert words in text, words
    assert {"decision.paper_ordered", "decision.paper_set"} <= set(actions(asked))

    answer = client.get(f"/cases/{asked.reference}/decision/paper/{paper.pk}.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content == content
    other = cases.open_case(house.client, by=house.by_manager)
    assert client.get(f"/cases/{other.reference}/decision/paper/{paper.pk}.pdf").status_code == 404
    client.force_login(house.outsider)
    theirs = f"/cases/{asked.reference}/decision/paper/{paper.pk}.pdf"
    assert client.get(theirs).status_code == 404


def test_what_is_recorded_later_changes_no_paper_and_a_changed_byte_is_refused(
    client: Client, house: House, asked: TerminationCase
) -> None:
    decision_papers.set_due()
    paper = DecisionPaper.objects.get(case=asked)
    evidence.add_evidence(
        asked, by=house.by_manager, happened_on=asked.opened_at.date(), fact="Something new."
    )
    DecisionPaper.objects.filter(pk=paper.pk).update(done_at=None, attempts=0)

    decision_papers.set_due()

    paper.refresh_from_db()
    assert DecisionPaper.objects.get(pk=paper.pk).sha256 == paper.sha256
    DecisionPaper.objects.filter(pk=paper.pk).update(pdf=bytes(paper.pdf)[:-1] + b"!")
    answer = client.get(f"/cases/{asked.reference}/decision/paper/{paper.pk}.pdf")
    assert answer.status_code == 409
    assert b"changed since it was made" in answer.content
