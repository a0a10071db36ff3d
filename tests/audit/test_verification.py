"""Every way to tamper is found, and located, by somebody who owned the database for a while."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit import anchors, chain, export, registry, triggers
from audit.chain import Verdict
from audit.models import AuditAnchor, AuditDetail, AuditEvent
from audit.services import erase_details
from audit.standalone_verifier import verify_lines
from audit.verification import verify, verify_stream
from tests.audit.trail import tampering


@pytest.fixture(autouse=True)
def anchors_stay_in_the_test(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture(autouse=True)
def no_facts_of_other_apps(monkeypatch):
    monkeypatch.setattr(registry, "_facts", {})


@pytest.fixture
def trail(remember):
    """Two streams of five events between which nothing else happened."""
    for number in range(1, 6):
        remember("case:1", details={"number": number})
        remember("case:2", details={"number": number})


def sql(statement: str, *values: object) -> None:
    with tampering() as cursor:
        cursor.execute(statement, values)


def change(place: int, /, **values: object) -> None:
    sets = ", ".join(f"{name} = %s" for name in values)
    sql(
        f"UPDATE audit_auditevent SET {sets} WHERE stream = 'case:1' AND seq = %s",
        *values.values(),
        place,
    )


def rehashed(place: int, /, **values: object) -> None:
    """Change an event as somebody does who knows the rules of the chain."""
    entry = AuditEvent.objects.get(stream="case:1", seq=place).as_entry()
    change(place, **values, hash=replace(entry, **values).digest())


def renumber(old: int, new: int) -> None:
    change(old, seq=new)


def remove(where: str) -> None:
    sql(
        "DELETE FROM audit_auditdetail WHERE event_id IN"
        f" (SELECT id FROM audit_auditevent WHERE {where})"
    )
    sql(f"DELETE FROM audit_auditevent WHERE {where}")


def swap() -> None:
    renumber(2, 99)
    renumber(3, 2)
    renumber(99, 3)


def remove_and_close_the_gap() -> None:
    remove("stream = 'case:1' AND seq = 3")
    renumber(4, 3)
    renumber(5, 4)
    sql("UPDATE audit_auditstream SET head_seq = 4 WHERE name = 'case:1'")


def insert_and_make_room() -> None:
    renumber(5, 6)
    renumber(4, 5)
    third = AuditEvent.objects.get(stream="case:1", seq=3)
    forged = replace(third.as_entry(), seq=4, prev_hash=third.hash, action="x", commitment="")
    columns = (
        "stream, at, actor_kind, actor_user_id, actor_ref, object_type, object_id, details,"
        " request_id, prev_hash, hash, seq, action, commitment"
    )
    with tampering() as cursor:
        cursor.execute(
            f"""INSERT INTO audit_auditevent ({columns})
                SELECT stream, at, actor_kind, actor_user_id, actor_ref, object_type, object_id,
                       details, request_id, hash, %s, 4, 'x', ''
                FROM audit_auditevent WHERE id = %s""",
            [forged.digest(), third.pk],
        )
        cursor.execute("UPDATE audit_auditstream SET head_seq = 6 WHERE name = 'case:1'")


def append_past_the_head() -> None:
    sql(
        """INSERT INTO audit_auditevent (stream, at, actor_kind, actor_user_id, actor_ref,
             object_type, object_id, details, request_id, prev_hash, hash, seq, action, commitment)
           SELECT stream, at, actor_kind, actor_user_id, actor_ref, object_type, object_id, details,
             request_id, hash, 'x', 6, action, ''
           FROM audit_auditevent WHERE stream = 'case:1' AND seq = 5"""
    )
    sixth = AuditEvent.objects.get(stream="case:1", seq=6)
    change(6, hash=sixth.as_entry().digest())


def detail(seq: int, assignment: str) -> None:
    sql(
        f"""UPDATE audit_auditdetail SET {assignment} WHERE event_id =
            (SELECT id FROM audit_auditevent WHERE stream = 'case:1' AND seq = %s)""",
        seq,
    )


TAMPERINGS = {
    "content changed": (lambda: change(3, action="x"), Verdict.ALTERED, 3),
    "details changed": (lambda: change(3, details='{"number":9}'), Verdict.ALTERED, 3),
    "time changed": (
        lambda: sql("UPDATE audit_auditevent SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 3"),
        Verdict.ALTERED,
        3,
    ),
    "hash changed": (lambda: change(3, hash="0" * 64), Verdict.ALTERED, 3),
    "link changed": (lambda: change(3, prev_hash="0" * 64), Verdict.ALTERED, 3),
    "changed with a new hash": (lambda: rehashed(3, action="x"), Verdict.ALTERED, 3),
    "last one changed with a new hash": (lambda: rehashed(5, action="x"), Verdict.ALTERED, 5),
    "removed": (
        lambda: remove("stream = 'case:1' AND seq = 3"),
        Verdict.GAP_OR_ORDER,
        3,
    ),
    "removed and renumbered": (remove_and_close_the_gap, Verdict.GAP_OR_ORDER, 3),
    "swapped": (swap, Verdict.GAP_OR_ORDER, 2),
    "inserted": (insert_and_make_room, Verdict.GAP_OR_ORDER, 5),
    "appended past the head": (append_past_the_head, Verdict.GAP_OR_ORDER, 6),
    "tail cut": (lambda: remove("stream = 'case:1' AND seq > 3"), Verdict.GAP_OR_ORDER, 5),
    "stream removed": (lambda: remove("stream = 'case:1'"), Verdict.GAP_OR_ORDER, 5),
    "head removed": (
        lambda: sql("DELETE FROM audit_auditstream WHERE name = 'case:1'"),
        Verdict.GAP_OR_ORDER,
        1,
    ),
    "after changed": (lambda: detail(3, "after = '{}'"), Verdict.ALTERED, 3),
    "name changed": (lambda: detail(3, "actor_name = 'Somebody Else'"), Verdict.ALTERED, 3),
    "detail removed": (
        lambda: sql(
            """DELETE FROM audit_auditdetail WHERE event_id =
               (SELECT id FROM audit_auditevent WHERE stream = 'case:1' AND seq = 3)"""
        ),
        Verdict.ALTERED,
        3,
    ),
    "detail blanked silently": (
        lambda: detail(
            3,
            "salt = '', before = NULL, after = NULL, actor_name = '',"
            " erased_at = '2027-01-01 00:00:00+00:00'",
        ),
        Verdict.ALTERED,
        3,
    ),
}


def test_an_untouched_trail_is_whole(trail):
    report = verify()
    assert report.is_whole
    assert (report.events, report.streams, report.exit_code) == (10, 2, 0)


@pytest.mark.parametrize(("tamper", "verdict", "seq"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_tampering_is_found_and_located(trail, tamper, verdict, seq):
    tamper()
    report = verify()
    first = report.problems[0]
    assert (first.stream, first.verdict, first.seq) == ("case:1", verdict, seq)
    assert "case:1" in first.words
    assert report.exit_code == verdict
    assert verify_stream("case:1").problems[0] == first


def test_a_stream_beside_a_broken_one_still_holds(trail):
    change(3, action="x")
    assert verify_stream("case:2").is_whole
    assert {problem.stream for problem in verify().problems} == {"case:1"}


@pytest.mark.parametrize(
    "name", [name for name in TAMPERINGS if "head" not in name and name != "stream removed"]
)
def test_the_stand_alone_verifier_agrees(trail, name):
    tamper, verdict, seq = TAMPERINGS[name]
    anchor = anchors.make_anchor()
    tamper()
    problems = list(verify_lines(export.whole_streams(), [anchors.as_json(anchor)]))
    # A cut tail shows there as a stream that is shorter than the anchor.
    expected = Verdict.SHORTER_THAN_ANCHOR if name == "tail cut" else verdict
    assert (problems[0].stream, problems[0].verdict, problems[0].seq) == ("case:1", expected, seq)


# -- anchors ---------------------------------------------------------------------------------------


def rewrite_the_tail() -> None:
    """Cut two events away and pull the head back, as if they had never been."""
    remove("stream = 'case:1' AND seq > 3")
    with tampering() as cursor:
        cursor.execute(
            """UPDATE audit_auditstream SET head_seq = 3, anchored_seq = 3, head_hash =
               (SELECT hash FROM audit_auditevent WHERE stream = 'case:1' AND seq = 3)
               WHERE name = 'case:1'"""
        )


def test_a_tail_that_was_cut_with_its_head_shows_against_the_anchor(trail):
    anchors.make_anchor()
    rewrite_the_tail()
    report = verify()
    assert report.exit_code == Verdict.SHORTER_THAN_ANCHOR
    assert (report.problems[0].stream, report.problems[0].seq) == ("case:1", 5)


def test_a_history_that_was_written_anew_shows_against_the_anchor(trail, remember):
    anchors.make_anchor()
    rewrite_the_tail()
    remember("case:1", details={"number": 44})
    remember("case:1", details={"number": 55})
    report = verify()
    assert report.exit_code == Verdict.ALTERED
    assert "anchor 1 remembers" in report.problems[0].words


def test_an_anchor_kept_elsewhere_shows_what_ours_no_longer_can(trail):
    kept = anchors.as_json(anchors.make_anchor())
    rewrite_the_tail()
    sql("DELETE FROM audit_auditanchor")
    assert verify().is_whole
    report = verify(kept)
    assert report.exit_code == Verdict.SHORTER_THAN_ANCHOR
    assert "kept elsewhere and is missing here" in report.problems[0].words


def test_a_removed_anchor_leaves_a_gap(trail, remember):
    anchors.make_anchor()
    remember()
    anchors.make_anchor()
    sql("DELETE FROM audit_auditanchor WHERE number = 1")
    assert verify().exit_code == Verdict.SHORTER_THAN_ANCHOR


@pytest.mark.parametrize(
    "assignment", ["root = 'x'", "leaves = '[]'", "prev_hash = 'x'", "hash = 'x'"]
)
def test_a_changed_anchor_is_found(trail, assignment):
    anchors.make_anchor()
    sql(f"UPDATE audit_auditanchor SET {assignment}")
    assert verify().exit_code == Verdict.ALTERED


# -- erasing ---------------------------------------------------------------------------------------


def test_erasing_detail_keeps_the_chain_whole_and_says_who_did_it(trail, actor):
    event = erase_details("case:1", by=actor, ground="client_request")

    assert event.action == "audit.details_erased"
    assert event.details == {"ground": "client_request", "seqs": [1, 2, 3, 4, 5]}
    erased = AuditDetail.objects.filter(event__stream="case:1", event__seq__lte=5)
    assert {(d.salt, d.before, d.after, d.actor_name) for d in erased} == {("", None, None, "")}
    assert verify().is_whole
    assert not list(verify_lines(export.whole_streams()))


def test_erasing_reaches_one_stream_only_and_twice_is_once(trail, actor):
    erase_details("case:1", by=actor, ground="retention")
    assert AuditDetail.objects.filter(event__stream="case:2", erased_at=None).count() == 5
    again = erase_details("case:1", by=actor, ground="retention")
    assert again.details["seqs"] == [6]
    assert erase_details("case:9", by=actor, ground="retention") is None


def test_only_what_is_old_enough_is_erased(trail, actor):
    third = AuditEvent.objects.get(stream="case:1", seq=3)
    event = erase_details("case:1", by=actor, ground="retention", up_to=third.at)
    assert event.details["seqs"] == [1, 2]
    assert verify().is_whole


# -- facts and triggers ----------------------------------------------------------------------------


def test_a_fact_without_its_event_is_named(trail, person, remember):
    def people_without_event():
        return registry.rows_without_event(
            type(person).objects.all(), action="user.invited", prefix="user", stream_id="pk"
        )

    registry.register_fact("people", people_without_event)
    report = verify()
    assert report.exit_code == Verdict.FACT_WITHOUT_EVENT
    assert report.problems[0].stream == f"user:{person.pk}"
    assert "has no event user.invited" in report.problems[0].words

    remember(f"user:{person.pk}", action="user.invited", subject=person)
    assert verify().is_whole


def test_a_missing_trigger_is_named(trail):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    triggers.drop(connection)
    report = verify()
    assert report.exit_code == Verdict.TRIGGER_MISSING
    assert len(report.problems) == len(triggers.missing_triggers(connection))
    triggers.create(connection)


def test_an_altered_event_outweighs_a_missing_trigger(trail):
    change(3, action="x")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    triggers.drop(connection)
    assert verify().exit_code == Verdict.ALTERED
    triggers.create(connection)


# -- the command -----------------------------------------------------------------------------------


def test_the_command_says_that_all_is_well(trail, capsys):
    call_command("verify_audit")
    assert capsys.readouterr().out == (
        "The audit trail is whole: 10 events in 2 streams, 0 anchors.\n"
    )


def test_the_command_names_the_broken_place_and_exits_with_its_verdict(trail, capsys):
    change(3, action="x")
    with pytest.raises(SystemExit) as stop:
        call_command("verify_audit")
    assert stop.value.code == 2
    assert "case:1: event 3 was altered: its content does not match" in capsys.readouterr().out


def test_the_command_answers_a_machine(trail, capsys):
    remove("stream = 'case:1' AND seq = 3")
    with pytest.raises(SystemExit) as stop:
        call_command("verify_audit", "--json")
    report = json.loads(capsys.readouterr().out)
    assert stop.value.code == report["exit_code"] == 3
    assert report["problems"][0]["seq"] == 3
    assert report["problems"][0]["kind"] == "gap_or_order"


@pytest.mark.parametrize("as_folder", [True, False])
def test_the_command_takes_anchors_that_were_kept_elsewhere(trail, tmp_path: Path, as_folder):
    path = anchors.write_file(anchors.make_anchor())
    call_command("verify_audit", "--anchor", str(path.parent if as_folder else path))
    rewrite_the_tail()
    sql("DELETE FROM audit_auditanchor")
    with pytest.raises(SystemExit) as stop:
        call_command("verify_audit", "--anchor", str(path.parent if as_folder else path))
    assert stop.value.code == 4


@pytest.mark.parametrize("text", ["nothing", "{}", "[1]"])
def test_a_file_that_is_no_anchor_is_told_apart_from_tampering(trail, tmp_path: Path, text):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(CommandError) as error:
        call_command("verify_audit", "--anchor", str(tmp_path / "x.json"))
    assert error.value.returncode == 64


def test_reading_in_chunks_finds_the_same(trail, monkeypatch):
    monkeypatch.setattr("audit.verification.EVENTS_AT_ONCE", 2)
    monkeypatch.setattr("audit.verification._HEADS_AT_ONCE", 1)
    anchors.make_anchor()
    assert verify().is_whole
    change(4, action="x")
    assert verify().problems[0].seq == 4


def test_the_root_covers_every_stream_that_changed(trail, remember):
    first = anchors.make_anchor()
    assert [leaf[0] for leaf in first.leaves] == ["case:1", "case:2"]
    remember("case:2")
    second = anchors.make_anchor()
    assert [(leaf[0], leaf[1]) for leaf in second.leaves] == [("case:2", 6)]
    assert second.prev_hash == first.hash
    assert anchors.make_anchor() is None
    assert AuditAnchor.objects.count() == 2
    assert second.root == chain.merkle_root(second.leaves)
    assert verify().is_whole
