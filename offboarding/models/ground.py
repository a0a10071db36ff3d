"""Why relationships end: the catalogue of grounds, as data that admins edit."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Disclosure(models.TextChoices):
    """Whether the notice names its reason."""

    STATED = "stated", _("Stated")
    NEUTRAL = "neutral", _("Neutral")
    OMITTED = "omitted", _("Omitted")


class Party(models.TextChoices):
    """Who owes something."""

    OURS = "ours", _("We owe")
    CLIENTS = "clients", _("They owe")


def default_chasing() -> dict[str, Any]:
    """Return the usual ladder, in business days of the client's country after service.

    A step without a day is left out. `call_script` holds the lines for whoever calls; where it is
    empty the application has its own.
    """
    return {
        "reminders_after_business_days": [3, 7],
        "call_after_business_days": 10,
        "next_channel_after_business_days": 12,
        "escalation_after_business_days": 15,
        "deemed_service_after_business_days": 20,
    }


def default_look_backs() -> list[dict[str, Any]]:
    """Return the usual looks back, in days after the effective date."""
    return [
        {"days": 7, "writes_to_client": True},
        {"days": 30, "writes_to_client": False},
    ]


class TerminationGround(models.Model):
    """One reason for which the firm ends relationships, with what follows from it.

    A case copies its ground when it is opened; a later edit here changes nothing that exists.
    """

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), help_text=_("What happened, in one line."))
    preventive_measure = models.TextField(
        _("preventive measure"), help_text=_("What avoids this ground the next time.")
    )
    disclosure = models.CharField(
        _("disclosure of the reason"),
        max_length=10,
        choices=Disclosure.choices,
        default=Disclosure.STATED,
    )
    stated_reason_en = models.TextField(_("stated reason, English"))
    stated_reason_de = models.TextField(_("stated reason, German"))
    is_sensitive = models.BooleanField(
        _("narrows who may read the file"),
        default=False,
        help_text=_("Cases of this ground are opened as restricted."),
    )
    cure_days = models.PositiveSmallIntegerField(
        _("cure period in days"), default=0, validators=[MaxValueValidator(365)]
    )
    remedies = models.TextField(
        _("remedies to try"),
        blank=True,
        max_length=2000,
        help_text=_("What may keep the client, one on a line. Each case shows what became of it."),
    )
    settlement_days = models.PositiveSmallIntegerField(
        _("days to settle invoices after the notice"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    chasing = models.JSONField(_("chasing"), default=default_chasing)
    look_backs = models.JSONField(_("looks back"), default=default_look_backs)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("termination ground")
        verbose_name_plural = _("termination grounds")

    def __str__(self) -> str:
        return self.name

    @property
    def remedy_list(self) -> list[str]:
        """The remedies to try, one entry each."""
        return [line.strip()[:200] for line in self.remedies.splitlines() if line.strip()]

    def stated_reason(self, language: str) -> str:
        """Return the reason line in a letter's language, English when there is no other."""
        return self.stated_reason_de if language == "de" else self.stated_reason_en


class ServiceChecklist(models.Model):
    """What has to be finished whenever one service ends, whatever the ground.

    It is for agreements whose service line or list of services has this name.
    """

    service = models.CharField(
        _("service"),
        max_length=120,
        help_text=_("As agreements name it, for example “Payroll”. Capitals do not matter."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["service"]
        verbose_name = _("checklist of a service")
        verbose_name_plural = _("checklists of services")
        constraints = [
            models.UniqueConstraint(
                Lower("service"),
                name="one_checklist_per_service",
                violation_error_message=_("There is a checklist for this service already."),
            )
        ]

    def __str__(self) -> str:
        return self.service


class ChecklistItem(models.Model):
    """An obligation that every case of a ground, or every ending of a service, starts with."""

    ground = models.ForeignKey(
        TerminationGround, on_delete=models.CASCADE, null=True, related_name="checklist"
    )
    service = models.ForeignKey(
        ServiceChecklist, on_delete=models.CASCADE, null=True, related_name="items"
    )
    party = models.CharField(_("party"), max_length=8, choices=Party.choices)
    title_en = models.CharField(_("title, English"), max_length=200)
    title_de = models.CharField(_("title, German"), max_length=200)
    days_before_effective_date = models.SmallIntegerField(
        _("business days before the effective date"),
        default=0,
        validators=[MinValueValidator(-250), MaxValueValidator(250)],
    )
    needs_proof = models.BooleanField(_("needs proof"), default=False)
    is_internal = models.BooleanField(
        _("only for us"),
        default=False,
        help_text=_("The client neither reads it in letters nor on their page."),
    )
    waits_for = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("comes after"),
        help_text=_("An item of the same list that has to be settled first."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        constraints = [
            models.CheckConstraint(
                condition=Q(ground__isnull=False, service__isnull=True)
                | Q(ground__isnull=True, service__isnull=False),
                name="checklist_item_has_one_list",
            )
        ]

    def __str__(self) -> str:
        return self.title_en

    def title(self, language: str) -> str:
        """Return the title in the client's language, English when there is no other."""
        return self.title_de if language == "de" else self.title_en
