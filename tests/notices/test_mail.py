"""Case mail: one text, its HTML, its bytes."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from notices.mailing import mail
from notices.models import Delivery
from tests.builders import House, a_case

KINDS = (
    "notice", "reminder", "correction", "withdrawal", "follow_up", "receipt_confirmed", "answer",
)  # fmt: skip
LANGUAGES = ("en", "de")
PDF = b"%PDF-1.7 " + bytes(range(256)) * 40


def a_context(**changes: Any) -> dict[str, Any]:
    context = {
        "client_name": "Adams Print",
        "company": "Harbour & Partners GmbH",
        "reference": "OFB-2027-00001",
        "effective_on": date(2027, 9, 30),
        "notice_date": date(2027, 8, 22),
        "plain_paragraphs": ["Dear Jane Adams,", "Our services end.\n- Bookkeeping\n- Payroll"],
        "closing": "Yours sincerely",
        "signer": SimpleNamespace(name="Leo Lead", position="Team lead"),
        "contact": {"name": "Mia Manager", "phone": "+49 30 12345678", "email": "mia@example.com"},
        "receipt_url": "http://127.0.0.1:8000/r/" + "k" * 43 + "/",
        "recipient_name": "Jane Adams",
        "question": "Who keeps our ledgers?",
        "answer": "You do. We hand them over on 1 September.",
        "confirmed_by": "J. Adams",
        "confirmed_at": "22 August 2027, 14:05",
        "letter_sha256": "ab" * 32,
    }
    return context | changes


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("client_name", ["Adams Print", "Österreichische Holzwerke und Söhne KG"])
def test_subject_and_first_line_fit_into_the_list_of_a_mail_program(kind, language, client_name):
    subject, text, html = mail.render_email(kind, a_context(client_name=client_name), language)

    assert 10 <= len(subject) <= 60
    assert 10 <= len(text.splitlines()[0]) <= 90
    assert len(html.encode()) <= 20 * 1024


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Ada Print", "Notice: our services for Ada Print end on 30 September 2027"),
        ("Adams Print", "Notice: our services end on 30 September 2027"),
        ("Kornblum GmbH & Co. KG", "Notice: our services for Kornblum end on 30 September 2027"),
        ("Meridian Research LLP", "Notice: our services for Meridian… end on 30 September 2027"),
        ("The Old Harbour Company", "Notice: our services end on 30 September 2027"),
        ("Dr. A. B. Obermayer & Sons", "Notice: our services end on 30 September 2027"),
        ("Donaudampfschifffahrtsbund", "Notice: our services end on 30 September 2027"),
    ],
)
def test_a_long_name_is_cut_where_it_can_still_be_known_or_left_out(name: str, told: str) -> None:
    given = a_context(client_name=name, effective_on="30 September 2027")
    assert mail.render_email("notice", given, "en")[0] == told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_text_and_html_hold_the_same_words_and_links_in_the_same_order(kind, language):
    _subject, text, html = mail.render_email(kind, a_context(), language)

    body = html[html.index("<body") :]
    shown = re.sub(r"<[^>]+>", " ", body).replace("&amp;", "&")
    words = [w for w in re.sub(r"https?://\S+", "", text).replace(":", "").split() if w.strip("-")]
    shown_words = re.sub(r"https?://\S+", "", shown).replace(":", "").split()
    assert shown_words == words
    links = re.findall(r'href="([^"]+)"', body)
    assert list(dict.fromkeys(links)) == re.findall(r"http\S+", text)


@pytest.mark.parametrize("kind", KINDS)
def test_html_loads_nothing_and_follows_nobody(kind):
    _subject, _text, html = mail.render_email(kind, a_context(), "en")

    assert not re.search(r"<(img|script|link|iframe|object|video)\b|url\(|@import", html)
    assert 'name="color-scheme" content="light dark"' in html
    assert "prefers-color-scheme: dark" in html


def test_the_one_button_is_large_and_its_address_is_printed_below():
    _subject, _text, html = mail.render_email("notice", a_context(), "en")

    button = re.findall(r'<a class="button" href="([^"]+)" style="([^"]+)">([^<]+)<', html)
    assert len(button) == 1
    url, style, label = button[0]
    assert label == "Confirm receipt"
    assert "padding: 13px" in style and "line-height: 24px" in style  # 13 + 24 + 13 + borders
    assert html.index(f">{url}<") > html.index(label)


def test_the_request_to_confirm_says_that_it_is_not_agreement():
    for kind in ("notice", "reminder", "correction", "receipt_confirmed"):
        assert "not mean that you agree" in mail.render_email(kind, a_context(), "en")[1]
        assert "zustimmen" in mail.render_email(kind, a_context(), "de")[1]


def test_a_long_client_name_gives_way_at_a_word_and_the_date_stays():
    long = "Northern Lights Roasting and Trading Company of Manchester Ltd"
    subject, _text, _html = mail.render_email("notice", a_context(client_name=long), "en")

    assert subject == "Notice: our services for Northern… end on 30 September 2027"


def test_dates_and_words_are_in_the_language_of_the_client_and_english_otherwise():
    assert "30. September 2027" in mail.render_email("notice", a_context(), "de-AT")[0]
    assert "30 September 2027" in mail.render_email("notice", a_context(), "fr")[0]


def test_markup_and_template_syntax_in_any_text_stay_text():
    hostile = '<img src="http://evil.example/x">{{ secret }}{% now "Y" %}'
    _subject, text, html = mail.render_email(
        "answer", a_context(answer=hostile, recipient_name=hostile), "en"
    )

    assert hostile in text
    assert "<img" not in html
    assert "&lt;img" in html


def test_only_our_own_addresses_become_links():
    context = a_context(answer="Look here:\nhttp://evil.example/r/x/")
    _subject, _text, html = mail.render_email("answer", context, "en")

    assert "href" not in html


def test_a_line_break_in_a_name_adds_no_header(house: House):
    parsed = email.message_from_bytes(
        the_bytes(
            house, subject="Notice\r\nBcc: x@example.com", sender_name="Mia\nBcc: y@example.com, X"
        ),
        policy=email.policy.default,
    )

    assert parsed["Bcc"] is None
    assert parsed["Subject"] == "Notice Bcc: x@example.com"


# -- bytes -----------------------------------------------------------------------------------------


def a_delivery(house: House, **changes: Any) -> Delivery:
    fields = {
        "case": a_case(house),
        "recipient_name": "Jürgen Šimánek, Einkauf",
        "recipient_email": "jane.adams@example.com",
        "internet_message_id": "<0123456789abcdef@example.com>",
    }
    return Delivery(pk=7, **(fields | changes))


def the_bytes(house: House, delivery: Delivery | None = None, **changes: Any) -> bytes:
    fields = {
        "subject": "Kündigung für Müller & Söhne zum 30. September 2027",
        "text": "First line.\n\n.dot\nFrom here on\n" + "long " * 300 + "ünd ß\n",
        "html": "<!doctype html><html><body><p>ü</p></body></html>",
        "sender_name": "Mia Müller, Harbour & Partners GmbH",
        "attachments": [("Kündigung 1.pdf", "application/pdf", PDF)],
        "language": "de",
    }
    return mail.build_mail(delivery=delivery or a_delivery(house), **(fields | changes))


def test_the_mail_reads_back_as_it_was_written(house):
    delivery = a_delivery(house)
    parsed = email.message_from_bytes(the_bytes(house, delivery), policy=email.policy.default)

    assert parsed["Subject"] == "Kündigung für Müller & Söhne zum 30. September 2027"
    assert parsed["Message-ID"] == delivery.internet_message_id
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["Date"].datetime == delivery.created_at.replace(microsecond=0)
    sender = parsed["From"].addresses[0]
    assert sender.display_name == "Mia Müller, Harbour & Partners GmbH"
    assert [a.addr_spec for a in parsed["To"].addresses] == ["jane.adams@example.com"]
    assert parsed["Reply-To"] == mail.case_address(delivery.case)
    plain = parsed.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert plain.startswith("First line.\n\n.dot\nFrom here on\nlong long")
    assert plain.rstrip().endswith("ünd ß")
    assert "<p>ü</p>" in parsed.get_body(("html",)).get_content()
    [attached] = parsed.iter_attachments()
    assert attached.get_filename() == "Kündigung 1.pdf"
    assert attached.get_content() == PDF


def test_lines_are_short_and_plain_whatever_was_written(house):
    content = the_bytes(house)

    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_the_same_delivery_and_words_give_the_same_bytes(house):
    delivery = a_delivery(house)

    assert the_bytes(house, delivery) == the_bytes(house, delivery)


def test_a_mail_without_files_has_its_two_parts_only(house):
    parsed = email.message_from_bytes(the_bytes(house, attachments=[]))

    assert parsed.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in parsed.get_payload()] == ["text/plain", "text/html"]


# -- the case's address ----------------------------------------------------------------------------


def test_a_case_has_an_address_of_its_own_and_is_found_by_it(house, settings):
    settings.CASE_MAIL_ADDRESS = "Cases <cases@example.com>"
    case = a_case(house)
    address = mail.case_address(case)

    assert re.fullmatch(r"cases\+[0-9a-z]+-[a-z2-7]{16}@example\.com", address)
    assert mail.case_of_address(address) == case.pk
    assert mail.case_of_address(f"X <{address.upper()}>") == case.pk


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "cases@example.com",
        "cases+1-aaaaaaaaaaaaaaaa@example.com",
        "cases+zzzzzzzzzzzzzzzz-aaaaaaaaaaaaaaaa@example.com",
        "cases+é-aaaaaaaaaaaaaaaa@example.com",
    ],
)
def test_an_invented_address_belongs_to_no_case(house, settings, wrong):
    settings.CASE_MAIL_ADDRESS = "cases@example.com"

    assert mail.case_of_address(wrong) is None


def test_an_address_of_another_domain_or_key_belongs_to_no_case(house, settings):
    settings.CASE_MAIL_ADDRESS = "cases@example.com"
    address = mail.case_address(a_case(house))

    assert mail.case_of_address(address.replace("example.com", "example.org")) is None
    settings.LINK_KEY = "another key"
    assert mail.case_of_address(address) is None
