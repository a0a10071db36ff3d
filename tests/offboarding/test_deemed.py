"""When a notice counts as received: by the preset of its place and channel, kept on the case."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser

from accounts.actor import Actor
from audit.models import AuditEvent
from clients import calendars
from clients.models import Client
from offboarding import deemed, selectors
from offboarding.lifecycle import State
from offboarding.models import ServiceRule
from offboarding.services import proofs
from offboarding.terms import Counting
from tests.builders import House, a_case, a_house, fresh

pytestmark = pytest.mark.django_db

MACHINE = Actor.machine("notices.dispatch")


def a_client(country: str = "FR", region: str = "") -> Client:
    return Client(country=country, region=region)


@pytest.mark.parametrize(
    ("country", "region", "channel", "days", "counting"),
    [
        ("FR", "", "email", 1, Counting.BUSINESS_DAYS),
        ("FR", "", "post", 2, Counting.BUSINESS_DAYS),
        ("FR", "", "registered_mail", 5, Counting.BUSINESS_DAYS),
        ("GB", "England", "post", 2, Counting.CALENDAR_THEN_BUSINESS),
        ("GB", "WLS", "post", 2, Counting.CALENDAR_THEN_BUSINESS),
        ("GB", "Scotland", "post", 2, Counting.BUSINESS_DAYS),
        ("GB", "", "post", 2, Counting.BUSINESS_DAYS),
        ("DE", "Bayern", "post", 4, Counting.CALENDAR_THEN_BUSINESS),
        ("AU", "NSW", "registered_mail", 7, Counting.BUSINESS_DAYS),
        ("AT", "", "email", 1, Counting.BUSINESS_DAYS),
        ("FR", "", "pigeon", 5, Counting.BUSINESS_DAYS),
    ],
)
def test_the_closest_preset_holds(
    country: str, region: str, channel: str, days: int, counting: Counting
) -> None:
    rule = deemed.rule_for(a_client(country, region), channel)

    assert (rule.days, rule.counting) == (days, counting)


def test_every_preset_names_what_it_goes_by() -> None:
    assert ServiceRule.objects.count() == 9
    for preset in ServiceRule.objects.all():
        assert preset.source.startswith(("General guidance", "A careful default"))


def test_business_days_are_those_where_the_client_is() -> None:
    friday = date(2027, 3, 26)
    assert friday in calendars.days_off_at(a_client("GB"))
    # Easter Monday is none in Scotland; a region that nobody knows is no reason to know nothing.
    monday = date(2027, 3, 29)
    assert monday in calendars.days_off_at(a_client("GB", "Narnia"))
    assert monday not in calendars.days_off_at(a_client("GB", "Scotland"))
    assert date(2028, 10, 3) not in calendars.days_off_at(a_client("GB"))
    assert monday not in calendars.days_off_at(a_client("AQ"))

    # A Thursday before Easter: the next business day in England is the Tuesday.
    receipt = deemed.receipt_of(a_client("GB"), "email", date(2027, 3, 25))
    assert receipt.on == date(2027, 3, 30)


def test_a_case_keeps_the_rule_that_it_was_served_by() -> None:
    house = a_house()
    case = a_case(house, State.NOTICE)
    proofs.record_service(case, by=MACHINE, served_on=date(2027, 3, 25), channel="email")
    ServiceRule.objects.update(days=9)

    case = fresh(case)

    assert case.deemed_received_on == date(2027, 3, 30)
    assert deemed.in_words(deemed.kept_rule(case.deemed_rule)) == (
        "An e-mail counts as received 1 business day after it was handed over. General preset."
    )
    event = AuditEvent.objects.get(stream=f"case:{case.pk}", action="notice.served")
    assert event.details["deemed_by"] == "email:1:business_days:general"
    assert event.details["deemed_received_on"] == "2027-03-30"


def test_the_earliest_end_is_counted_from_the_preset() -> None:
    house = a_house()
    case = a_case(house)
    before = selectors.earliest_end(case, sent_on=date(2027, 3, 1))
    ServiceRule.objects.filter(channel="registered_mail").update(days=6)

    after = selectors.earliest_end(case, sent_on=date(2027, 3, 1))

    assert before is not None
    assert after is not None
    assert after.on > before.on


@pytest.mark.parametrize(
    ("country", "region", "words"),
    [
        ("GB", "ENG", "A letter counts as received 2 days after it was handed over. If that is no"
         " business day, on the next one. Preset for United Kingdom (ENG)."),
        ("AU", "", "A letter counts as received 7 business days after it was handed over."
         " Preset for Australia."),
    ],
)  # fmt: skip
def test_a_rule_is_said_in_words(country: str, region: str, words: str) -> None:
    assert deemed.in_words(deemed.rule_for(a_client(country, region), "post")) == words


def test_a_rule_that_is_switched_off_gives_way() -> None:
    ServiceRule.objects.filter(country="DE").update(is_active=False)
    assert deemed.rule_for(a_client("DE"), "post").days == 2

    ServiceRule.objects.update(is_active=False)
    assert deemed.rule_for(a_client("DE"), "post").days == 2


def test_there_is_one_rule_for_a_place_and_channel() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceRule.objects.create(country="DE", channel="post", days=3, source="Mine")
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceRule.objects.create(region="BY", channel="post", days=3, source="Mine")


def saved(browser: Browser, house: House, rule: ServiceRule, **changes: object) -> object:
    typed = {
        "country": "DE",
        "region": "",
        "channel": "post",
        "days": 4,
        "counting": "business_days",
        "source": "Our counsel, 3 May 2027",
        "is_active": "on",
    }
    browser.force_login(house.admin)
    return browser.post(f"/admin/offboarding/servicerule/{rule.pk}/change/", typed | changes)


def test_an_admin_edits_a_preset_on_record(client: Browser) -> None:
    house = a_house()
    rule = ServiceRule.objects.get(country="DE", channel="post")

    answer = saved(client, house, rule, days=6)

    assert answer.status_code == 302  # type: ignore[attr-defined]
    assert deemed.rule_for(a_client("DE"), "post").days == 6
    assert AuditEvent.objects.get(action="servicerule.changed").actor_user == house.admin


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"days": 61}, "less than or equal to 60"),
        ({"days": "soon"}, "Enter a whole number"),
        ({"source": ""}, "This field is required"),
        ({"region": "bavaria"}, "Use the short code of the region"),
        ({"country": "", "region": "BY"}, "Choose the country of this region first."),
        ({"country": ""}, "There is a rule for this place and channel already."),
    ],
    ids=str,
)
def test_a_preset_that_makes_no_sense_is_refused_in_words(
    client: Browser, changes: dict[str, object], sentence: str
) -> None:
    house = a_house()
    rule = ServiceRule.objects.get(country="DE", channel="post")

    answer = saved(client, house, rule, **changes)

    assert answer.status_code == 200  # type: ignore[attr-defined]
    assert sentence in answer.content.decode()  # type: ignore[attr-defined]
    assert deemed.rule_for(a_client("DE"), "post").days == 4
