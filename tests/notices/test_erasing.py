"""Mail of no case is not kept for ever; what a legal hold touches is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit import clock, verification
from notices.inbound import erasing, filing
from notices.mailing import mail
from notices.models import InboundMail
from notices.services import inbox, mail_addresses
from offboarding.errors import TransitionRefused
from offboarding.lifecycle import State
from offboarding.services import flags
from tests.builders import House, a_case, fresh
from tests.notices import incoming

pytestmark = pytest.mark.django_db

A_YEAR_AND_A_DAY = timedelta(days=366)


def take_in(raw: bytes) -> InboundMail:
    return filing.take_in(raw, road="test")


def later(time: timedelta) -> None:
    clock.move(clock.offset() + time)


def test_after_its_time_only_the_trace_of_a_mail_is_left(house: House) -> None:
    raw = incoming.a_reply(sender="Somebody <x@nowhere.example>", text="A private word")
    row = take_in(raw)
    filed = take_in(incoming.a_reply(a_case(house, State.NOTICE), message_id="<filed@x>"))
    later(timedelta(days=364))
    assert erasing.erase_due() == 0
    later(timedelta(days=2))
    young = take_in(incoming.a_reply(message_id="<young@x>", text="Another"))

    assert erasing.erase_due() == 1
    assert erasing.erase_due() == 0

    now = InboundMail.objects.get(pk=row.pk)
    assert bytes(now.raw) == b""
    assert {now.sender_name, now.sender_email, now.subject, now.words, now.full_text} == {""}
    assert (now.sha256, now.size_bytes) == (row.sha256, len(raw))
    for kept in (filed, young):
        assert bytes(InboundMail.objects.get(pk=kept.pk).raw)
    assert take_in(raw).pk == row.pk
    with pytest.raises(TransitionRefused, match="was erased"):
        inbox.file_by_hand(now, fresh(filed.case), by=house.by_lead)
    assert verification.verify().is_whole


def test_the_database_erases_no_mail_of_a_case(house: House) -> None:
    filed = take_in(incoming.a_reply(a_case(house, State.NOTICE)))
    with pytest.raises(IntegrityError), transaction.atomic():
        InboundMail.objects.filter(pk=filed.pk).update(raw=b"", erased_at=clock.now())


def test_a_legal_hold_keeps_what_its_client_wrote_filed_or_not(house: House) -> None:
    case = a_case(house, State.NOTICE)
    address = mail.case_address(case)
    mail_addresses.renew(case, by=house.by_lead, reason="It was passed on.")
    take_in(incoming.a_reply())
    take_in(incoming.a_reply(to=address, sender="y@nowhere.example", message_id="<y@x>"))
    flags.set_legal_hold(fresh(case), by=house.by_lead, reason="A claim was announced.")
    later(A_YEAR_AND_A_DAY)

    assert erasing.erase_due() == 0

    flags.lift_legal_hold(fresh(case), by=house.by_lead, reason="It was settled.")
    assert erasing.erase_due() == 2
