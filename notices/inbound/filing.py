"""One mail that came in becomes one row, filed where it belongs, with what follows, or not at all.

The poller and the webhooks both end here. A message that was taken in before, by this road or by
another, changes nothing but a counter, so both may hand over the same one as often as they like.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actor import Actor
from accounts.models import Team, User
from audit import clock
from audit.services import record
from clients.models import Contact
from notices.inbound import delivery_news, forwarded, matching, reports, signs
from notices.inbound.delivery_news import MACHINE
from notices.inbound.keeping import keep_attachments
from notices.inbound.matching import Match
from notices.inbound.reading import ReadMail, one_line, read
from notices.mailing import link_masking
from notices.mailing.mail import named_case
from notices.models import (
    Channel,
    Delivery,
    DeliveryEvent,
    InboundKind,
    InboundMail,
    MatchedBy,
)
from offboarding.models import (
    CaseFile,
    Communication,
    Direction,
    Medium,
    TaskKind,
    TerminationCase,
)
from offboarding.services.evidence import keep_communication
from offboarding.services.locking import locked, remember
from offboarding.services.tasks import keep_task

log = structlog.get_logger(__name__)

STREAM = "inbox:all"
"""The chain of what happens to mails that belong to no case."""


def take_in(
    raw: bytes,
    *,
    road: str,
    received_at: datetime | None = None,
    envelope_recipient: str = "",
    envelope_sender: str | None = None,
) -> InboundMail:
    """Take one message in, once.

    Args:
        raw: its bytes.
        road: "imap", or the provider that brought it.
        received_at: when the mail server had it; now if left out or out of reason.
        envelope_recipient: the address it was handed over for, where the road tells it.
        envelope_sender: who gets its failures, where the road tells it; empty for nobody.

    Raises:
        NotSettledYet: it reports on a mail that is being handed over at this moment; come again.
    """
    sha256 = hashlib.sha256(raw).hexdigest()
    before = _again(sha256=sha256)
    if before is not None:
        return before
    mail = read(raw, envelope_recipient=envelope_recipient, envelope_sender=envelope_sender)
    try:
        with transaction.atomic():
            return _take_in(raw, mail, road, received_at, envelope_recipient)
    except IntegrityError:
        # Somebody else took the same message in at the same moment.
        before = _again(sha256=sha256)
        if before is None:
            raise
        return before


def refuse_too_large(
    *, size_bytes: int, road: str, known_as: str, head: bytes = b"", limit_bytes: int
) -> InboundMail:
    """Keep that a mail was too large to take in, once; a person asks for it in another way.

    Args:
        size_bytes: of the whole.
        road: "imap", or the provider that brought it.
        known_as: tells this mail from others, so that a second try makes no second row.
        head: its headers, where they could be read.
        limit_bytes: the most that is taken in.
    """
    sha256 = hashlib.sha256(f"too large:{road}:{known_as}".encode()).hexdigest()
    before = _again(sha256=sha256)
    if before is not None:
        return before
    mail = read(head)
    found = matching.match(mail)
    told = _("This mail has %(size)d MB; up to %(limit)d MB are taken in. It was not kept.") % {
        "size": round(size_bytes / 1024 / 1024),
        "limit": limit_bytes // 1024 // 1024,
    }
    log.warning("inbound.too_large", road=road, size=size_bytes)
    try:
        with transaction.atomic():
            case = _case_of(found)
            row = InboundMail.objects.create(
                sha256=sha256,
                fingerprint=sha256,
                message_id=mail.message_id[:500],
                raw=head,
                size_bytes=size_bytes,
                road=road,
                sender_name=mail.sender_name,
                sender_email=mail.sender_email,
                subject=mail.subject or _("A mail that was too large"),
                words=told,
                full_text=told,
                kind=InboundKind.TOO_LARGE,
                case=case,
                delivery=found.delivery if case else None,
                matched_by=found.by or "" if case else "",
                team=None if case else _team_of(found, mail),
                old_address_of_id=found.old_address_of,
                filed_at=clock.now() if case else None,
                filed_by=MACHINE.name if case else "",
            )
            if case is None:
                _remember_unmatched(row)
            else:
                _remember_filed(case, row, by=MACHINE)
                _ask_to_read(case, row, title=_("A mail of the client was too large to take in"))
            return row
    except IntegrityError:
        before = _again(sha256=sha256)
        if before is None:
            raise
        return before


def _again(**known: str) -> InboundMail | None:
    """Return the row of a message that came before, counting that it came again."""
    row = InboundMail.objects.defer("raw").filter(**known).first()
    if row is not None:
        InboundMail.objects.filter(pk=row.pk).update(times_received=F("times_received") + 1)
    return row


def _take_in(
    raw: bytes,
    mail: ReadMail,
    road: str,
    received_at: datetime | None,
    envelope_recipient: str,
) -> InboundMail:
    found = matching.match(mail, envelope_recipient=envelope_recipient)
    case = _case_of(found)
    before = _again(fingerprint=mail.fingerprint(found.name))
    if before is not None:
        return before
    kind, marks = signs.kind_of(mail)
    if kind == InboundKind.REPLY and _is_of_a_colleague(mail):
        kind = InboundKind.COLLEAGUE
    now = clock.now()
    row = InboundMail.objects.create(
        sha256=mail.sha256,
        fingerprint=mail.fingerprint(found.name),
        message_id=mail.message_id[:500],
        raw=raw,
        size_bytes=len(raw),
        road=road,
        received_at=min(received_at, now) if received_at else now,
        sender_name=mail.sender_name,
        sender_email=mail.sender_email,
        subject=mail.subject,
        # Answers quote our mails; the link in them is the client's alone.
        words=link_masking.mask(mail.words),
        full_text=link_masking.mask(mail.text) or (_TOO_CROWDED() if mail.is_too_crowded else ""),
        kind=kind,
        signs=marks,
        case=case,
        delivery=found.delivery if case else None,
        matched_by=found.by or "" if case else "",
        team=None if case else _team_of(found, mail),
        old_address_of_id=found.old_address_of,
    )
    if case is None:
        _remember_unmatched(row)
    else:
        file_on(case, row, mail, by=MACHINE)
    return row


def _TOO_CROWDED() -> str:
    return _("This mail has too many parts to be read here. The original is kept.")


def _case_of(found: Match) -> TerminationCase | None:
    if found.case_id is None:
        return None
    return locked(TerminationCase(pk=found.case_id))


def _is_of_a_colleague(mail: ReadMail) -> bool:
    """A sender can be forged: a mail that claims to be a colleague's counts for less, not more."""
    return User.objects.filter(email__iexact=mail.sender_email, is_active=True).exists()


def _team_of(found: Match, mail: ReadMail) -> Team | None:
    """Return whose leads say where a mail of no case belongs; all leads, where nobody knows."""
    if found.old_address_of is not None:
        return Team.objects.get(cases=found.old_address_of)
    return _team_of_sender(mail.sender_email)


def _team_of_sender(address: str) -> Team | None:
    """Return the one team that knows a sender; it narrows who looks, and files nothing."""
    if not address:
        return None
    teams = Contact.objects.filter(email__iexact=address).values_list("client__team", flat=True)
    known = set(teams[:50])
    return Team.objects.filter(pk=known.pop()).first() if len(known) == 1 else None


# -- filing ----------------------------------------------------------------------------------------


def file_on(case: TerminationCase, row: InboundMail, mail: ReadMail, *, by: Actor) -> None:
    """File a mail on a case, with what follows from it; call with the case locked.

    Args:
        case: where it belongs.
        row: the mail; it is saved here.
        mail: the same, read.
        by: the machine that matched it, or the person who did.
    """
    row.case = case
    row.filed_at = clock.now()
    row.filed_by = by.name
    if by.kind == "person":
        row.matched_by = MatchedBy.PERSON
    if row.delivery is not None and row.kind in _ABOUT_A_DELIVERY:
        _tell_the_delivery(case, row, mail, by=by)
    # A report that names no delivery of ours changes none, so at least people see it.
    if row.kind in _SAID or row.delivery is None:
        original = None
        if row.kind == InboundKind.COLLEAGUE:
            original = forwarded.original_of(mail, zone=case.time_zone)
        attachments = [*mail.attachments, *(original.attachments if original else ())]
        files: list[CaseFile] = []
        if row.kind in _PEOPLES:
            files, row.files_left_out = keep_attachments(case, attachments, by=MACHINE)
        row.communication = (
            _forwarded_onto_the_timeline(case, row, mail, original, files)
            if row.kind == InboundKind.COLLEAGUE
            else _onto_the_timeline(case, row, files)
        )
        row.save()
        row.files.set(files)
    row.save()
    _remember_filed(case, row, by=by)
    if row.kind == InboundKind.REPLY:
        _ask_to_read(case, row, title=_("Read what the client wrote"))
    elif row.kind == InboundKind.COLLEAGUE:
        _ask_to_read(case, row, title=_("Look at the mail that a colleague sent to the case"))
    elif row.kind == InboundKind.TOO_LARGE:
        _ask_to_read(case, row, title=_("A mail of the client was too large to take in"))
    elif row.kind == InboundKind.AUTOMATIC and signs.may_be_a_persons(row.signs):
        _ask_to_read(case, row, title=_("Look whether a person wrote this; it came as bulk mail"))
    elif row.kind == InboundKind.AUTOMATIC and row.delivery and signs.is_of_a_mail_server(mail):
        _ask_to_read(case, row, title=_("A mail server wrote about our mail; look what it says"))


_PEOPLES = (InboundKind.REPLY, InboundKind.COLLEAGUE)

_SAID = (*_PEOPLES, InboundKind.AUTOMATIC, InboundKind.READ_RECEIPT)

_ABOUT_A_DELIVERY = (
    InboundKind.BOUNCED,
    InboundKind.DELAYED,
    InboundKind.DELIVERED,
    InboundKind.READ_RECEIPT,
)


def _tell_the_delivery(
    case: TerminationCase, row: InboundMail, mail: ReadMail, *, by: Actor
) -> None:
    assert row.delivery is not None
    if row.kind == InboundKind.READ_RECEIPT:
        DeliveryEvent.objects.create(
            delivery=row.delivery,
            state=row.delivery.state,
            note=_("A mail program reports that it was opened. That proves nothing."),
            by=MACHINE.name,
        )
        return
    found = reports.statuses(mail)
    status = delivery_news.status_for(row.delivery, found)
    is_bounce = row.kind == InboundKind.BOUNCED
    if is_bounce and not found and _names_whom_it_could_not_reach(row, mail):
        # A server that writes no report, only whom it could not reach.
        answer = one_line(mail.words)[:400]
        status = reports.Status(reports.Action.FAILED, row.delivery.recipient_email, answer=answer)
    if status is None and is_bounce and by.kind == "person":
        # No machine could read which mail it is about; somebody has said it.
        answer = one_line(mail.words)[:400]
        status = reports.Status(reports.Action.FAILED, row.delivery.recipient_email, answer=answer)
    if status is not None:
        delivery_news.tell(case, row.delivery, status, source=row.pk)


def _names_whom_it_could_not_reach(row: InboundMail, mail: ReadMail) -> bool:
    assert row.delivery is not None
    recipient = row.delivery.recipient_email.casefold()
    named = mail.marks.get("x-failed-recipients", "").casefold()
    if named:
        return recipient in named
    # Only a server that had our mail knows the address made for this one delivery.
    return recipient in mail.text.casefold() or row.matched_by == MatchedBy.DELIVERY_ADDRESS


def may_have_come_back(case: TerminationCase, mail: ReadMail) -> list[Delivery]:
    """List the mails of a case that a failure may be about: those to the address it names, if any.

    A forwarded mail fails under another address; then it may be any that left.
    """
    out = case.deliveries.filter(channel=Channel.EMAIL, state__in=delivery_news.IS_OUT)
    rows = list(out.defer("mime").select_related("notice", "message").order_by("-pk"))
    told = {status.recipient.casefold() for status in reports.statuses(mail)}
    told.add(mail.marks.get("x-failed-recipients", "").strip().casefold())
    named = [row for row in rows if row.recipient_email.casefold() in told]
    return named or rows


def _onto_the_timeline(
    case: TerminationCase, row: InboundMail, files: list[CaseFile]
) -> Communication:
    subject = row.subject or _("Without a subject")
    if row.kind != InboundKind.REPLY:
        subject = _("Automatic: %(subject)s") % {"subject": subject}
    named = f"{row.sender_name} <{row.sender_email}>" if row.sender_name else row.sender_email
    return keep_communication(
        case,
        by=MACHINE,
        direction=Direction.INCOMING,
        medium=Medium.EMAIL,
        occurred_at=row.received_at,
        counterpart=named,
        subject=subject,
        body=row.words or row.full_text,
        is_automatic=row.kind != InboundKind.REPLY,
        file=files[0] if len(files) == 1 else None,
    )


def _forwarded_onto_the_timeline(
    case: TerminationCase,
    row: InboundMail,
    mail: ReadMail,
    original: forwarded.Original | None,
    files: list[CaseFile],
) -> Communication:
    """File what a colleague forwards under its own sender and day, as far as they can be read."""
    who = row.sender_name or row.sender_email
    file = files[0] if len(files) == 1 else None
    if original is None:
        # Sent to the client with the case in copy, or a note to the case alone: ours either way.
        others = [to for to in mail.recipients if named_case(to) is None]
        return keep_communication(
            case,
            by=MACHINE,
            direction=Direction.OUTGOING,
            medium=Medium.EMAIL,
            occurred_at=row.received_at,
            counterpart=", ".join(others) or who,
            subject=row.subject or _("Without a subject"),
            body=row.words or row.full_text,
            file=file,
        )
    now = clock.now()
    is_dated = original.sent_at is not None and original.sent_at <= now
    told = [
        _("Forwarded by %(who)s on %(date)s.")
        % {"who": who, "date": date_format(row.received_at, "j F Y")}
    ]
    if not is_dated:
        told.append(_("The day on which it was sent could not be read out."))
    ours = User.objects.filter(email__iexact=original.sender_email).exists()
    return keep_communication(
        case,
        by=MACHINE,
        direction=Direction.OUTGOING if ours else Direction.INCOMING,
        medium=Medium.EMAIL,
        occurred_at=original.sent_at if is_dated and original.sent_at else row.received_at,
        counterpart=", ".join(original.recipients) if ours else original.sender,
        subject=original.subject or row.subject or _("Without a subject"),
        body=f"{' '.join(told)}\n\n{link_masking.mask(original.words)}",
        file=file,
    )


def _ask_to_read(case: TerminationCase, row: InboundMail, *, title: str) -> None:
    keep_task(
        case,
        kind=TaskKind.LOOK_AT,
        title=title,
        details=one_line(row.words)[:400],
        assignee=case.owner,
        due_on=clock.today(case.time_zone),
        by=MACHINE,
        origin=f"inbound:{row.pk}",
    )


# -- the record ------------------------------------------------------------------------------------


def _remember_filed(case: TerminationCase, row: InboundMail, *, by: Actor) -> None:
    remember(
        case,
        "inbound.filed",
        by=by,
        subject=row,
        details={
            "kind": row.kind,
            "matched_by": row.matched_by,
            "delivery": row.delivery_id,
            "sha256": row.sha256,
            "size_bytes": row.size_bytes,
            "signs": row.signs,
            "files": [str(pk) for pk in row.files.values_list("pk", flat=True)],
        },
        after={"sender": row.sender_email, "subject": row.subject},
    )


def _remember_unmatched(row: InboundMail) -> None:
    record(
        stream=STREAM,
        action="inbound.unmatched",
        by=MACHINE,
        subject=row,
        details={"kind": row.kind, "sha256": row.sha256, "size_bytes": row.size_bytes},
        after={"sender": row.sender_email, "subject": row.subject},
    )
