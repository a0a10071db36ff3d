"""Approval by a second person, over the very bytes that will leave."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.actor import Actor
from audit import clock
from audit.services import head_prefix
from notices import approval_requests, approvers
from notices.checking import checks
from notices.errors import ChangedMeanwhile
from notices.letters import versions
from notices.models import (
    ApprovalOutcome,
    Letter,
    Notice,
    NoticeState,
    Rendering,
    RenderingPurpose,
)
from notices.outbox import departures
from notices.pages import enclosed
from notices.pages import orders as page_orders
from notices.services.drafting import locked_notice
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import TaskKind
from offboarding.services.locking import acting_on, remember, stream_of
from offboarding.services.tasks import finish_raised, raise_for_each


def request_approval(
    notice: Notice,
    *,
    by: Actor,
    expected_version: int | None = None,
    raises_tasks: bool = True,
) -> Notice:
    """Ask a lead other than the author to approve; the pages are set for them now.

    Args:
        notice: a draft.
        by: who asks.
        expected_version: the version that was looked at, if a page was.
        raises_tasks: whether every lead gets a task; a campaign asks for many at once on one page.

    Raises:
        ChangedMeanwhile: somebody saved another version since.
        TransitionRefused: with every missing part in words, or nobody else can approve.
    """
    with acting_on(notice.case, by=by, permission="offboarding.draft_notice") as now:
        notice = locked_notice(now, notice)
        if notice.state != NoticeState.DRAFT:
            raise TransitionRefused(
                [Reason("not_a_draft", _("This notice is not a draft any more."), "notice")]
            )
        if expected_version is not None and notice.version != expected_version:
            raise ChangedMeanwhile(who=notice.changed_by, when=notice.changed_at)
        refused = [
            Reason(finding.code, finding.text, "notice") for finding in checks.blocks(notice)
        ]
        people = list(
            accounts.leads_of(now.team).exclude(
                pk__in=approvers.who_wrote(notice) | {by.user_id or 0}
            )
        )
        if not people:
            refused.append(
                Reason(
                    "nobody_else_approves",
                    _(
                        "Nobody but those who wrote it could approve; an admin has to name a"
                        " deputy."
                    ),
                    "team",
                )
            )
        if refused:
            raise TransitionRefused(refused)
        # What is asked for is a whole version, and the trail tells all of it.
        versions.close_open(now, notice)
        notice.state = NoticeState.AWAITING_APPROVAL
        notice.approval_requested_by = by.user
        notice.approval_requested_at = clock.now()
        notice.sent_back_reason = ""
        notice.audit_head = head_prefix(stream_of(now))
        notice.save()
        approval_requests.open_one(notice, by=by)
        finish_raised(
            now, f"approval-void:{notice.pk}", by=by, outcome=_("Approval was asked for again")
        )
        page_orders.order(notice, RenderingPurpose.APPROVAL)
        raise_for_each(
            now,
            people if raises_tasks else [],
            kind=TaskKind.APPROVE,
            title=approval_requests.what_to_approve(notice),
            origin=f"approve:{notice.pk}:{notice.version}",
        )
        remember(
            now,
            "notice.approval_asked",
            by=by,
            subject=notice,
            details={"notice": notice.number, "version": notice.version},
        )
    return notice


def pages_for_approval(notice: Notice) -> Rendering | None:
    """Return the pages an approver looks at; they become the letter byte for byte."""
    return page_orders.current(notice, RenderingPurpose.APPROVAL)


def approve(notice: Notice, *, by: Actor, seen_sha256: str) -> Notice:
    """Approve the pages with this hash, as a second person, and freeze them.

    Who approved these very pages already, from another window, has done so once.

    Raises:
        TransitionRefused: not waiting, by the author, not set yet, other bytes than seen, or a
            warning that nobody has mended or let stand with a reason.
    """
    with acting_on(notice.case, by=by, permission="offboarding.approve_notice") as now:
        notice = locked_notice(now, notice)
        if _is_done_by(by, notice, seen_sha256):
            return notice
        _refuse_unless_waiting(notice)
        if by.user_id in approvers.who_may_not(notice):
            raise TransitionRefused(
                [
                    Reason(
                        "second_person",
                        _(
                            "You wrote or changed this notice, or asked for approval; a second"
                            " person approves."
                        ),
                        "notice",
                    )
                ]
            )
        enclosed.enclosures_of(notice)
        rendering = pages_for_approval(notice)
        if rendering is None or rendering.done_at is None:
            raise TransitionRefused(
                [Reason("not_set", _("The pages are still being set; wait a moment."), "notice")]
            )
        if not rendering.is_good:
            raise TransitionRefused(
                [Reason("does_not_fit", problem, "notice") for problem in rendering.problems]
            )
        if rendering.sha256 != seen_sha256:
            raise TransitionRefused(
                [
                    Reason(
                        "other_bytes",
                        _("The letter changed since you opened it; look at it again."),
                        "notice",
                    )
                ]
            )
        _refuse_while_anything_is_open(notice)
        notice.state = NoticeState.APPROVED
        notice.approved_by = by.user
        notice.approved_at = clock.now()
        notice.save()
        departures.seal(notice, rendering, by=by)
        approval_requests.end(notice, ApprovalOutcome.APPROVED, by=by)
        finish_raised(now, f"approve:{notice.pk}:{notice.version}", by=by, outcome=_("Approved"))
        remember(
            now,
            "notice.approved",
            by=by,
            subject=notice,
            details={
                "notice": notice.number,
                "version": notice.version,
                "sha256": rendering.sha256,
            },
            after=notice.told_as,
        )
    return notice


def send_back(notice: Notice, *, by: Actor, reason: str) -> Notice:
    """Give a notice back to its author with what has to change."""
    with acting_on(notice.case, by=by, permission="offboarding.approve_notice") as now:
        notice = locked_notice(now, notice)
        _refuse_unless_waiting(notice)
        if not reason.strip():
            raise InvalidInput("reason", _("Say what has to change."))
        origin = f"approve:{notice.pk}:{notice.version}"
        approval_requests.end(notice, ApprovalOutcome.SENT_BACK, by=by)
        notice.state = NoticeState.DRAFT
        notice.sent_back_reason = reason
        notice.audit_head = ""
        notice.version += 1
        notice.changed_at = clock.now()
        notice.changed_by = by.name
        asked_by = notice.approval_requested_by
        notice.approval_requested_by = None
        notice.approval_requested_at = None
        notice.save()
        page_orders.order(notice, RenderingPurpose.PREVIEW)
        finish_raised(now, origin, by=by, outcome=reason)
        raise_for_each(
            now,
            [asked_by or now.owner],
            kind=TaskKind.LOOK_AT,
            title=_("Change the notice and ask again"),
            origin=f"sent-back:{notice.pk}:{notice.version}",
            details=reason,
        )
        remember(
            now,
            "notice.sent_back",
            by=by,
            subject=notice,
            details={"notice": notice.number},
            after={"reason": reason},
        )
    return notice


def _is_done_by(by: Actor, notice: Notice, sha256: str) -> bool:
    if notice.approved_at is None or notice.approved_by_id != by.user_id:
        return False
    return Letter.objects.filter(notice=notice, sha256=sha256).exists()


def _refuse_unless_waiting(notice: Notice) -> None:
    if notice.state == NoticeState.AWAITING_APPROVAL:
        return
    sentence = _("This notice does not wait for approval.")
    if notice.approved_by is not None and notice.approved_at is not None:
        at = timezone.localtime(notice.approved_at, ZoneInfo(notice.case.time_zone))
        sentence = _("%(name)s approved this notice on %(when)s; nothing is left to do here.") % {
            "name": notice.approved_by.name,
            "when": date_format(at, "j F Y, H:i T"),
        }
    raise TransitionRefused([Reason("not_waiting", sentence, "notice")])


def _refuse_while_anything_is_open(notice: Notice) -> None:
    unanswered = checks.unanswered(notice)
    if not unanswered:
        return
    refused = [Reason(finding.code, finding.text, "notice_text") for finding in unanswered]
    if not any(finding.stops for finding in unanswered):
        refused.append(
            Reason(
                "warnings_open",
                _("Each of these has to be mended, or let stand with a reason, before approval."),
                "notice_text",
            )
        )
    raise TransitionRefused(refused)
