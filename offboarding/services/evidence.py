"""Facts and what was said: what a decision rests on."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from offboarding.errors import InvalidInput
from offboarding.models import CaseFile, Communication, Evidence, TerminationCase
from offboarding.secret_words import refuse_secrets
from offboarding.services.locking import acting_on, remember


def add_evidence(
    case: TerminationCase,
    *,
    by: Actor,
    happened_on: date,
    fact: str,
    source: str = "",
    bearing: str = "",
    file: CaseFile | None = None,
) -> Evidence:
    """Record a dated fact with its source, and what it speaks for if it speaks for one side."""
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        refuse_future(happened_on, now, "happened_on")
        evidence = Evidence.objects.create(
            case=now,
            happened_on=happened_on,
            fact=fact,
            source=source,
            bearing=bearing,
            file=file,
            added_by=by.colleague,
        )
        remember(
            now,
            "evidence.added",
            by=by,
            subject=evidence,
            details={
                "on": happened_on.isoformat(),
                "file": str(file.pk) if file else "",
                "bearing": bearing,
            },
            after={"fact": fact, "source": source},
        )
    return evidence


def strike_evidence(evidence: Evidence, *, by: Actor, reason: str) -> None:
    """Take a fact that turned out wrong out of the reckoning; it stays readable."""
    with acting_on(evidence.case, by=by, permission="offboarding.work_on_case") as now:
        evidence = Evidence.objects.get(pk=evidence.pk)
        if evidence.struck_at is not None:
            return
        if not reason.strip():
            raise InvalidInput("reason", _("Say why the fact is struck."))
        evidence.struck_at = clock.now()
        evidence.struck_reason = reason
        evidence.save(update_fields=["struck_at", "struck_reason"])
        remember(now, "evidence.struck", by=by, subject=evidence, after={"reason": reason})


def log_communication(
    case: TerminationCase,
    *,
    by: Actor,
    direction: str,
    medium: str,
    occurred_at: datetime,
    subject: str,
    counterpart: str = "",
    body: str = "",
    is_privileged: bool = False,
    file: CaseFile | None = None,
) -> Communication:
    """Put a message, call or meeting on the case's timeline."""
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        if occurred_at > clock.now():
            raise InvalidInput("occurred_at", _("This lies in the future."))
        refuse_secrets(subject=subject, body=body)
        return keep_communication(
            now,
            by=by,
            direction=direction,
            medium=medium,
            occurred_at=occurred_at,
            subject=subject,
            counterpart=counterpart,
            body=body,
            is_privileged=is_privileged,
            file=file,
        )


def keep_communication(
    case: TerminationCase,
    *,
    by: Actor,
    direction: str,
    medium: str,
    occurred_at: datetime,
    subject: str,
    counterpart: str = "",
    body: str = "",
    is_privileged: bool = False,
    is_automatic: bool = False,
    file: CaseFile | None = None,
) -> Communication:
    """Write a communication onto a case that the caller has locked."""
    communication = Communication.objects.create(
        case=case,
        direction=direction,
        medium=medium,
        occurred_at=occurred_at,
        counterpart=counterpart[:200],
        subject=subject[:200],
        body=body,
        is_privileged=is_privileged,
        is_automatic=is_automatic,
        file=file,
        logged_by=by.user,
    )
    remember(
        case,
        "communication.logged",
        by=by,
        subject=communication,
        details={"direction": direction, "medium": medium},
        after={"subject": subject, "counterpart": counterpart},
    )
    return communication


def refuse_future(day: date, case: TerminationCase, field: str) -> None:
    """Refuse a day that has not come yet at the sending office.

    Raises:
        InvalidInput: beside its field.
    """
    if day > clock.today(case.time_zone):
        raise InvalidInput(field, _("This date lies in the future; a fact has already happened."))
