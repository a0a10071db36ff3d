"""The closing checklist: what people say before a case closes."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from offboarding import policies
from offboarding.errors import InvalidInput
from offboarding.models import Closing, TerminationCase, TheirProperty, WayBack
from offboarding.secret_words import refuse_secrets
from offboarding.services.locking import acting_on, remember

WARNS = (WayBack.REVIEW_FIRST, WayBack.DO_NOT_ENGAGE)
"""Answers that need their reason."""


class FilledInMeanwhile(InvalidInput):
    """Somebody else filled the checklist in after it was read.

    Attributes:
        version: of the checklist as it stands now; whoever has looked at it saves on top of it.
    """

    def __init__(self, sheet: Closing) -> None:
        self.version = sheet.version
        sentence = _(
            "%(name)s filled this in meanwhile, at %(time)s. What you wrote still stands "
            "below; look at theirs in another window, then save yours."
        )
        changed_at = timezone.localtime(sheet.changed_at)
        told = {"name": sheet.changed_by, "time": date_format(changed_at, "H:i T")}
        super().__init__("", sentence % told)


def fill_in(
    case: TerminationCase,
    *,
    by: Actor,
    final_invoice: str = "",
    balance: str = "",
    their_property: str = "",
    property_returned_on: date | None = None,
    property_receipt: str = "",
    controls_now: str = "",
    retain_until: date | None = None,
    way_back: str = "",
    way_back_reason: str = "",
    expected_version: int | None = None,
) -> Closing:
    """Say what the closing checklist asks, as far as it is known; the gates name what is missing.

    Args:
        case: not ended yet.
        by: who says so; “do not engage” is a team lead's to say and to take back.
        final_invoice: its number, or why none is needed.
        balance: what is left to pay, by whom and until when; or that nothing is.
        their_property: a `TheirProperty`.
        property_returned_on: the day on which it was returned.
        property_receipt: who signed for it, and where the receipt is.
        controls_now: who holds accounts, domains, mandates and files from now on.
        retain_until: the day until which the case is kept.
        way_back: a `WayBack`.
        way_back_reason: why, in words the client could read.
        expected_version: of the checklist that was read, 0 for none yet.

    Raises:
        InvalidInput: a value that cannot be kept.
        FilledInMeanwhile: somebody else was faster.
        NotAllowed: the actor does not work on the case.
    """
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        sheet = Closing.objects.select_for_update().filter(case=now).first() or Closing(
            case=now, version=0
        )
        if expected_version is not None and sheet.version != expected_version:
            raise FilledInMeanwhile(sheet)
        said: dict[str, object] = {
            "final_invoice": final_invoice.strip(),
            "balance": balance.strip(),
            "their_property": their_property,
            "property_returned_on": property_returned_on,
            "property_receipt": property_receipt.strip(),
            "controls_now": controls_now.strip(),
            "retain_until": retain_until,
            "way_back": way_back,
            "way_back_reason": way_back_reason.strip(),
        }
        refuse_secrets(
            balance=balance,
            property_receipt=property_receipt,
            controls_now=controls_now,
            way_back_reason=way_back_reason,
        )
        _check_property(now, their_property, property_returned_on, property_receipt)
        if retain_until is not None and retain_until <= clock.today(now.time_zone):
            raise InvalidInput("retain_until", _("Choose a day after today."))
        _check_way_back(now, sheet, way_back, way_back_reason.strip(), by=by)
        before = {name: getattr(sheet, name) for name in said}
        changed = {name: value for name, value in said.items() if before[name] != value}
        if not changed and sheet.pk:
            return sheet
        if changed.keys() & {"way_back", "way_back_reason"}:
            sheet.way_back_by = by.user if way_back else None
            sheet.way_back_at = clock.now() if way_back else None
        for name, value in said.items():
            setattr(sheet, name, value)
        sheet.version += 1
        sheet.changed_at = clock.now()
        sheet.changed_by = by.name
        sheet.save()
        remember(
            now,
            "closing.filled_in",
            by=by,
            subject=sheet,
            details={"fields": sorted(changed), "way_back": way_back},
            before={name: str(before[name] or "") for name in changed},
            after={name: str(value or "") for name, value in changed.items()},
        )
    return sheet


def _check_property(
    case: TerminationCase, what: str, returned_on: date | None, receipt: str
) -> None:
    if what != TheirProperty.RETURNED:
        return
    if returned_on is None:
        raise InvalidInput("property_returned_on", _("Say on which day it was returned."))
    if returned_on > clock.today(case.time_zone):
        raise InvalidInput("property_returned_on", _("This day has not come yet."))
    if not receipt.strip():
        raise InvalidInput("property_receipt", _("Say who signed for it, and where that is filed."))


def _check_way_back(
    case: TerminationCase, sheet: Closing, way_back: str, reason: str, *, by: Actor
) -> None:
    if way_back in WARNS and not reason:
        raise InvalidInput(
            "way_back_reason", _("Say why; whoever meets the client again reads it.")
        )
    if (sheet.way_back, sheet.way_back_reason) == (way_back, reason):
        return
    if WayBack.DO_NOT_ENGAGE in (way_back, sheet.way_back) and not policies.may(
        by, "offboarding.bar_return", case
    ):
        raise InvalidInput(
            "way_back", _("“Do not engage” is a team lead's to say and to take back; ask one.")
        )
