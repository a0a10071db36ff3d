"""The firm itself: one row."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from clients import languages, validators
from clients.models.fields import LineField


class Firm(models.Model):
    """The company that ends relationships with this installation; there is only one."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = LineField(_("name"), max_length=100)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=languages.letter_languages,
        default="en",
        validators=[validators.letter_language],
        help_text=_("Letters use it when there is none in the client's own language."),
    )

    class Meta:
        verbose_name = _("firm")
        verbose_name_plural = _("firm")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="firm_is_one_row"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> Firm:
        """Return the firm; before set-up an unsaved one with a placeholder for its name."""
        return cls.objects.filter(pk=1).first() or cls(pk=1, name=_text("Our firm"))
