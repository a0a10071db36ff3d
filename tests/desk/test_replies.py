"""Reactions with what they pause, calm replies with their breather, and the team's text blocks."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from audit import clock
from notices.models import Delivery, DeliveryState, Message, MessageKind, Reply, TextBlock
from notices.outbox import stops
from notices.receipts import chasing
from notices.services import answering, replying, sending, text_blocks
from offboarding.errors import NotAllowed, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import TerminationCase
from offboarding.services import flags, follow_ups, learning
from tests.builders import House, a_case, a_house, fresh
from tests.desk.pages import AS_TEXT, HOSTILE, actions, page, send
from tests.notices import walks

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def case(house: House, client: Client) -> TerminationCase:
    client.force_login(house.manager)
    return a_case(house, State.NOTICE)


def logged(house: House, case: TerminationCase, kind: str, note: str = "") -> Any:
    today = clock.today(case.time_zone)
    return learning.log_reaction(
        fresh(case), by=house.by_manager, kind=kind, noticed_on=today, note=note
    )


def a_reply(house: House, case: TerminationCase, kind: str = "anger") -> Reply:
    """A reply to a reaction whose gaps are filled in."""
    reply = replying.begin_reply(
        fresh(case), by=house.by_manager, reaction=logged(house, case, kind)
    )
    return replying.edit_reply(
        reply, by=house.by_manager, expected_version=1, subject="Your call", text="You get it."
    )


def act(client: Client, reply: Reply, place: str = "", **said: Any) -> HttpResponse:
    """Send a form of a reply's page, at the version that it shows."""
    fields = {"reply_version": Reply.objects.get(pk=reply.pk).version} | said
    return send(client, reply.case, f"replies/{reply.pk}/{place}", fields)


def again(reply: Reply) -> Reply:
    return Reply.objects.select_related("delivery", "case").get(pk=reply.pk)


# -- calm replies ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    ["acceptance", "disappointment", "anger", "negotiation", "threat_of_claim", "silence"],
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_reaction_has_calm_words_that_the_checks_let_pass(
    house: House, kind: str, language: str
) -> None:
    block = text_blocks.calm_reply(house.team, kind, language)

    assert block is not None and "…" in block.text
    found = text_blocks.findings_of(block.text, language)
    assert [one.text for one in found if one.level != "hint"] == []


def test_a_reaction_leads_to_a_draft_that_is_changed_looked_at_and_sent(
    client: Client, house: House, case: TerminationCase
) -> None:
    answer = send(client, case, "reactions/", {"kind": "disappointment"})
    shown = client.get(answer["Location"]).content.decode()
    row = case.reactions.get()
    assert f"reactions/{row.pk}/reply/" in shown and "Begin a calm reply" in shown

    begun = send(client, case, f"reactions/{row.pk}/reply/")
    assert send(client, case, f"reactions/{row.pk}/reply/")["Location"] == begun["Location"]
    reply = Reply.objects.get()
    shown = client.get(begun["Location"]).content.decode()
    assert "I hear that this is not what you had hoped for" in shown
    assert "A gap is left to fill in: …" in shown
    assert act(client, reply, "send/").status_code == 409

    for gap in ("{first_name}", "&lt;Date&gt;", "XX.XX.XXXX"):
        act(client, reply, subject="Our talk", text=f"We finish {unescape(gap)}.")
        assert f"A gap is left to fill in: {gap}" in page(client, case, f"replies/{reply.pk}/")
        assert act(client, reply, "send/").status_code == 409

    assert act(client, reply, subject="", text="Kept words").status_code == 422
    assert act(client, reply, subject="Our talk", text="We finish by May.").status_code == 303
    shown = page(client, case, f"replies/{reply.pk}/")
    assert "Dear Jane Adams," in shown and "We finish by May." in shown
    assert act(client, reply, "send/").status_code == 303

    reply = again(reply)
    assert reply.delivery is not None
    message = Message.objects.get(case=case)
    assert (message.kind, message.subject) == (MessageKind.REPLY, "Our talk")
    assert reply.delivery.recipient_email == "jane.adams@example.com"
    assert "reply.queued" in actions(case)


def test_an_answer_to_anger_waits_half_an_hour_and_can_be_taken_back(
    client: Client, house: House, case: TerminationCase
) -> None:
    reply = a_reply(house, case)

    assert act(client, reply, "send/").status_code == 303
    assert act(client, reply, "send/").status_code == 303

    first = again(reply).delivery
    assert first is not None
    assert first.departs_at > clock.now() + timedelta(minutes=29)
    shown = page(client, case, f"replies/{reply.pk}/")
    assert "half an hour" in shown and "Take it back" in shown
    assert act(client, reply, subject="x", text="y").status_code == 409

    assert act(client, reply, "take-back/").status_code == 303
    assert again(reply).is_draft
    assert act(client, reply, subject="Calmer", text="Shall we talk?").status_code == 303
    assert act(client, reply, "send/").status_code == 303
    second = again(reply).delivery
    assert second is not None and second.pk != first.pk
    assert Delivery.objects.get(pk=first.pk).state == DeliveryState.TAKEN_BACK
    assert second.departs_at > clock.now() + timedelta(minutes=29)


def test_an_answer_to_a_question_waits_too_while_the_last_word_was_anger(
    house: House, case: TerminationCase
) -> None:
    logged(house, case, "anger")
    asked = follow_ups.ask_question(fresh(case), by=house.by_manager, text="Why?")
    late = answering.answer_by_email(asked, by=house.by_manager, answer="Because.")
    logged(house, case, "acceptance")
    other = follow_ups.ask_question(fresh(case), by=house.by_manager, text="When?")
    soon = answering.answer_by_email(other, by=house.by_manager, answer="In May.")

    assert late is not None and late.departs_at > clock.now() + timedelta(minutes=29)
    assert soon is not None and soon.departs_at <= clock.now()


def test_two_who_write_one_reply_lose_nothing(
    client: Client, house: House, case: TerminationCase
) -> None:
    reply = a_reply(house, case, "silence")
    replying.edit_reply(
        reply, by=house.by_lead, expected_version=2, subject="Theirs", text="The lead's words."
    )

    answer = act(client, reply, subject="Mine", text="My own words.", reply_version=2)

    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Leo Lead changed this reply meanwhile" in text
    assert "My own words." in text and "The lead&#x27;s words." in text
    assert act(client, reply, "send/", reply_version=2).status_code == 409


def test_words_that_were_refused_once_do_not_write_over_what_somebody_saved_meanwhile(
    client: Client, house: House, case: TerminationCase
) -> None:
    reply = a_reply(house, case, "silence")
    replying.edit_reply(
        reply, by=house.by_lead, expected_version=2, subject="Theirs", text="The lead's words."
    )

    refused = act(client, reply, subject="", text="My own words.", reply_version=2)

    assert refused.status_code == 422
    form = refused.content.decode().partition('id="id_subject"')[0]
    assert 'name="reply_version" value="2"' in form
    assert act(client, reply, reply_version="").status_code == 422


def test_words_that_blame_stop_a_reply_and_typed_text_is_text(
    client: Client, house: House, case: TerminationCase
) -> None:
    reply = a_reply(house, case, "silence")
    act(client, reply, subject=HOSTILE[:140], text=f"You have failed to pay. {HOSTILE}")

    shown = page(client, case, f"replies/{reply.pk}/")
    assert AS_TEXT in shown and HOSTILE not in shown
    assert "Words to look at" in shown
    assert act(client, reply, "send/").status_code == 409


def test_a_reply_is_for_who_works_on_the_case(
    client: Client, house: House, case: TerminationCase
) -> None:
    reply = a_reply(house, case, "silence")
    client.force_login(house.auditor)
    assert "You get it." in page(client, case, f"replies/{reply.pk}/")
    assert act(client, reply, "send/").status_code == 403
    client.force_login(house.outsider)
    assert act(client, reply, "send/").status_code == 404
    assert not Message.objects.exists()


# -- what a reaction pauses ------------------------------------------------------------------------


def test_a_threat_of_claim_holds_sending_and_deletion_until_a_lead_decides(
    client: Client, house: House
) -> None:
    notice = walks.sent(house)
    case = notice.case
    waiting = notice.deliveries.get(channel="email")
    logged(house, case, "threat_of_claim", "My lawyer will write to you.")

    case = fresh(case)
    assert case.is_sending_held and case.legal_hold_reason == "My lawyer will write to you."
    stop = stops.stop_of(case, walks.the_same(waiting))
    assert stop is not None and stop.waits
    leads = {task.assignee for task in case.tasks.filter(origin__startswith="threat:")}
    assert leads == {house.lead, house.second_lead}
    client.force_login(house.manager)
    assert "nothing is sent" in page(client, case)
    assert send(client, case, "sending/", {"reason": "x"}).status_code == 403
    with pytest.raises(TransitionRefused, match="A claim was threatened"):
        sending.send_again(
            walks.became(waiting, DeliveryState.UNCERTAIN), by=house.by_lead, reason="Again."
        )

    client.force_login(house.lead)
    assert send(client, case, "sending/", {"reason": " "}).status_code == 422
    assert send(client, case, "sending/", {"reason": "Counsel agrees."}).status_code == 303

    case = fresh(case)
    assert not case.is_sending_held and case.legal_hold_reason
    assert stops.stop_of(case, walks.the_same(waiting)) is None
    assert not case.tasks.filter(origin__startswith="threat:", done_at=None).exists()


def test_a_reply_does_not_leave_while_a_claim_is_threatened(
    client: Client, house: House, case: TerminationCase
) -> None:
    reply = a_reply(house, case, "threat_of_claim")

    answer = act(client, reply, "send/")

    assert answer.status_code == 409
    assert "until a team lead lets it go on" in answer.content.decode()
    assert not Message.objects.exists()


def test_a_negotiation_lets_reminders_wait_for_a_week(
    client: Client, house: House, case: TerminationCase
) -> None:
    logged(house, case, "negotiation", "They offer to pay half.")
    now = fresh(case)

    assert chasing.stop_of(now) is chasing.Stop.NEGOTIATION
    assert now.reminders_paused_until == clock.today(case.time_zone) + timedelta(days=7)
    assert "Negotiating: no reminder before" in page(client, case)
    walks.days_later(8)
    assert chasing.stop_of(fresh(case)) is None
    logged(house, case, "negotiation")
    flags.remind_again(fresh(case), by=house.by_manager)
    assert chasing.stop_of(fresh(case)) is None


# -- text blocks -----------------------------------------------------------------------------------


def test_a_team_takes_words_over_and_changes_its_copy_with_its_versions(
    client: Client, house: House
) -> None:
    ours = text_blocks.calm_reply(house.team, "anger", "en")
    assert ours is not None and ours.team is None
    client.force_login(house.manager)
    assert client.post(f"/text-blocks/{ours.pk}/", {"block_version": 1, "title": "x", "text": "y"}
                       ).status_code == 403  # fmt: skip

    copied = client.post(f"/text-blocks/{ours.pk}/copy/", {"team": house.team.pk})
    mine = TextBlock.objects.get(team=house.team)
    assert copied["Location"] == f"/text-blocks/{mine.pk}/"
    said = {"block_version": 1, "title": "Ours", "text": "You have failed to read this."}
    assert client.post(f"/text-blocks/{mine.pk}/", said).status_code == 303
    faster = client.post(f"/text-blocks/{mine.pk}/", said | {"text": "Something else."})

    assert faster.status_code == 409 and "Something else." in faster.content.decode()
    shown = client.get(f"/text-blocks/{mine.pk}/").content.decode()
    assert "you have failed" in shown.casefold() and "What it said before" in shown
    assert text_blocks.calm_reply(house.team, "anger", "en") == mine
    assert text_blocks.calm_reply(house.other_team, "anger", "en") == ours
    listed = list(text_blocks.blocks_of(house.team, language="en", kind="anger"))
    assert listed == [mine]


def test_words_that_a_team_wrote_itself_come_before_the_houses(house: House) -> None:
    said = {"language": "en", "kind": "anger", "title": "Ours", "text": "We hear you."}
    mine = text_blocks.add_block(house.team, by=house.by_manager, **said)

    assert text_blocks.calm_reply(house.team, "anger", "en") == mine


def test_another_teams_words_are_not_there_and_empty_ones_are_not_kept(
    client: Client, house: House
) -> None:
    block = text_blocks.add_block(
        house.team, by=house.by_manager, language="en", kind="general", title="T", text=HOSTILE
    )
    client.force_login(house.outsider)
    assert client.get(f"/text-blocks/{block.pk}/").status_code == 404
    with pytest.raises(NotAllowed):
        text_blocks.take_over(block, house.other_team, by=house.by_manager)
    client.force_login(house.manager)
    said = {"team": house.team.pk, "kind": "general", "language": "en", "title": "", "text": "x"}
    assert client.post("/text-blocks/new/", said).status_code == 422
    for place in ("", f"{block.pk}/"):
        assert AS_TEXT in client.get(f"/text-blocks/{place}").content.decode()


def test_a_block_is_inserted_as_a_copy(client: Client, house: House, case: TerminationCase) -> None:
    reply = a_reply(house, case, "silence")
    block = text_blocks.add_block(
        house.team, by=house.by_manager, language="en", kind="general", title="T", text="Goodbye."
    )
    theirs = text_blocks.add_block(
        house.other_team, by=_actor(house), language="en", kind="general", title="S", text="No."
    )

    assert act(client, reply, "insert/", block=block.pk).status_code == 303
    assert act(client, reply, "insert/", block=theirs.pk).status_code == 422

    assert again(reply).text == "You get it.\n\nGoodbye."
    text_blocks.lay_aside(block, by=house.by_manager)
    assert again(reply).text == "You get it.\n\nGoodbye."


def test_a_block_is_inserted_into_a_part_of_the_notice_and_is_only_a_copy(
    client: Client, house: House
) -> None:
    notice = walks.a_draft(house)
    block = text_blocks.add_block(
        house.team, by=house.by_manager, language="en", kind="general", title="T", text="Goodbye."
    )
    client.force_login(house.manager)
    place = "notice/block/"
    said = {"block": block.pk, "part": "handover", "version": notice.version}
    assert "Goodbye." not in str(notice.parts["handover"])

    assert "Part of the letter" in page(client, notice.case, place)
    assert send(client, notice.case, place, said | {"part": "nowhere"}).status_code == 422
    assert send(client, notice.case, place, said).status_code == 303
    stale = send(client, notice.case, place, said)
    text_blocks.edit_block(
        block, by=house.by_manager, expected_version=1, title="T", text="Farewell."
    )

    assert stale.status_code == 409
    assert walks.again(notice).parts["handover"].endswith("\n\nGoodbye.")


def _actor(house: House) -> Any:
    return type(house.by_manager).person(house.outsider)
