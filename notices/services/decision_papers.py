"""Ordering the paper that a decision rests on, as a file of one page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from accounts.actor import Actor
from notices import bell
from notices.models import DecisionPaper
from offboarding.models import TerminationCase
from offboarding.services.locking import acting_on, remember


def order_paper(case: TerminationCase, content: dict[str, Any], *, by: Actor) -> DecisionPaper:
    """Order the page of what is recorded now.

    Args:
        case: which is decided on.
        content: its sentences, as the page on the screen shows them.
        by: who works on the case, or decides on it.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        paper = DecisionPaper.objects.create(
            case=now,
            decision=now.current_decision,
            content=content,
            language=get_language() or "en",
            audit_head=content["audit_head"],
            ordered_by=by.colleague,
        )
        remember(
            now,
            "decision.paper_ordered",
            by=by,
            subject=paper,
            details={"head": paper.audit_head},
        )
        bell.ring("notices.tasks.set_decision_papers_due")
    return paper
