"""Whether a settlement statement that goes with a letter still says what is open."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from notices.checking.findings import Finding
from notices.models import Notice
from offboarding import settlement
from offboarding.models import SettlementStatement, TerminationCase


def says_what_is_open(statement: SettlementStatement, case: TerminationCase) -> bool:
    """Tell whether a statement's lines are those that are open now."""
    return bool(statement.lines == [line.as_kept() for line in settlement.open_on(case)])


def findings_in(notice: Notice) -> Iterator[Finding]:
    """Name each enclosed statement that the record has left behind; such a letter does not leave.

    What is enclosed are a statement's very bytes, so it is found by the file that it came from.
    """
    enclosed = SettlementStatement.objects.filter(
        case=notice.case, case_file__in=notice.enclosures.values("case_file")
    )
    for statement in enclosed:
        if not says_what_is_open(statement, notice.case):
            yield Finding(
                "block",
                "statement_outdated",
                "enclosures",
                _(
                    "The enclosed settlement statement, version %(number)d of %(date)s, does not"
                    " say what is open now; make a new one and enclose that."
                )
                % {
                    "number": statement.number,
                    "date": date_format(statement.as_of_on, "j F Y"),
                },
                why=_("The client would check it against their books and find another sum."),
            )
