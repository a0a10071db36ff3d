"""How a person gets in: invited by an admin, through a link that works once and for a week."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import mail, tokens
from accounts.actor import Actor
from accounts.errors import InvitationRefused, StaffRuleBroken
from accounts.models import GlobalRole, Invitation, Role, Team, User
from accounts.models.invitation import INVITATION_LIFETIME
from accounts.policies import require_staff_management
from accounts.services.teams import place_in_team
from audit import clock
from audit.services import record


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    team: Team | None = None,
    role: Role | None = None,
    global_role: GlobalRole = GlobalRole.NONE,
    language: str = "",
    by: Actor,
) -> Invitation:
    """Invite a person into a team, or to a role over all teams; the mail leaves afterwards.

    Raises:
        PermissionDenied: the actor is no admin.
        StaffRuleBroken: the address already signs in, or the place is named twice or not at all.
    """
    require_staff_management(by)
    if User.objects.filter(email=email).exists():
        raise StaffRuleBroken(
            _("%(email)s already signs in here. Add the person to the team instead.")
            % {"email": email}
        )
    if bool(team and role) == bool(global_role):
        raise StaffRuleBroken(_("Choose either a team and a role in it, or a role over all teams."))
    token = tokens.new_token()
    invitation = Invitation(
        email=email,
        name=name,
        team=team,
        role=role or "",
        global_role=global_role,
        invited_by=by.user,
        token_hash=tokens.hash_of(token),
    )
    if language:
        invitation.language = language
    invitation.save()
    record(
        stream="staff",
        action="invitation.made",
        by=by,
        subject=invitation,
        details=_place_of(invitation),
        after={"email": invitation.email, "name": invitation.name},
    )
    _mail_after_commit(invitation, token)
    return invitation


@transaction.atomic
def send_again(invitation: Invitation, *, by: Actor) -> Invitation:
    """Write to the invited person once more; the new link replaces the old one.

    Raises:
        PermissionDenied: the actor is no admin.
        InvitationRefused: the invitation was accepted or withdrawn.
    """
    require_staff_management(by)
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.accepted_at or locked.withdrawn_at:
        raise InvitationRefused(_("This invitation was accepted or withdrawn."))
    token = tokens.new_token()
    locked.token_hash = tokens.hash_of(token)
    locked.expires_at = clock.now() + INVITATION_LIFETIME
    locked.mailed_at = None
    locked.save(update_fields=["token_hash", "expires_at", "mailed_at"])
    record(
        stream="staff",
        action="invitation.sent_again",
        by=by,
        subject=locked,
        details=_place_of(locked),
    )
    _mail_after_commit(locked, token)
    return locked


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: Actor) -> Invitation:
    """Make an invitation's link worthless.

    Raises:
        PermissionDenied: the actor is no admin.
        InvitationRefused: the person has already accepted.
    """
    require_staff_management(by)
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.withdrawn_at:
        return locked
    if locked.accepted_at:
        raise InvitationRefused(_("This invitation was already accepted."))
    locked.withdrawn_at = clock.now()
    locked.save(update_fields=["withdrawn_at"])
    record(
        stream="staff",
        action="invitation.withdrawn",
        by=by,
        subject=locked,
        details=_place_of(locked),
    )
    return locked


def find_open_invitation(token: str) -> Invitation:
    """Look up the invitation behind a link.

    Raises:
        InvitationRefused: the link is unknown, used, withdrawn or too old.
    """
    return _open_invitation(token, lock=False)


@transaction.atomic
def accept_invitation(token: str, *, name: str, password: str) -> User:
    """Let an invited person in with the name and password they chose.

    Following the link proves that they read the mailbox, so their address counts as confirmed.

    Args:
        token: as it stands in the link.
        name: what the person wants to be called.
        password: already checked against the firm's password rules by the form.

    Raises:
        InvitationRefused: the link is unknown, used, withdrawn or too old, or the address has
            got an account by another invitation meanwhile.
    """
    invitation = _open_invitation(token, lock=True)
    if User.objects.filter(email=invitation.email).exists():
        raise InvitationRefused(_("Somebody already signs in with this address."))
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    user = User.objects.create_user(
        invitation.email,
        password,
        name=name,
        language=invitation.language,
        global_role=invitation.global_role,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    by = Actor.person(user)
    record(
        stream="staff",
        action="invitation.accepted",
        by=by,
        subject=invitation,
        details={**_place_of(invitation), "user_id": user.pk},
        after={"email": user.email, "name": user.name},
    )
    if invitation.team and invitation.role:
        place_in_team(user, invitation.team, Role(invitation.role), by=by)
    user.refresh_from_db()
    return user


def _open_invitation(token: str, *, lock: bool) -> Invitation:
    if not tokens.is_ours(token):
        raise InvitationRefused(_("This link is not one of ours. Please check it."))
    invitations = Invitation.objects.filter(token_hash=tokens.hash_of(token))
    if lock:
        invitations = invitations.select_for_update()
    invitation = invitations.first()
    if invitation is None or invitation.withdrawn_at:
        raise InvitationRefused(_("This link was replaced or withdrawn. Please ask for a new one."))
    if invitation.accepted_at:
        raise InvitationRefused(_("This invitation was already accepted. You can sign in."))
    if not invitation.is_open(clock.now()):
        raise InvitationRefused(_("This invitation has run out. Please ask for a new one."))
    return invitation


def _place_of(invitation: Invitation) -> dict[str, object]:
    return {
        "invitation_id": invitation.pk,
        "team_id": invitation.team_id,
        "role": str(invitation.role),
        "global_role": str(invitation.global_role),
    }


def _mail_after_commit(invitation: Invitation, token: str) -> None:
    # A mail server that is down must not undo the invitation: it stays listed as not mailed.
    transaction.on_commit(lambda: mail.send_invitation(invitation.pk, token), robust=True)
