"""What each side still owes: added, fulfilled, waived, escalated."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.actor import Actor
from accounts.models import User
from audit import clock
from clients.models import Invoice
from offboarding import selectors, terms
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import (
    CaseFile,
    Obligation,
    ObligationState,
    Party,
    TaskKind,
    TerminationCase,
)
from offboarding.services.locking import acting_on, remember
from offboarding.services.tasks import finish_raised, raise_for_each


def add_obligation(
    case: TerminationCase,
    *,
    by: Actor,
    party: str,
    title: str,
    due_on: date | None = None,
    owner: User | None = None,
    amount_cents: int | None = None,
    currency: str = "",
    needs_proof: bool = False,
    invoice: Invoice | None = None,
) -> Obligation:
    """Add something that one side still owes.

    Raises:
        InvalidInput: no title, a day of ours that is past, or an owner from elsewhere.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        _check_title(title)
        _check_day(now, party, due_on)
        if owner is not None and accounts.role_in(owner, now.team) is None:
            raise InvalidInput("owner", _("%(name)s does not work in this team.") % {"name": owner})
        if amount_cents is not None and not currency:
            currency = now.client.office.currency
        return _keep(
            now,
            by=by,
            party=party,
            title=title,
            due_on=due_on,
            owner=owner or now.owner,
            amount_cents=amount_cents,
            currency=currency if amount_cents is not None else "",
            needs_proof=needs_proof,
            invoice=invoice,
        )


def _check_title(title: str) -> None:
    if not title.strip():
        raise InvalidInput("title", _("Say what is owed."))


def _check_day(case: TerminationCase, party: str, due_on: date | None) -> None:
    # What the client owes may be late already; what we promise lies ahead, or at least today.
    is_past = due_on is not None and due_on < clock.today(case.time_zone)
    if is_past and party == Party.OURS and not case.entered_from_elsewhere:
        raise InvalidInput("due_on", _("This day is past; we can only promise what lies ahead."))


def _keep(case: TerminationCase, *, by: Actor, **fields: Any) -> Obligation:
    obligation = Obligation.objects.create(
        case=case, original_due_on=fields.get("due_on"), added_by=by.user, **fields
    )
    remember(
        case,
        "obligation.added",
        by=by,
        subject=obligation,
        details={"party": obligation.party, "due_on": str(obligation.due_on or "")},
        after={"title": obligation.title},
    )
    return obligation


def copy_checklist(case: TerminationCase, *, by: Actor, **_facts: Any) -> None:
    """Copy the ground's checklist and the client's open invoices onto the case (an effect).

    What an earlier decision copied and nobody has settled since is not copied again.
    """
    holidays = selectors.holidays_of(case)
    earliest = selectors.earliest_end(case)
    effective_on = case.effective_on or (earliest.on if earliest else clock.today(case.time_zone))
    today = clock.today(case.time_zone)
    standing = [row for row in case.obligations.all() if not row.is_settled]
    titles = {(row.party, row.title) for row in standing}
    invoiced = {row.invoice_id for row in standing}
    for item in case.ground_copy.get("checklist", []):
        title = item["title"].get(case.language) or item["title"]["en"]
        if (item["party"], title) in titles:
            continue
        due_on = terms.relative_to(
            effective_on,
            -int(item["days_before_effective_date"]),
            in_business_days=True,
            holidays=holidays,
        )
        _keep(
            case,
            by=by,
            party=item["party"],
            title=title,
            due_on=max(due_on, today),
            owner=case.owner,
            needs_proof=item["needs_proof"],
        )
    for invoice in case.client.invoices.filter(paid_on=None):
        if invoice.pk in invoiced:
            continue
        _keep(
            case,
            by=by,
            party=Party.CLIENTS,
            title=(
                f"Rechnung {invoice.number}" if case.language == "de"
                else f"Invoice {invoice.number}"
            ),
            due_on=max(case.settlement_due_on or effective_on, today),
            owner=case.owner,
            amount_cents=invoice.amount_cents,
            currency=invoice.currency,
            invoice=invoice,
        )  # fmt: skip


def edit_obligation(
    obligation: Obligation, *, by: Actor, title: str, due_on: date | None, owner: User | None
) -> None:
    """Change title, due date or who looks after it; the original date stays on record."""
    with acting_on(obligation.case, by=by, permission="offboarding.work_on_case") as now:
        obligation = _open(now, obligation)
        _check_title(title)
        if due_on != obligation.due_on:
            _check_day(now, obligation.party, due_on)
        if owner is not None and accounts.role_in(owner, now.team) is None:
            raise InvalidInput("owner", _("%(name)s does not work in this team.") % {"name": owner})
        before = {"title": obligation.title, "due_on": str(obligation.due_on or "")}
        obligation.title = title
        obligation.due_on = due_on
        obligation.original_due_on = obligation.original_due_on or due_on
        obligation.owner = owner or obligation.owner
        obligation.save(update_fields=["title", "due_on", "original_due_on", "owner"])
        remember(
            now,
            "obligation.changed",
            by=by,
            subject=obligation,
            before=before,
            after={"title": title, "due_on": str(due_on or "")},
        )


def fulfil(
    obligation: Obligation, *, by: Actor, proof: str = "", file: CaseFile | None = None
) -> None:
    """Record that an obligation is done; fulfilling it twice changes nothing.

    Raises:
        InvalidInput: it needs a proof and none is given, or the file is another case's.
        TransitionRefused: it is settled in another way already.
    """
    with acting_on(obligation.case, by=by, permission="offboarding.work_on_case") as now:
        if now.obligations.filter(pk=obligation.pk, state=ObligationState.FULFILLED).exists():
            return
        obligation = _unsettled(now, obligation)
        if obligation.needs_proof and not proof.strip() and file is None:
            raise InvalidInput("proof", _("This needs a proof: a note or a file."))
        if file is not None and file.case_id != now.pk:
            raise InvalidInput("file", _("This file belongs to another case."))
        _settle(now, obligation, ObligationState.FULFILLED, by=by, proof=proof, proof_file=file)


def not_applicable(obligation: Obligation, *, by: Actor, reason: str) -> None:
    """Record that there is nothing to do about it, with the reason."""
    with acting_on(obligation.case, by=by, permission="offboarding.work_on_case") as now:
        obligation = _unsettled(now, obligation)
        if not reason.strip():
            raise InvalidInput("reason", _("Say why it does not apply."))
        _settle(now, obligation, ObligationState.NOT_APPLICABLE, by=by, reason=reason)


def ask_to_waive(obligation: Obligation, *, by: Actor, reason: str) -> None:
    """Ask that an obligation be waived; a team lead other than who asks grants it."""
    with acting_on(obligation.case, by=by, permission="offboarding.work_on_case") as now:
        obligation = _unsettled(now, obligation)
        if not reason.strip():
            raise InvalidInput("reason", _("Say why it should be waived."))
        if obligation.waiver_requested_by_id is not None:
            raise TransitionRefused([already_asked(obligation)])
        obligation.waiver_requested_by = by.user
        obligation.reason = reason
        obligation.save(update_fields=["waiver_requested_by", "reason"])
        remember(
            now, "obligation.waiver_asked", by=by, subject=obligation, after={"reason": reason}
        )
        raise_for_each(
            now,
            accounts.leads_of(now.team).exclude(pk=by.colleague.pk),
            kind=TaskKind.LOOK_AT,
            title=_("Waive or refuse: %(title)s") % {"title": obligation.title},
            # A second request after a refusal is a task of its own.
            origin=f"waiver:{obligation.pk}:{clock.now():%Y%m%d%H%M%S}",
            details=reason,
        )


def waive(obligation: Obligation, *, by: Actor) -> None:
    """Waive an obligation as the second person; waiving it twice changes nothing.

    Raises:
        NotAllowed: no lead of the team.
        TransitionRefused: nobody asked, or the same person asked.
    """
    with acting_on(obligation.case, by=by, permission="offboarding.waive_obligation") as now:
        if now.obligations.filter(pk=obligation.pk, state=ObligationState.WAIVED).exists():
            return
        obligation = _unsettled(now, obligation)
        reasons = why_not_waived_by(obligation, by)
        if reasons:
            raise TransitionRefused(reasons)
        _settle(now, obligation, ObligationState.WAIVED, by=by)


def refuse_waiver(obligation: Obligation, *, by: Actor, reason: str) -> None:
    """Keep an obligation although somebody asked to waive it; the reason stays beside it."""
    with acting_on(obligation.case, by=by, permission="offboarding.waive_obligation") as now:
        obligation = _unsettled(now, obligation)
        if obligation.waiver_requested_by_id is None:
            return
        if not reason.strip():
            raise InvalidInput("reason", _("Say why it stays owed."))
        obligation.waiver_requested_by = None
        obligation.reason = reason
        obligation.save(update_fields=["waiver_requested_by", "reason"])
        remember(
            now, "obligation.waiver_refused", by=by, subject=obligation, after={"reason": reason}
        )
        finish_raised(now, f"waiver:{obligation.pk}", by=by, outcome=_("Refused"))


def escalate(obligation: Obligation, *, by: Actor, to: str, until: date) -> None:
    """Give an obligation of the client an owner and a date elsewhere, such as collections."""
    with acting_on(obligation.case, by=by, permission="offboarding.work_on_case") as now:
        obligation = _open(now, obligation)
        if obligation.is_ours:
            raise InvalidInput("to", _("Ours are fulfilled, not escalated."))
        if not to.strip():
            raise InvalidInput("to", _("Name who looks after it now."))
        if until <= clock.today(now.time_zone):
            raise InvalidInput("until", _("Choose a day after today."))
        obligation.escalated_to = to
        obligation.escalated_until = until
        _settle(now, obligation, ObligationState.ESCALATED, by=by)


def reopen_obligation(obligation: Obligation, *, by: Actor, reason: str) -> None:
    """Open a settled obligation again because it was not settled after all."""
    with acting_on(obligation.case, by=by, permission="offboarding.work_on_case") as now:
        obligation = now.obligations.select_for_update().get(pk=obligation.pk)
        if obligation.is_open:
            return
        if now.state not in ("evaluation", "notice", "acknowledged"):
            raise TransitionRefused([stage_over()])
        if not reason.strip():
            raise InvalidInput("reason", _("Say why it is open again."))
        before = {
            "state": obligation.state,
            "reason": obligation.reason,
            "proof": obligation.proof,
            "escalated_to": obligation.escalated_to,
        }
        file_before = obligation.proof_file_id
        obligation.state = ObligationState.OPEN
        obligation.settled_by = None
        obligation.settled_at = None
        obligation.waiver_requested_by = None
        obligation.reason = reason
        obligation.proof = ""
        obligation.proof_file = None
        obligation.escalated_to = ""
        obligation.escalated_until = None
        obligation.save()
        remember(
            now,
            "obligation.reopened",
            by=by,
            subject=obligation,
            details={"file": str(file_before or "")},
            before=before,
            after={"state": obligation.state, "reason": reason},
        )


def client_says_done(obligation: Obligation, *, by: Actor) -> None:
    """Keep the client's tick; a colleague still checks it."""
    with acting_on(obligation.case, by=by, permission="offboarding.tick_obligation") as now:
        obligation = now.obligations.select_for_update().get(pk=obligation.pk)
        if obligation.is_ours or obligation.client_says_done_at is not None:
            return
        obligation.client_says_done_at = clock.now()
        obligation.save(update_fields=["client_says_done_at"])
        remember(now, "obligation.client_says_done", by=by, subject=obligation)


def _open(case: TerminationCase, obligation: Obligation) -> Obligation:
    obligation = case.obligations.select_for_update().get(pk=obligation.pk)
    if not obligation.is_open:
        raise TransitionRefused([already_settled(obligation)])
    return obligation


def _unsettled(case: TerminationCase, obligation: Obligation) -> Obligation:
    obligation = case.obligations.select_for_update().get(pk=obligation.pk)
    if obligation.is_settled:
        raise TransitionRefused([already_settled(obligation)])
    return obligation


def already_settled(obligation: Obligation) -> Reason:
    """Say how an obligation stands that somebody wants to settle once more."""
    return Reason(
        "already_settled",
        _("“%(title)s” is already settled: %(state)s.")
        % {"title": obligation.title, "state": obligation.get_state_display()},
        "obligations",
    )


def already_asked(obligation: Obligation) -> Reason:
    """Say who has asked to waive an obligation."""
    return Reason(
        "waiver_asked",
        _("%(name)s has asked to waive this; a team lead answers.")
        % {"name": obligation.waiver_requested_by},
        "obligations",
    )


def why_not_waived_by(obligation: Obligation, by: Actor) -> list[Reason]:
    """Say why this person cannot waive an obligation: nobody asked, or they did themselves."""
    if obligation.waiver_requested_by_id is None:
        return [Reason("waiver_not_asked", _("Nobody asked to waive this."), "obligations")]
    if obligation.waiver_requested_by_id == by.user_id:
        sentence = _("You asked to waive this; somebody else has to grant it.")
        return [Reason("second_person", sentence, "obligations")]
    return []


def stage_over() -> Reason:
    """Say that obligations were declared fulfilled, so that none is opened again."""
    sentence = _("The obligations of this case were declared fulfilled.")
    return Reason("stage_over", sentence, "obligations")


def _settle(
    case: TerminationCase,
    obligation: Obligation,
    state: ObligationState,
    *,
    by: Actor,
    **fields: Any,
) -> None:
    before = obligation.state
    if state != ObligationState.WAIVED:
        # Whoever asked to waive it, or explained why it was open, is overtaken by what was done.
        obligation.waiver_requested_by = None
        obligation.reason = ""
    obligation.state = state
    obligation.settled_by = by.user
    obligation.settled_at = clock.now()
    for name, value in fields.items():
        setattr(obligation, name, value)
    obligation.save()
    proof_file = fields.get("proof_file")
    remember(
        case,
        f"obligation.{state.value}",
        by=by,
        subject=obligation,
        details={"file": str(proof_file.pk) if proof_file else ""},
        before={"state": before},
        after={
            "state": state.value,
            "title": obligation.title,
            "reason": obligation.reason,
            "proof": obligation.proof,
            "escalated_to": obligation.escalated_to,
        },
    )
    finish_raised(case, f"waiver:{obligation.pk}", by=by, outcome=obligation.get_state_display())
