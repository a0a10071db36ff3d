"""Who acts: people, the teams they work in, and the invitations that bring them in."""

from accounts.models.calendar_feed import CalendarFeed
from accounts.models.invitation import Invitation
from accounts.models.team import Membership, Role, Team
from accounts.models.user import GlobalRole, User

__all__ = ["CalendarFeed", "GlobalRole", "Invitation", "Membership", "Role", "Team", "User"]
