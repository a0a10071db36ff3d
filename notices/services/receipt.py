"""What a client does on the receipt page: confirm, dispute, ask, or say that it was not them.

The page is open to whoever holds its link, mail filters included. So a confirmation is evidence of
a grade, not a fact: `receipt_signs` looks at it, and only a strong one moves the case by itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from audit.models import ActorKind, AuditEvent
from audit.services import head_prefix
from notices import bell
from notices.errors import BytesDiffer
from notices.letters import composing
from notices.mailing import urls_for_clients
from notices.models import (
    Channel,
    Confirmation,
    Delivery,
    DeliveryState,
    Letter,
    MessageKind,
    Notice,
    NoticeEnclosure,
    NoticeState,
    Rendering,
    RenderingPurpose,
)
from notices.outbox import cure_standing, messages, superseding
from notices.pages import receipt_document
from notices.receipts import signs as receipt_signs
from notices.services.sending import locked_delivery, move
from offboarding.errors import InvalidInput, OffboardingError
from offboarding.models import (
    COUNTS_BY_ITSELF,
    ClientLink,
    Direction,
    LinkPurpose,
    Medium,
    Question,
    TerminationCase,
)
from offboarding.services import flags, follow_ups, links, proofs
from offboarding.services.evidence import keep_communication
from offboarding.services.locking import locked, stream_of
from offboarding.services.tasks import finish_raised

LONGEST_NAME = 200
LONGEST_TEXT = 4_000

UNKNOWN, WITHDRAWN, SUPERSEDED, REPLACED, ENDED = (
    "unknown",
    "withdrawn",
    "superseded",
    "replaced",
    "ended",
)
"""Why a link opens nothing any more; unknown and expired are told apart for nobody."""

_WHY_REVOKED = {"withdrawn": WITHDRAWN, "superseded": SUPERSEDED, "address_changed": REPLACED}
_WHY_BY_STATE = {NoticeState.WITHDRAWN: WITHDRAWN, NoticeState.SUPERSEDED: SUPERSEDED}


class LinkEnded(OffboardingError):
    """The link opens nothing any more.

    Attributes:
        why: `unknown`, `withdrawn`, `superseded`, `replaced` or `ended`.
    """

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


# -- what a link opens -----------------------------------------------------------------------------


def letter_behind(link: ClientLink) -> Letter:
    """Return the sealed letter that a link belongs to, without its bytes.

    Raises:
        LinkEnded: with the reason that may be told.
    """
    if link.expires_at <= clock.now():
        raise LinkEnded(UNKNOWN)
    if link.revoked_at is not None:
        raise LinkEnded(why_revoked(link))
    if link.notice_number is None or link.delivery_id is None:
        raise LinkEnded(UNKNOWN)
    notice = (
        Notice.objects.select_related("office", "case__client__office", "case__owner")
        .filter(case_id=link.case_id, number=link.notice_number)
        .first()
    )
    if notice is None:
        raise LinkEnded(UNKNOWN)
    if notice.state in _WHY_BY_STATE:
        raise LinkEnded(_WHY_BY_STATE[NoticeState(notice.state)])
    letter = notice.letters.defer("pdf").filter(notice_version=notice.version).first()
    if letter is None:
        raise LinkEnded(UNKNOWN)
    letter.notice = notice
    return letter


def why_revoked(link: ClientLink) -> str:
    """Return why a link was ended before its day, as its page says it."""
    return _WHY_REVOKED.get(link.revoked_reason, ENDED)


def owed_link_of(link: ClientLink) -> ClientLink | None:
    """Return the link to what both sides still owe that came with a confirmation, if it holds."""
    found = ClientLink.objects.filter(
        case_id=link.case_id, delivery_id=link.delivery_id, purpose=LinkPurpose.OBLIGATIONS
    ).first()
    return found if found is not None and found.is_valid else None


def standing(link: ClientLink) -> Confirmation | None:
    """Return the confirmation of a link that stands, if there is one; the latest of them."""
    return (
        Confirmation.objects.select_related("proof")
        .filter(link_id=link.pk, proof__voided_at=None)
        .order_by("-confirmed_at", "-pk")
        .first()
    )


def may_be_confirmed_again(confirmation: Confirmation) -> bool:
    """Tell whether a person may still confirm, because the first time was odd and waits.

    A mail filter that pressed the button must not take the client's own act away.
    """
    return confirmation.proof.waits_for_a_lead


def letter_pdf(letter: Letter) -> bytes:
    """Return the sealed bytes, compared with their hash.

    Raises:
        BytesDiffer: they were changed; nobody gets to see them.
    """
    return _compared(bytes(letter.pdf), letter.sha256)


def enclosures_of(notice: Notice) -> list[NoticeEnclosure]:
    """Return what was sealed with a letter, in its order, without the bytes."""
    return list(NoticeEnclosure.objects.filter(notice=notice).defer("pdf"))


def enclosure_of(letter: Letter, position: int) -> NoticeEnclosure:
    """Return one enclosure of a sealed letter by its place.

    Raises:
        LinkEnded: this letter has none there, whatever others have.
    """
    found = NoticeEnclosure.objects.filter(notice=letter.notice, position=position).first()
    if found is None:
        raise LinkEnded(UNKNOWN)
    return found


def receipt_of(confirmation: Confirmation) -> Rendering | None:
    """Return the client's receipt once the worker has set it."""
    rendering = Rendering.objects.filter(confirmation=confirmation).defer("pdf").first()
    return rendering if rendering is not None and rendering.is_good else None


def receipt_failed(confirmation: Confirmation) -> bool:
    """Tell whether the worker gave up on the client's receipt."""
    rendering = Rendering.objects.filter(confirmation=confirmation).defer("pdf").first()
    return rendering is not None and rendering.done_at is not None and not rendering.is_good


def receipt_pdf(confirmation: Confirmation) -> bytes | None:
    """Return the bytes of the client's receipt, or None while the worker is setting them.

    Raises:
        BytesDiffer: they were changed; nobody gets to see them.
    """
    rendering = receipt_of(confirmation)
    if rendering is None or rendering.pdf is None:
        return None
    return _compared(bytes(rendering.pdf), rendering.sha256)


def _compared(pdf: bytes, sha256: str) -> bytes:
    if hashlib.sha256(pdf).hexdigest() != sha256:
        raise BytesDiffer(_("The stored pages differ from the sealed ones. Tell an admin."))
    return pdf


# -- confirming ------------------------------------------------------------------------------------


def confirm(
    link: ClientLink,
    *,
    name: str,
    is_authorised: bool,
    user_agent: str = "",
    remote_address: str = "",
    by_code: bool = False,
    seconds_on_page: float | None = None,
    filled_hidden: bool = False,
) -> Confirmation:
    """Confirm receipt: one effect per link, a second call returns the first confirmation.

    When the first one was odd and no lead has accepted it, a confirmation with nothing odd takes
    its place; the odd one stays on record as voided.

    Args:
        link: as the page found it; read again under the case's lock.
        name: as typed.
        is_authorised: the box "I am the addressee or may receive this for them" was ticked.
        user_agent: what the browser calls itself.
        remote_address: of the network; only a keyed hash of it is kept.
        by_code: the code from the paper letter was typed.
        seconds_on_page: from loading the page to pressing its button.
        filled_hidden: a field was filled in that people do not see.

    Raises:
        InvalidInput: no name, or the box is not ticked.
        LinkEnded: the link opens nothing any more.
    """
    with transaction.atomic():
        case = locked(link.case)
        first = standing(link)
        if first is not None and not may_be_confirmed_again(first):
            return first
        link = case.links.get(pk=link.pk)
        letter = letter_behind(link)
        name = _name(name)
        if not is_authorised:
            raise InvalidInput("is_authorised", _("Tick the box if you may receive this letter."))
        assert link.delivery_id is not None, "letter_behind() lets no such link through"
        delivery = case.deliveries.get(pk=link.delivery_id)
        address_hash = receipt_signs.hash_of_address(remote_address)
        act = receipt_signs.Act(
            name=name,
            by_code=by_code,
            address_hash=address_hash,
            user_agent=user_agent,
            seconds_on_page=seconds_on_page,
            filled_hidden=filled_hidden,
        )
        judgement = receipt_signs.judge(link, delivery, act)
        if first is not None and judgement.grade not in COUNTS_BY_ITSELF:
            return first
        by = Actor.client(name, link_id=link.pk)
        if judgement.grade in COUNTS_BY_ITSELF:
            _settle_a_doubt(case, delivery, by=by)
        if first is not None:
            proofs.void_proof(
                first.proof, by=by, reason=_("A later confirmation with nothing odd replaces it.")
            )
        proof = proofs.record_proof(
            case,
            by=by,
            kind=judgement.kind,
            received_at=clock.now(),
            grade=judgement.grade,
            grade_reason=judgement.reason,
            received_by=name,
            notice_number=link.notice_number,
            is_of_warning=letter.notice.is_warning,
            delivery_id=delivery.pk,
            source={
                "link": link.pk,
                "by_code": by_code,
                "signs": list(judgement.signs),
                "letter_sha256": letter.sha256,
                "seconds_on_page": None if seconds_on_page is None else round(seconds_on_page, 1),
                **_when_it_left(delivery),
            },
        )
        confirmation = Confirmation.objects.create(
            link=link,
            proof=proof,
            name=name,
            confirmed_at=proof.received_at,
            by_code=by_code,
            signs=list(judgement.signs),
            address_hash=address_hash,
            user_agent=user_agent[:300],
            audit_head=head_prefix(stream_of(case)),
        )
        Rendering.objects.create(
            notice=letter.notice,
            notice_version=letter.notice_version,
            confirmation=confirmation,
            purpose=RenderingPurpose.RECEIPT,
        )
        bell.ring("notices.tasks.set_pages_due")
        # What is owed once a relationship ends is no matter of a warning.
        is_warning = letter.notice.is_warning
        owed_link = None if is_warning else _link_to_what_is_owed(case, link, by=by)
        _tell_the_addressee(case, confirmation, letter, delivery, by=by, owed_link=owed_link)
    return confirmation


def _when_it_left(delivery: Delivery) -> dict[str, str]:
    """Keep when the letter was handed over, so that the proof tells how long after it came."""
    if delivery.channel == Channel.REGISTERED_MAIL:
        return {"posted_on": delivery.posted_on.isoformat()} if delivery.posted_on else {}
    return {"left_at": receipt_signs.left_at(delivery).isoformat()}


def _settle_a_doubt(case: TerminationCase, delivery: Delivery, *, by: Actor) -> None:
    """Know by the client's own act that a mail arrived whose handing over nobody saw end."""
    if delivery.state != DeliveryState.UNCERTAIN:
        return
    delivery = locked_delivery(case, delivery)
    left_on = delivery.state_changed_at.astimezone(ZoneInfo(case.time_zone)).date()
    move(
        case,
        delivery,
        DeliveryState.DELIVERED,
        by=by,
        action="delivery.delivered",
        note=_("The client confirmed it on the receipt page."),
    )
    finish_raised(case, f"delivery:{delivery.pk}", by=by, outcome=_("The client confirmed it."))
    superseding.take_effect(case, delivery.notice)
    machine = Actor.machine("notices.dispatch")
    cure_standing.follow(case, delivery.notice, by=machine)
    if delivery.notice is not None and delivery.notice.is_warning:
        return
    proofs.record_service(
        case,
        by=machine,
        served_on=left_on,
        channel=delivery.channel,
        delivery_id=delivery.pk,
    )


def _link_to_what_is_owed(
    case: TerminationCase, link: ClientLink, *, by: Actor
) -> ClientLink | None:
    """Let whoever confirmed go on to what both sides still owe, where anything is listed."""
    if not case.obligations.filter(is_internal=False).exists():
        return None
    return links.issue_link(
        case,
        by=by,
        purpose=LinkPurpose.OBLIGATIONS,
        recipient_name=link.recipient_name,
        notice_number=link.notice_number,
        delivery_id=link.delivery_id,
    )


def _tell_the_addressee(
    case: TerminationCase,
    confirmation: Confirmation,
    letter: Letter,
    delivery: Delivery,
    *,
    by: Actor,
    owed_link: ClientLink | None,
) -> None:
    """Write to the address we know, never to one that was typed: so a stranger's act is seen."""
    contact = composing.notice_recipient(case)
    address = delivery.recipient_email or (contact.email if contact else "")
    if not address:
        return
    notice = letter.notice
    messages.write_message(
        case,
        kind=MessageKind.RECEIPT_CONFIRMED,
        origin=f"receipt:{confirmation.pk}",
        context={
            "confirmed_by": confirmation.name,
            "confirmed_at": receipt_document.say_instant(
                confirmation.confirmed_at, case.time_zone, notice.language
            ),
            "notice_date": notice.notice_date,
            "is_warning": notice.is_warning,
            "letter_sha256": letter.sha256,
            "receipt_url": urls_for_clients.receipt_url(confirmation.link),
            "not_me_url": urls_for_clients.not_me_url(confirmation.link),
            "owed_url": urls_for_clients.owed_url(owed_link) if owed_link else "",
        },
        by=by,
        recipient_name=confirmation.link.recipient_name,
        recipient_email=address,
        references=delivery.internet_message_id,
    )


# -- answering -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Contested:
    """What was said in a dispute through one link.

    Attributes:
        at: when.
        name: as typed, or the addressee's.
        words: the client's own; may be empty when they said that they did not confirm.
        is_about_the_receipt: they said that it was not them who confirmed.
    """

    at: datetime
    name: str
    words: str
    is_about_the_receipt: bool


def contested_through(link: ClientLink) -> list[Contested]:
    """Return what was said through this link in the dispute that is open, oldest first.

    What a colleague noted of a dispute is for colleagues, and what came through somebody else's
    link is theirs.
    """
    if link.case.disputed_at is None:
        return []
    events = AuditEvent.objects.select_related("detail").filter(
        stream=stream_of(link.case),
        action="case.disputed",
        actor_kind=ActorKind.CLIENT,
        actor_ref=f"link:{link.pk}",
        at__gte=link.case.disputed_at,
    )
    return [
        Contested(
            at=event.at,
            name=event.detail.actor_name,
            words=event.detail.after.get("said", event.detail.after["reason"]),
            is_about_the_receipt="said" in event.detail.after,
        )
        for event in events.order_by("seq")
        if event.detail.after
    ]


def dispute(link: ClientLink, *, name: str, text: str, is_a_machines: bool = False) -> bool:
    """Say that the notice is contested; the same words twice are one dispute.

    Args:
        link: as the page found it.
        name: as typed.
        text: what is contested.
        is_a_machines: the act looks like a program's; then a colleague reads it before it stops
            anything, see `receipt_signs.Act`.

    Returns:
        Whether the case is disputed by it.

    Raises:
        InvalidInput: nothing was written.
        LinkEnded: the link opens nothing any more.
    """
    with transaction.atomic():
        case, by, text, letter = _answering(link, name, text)
        if case.is_disputed and case.disputed_reason == text:
            return True
        if is_a_machines:
            subject = _("Perhaps a dispute, perhaps a program that fills in every form")
            _ask(case, by=by, subject=subject, text=f"{subject}: {text}")
            return False
        flags.dispute(case, by=by, reason=text, of_warning=letter.notice.is_warning)
        subject = _("The notice is disputed")
        if letter.notice.is_warning:
            subject = _("The cure warning is disputed")
        _onto_the_timeline(case, by=by, subject=subject, text=text)
    return True


def ask(link: ClientLink, *, name: str, text: str) -> Question:
    """Ask something; the same open question twice is one question.

    Raises:
        InvalidInput: nothing was written.
        LinkEnded: the link opens nothing any more.
    """
    with transaction.atomic():
        case, by, text, _letter = _answering(link, name, text)
        return _ask(case, by=by, subject=_("Question on the receipt page"), text=text)


def wrong_person(link: ClientLink, *, name: str, text: str) -> Question:
    """Say that the letter reached somebody it is not meant for, and who may be.

    Raises:
        InvalidInput: nothing was written.
        LinkEnded: the link opens nothing any more.
    """
    with transaction.atomic():
        case, by, text, _letter = _answering(link, name, text)
        subject = _("Not the right person for the letter")
        return _ask(case, by=by, subject=subject, text=f"{subject}: {text}")


def not_me(
    link: ClientLink, *, name: str = "", text: str = "", is_a_machines: bool = False
) -> bool:
    """Say that somebody else confirmed: the proof falls, and the case is disputed.

    A second call finds nothing that stands and changes nothing.

    Args:
        link: as the page found it.
        name: of whoever says it, the addressee if left out.
        text: what we should know.
        is_a_machines: the act looks like a program's; then a colleague reads it before a receipt
            falls, see `receipt_signs.Act`.

    Returns:
        Whether no confirmation stands any more.

    Raises:
        LinkEnded: the link opens nothing any more.
    """
    with transaction.atomic():
        case = locked(link.case)
        confirmation = standing(link)
        link = case.links.get(pk=link.pk)
        notice = letter_behind(link).notice
        if confirmation is None:
            return True
        by = Actor.client(_tidy(name) or link.recipient_name, link_id=link.pk)
        if is_a_machines:
            subject = _("Perhaps “this was not me”, perhaps a program that presses every button")
            said = f"{subject}. {text.strip()[:LONGEST_TEXT]}".strip()
            _ask(case, by=by, subject=subject, text=said)
            return False
        reason = _("The addressee says that they did not confirm receipt.")
        said = f"{reason} {text.strip()[:LONGEST_TEXT]}".strip()
        # The dispute first: what a fallen acknowledgement starts again must find it.
        own_words = text.strip()[:LONGEST_TEXT]
        case = flags.dispute(case, by=by, reason=said, said=own_words, of_warning=notice.is_warning)
        proofs.void_proof(confirmation.proof, by=by, reason=said)
        _onto_the_timeline(case, by=by, subject=reason, text=text.strip()[:LONGEST_TEXT])
    return True


def _answering(
    link: ClientLink, name: str, text: str
) -> tuple[TerminationCase, Actor, str, Letter]:
    case = locked(link.case)
    link = case.links.get(pk=link.pk)
    letter = letter_behind(link)
    text = text.strip()
    if not text:
        raise InvalidInput("text", _("Write a few words."))
    if len(text) > LONGEST_TEXT:
        raise InvalidInput("text", _("Write at most %(most)d characters.") % {"most": LONGEST_TEXT})
    return case, Actor.client(_tidy(name) or link.recipient_name, link_id=link.pk), text, letter


def _ask(case: TerminationCase, *, by: Actor, subject: str, text: str) -> Question:
    asked = case.questions.filter(text=text, asked_by=by.name, answered_at=None).first()
    if asked is not None:
        return asked
    question = follow_ups.ask_question(case, by=by, text=text, asked_by=by.name)
    _onto_the_timeline(case, by=by, subject=subject, text=text)
    return question


def _onto_the_timeline(case: TerminationCase, *, by: Actor, subject: str, text: str) -> None:
    keep_communication(
        case,
        by=by,
        direction=Direction.INCOMING,
        medium=Medium.PAGE,
        occurred_at=clock.now(),
        subject=subject,
        counterpart=by.name,
        body=text,
    )


def _name(typed: str) -> str:
    name = _tidy(typed)
    if not name:
        raise InvalidInput("name", _("Type your name."))
    return name


def _tidy(typed: str) -> str:
    printable = "".join(sign if sign.isprintable() else " " for sign in typed)
    return " ".join(printable.split())[:LONGEST_NAME]
