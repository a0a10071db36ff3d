"""What happened to whom: each story is walked by the real verbs on its own days."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.actor import Actor
from audit import clock
from clients import services as client_services
from clients.models import Client
from config.demo.sample import papers
from config.demo.sample.firm import Crew, SampleFirm
from notices import rendering
from notices.checking import checks
from notices.inbound import filing
from notices.mailing import mail
from notices.models import Delivery, Notice
from notices.outbox import dispatch
from notices.services import (
    approval,
    cure_warning,
    drafting,
    overriding,
    receipt,
    registered,
    replying,
    sending,
    settlement,
)
from offboarding import selectors, terms
from offboarding.models import (
    Avoidable,
    Bearing,
    Direction,
    HasEverything,
    Medium,
    Party,
    ProofKind,
    Provider,
    ReactionKind,
    RemedyState,
    ServiceChannel,
    TerminationCase,
    TerminationGround,
    TheirProperty,
    WayBack,
)
from offboarding.services import (
    cases,
    closing,
    deadlines,
    decisions,
    evidence,
    feedback,
    files,
    flags,
    follow_ups,
    handover,
    learning,
    links,
    obligations,
    proofs,
    remedies,
    stages,
    tasks,
)

_CARRIERS = {"DE": "Deutsche Post", "GB": "Royal Mail", "US": "US Postal Service"}
"""Who takes an office's registered letters, by the office's country."""


@dataclass
class Story:
    """One case: whose, why, how far, and what was said on the way."""

    client: str
    ground: str
    began_days_ago: int
    until: str
    facts: tuple[str, ...]
    remedy: str = ""
    summary: str = ""
    edits: dict[str, str] = field(default_factory=dict)
    # How receipt was proven: page, carrier, slip, phone; empty while nothing came back.
    receipt: str = ""
    by_email_only: bool = False
    # What the client has to keep: in how many days from the beginning, what, known from where.
    deadlines: tuple[tuple[int, str, str], ...] = ()
    # How we meet the client if they return, for a story that closes.
    way_back: str = WayBack.WELCOME_BACK
    way_back_reason: str = ""
    then: Callable[[Walk], None] | None = None
    # Facts that speak for keeping the client.
    keeping: tuple[str, ...] = ()
    # The cure warning is written and sent from here, not only recorded.
    warns_by_letter: bool = False


class Walk:
    """Takes one story through the verbs, each on its day, and never past today."""

    def __init__(self, story: Story, client: Client, crew: Crew) -> None:
        self.story = story
        self.client = client
        self.manager = Actor.person(crew.manager)
        self.lead = Actor.person(crew.lead)
        self.colleague = Actor.person(crew.colleague)
        self._day = -story.began_days_ago
        self._case: TerminationCase | None = None

    @property
    def case(self) -> TerminationCase:
        """The case as it now stands."""
        assert self._case is not None
        return TerminationCase.objects.select_related("client__office", "team").get(
            pk=self._case.pk
        )

    def later(self, days: int, hour: int = 10) -> None:
        """Let days pass; today is as far as it goes."""
        self._day = min(self._day + days, 0)
        _set_clock(self._day, hour)

    def until_day(self, day: Any) -> None:
        """Let time pass until a date of the case."""
        ahead = (day - clock.today(self.case.time_zone)).days
        if ahead > 0:
            self.later(ahead)

    def _is_open_today(self) -> bool:
        """Whether the office works and a post office takes letters."""
        today = clock.today(self.case.time_zone)
        return terms.is_business_day(today, selectors.days_off_of(self.case))

    def _until_a_business_day(self) -> None:
        """Let closed days pass; nobody posts a letter on a Sunday."""
        while self._day < 0 and not self._is_open_today():
            self.later(1, hour=9)

    def go(self) -> None:
        """Tell the story up to its last state."""
        self.later(0, hour=9)
        steps = [
            ("evaluation", self._evaluate),
            ("decision", self._ask),
            ("notice", self._decide),
            ("drafted", self._draft),
            ("approval", self._ask_for_approval),
            ("approved", self._approve),
            ("sent", self._send),
            ("acknowledged", self._receive),
            ("obligations_fulfilled", self._settle),
            ("transition", self._begin_transition),
            ("follow_up", self._hand_over),
            ("closed", self._close),
        ]
        names = [name for name, _step in steps]
        for _name, step in steps[: names.index(self.story.until) + 1]:
            step()
            # A machine sets what was ordered on its day, and not when another story goes back.
            rendering.set_pages_due(limit=100)
        if self.story.then is not None:
            self.story.then(self)
            rendering.set_pages_due(limit=100)

    # -- the steps ---------------------------------------------------------------------------------

    def _evaluate(self) -> None:
        story = self.story
        ground = TerminationGround.objects.get(code=story.ground)
        self._case = cases.open_case(
            self.client, by=self.manager, ground=ground, summary=story.summary
        )
        for number, fact in enumerate(story.facts):
            self.later(1 if number else 0, hour=11 + number)
            evidence.add_evidence(
                self.case,
                by=self.manager,
                happened_on=clock.today("UTC") - timedelta(days=21 - 5 * number),
                fact=fact,
                source="Case notes",
                bearing=Bearing.ENDING,
            )
        for fact in story.keeping:
            evidence.add_evidence(
                self.case,
                by=self.manager,
                happened_on=clock.today("UTC") - timedelta(days=40),
                fact=fact,
                source="Account notes",
                bearing=Bearing.KEEPING,
            )
        for days, title, source in story.deadlines:
            deadlines.add_deadline(
                self.case,
                by=self.manager,
                due_on=clock.today("UTC") + timedelta(days=days),
                title=title,
                source=source,
            )
        evidence.log_communication(
            self.case,
            by=self.manager,
            direction=Direction.OUTGOING,
            medium=Medium.CALL,
            occurred_at=clock.now() - timedelta(hours=1),
            counterpart=self.client.contacts.get(receives_notices=True).name,
            subject="Call about how we go on",
            body="We named what does not work and asked what they would need from us.",
        )
        if story.remedy:
            remedies.add_remedy(
                self.case,
                by=self.manager,
                tried_on=clock.today("UTC") - timedelta(days=7),
                description=story.remedy,
                measure=_measure_of(ground, story.remedy),
                state=RemedyState.FAILED,
                outcome="It did not change the situation.",
            )

        if ground.cure_days:
            self._warn()

    def _warn(self) -> None:
        """Tell of the warning that went out before; where nothing is decided, its time runs."""
        if self.story.warns_by_letter:
            self._warn_by_letter()
            return
        is_running = self.story.until == "evaluation"
        warning = remedies.record_cure_warning(
            self.case,
            by=self.manager,
            sent_on=clock.today(self.case.time_zone) - timedelta(days=5 if is_running else 30),
            channel=ServiceChannel.EMAIL,
            wording="Pay the invoices that are due, or agree on a plan with us in writing.",
        )
        if not is_running:
            remedies.settle_remedy(
                warning,
                by=self.manager,
                state=RemedyState.FAILED,
                outcome="Nothing was paid within the time.",
            )

    def _warn_by_letter(self) -> None:
        notice = cure_warning.draft_cure_warning(self.case, by=self.manager)
        self._let_a_long_list_stand(notice)
        approval.request_approval(notice, by=self.manager)
        rendering.set_pages_due(limit=100)
        pages = approval.pages_for_approval(notice)
        assert pages is not None
        approval.approve(notice, by=self.lead, seen_sha256=pages.sha256)
        notice.refresh_from_db()
        sending.send_notice(notice, by=self.manager)
        rendering.set_pages_due(limit=100)
        dispatch.drain()

    def _ask(self) -> None:
        self.later(1)
        if not self.story.remedy:
            remedies.explain_no_remedies(
                self.case,
                by=self.manager,
                reason="No remedy could have removed the ground; we said so in the call.",
            )
        cases.confirm_terms_read(self.case, by=self.manager)
        earliest = selectors.earliest_end(
            self.case, sent_on=clock.today(self.case.time_zone) + timedelta(days=5)
        )
        assert earliest is not None
        cases.set_effective_date(
            self.case,
            earliest.on,
            by=self.manager,
            settlement_due_on=clock.today(self.case.time_zone) + timedelta(days=21),
        )
        decisions.request_decision(
            self.case, by=self.manager, note="All facts are dated; the call note is attached."
        )

    def _decide(self) -> None:
        self.later(1, hour=15)
        decisions.decide_to_end(
            self.case, by=self.lead, reason="The facts are clear and the remedy was fair."
        )

    def _draft(self) -> None:
        self.later(1, hour=9)
        drafting.draft_notice(self.case, by=self.manager)

    def _ask_for_approval(self) -> None:
        notice = self._notice()
        changes: dict[str, Any] = {}
        if self.story.by_email_only:
            changes["sends_registered_mail"] = False
        if self.story.edits or changes:
            notice = drafting.edit_notice(
                notice,
                by=self.manager,
                expected_version=notice.version,
                parts=self.story.edits,
                **changes,
            )
        self._let_a_long_list_stand(notice)
        approval.request_approval(notice, by=self.manager)
        rendering.set_pages_due(limit=100)

    def _let_a_long_list_stand(self, notice: Notice) -> None:
        for finding in checks.unanswered(notice):
            if finding.code == "reading.words":
                overriding.override(
                    notice,
                    code=finding.code,
                    found=finding.found,
                    reason="Every open point has to be named; the letter is long for that alone.",
                    by=self.manager,
                )

    def _approve(self) -> None:
        notice = self._notice()
        pages = approval.pages_for_approval(notice)
        assert pages is not None
        approval.approve(notice, by=self.lead, seen_sha256=pages.sha256)

    def _send(self) -> None:
        self._until_a_business_day()
        sending.send_notice(self._notice(), by=self.manager)
        rendering.set_pages_due(limit=100)
        dispatch.drain()
        letter = self._registered()
        if letter is not None and (self._is_open_today() or self.story.until != "sent"):
            registered.record_print(letter, by=self.manager)
            country = str(letter.notice.office.country)
            registered.record_posting(
                letter,
                by=self.colleague,
                carrier=_CARRIERS[country],
                carrier_number=_s10("RR", 10_000_000 + letter.pk * 37, country),
                posted_on=clock.today(self.case.time_zone),
            )

    def _receive(self) -> None:
        self.later(3, hour=14)
        how = self.story.receipt
        if how == "page":
            delivery = self._notice().deliveries.get(channel="email")
            link = self.case.links.get(delivery_id=delivery.pk)
            links.note_first_opening(link)
            receipt.confirm(
                link,
                name=delivery.recipient_name,
                is_authorised=True,
                user_agent="Mozilla/5.0",
                remote_address="192.0.2.17",
            )
        elif how == "carrier":
            letter = self._registered()
            assert letter is not None
            registered.record_outcome(
                letter,
                by=self.colleague,
                outcome="delivered",
                on=clock.today(self.case.time_zone),
                received_by=letter.recipient_name,
            )
        elif how == "slip":
            letter = self._registered()
            assert letter is not None
            scan = files.keep_file(
                self.case,
                ContentFile(b"%PDF-1.4 scan of the slip\n", name="slip.pdf"),
                by=self.colleague,
            )
            registered.record_slip(
                letter,
                by=self.colleague,
                signed_on=clock.today(self.case.time_zone),
                signed_by=letter.recipient_name,
                file=scan,
            )
        elif how == "phone":
            proof = proofs.record_proof(
                self.case,
                by=self.manager,
                kind=ProofKind.PHONE,
                received_at=clock.now(),
                received_by=self.client.contacts.get(receives_notices=True).name,
                note="They called, read the reference to us and asked about the hand-over.",
            )
            proofs.accept_proof(proof, by=self.lead)

    def _settle(self) -> None:
        self.later(9)
        for invoice in self.client.invoices.filter(paid_on=None):
            client_services.mark_invoice_paid(
                invoice, by=self.manager, paid_on=clock.today(self.case.time_zone)
            )
        for obligation in self.case.obligations.all():
            if obligation.is_open:
                obligations.fulfil(obligation, by=self.manager, proof="Seen and filed.")
        stages.fulfil_obligations(self.case, by=self.manager)

    def _begin_transition(self) -> None:
        self.later(1)
        stages.begin_transition(self.case, by=self.manager)
        handover.name_successor(
            self.case,
            by=self.manager,
            name="Meridian Advisory",
            contact="Front desk",
            email="hello@meridian.example.org",
            provider=Provider.objects.first(),
            consented_on=clock.today(self.case.time_zone),
            consent_scope="All records of the last three years",
            consent_how="By e-mail",
        )
        papers.list_files(self.case, by=self.manager)
        papers.list_data(self.case, by=self.manager)
        handover.list_access(
            self.case, by=self.manager, system="Client portal", held_by=str(self.case.owner)
        )

        if self.story.until == "transition":
            # Lately enough that the link can still be opened.
            self.later(8)
            papers.release(self.case, by=self.manager)

    def _hand_over(self) -> None:
        self.later(4)
        for item in self.case.handover_items.all():
            handover.deliver_item(
                item,
                by=self.manager,
                delivered_on=clock.today(self.case.time_zone),
                delivered_how="Encrypted archive",
                accepted_by="Meridian Advisory",
            )
        self.until_day(self.case.effective_on)
        for access in self.case.access_items.all():
            handover.revoke_access(
                access, by=self.manager, revoked_on=clock.today(self.case.time_zone)
            )
        papers.dispose(self.case, by=self.manager)
        stages.begin_follow_up(self.case, by=self.manager)

    def _close(self) -> None:
        for follow_up in self.case.follow_ups.order_by("due_on"):
            self.until_day(follow_up.due_on)
            follow_ups.complete_follow_up(
                follow_up, by=self.manager, outcome="Nothing is open on either side."
            )
        learning.record_lesson(
            self.case,
            by=self.manager,
            avoidable=Avoidable.PARTLY,
            first_sign="The third change of scope within one month",
            next_time="Agree in writing what is included before the first month begins.",
            measure="A scope page in every agreement",
        )
        closing.fill_in(
            self.case,
            by=self.manager,
            final_invoice="Sent with the last month's work, paid",
            balance="Nothing is open on either side.",
            their_property=TheirProperty.RETURNED,
            property_returned_on=clock.today(self.case.time_zone),
            property_receipt="Signed by Meridian Advisory's front desk; filed with the hand-over",
            controls_now="Records: Meridian Advisory. Portal and mailboxes: the client.",
            retain_until=stages.usual_retention(self.case),
            way_back=self.story.way_back,
            way_back_reason=self.story.way_back_reason,
        )
        stages.close(self.case, by=self.manager)

    # -- looking things up -------------------------------------------------------------------------

    def _notice(self) -> Notice:
        notice = drafting.current_notice(self.case)
        assert notice is not None
        return notice

    def _registered(self) -> Delivery | None:
        return (
            self._notice()
            .deliveries.select_related("notice")
            .filter(channel="registered_mail")
            .first()
        )


def _measure_of(ground: TerminationGround, remedy: str) -> str:
    """Name the remedy of the ground that a story's remedy was."""
    measures = ground.remedy_list
    if ground.code == "unpaid-invoices":
        return measures[0 if "reminder" in remedy else 1]
    return measures[2 if "contact" in remedy else 0]


def _set_clock(days: int, hour: int) -> None:
    """Move the clock to an hour of a day in Berlin, counted from the real today."""
    real_now = clock.now() - clock.offset()
    zone = ZoneInfo("Europe/Berlin")
    today = real_now.astimezone(zone).date()
    wanted = datetime.combine(today + timedelta(days=days), time(hour), tzinfo=zone)
    # A story never happens later than now, whatever the hour at which the demo is loaded.
    clock.move(min(wanted, real_now) - real_now)


def _s10(service: str, serial: int, country: str) -> str:
    """Return a number in the form of UPU S10, as a carrier would print it."""
    digits = f"{serial % 100_000_000:08d}"
    weights = (8, 6, 4, 2, 3, 5, 9, 7)
    rest = 11 - sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11
    check = {10: 0, 11: 5}.get(rest, rest)
    return f"{service}{digits}{check}{country}"


# -- what is out of the ordinary -------------------------------------------------------------------


def _dispute(walk: Walk) -> None:
    walk.later(2)
    learning.log_reaction(
        walk.case,
        by=walk.manager,
        kind=ReactionKind.ANGER,
        noticed_on=clock.today(walk.case.time_zone),
        note="They called and said that the end date is wrong.",
    )
    flags.dispute(
        walk.case,
        by=walk.manager,
        reason="The client says that the agreement was renewed in writing in spring.",
    )


def _withdraw(walk: Walk) -> None:
    walk.later(4)
    stages.withdraw(
        walk.case,
        by=walk.lead,
        reason="Alle offenen Rechnungen sind bezahlt, und wir haben Zahlung im Voraus vereinbart.",
    )
    rendering.set_pages_due(limit=100)
    dispatch.drain()


def _keep(walk: Walk) -> None:
    walk.later(1, hour=16)
    decisions.retain(
        walk.case,
        by=walk.lead,
        reason="We agreed on a smaller scope and a call every second week.",
    )


def _ask_for_more(walk: Walk) -> None:
    walk.later(1, hour=16)
    decisions.ask_for_more(
        walk.case, by=walk.lead, reason="Please add the minutes of the meeting in spring."
    )


def _hold(walk: Walk) -> None:
    flags.hold(
        walk.case,
        by=walk.manager,
        until=clock.today(walk.case.time_zone) + timedelta(days=9),
        reason="The managing director is away; we promised to wait.",
    )


# In the language of letters: the client reads them on their own page.
_MONEY_TITLES = {
    "en": (
        "Send the statement of open items",
        "Hours of the last month",
        "Retainer for the next quarter",
    ),
    "de": (
        "Die Aufstellung der offenen Posten senden",
        "Stunden des letzten Monats",
        "Vorauszahlung für das nächste Quartal",
    ),
}


def _fall_behind(walk: Walk) -> None:
    """Owe something whose day has passed, so that the demo shows what late looks like."""
    walk.later(1)
    today = clock.today(walk.case.time_zone)
    statement, hours, retainer = _MONEY_TITLES[walk.case.client.language]
    obligations.add_obligation(
        walk.case,
        by=walk.manager,
        party=Party.OURS,
        title=statement,
        due_on=today + timedelta(days=4),
        needs_proof=True,
    )
    obligations.add_obligation(
        walk.case,
        by=walk.manager,
        party=Party.CLIENTS,
        title=hours,
        amount_cents=48_000,
        money_kind="unbilled",
        days_before_effective_date=5,
    )
    obligations.add_obligation(
        walk.case,
        by=walk.manager,
        party=Party.OURS,
        title=retainer,
        amount_cents=150_000,
        money_kind="refund",
        days_before_effective_date=0,
    )
    settlement.make_statement(walk.case, by=walk.manager)
    tasks.add_task(
        walk.case,
        by=walk.manager,
        title="Call about the payment by instalments",
        due_on=today + timedelta(days=5),
    )


def _answer_disappointment(walk: Walk) -> None:
    """Begin a calm reply that still waits for its author to fill it in."""
    reaction = learning.log_reaction(
        walk.case,
        by=walk.manager,
        kind=ReactionKind.DISAPPOINTMENT,
        noticed_on=clock.today(walk.case.time_zone),
        note="They had hoped that we would stay until the end of the year.",
    )
    replying.begin_reply(walk.case, by=walk.manager, reaction=reaction)


def _ask_question(walk: Walk) -> None:
    follow_ups.ask_question(
        walk.case,
        by=walk.manager,
        text="Who keeps the ledgers of 2023?",
        asked_by=walk.client.contacts.get(receives_notices=True).name,
    )
    reader = walk.client.contacts.get(receives_notices=True).name
    with transaction.atomic():
        link = feedback.link_for(walk.case, by=walk.manager, recipient_name=reader)
    feedback.give_feedback(
        link,
        by=Actor.client(reader, link_id=link.pk),
        has_everything=HasEverything.NO,
        still_open="The ledgers of 2023 are not with our new provider yet.",
        differently="A call before the letter would have been kind.",
    )
    _answer_disappointment(walk)


def _answer(walk: Walk) -> None:
    """The client answers by mail; the answer waits to be read."""
    walk.later(1, hour=12)
    contact = walk.client.contacts.get(receives_notices=True)
    a_mail(
        sender=f"{contact.name} <{contact.email}>",
        to=mail.case_address(walk.case),
        subject="Re: our agreement",
        text="Thank you for your letter. We would like to talk about the last two invoices "
        "before the agreement ends. Could you call us on Thursday?",
    )


def _is_away(walk: Walk) -> None:
    """A machine answers for the client, and nobody takes it for an answer."""
    contact = walk.client.contacts.get(receives_notices=True)
    a_mail(
        sender=f"{contact.name} <{contact.email}>",
        to=mail.case_address(walk.case),
        subject="Automatic reply: out of office",
        text="I am out of the office until the first of the month and read no mail.",
        auto_submitted="auto-replied",
    )


def a_mail(*, sender: str, to: str, subject: str, text: str, auto_submitted: str = "") -> None:
    """Let a mail come in, as a mailbox would hand it over."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = clock.now()
    message["Message-ID"] = f"<{uuid.uuid4().hex}@mail.example.org>"
    if auto_submitted:
        message["Auto-Submitted"] = auto_submitted
    message.set_content(text)
    filing.take_in(message.as_bytes(), road="imap", received_at=clock.now())


def _a_mail_of_nobody(client: Client) -> None:
    """Somebody of a known client writes about no case of ours; a lead says where it belongs."""
    contact = client.contacts.get(receives_notices=True)
    a_mail(
        sender=f"{contact.name} <{contact.email}>",
        to="offboarding@example.com",
        subject="Frage zu den Unterlagen des letzten Jahres",
        text="Können Sie uns sagen, wer bei Ihnen die Unterlagen des letzten Jahres führt?",
    )


E, U, C, V, O = (  # noqa: E741
    "unfulfilled-expectations",
    "unpaid-invoices",
    "conflict-of-interest",
    "misalignment-of-values",
    "other",
)
_SCOPE = ("The third change of scope was declined.", "The weekly call was cancelled four times.")
_MONEY = ("The second reminder had no answer.", "The payment plan was not kept.")
_CONFLICT = ("We were asked to act for a competitor in the same tender.",)
_VALUES = ("Staff of ours were shouted at in two meetings.", "The code of conduct was declined.")
_OTHER = ("The service line closes at the end of the year.",)
STORIES = (
    Story("A-1001", E, 150, "closed", _SCOPE, "A workshop about the scope", receipt="page"),
    Story("D-2007", V, 170, "closed", _VALUES, "Ein Gespräch zu dritt", receipt="carrier",
          edits={"reason": "Wir arbeiten bei der Zusammenarbeit im Team auf unterschiedliche Weise und erwarten nicht, dass sich das ändert."},
          way_back=WayBack.REVIEW_FIRST, way_back_reason="Agree in writing on how both sides work together before anything begins."),
    Story("A-1006", E, 62, "follow_up", _SCOPE, "A second contact person", receipt="page",
          by_email_only=False, then=_ask_question),
    Story("D-2019", O, 58, "follow_up", _OTHER, "An offer to move to another team", receipt="slip"),
    Story("A-1016", E, 30, "transition", _SCOPE, "A smaller package", receipt="carrier"),
    Story("D-2009", E, 34, "transition", _SCOPE, "Ein kleineres Paket", receipt="page"),
    Story("A-1003", V, 26, "obligations_fulfilled", _VALUES, "A meeting with both partners", receipt="slip",
          edits={"reason": "We work in different ways on how we speak with each other, and we do not expect this to change."}),
    Story("A-1002", U, 22, "acknowledged", _MONEY, "A payment plan over six months", receipt="page",
          then=_fall_behind),
    Story("D-2008", U, 20, "acknowledged", _MONEY, "Ein Zahlungsplan", receipt="carrier", then=_fall_behind),
    Story("D-2013", U, 18, "acknowledged", _MONEY, "A payment plan", receipt="phone"),
    Story("A-1015", U, 21, "sent", _MONEY, "Two reminders by telephone", then=_answer),
    Story("D-2005", E, 14, "sent", _SCOPE, "A new schedule", by_email_only=True, then=_is_away),
    Story("A-1018", U, 17, "sent", _MONEY, "A payment plan", then=_dispute),
    Story("A-1008", U, 33, "sent", _MONEY, "Ein Zahlungsplan über vier Monate", then=_withdraw),
    Story("A-1019", C, 9, "approved", _CONFLICT,
          edits={"reason": "Wegen eines Interessenkonflikts können wir Sie im Bereich der Ausschreibung nicht weiter vertreten."}),
    Story("A-1013", E, 8, "approval", _SCOPE, "A workshop about the scope"),
    Story("D-2002", U, 7, "drafted", _MONEY, "A payment plan",
          deadlines=((47, "Renewal of the trade mark", "Register of trade marks"),)),
    Story("D-2012", V, 6, "drafted", _VALUES, "A meeting about how we work together"),
    Story("A-1005", E, 5, "decision", _SCOPE, "A second contact person",
          keeping=("They recommended us to two of their suppliers.",),
          deadlines=((16, "Turnover tax return", "Tax calendar"), (130, "Annual accounts", "Tax calendar"))),
    Story("D-2018", U, 12, "decision", _MONEY, "A payment plan", then=_ask_for_more),
    Story("A-1010", E, 40, "decision", _SCOPE, "Ein kleineres Paket", then=_keep),
    Story("D-2003", E, 4, "evaluation", _SCOPE),
    Story("A-1011", U, 3, "evaluation", _MONEY, then=_hold, warns_by_letter=True),
    Story("A-1020", C, 2, "evaluation", _CONFLICT),
    Story("D-2016", O, 2, "evaluation", _OTHER),
)  # fmt: skip


def tell(firm: SampleFirm, clients: dict[str, Client]) -> None:
    """Walk every story, the one that began first first."""
    for story in sorted(STORIES, key=lambda story: -story.began_days_ago):
        client = clients[story.client]
        crew = firm.accounting if story.client.startswith("A") else firm.design
        Walk(story, client, crew).go()
    clock.move(timedelta(0))
    _a_mail_of_nobody(clients["A-1012"])
