"""Pages are set once, however many workers wake at the same time."""

import pytest

from notices import rendering
from notices.models import Rendering
from tests.builders import House
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
