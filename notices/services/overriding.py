"""Letting a finding stand, with a reason that the approver and the record see."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.actor import Actor
from notices.checking import checks, overrides
from notices.checking.findings import Finding
from notices.models import CheckOverride, Notice, NoticeState
from notices.services.drafting import locked_notice
from offboarding import policies
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import TerminationCase
from offboarding.services.locking import acting_on, remember

MOST_REASON_CHARACTERS = 1_000


def override(notice: Notice, *, code: str, found: str, reason: str, by: Actor) -> CheckOverride:
    """Let one finding stand in one notice.

    A warning may be let stand by whoever writes the notice. A pattern or a measure of reading that
    blocks is a guess about manner: a team lead who did not write the notice may know better. What
    is missing or untrue cannot be let stand by anybody, and a hint needs no leave.

    Args:
        notice: not sealed yet.
        code: which check.
        found: the words it is about, as the finding shows them; empty when it shows none.
        reason: why they may stand.
        by: who says so.

    Raises:
        InvalidInput: no reason, or one that is too long.
        TransitionRefused: nothing of the kind stands against the notice, or it may not stand.
    """
    with acting_on(notice.case, by=by, permission="offboarding.draft_notice") as now:
        notice = locked_notice(now, notice)
        if notice.is_sealed:
            raise TransitionRefused(
                [Reason("sealed", _("The text of this notice is frozen."), "notice")]
            )
        finding = _standing(notice, code, found)
        _refuse_unless_allowed(finding, notice, now, by=by)
        reason = reason.strip()
        if not reason:
            raise InvalidInput("reason", _("Say why this may stand."))
        if len(reason) > MOST_REASON_CHARACTERS:
            raise InvalidInput(
                "reason",
                _("The reason is longer than %(most)d characters.")
                % {"most": MOST_REASON_CHARACTERS},
            )
        assert by.user is not None
        code, words, basis = overrides.key_of(finding, notice)
        row = CheckOverride.objects.create(
            notice=notice,
            code=code,
            found=words,
            basis=basis,
            reason=reason,
            overridden_by=by.user,
        )
        remember(
            now,
            "notice.check_overridden",
            by=by,
            subject=notice,
            details={
                "notice": notice.number,
                "version": notice.version,
                "check": code,
                "level": finding.level,
            },
            after={"found": finding.found or finding.text, "reason": reason},
        )
    return row


def carry_over(old: Notice, new: Notice, *, by: Actor) -> list[CheckOverride]:
    """Let what was let stand in a letter stand in its correction as well, where its words do.

    The reason keeps its giver and its moment. Words that stop an approval do not come along for
    whoever let them stand and now is the author: nobody lets their own words stand. Call with the
    case locked.

    Args:
        old: the letter that is corrected.
        new: the correction, its words as they begin.
        by: the correction's author.
    """
    given = {
        (row.code, row.found, row.basis): row
        for row in CheckOverride.objects.filter(notice=old).order_by("overridden_at", "pk")
    }
    if not given:
        return []
    carried = []
    for finding in checks.findings(new):
        row = given.get(overrides.key_of(finding, new))
        is_own = row is not None and row.overridden_by_id == by.user_id
        if row is None or finding.overridden or (finding.level == "block" and is_own):
            continue
        carried.append(
            CheckOverride.objects.create(
                notice=new,
                code=row.code,
                found=row.found,
                basis=row.basis,
                reason=row.reason,
                overridden_by=row.overridden_by,
                overridden_at=row.overridden_at,
            )
        )
        remember(
            new.case,
            "notice.check_override_kept",
            by=by,
            subject=new,
            details={"notice": new.number, "from": old.number, "check": row.code},
        )
    return carried


def may_override(finding: Finding, notice: Notice, *, by: Actor) -> bool:
    """Tell a page whether to offer it; `override` asks again inside the lock."""
    return not _refusal(finding, notice, notice.case, by=by)


def _standing(notice: Notice, code: str, found: str) -> Finding:
    for finding in checks.findings(notice):
        if (finding.code, finding.found) == (code, found) and not finding.overridden:
            return finding
    raise TransitionRefused(
        [
            Reason(
                "no_such_finding",
                _("This does not stand against the notice any more; look at it again."),
                "notice",
            )
        ]
    )


def _refuse_unless_allowed(
    finding: Finding, notice: Notice, case: TerminationCase, *, by: Actor
) -> None:
    refusal = _refusal(finding, notice, case, by=by)
    if refusal:
        raise TransitionRefused([Reason("not_overridable", refusal, "notice")])


def _refusal(finding: Finding, notice: Notice, case: TerminationCase, *, by: Actor) -> str:
    if notice.state not in (NoticeState.DRAFT, NoticeState.AWAITING_APPROVAL):
        return _("The text of this notice is frozen.")
    if finding.overridden:
        return _("Somebody let this stand already.")
    if finding.level == "hint":
        return _("This is advice; nobody has to give a reason for not following it.")
    if finding.level == "warn":
        return ""
    if not finding.judges_manner:
        return _("What is missing or untrue cannot be let stand; it has to be put right.")
    wrote_it = by.user_id in (notice.author_id, notice.approval_requested_by_id)
    if wrote_it or by.name == notice.changed_by:
        return _("You wrote this notice; a team lead may let these words stand, or change them.")
    if not policies.may(by, "offboarding.approve_notice", case):
        return _("A team lead who did not write this notice may let these words stand.")
    return ""
