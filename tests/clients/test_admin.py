from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from accounts.actor import Actor
from accounts.models import Team, User
from audit.models import AuditEvent
from clients import imports, services
from clients.models import Client, Contact, Engagement, Office


def page_of(record: Model) -> str:
    return reverse(f"admin:clients_{record._meta.model_name}_change", args=[record.pk])


def untouched(browser: Browser, record: Model) -> dict[str, Any]:
    """Read what the browser would send back if nobody touched the page."""
    page = browser.get(page_of(record))
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data: dict[str, Any] = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is True:
                data[field.html_name] = "on"
            elif value is not None and value is not False:
                data[field.html_name] = value
    return data


def save(browser: Browser, record: Model, data: dict[str, Any]) -> None:
    answer = browser.post(page_of(record), data)
    assert answer.status_code == 302, problems_of(answer)


def problems_of(answer: HttpResponse) -> Any:
    if answer.status_code != 200:
        return answer
    context = answer.context  # type: ignore[attr-defined]
    return [context["errors"], context["adminform"].form.errors]


@pytest.fixture
def browser(admin_user: User, client: Browser) -> Browser:
    client.force_login(admin_user)
    return client


def actions(client: Client) -> list[str]:
    events = AuditEvent.objects.filter(stream=f"client:{client.pk}").order_by("seq")
    return list(events.values_list("action", flat=True))


def test_what_an_admin_changes_is_written_down(client_of_team: Client, browser: Browser) -> None:
    data = untouched(browser, client_of_team) | {"city": "Altona"}

    save(browser, client_of_team, data)

    event = AuditEvent.objects.filter(stream=f"client:{client_of_team.pk}").latest("seq")
    assert (event.action, event.before, event.after, event.actor_name) == (
        "client.edited",
        {"city": "Hamburg"},
        {"city": "Altona"},
        "Ada",
    )


def test_saving_an_untouched_page_writes_nothing_down(
    client_of_team: Client,
    engagement: Engagement,
    browser: Browser,
    manager: Actor,
) -> None:
    services.add_contact(client_of_team, by=manager, name="Mara", receives_notices=True)
    before = actions(client_of_team)

    save(
        browser,
        client_of_team,
        untouched(browser, client_of_team),
    )

    assert actions(client_of_team) == before


def test_contacts_engagements_and_invoices_are_written_down_too(
    client_of_team: Client, engagement: Engagement, browser: Browser
) -> None:
    data = untouched(browser, client_of_team)
    data |= {
        "contacts-TOTAL_FORMS": 1,
        "contacts-0-client": client_of_team.pk,
        "contacts-0-name": "Mara",
        "contacts-0-phone": "040 123456",
        "engagements-0-cure_days": 14,
        "invoices-TOTAL_FORMS": 1,
        "invoices-0-client": client_of_team.pk,
        "invoices-0-number": "2027-1",
        "invoices-0-issued_on": "2027-01-01",
        "invoices-0-due_on": "2027-01-31",
        "invoices-0-amount_cents": 12_345,
        "invoices-0-currency": "EUR",
    }

    save(browser, client_of_team, data)

    assert actions(client_of_team)[-3:] == ["contact.added", "engagement.edited", "invoice.added"]
    assert Contact.objects.get().phone == "+4940123456"
    assert Engagement.objects.get().version == 2


def test_one_page_can_pass_the_notices_on_to_another_contact(
    client_of_team: Client, browser: Browser, manager: Actor
) -> None:
    jan = services.add_contact(client_of_team, by=manager, name="Jan")
    services.add_contact(client_of_team, by=manager, name="Mara", receives_notices=True)
    data = untouched(browser, client_of_team)
    del data["contacts-0-receives_notices"]  # Mara, who is listed first
    data["contacts-1-receives_notices"] = "on"

    save(browser, client_of_team, data)

    assert Contact.objects.get(receives_notices=True) == jan


def test_two_recipients_of_notices_on_one_page_are_refused(
    client_of_team: Client, browser: Browser, manager: Actor
) -> None:
    services.add_contact(client_of_team, by=manager, name="Jan")
    services.add_contact(client_of_team, by=manager, name="Mara", receives_notices=True)
    data = untouched(browser, client_of_team)
    data["contacts-1-receives_notices"] = "on"

    page = browser.post(page_of(client_of_team), data)

    assert "Only one contact can receive the notices." in page.content.decode()
    assert Contact.objects.filter(receives_notices=True).count() == 1


def test_an_account_manager_from_outside_the_team_is_refused_beside_the_field(
    client_of_team: Client, browser: Browser, outsider: Actor
) -> None:
    assert outsider.user
    data = untouched(browser, client_of_team) | {"owner": outsider.user.pk}

    page = browser.post(page_of(client_of_team), data)

    assert "owner" in page.context["adminform"].form.errors


def test_an_office_changes_in_admin_with_a_trace(office: Office, browser: Browser) -> None:
    data = untouched(browser, office) | {
        "city": "Potsdam",
        "postal_code": "14467",
        "holidays-TOTAL_FORMS": 1,
        "holidays-0-office": office.pk,
        "holidays-0-on": "2027-12-24",
        "holidays-0-name": "Christmas Eve",
    }

    save(browser, office, data)

    events = AuditEvent.objects.filter(stream="settings").order_by("seq")
    assert list(events.values_list("action", flat=True)) == ["office.edited", "holiday.added"]
    assert office.holidays.get().on == date(2027, 12, 24)


def test_an_address_of_forty_lines_is_refused_beside_the_field(
    client_of_team: Client, browser: Browser
) -> None:
    data = untouched(browser, client_of_team) | {"street": "\n".join("x" for _ in range(40))}

    page = browser.post(page_of(client_of_team), data)

    assert "takes 40 lines; there is room for 3 lines" in page.content.decode()


def test_an_auditor_looks_and_a_manager_does_not_come_in(
    client_of_team: Client, browser: Browser, auditor: User, manager_user: User
) -> None:
    data = untouched(browser, client_of_team) | {"city": "Altona"}

    browser.force_login(auditor)
    assert browser.get(page_of(client_of_team)).status_code == 200
    assert browser.post(page_of(client_of_team), data).status_code == 403
    browser.force_login(manager_user)
    assert browser.get(page_of(client_of_team)).status_code in {302, 403}
    assert browser.post(page_of(client_of_team), data).status_code in {302, 403}

    assert Client.objects.get().city == "Hamburg"


def test_nobody_deletes_a_client_in_admin(client_of_team: Client, browser: Browser) -> None:
    address = reverse("admin:clients_client_delete", args=[client_of_team.pk])

    assert browser.post(address, {"post": "yes"}).status_code == 403
    assert Client.objects.exists()


def test_an_auditor_sees_which_files_came_in_but_not_whom_they_held(
    client_of_team: Client, team: Team, manager: Actor, auditor: User, client: Browser
) -> None:
    batch = imports.dry_run(
        b"reference,legal_name,street,postal_code,city,country\nC-9,Secret Ltd,Weg 1,20457,Ulm,DE",
        team,
        by=manager,
        file_name="clients.csv",
    ).batch
    client.force_login(auditor)

    page = client.get(page_of(batch)).content.decode()

    assert "clients.csv" in page
    assert "Secret Ltd" not in page
