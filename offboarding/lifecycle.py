"""The law of the house: the states of a termination case and the verbs that leave them.

evaluate → notice → acknowledged → obligations fulfilled → transition → follow-up → closed. Read
this page first. Who may do a verb is in `policies.py`, what must be true before it in `guards.py`,
what else happens with it in `effects.py`. `services.advance()` is the only caller of the verbs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from offboarding import guards


class State(models.TextChoices):
    """Where a case stands."""

    EVALUATION = "evaluation", _("Evaluate")
    NOTICE = "notice", _("Notice")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    OBLIGATIONS_FULFILLED = "obligations_fulfilled", _("Obligations fulfilled")
    TRANSITION = "transition", _("Transition")
    FOLLOW_UP = "follow_up", _("Follow-up")
    CLOSED = "closed", _("Closed")
    RETAINED = "retained", _("Kept")
    WITHDRAWN = "withdrawn", _("Withdrawn")


STAGES = (
    State.EVALUATION,
    State.NOTICE,
    State.ACKNOWLEDGED,
    State.OBLIGATIONS_FULFILLED,
    State.TRANSITION,
    State.FOLLOW_UP,
)
"""The six stages in order, as the board and the stage steps show them."""

ENDED = (State.CLOSED, State.RETAINED, State.WITHDRAWN)
"""States in which a case is read-only until it is reopened."""

GOES_ON = frozenset({State.RETAINED, State.WITHDRAWN})
"""The relationship goes on: of what its end asked for, money alone is still owed."""

_FORWARD: list[Callable[[Any], bool]] = [guards.nothing_is_disputed, guards.the_case_is_not_on_hold]


class Lifecycle(models.Model):
    """The state machine every termination case obeys."""

    state = FSMField(
        _("state"), choices=State.choices, default=State.EVALUATION, protected=True, editable=False
    )

    # What the verbs below write; the fields themselves stand in `models/case.py`.
    decided_on: Any
    retained_reason: Any
    acknowledged_at: Any
    closed_at: Any
    ended_at: Any
    retain_until: Any
    withdrawn_reason: Any
    reopened_reason: Any

    class Meta:
        abstract = True

    # -- evaluate ----------------------------------------------------------------------------------

    @transition(
        field=state,
        source=State.EVALUATION,
        target=State.NOTICE,
        conditions=[
            guards.a_ground_is_chosen,
            guards.evidence_is_dated,
            guards.remedies_were_tried_or_explained,
            guards.the_client_could_put_it_right,
            guards.the_agreement_was_read,
            guards.near_deadlines_are_answered,
            guards.somebody_else_decided,
            *_FORWARD,
        ],
        permission="offboarding.decide_to_end",
    )
    def decide_to_end(self, *, decided_on: date) -> None:
        """Decide, as a second person, that the relationship ends."""
        self.decided_on = decided_on

    @transition(
        field=state,
        source=State.EVALUATION,
        target=State.RETAINED,
        conditions=[guards.nothing_is_disputed],
        permission="offboarding.retain",
    )
    def retain(self, *, reason: str, at: datetime) -> None:
        """Keep the client; an outcome of equal dignity."""
        self.retained_reason = reason
        self.ended_at = at

    # -- notice ------------------------------------------------------------------------------------

    @transition(
        field=state,
        source=State.NOTICE,
        target=State.ACKNOWLEDGED,
        conditions=[guards.the_notice_was_served, guards.receipt_is_proven, *_FORWARD],
        permission="offboarding.acknowledge",
    )
    def acknowledge(self, *, at: datetime) -> None:
        """Record that the client has received the notice; receipt, not agreement."""
        self.acknowledged_at = at

    # -- acknowledged ------------------------------------------------------------------------------

    @transition(
        field=state,
        source=State.ACKNOWLEDGED,
        target=State.OBLIGATIONS_FULFILLED,
        conditions=[
            guards.no_correction_is_on_its_way,
            guards.our_obligations_are_settled,
            guards.theirs_are_settled_or_escalated,
            *_FORWARD,
        ],
        permission="offboarding.fulfil_obligations",
    )
    def fulfil_obligations(self) -> None:
        """Declare that nothing is owed any more, or that what is has an owner elsewhere."""

    @transition(
        field=state,
        source=State.ACKNOWLEDGED,
        target=State.NOTICE,
        permission="offboarding.void_acknowledgement",
    )
    def void_acknowledgement(self) -> None:
        """Take the acknowledgement back because its proof fell."""
        self.acknowledged_at = None

    # -- obligations fulfilled ---------------------------------------------------------------------

    @transition(
        field=state,
        source=State.OBLIGATIONS_FULFILLED,
        target=State.TRANSITION,
        conditions=_FORWARD,
        permission="offboarding.begin_transition",
    )
    def begin_transition(self) -> None:
        """Start handing over to the client or to their new provider."""

    # -- transition --------------------------------------------------------------------------------

    @transition(
        field=state,
        source=State.TRANSITION,
        target=State.FOLLOW_UP,
        conditions=[
            guards.everything_is_handed_over,
            guards.access_is_revoked,
            guards.the_effective_date_is_reached,
            *_FORWARD,
        ],
        permission="offboarding.begin_follow_up",
    )
    def begin_follow_up(self) -> None:
        """Declare the hand-over complete; what is left is to look after it."""

    # -- follow-up ---------------------------------------------------------------------------------

    @transition(
        field=state,
        source=State.FOLLOW_UP,
        target=State.CLOSED,
        conditions=[
            guards.follow_ups_are_done,
            guards.questions_are_answered,
            guards.what_is_open_has_an_owner_and_a_date,
            guards.access_is_revoked_and_checked,
            guards.no_task_is_left,
            guards.the_final_balance_is_stated,
            guards.their_property_is_returned,
            guards.who_controls_what_is_named,
            guards.the_retention_date_is_set,
            guards.the_way_back_is_said,
            guards.a_lesson_is_recorded,
            *_FORWARD,
        ],
        permission="offboarding.close",
    )
    def close(self, *, at: datetime, retain_until: date) -> None:
        """Close the case: nothing open, a lesson kept, read-only from now on."""
        self.closed_at = at
        self.ended_at = at
        self.retain_until = retain_until

    # -- taking it back ----------------------------------------------------------------------------

    @transition(
        field=state,
        source=[State.NOTICE, State.ACKNOWLEDGED],
        target=State.WITHDRAWN,
        conditions=[guards.the_client_agreed_if_they_had_acknowledged],
        permission="offboarding.withdraw",
    )
    def withdraw(self, *, reason: str, at: datetime) -> None:
        """Withdraw the notice; the relationship goes on."""
        self.withdrawn_reason = reason
        self.ended_at = at

    @transition(
        field=state,
        source=State.CLOSED,
        target=State.FOLLOW_UP,
        permission="offboarding.reopen",
    )
    @transition(
        field=state,
        source=[State.RETAINED, State.WITHDRAWN],
        target=State.EVALUATION,
        permission="offboarding.reopen",
    )
    def reopen(self, *, reason: str) -> None:
        """Open an ended case again, with the reason on record."""
        self.reopened_reason = reason
        self.ended_at = None
        self.closed_at = None
        if self.state != State.CLOSED:
            self.start_evaluation_anew()

    def start_evaluation_anew(self) -> None:
        """Forget the dates of the ending that did not happen; the record keeps them."""
        raise NotImplementedError


def verbs() -> dict[str, Any]:
    """Return every verb by name with its django-fsm metadata, in the order of this page."""
    return {
        name: member._django_fsm
        for name, member in vars(Lifecycle).items()
        if hasattr(member, "_django_fsm")
    }


def moves() -> list[tuple[str, str, str]]:
    """Return every legal move as (source, verb, target), in the order of this page."""
    return [
        (str(source), name, str(move.target))
        for name, meta in verbs().items()
        for source, move in sorted(meta.transitions.items(), key=lambda item: str(item[0]))
    ]


def guards_of(verb: str, state: str) -> list[guards.Guard]:
    """Return the guards of a verb when it leaves the given state."""
    move = verbs()[verb].transitions.get(state)
    return list(move.conditions) if move else []
