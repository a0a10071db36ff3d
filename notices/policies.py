"""Who may see and sort what came back by mail; cases decide about their own.

A mail that belongs to a case is seen by who sees the case. One that belongs to none is for the team
leads: those of the one team that knows its sender, or all of them when nobody or several do.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts import selectors as accounts
from accounts.models import GlobalRole, Role, User
from notices.models import InboundMail
from offboarding import policies


def mails_visible_to(user: User) -> QuerySet[InboundMail]:
    """Return the mails a person may read: the only start of every query for pages."""
    mails = InboundMail.objects.defer("raw")
    seen = policies.case_visible_to(user, case="case__")
    led = teams_sorted_by(user)
    if led:
        seen |= Q(case=None) & (Q(team=None) | Q(team__in=led))
    return mails.filter(seen)


def teams_sorted_by(user: User) -> list[int]:
    """Return the teams for which a person sorts mails that belong to no case yet."""
    if not user.is_active or user.global_role == GlobalRole.AUDITOR:
        return []
    return [team for team, role in accounts.roles_of(user).items() if role == Role.TEAM_LEAD]


def may_sort(user: User, mail: InboundMail) -> bool:
    """Tell whether a person may say where an unmatched mail belongs."""
    led = teams_sorted_by(user)
    return mail.case_id is None and bool(led) and (mail.team_id is None or mail.team_id in led)


def may_open_original(user: User, mail: InboundMail) -> bool:
    """Tell whether a person may have a mail as it came.

    It may quote the link with which the client confirms, so it is for who decides about receipts.
    """
    if mail.case is None:
        return may_sort(user, mail)
    return policies.PEOPLE_MAY["offboarding.resolve_delivery"].test(user, mail.case)
