"""Putting a run's file together, in the worker: cover sheets set, sealed pages taken as they are.

Before anything is put together the stored bytes of each letter and slip are compared with the
hash they were sealed with and with the one that the run noted. What differs is left out with an
alarm; the others are printed.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2
import structlog
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.actor import Actor
from audit import clock
from notices.errors import BytesDiffer
from notices.language.phrases import language_of
from notices.letters.content import LetterProblems
from notices.models import (
    Delivery,
    DeliveryEvent,
    DeliveryState,
    LeftOut,
    Notice,
    PostingList,
    PrintRun,
    PrintRunLetter,
    ReceiptSlip,
)
from notices.pages import enclosed, letter_codes, letter_fit, pdf
from notices.post import posting_lists
from notices.post.words import PostWords, said, words_of
from notices.profiles import profile_for
from offboarding.models import TaskKind
from offboarding.services.locking import locked, remember
from offboarding.services.tasks import raise_for_each

log = structlog.get_logger(__name__)

MACHINE = Actor.machine("notices.printing")
MOST_ATTEMPTS = 3
COVER = "letters/cover.html"


def set_due(limit: int = 10) -> int:
    """Set the runs and posting lists that were ordered; safe to run twice or in several places.

    Returns:
        How many orders were worked on.
    """
    done = 0
    for model, work in _WORK:
        waiting = model.objects.filter(done_at=None, attempts__lt=MOST_ATTEMPTS)
        for pk, attempts in list(waiting.order_by("pk").values_list("pk", "attempts")[:limit]):
            # Who counts the attempt does the work.
            mine = model.objects.filter(pk=pk, done_at=None, attempts=attempts)
            if not mine.update(attempts=F("attempts") + 1):
                continue
            try:
                work(pk)
            except Exception:
                # One file that cannot be made must not keep the others waiting.
                log.exception("printing.failed", order=f"{model.__name__}:{pk}")
                if attempts + 1 >= MOST_ATTEMPTS:
                    _give_up(model, pk)
            done += 1
    return done


def _give_up(model: Any, pk: int) -> None:
    """Say so after the last attempt; the letters of a run wait for the printer again."""
    problem = _("The file could not be put together. Tell an admin; the log says why.")
    if model is PrintRun:
        _finish(PrintRun.objects.get(pk=pk), {}, problems=[problem])
    else:
        model.objects.filter(pk=pk, done_at=None).update(done_at=clock.now(), problems=[problem])


# -- the run ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sheets:
    """The sealed pages of one letter, compared with their hashes."""

    row: PrintRunLetter
    letter: bytes
    enclosures: tuple[bytes, ...]
    slip: bytes | None


def set_run(run_id: int) -> None:
    """Put the file of one run together; doing it twice gives the same letters."""
    run = PrintRun.objects.select_related("office", "ordered_by").get(pk=run_id)
    rows = list(
        run.letters.select_related(
            "letter", "delivery__case__client", "delivery__case__team", "delivery__notice__office"
        ).defer("delivery__mime", "letter__text")
    )
    good: list[_Sheets] = []
    left_out: dict[int, LeftOut] = {}
    for row in rows:
        found = _compared(row)
        if isinstance(found, LeftOut):
            left_out[row.pk] = found
        else:
            good.append(found)
    try:
        covers = pdf.render_document(COVER, cover_content(run, good)) if good else None
    except LetterProblems as refused:
        _finish(run, left_out, problems=[problem.sentence for problem in refused.problems])
        return
    if covers is None:
        _finish(run, left_out, problems=[_("No letter of this run can be printed.")])
        return
    file, places = _put_together(run, covers.pdf, good)
    _finish(run, left_out, file=file, places=places)


def _compared(row: PrintRunLetter) -> _Sheets | LeftOut:
    """Return the pages of a letter, or why they are not printed."""
    if row.delivery.state == DeliveryState.TAKEN_BACK:
        return LeftOut.TAKEN_BACK
    letter = bytes(row.letter.pdf)
    stored = ReceiptSlip.objects.filter(delivery=row.delivery).first()
    slip = bytes(stored.pdf) if stored else None
    letter_is_whole = _sha256(letter) == row.letter.sha256 == row.letter_sha256
    slip_is_whole = (
        not row.slip_sha256
        if stored is None or slip is None
        else _sha256(slip) == stored.sha256 == row.slip_sha256
    )
    notice = row.delivery.notice
    try:
        with_it = tuple(bytes(one.pdf) for one in enclosed.enclosures_of(notice)) if notice else ()
    except BytesDiffer:
        return LeftOut.BYTES_DIFFER
    if not (letter_is_whole and slip_is_whole):
        return LeftOut.BYTES_DIFFER
    return _Sheets(row, letter, with_it, slip)


def cover_content(run: PrintRun, letters: Sequence[_Sheets]) -> dict[str, Any]:
    """Return what the cover sheets of a run show, one page a letter, as the office speaks."""
    language = language_of(run.office.language)
    words = words_of(language)
    title = posting_lists.name_of(run)
    return {
        "title": title,
        "author": run.office.legal_name,
        "language": language,
        "words": words,
        "created_on": clock.today(run.office.time_zone),
        "footer_reference": title,
        "sheet": "letter" if run.profile == "us10" else "a4",
        "run": run,
        "envelope": words.envelopes.get(run.profile) or profile_for(run.profile).envelope,
        "covers": [_cover(sheets.row, words, title) for sheets in letters],
    }


def _cover(row: PrintRunLetter, words: PostWords, run: str) -> dict[str, Any]:
    delivery = row.delivery
    notice = delivery.notice
    assert notice is not None
    code = letter_codes.code_of(delivery.pk)
    return {
        "row": row,
        "place": words.letter_of_run.format(run=run, position=row.position),
        "copy": words.copy.format(number=row.copy_number) if row.is_copy else "",
        "code": code,
        "qr": pdf.qr_path(code),
        "reference": f"{delivery.case.reference}-{notice.number}",
        "client": letter_fit.printable(delivery.case.client.legal_name),
        "kind": words.kinds.get(notice.kind, notice.get_kind_display()),
        "contents": _contents(row, notice, words),
        "sheets": said(words.sheets, row.sheet_count),
        "weight": words.weight_computed.format(grams=row.weight_grams),
        "address": [letter_fit.printable(str(line)) for line in delivery.recipient_lines],
        "service": posting_lists.service_of(row.run.office.language),
        "letter_sha256": row.letter_sha256[:16],
    }


def _contents(row: PrintRunLetter, notice: Notice, words: PostWords) -> list[str]:
    """Say what goes into the envelope, a line each."""
    lines = [said(words.letter_pages, row.letter_pages)]
    for title, pages in notice.enclosures.values_list("title", "page_count"):
        lines.append(said(words.enclosure_pages, pages, title=letter_fit.printable(title)))
    if row.slip_pages:
        lines.append(said(words.slip_pages, row.slip_pages))
    return lines


def _put_together(
    run: PrintRun, covers: bytes, letters: Sequence[_Sheets]
) -> tuple[bytes, dict[int, int]]:
    """Return the run's file, and on which of its pages each letter's cover sheet lies."""
    paper = profile_for(run.profile)
    size = (paper.sheet_width / 25.4 * 72, paper.sheet_height / 25.4 * 72)
    places: dict[int, int] = {}
    whole = pypdfium2.PdfDocument.new()
    try:
        with pypdfium2.PdfDocument(covers) as cover_pages:
            if len(cover_pages) != len(letters):
                raise ValueError("A cover sheet has more than one page.")
            for number, sheets in enumerate(letters):
                places[sheets.row.pk] = len(whole) + 1
                whole.import_pages(cover_pages, [number])
                _fill_sheet(whole, run, size)
                for part in (sheets.letter, *sheets.enclosures, sheets.slip):
                    if part is None:
                        continue
                    with pypdfium2.PdfDocument(part) as pages:
                        whole.import_pages(pages)
                    _fill_sheet(whole, run, size)
        buffer = io.BytesIO()
        whole.save(buffer)
    finally:
        whole.close()
    return buffer.getvalue(), places


def _fill_sheet(whole: Any, run: PrintRun, size: tuple[float, float]) -> None:
    """Begin the next part on a sheet of its own where the printer prints both sides."""
    if run.office.prints_both_sides and len(whole) % 2:
        whole.new_page(*size)


def _finish(
    run: PrintRun,
    left_out: dict[int, LeftOut],
    *,
    file: bytes | None = None,
    places: dict[int, int] | None = None,
    problems: Sequence[str] = (),
) -> None:
    with transaction.atomic():
        now = PrintRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if now.done_at is not None:
            return
        now.done_at = clock.now()
        now.problems = list(problems)
        if file is not None:
            now.pdf = file
            now.sha256 = _sha256(file)
            with pypdfium2.PdfDocument(file) as pages:
                now.page_count = len(pages)
        now.save()
        for row_id, page in (places or {}).items():
            PrintRunLetter.objects.filter(pk=row_id).update(first_page=page)
    # Each case by itself and after the run: a case is locked before a run, never the other way.
    for row in run.letters.select_related("delivery__case__team").order_by("delivery__case_id"):
        if row.pk in left_out:
            _leave_out(row, left_out[row.pk])
        elif file is None:
            _back_to_the_queue(row, _("Its run could not be put together"))


def _leave_out(row: PrintRunLetter, why: LeftOut) -> None:
    PrintRunLetter.objects.filter(pk=row.pk).update(left_out=why)
    if why != LeftOut.BYTES_DIFFER:
        return
    log.critical("delivery.alarm", delivery=row.delivery_id, differs="letter or slip")
    note = _("Not printed: the stored pages differ from those that were approved.")
    with transaction.atomic():
        case = locked(row.delivery.case)
        remember(
            case,
            "delivery.alarm",
            by=MACHINE,
            subject=row.delivery,
            details={"differs": "print", "sha256": row.letter_sha256, "run": row.run_id},
        )
        raise_for_each(
            case,
            list(accounts.leads_of(case.team)) or [case.owner],
            kind=TaskKind.LOOK_AT,
            title=_("Stored pages of a registered letter were changed"),
            details=note,
            origin=f"delivery:{row.delivery_id}:alarm",
        )
    _back_to_the_queue(row, note)


def _back_to_the_queue(row: PrintRunLetter, note: str) -> None:
    """Undo the print of a letter whose pages were never released; the record keeps both."""
    with transaction.atomic():
        case = locked(row.delivery.case)
        delivery = (
            Delivery.objects.select_for_update(of=("self",)).defer("mime").get(pk=row.delivery_id)
        )
        if delivery.print_count != row.copy_number:
            return
        delivery.print_count -= 1
        fields = ["print_count"]
        if delivery.state == DeliveryState.PRINTED and not delivery.print_count:
            delivery.state = DeliveryState.QUEUED
            delivery.printed_at = None
            delivery.state_changed_at = clock.now()
            delivery.fence += 1
            fields += ["state", "printed_at", "state_changed_at", "fence"]
        delivery.save(update_fields=fields)
        DeliveryEvent.objects.create(
            delivery=delivery, state=delivery.state, note=note, by=MACHINE.name
        )
        remember(
            case,
            "delivery.print_undone",
            by=MACHINE,
            subject=delivery,
            details={"run": row.run_id, "to": delivery.state, "print": delivery.print_count},
        )


# -- the posting list ------------------------------------------------------------------------------


def set_posting_list(list_id: int) -> None:
    """Set one posting list as the letters stand now."""
    order = PostingList.objects.select_related("run__office").get(pk=list_id)
    lines = posting_lists.lines_of(posting_lists.letters_of(order.run))
    content = posting_lists.content_of(order.run, lines)
    content["rows"] = [
        [letter_fit.printable(str(cell)) if cell else "" for cell in _cells(line)] for line in lines
    ]
    problems: list[str] = []
    pages = None
    try:
        pages = pdf.render_document(posting_lists.TEMPLATE, content)
    except LetterProblems as refused:
        problems = [problem.sentence for problem in refused.problems]
    with transaction.atomic():
        row = PostingList.objects.select_for_update(of=("self",)).get(pk=order.pk)
        if row.done_at is not None:
            return
        row.done_at = clock.now()
        row.problems = problems
        if pages is not None:
            row.pdf = pages.pdf
            row.sha256 = pages.sha256
        row.save()


def _cells(line: posting_lists.Line) -> list[object]:
    return [
        line.number,
        line.posted_on.isoformat() if line.posted_on else "",
        line.reference,
        line.addressee,
        ", ".join(filter(None, [line.town, line.country])),
        line.service,
        line.weight_grams,
        line.carrier_number,
        line.remarks,
    ]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


_WORK: tuple[tuple[Any, Callable[[int], None]], ...] = (
    (PrintRun, set_run),
    (PostingList, set_posting_list),
)
