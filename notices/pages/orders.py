"""Ordering pages from the worker; the order is a row, the ring only saves a few seconds."""

from __future__ import annotations

from notices import bell
from notices.models import Delivery, Notice, Rendering, RenderingPurpose


def order(
    notice: Notice, purpose: RenderingPurpose, *, delivery: Delivery | None = None
) -> Rendering:
    """Order pages of a notice's present version; ordering the same twice is one order."""
    rendering, created = Rendering.objects.get_or_create(
        notice=notice,
        notice_version=notice.version,
        purpose=purpose,
        delivery=delivery,
    )
    if created:
        is_preview = purpose == RenderingPurpose.PREVIEW
        bell.ring(f"notices.tasks.{'set_previews_due' if is_preview else 'set_pages_due'}")
    return rendering


def current(notice: Notice, purpose: RenderingPurpose) -> Rendering | None:
    """Return the order for a notice's present version, set or not."""
    return notice.renderings.filter(
        notice_version=notice.version, purpose=purpose, delivery=None
    ).first()
