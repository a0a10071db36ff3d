"""Approval: a second person, over the very bytes that leave."""

from __future__ import annotations

import hashlib

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Membership
from audit import clock
from notices import approval_requests, rendering
from notices.checking import checks
from notices.errors import BytesDiffer, ChangedMeanwhile
from notices.models import (
    Letter,
    Notice,
    NoticeEditor,
    NoticeKind,
    NoticeState,
    Rendering,
    RenderingPurpose,
)
from notices.services import approval, drafting, overriding
from offboarding.errors import InvalidInput, NotAllowed, TransitionRefused
from tests.builders import House, fresh, latest_event
from tests.desk.pages import actions
from tests.notices import walks


def test_missing_parts_stop_the_request_and_are_named_in_words(house: House) -> None:
    notice = walks.a_draft(house)
    notice = drafting.edit_notice(
        notice,
        by=house.by_manager,
        expected_version=1,
        parts={"opening": "", "contact": ""},
        signatory=None,
    )

    with pytest.raises(TransitionRefused) as refused:
        approval.request_approval(notice, by=house.by_manager)

    said = [reason.text for reason in refused.value.reasons]
    assert "The part “What ends, and when” is missing." in said
    assert "The part “Contact” is missing." in said
    assert "Nobody is named who signs the letter." in said
    assert walks.again(notice).state == NoticeState.DRAFT


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (NoticeKind.TERMINATION, "Approve the notice"),
        (NoticeKind.CORRECTION, "Approve the correction"),
        (NoticeKind.CURE_WARNING, "Approve the cure warning"),
        (NoticeKind.WITHDRAWAL, "Approve the withdrawal"),
        (NoticeKind.CLOSING, "Approve the closing letter"),
    ],
)
def test_a_lead_reads_which_letter_is_to_be_approved(kind: NoticeKind, asked: str) -> None:
    assert approval_requests.what_to_approve(Notice(kind=kind)) == asked


def test_asking_orders_the_pages_and_tells_every_lead_but_the_author(house: House) -> None:
    notice = walks.a_draft(house)

    notice = approval.request_approval(notice, by=house.by_manager)

    assert notice.state == NoticeState.AWAITING_APPROVAL
    assert notice.audit_head
    order = approval.pages_for_approval(notice)
    assert order is not None
    assert order.purpose == RenderingPurpose.APPROVAL
    assert set(
        notice.case.tasks.filter(kind="approve").values_list("assignee__email", flat=True)
    ) == {house.lead.email, house.second_lead.email}


def test_asking_with_a_stale_page_is_refused(house: House) -> None:
    notice = walks.a_draft(house)
    drafting.edit_notice(
        notice, by=house.by_lead, expected_version=1, parts={}, subject="Read this again"
    )

    with pytest.raises(ChangedMeanwhile):
        approval.request_approval(notice, by=house.by_manager, expected_version=1)


def test_a_team_without_a_second_lead_is_told_to_name_a_deputy(house: House) -> None:
    Membership.objects.filter(user__in=[house.second_lead]).delete()
    case = walks.a_draft(house).case
    notice = drafting.current_notice(case)
    Notice.objects.filter(pk=notice.pk).update(author=house.lead)

    with pytest.raises(TransitionRefused, match="name a deputy"):
        approval.request_approval(walks.again(notice), by=house.by_manager)


def test_what_was_approved_is_frozen_with_its_hash(house: House) -> None:
    notice = walks.asked(house)
    pages = approval.pages_for_approval(notice)

    notice = approval.approve(notice, by=house.by_lead, seen_sha256=pages.sha256)

    letter = notice.letter
    assert notice.state == NoticeState.APPROVED
    assert notice.approved_by == house.lead
    assert bytes(letter.pdf) == bytes(pages.pdf)
    assert letter.sha256 == hashlib.sha256(bytes(letter.pdf)).hexdigest() == pages.sha256
    event = latest_event(notice.case)
    assert event.action == "notice.approved"
    assert event.details["sha256"] == letter.sha256
    assert not notice.case.tasks.filter(kind="approve", done_at=None).exists()


@pytest.mark.parametrize("who", ["author", "asker"])
def test_neither_author_nor_asker_approves(house: House, who: str) -> None:
    notice = walks.asked(house)
    changed = {"author": house.lead} if who == "author" else {"approval_requested_by": house.lead}
    Notice.objects.filter(pk=notice.pk).update(**changed)
    pages = approval.pages_for_approval(notice)

    with pytest.raises(TransitionRefused, match="a second person approves"):
        approval.approve(walks.again(notice), by=house.by_lead, seen_sha256=pages.sha256)


@pytest.mark.parametrize("who", ["author", "approval_requested_by"])
def test_the_database_refuses_an_approval_by_its_author_or_asker(house: House, who: str) -> None:
    notice = walks.approved(house)

    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(approved_by=house.manager)

    assert getattr(notice, who) == house.manager


def test_the_database_refuses_a_sealed_notice_without_its_approver(house: House) -> None:
    notice = walks.a_draft(house)

    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(state=NoticeState.APPROVED)


def test_an_account_manager_an_auditor_and_another_team_approve_nothing(house: House) -> None:
    notice = walks.asked(house)
    pages = approval.pages_for_approval(notice)
    for person in (house.manager, house.auditor, house.admin, house.outsider, house.other_lead):
        with pytest.raises(NotAllowed):
            approval.approve(notice, by=house.by_manager.person(person), seen_sha256=pages.sha256)
    assert not Letter.objects.exists()


def test_other_bytes_than_those_looked_at_are_not_approved(house: House) -> None:
    notice = walks.asked(house)

    with pytest.raises(TransitionRefused, match="changed since you opened it"):
        approval.approve(notice, by=house.by_lead, seen_sha256="0" * 64)


def test_nobody_approves_pages_that_are_not_set_yet(house: House) -> None:
    notice = approval.request_approval(walks.a_draft(house), by=house.by_manager)

    with pytest.raises(TransitionRefused, match="still being set"):
        approval.approve(notice, by=house.by_lead, seen_sha256="")


def test_nobody_approves_pages_that_do_not_fit(house: House) -> None:
    notice = approval.request_approval(walks.a_draft(house), by=house.by_manager)
    walks.set_pages(notice)
    Rendering.objects.update(problems=["The signature stands alone on page 2."])
    pages = approval.pages_for_approval(notice)

    with pytest.raises(TransitionRefused, match="signature stands alone"):
        approval.approve(notice, by=house.by_lead, seen_sha256=pages.sha256)


def test_pages_that_differ_from_their_hash_are_not_sealed(house: House) -> None:
    notice = walks.asked(house)
    pages = approval.pages_for_approval(notice)
    Rendering.objects.filter(pk=pages.pk).update(pdf=b"%PDF-1.7 something else")

    with pytest.raises(BytesDiffer) as refused:
        approval.approve(notice, by=house.by_lead, seen_sha256=pages.sha256)

    assert (refused.value.notice, refused.value.differs) == (notice, "letter")

    assert walks.again(notice).state == NoticeState.AWAITING_APPROVAL


def test_a_date_that_passed_while_the_notice_waited_stops_the_approval(house: House) -> None:
    notice = walks.asked(house)
    pages = approval.pages_for_approval(notice)
    walks.days_later(8)

    with pytest.raises(TransitionRefused, match="more than 7 days in the past"):
        approval.approve(notice, by=house.by_lead, seen_sha256=pages.sha256)


def test_a_warning_that_is_neither_mended_nor_let_stand_stops_the_approval(house: House) -> None:
    draft = walks.a_draft(house)
    asks = draft.parts["theirs"] + " Please tell the bank immediately."
    notice = walks.asked(house, _changed(house, draft, house.by_manager, theirs=asks))
    pages = approval.pages_for_approval(notice)

    with pytest.raises(TransitionRefused) as refused:
        approval.approve(notice, by=house.by_lead, seen_sha256=pages.sha256)

    said = [(one.text, one.fix) for one in refused.value.reasons]
    assert said == [
        ("Asks for something at once: “immediately”", "notice_text"),
        (
            "Each of these has to be mended, or let stand with a reason, before approval.",
            "notice_text",
        ),
    ]
    assert walks.again(notice).state == NoticeState.AWAITING_APPROVAL
    overriding.override(
        notice,
        code="wording.at-once",
        found="immediately",
        reason="The bank closes the account on Friday.",
        by=house.by_manager,
    )
    approval.approve(notice, by=house.by_lead, seen_sha256=pages.sha256)
    assert walks.again(notice).state == NoticeState.APPROVED


def test_a_notice_is_sent_back_with_what_has_to_change(house: House) -> None:
    notice = walks.asked(house)

    notice = approval.send_back(notice, by=house.by_lead, reason="Name the ledger by its year.")

    assert notice.state == NoticeState.DRAFT
    assert notice.version == 2
    assert notice.sent_back_reason == "Name the ledger by its year."
    task = notice.case.tasks.get(origin__startswith="sent-back:")
    assert task.assignee == house.manager
    assert task.details == "Name the ledger by its year."
    assert not notice.case.tasks.filter(kind="approve", done_at=None).exists()


def test_sending_back_needs_a_reason(house: House) -> None:
    with pytest.raises(InvalidInput, match="what has to change") as refused:
        approval.send_back(walks.asked(house), by=house.by_lead, reason="  ")

    assert refused.value.field == "reason"


def test_a_notice_that_was_sent_back_is_asked_for_and_approved_anew(house: House) -> None:
    notice = approval.send_back(walks.asked(house), by=house.by_lead, reason="Shorter, please.")

    notice = walks.approved(house, walks.again(notice))

    assert notice.state == NoticeState.APPROVED
    assert notice.letter.notice_version == 2


def test_the_worker_sets_the_same_bytes_that_a_lead_approves(house: House) -> None:
    notice = approval.request_approval(walks.a_draft(house), by=house.by_manager)
    assert rendering.set_pages_due() == 2

    pages = approval.pages_for_approval(notice)
    assert pages.is_good, pages.problems
    assert bytes(pages.pdf).startswith(b"%PDF-")
    assert pages.pages.count() == pages.page_count >= 1
    assert bytes(pages.pages.get(number=1).png).startswith(b"\x89PNG")

    approved = approval.approve(walks.again(notice), by=house.by_lead, seen_sha256=pages.sha256)
    assert bytes(approved.letter.pdf) == bytes(pages.pdf)
    assert checks.blocks(walks.again(approved)) == []
    assert rendering.set_pages_due() == 0
    assert fresh(notice.case).state == "notice"


# -- who wrote it, what changed --------------------------------------------------------------------


def _changed(house: House, notice: Notice, by, **parts: str) -> Notice:
    now = walks.again(notice)
    return drafting.edit_notice(now, by=by, expected_version=now.version, parts=parts)


def test_whoever_changed_a_line_approves_no_version_of_it(house: House) -> None:
    notice = _changed(house, walks.a_draft(house), house.by_lead, handover="We pack the ledgers.")

    notice = walks.asked(house, notice)

    pages = approval.pages_for_approval(notice)
    assert list(notice.case.tasks.filter(kind="approve").values_list("assignee", flat=True)) == [
        house.second_lead.pk
    ]
    with pytest.raises(TransitionRefused, match="wrote or changed"):
        approval.approve(notice, by=house.by_lead, seen_sha256=pages.sha256)
    approval.approve(notice, by=house.by_second_lead, seen_sha256=pages.sha256)


def test_the_database_refuses_an_editor_as_approver_and_an_approver_as_editor(house: House) -> None:
    notice = walks.asked(house, _changed(house, walks.a_draft(house), house.by_lead, ours="Done."))

    with pytest.raises(DatabaseError, match="wrote or changed"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(
            state=NoticeState.APPROVED, approved_by=house.lead, approved_at=clock.now()
        )
    Notice.objects.filter(pk=notice.pk).update(
        state=NoticeState.APPROVED, approved_by=house.second_lead, approved_at=clock.now()
    )
    with pytest.raises(DatabaseError, match="wrote or changed"), transaction.atomic():
        NoticeEditor.objects.create(notice=notice, person=house.second_lead)


def test_a_change_after_approval_tells_both_people_which_lines(house: House) -> None:
    notice = walks.approved(house)
    before = notice.parts["handover"]

    notice = _changed(house, notice, house.by_second_lead, handover="We pack the ledgers.")

    assert notice.state == NoticeState.DRAFT
    tasks = notice.case.tasks.filter(origin__startswith="approval-void:", done_at=None)
    assert {task.assignee for task in tasks} == {house.manager, house.lead}
    assert "Lena Lead changed the notice" in tasks[0].title
    assert tasks[0].details == f"Hand-over: {before} → We pack the ledgers."
    request, changes = approval_requests.changes_since_void(notice)
    assert request.outcome == "voided"
    assert [change.name for change in changes] == ["handover"]
    assert "notice.approval_voided" in actions(notice.case)


def test_word_of_a_void_approval_rests_once_it_is_asked_for_again(house: House) -> None:
    notice = _changed(house, walks.approved(house), house.by_manager, handover="We pack.")
    told = notice.case.tasks.filter(origin__startswith="approval-void:", done_at=None)
    assert told.count() == 1

    walks.asked(house, notice)

    assert not told.exists()


def test_an_approver_is_shown_what_changed_since_they_looked(house: House) -> None:
    notice = walks.asked(house)
    pages = approval.pages_for_approval(notice)
    for _twice in range(2):
        assert approval_requests.look_at(notice, pages, by=house.by_lead) is None

    notice = _changed(house, notice, house.by_manager, handover="We pack the ledgers.")
    notice = walks.asked(house, notice)

    for _twice in range(2):
        seen = approval.pages_for_approval(notice)
        look, changes = approval_requests.look_at(notice, seen, by=house.by_lead)
        assert (look.notice_version, look.sha256) == (1, pages.sha256)
        assert [change.label for change in changes] == ["Hand-over"]
    assert "ledgers" in "".join(one.text for one in changes[0].pieces if one.kind == "new")
    assert approval_requests.look_at(notice, seen, by=house.by_second_lead) is None


def test_whoever_looked_is_told_when_the_request_is_taken_back(house: House) -> None:
    notice = walks.asked(house)
    pages = approval.pages_for_approval(notice)
    approval_requests.look_at(notice, pages, by=house.by_lead)

    notice = _changed(house, notice, house.by_manager, contact="Please call us.")

    told = notice.case.tasks.filter(origin__startswith="approval-void:")
    assert [task.assignee for task in told] == [house.lead]
