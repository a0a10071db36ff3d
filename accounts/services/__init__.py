"""The verbs of the staff register; each is one transaction with its audit event."""

from accounts.services.calendar_feeds import end_calendar_feed, make_calendar_feed
from accounts.services.invitations import (
    accept_invitation,
    find_open_invitation,
    invite,
    send_again,
    withdraw_invitation,
)
from accounts.services.people import (
    deactivate_user,
    end_sessions,
    reactivate_user,
    set_global_role,
    switch_shortcuts,
    update_profile,
)
from accounts.services.teams import (
    add_member,
    appoint_deputy,
    change_role,
    create_team,
    remove_member,
    update_team,
)

__all__ = [
    "accept_invitation",
    "add_member",
    "appoint_deputy",
    "change_role",
    "create_team",
    "deactivate_user",
    "end_calendar_feed",
    "end_sessions",
    "find_open_invitation",
    "invite",
    "make_calendar_feed",
    "reactivate_user",
    "remove_member",
    "send_again",
    "set_global_role",
    "switch_shortcuts",
    "update_profile",
    "update_team",
    "withdraw_invitation",
]
