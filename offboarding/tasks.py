"""What Celery calls."""

from __future__ import annotations

from celery import shared_task

from offboarding import coming_due, counting


@shared_task
def fold_case_counts() -> None:
    """Count in what has changed since; safe to run twice, late or in several places."""
    while counting.fold() == counting.MOST_AT_ONCE:
        pass


@shared_task
def tell_of_days_that_came() -> None:
    """Tell people of tasks and last days whose time has come."""
    while coming_due.sweep() >= coming_due.MOST_A_SWEEP:
        pass


@shared_task
def forget_old_notifications() -> None:
    """Delete notifications whose time is over."""
    coming_due.forget_old()
