"""What people make of a mail that came in: read, filed, put aside, taken as receipt or dispute."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from audit.services import record
from notices import policies
from notices.errors import NotSettledYet
from notices.inbound import filing, reading
from notices.inbound.keeping import keep_attachments
from notices.language.phrases import say_date
from notices.models import (
    Delivery,
    InboundKind,
    InboundMail,
    InboundOutcome,
    Notice,
    NoticeState,
)
from notices.services import cure_warning
from offboarding.errors import InvalidInput, NotAllowed, Reason, TransitionRefused
from offboarding.lifecycle import State
from offboarding.models import CaseFile, ProofKind, ProofOfReceipt, Question, TerminationCase
from offboarding.services import flags, follow_ups, proofs
from offboarding.services.files import keep_file
from offboarding.services.locking import acting_on, remember
from offboarding.services.tasks import finish_raised


def mark_read(mail: InboundMail, *, by: Actor) -> InboundMail:
    """Tick a mail of a case as read; ticking it twice changes nothing."""
    assert mail.case is not None
    permission = "offboarding.work_on_case"
    with acting_on(mail.case, by=by, permission=permission, even_if_ended=True) as now:
        mail = _locked(mail)
        if mail.handled_at is None:
            _handle(now, mail, InboundOutcome.READ, by=by)
    return mail


def file_by_hand(
    mail: InboundMail, case: TerminationCase, *, by: Actor, delivery: Delivery | None = None
) -> InboundMail:
    """File a mail that matched nothing on a case, with everything that follows from filing.

    Args:
        mail: of no case yet.
        case: where it belongs.
        by: a lead.
        delivery: which of our mails it says came back; not needed where only one can have.

    Raises:
        InvalidInput: several mails of the case may have come back.
        TransitionRefused: somebody has filed it already, or its content was erased.
        NotAllowed: it is another team's to sort.
    """
    permission = "offboarding.work_on_case"
    with acting_on(case, by=by, permission=permission, even_if_ended=True) as now:
        mail = _locked(mail, with_raw=True)
        if mail.case_id is not None:
            raise TransitionRefused(
                [Reason("filed_already", _("Somebody has filed this mail already."))]
            )
        _require_sorting(mail, by)
        _refuse_if_erased(mail)
        said = reading.read(bytes(mail.raw))
        if mail.kind == InboundKind.BOUNCED:
            mail.delivery = _which_came_back(now, said, delivery)
        mail.outcome, mail.handled_at, mail.handled_by = "", None, None
        try:
            filing.file_on(now, mail, said, by=by)
        except NotSettledYet as leaving:
            raise TransitionRefused(
                [
                    Reason(
                        "leaving",
                        _("This mail is being handed over at this moment; try again in a minute."),
                    )
                ]
            ) from leaving
        record(
            stream=filing.STREAM,
            action="inbound.sorted",
            by=by,
            subject=mail,
            details={"case": now.pk},
        )
    return mail


def may_have_come_back(mail: InboundMail, case: TerminationCase) -> list[Delivery]:
    """List the mails of a case among which a person has to choose; none, if there is no choice."""
    if mail.kind != InboundKind.BOUNCED or mail.case_id is not None or mail.erased_at is not None:
        return []
    raw = InboundMail.objects.values_list("raw", flat=True).get(pk=mail.pk)
    found = filing.may_have_come_back(case, reading.read(bytes(raw)))
    return found if len(found) > 1 else []


def _which_came_back(
    case: TerminationCase, said: reading.ReadMail, chosen: Delivery | None
) -> Delivery | None:
    found = filing.may_have_come_back(case, said)
    if chosen is not None:
        if chosen not in found:
            raise InvalidInput("delivery", _("Choose a mail of this case that has left."))
        return chosen
    if len(found) > 1:
        raise InvalidInput(
            "delivery", _("Several mails of this case may have come back; choose which one did.")
        )
    return found[0] if found else None


def _refuse_if_erased(mail: InboundMail) -> None:
    if mail.erased_at is not None:
        raise TransitionRefused(
            [Reason("erased", _("Its content was erased; nothing is left to file."))]
        )


def put_aside(mail: InboundMail, *, by: Actor) -> InboundMail:
    """Say that a mail belongs to no case of ours; it stays on record and can still be filed."""
    with transaction.atomic():
        mail = _locked(mail)
        if mail.case_id is not None:
            raise TransitionRefused(
                [Reason("filed_already", _("Somebody has filed this mail already."))]
            )
        _require_sorting(mail, by)
        if mail.outcome != InboundOutcome.NOT_OURS:
            _close(mail, InboundOutcome.NOT_OURS, by=by)
            record(stream=filing.STREAM, action="inbound.put_aside", by=by, subject=mail)
    return mail


def may_be_of_a_warning(mail: InboundMail) -> bool:
    """Tell whether a person has to say which letter a reply means.

    It answers a cure warning, and the case has gone on to its notice.
    """
    case, delivery = mail.case, mail.delivery
    return (
        case is not None
        and case.state != State.EVALUATION
        and delivery is not None
        and delivery.notice is not None
        and delivery.notice.is_warning
    )


def take_as_receipt(
    mail: InboundMail, *, by: Actor, note: str, of_warning: bool = False
) -> ProofOfReceipt:
    """Say that a reply shows that they have our letter; a team lead has to accept it.

    While the case is evaluated only a cure warning can be meant; afterwards it is the notice,
    whatever thread they answered in, unless the person who read it says otherwise.

    Args:
        mail: a person's reply on a case.
        by: who read it.
        note: which of its words show it.
        of_warning: it speaks of the warning that it answers, though there is a notice now.

    Raises:
        InvalidInput: nothing is said about what in the reply shows it.
        TransitionRefused: a machine wrote it, no notice was sent, or somebody was faster.
    """
    case = _case_of_reply(mail)
    kept: list[CaseFile] = []
    try:
        with acting_on(case, by=by, permission="offboarding.acknowledge") as now:
            mail = _locked(mail)
            if not note.strip():
                raise InvalidInput("note", _("Say which words of the reply show it."))
            _refuse_if_taken(now, mail)
            file = _as_file(now, mail, by=by)
            kept.append(file)
            notice = _letter_meant(now, mail, of_warning=of_warning)
            delivery = mail.delivery
            if delivery is not None and (notice is None or delivery.notice_id != notice.pk):
                delivery = None
            proof = proofs.record_proof(
                now,
                by=by,
                kind=ProofKind.ACCEPTED_REPLY,
                received_at=mail.received_at,
                received_by=mail.sender_name or mail.sender_email,
                notice_number=notice.number if notice else None,
                is_of_warning=notice is not None and notice.is_warning,
                delivery_id=delivery.pk if delivery else None,
                source={"inbound_mail": mail.pk, "sha256": mail.sha256},
                note=note,
                file=file,
            )
            _handle(now, mail, InboundOutcome.RECEIPT, by=by, proof=proof.pk)
            return proof
    except Exception:
        for one in kept:
            one.content.delete(save=False)
        raise


def _letter_meant(case: TerminationCase, mail: InboundMail, *, of_warning: bool) -> Notice | None:
    """Return the letter that a reply speaks of; None stands for the notice, whichever it is."""
    answered = mail.delivery.notice if mail.delivery else None
    if answered is not None and answered.is_warning:
        return answered if of_warning or case.state == State.EVALUATION else None
    if case.state == State.EVALUATION:
        warning = cure_warning.warning_of(case)
        return warning if warning is not None and warning.state == NoticeState.SENT else None
    return answered


def take_as_dispute(mail: InboundMail, *, by: Actor, reason: str) -> TerminationCase:
    """Say that a reply disputes our letter: everything that presses the client stops."""
    case = _case_of_reply(mail)
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        mail = _locked(mail)
        letter = _letter_meant(now, mail, of_warning=False)
        of_warning = letter is not None and letter.is_warning
        disputed = flags.dispute(now, by=by, reason=reason, of_warning=of_warning)
        _handle(now, mail, InboundOutcome.DISPUTE, by=by)
        return disputed


def take_as_question(mail: InboundMail, *, by: Actor, question: str) -> Question:
    """Say that a reply asks something: it is kept as a question, with a task to answer it.

    Raises:
        InvalidInput: the question is empty.
        TransitionRefused: a machine wrote it, or the case has ended.
    """
    case = _case_of_reply(mail)
    with acting_on(case, by=by, permission="offboarding.work_on_case") as now:
        mail = _locked(mail)
        kept = follow_ups.ask_question(
            now,
            by=by,
            text=question,
            asked_by=mail.sender_name or mail.sender_email,
            communication=mail.communication,
        )
        _handle(now, mail, InboundOutcome.QUESTION, by=by, question=kept.pk)
    return kept


def say_a_person_wrote(mail: InboundMail, *, by: Actor) -> InboundMail:
    """Say that a mail which came with a machine's marks was written by a person after all.

    It then is a reply to read, with its files; it proves nothing until somebody takes it for
    something. Saying so twice changes nothing.

    Raises:
        TransitionRefused: it is a report, or of no case.
    """
    if mail.case is None or mail.kind not in (InboundKind.AUTOMATIC, InboundKind.REPLY):
        raise TransitionRefused(
            [Reason("no_words", _("Only a mail on a case can be taken for a person's."))]
        )
    permission = "offboarding.work_on_case"
    with acting_on(mail.case, by=by, permission=permission, even_if_ended=True) as now:
        mail = _locked(mail, with_raw=True)
        if mail.kind == InboundKind.AUTOMATIC:
            said = reading.read(bytes(mail.raw))
            files, mail.files_left_out = keep_attachments(now, said.attachments, by=by)
            mail.kind = InboundKind.REPLY
            mail.save(update_fields=["kind", "files_left_out"])
            mail.files.set(files)
            if mail.communication is not None:
                mail.communication.is_automatic = False
                mail.communication.subject = mail.subject or _("Without a subject")
                mail.communication.save(update_fields=["is_automatic", "subject"])
            remember(
                now,
                "inbound.person_wrote",
                by=by,
                subject=mail,
                details={"signs": mail.signs, "files": [file.pk for file in files]},
            )
    return mail


def receipts_of(mail: InboundMail) -> QuerySet[ProofOfReceipt]:
    """List the receipts that stand and rest on a reply: one at most."""
    return ProofOfReceipt.everything.filter(
        case=mail.case_id,
        kind=ProofKind.ACCEPTED_REPLY,
        source__inbound_mail=mail.pk,
        voided_at=None,
    )


def _refuse_if_taken(case: TerminationCase, mail: InboundMail) -> None:
    taken = receipts_of(mail).select_related("recorded_by").first()
    if taken is None:
        return
    when = timezone.localtime(taken.recorded_at, ZoneInfo(case.time_zone))
    raise TransitionRefused(
        [
            Reason(
                "taken_already",
                _("%(who)s recorded this reply as a receipt on %(date)s at %(time)s.")
                % {
                    "who": taken.recorded_by,
                    "date": say_date(when.date(), get_language() or "en"),
                    "time": f"{when:%H:%M}",
                },
                "receipt",
            )
        ]
    )


def _case_of_reply(mail: InboundMail) -> TerminationCase:
    """Return the case of a person's reply; a machine's mail is never taken for an answer."""
    if mail.case is None or mail.kind != InboundKind.REPLY:
        raise TransitionRefused(
            [Reason("no_reply", _("Only a person's reply on a case can be taken for an answer."))]
        )
    return mail.case


def _as_file(case: TerminationCase, mail: InboundMail, *, by: Actor) -> CaseFile:
    """Keep the reply's words with the case, with the hash of the original.

    The original may quote the client's own link, so it stays in the inbox, for team leads.
    """
    head = (
        f"From: {mail.sender_name} <{mail.sender_email}>\n"
        f"Received: {mail.received_at.isoformat()}\n"
        f"Subject: {mail.subject}\nMessage-ID: {mail.message_id}\n"
        f"SHA-256 of the original: {mail.sha256}\n\n"
    )
    words = ContentFile((head + mail.full_text).encode())
    return keep_file(case, words, by=by, name=f"reply-{mail.pk}.txt")


def _locked(mail: InboundMail, *, with_raw: bool = False) -> InboundMail:
    rows = InboundMail.objects if with_raw else InboundMail.objects.defer("raw")
    return (
        rows.select_for_update(of=("self",))
        .select_related("case", "delivery__notice", "communication")
        .get(pk=mail.pk)
    )


def _require_sorting(mail: InboundMail, by: Actor) -> None:
    if by.user is None or not policies.may_sort(by.user, mail):
        raise NotAllowed(_("Mails that belong to no case are sorted by team leads."))


def _close(mail: InboundMail, outcome: InboundOutcome, *, by: Actor) -> None:
    mail.outcome = outcome
    mail.handled_at = clock.now()
    mail.handled_by = by.colleague
    mail.save(update_fields=["outcome", "handled_at", "handled_by"])


def _handle(
    case: TerminationCase,
    mail: InboundMail,
    outcome: InboundOutcome,
    *,
    by: Actor,
    **details: object,
) -> None:
    _close(mail, outcome, by=by)
    finish_raised(case, f"inbound:{mail.pk}", by=by, outcome=str(outcome.label))
    remember(
        case,
        "inbound.handled",
        by=by,
        subject=mail,
        details={"outcome": outcome.value} | details,
    )
