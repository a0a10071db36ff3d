"""Which cases stand behind a figure of the insights: counted there, listed in the table of cases.

A figure is named by a few words in an address, such as `stage:notice:over`. The tables count with
the conditions that this module holds, and the list narrows down with the same, so both agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    DateField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast
from django.utils import timezone

from audit import clock
from clients.models import Engagement, Invoice
from notices.models import Notice, NoticeKind
from offboarding.lifecycle import GOES_ON, STAGES, State
from offboarding.models import (
    COUNTS_BY_ITSELF,
    Lesson,
    Obligation,
    ObligationState,
    ProofOfReceipt,
    Reaction,
    ReactionKind,
    StageStay,
    TerminationCase,
)
from offboarding.selectors import stage_targets

Cases = QuerySet[TerminationCase]
LATER_DAYS = 60
"""So long after the end we look at the money once more."""
_LARGEST_KEY = 2**63 - 1


class NoSuchFigure(ValueError):
    """The words in the address name none of the figures."""


@dataclass(frozen=True)
class Period:
    """From one day to another, both counted in: the cases that were opened then."""

    since: date
    until: date

    def opened_in(self) -> Q:
        """Ask for the cases of the period, by the index of when they were opened."""
        return Q(
            opened_at__gte=start_of(self.since),
            opened_at__lt=start_of(self.until + timedelta(days=1)),
        )


def start_of(day: date) -> datetime:
    """Return the first instant of a day where the reader is."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


# -- conditions, each used for counting and for listing --------------------------------------------


Targets = Mapping[State, int]
"""The days that each stage should take."""


def waits_over_target(state: str, targets: Targets) -> Q:
    """The case stands in a stage for more days than it should take."""
    latest = clock.today() - timedelta(days=targets[State(state)])
    return Q(state=state, state_changed_at__lt=start_of(latest))


STAY: dict[str, Callable[[str, Targets], Q]] = {
    "all": lambda state, targets: Q(state=State(state)),
    "within": lambda state, targets: Q(state=state, days__lte=targets[State(state)]),
    "over": lambda state, targets: Q(state=state, days__gt=targets[State(state)]),
}
"""How a stay in a stage compares with its target."""


def owed(how: str) -> Q:
    """Whether an obligation with a day was met on time."""
    today = clock.today()
    fulfilled = Q(due_on__isnull=False, state=ObligationState.FULFILLED)
    still_open = Q(
        due_on__isnull=False, state__in=[ObligationState.OPEN, ObligationState.ESCALATED]
    ) & ~Q(case__state__in=GOES_ON, amount_cents=None)
    return {
        "on_time": fulfilled & Q(settled_at__date__lte=F("due_on")),
        "late": fulfilled & Q(settled_at__date__gt=F("due_on")),
        "overdue": still_open & Q(due_on__lt=today),
        "not_due": still_open & Q(due_on__gte=today),
    }[how]


OWED = ("on_time", "late", "overdue", "not_due")

RECEIVED = Q(voided_at=None) & (Q(grade__in=COUNTS_BY_ITSELF) | Q(accepted_at__isnull=False))
"""A receipt that counts."""

SERVED = Q(served_on__isnull=False)
PROVEN = {
    "all": SERVED,
    "proven": SERVED & Q(acknowledged_at__isnull=False),
    "open": SERVED & Q(acknowledged_at=None),
}
"""What was served, and whether its receipt is on record."""

ENDING = ~Q(state__in=GOES_ON)
"""The relationship ends, or has ended."""

OUTCOMES = {
    "all": Q(),
    "open": Q(state__in=STAGES),
    "ended": Q(state=State.CLOSED),
    "kept": Q(state=State.RETAINED),
    "withdrawn": Q(state=State.WITHDRAWN),
}
"""What became of a case."""

MOMENTS = ("notice", "end", "later")
"""When we look at the money: with the notice, at the end, and so many days after it."""

UPSET = (ReactionKind.ANGER, ReactionKind.THREAT_OF_CLAIM)

AGES = (("0", 0, 365), ("1", 365, 1096), ("3", 1096, 1826), ("5", 1826, 3652), ("10", 3652, None))
"""How long somebody was a client: its name, from so many days, to before so many."""


def with_moments(cases: Cases) -> Cases:
    """Add the days on which we look at the money; those that have come, of endings."""
    end = ExpressionWrapper(F("effective_on") + timedelta(days=LATER_DAYS), DateField())
    return cases.annotate(
        on_notice=F("notice_date"), on_end=F("effective_on"), on_later=Cast(end, DateField())
    )


def open_on(moment: str, invoice: str, day: Any) -> Q:
    """An invoice was open on a day.

    Args:
        moment: which of `MOMENTS`.
        invoice: what leads to the invoice's columns.
        day: the expression of the day.
    """
    return (
        Q(**{f"{invoice}issued_on__lte": day})
        & (Q(**{f"{invoice}paid_on": None}) | Q(**{f"{invoice}paid_on__gt": day}))
        & Q(**{f"on_{moment}__lte": clock.today()})
    )


def with_age(cases: Cases) -> Cases:
    """Add how long the client was ours when the services ended."""
    first = Engagement.objects.filter(client=OuterRef("client")).order_by("started_on", "pk")
    return cases.filter(ENDING, effective_on__isnull=False).annotate(
        age=ExpressionWrapper(
            F("effective_on") - Subquery(first.values("started_on")[:1], DateField()),
            DurationField(),
        )
    )


def with_lesson(cases: Cases) -> Cases:
    """Add what the newest lesson says about avoiding it."""
    newest = Lesson.objects.filter(case=OuterRef("pk")).order_by("-recorded_at", "-pk")
    return cases.annotate(avoidable=Subquery(newest.values("avoidable")[:1]))


def with_wait(cases: Cases) -> Cases:
    """Add how long receipt took, from the beginning of the day of service."""
    return cases.annotate(
        waited=ExpressionWrapper(
            F("acknowledged_at") - Cast(F("served_on"), DateTimeField()), DurationField()
        )
    )


def first_notices() -> QuerySet[Notice]:
    """List the notices that ended something and were sent."""
    return Notice.objects.filter(kind=NoticeKind.TERMINATION, sent_at__isnull=False)


# -- from a name to its cases ----------------------------------------------------------------------


def _of_ground(key: str) -> Q:
    if key == "none":
        return Q(ground=None)
    if not 0 < int(key) <= _LARGEST_KEY:
        raise ValueError(key)
    return Q(ground_id=int(key))


def _opened(cases: Cases, ground: str, outcome: str = "all") -> Cases:
    among = Q() if ground == "all" else _of_ground(ground)
    return cases.filter(among, OUTCOMES[outcome])


def _stage(cases: Cases, state: str, how: str) -> Cases:
    stays = StageStay.objects.filter(STAY[how](state, stage_targets()), case=OuterRef("pk"))
    return cases.filter(Exists(stays), entered_from_elsewhere=False)


def _waiting(cases: Cases, state: str, how: str) -> Cases:
    over = how == "over"
    return cases.filter(
        waits_over_target(state, stage_targets()) if over else Q(state=State(state))
    )


def _served(cases: Cases, channel: str, how: str) -> Cases:
    return cases.filter(PROVEN[how], served_by="" if channel == "none" else channel)


def _receipt(cases: Cases, kind: str) -> Cases:
    found = ProofOfReceipt.objects.filter(RECEIVED, kind=kind, case=OuterRef("pk"))
    return cases.filter(Exists(found))


def _owed(cases: Cases, party: str, how: str) -> Cases:
    found = Obligation.objects.filter(owed(how), party=party, case=OuterRef("pk"))
    return cases.filter(Exists(found))


def _money(cases: Cases, moment: str, currency: str) -> Cases:
    if moment not in MOMENTS:
        raise KeyError(moment)
    cases = with_moments(cases.filter(ENDING)).filter(**{f"on_{moment}__lte": clock.today()})
    day = OuterRef(f"on_{moment}")
    found = Invoice.objects.filter(
        Q(issued_on__lte=day) & (Q(paid_on=None) | Q(paid_on__gt=day)),
        client=OuterRef("client"),
        currency=currency,
    )
    return cases.filter(Exists(found))


def _reaction(cases: Cases, ground: str, kind: str) -> Cases:
    cases = cases.filter(_of_ground(ground))
    if kind == "served":
        return cases.filter(SERVED)
    if kind == "disputed":
        return cases.filter(first_disputed_at__isnull=False)
    return cases.filter(Exists(Reaction.objects.filter(case=OuterRef("pk"), kind=kind)))


def _model(cases: Cases, how: str, written_from: str) -> Cases:
    sent = first_notices().filter(case=OuterRef("pk"), written_from=written_from)
    cases = cases.filter(Exists(sent))
    if how == "upset":
        upset = Reaction.objects.filter(case=OuterRef("pk"), kind__in=UPSET)
        return cases.filter(Exists(upset))
    return cases.filter(first_disputed_at__isnull=False) if how == "disputed" else cases


def _age(cases: Cases, bucket: str) -> Cases:
    _name, least, most = next(one for one in AGES if one[0] == bucket)
    cases = with_age(cases).filter(age__gte=timedelta(days=least) if least else timedelta(-(10**6)))
    return cases if most is None else cases.filter(age__lt=timedelta(days=most))


def _avoidable(cases: Cases, ground: str, said: str) -> Cases:
    cases = with_lesson(cases.filter(_of_ground(ground)))
    return cases.filter(avoidable__isnull=False) if said == "all" else cases.filter(avoidable=said)


_FIGURES: dict[str, Callable[..., Cases]] = {
    "opened": _opened,
    "stage": _stage,
    "waiting": _waiting,
    "served": _served,
    "receipt": _receipt,
    "owed": _owed,
    "money": _money,
    "reaction": _reaction,
    "model": _model,
    "age": _age,
    "avoidable": _avoidable,
}


def behind(cases: Cases, figure: str) -> Cases:
    """Narrow cases down to those behind a figure.

    Raises:
        NoSuchFigure: an address that somebody changed by hand.
    """
    name, *words = figure.split(":", 2)
    try:
        return _FIGURES[name](cases, *words)
    except (KeyError, TypeError, ValueError, StopIteration) as error:
        raise NoSuchFigure(figure) from error
