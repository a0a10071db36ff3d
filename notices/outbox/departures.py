"""Sealing a notice and putting it into the outbox; for people's verbs and for machines."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.actor import Actor
from audit import clock
from notices import bell
from notices.language.phrases import PHRASES, say_date
from notices.letters import composing, corrections, cure_words, scope
from notices.mailing import mail, urls_for_clients
from notices.models import (
    MAY_HAVE_LEFT,
    Channel,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    Letter,
    Notice,
    NoticeCopy,
    NoticeKind,
    NoticeState,
    Rendering,
    RenderingPurpose,
)
from notices.outbox import queue as outbox
from notices.outbox import superseding
from notices.pages import enclosed
from notices.pages import orders as page_orders
from offboarding.models import LinkPurpose, TerminationCase
from offboarding.services import cases, links, obligations
from offboarding.services.locking import remember


def seal(notice: Notice, rendering: Rendering, *, by: Actor) -> Letter:
    """Freeze the pages that were looked at as the notice's letter; call with the case locked.

    Raises:
        BytesDiffer: the pages were changed since they were set.
    """
    pdf = enclosed.pages_of(rendering, notice)
    letter = Letter.objects.create(
        notice=notice,
        notice_version=notice.version,
        pdf=pdf,
        sha256=rendering.sha256,
        size_bytes=len(pdf),
        page_count=rendering.page_count,
        profile=notice.office.stationery,
        text=composing.plain_text(notice),
        template_version=rendering.template_version,
        renderer=rendering.renderer,
        font_versions=rendering.font_versions,
    )
    remember(
        notice.case,
        "letter.sealed",
        by=by,
        subject=letter,
        details={
            "notice": notice.number,
            "version": notice.version,
            "sha256": letter.sha256,
            "pages": letter.page_count,
        },
    )
    bell.ring("audit.tasks.anchor_streams")
    return letter


def queue(
    notice: Notice,
    *,
    by: Actor,
    departs_in: timedelta | None = None,
    departs_at: datetime | None = None,
) -> list[Delivery]:
    """Make one delivery per chosen channel of a sealed notice; call with the case locked.

    Args:
        notice: approved, with its letter.
        by: who sends.
        departs_in: how long it can still be taken back; the installation's setting if left out.
        departs_at: the instant of its departure instead.
    """
    wait = timedelta(minutes=settings.OUTBOX_DELAY_MINUTES) if departs_in is None else departs_in
    departs_at = departs_at or clock.now() + wait
    made = []
    if notice.sends_email:
        copy = next_copy(notice, Channel.EMAIL)
        made.append(queue_email(notice, by=by, departs_at=departs_at, copy_number=copy))
    if notice.sends_registered_mail:
        copy = next_copy(notice, Channel.REGISTERED_MAIL)
        made.append(queue_registered(notice, by=by, copy_number=copy))
    for reader in notice.copies.all():
        # After the letter itself; one that leaves on paper lets its copies wait for longer.
        later = departs_at + timedelta(minutes=1)
        made.append(queue_copy(notice, reader, by=by, departs_at=later))
    notice.state = NoticeState.SENT
    notice.sent_at = clock.now()
    notice.save(update_fields=["state", "sent_at"])
    remember(
        notice.case,
        "notice.sent",
        by=by,
        subject=notice,
        details={"notice": notice.number, "deliveries": [delivery.pk for delivery in made]},
        after=notice.told_as,
    )
    return made


def next_copy(notice: Notice, channel: str) -> int:
    """Return the number of a notice's next delivery by a channel; one taken back keeps its own."""
    own = notice.deliveries.filter(channel=channel, copy_for=None)
    last = own.aggregate(last=Max("copy_number"))["last"]
    return (last or 0) + 1


def queue_email(
    notice: Notice,
    *,
    by: Actor,
    departs_at: datetime | None = None,
    recipient_email: str = "",
    copy_number: int = 1,
) -> Delivery:
    """Queue the e-mail of a sealed notice, with the letter attached and its own receipt link."""
    letter = notice.letter
    assert letter is not None

    def compose(delivery: Delivery) -> outbox.Mail:
        subject, text, html = _mail_words(
            notice,
            receipt_url=_receipt_url(notice, delivery, by=by),
            is_repeat=_went_before(notice, delivery),
        )
        return outbox.Mail(
            subject=subject,
            text=text,
            html=html,
            attachments=_files_of(notice, letter),
            references=_thread_of(notice),
        )

    return outbox.queue_email(
        case=notice.case,
        notice=notice,
        recipient_name=notice.recipient_name,
        recipient_email=recipient_email or notice.recipient_email,
        compose=compose,
        sender_name=_sender_name(notice),
        language=notice.language,
        departs_at=departs_at or clock.now(),
        copy_number=copy_number,
        by=by,
    )


def queue_copy(
    notice: Notice, copy: NoticeCopy, *, by: Actor, departs_at: datetime | None = None
) -> Delivery:
    """Queue somebody else's copy of a sealed notice: the same bytes, and no receipt link."""
    letter = notice.letter
    assert letter is not None

    def compose(_delivery: Delivery) -> outbox.Mail:
        context = _context_of(notice) | {
            "copy_name": copy.name,
            "is_privileged": copy.is_privileged,
            "addressee": notice.recipient_name,
            "is_withdrawal": notice.kind == NoticeKind.WITHDRAWAL,
        }
        subject, text, html = mail.render_email("copy", context, notice.language)
        return outbox.Mail(subject, text, html, attachments=_files_of(notice, letter))

    made = Delivery.objects.filter(notice=notice, channel=Channel.EMAIL, recipient_email=copy.email)
    return outbox.queue_email(
        case=notice.case,
        notice=notice,
        copy_for=copy,
        recipient_name=copy.name,
        recipient_email=copy.email,
        compose=compose,
        sender_name=_sender_name(notice),
        language=notice.language,
        departs_at=departs_at or clock.now(),
        copy_number=(made.aggregate(last=Max("copy_number"))["last"] or 0) + 1,
        by=by,
    )


def _files_of(notice: Notice, letter: Letter) -> list[mail.Attachment]:
    """Return what is attached: the sealed letter, then its enclosures in their order."""
    return [
        (_file_name(notice), "application/pdf", bytes(letter.pdf)),
        *(
            (enclosed.file_name(notice, one), "application/pdf", bytes(one.pdf))
            for one in enclosed.enclosures_of(notice)
        ),
    ]


def mail_preview(notice: Notice) -> tuple[str, str]:
    """Return the subject and text of a notice's e-mail as it would be queued now."""
    url = urls_for_clients.receipt_url_to_come() if notice.asks_for_receipt else ""
    subject, text, _html = _mail_words(notice, receipt_url=url, is_repeat=False)
    return subject, text


def mail_page_preview(notice: Notice) -> str:
    """Return the HTML part of a notice's e-mail as it would be queued now."""
    url = urls_for_clients.receipt_url_to_come() if notice.asks_for_receipt else ""
    return _mail_words(notice, receipt_url=url, is_repeat=False)[2]


def _mail_words(notice: Notice, *, receipt_url: str, is_repeat: bool) -> tuple[str, str, str]:
    context = _context_of(notice) | {"is_repeat": is_repeat}
    if receipt_url:
        context["receipt_url"] = receipt_url
    if notice.kind == NoticeKind.CORRECTION and notice.corrects is not None:
        # The client knows the older letter by its day; what changed stands in the first line.
        context["notice_date"] = say_date(notice.corrects.notice_date, notice.language)
        context["changed"] = corrections.changed_in_words(notice)
    if notice.is_warning:
        context["cure_ends_on"] = notice.cure_ends_on or ""
        context["point_count"] = len(cure_words.points_in(str(notice.parts.get("points", ""))))
    if notice.kind == NoticeKind.WITHDRAWAL and notice.corrects is not None:
        context["withdrawn_date"] = say_date(notice.corrects.notice_date, notice.language)
    kind = _TEMPLATES.get(notice.kind, "notice")
    return mail.render_email(kind, context, notice.language)


_TEMPLATES: dict[str, str] = {
    NoticeKind.WITHDRAWAL: "withdrawal",
    NoticeKind.CORRECTION: "correction",
    NoticeKind.CLOSING: "closing",
    NoticeKind.CURE_WARNING: "cure_warning",
}


def _thread_of(notice: Notice) -> str:
    """Return the Message-ID of the first mail about the ending; a correction goes on with it."""
    if notice.kind != NoticeKind.CORRECTION:
        return ""
    earlier = Delivery.objects.filter(
        case_id=notice.case_id,
        channel=Channel.EMAIL,
        notice__kind__in=(NoticeKind.TERMINATION, NoticeKind.CORRECTION),
        state__in=MAY_HAVE_LEFT,
    ).exclude(notice=notice)
    ids = earlier.order_by("pk").values_list("internet_message_id", flat=True)
    return ids.exclude(internet_message_id="").first() or ""


def _context_of(notice: Notice) -> dict[str, object]:
    return {
        "notice": notice,
        "case": notice.case,
        "client_name": notice.case.client.name,
        "company": notice.office.legal_name,
        "paragraphs": [composing.blocks_of(text) for text in composing.paragraphs(notice)],
        "plain_paragraphs": composing.paragraphs(notice),
        "effective_on": say_date(notice.effective_on, notice.language)
        if notice.effective_on
        else "",
        "notice_date": say_date(notice.notice_date, notice.language),
        "closing": PHRASES[notice.language].closing,
        "signer": notice.signatory,
        "contact": {
            "name": notice.contact_person,
            "phone": notice.contact_phone,
            "email": notice.contact_email,
        },
    }


def _receipt_url(notice: Notice, delivery: Delivery, *, by: Actor) -> str:
    if not notice.asks_for_receipt:
        return ""
    link = links.issue_link(
        notice.case,
        by=by,
        purpose=LinkPurpose.RECEIPT,
        recipient_name=notice.recipient_name,
        notice_number=notice.number,
        delivery_id=delivery.pk,
    )
    return urls_for_clients.receipt_url(link)


def _went_before(notice: Notice, delivery: Delivery) -> bool:
    """The client may have this mail already; what was taken back or refused never reached them."""
    earlier = notice.deliveries.filter(channel=Channel.EMAIL, copy_for=None)
    earlier = earlier.exclude(pk=delivery.pk)
    nowhere = (DeliveryState.TAKEN_BACK, DeliveryState.REFUSED)
    return earlier.exclude(state__in=nowhere).exists()


def queue_registered(notice: Notice, *, by: Actor, copy_number: int = 1) -> Delivery:
    """Put the letter on the list of what is printed and posted, and order its receipt slip."""
    delivery = Delivery.objects.create(
        case=notice.case,
        notice=notice,
        channel=Channel.REGISTERED_MAIL,
        recipient_name=notice.recipient_name,
        recipient_lines=notice.recipient_lines,
        copy_number=copy_number,
    )
    DeliveryEvent.objects.create(delivery=delivery, state=DeliveryState.QUEUED, by=by.name)
    if notice.asks_for_receipt:
        links.issue_link(
            notice.case,
            by=by,
            purpose=LinkPurpose.RECEIPT,
            recipient_name=notice.recipient_name,
            notice_number=notice.number,
            delivery_id=delivery.pk,
        )
        page_orders.order(notice, RenderingPurpose.SLIP, delivery=delivery)
    remember(
        notice.case,
        "delivery.queued",
        by=by,
        subject=delivery,
        details={"channel": delivery.channel, "notice": notice.number},
    )
    return delivery


def _sender_name(notice: Notice) -> str:
    person = notice.signatory.name if notice.signatory else notice.contact_person
    return f"{person}, {notice.office.legal_name}"


def _file_name(notice: Notice) -> str:
    return f"{notice.case.reference}-{notice.number}.pdf"


def approved_again_if_nothing_left(case: TerminationCase, delivery: Delivery, *, by: Actor) -> None:
    """Let a notice of which nothing left be changed and sent anew; call with the case locked."""
    if delivery.notice_id is None:
        return
    notice = case.notices.select_for_update(of=("self",)).get(pk=delivery.notice_id)
    states = set(notice.deliveries.filter(copy_for=None).values_list("state", flat=True))
    if notice.state == NoticeState.SENT and states == {DeliveryState.TAKEN_BACK}:
        # A copy leaves after the letter and not without it.
        why = _("The letter itself was taken back.")
        superseding.take_back_what_waits(case, notice, by=by, why=why)
        notice.state = NoticeState.APPROVED
        notice.sent_at = None
        notice.save(update_fields=["state", "sent_at"])
        if notice.kind == NoticeKind.CORRECTION and notice.corrects is not None:
            # The older letter counts as before, and so do its dates.
            case.notice_date = notice.corrects.notice_date
            case.effective_on = notice.corrects.effective_on
            case.settlement_due_on = notice.corrects.settlement_due_on
            case.is_being_corrected = False
            case.save(
                update_fields=[
                    "notice_date",
                    "effective_on",
                    "settlement_due_on",
                    "is_being_corrected",
                ]
            )
            obligations.follow_effective_date(case, by=by)
            old = notice.corrects
            old.case = case
            ends = scope.engagements_that_end(old)
            cases.keep_what_ends(case, ends, scope.scope_of(old), by=by, notice_number=old.number)
        remember(
            case, "notice.taken_back", by=by, subject=notice, details={"notice": notice.number}
        )
