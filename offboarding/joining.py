"""What keeps a client out of a campaign, each time with its reason in words.

Asked for the whole list before anybody confirms it, and for each client once more when its case is
opened: what was true last week may not be true today.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit import clock
from clients import calendars
from clients.models import Client, Contact, Engagement
from clients.models.engagement import NoticeForm, NoticeMethod
from offboarding import deemed, selectors
from offboarding.errors import Reason
from offboarding.lifecycle import ENDED
from offboarding.models import Campaign, EffectiveRule, TerminationCase


@dataclass(frozen=True)
class Joining:
    """How a client comes in: the agreements that end and when, or why it does not.

    Attributes:
        client: who.
        engagements: the running agreements of the campaign's service line.
        effective_on: the day on which they end; None for a client that stays out.
        refused: the first thing that stands in the way.
    """

    client: Client
    engagements: tuple[Engagement, ...]
    effective_on: date | None
    refused: Reason | None


NOT_NAMED = "?"
"""Stands for the reference of a case that may not be named."""


def looked_at(campaign: Campaign, clients: QuerySet[Client]) -> list[Joining]:
    """Look at many clients in a number of queries that does not grow with them."""
    rows = list(
        clients.select_related("office", "team", "owner").prefetch_related(
            "engagements",
            Prefetch(
                "contacts",
                queryset=Contact.objects.filter(receives_notices=True),
                to_attr="notice_recipients",
            ),
        )
    )
    keys = [client.pk for client in rows]
    cases = TerminationCase.objects.filter(client__in=keys).order_by("pk")
    unfinished = dict(cases.exclude(state__in=ENDED).values_list("client_id", "reference"))
    held = set(cases.exclude(legal_hold_reason="").values_list("client_id", flat=True))
    # A restricted case does not exist for most who read a campaign: nothing names it.
    stops = cases.filter(~Q(state__in=ENDED) | ~Q(legal_hold_reason=""), is_restricted=True)
    for key in stops.values_list("client_id", flat=True):
        unfinished[key] = NOT_NAMED
    calendar = _Calendar()
    return [
        _look(campaign, client, unfinished.get(client.pk, ""), client.pk in held, calendar)
        for client in rows
    ]


class _Calendar:
    """Days off, read once for each office, and the presets of deemed service."""

    def __init__(self) -> None:
        self.rules = deemed.presets()
        self._own: dict[int, frozenset[date]] = {}
        self._known: dict[tuple[int, str, str], calendars.DaysOff] = {}

    def of(self, client: Client) -> calendars.DaysOff:
        key = (client.office_id, str(client.country.code), client.region)
        if key not in self._known:
            if client.office_id not in self._own:
                self._own[client.office_id] = calendars.own_holidays(client.office)
            own = self._own[client.office_id]
            self._known[key] = calendars.days_off_between(client, own)
        return self._known[key]


def _look(
    campaign: Campaign, client: Client, open_case: str, is_held: bool, calendar: _Calendar
) -> Joining:
    engagements = _ending(campaign, client)
    refused = _refusal(campaign, client, engagements, open_case=open_case, is_held=is_held)
    if refused is not None:
        return Joining(client, engagements, None, refused)
    day, refused = _effective_date(campaign, client, engagements, calendar)
    return Joining(client, engagements, None if refused else day, refused)


def _ending(campaign: Campaign, client: Client) -> tuple[Engagement, ...]:
    """Return the running agreements of the service line that closes."""
    today = clock.today(str(client.office.time_zone))
    wanted = campaign.service_line.casefold()
    return tuple(
        engagement
        for engagement in client.engagements.all()
        if engagement.service_line.casefold() == wanted
        and (engagement.ended_on is None or engagement.ended_on > today)
    )


def _refusal(
    campaign: Campaign,
    client: Client,
    engagements: Sequence[Engagement],
    *,
    open_case: str,
    is_held: bool,
) -> Reason | None:
    if client.team_id != campaign.team_id:
        return unknown_reference()
    if open_case == NOT_NAMED:
        return Reason("look_first", _("A team lead has to look at this client first."))
    if open_case:
        return Reason(
            "open_case", _("The case %(reference)s is open already.") % {"reference": open_case}
        )
    if is_held:
        return Reason("legal_hold", _("A legal hold lies on a case of this client."))
    if not engagements:
        return Reason(
            "no_engagement",
            _("No running agreement belongs to “%(line)s”.") % {"line": campaign.service_line},
        )
    if any(engagement.notice_form == NoticeForm.INK for engagement in engagements):
        return Reason("ink", _("The agreement asks for a notice that is signed in ink."))
    if any(engagement.signatories_required > 1 for engagement in engagements):
        return Reason("signatures", _("The agreement asks for more than one signature."))
    return _unreachable(campaign, client, engagements)


def _unreachable(
    campaign: Campaign, client: Client, engagements: Iterable[Engagement]
) -> Reason | None:
    recipients: list[Contact] = client.notice_recipients  # type: ignore[attr-defined]
    if not recipients:
        return Reason("no_contact", _("No contact of this client receives notices."))
    # The letter is written to the contact; an address that the agreement names goes before theirs.
    named = any(engagement.notice_email for engagement in engagements)
    if campaign.by_email and not (named or recipients[0].email):
        return Reason("no_email", _("There is no e-mail address to send the notice to."))
    methods = {engagement.notice_method for engagement in engagements}
    if NoticeMethod.REGISTERED_MAIL in methods and not campaign.by_registered_mail:
        return Reason(
            "method_named", _("The agreement names registered mail, which is not chosen here.")
        )
    if NoticeMethod.EMAIL in methods and not campaign.by_email:
        return Reason("method_named", _("The agreement names e-mail, which is not chosen here."))
    return None


def _effective_date(
    campaign: Campaign, client: Client, engagements: Sequence[Engagement], calendar: _Calendar
) -> tuple[date, Reason | None]:
    sent_on = max(campaign.leaves_on, clock.today(str(client.office.time_zone)))
    earliest = selectors.earliest_end_of(
        client, engagements, sent_on=sent_on, days_off=calendar.of(client), rules=calendar.rules
    )
    assert earliest is not None
    if campaign.effective_rule == EffectiveRule.EARLIEST:
        return max(earliest.on, campaign.effective_on), None
    if campaign.effective_on < earliest.on:
        return earliest.on, Reason(
            "too_early",
            _("The agreement “%(agreement)s” allows %(date)s at the earliest.")
            % {
                "agreement": earliest.engagement_title,
                "date": date_format(earliest.on, "j F Y"),
            },
        )
    return campaign.effective_on, None


def unknown_reference() -> Reason:
    """Say that the team has no such client; another team's answers the same."""
    return Reason("unknown", _("No client of this team has this reference."))
