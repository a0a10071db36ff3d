"""A saved mail is attached to a case: read, kept with its files, or refused in a sentence."""

from __future__ import annotations

import codecs
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from notices.inbound import reading
from notices.models import AttachedMail
from offboarding.models import CaseFile, Communication, TerminationCase
from tests.builders import House, a_case, a_house
from tests.desk.pages import AS_TEXT, HOSTILE, actions, page, send
from tests.notices.test_forwarded import a_mail, an_original

pytestmark = pytest.mark.django_db

PLACE = "communications/mail/"


@pytest.fixture
def house(settings, tmp_path: Path) -> House:
    settings.MEDIA_ROOT = tmp_path
    return a_house()


@pytest.fixture
def case(house: House, client: Client) -> TerminationCase:
    client.force_login(house.manager)
    return a_case(house)


def saved(content: bytes, name: str = "mail.eml") -> dict[str, object]:
    return {"file": SimpleUploadedFile(name, content)}


def test_a_saved_mail_stands_on_the_timeline_under_its_own_sender_and_date(
    client: Client, case: TerminationCase
) -> None:
    assert send(client, case, PLACE, saved(an_original(Subject=HOSTILE))).status_code == 303

    said = Communication.objects.get(case=case)
    assert (said.direction, said.medium) == ("in", "email")
    assert said.counterpart == "Jane Adams <jane.adams@example.com>"
    assert said.occurred_at == datetime(2026, 1, 5, 9, 15, tzinfo=UTC)
    assert said.body == "We will pay in March."
    assert {one.name for one in case.files.all()} == {"mail.eml", "plan.pdf"}
    assert "mail.attached" in actions(case)
    shown = page(client, case)
    assert AS_TEXT in shown
    assert "5 January 2026, 10:15" in shown


def test_a_mail_that_a_program_saved_with_a_mark_of_its_letters_is_read(
    client: Client, case: TerminationCase
) -> None:
    marked = codecs.BOM_UTF8 + an_original()

    assert send(client, case, PLACE, saved(marked)).status_code == 303

    said = Communication.objects.get(case=case)
    assert said.counterpart == "Jane Adams <jane.adams@example.com>"
    assert case.files.get(name="mail.eml").content.read() == marked


def test_a_mail_of_a_colleague_is_ours_unless_somebody_says_otherwise(
    client: Client, house: House, case: TerminationCase
) -> None:
    send(client, case, PLACE, saved(an_original(From=f"Mia <{house.manager.email}>")))
    send(client, case, PLACE, saved(an_original(Subject="Two")) | {"direction": "out"})

    assert list(case.communications.values_list("direction", flat=True)) == ["out", "out"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("mail.eml", b"\x89PNG\r\n\x1a\nno mail", "is no mail: it names no sender"),
        ("mail.eml", b"<html><body>saved as a page</body></html>", "is no mail"),
        ("mail.eml", b"Dear: all\n\nThis is a text.", "is no mail"),
        ("mail.eml", b"", "The file is empty."),
        ("mail.msg", an_original(), "ends in .eml"),
        ("mail.pdf", b"%PDF-1.7", "ends in .eml"),
        (
            "mail.eml",
            an_original(Date="Mon, 05 Jan 2099 10:15:00 +0100"),
            "sent on a day that lies ahead",
        ),
    ],
    ids=["picture", "page", "text", "empty", "msg", "pdf", "ahead"],
)
def test_what_is_no_mail_is_said_beside_the_field_and_nothing_is_kept(
    client: Client, case: TerminationCase, settings, name: str, content: bytes, said: str
) -> None:
    answer = send(client, case, PLACE, saved(content, name))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert b"id_file_error" in answer.content
    assert not Communication.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_the_same_mail_is_attached_once(client: Client, case: TerminationCase, settings) -> None:
    raw = an_original()
    send(client, case, PLACE, saved(raw))
    files = sorted(settings.MEDIA_ROOT.rglob("*"))

    answer = send(client, case, PLACE, saved(raw, "again.eml"))

    assert answer.status_code == 422
    assert b"attached to the case already" in answer.content
    assert AttachedMail.objects.count() == 1
    assert sorted(settings.MEDIA_ROOT.rglob("*")) == files


def test_a_mail_without_a_date_asks_for_it_and_takes_it(
    client: Client, case: TerminationCase
) -> None:
    undated = an_original().replace(b"Date:", b"X-Date:")
    refused = send(client, case, PLACE, saved(undated))
    assert refused.status_code == 422
    assert b"id_occurred_at_error" in refused.content

    sent = saved(undated) | {"occurred_at": "2026-01-06T08:00"}
    assert send(client, case, PLACE, sent).status_code == 303
    assert case.communications.get().occurred_at == datetime(2026, 1, 6, 7, 0, tzinfo=UTC)


def test_attachments_that_are_not_kept_are_named(client: Client, case: TerminationCase) -> None:
    raw = an_original().replace(b"plan.pdf", b"plan.exe")

    answer = client.post(f"/cases/{case.reference}/{PLACE}", saved(raw), follow=True)

    assert "1 attachment was not kept: plan.exe" in answer.content.decode()
    assert AttachedMail.objects.get().files_left_out[0]["name"] == "plan.exe"


def test_a_mail_that_quotes_the_clients_link_is_kept_by_its_words_alone(
    client: Client, case: TerminationCase
) -> None:
    token = b"abcdefghijklmnop"
    raw = an_original().replace(b"We will pay", b"See https://x.example/r/" + token + b"/ We will")

    send(client, case, PLACE, saved(raw))

    kept = CaseFile.objects.get(case=case, name="mail.txt").content.read()
    assert token not in kept
    assert b"SHA-256 of the original" in kept
    assert token.decode() not in Communication.objects.get(case=case).body
    assert not CaseFile.objects.filter(case=case, name="mail.eml").exists()


def _with_html(html: str) -> bytes:
    message = reading.email.message_from_bytes(an_original(), policy=reading.policy.default)
    message.get_payload()[0].add_alternative(html, subtype="html", cte="base64")
    return message.as_bytes()


def test_a_link_behind_a_word_of_an_encoded_page_is_seen_as_well(
    client: Client, case: TerminationCase
) -> None:
    raw = _with_html('<p>We will <a href="https://x.example/r/abcdefghijklmnop/">confirm</a></p>')
    assert b"abcdefghijklmnop" not in raw

    send(client, case, PLACE, saved(raw))

    assert sorted(one.name for one in case.files.all()) == ["mail.txt", "plan.pdf"]


def test_a_mail_inside_that_quotes_the_link_is_left_out_with_the_reason(
    client: Client, case: TerminationCase
) -> None:
    inner = _with_html('<a href="https://x.example/r/abcdefghijklmnop/">confirm</a>')

    raw = b"Date: Mon, 05 Jan 2026 10:15:00 +0100\n" + a_mail("See below.", inside=inner)

    send(client, case, PLACE, saved(raw))

    assert [one.name for one in case.files.all()] == ["mail.txt"]
    assert "the client's own link" in AttachedMail.objects.get().files_left_out[0]["why"]
