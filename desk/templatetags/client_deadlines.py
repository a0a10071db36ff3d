"""The client's own deadlines on the pages of a case: {% client_deadlines case rights %}."""

from __future__ import annotations

from typing import Any

from django import template

from audit import clock
from desk.frame.rights import Rights
from offboarding.models import TerminationCase

register = template.Library()


@register.inclusion_tag("desk/case/_deadlines.html")
def client_deadlines(case: TerminationCase, rights: Rights) -> dict[str, Any]:
    """List what the client has to keep, a stop sign above what is near."""
    today = clock.today(case.time_zone)
    rows = list(case.deadlines.all())
    return {
        "case": case,
        "rights": rights,
        "deadlines": rows,
        "unanswered": [one for one in rows if one.is_near(today) and not one.answer],
        "may_answer": rights["decide_to_end"],
    }
