"""What stands beside the text of a notice, whoever draws the page.

{% beside_the_text notice %} above it, {% with_the_letter notice %} after what is to be done.
"""

from __future__ import annotations

from typing import Any

from django import template

from notices import approval_requests
from notices.letters import corrections
from notices.models import CorrectionReason, Notice, NoticeKind, NoticeState
from notices.services import accompanying, correcting
from offboarding.lifecycle import State

register = template.Library()


@register.inclusion_tag("desk/notice/_beside.html", takes_context=True)
def beside_the_text(context: template.Context, notice: Notice) -> dict[str, Any]:
    """Show a fallen approval, and what is corrected."""
    may_have_fallen = (
        notice.state == NoticeState.DRAFT
        and notice.version > 1
        and getattr(notice, "was_asked_for", True)
    )
    voided = approval_requests.changes_since_void(notice) if may_have_fallen else None
    rights, case = context.get("rights"), notice.case
    may_change = bool(rights and rights["draft_notice"] and not case.is_ended)
    is_correction = notice.kind == NoticeKind.CORRECTION
    return {
        "case": case,
        "notice": notice,
        "voided": voided[0] if voided else None,
        "changes": voided[1] if voided else (),
        "correction": notice.correction if is_correction else None,
        "negotiated": is_correction and notice.correction.reason == CorrectionReason.NEGOTIATED,
        "changed": corrections.changed_in_words(notice),
        "may_discard": is_correction and may_change and notice.state in correcting.UNSENT,
        "may_correct": may_change
        and notice.state == NoticeState.SENT
        and notice.ends_the_relationship
        and case.state in (State.NOTICE, State.ACKNOWLEDGED)
        and case.served_on is not None,
    }


@register.inclusion_tag("desk/notice/_with_the_letter.html", takes_context=True)
def with_the_letter(context: template.Context, notice: Notice) -> dict[str, Any]:
    """Show what goes with the letter, and who gets a copy."""
    rights, case = context.get("rights"), notice.case
    may_change = bool(rights and rights["draft_notice"] and not case.is_ended)
    return {
        "case": case,
        "notice": notice,
        "enclosures": list(notice.enclosures.defer("pdf")),
        "copies": list(notice.copies.all()),
        "may_accompany": may_change
        and notice.state in accompanying.CHANGEABLE
        and notice.author_id is not None,
    }
