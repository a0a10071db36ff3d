"""The texts that notices are written from, by ground and language."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from notices.language import placeholders
from notices.models.wording import PatternLanguage

TEXTS = (
    "subject",
    "opening",
    "reason_neutral",
    "ours",
    "ours_none",
    "theirs",
    "theirs_none",
    "settlement",
    "settlement_none",
    "handover",
    "contact",
)
"""The texts of a model notice, in the order of the letter."""


class ModelNotice(models.Model):
    """What a notice of termination says before anybody changed it.

    The row without a ground serves every ground; a row of one ground says only what differs. Gaps
    have names, see `placeholders`. A notice keeps a copy of the texts it was written from, so a
    later edit here changes nothing that exists.
    """

    language = models.CharField(_("language"), max_length=2, choices=PatternLanguage.choices)
    ground = models.ForeignKey(
        "offboarding.TerminationGround",
        on_delete=models.PROTECT,
        related_name="model_notices",
        null=True,
        blank=True,
        verbose_name=_("ground"),
        help_text=_("Left empty, it serves every ground that has no text of its own."),
    )
    subject = models.CharField(_("subject"), max_length=150, blank=True)
    opening = models.TextField(_("what ends, and when"), max_length=2000, blank=True)
    reason_neutral = models.TextField(
        _("neutral reason"),
        max_length=1000,
        blank=True,
        help_text=_("The stated reason stands in the catalogue of grounds."),
    )
    ours = models.TextField(_("what we will still do"), max_length=2000, blank=True)
    ours_none = models.TextField(_("… when nothing is open"), max_length=1000, blank=True)
    theirs = models.TextField(_("what we ask from the client"), max_length=2000, blank=True)
    theirs_none = models.TextField(_("… when nothing is asked"), max_length=1000, blank=True)
    settlement = models.TextField(_("settlement"), max_length=2000, blank=True)
    settlement_none = models.TextField(_("… when no money is open"), max_length=1000, blank=True)
    handover = models.TextField(_("hand-over"), max_length=2000, blank=True)
    contact = models.TextField(_("contact"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["language", "ground__position", "pk"]
        verbose_name = _("model notice")
        verbose_name_plural = _("model notices")
        constraints = [
            models.UniqueConstraint(
                fields=["language", "ground"], name="model_notice_per_ground_and_language"
            ),
            models.UniqueConstraint(
                fields=["language"],
                condition=Q(ground=None),
                name="model_notice_for_any_ground_per_language",
            ),
        ]

    def __str__(self) -> str:
        ground = self.ground.name if self.ground else _now("Any ground")
        return f"{ground} · {self.get_language_display()}"

    @property
    def texts(self) -> dict[str, str]:
        """What this row says, by name; what it leaves to the row for any ground is absent."""
        said = {name: str(getattr(self, name)).replace("\r\n", "\n").strip() for name in TEXTS}
        return {name: text for name, text in said.items() if text}

    def clean(self) -> None:
        """Refuse gaps that nobody fills, and a row for any ground that leaves something unsaid.

        Raises:
            ValidationError: each sentence beside its text.
        """
        problems: dict[str, list[str]] = {}
        for name, text in self.texts.items():
            unknown = placeholders.unknown_in(text, name)
            if unknown:
                problems.setdefault(name, []).append(
                    _now("No placeholder of this text: %(names)s.") % {"names": ", ".join(unknown)}
                )
            missing = placeholders.missing_in(text, name)
            if missing:
                problems.setdefault(name, []).append(
                    _now("This text needs %(names)s.") % {"names": ", ".join(missing)}
                )
        if self.ground_id is None:
            for name in TEXTS:
                if name not in self.texts:
                    problems.setdefault(name, []).append(
                        _now("The model for any ground says something in every text.")
                    )
            if not self.is_active:
                problems["is_active"] = [
                    _now("Notices of grounds without a text of their own are written from it.")
                ]
        if problems:
            raise ValidationError(problems)
