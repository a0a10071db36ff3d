"""The papers of a hand-over, set in the worker: what they say in words, and their sealed bytes."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices.errors import BytesDiffer
from notices.language.phrases import language_of, say_date, say_size
from notices.letters.content import LetterProblems
from notices.models import PaperKind, PaperOrder, SealedPaper
from notices.pages import letter_fit, pdf
from offboarding.models import DataCategory, Disposal, HandoverItem, HandoverState, TerminationCase
from offboarding.services.locking import locked, remember

log = structlog.get_logger(__name__)

MACHINE = Actor.machine("notices.handover_papers")
MOST_ATTEMPTS = 3
MOST_LINES = 600
"""Of one paper; a longer list is given as CSV, never cut."""

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "manifest": "Hand-over list",
        "deletion": "Certificate of deletion",
        "client": "Client",
        "reference": "Our reference",
        "as_of": "As of",
        "item": "Item",
        "format": "Format, size",
        "sha256": "SHA-256",
        "held_by": "Held by",
        "delivered": "Delivered",
        "accepted_by": "Accepted by",
        "exceptions": "Exceptions",
        "waiting": "not yet",
        "not_applicable": "not handed over: {reason}",
        "nothing": "Nothing is listed.",
        "statement": "We have deleted the data of {client} that is listed here, in the systems that"
        " are named, on the days that are named.",
        "deleted": "Deleted",
        "kept": "Kept, and why",
        "returned": "Returned",
        "data": "Data",
        "where": "Where it was",
        "how": "How, and by whom",
        "on": "On",
        "ground": "Ground",
        "until": "Until",
        "backups": "Copies in backups are overwritten in their turn; until then nobody works with"
        " them.",
        "signed": "Name, date, signature",
    },
    "de": {
        "manifest": "Übergabeliste",
        "deletion": "Löschbestätigung",
        "client": "Kunde",
        "reference": "Unser Zeichen",
        "as_of": "Stand",
        "item": "Gegenstand",
        "format": "Format, Größe",
        "sha256": "SHA-256",
        "held_by": "Liegt bei",
        "delivered": "Übergeben",
        "accepted_by": "Angenommen von",
        "exceptions": "Ausnahmen",
        "waiting": "noch nicht",
        "not_applicable": "nicht übergeben: {reason}",
        "nothing": "Es ist nichts aufgeführt.",
        "statement": "Wir haben die hier aufgeführten Daten von {client} in den genannten Systemen"
        " an den genannten Tagen gelöscht.",
        "deleted": "Gelöscht",
        "kept": "Aufbewahrt, und warum",
        "returned": "Zurückgegeben",
        "data": "Daten",
        "where": "Wo sie waren",
        "how": "Wie und durch wen",
        "on": "Am",
        "ground": "Grundlage",
        "until": "Bis",
        "backups": "Kopien in Sicherungen werden turnusmäßig überschrieben; bis dahin arbeitet"
        " niemand mit ihnen.",
        "signed": "Name, Datum, Unterschrift",
    },
}


# -- what they say ---------------------------------------------------------------------------------


def manifest_lines(case: TerminationCase, language: str) -> list[list[str]]:
    """Return the list of what is handed over, a line for each item, in the order of its columns.

    Item, format and size, SHA-256, who holds it, delivered when and how, accepted by, exceptions.
    """
    words = WORDS[language]
    return [
        [
            item.title,
            _format_of(item, language),
            item.file.sha256 if item.file else "",
            item.held_by,
            _delivery_of(item, words, language),
            item.accepted_by,
            item.exceptions,
        ]
        for item in case.handover_items.select_related("file")
    ]


def manifest_headings(language: str) -> list[str]:
    """Name the columns of the list."""
    words = WORDS[language]
    names = ("item", "format", "sha256", "held_by", "delivered", "accepted_by", "exceptions")
    return [words[name] for name in names]


def _format_of(item: HandoverItem, language: str) -> str:
    said = [item.format] if item.format else []
    if item.file is not None:
        if not said:
            said = [item.file.name.rpartition(".")[2].upper()]
        said.append(say_size(item.file.size_bytes, language))
    return ", ".join(said)


def _delivery_of(item: HandoverItem, words: dict[str, str], language: str) -> str:
    if item.state == HandoverState.NOT_APPLICABLE:
        return words["not_applicable"].format(reason=item.reason)
    if item.delivered_on is None:
        return words["waiting"]
    return f"{say_date(item.delivered_on, language)}, {item.delivered_how}"


def content_now(case: TerminationCase, kind: str) -> dict[str, Any]:
    """Return what a paper of this kind says as the record stands, as plain data."""
    language = language_of(case.language)
    if kind == PaperKind.MANIFEST:
        return {"language": language, "lines": manifest_lines(case, language)}
    rows = list(case.data_categories.select_related("done_by"))
    return {
        "language": language,
        "deleted": [_deleted(row, language) for row in rows if row.is_deleted],
        "returned": [
            [row.name, row.held_in, _day(row.done_on, language)]
            for row in rows
            if row.is_done and row.disposal == Disposal.RETURN
        ],
        "kept": [
            [row.name, row.held_in, row.ground, _day(row.due_on, language)]
            for row in rows
            if row.disposal == Disposal.KEEP and not row.is_done
        ],
    }


def _deleted(row: DataCategory, language: str) -> list[str]:
    by = f", {row.done_by.name}" if row.done_by else ""
    return [row.name, row.held_in, f"{row.done_how}{by}", _day(row.done_on, language)]


def _day(day: date | None, language: str) -> str:
    return say_date(day, language) if day else ""


def fingerprint_of(content: dict[str, Any]) -> str:
    """Return what tells two versions of a paper apart."""
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()


# -- setting them ----------------------------------------------------------------------------------


def set_due(limit: int = 10) -> int:
    """Set the papers that were ordered; safe to run twice or in several places.

    Returns:
        How many orders were worked on.
    """
    waiting = PaperOrder.objects.filter(done_at=None, attempts__lt=MOST_ATTEMPTS)
    done = 0
    for pk, attempts in list(waiting.order_by("pk").values_list("pk", "attempts")[:limit]):
        # Who counts the attempt does the work.
        mine = PaperOrder.objects.filter(pk=pk, done_at=None, attempts=attempts)
        if not mine.update(attempts=F("attempts") + 1):
            continue
        try:
            _set(pk)
        except Exception:
            # One paper that cannot be set must not keep the others waiting.
            log.exception("paper.failed", order=pk)
            if attempts + 1 >= MOST_ATTEMPTS:
                _give_up(pk, [_("The pages could not be set. Tell an admin; the log says why.")])
        done += 1
    return done


def _give_up(pk: int, problems: list[str]) -> None:
    PaperOrder.objects.filter(pk=pk, done_at=None).update(done_at=clock.now(), problems=problems)


def _set(pk: int) -> None:
    order = PaperOrder.objects.select_related("case__client__office").get(pk=pk)
    try:
        pages = pdf.render_document(f"letters/{order.kind}.html", document_of(order))
    except LetterProblems as refused:
        _give_up(pk, [problem.sentence for problem in refused.problems])
        return
    with transaction.atomic():
        case = locked(order.case)
        row = PaperOrder.objects.select_for_update().get(pk=pk)
        if row.done_at is not None:
            return
        row.done_at = clock.now()
        row.save(update_fields=["done_at"])
        paper = SealedPaper.objects.create(
            order=row, pdf=pages.pdf, sha256=pages.sha256, page_count=pages.page_count
        )
        remember(
            case,
            "paper.sealed",
            by=MACHINE,
            subject=paper,
            details={"kind": row.kind, "sha256": paper.sha256},
        )


def document_of(order: PaperOrder) -> dict[str, Any]:
    """Return what `pdf.render_document` needs; the same order always gives the same."""
    case, content = order.case, order.content
    office, language = case.client.office, content["language"]
    words = WORDS[language]
    on = order.ordered_at.astimezone(ZoneInfo(case.time_zone)).date()
    return {
        "title": words[order.kind],
        "author": office.legal_name,
        "language": language,
        "created_on": on,
        "footer_reference": f"{case.reference} · {words[order.kind]}",
        "audit_head": order.audit_head,
        "sheet": "letter" if office.stationery == "us10" else "a4",
        "sender": office.legal_name,
        "sender_lines": office.paper_lines[1:],
        "words": words,
        "statement": words["statement"].format(client=case.client.legal_name),
        "facts": [
            (words["client"], case.client.legal_name),
            (words["reference"], case.reference),
            (words["as_of"], say_date(on, language)),
        ],
        "headings": manifest_headings(language),
        **{
            name: [[letter_fit.printable(cell) for cell in line] for line in content.get(name, [])]
            for name in _LISTS
        },
    }


_LISTS = ("lines", "deleted", "returned", "kept")


def bytes_of(paper: SealedPaper) -> bytes:
    """Return the sealed bytes, compared with their hash.

    Raises:
        BytesDiffer: they were changed; nobody gets to see them.
    """
    content = bytes(paper.pdf)
    if hashlib.sha256(content).hexdigest() != paper.sha256:
        raise BytesDiffer(_("The stored pages differ from the sealed ones. Tell an admin."))
    return content
