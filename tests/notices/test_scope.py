"""What a notice ends: all that was decided, or less, and never more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notices.checking import checks
from notices.letters import lawful, scope
from notices.models import Notice, NoticeState
from notices.services import approval, drafting, overriding, sending
from offboarding.errors import InvalidInput, TransitionRefused
from tests.builders import House, a_house, an_engagement, fresh
from tests.desk.pages import actions
from tests.notices import walks

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    """A firm whose client has a second agreement, with a longer period."""
    house = a_house()
    an_engagement(
        house.client,
        title="Advice agreement",
        services="Tax advice",
        service_line="Tax",
        notice_period_count=90,
    )
    return house


def edited(house: House, notice: Notice, **fields) -> Notice:
    notice = walks.again(notice)
    drafting.edit_notice(
        notice,
        by=house.by_manager,
        expected_version=notice.version,
        parts=fields.pop("parts", {}),
        **fields,
    )
    return walks.again(notice)


def codes(notice: Notice) -> set[str]:
    return {one.code for one in checks.findings(walks.again(notice))}


def test_text_dates_and_checks_follow_the_agreements_that_end(house: House) -> None:
    notice = walks.a_draft(house)
    assert "Bookkeeping agreement" in notice.parts["opening"]
    assert "Advice agreement" in notice.parts["opening"]
    sooner = notice.effective_on - timedelta(days=40)
    assert "too_early" in codes(edited(house, notice, effective_on=sooner))

    notice = edited(house, notice, ended_engagements=[house.engagement.pk])

    assert "Advice agreement" not in notice.parts["opening"]
    assert "too_early" not in codes(notice)
    both = lawful.earliest_end(notice, sent_on=notice.notice_date, ended=None)
    assert both.engagement_title == "Bookkeeping agreement"
    said = {one.code: one for one in checks.findings(notice)}
    assert said["not_as_decided"].text == "“Advice agreement” goes on; the decision was to end it."


def test_a_named_scope_stands_in_the_letter_and_is_what_the_checks_ask_for(house: House) -> None:
    notice = edited(house, walks.a_draft(house), scope="Payroll for the Leeds branch")

    assert "- Payroll for the Leeds branch" in notice.parts["opening"]
    assert "Advice agreement" not in notice.parts["opening"]
    assert codes(notice) == {"not_as_decided"}
    opening = notice.parts["opening"].replace("Payroll for the Leeds branch", "Some work")
    assert "scope_not_said" in codes(edited(house, notice, parts={"opening": opening}))


def test_less_than_was_decided_needs_a_reason_and_then_the_case_ends_just_that(
    house: House,
) -> None:
    notice = edited(house, walks.a_draft(house), ended_engagements=[house.engagement.pk])
    notice = walks.asked(house, notice)
    pages = approval.pages_for_approval(notice)
    with pytest.raises(TransitionRefused, match="the decision was to end it"):
        approval.approve(notice, by=house.by_lead, seen_sha256=pages.sha256)
    overriding.override(
        notice, code="not_as_decided", found="", reason="They asked to keep it.", by=house.by_lead
    )
    approval.approve(notice, by=house.by_lead, seen_sha256=pages.sha256)

    sending.send_notice(walks.again(notice), by=house.by_manager)

    case = fresh(notice.case)
    assert list(case.engagements.all()) == [house.engagement]
    assert "case.ends_as_its_notice_says" in actions(case)
    for delivery in notice.deliveries.all():
        sending.take_back(delivery, by=house.by_manager)
    again = walks.again(notice)
    assert again.state == NoticeState.APPROVED
    assert len(scope.decided_on(again)) == 2
    both = edited(house, again, ended_engagements=again.decided_engagements)
    assert "Advice agreement" in both.parts["opening"]


@pytest.mark.parametrize("chosen", ["none", "another"])
def test_nothing_and_what_was_not_decided_are_refused(house: House, chosen: str) -> None:
    notice = walks.a_draft(house)
    later = an_engagement(house.client, title="Audit agreement")
    keys = [] if chosen == "none" else [house.engagement.pk, later.pk]

    with pytest.raises(InvalidInput) as refused:
        edited(house, notice, ended_engagements=keys)

    assert refused.value.field == "ended_engagements"


def test_an_earlier_version_brings_its_agreements_back(house: House) -> None:
    notice = edited(house, walks.a_draft(house), ended_engagements=[house.engagement.pk])

    drafting.restore_version(notice, number=1, by=house.by_manager, expected_version=notice.version)

    notice = walks.again(notice)
    assert notice.ended_engagements == notice.decided_engagements
    assert "Advice agreement" in notice.parts["opening"]
