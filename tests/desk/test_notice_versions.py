"""The page of versions: each one listed, two compared in words, an older one restored."""

from __future__ import annotations

import uuid
from html import unescape

import pytest
from django.test import Client

from notices.models import Notice, NoticeVersion
from notices.services import approval, drafting, sending
from tests.builders import House, a_house
from tests.notices import walks

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return a_house()


@pytest.fixture
def notice(client: Client, house: House) -> Notice:
    """A draft that Leo changed after Mia."""
    client.force_login(house.manager)
    draft = walks.a_draft(house)
    for by, words in (
        (house.by_manager, "We finish June."),
        (house.by_lead, "We finish <July/August>."),
    ):
        now = walks.again(draft)
        drafting.edit_notice(now, by=by, expected_version=now.version, parts={"ours": words})
    return walks.again(draft)


def _url(notice: Notice, tail: str = "") -> str:
    return f"/cases/{notice.case.reference}/notice/{notice.number}/versions/{tail}"


def _said(answer) -> str:
    return unescape(answer.content.decode())


def test_versions_are_listed_and_the_last_two_compared(client: Client, notice: Notice) -> None:
    answer = client.get(_url(notice))

    page = _said(answer)
    assert answer.status_code == 200
    assert "Drafted from the case" in page
    assert "Mia Manager" in page
    assert "Leo Lead" in page
    assert "From version 2 to version 3" in page
    assert "June.</del>" in page
    assert b"&lt;July/August&gt;.</ins>" in answer.content
    assert b"<July/August>" not in answer.content


def test_any_two_are_compared(client: Client, notice: Notice) -> None:
    page = _said(client.get(_url(notice) + "?from=1&to=2"))
    assert "From version 1 to version 2" in page
    assert "June.</ins>" in page

    for nonsense in ("?from=99&to=x", "?from=&to=", "?from=3&to=1"):
        assert client.get(_url(notice) + nonsense).status_code == 200


def test_an_older_version_is_restored_by_two_presses(client: Client, notice: Notice) -> None:
    where = _url(notice, "2/restore/")
    page = _said(client.get(where))
    assert "Version 2 was saved by Mia Manager" in page
    assert walks.again(notice).parts["ours"] == "We finish <July/August>."

    form = {"version": notice.version, "key": str(uuid.uuid4())}
    for _press in range(2):
        assert client.post(where, form).status_code == 303

    assert walks.again(notice).parts["ours"] == "We finish June."
    assert NoticeVersion.objects.count() == 4


def test_a_save_in_between_stops_restoring(client: Client, house: House, notice: Notice) -> None:
    drafting.edit_notice(
        notice, by=house.by_lead, expected_version=notice.version, parts={"ours": "We finish."}
    )

    answer = client.post(
        _url(notice, "2/restore/"), {"version": notice.version, "key": str(uuid.uuid4())}
    )

    assert answer.status_code == 409
    assert "Leo Lead" in _said(answer)
    assert walks.again(notice).parts["ours"] == "We finish."


def test_only_the_team_restores_and_nothing_that_was_sent(
    client: Client, house: House, notice: Notice
) -> None:
    client.force_login(house.auditor)
    page = _said(client.get(_url(notice)))
    assert "Mia Manager" in page
    assert "Restore…" not in page
    assert client.post(_url(notice, "2/restore/")).status_code == 403
    client.force_login(house.outsider)
    assert client.get(_url(notice)).status_code == 404
    assert client.post(_url(notice, "2/restore/")).status_code == 404

    client.force_login(house.manager)
    assert client.get(_url(notice, "99/restore/")).status_code == 404
    asked = approval.request_approval(walks.again(notice), by=house.by_manager)
    walks.set_pages(asked)
    pages = approval.pages_for_approval(asked)
    assert pages is not None
    approval.approve(asked, by=house.by_second_lead, seen_sha256=pages.sha256)
    sending.send_notice(walks.again(notice), by=house.by_manager)
    sent = walks.again(notice)
    assert "Restore…" not in _said(client.get(_url(sent)))
    form = {"version": sent.version, "key": str(uuid.uuid4())}
    assert client.post(_url(sent, "2/restore/"), form).status_code == 409


def test_the_page_costs_the_same_for_many_versions(
    client: Client, house: House, notice: Notice, django_assert_max_num_queries
) -> None:
    for number in range(6):
        now = walks.again(notice)
        drafting.edit_notice(
            now,
            by=house.by_manager,
            expected_version=now.version,
            parts={"ours": f"We finish {number}."},
        )
    with django_assert_max_num_queries(12):
        client.get(_url(notice))
