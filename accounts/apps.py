"""The app of who acts."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, teams and their roles."""

    name = "accounts"
    verbose_name = _("People and teams")

    def ready(self) -> None:
        import_module("accounts.sign_in_events")
