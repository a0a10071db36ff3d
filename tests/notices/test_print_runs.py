"""The day's printing: one file, each letter once, changed pages left out with an alarm."""

from __future__ import annotations

import dataclasses
import hashlib

import pypdfium2
import pytest
from django.db import connection

from accounts.actor import Actor
from audit import clock
from notices import triggers
from notices.models import (
    Channel,
    DeliveryState,
    LeftOut,
    Letter,
    NoticeEnclosure,
    NoticeKind,
    PostingList,
    PrintRun,
    ReceiptSlip,
)
from notices.pages import letter_codes, pdf
from notices.post import posting_lists, printing, weights
from notices.post import words as post_words
from notices.services import print_runs, registered, sending
from offboarding.errors import InvalidInput, NotAllowed, TransitionRefused
from tests.builders import House, fresh
from tests.desk.pages import actions
from tests.notices import sample_letters, walks
from tests.notices.sheets import a_pdf, some_letters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _real_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walks, "PDF", a_pdf())


def _texts(run: PrintRun) -> list[str]:
    with pypdfium2.PdfDocument(bytes(run.pdf)) as pages:
        return [page.get_textpage().get_text_bounded() for page in pages]


def _started(house: House, count: int) -> PrintRun:
    run = print_runs.start_run(some_letters(house, count), by=house.by_manager)
    printing.set_due()
    return PrintRun.objects.get(pk=run.pk)


# -- codes and weights -----------------------------------------------------------------------------


def test_a_letters_code_survives_a_scanner_and_shows_a_slip_of_the_finger() -> None:
    code = letter_codes.code_of(1742)
    assert code.isalnum()
    assert letter_codes.delivery_id_of(code) == 1742
    wrong = [
        code[:place] + str((int(code[place]) + 1) % 10) + code[place + 1 :]
        for place in range(2, len(code))
    ]
    assert [letter_codes.delivery_id_of(one) for one in wrong] == [None] * len(wrong)


def test_a_letter_weighs_its_paper_and_its_envelope(house: House) -> None:
    office = house.office
    assert weights.weight_grams(3, office, "din5008b") == 21
    office.paper_grams_per_m2, office.envelope_grams = 100, 4
    assert weights.weight_grams(3, office, "din5008b") == 23
    assert weights.sheets_of(3, both_sides=True) == 2


# -- a run -----------------------------------------------------------------------------------------


def test_a_run_prints_its_letters_once_in_order_each_behind_its_cover(house: House) -> None:
    run = _started(house, 3)

    rows = list(run.letters.select_related("delivery__case"))
    assert [row.first_page for row in rows] == [1, 4, 7]
    assert run.page_count == 9
    assert hashlib.sha256(bytes(run.pdf)).hexdigest() == run.sha256
    texts = _texts(run)
    for row in rows:
        cover = texts[row.first_page - 1]
        assert f"{row.delivery.case.reference}-1" in cover
        assert letter_codes.code_of(row.delivery_id) in cover
        assert "Client" in cover and "Copy" not in cover
        assert f"{row.weight_grams} g" in cover
        delivery = walks.the_same(row.delivery)
        assert (delivery.state, delivery.print_count) == (DeliveryState.PRINTED, 1)
        assert "delivery.printed" in actions(delivery.case)


def test_sealed_pages_are_taken_as_they_are(house: House, monkeypatch) -> None:
    sealed = pdf.render_letter(sample_letters.GERMAN).pdf
    monkeypatch.setattr(walks, "PDF", sealed)
    run = _started(house, 1)
    with (
        pypdfium2.PdfDocument(sealed) as original,
        pypdfium2.PdfDocument(bytes(run.pdf)) as pages,
    ):
        for number in range(len(original)):
            before = original[number].render(scale=1).to_pil().tobytes()
            assert pages[1 + number].render(scale=1).to_pil().tobytes() == before


def test_an_enclosure_is_printed_weighed_and_named_on_the_cover_sheet(house: House) -> None:
    letter = some_letters(house, 1)[0]
    pages = a_pdf(2)
    triggers.drop(connection)
    NoticeEnclosure.objects.create(
        notice=letter.notice,
        position=1,
        title="Open invoices",
        pdf=pages,
        sha256=hashlib.sha256(pages).hexdigest(),
        size_bytes=len(pages),
        page_count=2,
    )
    triggers.create(connection)
    run = print_runs.start_run([letter], by=house.by_manager)
    printing.set_due()

    run = PrintRun.objects.get(pk=run.pk)
    assert run.letters.get().sheet_count == 4
    assert run.page_count == 5
    assert "Open invoices, 2 pages" in _texts(run)[0]


def test_a_letter_is_in_no_second_run(house: House) -> None:
    run = _started(house, 2)
    letters = [row.delivery for row in run.letters.all()]

    with pytest.raises(TransitionRefused, match="printed already"):
        print_runs.start_run(letters, by=house.by_manager)

    assert PrintRun.objects.count() == 1


def test_printing_again_is_a_decision_and_marked_on_the_cover_sheet_alone(house: House) -> None:
    run = _started(house, 2)
    with pytest.raises(InvalidInput, match="Say why"):
        print_runs.print_run_again(run, by=house.by_manager, reason=" ")

    again = print_runs.print_run_again(run, by=house.by_manager, reason="The printer jammed.")
    printing.set_due()

    again = PrintRun.objects.get(pk=again.pk)
    assert (again.number, again.repeats) == (2, run)
    texts = _texts(again)
    assert "Copy 2" in texts[0] and "Copy 2" in texts[3]
    assert [text for text in (texts[1], texts[2]) if "Copy" in text] == []
    case = fresh(again.letters.first().delivery.case)
    assert actions(case)[-1] == "delivery.printed_again"


def test_one_letter_is_printed_again_alone(house: House) -> None:
    run = _started(house, 2)
    letter = run.letters.first().delivery

    again = print_runs.print_letter_again(letter, by=house.by_lead, reason="It tore.")

    assert [row.copy_number for row in again.letters.all()] == [2]
    assert again.repeats is None
    queued = walks.delivery_of(walks.sent(house), Channel.REGISTERED_MAIL)
    with pytest.raises(TransitionRefused, match="not printed yet"):
        print_runs.print_letter_again(queued, by=house.by_lead, reason="It tore.")


@pytest.mark.parametrize("model", [Letter, ReceiptSlip])
def test_one_flipped_byte_leaves_a_letter_out_with_an_alarm_and_the_others_print(
    house: House, model: type
) -> None:
    letters = some_letters(house, 3)
    run = print_runs.start_run(letters, by=house.by_manager)
    changed = letters[1]
    row = changed.notice.letter if model is Letter else ReceiptSlip.objects.get(delivery=changed)
    flipped = bytearray(bytes(row.pdf))
    flipped[20] ^= 1
    triggers.drop(connection)
    try:
        model.objects.filter(pk=row.pk).update(pdf=bytes(flipped))
    finally:
        triggers.create(connection)

    printing.set_due()

    run = PrintRun.objects.get(pk=run.pk)
    rows = list(run.letters.all())
    assert [one.left_out for one in rows] == ["", LeftOut.BYTES_DIFFER, ""]
    assert [one.first_page for one in rows] == [1, None, 4]
    delivery = walks.the_same(changed)
    assert (delivery.state, delivery.print_count) == (DeliveryState.QUEUED, 0)
    case = fresh(changed.case)
    assert {"delivery.alarm", "delivery.print_undone"} <= set(actions(case))
    assert case.tasks.filter(done_at=None, title__contains="were changed").exists()


def test_what_was_taken_back_before_the_file_was_made_is_not_in_it(house: House) -> None:
    letters = some_letters(house, 2)
    run = print_runs.start_run(letters, by=house.by_manager)
    sending.take_back(walks.the_same(letters[0]), by=house.by_manager)

    printing.set_due()

    run = PrintRun.objects.get(pk=run.pk)
    assert [one.left_out for one in run.letters.all()] == [LeftOut.TAKEN_BACK, ""]
    assert run.page_count == 3
    assert walks.the_same(letters[0]).state == DeliveryState.TAKEN_BACK


def test_a_printer_of_both_sides_begins_each_part_on_a_sheet_of_its_own(house: House) -> None:
    house.office.prints_both_sides = True
    house.office.save()

    run = _started(house, 1)

    # Cover, letter, slip: one page each, and the empty back of each.
    assert run.page_count == 6
    assert run.letters.get().sheet_count == 2


def test_a_run_is_put_together_once_by_whoever_counts_the_attempt(
    house: House, monkeypatch
) -> None:
    run = print_runs.start_run(some_letters(house, 1), by=house.by_manager)
    PrintRun.objects.filter(pk=run.pk).update(attempts=1)
    worked: list[int] = []
    monkeypatch.setattr(printing, "_WORK", ((PrintRun, worked.append),))

    assert printing.set_due() == 1
    assert worked == [run.pk]
    assert PrintRun.objects.get(pk=run.pk).attempts == 2
    PrintRun.objects.filter(pk=run.pk).update(attempts=printing.MOST_ATTEMPTS)
    assert printing.set_due() == 0


def test_a_file_that_cannot_be_made_gives_its_letters_back_and_holds_nobody_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = print_runs.start_run(some_letters(house, 1), by=house.by_manager)
    print_runs.order_posting_list(run, by=house.by_manager)

    def breaks(*_arguments: object) -> None:
        raise ValueError("A cover sheet has more than one page.")

    monkeypatch.setattr(printing, "_put_together", breaks)
    for _time in range(printing.MOST_ATTEMPTS):
        printing.set_due()

    assert PostingList.objects.get().sha256
    run = PrintRun.objects.get(pk=run.pk)
    assert run.done_at and not run.is_good
    assert "could not be put together" in run.problems[0]
    delivery = walks.the_same(run.letters.get().delivery)
    assert (delivery.state, delivery.print_count) == (DeliveryState.QUEUED, 0)
    again = print_runs.start_run([delivery], by=house.by_manager)
    assert again.letters.get().copy_number == 1


def test_a_run_is_not_empty_and_not_for_strangers(house: House) -> None:
    with pytest.raises(InvalidInput, match="at least one"):
        print_runs.start_run([], by=house.by_manager)
    letters = some_letters(house, 2)
    with pytest.raises(NotAllowed):
        print_runs.start_run(letters, by=Actor.person(house.outsider))
    with pytest.raises(NotAllowed):
        print_runs.start_run(letters, by=Actor.person(house.auditor))


# -- the posting list ------------------------------------------------------------------------------


def test_the_posting_list_keeps_the_order_of_the_run_and_is_safe_in_a_spreadsheet(
    house: House,
) -> None:
    run = _started(house, 2)
    first = run.letters.first().delivery
    registered.record_posting(
        walks.the_same(first),
        by=house.by_manager,
        carrier="Deutsche Post",
        carrier_number=walks.VALID_NUMBER,
        posted_on=clock.today(house.office.time_zone),
    )
    lines = posting_lists.lines_of(posting_lists.letters_of(run))

    assert [line.number for line in lines] == [1, 2]
    assert [line.carrier_number for line in lines] == [walks.VALID_NUMBER, ""]
    assert lines[0].addressee == "Jane Adams, Client 1 Ltd"
    assert lines[0].town == "Manchester, M3 3JE"
    assert "KÖNIGREICH" in lines[0].country
    assert lines[0].weight_grams > 6
    hostile = posting_lists.Line(**(vars(lines[0]) | {"addressee": "=cmd()"}))
    headings, row = posting_lists.csv_rows(run, [hostile])
    assert "'=cmd()" in row
    assert len(row) == len(headings)


def test_the_posting_list_is_set_once_as_it_stands(house: House) -> None:
    run = _started(house, 2)
    for _time in range(2):
        print_runs.order_posting_list(run, by=house.by_manager)
    printing.set_due()

    done = PostingList.objects.get()
    assert not done.problems
    with pypdfium2.PdfDocument(bytes(done.pdf)) as pages:
        text = pages[0].get_textpage().get_text_bounded()
    assert "2 registered letters handed over" in text
    assert "Manchester" in text


def test_a_german_office_has_german_cover_sheets_and_posting_lists(house: House) -> None:
    house.office.language = "de"
    house.office.save()
    letter = some_letters(house, 1)[0]
    run = print_runs.start_run([letter], by=house.by_manager)
    printing.set_due()
    print_runs.order_posting_list(run, by=house.by_manager)
    printing.set_due()

    cover = _texts(PrintRun.objects.get())[0]
    for words in (
        "EINSCHREIBEN RÜCKSCHEIN",
        "Fenster 90",
        "Empfänger",
        "In den Umschlag",
        "Brief, 1 Seite",
        "Kündigung",
        "bleibt im Haus",
    ):
        assert words in cover
    with pypdfium2.PdfDocument(bytes(PostingList.objects.get().pdf)) as pages:
        text = pages[0].get_textpage().get_text_bounded()
    assert "Einlieferungsliste" in text
    assert "1 Einschreiben eingeliefert." in text
    assert posting_lists.csv_rows(run, [])[0][3] == "Empfänger"


def test_both_languages_have_a_word_for_every_kind_of_letter() -> None:
    for words in post_words.WORDS.values():
        assert set(words.kinds) == set(NoticeKind.values)
        assert len(words.headings) == len(dataclasses.fields(posting_lists.Line)) + 1


# -- numbers corrected and undone ------------------------------------------------------------------


def test_a_corrected_number_leaves_the_wrong_one_on_record(house: House) -> None:
    delivery = walks.posted(house)
    registered.correct_number(
        delivery,
        by=house.by_manager,
        carrier="Deutsche Post",
        carrier_number=walks.ANOTHER_VALID_NUMBER,
        reason="Scanned twice.",
    )
    delivery = walks.the_same(delivery)
    assert delivery.carrier_number == walks.ANOTHER_VALID_NUMBER
    assert walks.VALID_NUMBER in delivery.events.last().note
    assert actions(delivery.case)[-1] == "delivery.number_corrected"
    with pytest.raises(InvalidInput, match="Say why"):
        registered.correct_number(
            delivery, by=house.by_manager, carrier="", carrier_number="RR473124829GB", reason=""
        )


def test_an_undone_posting_is_served_no_more_and_frees_its_number(house: House) -> None:
    delivery = walks.posted(house)
    sending.take_back(walks.delivery_of(delivery.notice, "email"), by=house.by_manager)

    registered.undo_posting(delivery, by=house.by_manager)

    delivery = walks.the_same(delivery)
    assert (delivery.state, delivery.carrier_number) == (DeliveryState.PRINTED, "")
    case = fresh(delivery.case)
    assert case.served_on is None
    assert actions(case)[-2:] == ["notice.service_corrected", "delivery.posting_undone"]
    registered.record_posting(
        delivery,
        by=house.by_manager,
        carrier="Deutsche Post",
        carrier_number=walks.VALID_NUMBER,
        posted_on=clock.today(case.time_zone),
    )
    assert fresh(case).served_on == clock.today(case.time_zone)


def test_an_undone_posting_leaves_the_service_to_the_mail_that_left(house: House) -> None:
    delivery = walks.posted(house)
    email = walks.became(walks.delivery_of(delivery.notice, Channel.EMAIL), DeliveryState.ACCEPTED)
    email.events.create(state=DeliveryState.ACCEPTED)

    registered.undo_posting(delivery, by=house.by_manager)

    case = fresh(delivery.case)
    assert (case.served_on, case.served_by) == (clock.today(case.time_zone), Channel.EMAIL)


def test_a_posting_on_which_a_receipt_rests_is_not_undone(house: House) -> None:
    delivery = walks.posted(house)
    registered.record_outcome(
        delivery, by=house.by_manager, outcome="delivered", on=clock.today("UTC")
    )
    with pytest.raises(TransitionRefused, match="only a posted one"):
        registered.undo_posting(walks.the_same(delivery), by=house.by_manager)


def test_a_number_used_before_says_where_to_who_may_know(house: House) -> None:
    used = walks.posted(house)
    other = walks.delivery_of(some_letters(house, 1)[0].notice, "registered_mail")
    registered.record_print(other, by=house.by_manager)
    with pytest.raises(InvalidInput, match=used.case.reference):
        registered.record_posting(
            walks.the_same(other),
            by=house.by_manager,
            carrier="",
            carrier_number=walks.VALID_NUMBER,
            posted_on=clock.today("UTC"),
        )
    used.case.team = house.other_team
    used.case.save()
    with pytest.raises(InvalidInput, match="another letter") as refused:
        registered.record_posting(
            walks.the_same(other),
            by=house.by_manager,
            carrier="",
            carrier_number=walks.VALID_NUMBER,
            posted_on=clock.today("UTC"),
        )
    assert used.case.reference not in refused.value.message
