from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"

    def ready(self) -> None:
        """Register what the verbs of a case cause in writing."""
        # Importing it registers the system check that names the packages a letter needs.
        from notices import pdf  # noqa: F401, PLC0415
        from notices.services import withdrawing  # noqa: PLC0415
        from offboarding import effects  # noqa: PLC0415

        effects.register("withdraw", "stop what is not sent yet", withdrawing.stop_what_is_not_sent)
        effects.register("withdraw", "tell the client in writing", withdrawing.tell_the_client)
