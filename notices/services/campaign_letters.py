"""Letters of a campaign: written from one template, approved one by one or as a reviewed list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actor import Actor
from accounts.models import User
from notices.checking import likeness
from notices.language.phrases import say_date
from notices.letters import composing
from notices.models import (
    ApprovalRequest,
    CampaignLetter,
    LetterState,
    Notice,
    NoticeState,
    Rendering,
    RenderingPurpose,
)
from notices.services import approval, campaign_enclosures, drafting
from offboarding.errors import OffboardingError, Reason, TransitionRefused
from offboarding.models import (
    Campaign,
    CampaignClient,
    CampaignReview,
    CampaignReviewItem,
    Disclosure,
    ReviewKind,
    TerminationCase,
)
from offboarding.services import campaign_decisions, campaigns
from offboarding.services.locking import remember

MOST_ATTEMPTS = 5


# -- writing ---------------------------------------------------------------------------------------


def letters_to_write(limit: int) -> list[tuple[int, int]]:
    """List letters that are ordered and not written, with how often it was tried."""
    rows = CampaignLetter.objects.filter(state=LetterState.TO_WRITE).order_by("attempts", "pk")
    return list(rows.values_list("pk", "attempts")[:limit])


def write(letter_id: int, *, attempts_seen: int) -> bool:
    """Draft the notice of one client from the template and ask for its approval.

    Whoever confirmed the campaign is its author. What the checks block stays a draft for a person.

    Returns:
        Whether this call worked on it.
    """
    ordered = CampaignLetter.objects.filter(pk=letter_id, state=LetterState.TO_WRITE)
    if not ordered.filter(attempts=attempts_seen).update(attempts=F("attempts") + 1):
        return False
    with transaction.atomic():
        letter = (
            ordered.select_for_update(of=("self",), skip_locked=True)
            .select_related("member__case__client__office", "member__campaign__confirmed_by")
            .first()
        )
        if letter is None:
            return False
        try:
            _refuse_if_hopeless(attempts_seen)
            with transaction.atomic():
                notice = _draft(letter)
            letter.notice = notice
            letter.written_version = notice.version
            letter.text_key = likeness.key_of(notice)
            with transaction.atomic():
                _ask_for_approval(letter, notice)
            _keep_findings(letter, notice)
            letter.state = LetterState.WRITTEN
        except OffboardingError as refused:
            letter.state = LetterState.STUCK
            letter.problem = str(refused)
        letter.save()
    return True


def _refuse_if_hopeless(attempts_seen: int) -> None:
    if attempts_seen >= MOST_ATTEMPTS:
        raise OffboardingError(_("Writing the letter failed; an admin can see why."))


def _draft(letter: CampaignLetter) -> Notice:
    member = letter.member
    campaign, case = member.campaign, member.case
    assert case is not None and campaign.confirmed_by is not None
    if drafting.current_notice(case) is not None:
        raise TransitionRefused(
            [Reason("has_a_notice", _("Somebody wrote a notice for this case already."))]
        )
    by = Actor.person(campaign.confirmed_by)
    notice = drafting.draft_notice(case, by=by)
    notice.case = case
    campaign_enclosures.copy_into(notice, campaign, by=by)
    email, registered = campaign.by_email, campaign.by_registered_mail
    parts = _words(campaign, case, notice) | {
        "receipt": composing.receipt_part(notice.language, email=email, registered=registered)
    }
    notice = drafting.edit_notice(
        notice,
        by=by,
        expected_version=notice.version,
        parts=parts,
        sends_email=email,
        sends_registered_mail=registered,
    )
    # Nobody waits for a preview of these pages: the ones for approval follow at once.
    Rendering.objects.filter(notice=notice, purpose=RenderingPurpose.PREVIEW, done_at=None).delete()
    return notice


def _words(campaign: Campaign, case: TerminationCase, notice: Notice) -> dict[str, str]:
    """Return what the campaign says in its own words, filled in for this client."""
    engagement = case.engagements.first()
    known = {
        "client": case.client.legal_name,
        "service": engagement.service_line if engagement else campaign.service_line,
        "date": say_date(notice.effective_on, notice.language) if notice.effective_on else "",
    }
    found = {"handover": campaign.words("handover", notice.language).format_map(known)}
    if case.ground_copy.get("disclosure") == Disclosure.STATED:
        found["reason"] = campaign.words("reason", notice.language).format_map(known)
    return {part: text for part, text in found.items() if text.strip()}


def _keep_findings(letter: CampaignLetter, notice: Notice) -> None:
    """Keep what the checks warned of when approval was asked for."""
    asked = ApprovalRequest.objects.get(notice=notice, notice_version=notice.version)
    warned = [found for found in asked.findings if found["level"] == "warn"]
    letter.findings = [
        {"text": found["text"], "overridden": found.get("overridden", "")} for found in warned
    ]
    letter.warning_count = len(warned)


def _ask_for_approval(letter: CampaignLetter, notice: Notice) -> None:
    campaign, case = letter.member.campaign, letter.member.case
    assert case is not None and campaign.confirmed_by is not None
    by = Actor.person(campaign.confirmed_by)
    approval.request_approval(notice, by=by, expected_version=notice.version, raises_tasks=False)
    Rendering.objects.filter(notice=notice, done_at=None).update(is_bulk=True)
    remember(
        case,
        "notice.written_for_campaign",
        by=by,
        subject=notice,
        details={"campaign": campaign.pk, "notice": notice.number, "version": notice.version},
    )


# -- looking ---------------------------------------------------------------------------------------


def _waiting(campaign: Campaign, user: User) -> QuerySet[CampaignClient]:
    """List the letters that wait for approval by this person, who neither wrote nor asked."""
    return (
        campaign.members.filter(letter__notice__state=NoticeState.AWAITING_APPROVAL)
        .exclude(letter__notice__author=user)
        .exclude(letter__notice__approval_requested_by=user)
        .exclude(Exists(campaign_decisions.open_answers(ReviewKind.LETTERS)))
    )


_PAGES_ARE_SET = Rendering.objects.filter(
    notice=OuterRef("letter__notice"),
    notice_version=OuterRef("letter__notice__version"),
    purpose=RenderingPurpose.APPROVAL,
    delivery=None,
    confirmation=None,
).exclude(done_at=None)
_PAGES_ARE_GOOD = _PAGES_ARE_SET.exclude(sha256="").filter(problems=[])
_AS_WRITTEN = Q(letter__notice__version=F("letter__written_version"), letter__warning_count=0)


def to_review(campaign: Campaign, user: User) -> QuerySet[CampaignClient]:
    """List letters that may be approved as a list: as written, no warning, pages set and good."""
    return _with_letters(
        _waiting(campaign, user).filter(_AS_WRITTEN).filter(Exists(_PAGES_ARE_GOOD))
    )


def one_by_one(campaign: Campaign, user: User) -> QuerySet[CampaignClient]:
    """List letters that somebody has to open: warned of, changed by hand, or not fitting."""
    return _with_letters(
        _waiting(campaign, user)
        .filter(Exists(_PAGES_ARE_SET))
        .exclude(_AS_WRITTEN & Exists(_PAGES_ARE_GOOD))
    )


def still_being_set(campaign: Campaign, user: User) -> int:
    """Count letters whose pages a worker has not set yet."""
    return _waiting(campaign, user).exclude(Exists(_PAGES_ARE_SET)).count()


def _with_letters(members: QuerySet[CampaignClient]) -> QuerySet[CampaignClient]:
    pages = Rendering.objects.filter(
        purpose=RenderingPurpose.APPROVAL, delivery=None, confirmation=None
    ).defer("pdf", "font_versions")
    return (
        members.select_related("client", "case__client__office", "letter__notice")
        .prefetch_related(
            "case__engagements",
            Prefetch("letter__notice__renderings", queryset=pages, to_attr="pages_for_approval"),
        )
        .order_by("pk")
    )


def pages_of(member: CampaignClient) -> Rendering | None:
    """Return the pages of a listed letter's present version."""
    notice: Any = member.letter.notice
    of_now = [one for one in notice.pages_for_approval if one.notice_version == notice.version]
    return of_now[0] if of_now else None


def seen_of(members: Iterable[CampaignClient]) -> dict[int, str]:
    """Return the SHA-256 of each listed letter's pages."""
    found = {}
    for member in members:
        pages = pages_of(member)
        if pages is not None:
            found[member.pk] = pages.sha256
    return found


# -- approving -------------------------------------------------------------------------------------


def approve_list(
    campaign: Campaign,
    *,
    by: Actor,
    seen: Mapping[int, str],
    list_sha256: str,
    chosen: Sequence[int],
) -> CampaignReview:
    """Approve, as a second person, the chosen letters of a list that was gone through.

    The hash covers the SHA-256 of every letter listed. A worker approves each of them on its own
    case, in this person's name and over exactly these bytes.

    Raises:
        NotAllowed: the actor does not lead the team.
        TransitionRefused: one of the letters is another than the one listed; all are named.
    """
    with campaigns.acting_on_campaign(
        campaign, by=by, permission="offboarding.review_campaign"
    ) as now:
        rows = to_review(now, by.colleague).filter(pk__in=seen)
        return campaigns.answer_list(
            now,
            ReviewKind.LETTERS,
            by=by,
            seen=seen,
            list_sha256=list_sha256,
            as_they_are=seen_of(rows),
            chosen=chosen,
        )


def record_approval(item_id: int, *, attempts_seen: int) -> bool:
    """Approve one letter of a reviewed list, in the name of its lead.

    Returns:
        Whether this call worked on it.
    """
    if not campaign_decisions.taken_in_hand(item_id, attempts_seen):
        return False
    with transaction.atomic():
        item = campaign_decisions.locked_item(item_id)
        if item is None:
            return False
        refused: OffboardingError | None = None
        try:
            campaign_decisions.refuse_if_hopeless(attempts_seen)
            with transaction.atomic():
                _approve(item)
        except OffboardingError as error:
            refused = error
        campaign_decisions.settle_item(item, refused)
    return True


def _approve(item: CampaignReviewItem) -> None:
    review, case = item.review, item.member.case
    letter = CampaignLetter.objects.select_related("notice").get(member=item.member)
    assert case is not None and letter.notice is not None
    by = Actor.person(review.by)
    notice = letter.notice
    notice.case = case
    approval.approve(notice, by=by, seen_sha256=item.seen_sha256)
    remember(
        case,
        "notice.approved_on_a_list",
        by=by,
        subject=notice,
        details={
            "campaign": review.campaign_id,
            "review": review.pk,
            "list_sha256": review.list_sha256,
        },
    )
