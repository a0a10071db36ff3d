"""What people, workers and the client do in a journey, each through the door that is theirs.

People use the pages. The worker's rounds run here, in the test's own process. Mails are caught by a
real mail server. Days pass by the clock.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import astuple, dataclass, field
from datetime import date, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as modern
from functools import cached_property
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from audit import clock, verification
from audit.models import AuditEvent
from notices import rendering
from notices.outbox import dispatch
from notices.reminding import follow_ups, reminders
from notices.services import drafting, sending
from offboarding.lifecycle import State
from offboarding.models import TerminationCase
from tests.builders import PASSWORD, House, a_case, an_invoice, fresh
from tests.journeys.browsing import Browser, Page, links_in
from tests.notices import walks
from tests.smtp_servers import SmtpServer

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
CARRIER_NUMBER = "RR123456785DE"


def a_scan(name: str = "scan.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def work() -> None:
    """Let the workers make a round of everything, and another for what the first one left."""
    for _ in range(2):
        steps = reminders.sweep() + follow_ups.sweep() + rendering.set_pages_due()
        dispatch.sweep()
        if not any(astuple(dispatch.drain())) and not steps:
            return


def days_pass(days: int) -> None:
    """Let days pass, with a round of the workers on each of them."""
    for _ in range(days):
        clock.move(clock.offset() + timedelta(days=1))
        work()


def minutes_pass(minutes: int) -> None:
    clock.move(clock.offset() + timedelta(minutes=minutes))


def until(day: date) -> None:
    """Let a quiet stretch pass until a day has come everywhere on earth, and the workers see it."""
    ahead = (day - clock.today("Etc/GMT+12")).days
    if ahead > 0:
        clock.move(clock.offset() + timedelta(days=ahead))
        work()


def sign_in(person: User) -> Browser:
    """Sign in through the door everybody uses, with a password."""
    browser = Browser()
    landed = browser.fill("/accounts/login/", "Sign in", login=person.email, password=PASSWORD)
    assert landed.url == "/", landed.url
    return browser


@dataclass
class Story:
    """One case from its first day, and who takes part."""

    house: House
    server: SmtpServer
    reader: Browser = field(default_factory=Browser)
    """The client, who has no sign-in."""
    reference: str = ""
    seen_mails: int = 0

    # -- who takes part, signed in when they are first needed --------------------------------------

    @cached_property
    def manager(self) -> Browser:
        return sign_in(self.house.manager)

    @cached_property
    def lead(self) -> Browser:
        return sign_in(self.house.lead)

    @cached_property
    def second_lead(self) -> Browser:
        return sign_in(self.house.second_lead)

    # -- where things are --------------------------------------------------------------------------

    @property
    def case(self) -> TerminationCase:
        """The case as it stands in the database; journeys look at it and never write to it."""
        return fresh(TerminationCase.objects.get(reference=self.reference))

    @property
    def state(self) -> str:
        return self.case.state

    @property
    def today(self) -> date:
        return clock.today(self.house.office.time_zone)

    def at(self, place: str = "") -> str:
        return f"/cases/{self.reference}/{place}"

    def page(self, browser: Browser | None = None, place: str = "") -> Page:
        return (browser or self.manager).open(self.at(place))

    def fill(self, place: str, button: str = "", by: Browser | None = None, **said: Any) -> Page:
        """Fill in a form of the case; the manager does, unless somebody else is named."""
        return (by or self.manager).fill(self.at(place), button, **said)

    def actions(self) -> list[str]:
        """What stands on the case's record, in its order."""
        events = AuditEvent.objects.filter(stream=f"case:{self.case.pk}").order_by("seq")
        return list(events.values_list("action", flat=True))

    def take_step(self, button: str, by: Browser | None = None) -> Page:
        """Press the one primary action of the case page."""
        return (by or self.manager).press(self.at(), button)

    # -- evaluate ----------------------------------------------------------------------------------

    def open_case(self, *, with_invoice: bool = True) -> Page:
        if with_invoice:
            an_invoice(self.house.client)
        page = self.manager.fill(
            "/cases/new/",
            "Open the case",
            client=self.house.client.pk,
            ground=self.house.ground.pk,
            initiated_by="us",
            summary="The scope has grown twice without a new agreement.",
        )
        self.reference = page.url.strip("/").split("/")[1]
        return page

    def gather(self) -> None:
        """Meet every condition of the decision but the decision."""
        self.fill(
            "evidence/",
            "Record the fact",
            happened_on=self.today,
            fact="The third draft was declined without reasons.",
            source="Minutes of the meeting",
            file=a_scan("minutes.pdf"),
        )
        self.fill("files/", file=a_scan("agreement.pdf"))
        self.fill(
            "communications/",
            "Put it on the timeline",
            direction="in",
            medium="call",
            counterpart="Jane Adams",
            subject="She asked for a fourth draft",
        )
        self.fill(
            "remedies/",
            "Record it",
            tried_on=self.today,
            description="A meeting about the scope",
            outcome="No agreement",
        )
        self.fill("terms/", "Confirm that I read it", read=True)
        # The form offers the earliest lawful date; nothing needs to be computed by hand.
        self.fill("dates/", "Set these dates", settlement_due_on=self.today + timedelta(days=20))

    def ask_for_a_decision(self) -> None:
        self.fill(
            "decision/", "Ask for the decision", note="I would end it, and keep the door open."
        )

    def decide(self, verdict: str, reason: str = "", by: Browser | None = None) -> Page:
        return self.fill(
            "decision/", "Record this decision", by=by or self.lead, verdict=verdict, reason=reason
        )

    def is_decided(self) -> None:
        """Walk to the notice stage."""
        self.open_case()
        self.gather()
        self.ask_for_a_decision()
        self.decide("end")
        assert self.state == State.NOTICE

    # -- notice ------------------------------------------------------------------------------------

    def write_notice(self, *, email: bool = True, registered: bool = False) -> Page:
        """Draft from the case, change a few words, ask for approval."""
        draft = self.manager.press(self.at("notice/"), "Draft the notice")
        return self.manager.fill(
            draft,
            "Save and ask for approval",
            sends_email=email,
            sends_registered_mail=registered,
            handover="We hand everything over to whoever you name.",
        )

    def approve_notice(self) -> Page:
        """Look at the pages that the worker set, then approve these bytes and no others."""
        work()
        return self.lead.press(self.at("notice/"), "Approve and seal")

    def send_notice(self) -> Page:
        landed = self.fill("notice/send/", "Send the notice")
        work()
        return landed

    def is_sent(self, *, email: bool = True, registered: bool = False) -> None:
        """Begin with a notice that left, by the same verbs and past the pages they stand on."""
        house = self.house
        an_invoice(house.client)
        case = a_case(house, State.NOTICE)
        self.reference = case.reference
        draft = walks.a_draft(house, case)
        draft = drafting.edit_notice(
            draft,
            by=house.by_manager,
            expected_version=draft.version,
            parts={},
            sends_email=email,
            sends_registered_mail=registered,
        )
        sending.send_notice(walks.approved(house, draft), by=house.by_manager)
        work()

    def is_written_and_sent(self, *, email: bool = True, registered: bool = False) -> None:
        """Walk to a notice that left, through every page on the way."""
        self.is_decided()
        self.write_notice(email=email, registered=registered)
        self.approve_notice()
        self.send_notice()

    def delivery_page(self, verb: str) -> str:
        """Return the address of a verb of a delivery, as the notice page offers it."""
        found = self.page(place="notice/").links_to(f"/{verb}/")
        assert found, f"The notice page does not offer “{verb}”."
        return found[-1]

    def post_the_letter(self) -> None:
        """Print it, then hand it to the carrier."""
        printing = self.delivery_page("print")
        printed = self.manager.press(printing, "Record the print")
        letter, slip = printed.links_to("letter.pdf"), printed.links_to("slip.pdf")
        assert self.manager.download(letter[-1]).startswith(b"%PDF")
        assert self.manager.download(slip[-1]).startswith(b"%PDF")
        self.manager.fill(
            self.delivery_page("posting"),
            "Record the posting",
            carrier="Deutsche Post",
            carrier_number=CARRIER_NUMBER,
        )

    # -- mail --------------------------------------------------------------------------------------

    def mail(self) -> EmailMessage:
        """Take the one mail that came since this was asked last."""
        found = self.mails()
        assert len(found) == 1, [one["Subject"] for one in found]
        return found[0]

    def mails(self) -> list[EmailMessage]:
        """Take every mail that came since this was asked last."""
        caught = self.server.mails[self.seen_mails :]
        self.seen_mails += len(caught)
        read = [BytesParser(policy=modern).parsebytes(one.data) for one in caught]
        assert all(isinstance(one, EmailMessage) for one in read)
        return read  # type: ignore[return-value]

    # -- later stages ------------------------------------------------------------------------------

    def settle_everything(self) -> None:
        """Record every open obligation as done."""
        for row in self.case.obligations.filter(state="open"):
            self.fill(f"obligations/{row.pk}/fulfilment/", proof="Checked in the books.")

    def the_trail_is_whole(self) -> None:
        report = verification.verify()
        assert report.is_whole, report


def text_of(mail: EmailMessage) -> str:
    """Return the plain text of a mail, the part that everybody can read."""
    part = mail.get_body(preferencelist=("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("html",))
    assert part is not None
    return str(part.get_content())


def receipt_link_in(mail: EmailMessage) -> str:
    """Return the one link to the receipt page in the text of a mail."""
    [link] = {url for url in links_in(text_of(mail)) if re.search(r"/r/[^/]+/$", url)}
    return link


def attachment_of(mail: EmailMessage) -> bytes:
    """Return the one file that came with a mail."""
    [file] = list(mail.iter_attachments())
    content = file.get_content()
    assert isinstance(content, bytes)
    return content


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
