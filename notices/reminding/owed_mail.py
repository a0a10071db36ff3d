"""The list of what both sides still owe, as a mail with a link of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from accounts.actor import Actor
from audit import clock
from notices.language.phrases import language_of
from notices.letters import composing
from notices.mailing import mail, urls_for_clients
from notices.models import Delivery, DeliveryState, Message, MessageKind, NoticeKind
from notices.outbox.messages import usual_context, write_message
from notices.receipts import chasing
from offboarding.lifecycle import State
from offboarding.models import ClientLink, LinkPurpose, Obligation, Party, TerminationCase
from offboarding.services import links

KNOWN_IN = frozenset(
    {State.ACKNOWLEDGED, State.OBLIGATIONS_FULFILLED, State.TRANSITION, State.FOLLOW_UP}
)
"""The stages in which the client knows of the ending, so that a list is no surprise."""

_FAILED = (DeliveryState.REFUSED, DeliveryState.BOUNCED)


def reader_of(case: TerminationCase) -> tuple[str, str]:
    """Return name and address of whom the notice went to, or of the contact for notices.

    The address is empty where there is none that works.
    """
    notice = chasing.chased_notice(case)
    name, address = "", ""
    if notice is not None and notice.recipient_email:
        name, address = notice.recipient_name, notice.recipient_email
    else:
        contact = composing.notice_recipient(case)
        if contact is not None:
            name, address = contact.name, contact.email
    failed = case.deliveries.filter(recipient_email=address, state__in=_FAILED)
    # A warning that came back says nothing of the notice that was sent after it.
    failed = failed.exclude(notice__kind=NoticeKind.CURE_WARNING)
    if address and failed.exists():
        return name, ""
    return name, address


def shown_to_the_client(case: TerminationCase) -> list[Obligation]:
    """Return what the client may read of what is owed: everything but what is only for us."""
    return list(case.obligations.filter(is_internal=False).prefetch_related("waits_for"))


def write_list(
    case: TerminationCase,
    *,
    kind: MessageKind,
    origin: str,
    by: Actor,
    due: Sequence[Obligation] = (),
    note: str = "",
) -> Delivery | None:
    """Write and queue the mail with the list; call inside a transaction with the case locked.

    Args:
        case: what is owed on it.
        kind: the list itself, or a reminder of what is due.
        origin: what caused it; a second call with it does nothing.
        by: who causes it.
        due: what a reminder is about.
        note: a person's own words above the list.

    Returns:
        The delivery; None where it was written before or no address works.
    """
    name, address = reader_of(case)
    if not address or Message.objects.filter(case=case, origin=origin).exists():
        return None
    link = links.issue_link(case, by=by, purpose=LinkPurpose.OBLIGATIONS, recipient_name=name)
    delivery = write_message(
        case,
        kind=kind,
        origin=origin,
        context=words_of(case, due=due, note=note) | {"owed_url": urls_for_clients.owed_url(link)},
        by=by,
        recipient_name=name,
        recipient_email=address,
    )
    if delivery is not None:
        # The link belongs to the mail that carries it, and ends with a change of its address.
        ClientLink.objects.filter(pk=link.pk).update(delivery_id=delivery.pk)
    return delivery


def preview(case: TerminationCase, *, note: str = "") -> tuple[str, str]:
    """Return subject and text of the list as it would be sent now."""
    name, _address = reader_of(case)
    words: dict[str, Any] = usual_context(case) | words_of(case, note=note)
    words |= {"recipient_name": name, "owed_url": urls_for_clients.owed_url_to_come()}
    subject, text, _html = mail.render_email(MessageKind.OWED, words, language_of(case.language))
    return subject, text


def words_of(
    case: TerminationCase, *, due: Sequence[Obligation] = (), note: str = ""
) -> dict[str, Any]:
    """Return what the mails say of what is open: a line for each, with its day and its money."""
    language = language_of(case.language)
    today = clock.today(case.time_zone)
    rows = [row for row in shown_to_the_client(case) if not row.is_settled and not row.is_ticked]

    def lines(chosen: Iterable[Obligation]) -> list[str]:
        return [composing.obligation_line(row, row.due_on, language, today=today) for row in chosen]

    effective_on = case.effective_on
    return {
        "has_ended": effective_on is not None and effective_on < today,
        "ours": lines(row for row in rows if row.is_ours),
        "theirs": lines(row for row in rows if row.party == Party.CLIENTS),
        "due": lines(due),
        "note": note.strip(),
    }
