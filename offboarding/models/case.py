"""The termination case: one ending of one client's relationship."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock
from offboarding.lifecycle import ENDED, Lifecycle, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from offboarding.models.closing import Closing
    from offboarding.models.decision import Decision
    from offboarding.models.evidence import Remedy


class InitiatedBy(models.TextChoices):
    """Whose wish the ending is."""

    US = "us", _("Us")
    CLIENT = "client", _("The client")
    BOTH = "both", _("Both")


class StateMoveForbidden(Exception):
    """Somebody tried to save a changed state without `services.advance()`."""


class CaseNumber(models.Model):
    """The last reference number given out in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class TerminationCase(Lifecycle):
    """A relationship that is being evaluated, ended, kept or was ended.

    Dates are never mixed: `_on` is a date at the sending office, `_at` an instant.
    """

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, related_name="cases", verbose_name=_("team")
    )
    client = models.ForeignKey(
        "clients.Client", on_delete=models.PROTECT, related_name="cases", verbose_name=_("client")
    )
    engagements = models.ManyToManyField(
        "clients.Engagement", related_name="cases", verbose_name=_("agreements that end")
    )
    scope = models.CharField(
        _("scope"),
        max_length=200,
        blank=True,
        help_text=_("Left empty, all services of the agreements end."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="owned_cases",
        verbose_name=_("owner"),
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    opened_at = models.DateTimeField(_("opened at"), default=clock.now, editable=False)
    initiated_by = models.CharField(
        _("initiated by"), max_length=8, choices=InitiatedBy.choices, default=InitiatedBy.US
    )
    summary = models.TextField(_("what this is about"), blank=True, max_length=4000)

    # The ground, and the case's own copy of what it said that day.
    ground = models.ForeignKey(
        "offboarding.TerminationGround",
        on_delete=models.PROTECT,
        related_name="cases",
        null=True,
        verbose_name=_("ground"),
    )
    ground_copy = models.JSONField(default=dict, editable=False)

    # Where it stands. Only `services.advance()` writes these.
    version = models.PositiveIntegerField(default=0, editable=False)
    state_changed_at = models.DateTimeField(default=clock.now, editable=False)
    state_changed_by = models.CharField(max_length=200, blank=True, editable=False)

    # Flags beside the state.
    disputed_at = models.DateTimeField(null=True, editable=False)
    disputed_reason = models.TextField(blank=True, editable=False)
    # Stays when a lead clears the dispute.
    first_disputed_at = models.DateTimeField(null=True, editable=False)
    on_hold_until = models.DateField(null=True, editable=False)
    on_hold_reason = models.TextField(blank=True, editable=False)
    # A claim was threatened: nothing is sent until a team lead lets it go on.
    sending_held_at = models.DateTimeField(null=True, editable=False)
    sending_held_reason = models.TextField(blank=True, editable=False)
    # While both sides negotiate, nobody is reminded.
    reminders_paused_until = models.DateField(null=True, editable=False)
    legal_hold_reason = models.TextField(blank=True, editable=False)
    is_restricted = models.BooleanField(_("restricted to named people"), default=False)
    readers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name=_("named readers")
    )

    tags = models.ManyToManyField(
        "offboarding.Tag", related_name="cases", blank=True, verbose_name=_("tags")
    )

    # Evaluation.
    terms_read_on = models.DateField(null=True, editable=False)
    terms_read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    remedies_skipped_reason = models.TextField(blank=True)
    # Why the decider ended it although the time to put things right was not given or not over.
    cure_waived_reason = models.TextField(blank=True, editable=False)

    # Dates of the ending.
    decided_on = models.DateField(null=True, editable=False)
    notice_date = models.DateField(null=True, editable=False)
    served_on = models.DateField(null=True, editable=False)
    served_by = models.CharField(max_length=20, blank=True, editable=False)
    deemed_received_on = models.DateField(null=True, editable=False)
    # A copy of the rule behind that day; see `deemed`.
    deemed_rule = models.JSONField(default=dict, editable=False)
    # A correction of the served letter was sent and has not left yet; the receipt of the older one
    # falls as soon as it does.
    is_being_corrected = models.BooleanField(default=False, editable=False)
    acknowledged_at = models.DateTimeField(null=True, editable=False)
    effective_on = models.DateField(_("effective date"), null=True)
    settlement_due_on = models.DateField(_("settlement date"), null=True)
    access_ends_on = models.DateField(_("access ends on"), null=True)
    closed_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    retain_until = models.DateField(null=True, editable=False)

    # Reasons in words for what is out of the ordinary.
    retained_reason = models.TextField(blank=True, editable=False)
    withdrawn_reason = models.TextField(blank=True, editable=False)
    withdrawal_agreement = models.TextField(blank=True, editable=False)
    reopened_reason = models.TextField(blank=True, editable=False)
    transition_waived_reason = models.TextField(blank=True, editable=False)

    entered_from_elsewhere = models.BooleanField(
        _("was already in flight elsewhere"), default=False
    )

    class Meta:
        verbose_name = _("termination case")
        verbose_name_plural = _("termination cases")
        ordering = ["-opened_at", "-pk"]
        permissions = [
            ("decide_to_end", "Can decide that a relationship ends"),
            ("reopen", "Can reopen an ended case"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="case_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=State.RETAINED) | ~Q(retained_reason=""),
                name="kept_case_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WITHDRAWN) | ~Q(withdrawn_reason=""),
                name="withdrawn_case_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "state", "-opened_at", "-id"], name="case_team_state"),
            models.Index(fields=["team", "-opened_at", "-id"], name="case_team_opened"),
            models.Index(fields=["-opened_at", "-id"], name="case_opened"),
            models.Index(fields=["owner", "state"], name="case_owner_state"),
            models.Index(fields=["effective_on", "id"], name="case_by_last_day"),
            models.Index(
                fields=["state", "served_on"],
                name="case_awaiting_receipt",
                condition=Q(state=State.NOTICE),
            ),
            models.Index(
                fields=["team"], name="case_disputed", condition=Q(disputed_at__isnull=False)
            ),
            models.Index(
                fields=["team", "on_hold_until"],
                name="case_on_hold",
                condition=Q(on_hold_until__isnull=False),
            ),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._saved_state = self.__dict__.get("state")
        self._may_move = False

    def __str__(self) -> str:
        return self.reference

    # -- questions ---------------------------------------------------------------------------------

    @property
    def is_ended(self) -> bool:
        """The case is closed, kept or withdrawn, and read-only until it is reopened."""
        return self.state in ENDED

    @property
    def is_on_hold(self) -> bool:
        """The case waits: its wake date is still ahead at the sending office."""
        return self.on_hold_until is not None and self.on_hold_until > clock.today(self.time_zone)

    @property
    def is_disputed(self) -> bool:
        """The client contests the ending and no lead has cleared it."""
        return self.disputed_at is not None

    @property
    def is_sending_held(self) -> bool:
        """Nothing is sent, because a claim was threatened and no lead has let it go on."""
        return self.sending_held_at is not None

    @property
    def reminds_nobody(self) -> bool:
        """Both sides negotiate: reminders wait until a day at the sending office."""
        return self.reminders_paused_until is not None and (
            self.reminders_paused_until > clock.today(self.time_zone)
        )

    @property
    def time_zone(self) -> str:
        """The sending office's zone, in which the case's dates are meant."""
        return str(self.client.office.time_zone)

    @property
    def language(self) -> str:
        """The language in which we write to this client."""
        return str(self.client.language or self.client.office.language)

    @property
    def cure_days(self) -> int:
        """How long the client may put things right first: the longest that is agreed or usual.

        Zero where the ground does not ask for it, whatever the agreements say.
        """
        usual = int(self.ground_copy.get("cure_days") or 0)
        if not usual:
            return 0
        return max([usual, *(int(one.cure_days) for one in self.engagements.all())])

    @property
    def cure_warning(self) -> Remedy | None:
        """The cure warning that counts: the newest that was not struck."""
        warnings = [one for one in self.remedies.all() if one.is_cure_warning and one.stands]
        return max(warnings, key=lambda one: (one.received_on, one.pk), default=None)

    @property
    def current_decision(self) -> Decision | None:
        """The request for a decision that counts now, decided or not."""
        standing = [one for one in self.decisions.all() if one.superseded_at is None]
        return max(standing, key=lambda one: (one.requested_at, one.pk), default=None)

    @property
    def closing_sheet(self) -> Closing | None:
        """What the closing checklist says so far; nothing while nobody has begun it."""
        sheet: Closing | None = getattr(self, "closing", None)
        return sheet

    @property
    def unchecked_accesses(self) -> int:
        """How many accesses are not revoked and checked in the real system."""
        # A page reads the number with its case.
        read: int | None = getattr(self, "unchecked_access_count", None)
        if read is not None:
            return read
        items = self.access_items.all()
        return sum(1 for item in items if item.is_open or item.checked_by_id is None)

    # -- the only way a state reaches the database -------------------------------------------------

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Allow one save of a changed state; for `services.advance()` alone."""
        self._may_move = True
        try:
            yield
        finally:
            self._may_move = False

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save everything but a moved state.

        Raises:
            StateMoveForbidden: the state differs from the one that was read.
        """
        if self._state.adding:
            if self.state != State.EVALUATION:
                raise StateMoveForbidden("A case begins in evaluation.")
        elif self.state != self._saved_state and not self._may_move:
            raise StateMoveForbidden(
                "A case moves through services.advance(), which checks, records and tells."
            )
        super().save(*args, **kwargs)
        self._saved_state = self.state

    def _do_update(self, base_qs: Any, *args: Any, **kwargs: Any) -> Any:
        # Compare and set: a moved state is written only over the version it was read from.
        if self._may_move:
            base_qs = base_qs.filter(version=self.version - 1)
        return super()._do_update(base_qs, *args, **kwargs)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read the row again; the protected state is lifted for this object only."""
        state = self.__dict__.pop("state", None)
        try:
            super().refresh_from_db(*args, **kwargs)
        finally:
            if "state" not in self.__dict__ and state is not None:
                self.__dict__["state"] = state
        self._saved_state = self.__dict__.get("state")

    def start_evaluation_anew(self) -> None:
        """Forget the dates of the ending that did not happen; the record keeps them."""
        self.decided_on = None
        self.notice_date = None
        self.served_on = None
        self.served_by = ""
        self.deemed_received_on = None
        self.deemed_rule = {}
        self.is_being_corrected = False
        self.acknowledged_at = None
        self.cure_waived_reason = ""
        self.effective_on = None
        self.settlement_due_on = None
        self.access_ends_on = None
        self.retained_reason = ""
        self.withdrawn_reason = ""
        self.withdrawal_agreement = ""
        self.transition_waived_reason = ""
