"""The feedback page: three optional questions, without script and without sign-in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from audit import clock
from audit.models import AuditEvent
from offboarding.lifecycle import State
from offboarding.models import ClientLink, Feedback, TerminationCase
from offboarding.services import feedback, follow_ups, links
from tests.builders import House, a_case, followed_up, fresh
from tests.desk.pages import AS_TEXT, HOSTILE, actions, page
from tests.portal.letters import nonce_on, text_of

ANSWERS = {
    "has_everything": "no",
    "still_open": "The ledger of 2024.",
    "differently": "Call before you write.",
}


@pytest.fixture
def case(house: House) -> TerminationCase:
    return a_case(house, State.FOLLOW_UP)


@pytest.fixture
def link(house: House, case: TerminationCase) -> ClientLink:
    with transaction.atomic():
        return feedback.link_for(fresh(case), by=house.by_manager, recipient_name="Jane Adams")


def url_of(link: ClientLink) -> str:
    return f"/f/{links.token_of(link)}/"


def answer(link: ClientLink, place: str = "", **said: Any) -> HttpResponse:
    """Open the page and send what is said."""
    client = Client()
    nonce = nonce_on(client.get(url_of(link)))
    return client.post(f"{url_of(link)}{place}", {"nonce": nonce} | said)


def test_looking_changes_nothing_and_needs_no_script_and_no_cookie(
    case: TerminationCase, link: ClientLink
) -> None:
    before = actions(case)
    shown = Client().get(url_of(link))
    Client().head(url_of(link))

    assert shown.status_code == 200
    assert "Is anything still open between us?" in text_of(shown)
    assert "<script" not in shown.content.decode() and not shown.cookies
    assert shown["Cache-Control"] == "no-store"
    assert shown["Referrer-Policy"] == "no-referrer"
    assert actions(case) == before and not Feedback.objects.exists()


def test_answers_are_kept_thanked_for_and_can_be_changed(
    case: TerminationCase, link: ClientLink
) -> None:
    sent = answer(link, **ANSWERS)
    assert sent.status_code == 303
    thanked = Client().get(sent["Location"])
    assert "Your answers have arrived. Mia Manager reads them" in text_of(thanked)
    assert "The ledger of 2024." in thanked.content.decode()

    answer(link, **ANSWERS | {"still_open": "Nothing any more.", "has_everything": "yes"})

    row = Feedback.objects.get()
    assert (row.has_everything, row.still_open) == ("yes", "Nothing any more.")
    assert row.times_changed == 1
    assert actions(case)[-2:].count("feedback.changed") <= 1
    changed = AuditEvent.objects.get(action="feedback.changed")
    assert changed.detail.before["still_open"] == "The ledger of 2024."
    assert changed.actor_name == "Jane Adams"


def test_what_is_still_open_becomes_one_task_of_the_owner(
    case: TerminationCase, link: ClientLink
) -> None:
    answer(link, **ANSWERS)
    answer(link, **ANSWERS)
    answer(link, **ANSWERS | {"still_open": "Two ledgers."})

    [task] = case.tasks.filter(origin__startswith="feedback:")
    assert task.assignee == case.owner
    assert task.details == "The ledger of 2024."


@pytest.mark.parametrize(
    "said", [{}, {"still_open": "  "}, {"remark": "x", **ANSWERS}, {"has_everything": ""}]
)
def test_nothing_said_and_a_program_that_fills_everything_in_keep_nothing(
    link: ClientLink, said: dict[str, str]
) -> None:
    assert answer(link, **said).status_code == 303
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("said", [{"has_everything": "maybe"}, {"still_open": "x" * 4001}])
def test_what_cannot_be_kept_is_said_and_what_was_typed_stays(
    link: ClientLink, said: dict[str, str]
) -> None:
    refused = answer(link, **ANSWERS | said)

    assert refused.status_code == 422
    assert "Call before you write." in refused.content.decode()
    assert not Feedback.objects.exists()


def test_a_foreign_or_missing_nonce_asks_for_the_button_once_more(link: ClientLink) -> None:
    for nonce in ("", "forged"):
        refused = Client().post(url_of(link), {"nonce": nonce} | ANSWERS)
        assert refused.status_code == 422
        assert "The ledger of 2024." in refused.content.decode()
    assert not Feedback.objects.exists()


def test_a_question_is_asked_here_and_its_answer_stands_here(
    house: House, case: TerminationCase, link: ClientLink
) -> None:
    assert answer(link, "question/", text="").status_code == 422
    for _time in range(2):
        sent = answer(link, "question/", text="Who files 2026?", name="J. Adams")
        assert sent.status_code == 303
    question = case.questions.get()
    assert question.asked_by == "J. Adams"
    assert "The answer is still to come." in text_of(Client().get(url_of(link)))

    follow_ups.answer_question(question, by=house.by_manager, answer="Brown & Co does.")
    follow_ups.ask_question(fresh(case), by=house.by_manager, text="By somebody else?")

    shown = text_of(Client().get(url_of(link)))
    assert "Brown & Co does." in shown and "By somebody else?" not in shown


def test_unknown_expired_and_ended_links_answer_calmly(
    house: House, case: TerminationCase, link: ClientLink
) -> None:
    url = url_of(link)
    unknown = Client().get("/f/nothing-of-the-kind/")
    receipt = links.token_of(ClientLink(nonce=link.nonce, purpose="receipt"))
    assert unknown.status_code == Client().get(f"/f/{receipt}/").status_code == 404
    with transaction.atomic():
        links.revoke_as_withdrawn(fresh(case), by=house.by_lead)
    assert Client().get(url).status_code == 410
    assert Client().post(url, ANSWERS).status_code == 410
    ClientLink.objects.update(revoked_at=None, expires_at=clock.now() - timedelta(hours=1))
    expired = Client().get(url)
    assert expired.status_code == 404
    assert "Adams Print" not in text_of(expired)
    assert not Feedback.objects.exists()


def test_the_page_stays_open_after_the_case_is_closed(
    house: House, case: TerminationCase, link: ClientLink
) -> None:
    followed_up(house, case)

    assert fresh(case).state == State.CLOSED
    assert answer(link, **ANSWERS).status_code == 303
    assert Feedback.objects.exists()


def test_it_speaks_german_where_the_client_does(house: House, link: ClientLink) -> None:
    house.client.language = "de"
    house.client.save()

    shown = Client().get(url_of(link))

    assert "Drei freiwillige Fragen" in text_of(shown)
    assert re.search(r'<html lang="de"', shown.content.decode())


def test_colleagues_read_it_on_the_case_as_text(
    client: Client, house: House, case: TerminationCase, link: ClientLink
) -> None:
    answer(link, **ANSWERS | {"differently": HOSTILE})
    client.force_login(house.manager)

    for place in ("", "follow-up/"):
        shown = page(client, case, place)
        assert "The ledger of 2024." in shown
        assert AS_TEXT in shown and HOSTILE not in shown


def test_a_later_mail_to_the_same_reader_carries_the_same_link(
    house: House, case: TerminationCase, link: ClientLink
) -> None:
    with transaction.atomic():
        again = feedback.link_for(fresh(case), by=house.by_manager, recipient_name="Jane Adams")
        other = feedback.link_for(fresh(case), by=house.by_manager, recipient_name="Joe Adams")

    assert again == link and other != link
