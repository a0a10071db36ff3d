"""What the sample firm decided to do differently."""

from __future__ import annotations

from datetime import timedelta

from accounts.actor import Actor
from audit import clock
from config.demo.sample.firm import SampleFirm
from offboarding.models import PreventiveMeasure
from offboarding.services import measures

ADOPTED_DAYS_AGO = 21


def decide(sample: SampleFirm) -> None:
    """Adopt the guide's measure against unpaid invoices, and give another to somebody."""
    crew = sample.accounting
    by = Actor.person(crew.lead)
    clock.move(timedelta(days=-ADOPTED_DAYS_AGO))
    today = clock.today()
    measure, other = (
        PreventiveMeasure.objects.select_related("ground").get(ground__code=code)
        for code in ("unpaid-invoices", "unfulfilled-expectations")
    )
    for one, owner in ((measure, crew.lead), (other, crew.manager)):
        review_on = today + timedelta(days=120)
        measures.edit(one, by=by, title=one.title, owner=owner, review_on=review_on)
    measures.adopt(measure, by=by, adopted_on=today)
