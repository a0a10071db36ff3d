"""The client's links: derived, one purpose each, found by their hash, ended by reason."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import transaction

from accounts.actor import Actor
from audit import clock
from offboarding.lifecycle import State
from offboarding.models import ClientLink, LinkPurpose, TerminationCase
from offboarding.services import links, stages
from tests.builders import House, a_case

pytestmark = pytest.mark.django_db

DISPATCH = Actor.machine("notices.dispatch")


def a_link(case: TerminationCase, **changes: object) -> ClientLink:
    fields = {"purpose": LinkPurpose.RECEIPT, "recipient_name": "Jane Adams"} | changes
    with transaction.atomic():
        return links.issue_link(case, by=DISPATCH, **fields)  # type: ignore[arg-type]


def test_a_token_is_long_never_stored_and_found_again(house: House) -> None:
    link = a_link(a_case(house))
    token = links.token_of(link)

    assert re.fullmatch(r"[\w-]{43}", token)
    row = ClientLink.objects.filter(pk=link.pk).values().get()
    assert not any(token in str(value) for value in row.values())
    assert links.find_link(token, LinkPurpose.RECEIPT) == link


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda t: t[:-1], lambda t: t + "A"])
def test_nothing_but_the_very_token_opens_a_page(house: House, change: object) -> None:
    token = links.token_of(a_link(a_case(house)))
    assert callable(change)

    assert links.find_link(change(token), LinkPurpose.RECEIPT) is None


@pytest.mark.parametrize("purpose", [p for p in LinkPurpose.values if p != LinkPurpose.RECEIPT])
def test_a_token_opens_its_own_purpose_only(house: House, purpose: str) -> None:
    case = a_case(house)
    receipt, other = a_link(case), a_link(case, purpose=purpose)

    assert links.find_link(links.token_of(receipt), purpose) is None
    assert links.find_link(links.token_of(other), LinkPurpose.RECEIPT) is None
    assert links.find_link(links.token_of(other), purpose) == other


def test_the_key_makes_the_token(house: House, settings: object) -> None:
    link = a_link(a_case(house))
    token = links.token_of(link)

    settings.LINK_KEY = "another key of this installation"  # type: ignore[attr-defined]

    assert links.token_of(link) != token


def test_the_same_delivery_and_purpose_give_the_same_link(house: House) -> None:
    case = a_case(house)

    assert a_link(case, delivery_id=7) == a_link(case, delivery_id=7)
    assert a_link(case, delivery_id=7) != a_link(case, delivery_id=8)
    assert a_link(case, delivery_id=7, purpose=LinkPurpose.FEEDBACK) != a_link(case, delivery_id=7)


def test_a_code_from_paper_is_read_however_it_is_typed(house: House) -> None:
    link = a_link(a_case(house))
    code = links.code_of(link)

    assert re.fullmatch(r"([2-9A-HJ-NP-Z]{4}-){2}[2-9A-HJ-NP-Z]{4}", code)
    for typed in (code, code.lower(), code.replace("-", " "), f"  {code.replace('-', '')}\n"):
        assert links.find_link_by_code(typed) == link
    for typed in ("", code[:-1], code + "2", "0" * 12, "‹script›"):
        assert links.find_link_by_code(typed) is None


def test_only_receipts_have_a_code(house: House) -> None:
    link = a_link(a_case(house), purpose=LinkPurpose.HANDOVER)

    assert link.code_sha256 is None
    assert links.find_link_by_code(links.code_of(link)) is None


@pytest.mark.parametrize(
    ("purpose", "days"), [(LinkPurpose.RECEIPT, 60), (LinkPurpose.HANDOVER, 7)]
)
def test_a_link_ends_on_its_day(house: House, purpose: str, days: int) -> None:
    link = a_link(a_case(house), purpose=purpose)
    assert link.is_valid

    clock.move(clock.offset() + timedelta(days=days, seconds=-30))
    assert link.is_valid
    clock.move(clock.offset() + timedelta(seconds=60))

    assert not link.is_valid
    assert links.find_link(links.token_of(link), purpose) == link


def test_revoking_names_which_and_why_and_happens_once(house: House) -> None:
    case = a_case(house)
    kept = a_link(case, purpose=LinkPurpose.FEEDBACK)
    gone = a_link(case, delivery_id=7)

    def revoke(reason: str) -> None:
        with transaction.atomic():
            links.revoke_links(
                case, by=house.by_lead, reason=reason, purposes=(LinkPurpose.RECEIPT,)
            )

    revoke("superseded")
    revoke("ended")

    gone.refresh_from_db()
    kept.refresh_from_db()
    assert (gone.is_valid, gone.revoked_reason) == (False, "superseded")
    assert kept.is_valid


def test_withdrawing_revokes_every_link_of_this_case_alone(house: House) -> None:
    case, other = a_case(house, State.NOTICE), a_case(house, State.NOTICE)
    mine, theirs = a_link(case), a_link(other)

    stages.withdraw(case, by=house.by_lead, reason="They paid.")

    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.is_valid, mine.revoked_reason) == (False, "withdrawn")
    assert theirs.is_valid


def test_the_first_opening_is_noted_once(house: House) -> None:
    link = a_link(a_case(house))
    links.note_first_opening(link)
    link.refresh_from_db()
    first = link.first_opened_at
    clock.move(clock.offset() + timedelta(minutes=1))

    links.note_first_opening(link)

    link.refresh_from_db()
    assert first is not None and link.first_opened_at == first
