"""The day on which a notice counts as received if nothing else proves it, said in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from offboarding import deemed
from offboarding.models import TerminationCase


@dataclass(frozen=True)
class Deemed:
    """The day, the rule in a sentence, and what the rule goes by."""

    on: date
    words: str
    source: str


def deemed_receipt_of(case: TerminationCase) -> Deemed | None:
    """Return the deemed receipt of a case as it was kept when the notice was served."""
    if case.deemed_received_on is None or not case.deemed_rule:
        return None
    rule = deemed.kept_rule(case.deemed_rule)
    return Deemed(case.deemed_received_on, deemed.in_words(rule), rule.source)
