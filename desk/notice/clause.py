"""A notice clause as a colleague would say it."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Engagement, NoticeForm, NoticeMethod
from offboarding import terms
from offboarding.selectors import notice_period_of


def sentences(engagement: Engagement) -> list[str]:
    """Say how an agreement may be ended, one sentence for each rule of its clause."""
    return [_period(engagement), _way(engagement), *_signature(engagement), *_cure(engagement)]


def _period(engagement: Engagement) -> str:
    period = notice_period_of(engagement)
    if period is None:
        return _("No notice period: it may end on the day the notice is received.")
    rule = terms.Rule(period.code, period.count, str(period.unit), period.to_end_of_month)
    return _("Notice of %(period)s.") % {"period": terms.describe(rule, translation)}


def _way(engagement: Engagement) -> str:
    address = ", ".join(engagement.notice_address.splitlines())
    match engagement.notice_method:
        case NoticeMethod.REGISTERED_MAIL if address:
            return _("By registered mail to %(address)s.") % {"address": address}
        case NoticeMethod.REGISTERED_MAIL:
            return _("By registered mail.")
        case NoticeMethod.EMAIL if engagement.notice_email:
            return _("By e-mail to %(address)s.") % {"address": engagement.notice_email}
        case NoticeMethod.EMAIL:
            return _("By e-mail.")
        case _:
            return _("No way of sending is named.")


def _signature(engagement: Engagement) -> list[str]:
    count = engagement.signatories_required
    if engagement.notice_form == NoticeForm.INK:
        return [
            ngettext(
                "Signed in ink by %(count)d person.", "Signed in ink by %(count)d people.", count
            )
            % {"count": count}
        ]
    return [_("Signed by %(count)d people.") % {"count": count}] if count > 1 else []


def _cure(engagement: Engagement) -> list[str]:
    days = engagement.cure_days
    if not days:
        return []
    return [
        ngettext(
            "Before a notice for cause the client has %(count)d day to put things right.",
            "Before a notice for cause the client has %(count)d days to put things right.",
            days,
        )
        % {"count": days}
    ]
