"""Preconditions of the lifecycle, each with its reason in words and the place where it is met.

A guard is a question about a case. It answers with the reasons that stand in the way; none means
yes. The page, the 409 answer and the tests read the same reasons. Guards read whole lists of a case
(`case.tasks.all()`), never counts, so that a page that has read them already is not asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from audit import clock
from clients import calendars
from offboarding import terms
from offboarding.errors import Reason

if TYPE_CHECKING:
    from offboarding.models import Remedy, TerminationCase


class Guard:
    """A named precondition; django-fsm asks it for a yes or no, people ask it why."""

    def __init__(self, question: Callable[[TerminationCase], Iterator[Reason]]) -> None:
        self._question = question
        self.__name__ = question.__name__
        self.__doc__ = question.__doc__

    def __call__(self, case: Any) -> bool:
        return not self.reasons(case)

    def reasons(self, case: TerminationCase) -> list[Reason]:
        """Return what stands in the way, or an empty list."""
        return list(self._question(case))

    @property
    def title(self) -> str:
        """The condition as a sentence without its full stop, for a list of met conditions."""
        return str(TITLES[self.__name__])


# -- stops that hold in every stage ----------------------------------------------------------------


@Guard
def nothing_is_disputed(case: TerminationCase) -> Iterator[Reason]:
    """A dispute stops every forward step until a lead clears it."""
    if case.disputed_at is not None:
        yield Reason(
            "disputed",
            _("The client disputes this since %(date)s; a team lead has to clear it first.")
            % {"date": date_format(case.disputed_at.astimezone(ZoneInfo(case.time_zone)), "j F Y")},
            "flags",
        )


@Guard
def the_case_is_not_on_hold(case: TerminationCase) -> Iterator[Reason]:
    """A case on hold waits for its wake date or for a person to end the hold."""
    if case.is_on_hold:
        assert case.on_hold_until is not None
        yield Reason(
            "on_hold",
            _("The case is on hold until %(date)s.")
            % {"date": date_format(case.on_hold_until, "j F Y")},
            "flags",
        )


# -- evaluate --------------------------------------------------------------------------------------


@Guard
def a_ground_is_chosen(case: TerminationCase) -> Iterator[Reason]:
    """The case names its ground from the catalogue."""
    if not case.ground_id:
        yield Reason("ground_missing", _("No ground is chosen yet."), "ground")


@Guard
def evidence_is_dated(case: TerminationCase) -> Iterator[Reason]:
    """At least one dated fact, document or logged communication supports the decision."""
    stands = any(evidence.struck_at is None for evidence in case.evidence.all())
    if not stands and not case.communications.exists():
        yield Reason(
            "evidence_missing",
            _("There is no dated fact, document or communication yet; record at least one."),
            "evidence",
        )


@Guard
def remedies_were_tried_or_explained(case: TerminationCase) -> Iterator[Reason]:
    """What was tried to keep the client, or why nothing was."""
    stands = any(remedy.stands for remedy in case.remedies.all())
    if not case.remedies_skipped_reason and not stands:
        yield Reason(
            "remedies_missing",
            _("Record what was tried to keep the client, or why nothing was."),
            "remedies",
        )


@Guard
def the_client_could_put_it_right(case: TerminationCase) -> Iterator[Reason]:
    """Where the ground asks for a cure warning, it was received and its time has passed in vain."""
    days = case.cure_days
    if not days or case.cure_waived_reason:
        return
    warning = case.cure_warning
    if warning is None:
        yield Reason(
            "cure_warning_missing",
            ngettext(
                "This ground gives the client %(count)d day to put it right; no warning is"
                " recorded.",
                "This ground gives the client %(count)d days to put it right; no warning is"
                " recorded.",
                days,
            )
            % {"count": days},
            "cure-warning",
        )
        return
    if warning.state == "helped":
        yield Reason(
            "cured",
            _("The client has put right what the warning of %(date)s named.")
            % {"date": date_format(warning.tried_on, "j F Y")},
            "cure-period",
        )
        return
    ends_on = _cure_ends_on(case, warning)
    if ends_on is not None and ends_on >= clock.today(case.time_zone):
        yield Reason(
            "cure_period_running",
            _("The client has until %(date)s to put it right.")
            % {"date": date_format(ends_on, "j F Y")},
            "cure-period",
        )


def _cure_ends_on(case: TerminationCase, warning: Remedy) -> date | None:
    """Return the last day to put it right; a ground or an agreement chosen since may give longer.

    A warning that gave too little time begins the time that is due.
    """
    if case.cure_days <= warning.cure_days or warning.received_on is None:
        return warning.cure_ends_on
    days_off = calendars.days_off_at(case.client)
    return terms.cure_ends_on(warning.received_on, case.cure_days, days_off)


@Guard
def the_agreement_was_read(case: TerminationCase) -> Iterator[Reason]:
    """Notice period, method, form and address of the agreement were read by a named person."""
    if not case.engagements.all():
        yield Reason("engagement_missing", _("Choose which agreement ends."), "terms")
    elif case.terms_read_on is None:
        yield Reason(
            "terms_unread",
            _("Nobody has confirmed yet that the agreement's notice clause was read."),
            "terms",
        )


@Guard
def near_deadlines_are_answered(case: TerminationCase) -> Iterator[Reason]:
    """A deadline of the client within 14 days is a stop sign; whoever decides says why to go on."""
    today = clock.today(case.time_zone)
    for deadline in case.deadlines.all():
        if deadline.is_near(today) and not deadline.answer:
            yield Reason(
                "deadline_near",
                _(
                    "The client has a deadline on %(date)s: %(title)s. Whoever decides says why"
                    " it may end all the same."
                )
                % {"date": date_format(deadline.due_on, "j F Y"), "title": deadline.title},
                "deadlines",
            )


@Guard
def somebody_else_decided(case: TerminationCase) -> Iterator[Reason]:
    """The decision is made by someone other than the person who asked for it."""
    decision = case.current_decision
    if decision is None:
        yield Reason("decision_not_requested", _("No decision was asked for yet."), "decision")
    elif not decision.is_to_end:
        yield Reason(
            "decision_open",
            _("The decision is open: a team lead other than %(name)s decides.")
            % {"name": decision.requested_by},
            "decision",
        )


# -- notice and acknowledged -----------------------------------------------------------------------


@Guard
def the_notice_was_served(case: TerminationCase) -> Iterator[Reason]:
    """An approved notice left through at least one channel."""
    if case.served_on is None:
        yield Reason("not_served", _("No approved notice has been sent yet."), "notice")


@Guard
def receipt_is_proven(case: TerminationCase) -> Iterator[Reason]:
    """One proof of receipt stands that counts by itself or was accepted by a team lead."""
    standing = [proof for proof in case.proofs.all() if proof.voided_at is None]
    if any(proof.counts for proof in standing):
        return
    if standing:
        yield Reason(
            "proof_not_accepted",
            _("A receipt of grade %(grade)s waits for a team lead to accept it.")
            % {"grade": min(proof.grade for proof in standing)},
            "receipt",
        )
    else:
        yield Reason(
            "proof_missing", _("There is no proof yet that the notice arrived."), "receipt"
        )


# -- obligations -----------------------------------------------------------------------------------


@Guard
def no_correction_is_on_its_way(case: TerminationCase) -> Iterator[Reason]:
    """The letter that the client confirmed is not about to be replaced by another."""
    if case.is_being_corrected:
        yield Reason(
            "correction_on_its_way",
            _(
                "A correction of the letter is on its way. Once it has left, the client has to"
                " confirm it anew; take it back if it is not to leave."
            ),
            "notice",
        )


@Guard
def our_obligations_are_settled(case: TerminationCase) -> Iterator[Reason]:
    """Every obligation of ours is fulfilled, not applicable, or waived by a second person."""
    count = sum(1 for o in case.obligations.all() if o.is_ours and not o.is_settled)
    if count:
        yield Reason(
            "our_obligations_open",
            ngettext(
                "%(count)d obligation of ours is still open.",
                "%(count)d obligations of ours are still open.",
                count,
            )
            % {"count": count},
            "obligations",
        )


@Guard
def theirs_are_settled_or_escalated(case: TerminationCase) -> Iterator[Reason]:
    """Every obligation of the client is settled, or somebody owns it elsewhere with a date."""
    count = sum(
        1 for o in case.obligations.all() if not o.is_ours and not (o.is_settled or o.is_escalated)
    )
    if count:
        yield Reason(
            "client_obligations_open",
            ngettext(
                "%(count)d obligation of the client is still open; settle or escalate it.",
                "%(count)d obligations of the client are still open; settle or escalate them.",
                count,
            )
            % {"count": count},
            "obligations",
        )


# -- transition ------------------------------------------------------------------------------------


@Guard
def everything_is_handed_over(case: TerminationCase) -> Iterator[Reason]:
    """Every hand-over item is delivered or not applicable, or there is nothing to hand over."""
    if case.transition_waived_reason:
        return
    items = list(case.handover_items.all())
    waiting = sum(1 for item in items if item.is_waiting)
    if not items:
        yield Reason(
            "handover_unplanned",
            _("Nothing is listed for the hand-over; list it, or say why there is none."),
            "handover",
        )
    elif waiting:
        yield Reason(
            "handover_waiting",
            ngettext(
                "%(count)d hand-over item is not delivered yet.",
                "%(count)d hand-over items are not delivered yet.",
                waiting,
            )
            % {"count": waiting},
            "handover",
        )


@Guard
def access_is_revoked(case: TerminationCase) -> Iterator[Reason]:
    """Nobody of either side can still reach the other's systems."""
    count = sum(1 for item in case.access_items.all() if item.is_open)
    if count:
        yield Reason(
            "access_open",
            ngettext(
                "%(count)d access is not revoked yet.",
                "%(count)d accesses are not revoked yet.",
                count,
            )
            % {"count": count},
            "access",
        )


@Guard
def the_effective_date_is_reached(case: TerminationCase) -> Iterator[Reason]:
    """Services have ended: the effective date is today or earlier, at the sending office."""
    if case.effective_on is None:
        yield Reason("effective_date_missing", _("No effective date is set."), "terms")
    elif case.effective_on > clock.today(case.time_zone):
        yield Reason(
            "effective_date_ahead",
            _("Services run until %(date)s; follow-up starts then.")
            % {"date": date_format(case.effective_on, "j F Y")},
            "terms",
        )


# -- follow-up -------------------------------------------------------------------------------------


@Guard
def follow_ups_are_done(case: TerminationCase) -> Iterator[Reason]:
    """Every scheduled follow-up was made or cancelled with a reason."""
    count = sum(1 for follow_up in case.follow_ups.all() if follow_up.is_open)
    if count:
        yield Reason(
            "follow_ups_open",
            ngettext(
                "%(count)d follow-up is still to be done.",
                "%(count)d follow-ups are still to be done.",
                count,
            )
            % {"count": count},
            "follow-up",
        )


@Guard
def questions_are_answered(case: TerminationCase) -> Iterator[Reason]:
    """The client's final questions have their answers."""
    count = sum(1 for question in case.questions.all() if question.answered_at is None)
    if count:
        yield Reason(
            "questions_open",
            ngettext(
                "%(count)d question of the client waits for an answer.",
                "%(count)d questions of the client wait for an answer.",
                count,
            )
            % {"count": count},
            "questions",
        )


@Guard
def a_lesson_is_recorded(case: TerminationCase) -> Iterator[Reason]:
    """Somebody wrote down what this ending taught."""
    if not case.lessons.all():
        yield Reason("lesson_missing", _("No lesson is recorded yet."), "lesson")


@Guard
def no_task_is_left(case: TerminationCase) -> Iterator[Reason]:
    """Nothing is left open without an owner and a date elsewhere."""
    count = sum(1 for task in case.tasks.all() if task.is_open)
    if count:
        yield Reason(
            "tasks_open",
            ngettext("%(count)d task is still open.", "%(count)d tasks are still open.", count)
            % {"count": count},
            "tasks",
        )


# -- closing: what the record cannot know is said on the closing checklist -------------------------


@Guard
def what_is_open_has_an_owner_and_a_date(case: TerminationCase) -> Iterator[Reason]:
    """Nothing is open on either side without somebody who owns it, and a date."""
    count = sum(1 for o in case.obligations.all() if not (o.is_settled or o.is_escalated))
    if count:
        yield Reason(
            "open_without_owner",
            ngettext(
                "%(count)d obligation is open; settle it, or give it an owner and a date.",
                "%(count)d obligations are open; settle them, or give each an owner and a date.",
                count,
            )
            % {"count": count},
            "obligations",
        )


@Guard
def access_is_revoked_and_checked(case: TerminationCase) -> Iterator[Reason]:
    """Every access is revoked, and somebody has looked in the real system."""
    count = case.unchecked_accesses
    if count:
        yield Reason(
            "access_unchecked",
            ngettext(
                "%(count)d access is not revoked and checked in the real system.",
                "%(count)d accesses are not revoked and checked in the real system.",
                count,
            )
            % {"count": count},
            "handover-page",
        )


@Guard
def the_final_balance_is_stated(case: TerminationCase) -> Iterator[Reason]:
    """The final invoice is named, or why there is none; and what is left to pay."""
    sheet = case.closing_sheet
    if sheet is None or not sheet.final_invoice or not sheet.balance:
        yield Reason(
            "balance_missing", _("The final invoice and the balance are not stated yet."), "closing"
        )


@Guard
def their_property_is_returned(case: TerminationCase) -> Iterator[Reason]:
    """What belongs to the client was returned with a receipt, or we hold nothing."""
    sheet = case.closing_sheet
    if sheet is None or not sheet.their_property:
        yield Reason(
            "property_unsaid",
            _("It is not said yet whether the client's property was returned with a receipt."),
            "closing",
        )


@Guard
def who_controls_what_is_named(case: TerminationCase) -> Iterator[Reason]:
    """Accounts, domains, mandates and files have a named holder."""
    sheet = case.closing_sheet
    if sheet is None or not sheet.controls_now:
        yield Reason("control_unsaid", _("It is not said yet who controls what now."), "closing")


@Guard
def the_retention_date_is_set(case: TerminationCase) -> Iterator[Reason]:
    """The day until which the case is kept is set, and ahead."""
    sheet = case.closing_sheet
    if sheet is None or sheet.retain_until is None:
        yield Reason("retention_unset", _("No day is set until which the case is kept."), "closing")
    elif sheet.retain_until <= clock.today(case.time_zone):
        yield Reason(
            "retention_past",
            _("The day until which the case is kept, %(date)s, is past.")
            % {"date": date_format(sheet.retain_until, "j F Y")},
            "closing",
        )


@Guard
def the_way_back_is_said(case: TerminationCase) -> Iterator[Reason]:
    """Whoever meets the same client again knows how: welcome, review first, or not."""
    sheet = case.closing_sheet
    if sheet is None or not sheet.way_back:
        yield Reason(
            "way_back_unsaid",
            _("It is not said yet how we meet this client if they return."),
            "closing",
        )


# -- withdraw --------------------------------------------------------------------------------------


@Guard
def the_client_agreed_if_they_had_acknowledged(case: TerminationCase) -> Iterator[Reason]:
    """After acknowledgement a notice is withdrawn only with the client's recorded agreement."""
    if case.state == "acknowledged" and not case.withdrawal_agreement:
        yield Reason(
            "client_agreement_missing",
            _("The client has acknowledged the notice; record how and when they agreed."),
            "withdraw",
        )


TITLES = {
    "nothing_is_disputed": _lazy("Nothing is disputed"),
    "the_case_is_not_on_hold": _lazy("The case is not on hold"),
    "a_ground_is_chosen": _lazy("A ground is chosen"),
    "evidence_is_dated": _lazy("Dated evidence is recorded"),
    "remedies_were_tried_or_explained": _lazy("Remedies were tried, or why not is said"),
    "the_client_could_put_it_right": _lazy(
        "The time to put it right is over, or the ground gives none"
    ),
    "the_agreement_was_read": _lazy("The agreement's notice clause was read"),
    "near_deadlines_are_answered": _lazy("No deadline of the client is near, or a reason is given"),
    "somebody_else_decided": _lazy("Somebody other than the requester decided"),
    "the_notice_was_served": _lazy("An approved notice was sent"),
    "receipt_is_proven": _lazy("Receipt is proven"),
    "no_correction_is_on_its_way": _lazy("No correction of the letter is on its way"),
    "our_obligations_are_settled": _lazy("Our obligations are settled"),
    "theirs_are_settled_or_escalated": _lazy("The client's obligations are settled or escalated"),
    "everything_is_handed_over": _lazy("Everything is handed over"),
    "access_is_revoked": _lazy("Access is revoked"),
    "the_effective_date_is_reached": _lazy("The effective date is reached"),
    "follow_ups_are_done": _lazy("Follow-ups are done"),
    "questions_are_answered": _lazy("The client's questions are answered"),
    "what_is_open_has_an_owner_and_a_date": _lazy("Nothing is open without an owner and a date"),
    "access_is_revoked_and_checked": _lazy("Access is revoked and checked in the real system"),
    "the_final_balance_is_stated": _lazy("The final invoice and the balance are stated"),
    "their_property_is_returned": _lazy("The client's property is returned, or we hold none"),
    "who_controls_what_is_named": _lazy("It is said who controls what now"),
    "the_retention_date_is_set": _lazy("The day until which the case is kept is set"),
    "the_way_back_is_said": _lazy("It is said how we meet this client if they return"),
    "a_lesson_is_recorded": _lazy("A lesson is recorded"),
    "no_task_is_left": _lazy("No task is left open"),
    "the_client_agreed_if_they_had_acknowledged": _lazy("The client's agreement is recorded"),
}
