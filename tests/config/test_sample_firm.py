"""The demo's firm is believable, complete, and made by the real verbs."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db.models import F

from accounts.models import Team, User
from audit import clock
from audit.verification import verify
from clients.models import Client
from config.demo.management.commands.up import SIGN_INS
from notices.models import Delivery, InboundMail, Letter, Rendering
from offboarding import selectors, terms
from offboarding.lifecycle import State
from offboarding.models import Lesson, Obligation, TerminationCase, TerminationGround


@pytest.mark.strict
@pytest.mark.django_db(transaction=True)
def test_the_sample_firm_shows_every_state_and_every_ground_and_its_record_is_whole():
    call_command("load_sample_firm")

    cases = TerminationCase.objects.all()
    assert {case.state for case in cases} == set(State)
    grounds = {case.ground.code for case in cases}
    assert grounds == set(TerminationGround.objects.values_list("code", flat=True))
    assert Team.objects.count() == 2
    assert Client.objects.count() >= 40
    assert len({str(client.country) for client in Client.objects.all()}) >= 6
    assert {letter.notice.language for letter in Letter.objects.all()} == {"en", "de"}
    assert cases.filter(disputed_at__isnull=False).exists()
    assert Lesson.objects.filter(case__state=State.CLOSED).exists()
    assert Obligation.objects.filter(state="open", due_on__lt=clock.today("UTC")).exists()
    assert all(User.objects.get(email=email).check_password("offboarding") for email, _ in SIGN_INS)
    posted = Delivery.objects.filter(posted_on__isnull=False).select_related("case__client__office")
    assert posted
    for letter in posted:
        days_off = selectors.days_off_of(letter.case)
        assert terms.is_business_day(letter.posted_on, days_off), letter.posted_on
    assert not Rendering.objects.filter(done_at__lt=F("ordered_at")).exists()
    came = {(mail.kind, mail.case_id is None) for mail in InboundMail.objects.all()}
    assert came == {("reply", False), ("automatic", False), ("reply", True)}
    report = verify()
    assert report.problems == []
    assert report.events > 500
