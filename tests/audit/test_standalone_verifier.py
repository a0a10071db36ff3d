"""The one file that ships to the other side, run as the other side runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from audit import anchors, standalone_verifier
from audit.services import erase_details, head_prefix


@pytest.fixture
def exported(remember, actor, tmp_path: Path, settings, capsys) -> Path:
    settings.DATA_DIR = tmp_path
    for number in range(4):
        remember("case:1", details={"number": number}, after={"name": "Οδός", "n": number})
        remember("staff", after=None)
    erase_details("staff", by=actor, ground="retention")
    anchors.write_file(anchors.make_anchor())
    capsys.readouterr()
    call_command("export_audit")
    path = tmp_path / "trail.jsonl"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    return path


def run(path: Path, *arguments: str) -> tuple[int, str]:
    """Run the file alone, away from the project and without its packages."""
    alone = path.with_name("verifier.py")
    alone.write_bytes(Path(standalone_verifier.__file__).read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(alone), str(path), *arguments],
        capture_output=True,
        text=True,
        cwd=path.parent,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def rewrite(path: Path, change) -> None:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in change(lines)), encoding="utf-8")


def test_a_whole_trail_passes_with_its_anchor_and_its_printed_head(exported):
    anchor = str(exported.parent / "anchors" / "000001.json")
    printed = f"case:1={head_prefix('case:1')}"
    whole = (0, "The audit trail is whole.\n")
    assert run(exported, "--anchor", anchor, "--head", printed) == whole


def test_a_changed_event_is_named(exported):
    rewrite(exported, lambda lines: [line | {"action": "x"} for line in lines])
    code, words = run(exported)
    assert code == 2
    assert "case:1: event 1 was altered" in words


def test_a_changed_detail_is_named(exported):
    def change(lines):
        lines[1]["detail"]["after"]["name"] = "Someone"
        return lines

    rewrite(exported, change)
    assert run(exported)[0] == 2


def test_a_missing_event_is_named(exported):
    rewrite(exported, lambda lines: lines[:1] + lines[2:])
    assert run(exported) == (3, "case:1: 1 event is missing before event 3.\n")


def test_a_cut_tail_shows_against_anchor_and_printed_head(exported):
    anchor = str(exported.parent / "anchors" / "000001.json")
    printed = f"case:1={head_prefix('case:1')}"
    rewrite(exported, lambda lines: lines[:3] + lines[4:])
    assert run(exported)[0] == 0
    assert run(exported, "--anchor", anchor)[0] == 4
    code, words = run(exported, "--head", printed)
    assert (code, "no event carries the printed head" in words) == (4, True)


@pytest.mark.parametrize("arguments", [["--head", "x"], ["--what"], ["--anchor", "none.json"]])
def test_what_cannot_be_read_is_told_apart_from_tampering(exported, arguments):
    assert run(exported, *arguments)[0] == 64


@pytest.mark.parametrize("text", ["nothing\n", "{}\n", '{"stream": "case:1"}\n'])
def test_lines_that_are_no_events_cannot_be_read(exported, text):
    exported.write_text(text)
    assert run(exported)[0] == 64
