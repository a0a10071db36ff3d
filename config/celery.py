"""The Celery application: it rings, the database decides."""

import os
from typing import Any

from celery import Celery, Task
from celery.signals import worker_process_init
from django.db import connection

from audit import request_id
from config import pulse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

__all__ = ["app", "pulse"]


class RecordedTask(Task):  # type: ignore[type-arg]
    """A task whose events and log lines carry its id."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task under its own id; a connection that broke is not kept for the next."""
        with request_id.use(self.request.id or request_id.fresh()):
            try:
                return super().__call__(*args, **kwargs)
            finally:
                # Celery keeps connections for many tasks, also through a restart of the database.
                if not connection.in_atomic_block:
                    connection.close_if_unusable_or_obsolete()


app = Celery("offboarding", task_cls=RecordedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# What people ordered in bulk stands above their verbs, and so above an app's other tasks.
app.autodiscover_tasks(related_name="errands")


@worker_process_init.connect
def _load_the_typesetter(**_kwargs: Any) -> None:
    # It takes seconds to load; better now than while somebody waits for a preview.
    from notices.pages import pdf  # noqa: PLC0415 - Django is set up only now

    pdf.warm_up()
