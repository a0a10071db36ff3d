"""What a wording pattern finds in notices that exist: to look before a pattern counts."""

from __future__ import annotations

from dataclasses import dataclass

from notices.checking import wording
from notices.models import Notice, WordingPattern

NEWEST_NOTICES = 200
MOST_HITS = 100


@dataclass(frozen=True)
class PastHit:
    """Words of one past notice."""

    reference: str
    number: int
    state: str
    part: str
    found: str
    rewrite: str


@dataclass(frozen=True)
class PastHits:
    """What was found, and in how many notices it was looked for.

    Attributes:
        searched: how many notices, the newest first.
        hits: at most `MOST_HITS`.
        more: whether there were more.
    """

    searched: int
    hits: list[PastHit]
    more: bool


def of(pattern: WordingPattern) -> PastHits:
    """Search the newest notices of the pattern's language, those of restricted cases left out."""
    notices = list(
        Notice.objects.filter(language=pattern.language, case__is_restricted=False)
        .select_related("case__client", "office", "signatory")
        .prefetch_related("case__engagements")
        .order_by("-pk")[:NEWEST_NOTICES]
    )
    found = [
        PastHit(
            reference=notice.case.reference,
            number=notice.number,
            state=notice.get_state_display(),
            part=one.part,
            found=one.hit.found,
            rewrite=one.hit.rewrite or pattern.rewrite,
        )
        for notice in notices
        for one in wording.hits_in(
            wording.texts_of(notice),
            [pattern],
            names=wording.names_of(notice, notice.case.engagements.all()),
        )
    ]
    return PastHits(len(notices), found[:MOST_HITS], len(found) > MOST_HITS)
