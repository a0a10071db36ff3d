"""The settlement statement: made, and shown to the client."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices import bell
from notices.errors import BytesDiffer
from notices.language.phrases import language_of
from offboarding import settlement
from offboarding.errors import Reason, TransitionRefused
from offboarding.models import CaseFile, SettlementStatement, TerminationCase
from offboarding.services.locking import acting_on, remember


def make_statement(case: TerminationCase, *, by: Actor) -> SettlementStatement:
    """Write down what is open in money now, as the next version; a worker sets its pages.

    Where nothing has changed since the version before, that one is returned.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        lines = [line.as_kept() for line in settlement.open_on(now)]
        today = clock.today(now.time_zone)
        last = now.statements.order_by("-number").first()
        if (
            last is not None
            and not last.has_failed
            and (last.lines, last.as_of_on) == (lines, today)
        ):
            return last
        statement = SettlementStatement.objects.create(
            case=now,
            number=(last.number if last else 0) + 1,
            as_of_on=today,
            language=language_of(now.language),
            lines=lines,
            made_by=by.colleague,
        )
        remember(
            now,
            "statement.made",
            by=by,
            subject=statement,
            details={
                "number": statement.number,
                "balances": [
                    [one.currency, one.theirs_cents, one.ours_cents]
                    for one in settlement.balances(settlement.open_on(now))
                ],
            },
        )
        bell.ring("notices.tasks.set_pages_due")
    return statement


def share_statement(statement: SettlementStatement, *, by: Actor) -> SettlementStatement:
    """Show a statement to the client on their page; a second time changes nothing.

    Raises:
        TransitionRefused: its pages are not set.
    """
    with acting_on(statement.case, by=by, permission="offboarding.work_on_case") as now:
        row = now.statements.select_for_update().get(pk=statement.pk)
        if row.shared_at is not None:
            return row
        if not row.is_set:
            raise TransitionRefused([not_set_yet()])
        row.shared_at = clock.now()
        row.shared_by = by.colleague
        row.save(update_fields=["shared_at", "shared_by"])
        remember(
            now,
            "statement.shared",
            by=by,
            subject=row,
            details={"number": row.number, "file": str(row.case_file_id)},
        )
    return row


def not_set_yet() -> Reason:
    """Say that there is nothing to show yet."""
    return Reason(
        "not_set", _("The pages of this statement are not set yet; try again in a minute."), ""
    )


def shown_to_the_client(case: TerminationCase) -> SettlementStatement | None:
    """Return the newest statement that somebody shared."""
    return (
        case.statements.filter(shared_at__isnull=False, case_file__isnull=False)
        .select_related("case_file")
        .order_by("-number")
        .first()
    )


def bytes_of(case_file: CaseFile) -> bytes:
    """Return the pages of a statement, compared with their hash.

    Raises:
        BytesDiffer: they were changed or are gone; nobody gets to see them.
    """
    try:
        with case_file.content.open("rb") as stored:
            content: bytes = stored.read()
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() != case_file.sha256:
        raise BytesDiffer(_("The stored statement differs from the one that was made."))
    return content
