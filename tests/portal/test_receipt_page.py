"""The receipt page through HTTP: harmless to read, one effect to confirm, never a dead end."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import signing
from django.core.cache import cache
from django.db import connection
from django.test import Client

from audit import clock
from notices import rendering
from notices.models import (
    Confirmation,
    DeliveryState,
    Letter,
    Message,
    Notice,
    NoticeState,
    Rendering,
    RenderingPurpose,
)
from offboarding.lifecycle import State
from offboarding.models import ClientLink, ProofOfReceipt, Question
from offboarding.services import flags, links, stages
from portal import limits, nonces
from tests import builders
from tests.builders import House
from tests.notices import walks
from tests.portal import letters
from tests.portal.letters import confirm, nonce_on, text_of

EVERY_ADDRESS = (
    "",
    "letter.pdf",
    "enclosures/1.pdf",
    "receipt.pdf",
    "question/",
    "addressee/",
    "dispute/",
    "not-me/",
)


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of the database, but for when a link was first opened."""
    rows = {}
    for model in apps.get_models(include_auto_created=True):
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if field.attname != "first_opened_at"
        ]
        rows[model._meta.label] = list(model._base_manager.order_by("pk").values_list(*names))
    return rows


# -- reading ---------------------------------------------------------------------------------------


def test_the_page_says_who_writes_what_ends_and_when(house: House) -> None:
    held = letters.by_email(house)

    page = Client().get(held.url)

    said = text_of(page)
    assert page.status_code == 200
    assert "Harbour & Partners GmbH" in said
    assert held.case.reference in said
    assert "our services for Adams Print Ltd end on" in said
    assert "Confirm that you have received it" in said
    assert "This does not mean that you agree." in said
    assert "Not the right person?" in said
    assert "I dispute this" in said
    assert "Unfulfilled" not in said
    assert held.notice.letter is not None
    for line in ("Bookkeeping agreement (Monthly bookkeeping, Payroll)", "Dear Jane Adams,"):
        assert line in said


@pytest.mark.parametrize("method", ["get", "head", "options", "trace", "put", "delete"])
def test_no_method_but_post_changes_a_row(house: House, method: str) -> None:
    held = letters.by_email(house)
    before = everything()

    for where in EVERY_ADDRESS:
        getattr(Client(), method)(held.url + where)

    assert everything() == before


def test_a_confirmed_page_is_as_harmless_to_read(house: House) -> None:
    held = letters.by_email(house)
    confirm(held)
    before = everything()

    for where in ("", "letter.pdf", "receipt.pdf", "not-me/", "question/"):
        Client().get(held.url + where)
        Client().head(held.url + where)

    assert everything() == before


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_the_page_asks_the_database_a_dozen_times_at_most(
    house: House, django_assert_max_num_queries: Any, is_confirmed: bool
) -> None:
    held = letters.by_email(house)
    if is_confirmed:
        confirm(held)

    with django_assert_max_num_queries(12):
        Client().get(held.url)


def test_a_head_is_no_opening(house: House) -> None:
    held = letters.by_email(house)

    Client().head(held.url)
    assert held.read_again().first_opened_at is None

    Client().get(held.url)
    assert held.read_again().first_opened_at is not None


@pytest.mark.parametrize("where", ["", "letter.pdf", "not-me/", "unknown"])
def test_every_answer_is_private(house: House, where: str) -> None:
    held = letters.by_email(house)
    path = f"/r/{'x' * 43}/" if where == "unknown" else held.url + where

    page = Client().get(path)

    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in page.headers
    assert not page.cookies


def test_no_cookie_is_set_by_anything_a_client_does(house: House) -> None:
    held = letters.by_email(house)
    client = Client()

    confirm(held, client=client)
    client.get(held.url)
    client.get("/code/")
    client.post("/code/", {"code": "wrong"})
    client.get("/check/")
    client.post("/check/", {"sha256": "0" * 64})

    assert not client.cookies


def test_the_page_holds_no_script_and_loads_two_things_at_most(house: House) -> None:
    held = letters.by_email(house)

    page = Client().get(held.url).content.decode()

    assert "<script" not in page
    assert "style=" not in page
    assert "onclick" not in page
    assert page.count("<link rel=") == 2
    assert "<img" not in page


def test_the_letter_is_served_byte_for_byte(house: House) -> None:
    held = letters.by_email(house)
    letter = held.notice.letter
    assert letter is not None

    answer = Client().get(f"{held.url}letter.pdf")

    assert hashlib.sha256(answer.content).hexdigest() == letter.sha256
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_changed_letter_is_not_shown(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    held = letters.by_email(house)
    monkeypatch.setattr(Letter, "pdf", b"%PDF-1.7 forged", raising=False)

    answer = Client().get(f"{held.url}letter.pdf")

    assert answer.status_code == 503
    assert b"forged" not in answer.content
    assert "Something is wrong on our side" in text_of(answer)


def test_one_link_never_opens_anothers_letter(house: House) -> None:
    held = letters.by_email(house)
    other_client = builders.a_client(
        house.office, house.team, house.manager, reference="C-2", legal_name="Brook & Sons Ltd"
    )
    builders.an_engagement(other_client)
    other_case = builders.decided(
        house, builders.a_case(house, State.EVALUATION, client=other_client)
    )
    other = letters.by_email(house, notice=walks.sent(house, walks.a_draft(house, other_case)))

    assert other.token != held.token
    answer = Client().get(f"{other.url}letter.pdf").content
    assert answer != Client().get(f"{held.url}letter.pdf").content
    assert "Adams" not in text_of(Client().get(other.url)).replace("Jane Adams", "")
    # A nonce of one page confirms nothing on the other.
    page = Client().post(
        other.url,
        {
            "nonce": nonce_on(Client().get(held.url)),
            "name": "Jane Adams",
            "is_authorised": "on",
        },
    )
    assert page.status_code == 422
    assert not Confirmation.objects.exists()


# -- confirming ------------------------------------------------------------------------------------


def test_a_confirmation_leads_back_to_the_page_and_moves_the_case(house: House) -> None:
    held = letters.by_email(house)

    answer = confirm(held)

    assert (answer.status_code, answer.headers["Location"]) == (303, held.url)
    assert held.case.state == State.ACKNOWLEDGED
    proof = ProofOfReceipt.objects.get()
    assert (proof.kind, proof.grade, proof.received_by) == ("confirmation", "B", "Jane Adams")
    said = text_of(Client().get(held.url))
    assert held.case.reference in said
    assert held.notice.letter is not None
    assert held.notice.letter.sha256 in said
    assert "You confirmed that our letter arrived" in said
    assert "What happens next" in said
    assert "being made" in said
    assert "Confirm receipt" not in said


def test_a_second_confirmation_shows_the_first(house: House) -> None:
    held = letters.by_email(house)
    client = Client()
    fields = {
        "nonce": nonce_on(client.get(held.url)),
        "name": "Jane Adams",
        "is_authorised": "on",
    }
    letters.seconds_later(letters.SECONDS_TO_READ)
    client.post(held.url, fields)

    again = client.post(held.url, fields | {"name": "Somebody Else"})

    assert again.status_code == 303
    assert Confirmation.objects.get().name == "Jane Adams"
    assert ProofOfReceipt.objects.count() == 1
    assert Message.objects.filter(kind="receipt_confirmed").count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Please type your name."),
        ({"name": "   "}, "Please type your name."),
        ({"name": "x" * 201}, "Please use at most 200 characters."),
        ({"is_authorised": ""}, "Please tick this box"),
        ({"nonce": ""}, "press the button once more"),
        ({"nonce": "forged:nonce"}, "press the button once more"),
    ],
)
def test_what_is_missing_is_said_beside_it_and_what_was_typed_stays(
    house: House, changes: dict[str, str], sentence: str
) -> None:
    held = letters.by_email(house)
    before = held.case.state

    answer = confirm(held, **({"name": "Jane <b>Adams</b>"} | changes))

    assert answer.status_code == 422
    assert sentence in text_of(answer)
    if "name" not in changes:
        assert 'value="Jane &lt;b&gt;Adams&lt;/b&gt;"' in answer.content.decode()
    assert held.case.state == before
    assert not Confirmation.objects.exists()


def test_a_refused_page_brings_a_nonce_that_works(house: House) -> None:
    held = letters.by_email(house)
    refused = confirm(held, nonce="")

    answer = Client().post(
        held.url, {"nonce": nonce_on(refused), "name": "Jane Adams", "is_authorised": "on"}
    )

    assert answer.status_code == 303


def test_a_nonce_lasts_a_day(house: House) -> None:
    held = letters.by_email(house)
    nonce = nonce_on(Client().get(held.url))
    letters.minutes_later(24 * 60 + 1)

    answer = confirm(held, nonce=nonce)

    assert answer.status_code == 422
    assert "open for a long time" in text_of(answer)


def test_a_used_nonce_does_nothing_else(house: House) -> None:
    held = letters.by_email(house)
    nonce = nonce_on(Client().get(held.url))
    Client().post(f"{held.url}question/", {"nonce": nonce, "text": "When does it end?"})

    answer = confirm(held, nonce=nonce)

    assert answer.status_code == 422
    assert not Confirmation.objects.exists()


def test_a_nonce_of_a_page_opened_by_link_is_none_of_the_code(house: House) -> None:
    held = letters.by_post(house)
    confirm(held)

    assert ProofOfReceipt.objects.get().kind == "confirmation"


def test_twenty_people_confirm_one_letter_at_once(transactional_db: None) -> None:
    held = letters.by_email(builders.a_house())
    pages = [nonce_on(Client().get(held.url)) for _ in range(20)]
    letters.seconds_later(letters.SECONDS_TO_READ)

    def one(nonce: str) -> int:
        try:
            fields = {"nonce": nonce, "name": "Jane Adams", "is_authorised": "on"}
            return Client().post(held.url, fields).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=20) as people:
        answers = list(people.map(one, pages))

    assert answers == [303] * 20
    assert Confirmation.objects.count() == 1
    assert ProofOfReceipt.objects.count() == 1
    assert Message.objects.filter(kind="receipt_confirmed").count() == 1
    assert held.case.state == State.ACKNOWLEDGED


def test_a_robot_that_confirms_within_seconds_moves_nothing(house: House) -> None:
    held = letters.by_email(house, minutes_ago=1)

    answer = confirm(held)

    assert answer.status_code == 303
    assert ProofOfReceipt.objects.get().grade == "C"
    assert held.case.state == State.NOTICE
    # What the client reads is the same: grades are the house's own business.
    assert "You confirmed that our letter arrived" in text_of(Client().get(held.url))


def test_another_name_moves_nothing(house: House) -> None:
    held = letters.by_email(house)

    confirm(held, name="Peter Brook")

    proof = ProofOfReceipt.objects.get()
    assert (proof.grade, proof.waits_for_a_lead) == ("C", True)
    assert held.case.state == State.NOTICE


def test_html_in_a_name_stays_text(house: House) -> None:
    held = letters.by_email(house)

    confirm(held, name="<script>alert(1)</script> {{ 7|add:7 }}")

    page = Client().get(held.url).content.decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7|add:7 }}" in page


def test_the_receipt_comes_as_pdf_when_the_worker_has_set_it(house: House) -> None:
    held = letters.by_email(house)
    confirm(held)
    assert Client().get(f"{held.url}receipt.pdf").headers["Location"] == held.url

    rendering.set_pages_due()

    row = Rendering.objects.get(purpose=RenderingPurpose.RECEIPT)
    assert row.is_good, row.problems
    page = Client().get(held.url)
    assert row.sha256 in text_of(page)
    answer = Client().get(f"{held.url}receipt.pdf")
    assert hashlib.sha256(answer.content).hexdigest() == row.sha256
    assert answer.headers["Content-Type"] == "application/pdf"


# -- asking, disputing, being somebody else --------------------------------------------------------


def test_a_question_reaches_the_owner(house: House) -> None:
    held = letters.by_email(house)

    answer = letters.post_words(held, "question", "What about <payroll> in May?")

    assert answer.headers["Location"] == f"{held.url}?sent=question"
    question = Question.objects.get()
    assert (question.text, question.asked_by) == ("What about <payroll> in May?", "Jane Adams")
    assert held.case.tasks.filter(origin=f"question:{question.pk}").exists()
    assert "Your question has arrived" in text_of(Client().get(answer.headers["Location"]))
    assert held.case.state == State.NOTICE


def test_a_question_sent_twice_by_a_double_click_is_one(house: House) -> None:
    held = letters.by_email(house)
    fields = {"nonce": nonce_on(Client().get(held.url)), "text": "When?", "name": ""}

    answers = [Client().post(f"{held.url}question/", fields).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert Question.objects.get().asked_by == "Jane Adams"


@pytest.mark.parametrize("where", ["question", "addressee", "dispute"])
@pytest.mark.parametrize(
    ("text", "sentence"),
    [("  ", "Please write a few words."), ("x" * 4001, "Please use at most 4,000 characters.")],
)
def test_empty_and_endless_words_are_refused_and_kept(
    house: House, where: str, text: str, sentence: str
) -> None:
    held = letters.by_email(house)

    answer = letters.post_words(held, where, text)

    assert answer.status_code == 422
    assert sentence in text_of(answer)
    if text.strip():
        assert text in answer.content.decode()
    if where != "question":
        assert '<details class="card" open>' in answer.content.decode()
    assert not Question.objects.exists()
    assert not held.case.is_disputed


def test_a_dispute_stops_the_case(house: House) -> None:
    held = letters.by_email(house)

    answer = letters.post_words(held, "dispute", "The date is wrong.")

    assert answer.headers["Location"] == f"{held.url}?sent=dispute"
    assert held.case.disputed_reason == "The date is wrong."
    assert "Your words have arrived" in text_of(Client().get(answer.headers["Location"]))


def test_a_disputed_page_says_what_was_said_and_whom_to_call_instead_of_asking_to_confirm(
    house: House,
) -> None:
    held = letters.by_email(house)
    assert "This letter is disputed" not in text_of(Client().get(held.url))
    letters.post_words(held, "dispute", "The <date> is wrong.")

    page = Client().get(held.url)
    said = text_of(page)

    assert "This letter is disputed" in said
    assert "Jane Adams wrote to us on this page: The <date> is wrong." in said
    assert "Our automatic reminders have stopped." in said
    assert f"please tell {held.notice.contact_person}" in said
    assert "It cannot be taken back on this page" in said
    assert "Confirm that you have received it" not in said
    assert "button--primary" not in page.content.decode()
    # What a colleague notes of it is for colleagues.
    flags.dispute(held.case, by=house.by_manager, reason="They shouted.")
    assert "They shouted." not in text_of(Client().get(held.url))
    flags.clear_dispute(held.case, by=house.by_lead, reason="Talked it over.")
    assert "This letter is disputed" not in text_of(Client().get(held.url))
    flags.dispute(held.case, by=house.by_manager, reason="They called again.")
    said = text_of(Client().get(held.url))
    assert "We have it on record since" in said
    assert "The <date> is wrong." not in said
    assert "They called again." not in said


def test_receipt_of_a_disputed_letter_is_kept_without_moving_the_case(house: House) -> None:
    held = letters.by_email(house)
    letters.post_words(held, "dispute", "The date is wrong.")

    confirm(held)

    assert ProofOfReceipt.objects.get().grade == "B"
    assert held.case.state == State.NOTICE


def test_the_wrong_person_says_who_is_right(house: House) -> None:
    held = letters.by_email(house)

    letters.post_words(held, "addressee", "Ask Peter Brook", name="")

    assert Question.objects.get().text == "Not the right person for the letter: Ask Peter Brook"
    assert not Confirmation.objects.exists()


def test_this_was_not_me_takes_the_acknowledgement_back(house: House) -> None:
    held = letters.by_email(house)
    confirm(held)
    client = Client()
    page = client.get(f"{held.url}not-me/")
    assert "with the name “Jane Adams”" in text_of(page)

    letters.seconds_later(letters.SECONDS_TO_READ)
    fields = {"nonce": nonce_on(page), "is_sure": "on", "text": "I was away."}
    answer = client.post(f"{held.url}not-me/", fields)

    assert answer.headers["Location"] == f"{held.url}?sent=not-me"
    assert held.case.state == State.NOTICE
    assert held.case.is_disputed
    assert ProofOfReceipt.objects.get().voided_at is not None
    said = text_of(client.get(answer.headers["Location"]))
    assert "The confirmation does not count any more" in said
    assert "told us on this page that they did not confirm receipt. I was away." in said
    assert "Confirm receipt" in said


def test_not_me_needs_the_pages_nonce(house: House) -> None:
    held = letters.by_email(house)
    confirm(held)

    answer = Client().post(f"{held.url}not-me/", {"is_sure": "on", "text": "I was away."})

    assert answer.status_code == 422
    assert "I was away." in answer.content.decode()
    assert held.case.state == State.ACKNOWLEDGED


def test_unknown_thanks_are_not_said(house: House) -> None:
    held = letters.by_email(house)

    page = Client().get(f"{held.url}?sent=<b>money</b>")

    assert page.status_code == 200
    assert "money" not in page.content.decode()


# -- links that open nothing -----------------------------------------------------------------------


def test_unknown_and_expired_links_give_one_and_the_same_page(house: House) -> None:
    held = letters.by_email(house)
    unknown = Client().get(f"/r/{'x' * 43}/")
    ClientLink.objects.filter(pk=held.link.pk).update(expires_at=clock.now() - timedelta(seconds=1))

    expired = Client().get(held.url)

    assert (unknown.status_code, expired.status_code) == (404, 404)
    assert unknown.content == expired.content
    said = text_of(expired)
    assert "This page cannot be opened" in said
    assert "berlin@example.com" in said
    assert "+49" in said
    assert held.case.reference not in said


def test_a_withdrawn_letter_says_so_without_the_case(house: House) -> None:
    held = letters.by_email(house)
    stages.withdraw(held.case, by=house.by_lead, reason="The invoices were paid.")

    page = Client().get(held.url)

    said = text_of(page)
    assert page.status_code == 410
    assert "This letter was withdrawn" in said
    assert held.case.reference not in said
    assert "Adams" not in said
    assert "invoices" not in said


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("superseded", "A newer letter replaces this one"),
        ("address_changed", "A newer link replaces this one"),
        ("ended", "This page is closed"),
    ],
)
def test_a_revoked_link_opens_nothing_and_says_why(
    house: House, reason: str, sentence: str
) -> None:
    held = letters.by_email(house)
    ClientLink.objects.filter(pk=held.link.pk).update(revoked_at=clock.now(), revoked_reason=reason)

    for where in EVERY_ADDRESS:
        page = Client().get(held.url + where)

        assert page.status_code == 410
        assert sentence in text_of(page)
        assert "Adams" not in text_of(page)


def test_a_superseded_notice_says_so_even_before_its_links_end(house: House) -> None:
    held = letters.by_email(house)
    Notice.objects.filter(pk=held.notice.pk).update(state=NoticeState.SUPERSEDED)

    assert Client().get(held.url).status_code == 410


def test_a_letter_withdrawn_while_it_was_read_is_not_confirmed(house: House) -> None:
    held = letters.by_email(house)
    nonce = nonce_on(Client().get(held.url))
    stages.withdraw(held.case, by=house.by_lead, reason="The invoices were paid.")

    answer = Client().post(held.url, {"nonce": nonce, "name": "Jane Adams", "is_authorised": "on"})

    assert answer.status_code == 410
    assert not Confirmation.objects.exists()


# -- limits ----------------------------------------------------------------------------------------


def test_too_many_posts_from_one_place_have_to_wait(house: House) -> None:
    held = letters.by_email(house)

    for _ in range(30):
        assert Client().post(held.url, {}).status_code == 422
    answer = Client().post(held.url, {})

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "600"
    assert "Please wait a few minutes" in text_of(answer)
    letters.minutes_later(11)
    assert Client().post(held.url, {}).status_code == 422


def test_a_body_that_no_form_fills_is_not_read(house: House) -> None:
    held = letters.by_email(house)

    answer = Client().post(held.url, {"name": "x" * (limits.MOST_FORM_BYTES + 1)})

    assert answer.status_code == 413
    assert not Confirmation.objects.exists()


def test_a_lost_cache_still_leaves_one_effect(house: House) -> None:
    held = letters.by_email(house)
    fields = {"nonce": nonce_on(Client().get(held.url)), "text": "When?", "name": "Jane Adams"}

    Client().post(f"{held.url}question/", fields)
    cache.clear()
    Client().post(f"{held.url}question/", fields)

    assert Question.objects.count() == 1


def test_nonces_are_bound_to_their_link(house: House) -> None:
    held = letters.by_email(house)
    other = letters.by_post(house, notice=held.notice)
    text = nonces.issue(held.link, by_code=True)

    assert nonces.read(text, other.link) is None
    read = nonces.read(text, held.link)
    assert read is not None
    assert read.by_code


@pytest.mark.parametrize(
    "said",
    [{"link": 1}, {"link": 1, "mark": "m", "code": False, "at": "x", "shown": 1}, [], "nonce", 7],
)
def test_a_page_of_an_older_version_has_only_lain_there_for_too_long(
    house: House, said: Any
) -> None:
    held = letters.by_email(house)
    if isinstance(said, dict):
        said = said | {"link": held.link.pk}

    answer = confirm(held, nonce=signing.dumps(said, salt="portal.nonce"))

    assert answer.status_code == 422
    assert not Confirmation.objects.exists()


# -- languages -------------------------------------------------------------------------------------


def test_the_page_speaks_the_clients_language_whatever_the_browser_asks(house: House) -> None:
    house.client.language = "de"
    house.client.save()
    held = letters.by_email(house)

    page = Client(headers={"Accept-Language": "en"}).get(held.url)

    said = text_of(page)
    assert '<html lang="de">' in page.content.decode()
    assert page.headers["Content-Language"] == "de"
    assert "Empfang bestätigen" in said
    assert "Das bedeutet nicht, dass Sie zustimmen." in said
    for english in ("Confirm", "Skip", "Your ", "Please", "Letter", "Download"):
        assert english not in said
    refused = confirm(held, name="")
    assert "Bitte geben Sie Ihren Namen ein." in text_of(refused)


def test_a_page_without_a_case_speaks_the_browsers_language(house: House) -> None:
    page = Client(headers={"Accept-Language": "de-AT,de"}).get(f"/r/{'x' * 43}/")

    assert "Diese Seite lässt sich nicht öffnen" in text_of(page)


def test_what_colleagues_read_is_in_the_houses_language(house: House) -> None:
    house.client.language = "de"
    house.client.save()
    held = letters.by_email(house)

    letters.post_words(held, "addressee", "Fragen Sie Frau Bach")

    assert Question.objects.get().text.startswith("Not the right person for the letter:")


def test_an_uncertain_mail_is_known_to_have_arrived_once_its_reader_confirms(house: House) -> None:
    notice = walks.sent(house)
    delivery = walks.delivery_of(notice, "email")
    walks.became(delivery, DeliveryState.UNCERTAIN)
    link = ClientLink.objects.get(delivery_id=delivery.pk)
    letters.minutes_later(30)
    held = letters.Held(house, notice, delivery, link)

    confirm(held)

    assert walks.the_same(delivery).state == DeliveryState.DELIVERED
    assert held.case.state == State.ACKNOWLEDGED
    assert held.case.served_on is not None
    assert links.token_of(link) == held.token
