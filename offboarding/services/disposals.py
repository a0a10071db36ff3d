"""Deciding what becomes of the client's data, kind by kind, and recording that it was done."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import DataCategory, Disposal, TerminationCase
from offboarding.secret_words import refuse_secrets
from offboarding.services.locking import acting_on, remember


def list_category(
    case: TerminationCase,
    *,
    by: Actor,
    name: str,
    held_in: str,
    disposal: str,
    ground: str,
    due_on: date | None = None,
) -> DataCategory:
    """List a kind of data and what becomes of it.

    Args:
        case: of the client whose data it is.
        by: a colleague.
        name: of the data.
        held_in: the system or the place.
        disposal: a `Disposal`.
        ground: the law, the clause or the wish behind it.
        due_on: for what is kept the day from which it may go; for others by when.

    Raises:
        InvalidInput: something is missing, or a day that is past for what is kept.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case", even_if_ended=True) as now:
        if not name.strip():
            raise InvalidInput("name", _("Name the kind of data."))
        if not held_in.strip():
            raise InvalidInput("held_in", _("Say where it is."))
        if not ground.strip():
            raise InvalidInput("ground", _("Name the ground: a law, a clause, the client's wish."))
        refuse_secrets(name=name, held_in=held_in, ground=ground)
        if disposal == Disposal.KEEP:
            if due_on is None:
                raise InvalidInput("due_on", _("Say until when it is kept."))
            if due_on <= clock.today(now.time_zone):
                raise InvalidInput("due_on", _("This day has passed; then it need not be kept."))
        row = DataCategory.objects.create(
            case=now, name=name, held_in=held_in, disposal=disposal, ground=ground, due_on=due_on
        )
        remember(
            now,
            "data.listed",
            by=by,
            subject=row,
            details={"disposal": disposal, "due_on": str(due_on or "")},
            after={"name": name, "held_in": held_in, "ground": ground},
        )
    return row


def carry_out(row: DataCategory, *, by: Actor, done_on: date, done_how: str) -> DataCategory:
    """Record that a kind of data was returned or deleted, and how; once.

    Raises:
        InvalidInput: a day to come, or no word on how.
        TransitionRefused: a legal hold, data that is still kept, or done before.
    """
    with acting_on(
        row.case, by=by, permission="offboarding.work_on_case", even_if_ended=True
    ) as now:
        row = now.data_categories.select_for_update().get(pk=row.pk)
        row.case = now
        reasons = why_not_now(row)
        if reasons:
            raise TransitionRefused(reasons)
        if done_on > clock.today(now.time_zone):
            raise InvalidInput("done_on", _("This day has not come yet."))
        if row.disposal == Disposal.KEEP and row.due_on and done_on < row.due_on:
            raise InvalidInput("done_on", _("On this day it was still to be kept."))
        if not done_how.strip():
            raise InvalidInput("done_how", _("Say how it was done."))
        refuse_secrets(done_how=done_how)
        row.done_on, row.done_how, row.done_by = done_on, done_how, by.user
        row.save(update_fields=["done_on", "done_how", "done_by"])
        remember(
            now,
            "data.returned" if row.disposal == Disposal.RETURN else "data.deleted",
            by=by,
            subject=row,
            details={"on": done_on.isoformat()},
            after={"how": done_how},
        )
    return row


def why_not_now(row: DataCategory) -> list[Reason]:
    """Say what keeps a kind of data from being returned or deleted today."""
    if row.is_done:
        sentence = _("“%(name)s” is settled already.") % {"name": row.name}
        return [Reason("already_settled", sentence, "data")]
    reasons = []
    if row.disposal != Disposal.RETURN:
        reasons += why_not_deleted(row.case)
    if (
        row.disposal == Disposal.KEEP
        and row.due_on
        and row.due_on > clock.today(row.case.time_zone)
    ):
        sentence = _("“%(name)s” is kept until %(day)s: %(ground)s.") % {
            "name": row.name,
            "day": date_format(row.due_on, "j F Y"),
            "ground": row.ground.rstrip("."),
        }
        reasons.append(Reason("still_kept", sentence, "data"))
    return reasons


def why_not_deleted(case: TerminationCase) -> list[Reason]:
    """Say that a legal hold keeps every deletion back."""
    if not case.legal_hold_reason:
        return []
    sentence = _("A legal hold is on this case; nothing is deleted until a lead lifts it.")
    return [Reason("legal_hold", sentence, "legal-hold")]
