"""What we say formally: drafted, approved by a second person, sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit import clock
from offboarding.models import Disclosure

if TYPE_CHECKING:
    from notices.models.letter import Letter


class NoticeKind(models.TextChoices):
    """What a notice does."""

    TERMINATION = "termination", _("Notice of termination")
    CORRECTION = "correction", _("Correction")
    CURE_WARNING = "cure_warning", _("Cure warning")
    WITHDRAWAL = "withdrawal", _("Withdrawal")
    CLOSING = "closing", _("Closing letter")


class NoticeState(models.TextChoices):
    """How far a notice has come."""

    DRAFT = "draft", _("Draft")
    AWAITING_APPROVAL = "awaiting_approval", _("Waits for approval")
    APPROVED = "approved", _("Approved")
    SENT = "sent", _("Sent")
    SUPERSEDED = "superseded", _("Replaced by a correction")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DISCARDED = "discarded", _("Discarded before it was sent")


SEALED = (
    NoticeState.APPROVED,
    NoticeState.SENT,
    NoticeState.SUPERSEDED,
    NoticeState.WITHDRAWN,
)
"""States in which the text is frozen."""


class Notice(models.Model):
    """One formal letter to the client, in one version; a correction is a notice of its own.

    `parts` holds the letter's paragraphs by name (see `composing.PARTS`): plain text in which a
    line that starts with "- " is an item of a list.
    """

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="notices"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=NoticeKind.choices)
    number = models.PositiveSmallIntegerField(_("notice number"))
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=NoticeState.choices,
        default=NoticeState.DRAFT,
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    language = models.CharField(_("language"), max_length=10)
    office = models.ForeignKey("clients.Office", on_delete=models.PROTECT, related_name="+")
    signatory = models.ForeignKey(
        "clients.Signatory", on_delete=models.PROTECT, null=True, related_name="+"
    )
    contact_person = models.CharField(_("contact person"), max_length=200, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=40, blank=True)
    notice_date = models.DateField(_("date of the letter"))
    effective_on = models.DateField(_("effective date"), null=True)
    settlement_due_on = models.DateField(_("settlement date"), null=True)
    # Of a cure warning alone.
    cure_ends_on = models.DateField(_("to be put right by"), null=True)
    subject = models.CharField(_("subject"), max_length=150)
    parts = models.JSONField(default=dict)
    # The texts with gaps that it was written from, copied; and which version of which model.
    model_texts = models.JSONField(default=dict)
    written_from = models.CharField(_("written from"), max_length=250, blank=True)
    # What the case itself wrote into subject and parts; where both still agree, nobody has
    # changed the words by hand, and they may follow a change of the fields.
    parts_from_case = models.JSONField(default=dict)
    # Empty: as the ground's policy says.
    disclosure = models.CharField(_("reason"), max_length=8, choices=Disclosure.choices, blank=True)
    disclosure_reason = models.CharField(
        _("why this notice says more than the policy"), max_length=300, blank=True
    )
    # What it ends: keys of agreements, and a scope in words; empty, all services of them. None is
    # as the case says. `decided_engagements` are those that the decision was about: a notice may
    # end fewer of them, and no other.
    decided_engagements = models.JSONField(null=True, editable=False)
    ended_engagements = models.JSONField(_("agreements that end"), null=True)
    scope = models.CharField(_("scope"), max_length=200, null=True, blank=True)
    # Keys of the obligations that the text names; None names all that are open.
    named_obligations = models.JSONField(_("obligations named"), null=True)
    # Keys of the client's own deadlines that it names; None names all that are still ahead.
    named_deadlines = models.JSONField(_("deadlines named"), null=True)

    sends_email = models.BooleanField(_("by e-mail"), default=True)
    sends_registered_mail = models.BooleanField(_("by registered mail"), default=True)
    recipient_name = models.CharField(_("addressee"), max_length=120)
    recipient_email = models.EmailField(_("e-mail address"), blank=True)
    recipient_lines = models.JSONField(_("postal address"), default=list)

    # Empty when the house's own template wrote it, as for a withdrawal.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.CharField(max_length=200, blank=True)
    approval_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approval_requested_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    sent_back_reason = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    # The head of the case's audit chain when approval was asked for; printed on every page.
    audit_head = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ["case", "number"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="notice_number_per_case"),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | (~Q(approved_by=F("author")) & ~Q(approved_by=F("approval_requested_by"))),
                name="approval_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[state.value for state in SEALED])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="sealed_notice_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(state__in=NoticeState.values), name="notice_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.reference} · {self.get_kind_display()} {self.number}"

    @property
    def is_sealed(self) -> bool:
        """Its text and bytes are frozen."""
        return self.state in SEALED

    @property
    def ends_the_relationship(self) -> bool:
        """Its service and its receipt are those that the case waits for."""
        return self.kind in (NoticeKind.TERMINATION, NoticeKind.CORRECTION)

    @property
    def is_warning(self) -> bool:
        """It asks the client to put something right; nothing ends by it, and it moves no case."""
        return self.kind == NoticeKind.CURE_WARNING

    @property
    def told_as(self) -> dict[str, str] | None:
        """What the timeline says with a step of a letter that does not end the relationship."""
        return None if self.ends_the_relationship else {"title": str(self.get_kind_display())}

    @property
    def asks_for_receipt(self) -> bool:
        """It has a receipt link and a slip; what takes back or says farewell asks for nothing."""
        return self.kind not in (NoticeKind.WITHDRAWAL, NoticeKind.CLOSING)

    @property
    def policy(self) -> str:
        """How much of the reason the ground lets a notice say."""
        return str(self.case.ground_copy.get("disclosure") or Disclosure.STATED)

    @property
    def says_of_the_reason(self) -> str:
        """How much of the reason this notice says: its own choice, else the policy's."""
        return self.disclosure or self.policy

    @property
    def says_more_than_the_policy(self) -> bool:
        """Somebody chose to name more of the reason than the ground's policy does."""
        order = [Disclosure.OMITTED, Disclosure.NEUTRAL, Disclosure.STATED]
        said, allowed = self.says_of_the_reason, self.policy
        return order.index(Disclosure(said)) > order.index(Disclosure(allowed))

    @property
    def letter(self) -> Letter | None:
        """The sealed pages of the present version, once it is approved."""
        if "letters" in getattr(self, "_prefetched_objects_cache", {}):
            ours = (one for one in self.letters.all() if one.notice_version == self.version)
            return next(ours, None)
        return self.letters.filter(notice_version=self.version).first()
