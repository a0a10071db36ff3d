"""Replies written by hand: begun from calm words, changed, looked at, sent with time to undo."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices.checking.findings import Finding
from notices.errors import ChangedMeanwhile
from notices.language import placeholders
from notices.language.phrases import language_of
from notices.mailing import mail
from notices.models import Delivery, MessageKind, Reply, TextBlock
from notices.outbox import breathing, messages
from notices.services import answering, sending, text_blocks
from offboarding.errors import InvalidInput, Reason, TransitionRefused
from offboarding.models import Reaction, TerminationCase
from offboarding.services.locking import acting_on, remember

MOST_CHARACTERS = 6_000

_GAP = re.compile(f"…|{placeholders.LEFT_OPEN.pattern}")
"""What calm words leave open for a person to fill in, also as other programs write it."""

_SUBJECTS = {"en": "Our work for {client}", "de": "Unsere Arbeit für {client}"}


def begin_reply(case: TerminationCase, *, by: Actor, reaction: Reaction | None = None) -> Reply:
    """Begin a reply to the client, from the team's calm words for a reaction if there is one.

    The same reaction gives the same reply.
    """
    with acting_on(case, by=by, permission="offboarding.send_notice") as now:
        if reaction is not None:
            reaction = now.reactions.get(pk=reaction.pk)
            existing = Reply.objects.filter(reaction=reaction).first()
            if existing is not None:
                return existing
        language = language_of(now.language)
        reader = answering.reader_of(now)
        block = text_blocks.calm_reply(now.team, reaction.kind, language) if reaction else None
        reply = Reply.objects.create(
            case=now,
            reaction=reaction,
            author=by.colleague,
            language=language,
            recipient_name=reader.name if reader else "",
            recipient_email=reader.email if reader else "",
            subject=_SUBJECTS[language].format(client=now.client.name)[:150],
            text=block.text if block else "",
            changed_by=by.name,
        )
        remember(
            now,
            "reply.begun",
            by=by,
            subject=reply,
            details={
                "reaction": reaction.pk if reaction else None,
                "block": block.pk if block else None,
            },
        )
    return reply


def edit_reply(reply: Reply, *, by: Actor, expected_version: int, subject: str, text: str) -> Reply:
    """Change a reply that is not in the outbox.

    Raises:
        ChangedMeanwhile: somebody saved another version since this one was read.
        InvalidInput: it has no subject or no text, or is too long.
        TransitionRefused: it is in the outbox, or gone.
    """
    with acting_on(reply.case, by=by, permission="offboarding.send_notice") as now:
        reply = _draft(now, reply)
        if reply.version != expected_version:
            raise ChangedMeanwhile(who=reply.changed_by, when=reply.changed_at)
        return _write(now, reply, by=by, subject=subject, text=text)


def insert_block(reply: Reply, block: TextBlock, *, by: Actor, expected_version: int) -> Reply:
    """Put a copy of a block's words at the end of a reply."""
    with acting_on(reply.case, by=by, permission="offboarding.send_notice") as now:
        reply = _draft(now, reply)
        if reply.version != expected_version:
            raise ChangedMeanwhile(who=reply.changed_by, when=reply.changed_at)
        found = text_blocks.blocks_of(now.team).filter(pk=block.pk).first()
        if found is None:
            raise InvalidInput("block", _("Your team has no such text block."))
        text = f"{reply.text.rstrip()}\n\n{found.text}".strip()
        return _write(now, reply, by=by, subject=reply.subject, text=text)


def send_reply(reply: Reply, *, by: Actor, expected_version: int) -> Delivery:
    """Put a reply into the outbox; after anger it waits for half an hour at least.

    Raises:
        ChangedMeanwhile: somebody changed it since it was looked at.
        TransitionRefused: it cannot leave as it is, or was sent already.
    """
    with acting_on(reply.case, by=by, permission="offboarding.send_notice") as now:
        reply = _locked(now, reply)
        if reply.delivery is not None and not reply.is_draft:
            return reply.delivery
        if reply.version != expected_version:
            raise ChangedMeanwhile(who=reply.changed_by, when=reply.changed_at)
        reasons = reasons_not_to_send(reply)
        if reasons:
            raise TransitionRefused(reasons)
        reply.times_queued += 1
        delivery = messages.write_message(
            now,
            kind=MessageKind.REPLY,
            origin=f"reply:{reply.pk}:{reply.times_queued}",
            context=_words(reply),
            by=by,
            recipient_name=reply.recipient_name,
            recipient_email=reply.recipient_email,
            depart_at=breathing.departure_of_a_reply(now),
        )
        assert delivery is not None
        reply.delivery = delivery
        reply.save(update_fields=["delivery", "times_queued"])
        remember(
            now,
            "reply.queued",
            by=by,
            subject=reply,
            details={
                "delivery": delivery.pk,
                "departs_at": delivery.departs_at.isoformat(),
                "breather": breathing.is_needed(now),
            },
            after={"subject": reply.subject, "text": reply.text},
        )
    return delivery


def take_reply_back(reply: Reply, *, by: Actor) -> None:
    """Take a reply out of the outbox; it is a draft again.

    Raises:
        TransitionRefused: it has left or is leaving.
    """
    if reply.delivery is not None:
        sending.take_back(reply.delivery, by=by)


def reasons_not_to_send(reply: Reply) -> list[Reason]:
    """Return what keeps a reply from leaving as it is."""
    reasons = []
    if not reply.recipient_email:
        reasons.append(
            Reason(
                "no_reader",
                _("The client has no recipient with an e-mail address; call instead."),
                "people",
            )
        )
    if not reply.text.strip():
        reasons.append(Reason("nothing_said", _("The reply has no words yet."), ""))
    if gap := _GAP.search(reply.text):
        reasons.append(
            Reason("gap_left", _("A gap is left to fill in: %(gap)s") % {"gap": gap[0]}, "")
        )
    if reply.case.is_sending_held:
        reasons.append(
            Reason(
                "sending_held",
                _("A claim was threatened: nothing is sent until a team lead lets it go on."),
                "flags",
            )
        )
    reasons += [Reason(found.code, found.text, "") for found in findings_of(reply) if found.stops]
    return reasons


def findings_of(reply: Reply) -> list[Finding]:
    """Return what the wording patterns find in a reply, the gravest first."""
    return text_blocks.findings_of(
        f"{reply.subject}\n\n{reply.text}", reply.language, client=reply.case.client
    )


def preview(reply: Reply) -> tuple[str, str]:
    """Return subject and text of the mail as it would leave now."""
    words = messages.usual_context(reply.case) | _words(reply)
    words |= {"recipient_name": reply.recipient_name}
    subject, text, _html = mail.render_email(MessageKind.REPLY, words, reply.language)
    return subject, text


def _words(reply: Reply) -> dict[str, str]:
    return {"subject_line": reply.subject, "reply": reply.text}


def _locked(case: TerminationCase, reply: Reply) -> Reply:
    reply = case.replies.select_for_update(of=("self",)).select_related("delivery").get(pk=reply.pk)
    reply.case = case
    return reply


def _draft(case: TerminationCase, reply: Reply) -> Reply:
    reply = _locked(case, reply)
    if not reply.is_draft:
        raise TransitionRefused(
            [Reason("in_the_outbox", _("It is in the outbox or gone; take it back first."), "")]
        )
    return reply


def _write(case: TerminationCase, reply: Reply, *, by: Actor, subject: str, text: str) -> Reply:
    subject, text = " ".join(subject.split()), text.strip()
    if not subject:
        raise InvalidInput("subject", _("Give the mail a subject."))
    if not text:
        raise InvalidInput("text", _("Write what the client reads."))
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput("text", _("This is longer than 6,000 characters."))
    if (reply.subject, reply.text) == (subject, text):
        return reply
    reply.subject, reply.text = subject, text
    reply.version += 1
    reply.changed_at = clock.now()
    reply.changed_by = by.name
    reply.save()
    remember(
        case,
        "reply.changed",
        by=by,
        subject=reply,
        details={"version": reply.version},
        after={"subject": subject, "text": text},
    )
    return reply
