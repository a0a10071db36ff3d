"""Campaigns: many relationships that end for one reason. The list, one campaign, its report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _text
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import selectors as people
from audit import clock
from clients.csv_cells import UTF_8_MARK, csv_line
from desk.frame import keyset
from desk.frame.scoping import actor_of, person_of
from desk.frame.verbs import Verb
from desk.notice.delivery_lines import DeliveryLine
from notices.campaigns import standing as campaign_standing
from notices.campaigns.standing import MOVING, Standing
from notices.models import CampaignSending, Delivery, NoticeKind
from offboarding import policies
from offboarding.models import (
    Campaign,
    CampaignClient,
    CampaignReviewItem,
    ItemState,
    ProofOfReceipt,
)

_AT_A_TIME = 500
_SHOWN = 50

BADGES = {
    Standing.CHOSEN: "open",
    Standing.LEFT_OUT: "not-applicable",
    Standing.OPENING: "waiting",
    Standing.UNDECIDED: "waiting",
    Standing.KEPT: "success",
    Standing.WRITING: "waiting",
    Standing.STUCK: "warn",
    Standing.TO_APPROVE: "waiting",
    Standing.APPROVED: "approved",
    Standing.LEAVING: "waiting",
    Standing.UNCERTAIN: "uncertain",
    Standing.FAILED: "failed",
    Standing.UNCONFIRMED: "dispatched",
    Standing.CONFIRMED: "delivered",
}
"""How each standing looks."""


# -- finding ---------------------------------------------------------------------------------------


def campaign_url(campaign: Campaign) -> str:
    """Return the address of a campaign's page."""
    return reverse("desk:campaign", args=[campaign.pk])


def campaign_or_404(request: HttpRequest, pk: int) -> Campaign:
    """Return a campaign of the person's own teams.

    Raises:
        Http404: there is none, or it is another team's.
    """
    found = (
        policies.campaigns_visible_to(person_of(request))
        .select_related("team", "ground", "created_by", "confirmed_by", "cancelled_by", "sending")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404(_text("There is no such campaign."))
    return found


def members_of(request: HttpRequest, campaign: Campaign) -> QuerySet[CampaignClient]:
    """List the rows of a campaign that the person may read."""
    return policies.campaign_clients_visible_to(person_of(request)).filter(campaign=campaign)


class CampaignVerb(Verb):
    """A verb of one campaign, under its address `/campaigns/<pk>/…`."""

    permission = "offboarding.prepare_campaign"
    template_name = "desk/campaigns/verb.html"

    campaign: Campaign

    def find(self) -> None:
        """Read the campaign named in the address."""
        self.campaign = campaign_or_404(self.request, self.kwargs["pk"])

    def allow(self) -> None:
        """Ask the policies; services ask them again inside the lock."""
        policies.require_on_campaign(self.actor, self.permission, self.campaign)

    def next_url(self) -> str:
        """Return to the campaign."""
        return campaign_url(self.campaign)

    def context(self, form: Any) -> dict[str, Any]:
        """Name the campaign at the head of the page."""
        return {"campaign": self.campaign}


# -- the list --------------------------------------------------------------------------------------


@require_safe
@never_cache
def campaigns(request: HttpRequest) -> HttpResponse:
    """List the campaigns of a person's teams, newest first."""
    user = person_of(request)
    visible = policies.campaigns_visible_to(user)
    page = keyset.page_of(
        request,
        visible.select_related("team", "ground", "created_by", "sending"),
        order=("-created_at", "-pk"),
        among=visible,
    )
    context = {
        "page": page,
        "may_plan": bool(people.roles_of(user)),
    }
    return render(request, "desk/campaigns/list.html", context)


# -- one campaign ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """How many clients stand somewhere, and the way to them."""

    words: str | Promise
    count: int
    url: str
    badge: str


@dataclass(frozen=True)
class Progress:
    """How far a campaign has come, for whoever looks.

    Attributes:
        figures: only those that are not zero, in the order of the way.
        total: how many clients the list holds.
        recording: how many answers of leads a worker has still to record.
        is_moving: something changes by itself, so the page looks again every few seconds.
    """

    figures: list[Figure]
    total: int
    counted: dict[str, int]
    recording: int
    sending: CampaignSending | None
    is_moving: bool

    @property
    def share_done(self) -> int:
        """How many of a hundred letters have left us, of those that are to leave."""
        coming = self.total - self.counted["left_out"] - self.counted["kept"]
        left = sum(self.counted[one] for one in ("unconfirmed", "confirmed", "failed", "uncertain"))
        return left * 100 // coming if coming else 0

    @property
    def outlook(self) -> campaign_standing.Outlook | None:
        """How long the rest takes, while letters leave."""
        if self.sending is None or not self.sending.is_running:
            return None
        return campaign_standing.outlook(self.sending, self.counted)


def progress_of(request: HttpRequest, campaign: Campaign) -> Progress:
    """Count everything that is shown of a campaign, in a number of queries that does not grow."""
    counted = campaign_standing.counts(members_of(request, campaign))
    recording = CampaignReviewItem.objects.filter(
        review__campaign=campaign, state=ItemState.WAITING
    ).count()
    sending = (
        CampaignSending.objects.select_related("started_by", "paused_by")
        .filter(campaign=campaign)
        .first()
    )
    report = reverse("desk:campaign-report", args=[campaign.pk])
    running = sending is not None and sending.is_running
    return Progress(
        figures=[
            Figure(one.label, counted[one], f"{report}?show={one}", BADGES[one])
            for one in Standing
            if counted[one]
        ],
        total=sum(counted.values()),
        counted=counted,
        recording=recording,
        sending=sending,
        is_moving=bool(
            recording
            or any(counted[one] for one in MOVING)
            or (running and counted[Standing.APPROVED])
        ),
    )


class CampaignRights:
    """What the reader may do with a campaign, asked for by name in templates."""

    def __init__(self, request: HttpRequest, campaign: Campaign) -> None:
        self._by = actor_of(request)
        self._campaign = campaign

    def __getitem__(self, name: str) -> bool:
        permission = f"offboarding.{name}_campaign"
        if permission not in policies.OF_A_CAMPAIGN:
            raise KeyError(name)
        return policies.may_on_campaign(self._by, permission, self._campaign)


def _shown(request: HttpRequest, pk: int) -> dict[str, Any]:
    campaign = campaign_or_404(request, pk)
    return {
        "campaign": campaign,
        "progress": progress_of(request, campaign),
        "may": CampaignRights(request, campaign),
        "enclosures": campaign.enclosures.defer("pdf"),
    }


@require_safe
@never_cache
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a campaign: what it is about, how far it has come, and the next step."""
    return render(request, "desk/campaigns/campaign.html", _shown(request, pk))


@require_safe
@never_cache
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show only how far it has come; the page asks for it every five seconds."""
    return render(request, "desk/campaigns/_progress.html", _shown(request, pk))


# -- who got what and when -------------------------------------------------------------------------


@dataclass(frozen=True)
class ReportLine:
    """One client of a campaign: what left, by which way, and what came back."""

    member: CampaignClient

    @property
    def standing(self) -> Standing:
        """Where it stands."""
        return Standing(self.member.standing)  # type: ignore[attr-defined]

    @property
    def badge(self) -> str:
        """How that looks."""
        return BADGES[self.standing]

    @property
    def name(self) -> str:
        """The client's name, or the reference that nobody knows."""
        client = self.member.client
        return client.name if client else self.member.reference

    @property
    def why(self) -> str:
        """Why it does not go on by itself, if so."""
        letter = getattr(self.member, "letter", None)
        return self.member.reason or (letter.problem if letter else "")

    @property
    def deliveries(self) -> list[DeliveryLine]:
        """What left for it, or stands in the outbox."""
        case = self.member.case
        if case is None:
            return []
        return [DeliveryLine(one, case.reference) for one in case.of_notices]

    @property
    def receipt(self) -> ProofOfReceipt | None:
        """What shows that the notice arrived, the strongest if there are several."""
        case = self.member.case
        standing = case.standing_proofs if case else []
        return min(standing, key=lambda proof: proof.grade, default=None)


def _with_everything(members: QuerySet[CampaignClient]) -> QuerySet[CampaignClient]:
    of_notices = Delivery.objects.filter(notice__isnull=False)
    of_notices = of_notices.exclude(notice__kind=NoticeKind.CURE_WARNING)
    deliveries = of_notices.defer("mime").order_by("pk")
    proofs = ProofOfReceipt.objects.filter(voided_at=None)
    return (
        campaign_standing.with_standing(members)
        .select_related("client", "case__client__office", "letter")
        .prefetch_related(
            Prefetch("case__deliveries", queryset=deliveries, to_attr="of_notices"),
            Prefetch("case__proofs", queryset=proofs, to_attr="standing_proofs"),
        )
    )


def _view_of(request: HttpRequest, campaign: Campaign) -> tuple[str, QuerySet[CampaignClient]]:
    shown = request.GET.get("show", "")
    rows = _with_everything(members_of(request, campaign))
    if shown not in Standing.values:
        return "", rows
    return shown, rows.filter(standing=shown)


@require_safe
@never_cache
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """List who got what, when and by which way, and who has not confirmed."""
    campaign = campaign_or_404(request, pk)
    shown, rows = _view_of(request, campaign)
    page = keyset.page_of(
        request, rows, order=("pk",), among=members_of(request, campaign), size=_SHOWN
    )
    counted = campaign_standing.counts(members_of(request, campaign))
    context = {
        "campaign": campaign,
        "lines": [ReportLine(member) for member in page.rows],
        "page": page,
        "shown": shown,
        "total": sum(counted.values()),
        "chips": [
            (one.label, f"?show={one}", one == shown, counted[one])
            for one in Standing
            if counted[one] or one == shown
        ],
        "csv_url": reverse("desk:campaign-report-csv", args=[campaign.pk])
        + (f"?show={shown}" if shown else ""),
        "may": CampaignRights(request, campaign),
    }
    return render(request, "desk/campaigns/report.html", context)


@require_safe
def report_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Write every row of this view out, one for each delivery."""
    campaign = campaign_or_404(request, pk)
    _show, rows = _view_of(request, campaign)
    lines = _csv_lines(rows, translation.get_language() or "en")
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"campaign-{campaign.pk}-{clock.today().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _csv_lines(rows: QuerySet[CampaignClient], language: str) -> Iterator[str]:
    with translation.override(language):
        yield UTF_8_MARK + csv_line(
            [
                _text("Client"),
                _text("Client's reference"),
                _text("Case"),
                _text("Standing"),
                _text("Why"),
                _text("Effective date"),
                _text("Channel"),
                _text("Recipient"),
                _text("Address"),
                _text("Delivery"),
                _text("Since"),
                _text("Receipt"),
                _text("Received"),
            ]
        )
    last: CampaignClient | None = None
    while part := list(keyset.rows_after(rows, last, order=("pk",))[:_AT_A_TIME]):
        # The reader's language holds while a part is written; it must not leak while it is sent.
        with translation.override(language):
            written = [csv_line(cells) for row in part for cells in _cells(ReportLine(row))]
        yield from written
        last = part[-1]


def _cells(line: ReportLine) -> Iterator[list[object]]:
    member, proof = line.member, line.receipt
    zone = member.case.time_zone if member.case else "UTC"
    with timezone.override(zone):
        first: list[object] = [
            line.name,
            member.reference,
            member.case.reference if member.case else "",
            str(line.standing.label),
            line.why,
            member.effective_on.isoformat() if member.effective_on else "",
        ]
        last: list[object] = (
            [
                f"{proof.get_kind_display()} ({proof.grade})",
                timezone.localtime(proof.received_at).isoformat(timespec="minutes"),
            ]
            if proof
            else ["", ""]
        )
        if not line.deliveries:
            yield [*first, "", "", "", "", "", *last]
        for one in line.deliveries:
            delivery = one.delivery
            yield [
                *first,
                delivery.get_channel_display(),
                delivery.recipient_name,
                delivery.recipient_email or ", ".join(delivery.recipient_lines),
                str(one.word),
                timezone.localtime(delivery.state_changed_at).isoformat(timespec="minutes"),
                *last,
            ]


urlpatterns: list[URLPattern] = [
    path("campaigns/", campaigns, name="campaigns"),
    path("campaigns/<int:pk>/", campaign, name="campaign"),
    path("campaigns/<int:pk>/progress/", progress, name="campaign-progress"),
    path("campaigns/<int:pk>/report/", report, name="campaign-report"),
    path("campaigns/<int:pk>/report.csv", report_csv, name="campaign-report-csv"),
]
