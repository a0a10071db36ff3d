"""The page of a notice: drafted, written, looked at, approved, sent, followed to its receipt."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audit import clock
from audit.models import AuditEvent
from desk.notice import sheets as notice_sheets
from notices.checking import checks
from notices.models import (
    Channel,
    Delivery,
    DeliveryState,
    Notice,
    NoticeKind,
    NoticeState,
    Rendering,
    RenderingPurpose,
)
from notices.services import approval, correcting, drafting, registered, sending
from offboarding.lifecycle import State
from offboarding.models import CaseFile, Direction, Medium, ProofKind
from offboarding.services import deadlines, evidence, flags, proofs, stages
from tests.builders import House, a_case, a_house, an_invoice, fresh
from tests.desk.pages import shows_again
from tests.notices import walks

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


def _as(client: Client, person) -> Client:
    client.force_login(person)
    return client


def _url(case, tail: str = "") -> str:
    return f"/cases/{case.reference}/notice/{tail}"


def _typed(notice: Notice, **changes: object) -> dict[str, object]:
    """What a browser sends when the form is filled in as the notice stands."""
    fields = {
        "version": notice.version,
        "key": str(uuid.uuid4()),
        "subject": notice.subject,
        "effective_on": notice.effective_on or "",
        "notice_date": notice.notice_date,
        "settlement_due_on": notice.settlement_due_on or "",
        "signatory": notice.signatory_id or "",
        "contact_person": notice.contact_person,
        "contact_phone": notice.contact_phone,
        "contact_email": notice.contact_email,
        "recipient_name": notice.recipient_name,
        "recipient_email": notice.recipient_email,
        "recipient_lines": "\r\n".join(notice.recipient_lines),
        **{key: text.replace("\n", "\r\n") for key, text in notice.parts.items()},
    }
    if notice.sends_email:
        fields["sends_email"] = "on"
    if notice.sends_registered_mail:
        fields["sends_registered_mail"] = "on"
    return {name: value for name, value in (fields | changes).items() if value is not None}


def _said(answer) -> str:
    return answer.content.decode()


# -- who sees it -----------------------------------------------------------------------------------


def test_a_notice_of_another_team_does_not_exist(client: Client, house: House) -> None:
    notice = walks.sent(house)
    delivery = walks.delivery_of(notice, Channel.REGISTERED_MAIL)
    registered.record_print(delivery, by=house.by_manager)
    one = f"/cases/{notice.case.reference}/deliveries/{delivery.pk}"
    pages = [
        _url(notice.case),
        _url(notice.case, "edit/"),
        _url(notice.case, "send/"),
        _url(notice.case, f"{notice.number}/"),
        _url(notice.case, f"{notice.number}/sheets/"),
        _url(notice.case, f"{notice.number}/preview/1.png"),
        _url(notice.case, f"{notice.number}/letter/1.png"),
        _url(notice.case, f"{notice.number}/letter.pdf"),
        *(f"{one}/{verb}/" for verb in ("print", "posting", "outcome", "slip", "take-back")),
        f"{one}/letter.pdf",
        f"{one}/slip.pdf",
        f"/cases/{notice.case.reference}/receipts/new/",
        f"/cases/{notice.case.reference}/receipts/deemed/",
    ]
    for person in (house.outsider, house.other_lead, house.admin):
        _as(client, person)
        assert {client.get(page).status_code for page in pages} == {404}
        assert client.post(_url(notice.case)).status_code == 404
    client.logout()
    assert {client.get(page).status_code for page in pages} == {302}


def test_an_auditor_reads_and_changes_nothing(client: Client, house: House) -> None:
    _as(client, house.auditor)
    draft = walks.a_draft(house)
    page = _said(client.get(_url(draft.case)))
    assert draft.subject in page
    assert "<textarea" not in page
    assert client.post(_url(draft.case)).status_code == 403
    assert client.post(_url(draft.case, "edit/"), _typed(draft)).status_code == 403

    notice = walks.sent(house, draft)
    page = _said(client.get(_url(notice.case)))
    assert "jane.adams@example.com" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    email = walks.delivery_of(notice, Channel.EMAIL)
    one = f"/cases/{notice.case.reference}/deliveries/{email.pk}"
    for verb in ("take-back", "correct-address", "send-again", "treat-as-sent"):
        assert client.post(f"{one}/{verb}/", {"reason": "x"}).status_code == 403
    assert client.post(_url(notice.case, "send/")).status_code == 403
    assert walks.the_same(email).state == DeliveryState.QUEUED


def test_looking_changes_nothing(client: Client, house: House) -> None:
    notice = walks.sent(house)
    delivery = walks.delivery_of(notice, Channel.REGISTERED_MAIL)
    _as(client, house.lead)
    events = AuditEvent.objects.count()
    one = f"/cases/{notice.case.reference}/deliveries/{delivery.pk}"
    for page in (
        _url(notice.case),
        _url(notice.case, "approve/"),
        _url(notice.case, "send/"),
        _url(notice.case, "by-registered-mail/"),
        f"{one}/print/",
        f"{one}/posting/",
        f"{one}/take-back/",
        f"{one}/letter.pdf",
        f"/cases/{notice.case.reference}/receipts/new/",
    ):
        assert client.get(page).status_code in (200, 303, 404), page
    assert AuditEvent.objects.count() == events
    assert walks.the_same(delivery).state == DeliveryState.QUEUED


# -- drafting and writing --------------------------------------------------------------------------


def test_the_page_says_what_comes_first_while_nothing_is_decided(
    client: Client, house: House
) -> None:
    case = a_case(house)
    page = _said(_as(client, house.manager).get(_url(case)))
    assert "once a second person has decided" in page
    assert "Draft the notice" not in page
    assert client.post(_url(case)).status_code == 409


def test_a_notice_is_drafted_by_one_press(client: Client, house: House) -> None:
    case = a_case(house, State.NOTICE)
    _as(client, house.manager)
    assert "Draft the notice" in _said(client.get(_url(case)))
    assert not Notice.objects.exists()

    for _press in range(2):
        answer = client.post(_url(case))
        assert answer.status_code == 303

    notice = Notice.objects.get()
    page = _said(client.get(_url(case)))
    assert notice.subject in page
    assert notice.parts["opening"].splitlines()[0] in page
    assert "Every required part is there" in page
    assert "The pages are being set" in page


def test_what_is_written_is_saved(client: Client, house: House) -> None:
    notice = walks.a_draft(house)
    _as(client, house.manager)

    answer = client.post(
        _url(notice.case, "edit/"),
        _typed(notice, subject="End of our bookkeeping", ours="Until then we will:\r\n- finish"),
    )

    assert answer.status_code == 303
    assert answer["Location"] == _url(notice.case)
    saved = walks.again(notice)
    assert saved.subject == "End of our bookkeeping"
    assert saved.parts["ours"] == "Until then we will:\n- finish"
    assert saved.version == 2


def test_saving_nothing_new_makes_no_new_version(client: Client, house: House) -> None:
    an_invoice(house.client)
    notice = walks.a_draft(house)

    answer = _as(client, house.manager).post(_url(notice.case, "edit/"), _typed(notice))

    assert answer.status_code == 303
    assert walks.again(notice).version == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"recipient_email": "a@example.com, b@example.com"}, "exactly one e-mail address"),
        ({"recipient_email": ""}, "Write the address that the e-mail goes to"),
        ({"recipient_name": " "}, "Name the person or office"),
        ({"recipient_lines": "\r\n".join(f"Line {n}" for n in range(40))}, "40 lines"),
        ({"recipient_lines": "Adams Print"}, "at least a name, a street and a place"),
        ({"subject": ""}, "This field is required"),
        ({"subject": "x" * 151}, "at most 150 characters"),
        ({"notice_date": "soon"}, "Enter a valid date"),
        ({"notice_date": "9999-12-31", "effective_on": "9999-12-31"}, "look at the year again"),
        ({"opening": "x" * 6001}, "longer than 6000"),
        ({"signatory": "999999"}, "Select a valid choice"),
        ({"contact_email": "nobody"}, "like name@example.com"),
    ],
)
def test_bad_input_is_said_beside_its_field_and_kept(
    client: Client, house: House, changes: dict[str, str], sentence: str
) -> None:
    notice = walks.a_draft(house)
    typed = _typed(notice, theirs="What I typed stays here.") | changes

    answer = _as(client, house.manager).post(_url(notice.case, "edit/"), typed)

    page = _said(answer)
    assert answer.status_code == 422
    assert sentence in page
    assert "What I typed stays here." in page
    assert f"#id_{next(iter(changes))}" in page
    assert walks.again(notice).version == 1


@pytest.mark.parametrize("field", ["notice_date", "effective_on", "settlement_due_on"])
def test_a_date_in_the_past_is_said_beside_its_field(
    client: Client, house: House, field: str
) -> None:
    notice = walks.a_draft(house)
    typed = _typed(notice, **{field: clock.today() - timedelta(days=2)})

    answer = _as(client, house.manager).post(_url(notice.case, "edit/"), typed)

    assert answer.status_code == 422
    assert "This date is in the past" in _said(answer)


def test_an_end_before_the_earliest_lawful_date_is_said_beside_it(
    client: Client, house: House
) -> None:
    notice = walks.a_draft(house)
    typed = _typed(notice, effective_on=clock.today() + timedelta(days=3))

    answer = _as(client, house.manager).post(_url(notice.case, "edit/"), typed)

    assert answer.status_code == 422
    assert "at the earliest" in _said(answer)
    assert "#id_effective_on" in _said(answer)


def test_what_stands_against_the_draft_is_listed_with_the_way_to_it(
    client: Client, house: House
) -> None:
    notice = walks.a_draft(house)
    drafting.edit_notice(
        notice,
        by=house.by_manager,
        expected_version=1,
        parts={"contact": "", "ours": "We send {{ x }}.", "handover": ""},
    )

    page = _said(_as(client, house.manager).get(_url(notice.case)))

    assert 'href="#id_contact"' in page
    assert "The part “Contact” is missing." in page
    assert 'href="#id_ours"' in page
    assert "A gap is left to fill in: {{ x }}" in page
    assert 'href="#id_handover"' in page
    assert 'id="id_contact"' in page


def test_markup_and_template_syntax_are_text_everywhere(client: Client, house: House) -> None:
    notice = walks.a_draft(house)
    text = "<script>alert(1)</script> {% now %} {{ settings.SECRET_KEY }}"
    _as(client, house.manager)
    client.post(_url(notice.case, "edit/"), _typed(notice, ours=text, subject="<b>End</b>"))

    for view in ("letter", "email", "text"):
        page = _said(client.get(_url(notice.case) + f"?view={view}"))
        assert "<script>alert" not in page
        assert "<b>End</b>" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "{{ settings.SECRET_KEY }}" in page


def test_a_stale_tab_shows_both_texts_and_loses_nothing(client: Client, house: House) -> None:
    opened = walks.a_draft(house)
    drafting.edit_notice(
        opened,
        by=house.by_lead,
        expected_version=1,
        parts={"ours": "Theirs: we finish June."},
        subject="Their subject",
    )
    _as(client, house.manager)

    answer = client.post(_url(opened.case, "edit/"), _typed(opened, ours="Mine: we finish <July>."))

    page = _said(answer)
    assert answer.status_code == 409
    assert "Leo Lead saved another version" in page
    assert page.count("Theirs: we finish June.") == 1
    assert page.count("Mine: we finish &lt;July&gt;.") == 2  # compared, and still in the form
    assert "Their subject" in page
    assert walks.again(opened).parts["ours"] == "Theirs: we finish June."

    now = walks.again(opened)
    again = client.post(
        _url(opened.case, "edit/"),
        _typed(opened, ours="Mine: we finish <July>.", version=now.version),
    )
    assert again.status_code == 303
    assert walks.again(opened).parts["ours"] == "Mine: we finish <July>."


def test_a_double_click_saves_once(client: Client, house: House) -> None:
    notice = walks.a_draft(house)
    typed = _typed(notice, subject="Saved once")
    _as(client, house.manager)

    assert client.post(_url(notice.case, "edit/"), typed).status_code == 303
    assert client.post(_url(notice.case, "edit/"), typed).status_code == 303

    assert walks.again(notice).version == 2


# -- the reader's copy -----------------------------------------------------------------------------


def test_the_pages_are_asked_for_until_they_are_set(client: Client, house: House) -> None:
    notice = walks.a_draft(house)
    _as(client, house.manager)
    sheets = _url(notice.case, "1/sheets/")

    waiting = _said(client.get(sheets))
    assert 'hx-trigger="every 1s"' in waiting
    assert "worker may be stopped" not in waiting
    clock.move(clock.offset() + notice_sheets.LONG_SETTING + timedelta(seconds=5))
    assert "worker may be stopped" in _said(client.get(sheets))

    walks.set_pages(notice)

    done = _said(client.get(sheets))
    assert "hx-trigger" not in done
    assert f"{_url(notice.case)}1/preview/1.png" in done


def test_a_page_is_a_private_picture(client: Client, house: House) -> None:
    notice = walks.a_draft(house)
    _as(client, house.manager)
    picture = _url(notice.case, "1/preview/1.png")
    assert client.get(picture).status_code == 404
    walks.set_pages(notice)

    answer = client.get(picture)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert "private" in answer["Cache-Control"]
    assert client.get(picture, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get(_url(notice.case, "1/preview/2.png")).status_code == 404
    assert client.get(_url(notice.case, "1/letter/1.png")).status_code == 404


def test_pages_that_cannot_be_set_say_why(client: Client, house: House) -> None:
    notice = walks.a_draft(house)
    walks.set_pages(notice)
    Rendering.objects.update(problems=["The address does not fit the window."])

    page = _said(_as(client, house.manager).get(_url(notice.case)))

    assert "The letter cannot be set like this" in page
    assert "The address does not fit the window." in page


def test_the_mail_is_shown_before_it_leaves(client: Client, house: House) -> None:
    notice = walks.a_draft(house)

    page = _said(_as(client, house.manager).get(_url(notice.case) + "?view=email"))

    assert "jane.adams@example.com" in page
    assert "Confirm receipt:" in page
    assert "/r/…/" in page


# -- approval --------------------------------------------------------------------------------------


def test_asking_with_parts_missing_saves_and_names_them(client: Client, house: House) -> None:
    notice = walks.a_draft(house)
    _as(client, house.manager)

    answer = client.post(
        _url(notice.case, "edit/"), _typed(notice, contact="", ours="Kept.", ask="yes")
    )

    page = _said(answer)
    assert answer.status_code == 409
    assert "approval cannot be asked for yet" in page
    assert "The part “Contact” is missing." in page
    assert 'href="#id_contact"' in page
    saved = walks.again(notice)
    assert saved.parts["ours"] == "Kept."
    assert saved.state == NoticeState.DRAFT


def test_asking_for_approval_twice_is_asking_once(client: Client, house: House) -> None:
    notice = walks.a_draft(house)
    _as(client, house.manager)
    typed = _typed(notice, ask="yes")

    assert client.post(_url(notice.case, "edit/"), typed).status_code == 303
    assert client.post(_url(notice.case, "edit/"), typed).status_code == 303

    waiting = walks.again(notice)
    assert waiting.state == NoticeState.AWAITING_APPROVAL
    assert waiting.renderings.filter(purpose=RenderingPurpose.APPROVAL).count() == 1
    page = _said(client.get(_url(notice.case)))
    assert "Waits for a second person" in page
    assert "Leo Lead" in page
    assert "Approve and seal" not in page


def test_a_lead_sees_the_pages_their_hash_and_the_two_answers(client: Client, house: House) -> None:
    notice = walks.asked(house)
    pages = approval.pages_for_approval(notice)

    page = _said(_as(client, house.lead).get(_url(notice.case)))

    assert pages.sha256 in page
    assert "1/letter/1.png" in page
    assert "Approve and seal" in page
    assert "Send back" in page
    pdf = client.get(_url(notice.case, "1/letter.pdf"))
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content == bytes(pages.pdf)


def _approve(client: Client, notice: Notice, **changes: object):
    pages = approval.pages_for_approval(notice)
    seen = {"seen_sha256": pages.sha256, "version": notice.version, "key": str(uuid.uuid4())}
    return client.post(_url(notice.case, "approve/"), seen | changes)


def test_a_lead_approves_what_they_saw(client: Client, house: House) -> None:
    notice = walks.asked(house)
    _as(client, house.lead)

    assert _approve(client, notice).status_code == 303

    assert walks.again(notice).state == NoticeState.APPROVED
    page = _said(client.get(_url(notice.case)))
    assert "Approved, not sent yet" in page
    assert walks.again(notice).letter.sha256 in page


def test_a_warning_is_named_before_the_button_and_with_the_refusal(
    client: Client, house: House
) -> None:
    draft = walks.a_draft(house)
    words = {"theirs": draft.parts["theirs"] + " Please tell the bank immediately."}
    drafting.edit_notice(draft, by=house.by_manager, expected_version=1, parts=words)
    composer = _said(_as(client, house.manager).get(_url(draft.case, "edit/")))
    assert "1 warning is open. You can ask for approval" in composer
    notice = walks.asked(house, walks.again(draft))
    _as(client, house.lead)

    page = _said(client.get(_url(notice.case)))
    answer = _approve(client, notice)

    assert "Approve and seal" not in page
    unanswered = page[page.index('id="unanswered"') :]
    assert f'{_url(notice.case, "edit/")}#id_theirs">Asks for something at once' in unanswered
    assert answer.status_code == 409
    assert "Asks for something at once" in _said(answer)
    assert f'href="{_url(notice.case, "edit/")}"' in _said(answer)


def test_the_author_cannot_approve(client: Client, house: House) -> None:
    notice = walks.asked(house)
    assert _approve(_as(client, house.manager), notice).status_code == 403

    Notice.objects.filter(pk=notice.pk).update(author=house.lead)
    _as(client, house.lead)
    assert "Approve and seal" not in _said(client.get(_url(notice.case)))
    answer = _approve(client, notice)
    assert answer.status_code == 409
    assert "a second person approves" in _said(answer)
    assert walks.again(notice).state == NoticeState.AWAITING_APPROVAL


def test_other_pages_than_those_seen_are_not_approved(client: Client, house: House) -> None:
    notice = walks.asked(house)
    _as(client, house.lead)

    answer = _approve(client, notice, seen_sha256="0" * 64)

    assert answer.status_code == 409
    assert "changed since you opened it" in _said(answer)
    assert client.post(_url(notice.case, "approve/"), {"version": 1}).status_code == 409
    assert walks.again(notice).state == NoticeState.AWAITING_APPROVAL


def test_a_notice_changed_after_the_page_was_opened_is_not_approved(
    client: Client, house: House
) -> None:
    opened = walks.asked(house)
    pages = approval.pages_for_approval(opened)
    changed = drafting.edit_notice(
        opened, by=house.by_manager, expected_version=1, parts={}, subject="Other words"
    )
    approval.request_approval(walks.again(changed), by=house.by_manager)
    walks.set_pages(opened)

    answer = _as(client, house.lead).post(
        _url(opened.case, "approve/"), {"seen_sha256": pages.sha256, "version": 1}
    )

    assert answer.status_code == 409
    assert "Mia Manager" in _said(answer)
    assert walks.again(opened).state == NoticeState.AWAITING_APPROVAL


def test_a_lead_sends_a_notice_back_with_a_reason(client: Client, house: House) -> None:
    notice = walks.asked(house)
    _as(client, house.lead)
    url = _url(notice.case, "send-back/")
    assert client.get(url).status_code == 200

    assert client.post(url, {"reason": "", "version": 1}).status_code == 422
    answer = client.post(url, {"reason": "Name the ledger.", "version": 1})

    assert answer.status_code == 303
    page = _said(_as(client, house.manager).get(_url(notice.case)))
    assert "Sent back: please change this" in page
    assert "Name the ledger." in page


def test_changing_an_approved_text_voids_the_approval(client: Client, house: House) -> None:
    notice = walks.approved(house)
    _as(client, house.manager)
    assert "voids the approval" in _said(client.get(_url(notice.case, "edit/")))

    client.post(_url(notice.case, "edit/"), _typed(notice, subject="Other words"))

    assert walks.again(notice).state == NoticeState.DRAFT
    assert client.post(_url(notice.case, "send/"), _key(version=2)).status_code == 409


def _key(**fields: object) -> dict[str, object]:
    return {"key": str(uuid.uuid4())} | fields


# -- sending ---------------------------------------------------------------------------------------


def test_the_page_before_sending_names_everything_once_more(
    client: Client, house: House, settings
) -> None:
    settings.OUTBOX_DELAY_MINUTES = 10
    notice = walks.approved(house)

    page = _said(_as(client, house.manager).get(_url(notice.case, "send/")))

    assert "Jane Adams" in page
    assert "jane.adams@example.com" in page
    assert "12 Quay Street" in page
    assert "for 10 minutes" in page
    assert notice.letter.sha256[:12] in page
    assert not Delivery.objects.exists()


def test_sending_twice_sends_once(client: Client, house: House) -> None:
    notice = walks.approved(house)
    _as(client, house.manager)
    form = _key(version=notice.version)

    for _press in range(2):
        answer = client.post(_url(notice.case, "send/"), form)
        assert answer.status_code == 303
        assert answer["Location"] == _url(notice.case)
    another_tab = client.post(_url(notice.case, "send/"), _key(version=notice.version))

    assert another_tab.status_code == 303
    assert sorted(Delivery.objects.values_list("channel", flat=True)) == [
        "email",
        "registered_mail",
    ]


def test_sending_needs_the_key_of_its_form(client: Client, house: House) -> None:
    notice = walks.approved(house)
    answer = _as(client, house.manager).post(_url(notice.case, "send/"), {"version": 1})
    assert answer.status_code == 422
    assert not Delivery.objects.exists()


def test_a_disputed_notice_has_reasons_instead_of_a_button(client: Client, house: House) -> None:
    notice = walks.approved(house)
    flags.dispute(fresh(notice.case), by=house.by_manager, reason="They contest it.")
    _as(client, house.manager)

    page = _said(client.get(_url(notice.case, "send/")))

    assert "The case is disputed." in page
    assert "cannot be sent now" in page
    assert client.post(_url(notice.case, "send/"), _key(version=1)).status_code == 409


def test_what_waits_in_the_outbox_is_taken_back(client: Client, house: House, settings) -> None:
    settings.OUTBOX_DELAY_MINUTES = 10
    notice = walks.sent(house)
    email = walks.delivery_of(notice, Channel.EMAIL)
    _as(client, house.manager)
    page = _said(client.get(_url(notice.case)))
    take_back = f"/cases/{notice.case.reference}/deliveries/{email.pk}/take-back/"
    assert "leaves on" in page
    assert take_back in page

    answer = client.post(take_back, _key())

    assert answer.status_code == 303
    assert walks.the_same(email).state == DeliveryState.TAKEN_BACK
    assert "Taken back before it left" in _said(client.get(_url(notice.case)))


def test_it_is_too_late_to_take_back_what_has_left(client: Client, house: House) -> None:
    notice = walks.sent(house)
    email = walks.became(walks.delivery_of(notice, Channel.EMAIL), DeliveryState.ACCEPTED)
    url = f"/cases/{notice.case.reference}/deliveries/{email.pk}/take-back/"

    answer = _as(client, house.manager).post(url, _key())

    assert answer.status_code == 409
    assert "too late" in _said(answer)


# -- what did not arrive ---------------------------------------------------------------------------


def _failed(house: House, state: DeliveryState) -> Delivery:
    return walks.became(walks.delivery_of(walks.sent(house), Channel.EMAIL), state)


@pytest.mark.parametrize("state", [DeliveryState.REFUSED, DeliveryState.BOUNCED])
def test_a_mail_that_failed_is_a_red_row_with_a_way_out(
    client: Client, house: House, state: DeliveryState
) -> None:
    email = _failed(house, state)
    _as(client, house.manager)
    page = _said(client.get(_url(email.case)))
    url = f"/cases/{email.case.reference}/deliveries/{email.pk}/correct-address/"
    assert "table__row--failed" in page
    assert "550 5.1.1" in page
    assert url in page

    shows_again(client, house.manager)
    bad = client.post(url, _key(email="a@example.com,b@example.com"))
    good = client.post(url, _key(email="office@example.com"))

    assert bad.status_code == 422
    assert "a@example.com,b@example.com" in _said(bad)
    assert good.status_code == 303
    repeat = walks.delivery_of(email.notice, Channel.EMAIL)
    assert repeat.recipient_email == "office@example.com"
    assert "table__row--failed" not in _said(client.get(_url(email.case)))


def test_registered_mail_is_the_other_way_out(client: Client, house: House) -> None:
    draft = drafting.edit_notice(
        walks.a_draft(house),
        by=house.by_manager,
        expected_version=1,
        parts={},
        sends_registered_mail=False,
    )
    notice = walks.sent(house, draft)
    walks.became(walks.delivery_of(notice, Channel.EMAIL), DeliveryState.BOUNCED)
    _as(client, house.manager)
    url = _url(notice.case, "by-registered-mail/")
    assert url in _said(client.get(_url(notice.case)))

    assert client.post(url, _key()).status_code == 303

    letter = walks.delivery_of(notice, Channel.REGISTERED_MAIL)
    assert letter.state == DeliveryState.QUEUED
    assert client.post(url, _key()).status_code == 409


@pytest.mark.parametrize("verb", ["send-again", "treat-as-sent"])
def test_only_a_lead_decides_about_a_doubtful_mail(client: Client, house: House, verb: str) -> None:
    email = _failed(house, DeliveryState.UNCERTAIN)
    url = f"/cases/{email.case.reference}/deliveries/{email.pk}/{verb}/"
    _as(client, house.manager)
    page = _said(client.get(_url(email.case)))
    assert "A team lead decides." in page
    assert url not in page
    assert client.post(url, _key(reason="I am sure.")).status_code == 403

    _as(client, house.lead)
    assert url in _said(client.get(_url(email.case)))
    shows_again(client, house.lead)
    assert client.post(url, _key(reason=" ")).status_code == 422
    assert client.post(url, _key(reason="Their log shows it.")).status_code == 303

    assert "Their log shows it." in _said(client.get(_url(email.case)))
    assert walks.the_same(email).resolved_by == house.lead


# -- the registered letter -------------------------------------------------------------------------


def _letter(house: House) -> tuple[Delivery, str]:
    delivery = walks.delivery_of(walks.sent(house), Channel.REGISTERED_MAIL)
    return delivery, f"/cases/{delivery.case.reference}/deliveries/{delivery.pk}"


def test_a_letter_is_printed_from_the_page_that_records_it(client: Client, house: House) -> None:
    delivery, one = _letter(house)
    _as(client, house.manager)
    assert client.get(f"{one}/letter.pdf").status_code == 404

    answer = client.post(f"{one}/print/", _key())

    assert answer.status_code == 303
    assert answer["Location"] == f"{one}/print/"
    page = _said(client.get(f"{one}/print/"))
    assert "Open the letter" in page
    assert "copy" not in page.split("<main")[1].split("Open the receipt slip")[0].replace(
        "recorded as a copy", ""
    )
    letter = client.get(f"{one}/letter.pdf")
    assert letter.content == bytes(delivery.notice.letter.pdf)
    assert "copy" not in letter["Content-Disposition"]
    assert client.get(f"{one}/slip.pdf").content.startswith(b"%PDF-")

    shows_again(client, house.manager)
    client.post(f"{one}/print/", _key())

    assert "Open the letter (copy)" in _said(client.get(f"{one}/print/"))
    assert "copy-2" in client.get(f"{one}/letter.pdf")["Content-Disposition"]
    assert client.get(f"{one}/letter.pdf").content == letter.content


def test_changed_bytes_are_refused_in_words(
    client: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _delivery, one = _letter(house)
    sealed = Notice.letter.fget

    def tampered(notice: Notice):
        letter = sealed(notice)
        letter.pdf = b"%PDF-1.7 other words"
        return letter

    monkeypatch.setattr(Notice, "letter", property(tampered))
    answer = _as(client, house.manager).post(f"{one}/print/", _key())

    assert answer.status_code == 409
    assert "differs from the approved one" in _said(answer)


def test_a_letter_is_posted_with_its_number(client: Client, house: House) -> None:
    delivery, one = _letter(house)
    registered.record_print(delivery, by=house.by_manager)
    _as(client, house.manager)
    today = clock.today(house.office.time_zone)
    form = {"carrier": "Deutsche Post", "posted_on": today}

    wrong = client.post(f"{one}/posting/", form | {"carrier_number": "RR 123 456 784 DE"})
    assert wrong.status_code == 422
    assert "check digit" in _said(wrong)
    assert "RR 123 456 784 DE" in _said(wrong)
    right = client.post(f"{one}/posting/", form | {"carrier_number": "rr 123 456 785 de"})

    assert right.status_code == 303
    assert fresh(delivery.case).served_on == today
    assert "RR123456785DE" in _said(client.get(_url(delivery.case)))


def test_a_delivered_letter_acknowledges_the_case(client: Client, house: House) -> None:
    delivery = walks.posted(house)
    one = f"/cases/{delivery.case.reference}/deliveries/{delivery.pk}"
    today = clock.today(house.office.time_zone)
    _as(client, house.manager)
    form = {"outcome": "delivered", "on": today, "received_by": "J. Adams"}

    refused = client.post(
        f"{one}/outcome/", form | {"file": walks.a_scan("record.pdf", b"not a PDF")}
    )
    assert refused.status_code == 422
    assert not CaseFile.objects.exists()
    answer = client.post(f"{one}/outcome/", form | {"file": walks.a_scan("record.pdf")})

    assert answer.status_code == 303
    assert fresh(delivery.case).state == State.ACKNOWLEDGED
    page = _said(client.get(_url(delivery.case)))
    assert "Carrier&#x27;s delivery record" in page
    assert "record.pdf" in page


def test_an_unclaimed_letter_gives_a_task_and_a_lead_sends_it_again(
    client: Client, house: House
) -> None:
    delivery = walks.posted(house)
    one = f"/cases/{delivery.case.reference}/deliveries/{delivery.pk}"
    _as(client, house.manager)

    client.post(
        f"{one}/outcome/",
        {"outcome": "unclaimed", "on": clock.today(house.office.time_zone)},
    )

    assert delivery.case.tasks.filter(origin=f"delivery:{delivery.pk}:unclaimed").exists()
    assert "table__row--failed" in _said(client.get(_url(delivery.case)))
    _as(client, house.lead)
    shows_again(client, house.lead)
    answer = client.post(f"{one}/send-again/", _key(reason="They are back."))
    assert answer.status_code == 303
    assert walks.delivery_of(delivery.notice, Channel.REGISTERED_MAIL).copy_number == 2


def test_a_signed_slip_is_kept_with_its_scan(client: Client, house: House) -> None:
    delivery = walks.posted(house)
    one = f"/cases/{delivery.case.reference}/deliveries/{delivery.pk}"
    _as(client, house.manager)
    form = {"signed_by": "J. Adams", "signed_on": clock.today(house.office.time_zone)}

    assert client.post(f"{one}/slip/", form).status_code == 422
    answer = client.post(f"{one}/slip/", form | {"file": walks.a_scan()})

    assert answer.status_code == 303
    assert fresh(delivery.case).state == State.ACKNOWLEDGED
    assert CaseFile.objects.get().name == "slip.pdf"


def test_a_refused_slip_leaves_no_file_behind(client: Client, house: House) -> None:
    delivery = walks.posted(house)
    one = f"/cases/{delivery.case.reference}/deliveries/{delivery.pk}"
    form = {
        "signed_by": "J. Adams",
        "signed_on": clock.today(house.office.time_zone) + timedelta(days=2),
        "file": walks.a_scan(),
    }

    answer = _as(client, house.manager).post(f"{one}/slip/", form)

    assert answer.status_code == 422
    assert "not come yet" in _said(answer)
    assert not CaseFile.objects.exists()


# -- receipts --------------------------------------------------------------------------------------


def test_a_call_is_recorded_and_accepted_by_another_lead(client: Client, house: House) -> None:
    delivery = walks.posted(house)
    case = delivery.case
    url = f"/cases/{case.reference}/receipts/new/"
    _as(client, house.lead)
    form = _key(
        kind="phone",
        received_at=clock.now().strftime("%Y-%m-%dT%H:%M"),
        received_by="Jane Adams",
        note="She has it on her desk.",
    )
    form["received_at"] = (
        client.get(url).context["form"].initial["received_at"].strftime("%Y-%m-%dT%H:%M")
    )

    assert client.post(url, form | {"note": ""}).status_code == 422
    assert client.post(url, form | {"kind": "carrier_record"}).status_code == 422
    assert client.post(url, form | {"received_at": "2999-01-01T10:00"}).status_code == 422
    assert (
        client.post(url, _key(**{k: v for k, v in form.items() if k != "key"})).status_code == 303
    )

    proof = fresh(case).proofs.get()
    assert (proof.kind, proof.grade) == (ProofKind.PHONE, "D")
    accept = f"/cases/{case.reference}/receipts/{proof.pk}/accept/"
    page = _said(client.get(_url(case)))
    assert "She has it on her desk." in page
    assert "Waits for a lead" in page
    assert accept not in page
    assert client.post(accept, _key()).status_code == 409
    assert _as(client, house.manager).post(accept, _key()).status_code == 403
    _as(client, house.second_lead)
    assert accept in _said(client.get(_url(case)))
    assert client.post(accept, _key()).status_code == 303
    assert fresh(case).state == State.ACKNOWLEDGED


def test_a_reply_needs_the_reply_itself(client: Client, house: House) -> None:
    case = walks.posted(house).case
    url = f"/cases/{case.reference}/receipts/new/"
    _as(client, house.manager)
    at = client.get(url).context["form"].initial["received_at"].strftime("%Y-%m-%dT%H:%M")
    form = {"kind": "accepted_reply", "received_at": at, "received_by": "Jane Adams"}

    without = client.post(url, form)
    with_it = client.post(url, form | {"file": walks.a_scan("reply.pdf")})

    assert without.status_code == 422
    assert "Attach the slip or the reply itself" in _said(without)
    assert with_it.status_code == 303
    assert fresh(case).proofs.get().file.name == "reply.pdf"


def test_a_lead_voids_a_receipt_and_the_case_goes_back(client: Client, house: House) -> None:
    delivery = walks.posted(house)
    registered.record_outcome(
        delivery,
        by=house.by_manager,
        outcome="delivered",
        on=clock.today(house.office.time_zone),
    )
    case = fresh(delivery.case)
    proof = case.proofs.get()
    url = f"/cases/{case.reference}/receipts/{proof.pk}/void/"
    assert _as(client, house.manager).post(url, {"reason": "x"}).status_code == 403
    _as(client, house.lead)
    assert client.post(url, {"reason": ""}).status_code == 422

    assert client.post(url, {"reason": "Handed to a neighbour."}).status_code == 303

    assert fresh(case).state == State.NOTICE
    assert "Handed to a neighbour." in _said(client.get(_url(case)))
    other = a_case(house, client=house.client)
    missing = f"/cases/{other.reference}/receipts/{proof.pk}/void/"
    assert client.post(missing, {"reason": "x"}).status_code == 404


def test_deemed_service_lists_what_was_tried(client: Client, house: House) -> None:
    delivery = walks.posted(house)
    case = fresh(delivery.case)
    evidence.log_communication(
        case,
        by=house.by_manager,
        direction=Direction.OUTGOING,
        medium=Medium.CALL,
        occurred_at=clock.now(),
        subject="Nobody answered",
    )
    email = walks.delivery_of(delivery.notice, Channel.EMAIL)
    sending.take_back(email, by=house.by_manager)
    url = f"/cases/{case.reference}/receipts/deemed/"
    _as(client, house.manager)
    page = _said(client.get(url))
    assert "Registered mail" in page
    assert "Nobody answered" in page
    assert "Taken back" not in page.split("<main")[1]
    chosen = client.get(url).context["form"].initial["attempts"]

    early = client.post(url, {"attempts": chosen})
    assert early.status_code == 409
    assert "not reached yet" in _said(early)
    walks.days_later(30)
    assert client.post(url, {"attempts": chosen[:1]}).status_code == 409
    assert client.post(url, {"attempts": ["delivery-0"]}).status_code == 422
    assert client.post(url, {"attempts": chosen}).status_code == 303

    proof = fresh(case).proofs.get()
    assert (proof.kind, proof.grade, proof.counts) == (ProofKind.DEEMED, "E", False)
    assert [attempt["channel"] for attempt in proof.source["attempts"]] == [
        "registered_mail",
        "call",
    ]


# -- earlier notices -------------------------------------------------------------------------------


def test_the_letter_that_withdrew_a_notice_is_shown(client: Client, house: House) -> None:
    notice = walks.sent(house)
    walks.became(walks.delivery_of(notice, Channel.EMAIL), DeliveryState.ACCEPTED)
    stages.withdraw(fresh(notice.case), by=house.by_lead, reason="The invoices were paid.")
    withdrawal = notice.case.notices.get(kind=NoticeKind.WITHDRAWAL)
    _as(client, house.manager)

    page = _said(client.get(_url(notice.case)))
    assert "Withdrawal" in page
    assert "Change the text" not in page
    earlier = _said(client.get(_url(notice.case, f"{notice.number}/")))
    assert notice.subject in earlier
    assert client.get(_url(notice.case, f"{withdrawal.number}/")).status_code == 200
    assert client.get(_url(notice.case, "99/")).status_code == 404


# -- cost ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stage", ["none", "draft", "voided", "asked", "approved", "sent", "posted", "corrected"]
)
def test_the_page_asks_the_database_twelve_times_at_most(
    client: Client, house: House, stage: str, django_assert_max_num_queries
) -> None:
    an_invoice(house.client)

    def voided() -> Notice:
        notice = walks.asked(house)
        words = {"handover": "We pack the ledgers."}
        return drafting.edit_notice(notice, by=house.by_manager, expected_version=1, parts=words)

    def corrected() -> Notice:
        email = walks.became(
            walks.delivery_of(walks.sent(house), Channel.EMAIL), DeliveryState.ACCEPTED
        )
        return correcting.draft_correction(
            fresh(email.case), by=house.by_manager, reason="words", note="A slip of the pen."
        )

    case = {
        "none": lambda: a_case(house, State.NOTICE),
        "draft": lambda: walks.a_draft(house).case,
        "voided": lambda: voided().case,
        "corrected": lambda: corrected().case,
        "asked": lambda: walks.asked(house).case,
        "approved": lambda: walks.approved(house).case,
        "sent": lambda: walks.sent(house).case,
        "posted": lambda: walks.posted(house).case,
    }[stage]()
    for person in (house.manager, house.lead, house.auditor):
        _as(client, person)
        # What an approver saw is noted with their first look, by one statement more; and SQLite is
        # asked once in a process's life what it can do.
        client.get(_url(case))
        with django_assert_max_num_queries(12):
            assert client.get(_url(case)).status_code == 200
    deadlines.add_deadline(case, by=house.by_manager, due_on=clock.today(), title="A return")
    _as(client, house.lead)
    with django_assert_max_num_queries(12):
        assert client.get(_url(case, "edit/")).status_code in (200, 303, 404)


def test_many_deliveries_and_receipts_cost_no_more(
    client: Client, house: House, django_assert_max_num_queries
) -> None:
    email = _failed(house, DeliveryState.REFUSED)
    for number in range(2, 12):
        email = sending.correct_address_and_resend(
            email, by=house.by_manager, email=f"office{number}@example.com"
        )
        email = walks.became(email, DeliveryState.REFUSED)
    case = fresh(email.case)
    proofs.record_service(
        case, by=house.by_manager, served_on=clock.today(case.time_zone), channel="email"
    )
    for number in range(10):
        proofs.record_proof(
            fresh(case),
            by=house.by_manager,
            kind=ProofKind.PHONE,
            received_at=clock.now(),
            note=f"Call {number}",
        )
    _as(client, house.lead)
    with django_assert_max_num_queries(12):
        page = _said(client.get(_url(case)))
    assert "office11@example.com" in page
    assert "Call 9" in page
    assert checks.blocks(walks.again(email.notice)) == []
    assert reverse("desk:notice", args=[case.reference]) == _url(case)


# -- on the case page ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("none", "Draft the notice"),
        ("draft", "Finish the draft"),
        ("asked", "Look at it and approve"),
        ("approved", "Send it"),
        ("failed", "See what did not arrive"),
    ],
)
def test_the_case_page_names_what_the_notice_needs(
    client: Client, house: House, stage: str, words: str, django_assert_max_num_queries
) -> None:
    case = {
        "none": lambda: a_case(house, State.NOTICE),
        "draft": lambda: walks.a_draft(house).case,
        "asked": lambda: walks.asked(house).case,
        "approved": lambda: walks.approved(house).case,
        "failed": lambda: _failed(house, DeliveryState.BOUNCED).case,
    }[stage]()
    _as(client, house.lead)
    with django_assert_max_num_queries(12):
        page = _said(client.get(f"/cases/{case.reference}/"))
    assert words in page
    assert 'id="notice"' in page
    assert 'id="receipt"' in page
    assert words not in _said(_as(client, house.auditor).get(f"/cases/{case.reference}/"))


def test_a_notice_sent_elsewhere_still_gets_its_receipt(client: Client, house: House) -> None:
    case = a_case(house, State.NOTICE)
    proofs.record_service(
        case, by=house.by_manager, served_on=clock.today(case.time_zone), channel="email"
    )

    page = _said(_as(client, house.manager).get(_url(case)))

    assert f"/cases/{case.reference}/receipts/new/" in page


def test_an_approver_sees_why_instead_of_a_button_that_would_refuse(house: House) -> None:
    notice = walks.asked(house)
    walks.days_later(8)
    page = Client()
    page.force_login(house.lead)

    said = page.get(f"/cases/{notice.case.reference}/notice/").content.decode()

    assert "It cannot be approved as it stands" in said
    assert "Approve and seal" not in said
