"""How anything is remembered."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from audit import checks, triggers


class AuditConfig(AppConfig):
    """Lays the triggers after every migrate and checks that they are there."""

    name = "audit"
    verbose_name = _("Audit trail")

    def ready(self) -> None:
        pre_migrate.connect(_lift_triggers, sender=self, dispatch_uid="audit.triggers.lift")
        post_migrate.connect(_lay_triggers, sender=self, dispatch_uid="audit.triggers.lay")
        register(checks.the_trail_is_protected, Tags.database)


def _lift_triggers(*, using: str, plan: list[tuple[Any, bool]], **_kwargs: object) -> None:
    # SQLite remakes a table to change it and cannot rename one that a trigger speaks of.
    if any(migration.app_label == "audit" for migration, _backwards in plan):
        triggers.drop(connections[using])


def _lay_triggers(*, using: str, **_kwargs: object) -> None:
    connection = connections[using]
    if triggers.tables_exist(connection):
        triggers.create(connection)
