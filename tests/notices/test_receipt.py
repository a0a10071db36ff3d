"""What a client does on the receipt page, graded: only what is strong moves the case by itself."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2
import pytest

from audit.models import AuditEvent
from notices import rendering
from notices.language import names
from notices.models import (
    Confirmation,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    Message,
    Rendering,
    RenderingPurpose,
)
from notices.pages import receipt_document
from notices.receipts import signs as receipt_signs
from notices.services import receipt
from offboarding.errors import InvalidInput
from offboarding.lifecycle import State
from offboarding.models import ClientLink, Communication, Grade, ProofOfReceipt, Question, Task
from offboarding.services import links, proofs
from tests.builders import House
from tests.portal import letters
from tests.portal.letters import Held


def confirm(held: Held, *, opened: bool = True, **changes: object) -> Confirmation:
    if opened:
        links.note_first_opening(held.link)
    fields = {"name": "Jane Adams", "is_authorised": True, "remote_address": "203.0.113.7"}
    return receipt.confirm(held.read_again(), **(fields | changes))


# -- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Jane Adams", "Jane Adams"),
        ("  jane   ADAMS ", "Jane Adams"),
        ("Adams, Jane", "Jane Adams"),
        ("adams jane", "Jane Adams"),
        ("J. Adams", "Jane Adams"),
        ("Jane A. Adams", "Jane Adams"),
        ("Ms Jane Adams, MBA", "Jane Adams"),
        ("Mr Adams", "Jane Adams"),
        ("Jane Adams", "Dr. Jane Adams"),
        ("Jose Nunez", "José Núñez"),
        ("Jürgen Müller", "Juergen Mueller"),
        ("Jurgen Muller", "Jürgen Müller"),
        ("Strauss", "Anna Strauß"),
        ("Anne Marie Klein", "Anne-Marie Klein"),
        ("Prof. Dr. h.c. Karl von der Heide", "Karl Heide"),
        ("O'Neill", "Sean O’Neill"),
        ("Søren Kjær", "Soeren Kjaer"),
        ("Łukasz Łęcki", "łukasz łęcki"),
        ("Γιώργος Παπαδόπουλος", "γιωργος παπαδοπουλος"),
        ("Ма Лин", "Ма Лин"),
    ],
)
def test_the_same_person_writes_a_name_in_many_ways(typed: str, expected: str) -> None:
    assert names.are_the_same_person(typed, expected)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Peter Brook", "Jane Adams"),
        ("John Adams", "Jane Adams"),
        ("Jane", "Jane Adams"),
        ("J. A.", "Jane Adams"),
        ("A", "Jane Adams"),
        ("", "Jane Adams"),
        ("Adamson", "Jane Adams"),
        ("de la", "Maria de la Cruz"),
        ("reception", "Jane Adams"),
        ("!!!", "Jane Adams"),
        ("Jane Adams Brook Miller", "Peter Brook"),
    ],
)
def test_another_person_is_another_person(typed: str, expected: str) -> None:
    assert not names.are_the_same_person(typed, expected)


# -- grades ----------------------------------------------------------------------------------------


def test_a_fitting_name_and_nothing_odd_is_grade_b_and_moves_the_case(house: House) -> None:
    held = letters.by_email(house)

    confirmation = confirm(held)

    assert (confirmation.proof.grade, confirmation.signs) == (Grade.B, [])
    assert held.case.state == State.ACKNOWLEDGED
    assert held.case.acknowledged_at == confirmation.confirmed_at
    event = AuditEvent.objects.get(stream=f"case:{held.case.pk}", action="case.acknowledged")
    assert event.details["grade"] == "B"


@pytest.mark.parametrize(("seconds", "grade"), [(119, Grade.C), (121, Grade.B)])
def test_early_is_under_two_minutes_after_the_mail_server_took_it(
    house: House, seconds: int, grade: str
) -> None:
    held = letters.by_email(house, minutes_ago=60)
    accepted_at = held.case.state_changed_at
    DeliveryEvent.objects.filter(delivery=held.delivery).delete()
    now = receipt_signs.clock.now()
    accepted_at = now - timedelta(seconds=seconds)
    DeliveryEvent.objects.create(
        delivery=held.delivery, state=DeliveryState.ACCEPTED, at=accepted_at
    )
    # A later bounce of a copy does not make the confirmation early.
    Delivery.objects.filter(pk=held.delivery.pk).update(state_changed_at=now)

    assert confirm(held).proof.grade == grade


@pytest.mark.parametrize(
    ("changes", "sign"),
    [
        ({"name": "Peter Brook"}, receipt_signs.OTHER_NAME),
        ({"opened": False}, receipt_signs.NEVER_OPENED),
    ],
)
def test_something_odd_is_grade_c_and_waits_for_a_lead(
    house: House, changes: dict[str, object], sign: str
) -> None:
    held = letters.by_email(house)

    confirmation = confirm(held, **changes)

    assert (confirmation.proof.grade, confirmation.signs) == (Grade.C, [sign])
    assert confirmation.proof.grade_reason
    assert held.case.state == State.NOTICE
    waiting = Task.objects.filter(origin__startswith=f"proof:{confirmation.proof.pk}:")
    assert {task.assignee for task in waiting} == {house.lead, house.second_lead}
    proofs.accept_proof(confirmation.proof, by=house.by_lead)
    assert held.case.state == State.ACKNOWLEDGED


def test_a_mail_that_never_left_cannot_be_confirmed_well(house: House) -> None:
    held = letters.by_email(house)
    Delivery.objects.filter(pk=held.delivery.pk).update(state=DeliveryState.QUEUED)

    assert confirm(held).signs == [receipt_signs.NOT_SENT]


def test_many_letters_confirmed_from_one_place_look_like_a_machine(house: House) -> None:
    held = letters.by_email(house)
    others = [a_confirmed_link(held, number) for number in range(receipt_signs.MANY_LINKS - 1)]
    assert len(others) == receipt_signs.MANY_LINKS - 1

    assert confirm(held).signs == [receipt_signs.MANY_FROM_ONE_ADDRESS]


def test_a_few_letters_confirmed_from_one_office_are_nothing_odd(house: House) -> None:
    held = letters.by_email(house)
    for number in range(receipt_signs.MANY_LINKS - 2):
        a_confirmed_link(held, number)

    assert confirm(held).signs == []


def a_confirmed_link(held: Held, number: int) -> Confirmation:
    """Another letter, confirmed a minute ago from the same network."""
    link = ClientLink.objects.create(
        case=held.case,
        purpose="receipt",
        recipient_name="Somebody",
        token_sha256=f"{number}" * 64,
        expires_at=held.link.expires_at,
    )
    now = receipt_signs.clock.now()
    proof = ProofOfReceipt.objects.create(
        case=held.case, kind="confirmation", grade="C", received_at=now, voided_at=now
    )
    return Confirmation.objects.create(
        link=link,
        proof=proof,
        name="Somebody",
        confirmed_at=now - timedelta(minutes=1),
        address_hash=receipt_signs.hash_of_address("203.0.113.7"),
    )


def test_the_network_address_itself_is_not_kept(house: House) -> None:
    held = letters.by_email(house)

    confirmation = confirm(held)

    assert confirmation.address_hash
    assert "203.0.113.7" not in str(confirmation.__dict__) + str(confirmation.proof.__dict__)


def test_the_code_from_the_paper_is_grade_a_whoever_types_it(house: House) -> None:
    held = letters.by_post(house)

    confirmation = confirm(held, opened=False, by_code=True, name="The porter")

    assert (confirmation.proof.kind, confirmation.proof.grade) == ("paper_code", Grade.A)
    assert held.case.state == State.ACKNOWLEDGED


def test_a_code_typed_before_the_letter_was_posted_is_odd(house: House) -> None:
    held = letters.by_post(house)
    Delivery.objects.filter(pk=held.delivery.pk).update(posted_on=None, state="printed")

    assert confirm(held, by_code=True).proof.grade == Grade.C


# -- one effect ------------------------------------------------------------------------------------


def test_a_second_confirmation_is_the_first(house: House) -> None:
    held = letters.by_email(house)

    first = confirm(held)
    second = confirm(held, name="Peter Brook", is_authorised=False, by_code=True)

    assert second == first
    assert ProofOfReceipt.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"name": " \t\n"}, "name"), ({"is_authorised": False}, "is_authorised")],
)
def test_a_name_and_the_box_are_needed(
    house: House, changes: dict[str, object], field: str
) -> None:
    held = letters.by_email(house)

    with pytest.raises(InvalidInput) as refused:
        confirm(held, **changes)

    assert refused.value.field == field
    assert not ProofOfReceipt.objects.exists()


def test_control_characters_leave_a_name(house: House) -> None:
    held = letters.by_email(house)

    assert confirm(held, name="Jane\r\nBcc: x\u202eAdams").name == "Jane Bcc: x Adams"


def test_the_addressee_is_told_at_the_address_that_we_know(house: House) -> None:
    held = letters.by_email(house)

    confirmation = confirm(held, name="Peter Brook")

    message = Message.objects.get(kind="receipt_confirmed", origin=f"receipt:{confirmation.pk}")
    delivery = Delivery.objects.get(message=message)
    assert delivery.recipient_email == "jane.adams@example.com"
    assert "Peter Brook" in message.text
    assert f"/r/{held.token}/not-me/" in message.text


def test_whoever_confirmed_a_letter_on_paper_is_told_by_mail_if_there_is_an_address(
    house: House,
) -> None:
    held = letters.by_post(house)

    confirm(held, by_code=True)

    assert Delivery.objects.filter(
        message__kind="receipt_confirmed", recipient_email="jane.adams@example.com"
    ).exists()


# -- the client's own receipt ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "Receipt for our letter of"), ("de", "Empfangsbestätigung zu unserem Schreiben vom")],
)
def test_the_receipt_is_set_by_the_worker_in_the_clients_language(
    house: House, language: str, title: str
) -> None:
    house.client.language = language
    house.client.save()
    held = letters.by_email(house)
    confirmation = confirm(held, name="Jane Ångström 🙂")
    assert receipt.receipt_pdf(confirmation) is None

    rendering.set_pages_due()

    pdf = receipt.receipt_pdf(confirmation)
    assert pdf is not None
    with pypdfium2.PdfDocument(pdf) as pages:
        text = " ".join(page.get_textpage().get_text_range() for page in pages)
    letter = held.notice.letter
    assert letter is not None
    assert title in text
    assert held.case.reference in text
    assert "Jane Ångström" in text
    assert letter.sha256 in "".join(text.split())
    assert confirmation.audit_head in text
    again = receipt_document.content_of(confirmation, held.notice)
    one_page = {"en": ", 1 page", "de": ", 1 Seite"}[language]
    assert any(value.endswith(one_page) for _name, value in again["facts"])
    assert rendering.pdf.render_document(receipt_document.TEMPLATE, again).pdf == pdf


def test_a_receipt_names_the_head_of_the_record_after_the_confirmation(house: House) -> None:
    held = letters.by_email(house)

    confirmation = confirm(held)

    event = AuditEvent.objects.get(action="case.acknowledged", stream=f"case:{held.case.pk}")
    assert event.hash.startswith(confirmation.audit_head)


def test_a_changed_receipt_is_not_shown(house: House) -> None:
    held = letters.by_email(house)
    confirmation = confirm(held)
    rendering.set_pages_due()
    Rendering.objects.filter(purpose=RenderingPurpose.RECEIPT).update(pdf=b"%PDF forged")

    with pytest.raises(receipt.BytesDiffer):
        receipt.receipt_pdf(confirmation)


# -- asking, disputing, being somebody else --------------------------------------------------------


def test_questions_and_disputes_stand_on_the_timeline(house: House) -> None:
    held = letters.by_email(house)

    receipt.ask(held.link, name="Jane Adams", text="What about payroll?")
    receipt.ask(held.link, name="Jane Adams", text="What about payroll?")
    receipt.dispute(held.link, name="Jane Adams", text="The date is wrong.")
    receipt.dispute(held.link, name="Jane Adams", text="The date is wrong.")
    receipt.wrong_person(held.link, name="", text="Ask Peter Brook")

    kept = Communication.objects.filter(case=held.case, medium="page").order_by("pk")
    assert [row.body for row in kept] == [
        "What about payroll?",
        "The date is wrong.",
        "Not the right person for the letter: Ask Peter Brook",
    ]
    assert Question.objects.count() == 2
    assert held.case.is_disputed


@pytest.mark.parametrize("act", [receipt.ask, receipt.dispute, receipt.wrong_person])
@pytest.mark.parametrize("text", ["", " \n", "x" * 4001])
def test_no_words_and_endless_words_are_refused(house: House, act: object, text: str) -> None:
    held = letters.by_email(house)

    with pytest.raises(InvalidInput):
        act(held.link, name="Jane Adams", text=text)


def test_not_me_voids_the_proof_disputes_the_case_and_lets_the_addressee_confirm(
    house: House,
) -> None:
    held = letters.by_email(house)
    first = confirm(held)
    assert held.case.state == State.ACKNOWLEDGED

    receipt.not_me(held.link, text="I was on holiday.")
    receipt.not_me(held.link, text="I was on holiday.")

    first.proof.refresh_from_db()
    assert first.proof.voided_at is not None
    assert "I was on holiday." in held.case.disputed_reason
    assert (held.case.state, held.case.acknowledged_at) == (State.NOTICE, None)
    second = confirm(held)
    assert second != first
    assert Rendering.objects.filter(purpose=RenderingPurpose.RECEIPT).count() == 2


def test_not_me_without_a_confirmation_changes_nothing(house: House) -> None:
    held = letters.by_email(house)

    receipt.not_me(held.link)

    assert not held.case.is_disputed


@pytest.mark.parametrize(
    "act",
    [
        lambda link: receipt.confirm(link, name="Jane Adams", is_authorised=True),
        lambda link: receipt.ask(link, name="", text="When?"),
        lambda link: receipt.dispute(link, name="", text="No."),
        lambda link: receipt.wrong_person(link, name="", text="Peter"),
        lambda link: receipt.not_me(link),
    ],
)
def test_a_link_that_ended_in_between_does_nothing(house: House, act: object) -> None:
    held = letters.by_email(house)
    ClientLink.objects.filter(pk=held.link.pk).update(
        revoked_at=receipt_signs.clock.now(), revoked_reason="withdrawn"
    )

    with pytest.raises(receipt.LinkEnded, match="withdrawn"):
        act(held.link)

    assert not ProofOfReceipt.objects.exists()
    assert not Question.objects.exists()
