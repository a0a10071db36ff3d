"""What people have not read, by e-mail: each at their hour, at most once a period.

A period is a row, and one person has one row for it. What a digest says is read at the moment it
leaves, with the rights its reader has then: references and plain sentences, no names, and of a
restricted case the reference alone. Before the first byte leaves, the row says so and is committed;
from there on nothing is sent again. Periods that a stopped worker missed are one mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, Q, QuerySet

from accounts.models import User
from accounts.selectors import roles_read_once
from audit import clock
from clients.models import Firm, Office
from notices.language.phrases import language_of
from notices.mailing import mail
from notices.mailing.lines import transport
from notices.mailing.smtp import Envelope, Kind, Outcome, Stage
from notices.models import Digest, DigestChoice, DigestState, Rhythm
from notices.outbox import arming
from offboarding.models import Notification
from offboarding.policies import cases_visible_to

log = structlog.get_logger(__name__)

MOST_A_SWEEP = 200
"""Mails of one sweep; the next one goes on."""

MOST_LINES = 30
"""Of one mail; what is more stands on the page."""

LATEST_DAYS = 14
"""What is older is mailed to nobody any more, as to somebody who wants mails again."""

REST = timedelta(minutes=2)
"""Who wants to hear at once hears of what happens together in one mail."""

RETRY_MINUTES = (5, 15, 60, 240, 720)
"""How long a mail waits after each temporary answer; then it is given up."""

ABANDONED_AFTER = timedelta(minutes=15)
"""A mail on its way for so long belongs to a worker that ended."""

_UNREACHED = frozenset({Stage.CONNECT, Stage.EHLO, Stage.TLS, Stage.AUTH})


def sweep() -> int:
    """Order the digests that are due, and hand over those that wait; safe to run in parallel.

    Returns:
        How many mails left.
    """
    if arming.is_disarmed():
        return 0
    long_ago = clock.now() - ABANDONED_AFTER
    Digest.objects.filter(state=DigestState.LEAVING, state_changed_at__lt=long_ago).update(
        state=DigestState.UNCERTAIN, state_changed_at=clock.now()
    )
    order_due()
    return hand_over()


# -- periods ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Period:
    """One time for which a person gets one mail, and the instant it tells of."""

    name: str
    due_at: datetime


def latest_period(rhythm: str, hour: int, zone: ZoneInfo, now: datetime) -> Period:
    """Return the newest period of a daily or weekly rhythm that has begun.

    An hour that the clocks skip is the one after it; one that comes twice counts the first time.
    """
    today = now.astimezone(zone).date()
    for back in range(8):
        day = today - timedelta(days=back)
        begins_at = datetime.combine(day, time(hour), zone)
        if begins_at <= now and _has_a_mail(day, rhythm):
            name = "week" if rhythm == Rhythm.WEEKLY else "day"
            return Period(f"{name}:{day.isoformat()}", begins_at)
    raise AssertionError("Every week has a Monday.")


def _has_a_mail(day: date, rhythm: str) -> bool:
    return day.weekday() == 0 if rhythm == Rhythm.WEEKLY else day.weekday() < 5


def order_due() -> int:
    """Write a row for every person whose period has begun and who has something to read.

    Returns:
        How many rows were due; one that was there already is not written again.
    """
    now = clock.now()
    usual_zone = usual_time_zone()
    made = []
    for person, oldest, newest in _people_with_news():
        choice = choice_of(person)
        if choice.rhythm == Rhythm.NEVER:
            continue
        if choice.rhythm == Rhythm.AT_ONCE:
            if oldest <= now - REST:
                made.append(Digest(person=person, period=f"once:{newest}", due_at=now))
            continue
        zone = ZoneInfo(choice.time_zone or usual_zone)
        period = latest_period(choice.rhythm, choice.hour, zone, now)
        if oldest < period.due_at:
            made.append(Digest(person=person, period=period.name, due_at=period.due_at))
    for row in made:
        row.try_at = row.state_changed_at = now
    Digest.objects.bulk_create(made, ignore_conflicts=True)
    _let_older_ones_go(made)
    return len(made)


def _let_older_ones_go(newest: Sequence[Digest]) -> None:
    """Let a mail that waits since an earlier period be one with that of the newest."""
    for row in newest:
        Digest.objects.filter(
            person=row.person, state=DigestState.WAITING, due_at__lt=row.due_at
        ).update(state=DigestState.NOTHING, state_changed_at=clock.now())


def _people_with_news() -> Iterable[tuple[User, datetime, int]]:
    """Return who has something unread that no mail told, since when, and the newest of it."""
    waiting = (
        _to_mail()
        .filter(person__is_active=True)
        .exclude(person__digest_choice__rhythm=Rhythm.NEVER)
        .order_by()
        .values("person")
        .annotate(oldest=Min("at"), newest=Max("pk"))
        .values_list("person", "oldest", "newest")
    )
    found = list(waiting)
    people = User.objects.select_related("digest_choice").in_bulk([key for key, *_rest in found])
    return [(people[key], oldest, newest) for key, oldest, newest in found]


def _to_mail() -> QuerySet[Notification]:
    since = clock.now() - timedelta(days=LATEST_DAYS)
    return Notification.objects.filter(read_at=None, mailed_at=None, at__gte=since)


def choice_of(person: User) -> DigestChoice:
    """Return what a person chose, or what holds for who chose nothing."""
    try:
        return person.digest_choice
    except DigestChoice.DoesNotExist:
        return DigestChoice(person=person)


def zone_of(person: User) -> str:
    """Return the zone in which a person works: the one they chose, else the first office's."""
    usual = getattr(person, READ_WITH_A_PERSON, None)
    return choice_of(person).time_zone or usual or usual_time_zone()


READ_WITH_A_PERSON = "usual_time_zone"
"""Where the first office's zone stands on a person with whom it was read."""


def usual_time_zone() -> str:
    """Return the zone of who has chosen none: the first office's."""
    office = first_office().values_list("time_zone", flat=True).first()
    return office or settings.TIME_ZONE


def first_office() -> QuerySet[Office]:
    """Return the firm's offices, the first one first."""
    return Office.objects.order_by("pk")


# -- handing over ----------------------------------------------------------------------------------


def hand_over(limit: int = MOST_A_SWEEP) -> int:
    """Hand over the digests that wait, until the mail server cannot be reached.

    Returns:
        How many it accepted.
    """
    due = Digest.objects.filter(state=DigestState.WAITING, try_at__lte=clock.now())
    accepted = 0
    for digest in due.select_related("person__digest_choice").order_by("try_at", "pk")[:limit]:
        try:
            outcome = _hand_over(digest)
        except Exception:
            # One that cannot be written must not keep the others waiting.
            log.exception("digest.failed", digest=digest.pk)
            _try_later(digest, [DigestState.WAITING], "")
            continue
        if outcome is None:
            continue
        accepted += outcome.kind is Kind.ACCEPTED
        if outcome.kind is Kind.TEMPORARY and outcome.stage in _UNREACHED:
            break
    return accepted


def _hand_over(digest: Digest) -> Outcome | None:
    """Read what there is to say now, and say it once; nothing when there is nothing."""
    rows = news_of(digest.person, until=digest.due_at)
    if not rows:
        _move(digest, [DigestState.WAITING], DigestState.NOTHING)
        return None
    try:
        envelope = Envelope(mail.sender_address(), digest.person.email, written(digest, rows), None)
    except ValueError as error:
        _move(digest, [DigestState.WAITING], DigestState.REFUSED, answer=str(error)[:500])
        return None
    outcome = transport().hand_over(envelope, before_data=partial(_begin, digest, rows))
    match outcome.kind:
        case Kind.ACCEPTED:
            _move(digest, [DigestState.LEAVING], DigestState.SENT, answer=outcome.text[:500])
        case Kind.UNCERTAIN:
            _move(digest, [DigestState.LEAVING], DigestState.UNCERTAIN, answer=outcome.text[:500])
        case Kind.REFUSED:
            log.warning("digest.refused", digest=digest.pk, code=outcome.code)
            _move(digest, _NOT_TAKEN, DigestState.REFUSED, answer=outcome.text[:500])
        case Kind.TEMPORARY:
            _try_later(digest, _NOT_TAKEN, outcome.text, rows)
        case Kind.ABANDONED:
            # Another worker was faster.
            return None
    return outcome


def news_of(person: User, *, until: datetime) -> list[Notification]:
    """Return what a person may read of what they have not, the newest first.

    Nothing for who left, nothing of a case that is not theirs any more.
    """
    if not person.is_active:
        return []
    with roles_read_once():
        visible = cases_visible_to(person)
        rows = (
            _to_mail()
            .filter(person=person, at__lte=until, case__in=visible.values("pk"))
            .filter(kind__in=choice_of(person).kinds)
            .filter(Q(task=None) | Q(task__done_at=None))
            .select_related("case")
            .order_by("-at", "-pk")
        )
        return list(rows)


def written(digest: Digest, rows: list[Notification]) -> bytes:
    """Build the mail of a digest from what its reader may read."""
    person, language = digest.person, language_of(digest.person.language)
    # The same of one case is said once.
    lines = list(dict.fromkeys(_line(row) for row in rows))
    firm = Firm.objects.first()
    words = mail.render_email(
        "digest",
        {
            "count": len(lines),
            "lines": lines[:MOST_LINES],
            "more": max(len(lines) - MOST_LINES, 0),
            "rhythm": choice_of(person).rhythm,
            "notifications_url": f"{settings.PUBLIC_BASE_URL}/notifications/",
            "choice_url": f"{settings.PUBLIC_BASE_URL}/notifications/mail/",
        },
        language,
    )
    return mail.build_mail_to_a_colleague(
        name=person.name,
        address=person.email,
        message_id=f"digest-{digest.pk}",
        at=clock.now(),
        sender_name=firm.name if firm else "Offboarding",
        words=words,
        language=language,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a digest; nothing in it is anybody's name or words."""

    reference: str
    kind: str
    is_restricted: bool


def _line(row: Notification) -> Line:
    kind = "" if row.case.is_restricted else row.kind
    return Line(row.case.reference, kind, row.case.is_restricted)


_NOT_TAKEN = [DigestState.WAITING, DigestState.LEAVING]
"""How far a mail may have come that the server surely did not take."""


def _begin(digest: Digest, rows: Sequence[Notification]) -> bool:
    """Commit that it is about to leave; from here on it may have left."""
    with transaction.atomic():
        if not _move(digest, [DigestState.WAITING], DigestState.LEAVING, line_count=len(rows)):
            return False
        _mark(rows, clock.now())
    return True


def _mark(rows: Sequence[Notification], at: datetime | None) -> None:
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=at)


def _try_later(
    digest: Digest,
    sources: Sequence[DigestState],
    answer: str,
    rows: Sequence[Notification] = (),
) -> None:
    """Let it wait after a temporary answer; what was surely not taken is still to be told."""
    is_over = digest.attempts >= len(RETRY_MINUTES)
    wait = timedelta(minutes=RETRY_MINUTES[min(digest.attempts, len(RETRY_MINUTES) - 1)])
    with transaction.atomic():
        if _move(
            digest,
            sources,
            DigestState.REFUSED if is_over else DigestState.WAITING,
            attempts=digest.attempts + 1,
            try_at=clock.now() + wait,
            answer=answer[:500],
        ):
            _mark(rows, None)


def _move(
    digest: Digest, sources: Sequence[DigestState], target: DigestState, **fields: Any
) -> bool:
    """Move a digest from one of some states; tell whether it was in one."""
    return bool(
        Digest.objects.filter(pk=digest.pk, state__in=sources).update(
            state=target, state_changed_at=clock.now(), **fields
        )
    )
