"""The earliest day on which a notice may end the relationship."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from notices.letters import corrections
from notices.letters.scope import engagements_that_end
from notices.models import CorrectionReason, Notice, NoticeKind, NoticeState
from offboarding import selectors
from offboarding.selectors import EarliestEnd


def earliest_end(
    notice: Notice, *, sent_on: date, ended: Collection[int] | None = None
) -> EarliestEnd | None:
    """Return the earliest lawful end of what a notice ends, when it is sent on a day.

    A correction of a letter that was served keeps the day that the first letter set: its period
    runs from that service. A letter that went to a wrong address was never served, so its
    correction counts from its own day.

    Args:
        notice: whose agreements have to allow it.
        sent_on: the day of sending.
        ended: keys of the agreements that end, where the choice is not saved yet.
    """
    earliest = selectors.earliest_end(
        notice.case, sent_on=sent_on, engagements=engagements_that_end(notice, ended)
    )
    before = day_that_stands(notice)
    if earliest is None or before is None:
        return earliest
    return replace(earliest, on=min(earliest.on, before))


def day_that_stands(notice: Notice) -> date | None:
    """Return the end that the corrected letter has set by its service, if it has."""
    if notice.kind != NoticeKind.CORRECTION or notice.case.served_on is None:
        return None
    corrected = notice.corrects
    if corrected is None or corrected.state not in (NoticeState.SENT, NoticeState.SUPERSEDED):
        return None
    correction = corrections.behind(notice)
    is_of_address = correction is not None and correction.reason == CorrectionReason.ADDRESS
    return None if is_of_address else corrected.effective_on
