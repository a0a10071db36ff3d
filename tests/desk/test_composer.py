"""The composer: it saves itself, tells two writers of each other, and offers better words."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from audit.models import AuditEvent
from desk.notice.form import NoticeForm
from notices.checking import checks
from notices.checking.checks import Finding
from notices.language.phrases import say_date
from notices.models import Notice, NoticeVersion, Rendering, VersionKind, Writer
from notices.services import drafting, writers
from offboarding.lifecycle import State
from tests.builders import House, a_case, a_house, an_engagement, an_invoice, an_obligation
from tests.notices import walks

pytestmark = pytest.mark.django_db


def _url(notice: Notice, tail: str = "") -> str:
    return f"/cases/{notice.case.reference}/notice/{tail}"


def _sent(notice: Notice, **changes: object) -> dict[str, object]:
    """What a browser sends of the form as the notice stands, with some fields changed."""
    shown = NoticeForm.as_sent(notice)
    hidden = {
        "version": notice.version,
        "key": str(uuid.uuid4()),
        "base": json.dumps(shown),
        "offered": ",".join([*shown["named_ours"], *shown["named_theirs"]]),
    }
    return {name: value for name, value in (shown | hidden | changes).items() if value != ""}


def _type(client: Client, notice: Notice, **changes: object):
    return client.post(_url(notice, "typed/"), _sent(notice, **changes))


def _said(answer) -> str:
    return unescape(answer.content.decode())


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def notice(client: Client, house: House) -> Notice:
    client.force_login(house.manager)
    return walks.again(walks.a_draft(house))


# -- autosave --------------------------------------------------------------------------------------


def test_what_is_typed_is_saved_and_the_answer_brings_the_new_version(
    client: Client, notice: Notice
) -> None:
    answer = _type(client, notice, ours="We finish [month].")

    page = _said(answer)
    saved = walks.again(notice)
    assert answer.status_code == 200
    assert saved.parts["ours"] == "We finish [month]."
    assert 'id="id_version" value="2"' in page
    assert re.search(r"Saved \d\d:\d\d:\d\d", page)
    assert "A gap is left to fill in: [month]" in page
    assert "<textarea" not in page
    assert NoticeVersion.objects.latest("number").kind == VersionKind.TYPED


def test_saving_again_what_was_saved_changes_nothing(client: Client, notice: Notice) -> None:
    events = AuditEvent.objects.count()

    assert _type(client, notice).status_code == 200

    assert walks.again(notice).version == 1
    assert AuditEvent.objects.count() == events


def test_the_button_closes_what_was_typed_as_a_version(client: Client, notice: Notice) -> None:
    _type(client, notice, ours="We finish June.")
    now = walks.again(notice)

    assert client.post(_url(notice, "edit/"), _sent(now)).status_code == 303

    assert NoticeVersion.objects.latest("number").closed_at is not None
    assert walks.again(notice).version == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"recipient_email": "a@example.com, b@example.com"}, "exactly one e-mail address"),
        ({"recipient_email": ""}, "E-mail address: Write the address that the e-mail goes to"),
        ({"recipient_lines": "\r\n".join(f"Line {n}" for n in range(40))}, "40 lines"),
        ({"subject": ""}, "Subject: This field is required"),
        ({"effective_on": "soon"}, "Effective date: Enter a valid date"),
        ({"ours": "x" * 6001}, "longer than 6000"),
        ({"disclosure": "shouted"}, "Select a valid choice"),
        ({"named_ours": ["999999"]}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_saved_is_said_in_the_status_line(
    client: Client, notice: Notice, changes: dict[str, object], sentence: str
) -> None:
    answer = _type(client, notice, **changes)

    assert answer.status_code == 422
    assert "Not saved:" in _said(answer)
    assert sentence in _said(answer)
    assert "data-value" not in _said(answer)
    assert walks.again(notice).version == 1


def test_an_autosave_behind_another_persons_save_loses_neither(
    client: Client, house: House, notice: Notice
) -> None:
    drafting.edit_notice(
        notice, by=house.by_lead, expected_version=1, parts={"ours": "Leo's words."}
    )

    answer = _type(client, notice, ours="Mia's words.")

    assert answer.status_code == 409
    assert "Not saved: Leo Lead saved another version" in _said(answer)
    assert walks.again(notice).parts["ours"] == "Leo's words."


def test_typing_on_a_notice_that_waits_for_approval_is_refused(
    client: Client, house: House, notice: Notice
) -> None:
    walks.asked(house, notice)

    answer = _type(client, walks.again(notice), ours="One more thing.")

    assert answer.status_code == 409
    assert "Approval was asked for meanwhile" in _said(answer)
    assert 'data-autosave="' not in _said(client.get(_url(notice, "edit/")))


def test_nobody_else_saves_or_is_present(client: Client, house: House, notice: Notice) -> None:
    for person, status in ((house.auditor, 403), (house.outsider, 404), (house.admin, 404)):
        client.force_login(person)
        assert _type(client, notice, ours="Mine.").status_code == status
        assert client.post(_url(notice, "writers/")).status_code == status
    assert not Writer.objects.exists()
    assert client.get(_url(notice, "typed/")).status_code in (404, 405)


def test_words_follow_a_changed_date_and_the_answer_brings_them(
    client: Client, notice: Notice
) -> None:
    later = notice.effective_on + timedelta(days=7)

    answer = _type(client, notice, effective_on=later.isoformat())

    assert 'data-follows="opening"' in _said(answer)
    assert 'data-follows="contact"' not in _said(answer)
    assert say_date(later, "en") in walks.again(notice).parts["opening"]


# -- two people ------------------------------------------------------------------------------------


def test_two_people_on_one_draft_read_of_each_other(
    client: Client, house: House, notice: Notice
) -> None:
    assert "is editing this too" not in _said(client.post(_url(notice, "writers/")))
    other = Client()
    other.force_login(house.lead)

    assert "Mia Manager is editing this too, since" in _said(other.post(_url(notice, "writers/")))
    assert "Leo Lead is editing this too, since" in _said(client.get(_url(notice)))

    walks.clock.move(timedelta(minutes=2))
    assert "is editing this too" not in _said(client.get(_url(notice)))
    writers.note_writer(notice, by=house.by_manager)
    assert Writer.objects.count() == 1


def test_looking_at_a_draft_is_not_writing_it(client: Client, notice: Notice) -> None:
    client.get(_url(notice))
    client.get(_url(notice, "edit/"))

    assert not Writer.objects.exists()


def test_one_press_puts_together_what_only_one_of_two_people_changed(
    client: Client, house: House, notice: Notice
) -> None:
    drafting.edit_notice(
        notice,
        by=house.by_lead,
        expected_version=1,
        parts={"theirs": "Leo's words."},
        contact_phone="+49 30 1",
        sends_registered_mail=False,
    )
    typed = _sent(notice, ours="Mia's words.")

    conflict = client.post(_url(notice, "edit/"), typed)
    page = _said(conflict)
    assert conflict.status_code == 409
    assert "Only the other version changed this." in page
    assert "Only you changed this." in page
    assert "Put together what only one of us changed" in page

    again = typed | {"version": walks.again(notice).version, "merge": "yes", "key": uuid.uuid4()}
    assert client.post(_url(notice, "edit/"), again).status_code == 303

    merged = walks.again(notice)
    assert merged.parts["ours"] == "Mia's words."
    assert merged.parts["theirs"] == "Leo's words."
    assert merged.contact_phone == "+49 30 1"
    assert not merged.sends_registered_mail


def test_what_both_changed_stands_side_by_side_until_a_person_decides(
    client: Client, house: House, notice: Notice
) -> None:
    drafting.edit_notice(
        notice,
        by=house.by_lead,
        expected_version=1,
        parts={"ours": "Leo's words.", "theirs": "Leo's too."},
    )
    typed = _sent(notice, ours="Mia's words.") | {
        "version": walks.again(notice).version,
        "merge": "yes",
    }

    answer = client.post(_url(notice, "edit/"), typed)

    page = _said(answer)
    assert answer.status_code == 409
    assert "Both of you changed these" in page
    assert page.count("Leo's words.") >= 1
    assert page.count("Mia's words.") >= 2
    assert re.search(r'name="theirs"[^>]*>\s*Leo\'s too\.', page)
    assert walks.again(notice).parts["ours"] == "Leo's words."


def test_a_form_without_what_it_was_shown_merges_nothing(
    client: Client, house: House, notice: Notice
) -> None:
    drafting.edit_notice(
        notice, by=house.by_lead, expected_version=1, parts={"theirs": "Leo's words."}
    )

    for base in ("", "[]", "not json"):
        page = _said(client.post(_url(notice, "edit/"), _sent(notice, base=base, ours="Mia's.")))
        assert "Somebody was faster" in page
        assert "Put together" not in page


# -- what stands beside the fields -----------------------------------------------------------------


def _hit(notice: Notice) -> list[Finding]:
    return [
        Finding("warn", "wording.always", "ours", "This sounds like blame.", "It accuses.",
                found="You always", rewrite="Sometimes")
        for _hit in range(str(notice.parts["ours"]).count("You always"))
    ]  # fmt: skip


def test_one_press_replaces_one_occurrence(
    client: Client, notice: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "findings", _hit)
    typed = _sent(notice, ours="You always ask. You always pay late.")
    page = _said(client.post(_url(notice, "typed/"), typed))
    assert "Please look:" in page
    assert "It accuses." in page
    marks = re.findall(r'name="replace" value="([^"]+)"', page)
    assert marks == ["wording.always|ours|0|You always", "wording.always|ours|1|You always"]

    now = walks.again(notice)
    answer = client.post(_url(notice, "edit/"), _sent(now) | {"replace": marks[1]})

    assert answer.status_code == 303
    assert answer["Location"].endswith("#id_ours")
    assert walks.again(notice).parts["ours"] == "You always ask. Sometimes pay late."

    now = walks.again(notice)
    gone = client.post(_url(notice, "edit/"), _sent(now) | {"replace": marks[1]})
    assert gone.status_code == 409
    assert "does not say this any more" in _said(gone)
    for mark in ("nonsense", "a|b|x|c"):
        assert client.post(_url(notice, "edit/"), _sent(now, replace=mark)).status_code == 404


def test_a_part_is_written_anew_from_the_case_by_one_press(client: Client, notice: Notice) -> None:
    case = notice.case
    _type(client, notice, ours="My own words.")
    an_obligation(case, title="Send the final report")
    now = walks.again(notice)
    page = _said(client.get(_url(notice)))
    assert "What the case itself would write here" in page
    assert "- Send the final report" in page

    answer = client.post(_url(notice, "edit/"), _sent(now) | {"anew": "ours"})

    assert answer["Location"].endswith("#id_ours")
    assert "Send the final report" in walks.again(notice).parts["ours"]
    bad = client.post(_url(notice, "edit/"), _sent(walks.again(notice)) | {"anew": "nothing"})
    assert bad.status_code == 422


def test_ticks_choose_the_obligations_and_one_added_meanwhile_stays_named(
    client: Client, house: House
) -> None:
    case = a_case(house, State.NOTICE)
    report = an_obligation(case, title="Send the final report")
    notice = walks.again(walks.a_draft(house, case))
    client.force_login(house.manager)
    opened = _sent(notice)
    added = an_obligation(case, title="Return the keys")

    ticks = [key for key in opened["named_ours"] if key != str(report.pk)]
    answer = client.post(_url(notice, "typed/"), opened | {"named_ours": ticks})

    assert answer.status_code == 200
    ours = walks.again(notice).parts["ours"]
    assert "Send the final report" not in ours
    assert "Return the keys" in ours
    assert added.pk in walks.again(notice).named_obligations


def test_ticks_choose_the_agreements_and_a_scope_narrows_them(client: Client, house: House) -> None:
    other = an_engagement(house.client, title="Advice agreement", notice_period_count=90)
    notice = walks.again(walks.a_draft(house))
    client.force_login(house.manager)
    page = _said(client.get(_url(notice)))
    assert page.count("What ends, and when</") == 1
    assert f'name="ended_engagements" value="{other.pk}"' in page
    sooner = (notice.effective_on - timedelta(days=40)).isoformat()
    early = _type(client, notice, effective_on=sooner)
    assert early.status_code == 422
    assert "The agreement “Advice agreement” allows" in _said(early)
    emptied = _sent(notice, scope="Payroll", ended_engagements=[])
    refused = client.post(_url(notice, "edit/"), emptied)
    assert refused.status_code == 422
    assert "Choose at least one agreement to end." in _said(refused)

    answer = _type(
        client,
        notice,
        effective_on=sooner,
        ended_engagements=[str(house.engagement.pk)],
        scope="Payroll",
    )

    assert answer.status_code == 200
    assert "the decision was to end it" in _said(answer)
    now = walks.again(notice)
    assert (now.ended_engagements, now.scope) == ([house.engagement.pk], "Payroll")
    assert "- Payroll" in now.parts["opening"]


def test_the_reason_follows_its_disclosure(client: Client, notice: Notice) -> None:
    _type(client, notice, disclosure="neutral")
    assert walks.again(notice).parts["reason"] == "We have decided to end our work together."

    _type(client, walks.again(notice), disclosure="stated")
    now = walks.again(notice)
    assert now.disclosure == ""
    assert now.parts["reason"] == notice.parts["reason"]


def test_unknown_placeholders_are_named_beside_their_part_and_block(
    client: Client, notice: Notice
) -> None:
    _type(client, notice, ours="We return {item}.", theirs="Please call [name].")

    answer = client.post(_url(notice, "edit/"), _sent(walks.again(notice)) | {"ask": "yes"})

    page = _said(answer)
    assert answer.status_code == 409
    beside = page[page.index('id="beside-ours"') :]
    assert "A gap is left to fill in: {item}" in beside[: beside.index('id="beside-named_theirs"')]
    assert "A gap is left to fill in: [name]" in page
    assert walks.again(notice).state == "draft"


def test_the_amounts_of_open_invoices_stand_beside_the_settlement(
    client: Client, house: House
) -> None:
    an_invoice(house.client)
    notice = walks.a_draft(house)
    client.force_login(house.manager)

    assert "Open on the client's invoices: EUR 1,234.56." in _said(client.get(_url(notice)))


# -- the reader's copy -----------------------------------------------------------------------------


def test_the_mail_stands_at_its_own_address_and_can_do_nothing(
    client: Client, house: House, notice: Notice
) -> None:
    _type(client, notice, ours="We finish <script>alert(1)</script>.")
    page = client.get(_url(notice) + "?view=email")
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert f'<iframe class="sheet__frame" src="{_url(notice, "1/mail/")}"' in _said(page)

    mail = client.get(_url(notice, "1/mail/"))

    assert mail.status_code == 200
    assert b"<script>alert" not in mail.content
    policy = mail["Content-Security-Policy"]
    for words in ("default-src 'none'", "sandbox", "frame-ancestors 'self'", "'unsafe-inline'"):
        assert words in policy
    assert mail["X-Frame-Options"] == "SAMEORIGIN"
    client.force_login(house.outsider)
    assert client.get(_url(notice, "1/mail/")).status_code == 404


def test_the_receipt_page_is_shown_as_the_client_sees_it_and_opens_nothing(
    client: Client, house: House, notice: Notice
) -> None:
    events = AuditEvent.objects.count()

    page = client.get(_url(notice, "1/receipt-page/"))

    said = _said(page)
    assert page.status_code == 200
    assert "Adams Print Ltd" in said
    assert notice.parts["ours"].splitlines()[0] in said
    assert "/r/" not in said
    assert "sandbox" in page["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    assert AuditEvent.objects.count() == events
    assert not notice.case.links.exists()
    client.force_login(house.outsider)
    assert client.get(_url(notice, "1/receipt-page/")).status_code == 404


def test_the_page_asks_whether_a_text_is_set(client: Client, house: House, notice: Notice) -> None:
    where = _url(notice, "1/sheets/set/")
    assert client.get(where + "?version=1").json() == {"set": False}
    walks.set_pages(notice)

    found = client.get(where + "?version=1").json()

    assert (found["set"], found["good"], len(found["pages"])) == (True, True, 1)
    assert client.get(found["pages"][0]).status_code == 200
    assert client.get(where + "?version=2").json() == {"set": False}
    assert client.get(where + "?version=x").json()["set"]
    client.force_login(house.outsider)
    assert client.get(where + "?version=1").status_code == 404


def test_while_new_pages_are_set_the_old_ones_stay(client: Client, notice: Notice) -> None:
    walks.set_pages(notice)
    _type(client, notice, ours="Another text.")

    page = _said(client.get(_url(notice)))

    assert "These pages are of the text before" in page
    assert "/preview/1.png?v=" in page
    assert 'aria-busy="true"' in page
    assert Rendering.objects.filter(done_at=None).count() == 1


def test_window_and_folds_are_drawn_when_asked_for(client: Client, notice: Notice) -> None:
    walks.set_pages(notice)

    assert "sheet__zones" not in _said(client.get(_url(notice)))
    drawn = _said(client.get(_url(notice) + "?zones=yes"))

    assert 'viewBox="0 0 210 297"' in drawn
    assert 'y1="105"' in drawn


# -- letting a finding stand -----------------------------------------------------------------------


def test_a_warning_is_let_stand_with_a_reason_and_not_without(
    client: Client, notice: Notice
) -> None:
    page = _said(_type(client, notice, ours="We finish June. You always asked for it."))
    mark = re.findall(r'name="stand" value="(wording[^"]+)"', page)[0]
    now = walks.again(notice)

    refused = client.post(_url(notice, "edit/"), _sent(now) | {"stand": mark, f"why:{mark}": " "})
    assert refused.status_code == 422
    assert "Say why this may stand." in _said(refused)

    answer = client.post(
        _url(notice, "edit/"),
        _sent(now) | {"stand": mark, f"why:{mark}": "The client wrote so.", "key": uuid.uuid4()},
    )

    assert answer.status_code == 303
    page = _said(client.get(_url(notice)))
    assert "Let stand:" in page
    assert "The client wrote so." in page
    assert AuditEvent.objects.latest("pk").action == "notice.check_overridden"
