"""Shells that the broker and the schedule ring; safe to run twice, late, or in several places.

They carry nothing: what is due stands in the database.
"""

from __future__ import annotations

from celery import shared_task

from notices import rendering
from notices.inbound import erasing, polling
from notices.letters import versions
from notices.outbox import dispatch
from notices.pages import decision_papers, handover_papers, statement_pages
from notices.post import orders as post_orders
from notices.post import printing, slip_reading
from notices.reminding import digests, follow_ups, owed_reminders, reminders


@shared_task
def drain_deliveries() -> None:
    """Hand over what is due."""
    dispatch.drain()


@shared_task
def sweep_leases() -> None:
    """Settle what a worker left when it ended in the midst of its work."""
    dispatch.sweep()


@shared_task
def chase_acknowledgements() -> None:
    """Take the next step for every notice that nobody has confirmed."""
    reminders.sweep()


@shared_task
def raise_follow_ups() -> None:
    """Raise the look backs whose day has come."""
    follow_ups.sweep()


@shared_task
def remind_of_what_is_due() -> None:
    """Remind both sides of what is due, and of what is late."""
    owed_reminders.sweep()


@shared_task
def mail_digests() -> None:
    """Mail people what they have not read, each at their hour."""
    digests.sweep()


@shared_task
def set_pages_due() -> None:
    """Set the pages that were ordered."""
    rendering.set_pages_due()
    statement_pages.set_due()


@shared_task
def set_previews_due() -> None:
    """Set the previews that somebody waits for; rung on a queue of its own."""
    rendering.set_previews_due()


@shared_task
def set_decision_papers_due() -> None:
    """Set the decision papers that were ordered."""
    decision_papers.set_due()


@shared_task
def close_rested_versions() -> None:
    """Close the versions of drafts that nobody has typed in for a while."""
    versions.close_rested()


@shared_task
def read_mailbox() -> None:
    """Take in what came back by mail."""
    polling.read_mailbox()


@shared_task
def erase_old_mail() -> None:
    """Erase what belongs to no case and whose time is over."""
    erasing.erase_due()


@shared_task
def set_print_runs_due() -> None:
    """Put the print runs and posting lists together that were ordered."""
    printing.set_due()


@shared_task
def set_papers_due() -> None:
    """Set the papers of hand-overs that were ordered."""
    handover_papers.set_due()


@shared_task
def read_slips_due() -> None:
    """Read the codes on the slips that were uploaded."""
    slip_reading.read_due()


@shared_task
def drain_post_orders() -> None:
    """Hand letters to the print service, and ask what became of those it has."""
    post_orders.drain()
