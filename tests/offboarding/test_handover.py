"""Handing over: successor, recommendations, items, access, or nothing at all."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from audit import clock
from offboarding import providers, selectors
from offboarding.errors import InvalidInput, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import (
    Disposal,
    HandoverItem,
    HandoverState,
    Provider,
    ServiceFit,
    TerminationCase,
)
from offboarding.services import disposals, files, handover, tasks
from tests.builders import House, a_case, fresh, latest_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(house: House) -> TerminationCase:
    return a_case(house, State.TRANSITION)


def codes(case: TerminationCase) -> set[str]:
    return {reason.code for reason in selectors.unmet(fresh(case), "begin_follow_up")}


def test_the_gate_asks_for_a_plan_then_for_each_item(house: House, case: TerminationCase) -> None:
    assert "handover_unplanned" in codes(case)

    item = handover.list_item(case, by=house.by_manager, title="Ledgers")
    assert "handover_waiting" in codes(case)
    handover.deliver_item(
        item, by=house.by_manager, delivered_on=clock.today(), delivered_how="Courier"
    )

    assert not codes(case) & {"handover_unplanned", "handover_waiting"}


def test_nothing_to_hand_over_holds_until_something_is_listed(
    house: House, case: TerminationCase
) -> None:
    handover.waive_transition(case, by=house.by_manager, reason="Advice only.")
    before = latest_event(case).pk
    handover.waive_transition(fresh(case), by=house.by_manager, reason="Advice only.")
    assert latest_event(case).pk == before
    assert "handover_unplanned" not in codes(case)

    handover.list_item(fresh(case), by=house.by_manager, title="Ledgers")

    assert "handover_waiting" in codes(case)
    with pytest.raises(TransitionRefused, match="Items are listed already"):
        handover.waive_transition(fresh(case), by=house.by_manager, reason="Advice only.")


@pytest.mark.parametrize("reason", ["", " "])
def test_leaving_out_says_why(house: House, case: TerminationCase, reason: str) -> None:
    item = handover.list_item(case, by=house.by_manager, title="Ledgers")

    with pytest.raises(InvalidInput):
        handover.item_not_applicable(item, by=house.by_manager, reason=reason)
    with pytest.raises(InvalidInput):
        handover.waive_transition(case, by=house.by_manager, reason=reason)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"delivered_on": 1}, "delivered_on"), ({"delivered_how": " "}, "delivered_how")],
)
def test_a_delivery_says_when_and_how(
    house: House, case: TerminationCase, changes: dict[str, Any], field: str
) -> None:
    item = handover.list_item(case, by=house.by_manager, title="Ledgers")
    if "delivered_on" in changes:
        changes = {"delivered_on": clock.today(case.time_zone) + timedelta(days=1)}
    facts = {"delivered_on": clock.today(case.time_zone), "delivered_how": "Courier"} | changes

    with pytest.raises(InvalidInput) as refused:
        handover.deliver_item(item, by=house.by_manager, **facts)

    assert refused.value.field == field
    assert HandoverItem.objects.get(pk=item.pk).is_waiting


def test_an_item_is_settled_once(house: House, case: TerminationCase) -> None:
    item = handover.list_item(case, by=house.by_manager, title="Ledgers")
    handover.item_not_applicable(item, by=house.by_manager, reason="They have it.")

    with pytest.raises(TransitionRefused, match="already settled: Not applicable"):
        handover.deliver_item(
            item, by=house.by_manager, delivered_on=clock.today(), delivered_how="Courier"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        HandoverItem.objects.filter(pk=item.pk).update(state=HandoverState.DELIVERED)


def test_items_need_a_title_and_take_files_of_their_own_case(
    house: House, case: TerminationCase
) -> None:
    other = a_case(house)
    file = files.keep_file(other, ContentFile(b"%PDF-1.4", name="x.pdf"), by=house.by_manager)

    with pytest.raises(InvalidInput, match="Say what is handed over"):
        handover.list_item(case, by=house.by_manager, title=" ")
    with pytest.raises(InvalidInput, match="another case"):
        handover.list_item(case, by=house.by_manager, title="Ledgers", file=file)
    item = handover.list_item(case, by=house.by_manager, title="Ledgers")
    with pytest.raises(InvalidInput, match="another case"):
        handover.attach_file(item, file, by=house.by_manager)
    own = files.keep_file(case, ContentFile(b"%PDF-1.4", name="y.pdf"), by=house.by_manager)
    handover.attach_file(item, own, by=house.by_manager)
    with pytest.raises(TransitionRefused, match="has its file already"):
        handover.attach_file(item, own, by=house.by_manager)


def test_nothing_is_delivered_to_a_successor_without_the_clients_consent(
    house: House, case: TerminationCase
) -> None:
    item = handover.list_item(case, by=house.by_manager, title="Ledgers", goes_to="successor")
    today = clock.today(case.time_zone)
    delivered = {"by": house.by_manager, "delivered_on": today, "delivered_how": "Courier"}

    with pytest.raises(TransitionRefused, match="No successor is named"):
        handover.deliver_item(item, **delivered)
    handover.name_successor(case, by=house.by_manager, name="Quay")
    with pytest.raises(TransitionRefused, match="has not consented"):
        handover.deliver_item(item, **delivered)


def test_an_access_blocks_until_it_is_revoked_and_checked(
    house: House, case: TerminationCase
) -> None:
    with pytest.raises(InvalidInput):
        handover.list_access(case, by=house.by_manager, system=" ", held_by="Mia")
    with pytest.raises(InvalidInput):
        handover.list_access(case, by=house.by_manager, system="Portal", held_by="")
    item = handover.list_access(case, by=house.by_manager, system="Portal", held_by="Mia")
    assert "access_open" in codes(case)
    today = clock.today(case.time_zone)
    with pytest.raises(InvalidInput, match="has not come yet"):
        handover.revoke_access(item, by=house.by_manager, revoked_on=today + timedelta(days=1))

    handover.revoke_access(item, by=house.by_manager, revoked_on=today)
    before = latest_event(case).pk
    handover.revoke_access(item, by=house.by_lead, revoked_on=today)

    item.refresh_from_db()
    assert (item.revoked_on, item.checked_by) == (today, house.manager)
    assert latest_event(case).pk == before
    assert "access_open" not in codes(case)


def test_the_successor_is_one_and_consent_says_what_for(
    house: House, case: TerminationCase
) -> None:
    today = clock.today(case.time_zone)
    by = house.by_manager
    with pytest.raises(InvalidInput, match="Name who"):
        handover.name_successor(case, by=by, name=" ")
    with pytest.raises(InvalidInput, match="future"):
        handover.name_successor(
            case, by=by, name="M", consented_on=today + timedelta(days=1), consent_scope="All"
        )
    with pytest.raises(InvalidInput, match="what the client allows"):
        handover.name_successor(case, by=by, name="M", consented_on=today)

    handover.name_successor(case, by=by, name="Meridian")
    handover.name_successor(case, by=by, name="Quay", consented_on=today, consent_scope="All")

    assert fresh(case).successor.name == "Quay"
    assert latest_event(case).action == "successor.changed"


def test_the_consent_for_one_successor_is_not_kept_for_another(
    house: House, case: TerminationCase
) -> None:
    today, by = clock.today(case.time_zone), house.by_manager
    given = {"consented_on": today, "consent_scope": "All", "consent_how": "by telephone"}
    handover.name_successor(case, by=by, name="Quay", **given)

    with pytest.raises(InvalidInput, match="given for Quay"):
        handover.name_successor(case, by=by, name="Meridian", **given)

    assert fresh(case).successor.name == "Quay"
    handover.name_successor(case, by=by, name="Quay", contact="Ida Quay", **given)
    handover.name_successor(case, by=by, name="Meridian")
    assert fresh(case).successor.consented_on is None


def test_a_provider_is_recommended_once_and_is_neither_the_client_nor_gone(
    house: House, case: TerminationCase
) -> None:
    good = Provider.objects.create(name="Meridian")
    client = Provider.objects.create(name="adams print")
    gone = Provider.objects.create(name="Gone", is_active=False)
    empty = Provider.objects.create(name="Empty")
    for provider in (good, client, gone):
        ServiceFit.objects.create(provider=provider, service="Payroll")

    def recommend(provider: Provider, *services: str) -> None:
        handover.recommend_provider(case, provider, by=house.by_manager, services=services)

    with pytest.raises(InvalidInput, match="nobody is recommended to themselves"):
        recommend(client, "Payroll")
    with pytest.raises(InvalidInput, match="not recommended any more"):
        recommend(gone, "Payroll")
    with pytest.raises(InvalidInput, match="Nothing is listed yet that Empty does well"):
        recommend(empty, "Payroll")
    with pytest.raises(InvalidInput, match="Choose for which services"):
        recommend(good, " ")
    with pytest.raises(InvalidInput, match="This is the client"):
        handover.name_successor(case, by=house.by_manager, name="Adams Print Limited")
    recommend(good, "payroll")
    recommend(good, "Payroll")

    assert [(row.provider, row.service_names) for row in case.recommendations.all()] == [
        (good, ["Payroll"])
    ]


@pytest.mark.parametrize(
    ("provider", "is_client"),
    [
        ({"name": "ADAMS PRINT LTD."}, True),
        ({"name": "Adams Print Limited"}, True),
        ({"name": "The new Adams", "email": "hello@Adams-Print.example"}, True),
        ({"name": "The new Adams", "website": "https://www.adams-print.example/about"}, True),
        ({"name": "Adams Press"}, False),
        ({"name": "Other", "email": "other@gmail.com"}, False),
        ({"name": "Ltd"}, False),
    ],
)
def test_a_client_is_known_by_name_or_by_its_own_mail_domain(
    provider: dict[str, str], is_client: bool
) -> None:
    names, emails = ["Adams Print Ltd", ""], ["jane@adams-print.example", "adams@gmail.com"]

    assert providers.is_the_client(**provider, names=names, emails=emails) == is_client


@pytest.mark.parametrize(
    ("provider", "field"),
    [
        ({"name": "HARBOUR & PARTNERS Ltd"}, "name"),
        ({"name": "Quay", "website": "https://www.harbour-partners.example/services"}, "website"),
        ({"name": "Quay", "email": "sales@Harbour-Partners.example"}, "email"),
        ({"name": "Quay", "email": "harbour@gmail.com"}, ""),
        ({"name": "Harbour Fish", "website": "https://harbour.example"}, ""),
    ],
)
def test_our_own_firm_is_no_provider_that_we_recommend(
    house: House, case: TerminationCase, provider: dict[str, str], field: str
) -> None:
    house.office.email = "berlin@gmail.com"
    house.office.website = "https://harbour-partners.example"
    house.office.save()
    row = Provider(**provider)

    if not field:
        row.full_clean()
        return
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert list(refused.value.message_dict) == [field]
    # One from earlier days is not recommended either, but can be taken out of use.
    row.save()
    ServiceFit.objects.create(provider=row, service="Payroll")
    with pytest.raises(InvalidInput, match="our own firm") as beside:
        handover.recommend_provider(case, row, by=house.by_manager, services=["Payroll"])
    assert beside.value.field == "provider"
    row.is_active = False
    row.full_clean()


@pytest.mark.parametrize(
    ("ours", "theirs", "field"),
    [
        ("https://www.facebook.com/harbour", "https://de-de.facebook.com/other", ""),
        ("https://www.facebook.com/harbour", "facebook.com/other", ""),
        ("https://www.facebook.com/harbour", "facebook.com/Harbour/", "website"),
        ("linkedin.com/company/harbour", "https://linkedin.com/company/quay", ""),
        ("linkedin.com/company/harbour", "https://linkedin.com", ""),
        ("sites.google.com/view/harbour", "sites.google.com/view/quay", ""),
        ("harbour.wordpress.com", "quay.wordpress.com", ""),
        ("harbour.wordpress.com", "https://wordpress.com", ""),
        ("harbour.wordpress.com", "https://harbour.wordpress.com/about", "website"),
        ("https://home.t-online.de/harbour", "https://t-online.de/quay", ""),
    ],
)
def test_a_page_on_a_host_of_many_is_ours_only_if_it_is_that_very_page(
    house: House, ours: str, theirs: str, field: str
) -> None:
    house.office.website = ours
    house.office.save()

    assert providers.names_our_firm(name="Quay", website=theirs) == field


@pytest.mark.parametrize(
    "host", ["bluewin.ch", "btinternet.com", "arcor.de", "hotmail.de", "free.fr", "comcast.net"]
)
def test_a_mailbox_where_everybody_can_have_one_makes_no_provider_our_own_firm_or_the_client(
    house: House, host: str
) -> None:
    house.office.email = f"harbour@{host}"
    house.office.save()
    quay = {"name": "Quay", "email": f"quay@{host}"}

    assert providers.names_our_firm(**quay) == ""
    assert not providers.is_the_client(**quay, names=["Adams"], emails=[f"adams@{host}"])


def test_no_door_of_the_handover_keeps_a_password(house: House, case: TerminationCase) -> None:
    by, today, secret = house.by_manager, clock.today(case.time_zone), "Password: Tr0ub4dor&3"
    quay = Provider.objects.create(name="Quay Accounting")
    ServiceFit.objects.create(provider=quay, service="Payroll")
    item = handover.list_item(case, by=by, title="Ledgers")
    mail = {"name": "Mail", "held_in": "Server", "disposal": Disposal.DELETE, "ground": "Contract"}
    data = disposals.list_category(case, by=by, **mail)
    before = latest_event(case).pk

    for field, keep in (
        ("note", partial(handover.recommend_provider, case, quay, services=["Payroll"])),
        ("delivered_how", partial(handover.deliver_item, item, delivered_on=today)),
        ("reason", partial(handover.item_not_applicable, item)),
        ("held_in", partial(disposals.list_category, case, **mail)),
        ("done_how", partial(disposals.carry_out, data, done_on=today)),
        ("details", partial(tasks.add_task, case, title="Look", due_on=today)),
    ):
        with pytest.raises(InvalidInput, match="looks like a password") as refused:
            keep(by=by, **{field: secret})
        assert refused.value.field == field

    assert latest_event(case).pk == before
