"""What was sealed with a letter, on the client's page: byte for byte, or not at all."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from audit import clock
from notices import rendering
from notices.models import Rendering, RenderingPurpose
from offboarding.models import ClientLink
from offboarding.services import tasks
from tests import builders
from tests.builders import House
from tests.desk.pages import actions
from tests.notices import walks
from tests.notices.flipping import flip
from tests.notices.test_accompanying import a_pdf, enclosing
from tests.portal import letters
from tests.portal.letters import Held, text_of


def with_enclosure(house: House, content: bytes | None = None, draft=None) -> Held:
    draft = draft or walks.a_draft(house)
    return letters.by_email(house, notice=walks.sent(house, enclosing(house, draft, content)))


def another_draft(house: House):
    client = builders.a_client(
        house.office, house.team, house.manager, reference="C-2", legal_name="Brook & Sons Ltd"
    )
    builders.an_engagement(client)
    case = builders.decided(house, builders.a_case(house, "evaluation", client=client))
    return walks.a_draft(house, case)


def test_an_enclosure_is_listed_and_served_byte_for_byte(house: House) -> None:
    content = a_pdf(2)
    held = with_enclosure(house, content)

    page = Client().get(held.url)
    assert f'href="{held.url}enclosures/1.pdf">List of open invoices</a>' in page.content.decode()
    assert "Enclosed with the letter" in text_of(page)
    assert "PDF, 2 pages" in text_of(page)

    answer = Client().get(f"{held.url}enclosures/1.pdf")
    letter = Client().get(f"{held.url}letter.pdf")
    assert answer.content == content
    name = f"{held.case.reference}-1-enclosure-1.pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    own = {"Content-Disposition", "Content-Length", "X-Request-ID"}
    for header in set(letter.headers) - own:
        assert answer.headers[header] == letter.headers[header], header


def test_a_letter_that_goes_alone_lists_nothing(house: House) -> None:
    assert "Enclosed with" not in text_of(Client().get(letters.by_email(house).url))


@pytest.mark.parametrize("position", [0, 2, 40_000, 10**30])
def test_a_number_that_this_letter_does_not_have_opens_nothing(house: House, position: int) -> None:
    held = letters.by_email(house, notice=walks.sent(house, another_draft(house)))
    with_two = enclosing(house, walks.a_draft(house))
    other = with_enclosure(house, a_pdf(3), with_two)
    assert Client().get(f"{other.url}enclosures/2.pdf").status_code == HTTPStatus.OK

    for number in (1, position):
        answer = Client().get(f"{held.url}enclosures/{number}.pdf")

        assert answer.status_code == HTTPStatus.NOT_FOUND
        assert "This page cannot be opened" in text_of(answer)


def test_a_revoked_link_opens_no_enclosure(house: House) -> None:
    held = with_enclosure(house)
    ClientLink.objects.filter(pk=held.link.pk).update(
        revoked_at=clock.now(), revoked_reason="withdrawn"
    )

    answer = Client().get(f"{held.url}enclosures/1.pdf")

    assert answer.status_code == HTTPStatus.GONE
    assert "This letter was withdrawn" in text_of(answer)


@pytest.mark.parametrize("what", ["enclosures/1", "letter", "receipt"])
def test_one_flipped_byte_is_not_served_and_raises_one_alarm(house: House, what: str) -> None:
    held = with_enclosure(house)
    letters.confirm(held)
    rendering.set_pages_due()
    address = f"{held.url}{what}.pdf"
    whole = Client().get(address)
    assert whole.content.startswith(b"%PDF")
    letter = held.notice.letter
    assert letter is not None
    flip(
        {
            "enclosures/1": held.notice.enclosures.get(),
            "letter": letter,
            "receipt": Rendering.objects.get(purpose=RenderingPurpose.RECEIPT),
        }[what]
    )

    for _ in range(2):
        answer = Client().get(address)

        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert b"%PDF" not in answer.content
        assert "Something is wrong on our side" in text_of(answer)
        assert house.office.phone_shown in text_of(answer)
    assert actions(held.case).count("notice.alarm") == 1

    desk = Client()
    desk.force_login(house.lead)
    assert text_of(desk.get("/deliveries/")).count("Stored pages of a sealed letter") == 1
    assert "Stored pages" in text_of(desk.get(f"/cases/{held.case.reference}/timeline/"))
    for task in held.case.tasks.filter(done_at=None, origin__contains=":alarm:"):
        tasks.complete_task(task, by=house.by_lead)
    assert "Stored pages of a sealed letter" not in text_of(desk.get("/deliveries/"))


# -- comparing -------------------------------------------------------------------------------------


def test_an_enclosure_is_recognised_by_its_file_and_by_its_checksum(house: House) -> None:
    content = a_pdf(2)
    held = with_enclosure(house, content)
    file = SimpleUploadedFile("list.pdf", content, content_type="application/pdf")
    changed = SimpleUploadedFile("list.pdf", content + b" ", content_type="application/pdf")

    for sent in ({"file": file}, {"sha256": held.notice.enclosures.get().sha256}):
        said = text_of(Client().post("/check/", sent))
        assert "byte for byte, an enclosure of the letter that we sealed" in said
        assert held.case.reference in said
        assert "Adams" not in said
        assert "List of" not in said
    assert "We do not know this file" in text_of(Client().post("/check/", {"file": changed}))


def test_a_file_that_went_to_several_clients_names_no_case(house: House) -> None:
    content = a_pdf(2)
    one = with_enclosure(house, content)
    other = with_enclosure(house, content, another_draft(house))

    said = text_of(Client().post("/check/", {"sha256": one.notice.enclosures.get().sha256}))

    assert "more than one of our letters" in said
    assert one.case.reference not in said
    assert other.case.reference not in said


def test_what_is_enclosed_in_a_draft_was_never_sealed(house: House) -> None:
    draft = enclosing(house, walks.a_draft(house))

    page = Client().post("/check/", {"sha256": draft.enclosures.get().sha256})

    assert "We do not know this file" in text_of(page)
