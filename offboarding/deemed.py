"""When a notice counts as received if nothing else proves it: the rule, the day, and its words.

The rules are presets in the database (`ServiceRule`), one for a channel and a place. What counts is
where the addressee is, and so do the business days. General guidance, not legal advice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_countries import countries

from clients import calendars
from clients.models import Client
from offboarding.models import ServiceRule, TerminationCase
from offboarding.terms import GENERAL_RECEIPT_RULES, Counting, ReceiptRule

_MOST_CAREFUL = "registered_mail"


@dataclass(frozen=True)
class DeemedReceipt:
    """The day on which a notice counts as received, and the rule behind it."""

    on: date
    rule: ReceiptRule

    @property
    def copy(self) -> dict[str, Any]:
        """The rule as a case keeps it, so that later edits of the presets change nothing."""
        return asdict(self.rule)


def receipt_of(
    client: Client,
    channel: str,
    handed_over_on: date,
    rules: Iterable[ReceiptRule] | None = None,
) -> DeemedReceipt:
    """Return when a notice to a client counts as received.

    Args:
        client: the addressee; where it is decides the rule and the business days.
        channel: `email`, `post` or `registered_mail`.
        handed_over_on: to the relay or the carrier, at the sending office.
        rules: the active presets, where a page has read them already.
    """
    rule = rule_for(client, channel, rules)
    return DeemedReceipt(rule.received_on(handed_over_on, calendars.days_off_at(client)), rule)


def presets() -> list[ReceiptRule]:
    """Return the presets that are in use."""
    return [preset.rule for preset in ServiceRule.objects.filter(is_active=True)]


def presets_read_with(case: TerminationCase) -> list[ReceiptRule] | None:
    """Return the presets that a page read together with its case; None when it read none."""
    rows = getattr(case, ROWS_READ_WITH_A_CASE, None)
    return None if rows is None else [kept_rule(row) for row in rows]


ROWS_READ_WITH_A_CASE = "service_rule_rows"


def rule_for(
    client: Client, channel: str, rules: Iterable[ReceiptRule] | None = None
) -> ReceiptRule:
    """Return the preset of the client's region, else of its country, else the general one."""
    country = str(client.country.code)
    region = calendars.region_code(country, client.region)
    if rules is None:
        rules = presets()
    fitting = [
        rule
        for rule in rules
        if rule.channel == channel
        and (rule.country, rule.region) in {("", ""), (country, ""), (country, region)}
    ]
    # The closest place wins: with its region, then with its country, then anywhere.
    return max(
        fitting,
        key=lambda rule: (bool(rule.region), bool(rule.country)),
        default=GENERAL_RECEIPT_RULES.get(channel, GENERAL_RECEIPT_RULES[_MOST_CAREFUL]),
    )


def kept_rule(copy: dict[str, Any]) -> ReceiptRule:
    """Return a rule from the plain values that a case keeps of it."""
    return ReceiptRule(**(copy | {"counting": Counting(copy["counting"])}))


def in_words(rule: ReceiptRule) -> str:
    """Say a rule in a sentence or two, for people who have to rely on it."""
    what = {
        "email": _("An e-mail"),
        "post": _("A letter"),
        "registered_mail": _("A registered letter"),
    }.get(rule.channel, _("A notice"))
    if rule.counting is Counting.BUSINESS_DAYS:
        counted = ngettext(
            "%(what)s counts as received %(count)d business day after it was handed over.",
            "%(what)s counts as received %(count)d business days after it was handed over.",
            rule.days,
        )
    else:
        counted = ngettext(
            "%(what)s counts as received %(count)d day after it was handed over.",
            "%(what)s counts as received %(count)d days after it was handed over.",
            rule.days,
        )
    said = [counted % {"what": what, "count": rule.days}]
    if rule.counting is Counting.CALENDAR_THEN_BUSINESS:
        said.append(_("If that is no business day, on the next one."))
    if rule.country:
        place = countries.name(rule.country) or rule.country
        if rule.region:
            place = f"{place} ({rule.region})"
        said.append(_("Preset for %(place)s.") % {"place": place})
    else:
        said.append(_("General preset."))
    return " ".join(said)
