"""How steady the machine is: the same loop again and again."""

from __future__ import annotations

from bench.measuring import contest, probe
from bench.runs import Run


def measure(run: Run) -> None:
    """Run the fixed loop against itself; anything but 1.0 is the machine's doing."""
    found = contest({"first": probe, "second": probe}, rounds=max(run.rounds, 5))
    run.report.longer(
        "noise.same_loop",
        found,
        ours="first",
        peer="second",
        about="a fixed loop against itself; drift is its slowest against its fastest",
    )
