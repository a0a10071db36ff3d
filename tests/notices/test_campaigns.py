"""A campaign: every client's own decision and letter, and one list, one rate, one stop for all."""

from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from accounts.actor import Actor
from audit import clock, verification
from audit.models import AuditEvent
from clients.models import Client
from notices import errands
from notices.letters import composing
from notices.mailing import lines as mail_lines
from notices.models import (
    CampaignEnclosure,
    CampaignLetter,
    Channel,
    Delivery,
    DeliveryState,
    Letter,
    LetterState,
    Message,
    MessageKind,
    Notice,
    NoticeState,
    Rendering,
)
from notices.outbox import claiming, dispatch, handing_over
from notices.reminding import reminders
from notices.services import (
    campaign_enclosures,
    campaign_letters,
    campaign_sending,
    drafting,
    print_runs,
    registered,
    sending,
)
from offboarding import policies
from offboarding.errors import CaseMovedOn, InvalidInput, NotAllowed, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import (
    Campaign,
    CampaignReviewItem,
    CampaignState,
    ClientState,
    Task,
    TaskKind,
    TerminationCase,
)
from offboarding.services import (
    campaign_cases,
    campaign_decisions,
    campaigns,
    cases,
    decisions,
    flags,
)
from tests.builders import House, a_case, a_client, an_invoice, fresh
from tests.notices import many_letters as many
from tests.notices import walks
from tests.notices.sheets import a_pdf
from tests.smtp_servers import SmtpServer

pytestmark = pytest.mark.django_db


def reasons(campaign: Campaign) -> dict[str, str]:
    return {row.reference: row.code for row in many.rows(campaign)}


def actions(campaign: Campaign) -> list[str]:
    events = AuditEvent.objects.filter(stream=f"campaign:{campaign.pk}").order_by("seq")
    return list(events.values_list("action", flat=True))


def later(time: timedelta) -> None:
    clock.move(clock.offset() + time)


# -- the list --------------------------------------------------------------------------------------


def test_every_client_that_cannot_come_in_is_listed_with_its_reason(house: House) -> None:
    [ok, open_case, held, other_line, nobody, no_mail, ink, paper] = many.clients_with_the_line(
        house, 8
    )
    a_case(house, client=open_case)
    kept = a_case(house, "retained", client=held)
    TerminationCase.objects.filter(pk=kept.pk).update(legal_hold_reason="A dispute of 2024")
    other_line.engagements.update(service_line="Tax")
    nobody.contacts.update(receives_notices=False)
    no_mail.contacts.update(email="")
    ink.engagements.update(notice_form="ink")
    paper.engagements.update(notice_method="registered_mail")
    a_client(house.office, house.other_team, house.outsider, reference="S-1")
    campaign = campaigns.plan_campaign(house.team, by=house.by_manager, **many.terms())
    written = [f"p-{number}" for number in range(1, 9)]

    added = campaigns.choose_references(
        campaign, [*written, "P-1", "S-1", "X-99", ""], by=house.by_manager
    )

    assert added == 10
    assert reasons(campaign) == {
        ok.reference: "",
        open_case.reference: "open_case",
        held.reference: "legal_hold",
        other_line.reference: "no_engagement",
        nobody.reference: "no_contact",
        no_mail.reference: "no_email",
        ink.reference: "ink",
        paper.reference: "method_named",
        "S-1": "unknown",
        "X-99": "unknown",
    }
    assert campaigns.choose_references(campaign, ["p-1", "x-99"], by=house.by_manager) == 0


def test_one_day_for_all_leaves_out_whoever_needs_more_time(house: House) -> None:
    clients = many.clients_with_the_line(house, 2)
    clients[1].engagements.update(notice_period_count=6, notice_period_unit="months")
    campaign = campaigns.plan_campaign(
        house.team, by=house.by_manager, **many.terms(effective_rule="same_day")
    )
    campaigns.choose_clients(campaign, Client.objects.all(), by=house.by_manager)
    assert reasons(campaign)["P-2"] == "too_early"

    campaigns.change_terms(
        campaign, by=house.by_manager, expected_version=1, effective_rule="earliest"
    )

    assert reasons(campaign)["P-2"] == ""
    first, second = (row.effective_on for row in many.rows(campaign)[-2:])
    assert second > first == campaign.effective_on
    with pytest.raises(CaseMovedOn):
        campaigns.change_terms(campaign, by=house.by_lead, expected_version=1, name="Other")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"by_email": False}, "by_email"),
        ({"reason_en": "We close {everything}."}, "reason_en"),
        ({"handover_de": "Bitte { melden."}, "handover_de"),
        ({"handover_en": "Call {client.pk}"}, "handover_en"),
        ({"handover_en": "Call {client.__class__}"}, "handover_en"),
        ({"handover_en": "Call {client:>99999}"}, "handover_en"),
        ({"handover_en": "Call {client!r}"}, "handover_en"),
        ({"fact_on": clock.today() + timedelta(days=3)}, "fact_on"),
        ({"leaves_on": clock.today() - timedelta(days=3)}, "leaves_on"),
        ({"effective_on": clock.today() + timedelta(days=1)}, "effective_on"),
    ],
)
def test_terms_that_cannot_be_kept_are_said_beside_their_field(
    house: House, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        campaigns.plan_campaign(house.team, by=house.by_manager, **many.terms(**changes))

    assert refused.value.field == field
    assert not Campaign.objects.exists()


def test_a_campaign_is_confirmed_as_it_was_shown_and_only_where_somebody_else_decides(
    house: House,
) -> None:
    campaign = many.planned(house, 2)
    with pytest.raises(TransitionRefused, match="2 can come in now"):
        campaigns.confirm(campaign, by=house.by_manager, chosen=3)
    a_case(house, client=Client.objects.get(reference="P-1"))
    with pytest.raises(TransitionRefused, match="1 can come in now"):
        campaigns.confirm(campaign, by=house.by_manager, chosen=2)
    house.team.memberships.filter(user=house.second_lead).delete()

    with pytest.raises(TransitionRefused, match="no second lead"):
        campaigns.confirm(campaign, by=house.by_lead, chosen=1)

    campaigns.confirm(campaign, by=house.by_manager, chosen=1)
    for refused in (
        lambda: campaigns.confirm(campaign, by=house.by_manager, chosen=1),
        lambda: campaigns.choose_references(campaign, ["P-9"], by=house.by_manager),
        lambda: campaigns.take_off_the_list(many.rows(campaign)[0], by=house.by_manager),
    ):
        with pytest.raises(TransitionRefused, match="confirmed"):
            refused()


# -- cases and decisions ---------------------------------------------------------------------------


def test_every_client_has_a_case_with_a_request_of_its_own_and_no_lead_a_pile_of_tasks(
    house: House,
) -> None:
    campaign = many.opened(house, 3)

    for row in many.rows(campaign):
        assert row.state == ClientState.OPENED
        assert row.case.effective_on == row.effective_on
        assert row.case.terms_read_by == house.manager
        assert row.case.current_decision.requested_by == house.manager
        joined = AuditEvent.objects.get(stream=f"case:{row.case.pk}", action="case.joined_campaign")
        assert joined.details == {"campaign": campaign.pk}
    assert not Task.objects.filter(kind=TaskKind.DECIDE).exists()
    assert verification.verify().is_whole


def test_a_worker_that_dies_in_the_midst_leaves_a_whole_case_or_none(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = many.planned(house, 3)
    campaigns.confirm(campaign, by=house.by_manager, chosen=3)
    ask = decisions.request_decision
    calls = []

    def die_at_the_second(case, **said):
        calls.append(case)
        if len(calls) == 2:
            raise SystemExit("killed")
        return ask(case, **said)

    monkeypatch.setattr(decisions, "request_decision", die_at_the_second)
    with pytest.raises(SystemExit):
        errands.carry_out(most_seconds=60)
    assert TerminationCase.objects.count() == 1
    many.work()
    many.work()

    assert TerminationCase.objects.count() == 3
    assert {row.state for row in many.rows(campaign)} == {ClientState.OPENED}
    assert verification.verify().is_whole


def test_a_client_that_another_worker_has_in_hand_is_left_to_it(house: House) -> None:
    campaign = many.planned(house, 1)
    campaigns.confirm(campaign, by=house.by_manager, chosen=1)
    [(key, seen)] = campaign_cases.clients_waiting(5)

    assert campaign_cases.open_case_of(key, attempts_seen=seen)
    assert not campaign_cases.open_case_of(key, attempts_seen=seen)
    assert TerminationCase.objects.count() == 1


def test_what_changed_after_the_confirmation_leaves_a_client_out(house: House) -> None:
    campaign = many.planned(house, 2)
    campaigns.confirm(campaign, by=house.by_manager, chosen=2)
    a_case(house, client=Client.objects.get(reference="P-2"))

    many.work()

    assert reasons(campaign) == {"P-1": "", "P-2": "open_case"}
    assert "campaign.client_left_out" in actions(campaign)


def test_somebody_who_left_the_team_opens_no_more_cases(house: House) -> None:
    campaign = many.planned(house, 1)
    campaigns.confirm(campaign, by=house.by_manager, chosen=1)
    house.team.memberships.filter(user=house.manager).delete()

    many.work()

    [row] = many.rows(campaign)
    assert (row.state, row.code) == (ClientState.LEFT_OUT, "refused")
    assert not TerminationCase.objects.exists()


def test_a_list_of_decisions_is_one_decision_for_each_case_by_a_second_person(
    house: House,
) -> None:
    campaign = many.opened(house, 3)
    with pytest.raises(NotAllowed):
        many.decide(house, campaign, by=house.by_manager)
    many.decide(house, campaign)
    many.work()

    for row in many.rows(campaign):
        assert row.case.state == "notice"
        assert row.case.current_decision.decided_by == house.lead
        assert row.case.current_decision.reason == "The line closes for everybody."
    [event] = AuditEvent.objects.filter(action="campaign.decisions_reviewed")
    assert event.details["listed"] == 3


def test_two_leads_with_the_same_list_are_one_decision_and_the_second_is_told_who(
    house: House,
) -> None:
    campaign = many.opened(house, 2)
    seen = campaign_decisions.seen_of(campaign_decisions.to_review(campaign, house.second_lead))
    many.decide(house, campaign)

    with pytest.raises(TransitionRefused, match="Leo Lead has answered this already") as refused:
        campaign_decisions.decide_list(
            campaign,
            by=house.by_second_lead,
            seen=seen,
            list_sha256=campaigns.hash_of_list(seen),
            chosen=list(seen),
            note="",
        )

    assert len(refused.value.reasons) == 2
    assert CampaignReviewItem.objects.count() == 2


def test_a_case_that_moved_after_the_list_was_answered_keeps_what_happened_to_it(
    house: House,
) -> None:
    campaign = many.opened(house, 2)
    many.decide(house, campaign)
    moved = many.rows(campaign)[0].case
    decisions.retain(fresh(moved), by=house.by_second_lead, reason="They take the new service.")

    many.work()

    assert fresh(moved).state == "retained"
    states = dict(CampaignReviewItem.objects.values_list("member__case", "state"))
    assert states[moved.pk] == "refused"
    assert list(states.values()).count("done") == 1


# -- letters ---------------------------------------------------------------------------------------


def test_each_letter_is_written_from_the_template_and_waits_with_its_pages(house: House) -> None:
    campaign = many.decided(house, 2)

    for row in many.rows(campaign):
        notice = row.letter.notice
        assert notice.state == NoticeState.AWAITING_APPROVAL
        assert notice.author == house.manager
        assert "We close our payroll service for all clients on " in notice.parts["reason"]
        assert not notice.sends_registered_mail
        assert "link in our e-mail" in notice.parts["receipt"]
    assert len({row.letter.text_key for row in many.rows(campaign)}) == 1
    assert not Task.objects.filter(kind=TaskKind.APPROVE).exists()
    assert not Rendering.objects.filter(purpose="preview").exists()
    assert set(Rendering.objects.values_list("is_bulk", flat=True)) == {True}


def test_one_decision_made_on_the_case_itself_orders_its_letter_too(house: House) -> None:
    campaign = many.opened(house, 2)
    decisions.decide_to_end(many.rows(campaign)[0].case, by=house.by_lead)

    many.work()

    assert CampaignLetter.objects.get().notice.case == many.rows(campaign)[0].case


def test_a_letter_that_the_checks_block_stays_a_draft_for_a_person(house: House) -> None:
    campaign = many.opened(house, 2)
    house.office.signatories.all().delete()
    many.decide(house, campaign)
    many.work()

    for row in many.rows(campaign):
        assert row.letter.state == LetterState.STUCK
        assert "who signs" in row.letter.problem
        assert row.letter.notice.state == NoticeState.DRAFT


def test_a_list_of_letters_is_an_approval_for_each_over_the_bytes_that_were_listed(
    house: House,
) -> None:
    campaign = many.decided(house, 3)
    seen = many.letters_seen(house, campaign)
    many.approve(house, campaign, seen)
    many.work()

    for row in many.rows(campaign):
        notice = row.letter.notice
        assert notice.state == NoticeState.APPROVED
        assert notice.approved_by == house.lead
        assert Letter.objects.get(notice=notice).sha256 == seen[row.pk]
        told = AuditEvent.objects.get(
            stream=f"case:{row.case.pk}", action="notice.approved_on_a_list"
        )
        assert told.details["list_sha256"] == campaigns.hash_of_list(seen)
    assert verification.verify().is_whole


def test_a_letter_that_changed_after_the_list_was_shown_is_named_and_nothing_is_approved(
    house: House,
) -> None:
    campaign = many.decided(house, 3)
    seen = many.letters_seen(house, campaign)
    changed = many.rows(campaign)[1].letter.notice
    drafting.edit_notice(
        changed,
        by=house.by_manager,
        expected_version=changed.version,
        parts={"handover": "We hand over to whoever you name."},
    )

    with pytest.raises(TransitionRefused) as refused:
        many.approve(house, campaign, seen)

    [reason] = refused.value.reasons
    assert reason.text == (
        f"Bakery 2 ({changed.case.reference}) has changed since you opened the list."
    )
    assert not CampaignReviewItem.objects.filter(kind="letters").exists()
    with pytest.raises(TransitionRefused, match="not the list that was shown"):
        campaign_letters.approve_list(
            campaign, by=house.by_lead, seen=seen, list_sha256="0" * 64, chosen=list(seen)
        )


def test_a_letter_that_changes_or_is_warned_of_before_its_record_is_not_approved(
    house: House,
) -> None:
    campaign = many.decided(house, 3)
    many.approve(house, campaign, many.letters_seen(house, campaign))
    changed, warned, _plain = [row.letter.notice for row in many.rows(campaign)]
    drafting.edit_notice(
        changed, by=house.by_manager, expected_version=changed.version, parts={"ours": "Nothing."}
    )
    client = warned.case.client
    renamed = f"{client.legal_name}rs"
    Client.objects.filter(pk=client.pk).update(legal_name=renamed, display_name=renamed)

    many.work()

    states = list(CampaignReviewItem.objects.filter(kind="letters").values_list("state", flat=True))
    assert sorted(states) == ["done", "refused", "refused"]
    assert Notice.objects.get(pk=changed.pk).state == NoticeState.DRAFT
    assert Notice.objects.get(pk=warned.pk).state == NoticeState.AWAITING_APPROVAL
    refused = CampaignReviewItem.objects.get(member__letter__notice=warned, kind="letters")
    assert "is nearly the client's name" in refused.reason


def test_letters_with_a_warning_or_changed_by_hand_are_approved_one_by_one(house: House) -> None:
    campaign = many.decided(house, 3)
    warned, by_hand, _plain = many.rows(campaign)
    CampaignLetter.objects.filter(pk=warned.letter.pk).update(warning_count=1)
    CampaignLetter.objects.filter(pk=by_hand.letter.pk).update(written_version=1)

    listed = [row.pk for row in campaign_letters.to_review(campaign, house.lead)]
    alone = [row.pk for row in campaign_letters.one_by_one(campaign, house.lead)]

    assert listed == [many.rows(campaign)[2].pk]
    assert alone == [warned.pk, by_hand.pk]
    assert not campaign_letters.to_review(campaign, house.manager).exists()


def test_open_money_and_another_date_do_not_make_another_letter_but_other_words_do(
    house: House,
) -> None:
    clients = many.clients_with_the_line(house, 3)
    for client in clients[:2]:
        an_invoice(client, f"{client.reference}-1", amount_cents=100 * client.pk)
    an_invoice(clients[1], "another-1", amount_cents=123)
    clients[1].engagements.update(notice_period_count=90)
    campaign = campaigns.plan_campaign(house.team, by=house.by_manager, **many.terms())
    campaigns.choose_clients(
        campaign, Client.objects.filter(reference__startswith="P-"), by=house.by_manager
    )
    campaigns.confirm(campaign, by=house.by_manager, chosen=3)
    many.work()
    many.decide(house, campaign)
    many.work()

    keys = [row.letter.text_key for row in many.rows(campaign)]

    assert keys[0] == keys[1] != keys[2]


# -- departure -------------------------------------------------------------------------------------


@pytest.fixture
def server(settings):
    """A mail server of the test's own."""
    with SmtpServer() as started:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", started.port
        yield started
        mail_lines.close()


def departures(campaign: Campaign) -> list[Delivery]:
    return list(
        Delivery.objects.filter(notice__campaign_letter__member__campaign=campaign)
        .defer("mime")
        .order_by("departs_at", "pk")
    )


def test_letters_leave_at_the_set_rate_and_one_mail_of_somebody_else_is_not_kept_waiting(
    house: House, server: SmtpServer
) -> None:
    row = many.leaving(house, 5, rate=6)
    mine = walks.delivery_of(walks.sent(house), "email")
    times = [one.departs_at for one in departures(row.campaign)]
    gaps = [(after - before).total_seconds() for before, after in pairwise(times)]
    assert all(gap >= 9.9 for gap in gaps)

    dispatch.drain()

    recipients = [mail.recipient for mail in server.mails]
    assert recipients == [mine.recipient_email, "anna1@example.com"]
    later(timedelta(minutes=10))
    dispatch.drain()
    assert len(server.mails) == 6


def test_only_the_next_minute_stands_in_the_outbox(house: House, settings) -> None:
    settings.OUTBOX_DELAY_MINUTES = 10
    row = many.leaving(house, 5, rate=1)

    waiting = departures(row.campaign)

    assert len(waiting) == 2
    assert waiting[0].departs_at - clock.now() > timedelta(minutes=9)
    later(timedelta(minutes=2))
    many.work()
    assert len(departures(row.campaign)) == 4


def test_a_pause_holds_what_has_not_left_and_a_resume_spreads_it_anew(
    house: House, server: SmtpServer
) -> None:
    row = many.leaving(house, 4, rate=6)
    dispatch.drain()
    claimed = claiming.claim()
    campaign_sending.pause(row.campaign, by=house.by_lead)
    later(timedelta(minutes=30))
    many.work()
    dispatch.drain()
    assert len(server.mails) == 1
    assert [one.is_paused for one in departures(row.campaign)[1:]] == [True] * 3
    assert not claimed

    campaign_sending.resume(row.campaign, by=house.by_lead, rate_per_minute=6)
    dispatch.drain()

    assert len(server.mails) == 2
    later(timedelta(minutes=1))
    dispatch.drain()
    assert len(server.mails) == 4
    assert actions(row.campaign)[-2:] == ["campaign.sending_paused", "campaign.sending_resumed"]


def test_a_pause_holds_letters_on_paper_too(house: House) -> None:
    row = many.leaving(house, 1, by_registered_mail=True)
    walks.set_pages(Notice.objects.get())
    letter = walks.delivery_of(Notice.objects.get(), Channel.REGISTERED_MAIL)
    campaign_sending.pause(row.campaign, by=house.by_lead)

    with pytest.raises(TransitionRefused, match="paused"):
        registered.record_print(letter, by=house.by_manager)
    with pytest.raises(TransitionRefused, match="paused"):
        print_runs.start_run([letter], by=house.by_manager)

    campaign_sending.resume(row.campaign, by=house.by_lead, rate_per_minute=60)
    assert print_runs.start_run([letter], by=house.by_manager).letters.count() == 1


def test_a_mail_that_was_claimed_before_the_pause_does_not_leave(
    house: House, server: SmtpServer
) -> None:
    row = many.leaving(house, 1)
    claimed = claiming.claim()
    campaign_sending.pause(row.campaign, by=house.by_lead)

    once = iter([claimed])
    dispatch.hand_over(lambda: next(once, {}))

    assert not server.mails
    [key] = claimed
    assert Delivery.objects.get(pk=key).state == DeliveryState.CLAIMED


def test_a_letter_that_reaches_the_outbox_during_a_pause_is_not_possible(house: House) -> None:
    campaign = many.approved(house, 2)
    row = campaign_sending.start(campaign, by=house.by_lead, rate_per_minute=60)
    campaign_sending.pause(campaign, by=house.by_lead)

    [(key, seen), _other] = campaign_sending.next_letters(row, 5)

    assert not campaign_sending.queue_letter(row, key, attempts_seen=seen)
    assert not departures(campaign)


def test_the_rest_of_a_cancelled_campaign_is_taken_back_and_stays_on_record(
    house: House, server: SmtpServer
) -> None:
    row = many.leaving(house, 3, rate=6)
    dispatch.drain()

    campaign_sending.cancel(row.campaign, by=house.by_lead, reason="The line is sold instead.")
    many.work()
    later(timedelta(hours=1))
    many.work()
    dispatch.drain()

    assert len(server.mails) == 1
    states = [one.state for one in departures(row.campaign)]
    assert states == [DeliveryState.ACCEPTED] + [DeliveryState.TAKEN_BACK] * 2
    assert Campaign.objects.get().state == CampaignState.CANCELLED
    with pytest.raises(TransitionRefused, match="was cancelled"):
        campaign_sending.resume(row.campaign, by=house.by_lead, rate_per_minute=5)
    assert verification.verify().is_whole


def test_a_letter_that_somebody_took_back_is_not_sent_again_by_the_campaign(
    house: House,
) -> None:
    row = many.leaving(house, 1)
    [delivery] = departures(row.campaign)
    sending.take_back(walks.the_same(delivery), by=house.by_manager)

    many.work()

    assert [one.state for one in departures(row.campaign)] == [DeliveryState.TAKEN_BACK]


def test_a_case_that_is_disputed_or_on_hold_stops_its_own_letter_only(house: House) -> None:
    campaign = many.approved(house, 3)
    disputed, held, _plain = (row.case for row in many.rows(campaign))
    flags.dispute(fresh(disputed), by=house.by_manager, reason="They object.")
    flags.hold(
        fresh(held), by=house.by_manager, until=clock.today() + timedelta(days=9), reason="Talks"
    )
    campaign_sending.start(campaign, by=house.by_lead, rate_per_minute=60)

    many.work()

    letters = list(CampaignLetter.objects.order_by("pk"))
    assert [one.state for one in letters] == ["stuck", "stuck", "queued"]
    assert letters[0].problem == "The case is disputed."
    assert len(departures(campaign)) == 1


def test_sending_begins_once_with_a_possible_rate_and_something_approved(house: House) -> None:
    campaign = many.decided(house, 1)
    with pytest.raises(TransitionRefused, match="No letter is approved"):
        campaign_sending.start(campaign, by=house.by_lead, rate_per_minute=60)
    with pytest.raises(TransitionRefused, match="do not leave yet"):
        campaign_sending.pause(campaign, by=house.by_lead)
    many.approve(house, campaign, many.letters_seen(house, campaign))
    many.work()
    for rate in (0, 100_000):
        with pytest.raises(InvalidInput, match="between 1 and"):
            campaign_sending.start(campaign, by=house.by_lead, rate_per_minute=rate)
    campaign_sending.start(campaign, by=house.by_lead, rate_per_minute=60)
    with pytest.raises(TransitionRefused, match="leave already"):
        campaign_sending.start(campaign, by=house.by_lead, rate_per_minute=60)


def test_reminders_leave_at_the_campaigns_rate_too(house: House, server: SmtpServer) -> None:
    row = many.leaving(house, 4, rate=6)
    later(timedelta(minutes=5))
    dispatch.drain()
    server.mails.clear()
    later(timedelta(days=20))
    while reminders.sweep():
        pass

    asked = Delivery.objects.filter(message__kind=MessageKind.REMINDER).order_by("departs_at")
    times = [one.departs_at for one in asked]
    assert len(times) == 4
    assert all((after - before).total_seconds() >= 9.9 for before, after in pairwise(times))
    dispatch.drain()
    assert len(server.mails) == 1
    later(timedelta(minutes=1))
    dispatch.drain()
    assert len(server.mails) == 4
    assert row.rate_per_minute == 6


def test_a_single_mail_leaves_with_the_next_claim_while_two_thousand_of_many_are_due(
    house: House,
) -> None:
    case = a_case(house, State.NOTICE)
    message = Message.objects.create(case=case, kind=MessageKind.REMINDER, text="?", html="?")
    Delivery.objects.bulk_create(
        Delivery(
            case=case,
            message=message,
            channel=Channel.EMAIL,
            recipient_email=f"n{number}@example.com",
            is_bulk=True,
            departs_at=clock.now() - timedelta(hours=1),
        )
        for number in range(2_000)
    )
    mine = walks.delivery_of(walks.sent(house, walks.a_draft(house, case)), "email")

    claimed = claiming.claim()

    assert mine.pk in claimed
    assert len(claimed) == claiming.CLAIM_SIZE
    assert handing_over.load(claimed)[0].pk == mine.pk


# -- who may ---------------------------------------------------------------------------------------


def test_managers_prepare_leads_answer_and_send_others_see_nothing(house: House) -> None:
    campaign = many.planned(house, 1)
    may = {
        person: {
            name.removeprefix("offboarding.")
            for name in policies.OF_A_CAMPAIGN
            if policies.may_on_campaign(Actor.person(person), name, campaign)
        }
        for person in (house.manager, house.lead, house.auditor, house.admin, house.other_lead)
    }

    assert may == {
        house.manager: {"read_campaign", "prepare_campaign"},
        house.lead: {"read_campaign", "prepare_campaign", "review_campaign", "send_campaign"},
        house.auditor: {"read_campaign"},
        house.admin: set(),
        house.other_lead: set(),
    }
    for person, allowed in may.items():
        sees = policies.campaigns_visible_to(person).exists()
        assert sees is ("read_campaign" in allowed)
    assert not policies.may_on_campaign(Actor.machine("x"), "offboarding.read_campaign", campaign)
    for verb in (campaign_sending.pause, campaign_sending.resume):
        rate = {"rate_per_minute": 5} if verb is campaign_sending.resume else {}
        with pytest.raises(NotAllowed):
            verb(campaign, by=house.by_manager, **rate)


def test_a_row_whose_case_was_restricted_is_hidden_from_whoever_may_not_read_it(
    house: House,
) -> None:
    campaign = many.opened(house, 2)
    case = many.rows(campaign)[0].case
    TerminationCase.objects.filter(pk=case.pk).update(owner=house.second_lead)
    cases.restrict(fresh(case), [], by=house.by_lead)

    assert policies.campaign_clients_visible_to(house.manager).count() == 1
    assert policies.campaign_clients_visible_to(house.auditor).count() == 1
    assert policies.campaign_clients_visible_to(house.lead).count() == 2
    assert not policies.campaign_clients_visible_to(house.outsider).exists()


def test_a_sensitive_ground_is_not_for_a_campaign(house: House) -> None:
    house.ground.is_sensitive = True
    house.ground.save()

    with pytest.raises(InvalidInput, match="one by one"):
        campaigns.plan_campaign(
            house.team, by=house.by_manager, **many.terms(ground=house.ground, reason_en="")
        )


def test_a_ground_that_states_no_reason_takes_none_from_the_campaign(house: House) -> None:
    house.ground.disclosure = "neutral"
    house.ground.save()

    with pytest.raises(InvalidInput, match="not to state the reason"):
        campaigns.plan_campaign(house.team, by=house.by_manager, **many.terms(ground=house.ground))


def test_another_teams_person_prepares_nothing_here(house: House) -> None:
    with pytest.raises(NotAllowed):
        campaigns.plan_campaign(house.team, by=Actor.person(house.outsider), **many.terms())


# -- what goes wrong on the way --------------------------------------------------------------------


def test_a_letter_that_breaks_again_and_again_is_left_to_a_person_and_the_others_leave(
    house: House, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = many.approved(house, 3)
    broken = CampaignLetter.objects.order_by("pk")[0]
    send = sending.send_notice
    tried = []

    def breaks(notice: Notice, **said):
        if notice.pk == broken.notice_id:
            tried.append(notice.pk)
            raise RuntimeError("a disk is full")
        return send(notice, **said)

    monkeypatch.setattr(sending, "send_notice", breaks)
    campaign_sending.start(campaign, by=house.by_lead, rate_per_minute=600)

    for _round in range(20):
        errands.carry_out(most_seconds=5)
    later(timedelta(minutes=2))
    dispatch.drain()

    broken.refresh_from_db()
    assert len(tried) == campaign_sending.MOST_ATTEMPTS
    assert broken.state == LetterState.STUCK
    assert "failed several times" in broken.problem
    assert len(server.mails) == 2
    asked = Task.objects.filter(origin__startswith=f"campaign:{campaign.pk}:not-sent:")
    assert {one.assignee for one in asked} == {house.manager, house.lead, house.second_lead}
    assert broken.notice.state == NoticeState.APPROVED


def test_what_was_cancelled_by_somebody_who_left_is_taken_back_and_the_leads_are_told(
    house: House, server: SmtpServer
) -> None:
    row = many.leaving(house, 3, rate=6)
    campaign_sending.cancel(row.campaign, by=house.by_lead, reason="The line is sold instead.")
    house.lead.memberships.all().delete()

    many.work()
    later(timedelta(hours=1))
    dispatch.drain()

    assert [one.state for one in departures(row.campaign)] == [DeliveryState.TAKEN_BACK] * 3
    assert not server.mails
    assert {one.state for one in Notice.objects.all()} == {NoticeState.APPROVED}
    asked = Task.objects.filter(origin__startswith=f"campaign:{row.campaign_id}:taken-back:")
    assert {one.assignee for one in asked} == {house.manager, house.second_lead}
    again = sending.send_notice(
        Notice.objects.select_related("case__client__office").first(), by=house.by_second_lead
    )
    assert [one.state for one in again] == [DeliveryState.QUEUED]
    assert verification.verify().is_whole


# -- what every letter encloses --------------------------------------------------------------------


GUIDE = a_pdf(2)


def a_file(content: bytes = GUIDE, name: str = "guide.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def enclosing(house: House, count: int = 2) -> Campaign:
    campaign = many.planned(house, count)
    campaign_enclosures.enclose(
        campaign, by=house.by_manager, file=a_file(), title="Guide to the change"
    )
    campaigns.confirm(campaign, by=house.by_manager, chosen=count)
    many.work()
    many.decide(house, campaign)
    many.work()
    many.set_every_page()
    return campaign


def test_every_letter_of_a_campaign_seals_and_carries_what_it_encloses(house: House) -> None:
    campaign = enclosing(house)
    many.approve(house, campaign, many.letters_seen(house, campaign))
    many.work()
    campaign_sending.start(campaign, by=house.by_lead, rate_per_minute=60)
    many.work()

    for mail in departures(campaign):
        [one] = mail.notice.enclosures.all()
        assert bytes(one.pdf) == GUIDE
        assert one.title == "Guide to the change"
        assert composing.letter_content(walks.again(mail.notice)).enclosures[0] == one.title
        assert not handing_over.difference(Delivery.objects.get(pk=mail.pk))
    assert len(departures(campaign)) == 2
    with pytest.raises(TransitionRefused, match="is confirmed"):
        campaign_enclosures.take_out(campaign.enclosures.get(), by=house.by_manager)
    assert verification.verify().is_whole


def test_a_changed_enclosure_is_written_into_no_letter(house: House) -> None:
    campaign = many.planned(house, 1)
    row = campaign_enclosures.enclose(
        campaign, by=house.by_manager, file=a_file(), title="Guide to the change"
    )
    CampaignEnclosure.objects.filter(pk=row.pk).update(pdf=a_pdf(1))
    campaigns.confirm(campaign, by=house.by_manager, chosen=1)
    many.work()
    many.decide(house, campaign)
    many.work()

    letter = CampaignLetter.objects.get()
    assert letter.state == LetterState.STUCK
    assert "was changed" in letter.problem
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("file", "title", "field", "sentence"),
    [
        (a_file(), "  ", "title", "Name the enclosure"),
        (a_file(b""), "Guide", "file", "empty"),
        (a_file(b"%PDF-1.7 broken"), "Guide", "file", "does not open"),
        (a_file(b"a,b", "list.csv"), "Guide", "file", "Only a PDF"),
        (a_file(b"%PDF-" + b"0" * 1024 * 1024), "Guide", "file", "together may have 1 MB"),
    ],
)
def test_what_a_campaign_cannot_enclose_is_said_beside_it(
    house: House, file: SimpleUploadedFile, title: str, field: str, sentence: str
) -> None:
    campaign = many.planned(house, 1)
    with pytest.raises(InvalidInput, match=sentence) as refused:
        campaign_enclosures.enclose(campaign, by=house.by_manager, file=file, title=title)
    assert refused.value.field == field
    assert not campaign.enclosures.exists()


def test_enclosures_are_seen_and_changed_on_the_campaigns_page(
    house: House, client: Browser
) -> None:
    campaign = many.planned(house, 1)
    client.force_login(house.manager)
    place = f"/campaigns/{campaign.pk}/enclosures/"
    done = client.post(place, {"file": a_file(), "title": "Guide", "key": str(uuid.uuid4())})
    assert done.status_code == 303
    assert f"{place}1.pdf" in client.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert client.get(f"{place}1.pdf").content == GUIDE
    again = client.post(place, {"file": a_file(), "title": "Guide", "key": str(uuid.uuid4())})
    assert again.status_code == 422
    client.post(f"{place}1/removal/", {"key": str(uuid.uuid4())})
    assert not campaign.enclosures.exists()
