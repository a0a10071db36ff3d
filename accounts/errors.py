"""What the staff register refuses, in words a person can act on."""

from __future__ import annotations


class StaffRuleBroken(Exception):
    """A change of people, teams or roles that would leave the firm in a state it must not be in."""


class LastAdmin(StaffRuleBroken):
    """Without this person nobody could look after users and settings any more."""


class InvitationRefused(StaffRuleBroken):
    """The link is unknown, used, withdrawn or too old."""
