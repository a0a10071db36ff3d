"""The database refuses, whoever asks."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from audit import anchors, triggers
from audit.checks import the_trail_is_protected
from audit.models import AuditAnchor, AuditDetail, AuditEvent, AuditStream
from audit.services import erase_details
from audit.verification import verify

STATEMENTS = {
    "update": "UPDATE audit_auditevent SET action = 'x'",
    "delete": "DELETE FROM audit_auditevent",
    "anchor update": "UPDATE audit_auditanchor SET root = 'x'",
    "anchor delete": "DELETE FROM audit_auditanchor",
    "detail change": "UPDATE audit_auditdetail SET after = '{}'",
    "detail half blank": "UPDATE audit_auditdetail SET after = NULL",
    "detail delete": "DELETE FROM audit_auditdetail",
    "stream rewind": "UPDATE audit_auditstream SET head_seq = 0",
    "stream forged": "UPDATE audit_auditstream SET head_hash = 'x'",
    "stream skip": "UPDATE audit_auditstream SET head_seq = head_seq + 1",
    "stream anchored back": "UPDATE audit_auditstream SET anchored_seq = 0",
    "stream delete": "DELETE FROM audit_auditstream",
    "stream begun late": (
        "INSERT INTO audit_auditstream (name, head_seq, head_hash, anchored_seq)"
        " VALUES ('case:9', 5, 'x', 0)"
    ),
}
COLUMNS = """stream, at, actor_kind, actor_user_id, actor_ref, action, object_type, object_id,
    details, request_id, commitment"""


@pytest.fixture
def trail(remember, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    events = [remember(), remember()]
    anchors.make_anchor()
    return events


def refused(statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_the_trail_only_grows(trail, statement):
    refused(statement)
    assert verify().is_whole


@pytest.mark.parametrize("table", ["auditevent", "auditdetail", "auditstream", "auditanchor"])
def test_a_table_of_the_trail_cannot_be_emptied_at_once(trail, table):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        refused(f"TRUNCATE audit_{table} CASCADE")
    else:
        refused(f"DELETE FROM audit_{table}")


def test_querysets_and_models_are_refused_as_well(trail):
    event = trail[0]
    for attempt in (
        lambda: AuditEvent.objects.update(action="x"),
        lambda: AuditEvent.objects.bulk_update([event], ["action"]),
        lambda: event.save(),
        lambda: AuditDetail.objects.filter(pk=event.pk).delete(),
        lambda: AuditStream.objects.all().delete(),
        lambda: AuditAnchor.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    with pytest.raises(ProtectedError):
        event.delete()


def test_a_person_whom_the_trail_names_cannot_be_deleted(trail, person):
    with pytest.raises(ProtectedError):
        person.delete()


@pytest.mark.parametrize(
    ("seq", "prev_hash"),
    [("seq + 5", "hash"), ("seq + 1", "'forged'"), ("seq", "hash"), ("seq", "prev_hash")],
    ids=["gap", "not linked", "fork", "same place"],
)
def test_an_event_that_does_not_follow_the_head_is_refused(trail, seq, prev_hash):
    refused(
        f"""INSERT INTO audit_auditevent (seq, prev_hash, hash, {COLUMNS})
            SELECT {seq}, {prev_hash}, 'forged', {COLUMNS} FROM audit_auditevent WHERE seq = 2"""
    )


@pytest.mark.parametrize(
    "statement",
    [
        f"""INSERT OR REPLACE INTO audit_auditevent (id, seq, prev_hash, hash, {COLUMNS})
            SELECT id, seq, prev_hash, 'forged', {COLUMNS} FROM audit_auditevent""",
        f"""INSERT OR REPLACE INTO audit_auditevent (seq, prev_hash, hash, {COLUMNS})
            SELECT seq, prev_hash, 'forged', {COLUMNS} FROM audit_auditevent""",
        # The right place and link, but an id that would push another event out.
        f"""INSERT OR REPLACE INTO audit_auditevent (id, seq, prev_hash, hash, {COLUMNS})
            SELECT id - 1, seq + 1, hash, 'forged', {COLUMNS} FROM audit_auditevent
            WHERE seq = 2""",
        "REPLACE INTO audit_auditdetail SELECT * FROM audit_auditdetail",
        "REPLACE INTO audit_auditstream SELECT name, 0, 'x', 0 FROM audit_auditstream",
        "REPLACE INTO audit_auditanchor SELECT * FROM audit_auditanchor",
        "UPDATE OR REPLACE audit_auditevent SET seq = 1 WHERE seq = 2",
        "INSERT OR IGNORE INTO audit_auditstream VALUES ('case:9', 5, 'x', 0)",
    ],
)
def test_replacing_is_refused_like_deleting(trail, statement):
    if connection.vendor == "sqlite":
        refused(statement)
    assert verify().is_whole


def test_erasing_is_the_one_change_that_detail_allows(trail, actor):
    erase_details("case:1", by=actor, ground="retention")
    refused("UPDATE audit_auditdetail SET after = '{}' WHERE erased_at IS NOT NULL")


def test_nothing_is_missing_after_migrate(db):
    assert triggers.missing_triggers(connection) == []
    assert the_trail_is_protected(databases=["default"]) == []


@pytest.mark.django_db(transaction=True)
def test_a_removed_trigger_is_named_and_laid_again_by_migrate():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER audit_event_no_change ON audit_auditevent")
            gone = ["audit_event_no_change"]
        else:
            cursor.execute("DROP TRIGGER audit_event_no_update")
            gone = ["audit_event_no_update"]

    assert triggers.missing_triggers(connection) == gone
    [warning] = the_trail_is_protected(databases=["default"])
    assert gone[0] in warning.msg

    call_command("migrate", verbosity=0)
    assert triggers.missing_triggers(connection) == []


@pytest.mark.django_db(transaction=True)
def test_a_trigger_that_was_disarmed_counts_as_missing():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_event_follows")
            name = "audit_event_follows"
        else:
            name = "audit_event_no_delete"
            cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(
                f"CREATE TRIGGER {name} BEFORE DELETE ON audit_auditevent WHEN 0"
                " BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
    assert triggers.missing_triggers(connection) == [name]


@pytest.mark.django_db(transaction=True)
def test_a_function_that_was_hollowed_out_counts_as_missing():
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RETURN OLD; END $$"
        )
    assert "audit_event_no_change" in triggers.missing_triggers(connection)
