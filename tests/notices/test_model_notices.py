"""Our own model notices pass our own checks, for each ground and language."""

from __future__ import annotations

import pytest

from notices.checking import checks
from notices.models import ModelNotice
from notices.services import drafting
from offboarding.lifecycle import State
from offboarding.models import TerminationGround
from tests.builders import House, a_case, an_invoice
from tests.notices import walks

pytestmark = pytest.mark.django_db

GROUNDS = (
    "unfulfilled-expectations", "unpaid-invoices", "conflict-of-interest",
    "misalignment-of-values", "other",
)  # fmt: skip
TOPIC = {"en": "how prices are set", "de": "Preisen"}


def test_every_model_keeps_its_own_rules() -> None:
    for model in ModelNotice.objects.all():
        model.full_clean()
    assert ModelNotice.objects.filter(ground=None).count() == 2


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("code", GROUNDS)
def test_a_model_notice_passes_with_no_block_and_no_warning(
    house: House, code: str, language: str
) -> None:
    house.client.language = language
    house.client.save()
    if language == "de":
        house.engagement.title, house.engagement.service_line = "Buchhaltungsvertrag", "Buchhaltung"
        house.engagement.services = "Laufende Buchhaltung\nLohnabrechnung"
        house.engagement.save()
    ground = TerminationGround.objects.get(code=code)
    ground.disclosure = "stated"
    ground.save()
    if code == "unpaid-invoices":
        an_invoice(house.client)
        an_invoice(house.client, "2027-002", amount_cents=98_000)
    notice = walks.a_draft(house, a_case(house, State.NOTICE, ground=ground))

    for disclosure in ("stated", "neutral"):
        notice = drafting.edit_notice(
            walks.again(notice),
            by=house.by_manager,
            expected_version=notice.version,
            parts={},
            disclosure=disclosure,
            disclosure_reason="The client asked for it.",
        )
        reason = notice.parts["reason"].replace("[topic]", TOPIC[language])
        notice = drafting.edit_notice(
            walks.again(notice),
            by=house.by_manager,
            expected_version=notice.version,
            parts={"reason": reason},
        )
        assert reason
        found = checks.findings(walks.again(notice))
        assert [one for one in found if one.level != "hint"] == [], disclosure
