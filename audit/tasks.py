"""Background work of the audit trail."""

from __future__ import annotations

from celery import shared_task

from audit import anchors


@shared_task
def anchor_streams() -> None:
    """Anchor what has changed; safe to run twice, late, or in several places."""
    anchors.make_anchor()
