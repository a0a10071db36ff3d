from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class OffboardingConfig(AppConfig):
    name = "offboarding"
    verbose_name = "Offboarding"

    def ready(self) -> None:
        """Lay the triggers after each migration and register what verbs cause."""
        # Models can only be imported once every app is ready.
        from offboarding import effects, trail, triggers  # noqa: PLC0415
        from offboarding.services import follow_ups, links, obligations, proofs  # noqa: PLC0415

        def lay_triggers(using: str, **kwargs: Any) -> None:
            if triggers.TABLE in connections[using].introspection.table_names():
                triggers.create(connections[using])

        # A table that SQLite remakes loses its triggers silently, so they are laid after each run.
        post_migrate.connect(
            lay_triggers, sender=self, weak=False, dispatch_uid="offboarding.triggers"
        )
        trail.register()
        effects.register("decide_to_end", "copy the ground's checklist", obligations.copy_checklist)
        effects.register("begin_follow_up", "plan follow-ups", follow_ups.plan_follow_ups)
        effects.register("void_acknowledgement", "tell the owner", proofs.tell_the_owner)
        effects.register("withdraw", "revoke links", links.revoke_as_withdrawn)
        effects.register("close", "revoke links", links.revoke_as_closed)
