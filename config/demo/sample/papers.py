"""What is handed over in the sample firm: files with a list, and what becomes of the data."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.base import ContentFile

from accounts.actor import Actor
from audit import clock
from notices.letters import composing
from notices.models import PaperKind
from notices.services import handing
from notices.services.handover_papers import order_paper
from offboarding.models import Disposal, Receiver, TerminationCase
from offboarding.services import disposals, files, handover, releases, stages

_LEDGERS = "day;account;text;amount\r\n" + "".join(
    f"2026-{month:02};8400;Fees of the month;{1_900 + 35 * month},00\r\n" for month in range(1, 13)
)
_OPEN_DATES = "what;until\r\nReturn for the last quarter;in six weeks\r\nAnnual report;in May\r\n"


def list_files(case: TerminationCase, *, by: Actor) -> None:
    """List two things that the client gets, each with its file."""
    for title, name, content in (
        ("Records of the last three years", "ledgers.csv", _LEDGERS),
        ("List of open deadlines", "open-deadlines.csv", _OPEN_DATES),
    ):
        kept = files.keep_file(
            case, ContentFile(content.encode(), name=name), by=by, is_for_handover=True
        )
        handover.list_item(case, by=by, title=title, held_by="Our archive", format="CSV", file=kept)


def list_data(case: TerminationCase, *, by: Actor) -> None:
    """Say kind by kind what becomes of what we hold."""
    today = clock.today(case.time_zone)
    disposals.list_category(
        case,
        by=by,
        name="Working papers and drafts",
        held_in="Our project folders",
        disposal=Disposal.DELETE,
        ground="The agreement, clause 9: deleted once the work has ended",
        due_on=today + timedelta(days=60),
    )
    disposals.list_category(
        case,
        by=by,
        name="Our invoices and letters",
        held_in="Our own books",
        disposal=Disposal.KEEP,
        ground="What the law asks of our own books",
        due_on=stages.usual_retention(case),
    )


def release(case: TerminationCase, *, by: Actor) -> None:
    """Make the files ready for the client, send the link, and set the list as a paper."""
    reader = composing.notice_recipient(case)
    if reader is None or not reader.email:
        return
    row = releases.prepare_release(
        case,
        by=by,
        items=list(case.handover_items.all()),
        goes_to=Receiver.CLIENT,
        recipient_name=reader.name,
        recipient_email=reader.email,
    )
    handing.send_release(row, by=by)
    order_paper(case, PaperKind.MANIFEST, by=by)


def dispose(case: TerminationCase, *, by: Actor) -> None:
    """Delete what need not be kept, and have it certified."""
    row = case.data_categories.get(disposal=Disposal.DELETE)
    disposals.carry_out(
        row,
        by=by,
        done_on=clock.today(case.time_zone),
        done_how="Deleted in the project folders; the recycle bin was emptied",
    )
    order_paper(case, PaperKind.DELETION, by=by)
