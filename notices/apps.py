from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


def _lay_triggers(*, using: str, **_kwargs: Any) -> None:
    from notices import triggers  # noqa: PLC0415

    if triggers.tables_exist(connections[using]):
        triggers.create(connections[using])


class NoticesConfig(AppConfig):
    name = "notices"

    def ready(self) -> None:
        """Register what the verbs of a case cause in writing."""
        # Importing `pdf` registers the system check that names the packages a letter needs.
        from notices import trail  # noqa: PLC0415
        from notices.campaigns import letters as campaign_letters  # noqa: PLC0415
        from notices.pages import pdf  # noqa: F401, PLC0415
        from notices.receipts import chasing  # noqa: PLC0415
        from notices.reminding import news  # noqa: PLC0415
        from notices.services import cure_warning, withdrawing  # noqa: PLC0415
        from offboarding import effects  # noqa: PLC0415

        # A table that SQLite remakes loses its triggers silently, so they are laid after each run.
        post_migrate.connect(_lay_triggers, sender=self, dispatch_uid="notices.triggers")
        trail.register()
        news.register()
        effects.register("decide_to_end", "order the campaign's letter", campaign_letters.order)
        for verb in ("decide_to_end", "retain"):
            effects.register(verb, "stop a warning that waits", cure_warning.stop_what_has_not_left)
        effects.register("withdraw", "stop what is not sent yet", withdrawing.stop_what_is_not_sent)
        effects.register("withdraw", "tell the client in writing", withdrawing.tell_the_client)
        effects.register("acknowledge", "stop asking", chasing.stop_asking)
        effects.register("void_acknowledgement", "chase again", chasing.chase_again)
