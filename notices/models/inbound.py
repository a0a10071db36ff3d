"""What comes back by mail: one row per message, its bytes kept as they came."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class InboundKind(models.TextChoices):
    """What came: only a reply is the client's, and even that counts only once a person says so.

    A mail from the address of a colleague is one that they forward or send in copy; it is filed as
    such and never taken for the client's answer.
    """

    REPLY = "reply", _("Reply")
    COLLEAGUE = "colleague", _("From a colleague")
    AUTOMATIC = "automatic", _("Automatic answer")
    BOUNCED = "bounced", _("Came back")
    DELAYED = "delayed", _("Delayed")
    DELIVERED = "delivered", _("Delivery status")
    READ_RECEIPT = "read_receipt", _("Read receipt")
    TOO_LARGE = "too_large", _("Too large")


class MatchedBy(models.TextChoices):
    """How it was found out where a mail belongs; never by its sender or subject."""

    CASE_ADDRESS = "case_address", _("By the case's own address")
    DELIVERY_ADDRESS = "delivery_address", _("By the delivery's own return address")
    MESSAGE_ID = "message_id", _("By the Message-ID of our mail")
    PERSON = "person", _("By a colleague")


class InboundOutcome(models.TextChoices):
    """What a person made of it."""

    READ = "read", _("Read")
    RECEIPT = "receipt", _("Shows that they have the notice")
    DISPUTE = "dispute", _("Disputes the notice")
    QUESTION = "question", _("Asks something")
    NOT_OURS = "not_ours", _("Not ours")


class InboundMail(models.Model):
    """A message as it came in.

    The same message is one row, however often and by however many roads it comes: its bytes are
    unique, and so is its fingerprint, which leaves out what mail servers add on the way.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    fingerprint = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=500, blank=True)
    raw = models.BinaryField()
    size_bytes = models.PositiveBigIntegerField(_("size"))
    # "imap", or the name of the provider whose webhook brought it.
    road = models.CharField(max_length=40)
    times_received = models.PositiveIntegerField(default=1)
    received_at = models.DateTimeField(_("received"), default=clock.now)

    sender_name = models.CharField(_("sender"), max_length=200, blank=True)
    sender_email = models.CharField(_("sender's address"), max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    # What the person wrote, without what they quoted; and all of it.
    words = models.TextField(_("text"), blank=True)
    full_text = models.TextField(_("full text"), blank=True)

    kind = models.CharField(_("kind"), max_length=12, choices=InboundKind.choices)
    # Codes of what spoke for this kind, such as "auto_submitted".
    signs = models.JSONField(default=list)
    case = models.ForeignKey(
        "offboarding.TerminationCase",
        on_delete=models.PROTECT,
        null=True,
        related_name="inbound_mails",
    )
    delivery = models.ForeignKey(
        "notices.Delivery", on_delete=models.PROTECT, null=True, related_name="inbound_mails"
    )
    matched_by = models.CharField(
        _("matched"), max_length=16, choices=MatchedBy.choices, blank=True
    )
    # Whose leads see a mail that belongs to no case: its sender writes to this team only. A sender
    # can be forged, so this narrows who looks and files nothing.
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # It came to an address that this case had before; a person says whether it belongs there.
    old_address_of = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, null=True, related_name="+"
    )
    communication = models.OneToOneField(
        "offboarding.Communication", on_delete=models.PROTECT, null=True, related_name="inbound"
    )
    files = models.ManyToManyField("offboarding.CaseFile", related_name="+")
    # Names of attachments that were not kept with the case, each with its reason.
    files_left_out = models.JSONField(default=list)
    # Its time was over before anybody filed it: only its checksum and its trace are left.
    erased_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField(null=True)
    filed_by = models.CharField(max_length=200, blank=True)

    outcome = models.CharField(
        _("outcome"), max_length=10, choices=InboundOutcome.choices, blank=True
    )
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = _("inbound mail")
        verbose_name_plural = _("inbound mails")
        constraints = [
            models.CheckConstraint(
                condition=Q(case=None, matched_by="") | Q(case__isnull=False) & ~Q(matched_by=""),
                name="inbound_mail_was_matched",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=InboundKind.values), name="inbound_kind_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-received_at"], name="inbound_by_case"),
            models.Index(fields=["-received_at"], name="inbound_unmatched", condition=Q(case=None)),
            models.Index(
                fields=["kind", "-received_at"],
                name="inbound_to_handle",
                condition=Q(handled_at=None),
            ),
            models.Index(fields=["message_id"], name="inbound_by_message_id"),
        ]

    def __str__(self) -> str:
        return self.subject or self.sender_email

    @property
    def is_unmatched(self) -> bool:
        """A person has to say where it belongs."""
        return self.case_id is None


class MailboxMark(models.Model):
    """How far a mailbox was read; a mailbox that was made anew is read from its beginning."""

    # Host, user and folder.
    name = models.CharField(max_length=300, unique=True)
    uid_validity = models.PositiveBigIntegerField(default=0)
    last_uid = models.PositiveBigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    # Why the last look failed; empty when it did not.
    problem = models.CharField(max_length=300, blank=True)
    failing_since = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("mailbox mark")
        verbose_name_plural = _("mailbox marks")

    def __str__(self) -> str:
        return self.name
