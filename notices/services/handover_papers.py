"""Ordering the papers of a hand-over."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit.services import head_prefix
from notices import bell
from notices.models import PaperKind, PaperOrder
from notices.pages import handover_papers
from offboarding.errors import Reason, TransitionRefused
from offboarding.models import TerminationCase
from offboarding.services import disposals
from offboarding.services.locking import acting_on, remember, stream_of

RING = "notices.tasks.set_papers_due"


def order_paper(case: TerminationCase, kind: str, *, by: Actor) -> PaperOrder:
    """Order a paper as the record stands; the same paper is set once, and again where it failed.

    Raises:
        TransitionRefused: there is nothing to say yet, or a legal hold keeps deletions back.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case", even_if_ended=True) as now:
        reasons = why_not_ordered(now, kind)
        if reasons:
            raise TransitionRefused(reasons)
        content = handover_papers.content_now(now, kind)
        order, is_new = PaperOrder.objects.get_or_create(
            case=now,
            kind=kind,
            fingerprint=handover_papers.fingerprint_of(content),
            defaults={
                "content": content,
                "ordered_by": by.colleague,
                "audit_head": head_prefix(stream_of(now)),
            },
        )
        if order.problems:
            order.problems, order.attempts, order.done_at = [], 0, None
            order.save(update_fields=["problems", "attempts", "done_at"])
            is_new = True
        if is_new:
            remember(now, "paper.ordered", by=by, subject=order, details={"kind": kind})
            bell.ring(RING)
    return order


def why_not_ordered(case: TerminationCase, kind: str) -> list[Reason]:
    """Say what a paper still lacks."""
    if kind == PaperKind.MANIFEST:
        count = case.handover_items.count()
        if count > handover_papers.MOST_LINES:
            sentence = _("A paper has at most %(most)d lines; give this list as CSV instead.")
            most = {"most": handover_papers.MOST_LINES}
            return [Reason("too_long", sentence % most, "handover")]
        if count:
            return []
        sentence = _("Nothing is listed for the hand-over yet.")
        return [Reason("handover_unplanned", sentence, "handover")]
    if not any(row.is_deleted for row in case.data_categories.all()):
        sentence = _("No deletion is on record yet; there is nothing to certify.")
        return [Reason("nothing_deleted", sentence, "data")]
    return disposals.why_not_deleted(case)
