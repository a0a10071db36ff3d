"""A campaign: many relationships that end for one reason, each by a decision of its own."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class CampaignState(models.TextChoices):
    """How far a campaign has come; what became of each client stands with the client."""

    PREPARING = "preparing", _("Being prepared")
    CONFIRMED = "confirmed", _("Under way")
    CANCELLED = "cancelled", _("Cancelled")


class EffectiveRule(models.TextChoices):
    """How each client's effective date is found."""

    EARLIEST = "earliest", _("Each client's earliest date, but not before the date below")
    SAME_DAY = "same_day", _("The date below for all; who needs more time is left out")


class Campaign(models.Model):
    """Why a selected list of relationships ends, and what is the same for all of them.

    Everything that differs, and every decision, belongs to the cases it opens.
    """

    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, related_name="campaigns", verbose_name=_("team")
    )
    name = models.CharField(_("name"), max_length=120)
    service_line = models.CharField(_("service line"), max_length=60)
    ground = models.ForeignKey(
        "offboarding.TerminationGround",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("ground"),
    )
    summary = models.TextField(_("what this is about"), max_length=4000)
    fact = models.TextField(_("the fact"), max_length=2000)
    fact_on = models.DateField(_("the fact's day"))
    fact_source = models.CharField(_("source"), max_length=200, blank=True)
    no_remedies_reason = models.TextField(_("why no remedy was tried"), max_length=2000)

    leaves_on = models.DateField(_("the letters leave by"))
    effective_rule = models.CharField(
        _("effective date"),
        max_length=10,
        choices=EffectiveRule.choices,
        default=EffectiveRule.EARLIEST,
    )
    effective_on = models.DateField(_("date"))
    by_email = models.BooleanField(_("by e-mail"), default=True)
    by_registered_mail = models.BooleanField(_("by registered mail"), default=False)

    # What its letters say instead of the ground's and the house's own words.
    reason_en = models.TextField(_("reason in the letter, English"), blank=True, max_length=2000)
    reason_de = models.TextField(_("reason in the letter, German"), blank=True, max_length=2000)
    handover_en = models.TextField(
        _("hand-over in the letter, English"), blank=True, max_length=2000
    )
    handover_de = models.TextField(
        _("hand-over in the letter, German"), blank=True, max_length=2000
    )

    state = models.CharField(
        _("state"),
        max_length=12,
        choices=CampaignState.choices,
        default=CampaignState.PREPARING,
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=clock.now, editable=False)
    changed_by = models.CharField(max_length=200, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    # Whoever confirmed it read the notice clauses, asks for the decisions and writes the letters.
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    confirmed_at = models.DateTimeField(null=True, editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    cancelled_at = models.DateTimeField(null=True, editable=False)
    cancelled_reason = models.TextField(blank=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CampaignState.values), name="campaign_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed")
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="confirmed_campaign_has_its_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled")
                | (Q(cancelled_by__isnull=False) & ~Q(cancelled_reason="")),
                name="cancelled_campaign_says_why",
            ),
            models.CheckConstraint(
                condition=Q(by_email=True) | Q(by_registered_mail=True),
                name="campaign_has_a_channel",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_being_prepared(self) -> bool:
        """Its terms and its list of clients can still be changed."""
        return self.state == CampaignState.PREPARING

    def words(self, part: str, language: str) -> str:
        """Return what the campaign says in a part of its letters, empty when it says nothing."""
        return str(getattr(self, f"{part}_{'de' if language == 'de' else 'en'}"))


class ClientState(models.TextChoices):
    """What became of a client of a campaign before its case took over."""

    CHOSEN = "chosen", _("Chosen")
    LEFT_OUT = "left_out", _("Left out")
    WAITING = "waiting", _("Case is being opened")
    OPENED = "opened", _("Case opened")


class CampaignClient(models.Model):
    """One client of a campaign: its case, or why it has none."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="members")
    # Empty when nobody of the team's clients has the reference that was given.
    client = models.ForeignKey(
        "clients.Client", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reference = models.CharField(_("client's reference"), max_length=30)
    state = models.CharField(
        _("state"), max_length=10, choices=ClientState.choices, default=ClientState.CHOSEN
    )
    code = models.CharField(max_length=40, blank=True)
    reason = models.TextField(_("why it is left out"), blank=True)
    effective_on = models.DateField(_("effective date"), null=True)
    case = models.OneToOneField(
        "offboarding.TerminationCase",
        on_delete=models.PROTECT,
        null=True,
        related_name="campaign_client",
    )
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("client of a campaign")
        verbose_name_plural = _("clients of campaigns")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "reference"], name="client_once_per_campaign"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ClientState.values), name="campaign_client_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="opened", case__isnull=False)
                | (~Q(state="opened") & Q(case=None)),
                name="opened_client_has_its_case",
            ),
            models.CheckConstraint(
                condition=~Q(state="left_out") | ~Q(reason=""), name="left_out_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "state", "id"], name="campaign_client_by_state"),
            models.Index(
                fields=["id"], name="campaign_client_to_open", condition=Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ReviewKind(models.TextChoices):
    """What a lead reviewed as a list."""

    DECISIONS = "decisions", _("Decisions")
    LETTERS = "letters", _("Letters")


class CampaignReview(models.Model):
    """A list that a lead went through and answered as one, with the hash of what it showed."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="reviews")
    kind = models.CharField(max_length=10, choices=ReviewKind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    list_sha256 = models.CharField(max_length=64)
    note = models.TextField(blank=True, max_length=2000)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("review of a campaign")
        verbose_name_plural = _("reviews of campaigns")

    def __str__(self) -> str:
        return f"{self.campaign} · {self.get_kind_display()}"


class ItemState(models.TextChoices):
    """Whether an answer has reached the case it is about."""

    WAITING = "waiting", _("Being recorded")
    DONE = "done", _("Recorded")
    REFUSED = "refused", _("Not possible any more")


class CampaignReviewItem(models.Model):
    """One line of a review; a worker records it on the case, in the lead's name."""

    review = models.ForeignKey(CampaignReview, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=10, choices=ReviewKind.choices)
    member = models.ForeignKey(
        CampaignClient, on_delete=models.PROTECT, related_name="review_items"
    )
    # What the lead saw of it: of a letter the SHA-256 of its pages.
    seen_sha256 = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10, choices=ItemState.choices, default=ItemState.WAITING, editable=False
    )
    reason = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("line of a review")
        verbose_name_plural = _("lines of reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind"],
                condition=Q(state="waiting"),
                name="one_open_answer_per_client",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ItemState.values), name="review_item_state_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="review_item_to_record", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.review} · {self.member}"
