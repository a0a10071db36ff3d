"""Words we would rather not write to a client, and who let them stand all the same."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audit import clock
from notices.language import word_search


class PatternLevel(models.TextChoices):
    """What follows when the words are found."""

    BLOCK = "block", _("Stops the approval")
    WARN = "warn", _("Warns")
    HINT = "hint", _("Advises")


class PatternLanguage(models.TextChoices):
    """The languages in which we write."""

    ENGLISH = "en", _("English")
    GERMAN = "de", _("German")


class WordingPattern(models.Model):
    """Phrases to look for in every notice, with the reason and neutral words in their place."""

    code = models.SlugField(_("code"), max_length=50)
    language = models.CharField(_("language"), max_length=2, choices=PatternLanguage.choices)
    level = models.CharField(_("level"), max_length=5, choices=PatternLevel.choices)
    title = models.CharField(
        _("title"), max_length=120, help_text=_("What is wrong, for the person who writes.")
    )
    phrases = models.TextField(_("words to look for"), max_length=6000)
    unless = models.TextField(
        _("harmless in"),
        max_length=4000,
        blank=True,
        help_text=_("Phrases in which the same words are fine; one on each line."),
    )
    why = models.TextField(_("why"), max_length=400)
    rewrite = models.CharField(
        _("neutral words"),
        max_length=200,
        blank=True,
        help_text=_("In place of what was found, for lines that have no words of their own."),
    )
    counts_from = models.PositiveSmallIntegerField(
        _("counts from"),
        default=1,
        help_text=_("2 means: the first time in a letter is fine, the second is not."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["language", "position", "code"]
        verbose_name = _("wording pattern")
        verbose_name_plural = _("wording patterns")
        constraints = [
            models.UniqueConstraint(fields=["language", "code"], name="wording_pattern_code"),
            models.CheckConstraint(
                condition=Q(level__in=PatternLevel.values), name="wording_pattern_level_is_known"
            ),
            models.CheckConstraint(
                condition=Q(counts_from__gte=1), name="wording_pattern_counts_from_one"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse phrases that cannot be read, each named beside its field.

        Raises:
            ValidationError: with the line and what is wrong with it.
        """
        problems = {}
        for name in ("phrases", "unless"):
            try:
                word_search.read(getattr(self, name))
            except word_search.CannotRead as problem:
                problems[name] = str(problem)
        if self.counts_from < 1:
            problems["counts_from"] = _now("It counts from the first time on, at the earliest.")
        if problems:
            raise ValidationError(problems)


class CheckOverride(models.Model):
    """One finding that somebody lets stand in one notice, with the reason.

    It holds for the words it was said of: when they change, it no longer counts.
    """

    notice = models.ForeignKey(
        "notices.Notice", on_delete=models.PROTECT, related_name="check_overrides"
    )
    code = models.CharField(_("check"), max_length=80)
    found = models.TextField(_("words"), blank=True)
    # SHA-256 of the text it was said of, where the finding is not about single words.
    basis = models.CharField(max_length=64, blank=True)
    reason = models.TextField(_("reason"), max_length=1000)
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    overridden_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["overridden_at", "pk"]
        verbose_name = _("overridden check")
        verbose_name_plural = _("overridden checks")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="override_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"
