"""What of letters and mails is news for people who have no task with it."""

from __future__ import annotations

from django.db.models import Q

from notices.models import InboundKind, InboundMail, Notice
from offboarding import telling
from offboarding.models import NotificationKind, TerminationCase
from offboarding.telling import Rule, the_owner, watchers

WENT_WRONG = (
    "delivery.refused",
    "delivery.bounced",
    "delivery.uncertain",
    "delivery.unclaimed",
    "delivery.moved",
    "delivery.lost",
    "delivery.alarm",
    "notice.alarm",
)
"""What a delivery's owner or the leads get a task for."""


def who_asked_for_approval(_case: TerminationCase, notice: Notice) -> Q:
    """Whoever asked for the approval of a notice."""
    return Q(pk=notice.approval_requested_by_id)


def _is_a_reply(mail: InboundMail) -> bool:
    return mail.kind == InboundKind.REPLY


def register() -> None:
    """Say whom the record's actions of this app are news for; called from `AppConfig.ready`."""
    for action in WENT_WRONG:
        telling.register(action, Rule(NotificationKind.DELIVERY, (watchers,)))
    telling.register(
        "notice.approved",
        Rule(NotificationKind.DECISION, (who_asked_for_approval, the_owner, watchers)),
    )
    telling.register("inbound.filed", Rule(NotificationKind.CLIENT, (watchers,), _is_a_reply))
