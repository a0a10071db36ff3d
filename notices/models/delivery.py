"""The outbox: one row per thing that leaves, per channel and recipient."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class Channel(models.TextChoices):
    """How something leaves."""

    EMAIL = "email", _("E-mail")
    REGISTERED_MAIL = "registered_mail", _("Registered mail")


class DeliveryState(models.TextChoices):
    """How far a delivery has come.

    An e-mail: queued → claimed → handing_over → accepted, or refused, or uncertain; later delivered
    or bounced. A registered letter: queued (to print) → printed → posted → its outcome.
    """

    QUEUED = "queued", _("Waiting to leave")
    CLAIMED = "claimed", _("Being prepared")
    HANDING_OVER = "handing_over", _("Being handed over")
    ACCEPTED = "accepted", _("Accepted by the mail server")
    REFUSED = "refused", _("Refused")
    UNCERTAIN = "uncertain", _("Uncertain")
    DELIVERED = "delivered", _("Delivered")
    BOUNCED = "bounced", _("Came back")
    TAKEN_BACK = "taken_back", _("Taken back before it left")
    PRINTED = "printed", _("Printed")
    POSTED = "posted", _("Posted")
    UNCLAIMED = "unclaimed", _("Not collected")
    MOVED = "moved", _("Addressee has moved")
    LOST = "lost", _("Lost")


LEFT_US = (
    DeliveryState.ACCEPTED,
    DeliveryState.DELIVERED,
    DeliveryState.BOUNCED,
    DeliveryState.POSTED,
    DeliveryState.UNCLAIMED,
    DeliveryState.MOVED,
    DeliveryState.LOST,
)
"""States in which something was handed to a relay or a carrier."""

MAY_HAVE_LEFT = (*LEFT_US, DeliveryState.HANDING_OVER, DeliveryState.UNCERTAIN)
"""States after which nobody may say that nothing was sent."""

IN_MOTION = (DeliveryState.CLAIMED, DeliveryState.HANDING_OVER)
"""States that a worker holds with a lease."""


class Delivery(models.Model):
    """A row of the outbox. Machines move it in `dispatch`, people in `services`.

    Every write after the claim names id, fence and state; when no row changes, the writer was
    overtaken and stops.
    """

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="deliveries"
    )
    notice = models.ForeignKey(
        "notices.Notice", on_delete=models.PROTECT, null=True, related_name="deliveries"
    )
    message = models.ForeignKey(
        "notices.Message", on_delete=models.PROTECT, null=True, related_name="deliveries"
    )
    # Somebody else's copy of the letter: it serves nobody and has no receipt link.
    copy_for = models.ForeignKey(
        "notices.NoticeCopy", on_delete=models.PROTECT, null=True, related_name="deliveries"
    )
    channel = models.CharField(_("channel"), max_length=16, choices=Channel.choices)
    recipient_name = models.CharField(_("recipient"), max_length=200)
    recipient_email = models.CharField(_("e-mail address"), max_length=254, blank=True)
    recipient_lines = models.JSONField(_("postal address"), default=list)
    # 1 for the first; a repeat is a person's recorded decision and is numbered.
    copy_number = models.PositiveSmallIntegerField(default=1)

    state = models.CharField(
        _("state"),
        max_length=16,
        choices=DeliveryState.choices,
        default=DeliveryState.QUEUED,
        editable=False,
    )
    created_at = models.DateTimeField(default=clock.now)
    departs_at = models.DateTimeField(_("departs at"), default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Leases are told by the database's clock, never by a worker's.
    fence = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    # Held back with the rest of its campaign: nobody claims it, and whoever holds it lets it go.
    is_paused = models.BooleanField(_("paused"), default=False, editable=False)
    # One of many: it leaves when nothing else is due, so nobody's single mail waits behind it.
    is_bulk = models.BooleanField(default=False, editable=False)
    state_changed_at = models.DateTimeField(default=clock.now)
    last_reply = models.TextField(_("last answer"), blank=True)

    # The mail as it leaves, built before the row is queued; Message-ID and Date are fixed here.
    internet_message_id = models.CharField(max_length=200, blank=True)
    mime = models.BinaryField(null=True)
    mime_sha256 = models.CharField(max_length=64, blank=True)

    # The registered letter.
    print_count = models.PositiveSmallIntegerField(default=0)
    printed_at = models.DateTimeField(null=True)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    carrier_number = models.CharField(_("carrier's number"), max_length=40, blank=True)
    posted_on = models.DateField(_("posted on"), null=True)
    outcome_on = models.DateField(_("outcome on"), null=True)
    outcome_note = models.TextField(_("note"), blank=True)
    # As the carrier's record has it.
    received_by = models.CharField(_("handed to"), max_length=200, blank=True)

    # What a person decided about an uncertain delivery.
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True)
    resolution_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel", "recipient_email", "copy_number"],
                condition=Q(notice__isnull=False, channel="email"),
                name="notice_leaves_once_by_email",
            ),
            models.UniqueConstraint(
                fields=["notice", "channel", "copy_number"],
                condition=Q(notice__isnull=False, channel="registered_mail"),
                name="notice_leaves_once_by_registered_mail",
            ),
            models.UniqueConstraint(
                fields=["message", "recipient_email", "copy_number"],
                condition=Q(message__isnull=False),
                name="message_leaves_once",
            ),
            models.UniqueConstraint(
                fields=["carrier_number"],
                condition=~Q(carrier_number=""),
                name="carrier_number_used_once",
            ),
            models.UniqueConstraint(
                fields=["internet_message_id"],
                condition=~Q(internet_message_id=""),
                name="message_id_used_once",
            ),
            models.CheckConstraint(
                condition=Q(notice__isnull=False, message=None)
                | Q(notice=None, message__isnull=False),
                name="delivery_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="delivery_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["is_bulk", "departs_at", "id"],
                name="delivery_to_send",
                condition=Q(state="queued", channel="email", is_paused=False),
            ),
            models.Index(
                fields=["leased_until"],
                name="delivery_leased",
                condition=Q(state__in=["claimed", "handing_over"]),
            ),
            models.Index(fields=["state", "state_changed_at"], name="delivery_by_state"),
            models.Index(fields=["case", "created_at"], name="delivery_by_case"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} → {self.recipient_name}"

    @property
    def has_left(self) -> bool:
        """It was handed to a relay or a carrier; never called delivered for that."""
        return self.state in LEFT_US

    @property
    def may_have_left(self) -> bool:
        """Nobody may say that nothing was sent."""
        return self.state in MAY_HAVE_LEFT

    @property
    def is_repeat(self) -> bool:
        """A person decided to send it again."""
        return self.copy_number > 1


class DeliveryEvent(models.Model):
    """What happened to a delivery, in order; for people, beside the audit trail."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=16, choices=DeliveryState.choices)
    note = models.TextField(blank=True)
    by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("delivery event")
        verbose_name_plural = _("delivery events")

    def __str__(self) -> str:
        return f"{self.get_state_display()} ({self.at:%Y-%m-%d %H:%M})"
