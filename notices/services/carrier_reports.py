"""Carriers' files about letters: looked at, then recorded or thrown away."""

from __future__ import annotations

import hashlib
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices.models import CarrierReport, Channel, Delivery, DeliveryState, ReportState
from notices.post import carrier_files
from notices.services import registered
from offboarding import policies
from offboarding.errors import InvalidInput, NotAllowed, Reason, TransitionRefused


def dry_run(content: bytes, *, by: Actor, file_name: str = "") -> CarrierReport:
    """Read a carrier's file and say what would come of it; no letter is touched.

    Raises:
        FileRefused: it is no such file.
    """
    person = by.colleague
    found = carrier_files.read(
        content,
        letters=lambda numbers: _letters(numbers, by=by),
        today=lambda letter: clock.today(letter.case.time_zone),
    )
    return CarrierReport.objects.create(
        uploaded_by=person,
        file_name="".join(sign for sign in file_name if sign.isprintable()).strip()[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        rows=found.rows,
        bad_rows=found.bad_rows,
        unknown=found.unknown,
        passed_over=found.passed_over,
        row_count=found.row_count,
    )


def _letters(numbers: list[str], *, by: Actor) -> list[Delivery]:
    """Return the letters with these numbers, of the cases that the person works on."""
    rows: list[Delivery] = []
    wanted = sorted({number for number in numbers if number})
    for start in range(0, len(wanted), 500):
        rows += (
            Delivery.objects.filter(
                carrier_number__in=wanted[start : start + 500],
                channel=Channel.REGISTERED_MAIL,
                case__in=policies.cases_visible_to(by.colleague),
            )
            .select_related("case__team", "case__client__office")
            .prefetch_related("case__readers")
            .defer("mime")
        )
    return [row for row in rows if policies.may(by, "offboarding.send_notice", row.case)]


def confirm(report: CarrierReport, *, by: Actor) -> CarrierReport:
    """Record the good rows of a file, each once; a second time changes nothing.

    A letter that got its outcome since the file was looked at is passed over.

    Raises:
        TransitionRefused: it was thrown away.
    """
    with transaction.atomic():
        # The file first: who confirms it a second time waits here and finds it done.
        now = _locked(report, by=by)
        if now.state == ReportState.CONFIRMED:
            return now
        _require_dry_run(now)
        deliveries = {
            row.pk: row
            for row in Delivery.objects.filter(pk__in=[one["delivery"] for one in now.rows])
            .select_related("case")
            .defer("mime")
        }
        recorded, passed_over = 0, []
        # The cases in one order for everybody.
        for one in sorted(now.rows, key=lambda one: deliveries[one["delivery"]].case_id):
            try:
                with transaction.atomic():
                    registered.record_outcome(
                        deliveries[one["delivery"]],
                        by=by,
                        outcome=one["outcome"],
                        on=date.fromisoformat(one["on"]),
                        received_by=one["received_by"],
                        note=one["note"],
                        report_id=now.pk,
                    )
                recorded += 1
            except TransitionRefused as refused:
                reasons = " ".join(str(reason.text) for reason in refused.reasons)
                passed_over.append([one["row"], one["number"], reasons])
            except InvalidInput as invalid:
                passed_over.append([one["row"], one["number"], invalid.message])
        now.state = ReportState.CONFIRMED
        now.recorded_count = recorded
        now.passed_over = [*now.passed_over, *passed_over]
        now.rows = []
        now.decided_at = clock.now()
        now.save()
    return now


def discard(report: CarrierReport, *, by: Actor) -> CarrierReport:
    """Throw a looked-at file away; a second time changes nothing."""
    with transaction.atomic():
        now = _locked(report, by=by)
        if now.state == ReportState.DISCARDED:
            return now
        _require_dry_run(now)
        now.state = ReportState.DISCARDED
        now.rows, now.bad_rows, now.unknown, now.passed_over = [], [], [], []
        now.decided_at = clock.now()
        now.save()
    return now


def outcome_words(outcome: str) -> str:
    """Name an outcome as people read it."""
    return str(DeliveryState(outcome).label)


def _locked(report: CarrierReport, *, by: Actor) -> CarrierReport:
    now = CarrierReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if now.uploaded_by_id != by.user_id:
        raise NotAllowed(_("Only who uploaded this file decides about it."))
    return now


def _require_dry_run(report: CarrierReport) -> None:
    if report.state != ReportState.DRY_RUN:
        raise TransitionRefused(
            [
                Reason(
                    "decided",
                    _("This file is “%(state)s” already. Upload it again.")
                    % {"state": report.get_state_display()},
                )
            ]
        )
