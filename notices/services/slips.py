"""Scanned slips and return cards, as people handle them: uploaded, matched, looked at, accepted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices import bell
from notices.models import OPEN_SCANS, Channel, Delivery, ScanState, SlipScan
from notices.post import slip_codes
from notices.services import registered
from offboarding import content, policies
from offboarding.errors import InvalidInput, NotAllowed, Reason, TransitionRefused
from offboarding.services.files import keep_file
from offboarding.services.locking import acting_on, remember

RING = "notices.tasks.read_slips_due"
MOST_FILES = 60
KINDS = ("application/pdf", "image/png", "image/jpeg")
READ_AT_ONCE_BYTES = 5 * 1024 * 1024
READ_AT_ONCE_PAGES = 3
SLIP, RETURN_CARD = "slip", "return_card"


@dataclass
class Uploaded:
    """What became of several files.

    Attributes:
        kept: the scans that a worker reads now.
        refused: name and sentence of each file that was not taken.
    """

    kept: list[SlipScan] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def upload(files: Sequence[File[bytes]], *, by: Actor) -> Uploaded:
    """Keep scanned sheets to be read by a worker; each file is taken or refused by itself.

    Raises:
        InvalidInput: no file, or too many at once.
    """
    if not files:
        raise InvalidInput("files", _("Choose at least one file."))
    if len(files) > MOST_FILES:
        raise InvalidInput(
            "files", _("Up to %(most)d files are taken at once.") % {"most": MOST_FILES}
        )
    done = Uploaded()
    for file in files:
        name = (file.name or "").rsplit("/", 1)[-1].rsplit("\\", 1)[-1][:200]
        try:
            done.kept.append(_keep(file, name, by=by))
        except InvalidInput as invalid:
            done.refused.append((name, invalid.message))
    if done.kept:
        bell.ring(RING)
    return done


def _keep(file: File[bytes], name: str, *, by: Actor) -> SlipScan:
    size = file.size or 0
    limit = settings.EVIDENCE_UPLOAD_LIMIT_BYTES
    if size > limit:
        raise InvalidInput(
            "files",
            _("The file has %(size)d MB; up to %(limit)d MB are kept.")
            % {"size": round(size / 1024 / 1024), "limit": limit // 1024 // 1024},
        )
    if size == 0:
        raise InvalidInput("files", _("The file is empty."))
    content_type = content.check(name, file)
    if content_type not in KINDS:
        raise InvalidInput("files", _("Slips are taken as PDF, PNG or JPEG."))
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    sha256 = digest.hexdigest()
    twin = (
        SlipScan.objects.filter(sha256=sha256, uploaded_by=by.colleague)
        .exclude(state=ScanState.DISCARDED)
        .first()
    )
    if twin is not None:
        raise InvalidInput(
            "files",
            _("You uploaded the same file before, as %(name)s.") % {"name": twin.name},
        )
    scan = SlipScan(
        uploaded_by=by.colleague,
        name=name,
        content_type=content_type,
        size_bytes=size,
        sha256=sha256,
    )
    scan.content.save(name, file, save=False)
    with transaction.atomic():
        scan.save(force_insert=True)
    return scan


def match_by_hand(scan: SlipScan, delivery: Delivery, *, by: Actor) -> SlipScan:
    """File a scan without a readable code with a letter that a person names.

    Raises:
        TransitionRefused: it is decided already, or its code names another letter.
    """
    with acting_on(
        delivery.case, by=by, permission="offboarding.acknowledge", even_if_ended=True
    ) as case:
        now = _locked(scan, by=by)
        if delivery.channel != Channel.REGISTERED_MAIL or delivery.posted_on is None:
            raise TransitionRefused(
                [Reason("not_posted", _("Record first when the letter was posted."), "notice")]
            )
        _refuse_unless_open(now)
        if now.named_delivery_id not in (None, delivery.pk):
            raise TransitionRefused(
                [
                    Reason(
                        "another_letter",
                        _(
                            "The code on this sheet names another letter; it is not filed with "
                            "this one."
                        ),
                        "notice",
                    )
                ]
            )
        if now.state == ScanState.REFUSED:
            raise TransitionRefused([Reason("unusable", now.problem, "notice")])
        now.state = ScanState.MATCHED
        now.delivery = delivery
        now.problem = ""
        now.save(update_fields=["state", "delivery", "problem"])
        remember(
            case,
            "slip.matched",
            by=by,
            subject=now,
            details={"delivery": delivery.pk, "sha256": now.sha256, "by_hand": True},
        )
    return now


def accept(scan: SlipScan, *, by: Actor, kind: str, signed_by: str, signed_on: date) -> SlipScan:
    """Accept a matched scan as proof, after looking at it; its file goes to the case.

    Args:
        scan: matched to a letter.
        by: the person who has looked.
        kind: `slip` for our signed slip, `return_card` for the carrier's signed card.
        signed_by: the name on the sheet.
        signed_on: the day on it.

    Raises:
        InvalidInput: no name, or a day before posting or ahead.
        TransitionRefused: decided already, or the letter is not posted or counts no more.
    """
    if scan.delivery is None:
        raise TransitionRefused([Reason("no_letter", _("This sheet has no letter yet."))])
    if not signed_by.strip():
        raise InvalidInput("signed_by", _("Write the name that stands on the sheet."))
    delivery = scan.delivery
    kept = None
    try:
        with acting_on(delivery.case, by=by, permission="offboarding.acknowledge") as case:
            now = _locked(scan, by=by)
            if now.state == ScanState.ACCEPTED:
                return now
            if now.state != ScanState.MATCHED or now.delivery_id != delivery.pk:
                _refuse_unless_open(now)
                raise TransitionRefused(
                    [Reason("not_matched", _("This sheet is not matched to a letter."))]
                )
            with now.content.open("rb") as file:
                kept = keep_file(case, File(file, name=now.name), by=by, name=now.name)
            if kind == RETURN_CARD:
                registered.record_return_card(
                    delivery, by=by, on=signed_on, received_by=signed_by, file=kept
                )
            else:
                registered.record_slip(
                    delivery, by=by, signed_on=signed_on, signed_by=signed_by, file=kept
                )
            now.state = ScanState.ACCEPTED
            now.case_file = kept
            now.decided_by, now.decided_at = by.user, clock.now()
            now.picture = None
            now.save()
            remember(
                case,
                "slip.accepted",
                by=by,
                subject=now,
                details={"delivery": delivery.pk, "kind": kind, "file": str(kept.pk)},
            )
            # The case keeps its own copy; after the commit nobody needs this one.
            stored = now.content
            transaction.on_commit(lambda: stored.delete(save=False), robust=True)
    except Exception:
        if kept is not None:
            kept.content.delete(save=False)
        raise
    return now


def discard(scan: SlipScan, *, by: Actor) -> SlipScan:
    """Put a scan away that proves nothing; what was matched to a case is remembered there."""
    delivery = scan.delivery
    if delivery is None:
        with transaction.atomic():
            return _put_away(_locked(scan, by=by), by=by)
    with acting_on(
        delivery.case, by=by, permission="offboarding.acknowledge", even_if_ended=True
    ) as case:
        now = _put_away(_locked(scan, by=by), by=by)
        remember(
            case,
            "slip.discarded",
            by=by,
            subject=now,
            details={"delivery": delivery.pk, "sha256": now.sha256},
        )
    return now


def _put_away(scan: SlipScan, *, by: Actor) -> SlipScan:
    if scan.state == ScanState.DISCARDED:
        return scan
    _refuse_unless_open(scan)
    scan.state = ScanState.DISCARDED
    scan.decided_by, scan.decided_at = by.user, clock.now()
    scan.picture = None
    scan.save()
    stored = scan.content
    transaction.on_commit(lambda: stored.delete(save=False), robust=True)
    return scan


def refuse_anothers(delivery: Delivery, file: File[bytes] | None, *, by: Actor) -> None:
    """Refuse a slip, uploaded for one letter, whose code names another one.

    Read here and now only as far as that is quick; a stack or a large file is for the desk.

    Raises:
        InvalidInput: the code names another letter.
    """
    if file is None or not file.size or file.size > READ_AT_ONCE_BYTES:
        return
    file.seek(0)
    pages = file.read()
    file.seek(0)
    head = pages[:8]
    kind = "application/pdf" if head.startswith(b"%PDF-") else "image/png"
    if not head.startswith((b"%PDF-", b"\x89PNG", b"\xff\xd8\xff")):
        return
    try:
        for sheet in slip_codes.sheets_of(pages, kind):
            if sheet.number >= READ_AT_ONCE_PAGES:
                return
            for text in sheet.texts:
                named = slip_codes.delivery_of(text)
                if named is not None and named.pk != delivery.pk:
                    raise InvalidInput("file", _another(named, by=by))
    except slip_codes.Unreadable:
        # What cannot be opened names no letter; the person who uploads it has looked at it.
        return


def _another(named: Delivery, *, by: Actor) -> str:
    if policies.may(by, "offboarding.read_case", named.case):
        return _("This slip belongs to another letter: %(reference)s.") % {
            "reference": named.case.reference
        }
    return _("This slip belongs to another letter.")


def _locked(scan: SlipScan, *, by: Actor) -> SlipScan:
    now = SlipScan.objects.select_for_update(of=("self",)).get(pk=scan.pk)
    if now.delivery_id is None and now.uploaded_by_id != by.user_id:
        raise NotAllowed(_("Only who uploaded this sheet decides about it."))
    return now


def _refuse_unless_open(scan: SlipScan) -> None:
    if scan.state not in OPEN_SCANS or scan.state == ScanState.WAITING:
        raise TransitionRefused(
            [
                Reason(
                    "decided",
                    _("This sheet is “%(state)s” now.") % {"state": scan.get_state_display()},
                )
            ]
        )
