from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _lay_triggers(using: str, **kwargs: Any) -> None:
    from django.db import connections

    from offboarding import triggers

    if triggers.TABLE in connections[using].introspection.table_names():
        triggers.create(connections[using])


class OffboardingConfig(AppConfig):
    name = "offboarding"
    verbose_name = "Offboarding"

    def ready(self) -> None:
        from offboarding import effects
        from offboarding.services import follow_ups, links, obligations

        # A table that SQLite remakes loses its triggers silently, so they are laid after each run.
        post_migrate.connect(_lay_triggers, sender=self, dispatch_uid="offboarding.triggers")
        effects.register("decide_to_end", "copy the ground's checklist", obligations.copy_checklist)
        effects.register("begin_follow_up", "plan follow-ups", follow_ups.plan_follow_ups)
        effects.register("withdraw", "revoke links", _revoke_as_withdrawn)
        effects.register("close", "revoke links", links.revoke_links)


def _revoke_as_withdrawn(case: Any, **facts: Any) -> None:
    from offboarding.services import links

    links.revoke_links(case, reason="withdrawn", **facts)
