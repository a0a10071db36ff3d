"""Setting pages, in the worker: previews, the letter for approval, receipt slips."""

from __future__ import annotations

import io
import time
from datetime import timedelta

import pypdfium2
import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices.letters import composing
from notices.letters.content import LetterProblems
from notices.mailing import urls_for_clients
from notices.models import (
    SUPERSEDED,
    Notice,
    NoticeState,
    ReceiptSlip,
    RenderedPage,
    Rendering,
    RenderingPurpose,
)
from notices.outbox import departures
from notices.pages import pdf, receipt_document
from offboarding.models import LinkPurpose, TaskKind, TerminationCase
from offboarding.services import links
from offboarding.services.locking import locked, remember
from offboarding.services.tasks import keep_task

log = structlog.get_logger(__name__)

MACHINE = Actor.machine("notices.rendering")
MOST_ATTEMPTS = 3
LONGEST_SETTING = timedelta(minutes=30)
"""Whoever took the last attempt is not at it any more after this: tasks end much sooner."""

PREVIEW_DPI = 96
MOST_SECONDS_FOR_MANY = 4.0
"""So long a round sets pages of a campaign; then mails and previews of others have their turn."""


def set_pages_due(limit: int = 20) -> int:
    """Set what is ordered and not yet set; safe to run twice or in several places.

    Returns:
        How many orders were worked on.
    """
    waiting = Rendering.objects.filter(done_at=None, attempts__lt=MOST_ATTEMPTS).order_by(
        "is_bulk", "ordered_at", "pk"
    )
    _give_up_on_what_no_worker_survived()
    deadline = time.monotonic() + MOST_SECONDS_FOR_MANY
    seen: set[int] = set()
    done = 0
    while done < limit:
        rows = waiting.exclude(pk__in=seen).values_list("pk", "attempts", "is_bulk")
        for rendering_id, attempts, is_bulk in list(rows[: limit - done]):
            if is_bulk and time.monotonic() > deadline:
                return done
            seen.add(rendering_id)
            # Two workers that woke together share the list: who counts the attempt sets the pages.
            done += set_pages(rendering_id, attempts_seen=attempts)
            # A preview that somebody waits for goes before the next letter of a campaign.
            if is_bulk and waiting.filter(is_bulk=False).exclude(pk__in=seen).exists():
                break
        else:
            break
    return done


def set_previews_due(limit: int = 20) -> int:
    """Set the newest preview of each draft that somebody looks at; what is overtaken is skipped.

    Previews of a campaign wait for the round in which all pages are set.

    Returns:
        How many orders were worked on.
    """
    waiting = Rendering.objects.filter(
        purpose=RenderingPurpose.PREVIEW, done_at=None, attempts__lt=MOST_ATTEMPTS
    )
    newer = Rendering.objects.filter(
        notice=OuterRef("notice"),
        purpose=RenderingPurpose.PREVIEW,
        notice_version__gt=OuterRef("notice_version"),
    )
    seen: list[int] = []
    done = 0
    while done < limit:
        overtaken = waiting.filter(Exists(newer)).values_list("pk", flat=True)
        Rendering.objects.filter(pk__in=list(overtaken)).update(
            done_at=clock.now(), problems=[SUPERSEDED]
        )
        # In the order in which writers stopped typing: nobody waits for those who stop later.
        order = (
            waiting.filter(is_bulk=False).exclude(pk__in=seen).order_by("ordered_at", "pk").first()
        )
        if order is None:
            break
        seen.append(order.pk)
        done += set_pages(order.pk, attempts_seen=order.attempts)
    return done


def set_pages(rendering_id: int, *, attempts_seen: int | None = None) -> bool:
    """Set the pages of one order. Doing it twice gives the same bytes, so no lease is needed.

    Args:
        rendering_id: the order.
        attempts_seen: how often it had been tried when it was listed; another count means that
            another worker has it in hand. Left out, it is set in any case.

    Returns:
        Whether this call worked on it.
    """
    order = Rendering.objects.filter(pk=rendering_id, done_at=None)
    if attempts_seen is not None:
        order = order.filter(attempts=attempts_seen)
    if not order.update(attempts=F("attempts") + 1):
        return False
    rendering = Rendering.objects.select_related(
        "notice__case__client__office",
        "notice__office__firm",
        "notice__signatory",
        "delivery",
        "confirmation__link",
    ).get(pk=rendering_id)
    notice = rendering.notice
    is_of_the_text = rendering.delivery is None and rendering.confirmation is None
    if is_of_the_text and notice.version != rendering.notice_version:
        _finish(rendering, problems=[SUPERSEDED])
        return True
    try:
        pages = _set(rendering)
    except LetterProblems as refused:
        _finish(rendering, problems=[problem.sentence for problem in refused.problems])
        return True
    except Exception:
        # One order that breaks must not keep the others waiting.
        log.exception("pages.failed", rendering=rendering.pk)
        if rendering.attempts >= MOST_ATTEMPTS:
            _finish(rendering, problems=[_broken()])
        return True
    _finish(rendering, pages=pages)
    return True


def _broken() -> str:
    return _("The pages could not be set. Tell an admin; the log says why.")


def _give_up_on_what_no_worker_survived() -> None:
    """Say so of orders whose last attempt ended with its worker; nobody else would."""
    left = Rendering.objects.filter(
        done_at=None, attempts__gte=MOST_ATTEMPTS, ordered_at__lt=clock.now() - LONGEST_SETTING
    )
    for rendering in left.select_related("notice__case").defer("pdf")[:20]:
        _finish(rendering, problems=[_broken()])


def _set(rendering: Rendering) -> pdf.RenderedLetter:
    notice = rendering.notice
    if rendering.purpose == RenderingPurpose.SLIP:
        assert rendering.delivery is not None
        link = rendering.delivery.case.links.get(
            delivery_id=rendering.delivery.pk, purpose=LinkPurpose.RECEIPT
        )
        return pdf.render_slip(
            composing.slip_content(
                notice, code=links.code_of(link), url=urls_for_clients.receipt_url(link)
            )
        )
    if rendering.confirmation is not None:
        content = receipt_document.content_of(rendering.confirmation, notice)
        return pdf.render_document(receipt_document.TEMPLATE, content)
    draft = rendering.purpose == RenderingPurpose.PREVIEW
    return pdf.render_letter(composing.letter_content(notice, draft=draft))


def _finish(
    rendering: Rendering,
    *,
    pages: pdf.RenderedLetter | None = None,
    problems: list[str] | None = None,
) -> None:
    if rendering.purpose == RenderingPurpose.PREVIEW:
        _finish_preview(rendering, pages, problems or [])
        return
    # Nobody previews a client's receipt.
    is_shown = pages is not None and rendering.purpose != RenderingPurpose.RECEIPT
    pictures = _pictures(pages.pdf) if pages is not None and is_shown else []
    with transaction.atomic():
        case = locked(rendering.notice.case)
        row = Rendering.objects.select_for_update().get(pk=rendering.pk)
        if row.done_at is not None:
            return
        row.done_at = clock.now()
        row.problems = problems or []
        if pages is not None:
            row.pdf = pages.pdf
            row.sha256 = pages.sha256
            row.page_count = pages.page_count
            row.renderer = pages.renderer
            row.font_versions = pages.font_versions
            row.template_version = pages.template_version
        row.save()
        RenderedPage.objects.bulk_create(
            RenderedPage(rendering=row, number=number, png=png)
            for number, png in enumerate(pictures, start=1)
        )
        if not row.is_good:
            if row.problems != [SUPERSEDED]:
                _ask_owner_if_approved(case, row)
            return
        if row.purpose == RenderingPurpose.SLIP:
            assert row.delivery_id is not None
            slip = ReceiptSlip.objects.create(
                delivery_id=row.delivery_id, pdf=row.pdf, sha256=row.sha256
            )
            remember(case, "slip.set", by=MACHINE, subject=slip, details={"sha256": slip.sha256})
        elif row.purpose == RenderingPurpose.APPROVAL:
            _leave_if_already_approved(row)


def _finish_preview(
    rendering: Rendering, pages: pdf.RenderedLetter | None, problems: list[str]
) -> None:
    """Keep the pictures of a preview, and of it alone: somebody is typing the next one.

    A preview proves nothing, so its PDF is not kept and the case is not locked. The one before it
    stays, because a page in a browser may still show it.
    """
    pictures = _pictures(pages.pdf) if pages is not None else []
    with transaction.atomic():
        done = Rendering.objects.filter(pk=rendering.pk, done_at=None).update(
            done_at=clock.now(),
            problems=problems,
            sha256=pages.sha256 if pages else "",
            page_count=pages.page_count if pages else 0,
        )
        if not done:
            return
        RenderedPage.objects.bulk_create(
            RenderedPage(rendering=rendering, number=number, png=png)
            for number, png in enumerate(pictures, start=1)
        )
        if pages is not None:
            _forget_older_previews(rendering)


def _forget_older_previews(rendering: Rendering) -> None:
    older = Rendering.objects.filter(
        notice_id=rendering.notice_id,
        purpose=RenderingPurpose.PREVIEW,
        notice_version__lt=rendering.notice_version,
    ).exclude(done_at=None)
    last_good = older.exclude(sha256="").order_by("-notice_version").first()
    if last_good is not None:
        older = older.exclude(pk=last_good.pk)
    older.delete()


def _leave_if_already_approved(row: Rendering) -> None:
    # A withdrawal is the house's own text, approved with the act; it leaves once it is set.
    notice = Notice.objects.select_for_update().get(pk=row.notice_id)
    if notice.state == NoticeState.APPROVED and notice.version == row.notice_version:
        departures.seal(notice, row, by=MACHINE)
        departures.queue(notice, by=MACHINE, departs_in=timedelta(0))


def _ask_owner_if_approved(case: TerminationCase, row: Rendering) -> None:
    # Nobody looks at the house's own letters before they leave, so nobody would notice the silence.
    if not row.notice.is_sealed:
        return
    keep_task(
        case,
        kind=TaskKind.LOOK_AT,
        title=_("Pages could not be set: %(what)s") % {"what": row.get_purpose_display()},
        details=" ".join(row.problems),
        assignee=case.owner,
        due_on=clock.today(case.time_zone),
        by=MACHINE,
        origin=f"pages:{row.pk}",
    )


def _pictures(document: bytes) -> list[bytes]:
    pictures = []
    with pypdfium2.PdfDocument(document) as pages:
        for page in pages:
            # Drawn in grey at once, and packed lightly: half the time for a fifth more bytes.
            picture = page.render(scale=PREVIEW_DPI / 72, grayscale=True).to_pil()
            buffer = io.BytesIO()
            picture.save(buffer, format="PNG", compress_level=3)
            pictures.append(buffer.getvalue())
    return pictures
