"""What stands beside the text of a notice, whoever draws the page: {% beside_the_text notice %}."""

from __future__ import annotations

from typing import Any

from django import template

from notices import approval_requests
from notices.models import Notice, NoticeState

register = template.Library()


@register.inclusion_tag("desk/notice/_beside.html", takes_context=True)
def beside_the_text(context: template.Context, notice: Notice) -> dict[str, Any]:
    """Show what people need to know of a notice beside its words: an approval that fell."""
    may_have_fallen = notice.state == NoticeState.DRAFT and notice.version > 1
    voided = approval_requests.changes_since_void(notice) if may_have_fallen else None
    return {
        "case": context.get("case"),
        "notice": notice,
        "voided": voided[0] if voided else None,
        "changes": voided[1] if voided else (),
    }
