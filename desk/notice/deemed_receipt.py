"""The day on which a notice counts as received if nothing else proves it, said in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Q, Subquery

from desk.frame.json_rows import rows_of
from offboarding import deemed
from offboarding.models import ServiceRule, TerminationCase

_COLUMNS = ("channel", "days", "counting", "country", "region")


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


def preset_rows() -> Subquery:
    """Return the presets for a case's client, to be read with the case as `service_rule_rows`."""
    here = Q(country="") | Q(country=OuterRef("client__country"))
    rules = ServiceRule.objects.filter(here, is_active=True)
    return rows_of(rules, "is_active", **{name: name for name in _COLUMNS})
