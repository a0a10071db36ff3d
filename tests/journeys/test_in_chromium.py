"""The main story as people live it: a real browser, a real worker, a real mail, two colleagues.

Nothing of the application runs in this process. The receipt link comes from the caught mail, and
days pass by the clock of the demo.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, sync_playwright

from audit import clock
from tests.builders import PASSWORD
from tests.journeys.demo import ROOT, Demo, a_demo

pytestmark = pytest.mark.browser

AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
ALONE = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PEOPLE_AND_A_CLIENT = """
from tests.builders import a_case, a_client, a_house, an_engagement, an_invoice
from tests.notices import walks
house = a_house()
an_invoice(house.client)
brown = a_client(house.office, house.team, house.manager, reference="C-2", legal_name="Brown Books")
an_engagement(brown)
walks.a_draft(house, a_case(house, "notice", client=brown))
"""
A_DECISION_IS_ASKED = """
from types import SimpleNamespace
from accounts.actor import Actor
from clients.models import Client
from offboarding.models import TerminationGround
from offboarding.services import decisions
from tests import builders
adams = Client.objects.get(reference="C-1")
mia, ground = adams.owner, TerminationGround.objects.get(code="expectations-in-test")
carter = builders.a_client(
    adams.office, adams.team, mia, reference="C-3", legal_name="Carter Mills"
)
builders.an_engagement(carter, yearly_value_cents=1_200_000)
builders.an_invoice(carter, "C-3-1")
house = SimpleNamespace(by_manager=Actor.person(mia), client=carter, ground=ground)
case = builders.evaluated(house, builders.a_case(house, client=carter, ground=ground))
decisions.request_decision(case, by=Actor.person(mia), note="I would keep them.")
print("case", case.reference)
"""
# What the page's policy refuses is said on the console; this says it even where that is missed.
REPORT_REFUSALS = """
document.addEventListener("securitypolicyviolation", (refused) =>
  console.error(`refused: ${refused.violatedDirective} ${refused.blockedURI}`));
"""
MOST_SECONDS_FOR_A_WORKER = 60


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with a_demo(tmp_path_factory.mktemp("demo"), with_sample_firm=False) as demo:
        demo.manage("shell", "--verbosity", "0", "--command", PEOPLE_AND_A_CLIENT)
        yield demo


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(ALONE))
        yield browser
        browser.close()


A_BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"
"""What people's browsers call themselves; a headless one says that it is a robot."""


class Person:
    """Somebody at a browser of their own; whatever goes wrong on their pages is kept."""

    def __init__(self, browser: Browser, demo: Demo, complaints: list[str], **options: Any) -> None:
        self.demo = demo
        self.complaints = complaints
        self.looked_at: set[str] = set()
        self.context: BrowserContext = browser.new_context(
            base_url=demo.address,
            locale="en-GB",
            reduced_motion="reduce",
            user_agent=A_BROWSER,
            **options,
        )
        self.context.set_default_timeout(20_000)
        self.context.add_init_script(REPORT_REFUSALS)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        self.page.on(
            "console",
            lambda line: (
                complaints.append(f"{self.page.url}: {line.text}")
                if line.type in ("error", "warning")
                else None
            ),
        )
        self.page.on(
            "response",
            lambda answer: (
                complaints.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
            ),
        )

    def sign_in(self, email: str) -> None:
        self.open("/")
        self.fill("Sign in", login=email, password=PASSWORD)
        assert self.page.url == f"{self.demo.address}/", self.page.url

    # -- looking -----------------------------------------------------------------------------------

    def open(self, where: str) -> None:
        self.page.goto(where)
        self.look()

    def look(self) -> None:
        """Ask axe about the page, once for each kind of page in each state of it."""
        states = self.page.locator(".page-header__meta").all_inner_texts()
        kind = f"{re.sub(r'[0-9]+', 'N', self.page.url)} {self.page.title()} {states}"
        if kind in self.looked_at:
            return
        self.looked_at.add(kind)
        # Through the debugger: the page's own policy rightly refuses a script from outside.
        self.page.evaluate(AXE)
        # A preview's frame runs no script: axe could only knock at it, and the browser complains.
        found = self.page.evaluate(
            "axe.run(document, {iframes: false}).then((found) => found.violations)"
        )
        self.complaints.extend(
            f"{self.page.url}: {one['id']}: {one['nodes'][0]['html']}" for one in found
        )

    def reads(self, *sentences: str) -> None:
        text = self.page.inner_text("body")
        for sentence in sentences:
            assert sentence in text, f"{self.page.url} does not say “{sentence}”:\n{text}"

    def waits_for(self, where: str, what: str) -> Locator:
        """Open a page until something is there that a worker brings."""
        deadline = time.monotonic() + MOST_SECONDS_FOR_A_WORKER
        pause = 0.5
        while True:
            self.page.goto(where)
            found = self.page.locator(what)
            if found.count():
                self.look()
                return found
            assert time.monotonic() < deadline, (what, self.demo.said()[-3000:])
            # Whoever asks all the time keeps the worker from its work.
            self.page.wait_for_timeout(pause * 1000)
            pause = min(pause * 1.5, 2.0)

    # -- doing -------------------------------------------------------------------------------------

    def takes_time_to_read(self) -> None:
        """Read a letter before pressing a button, as programs do not."""
        self.page.wait_for_timeout(2_500)

    def fill(self, button: str, **said: Any) -> None:
        """Fill in the form that has this button, and press it."""
        form = self.page.locator("form").filter(
            has=self.page.get_by_role("button", name=button, exact=True)
        )
        for name, value in said.items():
            field = form.locator(f'[name="{name}"]')
            kind = field.first.get_attribute("type") or ""
            if kind == "radio":
                form.locator(f'[name="{name}"][value="{value}"]').check()
            elif kind == "checkbox":
                field.set_checked(value)
            elif kind == "file":
                field.set_input_files(value)
            elif field.first.evaluate("field => field.localName") == "select":
                field.select_option(**value if isinstance(value, dict) else {"value": value})
            else:
                field.fill(str(value))
        with self.page.expect_navigation():
            form.get_by_role("button", name=button, exact=True).click()
        self.look()

    def reaches(self, what: str) -> None:
        """Go to a control as people do who use no mouse."""
        for _key in range(120):
            if self.page.evaluate("(what) => document.activeElement.matches(what)", what):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"No key leads to {what} on {self.page.url}.")

    def presses(self, what: str) -> None:
        """Reach a link or a button by the keyboard, and press it."""
        found = self.page.locator(what).first
        found.evaluate("(found) => found.setAttribute('data-wanted', '')")
        self.reaches("[data-wanted]")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def follow(self, link: str | Locator) -> None:
        """Click a link."""
        found = (
            self.page.get_by_role("link", name=link, exact=True).first
            if isinstance(link, str)
            else link
        )
        with self.page.expect_navigation():
            found.click()
        self.look()


class Reader(Person):
    """The client on a phone, without script; somebody with script looks at the same pages."""

    def look(self) -> None:
        """Leave axe out: it is a script."""


def test_from_sign_in_to_closed(demo: Demo, browser: Browser, tmp_path: Path) -> None:
    complaints: list[str] = []
    file = tmp_path / "minutes.pdf"
    file.write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
    manager = Person(browser, demo, complaints)
    lead = Person(browser, demo, complaints, color_scheme="dark")
    reader = Reader(
        browser,
        demo,
        complaints,
        java_script_enabled=False,
        viewport={"width": 390, "height": 844},
        has_touch=True,
    )
    manager.sign_in("mia.manager@example.com")
    lead.sign_in("leo.lead@example.com")

    # Evaluate
    manager.open("/cases/new/")
    manager.fill(
        "Open the case", client={"index": 1}, ground={"index": 1}, initiated_by="us", summary="S."
    )
    case = manager.page.url.split("#")[0].removeprefix(demo.address)
    reference = case.strip("/").split("/")[1]
    manager.reads("Evaluate", "There is no dated fact, document or communication yet")
    manager.open(f"{case}evidence/")
    manager.fill(
        "Record the fact",
        happened_on=today(),
        fact="The third draft was declined without reasons.",
        file=str(file),
    )
    manager.open(f"{case}remedies/")
    manager.fill("Record it", tried_on=today(), description="A meeting about the scope")
    manager.open(f"{case}terms/")
    manager.fill("Confirm that I read it", read=True)
    manager.open(f"{case}dates/")
    manager.fill("Set these dates", settlement_due_on=today(14))
    manager.open(f"{case}decision/")
    manager.fill("Ask for the decision", note="I would end it.")
    lead.open("/")
    lead.open(f"{case}decision/")
    lead.fill("Record this decision", verdict="end", reason="The facts are clear.")

    # Notice: the worker sets the pages, a second person approves them, the worker sends them.
    manager.open(f"{case}notice/")
    manager.fill("Draft the notice")
    manager.waits_for(f"{case}notice/", "figure.sheet img")
    manager.fill("Save and ask for approval", sends_registered_mail=False)
    lead.open("/approvals/")
    lead.waits_for(f"{case}notice/", "button:has-text('Approve and seal')")
    lead.fill("Approve and seal")
    lead.reads("Approved, not sent yet")
    manager.open(f"{case}notice/send/")
    manager.fill("Send the notice")

    # The client, on a phone and without script. Another day: nobody confirms within seconds.
    demo.days_pass(1)
    link = the_receipt_link(manager)
    visitor = Person(browser, demo, complaints, viewport={"width": 390, "height": 844})
    visitor.open(link)
    manager.open(case)
    manager.reads("There is no proof yet that the notice arrived.")
    reader.open(link)
    reader.takes_time_to_read()
    reader.fill("Send question", text="Who takes over the payroll?", name="Jane Adams")
    reader.reads("Your question has arrived")
    reader.takes_time_to_read()
    reader.fill("Confirm receipt", name="Jane Adams", is_authorised=True)
    reader.reads("You confirmed that our letter arrived")
    visitor.open(link)
    assert reader.context.cookies() == []

    # Obligations: one is waived by two people, the others are settled.
    manager.open(case)
    manager.reads("Acknowledged")
    manager.open(f"{case}obligations/new/")
    manager.fill("Add it", party="ours", title="Print the yearly report")
    manager.follow("Print the yearly report")
    manager.follow("Ask to waive")
    manager.fill("Ask a team lead", reason="They have it already.")
    lead.open(case)
    lead.follow("Print the yearly report")
    lead.follow("Answer")
    lead.fill("Record the answer", answer="grant")
    settle_everything(manager, case)
    manager.open(case)
    manager.fill("Declare obligations fulfilled")

    # Transition
    manager.fill("Begin the transition")
    manager.open(f"{case}successor/")
    manager.fill(
        "Save",
        name="Brown & Co",
        consented_on=today(),
        consent_scope="All ledgers since 2024",
        consent_how="by e-mail from Ms Adams",
    )
    manager.open(f"{case}handover/new/")
    manager.fill("Add it", title="Ledgers 2024 to 2026")
    manager.open(f"{case}access/")
    manager.fill("Add it", system="Payroll portal", held_by="Mia Manager")
    manager.follow(manager.page.locator("a[href$='/delivery/']"))
    manager.fill("Mark as delivered", delivered_how="By courier", accepted_by="J. Adams")
    manager.follow(manager.page.locator("a[href$='/revocation/']"))
    manager.fill("Record it", checked=True)
    manager.reads("Services run until")
    demo.days_pass(40)
    manager.open(case)
    manager.fill("Begin follow-up")

    # Follow-up: beat and worker raise what is due, and write to the client.
    demo.days_pass(31)
    the_mail(manager, "Our work for Adams Print ended on")
    manager.open(case)
    while (look_back := manager.page.locator("a[href*='/follow-ups/'][href$='/done/']")).count():
        manager.follow(look_back.first)
        manager.fill("Record it", outcome="Nothing is open on either side.")
    manager.follow(manager.page.locator("a[href$='/answer/']").first)
    manager.fill("Give this answer", answer="Brown & Co does, from May on.")
    the_mail(manager, "question")
    finish_every_task(manager, case)
    manager.open(f"{case}closing/")
    manager.fill(
        "Save the checklist",
        final_invoice="2027-014 of 3 May",
        balance="Nothing is open.",
        their_property="nothing_held",
        controls_now="Ledgers: Jane Adams.",
        way_back="welcome_back",
    )
    manager.reads("The checklist is saved.")
    manager.open(f"{case}lesson/")
    manager.fill("Record the lesson", avoidable="partly", next_time="Agree on the scope first.")
    manager.open(case)
    manager.fill("Close the case")
    manager.reads("Closed")
    manager.open("/cases/")
    manager.reads(reference)

    assert complaints == []
    assert "Traceback" not in demo.said()
    # Ends with another code when a row was altered, is missing or has no event.
    demo.manage("verify_audit")


def test_a_lead_reads_the_paper_and_decides_by_keyboard_alone(demo: Demo, browser: Browser) -> None:
    complaints: list[str] = []
    said = demo.manage("shell", "--verbosity", "0", "--command", A_DECISION_IS_ASKED)
    reference = re.findall(r"^case (\S+)$", said, re.MULTILINE)[0]
    phone = {"width": 390, "height": 844}
    lead = Person(browser, demo, complaints, color_scheme="dark", viewport=phone)
    manager = Person(browser, demo, complaints)
    lead.sign_in("leo.lead@example.com")
    manager.sign_in("mia.manager@example.com")
    lead.open("/approvals/")

    lead.presses(f'a[href="/cases/{reference}/decision/paper/"]')
    lead.look()
    lead.reads("What speaks for ending", "What speaks for keeping", "If the client is kept")
    assert lead.page.evaluate("document.documentElement.scrollWidth") <= 390
    lead.presses("button:has-text('Set it as PDF')")
    pdf = lead.waits_for(f"/cases/{reference}/decision/paper/", "a[href$='.pdf']")
    assert lead.context.request.get(pdf.get_attribute("href")).body().startswith(b"%PDF")

    lead.presses("a:has-text('Back to the decision')")
    lead.look()
    assert lead.page.evaluate("document.documentElement.scrollWidth") <= 390
    lead.reaches('input[name="verdict"]')
    lead.page.keyboard.press("Space")
    lead.page.keyboard.press("ArrowDown")
    assert lead.page.locator('[name="verdict"][value="keep"]').is_checked()
    lead.reaches('textarea[name="reason"]')
    lead.page.keyboard.type("They agreed to pay within two weeks.")
    lead.presses("button:has-text('Record this decision')")
    lead.look()

    manager.open(f"/cases/{reference}/")
    manager.reads("Kept", "They agreed to pay within two weeks.")
    manager.open(f"/cases/{reference}/decision/")
    manager.open(f"/cases/{reference}/decision/paper/")
    assert complaints == []


# -- what is looked for on the way -----------------------------------------------------------------


def today(later_days: int = 0) -> str:
    """Return a day at the firm's office as a browser's date field sends it."""
    return (clock.today("Europe/Berlin") + timedelta(days=later_days)).isoformat()


def the_mail(person: Person, subject: str) -> None:
    """Open the newest caught mail with these words in its subject, once it is there."""
    found = person.waits_for("/demo/mailbox/", f"a:has-text('{subject}')")
    person.follow(found.first)


def the_receipt_link(person: Person) -> str:
    the_mail(person, "Notice: our services for Adams Print end on")
    link = person.page.locator(".mail-text a[href*='/r/']").first.get_attribute("href")
    assert link
    return link


def settle_everything(person: Person, case: str) -> None:
    """Mark every open obligation of both sides as done."""
    while True:
        person.open(f"{case}obligations/")
        done = person.page.locator("a[href$='/fulfilment/']")
        if not done.count():
            return
        person.follow(done.first)
        button = person.page.locator("main form.form button").inner_text().strip()
        person.fill(button, proof="Checked in the books.")


def finish_every_task(person: Person, case: str) -> None:
    while True:
        person.open(case)
        done = person.page.locator("a[href*='/tasks/'][href*='/done/']")
        if not done.count():
            return
        person.follow(done.first)
        person.fill("Mark as done")


SAVED = re.compile(r"Saved \d\d:\d\d:\d\d")


def test_two_people_write_one_notice(demo: Demo, browser: Browser) -> None:
    complaints: list[str] = []
    mia = Person(browser, demo, complaints)
    leo = Person(
        browser, demo, complaints, color_scheme="dark", viewport={"width": 390, "height": 844}
    )
    mia.sign_in("mia.manager@example.com")
    leo.sign_in("leo.lead@example.com")
    mia.open("/cases/?q=C-2")
    reference = re.findall(r"OFB-\d{4}-\d{5}", mia.page.content())[0]
    notice = f"/cases/{reference}/notice/"
    mia.waits_for(notice, "figure.sheet img")

    # What is typed is saved, the pages follow, and the words under the cursor stay.
    page = mia.page
    page.evaluate("window.isStillHere = true")
    before = page.get_attribute("figure.sheet img", "src")
    page.locator("#id_ours").press("Control+End")
    page.keyboard.type(" You always asked for more.", delay=15)
    status = page.locator("#save-status")
    status.filter(has_text=SAVED).wait_for()
    page.wait_for_function(
        "before => document.querySelector('figure.sheet img').getAttribute('src') !== before",
        arg=before,
    )
    assert page.input_value("#id_ours").endswith(" You always asked for more.")
    assert page.evaluate("document.activeElement.id") == "id_ours"
    assert page.evaluate("window.isStillHere")
    mia.look()

    # A finding stands beside its part; one press puts better words there.
    rewrite = page.locator("#beside-ours button[name=replace]").first
    with page.expect_navigation():
        rewrite.click()
    assert "You always" not in page.input_value("#id_ours")
    mia.reads("Replaced.")
    for tab, words in (("E-mail", "Dear Jane Adams"), ("Receipt page", "Brown Books")):
        page.get_by_role("link", name=tab, exact=True).click()
        page.frame_locator(".sheet__frame").get_by_text(words).first.wait_for()
        mia.look()

    # The other writer is named; on a phone nothing runs out of the page.
    leo.open(notice)
    leo.page.locator("#writers").get_by_text("Mia Manager is editing this too").wait_for()
    assert leo.page.evaluate("document.documentElement.scrollWidth") <= 390
    leo.look()
    leo.page.locator("#id_theirs").fill("Leo asks for the keys.")
    leo.page.locator("#save-status").filter(has_text=SAVED).wait_for()

    # Both changed the text: neither loses a word, and one press puts both together.
    assert complaints == []
    page.locator("#id_ours").fill("Mia finishes June.")
    status.filter(has_text="Not saved: Leo Lead saved another version").wait_for()
    with page.expect_navigation():
        page.get_by_role("button", name="Compare both").click()
    mia.reads("Somebody was faster", "Only the other version changed this.")
    mia.look()
    with page.expect_navigation():
        page.get_by_role("button", name="Put together what only one of us changed").click()
    assert page.input_value("#id_ours") == "Mia finishes June."
    assert page.input_value("#id_theirs") == "Leo asks for the keys."

    # Without the server nothing typed is lost, and it is saved when the server is back.
    mia.context.set_offline(True)
    page.locator("#id_ours").fill("Mia finishes July.")
    status.filter(has_text="Your text is still here").wait_for()
    mia.context.set_offline(False)
    status.filter(has_text=SAVED).wait_for()

    # Every version is there, and the way back to it.
    mia.open(f"{notice}1/versions/")
    mia.reads("Drafted from the case", "Leo Lead")
    mia.open(f"{notice}1/versions/1/restore/")
    mia.fill("Restore")
    mia.reads("Restored, as a new version.")
    mia.page.wait_for_function(
        "() => !document.getElementById('sheets').hasAttribute('aria-busy')", timeout=20_000
    )

    # The same form, sent without script.
    plain = Reader(browser, demo, complaints, java_script_enabled=False)
    plain.sign_in("mia.manager@example.com")
    plain.open(notice)
    plain.fill("Save", ours="Mia finishes August.")
    assert plain.page.input_value("#id_ours") == "Mia finishes August."

    refused = [one for one in complaints if "409" not in one and "DISCONNECTED" not in one]
    assert refused == []
