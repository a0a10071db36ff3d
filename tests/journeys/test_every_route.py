"""Every address of the house × every role: what opens, what is refused, what is not there at all.

`routes.txt` tells it for looking (GET), `posts.txt` for pressing (POST). An address that is missing
in either fails here, so that nobody adds a page without saying who may see it and who may act
there. After a change of the tables' subject, print the rows as they are:

    ROUTES=print python -m pytest tests/journeys/test_every_route.py -q -s

Every role asks on SQLite, where `.ci/run` begins. On PostgreSQL one does, for whom an address
opens: who may do what is no matter of the database, what a page asks of it is, and most pages are
asked there by tests of their own. The strict run does so at every fourth address, the long run at
all of them.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts import services as staff
from accounts.actor import Actor
from accounts.models import Role, User
from audit import anchors, clock
from audit.models import AuditEvent
from clients.imports import batches, template_csv
from clients.models import Signatory
from config.demo import mailbox
from desk.models import SavedView
from notices.inbound import filing
from notices.models import Channel, DeliveryState, Notice, PaperOrder, SealedPaper
from notices.pages import statement_pages
from notices.services import (
    campaign_enclosures,
    carrier_reports,
    owed,
    print_runs,
    replying,
    settlement,
    slips,
    text_blocks,
)
from notices.services.handover_papers import order_paper
from offboarding.lifecycle import State
from offboarding.models import (
    ClientLink,
    PreventiveMeasure,
    Provider,
    ServiceChecklist,
    TerminationCase,
)
from offboarding.services import batches as batches_of_cases
from offboarding.services import (
    deadlines,
    disposals,
    evidence,
    feedback,
    follow_ups,
    handover,
    learning,
    links,
    notes,
    obligations,
    proofs,
    remedies,
    tags,
    tasks,
    ticks,
)
from offboarding.services.files import keep_file
from tests.builders import (
    House,
    a_case,
    a_client,
    a_house,
    an_engagement,
    an_invoice,
    an_obligation,
    fresh,
)
from tests.notices import incoming, many_letters, walks
from tests.notices.sheets import a_pdf
from tests.notices.test_accompanying import copied, enclosing
from tests.portal import parcels

pytestmark = pytest.mark.django_db

LOOKING = Path(__file__).with_name("routes.txt")
PRESSING = Path(__file__).with_name("posts.txt")
ROLES = ("nobody", "manager", "lead", "other", "admin", "auditor")
"""`other` is the account manager of another team."""

BY_TURNS = ("lead", "manager", "admin", "auditor", "nobody", "other")
REFUSED = {"sign-in", "403", "404"}


# -- the addresses ---------------------------------------------------------------------------------


def patterns(resolver: Any = None, prefix: str = "/") -> Iterator[str]:
    """Yield every address pattern of the URL conf."""
    for one in (resolver or get_resolver()).url_patterns:
        whole = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, whole)
        else:
            assert isinstance(one, URLPattern)
            yield whole


def table(file: Path) -> dict[str, dict[str, str]]:
    rows = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pattern, *answers = line.split()
            rows[pattern] = dict(zip(ROLES, answers, strict=True))
    return rows


class World:
    """A house in which every address leads to something that exists."""

    def __init__(self) -> None:
        self.house = house = a_house()
        by = house.by_manager
        notice = walks.sent(house, enclosing(house, walks.a_draft(house)))
        self.case = case = fresh(notice.case)
        today = clock.today(case.time_zone)
        email = walks.delivery_of(notice, Channel.EMAIL)
        letter = walks.delivery_of(notice, Channel.REGISTERED_MAIL)
        run = print_runs.start_run([letter], by=by)
        report = carrier_reports.dry_run(b"number,status,date\nRR123456785DE,lost,1.1.2027", by=by)
        scan = slips.upload([walks.a_scan()], by=by).kept[0]
        walks.became(email, DeliveryState.ACCEPTED)
        machine = Actor.machine("notices.dispatch")
        proofs.record_service(case, by=machine, served_on=today, channel="email")
        case = fresh(case)
        proof = proofs.record_proof(
            case, by=by, kind="phone", received_at=clock.now(), note="She has it."
        )
        waived = an_obligation(case)
        obligations.ask_to_waive(waived, by=by, reason="They have it.")
        settled = an_obligation(case, title="Send the ledgers")
        obligations.fulfil(settled, by=by, proof="Sent.")
        draft = walks.a_draft(house, self.another_case(State.NOTICE))
        draft = with_company(house, draft)
        walks.set_pages(draft)
        asked = walks.asked(house, walks.a_draft(house, self.another_case(State.NOTICE)))
        approved = walks.approved(house, walks.a_draft(house, self.another_case(State.NOTICE)))
        ticked = an_obligation(case, party="clients", title="Name who takes over")
        ticks.tick(case, [ticked.pk], by=Actor.client("Jane Adams", link_id=link_of(case).pk))
        acknowledged = self.another_case(State.ACKNOWLEDGED)
        owed.send_list(acknowledged, by=by, origin="owed:1")
        settlement.make_statement(draft.case, by=by)
        statement_pages.set_due()
        withdrawn = self.another_case(State.WITHDRAWN)
        batch = batches.dry_run(template_csv().encode(), house.team, by=by).batch
        campaign = many_letters.planned(house, 1)
        campaign_enclosures.enclose(campaign, by=by, file=walks.a_scan(content=a_pdf()), title="G")
        link = case.links.get(delivery_id=email.pk)
        parcel = parcels.sent(house, fresh(case))
        opened = parcel.open()
        admin = Actor.person(house.admin)
        staff.invite(
            email="new@example.com", name="N", team=house.team, role=Role.TEAM_LEAD, by=admin
        )
        self.file = keep_file(fresh(case), walks.a_scan(), by=by)
        self.names: dict[str, Any] = {
            "provider": "raw",
            "reference": case.reference,
            "verb": "acknowledge",
            "client_id": house.client.pk,
            "office_id": house.office.pk,
            "token": links.token_of(link),
            "number": notice.number,
            "version": 1,
            "page": 1,
            "position": 1,
            "kind": "csv",
            "member": campaign.members.get().pk,
        }
        reaction = learning.log_reaction(fresh(case), by=by, kind="silence", noticed_on=today)
        reply = replying.begin_reply(fresh(case), by=by, reaction=reaction)
        block = text_blocks.add_block(
            house.team, by=by, language="en", kind="general", title="Ours", text="Thank you."
        )
        stray = filing.take_in(incoming.a_reply(message_id="<stray@x>"), road="test")
        notes.write_note(fresh(case), by=house.by_lead, text="@Mia Manager, look.")
        self.rows: dict[str, int] = {
            "/notifications/": house.manager.notifications.get(kind="mention").pk,
            "/inbox/<int:pk>/file/": stray.pk,
            "/inbox/<int:pk>/not-ours/": stray.pk,
            "/campaigns/": campaign.pk,
            "/enclosures/": draft.enclosures.get().pk,
            "/copies/": draft.copies.get().pk,
            "/replies/": reply.pk,
            "/reactions/": reply.reaction_id,
            "/text-blocks/": block.pk,
            "/evidence/": evidence.add_evidence(case, by=by, happened_on=today, fact="F").pk,
            "/remedies/": remedies.add_remedy(case, by=by, tried_on=today, description="A talk").pk,
            "/deadlines/": deadlines.add_deadline(case, by=by, due_on=today, title="D").pk,
            "/tasks/": tasks.add_task(case, by=by, title="T", due_on=today).pk,
            "/follow-ups/": follow_ups.add_follow_up(case, by=by, title="L", due_on=today).pk,
            "/questions/": follow_ups.ask_question(case, by=by, text="Who?", asked_by="J").pk,
            "/handover/files/": parcel.release.pk,
            "/handover/papers/": a_paper(house, fresh(case)).pk,
            "/data/": disposals.list_category(
                case, by=by, name="D", held_in="S", disposal="delete", ground="G"
            ).pk,
            "/handover/": handover.list_item(case, by=by, title="Ledgers").pk,
            "/access/": handover.list_access(case, by=by, system="Payroll", held_by="Mia").pk,
            "/post/runs/": run.pk,
            "/post/carrier-files/": report.pk,
            "/deliveries/": letter.pk,
            "/receipts/": proof.pk,
            "/waiver/answer/": waived.pk,
            "/tick/": ticked.pk,
            "/reopening/": settled.pk,
            "/obligations/": an_obligation(case, party="clients", title="Return the key").pk,
            "/contacts/": house.client.contacts.get().pk,
            "/engagements/": house.engagement.pk,
            "/invoices/": an_invoice(house.client).pk,
            "/signatories/": Signatory.objects.get(office=house.office).pk,
            "/holidays/": house.office.holidays.create(on=today, name="Closed").pk,
            "/import/": batch.pk,
            "/inbox/": filing.take_in(incoming.a_reply(case), road="test").pk,
            "/cases/views/": SavedView.objects.create(
                name="Mine", owner=house.manager, conditions={"state": "open"}
            ).pk,
            "/playbook/": PreventiveMeasure.objects.order_by("pk")[0].pk,
            "/batches/": batches_of_cases.watch_all([case], by=by).pk,
            "/tags/": tags.make_tag(house.team, name="Season end", tone="notice", by=by).pk,
        }
        self.other_cases = {
            "notice/edit/": draft.case,
            "/preview/": draft.case,
            "/enclosures/": draft.case,
            "/copies/": draft.case,
            "notice/approve/": asked.case,
            "notice/send-back/": asked.case,
            "notice/send/": approved.case,
            "/reopen/": withdrawn,
            "obligations/list/": acknowledged,
            "/settlement/": draft.case,
        }
        with transaction.atomic():
            told = feedback.link_for(fresh(case), by=by, recipient_name="Jane Adams")
        self.ready_made = {
            **{
                f"/f/<str:token>/{place}": f"/f/{links.token_of(told)}/{place}"
                for place in ("", "question/")
            },
            "/files/<uuid:pk>/": f"/files/{self.file.pk}/",
            **{
                f"/post/slips/<uuid:pk>/{place}": f"/post/slips/{scan.pk}/{place}"
                for place in ("accept/", "match/", "discard/", "picture.png", "file")
            },
            "/cases/<str:reference>/handover/papers/<str:kind>/new/": (
                f"/cases/{case.reference}/handover/papers/manifest/new/"
            ),
            "/h/<str:token>/": parcel.url,
            "/h/<str:token>/code/": f"{parcel.url}code/",
            **{
                f"/h/<str:token>/<str:key>/{place}": opened + place.replace("<int:position>", "1")
                for place in ("", "received/", "all.zip", "files/<int:position>/")
            },
            **{
                f"/o/<str:token>/{file}": f"/o/{links.token_of(link_of(acknowledged))}/{file}"
                for file in ("", "statement.pdf")
            },
            "/insights/<slug:part>/": "/insights/time/",
            "/insights/<slug:table>.csv": "/insights/reasons.csv",
            "/accounts/invitation/<str:token>/": "/accounts/invitation/unknown/",
            "/accounts/^confirm-email/(?P<key>[-:\\w]+)/$": "/accounts/confirm-email/x/",
            "/accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": (
                "/accounts/password/reset/key/1-x/"
            ),
            "/admin/r/<path:content_type_id>/<path:object_id>/": "/admin/r/1/1/",
            "/admin/(?P<url>.*)$": "/admin/nothing-here/",
        }
        feed = staff.make_calendar_feed(by=by)
        self.ready_made["/calendar/<str:token>.ics"] = f"/calendar/{feed}.ics"
        anchors.make_anchor()
        Provider.objects.create(name="Brown & Co")
        ServiceChecklist.objects.create(service="Audit")
        self.caught_mail = a_caught_mail()

    def another_case(self, state: str) -> TerminationCase:
        house = self.house
        number = TerminationCase.objects.count() + 1
        client = a_client(house.office, house.team, house.manager, reference=f"C-{number}")
        an_engagement(client)
        return a_case(house, state, client=client)

    def address(self, pattern: str) -> str:
        """Fill a pattern in with things that exist."""
        if pattern in self.ready_made:
            return self.ready_made[pattern]
        if pattern.startswith("/admin/"):
            return self._in_admin(pattern)
        names = dict(self.names)
        if pattern.startswith("/demo/"):
            names |= {"name": self.caught_mail}
        row = next((pk for part, pk in self.rows.items() if part in pattern), 1)
        case = next((one for part, one in self.other_cases.items() if part in pattern), None)
        names |= {"pk": row} | ({"reference": case.reference} if case else {})
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(names[found[1]]), pattern)

    def _in_admin(self, pattern: str) -> str:
        if "app_label" in pattern:
            return "/admin/offboarding/"
        found = re.match(r"/admin/(\w+)/(\w+)/", pattern)
        key = "1"
        if found and "object_id" in pattern:
            model = apps.get_model(found[1], found[2])
            first = model._default_manager.order_by("pk").first()
            key = str(first.pk) if first else "1"
        return (
            pattern.replace("<path:object_id>", key)
            .replace("<int:object_id>", key)
            .replace("<str:kind>", "csv")
        )

    def person(self, role: str) -> User | None:
        return {
            "nobody": None,
            "manager": self.house.manager,
            "lead": self.house.lead,
            "other": self.house.outsider,
            "admin": self.house.admin,
            "auditor": self.house.auditor,
        }[role]


def link_of(case: TerminationCase) -> ClientLink:
    """The newest link of a case."""
    return case.links.order_by("-pk")[0]


def a_paper(house: House, case: TerminationCase) -> PaperOrder:
    order = order_paper(case, "manifest", by=house.by_manager)
    pdf = b"%PDF-1.7"
    SealedPaper.objects.create(
        order=order, pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), page_count=1
    )
    return order


def with_company(house: House, draft: Notice) -> Notice:
    return copied(house, enclosing(house, draft))


def a_caught_mail() -> str:
    name = f"{0:020d}-{0:08x}"
    mailbox.folder().mkdir(parents=True, exist_ok=True)
    mail = EmailMessage()
    mail["Subject"] = "Hello"
    mail.set_content("Text")
    mail.add_alternative("<p>Text</p>", subtype="html")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="a.pdf")
    (mailbox.folder() / f"{name}.eml").write_bytes(bytes(mail))
    return name


# -- looking and pressing --------------------------------------------------------------------------


Answers = dict[str, dict[str, str]]
"""What each role got at each address."""


def answers_of(
    world: World, answer: Callable[[Client, str], str], expected: Answers, one_of: int
) -> Answers:
    """Ask every address as each role that is to ask there; on PostgreSQL, one of so many."""
    found: Answers = {pattern: {} for pattern in patterns()}
    for role in ROLES:
        client = Client(raise_request_exception=False)
        person = world.person(role)
        for place, pattern in enumerate(found):
            if connection.vendor != "sqlite" and place % one_of:
                continue
            if not asks(role, expected.get(pattern, {})):
                continue
            # Some doors lead out of the house.
            if person is not None and "_auth_user_id" not in client.session:
                client.force_login(person)
            found[pattern][role] = answer(client, world.address(pattern))
    return found


def asks(role: str, expected: dict[str, str]) -> bool:
    """Whether a role asks at an address of which this is expected."""
    if connection.vendor == "sqlite":
        return True
    let_in = [one for one in BY_TURNS if expected.get(one) not in REFUSED]
    return role == (let_in or BY_TURNS)[0]


def look(client: Client, address: str) -> str:
    """Return what a GET gives."""
    return _answer(client.get(address))


def press(client: Client, address: str) -> str:
    """Return what an empty POST gives, with a `+` if it left something on record; then undo it."""
    # So many presses by one address are more than any limit allows.
    cache.clear()
    before = recorded()
    undone = transaction.atomic()
    # As the frame of a test around its own: a durable block inside is still an outermost one.
    undone._from_testcase = True
    with undone:
        answer = _answer(client.post(address))
        left = "+" if recorded() > before else ""
        transaction.set_rollback(True)
    return answer + left


def recorded() -> int:
    """Count what is on record, but for who signed in or out."""
    return AuditEvent.objects.exclude(stream="staff", action__startswith="user.sign").count()


def _answer(answer: Any) -> str:
    if answer.streaming:
        list(answer.streaming_content)
    where = answer.get("Location", "")
    asks_who = where.startswith(("/accounts/login/", "/admin/login/"))
    return "sign-in" if asks_who else str(answer.status_code)


def show(rows: Answers) -> str:
    width = max(map(len, rows))
    lines = [f"# {'address':<{width - 2}}  " + " ".join(f"{role:<7}" for role in ROLES)]
    lines += [
        f"{one:<{width}}  " + " ".join(f"{row.get(role, '?'):<7}" for role in ROLES)
        for one, row in rows.items()
    ]
    return "\n".join(line.rstrip() for line in lines)


def differing(found: Answers, expected: Answers) -> list[str]:
    """Name each answer that is not the table's; print all of them where that was asked for."""
    if os.environ.get("ROUTES") == "print":
        print("\n" + show(found))
    return [
        f"{pattern}: {role} gets {answer} instead of {expected[pattern][role]}"
        for pattern, answers in found.items()
        for role, answer in answers.items()
        if pattern in expected and expected[pattern][role] != answer
    ]


@pytest.mark.parametrize("file", [LOOKING, PRESSING], ids=["looking", "pressing"])
def test_every_address_of_the_house_is_in_the_table(file: Path) -> None:
    assert set(table(file)) == set(patterns())


@pytest.mark.parametrize("file", [LOOKING, PRESSING], ids=["looking", "pressing"])
def test_no_case_is_there_for_another_team_and_for_administrators(file: Path) -> None:
    rows = {one: row for one, row in table(file).items() if "<str:reference>" in one}

    assert len(rows) > 100
    assert {row[role] for row in rows.values() for role in ("other", "admin")} == {"404", "405"}


SHARES = pytest.mark.parametrize("one_of", [4, pytest.param(1, marks=pytest.mark.scale)])


@SHARES
def test_every_address_gives_each_role_what_the_table_says_and_changes_nothing(one_of: int) -> None:
    world = World()
    before = AuditEvent.objects.exclude(stream="staff").count()

    found = answers_of(world, look, table(LOOKING), one_of)

    assert differing(found, table(LOOKING)) == []
    # The first look at a client's page is noted once; nothing else is.
    noted = AuditEvent.objects.exclude(stream="staff").order_by("pk")[before:]
    assert {event.action for event in noted} <= {"link.opened"}


@SHARES
def test_every_address_takes_a_press_from_those_whom_the_table_names_and_from_nobody_else(
    one_of: int,
) -> None:
    found = answers_of(World(), press, table(PRESSING), one_of)

    assert differing(found, table(PRESSING)) == []
    for pattern, answers in found.items():
        left = [role for role, answer in answers.items() if answer.endswith("+")]
        assert "auditor" not in left, pattern
        if "<str:reference>" in pattern:
            assert not {"nobody", "other", "admin"} & set(left), pattern
