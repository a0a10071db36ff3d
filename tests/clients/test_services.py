from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.actor import Actor
from accounts.models import Team, User
from audit.models import AuditEvent
from clients import services
from clients.errors import ChangedMeanwhile
from clients.models import Client, Contact, Engagement, Firm, Invoice, Office
from clients.selectors import notice_recipient
from clients.services import saving


def latest_event(client: Client) -> AuditEvent:
    return AuditEvent.objects.filter(stream=f"client:{client.pk}").latest("seq")


def latest_settings_event() -> AuditEvent:
    return AuditEvent.objects.filter(stream="settings").latest("seq")


def fresh(record: Any) -> Any:
    return type(record).objects.get(pk=record.pk)


# -- clients ---------------------------------------------------------------------------------------


def test_taking_on_a_client_is_written_down_with_who_and_what(
    client_of_team: Client, manager: Actor
) -> None:
    event = latest_event(client_of_team)

    assert (event.action, event.actor_name) == ("client.created", "Mina Berg")
    assert event.after["legal_name"] == "Nordlicht Café GmbH"
    assert event.after["country"] == "DE"
    assert client_of_team.changed_by == "Mina Berg"


def test_a_wrong_client_is_neither_saved_nor_written_down(
    office: Office, team: Team, manager: Actor, manager_user: User
) -> None:
    with pytest.raises(ValidationError) as refused:
        services.create_client(
            by=manager, team=team, office=office, owner=manager_user, reference="C-1",
            legal_name="", street="\n".join("abcd"), city="Hamburg", country="DE",
        )  # fmt: skip

    assert set(refused.value.message_dict) >= {"legal_name", "street"}
    assert not Client.objects.exists()
    assert not AuditEvent.objects.filter(action="client.created").exists()


def test_an_edit_records_only_what_differs(client_of_team: Client, manager: Actor) -> None:
    edited = services.edit_client(
        client_of_team, by=manager, expected_version=1, city="Altona", street="Hafenstraße 12"
    )

    event = latest_event(client_of_team)
    assert (event.action, event.before, event.after) == (
        "client.edited",
        {"city": "Hamburg"},
        {"city": "Altona"},
    )
    assert (edited.version, fresh(client_of_team).city) == (2, "Altona")


def test_an_edit_that_changes_nothing_leaves_no_trace(
    client_of_team: Client, manager: Actor
) -> None:
    services.edit_client(client_of_team, by=manager, city="Hamburg ")

    assert latest_event(client_of_team).action == "client.created"
    assert fresh(client_of_team).version == 1


def test_whoever_saves_a_stale_page_reads_who_was_faster_and_when(
    client_of_team: Client, manager: Actor, admin: Actor
) -> None:
    saved = services.edit_client(client_of_team, by=admin, expected_version=1, city="Altona")

    with pytest.raises(ChangedMeanwhile) as late:
        services.edit_client(client_of_team, by=manager, expected_version=1, city="Bremen")

    assert (late.value.who, late.value.when) == ("Ada", saved.changed_at)
    assert fresh(client_of_team).city == "Altona"


def test_a_client_cannot_be_given_to_somebody_outside_the_team(
    client_of_team: Client, manager: Actor, outsider: Actor
) -> None:
    with pytest.raises(ValidationError, match="does not work in the team"):
        services.edit_client(client_of_team, by=manager, owner=outsider.user)


def test_a_verb_changes_no_field_it_does_not_know(client_of_team: Client, manager: Actor) -> None:
    with pytest.raises(TypeError, match="team"):
        services.edit_client(client_of_team, by=manager, team=None)


def test_the_same_reference_twice_is_refused_in_words(
    client_of_team: Client, office: Office, team: Team, manager: Actor, manager_user: User
) -> None:
    with pytest.raises(ValidationError, match="Another client already has this reference"):
        services.create_client(
            by=manager, team=team, office=office, owner=manager_user, reference="c-1",
            legal_name="Other", street="Weg 1", postal_code="10115", city="Berlin", country="DE",
        )  # fmt: skip


def test_a_reference_taken_between_check_and_save_is_refused_in_words(
    client_of_team: Client, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    rival = fresh(client_of_team)
    rival.pk, rival._state.adding = None, True
    checks = iter([lambda: None])
    real = Client.full_clean
    monkeypatch.setattr(Client, "full_clean", lambda self: next(checks, lambda: real(self))())

    with pytest.raises(ValidationError, match="Another client already has this reference"):
        saving.add(rival, "client.created", by=manager)


def every_change(
    client: Client, engagement: Engagement, contact: Contact, invoice: Invoice, by: Actor
) -> list[Any]:
    day = date(2027, 1, 31)
    return [
        lambda: services.create_client(
            by=by, team=client.team, office=client.office, owner=client.owner
        ),
        lambda: services.edit_client(client, by=by, city="X"),
        lambda: services.add_contact(client, by=by, name="X"),
        lambda: services.edit_contact(contact, by=by, name="X"),
        lambda: services.choose_notice_recipient(contact, by=by),
        lambda: services.remove_contact(contact, by=by),
        lambda: services.add_engagement(client, by=by, title="X", started_on=day),
        lambda: services.edit_engagement(engagement, by=by, title="X"),
        lambda: services.end_engagement(engagement, by=by, ended_on=day),
        lambda: services.record_invoice(
            client, by=by, number="9", issued_on=day, due_on=day, amount_cents=1
        ),
        lambda: services.edit_invoice(invoice, by=by, number="X"),
        lambda: services.mark_invoice_paid(invoice, by=by, paid_on=day),
        lambda: services.mark_invoice_open(invoice, by=by, reason="X"),
    ]


def test_nobody_outside_the_team_changes_anything_of_its_clients(
    client_of_team: Client, engagement: Engagement, manager: Actor, outsider: Actor, auditor: User
) -> None:
    contact = services.add_contact(client_of_team, by=manager, name="Mara")
    invoice = services.record_invoice(
        client_of_team, by=manager, number="1", issued_on=date(2027, 1, 1),
        due_on=date(2027, 1, 2), amount_cents=1,
    )  # fmt: skip
    events = AuditEvent.objects.count()

    strangers = [outsider, Actor.person(auditor), Actor.client("X"), Actor.machine("notices.mail")]
    for by in strangers:
        for change in every_change(client_of_team, engagement, contact, invoice, by):
            with pytest.raises(PermissionDenied):
                change()

    assert AuditEvent.objects.count() == events


# -- contacts --------------------------------------------------------------------------------------


def test_choosing_a_recipient_lets_the_former_one_step_back(
    client_of_team: Client, manager: Actor
) -> None:
    services.add_contact(client_of_team, by=manager, name="Mara", receives_notices=True)
    jan = services.add_contact(client_of_team, by=manager, name="Jan")

    services.choose_notice_recipient(jan, by=manager)

    assert notice_recipient(client_of_team) == jan
    event = latest_event(client_of_team)
    assert event.action == "client.notice_recipient_chosen"
    assert (event.before, event.after) == (
        {"notice_recipient": "Mara"},
        {"notice_recipient": "Jan"},
    )


def test_choosing_the_same_recipient_again_leaves_no_trace(
    client_of_team: Client, manager: Actor
) -> None:
    mara = services.add_contact(client_of_team, by=manager, name="Mara", receives_notices=True)
    seq = latest_event(client_of_team).seq

    services.choose_notice_recipient(mara, by=manager)

    assert latest_event(client_of_team).seq == seq


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "a@example.com, b@example.com"),
        ("email", "a@example.com\nb@example.com"),
        ("phone", "call me"),
        ("name", ""),
    ],
)
def test_a_wrong_contact_is_refused(
    client_of_team: Client, manager: Actor, field: str, value: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        services.add_contact(client_of_team, by=manager, **({"name": "Mara"} | {field: value}))

    assert field in refused.value.message_dict
    assert not Contact.objects.exists()


def test_a_contact_is_edited_and_removed_with_a_trace(
    client_of_team: Client, manager: Actor
) -> None:
    mara = services.add_contact(client_of_team, by=manager, name="Mara", phone="040 123456")

    services.edit_contact(mara, by=manager, phone="+49 40 654321")
    assert latest_event(client_of_team).before == {"phone": "+4940123456"}

    services.remove_contact(mara, by=manager)
    assert latest_event(client_of_team).action == "contact.removed"
    assert latest_event(client_of_team).before["name"] == "Mara"
    assert not Contact.objects.exists()


# -- engagements and invoices ----------------------------------------------------------------------


def test_a_stale_edit_of_an_engagement_is_refused(engagement: Engagement, manager: Actor) -> None:
    services.edit_engagement(engagement, by=manager, expected_version=1, cure_days=14)

    with pytest.raises(ChangedMeanwhile):
        services.edit_engagement(engagement, by=manager, expected_version=1, cure_days=7)


def test_an_engagement_ends_once(engagement: Engagement, manager: Actor) -> None:
    services.end_engagement(engagement, by=manager, ended_on=date(2027, 3, 31))
    services.end_engagement(engagement, by=manager, ended_on=date(2027, 3, 31))

    with pytest.raises(ValidationError, match="has ended already"):
        services.end_engagement(engagement, by=manager, ended_on=date(2027, 4, 30))

    assert AuditEvent.objects.filter(action="engagement.ended").count() == 1
    assert fresh(engagement).ended_on == date(2027, 3, 31)


def test_an_engagement_cannot_end_before_it_started(engagement: Engagement, manager: Actor) -> None:
    with pytest.raises(ValidationError, match="cannot end before it starts"):
        services.end_engagement(engagement, by=manager, ended_on=date(2024, 2, 29))


def an_invoice(client: Client, by: Actor, **changes: Any) -> Invoice:
    fields: dict[str, Any] = {
        "number": "2027-1",
        "issued_on": date(2027, 1, 1),
        "due_on": date(2027, 1, 31),
        "amount_cents": 12_345,
    }
    return services.record_invoice(client, by=by, **(fields | changes))


def test_an_invoice_is_in_the_offices_currency_unless_told_otherwise(
    client_of_team: Client, manager: Actor
) -> None:
    assert an_invoice(client_of_team, manager).currency == "EUR"
    assert an_invoice(client_of_team, manager, number="2", currency="USD").currency == "USD"


def test_an_invoice_is_paid_once_and_may_be_opened_again_with_a_reason(
    client_of_team: Client, manager: Actor
) -> None:
    invoice = an_invoice(client_of_team, manager)
    services.mark_invoice_paid(invoice, by=manager, paid_on=date(2027, 2, 1))
    services.mark_invoice_paid(invoice, by=manager, paid_on=date(2027, 2, 1))
    with pytest.raises(ValidationError, match="paid already"):
        services.mark_invoice_paid(invoice, by=manager, paid_on=date(2027, 2, 2))
    with pytest.raises(ValidationError, match="Say why"):
        services.mark_invoice_open(invoice, by=manager, reason=" ")

    services.mark_invoice_open(invoice, by=manager, reason="Booked on the wrong client")

    assert fresh(invoice).paid_on is None
    event = latest_event(client_of_team)
    assert event.action == "invoice.reopened"
    assert event.before == {"paid_on": "2027-02-01"}
    assert event.after == {"paid_on": None, "reason": "Booked on the wrong client"}
    assert AuditEvent.objects.filter(action="invoice.paid").count() == 1


def test_an_invoice_number_is_used_once_per_client(client_of_team: Client, manager: Actor) -> None:
    an_invoice(client_of_team, manager)

    with pytest.raises(ValidationError, match="already has an invoice of this number"):
        an_invoice(client_of_team, manager)


# -- the firm --------------------------------------------------------------------------------------


def test_the_firm_is_named_and_renamed_with_a_trace(admin: Actor) -> None:
    services.edit_firm(by=admin, name="Harbour")
    services.edit_firm(by=admin, name="Harbour & Partners")

    assert Firm.current().name == "Harbour & Partners"
    event = latest_settings_event()
    assert (event.action, event.before) == ("firm.edited", {"name": "Harbour"})


def test_an_office_its_signatories_and_holidays_change_with_a_trace(
    office: Office, admin: Actor
) -> None:
    services.edit_office(office, by=admin, stationery="us10", nudge_x_mm="1.5")
    assert latest_settings_event().after == {"stationery": "us10", "nudge_x_mm": "1.5"}

    signatory = services.add_signatory(office, by=admin, name="Lea Lead", position="Partner")
    services.remove_signatory(signatory, by=admin)
    holiday = services.add_holiday(office, by=admin, on=date(2027, 12, 24), name="Christmas Eve")
    services.remove_holiday(holiday, by=admin)

    actions = AuditEvent.objects.filter(stream="settings").order_by("seq")
    assert list(actions.values_list("action", flat=True)) == [
        "office.edited",
        "signatory.added",
        "signatory.removed",
        "holiday.added",
        "holiday.removed",
    ]


def test_nobody_but_an_admin_changes_the_firm(office: Office, manager: Actor) -> None:
    for change in (
        lambda: services.edit_firm(by=manager, name="X"),
        lambda: services.add_office(by=manager, name="X"),
        lambda: services.edit_office(office, by=manager, name="X"),
        lambda: services.add_signatory(office, by=manager, name="X", position="Y"),
        lambda: services.add_holiday(office, by=manager, on=date(2027, 1, 1), name="X"),
    ):
        with pytest.raises(PermissionDenied):
            change()
