"""Setting decision papers, in the worker: one page each, whatever is recorded.

What does not fit is cut in steps, the same for every case: fewer and shorter entries, the newest
kept, each list saying how much more stands on the case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actor import Actor
from audit import clock
from notices.errors import BytesDiffer
from notices.letters.content import LetterProblems
from notices.models import DecisionPaper
from notices.pages import letter_fit, pdf
from offboarding.services.locking import locked, remember

log = structlog.get_logger(__name__)

MACHINE = Actor.machine("notices.decision_papers")
MOST_ATTEMPTS = 3
TEMPLATE = "letters/decision_paper.html"


@dataclass(frozen=True)
class Room:
    """How much of each list a page is tried with."""

    entries: int
    letters: int


ROOMS = (Room(14, 400), Room(9, 260), Room(6, 180), Room(4, 120), Room(3, 80), Room(2, 50))
"""From roomy to tight; the last fits whatever is recorded."""

_CUT_FROM_THE_FRONT = frozenset({"facts", "remedies"})
"""Lists in the order of their days, of which the newest are kept."""

_WHOLE = frozenset({"title", "about", "reference", "audit_head"})
"""Lines that are never cut."""


def set_due(limit: int = 20) -> int:
    """Set what is ordered and not yet set; safe to run twice or in several places.

    Returns:
        How many orders were worked on.
    """
    waiting = DecisionPaper.objects.filter(done_at=None, attempts__lt=MOST_ATTEMPTS)
    rows = waiting.order_by("ordered_at", "pk").values_list("pk", "attempts")[:limit]
    done = 0
    for pk, attempts in list(rows):
        # Who counts the attempt does the work.
        mine = DecisionPaper.objects.filter(pk=pk, done_at=None, attempts=attempts)
        if not mine.update(attempts=F("attempts") + 1):
            continue
        try:
            set_paper(pk)
        except Exception:
            # One paper that breaks must not keep the others waiting.
            log.exception("decision_paper.failed", paper=pk)
            if attempts + 1 >= MOST_ATTEMPTS:
                problem = _("The page could not be set. Tell an admin; the log says why.")
                _finish(DecisionPaper.objects.get(pk=pk), problems=[problem])
        done += 1
    return done


def set_paper(paper_id: int) -> None:
    """Set the page of one order; the same content always gives the same bytes."""
    paper = DecisionPaper.objects.select_related("case__client__office").get(pk=paper_id)
    try:
        with translation.override(paper.language):
            page = _on_one_page(paper)
    except LetterProblems as refused:
        _finish(paper, problems=[problem.sentence for problem in refused.problems])
        return
    _finish(paper, page=page)


def _on_one_page(paper: DecisionPaper) -> pdf.RenderedLetter:
    office = paper.case.client.office
    for room in ROOMS:
        content = fitted(paper.content, room)
        page = pdf.render_document(
            TEMPLATE,
            {
                "title": content["title"],
                "author": office.legal_name,
                "language": paper.language.split("-")[0],
                "created_on": paper.ordered_at.date(),
                "footer_reference": paper.case.reference,
                "audit_head": paper.audit_head,
                "sheet": "letter" if office.stationery == "us10" else "a4",
                "paper": content,
            },
        )
        if page.page_count == 1:
            return page
    raise ValueError("A decision paper does not fit its page.")


def fitted(content: Mapping[str, Any], room: Room) -> dict[str, Any]:
    """Return a paper's sentences cut to so much room, printable with the letters' type."""
    return {key: _fitted(key, value, room) for key, value in content.items()}


def _fitted(key: str, value: Any, room: Room) -> Any:
    if isinstance(value, str):
        return letter_fit.printable(value) if key in _WHOLE else _cut(value, room)
    if isinstance(value, Mapping):
        return {name: _fitted(name, inner, room) for name, inner in value.items()}
    rows = list(value)
    left_out = len(rows) - room.entries
    if left_out > 0:
        kept = rows[left_out:] if key in _CUT_FROM_THE_FRONT else rows[: room.entries]
        more = ngettext(
            "and %(count)d more on the case", "and %(count)d more on the case", left_out
        ) % {"count": left_out}
        is_table = not isinstance(rows[0], str)
        rows = [*kept, ["", more, *[""] * (len(rows[0]) - 2)] if is_table else more]
    return [
        _cut(row, room) if isinstance(row, str) else [_cut(cell, room) for cell in row]
        for row in rows
    ]


def _cut(text: str, room: Room) -> str:
    line = letter_fit.printable(" ".join(text.split()))
    return line if len(line) <= room.letters else f"{line[: room.letters - 1].rstrip()}…"


def bytes_of(paper: DecisionPaper) -> bytes:
    """Return the page of a paper that was set, compared with its hash.

    Raises:
        BytesDiffer: it was changed; nobody gets to see it.
    """
    content = bytes(paper.pdf or b"")
    if hashlib.sha256(content).hexdigest() != paper.sha256:
        raise BytesDiffer(_("The stored file was changed since it was made. Tell an admin."))
    return content


def _finish(
    paper: DecisionPaper,
    *,
    page: pdf.RenderedLetter | None = None,
    problems: list[str] | None = None,
) -> None:
    with transaction.atomic():
        case = locked(paper.case)
        row = DecisionPaper.objects.select_for_update().get(pk=paper.pk)
        if row.done_at is not None:
            return
        row.done_at = clock.now()
        row.problems = problems or []
        if page is not None:
            row.pdf = page.pdf
            row.sha256 = page.sha256
        row.save()
        if page is not None:
            remember(
                case,
                "decision.paper_set",
                by=MACHINE,
                subject=row,
                details={"sha256": page.sha256, "head": row.audit_head},
            )
