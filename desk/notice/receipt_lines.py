"""Each receipt with what speaks for it: how it came, how long after sending, what a lead does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.timesince import timesince
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from desk.templatetags.words import prose_date
from offboarding.models import Grade, ProofKind, ProofOfReceipt

Words = str | Promise

_A_MINUTE = 60
_BY_THE_CLIENT = (ProofKind.CONFIRMATION, ProofKind.PAPER_CODE)

_FOR_A_LEAD: dict[str, Words] = {
    Grade.C: _(
        "A lead compares the name and the time with what is known of the addressee, calls them if"
        " in doubt, and accepts the receipt or voids it."
    ),
    Grade.D: _(
        "A lead other than who entered it reads the note or the file, and accepts the receipt or"
        " voids it."
    ),
    Grade.E: _(
        "A lead other than who proposed it looks at the attempts and the day, and accepts the"
        " receipt or voids it."
    ),
}


@dataclass(frozen=True)
class ReceiptLine:
    """One receipt and its evidence, as a list of names and values."""

    proof: ProofOfReceipt
    evidence: list[tuple[Words, Words]]
    for_a_lead: Words


def receipt_lines(proofs: Iterable[ProofOfReceipt]) -> list[ReceiptLine]:
    """Return receipts with what a page says of each."""
    return [
        ReceiptLine(
            proof,
            list(_evidence(proof)),
            _FOR_A_LEAD.get(proof.grade, "") if proof.waits_for_a_lead else "",
        )
        for proof in proofs
    ]


def _evidence(proof: ProofOfReceipt) -> Iterable[tuple[Words, Words]]:
    is_the_clients = proof.kind in _BY_THE_CLIENT
    if proof.received_by:
        yield (_("Name typed") if is_the_clients else _("Received by"), proof.received_by)
    if is_the_clients:
        by_code = proof.source.get("by_code") or proof.kind == ProofKind.PAPER_CODE
        by_link = _("the link in the e-mail or letter")
        how = _("the code from the paper letter") if by_code else by_link
        yield _("Opened with"), how
    after = _after_sending(proof)
    if after:
        yield _("After sending"), after
    seconds = proof.source.get("seconds_on_page")
    if isinstance(seconds, int | float):
        yield _("Time on the page"), _lasting(float(seconds))


def _after_sending(proof: ProofOfReceipt) -> str:
    left_at, posted_on = proof.source.get("left_at"), proof.source.get("posted_on")
    if left_at:
        seconds = (proof.received_at - datetime.fromisoformat(left_at)).total_seconds()
        return _lasting(max(seconds, 0.0))
    if posted_on:
        day = date.fromisoformat(posted_on)
        return _text("posted on %(date)s") % {"date": prose_date(day)}
    return ""


def _lasting(seconds: float) -> str:
    if seconds < 2 * _A_MINUTE:
        count = round(seconds)
        return ngettext("%(count)d second", "%(count)d seconds", count) % {"count": count}
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return timesince(start, start + timedelta(seconds=seconds))
