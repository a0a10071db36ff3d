"""What stands against a notice: its manner of telling facts, dates, money, names and language."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import clock
from notices.checking import checks
from notices.checking.findings import Finding
from notices.language.phrases import say_date, say_weekday
from notices.language.written_dates import amounts_in, dates_in
from notices.models import Notice
from notices.services import drafting
from offboarding.lifecycle import State
from offboarding.models import (
    AccessItem,
    DataCategory,
    Disposal,
    HandoverItem,
    HandoverState,
    Obligation,
)
from tests.builders import House, a_case, an_invoice, an_obligation
from tests.notices import walks

pytestmark = pytest.mark.django_db


def written(house: House, notice: Notice | None = None, **changes: str) -> Notice:
    notice = notice or walks.a_draft(house)
    parts = {name: text for name, text in changes.items() if name in notice.parts}
    fields = {name: value for name, value in changes.items() if name not in notice.parts}
    drafting.edit_notice(
        notice, by=house.by_manager, expected_version=notice.version, parts=parts, **fields
    )
    return walks.again(notice)


def of(notice: Notice, *codes: str) -> list[Finding]:
    return [one for one in checks.findings(notice) if one.code in codes]


# -- dates and money -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "days"),
    [
        ("31 January 2027", "en", [date(2027, 1, 31)]),
        ("the 1st of March 2027", "en", [date(2027, 3, 1)]),
        ("January 31, 2027", "en", [date(2027, 1, 31)]),
        ("Jan. 3rd, 2027", "en", [date(2027, 1, 3)]),
        ("3/4/2027", "en", [date(2027, 4, 3), date(2027, 3, 4)]),
        ("2027-02-28", "en", [date(2027, 2, 28)]),
        ("31. Januar 2027", "de", [date(2027, 1, 31)]),
        ("31.01.2027", "de", [date(2027, 1, 31)]),
        ("1.2.27", "de", [date(2027, 2, 1)]),
        ("30. Februar 2027", "de", []),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, language: str, days: list[date]) -> None:
    (found,) = dates_in(f"It ends {text}. Bye.", language)

    assert found.said in text
    assert list(found.readings) == days


@pytest.mark.parametrize("text", ["10 may come", "version 1.2.3", "in March 2027", "+49 30 1234"])
def test_what_is_no_date_is_left_alone(text: str) -> None:
    assert dates_in(text, "en") == []


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("EUR 1,234.56", 123_456),
        ("1.234,56 EUR", 123_456),
        ("€500", 50_000),
        ("1 234,50 Euro", 123_450),
        ("300,- €", 30_000),
        ("EUR 10,000", 1_000_000),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, cents: int) -> None:
    (found,) = amounts_in(f"Please pay {text}, thank you.")

    assert (found.currency, found.cents) == ("EUR", cents)


def test_a_wrong_weekday_blocks_and_the_right_one_is_offered(house: House) -> None:
    notice = walks.a_draft(house)
    day = notice.effective_on
    right, wrong = say_weekday(day, "en"), say_weekday(day + timedelta(days=1), "en")

    notice = written(house, notice, opening=notice.parts["opening"].replace(right, wrong))

    (finding,) = of(notice, "weekday_wrong")
    assert (finding.level, finding.part) == ("block", "opening")
    assert finding.found == f"{wrong}, {say_date(day, 'en')}"
    assert finding.rewrite == f"{right}, {say_date(day, 'en')}"


def test_a_day_that_no_calendar_has_blocks(house: House) -> None:
    notice = written(house, handover="We meet your new provider on 31 February 2027.")

    assert [one.found for one in of(notice, "date_impossible")] == ["31 February 2027"]


def test_a_date_that_is_not_the_cases_blocks_as_a_term_and_warns_elsewhere(house: House) -> None:
    notice = walks.a_draft(house)
    slip = say_date(notice.effective_on + timedelta(days=7), "en")

    notice = written(
        house,
        notice,
        opening=f"{notice.parts['opening']}\n\nThe last day is {slip}.",
        handover=f"Your tax return is due on {slip}.",
    )

    assert [(one.level, one.part, one.rewrite) for one in of(notice, "date_not_the_cases")] == [
        ("block", "opening", say_date(notice.effective_on, "en")),
        ("warn", "handover", ""),
    ]


def test_dates_that_the_record_knows_are_the_cases(house: House) -> None:
    invoice = an_invoice(house.client)
    notice = walks.a_draft(house)
    fact, remedy = notice.case.evidence.get(), notice.case.remedies.get()
    days = [
        house.engagement.started_on, invoice.issued_on, invoice.due_on, fact.happened_on,
        remedy.tried_on, clock.today(notice.case.time_zone),
    ]  # fmt: skip

    notice = written(
        house, notice, handover=f"We met on {', '.join(say_date(day, 'en') for day in days)}."
    )

    assert of(notice, "date_not_the_cases") == []


def test_an_amount_that_nobody_invoiced_blocks_under_settlement_and_warns_elsewhere(
    house: House,
) -> None:
    an_invoice(house.client)
    notice = walks.a_draft(house)
    settlement = notice.parts["settlement"].replace("EUR 1,234.56 as", "EUR 1,243.56 as")

    notice = written(
        house, notice, settlement=settlement, handover="The licence costs you EUR 90 a month."
    )

    assert [
        (one.level, one.part, one.found, one.rewrite) for one in of(notice, "amount_not_the_cases")
    ] == [
        ("block", "settlement", "EUR 1,243.56", "EUR 1,234.56"),
        ("warn", "handover", "EUR 90", ""),
    ]


# -- names and language ----------------------------------------------------------------------------


def test_a_misspelt_client_warns_with_the_right_name(house: House) -> None:
    notice = walks.a_draft(house)
    opening = notice.parts["opening"].replace("Adams Print Ltd", "Adam Prints Ltd")

    notice = written(house, notice, opening=opening)

    assert [(one.level, one.found, one.rewrite) for one in of(notice, "client_misspelt")] == [
        ("warn", "Adam Prints Ltd", "Adams Print Ltd")
    ]


def test_a_greeting_to_somebody_else_warns(house: House) -> None:
    notice = walks.a_draft(house)

    notice = written(house, notice, opening=f"Dear Mr Miller,\n{notice.parts['opening']}")

    (finding,) = of(notice, "greeting_names_another")
    assert (finding.found, finding.rewrite) == ("Mr Miller", "Jane Adams")


def test_a_misspelt_addressee_warns(house: House) -> None:
    notice = written(house, recipient_name="Jane Adam")

    assert [one.rewrite for one in of(notice, "addressee_misspelt")] == ["Jane Adams"]


def test_a_part_in_another_language_blocks(house: House) -> None:
    notice = written(
        house,
        handover="Wir übergeben Ihnen Ihre Unterlagen und helfen dem neuen Anbieter beim Start."
        " Bitte sagen Sie uns, an wen wir uns wenden dürfen.",
    )

    assert [one.part for one in of(notice, "language_not_the_clients")] == ["handover"]


def test_a_client_who_reads_german_since_the_draft_needs_a_new_one(house: House) -> None:
    notice = walks.a_draft(house)
    house.client.language = "de"
    house.client.save()

    assert of(walks.again(notice), "language_not_the_clients")


def test_a_language_that_we_cannot_write_is_said(house: House) -> None:
    house.client.language = "fr"
    house.client.save()

    notice = walks.a_draft(house)

    assert [one.level for one in of(notice, "language_fallback")] == ["hint"]


# -- required parts say what they are there for ----------------------------------------------------


@pytest.mark.parametrize(
    ("part", "text", "code"),
    [
        ("opening", "Our services for Adams Print Ltd change soon.", "ending_not_said"),
        ("opening", "Something ends soon.", "scope_not_said"),
        ("receipt", "This does not mean that you agree.", "receipt_not_asked"),
        ("receipt", "Please confirm receipt.", "agreement_not_excluded"),
        ("ours", "We finish ___ soon.", "gap_left"),
        ("ours", "We finish XX.XX.XXXX soon.", "gap_left"),
        ("ours", "We finish TBD soon.", "gap_left"),
        ("ours", "We finish for <Client name> soon.", "gap_left"),
        ("ours", "We finish <<the work>> soon.", "gap_left"),
        ("ours", "We finish on 3 May 20XX.", "gap_left"),
    ],
)
def test_a_part_that_does_not_say_its_piece_blocks(
    house: House, part: str, text: str, code: str
) -> None:
    assert [(one.level, one.part) for one in of(written(house, **{part: text}), code)] == [
        ("block", part)
    ]


def test_the_scope_of_the_case_is_said(house: House) -> None:
    notice = walks.a_draft(house)
    notice.scope = "Payroll for the Leeds branch"

    assert of(notice, "scope_not_said")
    notice.parts["opening"] += " It covers payroll for Leeds."
    assert of(notice, "scope_not_said") == []


def test_a_signature_without_a_position_blocks(house: House) -> None:
    notice = walks.a_draft(house)
    notice.signatory.position = ""

    assert of(notice, "signature_incomplete")


def test_an_item_without_its_date_warns(house: House) -> None:
    notice = written(house, ours="We will:\n- Close the ledger\n- Pay by 1 June")

    assert [(one.level, one.found) for one in of(notice, "item_undated")] == [
        ("warn", "Close the ledger")
    ]


@pytest.mark.parametrize(
    ("parts", "code", "level"),
    [
        ({"ours": "We do this. " * 90}, "reading.words", "warn"),
        ({"ours": f"We do {'this and that ' * 9}now."}, "reading.long_sentence", "warn"),
        (
            {
                "reason": "Considering organisational interdependencies, continuing collaborative"
                " professional relationships necessitates disproportionate administrative effort. "
                * 4
            },
            "reading.difficulty",
            "block",
        ),
    ],
)
def test_a_letter_that_is_hard_to_read_is_said_to_be(
    house: House, parts: dict[str, str], code: str, level: str
) -> None:
    assert [one.level for one in of(written(house, **parts), code)] == [level]


# -- facts only ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("We enclose your records.", "enclosure_not_attached"),
        ("Please find attached a list of open points.", "enclosure_not_attached"),
        ("We have returned your documents.", "return_not_recorded"),
        ("Your files have been handed to the new provider.", "return_not_recorded"),
        ("We have already told the tax office.", "third_party_not_told"),
        ("The bank has been informed.", "third_party_not_told"),
        ("We have filed the annual return.", "work_not_recorded_as_done"),
        ("All our work is done.", "ours_still_outstanding"),
        ("From your side nothing is outstanding.", "theirs_still_outstanding"),
        ("Thank you for your payment.", "payment_not_recorded"),
        ("All your invoices are paid.", "invoices_still_open"),
        ("We have revoked all access.", "access_not_taken_back"),
        ("Please find your tax files attached.", "enclosure_not_attached"),
        ("All your data has been deleted.", "deletion_not_recorded"),
        ("We have refunded the deposit.", "refund_not_recorded"),
    ],
)
def test_what_the_record_does_not_show_may_not_be_said(house: House, text: str, code: str) -> None:
    an_invoice(house.client)

    (finding,) = of(written(house, handover=text), code)

    assert (finding.level, finding.part) == ("block", "handover")
    assert finding.found
    assert finding.found in text
    assert finding.why


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Wir legen Ihre Unterlagen bei.", "enclosure_not_attached"),
        ("Anbei erhalten Sie die Liste.", "enclosure_not_attached"),
        ("Wir haben Ihnen Ihre Unterlagen bereits zurückgegeben.", "return_not_recorded"),
        ("Das Finanzamt wurde informiert.", "third_party_not_told"),
        ("Von unserer Seite ist nichts offen.", "ours_still_outstanding"),
        ("Vielen Dank für Ihre Zahlung.", "payment_not_recorded"),
        ("Wir haben Ihre Daten bereits gelöscht.", "deletion_not_recorded"),
        ("Wir haben Ihnen die Vorauszahlung zurücküberwiesen.", "refund_not_recorded"),
    ],
)
def test_the_same_holds_in_german(house: House, text: str, code: str) -> None:
    house.client.language = "de"
    house.client.save()

    assert of(written(house, handover=text), code)


def test_what_the_record_shows_may_be_said(house: House) -> None:
    an_invoice(house.client, paid_on=clock.today())
    case = a_case(house, State.NOTICE)
    an_obligation(case, title="Tell the tax office")
    Obligation.objects.filter(case=case, party="ours").update(state="fulfilled")
    HandoverItem.objects.create(
        case=case,
        title="Ledgers",
        state=HandoverState.DELIVERED,
        delivered_on=clock.today(),
    )
    AccessItem.objects.create(
        case=case, system="Ledger", held_by="us", revoked_on=clock.today(), checked_by=house.lead
    )
    DataCategory.objects.create(
        case=case,
        name="Drafts",
        held_in="the archive",
        disposal=Disposal.DELETE,
        ground="Not needed any more",
        done_on=clock.today(),
        done_how="shredded",
    )
    an_obligation(case, title="Pay back the deposit", amount_cents=50_000, currency="EUR")
    Obligation.objects.filter(title="Pay back the deposit").update(state="fulfilled")

    notice = written(
        house,
        walks.a_draft(house, case),
        handover="We have returned your documents. We have already told the tax office. All our"
        " work is done. Thank you for your payment. All your invoices are paid. We have revoked"
        " all access. All your data has been deleted. We have refunded the deposit. Please sign the"
        " enclosed receipt slip.",
    )

    told = {"not_attached", "not_recorded", "not_told", "outstanding", "still_open", "taken_back"}
    assert [one for one in checks.findings(notice) if one.code.endswith(tuple(told))] == []


def test_an_amount_of_zero_is_the_cases_while_nothing_is_open(house: House) -> None:
    said = {"settlement": "On our books 0.00 EUR is open."}
    assert of(written(house, **said), "amount_not_the_cases") == []

    an_invoice(house.client)
    assert of(written(house, **said), "amount_not_the_cases")


def test_a_slip_is_enclosed_only_when_a_letter_goes_by_post(house: House) -> None:
    notice = written(house, handover="Please sign the enclosed slip.", sends_registered_mail=False)

    assert of(notice, "enclosure_not_attached")


# -- cost ------------------------------------------------------------------------------------------


def test_the_number_of_questions_to_the_database_does_not_grow_with_the_letter(
    house: House,
) -> None:
    an_invoice(house.client)
    notice = walks.a_draft(house)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            checks.findings(walks.again(notice))
        return len(queries)

    usual = asked()
    text = "We met on 3 May 2020 about EUR 77 and have returned your files immediately. " * 20
    written(house, notice, handover=text)

    assert usual <= 10
    assert asked() <= 20
