"""The demo's mail catcher and the page that shows what it caught."""

import smtplib
import subprocess
import sys
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from django.conf import settings

from config.demo import mailbox
from config.demo.catcher import keep
from tests.deployment.production import ROOT
from tests.services import end, free_port, is_listening, wait_until


@pytest.fixture(autouse=True)
def an_empty_mailbox(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)


def a_mail(subject="Ending our engagement", html=True) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"] = "Kanzlei Süd <office@example.com>"
    mail["To"] = "Ada Byron <ada@client.example>"
    mail.set_content("Please confirm at http://127.0.0.1:8000/r/abc/ soon.\n")
    if html:
        mail.add_alternative(
            "<html><head><title>x</title></head><body><script>alert(1)</script>"
            '<a href="http://127.0.0.1:8000/r/abc/">Confirm</a></body></html>',
            subtype="html",
        )
    mail.add_attachment(
        b"%PDF-1.7 letter", maintype="application", subtype="pdf", filename='Brief "Süd".pdf'
    )
    return mail


def caught(mail: EmailMessage | None = None) -> str:
    """Keep a mail as the catcher does and return its name."""
    content = (mail or a_mail()).as_bytes()
    file = keep(
        mailbox.folder(), content, sender="a@example.com", recipients=["ada@client.example"]
    )
    return file.stem


def test_an_empty_mailbox_says_so_and_asks_for_no_sign_in(client):
    answer = client.get("/demo/mailbox/")

    assert answer.status_code == 200
    assert "No mail yet" in answer.content.decode()


def test_mails_are_listed_newest_first_with_whom_they_were_for(client):
    caught(a_mail("First"))
    caught(a_mail("Second"))

    page = client.get("/demo/mailbox/").content.decode()

    assert page.index("Second") < page.index("First")
    assert "ada@client.example" in page


def test_a_mail_shows_headers_text_with_its_link_and_attachments(client):
    name = caught()

    answer = client.get(f"/demo/mailbox/{name}/")
    page = answer.content.decode()

    assert "Kanzlei Süd" in page
    assert '<a href="http://127.0.0.1:8000/r/abc/"' in page
    assert "Brief &quot;Süd&quot;.pdf" in page
    assert "alert(1)" not in page
    assert "frame-src 'self'" in answer["Content-Security-Policy"]


def test_the_html_part_can_style_itself_and_do_nothing_else(client):
    name = caught()

    answer = client.get(f"/demo/mailbox/{name}/html/")
    policy = answer["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "frame-ancestors 'self'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert '<head><base target="_blank">' in answer.content.decode()


def test_a_mail_without_html_has_no_frame(client):
    name = caught(a_mail(html=False))

    assert "<iframe" not in client.get(f"/demo/mailbox/{name}/").content.decode()
    assert client.get(f"/demo/mailbox/{name}/html/").status_code == 404


def test_an_attachment_is_a_download_and_nothing_else(client):
    name = caught()

    answer = client.get(f"/demo/mailbox/{name}/attachments/1/")

    assert answer.content == b"%PDF-1.7 letter"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client.get(f"/demo/mailbox/{name}/attachments/2/").status_code == 404
    assert client.get(f"/demo/mailbox/{name}/attachments/0/").status_code == 404


@pytest.mark.parametrize(
    "name", ["..", "nothing", "00000000000000000001-abcdef12", "../../db.sqlite3"]
)
def test_only_what_was_caught_can_be_opened(client, name):
    assert client.get(f"/demo/mailbox/{name}/").status_code == 404


def test_a_half_written_mail_is_not_listed(client):
    mailbox.folder().mkdir()
    (mailbox.folder() / ".00000000000000000001-abcdef12.eml.part").write_bytes(b"Subj")

    assert mailbox.newest() == []


def test_no_recipient_can_write_a_header_line():
    file = keep(
        mailbox.folder(), b"Subject: x\r\n\r\n", sender="a@b\r\nX-Evil: 1", recipients=["c@d\nX: 1"]
    )

    assert [name for name, _ in mailbox.find(file.stem).headers] == [
        "Return-Path",
        "Delivered-To",
        "Subject",
    ]


def test_the_catcher_takes_a_mail_over_smtp_and_keeps_it_byte_for_byte():
    port, sent = free_port(), a_mail().as_bytes(policy=SMTP)
    catcher = subprocess.Popen(
        [sys.executable, "-m", "config.demo.catcher", str(port), str(mailbox.folder())], cwd=ROOT
    )
    try:
        wait_until(lambda: is_listening(port), seconds=20, what="the catcher")
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as connection:
            connection.sendmail("bounces@example.com", ["ada@client.example"], sent)
        (mail,) = mailbox.newest()
    finally:
        end(catcher)

    assert mail.subject == "Ending our engagement"
    assert mail.recipients == "ada@client.example"
    (file,) = mailbox.folder().glob("*.eml")
    assert file.read_bytes().endswith(b"Delivered-To: ada@client.example\r\n" + sent)
