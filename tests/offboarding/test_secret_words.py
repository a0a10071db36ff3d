"""Secrets in notes: found by their shape, and nothing else is."""

from __future__ import annotations

import pytest

from offboarding.errors import InvalidInput
from offboarding.secret_words import Secret, find, refuse_secrets
from tests.hanging import it_comes_back

# Put together here, so that no scanner takes this file for a leak.
JWT = ".".join(["eyJ" + "hbGciOiJIUzI1NiJ9", "eyJ" + "zdWIiOiIxMjM0In0", "dozjgNryP4J3jVmNHl0w5N"])
KNOWN_TOKENS = [
    "AKIA" + "IOSFODNN7EXAMPLE",
    "ghp_" + "a1B2" * 9,
    "glpat-" + "x1Y2z3-" * 3,
    "xoxb-" + "2401-8812-abcdef",
    "sk_live_" + "4eC39HqLyjWDarjtT1",
    "AIza" + "SyA-1234567890abcdefghijklmnopqrstu",
    JWT,
]


@pytest.mark.parametrize("token", KNOWN_TOKENS)
def test_a_token_is_known_by_its_beginning(token: str) -> None:
    assert find(f"They use {token} for the export.") == Secret.TOKEN


@pytest.mark.parametrize(
    "text",
    [
        "Password: Tr0ub4dor&3",
        "password = hunter2",
        "PW of the portal below.\nPasswort: Sommer2027!",
        "The password is Gr8-harbour!",
        'passphrase: "correct horse battery staple"',
        "Kennwort lautet: blau42",
        "Das Passwort für DATEV ist Adler_99",
        "password: tiger",
        "PIN: 4711",
        "The portal: name mia, password hunter2.",
        "Kennung mia, Passwort Tiger99",
        "PW: Hund!7, PIN 998877",
        "Zugangsdaten: admin / Hund77",
        "login: maria pass: hunter2",
        "WLAN-Schlüssel: 8827 1928",
        "https://mia:s3cret-word@ledger.example.com/export",
        "postgres://app:w0rd@db.example.com/books",
    ],
)
def test_a_password_is_found(text: str) -> None:
    assert find(text) == Secret.PASSWORD


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-----BEGIN OPENSSH " + "PRIVATE KEY-----\nb3BlbnNz", Secret.KEY),
        ("-----BEGIN " + "PRIVATE KEY-----", Secret.KEY),
        ("API key: 9f8e7d6c5b4a39281706", Secret.TOKEN),
        ("AWS_SECRET_ACCESS" + "_KEY=wJalrXUtnFEMI", Secret.TOKEN),
        ("client_secret=Zm9vYmFyYmF6", Secret.TOKEN),
        ("Card 4111 1111 1111 1111, Visa", Secret.CARD),
        ("Card 4012 8888 8888 1881", Secret.CARD),
        ("5105-1051-0510-5100", Secret.CARD),
        ("5555 3412 4444 1115", Secret.CARD),
        ("378282246310005", Secret.CARD),
        ("CVC: 737", Secret.CARD),
    ],
)
def test_keys_and_cards_are_told_apart(text: str, kind: Secret) -> None:
    assert find(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The passwords are in the safe; Ms Adams has the key.",
        "Password changed on 3 May, checked in the portal itself.",
        "Passwords: Miller has them.",
        "Password: changed",
        "Password: ********",
        "Her password is known to nobody here.",
        "The password was reset by their IT.",
        "Passwort: siehe Tresor",
        "Das Passwort ist geändert.",
        "Die Kennwörter liegen beim Kunden.",
        "The secret is to answer within a day.",
        "A token of our appreciation: flowers.",
        "Pin: on the office wall",
        "We ended API access; the API key was revoked.",
        "API key: revoked",
        "Passwort Office365 zurückgesetzt, Zugangsdaten: Tresor / Meier",
        "We let it pass - 2027-05-03 was a holiday; pass on the PIN letters.",
        "Login: https://portal.example.com/a1b2c3d4",
        "IBAN DE89 3704 0044 0532 0130 00",
        "Invoice 4012888888881882, see https://ledger.example.com:8443/books",
        "Carrier's number RR123456785DE, tracking 9407 3000 0000 0000 0000 00",
        "Tel. +49 30 1234 5678, mobile 0171 2345678",
        "SHA-256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "Order 2027-000-123-456-789-012, reference OFB-2027-00042",
        "Write to mia@example.com: she keeps the ledgers.",
    ],
)
def test_talking_about_secrets_is_no_secret(text: str) -> None:
    assert find(text) is None


def test_the_refusal_names_the_field_the_reason_and_the_way_out() -> None:
    with pytest.raises(InvalidInput, match="password safe") as refused:
        refuse_secrets(system="Payroll", note="Password: Tr0ub4dor&3")

    assert refused.value.field == "note"


def test_a_text_made_to_be_slow_is_looked_through_to_its_end() -> None:
    with it_comes_back():
        assert find("-eyJaaaaaaaa" * 12_000) is None
