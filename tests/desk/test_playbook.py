"""The playbook: living measures, decided by leads, with how often a ground came back."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from audit import clock
from audit.models import AuditEvent
from desk.insights.measure_rates import repeats_of
from offboarding import policies
from offboarding.errors import InvalidInput, NotAllowed
from offboarding.models import Lesson, PreventiveMeasure, TerminationCase
from offboarding.services import measures
from tests.builders import House, a_case, a_ground, a_house
from tests.desk.many import many_cases

pytestmark = pytest.mark.django_db


def a_measure(house: House, **changes: Any) -> PreventiveMeasure:
    fields = {"title": "Write the scope down", "owner": house.manager}
    return measures.propose(house.ground, by=house.by_lead, **(fields | changes))


def test_the_playbook_starts_with_the_guides_four_measures(client: Client) -> None:
    client.force_login(a_house().manager)
    page = client.get("/playbook/").content.decode()
    for words in (
        "Clarify expectations before starting work",
        "Implement stricter payment terms",
        "Set clear boundaries and agreements",
        "Assess alignment before onboarding clients",
    ):
        assert words in page
    assert "Propose a measure" not in page, "only leads decide"


def test_a_lead_takes_a_measure_from_an_idea_to_its_end_and_all_is_on_record(
    client: Client,
) -> None:
    house = a_house()
    client.force_login(house.lead)

    def press(place: str, **said: Any) -> int:
        return client.post(f"/playbook/{place}", said).status_code

    assert press("new/", ground=house.ground.pk, title="Write  the scope down") == 303
    measure = PreventiveMeasure.objects.get(title="Write the scope down")
    assert press(f"{measure.pk}/adopt/", adopted_on=clock.today()) == 422, "nobody sees to it"
    assert press(f"{measure.pk}/edit/", title="Write the scope", owner=house.manager.pk) == 303
    assert press(f"{measure.pk}/adopt/", adopted_on=clock.today()) == 303
    assert press(f"{measure.pk}/edit/", title="Write the scope") == 422, "it needs an owner"
    assert press(f"{measure.pk}/drop/", reason="") == 422
    assert press(f"{measure.pk}/drop/", reason="The form does it now.") == 303

    measure.refresh_from_db()
    assert measure.is_dropped
    assert "The form does it now." in client.get("/playbook/").content.decode()
    events = AuditEvent.objects.filter(stream="settings", action__startswith="measure.")
    assert list(events.order_by("seq").values_list("action", flat=True)) == [
        f"measure.{what}" for what in ("proposed", "changed", "adopted", "dropped")
    ]
    assert "Write" not in str([event.details for event in events])


@pytest.mark.parametrize("who", ["manager", "outsider", "admin", "auditor"])
def test_nobody_but_a_lead_decides_on_measures(client: Client, who: str) -> None:
    house = a_house()
    measure = a_measure(house)
    client.force_login(getattr(house, who))
    for place in ("new/", f"{measure.pk}/edit/", f"{measure.pk}/adopt/", f"{measure.pk}/drop/"):
        assert client.post(f"/playbook/{place}", {"reason": "x"}).status_code == 403
    with pytest.raises(NotAllowed):
        measures.propose(house.ground, by=house.by_manager, title="Mine")


def test_bad_input_is_said_beside_its_field() -> None:
    house = a_house()
    measure = a_measure(house)
    other = {"by": house.by_lead, "owner": None, "review_on": None}
    tomorrow = clock.today() + timedelta(days=1)
    for field, refused in (
        ("title", lambda: a_measure(house, title="write the SCOPE down")),
        ("title", lambda: a_measure(house, title="  ")),
        ("review_on", lambda: a_measure(house, title="Another", review_on=clock.today())),
        (
            "title",
            lambda: measures.edit(a_measure(house, title="New"), title=measure.title, **other),
        ),
        ("adopted_on", lambda: measures.adopt(measure, by=house.by_lead, adopted_on=tomorrow)),
    ):
        with pytest.raises(InvalidInput) as told:
            refused()
        assert told.value.field == field


def test_the_rates_before_and_since_are_what_a_count_by_hand_finds(client: Client) -> None:
    house = a_house()
    other = a_ground("another-in-test", name="Another")
    made = many_cases(house, 12) + many_cases(house, 8, first=100, ground=other)
    adopted_on = clock.today() - timedelta(days=30)
    for place, case in enumerate(made):
        days = (400, 396, 395, 200, 31, 30, 29, 1)[place % 8]
        opened = clock.now() - timedelta(days=days)
        TerminationCase.objects.filter(pk=case.pk).update(opened_at=opened)
    measure = measures.adopt(a_measure(house), by=house.by_lead, adopted_on=adopted_on)

    found = repeats_of([measure], policies.cases_visible_to(house.lead))[measure.pk]

    days_ago = [
        ((clock.today() - case.opened_at.date()).days, case.ground_id)
        for case in TerminationCase.objects.all()
    ]
    before = [ground for days, ground in days_ago if 30 < days <= 395]
    since = [ground for days, ground in days_ago if days <= 30]
    for side, grounds in ((found.before, before), (found.since, since)):
        assert (side.many, side.of) == (grounds.count(house.ground.pk), len(grounds))
    client.force_login(house.lead)
    page = client.get("/playbook/").content.decode()
    links = re.findall(r'href="(/cases/\?figure=[^"]+)">(\d+) of \d+ cases', page)
    assert [int(many) for _url, many in links] == [found.before.many, found.since.many]
    for url, many in links:
        listed = client.get(unescape(url)).content.decode()
        assert listed.count("table__sub nowrap") == int(many)
    assert (
        repeats_of([measure], policies.cases_visible_to(house.outsider))[measure.pk].before.of == 0
    )
    assert "Write the scope down" in client.get("/insights/learning/").content.decode()


def test_what_lessons_ask_for_is_shown_to_those_who_read_the_case(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    house = a_house()
    case = a_case(house)
    Lesson.objects.create(
        case=case, avoidable="yes", next_time="Ask.", measure="Ask twice", recorded_by=house.manager
    )
    client.force_login(house.lead)
    with django_assert_max_num_queries(12):
        page = client.get("/playbook/").content.decode()
    (url,) = re.findall(r'href="(/playbook/new/\?[^"]+)">Propose this', page)
    assert 'value="Ask twice"' in client.get(unescape(url)).content.decode()

    client.force_login(house.outsider)
    assert "Ask twice" not in client.get("/playbook/").content.decode()
