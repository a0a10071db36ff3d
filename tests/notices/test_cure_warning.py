"""The cure warning: written from the record, sent like any letter; it moves only its own time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from audit import clock
from clients.models import Invoice
from notices.checking import checks
from notices.inbound import delivery_news
from notices.inbound.reports import Action, Status
from notices.letters import composing, cure_dates, cure_words
from notices.mailing import lines as mail_lines
from notices.models import (
    Channel,
    Delivery,
    DeliveryState,
    Message,
    MessageKind,
    Notice,
    NoticeKind,
    NoticeState,
)
from notices.outbox import cure_standing, departures, dispatch
from notices.outbox.stops import heard_of, leaves_by_its_date, stop_of
from notices.reminding import reminders
from notices.services import (
    approval,
    cure_warning,
    drafting,
    print_runs,
    receipt,
    registered,
    sending,
)
from offboarding import deemed, guards, selectors, terms
from offboarding.errors import TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import (
    Bearing,
    ClientLink,
    ProofOfReceipt,
    Remedy,
    Task,
    TaskKind,
    TerminationCase,
)
from offboarding.services import decisions, evidence, proofs, remedies
from offboarding.services.locking import locked
from tests.builders import House, a_case, a_house, an_obligation, evaluated, fresh
from tests.desk.pages import actions
from tests.notices import walks
from tests.smtp_servers import SmtpServer

pytestmark = pytest.mark.django_db

DAYS = 14


@pytest.fixture
def house() -> House:
    house = a_house()
    house.ground.cure_days = DAYS
    house.ground.save()
    return house


@pytest.fixture
def case(house: House) -> TerminationCase:
    return a_case(house)


def today(case: TerminationCase) -> date:
    return clock.today(case.time_zone)


def with_points(house: House, case: TerminationCase) -> TerminationCase:
    """Two things that the client has not done, on record."""
    due_on = today(case) + timedelta(days=9)
    an_obligation(case, title="Send the bank statements of May", party="clients", due_on=due_on)
    Invoice.objects.create(
        client=case.client,
        number="2026-77",
        issued_on=today(case) - timedelta(days=60),
        due_on=today(case) - timedelta(days=30),
        amount_cents=123_456,
        currency="EUR",
    )
    return fresh(case)


def drafted(house: House, case: TerminationCase, **changes: object) -> Notice:
    notice = cure_warning.draft_cure_warning(with_points(house, case), by=house.by_manager)
    if changes:
        notice = cure_warning.edit_cure_warning(
            notice, by=house.by_manager, expected_version=notice.version, parts={}, **changes
        )
    return notice


def codes(notice: Notice, *levels: str) -> set[str]:
    return {one.code for one in checks.findings(notice) if one.level in (levels or ("block",))}


# -- what it says ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "received", "until"),
    [
        (date(2027, 3, 19), date(2027, 3, 3), date(2027, 3, 19)),  # in time: the letter's day
        (date(2027, 3, 19), date(2027, 3, 8), date(2027, 3, 22)),  # late: 14 days from then
        (date(2027, 3, 19), date(2027, 3, 6), date(2027, 3, 22)),  # a Saturday moves to Monday
        (date(2027, 3, 19), date(2027, 2, 1), date(2027, 3, 19)),  # early: never before it
    ],
)
def test_the_time_ends_on_the_letters_day_or_later_and_never_earlier(
    asked: date, received: date, until: date
) -> None:
    weekends = terms.SATURDAYS_AND_SUNDAYS
    assert remedies.warned_until(asked, received, DAYS, weekends) == until


def test_only_lines_of_a_list_are_points() -> None:
    assert cure_words.points_in("These:\n- One\n-Two\n - Three \n- ") == ["One", "Three"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_our_own_words_tell_the_record_and_pass_every_check(
    house: House, case: TerminationCase, language: str
) -> None:
    house.client.language = language
    house.client.save()
    evidence.add_evidence(
        case,
        by=house.by_manager,
        happened_on=today(case) - timedelta(days=9),
        fact="Two calls were not answered",
        bearing=Bearing.ENDING,
    )
    notice = drafted(house, fresh(case))

    points = cure_words.points_in(notice.parts["points"])
    told = [any(word in one for one in points) for word in ("statements", "2026-77", "calls")]
    # What colleagues noted stands in the language of the house, so not in a German letter.
    assert told == [True, True, language == "en"]
    assert [one.text for one in checks.findings(notice) if one.level != "hint"] == []
    subject, text = departures.mail_preview(notice)
    first = "What we need, by when" if language == "en" else "Was wir brauchen, bis wann"
    assert text.startswith(first) and "/r/" in text
    counted = "Please read: 3 open points until" if language == "en" else "2 offene Punkte bis"
    assert counted in subject and len(subject) <= 60
    assert cure_warning.draft_cure_warning(fresh(case), by=house.by_manager) == notice


def test_a_letter_that_ends_nothing_is_not_called_a_notice(
    house: House, case: TerminationCase
) -> None:
    letter = composing.letter_content(drafted(house, case))

    assert letter.footer_reference == f"{case.reference} · Letter 1"
    assert ("Letter", "1") in letter.reference_rows


def test_where_the_record_says_nothing_a_named_gap_stops_it(
    house: House, case: TerminationCase
) -> None:
    notice = cure_warning.draft_cure_warning(case, by=house.by_manager)

    assert "[which point is open" in notice.parts["points"]
    assert codes(notice) == {"gap_left"}


@pytest.mark.parametrize(
    ("changes", "parts", "code", "level"),
    [
        ({"cure_ends_on": None}, {}, "no_cure_date", "block"),
        ({}, {"needed": "Please put it right soon."}, "cure_date_not_said", "block"),
        ({}, {"points": "All of it."}, "no_points", "block"),
        ({}, {"otherwise": "Otherwise we are sad."}, "consequence_not_said", "block"),
        ({}, {"otherwise": "We talk again at the end of May."}, "consequence_not_said", "block"),
        ({}, {"otherwise": ""}, "otherwise_missing", "block"),
        ({}, {"receipt": "Please confirm receipt."}, "agreement_not_excluded", "block"),
        ({}, {"contact": "Call us."}, "contact_incomplete", "block"),
        ({}, {"meanwhile": "You have failed us."}, "", "block"),
        ({"sends_email": False}, {}, "no_channel", "block"),
    ],
)
def test_what_a_warning_lacks_or_says_badly_is_found(
    house: House,
    case: TerminationCase,
    changes: dict[str, object],
    parts: dict[str, str],
    code: str,
    level: str,
) -> None:
    notice = drafted(house, case)
    notice = drafting.edit_notice(
        notice, by=house.by_manager, expected_version=notice.version, parts=parts, **changes
    )

    found = codes(notice, level)
    assert (code in found) if code else found
    with pytest.raises(TransitionRefused):
        approval.request_approval(notice, by=house.by_manager)


def test_a_lead_is_asked_to_approve_a_warning_and_no_notice(
    house: House, case: TerminationCase
) -> None:
    approval.request_approval(drafted(house, case), by=house.by_manager)

    asked = Task.objects.filter(case=case, kind=TaskKind.APPROVE)
    assert {task.title for task in asked} == {"Approve the cure warning"}


def test_the_day_gives_the_whole_time_after_the_slowest_way_and_follows_it(
    house: House, case: TerminationCase
) -> None:
    notice = drafted(house, case)
    by_mail = cure_dates.proposed(case, [Channel.EMAIL], today(case))
    by_both = cure_dates.proposed(case, list(Channel), today(case))
    assert notice.cure_ends_on == by_mail and by_mail is not None and by_both is not None
    assert by_mail < by_both

    both = cure_warning.edit_cure_warning(
        notice,
        by=house.by_manager,
        expected_version=notice.version,
        parts={},
        sends_registered_mail=True,
        cure_ends_on=by_mail,
    )
    assert both.cure_ends_on == by_both
    assert str(by_both.year) in both.parts["needed"] and str(by_both.day) in both.parts["needed"]
    assert "slip" in both.parts["receipt"] and not codes(both, "block", "warn")

    earliest = cure_dates.earliest_of(case, list(Channel), today(case))
    assert earliest is not None
    early = drafting.edit_notice(
        both,
        by=house.by_manager,
        expected_version=both.version,
        parts={},
        cure_ends_on=earliest.on - timedelta(days=1),
    )
    assert codes(early) == {"cure_date_too_early"}
    saturday = by_both + timedelta(days=5 - by_both.weekday())
    saturday += timedelta(days=7)
    off = drafting.edit_notice(
        early,
        by=house.by_manager,
        expected_version=early.version,
        parts={},
        cure_ends_on=saturday,
    )
    assert codes(off, "block", "warn") == {"cure_date_on_a_day_off"}


def test_it_is_written_while_a_case_is_evaluated_whose_ground_gives_time(
    house: House, case: TerminationCase
) -> None:
    with pytest.raises(TransitionRefused, match="while the case is evaluated"):
        cure_warning.draft_cure_warning(a_case(house, State.NOTICE), by=house.by_manager)
    notice = drafted(house, case)
    gone = cure_warning.discard(notice, by=house.by_manager)
    assert gone.state == NoticeState.DISCARDED
    assert cure_warning.draft_cure_warning(fresh(case), by=house.by_manager) != notice
    house.ground.cure_days = 0
    house.ground.save()
    with pytest.raises(TransitionRefused, match="asks for no warning"):
        cure_warning.draft_cure_warning(a_case(house), by=house.by_manager)


# -- when it has left ------------------------------------------------------------------------------


def left(house: House, case: TerminationCase, *, sends_letter: bool = False) -> Notice:
    """A warning whose e-mail was taken by the relay, as it reported of a doubtful one."""
    changes = {"sends_registered_mail": True} if sends_letter else {}
    notice = walks.sent(house, drafted(house, case, **changes))
    delivery = walks.became(walks.delivery_of(notice, Channel.EMAIL), DeliveryState.UNCERTAIN)
    reported(delivery, Action.RELAYED)
    return walks.again(notice)


def remedy_of(case: TerminationCase) -> Remedy:
    return case.remedies.filter(is_cure_warning=True).order_by("-pk")[0]


def came_back(delivery: Delivery) -> None:
    reported(delivery, Action.FAILED)


def reported(delivery: Delivery, action: Action) -> None:
    status = Status(action, recipient=delivery.recipient_email)
    delivery_news.tell(locked(delivery.case), walks.the_same(delivery), status, source="test")


def test_the_mail_server_takes_it_and_the_time_stands_by_itself(
    house: House, case: TerminationCase, settings: object
) -> None:
    with SmtpServer() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port  # type: ignore[attr-defined]
        notice = walks.sent(house, drafted(house, case))
        assert not case.remedies.exists()
        clock.move(clock.offset() + timedelta(minutes=11))
        dispatch.drain()
        mail_lines.close()

    [warning] = case.remedies.all()
    assert (warning.is_cure_warning, warning.state, warning.notice_number) == (
        True,
        "running",
        notice.number,
    )
    assert warning.tried_on == today(case) and warning.received_on == warning.deemed_on
    assert warning.cure_ends_on == notice.cure_ends_on
    assert "2026-77" in warning.description
    assert case.tasks.get(origin=f"cure:{warning.pk}").due_on == terms.add_days(
        warning.cure_ends_on, 1
    )
    now = fresh(case)
    assert (now.state, now.served_on, now.notice_date, now.effective_on) == (
        State.EVALUATION,
        None,
        None,
        None,
    )
    assert not hasattr(now, "chase") and "notice.served" not in actions(case)
    assert "cure.warned" in actions(case)
    reasons = {one.code for one in guards.the_client_could_put_it_right.reasons(now)}
    assert reasons == {"cure_period_running"}
    with pytest.raises(TransitionRefused, match="nobody has said yet"):
        cure_warning.draft_cure_warning(now, by=house.by_manager)


def test_what_comes_back_strikes_it_and_the_owner_knows_the_ways_out(
    house: House, case: TerminationCase
) -> None:
    notice = left(house, case)
    first = remedy_of(case)

    came_back(walks.delivery_of(notice, Channel.EMAIL))

    first.refresh_from_db()
    assert first.struck_at and "No copy" in first.struck_reason
    assert "cure.fell" in actions(case)
    [task] = case.tasks.filter(done_at=None)
    assert task.assignee == fresh(case).owner and "does not count any more" in task.details
    assert {one.code for one in guards.the_client_could_put_it_right.reasons(fresh(case))} == {
        "cure_warning_missing"
    }

    letter = sending.switch_to_registered_mail(walks.again(notice), by=house.by_manager)
    walks.set_pages(notice)
    registered.record_print(walks.the_same(letter), by=house.by_manager)
    registered.record_posting(
        walks.the_same(letter),
        by=house.by_manager,
        carrier="Deutsche Post",
        carrier_number=walks.VALID_NUMBER,
        posted_on=today(case),
    )
    second = remedy_of(case)
    assert second != first and second.stands and second.channel == "registered_mail"
    assert second.cure_ends_on == terms.cure_ends_on(
        second.deemed_on, DAYS, selectors.days_off_at_the_client(case)
    )
    assert second.cure_ends_on > notice.cure_ends_on

    registered.record_outcome(
        walks.the_same(letter), by=house.by_manager, outcome="unclaimed", on=today(case)
    )
    second.refresh_from_db()
    assert second.is_undelivered and not second.stands
    task = case.tasks.get(origin=f"delivery:{letter.pk}:unclaimed")
    assert "does not count any more" in task.details and "deemed" not in task.details


def test_a_copy_that_stands_keeps_it_and_the_signed_slip_brings_the_real_day(
    house: House, case: TerminationCase
) -> None:
    notice = left(house, case, sends_letter=True)
    by_mail = remedy_of(case)
    assert by_mail.channel == "email" and by_mail.cure_ends_on == notice.cure_ends_on
    posted = walks.posted(house, notice)
    came_back(walks.delivery_of(notice, Channel.EMAIL))

    [warning] = case.remedies.all()
    assert warning.stands and warning.channel == "registered_mail"
    deemed = warning.received_on
    walks.days_later(2)
    registered.record_slip(
        posted,
        by=house.by_manager,
        signed_on=today(case),
        signed_by="Jane Adams",
        file=walks.a_kept_scan(case, house.by_manager),
    )

    warning.refresh_from_db()
    assert warning.received_on == today(case) < deemed
    assert warning.cure_ends_on == notice.cure_ends_on
    assert fresh(case).state == State.EVALUATION and not fresh(case).proofs.exists()
    [proof] = ProofOfReceipt.everything.filter(case=case)
    assert (proof.is_of_warning, proof.grade) == (True, "A")

    proofs.void_proof(proof, by=house.by_lead, reason="Another letter's slip.")
    warning.refresh_from_db()
    assert warning.received_on == deemed


def test_a_late_receipt_moves_the_end_later(house: House, case: TerminationCase) -> None:
    notice = walks.sent(house, drafted(house, case, sends_email=False, sends_registered_mail=True))
    letter = walks.posted(house, notice)
    walks.days_later(12)
    registered.record_outcome(
        letter,
        by=house.by_manager,
        outcome="delivered",
        on=today(case),
        received_by="J. Adams",
    )

    warning = remedy_of(case)
    assert warning.received_on == today(case)
    assert warning.cure_ends_on > notice.cure_ends_on
    look_on = case.tasks.get(origin=f"cure:{warning.pk}").due_on
    assert look_on == terms.add_days(warning.cure_ends_on, 1)


def test_one_that_a_colleague_struck_stays_struck(house: House, case: TerminationCase) -> None:
    notice = left(house, case, sends_letter=True)
    remedies.strike_remedy(remedy_of(case), by=house.by_manager, reason="Another client's points.")

    walks.posted(house, notice)

    assert not any(one.stands for one in case.remedies.all())
    assert cure_warning.draft_cure_warning(fresh(case), by=house.by_manager) != notice


def test_a_receipt_carries_a_warning_whose_copies_came_back_and_it_falls_with_it(
    house: House, case: TerminationCase
) -> None:
    notice = left(house, case)
    proof = confirmed(house, notice)
    came_back(walks.delivery_of(notice, Channel.EMAIL))
    assert remedy_of(case).stands

    proofs.void_proof(proof, by=house.by_lead, reason="Somebody else typed the name.")

    assert not remedy_of(case).stands
    assert "cure_warning_missing" in reasons_why_not(case)
    assert case.tasks.filter(done_at=None, title__contains="does not count").exists()


def test_who_confirms_after_a_bounce_was_warned_all_the_same(
    house: House, case: TerminationCase
) -> None:
    notice = left(house, case)
    came_back(walks.delivery_of(notice, Channel.EMAIL))
    struck = remedy_of(case)

    confirmed(house, notice)

    standing = remedy_of(case)
    assert standing != struck and standing.stands and not remedies_stand(struck)
    assert standing.received_on == today(case)
    assert standing.cure_ends_on is not None
    assert reasons_why_not(case) == {"cure_period_running"}
    assert case.tasks.get(origin=f"cure:{standing.pk}").due_on == terms.add_days(
        standing.cure_ends_on, 1
    )


def test_one_that_a_colleague_struck_is_not_revived_by_a_receipt(
    house: House, case: TerminationCase
) -> None:
    notice = left(house, case)
    remedies.strike_remedy(remedy_of(case), by=house.by_manager, reason="Wrong client.")
    came_back(walks.delivery_of(notice, Channel.EMAIL))

    confirmed(house, notice)

    assert case.remedies.filter(is_cure_warning=True).count() == 1
    assert not remedy_of(case).stands


def reasons_why_not(case: TerminationCase) -> set[str]:
    return {one.code for one in guards.the_client_could_put_it_right.reasons(fresh(case))}


def remedies_stand(remedy: Remedy) -> bool:
    remedy.refresh_from_db()
    return remedy.stands


# -- it moves nothing ------------------------------------------------------------------------------


def confirmed(house: House, notice: Notice) -> ProofOfReceipt:
    link = ClientLink.objects.get(notice_number=notice.number, case=notice.case)
    clock.move(clock.offset() + timedelta(minutes=30))
    ClientLink.objects.filter(pk=link.pk).update(first_opened_at=clock.now())
    clock.move(clock.offset() + timedelta(minutes=1))
    link.refresh_from_db()
    return receipt.confirm(link, name="Jane Adams", is_authorised=True, seconds_on_page=20).proof


def test_a_receipt_of_the_warning_is_none_of_the_notice(
    house: House, case: TerminationCase
) -> None:
    notice = left(house, case)
    proof = confirmed(house, notice)
    assert (proof.is_of_warning, proof.counts) == (True, True)
    assert fresh(case).state == State.EVALUATION
    told = Message.objects.get(kind=MessageKind.RECEIPT_CONFIRMED)
    assert "our letter of" in told.text and "/o/" not in told.text

    evaluated(house, case)
    decisions.request_decision(case, by=house.by_manager)
    decisions.decide_to_end(fresh(case), by=house.by_lead, without_cure="It is too late for that.")
    ending = walks.sent(house, walks.a_draft(house, fresh(case)))
    delivery = walks.became(walks.delivery_of(ending, Channel.EMAIL), DeliveryState.UNCERTAIN)
    sending.treat_as_sent(delivery, by=house.by_lead, reason="The log of the provider shows it.")

    now = fresh(case)
    assert (now.state, now.served_on) == (State.NOTICE, today(case))
    assert not now.proofs.exists()
    assert {one.code for one in selectors.unmet(now, "acknowledge")} >= {"proof_missing"}
    reminder = Delivery(case=now, message=Message(case=now, kind=MessageKind.REMINDER))
    assert not heard_of([reminder]).received
    reminders.sweep()
    clock.move(clock.offset() + timedelta(days=9))
    assert case.pk in {chase.case_id for chase in reminders.due()}


def test_a_weak_receipt_is_a_leads_to_accept_and_still_moves_nothing(
    house: House, case: TerminationCase
) -> None:
    notice = left(house, case)
    link = ClientLink.objects.get(notice_number=notice.number, case=case)
    proof = receipt.confirm(link, name="Somebody Else", is_authorised=True).proof
    assert proof.waits_for_a_lead and remedy_of(case).received_on == remedy_of(case).deemed_on

    proofs.accept_proof(proof, by=house.by_lead)

    assert remedy_of(case).received_on == today(case)
    assert fresh(case).state == State.EVALUATION
    receipt.not_me(link)
    assert fresh(case).is_disputed
    assert remedy_of(case).received_on == remedy_of(case).deemed_on


# -- what does not leave ---------------------------------------------------------------------------


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("is_sent", [True, False])
def test_once_it_is_decided_how_to_go_on_no_warning_leaves(
    house: House, case: TerminationCase, keeps: bool, is_sent: bool
) -> None:
    notice = drafted(house, case)
    notice = walks.sent(house, notice) if is_sent else walks.asked(house, notice)
    evaluated(house, case)
    decisions.request_decision(case, by=house.by_manager)
    if keeps:
        decisions.retain(fresh(case), by=house.by_lead, reason="They have paid.")
    else:
        decisions.decide_to_end(fresh(case), by=house.by_lead, without_cure="No time is left.")

    now = walks.again(notice)
    assert now.state == NoticeState.DISCARDED
    assert not case.tasks.filter(done_at=None, kind="approve").exists()
    states = set(notice.deliveries.values_list("state", flat=True))
    assert states == ({DeliveryState.TAKEN_BACK} if is_sent else set())
    assert not case.remedies.filter(is_cure_warning=True).exists()


def test_a_mail_that_would_come_too_late_for_its_day_is_taken_back(
    house: House, case: TerminationCase
) -> None:
    delivery = walks.delivery_of(walks.sent(house, drafted(house, case)), Channel.EMAIL)
    assert stop_of(fresh(case), delivery) is None

    walks.days_later(7)

    stop = stop_of(fresh(case), walks.the_same(delivery))
    assert stop is not None and stop.asks_owner and not stop.waits


def test_a_refused_mail_that_is_sent_again_too_late_stays_here_and_another_warning_is_written(
    house: House, case: TerminationCase
) -> None:
    notice = walks.sent(house, drafted(house, case))
    refused = walks.became(walks.delivery_of(notice, Channel.EMAIL), DeliveryState.REFUSED)
    walks.days_later(30)
    again = sending.correct_address_and_resend(
        refused, by=house.by_manager, email="j@adams.example"
    )

    assert leaves_by_its_date(fresh(case), again)
    stop = stop_of(fresh(case), again)
    assert stop is not None and stop.asks_owner and not stop.waits
    # It would have been the first that they get, and no second copy.
    assert b"second copy" not in bytes(again.mime)

    sending.take_back(again, by=house.by_manager)
    another = cure_warning.draft_cure_warning(fresh(case), by=house.by_manager)
    assert another != notice and another.state == NoticeState.DRAFT


def test_a_second_copy_of_a_warning_that_counts_may_be_late(
    house: House, case: TerminationCase
) -> None:
    notice = left(house, case)
    walks.days_later(30)
    letter = sending.switch_to_registered_mail(notice, by=house.by_manager)

    assert stop_of(fresh(case), letter) is None


def test_one_that_was_with_the_mail_server_when_it_was_decided_is_told_to_the_leads(
    house: House, case: TerminationCase
) -> None:
    notice = walks.sent(house, drafted(house, case))
    delivery = walks.became(walks.delivery_of(notice, Channel.EMAIL), DeliveryState.HANDING_OVER)
    evaluated(house, case)
    decisions.request_decision(case, by=house.by_manager)
    decisions.retain(fresh(case), by=house.by_lead, reason="They have paid.")

    reported(walks.became(delivery, DeliveryState.UNCERTAIN), Action.RELAYED)

    titles = set(case.tasks.filter(done_at=None).values_list("title", flat=True))
    assert "A cure warning left although it was decided how to go on" in titles
    assert "See whether the client has put it right" not in titles


def test_facts_stay_inside_where_the_policy_lets_no_letter_state_them(
    house: House, case: TerminationCase
) -> None:
    case.ground_copy["disclosure"] = "omitted"
    case.save(update_fields=["ground_copy"])
    evidence.add_evidence(
        case,
        by=house.by_manager,
        happened_on=today(case),
        fact="Partner Schmidt also acts for their competitor",
        bearing=Bearing.ENDING,
    )

    assert "Schmidt" not in str(drafted(house, fresh(case)).parts)


def by_letter(house: House, case: TerminationCase) -> Delivery:
    """A warning that goes on paper only, and waits for the printer."""
    notice = walks.sent(house, drafted(house, case, sends_email=False, sends_registered_mail=True))
    return walks.delivery_of(notice, Channel.REGISTERED_MAIL)


def test_paper_that_would_arrive_after_the_day_it_names_is_not_printed(
    house: House, case: TerminationCase
) -> None:
    letter = by_letter(house, case)
    walks.days_later(40)

    with pytest.raises(TransitionRefused, match="not before the day that it names"):
        registered.record_print(letter, by=house.by_manager)
    with pytest.raises(TransitionRefused, match=f"{case.reference}: Posted today"):
        print_runs.start_run([letter], by=house.by_manager)

    sending.take_back(walks.the_same(letter), by=house.by_manager)
    assert letter.notice is not None
    assert walks.again(letter.notice).state == NoticeState.APPROVED


def test_paper_is_printed_while_its_day_comes_after_its_receipt_and_again_when_it_was(
    house: House, case: TerminationCase
) -> None:
    letter = by_letter(house, case)
    assert letter.notice is not None and letter.notice.cure_ends_on is not None
    received = deemed.receipt_of(case.client, letter.channel, today(case)).on
    walks.days_later((letter.notice.cure_ends_on - received).days - 5)
    assert cure_dates.gives_too_little(fresh(case), letter.notice, letter.channel)
    assert not cure_standing.why_too_late(fresh(case), walks.the_same(letter))

    registered.record_print(letter, by=house.by_manager)
    walks.days_later(40)

    again = registered.record_print(walks.the_same(letter), by=house.by_manager)
    assert again.print_count == 2


def test_paper_is_printed_on_whatever_day_when_the_mail_arrived(
    house: House, case: TerminationCase
) -> None:
    notice = left(house, case, sends_letter=True)
    letter = walks.delivery_of(notice, Channel.REGISTERED_MAIL)
    walks.days_later(40)
    assert not cure_standing.why_too_late(fresh(case), letter)

    came_back(walks.delivery_of(notice, Channel.EMAIL))

    assert cure_standing.why_too_late(fresh(case), walks.the_same(letter))


def test_a_posting_is_undone_though_another_warning_has_a_receipt(
    house: House, case: TerminationCase
) -> None:
    first = left(house, case)
    confirmed(house, first)
    remedies.strike_remedy(remedy_of(case), by=house.by_manager, reason="Another client's points.")
    draft = cure_warning.draft_cure_warning(fresh(case), by=house.by_manager)
    draft = cure_warning.edit_cure_warning(
        draft,
        by=house.by_manager,
        expected_version=draft.version,
        parts={},
        sends_email=False,
        sends_registered_mail=True,
    )
    letter = walks.posted(house, walks.sent(house, draft))

    undone = registered.undo_posting(letter, by=house.by_manager)

    assert undone.state == DeliveryState.PRINTED and not remedy_of(case).stands


def test_a_mail_that_is_claimed_when_it_is_decided_stops_at_the_last_look(
    house: House, case: TerminationCase
) -> None:
    delivery = walks.delivery_of(walks.sent(house, drafted(house, case)), Channel.EMAIL)
    delivery = walks.became(delivery, DeliveryState.CLAIMED)
    evaluated(house, case)
    decisions.request_decision(case, by=house.by_manager)
    decisions.retain(fresh(case), by=house.by_lead, reason="They have paid.")

    stop = stop_of(fresh(case), walks.the_same(delivery))

    assert stop is not None and not stop.waits


def test_the_database_keeps_the_day_of_a_sealed_warning(
    house: House, case: TerminationCase
) -> None:
    notice = walks.approved(house, drafted(house, case))
    assert notice.kind == NoticeKind.CURE_WARNING and notice.letter is not None
    with pytest.raises(Exception, match="keeps its text"):
        Notice.objects.filter(pk=notice.pk).update(cure_ends_on=date(2030, 1, 1))
