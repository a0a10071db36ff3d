"""What waits for a second person: decisions, notices, weak receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import selectors as accounts
from accounts.models import User
from desk.notice_verbs import notice_url
from desk.scoping import cases_of, person_of
from notices.models import Notice, NoticeState
from offboarding.lifecycle import State
from offboarding.models import Decision, Grade, ProofOfReceipt, TerminationCase

MOST_SHOWN = 50
"""Of each kind, the oldest first; what is answered makes room."""

WEAK = (Grade.C, Grade.D, Grade.E)


@dataclass(frozen=True)
class Request:
    """One thing somebody asked for."""

    what: str | Promise
    icon: str
    case: TerminationCase
    asked_by: str
    asked_at: datetime
    url: str
    detail: str = ""


@require_safe
@never_cache
def approvals(request: HttpRequest) -> HttpResponse:
    """List what the signed-in person is asked for, and what they wait for themselves."""
    user = person_of(request)
    cases = cases_of(request)
    led = cases.filter(team__in=accounts.teams_led_by(user))
    asked = [*_decisions(led, user), *_notices(led, user), *_receipts(led, user)]
    own = [
        *(_of_decision(one) for one in _open_decisions(cases).filter(requested_by=user)),
        *(_of_notice(one) for one in _waiting_notices(cases).filter(approval_requested_by=user)),
    ]
    context = {
        "requests": sorted(asked, key=lambda one: one.asked_at),
        "own": sorted(own, key=lambda one: one.asked_at),
        "most": MOST_SHOWN,
    }
    return render(request, "desk/approvals.html", context)


def _decisions(led: QuerySet[TerminationCase], user: User) -> list[Request]:
    rows = _open_decisions(led).exclude(requested_by=user)
    return [_of_decision(one) for one in rows[:MOST_SHOWN]]


def _open_decisions(cases: QuerySet[TerminationCase]) -> QuerySet[Decision]:
    return (
        Decision.objects.filter(
            case__in=cases, verdict="", superseded_at=None, case__state=State.EVALUATION
        )
        .select_related("case__client__office", "requested_by")
        .order_by("requested_at")
    )


def _of_decision(decision: Decision) -> Request:
    return Request(
        what=_("Decide whether the relationship ends"),
        icon="scale",
        case=decision.case,
        asked_by=decision.requested_by.name,
        asked_at=decision.requested_at,
        url=reverse("desk:decision", args=[decision.case.reference]),
        detail=decision.note,
    )


def _notices(led: QuerySet[TerminationCase], user: User) -> list[Request]:
    rows = _waiting_notices(led).exclude(approval_requested_by=user).exclude(author=user)
    return [_of_notice(one) for one in rows[:MOST_SHOWN]]


def _waiting_notices(cases: QuerySet[TerminationCase]) -> QuerySet[Notice]:
    return (
        Notice.objects.filter(case__in=cases, state=NoticeState.AWAITING_APPROVAL)
        .select_related("case__client__office", "approval_requested_by")
        .order_by("approval_requested_at")
    )


def _of_notice(notice: Notice) -> Request:
    asked_by, asked_at = notice.approval_requested_by, notice.approval_requested_at
    return Request(
        what=_("Approve the notice"),
        icon="stamp",
        case=notice.case,
        asked_by=asked_by.name if asked_by else "",
        asked_at=asked_at or notice.changed_at,
        url=notice_url(notice.case.reference),
        detail=notice.subject,
    )


def _receipts(led: QuerySet[TerminationCase], user: User) -> list[Request]:
    rows = (
        ProofOfReceipt.objects.filter(
            case__in=led, grade__in=WEAK, voided_at=None, accepted_at=None, case__state=State.NOTICE
        )
        .exclude(recorded_by=user)
        .select_related("case__client__office", "recorded_by")
        .order_by("recorded_at")
    )
    return [
        Request(
            what=_("Accept or void a receipt"),
            icon="mail-check",
            case=proof.case,
            asked_by=proof.recorded_by.name if proof.recorded_by else proof.received_by,
            asked_at=proof.recorded_at,
            url=notice_url(proof.case.reference, "receipt"),
            detail=f"{proof.get_kind_display()} · {proof.get_grade_display()}",
        )
        for proof in rows[:MOST_SHOWN]
    ]


urlpatterns: list[URLPattern] = [path("approvals/", approvals, name="approvals")]
