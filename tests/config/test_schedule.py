"""What beat rings, a worker knows; what is long past, the night forgets."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from accounts.tasks import clear_ended_sessions
from audit import clock
from config.schedule import BEAT_SCHEDULE
from desk.frame.submissions import KEPT_DAYS, forget_old_submissions
from desk.models import Submission
from tests.builders import a_house
from tests.deployment.production import ROOT


def test_a_worker_knows_every_task_that_beat_rings():
    asked = (
        "import django; django.setup(); from config.celery import app;"
        "app.loader.import_default_modules(); print(*app.tasks, sep='\\n')"
    )
    known = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.split()

    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= set(known)


@pytest.mark.django_db
def test_forms_sent_long_ago_are_forgotten_and_no_others():
    person = a_house().manager
    old, new = (
        Submission.objects.create(
            user=person,
            key=uuid.uuid4(),
            path="/",
            created_at=clock.now() - timedelta(days=KEPT_DAYS, hours=hours),
        )
        for hours in (1, -1)
    )

    forget_old_submissions()

    assert list(Submission.objects.all()) == [new]
    assert old.pk != new.pk


@pytest.mark.django_db
def test_sessions_that_ended_are_cleared_and_no_others():
    for key, hours in (("ended", -1), ("going-on", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=clock.now() + timedelta(hours=hours)
        )

    clear_ended_sessions()

    assert [session.session_key for session in Session.objects.all()] == ["going-on"]
