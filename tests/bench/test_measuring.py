"""What ratios are said to mean."""

from __future__ import annotations

import pytest

from bench.measuring import Contest, Goal, contest, quartiles, verdict
from bench.report import Report

STEADY, SHAKY = 1.1, 4.0


def test_the_order_of_contestants_is_rotated_each_round():
    turns: list[str] = []

    def contestant(name: str):
        return lambda: turns.append(name) or 1.0

    contest({"a": contestant("a"), "b": contestant("b")}, rounds=3)

    assert "".join(turns) == "ab" + "ab" + "ba" + "ab"


def test_ratios_are_taken_within_a_round_so_a_slow_machine_cancels_out():
    found = Contest({"ours": [1.0, 10.0], "peer": [2.0, 20.0]})

    assert found.ratios("peer", "ours") == [2.0, 2.0]
    assert quartiles([1.0, 2.0, 3.0]) == (1.5, 2.0, 2.5)


@pytest.mark.parametrize(
    ("ratios", "goal", "drift", "expected"),
    [
        ([3.0, 3.1, 3.2], Goal(at_least=2), STEADY, "met"),
        ([1.0, 1.1, 1.2], Goal(at_least=2), STEADY, "short"),
        ([1.0, 1.1, 1.2], Goal(at_most=1.5), STEADY, "met"),
        ([1.0, 2.1, 3.2], Goal(at_least=2), STEADY, "NOISY"),
        ([3.0, 3.1, 3.2], Goal(at_least=2), SHAKY, "NOISY"),
        ([9.0, 9.1, 9.2], Goal(at_least=2), SHAKY, "met"),
        ([9.0, 9.1, 9.2], None, STEADY, "no-goal"),
    ],
)
def test_a_verdict_is_given_only_where_the_figures_tell(ratios, goal, drift, expected):
    assert verdict(ratios, goal, drift) == expected


def test_a_goal_that_is_missed_is_no_failure_and_broken_work_is():
    lines: list[str] = []
    report = Report(lines.append)
    found = Contest({"ours": [1.0], "peer": [1.0]}, [1.0])

    report.faster("letters.x", found, ours="ours", peer="peer", goal=5, about="a try")
    report.skip("letters.y", "soffice is not installed")
    assert report.failed == 0
    report.fail("letters.z", "a letter without pages")

    assert report.failed == 1
    assert report.sums()[0].startswith("goals: 0 met, 1 short")
    assert report.sums()[1] == "1 passed, 1 failed, 1 skipped"
    assert "ratio=1.00" in lines[0] and "goal=>=5" in lines[0] and "verdict=short" in lines[0]
