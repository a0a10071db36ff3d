"""What people have not read, by e-mail: to whom, when, how often, and what never stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.actor import Actor
from accounts.models import Membership, User
from audit import clock
from notices.models import Digest, DigestState, InboundKind, InboundMail, Rhythm
from notices.outbox import dispatch
from notices.reminding import digests
from notices.services import digests as choices
from offboarding import telling
from offboarding.models import Notification, NotificationKind, TerminationCase
from offboarding.services import cases, notes, watching
from tests import smtp_servers
from tests.builders import House, a_case, fresh
from tests.notices import walks
from tests.smtp_servers import SmtpServer

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def server(settings: Any) -> Iterator[SmtpServer]:
    with SmtpServer("accept") as started:
        settings.EMAIL_PORT = started.port
        yield started


@pytest.fixture
def case(house: House) -> TerminationCase:
    """A case, with nothing to be told of before noon in Berlin on a Monday."""
    found = a_case(house)
    set_clock(datetime(2027, 3, 1, 12, tzinfo=BERLIN))
    Notification.objects.all().delete()
    return found


def set_clock(at: datetime) -> None:
    clock.move(clock.offset() + (at - clock.now()))


def mention(house: House, case: TerminationCase, text: str = "@Leo Lead, look.") -> None:
    notes.write_note(fresh(case), by=house.by_manager, text=text)


def choose(person: User, rhythm: str, **changes: object) -> None:
    said = {"hour": 8, "time_zone": "Europe/Berlin", "kinds": list(NotificationKind.values)}
    choices.choose(by=Actor.person(person), rhythm=rhythm, **(said | changes))  # type: ignore[arg-type]


def mails(server: SmtpServer) -> list[tuple[str, str]]:
    """Return whom each mail went to, and its plain text."""
    found = []
    for mail in server.mails:
        message = message_from_bytes(mail.data, policy=policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        found.append((str(message["To"]), body.get_content().replace("\r\n", "\n")))
    return found


# -- when ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rhythm", "zone", "now", "period", "due_at"),
    [
        # A Wednesday, before and after the hour.
        ("daily", "Europe/Berlin", "2027-03-03T06:59Z", "day:2027-03-02", "2027-03-02T07:00Z"),
        ("daily", "Europe/Berlin", "2027-03-03T07:00Z", "day:2027-03-03", "2027-03-03T07:00Z"),
        # The same instant is another day elsewhere.
        ("daily", "Pacific/Auckland", "2027-03-03T23:00Z", "day:2027-03-04", "2027-03-03T19:00Z"),
        # No mail of the day at the week's end.
        ("daily", "Europe/Berlin", "2027-03-07T12:00Z", "day:2027-03-05", "2027-03-05T07:00Z"),
        ("weekly", "Europe/Berlin", "2027-03-07T12:00Z", "week:2027-03-01", "2027-03-01T07:00Z"),
        ("weekly", "Europe/Berlin", "2027-03-08T07:00Z", "week:2027-03-08", "2027-03-08T07:00Z"),
        # After the clocks went forward, and back.
        ("daily", "Europe/Berlin", "2027-03-29T06:00Z", "day:2027-03-29", "2027-03-29T06:00Z"),
        ("daily", "Europe/Berlin", "2027-11-01T07:00Z", "day:2027-11-01", "2027-11-01T07:00Z"),
        # The 29th of February.
        ("daily", "Europe/Berlin", "2028-02-29T08:00Z", "day:2028-02-29", "2028-02-29T07:00Z"),
        ("daily", "Europe/Berlin", "2028-03-01T06:00Z", "day:2028-02-29", "2028-02-29T07:00Z"),
    ],
)
def test_a_period_begins_at_the_persons_hour_where_they_are(
    rhythm: str, zone: str, now: str, period: str, due_at: str
) -> None:
    found = digests.latest_period(rhythm, 8, ZoneInfo(zone), datetime.fromisoformat(now))

    assert (found.name, found.due_at.astimezone(UTC)) == (period, datetime.fromisoformat(due_at))


@pytest.mark.parametrize(
    ("day", "hour", "instants"),
    [((2027, 3, 28), 2, 1), ((2027, 10, 31), 2, 1), ((2027, 10, 31), 3, 1)],
)
def test_an_hour_that_is_skipped_or_comes_twice_begins_one_period(
    day: tuple[int, int, int], hour: int, instants: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Both are Sundays; people who want a mail then would get one.
    monkeypatch.setattr(digests, "_has_a_mail", lambda _day, _rhythm: True)
    begin = datetime(*day, tzinfo=BERLIN)
    steps = [begin.astimezone(UTC) + timedelta(minutes=15 * step) for step in range(1, 96)]
    seen = {digests.latest_period("daily", hour, BERLIN, now) for now in steps}

    assert len([one for one in seen if one.name == f"day:{begin.date()}"]) == instants


def test_a_day_is_mailed_once_at_its_hour_and_an_empty_one_not_at_all(
    house: House, case: TerminationCase, server: SmtpServer
) -> None:
    mention(house, case)
    digests.sweep()
    assert mails(server) == []

    set_clock(datetime(2027, 3, 2, 8, 1, tzinfo=BERLIN))
    for _ in range(3):
        digests.sweep()
    ((whom, text),) = mails(server)
    assert "leo.lead@example.com" in whom
    assert f"- {case.reference}: a note mentions you." in text

    # What comes after the hour waits for the next one.
    mention(house, case)
    digests.sweep()
    assert len(server.mails) == 1
    for day in (3, 4, 5):
        set_clock(datetime(2027, 3, day, 8, 1, tzinfo=BERLIN))
        digests.sweep()
    assert len(server.mails) == 2


def test_days_that_a_stopped_worker_missed_are_one_mail(
    house: House, case: TerminationCase, server: SmtpServer
) -> None:
    mention(house, case)
    set_clock(datetime(2027, 3, 2, 8, 1, tzinfo=BERLIN))
    digests.order_due()
    mention(house, a_case(house))
    set_clock(datetime(2027, 3, 5, 9, tzinfo=BERLIN))

    digests.sweep()

    ((_whom, text),) = mails(server)
    assert text.count(": a note mentions you.") == 2


def test_at_once_means_what_happens_together_in_one_mail(
    house: House, case: TerminationCase, server: SmtpServer
) -> None:
    choose(house.lead, Rhythm.AT_ONCE)
    mention(house, case)
    digests.sweep()
    assert mails(server) == []
    clock.move(clock.offset() + timedelta(minutes=1))
    mention(house, a_case(house))
    clock.move(clock.offset() + timedelta(minutes=1))

    for _ in range(3):
        digests.sweep()
    ((_whom, text),) = mails(server)
    assert text.count("- OFB-") == 2


def test_weekly_waits_for_monday_and_never_is_never(
    house: House, case: TerminationCase, server: SmtpServer
) -> None:
    choose(house.lead, Rhythm.WEEKLY)
    choose(house.second_lead, Rhythm.NEVER)
    mention(house, case, "@Leo Lead @Lena Lead")
    set_clock(datetime(2027, 3, 7, 12, tzinfo=BERLIN))
    digests.sweep()
    assert mails(server) == []

    set_clock(datetime(2027, 3, 8, 8, tzinfo=BERLIN))
    digests.sweep()

    assert ["leo.lead" in whom for whom, _text in mails(server)] == [True]


# -- what, and to whom -----------------------------------------------------------------------------


def test_a_mail_holds_references_and_sentences_and_nothing_anybody_wrote(
    house: House, case: TerminationCase, server: SmtpServer
) -> None:
    mention(house, case, "@Leo Lead, Jane Adams shouted at me.")
    restricted = a_case(house)
    cases.restrict(restricted, [], by=house.by_second_lead)
    mention(house, restricted, "@Leo Lead, about their fraud.")
    set_clock(datetime(2027, 3, 2, 8, tzinfo=BERLIN))

    digests.sweep()

    ((_whom, text),) = mails(server)
    assert f"- {case.reference}: a note mentions you.\n" in text
    assert f"- {restricted.reference}\n" in text
    for word in ("Jane", "Adams", "shouted", "fraud", "Mia"):
        assert word not in text
        assert word.encode() not in server.mails[0].data


def _leaves(house: House, _case: TerminationCase) -> None:
    User.objects.filter(pk=house.lead.pk).update(is_active=False)


def _changes_team(house: House, _case: TerminationCase) -> None:
    Membership.objects.filter(user=house.lead).delete()


def _reads_it(_house: House, _case: TerminationCase) -> None:
    Notification.objects.update(read_at=clock.now())


def _wants_no_mentions(house: House, _case: TerminationCase) -> None:
    choose(house.lead, Rhythm.DAILY, kinds=["deadline"])


@pytest.mark.parametrize("change", [_leaves, _changes_team, _reads_it, _wants_no_mentions])
def test_nothing_goes_to_who_may_not_or_need_not_read_it_any_more(
    house: House, case: TerminationCase, server: SmtpServer, change: object
) -> None:
    mention(house, case)
    set_clock(datetime(2027, 3, 2, 8, tzinfo=BERLIN))
    digests.order_due()
    assert callable(change)
    change(house, case)

    digests.hand_over()

    assert mails(server) == []
    assert Digest.objects.get().state == DigestState.NOTHING


# -- at most once ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "state", "arrives_in_the_end"),
    [
        ("greylist", DigestState.WAITING, 1),
        ("temporary_after_dot", DigestState.WAITING, 1),
        ("refuse_recipient", DigestState.REFUSED, 0),
        ("drop_after_dot_stored", DigestState.UNCERTAIN, 0),
    ],
)
def test_what_may_have_arrived_is_not_sent_again_and_what_surely_did_not_is(
    house: House,
    case: TerminationCase,
    settings: Any,
    mode: str,
    state: str,
    arrives_in_the_end: int,
) -> None:
    assert mode in smtp_servers.MODES
    mention(house, case)
    set_clock(datetime(2027, 3, 2, 8, tzinfo=BERLIN))
    with SmtpServer(mode) as bad:
        settings.EMAIL_PORT = bad.port
        digests.sweep()
        digests.sweep()
    assert Digest.objects.get().state == state

    with SmtpServer("accept") as good:
        settings.EMAIL_PORT = good.port
        clock.move(clock.offset() + timedelta(minutes=6))
        digests.sweep()
        assert len(good.mails) == arrives_in_the_end


def test_a_worker_that_ended_in_the_midst_leaves_it_in_doubt(
    house: House, case: TerminationCase, server: SmtpServer
) -> None:
    mention(house, case)
    set_clock(datetime(2027, 3, 2, 8, tzinfo=BERLIN))
    digests.order_due()
    Digest.objects.update(state=DigestState.LEAVING, state_changed_at=clock.now())
    clock.move(clock.offset() + timedelta(minutes=16))

    digests.sweep()

    assert mails(server) == []
    assert Digest.objects.get().state == DigestState.UNCERTAIN


# -- what of letters is news -----------------------------------------------------------------------


def test_an_approval_is_told_to_who_asked_and_a_refused_mail_to_who_watches(
    house: House, settings: Any
) -> None:
    case = a_case(house, "notice")
    watching.watch(case, by=house.by_second_lead)
    notice = walks.sent(house, walks.a_draft(house, case))
    approved = Notification.objects.filter(action="notice.approved")
    assert {row.person for row in approved} == {house.manager, house.second_lead}

    clock.move(clock.offset() + timedelta(minutes=11))
    with SmtpServer("refuse_recipient") as bad:
        settings.EMAIL_PORT = bad.port
        dispatch.drain()

    refused = Notification.objects.filter(kind="delivery")
    heard = {(row.person, row.action) for row in refused}
    assert heard == {
        (house.manager, "task.raised"),
        (house.second_lead, "delivery.refused"),
    }
    assert notice.approved_by == house.lead


@pytest.mark.parametrize("kind", InboundKind)
def test_of_inbound_mail_only_an_answer_is_news_for_who_watches(kind: InboundKind) -> None:
    rule = telling.rule_of("inbound.filed")
    assert rule is not None
    assert rule.only_if is not None

    assert rule.only_if(InboundMail(kind=kind)) == (kind == InboundKind.REPLY)
