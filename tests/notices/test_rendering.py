"""Pages are set once, however many workers wake at the same time."""

from datetime import timedelta

import pytest

from audit import clock
from notices import rendering
from notices.models import Rendering
from tests.builders import House, fresh
from tests.notices import walks

pytestmark = pytest.mark.django_db


def test_an_order_that_another_worker_has_in_hand_is_left_to_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    walks.a_draft(house)
    order = Rendering.objects.filter(done_at=None).first() or Rendering.objects.first()
    assert order is not None
    Rendering.objects.filter(pk=order.pk).update(done_at=None, attempts=1)
    set_now: list[int] = []
    monkeypatch.setattr(rendering, "_set", lambda row: set_now.append(row.pk))

    assert not rendering.set_pages(order.pk, attempts_seen=0)

    assert set_now == []


def test_what_a_person_waits_for_is_set_before_the_rest_of_a_campaign(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = walks.a_draft(house)
    Rendering.objects.all().delete()
    of_many = [
        Rendering.objects.create(notice=notice, notice_version=n, purpose="approval", is_bulk=True)
        for n in range(11, 14)
    ]
    order: list[int] = []

    def set_it(rendering_id: int, *, attempts_seen: int | None = None) -> bool:
        if not order:  # somebody saves a draft while the first of many is being set
            waiting = Rendering.objects.create(notice=notice, notice_version=1, purpose="preview")
            of_many.insert(1, waiting)
        order.append(rendering_id)
        Rendering.objects.filter(pk=rendering_id).update(attempts=3)
        return True

    monkeypatch.setattr(rendering, "set_pages", set_it)

    assert rendering.set_pages_due() == 4
    assert order == [one.pk for one in of_many]


def _breaks(_row: Rendering) -> None:
    raise MemoryError


def test_pages_that_break_keep_no_others_waiting_and_the_owner_is_told_in_the_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = walks.sent(house)
    slip = Rendering.objects.filter(notice=notice, purpose="slip").get()
    Rendering.objects.filter(pk=slip.pk).update(done_at=None, attempts=0, problems=[])
    monkeypatch.setattr(rendering, "_set", _breaks)

    for _round in range(3):
        rendering.set_pages_due()

    slip.refresh_from_db()
    assert "could not be set" in slip.problems[0]
    assert fresh(notice.case).tasks.filter(title__contains="Pages could not be set").exists()


def test_pages_whose_last_attempt_ended_with_its_worker_are_told_too(house: House) -> None:
    notice = walks.sent(house)
    slip = Rendering.objects.filter(notice=notice, purpose="slip").get()
    Rendering.objects.filter(pk=slip.pk).update(
        done_at=None, attempts=3, ordered_at=clock.now() - timedelta(hours=1)
    )

    rendering.set_pages_due()

    assert fresh(notice.case).tasks.filter(title__contains="Pages could not be set").exists()
