"""What Celery calls."""

from __future__ import annotations

from celery import shared_task

from clients.imports import working


@shared_task
def work_on_imports() -> None:
    """Go on with files of clients; safe to run twice, late or in several places."""
    working.carry_on()


@shared_task
def forget_rows_of_imports() -> None:
    """Keep no cells of old files; safe to run twice, late or in several places."""
    working.forget_old_rows()
