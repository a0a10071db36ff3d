import csv
import io
import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actor import Actor
from accounts.models import GlobalRole, User
from audit import registry
from audit.anchors import make_anchor
from audit.models import AuditEvent
from audit.pagination import CappedPaginator
from audit.services import erase_details
from audit.standalone_verifier import verify_lines
from tests.audit.trail import MACHINE, tampering

LIST = "/admin/audit/auditevent/"


@pytest.fixture
def auditors_browser(auditor, client: Client) -> Client:
    client.force_login(auditor)
    return client


@pytest.fixture(autouse=True)
def cases_have_references(monkeypatch):
    monkeypatch.setattr(registry, "_labels", {})
    monkeypatch.setattr(registry, "_searches", {})
    registry.register_stream_label(
        "case", lambda names: {name: f"OFB-2027-{name[5:].zfill(5)}" for name in names}
    )
    registry.register_stream_search(
        "case", lambda text: [f"case:{int(text[-5:])}"] if text.startswith("OFB-") else []
    )


def page(browser: Client, **query: str) -> str:
    response = browser.get(LIST, query)
    assert response.status_code == 200
    return response.content.decode()


def detail_url(event: AuditEvent) -> str:
    return reverse("admin:audit_auditevent_change", args=[event.pk])


def test_the_list_tells_who_did_what_to_which_case_and_how_it_changed(remember, auditors_browser):
    remember("case:7", action="case.acknowledged", before={"state": "notice"}, after={"state": "x"})
    remember("case:7", by=Actor.client("Ada Byron"), action="receipt.confirmed", after=None)

    html = page(auditors_browser)

    for words in (
        "OFB-2027-00007",
        "case.acknowledged",
        "Jo Doe",
        "state: notice → x",
        "Ada Byron (Client)",
    ):
        assert words in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"action": "case.closed"}, {"closed"}),
        ({"actor_kind__exact": "machine"}, {"machine"}),
        ({"q": "OFB-2027-00002"}, {"closed"}),
        ({"q": "case:2"}, {"closed"}),
        ({"at__year": "2020"}, {"old"}),
        ({"q": "nothing like it"}, set()),
    ],
)
def test_the_list_is_narrowed_by_case_action_kind_and_date(
    remember, auditors_browser, query, found
):
    events = {
        "closed": remember("case:2", action="case.closed"),
        "machine": remember("case:1", by=MACHINE),
        "old": remember("case:1", at=datetime(2020, 2, 2, tzinfo=UTC)),
    }
    html = page(auditors_browser, **query)
    assert {name for name, event in events.items() if detail_url(event) in html} == found


def test_the_list_is_narrowed_by_person(remember, auditors_browser, auditor, person):
    theirs, ours = remember(), remember(by=Actor.person(auditor))
    html = page(auditors_browser, person=str(person.pk))
    assert detail_url(theirs) in html
    assert detail_url(ours) not in html


@pytest.mark.parametrize("nobody", ["9" * 30, "²", "nobody"])
def test_a_person_that_cannot_exist_has_done_nothing(remember, auditors_browser, nobody):
    event = remember()
    assert detail_url(event) not in page(auditors_browser, person=nobody)


def test_the_code_on_a_letter_and_a_request_id_find_their_event(remember, auditors_browser):
    event, other = remember(), remember("case:2")
    html = page(auditors_browser, q=event.hash[:16].upper())
    assert detail_url(event) in html
    assert detail_url(other) not in html


def test_an_event_shows_before_and_after_and_how_it_stands_in_its_chain(remember, auditors_browser):
    remember()
    event = remember(
        before={"state": "notice", "note": None}, after={"state": "acknowledged", "note": "<b>"}
    )
    html = auditors_browser.get(detail_url(event)).content.decode()

    assert "<del>notice</del>" in html
    assert "<ins>acknowledged</ins>" in html
    assert "&lt;b&gt;" in html
    assert "Event 2 of 2. It matches its hash and follows the event before it." in html
    assert event.hash in html


def test_an_erased_event_says_so(remember, auditors_browser, actor):
    event = remember(after={"name": "Ada Byron"})
    erase_details("case:1", by=actor, ground="retention")
    html = auditors_browser.get(detail_url(event)).content.decode()
    assert "The chain stays whole" in html
    assert "Ada Byron" not in html


@pytest.mark.parametrize("role", [GlobalRole.ADMIN, GlobalRole.AUDITOR])
@pytest.mark.parametrize("view", ["add", "change", "delete"])
def test_nobody_can_add_change_or_delete_by_post(remember, client, role, view):
    event = remember()
    user = User.objects.create_user("x@example.com", "offboarding", name="X", global_role=role)
    client.force_login(user)
    arguments = [] if view == "add" else [event.pk]
    url = reverse(f"admin:audit_auditevent_{view}", args=arguments)
    values = {"action": "forged", "post": "yes", "stream": "case:1", "seq": "2"}

    assert client.post(url, values).status_code == 403
    assert AuditEvent.objects.get(stream="case:1").action == "case.noted"


def test_no_list_action_deletes(remember, auditors_browser):
    event = remember()
    auditors_browser.post(
        LIST, {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"}
    )
    assert AuditEvent.objects.filter(pk=event.pk).exists()
    html = page(auditors_browser)
    assert "delete_selected" not in html
    assert "/add/" not in html.partition('id="content"')[2]


def test_no_page_of_the_trail_offers_to_save(remember, auditors_browser):
    html = auditors_browser.get(detail_url(remember())).content.decode()
    assert 'name="_save"' not in html
    assert "deletelink" not in html


@pytest.mark.parametrize("path", [LIST, "verify", "export"])
def test_those_who_may_not_look_see_nothing(remember, client, person, path):
    event = remember()
    url = {
        "verify": reverse("admin:audit_auditevent_verify", args=[event.pk]),
        "export": reverse("admin:audit_auditevent_export", args=["csv"]),
    }.get(path, path)
    client.force_login(person)
    assert client.get(url).status_code in (302, 403)
    assert client.post(url).status_code in (302, 403)


def test_a_stream_is_verified_on_request(remember, auditors_browser):
    event = remember()
    url = reverse("admin:audit_auditevent_verify", args=[event.pk])
    response = auditors_browser.post(url, follow=True)
    assert "The chain of case:1 is whole: 1 events." in response.content.decode()
    assert auditors_browser.get(url).status_code == 405


def test_a_broken_stream_is_told_with_its_place(remember, auditors_browser):
    event = remember()
    with tampering() as cursor:
        cursor.execute("UPDATE audit_auditevent SET action = 'x'")
    url = reverse("admin:audit_auditevent_verify", args=[event.pk])
    html = auditors_browser.post(url, follow=True).content.decode()
    # Django writes the first letter of a message large.
    assert "Case:1: event 1 was altered" in html
    assert "Its content does not match its hash." in html


def body(response) -> str:
    return b"".join(response.streaming_content).decode()


def test_the_filtered_list_leaves_as_a_table_that_runs_no_formula(remember, auditors_browser):
    remember("case:2", action="case.closed", by=Actor.client("=HYPERLINK(1)"))
    remember("case:1")
    url = reverse("admin:audit_auditevent_export", args=["csv"])
    response = auditors_browser.get(url, {"action": "case.closed"})

    assert response["Content-Disposition"].startswith('attachment; filename="audit-')
    [row] = csv.DictReader(io.StringIO(body(response).removeprefix("\ufeff")))
    assert row["actor"] == "'=HYPERLINK(1)"
    assert (row["label"], row["action"], row["seq"]) == ("OFB-2027-00002", "case.closed", "1")
    assert json.loads(row["after"]) == {"state": "notice"}


def test_the_export_of_a_stream_is_what_the_stand_alone_verifier_reads(remember, auditors_browser):
    for _ in range(3):
        remember("case:2")
    remember("case:1")
    url = reverse("admin:audit_auditevent_export", args=["jsonl"])
    lines = body(auditors_browser.get(url, {"q": "case:2"})).splitlines()
    assert len(lines) == 3
    assert not list(verify_lines(lines))


def test_an_unknown_export_is_not_found_and_a_wrong_filter_goes_back(remember, auditors_browser):
    url = reverse("admin:audit_auditevent_export", args=["xml"])
    assert auditors_browser.get(url).status_code == 404
    url = reverse("admin:audit_auditevent_export", args=["csv"])
    assert auditors_browser.get(url, {"at__year": "soon"}).status_code == 302


def test_the_list_asks_as_often_for_a_thousand_events_as_for_ten(remember, auditors_browser):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(auditors_browser)
        return len(asked)

    for number in range(10):
        remember(f"case:{number}", action=f"case.done_{number % 3}")
    few = queries()
    for number in range(990):
        remember(f"case:{number % 40}", by=MACHINE if number % 2 else Actor.client("Ada"))

    assert queries() == few <= 12


def test_the_list_counts_no_further_than_anybody_pages(remember, monkeypatch, auditors_browser):
    monkeypatch.setattr("audit.pagination.MOST_ROWS", 5)
    for _ in range(7):
        remember()
    paginator = CappedPaginator(AuditEvent.objects.order_by("-id"), 2)
    assert (paginator.count, paginator.num_pages, paginator.has_more_rows) == (5, 3, True)
    assert "More than 5 events" in page(auditors_browser)


def test_no_page_of_the_trail_carries_style_or_script_of_its_own(remember, auditors_browser):
    for url in (LIST, detail_url(remember())):
        html = auditors_browser.get(url).content.decode()
        assert "<style" not in html
        assert ' style="' not in html
        assert "<script>" not in html


def test_anchors_are_listed_and_read_only(remember, auditors_browser, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    remember()
    anchor = make_anchor()
    url = reverse("admin:audit_auditanchor_change", args=[anchor.pk])
    listed = auditors_browser.get(reverse("admin:audit_auditanchor_changelist"))
    assert anchor.root in listed.content.decode()
    assert anchor.hash in auditors_browser.get(url).content.decode()
    assert auditors_browser.post(url, {"root": "x"}).status_code == 403
