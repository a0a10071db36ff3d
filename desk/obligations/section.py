"""What we owe and what they owe, as the page of a case shows it: two sides, line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.models import User
from audit import clock
from desk.frame.json_rows import rows_of
from desk.frame.rights import Rights
from notices.reminding.owed_mail import KNOWN_IN
from offboarding.lifecycle import GOES_ON, State
from offboarding.models import Obligation, ObligationState, TerminationCase
from offboarding.services import obligations

Words = str | Promise

SHOWN_IN = frozenset(
    {
        State.NOTICE,
        State.ACKNOWLEDGED,
        State.OBLIGATIONS_FULFILLED,
        State.TRANSITION,
        State.FOLLOW_UP,
        State.CLOSED,
        State.WITHDRAWN,
    }
)
"""The stages in which the case page has this section."""

JOINED = ("owner", "settled_by", "waiver_requested_by", "proof_file")
CAN_BE_REOPENED_IN = (State.EVALUATION, State.NOTICE, State.ACKNOWLEDGED)

_ICONS = {
    ObligationState.OPEN: "circle",
    ObligationState.FULFILLED: "circle-check",
    ObligationState.WAIVED: "scale",
    ObligationState.NOT_APPLICABLE: "x",
    ObligationState.ESCALATED: "arrow-up",
}


@dataclass(frozen=True)
class Action:
    """One thing that can be done about an obligation, and where."""

    label: Words
    url: str
    hint: Words = ""


@dataclass(frozen=True)
class Line:
    """One obligation with what its reader may do about it."""

    row: Obligation
    url: str
    actions: list[Action]
    effective_on: date | None
    today: date
    waits_for: tuple[Obligation, ...] = ()
    """What has to be settled first and is not yet."""
    is_off: bool = False
    """The relationship goes on, and this was owed for its end alone."""

    @property
    def icon(self) -> str:
        """The picture of its state; the word stands beside it."""
        return _ICONS[ObligationState(self.row.state)]

    @property
    def first_action(self) -> Action | None:
        """What its row offers; the rest stands on its own page."""
        return self.actions[0] if self.actions else None

    @property
    def is_late(self) -> bool:
        """Its day has passed and nobody has settled it."""
        due_on = self.row.due_on
        return self.row.is_open and not self.is_off and due_on is not None and due_on < self.today

    @property
    def escalation_is_late(self) -> bool:
        """Whoever looks after it elsewhere should be done by now."""
        until = self.row.escalated_until
        return self.row.is_escalated and until is not None and until < self.today

    @property
    def is_after_the_end(self) -> bool:
        """We promise something for a day on which the services have ended."""
        due_on = self.row.due_on
        return bool(
            self.row.is_open
            and self.row.is_ours
            and not self.row.is_internal
            and due_on
            and self.effective_on
            and due_on > self.effective_on
        )


@dataclass(frozen=True)
class Side:
    """What one party owes."""

    title: Words
    lines: list[Line]
    nothing: Words

    @property
    def open_count(self) -> int:
        """How many nobody has settled."""
        return sum(1 for line in self.lines if not line.row.is_settled and not line.is_off)

    @property
    def late_count(self) -> int:
        """How many are late and wait for whoever owes them."""
        return sum(1 for line in self.lines if line.is_late and not line.row.is_ticked)

    @property
    def sums(self) -> list[tuple[str, int]]:
        """The money still open, by currency."""
        sums: dict[str, int] = defaultdict(int)
        for line in self.lines:
            if not line.row.is_settled and line.row.amount_cents:
                sums[line.row.currency] += line.row.amount_cents
        return sorted(sums.items())


@dataclass(frozen=True)
class Section:
    """Both sides of what is owed."""

    sides: list[Side]
    add_url: str
    page_url: str
    send_url: str = ""
    """Where the list is sent to the client, once they know of the ending."""


def prefetches() -> tuple[Prefetch[Any, Any, Any], ...]:
    """Return what a page reads together with its case, so that the section asks nothing."""
    return (Prefetch("obligations", _rows(Obligation.objects.all())),)


def _rows(rows: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Read obligations with the people on them and the keys of what comes before them."""
    order = Obligation.waits_for.through.objects.filter(from_obligation=OuterRef("pk"))
    return rows.select_related(*JOINED).annotate(
        order_rows=rows_of(order, "from_obligation", key="to_obligation_id")
    )


def section(case: TerminationCase, user: User) -> dict[str, Any]:
    """Return what the section shows to a person: `{"obligations": Section}`.

    Args:
        case: read with `prefetches()`, or the section reads them now.
        user: whose buttons are shown.
    """
    if not _is_read(case, "obligations"):
        rows: Iterable[Obligation] = _rows(case.obligations.all())
    else:
        rows = case.obligations.all()
    rights = Rights(Actor.person(user), case)
    by_key = {row.pk: row for row in rows}
    lines = [
        line_of(row, case, user, rights, waits_for=_waits_for(row, by_key))
        for row in sorted(by_key.values(), key=_order)
    ]
    sides = [
        Side(
            _("We owe"),
            [line for line in lines if line.row.is_ours],
            _("Nothing is listed that we owe."),
        ),
        Side(
            _("They owe"),
            [line for line in lines if not line.row.is_ours],
            _("Nothing is listed that the client owes."),
        ),
    ]
    reference = [case.reference]
    return {
        "obligations": Section(
            sides=sides,
            add_url=reverse("desk:obligation-new", args=reference) if rights.may_change() else "",
            page_url=reverse("desk:obligations", args=reference),
            send_url=reverse("desk:obligations-send", args=reference)
            if rights.may_change() and case.state in KNOWN_IN
            else "",
        )
    }


def line_of(
    row: Obligation,
    case: TerminationCase,
    user: User,
    rights: Rights,
    *,
    waits_for: tuple[Obligation, ...],
) -> Line:
    """Return an obligation with what this reader may do about it."""
    return Line(
        row=row,
        url=reverse("desk:obligation", args=[case.reference, row.pk]),
        actions=_actions(row, case, user, rights, waits=bool(waits_for))
        if rights.may_change()
        else [],
        effective_on=case.effective_on,
        today=clock.today(case.time_zone),
        waits_for=waits_for,
        is_off=case.state in GOES_ON and not row.amount_cents,
    )


def _waits_for(row: Obligation, by_key: dict[int, Obligation]) -> tuple[Obligation, ...]:
    keys = [entry["key"] for entry in getattr(row, "order_rows", None) or []]
    before = [by_key[key] for key in sorted(keys) if key in by_key]
    return tuple(one for one in before if not one.is_settled)


def line_alone(row: Obligation, case: TerminationCase, user: User, rights: Rights) -> Line:
    before = tuple(obligations.what_it_waits_for(row)) if not row.is_settled else ()
    return line_of(row, case, user, rights, waits_for=before)


def _is_read(case: TerminationCase, rows: str) -> bool:
    return rows in getattr(case, "_prefetched_objects_cache", {})


def _order(row: Obligation) -> tuple[int, date, int]:
    """What is open comes first, the most urgent on top; then what others have; then the rest."""
    rank = 0 if row.is_open else 1 if row.is_escalated else 2
    return rank, row.due_on or date.max, row.pk


def _actions(
    row: Obligation, case: TerminationCase, user: User, rights: Rights, *, waits: bool
) -> list[Action]:
    def action(verb: str, label: Words, hint: Words) -> Action:
        return Action(label, reverse(f"desk:{verb}", args=[case.reference, row.pk]), hint)

    found = []
    if not row.is_settled:
        asked_by = row.waiver_requested_by_id
        if asked_by and asked_by != user.pk and rights["waive_obligation"]:
            found.append(
                action("obligation-waiver", _("Answer"), _("Grant or refuse that it be waived."))
            )
        fulfilled = _("Fulfil") if row.is_ours else _("Paid") if row.amount_cents else _("Done")
        if row.is_ticked:
            fulfilled = _("Accept")
        # Nobody is offered what would be refused; the row says what comes first.
        if not waits:
            found.append(
                action(
                    "obligation-fulfilled", fulfilled, _("It is done. Note the proof or attach it.")
                )
            )
        if row.is_ticked:
            found.append(
                action(
                    "obligation-tick",
                    _("Not yet"),
                    _("Take the client’s tick back and say what is missing."),
                )
            )
        if row.is_open and not row.is_ours:
            found.append(
                action(
                    "obligation-escalation",
                    _("Escalate"),
                    _("Somebody elsewhere looks after it from now on, such as collections."),
                )
            )
        if row.is_open:
            found.append(
                action("obligation-edit", _("Edit"), _("Change words, due date or who looks on."))
            )
        found.append(
            action("obligation-void", _("Does not apply"), _("There is nothing to do about it."))
        )
        if not row.waiver_requested_by_id:
            found.append(
                action(
                    "obligation-waive", _("Ask to waive"), _("A team lead grants or refuses it.")
                )
            )
    if not row.is_open and case.state in CAN_BE_REOPENED_IN:
        found.append(
            action("obligation-reopened", _("Open again"), _("It was not settled after all."))
        )
    return found
