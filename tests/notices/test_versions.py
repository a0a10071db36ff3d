"""Versions of a draft: what is typed in one go is one, each is kept, compared and restored."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit import clock
from audit.models import AuditEvent
from notices import rendering, tasks
from notices.checking import checks
from notices.language.phrases import say_date
from notices.letters import composing
from notices.models import (
    Notice,
    NoticeVersion,
    RenderedPage,
    Rendering,
    RenderingPurpose,
    VersionKind,
)
from notices.services import approval, drafting
from offboarding.errors import InvalidInput, TransitionRefused
from offboarding.lifecycle import State
from tests.builders import House, a_case, an_obligation, latest_event
from tests.notices import walks

pytestmark = pytest.mark.django_db


def _type(house: House, notice: Notice, by=None, **parts: str) -> Notice:
    return drafting.edit_notice(
        walks.again(notice),
        by=by or house.by_manager,
        expected_version=walks.again(notice).version,
        parts=parts,
        kind=VersionKind.TYPED,
    )


def _edit(house: House, notice: Notice, *, parts=None, **fields: object) -> Notice:
    now = walks.again(notice)
    return drafting.edit_notice(
        now, by=house.by_manager, expected_version=now.version, parts=parts or {}, **fields
    )


def _events(notice: Notice) -> list[AuditEvent]:
    found = AuditEvent.objects.filter(stream=f"case:{notice.case_id}").order_by("seq")
    return [event for event in found if event.action.startswith("notice.")]


# -- one version for what is typed in one go -------------------------------------------------------


def test_what_one_person_types_in_one_go_is_one_version_and_two_events(house: House) -> None:
    notice = walks.a_draft(house)
    before = notice.parts["ours"]

    for words in ("We", "We finish", "We finish June."):
        notice = _type(house, notice, ours=words)

    assert notice.version == 4
    drafted, typed = NoticeVersion.objects.order_by("number")
    assert (drafted.kind, typed.kind) == (VersionKind.DRAFTED, VersionKind.TYPED)
    assert typed.parts["ours"] == "We finish June."
    assert [event.action for event in _events(notice)] == [
        "notice.drafted",
        "notice.editing_begun",
    ]

    drafting.keep_version(notice, by=house.by_manager)

    event = latest_event(notice.case)
    assert event.action == "notice.edited"
    assert event.before == {"parts": {"ours": before}}
    assert event.after == {"parts": {"ours": "We finish June."}}


def test_a_rest_closes_the_version_in_the_name_of_its_writer(house: House) -> None:
    notice = _type(house, walks.a_draft(house), ours="We finish June.")
    tasks.close_rested_versions()
    assert latest_event(notice.case).action == "notice.editing_begun"

    clock.move(timedelta(minutes=6))
    tasks.close_rested_versions()
    tasks.close_rested_versions()

    event = latest_event(notice.case)
    assert event.action == "notice.edited"
    assert event.actor_name == "Mia Manager"
    assert len(_events(notice)) == 3

    _type(house, notice, ours="We finish July.")
    assert NoticeVersion.objects.count() == 3


def test_another_persons_hand_closes_what_was_being_typed(house: House) -> None:
    notice = _type(house, walks.a_draft(house), ours="Mia writes.")
    notice = _type(house, notice, by=house.by_lead, theirs="Leo writes.")

    assert [row.writer_name for row in NoticeVersion.objects.order_by("number")][1:] == [
        "Mia Manager",
        "Leo Lead",
    ]
    assert [event.action for event in _events(notice)][-3:] == [
        "notice.editing_begun",
        "notice.edited",
        "notice.editing_begun",
    ]


def test_approval_is_asked_for_a_closed_version(house: House) -> None:
    notice = _type(house, walks.a_draft(house), ours="We finish June by 1 July.")

    approval.request_approval(notice, by=house.by_manager)

    assert not NoticeVersion.objects.filter(closed_at=None).exists()
    assert [event.action for event in _events(notice)][-2:] == [
        "notice.edited",
        "notice.approval_asked",
    ]


def test_typing_never_takes_a_request_for_approval_back(house: House) -> None:
    notice = walks.asked(house)

    with pytest.raises(TransitionRefused, match="Approval was asked for meanwhile"):
        _type(house, notice, ours="One more thing.")

    assert walks.again(notice).version == notice.version


def test_a_version_is_restored_as_a_new_one(house: House) -> None:
    notice = walks.a_draft(house)
    first = dict(notice.parts), notice.subject, notice.effective_on
    _edit(
        house,
        notice,
        subject="Another subject",
        parts={"ours": "Nothing."},
        effective_on=notice.effective_on + timedelta(days=9),
    )

    now = walks.again(notice)
    drafting.restore_version(now, number=1, by=house.by_lead, expected_version=now.version)

    restored = walks.again(notice)
    assert (restored.parts, restored.subject, restored.effective_on) == first
    assert [row.kind for row in NoticeVersion.objects.order_by("number")] == [
        VersionKind.DRAFTED,
        VersionKind.SAVED,
        VersionKind.RESTORED,
    ]
    with pytest.raises(InvalidInput, match="no such version"):
        drafting.restore_version(restored, number=99, by=house.by_lead, expected_version=3)


def test_a_date_that_has_passed_is_not_restored(house: House) -> None:
    notice = walks.a_draft(house)
    walks.days_later(3)
    now = _edit(house, notice, notice_date=clock.today(), parts={"ours": "Nothing."})

    drafting.restore_version(now, number=1, by=house.by_manager, expected_version=now.version)

    assert walks.again(notice).notice_date == now.notice_date
    assert walks.again(notice).parts["ours"] == notice.parts["ours"]


# -- words follow the fields they were made from ---------------------------------------------------


def test_untouched_words_follow_another_end_date(house: House) -> None:
    notice = walks.a_draft(house)
    later = notice.effective_on + timedelta(days=10)

    changed = _edit(house, notice, effective_on=later)

    said = say_date(later, "en")
    assert said in changed.parts["opening"]
    assert said in changed.subject
    assert checks.blocks(walks.again(changed)) == []


def test_words_that_somebody_wrote_stay_theirs(house: House) -> None:
    notice = _edit(house, walks.a_draft(house), parts={"opening": "Our work ends in spring."})

    changed = _edit(house, notice, effective_on=notice.effective_on + timedelta(days=10))

    assert changed.parts["opening"] == "Our work ends in spring."
    anew = _edit(house, notice, anew=["opening"])
    assert say_date(anew.effective_on, "en") in anew.parts["opening"]


def test_only_ticked_obligations_are_named(house: House) -> None:
    case = a_case(house, State.NOTICE)
    report = an_obligation(case, title="Send the final report")
    notice = walks.a_draft(house, case)
    assert "Send the final report" in notice.parts["ours"]
    others = [one.pk for one in composing.nameable_obligations(case) if one.pk != report.pk]

    changed = _edit(house, notice, named_obligations=others)

    assert "Send the final report" not in changed.parts["ours"]
    assert "Name the person who takes over" in changed.parts["theirs"]
    with pytest.raises(InvalidInput, match="no such obligation"):
        _edit(house, notice, named_obligations=[999_999])


# -- how much of the reason is said ----------------------------------------------------------------


def test_a_notice_may_be_more_discreet_than_its_ground(house: House) -> None:
    notice = _edit(house, walks.a_draft(house), disclosure="neutral")
    assert notice.parts["reason"] == "We have decided to end our work together."

    notice = _edit(house, notice, disclosure="omitted")

    assert notice.parts["reason"] == ""
    assert checks.findings(walks.again(notice)) == []


def test_saying_more_than_the_policy_is_explained_and_shown(house: House) -> None:
    house.ground.disclosure = "omitted"
    house.ground.save()
    notice = _edit(house, walks.a_draft(house), disclosure="stated")
    assert notice.parts["reason"] == house.ground.stated_reason_en
    assert [one.code for one in checks.blocks(walks.again(notice))] == ["disclosure_unexplained"]

    notice = _edit(house, notice, disclosure_reason="The client asked us to say it.")

    (shown,) = checks.findings(walks.again(notice))
    assert (shown.level, shown.code) == ("warn", "more_than_policy")
    assert shown.overridden == "The client asked us to say it."
    assert latest_event(notice.case).after == {
        "disclosure_reason": "The client asked us to say it."
    }


def test_a_reason_by_hand_is_kept_and_stands_against_leaving_it_out(house: House) -> None:
    notice = _edit(house, walks.a_draft(house), parts={"reason": "We moved to other work."})

    notice = _edit(house, notice, disclosure="omitted")

    assert notice.parts["reason"] == "We moved to other work."
    assert [one.code for one in checks.blocks(walks.again(notice))] == ["reason_not_omitted"]


# -- previews --------------------------------------------------------------------------------------


def test_only_the_newest_preview_is_set_and_the_last_good_one_stays(house: House) -> None:
    notice = walks.a_draft(house)
    assert rendering.set_previews_due() == 1
    first = Rendering.objects.get()
    assert first.is_good
    assert first.pdf is None
    for words in ("A", "B", "C"):
        notice = _type(house, notice, ours=f"We finish {words}.")

    assert rendering.set_previews_due() == 1

    good = Rendering.objects.filter(purpose=RenderingPurpose.PREVIEW).order_by("notice_version")
    assert [row.notice_version for row in good] == [1, 4]
    assert all(row.is_good for row in good)
    assert RenderedPage.objects.filter(rendering=good[1]).count() == good[1].page_count
    assert rendering.set_previews_due() == 0
