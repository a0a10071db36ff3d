"""Proof that a notice arrived; pages call it a receipt."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class ProofKind(models.TextChoices):
    """What shows that the notice arrived."""

    CONFIRMATION = "confirmation", _("Confirmed on the receipt page")
    PAPER_CODE = "paper_code", _("Confirmed with the code from the letter")
    SIGNED_SLIP = "signed_slip", _("Signed receipt slip")
    CARRIER_RECORD = "carrier_record", _("Carrier's delivery record")
    ACCEPTED_REPLY = "accepted_reply", _("Reply of the client")
    PHONE = "phone", _("Telephone call")
    DEEMED = "deemed", _("Deemed service")


class Grade(models.TextChoices):
    """How strong a proof is; A is the strongest."""

    A = "A", _("A: from the paper or the carrier")
    B = "B", _("B: confirmed, nothing odd")
    C = "C", _("C: confirmed, something odd")
    D = "D", _("D: entered by a colleague")
    E = "E", _("E: deemed service")


COUNTS_BY_ITSELF = (Grade.A, Grade.B)
"""Grades that move a case without a team lead."""


LONGEST_REASON = 500
"""Room for every sign that a confirmation can bear."""


class _OfNotices(models.Manager["ProofOfReceipt"]):
    """Receipts of notices, which is what nearly everybody asks for."""

    def get_queryset(self) -> models.QuerySet[ProofOfReceipt]:
        """Leave out what shows that a cure warning arrived."""
        return super().get_queryset().filter(is_of_warning=False)


class ProofOfReceipt(models.Model):
    """One piece of evidence that the client received the notice; receipt, not agreement.

    What shows that a cure warning arrived is kept here as well and marked. It moves no case and
    stops no reminder, so `objects` and `case.proofs` do not have it: whoever asks for receipts
    without thinking of warnings asks for those of the notice. `everything` has both.
    """

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="proofs"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=ProofKind.choices)
    grade = models.CharField(_("grade"), max_length=1, choices=Grade.choices)
    grade_reason = models.CharField(_("why this grade"), max_length=LONGEST_REASON, blank=True)
    received_at = models.DateTimeField(_("received at"))
    received_by = models.CharField(_("received by"), max_length=200, blank=True)
    # Which notice and delivery it proves; both live in the app above, so only their ids are here.
    notice_number = models.PositiveSmallIntegerField(_("notice number"), null=True)
    is_of_warning = models.BooleanField(_("of a cure warning"), default=False)
    delivery_id = models.PositiveBigIntegerField(null=True)
    source = models.JSONField(default=dict)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    file = models.ForeignKey(
        "offboarding.CaseFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(default=clock.now)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    voided_reason = models.TextField(blank=True)

    objects = _OfNotices()
    everything = models.Manager["ProofOfReceipt"]()

    class Meta:
        ordering = ["recorded_at", "pk"]
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.UniqueConstraint(
                fields=["delivery_id", "kind"],
                condition=Q(delivery_id__isnull=False, voided_at=None),
                name="one_proof_per_delivery_and_kind",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by=None, accepted_at=None)
                | Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="acceptance_has_its_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.grade})"

    @property
    def counts(self) -> bool:
        """The proof stands and is strong enough, or a team lead accepted it."""
        return self.voided_at is None and (
            self.grade in COUNTS_BY_ITSELF or self.accepted_at is not None
        )

    @property
    def waits_for_a_lead(self) -> bool:
        """The proof stands but moves nothing until a team lead accepts it."""
        return self.voided_at is None and not self.counts
