"""Who takes over, and what they get."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from audit import clock
from offboarding import providers

OUR_OWN_FIRM = _("This is our own firm; a client who leaves is not recommended to us.")


class Provider(models.Model):
    """A firm we can recommend."""

    name = models.CharField(_("name"), max_length=200, unique=True)
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

    def clean(self) -> None:
        """Refuse our own firm beside the field that names it.

        One that is there from earlier days can still be taken out of use.

        Raises:
            ValidationError: name, website or e-mail is our firm's or an office's.
        """
        if not self.is_active:
            return
        field = providers.names_our_firm(name=self.name, email=self.email, website=self.website)
        if field:
            raise ValidationError({field: OUR_OWN_FIRM})


class Fit(models.TextChoices):
    """How well a provider does a service."""

    STRONG = "strong", _("Very well")
    GOOD = "good", _("Well")
    PARTLY = "partly", _("In part")


class ServiceFit(models.Model):
    """A service that a provider can take over, and how well."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="fits")
    service = models.CharField(
        _("service"), max_length=120, help_text=_("In the words of our agreements.")
    )
    fit = models.CharField(_("does it"), max_length=8, choices=Fit.choices, default=Fit.GOOD)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["provider__name", "pk"]
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            models.UniqueConstraint(
                Lower("service"), "provider", name="one_fit_per_provider_and_service"
            )
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.get_fit_display()}"


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
    # As they were called in the directory on that day, one on each line.
    services = models.TextField(_("for which services"), blank=True)
    note = models.CharField(_("why they fit"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "provider"], name="recommended_once")
        ]

    def __str__(self) -> str:
        return str(self.provider)

    @property
    def service_names(self) -> list[str]:
        """The services that they were recommended for."""
        return self.services.splitlines()


class HandoverState(models.TextChoices):
    """How a hand-over item stands."""

    WAITING = "waiting", _("To hand over")
    DELIVERED = "delivered", _("Delivered")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class Receiver(models.TextChoices):
    """Who gets what is handed over."""

    CLIENT = "client", _("The client")
    SUCCESSOR = "successor", _("The successor")


class HandoverItem(models.Model):
    """One thing the client or their new provider gets from us."""

    case = models.ForeignKey(
        "offboarding.TerminationCase", on_delete=models.PROTECT, related_name="handover_items"
    )
    title = models.CharField(_("item"), max_length=200)
    format = models.CharField(_("format"), max_length=100, blank=True)
    held_by = models.CharField(_("held by"), max_length=200, blank=True)
    goes_to = models.CharField(
        _("goes to"), max_length=10, choices=Receiver.choices, default=Receiver.CLIENT
    )
    exceptions = models.TextField(_("exceptions"), blank=True, max_length=1000)
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
    def is_for_the_successor(self) -> bool:
        """It leaves only once the client has consented."""
        return self.goes_to == Receiver.SUCCESSOR

    @property
    def is_waiting(self) -> bool:
        """It is still with us."""
        return self.state == HandoverState.WAITING
