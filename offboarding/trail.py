"""What the audit trail has to know of cases: their names, how to find them, what needs an event."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db.models import Q

from audit.models import AuditEvent
from audit.registry import (
    Unrecorded,
    register_fact,
    register_stream_label,
    register_stream_search,
    rows_without_event,
)
from offboarding.models import Campaign, Decision, Obligation, ProofOfReceipt, TerminationCase
from offboarding.services.advance import ACTIONS

MOST_FOUND = 20
CHUNK = 500
MOVES = [f"case.{action}" for action in ACTIONS.values()]


def register() -> None:
    """Tell the audit trail about cases; called once from `AppConfig.ready`."""
    register_stream_label("case", labels)
    register_stream_search("case", search)
    register_stream_label("campaign", campaign_labels)
    register_stream_search("campaign", search_campaigns)
    register_fact("cases of campaigns", _joined)
    register_fact("confirmed campaigns", _confirmed)
    register_fact("states of cases", states_without_their_event)
    register_fact("opened cases", _opened)
    register_fact("decisions", _decisions)
    register_fact("obligations", _obligations)
    register_fact("receipts", _receipts)


def labels(streams: list[str]) -> dict[str, str]:
    """Return references and client names by stream name."""
    by_pk = {int(stream.partition(":")[2]): stream for stream in streams}
    cases = TerminationCase.objects.filter(pk__in=by_pk).select_related("client")
    return {by_pk[case.pk]: f"{case.reference} · {case.client.name}" for case in cases}


def search(text: str) -> list[str]:
    """Return the streams of cases whose reference or client people may mean."""
    found = TerminationCase.objects.filter(
        Q(reference__icontains=text) | Q(client__legal_name__icontains=text)
    )
    return [f"case:{pk}" for pk in found.values_list("pk", flat=True)[:MOST_FOUND]]


def campaign_labels(streams: list[str]) -> dict[str, str]:
    """Return the names of campaigns by stream name."""
    by_pk = {int(stream.partition(":")[2]): stream for stream in streams}
    return {by_pk[one.pk]: one.name for one in Campaign.objects.filter(pk__in=by_pk)}


def search_campaigns(text: str) -> list[str]:
    """Return the streams of campaigns whose name people may mean."""
    found = Campaign.objects.filter(name__icontains=text)
    return [f"campaign:{pk}" for pk in found.values_list("pk", flat=True)[:MOST_FOUND]]


def states_without_their_event() -> Iterator[Unrecorded]:
    """Find cases whose state or version is not the one their last move recorded."""
    cases = TerminationCase.objects.filter(version__gt=0).order_by("pk")
    rows = cases.values_list("pk", "reference", "state", "version").iterator(CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        recorded = _last_moves([f"case:{pk}" for pk, *_rest in chunk])
        for pk, reference, state, version in chunk:
            stream = f"case:{pk}"
            if recorded.get(stream) != (state, version):
                yield Unrecorded(stream, f"{reference} is in {state}, which no event tells of.")


def _last_moves(streams: list[str]) -> dict[str, tuple[str, int]]:
    moves = AuditEvent.objects.filter(stream__in=streams, action__in=MOVES).order_by("seq")
    return {move.stream: (move.details["to"], move.details["version"]) for move in moves}


def _opened() -> Iterator[Unrecorded]:
    return rows_without_event(
        TerminationCase.objects.all(), action="case.opened", prefix="case", stream_id="pk"
    )


def _decisions() -> Iterator[Unrecorded]:
    return rows_without_event(
        Decision.objects.exclude(verdict=""),
        action="decision.made",
        prefix="case",
        stream_id="case_id",
    )


def _obligations() -> Iterator[Unrecorded]:
    return rows_without_event(
        Obligation.objects.exclude(state="open"),
        action=[
            "obligation.fulfilled",
            "obligation.waived",
            "obligation.not_applicable",
            "obligation.escalated",
        ],
        prefix="case",
        stream_id="case_id",
    )


def _receipts() -> Iterator[Unrecorded]:
    return rows_without_event(
        ProofOfReceipt.everything.all(),
        action="receipt.recorded",
        prefix="case",
        stream_id="case_id",
    )


def _joined() -> Iterator[Unrecorded]:
    return rows_without_event(
        TerminationCase.objects.filter(campaign_client__isnull=False),
        action="case.joined_campaign",
        prefix="case",
        stream_id="pk",
    )


def _confirmed() -> Iterator[Unrecorded]:
    return rows_without_event(
        Campaign.objects.exclude(confirmed_at=None),
        action="campaign.confirmed",
        prefix="campaign",
        stream_id="pk",
    )
