"""What is written again is what was walked, and anything that may decide a walk has it walked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from audit import clock
from audit.verification import verify
from clients.models import Firm
from notices.models import Notice
from offboarding.models import TerminationCase
from tests import retracing
from tests.builders import House, a_client, a_house, fresh
from tests.notices import walks
from tests.retracing import retraced

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not retracing.IS_ON, reason="Every way is walked, as was asked for."),
]


@pytest.fixture(autouse=True)
def _nothing_is_known() -> None:
    retracing.forget()


def another_test_begins() -> None:
    retracing.begin(None)


def everything() -> dict[str, list[tuple[object, ...]]]:
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
    }


def a_sent_notice() -> tuple[House, Notice, dict[str, list[tuple[object, ...]]], int]:
    """Walk from the beginning in a block that is undone, as a test is."""
    undone = transaction.atomic()
    with undone:
        another_test_begins()
        with CaptureQueriesContext(connection) as asked:
            house = a_house()
            notice = walks.sent(house)
        rows = everything()
        transaction.set_rollback(True)
    return house, notice, rows, len(asked)


def test_the_rows_of_a_retraced_way_are_those_of_the_walked_one() -> None:
    house, notice, walked, questions = a_sent_notice()

    again, same, retraced_rows, few = a_sent_notice()

    assert retraced_rows == walked
    assert (same.pk, same.state, again.manager) == (notice.pk, notice.state, house.manager)
    assert again.manager is not house.manager
    assert few < 10 < questions


def test_a_retraced_way_goes_on_as_a_walked_one() -> None:
    a_sent_notice()
    another_test_begins()
    before = retracing.counts["retraced"]

    house = a_house()
    notice = walks.sent(house)
    assert retracing.counts["retraced"] == before + 2
    delivery = walks.posted(house, notice)

    assert delivery.case == notice.case
    assert verify().problems == []


# -- what has a way walked -------------------------------------------------------------------------


walked: list[str] = []


@retraced
def a_renamed_firm(name: str) -> Firm:
    walked.append(name)
    firm, _new = Firm.objects.update_or_create(pk=1, defaults={"name": name})
    return firm


@pytest.fixture
def times() -> Iterator[list[str]]:
    walked.clear()
    yield walked


def test_the_same_beginning_is_walked_once(times: list[str]) -> None:
    for _ in range(3):
        with transaction.atomic():
            another_test_begins()
            assert a_renamed_firm("North").name == "North"
            assert Firm.objects.get().name == "North"
            transaction.set_rollback(True)

    assert times == ["North"]


def test_other_arguments_another_language_and_a_moved_clock_are_other_ways(
    times: list[str],
) -> None:
    a_renamed_firm("North")
    another_test_begins()
    a_renamed_firm("South")
    another_test_begins()
    with translation.override("de"):
        a_renamed_firm("North")
    another_test_begins()
    clock.move(timedelta(days=1))
    a_renamed_firm("North")

    assert times == ["North", "South", "North", "North"]


def test_something_else_written_before_is_another_way(times: list[str]) -> None:
    a_renamed_firm("North")
    another_test_begins()
    Firm.objects.filter(pk=1).update(name="East")
    a_renamed_firm("North")

    assert len(times) == 2


def test_what_is_undone_on_the_way_ends_it(times: list[str]) -> None:
    for _ in range(2):
        another_test_begins()
        with pytest.raises(IntegrityError), transaction.atomic():
            Firm.objects.create(pk=1, name="A")
            Firm.objects.create(pk=1, name="B")
        a_renamed_firm("North")

    assert len(times) == 2


def test_a_changed_setting_has_it_walked(times: list[str], settings: Any) -> None:
    a_renamed_firm("North")
    another_test_begins()
    settings.OUTBOX_DELAY_MINUTES = 10
    a_renamed_firm("North")

    assert len(times) == 2


def test_a_changed_object_has_it_walked(times: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    a_renamed_firm("North")
    retracing.begin(monkeypatch)
    monkeypatch.setattr(walks, "PDF", b"another")
    a_renamed_firm("North")

    assert len(times) == 2


def test_a_clock_that_stands_has_it_walked(times: list[str]) -> None:
    a_renamed_firm("North")
    another_test_begins()
    with time_machine.travel("2027-03-01 12:00", tick=False):
        a_renamed_firm("North")

    assert len(times) == 2


def test_a_minute_later_it_is_walked_again(times: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(retracing, "SECONDS_KEPT", 0)
        a_renamed_firm("North")
        another_test_begins()
        a_renamed_firm("North")

    assert len(times) == 2


@retraced
def a_mailed_firm(name: str) -> Firm:
    walked.append(name)
    mail.send_mail("Hello", "Text", None, ["jane@example.com"])
    return Firm.objects.create(pk=1, name=name)


def test_what_leaves_something_beside_the_database_is_walked_each_time(times: list[str]) -> None:
    with pytest.raises(IntegrityError):
        for _ in range(2):
            another_test_begins()
            a_mailed_firm("North")

    assert len(times) == 2


@retraced
def a_case_that_is_changed(case: TerminationCase) -> None:
    walked.append("changed")
    case.reference = "another"


def test_what_changes_its_arguments_is_walked_each_time(times: list[str]) -> None:
    house = a_house()
    case = walks.a_draft(house).case
    for _ in range(2):
        a_case_that_is_changed(fresh(case))

    assert len(times) == 2


@retraced
def a_ringing_firm(bells: str) -> Firm:
    transaction.on_commit(lambda: walked.append(bells))
    return Firm.objects.create(pk=1, name="North")


def test_what_rings_at_the_end_of_a_transaction_rings_again(
    times: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    for _ in range(2):
        undone = transaction.atomic()
        with undone, django_capture_on_commit_callbacks(execute=True):
            another_test_begins()
            a_ringing_firm("ding")
            transaction.set_rollback(True)

    assert times == ["ding", "ding"]


@pytest.mark.django_db(transaction=True)
def test_tests_with_transactions_of_their_own_walk(times: list[str]) -> None:
    for _ in range(2):
        another_test_begins()
        a_renamed_firm("North")

    assert len(times) == 2


def test_rows_of_two_tables_have_numbers_far_apart() -> None:
    house = a_house()
    client = a_client(house.office, house.team, house.manager, reference="C-2")

    if connection.vendor == "postgresql":
        assert abs(client.pk - house.office.pk) > 500
