"""The mail address of a case ends and comes anew; what comes to an old one waits for a person."""

from __future__ import annotations

import pytest
from django.test import Client

from notices.inbound import filing
from notices.mailing import mail
from notices.models import Channel, InboundMail
from notices.services import inbox, mail_addresses
from offboarding.errors import InvalidInput, NotAllowed
from offboarding.lifecycle import State
from offboarding.models import TerminationCase
from tests.builders import House, a_case, fresh
from tests.desk.pages import actions
from tests.notices import incoming, walks

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(house: House) -> TerminationCase:
    return a_case(house, State.NOTICE)


def take_in(raw: bytes) -> InboundMail:
    return filing.take_in(raw, road="test")


def test_a_new_address_files_and_the_old_one_waits_for_a_lead_with_the_reason(
    house: House, case: TerminationCase, client: Client
) -> None:
    first = mail.case_address(case)
    mail_addresses.renew(case, by=house.by_lead, reason="Somebody else writes to it.")
    second = mail.case_address(case)
    assert second != first

    new = take_in(incoming.a_reply(to=second))
    old = take_in(incoming.a_reply(to=first, message_id="<old@x>", text="To the old one"))

    assert new.case == case
    assert (old.case, old.matched_by, old.old_address_of) == (None, "", case)
    assert old.team == house.team
    client.force_login(house.lead)
    assert f"former mail address of {case.reference}" in _page(client, old)
    assert f'value="{case.reference}"' in _page(client, old, "file/")
    client.force_login(house.other_lead)
    assert client.get(f"/inbox/{old.pk}/").status_code == 404
    inbox.file_by_hand(old, fresh(case), by=house.by_lead)
    assert InboundMail.objects.get(pk=old.pk).case == case
    assert "mail_address.renewed" in actions(case)


def _page(client: Client, row: InboundMail, place: str = "") -> str:
    return client.get(f"/inbox/{row.pk}/{place}").content.decode()


def test_an_answer_to_an_old_address_is_not_filed_by_the_mail_it_answers(house: House) -> None:
    delivery = walks.delivery_of(walks.sent(house), Channel.EMAIL)
    first = mail.case_address(delivery.case)
    mail_addresses.renew(delivery.case, by=house.by_lead, reason="It was passed on.")

    row = take_in(incoming.a_reply(to=first, In_Reply_To=delivery.internet_message_id))

    assert row.case is None
    assert row.old_address_of == delivery.case


def test_a_case_without_an_address_asks_for_no_answers_to_one(
    house: House, case: TerminationCase
) -> None:
    address = mail.case_address(case)
    for _time in range(2):
        mail_addresses.revoke(fresh(case), by=house.by_lead, reason="Spam.")
    notice = walks.sent(house, walks.a_draft(house, fresh(case)))
    assert b"Reply-To" not in bytes(walks.delivery_of(notice, Channel.EMAIL).mime)
    assert mail.case_address(case) == ""
    assert take_in(incoming.a_reply(to=address)).case is None
    assert actions(case).count("mail_address.revoked") == 1

    mail_addresses.renew(fresh(case), by=house.by_lead, reason="It is quiet now.")
    assert mail.case_address(case) not in ("", address)


def test_the_address_is_a_leads_to_end_and_for_a_reason(
    house: House, case: TerminationCase, client: Client
) -> None:
    with pytest.raises(NotAllowed):
        mail_addresses.renew(case, by=house.by_manager, reason="Spam.")
    with pytest.raises(InvalidInput, match="Say why"):
        mail_addresses.revoke(case, by=house.by_lead, reason=" ")
    place = f"/cases/{case.reference}/mail-address/"
    client.force_login(house.manager)
    assert client.get(place).status_code == 403
    client.force_login(house.lead)
    assert mail.case_address(case) in client.get(place).content.decode()
    assert place in client.get(f"/cases/{case.reference}/").content.decode()


def test_a_number_too_great_for_any_case_names_none() -> None:
    assert mail.named_case("offboarding+zzzzzzzzzzzzz-aaaaaaaaaaaaaaaa@example.com") is None
