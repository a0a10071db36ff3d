"""Deciding about the cases of a campaign as a reviewed list; each keeps a decision of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.actor import Actor
from accounts.models import User
from offboarding.errors import CaseMovedOn, OffboardingError
from offboarding.lifecycle import State
from offboarding.models import (
    Campaign,
    CampaignClient,
    CampaignReview,
    CampaignReviewItem,
    ClientState,
    Decision,
    ItemState,
    ReviewKind,
    TerminationCase,
)
from offboarding.services import campaigns, decisions
from offboarding.services.locking import remember

MOST_ATTEMPTS = 5


def waiting_for_a_decision(campaign: Campaign) -> QuerySet[CampaignClient]:
    """List the clients whose decision nobody has made, nor answered on a list."""
    asked = Decision.objects.filter(case=OuterRef("case"), verdict="", superseded_at=None)
    return campaign.members.filter(
        Exists(asked), state=ClientState.OPENED, case__state=State.EVALUATION
    ).exclude(Exists(open_answers(ReviewKind.DECISIONS)))


def open_answers(kind: ReviewKind) -> QuerySet[CampaignReviewItem]:
    """Return the answers of this kind to a client that no worker has recorded yet."""
    return CampaignReviewItem.objects.filter(
        member=OuterRef("pk"), kind=kind, state=ItemState.WAITING
    )


def to_review(campaign: Campaign, user: User) -> QuerySet[CampaignClient]:
    """List the decisions that this person may make: those they did not ask for."""
    own = Decision.objects.filter(case=OuterRef("case"), superseded_at=None, requested_by=user)
    return (
        waiting_for_a_decision(campaign)
        .exclude(Exists(own))
        .select_related("client", "case__client__office", "case__owner")
        .prefetch_related("case__engagements", "case__decisions")
        .order_by("pk")
    )


def seen_of(members: Iterable[CampaignClient]) -> dict[int, str]:
    """Return what a list shows of each case, as one hash a row."""
    return {member.pk: _seen_of(member.case) for member in members if member.case is not None}


def _seen_of(case: TerminationCase) -> str:
    decision = case.current_decision
    said = [
        decision.pk if decision else "",
        case.version,
        case.effective_on,
        case.is_disputed,
        case.is_on_hold,
        *sorted(engagement.pk for engagement in case.engagements.all()),
    ]
    return hashlib.sha256("|".join(map(str, said)).encode()).hexdigest()


def decide_list(
    campaign: Campaign,
    *,
    by: Actor,
    seen: Mapping[int, str],
    list_sha256: str,
    chosen: Sequence[int],
    note: str,
) -> CampaignReview:
    """Decide, as a second person, that the chosen relationships of a list end.

    Raises:
        NotAllowed: the actor does not lead the team.
        TransitionRefused: the list or one of its cases is not as it was shown.
    """
    with campaigns.acting_on_campaign(
        campaign, by=by, permission="offboarding.review_campaign"
    ) as now:
        rows = to_review(now, by.colleague).filter(pk__in=seen)
        return campaigns.answer_list(
            now,
            ReviewKind.DECISIONS,
            by=by,
            seen=seen,
            list_sha256=list_sha256,
            as_they_are=seen_of(rows),
            chosen=chosen,
            note=note,
        )


# -- what a worker does with it --------------------------------------------------------------------


def answers_waiting(kind: ReviewKind, limit: int) -> list[tuple[int, int]]:
    """List answers that are to be recorded on their cases, with how often it was tried."""
    rows = CampaignReviewItem.objects.filter(kind=kind, state=ItemState.WAITING)
    return list(rows.order_by("attempts", "pk").values_list("pk", "attempts")[:limit])


def taken_in_hand(item_id: int, attempts_seen: int) -> bool:
    """Count an attempt; no means that another worker has the answer in hand."""
    waiting = CampaignReviewItem.objects.filter(
        pk=item_id, state=ItemState.WAITING, attempts=attempts_seen
    )
    return bool(waiting.update(attempts=F("attempts") + 1))


def locked_item(item_id: int) -> CampaignReviewItem | None:
    """Lock an answer that waits; nothing when it does not, or somebody else holds it."""
    return (
        CampaignReviewItem.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("review__by", "review__campaign", "member__case")
        .filter(pk=item_id, state=ItemState.WAITING)
        .first()
    )


def refuse_if_hopeless(attempts_seen: int) -> None:
    """Stop trying what has failed several times; a person looks then.

    Raises:
        OffboardingError: it was tried too often.
    """
    if attempts_seen >= MOST_ATTEMPTS:
        raise OffboardingError(_("Recording it failed several times; an admin can see why."))


def settle_item(item: CampaignReviewItem, refused: OffboardingError | None) -> None:
    """Write down that an answer reached its case, or why it could not."""
    item.state = ItemState.REFUSED if refused else ItemState.DONE
    item.reason = words_of(refused) if refused else ""
    item.save(update_fields=["state", "reason"])


def words_of(refused: OffboardingError) -> str:
    """Return why something could not be done, as a sentence for people."""
    return str(refused)


def record_decision(item_id: int, *, attempts_seen: int) -> bool:
    """Make the decision of one line of a reviewed list, in the name of its lead.

    Returns:
        Whether this call worked on it.
    """
    if not taken_in_hand(item_id, attempts_seen):
        return False
    with transaction.atomic():
        item = locked_item(item_id)
        if item is None:
            return False
        refused: OffboardingError | None = None
        try:
            refuse_if_hopeless(attempts_seen)
            with transaction.atomic():
                _decide(item)
        except OffboardingError as error:
            refused = error
        settle_item(item, refused)
    return True


def _decide(item: CampaignReviewItem) -> None:
    review, case = item.review, item.member.case
    assert case is not None
    if _seen_of(case) != item.seen_sha256:
        raise CaseMovedOn(
            who=case.state_changed_by, when=case.state_changed_at, state=case.get_state_display()
        )
    by = Actor.person(review.by)
    decisions.decide_to_end(case, by=by, reason=review.note, expected_version=case.version)
    remember(
        case,
        "decision.made_on_a_list",
        by=by,
        details={"campaign": review.campaign_id, "review": review.pk},
    )
