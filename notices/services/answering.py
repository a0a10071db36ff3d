"""Answering a client's question: on the record, and by e-mail to who receives notices."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from clients.models import Contact
from notices.checking import wording
from notices.models import Delivery, InboundMail, MessageKind
from notices.outbox import breathing
from notices.outbox.messages import write_message
from offboarding.errors import InvalidInput
from offboarding.models import Question, TerminationCase
from offboarding.services import follow_ups


def reader_of(case: TerminationCase) -> Contact | None:
    """Return the contact to whom answers go: who receives notices, if they have an address."""
    return case.client.contacts.filter(receives_notices=True).exclude(email="").first()


def answer_by_email(question: Question, *, by: Actor, answer: str) -> Delivery | None:
    """Record an answer and put the mail that carries it into the outbox, both or neither.

    Returns:
        The delivery; None when the same answer was written before.

    Raises:
        InvalidInput: the answer is empty or blames, or the client has no recipient with an address.
        TransitionRefused: somebody has given another answer already.
    """
    with transaction.atomic():
        row = follow_ups.answer_question(question, by=by, answer=answer)
        case = question.case
        reader = reader_of(case)
        if reader is None:
            raise InvalidInput("by_email", _("The client has no recipient with an e-mail address."))
        wording.refuse_what_is_blocked(
            row.answer,
            field="answer",
            language=case.language,
            names=wording.names_in(case.client, case.engagements.all()),
        )
        return write_message(
            case,
            kind=MessageKind.ANSWER,
            origin=f"answer:{row.pk}",
            context={"answer": row.answer, "question": row.text},
            by=by,
            recipient_name=reader.name,
            recipient_email=reader.email,
            references=_mail_that_asked(row),
            depart_at=breathing.departure_of_an_answer(case),
        )


def _mail_that_asked(question: Question) -> str:
    """Return the Message-ID of the mail in which it was asked, so that the answer joins it."""
    if question.communication_id is None:
        return ""
    mails = InboundMail.objects.filter(communication=question.communication_id)
    return mails.values_list("message_id", flat=True).first() or ""
