"""The bench runs from its command line, with services of its own, and checks its work."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.scale

ROOT = Path(__file__).parents[2]


def bench(tmp_path: Path, *arguments: str) -> tuple[str, list[dict[str, object]]]:
    """Run it; return what it printed and its metrics."""
    file = tmp_path / "bench.json"
    done = subprocess.run(
        [sys.executable, "-m", "bench", *arguments, "--json", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, json.loads(file.read_text())["metrics"]


def test_the_same_loop_is_measured_against_itself(tmp_path):
    printed, [metric] = bench(tmp_path, "noise", "--quick")

    assert printed.splitlines()[1].startswith("metric=noise.same_loop ")
    assert "1 passed, 0 failed, 0 skipped" in printed
    assert 0.2 < metric["ratio"] < 5


def test_the_audit_trail_is_measured_end_to_end(tmp_path):
    printed, metrics = bench(tmp_path, "audit", "--quick", "--rounds", "1")

    names = [metric["metric"] for metric in metrics]
    assert names == ["audit.one_writer", "audit.history", "audit.auditlog", "audit.eight_writers"]
    assert " 0 failed" in printed
    assert all(metric["verdict"] != "FAILED" for metric in metrics)
