"""Lays the tables of an initial migration at one go.

Django forms every related model anew after each operation of a migration. Here nearly all models
are related, so a hundred tables one after the other took ten seconds of computing wherever an
installation, a demo or a test began. These operations change what Django knows of the models first,
all of them, and then the database, in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory


class CreateModels(Operation):
    """Create several models of one app that may speak of each other in any order."""

    category = OperationCategory.ADDITION

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = models

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Make the models known; they are formed when somebody asks for one."""
        state.__dict__.pop("apps", None)
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Create each table; keys between them follow at the end of the migration."""
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Drop the tables, the last one first."""
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def references_model(self, name: str, app_label: str) -> bool:
        """Whether a model is created here or spoken of."""
        return any(model.references_model(name, app_label) for model in self.models)

    def describe(self) -> str:
        """Return what `migrate --plan` prints."""
        return f"Create {len(self.models)} models"
