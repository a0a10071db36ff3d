"""Reading cases: what pages, letters and machines ask."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date

from audit import clock
from clients import calendars
from clients.models import Client, Engagement
from clients.models.engagement import NoticeMethod
from offboarding import deemed, lifecycle, terms
from offboarding.errors import Reason
from offboarding.lifecycle import State
from offboarding.models import Obligation, ServiceChannel, StageTarget, TerminationCase
from offboarding.models.stage_target import USUAL_DAYS

# -- the next step ---------------------------------------------------------------------------------

FORWARD = {
    State.EVALUATION: "decide_to_end",
    State.NOTICE: "acknowledge",
    State.ACKNOWLEDGED: "fulfil_obligations",
    State.OBLIGATIONS_FULFILLED: "begin_transition",
    State.TRANSITION: "begin_follow_up",
    State.FOLLOW_UP: "close",
}
"""The one verb that takes a case from a stage to the next."""


@dataclass(frozen=True)
class Condition:
    """One line of a gate: the condition, and what stands in its way if anything."""

    title: str
    reasons: list[Reason]

    @property
    def is_met(self) -> bool:
        """Nothing stands in the way."""
        return not self.reasons


def gate(case: TerminationCase, verb: str) -> list[Condition]:
    """Return every condition of a verb from where the case stands, met or not."""
    return [
        Condition(title=guard.title, reasons=guard.reasons(case))
        for guard in lifecycle.guards_of(verb, case.state)
    ]


def unmet(case: TerminationCase, verb: str) -> list[Reason]:
    """Return what stands in the way of a verb, in the order of the law."""
    return [reason for condition in gate(case, verb) for reason in condition.reasons]


# -- how long a stage should take ------------------------------------------------------------------


def stage_targets() -> dict[State, int]:
    """Return the days that each stage should take, in one query."""
    kept = {State(state): days for state, days in StageTarget.objects.values_list("state", "days")}
    return USUAL_DAYS | kept


# -- dates -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EarliestEnd:
    """The earliest lawful effective date and the agreement whose clause decides."""

    on: date
    engagement_title: str
    terms: terms.EarliestDate


def days_off_of(case: TerminationCase, own: Container[date] | None = None) -> calendars.DaysOff:
    """Return the days on which nobody can be expected to act on a case.

    Args:
        case: whose office and client.
        own: the office's own days off, from a page that has read them already.
    """
    return calendars.days_off_between(case.client, own)


def days_off_at_the_client(case: TerminationCase) -> calendars.DaysOff:
    """Return the days on which nobody works where the client is: asking for receipt minds them."""
    return calendars.days_off_at(case.client)


def due_before(
    effective_on: date,
    business_days: int,
    *,
    days_off: terms.DaysOff,
    today: date,
    due_on: date | None = None,
) -> date:
    """Return the due date that stands so many business days before the end.

    Args:
        effective_on: the last day of the services.
        business_days: before it; negative is after.
        days_off: on which nobody is expected to act.
        today: at the office; nothing is promised for an earlier day.
        due_on: the due date so far; what is late already does not become punctual.
    """
    day = terms.relative_to(effective_on, -business_days, in_business_days=True, days_off=days_off)
    if day >= today:
        return day
    return min(due_on, today) if due_on else today


def promised_after(obligations: Iterable[Obligation], day: date) -> list[Obligation]:
    """Return what we still owe on a day of its own that lies after this day."""
    return [
        row
        for row in obligations
        if row.is_ours
        and row.is_open
        and not row.follows_effective_date
        and row.due_on is not None
        and row.due_on > day
    ]


def notice_period_of(engagement: Engagement) -> terms.NoticePeriod | None:
    """Return an agreement's notice period, or None when its clause names none."""
    if engagement.notice_period_count == 0 and not engagement.notice_to_end_of_month:
        return None
    return terms.NoticePeriod(
        count=engagement.notice_period_count,
        unit=terms.Unit(engagement.notice_period_unit),
        in_business_days=engagement.notice_period_in_business_days,
        to_end_of_month=engagement.notice_to_end_of_month,
    )


def earliest_end(
    case: TerminationCase,
    *,
    channel: str = "",
    sent_on: date | None = None,
    days_off: terms.DaysOff | None = None,
    engagements: Iterable[Engagement] | None = None,
) -> EarliestEnd | None:
    """Return the earliest date on which all chosen agreements may end.

    Args:
        case: its engagements carry the notice clauses; the latest of them decides.
        channel: `email` or `registered_mail`; what the agreements name when left out.
        sent_on: the date of sending at the office; the notice's date or today when left out.
        days_off: the case's, where they are known already.
        engagements: those that end, where a notice ends fewer than the case was decided on.
    """
    sent_on = sent_on or case.notice_date or clock.today(case.time_zone)
    return earliest_end_of(
        case.client,
        case.engagements.all() if engagements is None else engagements,
        sent_on=sent_on,
        days_off=days_off or days_off_of(case),
        channel=channel,
        rules=deemed.presets_read_with(case),
    )


def earliest_end_of(
    client: Client,
    engagements: Iterable[Engagement],
    *,
    sent_on: date,
    days_off: terms.DaysOff,
    channel: str = "",
    rules: Iterable[terms.ReceiptRule] | None = None,
) -> EarliestEnd | None:
    """Return the earliest date on which these agreements may end, before there is a case.

    Args:
        client: the addressee; where it is decides when the notice counts as received.
        engagements: of this client.
        sent_on: the date of sending at the office.
        days_off: on which nobody is expected to act.
        channel: `email` or `registered_mail`; what the agreements name when left out.
        rules: the active presets of deemed service, where they are known already.
    """
    agreed = list(engagements)
    channel = channel or channel_named_by(agreed)
    received_on = deemed.receipt_of(client, channel, sent_on, rules).on
    ends = []
    for engagement in agreed:
        found = terms.earliest_effective_date(received_on, notice_period_of(engagement), days_off)
        ends.append(EarliestEnd(found.on, engagement.title, found))
    return max(ends, key=lambda end: end.on, default=None)


def earliest_by_way(case: TerminationCase, sent_on: date) -> list[terms.EarliestByWay]:
    """Return when the chosen agreements may end by each way of sending, were it sent that day."""
    rules = deemed.presets_read_with(case) or deemed.presets()
    return terms.earliest_by_way(
        sent_on,
        [deemed.rule_for(case.client, channel, rules) for channel in ServiceChannel.values],
        [
            terms.Agreed(engagement.title, notice_period_of(engagement))
            for engagement in case.engagements.all()
        ],
        days_off=days_off_of(case),
        closed_at_the_addressee=days_off_at_the_client(case),
    )


def channel_of(case: TerminationCase) -> str:
    """Return the channel the agreements name: registered mail as soon as one asks for it."""
    return channel_named_by(case.engagements.all())


def channel_named_by(engagements: Iterable[Engagement]) -> str:
    """Return the channel that agreements name, as `channel_of` a case."""
    methods = {engagement.notice_method for engagement in engagements}
    if NoticeMethod.REGISTERED_MAIL in methods or NoticeMethod.ANY in methods or not methods:
        return "registered_mail"
    return "email"
