"""May this actor do this? The only place that decides.

People are judged by their role in the case's team (admin and auditor are global), clients and
machines by the two lists below. `services` asks inside the case's lock.
"""

from __future__ import annotations

from typing import Any

import rules
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import selectors as accounts
from accounts.actor import Actor
from accounts.models import GlobalRole, Role, User
from offboarding.errors import NotAllowed
from offboarding.models import Campaign, CampaignClient, TerminationCase

# -- who is this person to the case ----------------------------------------------------------------


@rules.predicate
def may_be_in_the_file(user: User, case: TerminationCase) -> bool:
    """A restricted case is for named people, its owner and the team's leads."""
    if not case.is_restricted:
        return True
    return (
        case.owner_id == user.pk
        or accounts.role_in(user, case.team) == Role.TEAM_LEAD
        or any(reader.pk == user.pk for reader in case.readers.all())
    )


@rules.predicate
def works_in_the_team(user: User, case: TerminationCase) -> bool:
    """An account manager or a lead of the case's team."""
    return accounts.role_in(user, case.team) is not None


@rules.predicate
def leads_the_team(user: User, case: TerminationCase) -> bool:
    """A team lead, or the deputy of a firm with one lead."""
    return accounts.role_in(user, case.team) == Role.TEAM_LEAD


@rules.predicate
def audits(user: User, case: TerminationCase) -> bool:
    """An auditor reads every case but the restricted ones."""
    is_auditor = user.is_active and user.global_role == GlobalRole.AUDITOR
    return bool(is_auditor and not case.is_restricted)


@rules.predicate
def did_not_ask_for_the_decision(user: User, case: TerminationCase) -> bool:
    """The person who asked never answers."""
    decision = case.current_decision
    return decision is None or decision.requested_by_id != user.pk


works_on_it = works_in_the_team & may_be_in_the_file
decides_on_it = leads_the_team & may_be_in_the_file

PEOPLE_MAY = {
    "offboarding.read_case": works_on_it | audits,
    "offboarding.work_on_case": works_on_it,
    "offboarding.request_decision": works_on_it,
    "offboarding.decide_to_end": decides_on_it & did_not_ask_for_the_decision,
    "offboarding.ask_for_more": decides_on_it & did_not_ask_for_the_decision,
    "offboarding.retain": decides_on_it & did_not_ask_for_the_decision,
    "offboarding.acknowledge": works_on_it,
    "offboarding.accept_proof": decides_on_it,
    "offboarding.void_proof": decides_on_it,
    "offboarding.void_acknowledgement": decides_on_it,
    "offboarding.fulfil_obligations": works_on_it,
    "offboarding.waive_obligation": decides_on_it,
    "offboarding.begin_transition": works_on_it,
    "offboarding.begin_follow_up": works_on_it,
    "offboarding.close": works_on_it,
    "offboarding.bar_return": decides_on_it,
    "offboarding.withdraw": decides_on_it,
    "offboarding.reopen": decides_on_it,
    "offboarding.clear_dispute": decides_on_it,
    "offboarding.let_sending_go_on": decides_on_it,
    "offboarding.set_legal_hold": decides_on_it,
    "offboarding.restrict": decides_on_it,
    "offboarding.assign": works_on_it,
    "offboarding.draft_notice": works_on_it,
    "offboarding.approve_notice": decides_on_it,
    "offboarding.send_notice": works_on_it,
    "offboarding.resolve_delivery": decides_on_it,
    "offboarding.change_mail_address": decides_on_it,
}
"""What people may do to a case, by permission; the matrix of roles in tests reads this table."""

for _name, _predicate in PEOPLE_MAY.items():
    rules.add_perm(_name, _predicate)


@rules.predicate
def audits_campaigns(user: User, campaign: Campaign) -> bool:
    """An auditor reads every campaign; rows of restricted cases are left out for them."""
    return bool(user.is_active and user.global_role == GlobalRole.AUDITOR)


OF_A_CAMPAIGN = {
    "offboarding.read_campaign": works_in_the_team | audits_campaigns,
    "offboarding.prepare_campaign": works_in_the_team,
    "offboarding.review_campaign": leads_the_team,
    "offboarding.send_campaign": leads_the_team,
}
"""What people may do to a campaign. What they may do to its cases is asked for each case anew."""

CLIENT_MAY = frozenset(
    {
        "offboarding.acknowledge",
        "offboarding.dispute",
        "offboarding.ask_question",
        "offboarding.give_feedback",
        "offboarding.tick_obligation",
        "offboarding.fetch_handover",
        "offboarding.void_acknowledgement",
        "offboarding.void_proof",
    }
)
"""What a client may cause through their own link, and nothing else."""

MACHINE_MAY = {
    # A correction that left takes the older letter's receipt with it.
    "notices.dispatch": frozenset(
        {
            "offboarding.record_service",
            "offboarding.void_proof",
            "offboarding.void_acknowledgement",
        }
    ),
    "notices.post_orders": frozenset({"offboarding.record_service"}),
    "notices.reminders": frozenset({"offboarding.raise_task"}),
    "notices.owed_reminders": frozenset({"offboarding.raise_task"}),
    "notices.follow_ups": frozenset({"offboarding.raise_task"}),
    "notices.statement_pages": frozenset({"offboarding.keep_what_came"}),
    "notices.inbound": frozenset({"offboarding.record_service", "offboarding.keep_what_came"}),
    "offboarding.effects": frozenset({"offboarding.raise_task", "offboarding.plan"}),
}
"""What a task may do, by its name; no machine moves a case forward."""


def may(by: Actor, permission: str, case: TerminationCase) -> bool:
    """Tell whether this actor has this permission on this case."""
    if by.kind == "person":
        assert by.user is not None
        rule = PEOPLE_MAY.get(permission)
        return bool(rule is not None and by.user.is_active and rule.test(by.user, case))
    if by.kind == "client":
        return permission in CLIENT_MAY and by.link_id is not None
    return permission in MACHINE_MAY.get(by.name, frozenset())


def require(by: Actor, permission: str, case: TerminationCase) -> None:
    """Stop an actor who may not.

    Raises:
        NotAllowed: with a sentence for people.
    """
    if may(by, permission, case):
        return
    if permission in _SECOND_PERSON and not did_not_ask_for_the_decision.test(by.user, case):
        raise NotAllowed(_("You asked for this decision; another team lead has to make it."))
    raise NotAllowed(_("Your role does not allow this step; ask a team lead."))


def may_on_campaign(by: Actor, permission: str, campaign: Campaign) -> bool:
    """Tell whether this actor has this permission on this campaign; only people have any."""
    rule = OF_A_CAMPAIGN.get(permission)
    return bool(
        rule is not None
        and by.user is not None
        and by.user.is_active
        and rule.test(by.user, campaign)
    )


def require_on_campaign(by: Actor, permission: str, campaign: Campaign) -> None:
    """Stop an actor who may not.

    Raises:
        NotAllowed: with a sentence for people.
    """
    if not may_on_campaign(by, permission, campaign):
        raise NotAllowed(_("Your role does not allow this step; ask a team lead."))


def may_keep_playbook(user: User) -> bool:
    """Tell whether somebody decides what the house does about a ground: who leads a team."""
    return user.is_active and Role.TEAM_LEAD in accounts.roles_of(user).values()


def require_playbook(by: Actor) -> None:
    """Stop an actor who does not decide on measures.

    Raises:
        NotAllowed: with a sentence for people.
    """
    if by.user is None or not may_keep_playbook(by.user):
        raise NotAllowed(_("Team leads decide on measures; ask one."))


_SECOND_PERSON = {"offboarding.decide_to_end", "offboarding.ask_for_more", "offboarding.retain"}


def cases_visible_to(user: User) -> QuerySet[TerminationCase]:
    """Return the cases a person may read: the only start of every query for pages.

    A case outside of it does not exist for that person: its page answers 404.
    """
    return TerminationCase.objects.filter(case_visible_to(user))


def case_visible_to(user: User, *, case: str = "") -> Q:
    """Return the condition of `cases_visible_to`, for rows that may belong to no case.

    Beside an OR, `case__in=cases_visible_to(user)` reads every case of the firm; a join does not.

    Args:
        user: who reads.
        case: what leads from a row to its case, such as `case__`.
    """
    if not user.is_active:
        return Q(pk__in=[])
    is_open = Q(**{f"{case}is_restricted": False})
    if user.global_role == GlobalRole.AUDITOR:
        return is_open
    roles = accounts.roles_of(user)
    led = [team for team, role in roles.items() if role == Role.TEAM_LEAD]
    worked = [team for team, role in roles.items() if role != Role.TEAM_LEAD]
    named = is_open | Q(**{f"{case}owner": user}) | Q(**{f"{case}pk__in": _named_for(user)})
    return Q(**{f"{case}team_id__in": led}) | (Q(**{f"{case}team_id__in": worked}) & named)


def people_who_work_on(case: TerminationCase) -> QuerySet[User]:
    """Return the people of the team who may read a case: what is said there can be said to them.

    A restricted case has its owner, the team's leads and the named people of the team.
    """
    people = accounts.members_of(case.team)
    if not case.is_restricted:
        return people
    leads = accounts.leads_of(case.team)
    readers = TerminationCase.readers.through.objects.filter(terminationcase_id=case.pk)
    return people.filter(
        Q(pk=case.owner_id) | Q(pk__in=leads.values("pk")) | Q(pk__in=readers.values("user_id"))
    )


def why_not_given_to(person: User, case: TerminationCase) -> str:
    """Say why a colleague can be given nothing to do on a case; nothing where they can.

    What is given to somebody who may not read the case would be seen by nobody.
    """
    if accounts.role_in(person, case.team) is None:
        return _("%(name)s does not work in this team.") % {"name": person}
    if not may_be_in_the_file.test(person, case):
        return _("%(name)s is not named on this restricted case.") % {"name": person}
    return ""


def campaigns_visible_to(user: User) -> QuerySet[Campaign]:
    """Return the campaigns a person may read: their teams', or every one for an auditor."""
    campaigns = Campaign.objects.all()
    if not user.is_active:
        return campaigns.none()
    if user.global_role == GlobalRole.AUDITOR:
        return campaigns
    return campaigns.filter(team__in=accounts.roles_of(user))


def campaign_clients_visible_to(user: User) -> QuerySet[CampaignClient]:
    """Return the rows of campaigns a person may read; a case that is not theirs hides its row."""
    return CampaignClient.objects.filter(campaign__in=campaigns_visible_to(user)).filter(
        Q(case=None) | case_visible_to(user, case="case__")
    )


def _named_for(user: User) -> Any:
    return TerminationCase.readers.through.objects.filter(user_id=user.pk).values(
        "terminationcase_id"
    )
