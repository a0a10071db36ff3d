"""The doors for mail providers: closed without the secret, and no more than a mail's way in."""

from __future__ import annotations

import base64
import json

import pytest
from django.test import Client

from config import hooks
from notices.mailing.mail import case_address
from notices.models import Channel, DeliveryState, InboundKind, InboundMail
from offboarding.lifecycle import State
from tests.builders import a_case, a_house, fresh
from tests.notices import incoming, walks

pytestmark = pytest.mark.django_db

SECRET = "provider:a-secret-of-this-test-alone"
AUTHORIZATION = "Basic " + base64.b64encode(SECRET.encode()).decode()


@pytest.fixture
def house(settings):
    settings.INBOUND_WEBHOOK_SECRET = SECRET
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    return a_house()


@pytest.fixture
def case(house):
    return a_case(house, State.NOTICE)


def post(client: Client, place: str, body: bytes | dict, *, authorization: str = AUTHORIZATION):
    is_raw = isinstance(body, bytes)
    return client.post(
        f"/hooks/{place}/",
        body if is_raw else json.dumps(body),
        content_type="message/rfc822" if is_raw else "application/json",
        headers={"Authorization": authorization} if authorization else {},
    )


@pytest.mark.parametrize(
    "authorization", ["", "Basic", "Basic !!!", "Bearer x", "Basic " + "cHJvdmlkZXI6d3Jvbmc="]
)
def test_nobody_comes_in_without_the_secret(client: Client, case, authorization):
    for place in ("inbound/raw", "inbound/postmark", "tracking/postmark"):
        answer = post(client, place, incoming.a_reply(case), authorization=authorization)
        assert answer.status_code == 401
    assert not InboundMail.objects.exists()


def test_without_a_secret_of_the_installation_there_is_no_door(client: Client, case, settings):
    settings.INBOUND_WEBHOOK_SECRET = ""
    for authorization in ("", AUTHORIZATION, "Basic Og=="):
        answer = post(client, "inbound/raw", b"x", authorization=authorization)
        assert answer.status_code == 404


@pytest.mark.parametrize("place", ["inbound/nobody", "tracking/raw", "inbound/mailgun"])
def test_an_unknown_provider_or_one_without_its_key_has_no_door(client: Client, house, place):
    assert post(client, place, b"x").status_code == 404


def test_a_mail_as_it_is_comes_in_once(client: Client, case):
    raw = incoming.a_reply(case)
    for _time in range(3):
        assert post(client, "inbound/raw", raw).status_code == 200

    row = InboundMail.objects.get()
    assert (row.case, row.road, bytes(row.raw)) == (case, "webhook:raw", raw)


def test_a_mail_from_a_providers_format_is_filed_and_known_again(client: Client, case):
    address = case_address(case)
    body = {
        "FromFull": {"Email": incoming.JANE, "Name": "Jane Adams"},
        "ToFull": [{"Email": address, "Name": ""}],
        "OriginalRecipient": address,
        "Subject": "Re: Notice",
        "TextBody": "Thank you.",
        "Headers": [{"Name": "Message-ID", "Value": "<p-1@client.example>"}],
        "Attachments": [
            {
                "Name": "answer.pdf",
                "ContentType": "application/pdf",
                "Content": base64.b64encode(walks.PDF).decode(),
            }
        ],
    }
    for _time in range(2):
        assert post(client, "inbound/postmark", body).status_code == 200

    row = InboundMail.objects.get()
    assert (row.case, row.kind, row.words) == (case, InboundKind.REPLY, "Thank you.")
    assert [one.name for one in row.files.all()] == ["answer.pdf"]


def test_a_mail_above_the_limit_is_refused_with_a_sentence_and_told(client: Client, case, settings):
    settings.INBOUND_MAIL_LIMIT_BYTES = 1024
    raw = incoming.a_reply(case, text="x" * 2_000)
    another = incoming.a_reply(case, text="x" * 2_000, message_id="<reply-2@client.example>")
    assert len(raw) == len(another)

    for body in (raw, raw, another):
        answer = post(client, "inbound/raw", body)
        assert answer.status_code == 413
        assert b"is taken in" in answer.content

    rows = list(InboundMail.objects.all())
    assert [(row.kind, row.case) for row in rows] == [(InboundKind.TOO_LARGE, case)] * 2
    assert all(b"xxxx" not in bytes(row.raw) for row in rows)
    assert case.tasks.filter(origin__startswith="inbound:").count() == 2


def test_more_than_a_form_of_ours_may_hold_comes_in(client: Client, case, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024
    body = {
        "FromFull": {"Email": incoming.JANE},
        "ToFull": [{"Email": case_address(case)}],
        "TextBody": "word " * 1_000,
    }
    assert post(client, "inbound/postmark", body).status_code == 200


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"Headers": 5}', b"\xff"])
def test_what_cannot_be_read_is_refused_and_leaves_nothing(client: Client, house, body):
    assert post(client, "inbound/postmark", body).status_code == 400
    assert post(client, "inbound/raw", b"").status_code == 400
    assert not InboundMail.objects.exists()


def test_a_report_about_a_mail_that_is_just_leaving_is_asked_for_again(client: Client, house):
    notice = walks.sent(house)
    leaving = walks.became(walks.delivery_of(notice, Channel.EMAIL), DeliveryState.HANDING_OVER)
    answer = post(client, "inbound/raw", incoming.postfix(leaving))

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


@pytest.mark.parametrize(
    ("record", "state"),
    [
        ({"RecordType": "Delivery", "Details": "250 OK"}, DeliveryState.DELIVERED),
        ({"RecordType": "Bounce", "Type": "HardBounce", "ID": 1}, DeliveryState.BOUNCED),
        ({"RecordType": "Open"}, DeliveryState.ACCEPTED),
    ],
)
def test_what_a_provider_tracks_turns_a_delivery_and_never_a_case(
    client: Client, house, record, state
):
    notice = walks.sent(house)
    out = walks.became(walks.delivery_of(notice, Channel.EMAIL), DeliveryState.ACCEPTED)
    said = {"MessageID": out.internet_message_id.strip("<>"), "Email": out.recipient_email}
    for _time in range(2):
        assert post(client, "tracking/postmark", record | said).status_code == 200

    assert walks.the_same(out).state == state
    assert fresh(notice.case).state == State.NOTICE
    assert not notice.case.proofs.exists()


@pytest.mark.parametrize("wrong", [{"MessageID": "guess"}, {"Email": "other@example.com"}])
def test_what_is_tracked_of_no_mail_of_ours_changes_nothing(client: Client, house, wrong):
    out = walks.became(walks.delivery_of(walks.sent(house), Channel.EMAIL), DeliveryState.ACCEPTED)
    said = {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "ID": 1,
        "MessageID": out.internet_message_id.strip("<>"),
        "Email": out.recipient_email,
    }
    assert post(client, "tracking/postmark", said | wrong).status_code == 200
    assert walks.the_same(out).state == DeliveryState.ACCEPTED


def test_a_fault_of_ours_is_not_called_an_unreadable_mail(client: Client, case, monkeypatch):
    def breaks(raw: bytes, **how):
        raise ValueError("a fault of ours")

    monkeypatch.setattr(hooks.filing, "take_in", breaks)
    client.raise_request_exception = False
    assert post(client, "inbound/raw", incoming.a_reply(case)).status_code == 500


def test_a_providers_call_that_is_too_long_is_not_read(client: Client, house, settings):
    settings.INBOUND_MAIL_LIMIT_BYTES = 100
    assert post(client, "tracking/postmark", {"a": "x" * 200}).status_code == 413
