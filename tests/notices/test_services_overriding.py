"""Letting a finding stand: who may, for which words, and for how long."""

from __future__ import annotations

import pytest

from notices.checking import checks
from notices.models import CheckOverride, Notice, NoticeState
from notices.services import approval, drafting, overriding
from offboarding.errors import InvalidInput, NotAllowed, TransitionRefused
from tests.builders import House, latest_event
from tests.notices import walks

pytestmark = pytest.mark.django_db

WARNING = {"code": "wording.at-once", "found": "immediately"}
BLOCK = {"code": "wording.you-ignored", "found": "You ignored"}


def written(house: House, text: str, part: str = "theirs", notice: Notice | None = None) -> Notice:
    notice = notice or walks.a_draft(house)
    drafting.edit_notice(
        notice, by=house.by_manager, expected_version=notice.version, parts={part: text}
    )
    return walks.again(notice)


def standing(notice: Notice, code: str) -> list[checks.Finding]:
    found = checks.findings(walks.again(notice))
    return [one for one in found if one.code == code]


def test_a_warning_is_let_stand_with_a_reason_that_is_kept_and_shown(house: House) -> None:
    notice = written(house, "Please tell the bank immediately.")

    overriding.override(
        notice, **WARNING, reason=" The bank closes the account on Friday. ", by=house.by_manager
    )

    (finding,) = standing(notice, "wording.at-once")
    assert finding.overridden == "The bank closes the account on Friday."
    row = CheckOverride.objects.get()
    assert row.overridden_by == house.manager
    event = latest_event(notice.case)
    assert event.action == "notice.check_overridden"
    assert event.details["check"] == "wording.at-once"
    assert event.after == {
        "found": "immediately", "reason": "The bank closes the account on Friday.",
    }  # fmt: skip
    assert "reason" not in event.details


def test_it_holds_when_other_words_change_and_lapses_when_these_do(house: House) -> None:
    notice = written(house, "Please tell the bank immediately.")
    overriding.override(notice, **WARNING, reason="The account closes.", by=house.by_manager)

    notice = written(house, "Please tell your bank immediately. Thank you.", notice=notice)
    assert standing(notice, "wording.at-once")[0].overridden

    notice = written(house, "Please tell your bank at once.", notice=notice)
    (finding,) = standing(notice, "wording.at-once")
    assert (finding.found, finding.overridden) == ("at once", "")


def test_a_warning_about_a_whole_part_lapses_when_the_part_changes(house: House) -> None:
    notice = written(house, "", part="handover")
    overriding.override(
        notice, code="handover_missing", found="", reason="Nothing to hand over.", by=house.by_lead
    )
    assert standing(notice, "handover_missing")[0].overridden

    notice = written(house, "Please write.", notice=notice)
    assert standing(notice, "handover_missing")[0].overridden

    written(house, "We help.", part="handover", notice=notice)
    assert standing(notice, "handover_missing") == []


@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
def test_a_reason_is_needed_and_may_not_be_a_book(house: House, reason: str) -> None:
    notice = written(house, "Please pay immediately.")

    with pytest.raises(InvalidInput) as refused:
        overriding.override(notice, **WARNING, reason=reason, by=house.by_manager)

    assert refused.value.field == "reason"
    assert not CheckOverride.objects.exists()


@pytest.mark.parametrize(
    "named",
    [
        {"code": "wording.at-once", "found": "at once"},
        {"code": "wording.breach", "found": "immediately"},
        {"code": "nonsense", "found": ""},
    ],
)
def test_only_what_stands_can_be_let_stand(house: House, named: dict[str, str]) -> None:
    notice = written(house, "Please pay immediately.")

    with pytest.raises(TransitionRefused, match="does not stand against"):
        overriding.override(notice, **named, reason="Because.", by=house.by_manager)


def test_advice_needs_no_leave(house: House) -> None:
    notice = written(house, "Please just write.")

    with pytest.raises(TransitionRefused, match="advice"):
        overriding.override(
            notice, code="wording.just-simply", found="just", reason="So.", by=house.by_manager
        )


def test_what_is_missing_cannot_be_let_stand_by_anybody(house: House) -> None:
    notice = written(house, "", part="theirs")

    for person in (house.by_manager, house.by_lead):
        with pytest.raises(TransitionRefused, match="has to be put right"):
            overriding.override(notice, code="theirs_missing", found="", reason="So.", by=person)


def test_a_block_of_words_is_let_stand_by_a_lead_who_did_not_write_it(house: House) -> None:
    notice = written(house, "You ignored our letters, as your own auditor wrote.")

    with pytest.raises(TransitionRefused, match="You wrote this notice"):
        overriding.override(notice, **BLOCK, reason="It is a quotation.", by=house.by_manager)
    with pytest.raises(TransitionRefused, match=r"You ignored"):
        approval.request_approval(notice, by=house.by_manager)

    overriding.override(notice, **BLOCK, reason="It is a quotation.", by=house.by_lead)

    assert walks.asked(house, walks.again(notice)).state == NoticeState.AWAITING_APPROVAL


def test_a_lead_who_wrote_the_words_does_not_let_them_stand(house: House) -> None:
    notice = walks.a_draft(house)
    notice = drafting.edit_notice(
        notice,
        by=house.by_lead,
        expected_version=notice.version,
        parts={"theirs": "You ignored our letters."},
    )

    with pytest.raises(TransitionRefused, match="You wrote this notice"):
        overriding.override(notice, **BLOCK, reason="It is so.", by=house.by_lead)


def test_another_team_and_an_auditor_let_nothing_stand(house: House) -> None:
    notice = written(house, "Please pay immediately.")

    for person in (house.outsider, house.auditor, house.admin):
        with pytest.raises(NotAllowed):
            overriding.override(notice, **WARNING, reason="So.", by=house.by_manager.person(person))


def test_a_sealed_notice_takes_no_override(house: House) -> None:
    notice = written(house, "Please tell the bank immediately.")
    overriding.override(notice, **WARNING, reason="It closes on Friday.", by=house.by_manager)
    notice = walks.approved(house, walks.again(notice))

    with pytest.raises(TransitionRefused, match="frozen"):
        overriding.override(notice, **WARNING, reason="Too late.", by=house.by_manager)


def test_a_page_offers_exactly_what_may_be_let_stand(house: House) -> None:
    notice = written(house, "You ignored us. Please just pay immediately.")
    notice.case.refresh_from_db()
    by_code = {one.code: one for one in checks.findings(notice)}

    def offered(code: str) -> tuple[bool, bool]:
        return tuple(
            overriding.may_override(by_code[code], notice, by=by)
            for by in (house.by_manager, house.by_lead)
        )

    assert offered("wording.at-once") == (True, True)
    assert offered("wording.you-ignored") == (False, True)
    assert offered("wording.just-simply") == (False, False)
