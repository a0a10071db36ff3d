import enum
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.translation import gettext_lazy

from accounts.actor import Actor
from audit import chain, request_id
from audit.errors import NotInTransaction, ProseInDetails
from audit.middleware import RequestIdMiddleware
from audit.models import AuditDetail, AuditEvent, AuditStream
from audit.services import Note, head_prefix, record, record_all
from tests.audit.trail import MACHINE


def test_events_of_a_stream_are_numbered_and_chained(remember):
    first, second = remember(), remember()

    assert (first.seq, second.seq) == (1, 2)
    assert first.prev_hash == chain.GENESIS
    assert second.prev_hash == first.hash
    stream = AuditStream.objects.get(pk="case:1")
    assert (stream.head_seq, stream.head_hash) == (2, second.hash)


def test_each_stream_has_a_chain_of_its_own(remember):
    remember("case:1")
    assert remember("case:2").seq == 1


def test_what_is_returned_is_what_was_stored(remember, person):
    event = remember(
        subject=person, details={"version": 3}, before={"name": "Élan"}, after={"name": "Οδός"}
    )
    stored = AuditEvent.objects.select_related("detail").get()

    assert stored.pk == event.pk
    assert stored.as_entry() == event.as_entry()
    assert stored.as_entry().digest() == stored.hash
    assert (stored.object_type, stored.object_id) == ("accounts.user", str(person.pk))
    assert stored.details == {"version": 3}
    assert (stored.before, stored.after) == ({"name": "Élan"}, {"name": "Οδός"})
    assert event.before == {"name": "Élan"}
    assert stored.actor_user == person
    assert stored.actor_name == "Jo Doe"


def test_many_events_in_one_go_follow_each_other_on_their_own_chains(remember):
    before = remember("case:2")
    notes = [
        Note("case:2", "a.second", MACHINE, details={"n": 2}),
        Note("case:1", "a.first", MACHINE, after={"name": "Jo"}),
        Note("case:2", "a.third", MACHINE),
    ]
    with transaction.atomic():
        written = record_all(notes)

    assert [(event.stream, event.seq) for event in written] == [
        ("case:2", 2), ("case:1", 1), ("case:2", 3)
    ]  # fmt: skip
    stored = {event.pk: event for event in AuditEvent.objects.all()}
    for event in written:
        assert stored[event.pk].as_entry() == event.as_entry()
        assert stored[event.pk].as_entry().digest() == event.hash
    assert written[0].prev_hash == before.hash
    assert written[2].prev_hash == written[0].hash
    assert AuditEvent.objects.get(stream="case:1").after == {"name": "Jo"}
    heads = dict(AuditStream.objects.values_list("name", "head_hash"))
    assert heads["case:1"] == written[1].hash
    assert heads["case:2"] == written[2].hash


def test_whatever_stands_in_an_event_the_database_hashes_it_as_the_verifier_does(remember):
    odd = ["", "a", "Ünë–✓", "\U0001f58b" * 10, "';--\\%s", "x" * 40]
    notes = [
        Note("case:9", f"a.{text}"[:80], Actor.machine(text[:80]), details={"n": text.strip()})
        for text in odd
    ]
    with transaction.atomic():
        # Past nine, the number has two digits.
        record_all([*notes, *notes])
    with request_id.use("Ünë"):
        remember("case:9", after={"odd": odd}, at=datetime(1999, 12, 31, 23, 59, 59, 7, UTC))

    stored = list(AuditEvent.objects.order_by("seq"))
    assert [event.seq for event in stored] == list(range(1, 2 * len(notes) + 2))
    previous = chain.GENESIS
    for event in stored:
        assert event.prev_hash == previous
        assert event.as_entry().digest() == event.hash
        previous = event.hash


def test_many_events_cost_no_more_statements_than_a_few(db, django_assert_max_num_queries):
    notes = [Note(f"case:{n % 5}", "a.b", MACHINE, after={"n": n}) for n in range(20)]
    with transaction.atomic(), django_assert_max_num_queries(5):
        record_all(notes)


@pytest.mark.django_db(transaction=True)
def test_recording_many_outside_a_transaction_is_refused():
    with pytest.raises(NotInTransaction):
        record_all([Note("staff", "user.signed_in", MACHINE)])
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused():
    with pytest.raises(NotInTransaction, match="must run in the transaction"):
        record(stream="staff", action="user.signed_in", by=MACHINE)
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_fails_leaves_no_event_and_no_gap():
    with pytest.raises(RuntimeError), transaction.atomic():
        record(stream="staff", action="user.signed_in", by=MACHINE)
        raise RuntimeError
    with transaction.atomic():
        assert record(stream="staff", action="user.signed_in", by=MACHINE).seq == 1


def test_a_machine_that_notes_no_values_leaves_nothing_to_erase(remember):
    event = remember(by=MACHINE, after=None)

    assert event.commitment == ""
    assert event.actor_name == "audit.tests"
    assert not AuditDetail.objects.exists()


def test_names_of_clients_and_persons_stay_out_of_the_chain(remember):
    client = remember(by=Actor.client("Ada Byron", link_id=5))
    person = remember()

    for event in (client, person):
        assert event.actor_name in ("Ada Byron", "Jo Doe")
        assert event.actor_name not in str(asdict(event.as_entry()))
    assert client.actor_ref == "link:5"


def test_an_event_carries_the_request_it_belongs_to(remember):
    with request_id.use("abc"):
        assert remember().request_id == "abc"
    assert remember().request_id == ""


def test_each_request_gets_a_name_of_its_own_and_none_from_outside(db):
    seen = []
    middleware = RequestIdMiddleware(lambda _: seen.append(request_id.current()) or HttpResponse())
    responses = [
        middleware(RequestFactory().get("/", headers={"X-Request-ID": "mine"})) for _ in range(2)
    ]

    assert [response["X-Request-ID"] for response in responses] == seen
    assert len(set(seen)) == 2
    assert "mine" not in seen
    assert request_id.current() == ""


def test_an_event_may_be_told_at_a_past_instant(remember):
    past = datetime(2020, 5, 1, 12, tzinfo=UTC)
    assert remember(at=past).at == past


class Colour(enum.Enum):
    RED = "red"


def test_values_are_kept_in_a_plain_form_that_reads_back_the_same(remember, person):
    after = {
        "on": date(2027, 1, 31),
        "at": datetime(2027, 1, 31, tzinfo=UTC),
        "amount": Decimal("1.50"),
        "ratio": 0.1,
        "flag": True,
        "colour": Colour.RED,
        "words": gettext_lazy("Person"),
        "who": person,
        "ids": {3, 1, 2},
        "odd": "\x00\ud800 \u2028",
        "nested": {"a": [1, None]},
    }
    remember(after=after)
    stored = AuditEvent.objects.get()

    assert stored.after == {
        "on": "2027-01-31",
        "at": "2027-01-31T00:00:00.000000Z",
        "amount": "1.50",
        "ratio": "0.1",
        "flag": True,
        "colour": "red",
        "words": "Person",
        "who": person.pk,
        "ids": [1, 2, 3],
        "odd": "\x00\ud800 \u2028",
        "nested": {"a": [1, None]},
    }


def test_a_value_without_a_plain_form_is_refused(remember):
    with pytest.raises(TypeError, match="cannot hold a object"):
        remember(after={"thing": object()})


@pytest.mark.parametrize(
    "details", [{"reason": "was rude"}, {"to": "a@b.example"}, {"x": {"y": ["a b"]}}]
)
def test_text_in_details_is_warned_about_because_it_can_never_be_erased(remember, details):
    with pytest.warns(ProseInDetails):
        remember(details=details)


def test_the_printed_head_is_the_beginning_of_the_newest_hash(remember):
    assert head_prefix("case:1") == "0" * 16
    event = remember()
    assert head_prefix("case:1") == event.hash[:16]


def test_recording_costs_one_statement_on_postgresql_and_three_on_sqlite(
    remember, django_assert_max_num_queries
):
    remember()
    with django_assert_max_num_queries(1 if connection.vendor == "postgresql" else 3):
        remember()
