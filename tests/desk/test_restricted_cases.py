"""A restricted case does not exist for whoever is not named on it: no page, list, count or file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Membership, Role, User
from audit import clock
from desk.counters import waiting_for
from notices.inbound import filing
from notices.models import Channel, InboundMail
from offboarding import policies
from offboarding.errors import InvalidInput
from offboarding.models import CaseFile, TerminationCase
from offboarding.services import batches, cases, flags, obligations, tasks
from offboarding.services.files import keep_file
from tests.builders import House, a_case, a_house, a_person, an_obligation, fresh
from tests.desk.pages import actions, page, send
from tests.journeys.test_every_route import patterns
from tests.notices import incoming, walks

pytestmark = pytest.mark.django_db

SECRET = "Tender of the harbour board"
"""Words that stand on the restricted case alone."""


@dataclass
class Restricted:
    """A case with everything that a list could show of it, and who may and may not see it."""

    house: House
    case: TerminationCase
    file: CaseFile
    mail: InboundMail
    letter: int
    colleague: User
    reader: User

    @property
    def insiders(self) -> list[User]:
        return [self.house.manager, self.house.lead, self.reader]

    @property
    def outsiders(self) -> list[User]:
        house = self.house
        return [self.colleague, house.outsider, house.other_lead, house.auditor, house.admin]


def a_colleague(house: House, email: str) -> User:
    person = a_person(email)
    Membership.objects.create(user=person, team=house.team, role=Role.ACCOUNT_MANAGER)
    return person


@pytest.fixture
def restricted(settings, tmp_path: Path) -> Restricted:
    settings.MEDIA_ROOT = tmp_path
    house = a_house()
    house.ground.is_sensitive = True
    house.ground.save()
    colleague = a_colleague(house, "carl.colleague@example.com")
    reader = a_colleague(house, "rita.reader@example.com")
    case = a_case(house, "notice")
    assert case.is_restricted
    by, today = house.by_manager, clock.today(case.time_zone)
    # What a colleague was given before they were no longer to know of it.
    case.is_restricted = False
    case.save(update_fields=["is_restricted"])
    tasks.add_task(case, by=by, title=SECRET, due_on=today, assignee=colleague)
    cases.restrict(case, [reader], by=house.by_lead)
    notice = walks.sent(house, walks.a_draft(house, fresh(case)))
    letter = walks.delivery_of(notice, Channel.REGISTERED_MAIL).pk
    file = keep_file(fresh(case), SimpleUploadedFile("Secret.txt", SECRET.encode()), by=by)
    mail = filing.take_in(incoming.a_reply(fresh(case), subject=SECRET), road="test")
    return Restricted(house, fresh(case), file, mail, letter, colleague, reader)


LISTS = sorted(
    pattern
    for pattern in patterns()
    if "<" not in pattern
    and "(" not in pattern
    and not pattern.startswith(
        ("/accounts/", "/admin/", "/demo/", "/hooks/", "/healthz", "/readyz")
    )
)


def test_no_list_no_search_no_count_and_no_board_shows_it(
    client: Client, restricted: Restricted
) -> None:
    reference = restricted.case.reference
    asked = [
        *LISTS,
        f"/search/?q={reference}",
        f"/search/?q={SECRET.split()[0]}",
        f"/cases/?q={reference}",
        f"/clients/{restricted.house.client.pk}/",
        f"/cases/new/?client={restricted.house.client.pk}",
        "/deliveries/?show=all",
        "/inbox/?show=all",
        "/admin/offboarding/terminationcase/",
        "/admin/notices/notice/",
    ]
    seen = []
    for person in restricted.outsiders:
        client.force_login(person)
        for address in asked:
            answer = client.get(address)
            body = b"" if answer.streaming else answer.content
            if reference.encode() in body.replace(address.encode(), b"") and "q=" not in address:
                seen.append(f"{person}: {address} names it")
            if f'href="/cases/{reference}/'.encode() in body or SECRET.encode() in body:
                seen.append(f"{person}: {address} shows it")

    assert seen == []


def test_its_own_addresses_say_that_there_is_no_such_thing(
    client: Client, restricted: Restricted
) -> None:
    reference = restricted.case.reference
    addresses = [
        f"/cases/{reference}/",
        f"/cases/{reference}/decision/",
        f"/cases/{reference}/decision/paper/",
        f"/cases/{reference}/record/",
        f"/cases/{reference}/timeline/",
        f"/cases/{reference}/notice/",
        f"/cases/{reference}/deliveries/{restricted.letter}/letter.pdf",
        f"/files/{restricted.file.pk}/",
        f"/inbox/{restricted.mail.pk}/",
    ]
    for person in restricted.outsiders:
        client.force_login(person)
        for address in addresses:
            assert client.get(address).status_code == 404, (person, address)
    for person in restricted.insiders:
        client.force_login(person)
        assert client.get(addresses[0]).status_code == 200, person
        assert reference in client.get("/cases/").content.decode()


def test_nothing_of_it_is_counted_for_whoever_may_not_see_it(restricted: Restricted) -> None:
    assert set(waiting_for(restricted.colleague).values()) <= {0}
    assert not policies.cases_visible_to(restricted.colleague).exists()
    assert waiting_for(restricted.house.manager)["desk:inbox"] == 1


def test_choosing_a_ground_of_conflict_restricts_at_once_and_names_who_chose_it(
    client: Client, restricted: Restricted
) -> None:
    house = restricted.house
    ground = house.ground
    ground.is_sensitive = False
    ground.save()
    case = cases.open_case(house.client, by=house.by_manager, ground=ground)
    ground.is_sensitive = True
    ground.save()
    client.force_login(restricted.colleague)

    assert send(client, case, "ground/", {"ground": ground.pk}).status_code == 303

    # Who noticed the conflict knows of it, and goes on recording it.
    assert fresh(case).is_restricted
    assert list(case.readers.all()) == [restricted.colleague]
    assert "Nobody else." in page(client, case)
    assert "case.restricted" in actions(case)


def test_readers_are_named_and_taken_off_on_the_page_by_a_lead_alone(
    client: Client, restricted: Restricted
) -> None:
    case = restricted.case
    client.force_login(restricted.reader)
    assert send(client, case, "readers/", {"readers": []}).status_code == 403
    client.force_login(restricted.house.lead)

    send(client, case, "readers/", {"readers": [restricted.colleague.pk]})

    client.force_login(restricted.reader)
    assert client.get(f"/cases/{case.reference}/").status_code == 404
    client.force_login(restricted.colleague)
    assert client.get(f"/cases/{case.reference}/").status_code == 200


def test_the_flag_stands_where_the_case_is_seen(client: Client, restricted: Restricted) -> None:
    flags.hold(
        restricted.case,
        by=restricted.house.by_manager,
        until=clock.today("UTC").replace(year=2099),
        reason="Until the tender is over.",
    )
    client.force_login(restricted.house.lead)

    assert "Restricted" in page(client, restricted.case)


def test_nothing_is_given_to_do_to_whom_it_does_not_exist_for(client: Client) -> None:
    house = a_house()
    house.ground.is_sensitive = True
    house.ground.save()
    colleague = a_colleague(house, "carl.colleague@example.com")
    case = a_case(house)
    by, today = house.by_manager, clock.today(case.time_zone)
    task = tasks.add_task(case, by=by, title="Call them", due_on=today)
    owed = an_obligation(case)

    for give in (
        lambda: tasks.add_task(case, by=by, title="x", due_on=today, assignee=colleague),
        lambda: tasks.reassign_task(task, colleague, by=by),
        lambda: batches.hand_tasks_on([task], colleague, by=by),
        lambda: an_obligation(case, owner=colleague),
        lambda: obligations.edit_obligation(owed, by=by, title="x", due_on=today, owner=colleague),
    ):
        with pytest.raises(InvalidInput, match="is not named on this restricted case"):
            give()
    client.force_login(house.manager)
    for place in ("tasks/", "obligations/new/"):
        assert "Carl" not in client.get(f"/cases/{case.reference}/{place}").content.decode()
    cases.restrict(case, [colleague], by=house.by_lead)
    tasks.reassign_task(task, colleague, by=by)
