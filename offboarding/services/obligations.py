"""What each side still owes: added, fulfilled, waived, escalated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import selectors as accounts
from accounts.actor import Actor
from accounts.models import User
from audit import clock
from clients.models import Invoice
from offboarding import policies, selectors, waiting
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import (
    CaseFile,
    ChecklistItem,
    MoneyKind,
    Obligation,
    ObligationState,
    Party,
    ServiceChecklist,
    TaskKind,
    TerminationCase,
)
from offboarding.services.locking import acting_on, remember
from offboarding.services.tasks import finish_raised, raise_for_each

_REMINDED = ["next_reminder_on", "reminder_step"]

MOST_BUSINESS_DAYS = 250
"""How far from the effective date a due date can be told; about a year."""


def add_obligation(
    case: TerminationCase,
    *,
    by: Actor,
    party: str,
    title: str,
    due_on: date | None = None,
    days_before_effective_date: int | None = None,
    owner: User | None = None,
    amount_cents: int | None = None,
    currency: str = "",
    money_kind: str = "",
    needs_proof: bool = False,
    is_internal: bool = False,
    waits_for: Sequence[Obligation] = (),
    invoice: Invoice | None = None,
) -> Obligation:
    """Add something that one side still owes.

    Args:
        case: on which it is owed.
        by: who adds it.
        party: who owes it.
        title: what is owed, in the words that the client reads.
        due_on: the day, or
        days_before_effective_date: business days before the end, so that the day moves with it.
        owner: who sees to it; the case's owner when left out.
        amount_cents: the money, if it is money.
        currency: of the amount; the office's when left out.
        money_kind: a `MoneyKind` where no invoice asks for the amount.
        needs_proof: it is not done without a note or a file.
        is_internal: the client does not read of it; ours only.
        waits_for: what has to be settled first, of the same case.
        invoice: that the client has to pay.

    Raises:
        InvalidInput: no title, a day of ours that is past, or an owner from elsewhere.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        _check_title(title)
        due_on = _day_of(now, due_on, days_before_effective_date)
        _check_day(now, party, due_on)
        _check_internal(party, is_internal)
        _check_money(party, money_kind, amount_cents)
        _check_owner(now, owner)
        if amount_cents is not None and not currency:
            currency = now.client.office.currency
        obligation = _keep(
            now,
            by=by,
            party=party,
            title=title,
            due_on=due_on,
            days_before_effective_date=days_before_effective_date,
            owner=owner or now.owner,
            amount_cents=amount_cents,
            currency=currency if amount_cents is not None else "",
            money_kind=money_kind,
            needs_proof=needs_proof,
            is_internal=is_internal,
            invoice=invoice,
        )
        _put_after(now, obligation, waits_for)
        return obligation


def _check_title(title: str) -> None:
    if not title.strip():
        raise InvalidInput("title", _("Say what is owed."))


def _check_day(case: TerminationCase, party: str, due_on: date | None) -> None:
    # What the client owes may be late already; what we promise lies ahead, or at least today.
    is_past = due_on is not None and due_on < clock.today(case.time_zone)
    if is_past and party == Party.OURS and not case.entered_from_elsewhere:
        raise InvalidInput("due_on", _("This day is past; we can only promise what lies ahead."))


def _check_internal(party: str, is_internal: bool) -> None:
    if is_internal and party != Party.OURS:
        raise InvalidInput("is_internal", _("What the client owes, the client has to read."))


def _check_money(party: str, money_kind: str, amount_cents: int | None) -> None:
    if money_kind and amount_cents is None:
        raise InvalidInput("amount", _("Say how much it is."))
    if money_kind == MoneyKind.UNBILLED and party != Party.CLIENTS:
        raise InvalidInput("money_kind", _("Work that we have not billed yet is owed by them."))
    if money_kind == MoneyKind.REFUND and party != Party.OURS:
        raise InvalidInput("money_kind", _("A refund is owed by us."))


def _check_owner(case: TerminationCase, owner: User | None) -> None:
    if owner is not None and (why_not := policies.why_not_given_to(owner, case)):
        raise InvalidInput("owner", why_not)


def _day_of(case: TerminationCase, due_on: date | None, days_before: int | None) -> date | None:
    """Return the day itself, or the one that stands so many business days before the end."""
    if days_before is None:
        return due_on
    if due_on is not None:
        raise InvalidInput(
            "days_before_effective_date",
            _("Give a day, or business days before the effective date, not both."),
        )
    if not -MOST_BUSINESS_DAYS <= days_before <= MOST_BUSINESS_DAYS:
        raise InvalidInput(
            "days_before_effective_date",
            _("Use at most %(most)d business days.") % {"most": MOST_BUSINESS_DAYS},
        )
    return selectors.due_before(
        _end_of(case),
        days_before,
        days_off=selectors.days_off_of(case),
        today=clock.today(case.time_zone),
    )


def _end_of(case: TerminationCase) -> date:
    """Return the effective date, or the earliest that the agreement allows."""
    if case.effective_on is not None:
        return case.effective_on
    earliest = selectors.earliest_end(case)
    return earliest.on if earliest else clock.today(case.time_zone)


def _keep(case: TerminationCase, *, by: Actor, **fields: Any) -> Obligation:
    obligation = Obligation(
        case=case, original_due_on=fields.get("due_on"), added_by=by.user, **fields
    )
    obligation.remind_anew()
    obligation.save(force_insert=True)
    remember(
        case,
        "obligation.added",
        by=by,
        subject=obligation,
        details={"party": obligation.party, "due_on": str(obligation.due_on or "")},
        after={"title": obligation.title},
    )
    return obligation


# -- the order of things ---------------------------------------------------------------------------


def _put_after(case: TerminationCase, obligation: Obligation, before: Sequence[Obligation]) -> None:
    """Let an obligation wait for others of its case.

    Raises:
        InvalidInput: one of another case, or a circle, which is named.
    """
    rows = {row.pk: row for row in case.obligations.all()}
    if any(one.pk not in rows for one in before):
        raise InvalidInput("waits_for", _("Choose obligations of this case."))
    order = _order_of(case)
    order[obligation.pk] = {one.pk for one in before}
    way = waiting.circle(order, obligation.pk)
    if way:
        raise InvalidInput("waits_for", circle_in_words([rows[pk].title for pk in way]))
    obligation.waits_for.set(before)


def _order_of(case: TerminationCase) -> dict[int, set[int]]:
    order: dict[int, set[int]] = {}
    pairs = Obligation.waits_for.through.objects.filter(from_obligation__case=case)
    for later, earlier in pairs.values_list("from_obligation_id", "to_obligation_id"):
        order.setdefault(later, set()).add(earlier)
    return order


def circle_in_words(titles: Sequence[str]) -> str:
    """Name a circle, step by step; the first and the last title are the same."""
    if len(titles) == 2:
        return _("“%(title)s” cannot wait for itself.") % {"title": titles[0]}
    steps = "; ".join(
        _("“%(later)s” waits for “%(earlier)s”") % {"later": later, "earlier": earlier}
        for later, earlier in pairwise(titles)
    )
    return _("Nothing of this could ever begin: %(steps)s. Take one of these out.") % {
        "steps": steps
    }


def what_it_waits_for(obligation: Obligation) -> list[Obligation]:
    """Return what has to be settled before this one and is not yet."""
    return [one for one in obligation.waits_for.all() if not one.is_settled]


def still_waits(obligation: Obligation, before: Sequence[Obligation]) -> Reason:
    """Say what an obligation waits for."""
    return Reason(
        "waits",
        ngettext(
            "“%(title)s” comes after %(others)s, which is not settled yet.",
            "“%(title)s” comes after %(others)s, which are not settled yet.",
            len(before),
        )
        % {
            "title": obligation.title,
            "others": ", ".join(f"“{one.title}”" for one in before),
        },
        "obligations",
    )


# -- what arrives by itself ------------------------------------------------------------------------


def copy_checklist(case: TerminationCase, *, by: Actor, **_facts: Any) -> None:
    """Copy what the ground and the services ask for, and open invoices, onto the case (an effect).

    What an earlier decision copied and nobody has settled since is not copied again.
    """
    days_off = selectors.days_off_of(case)
    effective_on = _end_of(case)
    today = clock.today(case.time_zone)
    unsettled = [row for row in case.obligations.all() if not row.is_settled]
    standing = {(row.party, row.title): row for row in unsettled}
    invoiced = {row.invoice_id for row in unsettled}
    copied: dict[int, Obligation] = {}
    fresh: list[tuple[Obligation, int]] = []
    for item in [*case.ground_copy.get("checklist", []), *_items_of_services(case)]:
        title = item["title"].get(case.language) or item["title"]["en"]
        key = item.get("key")
        row = standing.get((item["party"], title))
        if row is None:
            days = int(item["days_before_effective_date"])
            row = _keep(
                case,
                by=by,
                party=item["party"],
                title=title,
                due_on=selectors.due_before(effective_on, days, days_off=days_off, today=today),
                days_before_effective_date=days,
                owner=case.owner,
                needs_proof=item["needs_proof"],
                is_internal=item.get("is_internal", False),
                service=item.get("service", ""),
            )
            standing[item["party"], title] = row
            if item.get("waits_for"):
                fresh.append((row, item["waits_for"]))
        if key:
            copied[key] = row
    for row, earlier in fresh:
        if earlier in copied and copied[earlier] != row:
            row.waits_for.add(copied[earlier])
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


def _items_of_services(case: TerminationCase) -> list[dict[str, Any]]:
    """Return the items of the services that end; of a named scope, those that it names."""
    scope = case.scope.casefold()
    ending: set[str] = set()
    for engagement in case.engagements.all():
        named = [engagement.service_line, *engagement.service_list]
        ending |= {name.strip().casefold() for name in named if name.strip()}
    if scope:
        ending = {name for name in ending if name in scope}
    if not ending:
        return []
    lists = ServiceChecklist.objects.filter(is_active=True).prefetch_related("items")
    return [
        as_copied(item, service=one.service)
        for one in lists
        if one.service.strip().casefold() in ending
        for item in one.items.all()
    ]


def as_copied(item: ChecklistItem, *, service: str = "") -> dict[str, Any]:
    """Return what a case keeps of an item of a checklist, so that later edits change nothing."""
    return {
        "key": item.pk,
        "party": item.party,
        "title": {"en": item.title_en, "de": item.title_de},
        "days_before_effective_date": item.days_before_effective_date,
        "needs_proof": item.needs_proof,
        "is_internal": item.is_internal,
        "waits_for": item.waits_for_id,
        "service": service,
    }


# -- moved and changed -----------------------------------------------------------------------------


def follow_effective_date(case: TerminationCase, *, by: Actor) -> list[Obligation]:
    """Move the due dates that are told from the end after the end has moved.

    Call with the case locked and its new date set. What is settled or has a day of its own stays.

    Returns:
        What moved; each keeps the day that was promised first.
    """
    if case.effective_on is None:
        return []
    days_off = selectors.days_off_of(case)
    today = clock.today(case.time_zone)
    moved = []
    dates = []
    following = case.obligations.select_for_update().filter(
        state=ObligationState.OPEN, days_before_effective_date__isnull=False
    )
    for row in following:
        assert row.days_before_effective_date is not None
        before = row.due_on
        row.due_on = selectors.due_before(
            case.effective_on,
            row.days_before_effective_date,
            days_off=days_off,
            today=today,
            due_on=before,
        )
        if row.due_on == before:
            continue
        row.original_due_on = row.original_due_on or before
        row.remind_anew()
        row.save(update_fields=["due_on", "original_due_on", *_REMINDED])
        finish_raised(case, f"owed:{row.pk}", by=by, outcome=_("Its day was moved"))
        moved.append(row)
        dates.append([row.pk, str(before or ""), row.due_on.isoformat()])
    if moved:
        remember(
            case,
            "obligation.dates_followed",
            by=by,
            details={"effective_on": case.effective_on.isoformat(), "moved": dates},
            after={"note": moved_in_words(moved)},
        )
    return moved


def moved_in_words(moved: Sequence[Obligation]) -> str:
    """List what moved with the end, each with its new day."""
    return "; ".join(
        _("“%(title)s” to %(date)s")
        % {"title": row.title, "date": date_format(row.due_on, "j F Y")}
        for row in moved
        if row.due_on
    )


def edit_obligation(
    obligation: Obligation,
    *,
    by: Actor,
    title: str,
    due_on: date | None,
    owner: User | None,
    days_before_effective_date: int | None = None,
    is_internal: bool | None = None,
    waits_for: Sequence[Obligation] | None = None,
) -> None:
    """Change title, due date, who looks after it or what comes first.

    The day that was promised first stays on record. A day of its own no longer follows the
    effective date.

    Args:
        obligation: open.
        by: who changes it.
        title: what is owed.
        due_on: the day, or
        days_before_effective_date: business days before the end.
        owner: who sees to it; as before when left out.
        is_internal: whether the client reads of it; as before when left out.
        waits_for: what has to be settled first; as before when left out.
    """
    with acting_on(obligation.case, by=by, permission="offboarding.work_on_case") as now:
        obligation = _open(now, obligation)
        _check_title(title)
        if (
            days_before_effective_date is None
            or days_before_effective_date != obligation.days_before_effective_date
            or due_on is not None
        ):
            due_on = _day_of(now, due_on, days_before_effective_date)
        else:
            # What follows the end and still stands as many days before it has its day already.
            due_on = obligation.due_on
        has_moved = due_on != obligation.due_on
        if has_moved:
            _check_day(now, obligation.party, due_on)
        _check_owner(now, owner)
        before = {"title": obligation.title, "due_on": str(obligation.due_on or "")}
        obligation.title = title
        obligation.due_on = due_on
        obligation.days_before_effective_date = days_before_effective_date
        obligation.original_due_on = obligation.original_due_on or due_on
        obligation.owner = owner or obligation.owner
        if is_internal is not None:
            _check_internal(obligation.party, is_internal)
            obligation.is_internal = is_internal
        obligation.save(
            update_fields=[
                "title",
                "due_on",
                "days_before_effective_date",
                "original_due_on",
                "owner",
                "is_internal",
            ]
        )
        if has_moved:
            obligation.remind_anew()
            obligation.save(update_fields=_REMINDED)
            finish_raised(now, f"owed:{obligation.pk}", by=by, outcome=_("Its day was moved"))
        if waits_for is not None:
            _put_after(now, obligation, waits_for)
        remember(
            now,
            "obligation.changed",
            by=by,
            subject=obligation,
            details={
                "waits_for": sorted(obligation.waits_for.values_list("pk", flat=True)),
                "days_before": days_before_effective_date,
            },
            before=before,
            after={"title": title, "due_on": str(due_on or "")},
        )


# -- settled ---------------------------------------------------------------------------------------


def fulfil(
    obligation: Obligation, *, by: Actor, proof: str = "", file: CaseFile | None = None
) -> None:
    """Record that an obligation is done; fulfilling it twice changes nothing.

    Raises:
        InvalidInput: it needs a proof and none is given, or the file is another case's.
        TransitionRefused: it is settled in another way already, or something comes first.
    """
    with acting_on(obligation.case, by=by, permission="offboarding.work_on_case") as now:
        if now.obligations.filter(pk=obligation.pk, state=ObligationState.FULFILLED).exists():
            return
        obligation = _unsettled(now, obligation)
        earlier = what_it_waits_for(obligation)
        if earlier:
            raise TransitionRefused([still_waits(obligation, earlier)])
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
        obligation.remind_anew()
        obligation.client_says_done_at = None
        obligation.client_says_done_by = obligation.client_note = obligation.tick_answer = ""
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
    outcome = obligation.get_state_display()
    for raised in ("waiver", "ticked", "owed"):
        finish_raised(case, f"{raised}:{obligation.pk}", by=by, outcome=outcome)
