"""How long cases were in the stages they left, and when each was first disputed, from the record."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import audit.clock

_STAGES = (
    "evaluation",
    "notice",
    "acknowledged",
    "obligations_fulfilled",
    "transition",
    "follow_up",
)
_MOVES = (
    "ending_decided",
    "retained",
    "acknowledged",
    "obligations_fulfilled",
    "acknowledgement_voided",
    "transition_begun",
    "follow_up_begun",
    "closed",
    "withdrawn",
    "reopened",
)
_CHUNK = 1000


def read_the_record(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    cases = apps.get_model("offboarding", "TerminationCase").objects
    events = apps.get_model("audit", "AuditEvent").objects
    stays = apps.get_model("offboarding", "StageStay").objects
    opened = dict(cases.values_list("pk", "opened_at"))
    disputes = events.filter(action="case.disputed").order_by("-at", "-pk")
    first = dict(disputes.values_list("stream", "at").iterator(_CHUNK))
    for stream, at in first.items():
        cases.filter(pk=_key_of(stream)).update(first_disputed_at=at)
    moves = (
        events.filter(action__in=[f"case.{one}" for one in _MOVES], stream__startswith="case:")
        .order_by("stream", "seq")
        .values_list("stream", "at", "details")
        .iterator(_CHUNK)
    )
    rows: list[Any] = []
    for stream, moved in groupby(moves, key=lambda one: one[0]):
        key = _key_of(stream)
        if key not in opened:
            continue
        for state, (days, left_at) in _stays(opened[key], moved):
            rows.append(stays.model(case_id=key, state=state, days=days, left_at=left_at))
        if len(rows) >= _CHUNK:
            stays.bulk_create(rows)
            rows = []
    stays.bulk_create(rows)


def _key_of(stream: str) -> int:
    return int(stream.partition(":")[2])


def _stays(since: Any, moved: Iterator[tuple[str, Any, dict[str, Any]]]) -> Any:
    found: dict[str, tuple[int, Any]] = {}
    for _stream, at, details in moved:
        if (state := details.get("from")) in _STAGES:
            days, _left = found.get(state, (0, None))
            found[state] = (days + max((at.date() - since.date()).days, 0), at)
        since = at
    return found.items()


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        ("offboarding", "0023_client_deadlines"),
    ]

    operations = [
        migrations.AddField(
            model_name="terminationcase",
            name="first_disputed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name="StageStay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("evaluation", "Evaluate"),
                            ("notice", "Notice"),
                            ("acknowledged", "Acknowledged"),
                            ("obligations_fulfilled", "Obligations fulfilled"),
                            ("transition", "Transition"),
                            ("follow_up", "Follow-up"),
                            ("closed", "Closed"),
                            ("retained", "Kept"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=32,
                        verbose_name="stage",
                    ),
                ),
                ("days", models.PositiveIntegerField(verbose_name="days")),
                ("left_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stays",
                        to="offboarding.terminationcase",
                    ),
                ),
            ],
            options={
                "verbose_name": "stay in a stage",
                "verbose_name_plural": "stays in stages",
                "constraints": [
                    models.UniqueConstraint(fields=("case", "state"), name="one_stay_a_stage")
                ],
            },
        ),
        migrations.RunPython(read_the_record, migrations.RunPython.noop, elidable=True),
    ]
