"""A firm with people, a client with an agreement, and cases walked to a state by the real verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from accounts.actor import Actor
from accounts.models import GlobalRole, Membership, Role, Team, User
from audit import clock
from audit.models import AuditEvent
from clients.models import Client, Contact, Engagement, Firm, Invoice, Office, Signatory
from offboarding import selectors
from offboarding.lifecycle import STAGES, State
from offboarding.models import (
    Avoidable,
    ChecklistItem,
    Closing,
    Obligation,
    Party,
    ProofKind,
    TerminationCase,
    TerminationGround,
    TheirProperty,
    WayBack,
)
from offboarding.services import (
    cases,
    closing,
    decisions,
    evidence,
    follow_ups,
    handover,
    learning,
    obligations,
    proofs,
    remedies,
    stages,
)
from tests.retracing import retraced

PASSWORD = "a-calm-and-long-phrase"


@dataclass
class House:
    """A team with a manager, two leads, and a client with one agreement; plus outsiders."""

    office: Office
    team: Team
    manager: User
    lead: User
    second_lead: User
    other_team: Team
    outsider: User
    other_lead: User
    admin: User
    auditor: User
    client: Client
    engagement: Engagement
    ground: TerminationGround

    @property
    def by_manager(self) -> Actor:
        return Actor.person(self.manager)

    @property
    def by_lead(self) -> Actor:
        return Actor.person(self.lead)

    @property
    def by_second_lead(self) -> Actor:
        return Actor.person(self.second_lead)


def a_person(email: str, name: str = "", **fields: Any) -> User:
    """A person who signs in with `PASSWORD`."""
    name = name or email.partition("@")[0].replace(".", " ").title()
    return User.objects.create_user(email, PASSWORD, name=name, **fields)


@retraced
def a_house(**office: Any) -> House:
    """Build the firm that most tests happen in."""
    berlin = an_office(**office)
    team = Team.objects.create(name="North", slug="north")
    manager = _member(team, Role.ACCOUNT_MANAGER, "mia.manager@example.com")
    lead = _member(team, Role.TEAM_LEAD, "leo.lead@example.com")
    second_lead = _member(team, Role.TEAM_LEAD, "lena.lead@example.com")
    other_team = Team.objects.create(name="South", slug="south")
    outsider = _member(other_team, Role.ACCOUNT_MANAGER, "otto.outsider@example.com")
    other_lead = _member(other_team, Role.TEAM_LEAD, "olga.outsider@example.com")
    client = a_client(berlin, team, manager)
    return House(
        office=berlin,
        team=team,
        manager=manager,
        lead=lead,
        second_lead=second_lead,
        other_team=other_team,
        outsider=outsider,
        other_lead=other_lead,
        admin=a_person("ada.admin@example.com", global_role=GlobalRole.ADMIN),
        auditor=a_person("aaron.auditor@example.com", global_role=GlobalRole.AUDITOR),
        client=client,
        engagement=an_engagement(client),
        ground=a_ground(),
    )


def _member(team: Team, role: Role, email: str) -> User:
    person = a_person(email)
    Membership.objects.create(user=person, team=team, role=role)
    return person


def an_office(**changes: Any) -> Office:
    fields = {
        "name": "Berlin",
        "legal_name": "Harbour & Partners GmbH",
        "street": "Lindenweg 4",
        "postal_code": "10115",
        "city": "Berlin",
        "country": "DE",
        "phone": "+493012345678",
        "email": "berlin@example.com",
        "time_zone": "Europe/Berlin",
        "currency": "EUR",
        "language": "en",
        "stationery": "din5008b",
        "holiday_country": "DE",
        "holiday_region": "BE",
    }
    Firm.objects.get_or_create(pk=1, defaults={"name": "Harbour & Partners"})
    office = Office.objects.create(**(fields | changes))
    Signatory.objects.create(office=office, name="Leo Lead", position="Team lead")
    return office


def a_client(
    office: Office, team: Team, owner: User, *, reference: str = "C-1", **changes: Any
) -> Client:
    fields = {
        "legal_name": "Adams Print Ltd",
        "display_name": "Adams Print",
        "street": "12 Quay Street",
        "postal_code": "M3 3JE",
        "city": "Manchester",
        "country": "GB",
        "language": "en",
    }
    client = Client.objects.create(
        office=office, team=team, owner=owner, reference=reference, **(fields | changes)
    )
    Contact.objects.create(
        client=client,
        name="Jane Adams",
        position="Managing director",
        email="jane.adams@example.com",
        phone="+441612345678",
        receives_notices=True,
    )
    return client


def an_engagement(client: Client, **changes: Any) -> Engagement:
    fields = {
        "title": "Bookkeeping agreement",
        "services": "Monthly bookkeeping\nPayroll",
        "service_line": "Accounting",
        "started_on": date(2024, 1, 1),
        "notice_period_count": 30,
        "notice_period_unit": "days",
        "notice_method": "any",
    }
    return Engagement.objects.create(client=client, **(fields | changes))


def an_invoice(client: Client, number: str = "2027-001", **changes: Any) -> Invoice:
    fields = {
        "issued_on": clock.today() - timedelta(days=60),
        "due_on": clock.today() - timedelta(days=30),
        "amount_cents": 123_456,
        "currency": "EUR",
    }
    return Invoice.objects.create(client=client, number=number, **(fields | changes))


def a_ground(code: str = "expectations-in-test", **changes: Any) -> TerminationGround:
    fields = {
        "name": "Unfulfilled expectations",
        "description": "Client's needs were not met",
        "preventive_measure": "Clarify expectations before starting work",
        "stated_reason_en": "We could not deliver the service in the way we both expected.",
        "stated_reason_de": "Wir konnten die Leistung nicht so erbringen, wie gedacht.",
    }
    ground = TerminationGround.objects.create(code=code, **(fields | changes))
    ChecklistItem.objects.create(
        ground=ground,
        party=Party.OURS,
        title_en="Finish the current month's bookkeeping",
        title_de="Die Buchhaltung des laufenden Monats abschließen",
        days_before_effective_date=5,
    )
    ChecklistItem.objects.create(
        ground=ground,
        party=Party.CLIENTS,
        title_en="Name the person who takes over",
        title_de="Die Person nennen, die übernimmt",
        days_before_effective_date=10,
    )
    return ground


# -- cases, walked by the real verbs ---------------------------------------------------------------


@retraced
def a_case(
    house: House,
    state: str = State.EVALUATION,
    *,
    client: Client | None = None,
    ground: TerminationGround | None = None,
) -> TerminationCase:
    """Open a case and walk it to a stage; every gate on the way is met, none is bypassed."""
    case = cases.open_case(
        client or house.client, by=house.by_manager, ground=ground or house.ground
    )
    for stage in STAGES[: STAGES.index(State(state))] if state in STAGES else []:
        case = WALK[stage](house, fresh(case))
    if state == State.CLOSED:
        for stage in STAGES:
            case = WALK[stage](house, fresh(case))
    if state == State.RETAINED:
        evaluated(house, case)
        decisions.request_decision(case, by=house.by_manager)
        case = decisions.retain(fresh(case), by=house.by_lead, reason="We agreed on a new scope.")
    if state == State.WITHDRAWN:
        case = decided(house, case)
        case = stages.withdraw(case, by=house.by_lead, reason="The invoices were paid.")
    return fresh(case)


def fresh(case: TerminationCase) -> TerminationCase:
    """Read a case as another request would."""
    return TerminationCase.objects.select_related("client__office", "team").get(pk=case.pk)


def evaluated(house: House, case: TerminationCase) -> TerminationCase:
    """Meet every gate of evaluation but the decision."""
    today = clock.today(case.time_zone)
    evidence.add_evidence(
        case, by=house.by_manager, happened_on=today, fact="The third draft was declined."
    )
    remedies.add_remedy(
        case,
        by=house.by_manager,
        tried_on=today,
        description="A meeting about the scope",
        outcome="No agreement",
    )
    cases.confirm_terms_read(case, by=house.by_manager)
    earliest = selectors.earliest_end(fresh(case))
    assert earliest is not None
    cases.set_effective_date(
        case,
        earliest.on,
        by=house.by_manager,
        settlement_due_on=today + timedelta(days=14),
    )
    return fresh(case)


def decided(house: House, case: TerminationCase) -> TerminationCase:
    evaluated(house, case)
    decisions.request_decision(case, by=house.by_manager)
    case = fresh(case)
    # A ground that gives the client time, such as unpaid invoices: the decider answers for it.
    skipped = "The last warning was sent before this case." if case.ground.cure_days else ""
    return decisions.decide_to_end(case, by=house.by_lead, without_cure=skipped)


def acknowledged(house: House, case: TerminationCase) -> TerminationCase:
    proofs.record_service(
        case,
        by=Actor.machine("notices.dispatch"),
        served_on=clock.today(case.time_zone),
        channel="registered_mail",
    )
    proofs.record_proof(
        fresh(case),
        by=house.by_manager,
        kind=ProofKind.CARRIER_RECORD,
        received_at=clock.now(),
        received_by="J. Adams",
    )
    return fresh(case)


def settled(house: House, case: TerminationCase) -> TerminationCase:
    for obligation in case.obligations.all():
        if not obligation.is_settled:
            obligations.fulfil(obligation, by=house.by_manager, proof="Checked in the books.")
    return stages.fulfil_obligations(fresh(case), by=house.by_manager)


def handed_over(house: House, case: TerminationCase) -> TerminationCase:
    item = handover.list_item(case, by=house.by_manager, title="Ledgers 2024 to 2026")
    handover.deliver_item(
        item,
        by=house.by_manager,
        delivered_on=clock.today(case.time_zone),
        delivered_how="Encrypted archive by courier",
        accepted_by="J. Adams",
    )
    access = handover.list_access(
        case, by=house.by_manager, system="Payroll portal", held_by="Mia Manager"
    )
    handover.revoke_access(access, by=house.by_manager, revoked_on=clock.today(case.time_zone))
    wait_until(fresh(case).effective_on)
    return stages.begin_follow_up(fresh(case), by=house.by_manager)


def followed_up(house: House, case: TerminationCase) -> TerminationCase:
    last = max(row.due_on for row in case.follow_ups.all())
    wait_until(last)
    for row in case.follow_ups.all():
        follow_ups.complete_follow_up(row, by=house.by_manager, outcome="Nothing is open.")
    learning.record_lesson(
        case,
        by=house.by_manager,
        avoidable=Avoidable.PARTLY,
        next_time="Agree on the scope in writing before the first month.",
    )
    checklist_filled_in(house, case)
    return stages.close(fresh(case), by=house.by_manager)


def checklist_filled_in(house: House, case: TerminationCase, **changes: Any) -> Closing:
    """Say everything that the closing checklist asks."""
    said = {
        "final_invoice": "2027-112 of 3 March",
        "balance": "Nothing is open.",
        "their_property": TheirProperty.NOTHING_HELD,
        "controls_now": "The domain and the mailboxes: Adams Print.",
        "retain_until": stages.usual_retention(case),
        "way_back": WayBack.WELCOME_BACK,
    }
    return closing.fill_in(case, by=house.by_lead, **(said | changes))


WALK = {
    State.EVALUATION: decided,
    State.NOTICE: acknowledged,
    State.ACKNOWLEDGED: settled,
    State.OBLIGATIONS_FULFILLED: lambda house, case: stages.begin_transition(
        case, by=house.by_manager
    ),
    State.TRANSITION: handed_over,
    State.FOLLOW_UP: followed_up,
}


def wait_until(day: date | None) -> None:
    """Move the clock of this test to noon of a day, if it is still ahead."""
    assert day is not None
    ahead = (day - clock.today("UTC")).days
    if ahead > 0:
        clock.move(clock.offset() + timedelta(days=ahead))


def an_obligation(case: TerminationCase, **changes: Any) -> Obligation:
    """Add an open obligation of ours by the real verb."""
    fields = {"party": Party.OURS, "title": "Send the final report"}
    return obligations.add_obligation(case, by=Actor.person(case.owner), **(fields | changes))


def latest_event(case: TerminationCase) -> AuditEvent:
    """Return the newest event of a case's chain."""
    return AuditEvent.objects.filter(stream=f"case:{case.pk}").latest("seq")
