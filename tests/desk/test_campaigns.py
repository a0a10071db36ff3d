"""A campaign through its pages: prepared by a manager, answered and sent by leads."""

from __future__ import annotations

import csv
import io
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from audit import clock, verification
from notices.mailing import lines as mail_lines
from notices.models import CampaignLetter, Delivery, DeliveryState, Notice, NoticeState
from notices.outbox import dispatch
from notices.services import drafting
from offboarding.lifecycle import State
from offboarding.models import (
    Campaign,
    CampaignReviewItem,
    TerminationCase,
)
from offboarding.services import campaigns, proofs
from tests.builders import House, a_case, a_client, a_house, fresh
from tests.desk.pages import shows_again
from tests.notices import many_letters as many
from tests.smtp_servers import SmtpServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split("<main")[1].split())


def send(client: Client, address: str, **fields: Any) -> HttpResponse:
    return client.post(address, {"key": str(uuid.uuid4()), **fields})


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


def list_of(client: Client, address: str) -> dict[str, Any]:
    """What the form of a list would send with every box ticked."""
    html = page(client, address)
    return {
        "listed": hidden(html, "listed"),
        "list_sha256": hidden(html, "list_sha256"),
        "chosen": re.findall(r'name="chosen" value="(\d+)"', html),
    }


def terms_typed(**changes: Any) -> dict[str, Any]:
    said = many.terms(**changes)
    said["ground"] = said["ground"].pk
    said["by_registered_mail"] = ""
    return {name: str(value) if value is not None else "" for name, value in said.items()}


def test_a_campaign_from_its_first_line_to_the_receipts(house: House, settings) -> None:
    clients = many.clients_with_the_line(house, 4)
    a_case(house, client=clients[3])
    manager, lead = browser(house.manager), browser(house.lead)
    assert "No campaigns yet" in page(manager, "/campaigns/")

    answer = send(manager, "/campaigns/new/", team=house.team.pk, **terms_typed())
    campaign = Campaign.objects.get()
    at = f"/campaigns/{campaign.pk}/"
    assert answer["Location"] == f"{at}clients/"
    assert send(manager, f"{at}clients/")["Location"] == f"{at}report/"
    listed = page(manager, f"{at}report/")
    assert "is open already." in listed and "Bakery 1" in listed
    one = campaign.members.get(reference="P-3")
    send(manager, f"{at}clients/{one.pk}/removal/")
    assert "Notice of 30 days" in page(manager, f"{at}confirmation/")
    assert send(manager, f"{at}confirmation/", chosen=2).status_code == 422
    assert send(manager, f"{at}confirmation/", chosen=2, read="on").status_code == 303
    assert "hx-trigger" in page(manager, at)
    many.work()

    assert "2 cases wait for a decision" in page(manager, at)
    assert "/decisions/" not in page(manager, at)
    assert manager.get(f"{at}decisions/").status_code == 403
    ticked = list_of(lead, f"{at}decisions/")
    assert send(lead, f"{at}decisions/", **{**ticked, "chosen": []}).status_code == 422
    assert send(lead, f"{at}decisions/", **ticked, note="It closes.").status_code == 303
    many.work()
    assert not Notice.objects.exclude(case__state=State.NOTICE).exists()
    assert "The pages of 2 letters are still being set." in page(lead, f"{at}letters/")
    many.set_every_page()
    letters = page(lead, f"{at}letters/")
    assert "2 letters say this" in letters
    assert "Our services for {client} end on {weekday}, {date}." in letters
    assert send(lead, f"{at}letters/", **list_of(lead, f"{at}letters/")).status_code == 303
    many.work()
    assert "Send the letters" in page(lead, at)

    assert manager.get(f"{at}send/").status_code == 403
    shows_again(lead, house.lead)
    assert send(lead, f"{at}send/", rate_per_minute=0).status_code == 422
    assert send(lead, f"{at}send/", rate_per_minute=600).status_code == 303
    many.work()
    with SmtpServer() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        clock.move(clock.offset() + timedelta(minutes=1))
        dispatch.drain()
        mail_lines.transport().close()
    assert len(server.mails) == 2
    first = Delivery.objects.order_by("pk")[0]
    proofs.record_proof(
        fresh(first.case),
        by=house.by_manager,
        kind="carrier_record",
        received_at=clock.now(),
        received_by="=HYPERLINK(1)",
    )

    unconfirmed = page(manager, f"{at}report/?show=unconfirmed")
    assert "Bakery 2" in unconfirmed and "Bakery 1" not in unconfirmed
    written = b"".join(manager.get(f"{at}report.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(written)))
    assert [(row["Client"], row["Standing"]) for row in rows] == [
        ("Bakery 1", "Receipt confirmed"),
        ("Bakery 2", "Sent, not confirmed"),
        ("Bakery 4", "Left out"),
    ]
    assert rows[0]["Address"] == "anna1@example.com"
    shown = b"".join(manager.get(f"{at}report.csv?show=left_out").streaming_content).decode()
    assert shown.count("\r\n") == 2
    assert verification.verify().is_whole


def test_a_cell_of_the_report_is_never_a_formula(house: House) -> None:
    client = many.clients_with_the_line(house, 1)[0]
    client.display_name = "=1+1"
    client.save()
    campaign = many.planned(house, 0)

    answer = browser(house.manager).get(f"/campaigns/{campaign.pk}/report.csv")

    assert "'=1+1" in b"".join(answer.streaming_content).decode()


def test_a_form_that_says_too_little_keeps_what_was_typed(house: House) -> None:
    many.clients_with_the_line(house, 1)
    manager = browser(house.manager)
    typed = terms_typed(reason_en="We close {all}.", name="Spring")

    answer = send(manager, "/campaigns/new/", team=house.team.pk, **typed)

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "can stand in braces" in html and 'value="Spring"' in html
    assert (
        "Choose at least one way"
        in send(
            manager, "/campaigns/new/", team=house.team.pk, **{**typed, "by_email": ""}
        ).content.decode()
    )
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", "not in UTF-8"),
        (b"", "names no client"),
        (b"reference\n", "names no client"),
        (b"x" * (1024 * 1024 + 1), "larger than 1 MB"),
        (b"P" * 40, "is no reference"),
    ],
)
def test_a_file_that_is_no_list_is_refused_beside_its_field(
    house: House, content: bytes, sentence: str
) -> None:
    campaign = many.planned(house, 0)
    file = SimpleUploadedFile("list.csv", content, content_type="text/csv")

    answer = send(browser(house.manager), f"/campaigns/{campaign.pk}/clients/", file=file)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_clients_come_by_pasted_references_or_a_file_and_strangers_are_told(house: House) -> None:
    many.clients_with_the_line(house, 3)
    a_client(house.office, house.other_team, house.outsider, reference="S-1")
    campaign = campaigns.plan_campaign(house.team, by=house.by_manager, **many.terms())
    at = f"/campaigns/{campaign.pk}/"
    manager = browser(house.manager)

    send(manager, f"{at}clients/", references="P-1, p-2\nS-1;X-9")
    file = SimpleUploadedFile("list.csv", "\ufeffsep=;\nReference;Name\nP-3;Bakery\n".encode())
    send(manager, f"{at}clients/", file=file)

    assert {row.reference: row.code for row in many.rows(campaign)} == {
        "P-1": "",
        "P-2": "",
        "P-3": "",
        "S-1": "unknown",
        "X-9": "unknown",
    }
    send(manager, f"{at}clients/none/")
    assert not campaign.members.exists()


def test_a_letter_changed_after_the_list_was_opened_is_named_and_nothing_is_approved(
    house: House,
) -> None:
    campaign = many.decided(house, 2)
    at = f"/campaigns/{campaign.pk}/letters/"
    lead = browser(house.lead)
    opened = list_of(lead, at)
    changed = many.rows(campaign)[0].letter.notice
    drafting.edit_notice(
        changed, by=house.by_manager, expected_version=changed.version, parts={"ours": "Nothing."}
    )

    answer = send(lead, at, **opened)

    html = answer.content.decode()
    assert answer.status_code == 409
    assert f"Bakery 1 ({changed.case.reference}) has changed since you opened the list." in html
    assert "1 letter says this" in html
    assert not CampaignReviewItem.objects.filter(kind="letters").exists()
    for forged in ({"listed": "x:y"}, {"list_sha256": "0"}, {"listed": ""}):
        assert send(lead, at, **{**opened, **forged}).status_code == 409
    assert send(lead, at, **{**opened, "chosen": ["1e3"]}).status_code == 422


def test_two_leads_who_answer_the_same_list_are_one_answer(house: House) -> None:
    campaign = many.opened(house, 2)
    at = f"/campaigns/{campaign.pk}/decisions/"
    lead, second = browser(house.lead), browser(house.second_lead)
    opened = list_of(second, at)
    send(lead, at, **list_of(lead, at))

    answer = send(second, at, **opened)

    assert answer.status_code == 409
    assert answer.content.decode().count("Leo Lead has answered this already") == 2
    assert CampaignReviewItem.objects.count() == 2


def test_letters_that_differ_show_the_difference_and_warned_ones_stand_apart(
    house: House,
) -> None:
    campaign = many.decided(house, 4)
    other, warned = many.rows(campaign)[0].letter, many.rows(campaign)[1].letter
    notice = other.notice
    Notice.objects.filter(pk=notice.pk).update(
        parts=notice.parts | {"handover": "We hand over to Brown & Co."}
    )
    CampaignLetter.objects.filter(pk=other.pk).update(text_key="another")
    CampaignLetter.objects.filter(pk=warned.pk).update(
        warning_count=1, findings=[{"text": "This sentence is long.", "overridden": ""}]
    )

    html = page(browser(house.lead), f"/campaigns/{campaign.pk}/letters/")

    assert "2 letters say this" in html and "1 letter says this" in html
    assert "We hand over to Brown &amp; Co." in html
    assert "1 letter is approved by itself" in html and "This sentence is long." in html
    assert len(re.findall(r'name="chosen"', html)) == 3


def test_pause_resume_and_cancel_stand_on_the_page_of_whoever_may(house: House) -> None:
    row = many.leaving(house, 3, rate=6)
    at = f"/campaigns/{row.campaign_id}/"
    manager, lead = browser(house.manager), browser(house.lead)
    assert "Pause sending" not in page(manager, at)
    assert send(manager, f"{at}pause/").status_code == 403
    assert "Letters leave, 6 a minute" in page(lead, at)

    send(lead, f"{at}pause/")
    paused = page(lead, at)
    assert "paused sending on" in paused and "Go on sending" in paused
    assert send(lead, f"{at}resume/", rate_per_minute=2000).status_code == 422
    send(lead, f"{at}resume/", rate_per_minute=12)
    assert "12 a minute" in page(lead, at)
    assert send(lead, f"{at}cancel/").status_code == 422
    send(lead, f"{at}cancel/", reason="The line is sold.")
    many.work()

    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.TAKEN_BACK}
    assert "The line is sold." in page(manager, at)
    assert send(lead, f"{at}resume/", rate_per_minute=5).status_code == 409


def test_another_team_finds_nothing_an_auditor_reads_and_changes_nothing(house: House) -> None:
    campaign = many.opened(house, 1)
    at = f"/campaigns/{campaign.pk}/"
    for person in (house.outsider, house.other_lead, house.admin):
        for place in ("", "progress/", "report/", "report.csv", "letters/", "send/", "cancel/"):
            assert browser(person).get(at + place).status_code == 404
        assert campaign.name not in page(browser(person), "/campaigns/")
    auditor = browser(house.auditor)
    assert campaign.name in page(auditor, "/campaigns/")
    assert "Bakery 1" in page(auditor, f"{at}report/")
    for place in ("letters/", "decisions/", "send/", "cancel/", "pause/", "terms/", "clients/"):
        assert auditor.get(at + place).status_code == 403
    assert auditor.get("/campaigns/new/").status_code == 403


def test_a_restricted_case_of_a_campaign_is_on_no_page_of_whoever_may_not_read_it(
    house: House,
) -> None:
    campaign = many.opened(house, 2)
    case = many.rows(campaign)[0].case
    TerminationCase.objects.filter(pk=case.pk).update(owner=house.second_lead, is_restricted=True)
    at = f"/campaigns/{campaign.pk}/report/"

    assert "Bakery 1" not in page(browser(house.manager), at)
    assert "Bakery 1" not in page(browser(house.auditor), at)
    assert "Bakery 1" in page(browser(house.lead), at)


def test_one_line_for_a_campaign_stands_where_a_pile_of_requests_would(house: House) -> None:
    campaign = many.opened(house, 3)

    html = page(browser(house.lead), "/approvals/")
    own = page(browser(house.manager), "/approvals/")

    assert campaign.name in html and "3 decisions" in html
    assert "Decide whether the relationship ends" not in html + own


def test_pages_of_a_campaign_ask_as_often_for_thirty_clients_as_for_three(house: House) -> None:
    few = many.decided(house, 3)
    places = ("", "progress/", "report/", "letters/")
    lead = browser(house.lead)

    def queries(campaign: Campaign) -> dict[str, int]:
        found = {}
        for place in places:
            with CaptureQueriesContext(connection) as asked:
                assert lead.get(f"/campaigns/{campaign.pk}/{place}").status_code == 200
            found[place] = len(asked)
        return found

    before = queries(few)
    many.clients_with_the_line(house, 12, first=100)
    more = campaigns.plan_campaign(house.team, by=house.by_manager, **many.terms(name="More"))
    campaigns.choose_references(
        more, [f"P-{number}" for number in range(100, 112)], by=house.by_manager
    )
    campaigns.confirm(more, by=house.by_manager, chosen=12)
    many.work()
    many.decide(house, more)
    many.work()
    many.set_every_page()

    assert queries(more) == before
    assert Notice.objects.filter(state=NoticeState.AWAITING_APPROVAL).count() == 15
    assert max(before[place] for place in ("", "progress/", "report/")) <= 12
