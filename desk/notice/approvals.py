"""What waits for a second person: decisions, notices, weak receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import selectors as accounts
from accounts.models import User
from desk.frame.scoping import cases_of, person_of
from desk.notice.verbs import letter_url, notice_url
from notices.approval_requests import what_to_approve
from notices.letters import differences
from notices.models import ApprovalRequest, ApproverLook, Notice, NoticeKind, NoticeState
from offboarding.lifecycle import State
from offboarding.models import (
    Campaign,
    CampaignState,
    Decision,
    Grade,
    ProofOfReceipt,
    TerminationCase,
)

MOST_SHOWN = 50
"""Of each kind, the oldest first; what is answered makes room."""

WEAK = (Grade.C, Grade.D, Grade.E)


@dataclass(frozen=True)
class Check:
    """What a check had to say of a notice when its approval was asked for."""

    level: str
    text: str
    overridden: str = ""


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
    paper_url: str = ""
    """The decision paper, one page, where a decision is asked for."""
    checks: Sequence[Check] = ()
    changed: Sequence[differences.Change] = ()
    looked_at: datetime | None = None


@require_safe
@never_cache
def approvals(request: HttpRequest) -> HttpResponse:
    """List what the signed-in person is asked for, and what they wait for themselves."""
    user = person_of(request)
    # What a campaign asks for stands together on its own pages, as one line here.
    cases = cases_of(request).exclude(campaign_client__campaign__state=CampaignState.CONFIRMED)
    led_teams = accounts.teams_led_by(user)
    led = cases.filter(team__in=led_teams)
    led_with_campaigns = cases_of(request).filter(team__in=led_teams)
    asked = [*_decisions(led, user), *_notices(led, user), *_receipts(led_with_campaigns, user)]
    own = [
        *(_of_decision(one) for one in _open_decisions(cases).filter(requested_by=user)),
        *(_of_notice(one) for one in _waiting_notices(cases).filter(approval_requested_by=user)),
    ]
    context = {
        "requests": sorted(asked, key=lambda one: one.asked_at),
        "campaigns": list(_campaigns(user)),
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
        paper_url=reverse("desk:decision-paper", args=[decision.case.reference]),
        detail=decision.note,
    )


def _notices(led: QuerySet[TerminationCase], user: User) -> list[Request]:
    rows = (
        _waiting_notices(led)
        .exclude(approval_requested_by=user)
        .exclude(author=user)
        .exclude(editors__person=user)
    )
    notices = list(rows[:MOST_SHOWN])
    asked = {
        (one.notice_id, one.notice_version): one
        for one in ApprovalRequest.objects.filter(notice__in=notices)
    }
    looks: dict[int, list[ApproverLook]] = {}
    for look in ApproverLook.objects.filter(notice__in=notices, person=user):
        looks.setdefault(look.notice_id, []).append(look)
    return [
        _of_notice(one, asked.get((one.pk, one.version)), looks.get(one.pk, ())) for one in notices
    ]


def _waiting_notices(cases: QuerySet[TerminationCase]) -> QuerySet[Notice]:
    return (
        Notice.objects.filter(case__in=cases, state=NoticeState.AWAITING_APPROVAL)
        .select_related("case__client__office", "approval_requested_by")
        .order_by("approval_requested_at")
    )


def _of_notice(
    notice: Notice, asked: ApprovalRequest | None = None, looks: Sequence[ApproverLook] = ()
) -> Request:
    earlier = [look for look in looks if look.notice_version < notice.version]
    last = earlier[-1] if earlier and asked is not None else None
    asked_by, asked_at = notice.approval_requested_by, notice.approval_requested_at
    return Request(
        what=what_to_approve(notice),
        icon="stamp",
        case=notice.case,
        asked_by=asked_by.name if asked_by else "",
        asked_at=asked_at or notice.changed_at,
        url=letter_url(notice.case, notice.kind),
        detail=notice.subject,
        checks=[
            Check(one["level"], one["text"], one.get("overridden", "")) for one in asked.findings
        ]
        if asked is not None
        else (),
        changed=differences.between(last.said, asked.said) if last and asked else (),
        looked_at=last.looked_at if last else None,
    )


def _campaigns(user: User) -> QuerySet[Campaign]:
    """List the campaigns that wait for answers of this person, with how many of each kind."""
    deciding = Q(members__case__state=State.EVALUATION)
    approving = Q(members__letter__notice__state=NoticeState.AWAITING_APPROVAL)
    return (
        Campaign.objects.filter(state=CampaignState.CONFIRMED, team__in=accounts.teams_led_by(user))
        .exclude(confirmed_by=user)
        .annotate(
            decisions=Count("members", filter=deciding),
            letters=Count("members", filter=approving),
        )
        .filter(Q(decisions__gt=0) | Q(letters__gt=0))
        .select_related("confirmed_by")
        .order_by("confirmed_at")
    )


def _receipts(led: QuerySet[TerminationCase], user: User) -> list[Request]:
    rows = (
        ProofOfReceipt.everything.filter(
            Q(is_of_warning=False, case__state=State.NOTICE)
            | Q(is_of_warning=True, case__state=State.EVALUATION),
            case__in=led,
            grade__in=WEAK,
            voided_at=None,
            accepted_at=None,
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
            url=f"{letter_url(proof.case, NoticeKind.CURE_WARNING)}#receipt"
            if proof.is_of_warning
            else notice_url(proof.case.reference, "receipt"),
            detail=f"{proof.get_kind_display()} · {proof.get_grade_display()}",
        )
        for proof in rows[:MOST_SHOWN]
    ]


urlpatterns: list[URLPattern] = [path("approvals/", approvals, name="approvals")]
