"""A case's own mail address: made anew, or taken away, when somebody writes to it who should not.

What comes to an older address is filed nowhere by itself; it waits for a person, with the reason.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices.models import CaseMailAddress
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import TerminationCase
from offboarding.services.locking import acting_on, remember

PERMISSION = "offboarding.change_mail_address"

MOST_RENEWALS = 200
"""Every older address is looked for when a mail comes; nobody needs more of them."""


def renew(case: TerminationCase, *, by: Actor, reason: str) -> CaseMailAddress:
    """Give a case a new address; mails that leave from now on carry it.

    Raises:
        InvalidInput: no reason.
        TransitionRefused: it was renewed far too often.
    """
    with acting_on(case, by=by, permission=PERMISSION, even_if_ended=True) as now:
        row = _row(now, by=by, reason=reason)
        if row.generation >= MOST_RENEWALS:
            raise TransitionRefused(
                [Reason("too_often", _("This address was renewed too often; ask an admin."))]
            )
        row.generation += 1
        row.revoked_at = None
        _keep(now, row, "mail_address.renewed", by=by, reason=reason)
    return row


def revoke(case: TerminationCase, *, by: Actor, reason: str) -> CaseMailAddress:
    """Take the address of a case away; answers to our own mails then wait for a person.

    Revoking twice is revoking once.
    """
    with acting_on(case, by=by, permission=PERMISSION, even_if_ended=True) as now:
        row = _row(now, by=by, reason=reason)
        if row.revoked_at is None:
            row.revoked_at = clock.now()
            _keep(now, row, "mail_address.revoked", by=by, reason=reason)
    return row


def _row(case: TerminationCase, *, by: Actor, reason: str) -> CaseMailAddress:
    if not reason.strip():
        raise InvalidInput("reason", _("Say why; the record keeps it."))
    found = CaseMailAddress.objects.filter(case=case).first()
    return found or CaseMailAddress(case=case, changed_by=by.colleague)


def _keep(
    case: TerminationCase, row: CaseMailAddress, action: str, *, by: Actor, reason: str
) -> None:
    row.changed_at = clock.now()
    row.changed_by = by.colleague
    row.save()
    remember(
        case,
        action,
        by=by,
        details={"generation": row.generation},
        after={"reason": reason.strip()},
    )
