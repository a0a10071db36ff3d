"""Reading scanned slips, in the worker: whose letter is it, as its QR code says.

A machine only sorts. Nothing is proof until a person has looked at the sheet and accepts it.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

import structlog
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actor import Actor
from accounts.models import User
from audit import clock
from notices.models import Delivery, ScanState, SlipScan
from notices.outbox.leases import DatabaseClock
from notices.post import slip_codes
from offboarding import policies
from offboarding.services.locking import locked, remember

log = structlog.get_logger(__name__)

MACHINE = Actor.machine("notices.slip_reading")
MOST_ATTEMPTS = 3
LEASE_SECONDS = 660
"""How long one reading may take; a worker's task is ended sooner (`CELERY_TASK_TIME_LIMIT`)."""


def read_due(limit: int = 40) -> int:
    """Read the scans that were uploaded; safe to run twice or in several places.

    Returns:
        How many were worked on.
    """
    waiting = SlipScan.objects.filter(
        Q(leased_until=None) | Q(leased_until__lt=DatabaseClock()), state=ScanState.WAITING
    )
    _give_up_on_what_no_worker_survived(waiting.filter(attempts__gte=MOST_ATTEMPTS))
    fresh = waiting.filter(attempts__lt=MOST_ATTEMPTS)
    done = 0
    for pk, attempts in list(fresh.values_list("pk", "attempts")[:limit]):
        mine = SlipScan.objects.filter(pk=pk, state=ScanState.WAITING, attempts=attempts)
        lease = DatabaseClock(LEASE_SECONDS)
        if not mine.update(attempts=F("attempts") + 1, leased_until=lease):
            continue
        try:
            read(pk)
        except Exception:
            log.exception("slip.unread", scan=str(pk))
            if attempts + 1 >= MOST_ATTEMPTS:
                _leave_to_a_person(pk)
            else:
                mine = SlipScan.objects.filter(pk=pk, state=ScanState.WAITING)
                mine.update(leased_until=None)
        done += 1
    return done


def _give_up_on_what_no_worker_survived(ended: QuerySet[SlipScan]) -> None:
    for pk in list(ended.values_list("pk", flat=True)):
        log.error("slip.abandoned", scan=str(pk))
        _leave_to_a_person(pk)


def _leave_to_a_person(scan_id: uuid.UUID) -> None:
    problem = _("It could not be read by machine. Look at it and choose its letter by hand.")
    _settle(scan_id, ScanState.UNMATCHED, problem=problem)


@dataclass
class _Slip:
    """Pages that belong together, and the letter that their code names."""

    pages: list[int]
    delivery: Delivery | None
    is_known: bool


def read(scan_id: uuid.UUID) -> None:
    """Read one scan; a stack of several slips is taken apart."""
    scan = SlipScan.objects.select_related("uploaded_by").get(pk=scan_id)
    with scan.content.open("rb") as file:
        content = file.read()
    try:
        slips = _slips_in(content, scan.content_type)
        picture = slip_codes.first_page_shown(content, scan.content_type)
    except slip_codes.Unreadable as problem:
        _settle(scan.pk, ScanState.REFUSED, problem=str(problem))
        return
    if len(slips) > 1:
        _take_apart(scan, content, slips)
        return
    _match(scan, slips[0], picture)


def _slips_in(content: bytes, content_type: str) -> list[_Slip]:
    """Group pages: one with a code of ours begins a slip, one without goes with the one before."""
    slips: list[_Slip] = []
    for sheet in slip_codes.sheets_of(content, content_type):
        ours = [text for text in sheet.texts if slip_codes.is_ours(text)]
        named = next((one for text in ours if (one := slip_codes.delivery_of(text))), None)
        same = bool(slips) and named is not None and slips[-1].delivery == named
        if slips and (not ours or same):
            slips[-1].pages.append(sheet.number)
        else:
            slips.append(_Slip([sheet.number], named, bool(ours)))
    return slips


def _match(scan: SlipScan, slip: _Slip, picture: bytes) -> None:
    delivery = slip.delivery
    if not slip.is_known:
        problem = _("No code of ours could be read on it. Choose its letter by hand.")
        _settle(scan.pk, ScanState.UNMATCHED, problem=problem, picture=picture)
    elif delivery is None or not _is_for(delivery, scan.uploaded_by):
        # Never a word about whose it is: another team's letter does not exist for this person.
        problem = _("The code on it belongs to no letter of yours.")
        _settle(
            scan.pk, ScanState.REFUSED, problem=problem, picture=picture, named_delivery=delivery
        )
    else:
        _settle(
            scan.pk,
            ScanState.MATCHED,
            picture=picture,
            named_delivery=delivery,
            delivery=delivery,
        )


def _is_for(delivery: Delivery, person: User) -> bool:
    return policies.may(Actor.person(person), "offboarding.acknowledge", delivery.case)


def _take_apart(scan: SlipScan, content: bytes, slips: list[_Slip]) -> None:
    """Make a scan of each slip of a stack, to be read by itself."""
    with transaction.atomic():
        now = SlipScan.objects.select_for_update(of=("self",)).get(pk=scan.pk)
        if now.state != ScanState.WAITING:
            return
        for number, slip in enumerate(slips, start=1):
            pages = slip_codes.pages_of(content, slip.pages)
            part = SlipScan(
                uploaded_by=scan.uploaded_by,
                uploaded_at=scan.uploaded_at,
                part_of=now,
                name=f"{scan.name.rpartition('.')[0][:180]} ({number}).pdf",
                content_type="application/pdf",
                size_bytes=len(pages),
                sha256=hashlib.sha256(pages).hexdigest(),
            )
            part.content.save("part.pdf", ContentFile(pages), save=False)
            part.save(force_insert=True)
        now.state = ScanState.SPLIT
        now.read_at = clock.now()
        now.save(update_fields=["state", "read_at"])
    for pk in scan.parts.values_list("pk", flat=True):
        read(pk)


def _settle(
    scan_id: uuid.UUID,
    state: ScanState,
    *,
    problem: str = "",
    picture: bytes | None = None,
    named_delivery: Delivery | None = None,
    delivery: Delivery | None = None,
) -> None:
    with transaction.atomic():
        # A case is locked before a scan, never the other way.
        case = locked(delivery.case) if delivery is not None else None
        now = SlipScan.objects.select_for_update(of=("self",)).get(pk=scan_id)
        if now.state != ScanState.WAITING:
            return
        now.state = state
        now.problem = problem
        now.picture = picture
        now.named_delivery = named_delivery
        now.delivery = delivery
        now.read_at = clock.now()
        now.save()
        if case is not None and delivery is not None:
            remember(
                case,
                "slip.matched",
                by=MACHINE,
                subject=now,
                details={"delivery": delivery.pk, "sha256": now.sha256},
            )
