"""What we owe and what they owe."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit import clock
from offboarding.models.ground import Party

LOOKED_AT_DAYS_BEFORE = 12
"""So long before its day a machine begins to look: more than three business days ever take."""


class ObligationState(models.TextChoices):
    """How an obligation stands."""

    OPEN = "open", _("Open")
    FULFILLED = "fulfilled", _("Fulfilled")
    WAIVED = "waived", _("Waived")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    ESCALATED = "escalated", _("Escalated")


class MoneyKind(models.TextChoices):
    """What an amount is that no invoice asks for."""

    UNBILLED = "unbilled", _("Work done and not billed yet (they owe)")
    REFUND = "refund", _("Refund or credit (we owe)")
    OTHER = "other", _("Another amount")


class Obligation(models.Model):
    """Something one side still has to do or pay before nothing is owed any more."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="obligations"
    )
    party = models.CharField(_("who owes it"), max_length=8, choices=Party.choices)
    title = models.CharField(_("what is owed"), max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="obligations",
        verbose_name=_("looked after by"),
    )
    due_on = models.DateField(_("due on"), null=True)
    original_due_on = models.DateField(null=True, editable=False)
    # Business days; negative is after. Set, the due date follows the effective date.
    days_before_effective_date = models.SmallIntegerField(
        _("business days before the effective date"), null=True
    )
    amount_cents = models.PositiveBigIntegerField(_("amount"), null=True)
    currency = models.CharField(max_length=3, blank=True)
    money_kind = models.CharField(
        _("what the amount is"), max_length=10, choices=MoneyKind.choices, blank=True
    )
    invoice = models.ForeignKey(
        "clients.Invoice", on_delete=models.PROTECT, null=True, related_name="+"
    )
    needs_proof = models.BooleanField(_("needs proof"), default=False)
    is_internal = models.BooleanField(_("only for us"), default=False)
    waits_for = models.ManyToManyField(
        "self",
        symmetrical=False,
        related_name="holds_up",
        blank=True,
        verbose_name=_("comes after"),
    )
    # The service whose checklist it was copied from; empty for the ground's and for added ones.
    service = models.CharField(_("from the checklist of"), max_length=120, blank=True)
    state = models.CharField(
        _("state"),
        max_length=16,
        choices=ObligationState.choices,
        default=ObligationState.OPEN,
        editable=False,
    )
    proof = models.TextField(_("proof"), blank=True, max_length=2000)
    proof_file = models.ForeignKey(
        "offboarding.CaseFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    escalated_to = models.CharField(_("now looked after by"), max_length=200, blank=True)
    escalated_until = models.DateField(_("until"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    waiver_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # The client's tick: it settles nothing until a colleague has looked at it.
    client_says_done_at = models.DateTimeField(null=True)
    client_says_done_by = models.CharField(max_length=200, blank=True)
    client_note = models.TextField(blank=True)
    # Why a tick was not accepted, in words that the client reads.
    tick_answer = models.TextField(blank=True, max_length=1000)
    # How far its reminders are (`notices.reminding.owed_reminders`); nobody looks before the day.
    next_reminder_on = models.DateField(null=True, editable=False)
    reminder_step = models.PositiveSmallIntegerField(default=0, editable=False)
    mails_sent = models.PositiveSmallIntegerField(default=0, editable=False)
    last_mail_on = models.DateField(null=True, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ObligationState.values), name="obligation_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="waived")
                | (
                    ~Q(reason="")
                    & Q(settled_by__isnull=False, waiver_requested_by__isnull=False)
                    & ~Q(settled_by=F("waiver_requested_by"))
                ),
                name="waiver_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="not_applicable") | ~Q(reason=""),
                name="not_applicable_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="escalated")
                | (~Q(escalated_to="") & Q(escalated_until__isnull=False)),
                name="escalation_has_owner_and_date",
            ),
            models.CheckConstraint(
                condition=Q(is_internal=False) | Q(party="ours"),
                name="only_ours_are_internal",
            ),
            models.CheckConstraint(
                condition=Q(money_kind="")
                | Q(money_kind="other")
                | Q(money_kind="unbilled", party="clients")
                | Q(money_kind="refund", party="ours"),
                name="money_is_owed_by_who_owes_it",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "due_on"], name="open_obligation_by_owner",
                         condition=Q(state="open")),
            models.Index(fields=["next_reminder_on"], name="obligation_to_remind_of",
                         condition=Q(state="open", next_reminder_on__isnull=False)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def remind_anew(self) -> None:
        """Begin its reminders again, because its day is another one; mails already sent count."""
        self.reminder_step = 0
        self.next_reminder_on = (
            self.due_on - timedelta(days=LOOKED_AT_DAYS_BEFORE) if self.due_on else None
        )

    @property
    def is_ours(self) -> bool:
        """We owe it."""
        return self.party == Party.OURS

    @property
    def is_open(self) -> bool:
        """Somebody still has to act."""
        return self.state == ObligationState.OPEN

    @property
    def is_settled(self) -> bool:
        """Nothing is left to do about it."""
        return self.state in (
            ObligationState.FULFILLED,
            ObligationState.WAIVED,
            ObligationState.NOT_APPLICABLE,
        )

    @property
    def is_ticked(self) -> bool:
        """The client says that it is done, and a colleague has not looked at it yet."""
        return self.client_says_done_at is not None and not self.is_settled

    @property
    def follows_effective_date(self) -> bool:
        """Its day is told from the effective date and moves with it."""
        return self.days_before_effective_date is not None

    @property
    def is_escalated(self) -> bool:
        """It has an owner and a date elsewhere."""
        return self.state == ObligationState.ESCALATED
