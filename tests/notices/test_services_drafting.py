"""Drafting: written from the case, changed by people, one version at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit import clock
from clients.models import Contact
from notices.checking import checks
from notices.errors import ChangedMeanwhile
from notices.language.phrases import say_date, say_money
from notices.letters import composing
from notices.mailing import mail
from notices.models import Notice, NoticeState, Rendering, RenderingPurpose
from notices.pages import orders as page_orders
from notices.services import approval, drafting
from offboarding.errors import InvalidInput, NotAllowed, TransitionRefused
from offboarding.lifecycle import State
from tests.builders import House, a_case, an_invoice, an_obligation, an_office, fresh, latest_event
from tests.notices import walks


def _edit(house: House, notice: Notice, **changes: object) -> Notice:
    parts = changes.pop("parts", {})
    return drafting.edit_notice(
        notice,
        by=house.by_manager,
        expected_version=notice.version,
        parts=parts,
        **changes,
    )


def _codes(notice: Notice) -> set[str]:
    return {finding.code for finding in checks.blocks(walks.again(notice))}


def test_a_notice_is_written_from_the_cases_own_data(house: House) -> None:
    an_invoice(house.client)
    case = a_case(house, State.NOTICE)
    an_obligation(case, title="Send the final report", due_on=case.effective_on)

    notice = drafting.draft_notice(case, by=house.by_manager)

    assert notice.effective_on == case.effective_on
    assert say_date(notice.effective_on, "en") in notice.parts["opening"]
    assert "Monthly bookkeeping, Payroll" in notice.parts["opening"]
    assert notice.parts["reason"] == house.ground.stated_reason_en
    assert "Send the final report" in notice.parts["ours"]
    assert "Name the person who takes over" in notice.parts["theirs"]
    assert say_money(123_456, "EUR", "en") in notice.parts["settlement"]
    assert "Mia Manager" in notice.parts["contact"]
    assert "does not mean that you agree" in notice.parts["receipt"]
    assert notice.recipient_email == "jane.adams@example.com"
    assert "Adams Print Ltd" in notice.recipient_lines
    assert checks.blocks(walks.again(notice)) == []
    assert latest_event(case).action == "notice.drafted"


def test_a_client_who_reads_german_is_written_to_in_german(house: House) -> None:
    house.client.language = "de"
    house.client.save()

    notice = walks.a_draft(house)

    assert notice.language == "de"
    assert notice.subject.startswith("Ende unserer Leistungen am")
    assert notice.parts["reason"] == house.ground.stated_reason_de


def test_there_is_one_draft_at_a_time(house: House) -> None:
    first = walks.a_draft(house)

    second = drafting.draft_notice(fresh(first.case), by=house.by_lead)

    assert second.pk == first.pk
    assert Notice.objects.count() == 1


def test_nothing_is_drafted_before_the_ending_is_decided(house: House) -> None:
    with pytest.raises(TransitionRefused, match="once the ending is decided"):
        drafting.draft_notice(a_case(house), by=house.by_manager)


def test_another_team_and_an_auditor_draft_nothing(house: House) -> None:
    case = a_case(house, State.NOTICE)
    for person in (house.outsider, house.auditor, house.admin):
        with pytest.raises(NotAllowed):
            drafting.draft_notice(case, by=house.by_manager.person(person))


def test_the_ground_may_leave_the_reason_out(house: House) -> None:
    house.ground.disclosure = "omitted"
    house.ground.save()
    notice = walks.a_draft(house)

    assert notice.parts["reason"] == ""
    assert "reason_missing" not in _codes(notice)

    notice = _edit(house, notice, parts={"reason": "You never paid."})

    assert "reason_not_omitted" in _codes(notice)


def test_a_saved_change_is_a_new_version_with_its_before_and_after(house: House) -> None:
    notice = walks.a_draft(house)

    changed = _edit(house, notice, subject="End of our bookkeeping")

    assert changed.version == notice.version + 1
    event = latest_event(notice.case)
    assert event.action == "notice.edited"
    assert event.after == {"subject": "End of our bookkeeping"}
    order = page_orders.current(changed, RenderingPurpose.PREVIEW)
    assert order is not None
    assert order.done_at is None


def test_a_stale_tab_overwrites_nothing(house: House) -> None:
    opened_by_both = walks.a_draft(house)
    _edit(house, opened_by_both, subject="The first to save")

    with pytest.raises(ChangedMeanwhile) as refused:
        _edit(house, opened_by_both, subject="The second to save")

    assert refused.value.who == "Mia Manager"
    assert walks.again(opened_by_both).subject == "The first to save"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("recipient_email", "a@example.com, b@example.com", "exactly one"),
        ("recipient_email", "a@example.com b@example.com", "exactly one"),
        ("recipient_email", "not an address", "exactly one"),
        ("recipient_lines", [f"Line {n}" for n in range(40)], "40 lines"),
    ],
)
def test_bad_input_is_named_with_its_field(
    house: House, field: str, value: object, sentence: str
) -> None:
    notice = walks.a_draft(house)

    with pytest.raises(InvalidInput, match=sentence) as refused:
        _edit(house, notice, **{field: value})

    assert refused.value.field == field
    assert walks.again(notice).version == notice.version


@pytest.mark.parametrize("field", ["notice_date", "effective_on", "settlement_due_on"])
def test_a_date_in_the_past_is_refused(house: House, field: str) -> None:
    notice = walks.a_draft(house)

    with pytest.raises(InvalidInput, match="in the past") as refused:
        _edit(house, notice, **{field: clock.today() - timedelta(days=2)})

    assert refused.value.field == field


def test_a_part_may_not_be_a_book(house: House) -> None:
    notice = walks.a_draft(house)

    with pytest.raises(InvalidInput, match="longer than 6000") as refused:
        _edit(house, notice, parts={"opening": "x" * 6001})

    assert refused.value.field == "opening"


def test_a_signatory_signs_for_their_own_office(house: House) -> None:
    notice = walks.a_draft(house)
    stranger = an_office(name="Leeds").signatories.get()

    with pytest.raises(InvalidInput, match="does not sign"):
        _edit(house, notice, signatory=stranger)


def test_a_change_after_approval_was_asked_for_voids_the_request(house: House) -> None:
    notice = walks.asked(house)
    assert notice.case.tasks.filter(kind="approve", done_at=None).count() == 2

    changed = _edit(house, notice, subject="A better subject")

    assert changed.state == NoticeState.DRAFT
    assert changed.approval_requested_by is None
    assert not notice.case.tasks.filter(kind="approve", done_at=None).exists()
    with pytest.raises(TransitionRefused, match="does not wait"):
        approval.approve(changed, by=house.by_lead, seen_sha256="0" * 64)


def test_a_change_after_approval_voids_the_approval_and_keeps_the_old_pages(
    house: House,
) -> None:
    notice = walks.approved(house)
    sealed = notice.letter
    assert sealed is not None

    changed = _edit(house, notice, subject="A better subject")

    assert changed.state == NoticeState.DRAFT
    assert changed.approved_by is None
    assert changed.letter is None
    sealed.refresh_from_db()
    assert bytes(sealed.pdf)


def test_a_notice_that_was_sent_is_frozen(house: House) -> None:
    notice = walks.sent(house)

    with pytest.raises(TransitionRefused, match="frozen"):
        _edit(house, notice, subject="Too late")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"parts": {"opening": ""}}, "opening_missing"),
        ({"parts": {"reason": "  "}}, "reason_missing"),
        ({"parts": {"ours": ""}}, "ours_missing"),
        ({"parts": {"theirs": ""}}, "theirs_missing"),
        ({"parts": {"settlement": ""}}, "settlement_missing"),
        ({"parts": {"contact": ""}}, "contact_missing"),
        ({"parts": {"receipt": ""}}, "receipt_missing"),
        ({"signatory": None}, "no_signature"),
        ({"effective_on": None}, "no_effective_date"),
        ({"recipient_name": ""}, "no_recipient"),
        ({"recipient_email": ""}, "no_email"),
        ({"recipient_lines": []}, "no_address"),
        ({"sends_email": False, "sends_registered_mail": False}, "no_channel"),
        ({"parts": {"opening": "It ends on [date]."}}, "gap_left"),
        ({"parts": {"ours": "We send {{ x }}."}}, "gap_left"),
        ({"parts": {"ours": "We send {% now %}."}}, "gap_left"),
        ({"parts": {"contact": "Call me."}}, "contact_incomplete"),
        ({"parts": {"opening": "It ends soon."}}, "effective_date_not_said"),
        ({"recipient_lines": [f"Line {n}" for n in range(1, 12)]}, "does_not_fit"),
        ({"subject": "Emoji \N{SMILING FACE WITH SUNGLASSES}"}, "does_not_fit"),
    ],
)
def test_what_is_missing_stands_against_the_notice(
    house: House, changes: dict[str, object], code: str
) -> None:
    notice = _edit(house, walks.a_draft(house), **changes)

    assert code in _codes(notice)


def test_a_missing_hand_over_offer_only_warns(house: House) -> None:
    notice = _edit(house, walks.a_draft(house), parts={"handover": ""})

    assert _codes(notice) == set()
    assert [finding.code for finding in checks.findings(walks.again(notice))] == [
        "handover_missing"
    ]


def test_an_end_before_the_earliest_lawful_date_stands_against_the_notice(house: House) -> None:
    notice = walks.a_draft(house)

    notice = _edit(house, notice, effective_on=clock.today() + timedelta(days=3))

    assert _codes(notice) == {"too_early"}


def test_open_money_is_named_with_its_amount_and_date(house: House) -> None:
    an_invoice(house.client)
    notice = _edit(
        house,
        walks.a_draft(house),
        settlement_due_on=None,
        parts={"settlement": "Please pay what is open."},
    )

    assert {"no_settlement_date", "amount_not_said"} <= _codes(notice)


def test_an_agreement_that_names_registered_mail_is_obeyed(house: House) -> None:
    house.engagement.notice_method = "registered_mail"
    house.engagement.save()
    notice = _edit(house, walks.a_draft(house), sends_registered_mail=False)

    assert "method_named" in _codes(notice)


def test_a_client_without_a_recipient_of_notices_gives_a_draft_that_says_so(house: House) -> None:
    Contact.objects.update(receives_notices=False)

    notice = walks.a_draft(house)

    assert notice.recipient_name == ""
    assert "no_recipient" in _codes(notice)


def test_markup_is_text_on_paper_and_in_the_mail(house: House) -> None:
    text = 'We finish <script>alert("x")</script> & <b>more</b>.'
    notice = walks.again(_edit(house, walks.a_draft(house), parts={"ours": text}))

    assert text in composing.plain_text(notice)
    content = composing.letter_content(notice)
    assert any(getattr(block, "text", "") == text for block in content.body)
    html = mail.html_of(composing.plain_text(notice), subject=notice.subject, language="en")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    # Nobody means to send it: what stands in angle brackets looks like something to fill in.
    assert _codes(notice) == {"gap_left"}


def test_pages_of_an_older_version_are_not_shown_for_a_newer_one(house: House) -> None:
    notice = walks.a_draft(house)
    walks.set_pages(notice)
    assert drafting.preview(notice).is_good

    changed = _edit(house, notice, subject="Another subject")

    assert drafting.preview(changed).done_at is None
    assert Rendering.objects.filter(notice=notice).count() == 2
