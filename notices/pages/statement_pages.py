"""Setting the pages of settlement statements, in the worker; each becomes a file of its case."""

from __future__ import annotations

import structlog
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices.letters.content import LetterProblems
from notices.pages import pdf, settlement_document
from offboarding.models import SettlementStatement
from offboarding.services.files import keep_file
from offboarding.services.locking import locked, remember

log = structlog.get_logger(__name__)

MACHINE = Actor.machine("notices.statement_pages")
MOST_ATTEMPTS = 3


def set_due(limit: int = 20) -> int:
    """Set what was made and is not set yet; safe to run twice or in several places.

    Returns:
        How many were worked on.
    """
    waiting = SettlementStatement.objects.filter(done_at=None, attempts__lt=MOST_ATTEMPTS)
    done = 0
    for key in list(waiting.order_by("made_at", "pk").values_list("pk", flat=True)[:limit]):
        done += set_pages(key)
    return done


def set_pages(key: int) -> bool:
    """Set the pages of one statement; the same lines give the same bytes, so no lease is needed.

    Returns:
        Whether this call worked on it.
    """
    if not SettlementStatement.objects.filter(pk=key, done_at=None).update(
        attempts=F("attempts") + 1
    ):
        return False
    statement = SettlementStatement.objects.select_related(
        "case__client__office__firm", "case__owner"
    ).get(pk=key)
    content = settlement_document.content_of(statement, statement.case)
    try:
        pages = pdf.render_document(settlement_document.TEMPLATE, content)
    except LetterProblems as refused:
        _fail(statement, [problem.sentence for problem in refused.problems])
        return True
    except Exception:
        # One that breaks must not keep the others waiting.
        log.exception("statement.failed", statement=key)
        if statement.attempts >= MOST_ATTEMPTS:
            _fail(statement, [_("The pages could not be set. Tell an admin; the log says why.")])
        return True
    _keep(statement, pages)
    return True


def _fail(statement: SettlementStatement, problems: list[str]) -> None:
    SettlementStatement.objects.filter(pk=statement.pk, done_at=None).update(
        done_at=clock.now(), problems=problems
    )


def _keep(statement: SettlementStatement, pages: pdf.RenderedLetter) -> None:
    with transaction.atomic():
        case = locked(statement.case)
        row = SettlementStatement.objects.select_for_update().get(pk=statement.pk)
        if row.done_at is not None:
            return
        name = f"{case.reference}-settlement-{row.number}.pdf"
        row.case_file = keep_file(case, ContentFile(pages.pdf, name=name), by=MACHINE)
        row.done_at = clock.now()
        row.save(update_fields=["case_file", "done_at"])
        remember(
            case,
            "statement.set",
            by=MACHINE,
            subject=row,
            details={"number": row.number, "sha256": pages.sha256, "pages": pages.page_count},
        )
