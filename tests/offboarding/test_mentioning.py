"""Whom an @ in a note means."""

from __future__ import annotations

import pytest

from offboarding.mentioning import meant_in

NAMES = {1: "Mia Manager", 2: "Leo Lead", 3: "Leo Lehmann", 4: "Zoë O’Neill-Byrne", 5: "Mia Man"}


@pytest.mark.parametrize(
    ("text", "people", "unknown", "shared"),
    [
        ("Please look, @Mia Manager.", {1}, [], []),
        ("@mia man, please.", {5}, [], []),
        ("(@ZOË o’neill-byrne) and @Zoë!", {4}, [], []),
        ("@Leo Lehmann's idea", {3}, [], []),
        ("@Leo, which one?", set(), [], ["Leo"]),
        ("@Otto should know", set(), ["Otto"], []),
        ("@Leonie is no Leo", set(), ["Leonie"], []),
        ("write to mia@example.com or @ nobody, not @@Mia", set(), [], []),
        ("<script>@Leo Lead</script>", {2}, [], []),
    ],
)
def test_a_name_behind_an_at_means_one_person_or_is_named(
    text: str, people: set[int], unknown: list[str], shared: list[str]
) -> None:
    meant = meant_in(text, NAMES)

    assert (meant.people, meant.unknown, meant.shared) == (people, unknown, shared)
