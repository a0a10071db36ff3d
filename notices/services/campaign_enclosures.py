"""What every letter of a campaign encloses: chosen once, then copied into each and sealed."""

from __future__ import annotations

import hashlib

import pypdfium2
from django.core.files import File
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from accounts.actor import Actor
from notices.errors import BytesDiffer
from notices.models import CampaignEnclosure, Notice, NoticeEnclosure
from notices.pages import letter_fit
from offboarding import content
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import Campaign
from offboarding.services import campaigns
from offboarding.services.locking import remember

MOST_ENCLOSURES = 5
MOST_BYTES = 1024 * 1024
"""All together: every letter keeps and mails a copy of its own, and there may be thousands."""


def enclose(campaign: Campaign, *, by: Actor, file: File[bytes], title: str) -> CampaignEnclosure:
    """Enclose a PDF with every letter of a campaign, while it is being prepared.

    Raises:
        InvalidInput: no PDF, one that does not open, too large, or enclosed already.
        TransitionRefused: the campaign is confirmed, and its letters are being written.
    """
    title = " ".join(title.split())
    if not title:
        raise InvalidInput("title", _("Name the enclosure as the letter shall name it."))
    problem = letter_fit.glyph_problem("title", title)
    if problem is not None:
        raise InvalidInput("title", problem.sentence)
    pdf, page_count = _read(file)
    sha256 = hashlib.sha256(pdf).hexdigest()
    with campaigns.acting_on_campaign(
        campaign, by=by, permission="offboarding.prepare_campaign"
    ) as now:
        _only_while_prepared(now)
        there = now.enclosures.aggregate(last=Max("position"), size=Sum("size_bytes"))
        if now.enclosures.filter(sha256=sha256).exists():
            raise InvalidInput("file", _("This file is enclosed already."))
        if now.enclosures.count() >= MOST_ENCLOSURES:
            raise InvalidInput(
                "file",
                _("A campaign has at most %(most)d enclosures.") % {"most": MOST_ENCLOSURES},
            )
        if (there["size"] or 0) + len(pdf) > MOST_BYTES:
            raise InvalidInput("file", _too_large())
        row = CampaignEnclosure.objects.create(
            campaign=now,
            position=(there["last"] or 0) + 1,
            title=title[:100],
            pdf=pdf,
            sha256=sha256,
            size_bytes=len(pdf),
            page_count=page_count,
            added_by=by.colleague,
        )
        campaigns.remember(
            now,
            "campaign.enclosure_added",
            by=by,
            subject=row,
            details={"sha256": sha256, "size_bytes": len(pdf)},
            after={"title": row.title},
        )
    return row


def take_out(row: CampaignEnclosure, *, by: Actor) -> None:
    """Take an enclosure out again before the campaign is confirmed."""
    with campaigns.acting_on_campaign(
        row.campaign, by=by, permission="offboarding.prepare_campaign"
    ) as now:
        _only_while_prepared(now)
        gone = now.enclosures.filter(pk=row.pk).first()
        if gone is None:
            return
        campaigns.remember(
            now,
            "campaign.enclosure_removed",
            by=by,
            details={"sha256": gone.sha256},
            before={"title": gone.title},
        )
        gone.delete()


def copy_into(notice: Notice, campaign: Campaign, *, by: Actor) -> None:
    """Give a letter of the campaign its own copies; call with its case locked.

    Raises:
        BytesDiffer: the stored bytes were changed; the letter is a person's to look at.
    """
    for row in campaign.enclosures.all():
        pdf = bytes_of(row)
        made = NoticeEnclosure.objects.create(
            notice=notice,
            position=row.position,
            title=row.title,
            pdf=pdf,
            sha256=row.sha256,
            size_bytes=row.size_bytes,
            page_count=row.page_count,
            added_by=by.user,
        )
        remember(
            notice.case,
            "notice.enclosure_added",
            by=by,
            subject=made,
            details={"notice": notice.number, "sha256": row.sha256, "campaign": campaign.pk},
            after={"title": made.title},
        )


def bytes_of(row: CampaignEnclosure) -> bytes:
    """Return an enclosure's bytes, compared with their hash.

    Raises:
        BytesDiffer: they were changed; nobody gets to see them.
    """
    pdf = bytes(row.pdf)
    if hashlib.sha256(pdf).hexdigest() != row.sha256:
        raise BytesDiffer(_("A stored enclosure of the campaign was changed. Tell an admin."))
    return pdf


def _read(file: File[bytes]) -> tuple[bytes, int]:
    """Return a PDF's bytes and how many pages it has."""
    if not file.size:
        raise InvalidInput("file", _("The file is empty."))
    if file.size > MOST_BYTES:
        raise InvalidInput("file", _too_large())
    if content.check((file.name or "").lower(), file) != "application/pdf":
        raise InvalidInput("file", _("Only a PDF can be enclosed."))
    pdf = file.read()
    try:
        with pypdfium2.PdfDocument(pdf) as pages:
            count = len(pages)
    except pypdfium2.PdfiumError:
        count = 0
    if not count:
        raise InvalidInput(
            "file", _("This PDF does not open; it may be damaged or have a password.")
        )
    return pdf, count


def _too_large() -> str:
    return _(
        "All enclosures of a campaign together may have 1 MB: each letter carries its own copy."
    )


def _only_while_prepared(campaign: Campaign) -> None:
    if not campaign.is_being_prepared:
        raise TransitionRefused(
            [
                Reason(
                    "confirmed",
                    _("This campaign is confirmed; what its letters enclose stands."),
                )
            ]
        )
