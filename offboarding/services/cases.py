"""Opening a case and preparing its evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import selectors as accounts
from accounts.actor import Actor
from accounts.models import Team, User
from audit import clock
from clients.models import Client, Engagement
from offboarding import selectors, terms
from offboarding.errors import InvalidInput, NotAllowed, Reason, TransitionRefused
from offboarding.models import (
    CaseNumber,
    InitiatedBy,
    Obligation,
    TerminationCase,
    TerminationGround,
    Watcher,
)
from offboarding.services import obligations
from offboarding.services.deadlines import FURTHEST_MONTHS
from offboarding.services.locking import acting_on, remember


def open_case(
    client: Client,
    *,
    by: Actor,
    ground: TerminationGround | None = None,
    engagements: Sequence[Engagement] = (),
    owner: User | None = None,
    summary: str = "",
    scope: str = "",
    initiated_by: str = InitiatedBy.US,
) -> TerminationCase:
    """Begin to evaluate whether a client's relationship should end.

    Raises:
        NotAllowed: the actor does not work in the client's team.
        InvalidInput: an agreement of another client, or an owner outside the team.
    """
    if by.user is None or accounts.role_in(by.user, client.team) is None:
        raise NotAllowed(_("Only the client's own team opens its cases."))
    _check_engagements(client, engagements)
    owner = owner or by.user
    _check_owner(owner, client.team)
    with transaction.atomic():
        case = TerminationCase.objects.create(
            reference=_next_reference(),
            team=client.team,
            client=client,
            owner=owner,
            opened_by=by.user,
            state_changed_by=by.name,
            summary=summary,
            scope=scope,
            initiated_by=initiated_by,
            ground=ground,
            ground_copy=copy_of(ground) if ground else {},
            is_restricted=bool(ground and ground.is_sensitive),
        )
        chosen = list(engagements) or list(client.engagements.filter(ended_on=None))
        case.engagements.set(chosen)
        if case.is_restricted and by.user != owner:
            # Whoever noticed the conflict knows of it.
            case.readers.add(by.user)
        remember(
            case,
            "case.opened",
            by=by,
            details={"client": client.pk, "ground": ground.code if ground else ""},
            after={"summary": summary, "scope": scope, "owner": str(owner)},
        )
    return case


def _next_reference() -> str:
    year = clock.now().year
    CaseNumber.objects.get_or_create(year=year)
    number = CaseNumber.objects.select_for_update().get(year=year)
    number.last += 1
    number.save(update_fields=["last"])
    return f"OFB-{year}-{number.last:05d}"


def copy_of(ground: TerminationGround) -> dict[str, Any]:
    """Return what a case keeps of its ground, so that later edits change nothing here."""
    return {
        "code": ground.code,
        "name": ground.name,
        "description": ground.description,
        "preventive_measure": ground.preventive_measure,
        "disclosure": ground.disclosure,
        "stated_reason": {"en": ground.stated_reason_en, "de": ground.stated_reason_de},
        "cure_days": ground.cure_days,
        "remedies": ground.remedy_list,
        "settlement_days": ground.settlement_days,
        "chasing": ground.chasing,
        "look_backs": ground.look_backs,
        "checklist": [obligations.as_copied(item) for item in ground.checklist.all()],
    }


def choose_ground(
    case: TerminationCase, ground: TerminationGround, *, by: Actor
) -> TerminationCase:
    """Name the ground while the case is still being evaluated; the case copies it."""
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        _only_in_evaluation(now, "ground")
        before = now.ground_copy.get("name", "")
        now.ground = ground
        now.ground_copy = copy_of(ground)
        is_narrowed = ground.is_sensitive and not now.is_restricted
        now.is_restricted = now.is_restricted or ground.is_sensitive
        now.save(update_fields=["ground", "ground_copy", "is_restricted"])
        remember(
            now,
            "case.ground_chosen",
            by=by,
            details={"ground": ground.code},
            before={"ground": before},
            after={"ground": ground.name},
        )
        if is_narrowed:
            # Whoever noticed the conflict knows of it and goes on recording it.
            if by.user is not None and by.user != now.owner:
                now.readers.add(by.user)
            _keep_to_the_named(now, by=by, before={"restricted": False})
    return now


def describe(
    case: TerminationCase, *, by: Actor, summary: str, scope: str, initiated_by: str
) -> TerminationCase:
    """Say what the case is about, and what of the agreements ends."""
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        before = {"summary": now.summary, "scope": now.scope, "initiated_by": now.initiated_by}
        now.summary, now.scope, now.initiated_by = summary, scope, initiated_by
        now.save(update_fields=["summary", "scope", "initiated_by"])
        remember(
            now,
            "case.described",
            by=by,
            before=before,
            after={"summary": summary, "scope": scope, "initiated_by": initiated_by},
        )
    return now


def choose_engagements(
    case: TerminationCase, engagements: Sequence[Engagement], *, by: Actor
) -> TerminationCase:
    """Choose which agreements end; the clause has to be read again afterwards."""
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        _only_in_evaluation(now, "engagements")
        _check_engagements(now.client, engagements)
        before = list(now.engagements.values_list("pk", flat=True))
        now.engagements.set(engagements)
        now.terms_read_on = None
        now.terms_read_by = None
        now.save(update_fields=["terms_read_on", "terms_read_by"])
        remember(
            now,
            "case.engagements_chosen",
            by=by,
            details={"before": before, "after": [engagement.pk for engagement in engagements]},
        )
    return now


def keep_what_ends(
    case: TerminationCase,
    engagements: Sequence[Engagement],
    scope: str,
    *,
    by: Actor,
    notice_number: int,
) -> None:
    """Let the case say what its notice ends, once that is sent; call with the case locked.

    A letter may end less than was decided. What the case was decided on stays on the record.
    """
    before = list(case.engagements.values_list("pk", flat=True))
    after = [engagement.pk for engagement in engagements]
    was = case.scope
    if set(before) == set(after) and was == scope:
        return
    case.engagements.set(engagements)
    case.scope = scope
    case.save(update_fields=["scope"])
    remember(
        case,
        "case.ends_as_its_notice_says",
        by=by,
        details={"notice": notice_number, "before": before, "after": after},
        before={"scope": was},
        after={"scope": scope},
    )


def confirm_terms_read(case: TerminationCase, *, by: Actor) -> TerminationCase:
    """Confirm that notice period, method, form and address of the agreements were read."""
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        if not now.engagements.exists():
            raise InvalidInput("engagements", _("Choose which agreement ends first."))
        now.terms_read_on = clock.today(now.time_zone)
        now.terms_read_by = by.user
        now.save(update_fields=["terms_read_on", "terms_read_by"])
        remember(now, "case.terms_read", by=by, details={"on": now.terms_read_on.isoformat()})
    return now


def set_effective_date(
    case: TerminationCase,
    effective_on: date,
    *,
    by: Actor,
    settlement_due_on: date | None = None,
    access_ends_on: date | None = None,
    promises_stay: bool = False,
) -> TerminationCase:
    """Set the one date on which services end, and the dates that go with it.

    Due dates that are told from the effective date move with it.

    Args:
        case: whose services end.
        effective_on: their last day.
        by: who sets it.
        settlement_due_on: the day by which money is to be paid.
        access_ends_on: the day on which access ends; the effective date when left out.
        promises_stay: what we promised for a fixed day after the new end stays promised for it.

    Raises:
        InvalidInput: in the past, before the earliest lawful date, before a day that we promised,
            or a date that does not fit.
        TransitionRefused: the client has a notice with another date already.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        if now.served_on is not None:
            raise TransitionRefused(
                [
                    Reason(
                        "served",
                        _("The notice has gone out with its dates; a correction changes them."),
                        "notice",
                    )
                ]
            )
        check_effective_date(now, effective_on)
        if settlement_due_on:
            if settlement_due_on < clock.today(now.time_zone):
                raise InvalidInput("settlement_due_on", _("The settlement date is in the past."))
            _refuse_far_ahead(now, settlement_due_on, "settlement_due_on")
        if access_ends_on:
            if access_ends_on < effective_on:
                raise InvalidInput(
                    "access_ends_on",
                    _("Access ends with the services or later: until then it is needed."),
                )
            _refuse_far_ahead(now, access_ends_on, "access_ends_on")
        later = selectors.promised_after(now.obligations.all(), effective_on)
        if later and not promises_stay:
            raise InvalidInput("effective_on", promised_later(later))
        has_moved = now.effective_on != effective_on
        before = {
            "effective_on": str(now.effective_on or ""),
            "settlement_due_on": str(now.settlement_due_on or ""),
        }
        now.effective_on = effective_on
        now.settlement_due_on = settlement_due_on
        now.access_ends_on = access_ends_on or effective_on
        now.save(update_fields=["effective_on", "settlement_due_on", "access_ends_on"])
        remember(
            now,
            "case.effective_date_set",
            by=by,
            details={"on": effective_on.isoformat()},
            before=before,
            after={
                "effective_on": str(effective_on),
                "settlement_due_on": str(settlement_due_on or ""),
            },
        )
        if has_moved:
            obligations.follow_effective_date(now, by=by)
    return now


def access_end_with(case: TerminationCase, effective_on: date | None) -> date | None:
    """Return when access ends once the services end on another day: with them, or later.

    A day of its own stays as long as it is not before the new end; every other moves with it.
    """
    own = case.access_ends_on
    if own is None or effective_on is None or own == case.effective_on:
        return effective_on
    return max(own, effective_on)


def _refuse_far_ahead(case: TerminationCase, day: date, field: str) -> None:
    if day > terms.add_months(clock.today(case.time_zone), FURTHEST_MONTHS):
        raise InvalidInput(field, _("This date is more than five years ahead."))


def promised_later(later: Sequence[Obligation]) -> str:
    """Say what is due after the end although we promised it for a day of its own."""
    return ngettext(
        "Something of ours is due after this date: %(titles)s. Move it first, or say that it"
        " stays promised.",
        "Some of ours are due after this date: %(titles)s. Move them first, or say that they"
        " stay promised.",
        len(later),
    ) % {
        "titles": ", ".join(
            f"“{row.title}” ({date_format(row.due_on, 'j F Y')})" for row in later if row.due_on
        )
    }


def check_effective_date(
    case: TerminationCase, effective_on: date, *, field: str = "effective_on"
) -> None:
    """Refuse a date that is past or that the agreement does not allow yet.

    Raises:
        InvalidInput: with the earliest lawful date in the sentence.
    """
    if effective_on < clock.today(case.time_zone):
        raise InvalidInput(field, _("The effective date is in the past."))
    earliest = selectors.earliest_end(case)
    if earliest is not None and effective_on < earliest.on:
        raise InvalidInput(
            field,
            _("The agreement “%(agreement)s” allows %(date)s at the earliest.")
            % {
                "agreement": earliest.engagement_title,
                "date": date_format(earliest.on, "j F Y"),
            },
        )
    if earliest is None or effective_on > earliest.on:
        _refuse_far_ahead(case, effective_on, field)


def assign(case: TerminationCase, owner: User, *, by: Actor) -> TerminationCase:
    """Give the case to another colleague of the team, with its open tasks."""
    with acting_on(case, by=by, permission="offboarding.assign") as now:
        _check_owner(owner, now.team)
        before = now.owner
        now.owner = owner
        now.save(update_fields=["owner"])
        now.tasks.filter(done_at=None, assignee=before).update(assignee=owner)
        now.obligations.filter(state="open", owner=before).update(owner=owner)
        remember(
            now,
            "case.assigned",
            by=by,
            details={"from": before.pk, "to": owner.pk},
            before={"owner": str(before)},
            after={"owner": str(owner)},
        )
    return now


def restrict(case: TerminationCase, readers: Sequence[User], *, by: Actor) -> TerminationCase:
    """Narrow the file to named people; owner and leads always belong to them."""
    with acting_on(case, by=by, permission="offboarding.restrict", even_if_ended=True) as now:
        before = {
            "restricted": now.is_restricted,
            "readers": list(now.readers.values_list("pk", flat=True)),
        }
        now.is_restricted = True
        now.save(update_fields=["is_restricted"])
        now.readers.set(readers)
        _keep_to_the_named(now, by=by, before=before)
    return now


def _keep_to_the_named(case: TerminationCase, *, by: Actor, before: dict[str, Any]) -> None:
    """Take open work and watching from people who may no longer know of the case, and record it."""
    readers = list(case.readers.values_list("pk", flat=True))
    leads = accounts.leads_of(case.team).values_list("pk", flat=True)
    named = {case.owner_id, *readers, *leads}
    tasks = case.tasks.filter(done_at=None).exclude(assignee__in=named)
    obligations = case.obligations.filter(state="open", owner__isnull=False)
    moved = tasks.update(assignee=case.owner)
    moved += obligations.exclude(owner__in=named).update(owner=case.owner)
    Watcher.objects.filter(case=case).exclude(user__in=named).delete()
    remember(
        case,
        "case.restricted",
        by=by,
        details={"given_to_owner": moved},
        before=before,
        after={"restricted": True, "readers": readers},
    )


def lift_restriction(case: TerminationCase, *, by: Actor) -> TerminationCase:
    """Let the whole team read the file again."""
    with acting_on(case, by=by, permission="offboarding.restrict", even_if_ended=True) as now:
        now.is_restricted = False
        now.save(update_fields=["is_restricted"])
        remember(now, "case.restriction_lifted", by=by)
    return now


def _only_in_evaluation(case: TerminationCase, field: str) -> None:
    if case.state != "evaluation":
        raise InvalidInput(field, _("This can only be changed while the case is evaluated."))


def _check_owner(owner: User, team: Team) -> None:
    if accounts.role_in(owner, team) is None:
        raise InvalidInput("owner", _("%(name)s does not work in this team.") % {"name": owner})


def _check_engagements(client: Client, engagements: Sequence[Engagement]) -> None:
    if any(engagement.client_id != client.pk for engagement in engagements):
        raise InvalidInput("engagements", _("This agreement belongs to another client."))
