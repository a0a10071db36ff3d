"""How many cases stand where, kept ready so that nobody has to count a million rows."""

from __future__ import annotations

from django.db import models


class _Place(models.Model):
    """The cases of one owner in one team and state; plain keys, nothing is looked up by them."""

    team_id = models.BigIntegerField()
    owner_id = models.BigIntegerField()
    state = models.CharField(max_length=32)
    is_restricted = models.BooleanField()

    class Meta:
        abstract = True


class CaseCount(_Place):
    """What was counted when changes were last folded in."""

    number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team_id", "is_restricted", "owner_id", "state"], name="one_count_a_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.state}: {self.number}"


class CaseCountChange(_Place):
    """One case more or less in a place, written by the database beside the change itself.

    A row is only ever added, so that people who move cases at the same moment never wait for each
    other; `offboarding.counting.fold` takes rows away once they are counted in.
    """

    change = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.state}: {self.change:+}"
