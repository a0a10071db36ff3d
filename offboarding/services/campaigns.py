"""Preparing a campaign: its terms, its list of clients, and what a lead answers as one list."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from string import Formatter
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import selectors as accounts
from accounts.actor import Actor
from accounts.models import Team
from audit import clock
from audit.models import AuditEvent
from audit.services import record
from clients.models import Client
from offboarding import joining, policies
from offboarding.errors import CaseMovedOn, InvalidInput, NotAllowed, Reason, TransitionRefused
from offboarding.models import (
    Campaign,
    CampaignClient,
    CampaignReview,
    CampaignReviewItem,
    CampaignState,
    ClientState,
    Disclosure,
    ItemState,
    ReviewKind,
)

MOST_CLIENTS = 5_000
"""One campaign holds no more; a list that long is better told apart."""

MOST_REVIEWED = 100
"""So many lines one person can go through and answer as one."""

TERMS = (
    "name",
    "service_line",
    "ground",
    "summary",
    "fact",
    "fact_on",
    "fact_source",
    "no_remedies_reason",
    "leaves_on",
    "effective_rule",
    "effective_on",
    "by_email",
    "by_registered_mail",
    "reason_en",
    "reason_de",
    "handover_en",
    "handover_de",
)
PLACEHOLDERS = ("client", "service", "date")
"""What a text of a campaign may leave to each letter, in braces."""


# -- the frame -------------------------------------------------------------------------------------


def stream_of(campaign: Campaign) -> str:
    """Return the name of the campaign's chain."""
    return f"campaign:{campaign.pk}"


def remember(
    campaign: Campaign,
    action: str,
    *,
    by: Actor,
    subject: models.Model | None = None,
    details: dict[str, Any] | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEvent:
    """Record on the campaign's own chain what was done to it, in the verb's transaction."""
    return record(
        stream=stream_of(campaign),
        action=action,
        by=by,
        subject=subject or campaign,
        details=details,
        before=before,
        after=after,
    )


@contextmanager
def acting_on_campaign(campaign: Campaign, *, by: Actor, permission: str) -> Iterator[Campaign]:
    """Lock a campaign for one change by somebody who may make it.

    Raises:
        NotAllowed: the actor lacks the permission.
        TransitionRefused: the campaign was cancelled.
    """
    with transaction.atomic():
        now = (
            Campaign.objects.select_for_update(of=("self",))
            .select_related("team", "ground", "confirmed_by")
            .get(pk=campaign.pk)
        )
        policies.require_on_campaign(by, permission, now)
        if now.state == CampaignState.CANCELLED:
            raise TransitionRefused([Reason("cancelled", _("This campaign was cancelled."))])
        yield now


# -- terms -----------------------------------------------------------------------------------------


def plan_campaign(team: Team, *, by: Actor, **terms: Any) -> Campaign:
    """Write down what a campaign is about; nothing happens to any client by it.

    Raises:
        NotAllowed: the actor does not work in the team.
        InvalidInput: a term that cannot be kept.
    """
    campaign = Campaign(team=team, created_by=by.colleague, changed_by=by.name, **terms)
    if accounts.role_in(by.colleague, team) is None:
        raise NotAllowed(_("Only people of the team prepare its campaigns."))
    _check_terms(campaign)
    with transaction.atomic():
        campaign.save()
        remember(campaign, "campaign.planned", by=by, after=_said(campaign))
    return campaign


def change_terms(campaign: Campaign, *, by: Actor, expected_version: int, **terms: Any) -> Campaign:
    """Change what a campaign is about, and look at its clients again.

    Raises:
        CaseMovedOn: somebody else changed it since the page was opened.
        InvalidInput: a term that cannot be kept.
        TransitionRefused: it is confirmed already.
    """
    with acting_on_campaign(campaign, by=by, permission="offboarding.prepare_campaign") as now:
        _only_while_prepared(now)
        if now.version != expected_version:
            raise CaseMovedOn(
                who=now.changed_by, when=now.changed_at, state=now.get_state_display()
            )
        before = _said(now)
        for name, value in terms.items():
            if name not in TERMS:
                raise TypeError(f"A campaign has no term “{name}”.")
            setattr(now, name, value)
        _check_terms(now)
        now.version += 1
        now.changed_at = clock.now()
        now.changed_by = by.name
        now.save()
        after = _said(now)
        changed = [name for name in TERMS if before[name] != after[name]]
        remember(
            now,
            "campaign.terms_changed",
            by=by,
            details={"version": now.version},
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
        known = now.members.exclude(client=None).values("client")
        _look_again(now, joining.looked_at(now, Client.objects.filter(pk__in=known)))
    return now


def _said(campaign: Campaign) -> dict[str, str]:
    return {name: str(getattr(campaign, name)) for name in TERMS}


def _check_terms(campaign: Campaign) -> None:
    today = clock.today()
    if not (campaign.by_email or campaign.by_registered_mail):
        raise InvalidInput("by_email", _("Choose at least one way of sending."))
    if campaign.ground.is_sensitive:
        raise InvalidInput(
            "ground", _("Cases of this ground are for named people; they are opened one by one.")
        )
    if campaign.fact_on > today:
        raise InvalidInput("fact_on", _("This date lies in the future."))
    if campaign.leaves_on < today:
        raise InvalidInput("leaves_on", _("This date is in the past."))
    if campaign.effective_on < campaign.leaves_on:
        raise InvalidInput("effective_on", _("Services cannot end before the letters leave."))
    for name in ("reason_en", "reason_de", "handover_en", "handover_de"):
        _check_words(name, str(getattr(campaign, name)))
        is_reason = name.startswith("reason")
        if is_reason and getattr(campaign, name) and not _states_its_reason(campaign):
            raise InvalidInput(
                name, _("The ground's policy is not to state the reason; leave this empty.")
            )


def _states_its_reason(campaign: Campaign) -> bool:
    return campaign.ground.disclosure == Disclosure.STATED


def _check_words(field: str, text: str) -> None:
    try:
        gaps = [gap for gap in Formatter().parse(text) if gap[1] is not None]
    except ValueError:
        gaps = [("", "", "", None)]
    # No attributes and no widths: `{client:>999999999}` would fill a worker's memory.
    if any(name not in PLACEHOLDERS or spec or as_what for _words, name, spec, as_what in gaps):
        raise InvalidInput(
            field,
            _("Only {client}, {service} and {date} can stand in braces; look at this text again."),
        )


def _only_while_prepared(campaign: Campaign) -> None:
    if not campaign.is_being_prepared:
        raise TransitionRefused(
            [Reason("confirmed", _("This campaign is confirmed; its list stands."))]
        )


# -- clients ---------------------------------------------------------------------------------------


def choose_clients(campaign: Campaign, clients: QuerySet[Client], *, by: Actor) -> int:
    """Take clients of the team onto the list, each with what stands in its way.

    Returns:
        How many were not on the list before.
    """
    with acting_on_campaign(campaign, by=by, permission="offboarding.prepare_campaign") as now:
        _only_while_prepared(now)
        found = joining.looked_at(now, clients.filter(team=now.team).order_by("pk"))
        return _take_in(now, found, [], by=by)


def choose_references(campaign: Campaign, references: Sequence[str], *, by: Actor) -> int:
    """Take clients onto the list by their references; those nobody knows are told as well."""
    wanted = list(dict.fromkeys(one.strip() for one in references if one.strip()))
    if not wanted:
        raise InvalidInput("references", _("Name at least one client by its reference."))
    too_long = [one for one in wanted if len(one) > 30]
    if too_long:
        raise InvalidInput(
            "references", _("“%(text)s…” is no reference.") % {"text": too_long[0][:30]}
        )
    with acting_on_campaign(campaign, by=by, permission="offboarding.prepare_campaign") as now:
        _only_while_prepared(now)
        folded = {one.lower(): one for one in wanted}
        clients = Client.objects.filter(team=now.team).annotate(folded=Lower("reference"))
        found = joining.looked_at(now, clients.filter(folded__in=folded).order_by("pk"))
        known = {one.client.reference.lower() for one in found}
        unknown = [written for key, written in folded.items() if key not in known]
        return _take_in(now, found, unknown, by=by)


def _take_in(
    campaign: Campaign, found: Sequence[joining.Joining], unknown: Sequence[str], *, by: Actor
) -> int:
    listed = {one.lower() for one in campaign.members.values_list("reference", flat=True)}
    new = [one for one in found if one.client.reference.lower() not in listed]
    strangers = [one for one in unknown if one.lower() not in listed]
    if len(listed) + len(new) + len(strangers) > MOST_CLIENTS:
        raise InvalidInput(
            "", _("A campaign holds %(most)d clients at most.") % {"most": MOST_CLIENTS}
        )
    why = joining.unknown_reference()
    CampaignClient.objects.bulk_create(
        [
            *(_row(campaign, one) for one in new),
            *(
                CampaignClient(
                    campaign=campaign,
                    reference=reference,
                    state=ClientState.LEFT_OUT,
                    code=why.code,
                    reason=why.text,
                )
                for reference in strangers
            ),
        ],
        batch_size=500,
    )
    if new or strangers:
        remember(
            campaign,
            "campaign.clients_chosen",
            by=by,
            details={"clients": [one.client.pk for one in new], "unknown": len(strangers)},
        )
    return len(new) + len(strangers)


def _row(campaign: Campaign, found: joining.Joining) -> CampaignClient:
    refused = found.refused
    return CampaignClient(
        campaign=campaign,
        client=found.client,
        reference=found.client.reference,
        state=ClientState.LEFT_OUT if refused else ClientState.CHOSEN,
        code=refused.code if refused else "",
        reason=refused.text if refused else "",
        effective_on=found.effective_on,
    )


def _look_again(campaign: Campaign, found: Sequence[joining.Joining]) -> None:
    rows = {row.client_id: row for row in campaign.members.exclude(client=None)}
    for one in found:
        fresh, row = _row(campaign, one), rows[one.client.pk]
        row.state, row.code, row.reason = fresh.state, fresh.code, fresh.reason
        row.effective_on = fresh.effective_on
    CampaignClient.objects.bulk_update(
        rows.values(), ["state", "code", "reason", "effective_on"], batch_size=200
    )


def take_off_the_list(member: CampaignClient, *, by: Actor) -> None:
    """Take a client off the list again before the campaign is confirmed."""
    with acting_on_campaign(
        member.campaign, by=by, permission="offboarding.prepare_campaign"
    ) as now:
        _only_while_prepared(now)
        row = now.members.filter(pk=member.pk).first()
        if row is None:
            return
        remember(now, "campaign.client_taken_off", by=by, details={"client": row.client_id})
        row.delete()


def empty_the_list(campaign: Campaign, *, by: Actor) -> None:
    """Take every client off the list, to choose anew."""
    with acting_on_campaign(campaign, by=by, permission="offboarding.prepare_campaign") as now:
        _only_while_prepared(now)
        count, _rows = now.members.all().delete()
        if count:
            remember(now, "campaign.list_emptied", by=by, details={"clients": count})


def confirm(campaign: Campaign, *, by: Actor, chosen: int) -> Campaign:
    """Have a case opened for every chosen client; a worker opens them one after the other.

    Whoever confirms has read the notice clauses of the list, asks for each decision and is the
    author of each letter; somebody else decides and approves.

    Args:
        campaign: being prepared.
        by: who confirms.
        chosen: how many clients the page showed as chosen.

    Raises:
        TransitionRefused: nobody is chosen, the list is another one, or nobody could decide.
    """
    with acting_on_campaign(campaign, by=by, permission="offboarding.prepare_campaign") as now:
        _only_while_prepared(now)
        known = now.members.exclude(client=None).values("client")
        _look_again(now, joining.looked_at(now, Client.objects.filter(pk__in=known)))
        rows = now.members.filter(state=ClientState.CHOSEN)
        count = rows.count()
        reasons = []
        if not count:
            reasons.append(Reason("nobody", _("No client on the list can come in.")))
        elif count != chosen:
            reasons.append(
                Reason(
                    "list_changed",
                    _("The list has changed: %(count)d can come in now. Look at it again.")
                    % {"count": count},
                )
            )
        if not accounts.leads_of(now.team).exclude(pk=by.colleague.pk).exists():
            reasons.append(
                Reason(
                    "nobody_else_decides",
                    _("This team has no second lead; an admin has to name a deputy."),
                )
            )
        if now.leaves_on < clock.today():
            reasons.append(
                Reason("leaves_on", _("The day on which the letters leave is in the past."))
            )
        if reasons:
            raise TransitionRefused(reasons)
        rows.update(state=ClientState.WAITING)
        now.state = CampaignState.CONFIRMED
        now.confirmed_by = by.colleague
        now.confirmed_at = clock.now()
        now.save(update_fields=["state", "confirmed_by", "confirmed_at"])
        remember(now, "campaign.confirmed", by=by, details={"clients": count})
    return now


def cancel(campaign: Campaign, *, by: Actor, reason: str) -> Campaign:
    """Stop a campaign: what has not happened yet does not happen; what has left stays out."""
    permission = (
        "offboarding.prepare_campaign"
        if campaign.is_being_prepared
        else "offboarding.send_campaign"
    )
    with acting_on_campaign(campaign, by=by, permission=permission) as now:
        if not reason.strip():
            raise InvalidInput("reason", _("Say why; the record keeps it."))
        was_prepared = now.is_being_prepared
        if not was_prepared:
            policies.require_on_campaign(by, "offboarding.send_campaign", now)
        now.state = CampaignState.CANCELLED
        now.cancelled_by = by.colleague
        now.cancelled_at = clock.now()
        now.cancelled_reason = reason
        now.save(update_fields=["state", "cancelled_by", "cancelled_at", "cancelled_reason"])
        why = _("The campaign was cancelled.")
        stopped = now.members.filter(state__in=[ClientState.CHOSEN, ClientState.WAITING]).update(
            state=ClientState.LEFT_OUT, code="cancelled", reason=why
        )
        CampaignReviewItem.objects.filter(review__campaign=now, state=ItemState.WAITING).update(
            state=ItemState.REFUSED, reason=why
        )
        remember(
            now,
            "campaign.cancelled",
            by=by,
            details={"not_opened": stopped},
            after={"reason": reason},
        )
    return now


# -- a reviewed list -------------------------------------------------------------------------------


def hash_of_list(seen: Mapping[int, str]) -> str:
    """Return the hash over a list as it was shown: each line's key with what was seen of it."""
    lines = [f"{key}:{seen[key]}\n" for key in sorted(seen)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def answer_list(
    campaign: Campaign,
    kind: ReviewKind,
    *,
    by: Actor,
    seen: Mapping[int, str],
    list_sha256: str,
    as_they_are: Mapping[int, str],
    chosen: Sequence[int],
    note: str = "",
) -> CampaignReview:
    """Keep a lead's answer to a whole list; call with the campaign locked.

    Args:
        campaign: whose list it was.
        kind: decisions or letters.
        by: the lead.
        seen: the list as it was shown, what was seen by row.
        list_sha256: its hash, as it stood in the form.
        as_they_are: the same rows as they stand now; a row that no longer waits is missing.
        chosen: the rows the lead answers; the others stay as they are.
        note: what the record keeps as the reason.

    Raises:
        TransitionRefused: it is not the list that was shown, or rows of it have changed since.
        InvalidInput: nothing is chosen, or too much.
    """
    if hash_of_list(seen) != list_sha256 or not set(chosen) <= set(seen):
        raise TransitionRefused(
            [Reason("not_the_list", _("This is not the list that was shown; open it again."))]
        )
    if not chosen:
        raise InvalidInput("chosen", _("Choose at least one."))
    if len(seen) > MOST_REVIEWED:
        raise InvalidInput(
            "chosen",
            _("Nobody reads more than %(most)d at once.") % {"most": MOST_REVIEWED},
        )
    changed = [key for key, was in seen.items() if as_they_are.get(key) != was]
    if changed:
        raise TransitionRefused(_why_changed(campaign, kind, changed))
    review = CampaignReview.objects.create(
        campaign=campaign, kind=kind, by=by.colleague, list_sha256=list_sha256, note=note
    )
    CampaignReviewItem.objects.bulk_create(
        CampaignReviewItem(review=review, kind=kind, member_id=key, seen_sha256=seen[key])
        for key in chosen
    )
    remember(
        campaign,
        f"campaign.{kind}_reviewed",
        by=by,
        subject=review,
        details={
            "review": review.pk,
            "sha256": list_sha256,
            "listed": len(seen),
            "clients": sorted(chosen),
        },
        after={"note": note} if note else None,
    )
    return review


def _why_changed(campaign: Campaign, kind: ReviewKind, keys: Sequence[int]) -> list[Reason]:
    rows = campaign.members.filter(pk__in=keys).select_related("client", "case").order_by("pk")
    answered = {
        item.member_id: item.review
        for item in CampaignReviewItem.objects.filter(
            member__in=keys, kind=kind, state__in=[ItemState.WAITING, ItemState.DONE]
        ).select_related("review__by")
    }
    reasons = []
    for row in rows:
        name = row.client.name if row.client else row.reference
        reference = row.case.reference if row.case else row.reference
        words = {"client": name, "reference": reference}
        if row.pk in answered:
            words["who"] = answered[row.pk].by.name
            text = _("%(client)s (%(reference)s): %(who)s has answered this already.") % words
        else:
            text = _("%(client)s (%(reference)s) has changed since you opened the list.") % words
        reasons.append(Reason("changed_since", text))
    count = len(keys) - len(reasons)
    if count:
        reasons.append(
            Reason(
                "gone",
                ngettext(
                    "%(count)d line is not on this campaign any more.",
                    "%(count)d lines are not on this campaign any more.",
                    count,
                )
                % {"count": count},
            )
        )
    return reasons
