"""Who takes over, and what they get."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit import clock


class Provider(models.Model):
    """A firm we can recommend."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    services = models.TextField(_("good for"), blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    website = models.URLField(_("website"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("provider")
        verbose_name_plural = _("providers")

    def __str__(self) -> str:
        return self.name


class Successor(models.Model):
    """Who looks after the client next, and what the client allows us to give them."""

    case = models.OneToOneField(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="successor"
    )
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, blank=True)
    name = models.CharField(_("name"), max_length=200)
    contact = models.CharField(_("contact person"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    consented_on = models.DateField(_("client consented on"), null=True, blank=True)
    consent_scope = models.TextField(_("what may be handed over"), blank=True, max_length=2000)
    consent_how = models.CharField(_("how the consent was given"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("successor")
        verbose_name_plural = _("successors")

    def __str__(self) -> str:
        return self.name


class RecommendedProvider(models.Model):
    """A provider we named to the client on this case."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="recommendations"
    )
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    recommended_on = models.DateField(_("recommended on"))
    note = models.CharField(_("why they fit"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "provider"], name="recommended_once")
        ]

    def __str__(self) -> str:
        return str(self.provider)


class HandoverState(models.TextChoices):
    """How a hand-over item stands."""

    WAITING = "waiting", _("To hand over")
    DELIVERED = "delivered", _("Delivered")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class HandoverItem(models.Model):
    """One thing the client or their new provider gets from us."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="handover_items"
    )
    title = models.CharField(_("item"), max_length=200)
    held_by = models.CharField(_("held by"), max_length=200, blank=True)
    state = models.CharField(
        max_length=16, choices=HandoverState.choices, default=HandoverState.WAITING, editable=False
    )
    delivered_on = models.DateField(_("delivered on"), null=True)
    delivered_how = models.CharField(_("how"), max_length=200, blank=True)
    accepted_by = models.CharField(_("accepted by"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    file = models.ForeignKey(
        "offboarding.CaseFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("hand-over item")
        verbose_name_plural = _("hand-over items")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="not_applicable") | ~Q(reason=""),
                name="handover_not_applicable_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_on__isnull=False),
                name="handover_delivered_has_its_date",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        """It is still with us."""
        return self.state == HandoverState.WAITING
