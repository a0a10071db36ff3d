"""Reminders of what is due, before the day and after it.

Ours: a task for whoever looks after it, before the day and once it has passed, then word to the
team's leads. Theirs: at most two mails to the client about one thing, one mail a day for all of
them, then a task to call or escalate. All in business days. The client is asked only after receipt
of the notice is on record; a tick, a dispute, a hold or the end of the case stops it, because the
sweep asks under the case's lock.
"""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import selectors as accounts
from accounts.actor import Actor
from audit import clock
from notices.models import Message, MessageKind
from notices.reminding import owed_mail
from notices.reminding.owed_mail import KNOWN_IN
from offboarding import selectors, terms
from offboarding.lifecycle import State
from offboarding.models import Obligation, ObligationState, Party, TaskKind, TerminationCase
from offboarding.services.locking import locked, remember
from offboarding.services.tasks import keep_task, raise_for_each

log = structlog.get_logger(__name__)

MACHINE = Actor.machine("notices.owed_reminders")

MOST_A_SWEEP = 500
"""Cases that one sweep looks at; the next one goes on."""

MOST_MAILS = 2
"""About one thing, whatever becomes of its day."""

OURS = (-3, 1, 5)
"""Business days from the due date: a task, a second one, word to the leads."""

THEIRS = (-3, 3, 6)
"""Business days from the due date: a mail, a second one, a task to call or escalate."""

BETWEEN_MAILS = 3
AFTER_RECEIPT = 2
"""Business days that a client has between two mails, and after confirming receipt."""

_OURS_IN = (State.NOTICE, *KNOWN_IN)


def sweep(limit: int = MOST_A_SWEEP) -> int:
    """Take every step that is due.

    Returns:
        How many obligations somebody was reminded of.
    """
    reminded = 0
    for case in due(limit):
        try:
            reminded += remind(case)
        except Exception:
            # One case that cannot be written to must not keep the others waiting.
            log.exception("owed.failed", case=case.pk)
    return reminded


def due(limit: int = MOST_A_SWEEP) -> QuerySet[TerminationCase]:
    """Return the cases with something to look at, anywhere on earth, that nothing stops."""
    latest_today = (clock.now() + timedelta(hours=14)).date()
    rows = Obligation.objects.filter(
        Q(party=Party.OURS, case__state__in=_OURS_IN)
        | Q(party=Party.CLIENTS, case__state__in=KNOWN_IN),
        Q(case__on_hold_until=None) | Q(case__on_hold_until__lte=latest_today),
        state=ObligationState.OPEN,
        next_reminder_on__lte=latest_today,
        case__disputed_at=None,
    )
    keys = rows.order_by("next_reminder_on", "pk").values_list("case_id", flat=True)[: limit * 4]
    first = list(dict.fromkeys(keys))[:limit]
    return TerminationCase.objects.filter(pk__in=first).order_by("pk")


def remind(case: TerminationCase) -> int:
    """Take the steps that are due on one case, unless something stops them."""
    with transaction.atomic():
        case = locked(case)
        if case.is_ended or case.is_disputed or case.is_on_hold:
            return 0
        today = clock.today(case.time_zone)
        rows = list(
            case.obligations.select_for_update().filter(
                state=ObligationState.OPEN, next_reminder_on__lte=today
            )
        )
        ours = [row for row in rows if row.is_ours]
        theirs = [row for row in rows if not row.is_ours]
        return _remind_ourselves(case, ours, today) + _remind_the_client(case, theirs, today)


def day_of(row: Obligation, steps: tuple[int, ...], days_off: terms.DaysOff) -> date | None:
    """Return the day on which an obligation's next step is due; None when all are taken."""
    if row.due_on is None or row.reminder_step >= len(steps):
        return None
    return terms.add_business_days(row.due_on, steps[row.reminder_step], days_off)


# -- ours ------------------------------------------------------------------------------------------


def _remind_ourselves(case: TerminationCase, rows: list[Obligation], today: date) -> int:
    if case.state not in _OURS_IN:
        return 0
    days_off = selectors.days_off_of(case)
    reminded = 0
    for row in rows:
        taken = None
        # What was late for several steps at once is said once, as the last of them.
        while (day := day_of(row, OURS, days_off)) is not None and day <= today:
            taken = row.reminder_step
            row.reminder_step += 1
        if taken is not None:
            _raise_ours(case, row, taken, today)
            reminded += 1
        row.next_reminder_on = day
        row.save(update_fields=["next_reminder_on", "reminder_step"])
    return reminded


def _raise_ours(case: TerminationCase, row: Obligation, step: int, today: date) -> None:
    assert row.due_on is not None
    said = {"date": date_format(row.due_on, "j F Y"), "title": row.title}
    is_late = row.due_on < today
    title = _("Overdue since %(date)s: %(title)s") if is_late else _("Due on %(date)s: %(title)s")
    origin = f"owed:{row.pk}:{row.due_on:%Y%m%d}"
    # A task that still stands says it already, and is overdue by itself.
    if not case.tasks.filter(done_at=None, origin__startswith=f"owed:{row.pk}:").exists():
        keep_task(
            case,
            kind=TaskKind.LOOK_AT,
            title=title % said,
            assignee=row.owner or case.owner,
            due_on=row.due_on,
            by=MACHINE,
            origin=f"{origin}:{step}",
        )
    if step == len(OURS) - 1:
        raise_for_each(
            case,
            accounts.leads_of(case.team).exclude(pk=(row.owner or case.owner).pk),
            kind=TaskKind.LOOK_AT,
            title=title % said,
            details=_("%(name)s looks after it. The client relies on it.")
            % {"name": row.owner or case.owner},
            origin=f"{origin}:lead",
        )


# -- theirs ----------------------------------------------------------------------------------------


def _remind_the_client(case: TerminationCase, rows: list[Obligation], today: date) -> int:
    if case.state not in KNOWN_IN or case.acknowledged_at is None:
        return 0
    days_off = selectors.days_off_at_the_client(case)
    confirmed_on = case.acknowledged_at.astimezone(ZoneInfo(case.time_zone)).date()
    earliest = terms.add_business_days(confirmed_on, AFTER_RECEIPT, days_off)
    to_mail = []
    reminded = 0
    for row in rows:
        if row.is_ticked:
            _look_again(row, None)
            continue
        day = _their_day(row, earliest, days_off)
        if day is None or day > today:
            _look_again(row, day)
        elif row.mails_sent >= MOST_MAILS or row.reminder_step == len(THEIRS) - 1:
            _ask_for_a_call(case, row, today)
            row.reminder_step = len(THEIRS)
            _look_again(row, None)
            reminded += 1
        elif terms.is_business_day(today, days_off):
            to_mail.append(row)
        else:
            _look_again(row, terms.next_business_day(today, days_off))
    if to_mail and Message.objects.filter(case=case, origin=_origin_of(today)).exists():
        # One mail a day: what became due after it waits for the next.
        for row in to_mail:
            _look_again(row, terms.add_business_days(today, 1, days_off))
        return reminded
    if to_mail:
        _mail(case, to_mail, today, earliest, days_off)
    return reminded + len(to_mail)


def _origin_of(today: date) -> str:
    return f"owed-reminder:{today:%Y%m%d}"


def _their_day(row: Obligation, earliest: date, days_off: terms.DaysOff) -> date | None:
    day = day_of(row, THEIRS, days_off)
    if day is None:
        return None
    if row.last_mail_on is not None:
        earliest = max(earliest, terms.add_business_days(row.last_mail_on, BETWEEN_MAILS, days_off))
    return max(day, earliest)


def _look_again(row: Obligation, on: date | None) -> None:
    row.next_reminder_on = on
    row.save(update_fields=["next_reminder_on", "reminder_step"])


def _mail(
    case: TerminationCase,
    rows: list[Obligation],
    today: date,
    earliest: date,
    days_off: terms.DaysOff,
) -> None:
    delivery = owed_mail.write_list(
        case,
        kind=MessageKind.OWED_REMINDER,
        origin=_origin_of(today),
        by=MACHINE,
        due=rows,
    )
    for row in rows:
        row.reminder_step += 1
        if delivery is None:
            _ask_for_a_call(case, row, today)
            row.reminder_step = len(THEIRS)
        else:
            row.mails_sent += 1
            row.last_mail_on = today
        row.next_reminder_on = _their_day(row, earliest, days_off)
        row.save(update_fields=["reminder_step", "mails_sent", "last_mail_on", "next_reminder_on"])
    if delivery is not None:
        remember(
            case,
            "obligation.client_reminded",
            by=MACHINE,
            details={"obligations": [row.pk for row in rows], "delivery": delivery.pk},
        )


def _ask_for_a_call(case: TerminationCase, row: Obligation, today: date) -> None:
    keep_task(
        case,
        kind=TaskKind.CALL,
        title=_("Ask the client about: %(title)s") % {"title": row.title},
        details=f"{_how_it_stands(row, today)}\n\n"
        + _(
            "- Ask what stands in the way, and agree on a day that can be kept.\n"
            "- If it is money, offer instalments, or escalate it with an owner and a date."
        ),
        assignee=row.owner or case.owner,
        due_on=today,
        by=MACHINE,
        origin=f"owed:{row.pk}:call:{row.due_on:%Y%m%d}",
    )


def _how_it_stands(row: Obligation, today: date) -> str:
    assert row.due_on is not None
    due = _("It was due on %(date)s.") if row.due_on < today else _("It is due on %(date)s.")
    told = ngettext(
        "The client was reminded by mail once and has not said that it is done.",
        "The client was reminded by mail %(count)d times and has not said that it is done.",
        row.mails_sent,
    )
    if not row.mails_sent:
        told = _("No e-mail address of the client works, so nothing was sent.")
    said = {"date": date_format(row.due_on, "j F Y"), "count": row.mails_sent}
    return f"{due} {told}" % said
