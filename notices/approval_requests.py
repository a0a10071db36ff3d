"""Requests for approval: opened, looked at, ended; rows written in the caller's transaction."""

from __future__ import annotations

from dataclasses import asdict

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices.checking import checks
from notices.letters import differences
from notices.models import (
    ApprovalOutcome,
    ApprovalRequest,
    ApproverLook,
    Notice,
    NoticeKind,
    NoticeState,
    Rendering,
)
from offboarding.models import TaskKind, TerminationCase
from offboarding.services.locking import remember
from offboarding.services.tasks import finish_raised, raise_for_each


def what_to_approve(notice: Notice) -> str:
    """Return what a second person is asked for, naming the letter as what it is."""
    match notice.kind:
        case NoticeKind.CURE_WARNING:
            return _("Approve the cure warning")
        case NoticeKind.CORRECTION:
            return _("Approve the correction")
        case NoticeKind.WITHDRAWAL:
            return _("Approve the withdrawal")
        case NoticeKind.CLOSING:
            return _("Approve the closing letter")
    return _("Approve the notice")


def open_one(notice: Notice, *, by: Actor) -> ApprovalRequest:
    """Keep what a second person is asked to approve, with what the checks say of it now."""
    assert by.user is not None
    return ApprovalRequest.objects.create(
        notice=notice,
        notice_version=notice.version,
        asked_by=by.user,
        said=differences.said(notice),
        findings=[asdict(finding) for finding in checks.findings(notice)],
    )


def end(notice: Notice, outcome: ApprovalOutcome, *, by: Actor) -> ApprovalRequest | None:
    """Note how the request for the present version ended."""
    request = ApprovalRequest.objects.filter(notice=notice, notice_version=notice.version).first()
    if request is not None:
        request.outcome = outcome
        request.ended_at = clock.now()
        request.ended_by = by.name
        request.save(update_fields=["outcome", "ended_at", "ended_by"])
    return request


def void(
    case: TerminationCase,
    notice: Notice,
    before: dict[str, str],
    *,
    by: Actor,
    after: dict[str, str] | None = None,
) -> None:
    """Take an asked or given approval back because the notice was changed; both people are told.

    Call with the case and the notice locked, the new words on the notice and its version still the
    one that was asked for.

    Args:
        case: the notice's.
        notice: waiting or approved, with its new words.
        before: what it said, see `differences.said`.
        by: who changed it.
        after: what it will say, where the change is not on the notice yet.
    """
    request = end(notice, ApprovalOutcome.VOIDED, by=by)
    origin = f"approve:{notice.pk}:{notice.version}"
    finish_raised(case, origin, by=by, outcome=_("The notice was changed"))
    told = {notice.approval_requested_by, notice.approved_by}
    if notice.state == NoticeState.AWAITING_APPROVAL:
        told |= {look.person for look in _looks_at(notice)}
    changes = differences.between(
        request.said if request else before, after or differences.said(notice)
    )
    raise_for_each(
        case,
        sorted(
            (person for person in told if person is not None and person.pk != by.user_id),
            key=lambda person: person.pk,
        ),
        kind=TaskKind.LOOK_AT,
        title=_("The approval is void: %(who)s changed the notice") % {"who": by.name},
        details="\n".join(str(change) for change in changes),
        origin=f"approval-void:{notice.pk}:{notice.version}",
    )
    remember(
        case,
        "notice.approval_voided",
        by=by,
        subject=notice,
        details={
            "notice": notice.number,
            "version": notice.version,
            "was": notice.state,
            "lines": [change.name for change in changes],
        },
    )
    notice.state = NoticeState.DRAFT
    notice.approval_requested_by = None
    notice.approval_requested_at = None
    notice.approved_by = None
    notice.approved_at = None
    notice.audit_head = ""


def look_at(
    notice: Notice, pages: Rendering | None, *, by: Actor
) -> tuple[ApproverLook, list[differences.Change]] | None:
    """Keep what an approver has before their eyes, and return what changed since the last time.

    Args:
        notice: waits for approval.
        pages: the pages that stand beside it; nothing is kept while they are not set.
        by: the approver.

    Returns:
        What they saw of an earlier version, if they did, with the lines that changed since.
    """
    assert by.user is not None
    looks = list(ApproverLook.objects.filter(notice=notice, person=by.user))
    now = differences.said(notice)
    if (
        pages is not None
        and pages.is_good
        and all(look.notice_version != notice.version for look in looks)
    ):
        ApproverLook.objects.bulk_create(
            [
                ApproverLook(
                    notice=notice,
                    person=by.user,
                    notice_version=notice.version,
                    sha256=pages.sha256,
                    said=now,
                )
            ],
            # The same person in two tabs.
            ignore_conflicts=True,
        )
    earlier = [look for look in looks if look.notice_version < notice.version]
    return (earlier[-1], differences.between(earlier[-1].said, now)) if earlier else None


def _looks_at(notice: Notice) -> list[ApproverLook]:
    looks = ApproverLook.objects.filter(notice=notice, notice_version=notice.version)
    return list(looks.select_related("person"))


def changes_since_void(
    notice: Notice,
) -> tuple[ApprovalRequest, list[differences.Change]] | None:
    """Return the request that a change voided, if it was the last one, and the lines changed."""
    last = ApprovalRequest.objects.filter(notice=notice).last()
    if last is None or last.outcome != ApprovalOutcome.VOIDED:
        return None
    return last, differences.between(last.said, differences.said(notice))
