"""What Celery calls."""

from __future__ import annotations

from celery import shared_task

from offboarding import counting


@shared_task
def fold_case_counts() -> None:
    """Count in what has changed since; safe to run twice, late or in several places."""
    while counting.fold() == counting.MOST_AT_ONCE:
        pass
