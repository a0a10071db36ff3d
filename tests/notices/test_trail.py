"""The audit trail notices a delivery or an approval that nobody recorded."""

import pytest

from audit import verification
from notices.models import Channel, Delivery
from tests.builders import House
from tests.notices import walks

pytestmark = pytest.mark.django_db


def test_a_sent_notice_has_an_event_for_every_fact(house: House) -> None:
    walks.sent(house)

    assert verification.verify().is_whole


def test_a_delivery_that_was_slipped_in_is_found(house: House) -> None:
    notice = walks.sent(house)
    Delivery.objects.create(
        case=notice.case,
        notice=notice,
        channel=Channel.EMAIL,
        recipient_name="Somebody else",
        recipient_email="else@example.com",
    )

    report = verification.verify()

    assert report.exit_code == 6
    assert "delivery" in str(report.as_json())
