from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate


class OffboardingConfig(AppConfig):
    name = "offboarding"
    verbose_name = "Offboarding"

    def ready(self) -> None:
        """Lay the triggers after each migration and register what verbs cause."""
        # Models can only be imported once every app is ready.
        from offboarding import counting, effects, search_index, trail, triggers  # noqa: PLC0415
        from offboarding.services import follow_ups, links, obligations, proofs  # noqa: PLC0415

        def lift_triggers(using: str, plan: list[Any], **kwargs: Any) -> None:
            if plan:
                search_index.lift(connections[using])
                triggers.lift_counting(connections[using])

        def lay_triggers(using: str, **kwargs: Any) -> None:
            connection = connections[using]
            tables = connection.introspection.table_names()
            if triggers.TABLE in tables and triggers.COUNTS in tables:
                triggers.create(connection)
                # What came and went while they were away is counted here.
                counting.recount(using)
            if set(tables) >= search_index.TABLES:
                are_others = search_index.lay(connection)
                # While they were away rows may have changed.
                if are_others or kwargs.get("plan"):
                    search_index.rebuild(connection)

        # A table that SQLite remakes loses its triggers silently, so they are laid after each run.
        pre_migrate.connect(
            lift_triggers, sender=self, weak=False, dispatch_uid="offboarding.triggers.lift"
        )
        post_migrate.connect(
            lay_triggers, sender=self, weak=False, dispatch_uid="offboarding.triggers"
        )
        connection_created.connect(
            search_index.bring_functions, dispatch_uid="offboarding.search_functions"
        )
        trail.register()
        effects.register("decide_to_end", "copy the ground's checklist", obligations.copy_checklist)
        effects.register("begin_follow_up", "plan follow-ups", follow_ups.plan_follow_ups)
        effects.register("void_acknowledgement", "tell the owner", proofs.tell_the_owner)
        effects.register("withdraw", "revoke links", links.revoke_as_withdrawn)
        effects.register("close", "revoke links", links.revoke_as_closed)
