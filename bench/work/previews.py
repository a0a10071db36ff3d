"""Somebody who writes a notice: keys, a pause, an autosave, and the look for the new pages."""

from __future__ import annotations

import json
import random
import time
import uuid

from django.test import Client
from django.urls import reverse

from accounts.models import Team
from bench.measuring import check
from bench.work import house
from clients.models import Client as Account
from clients.models import Office
from desk.notice.form import NoticeForm
from notices.models import Notice, Rendering
from notices.services import drafting
from offboarding.models import TerminationGround
from tests import builders

PAUSE = 0.6
"""Seconds after the last key until the page saves, as in static/js/composer.js."""

LOOK = 0.09
"""Seconds between two looks for the pages, as there."""

LONGEST = 30.0
WORDS = ("finish", "return", "this", "month", "records", "work", "your", "ledger", "before", "end")


def prepare(writers: int) -> None:
    """Draft a notice for each writer, each in a case of its own."""
    firm = _the_firm()
    for number in range(writers):
        account = builders.a_client(
            firm.office, firm.team, firm.manager, reference=f"P-{uuid.uuid4().hex[:8]}"
        )
        builders.an_engagement(account)
        case = builders.a_case(firm, "notice", client=account)
        drafting.draft_notice(case, by=firm.by_manager)
        check(Notice.objects.filter(case=case).exists(), f"notice {number} was not drafted")


def _the_firm() -> builders.House:
    outsider = house.person("outsider")
    account = Account.objects.order_by("pk")[0]
    engagement = account.engagements.all()[0]
    north, south = Team.objects.order_by("pk")[:2]
    return builders.House(
        office=Office.objects.order_by("pk")[0],
        team=north,
        manager=house.person("manager"),
        lead=house.person("lead"),
        second_lead=house.person("lead"),
        other_team=south,
        outsider=outsider,
        other_lead=outsider,
        admin=house.person("admin"),
        auditor=house.person("auditor"),
        client=account,
        engagement=engagement,
        ground=TerminationGround.objects.get(code="expectations-in-test"),
    )


def type_texts(writer: int, texts: int) -> list[float]:
    """Type so many times into one notice; return the seconds from the last key to the pictures.

    Args:
        writer: which of the prepared notices.
        texts: how often a burst of keys is followed by a pause.
    """
    browser = Client(HTTP_HOST="127.0.0.1")
    browser.force_login(house.person("manager"))
    notice = Notice.objects.filter(case__client__reference__startswith="P-").order_by("pk")[writer]
    keys = random.Random(writer)
    return [_one_text(browser, notice.pk, number, keys) for number in range(texts)]


def _one_text(browser: Client, notice_id: int, number: int, keys: random.Random) -> float:
    notice = Notice.objects.select_related("case__client__office", "office").get(pk=notice_id)
    shown = NoticeForm.as_sent(notice)
    words = " ".join(keys.sample(WORDS, 8))
    form = shown | {
        "ours": f"{words}, {number}.",
        "version": notice.version,
        "base": json.dumps(shown),
        "offered": ",".join([*shown["named_ours"], *shown["named_theirs"]]),
    }
    for _key in range(8):
        time.sleep(keys.uniform(0.05, 0.12))
    last_key = time.perf_counter()
    time.sleep(PAUSE)
    saved = browser.post(
        reverse("desk:notice-autosave", args=[notice.case.reference]),
        {name: value for name, value in form.items() if value != ""},
    )
    check(saved.status_code == 200, f"an autosave was answered with {saved.status_code}")
    version = Notice.objects.values_list("version", flat=True).get(pk=notice_id)
    check(version > notice.version, "an autosave saved nothing")
    asked = reverse("desk:notice-sheets-set", args=[notice.case.reference, notice.number])
    while True:
        found = browser.get(asked, {"version": version}).json()
        if found["set"]:
            break
        check(time.perf_counter() - last_key < LONGEST, "the pages of a text were never set")
        time.sleep(LOOK)
    check(found["good"], "the pages of a text have problems")
    for picture in found["pages"]:
        content = browser.get(picture).content
        check(content.startswith(b"\x89PNG"), "a page is no picture")
    seconds = time.perf_counter() - last_key
    check(
        Rendering.objects.filter(notice_id=notice_id, purpose="preview").count() <= 3,
        "older previews are not forgotten",
    )
    return seconds
