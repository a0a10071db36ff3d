"""What must also happen with a verb.

Withdrawing sends a letter and revokes links, following up schedules mail: things of apps above this
one. They register here by name from `AppConfig.ready`, and `services.advance()` runs them in the
verb's own transaction, in the order registered. Unlike a signal an effect is named, cannot be
forgotten (a system check fails when a verb lacks one it needs) and its failure undoes the step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.core import checks

from accounts.actor import Actor
from offboarding.models import TerminationCase

Effect = Callable[..., None]


class _Registered(NamedTuple):
    name: str
    run: Effect


NEEDED = {
    "withdraw": {"tell the client in writing", "revoke links", "stop what is not sent yet"},
    "acknowledge": {"stop asking"},
    "void_acknowledgement": {"tell the owner", "chase again"},
    "begin_follow_up": {"plan follow-ups"},
    "decide_to_end": {"copy the ground's checklist", "stop a warning that waits"},
    "retain": {"stop a warning that waits"},
    "close": {"revoke links"},
}
"""Effects without which a verb must not run."""

_effects: dict[str, list[_Registered]] = {}


def register(verb: str, name: str, run: Effect) -> None:
    """Add an effect to a verb; adding the same name again replaces it."""
    kept = [effect for effect in _effects.get(verb, []) if effect.name != name]
    _effects[verb] = [*kept, _Registered(name, run)]


def names_of(verb: str) -> list[str]:
    """Return the names of a verb's effects, in the order in which they run."""
    return [effect.name for effect in _effects.get(verb, [])]


def run(verb: str, case: TerminationCase, *, by: Actor, **facts: Any) -> None:
    """Run a verb's effects; call inside its transaction."""
    for effect in _effects.get(verb, []):
        effect.run(case, by=by, **facts)


@checks.register()
def every_verb_has_its_effects(**kwargs: Any) -> list[checks.CheckMessage]:
    """Fail the start of a process in which a verb would leave something undone."""
    return [
        checks.Error(
            f"The verb “{verb}” lacks its effect “{name}”.",
            hint="Register it with offboarding.effects.register() in an AppConfig.ready().",
            id="offboarding.E001",
        )
        for verb, needed in NEEDED.items()
        for name in sorted(needed - set(names_of(verb)))
    ]
