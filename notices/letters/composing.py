"""From a case to a letter: the case's facts become paragraphs, the paragraphs become pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit import clock
from clients.models import Contact, Engagement, Invoice
from notices.language.phrases import PHRASES, language_of, say_date, say_money, say_weekday
from notices.language.placeholders import fill
from notices.letters import corrections, cure_words, model_texts
from notices.letters.closing_words import CLOSING_PARTS, LetterPart
from notices.letters.content import (
    Block,
    Bullets,
    LetterContent,
    Paragraph,
    ReceiptSlip,
    Sender,
    Signer,
)
from notices.letters.scope import engagements_that_end, scope_of
from notices.models import Notice, NoticeKind
from notices.profiles import profile_for
from offboarding import selectors
from offboarding.models import ClientDeadline, Disclosure, Obligation, TerminationCase

GAP_OPEN, GAP_CLOSE = "[", "]"
"""What stands around something a person still has to fill in; no letter leaves with one."""


@dataclass(frozen=True)
class Part:
    """A named paragraph of a notice."""

    key: str
    label: str | Promise
    help: str | Promise
    is_required: bool = True
    may_be_empty: bool = False


PARTS = (
    Part("opening", _("What ends, and when"), _("One plain sentence, then what it covers.")),
    Part(
        "reason",
        _("Reason"),
        _("Stated, neutral or left out, as the ground's policy says."),
    ),
    Part("ours", _("What we will still do"), _("Our outstanding obligations, each with a date.")),
    Part("theirs", _("What we ask from the client"), _("Theirs, each with a date.")),
    Part(
        "deadlines",
        _("The client's own deadlines"),
        _("Dates that the client has to keep; left empty when none is known."),
        is_required=False,
        may_be_empty=True,
    ),
    Part("settlement", _("Settlement"), _("What is open, and the settlement date.")),
    Part("handover", _("Hand-over"), _("What we offer to the next provider."), False),
    Part("contact", _("Contact"), _("Name, telephone and e-mail for final questions.")),
    Part("receipt", _("Receipt"), _("How to confirm it, and that it is not agreement.")),
)
"""The parts of a notice of termination, in the order of the letter."""


def parts_of_kind(kind: str) -> Sequence[Part | LetterPart]:
    """Return the parts that people write of a letter, in its order."""
    return _PARTS_OF_KIND.get(kind, PARTS)


_PARTS_OF_KIND: dict[str, Sequence[LetterPart]] = {
    NoticeKind.CLOSING: CLOSING_PARTS,
    NoticeKind.CURE_WARNING: cure_words.CURE_PARTS,
}


# -- from the case to the words --------------------------------------------------------------------


def compose(case: TerminationCase, *, notice_date: date) -> dict[str, Any]:
    """Return the fields of a new notice of termination, written from the case's own data."""
    language = language_of(case.language)
    office = case.client.office
    recipient = notice_recipient(case)
    effective_on = case.effective_on or _earliest(case, notice_date)
    sends_email = bool(recipient and recipient.email)
    owner = case.owner
    settlement_on = case.settlement_due_on or _settlement_date(case, notice_date, effective_on)
    contact = {
        "name": str(owner.name or owner.email),
        "phone": office.phone_shown,
        "email": office.email,
    }
    model = model_texts.texts_for(case, language)
    subject = fill(model.texts["subject"], _known_in_subject(case, effective_on, language))
    parts = parts_from_case(
        case,
        texts=model.texts,
        recipient=recipient.name if recipient else "",
        language=language,
        effective_on=effective_on,
        settlement_on=settlement_on,
        contact=contact,
        sends_email=sends_email,
        sends_registered_mail=True,
    )
    decided = [engagement.pk for engagement in case.engagements.all()]
    return {
        "language": language,
        "decided_engagements": decided,
        "ended_engagements": decided,
        "scope": case.scope,
        "office": office,
        "signatory": office.signatories.first(),
        "contact_person": contact["name"],
        "contact_email": contact["email"],
        "contact_phone": contact["phone"],
        "notice_date": notice_date,
        "effective_on": effective_on,
        "settlement_due_on": settlement_on,
        "subject": subject,
        "parts": parts,
        "parts_from_case": {"subject": subject} | parts,
        "model_texts": model.texts,
        "written_from": model.source[:250],
        "sends_email": sends_email,
        "sends_registered_mail": True,
        "recipient_name": recipient.name if recipient else "",
        "recipient_email": _email_address(case, recipient),
        "recipient_lines": _paper_lines(case, recipient),
    }


def parts_from_case(
    case: TerminationCase,
    *,
    texts: Mapping[str, str],
    recipient: str,
    language: str,
    effective_on: date,
    settlement_on: date | None,
    contact: dict[str, str],
    sends_email: bool,
    sends_registered_mail: bool,
    disclosure: str = "",
    named: Collection[int] | None = None,
    engagements: list[Engagement] | None = None,
    scope: str | None = None,
    deadlines: Collection[int] | None = None,
) -> dict[str, str]:
    """Return every part of a notice of termination in the words that the case gives it.

    Args:
        case: whose facts are told.
        texts: what a model notice says, with its gaps.
        recipient: the addressee's name.
        language: one that we write.
        effective_on: the last day of the services.
        settlement_on: the day by which open money is to be paid.
        contact: name, phone and email of the person to ask.
        sends_email: whether the link in an e-mail can confirm receipt.
        sends_registered_mail: whether the slip in a letter can.
        disclosure: how much of the reason is said; left out, as the ground's policy says.
        named: keys of the obligations to name; None names all that are open.
        engagements: the agreements that end; the case's if left out.
        scope: of them, in words; the case's if left out.
        deadlines: keys of the client's deadlines to name; None names all that are still ahead.
    """
    engagements = list(case.engagements.all()) if engagements is None else engagements
    scope = case.scope if scope is None else scope
    known = _known_in_subject(case, effective_on, language) | {
        "recipient": recipient,
        "company": case.client.office.legal_name,
        "service": _service(engagements, language),
        "contact_name": contact["name"],
        "contact_phone": contact["phone"],
        "contact_email": contact["email"],
    }
    said = disclosure or str(case.ground_copy.get("disclosure"))
    return {
        "opening": fill(texts["opening"], known | {"covered": _covered(scope, engagements)}),
        "reason": _reason(case, texts, known, language, said, engagements),
        "ours": _owed(case, "ours", texts, known, language, named, effective_on),
        "theirs": _owed(case, "clients", texts, known, language, named, effective_on),
        "deadlines": _deadlines(case, known["effective_date"], language, deadlines),
        "settlement": _settlement(case, settlement_on, texts, known, language),
        "handover": fill(texts["handover"], known),
        "contact": fill(texts["contact"], known),
        "receipt": receipt_part(
            language, email=sends_email, registered=sends_registered_mail or not sends_email
        ),
    }


def words_from_case(notice: Notice) -> dict[str, str]:
    """Return subject and parts as the case would write them now for a notice's own fields.

    A notice without its effective date, or of another kind, has none; of a cure warning it is what
    its date, its ways of sending and its contact say.
    """
    if notice.is_warning:
        return _warning_from_fields(notice)
    if not notice.ends_the_relationship or notice.effective_on is None:
        return {}
    texts = model_texts.texts_of(notice)
    known = _known_in_subject(notice.case, notice.effective_on, notice.language)
    subject = (
        PHRASES[notice.language].correction_subject.format(date=known["effective_date"])
        if notice.kind == NoticeKind.CORRECTION
        else fill(texts["subject"], known)
    )
    return {"subject": subject} | parts_from_case(
        notice.case,
        texts=texts,
        recipient=notice.recipient_name,
        language=notice.language,
        effective_on=notice.effective_on,
        settlement_on=notice.settlement_due_on,
        contact={
            "name": notice.contact_person,
            "phone": notice.contact_phone,
            "email": notice.contact_email,
        },
        sends_email=notice.sends_email,
        sends_registered_mail=notice.sends_registered_mail,
        disclosure=notice.says_of_the_reason,
        named=notice.named_obligations,
        engagements=engagements_that_end(notice),
        scope=scope_of(notice),
        deadlines=notice.named_deadlines,
    )


def _warning_from_fields(notice: Notice) -> dict[str, str]:
    contact = PHRASES[notice.language].contact.format(
        name=notice.contact_person, phone=notice.contact_phone, email=notice.contact_email
    )
    receipt = receipt_part(
        notice.language,
        email=notice.sends_email,
        registered=notice.sends_registered_mail or not notice.sends_email,
    )
    needed = cure_words.needed_by(notice.cure_ends_on, notice.language)
    return {"needed": needed, "contact": contact, "receipt": receipt}


def nameable_obligations(case: TerminationCase) -> list[Obligation]:
    """Return the obligations that a notice can name: open ones that are not only for us.

    Invoices are named as amounts.
    """
    return [
        obligation
        for obligation in case.obligations.all()
        if obligation.is_open and obligation.invoice_id is None and not obligation.is_internal
    ]


def due_dates(
    obligations: Iterable[Obligation], case: TerminationCase, effective_on: date | None
) -> dict[int, date | None]:
    """Return when each is due if the services end on a day, by key.

    A draft may say another end than the case still has: what is told from the end follows the
    draft, as it will once the letter is sent.
    """
    if effective_on is None or effective_on == case.effective_on:
        return {row.pk: row.due_on for row in obligations}
    days_off = selectors.days_off_of(case)
    today = clock.today(case.time_zone)
    dates = {}
    for row in obligations:
        days = row.days_before_effective_date
        dates[row.pk] = row.due_on
        if row.is_open and days is not None:
            dates[row.pk] = selectors.due_before(
                effective_on, days, days_off=days_off, today=today, due_on=row.due_on
            )
    return dates


def obligation_line(
    row: Obligation, due_on: date | None, language: str, *, today: date | None = None
) -> str:
    """Say one obligation in a line: what, how much, until when.

    Args:
        row: the obligation.
        due_on: the day to name, if any.
        language: of the letter or mail.
        today: where it is said as of a day, what should be done by then was due.
    """
    said = row.title
    if row.amount_cents:
        said = f"{said} ({say_money(row.amount_cents, row.currency, language)})"
    if due_on is None:
        return said
    phrases = PHRASES[language]
    line = phrases.item_was_due if today and due_on < today else phrases.item_until
    return line.format(title=said, date=say_date(due_on, language))


def nameable_deadlines(case: TerminationCase) -> list[ClientDeadline]:
    """Return the client's own deadlines that are still ahead."""
    today = clock.today(case.time_zone)
    return [deadline for deadline in case.deadlines.all() if deadline.is_ahead(today)]


def notice_recipient(case: TerminationCase) -> Contact | None:
    """Return the contact of the client who receives notices."""
    return case.client.contacts.filter(receives_notices=True).first()


def receipt_part(language: str, *, email: bool, registered: bool) -> str:
    """Return the request to confirm, naming only the ways that this notice really offers."""
    phrases = PHRASES[language]
    way = (
        phrases.receipt_both
        if email and registered
        else phrases.receipt_slip
        if registered
        else phrases.receipt_link
    )
    return f"{way} {phrases.receipt_meaning}"


def _earliest(case: TerminationCase, notice_date: date) -> date:
    earliest = selectors.earliest_end(case, sent_on=notice_date)
    return earliest.on if earliest else notice_date


def _known_in_subject(case: TerminationCase, effective_on: date, language: str) -> dict[str, str]:
    return {
        "client": case.client.legal_name,
        "weekday": say_weekday(effective_on, language),
        "effective_date": say_date(effective_on, language),
    }


def _covered(scope: str, engagements: list[Engagement]) -> str:
    covered = [scope] if scope else []
    if not covered:
        for engagement in engagements:
            services = ", ".join(engagement.service_list)
            covered.append(f"{engagement.title} ({services})" if services else engagement.title)
    return _as_list(covered)


def _as_list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _service(engagements: list[Engagement], language: str) -> str:
    if not engagements:
        return ""
    engagement = engagements[0]
    return _in_a_sentence(engagement.service_line or engagement.title, language)


def _reason(
    case: TerminationCase,
    texts: Mapping[str, str],
    known: Mapping[str, str],
    language: str,
    disclosure: str,
    engagements: list[Engagement],
) -> str:
    ground = case.ground_copy
    if disclosure == Disclosure.OMITTED:
        return ""
    if disclosure == Disclosure.NEUTRAL:
        return fill(texts["reason_neutral"], known)
    stated = ground.get("stated_reason", {})
    text = stated.get(language) or stated.get("en", "")
    return _fill_reason(
        text,
        {
            "service": known["service"],
            "area": known["service"],
            "date": say_date(engagements[0].started_on, language) if engagements else "",
            "n": str(len(_open_invoices(case))),
        },
    )


def _in_a_sentence(service: str, language: str) -> str:
    """Return a service's name inside a sentence: small in English, unless it is an acronym."""
    is_acronym = service[:2].isupper()
    return service if language != "en" or is_acronym else service[:1].lower() + service[1:]


def _fill_reason(text: str, known: dict[str, str]) -> str:
    """Fill the gaps we know; the others stay visible in brackets until a person fills them."""

    class _Gaps(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return f"{GAP_OPEN}{key}{GAP_CLOSE}"

    gaps = _Gaps({name: value for name, value in known.items() if value})
    try:
        return text.format_map(gaps)
    except (ValueError, KeyError, IndexError, AttributeError):
        return text


def _owed(
    case: TerminationCase,
    party: str,
    texts: Mapping[str, str],
    known: dict[str, str],
    language: str,
    named: Collection[int] | None,
    effective_on: date,
) -> str:
    name = "ours" if party == "ours" else "theirs"
    items = [
        obligation
        for obligation in nameable_obligations(case)
        if obligation.party == party and (named is None or obligation.pk in named)
    ]
    if not items:
        return fill(texts[f"{name}_none"], known)
    dates = due_dates(items, case, effective_on)
    lines = [obligation_line(item, dates[item.pk], language) for item in items]
    return fill(texts[name], known | {"obligations": _as_list(lines)})


def _deadlines(
    case: TerminationCase, end: str, language: str, named: Collection[int] | None
) -> str:
    phrases = PHRASES[language]
    items = [
        phrases.item_until.format(title=one.title, date=say_date(one.due_on, language))
        for one in nameable_deadlines(case)
        if named is None or one.pk in named
    ]
    return phrases.deadlines.format(deadlines=_as_list(items), end=end) if items else ""


def _open_invoices(case: TerminationCase) -> list[Invoice]:
    # A page that asks several times reads them once, with the case.
    read: list[Invoice] | None = getattr(case.client, "invoices_read", None)
    if read is not None:
        return [invoice for invoice in read if invoice.paid_on is None]
    return list(invoices().filter(client=case.client, paid_on=None))


def invoices() -> QuerySet[Invoice]:
    """Start a query for invoices, in the order in which letters list them."""
    return Invoice.objects.order_by("due_on", "number")


def open_amounts(case: TerminationCase) -> dict[str, int]:
    """Return what is open on the client's invoices, in cents by currency."""
    totals: defaultdict[str, int] = defaultdict(int)
    for invoice in _open_invoices(case):
        totals[invoice.currency] += invoice.amount_cents
    return dict(totals)


def _settlement_date(case: TerminationCase, notice_date: date, effective_on: date) -> date | None:
    if not open_amounts(case):
        return None
    days = int(case.ground_copy.get("settlement_days", 14))
    return date.fromordinal(notice_date.toordinal() + days)


def _settlement(
    case: TerminationCase,
    due_on: date | None,
    texts: Mapping[str, str],
    known: dict[str, str],
    language: str,
) -> str:
    amounts = open_amounts(case)
    if not amounts or due_on is None:
        return fill(texts["settlement_none"], known)
    joined = (" und " if language == "de" else " and ").join(
        say_money(cents, currency, language) for currency, cents in sorted(amounts.items())
    )
    invoices = [
        f"{invoice.number}: {say_money(invoice.amount_cents, invoice.currency, language)}"
        for invoice in _open_invoices(case)
    ]
    return fill(
        texts["settlement"],
        known
        | {
            "amount": joined,
            "settlement_date": say_date(due_on, language),
            "invoices": _as_list(invoices),
        },
    )


def _email_address(case: TerminationCase, recipient: Contact | None) -> str:
    for engagement in case.engagements.all():
        if engagement.notice_email:
            return str(engagement.notice_email)
    return str(recipient.email) if recipient else ""


def address_now(case: TerminationCase) -> list[str]:
    """Return the postal address that a letter written now would carry."""
    return _paper_lines(case, notice_recipient(case))


def _paper_lines(case: TerminationCase, recipient: Contact | None) -> list[str]:
    for engagement in case.engagements.all():
        if engagement.notice_address:
            return [line for line in engagement.notice_address.splitlines() if line.strip()]
    # The organisation stands first in law: where the window is short, its person is left to the
    # salutation. An address that is too long even so is refused by name before approval.
    office = case.client.office
    lines = case.client.paper_lines(from_country=str(office.country), contact=recipient)
    if len(lines) > profile_for(office.stationery).address_lines_most:
        lines = case.client.paper_lines(from_country=str(office.country))
    return lines


def address_fields(case: TerminationCase, recipient: Contact | None) -> dict[str, Any]:
    """Return to whom and where a new letter of a case goes."""
    return {
        "recipient_name": recipient.name if recipient else "",
        "recipient_email": _email_address(case, recipient),
        "recipient_lines": _paper_lines(case, recipient),
    }


def compose_withdrawal(case: TerminationCase, withdrawn: Notice, *, reason: str) -> dict[str, Any]:
    """Return the fields of the letter that withdraws a notice, to the same addresses."""
    language = withdrawn.language
    phrases = PHRASES[language]
    assert withdrawn.effective_on is not None
    opening = phrases.withdrawal_opening.format(
        date=say_date(withdrawn.notice_date, language),
        client=case.client.legal_name,
        effective=say_date(withdrawn.effective_on, language),
    )
    return {
        "language": language,
        "office": withdrawn.office,
        "signatory": withdrawn.signatory,
        "contact_person": withdrawn.contact_person,
        "contact_email": withdrawn.contact_email,
        "contact_phone": withdrawn.contact_phone,
        "effective_on": None,
        "settlement_due_on": None,
        "subject": phrases.withdrawal_subject.format(
            date=say_date(withdrawn.notice_date, language)
        ),
        "parts": {
            "opening": opening,
            "reason": phrases.withdrawal_reason.format(reason=reason),
            "links": phrases.withdrawal_links,
            "contact": phrases.contact.format(
                name=withdrawn.contact_person,
                phone=withdrawn.contact_phone,
                email=withdrawn.contact_email,
            ),
        },
        "recipient_name": withdrawn.recipient_name,
        "recipient_email": withdrawn.recipient_email,
        "recipient_lines": withdrawn.recipient_lines,
    }


# -- from the words to the page --------------------------------------------------------------------


def paragraphs(notice: Notice) -> list[str]:
    """Return the notice's paragraphs in the order of the letter, salutation first."""
    salutation = PHRASES[notice.language].salutation.format(name=notice.recipient_name)
    keys = [part.key for part in PARTS]
    order = keys + [key for key in notice.parts if key not in keys]
    if notice.kind == NoticeKind.WITHDRAWAL:
        order = ["opening", "reason", "links", "contact"]
    if notice.kind in _PARTS_OF_KIND:
        order = [part.key for part in parts_of_kind(notice.kind)]
    texts = [str(notice.parts.get(key, "")).strip() for key in order]
    if notice.kind == NoticeKind.CORRECTION:
        # Its own first sentence comes before; in German the old one then no longer begins small.
        texts = [corrections.opening_of(notice), texts[0][:1].upper() + texts[0][1:], *texts[1:]]
    return [salutation, *(text for text in texts if text)]


def changed_line(notice: Notice) -> str:
    """Return the line that tells what a correction changes; empty for every other notice."""
    changed = corrections.changed_in_words(notice)
    return PHRASES[notice.language].correction_changed.format(changed=changed) if changed else ""


def blocks_of(text: str) -> list[Block]:
    """Return a paragraph as blocks: lines that start with "- " become a list."""
    blocks: list[Block] = []
    words: list[str] = []
    items: list[str] = []
    for line in [*text.splitlines(), ""]:
        line = line.strip()
        if line.startswith("- "):
            if words:
                blocks.append(Paragraph(" ".join(words)))
                words = []
            items.append(line[2:].strip())
            continue
        if items:
            blocks.append(Bullets(tuple(items)))
            items = []
        if line:
            words.append(line)
        elif words:
            blocks.append(Paragraph(" ".join(words)))
            words = []
    return blocks


def plain_text(notice: Notice) -> str:
    """Return the notice as plain text, closing and signature included."""
    lines = [notice.subject, ""]
    for paragraph in paragraphs(notice):
        lines += [paragraph, ""]
    lines.append(PHRASES[notice.language].closing)
    for signer in _signers(notice):
        lines += ["", signer.name, signer.position, signer.company]
    return "\n".join(lines).strip() + "\n"


def has_slip(notice: Notice) -> bool:
    """Whether a slip to sign goes with the letter."""
    return notice.sends_registered_mail and notice.asks_for_receipt


def named(notice: Notice) -> str:
    """Return what stands before a letter's number: what ends nothing is not called a notice."""
    phrases = PHRASES[notice.language]
    ends_nothing = notice.kind in (NoticeKind.CURE_WARNING, NoticeKind.CLOSING)
    return phrases.letter if ends_nothing else phrases.notice


def footer_of(notice: Notice) -> str:
    """Return what stands at the foot of each page of a letter, and of what belongs to it."""
    return PHRASES[notice.language].footer.format(
        reference=notice.case.reference, kind=named(notice), number=notice.number
    )


def letter_content(notice: Notice, *, draft: bool = False) -> LetterContent:
    """Return the letter of a notice, complete: the renderer adds nothing but page numbers."""
    phrases = PHRASES[notice.language]
    footer = footer_of(notice)
    return LetterContent(
        profile=notice.office.stationery,
        nudge=(float(notice.office.nudge_x_mm), float(notice.office.nudge_y_mm)),
        language="de" if notice.language == "de" else "en",
        sender=sender_of(notice),
        address_lines=tuple(notice.recipient_lines) or (notice.recipient_name,),
        registered_line=phrases.registered_line if notice.sends_registered_mail else "",
        reference_rows=_reference_rows(notice),
        subject=notice.subject,
        body=tuple(block for text in paragraphs(notice) for block in blocks_of(text)),
        closing=phrases.closing,
        signers=_signers(notice),
        enclosures=(
            *notice.enclosures.values_list("title", flat=True),
            *((phrases.slip_enclosure,) if has_slip(notice) else ()),
        ),
        copies=tuple(notice.copies.filter(is_privileged=False).values_list("name", flat=True)),
        footer_reference=footer,
        title=f"{footer}: {notice.subject}",
        author=notice.office.legal_name,
        created_on=notice.notice_date,
        audit_head=notice.audit_head,
        draft=draft,
    )


def slip_content(notice: Notice, *, code: str, url: str) -> ReceiptSlip:
    """Return the sheet that comes back signed."""
    phrases = PHRASES[notice.language]
    return ReceiptSlip(
        profile=notice.office.stationery,
        nudge=(float(notice.office.nudge_x_mm), float(notice.office.nudge_y_mm)),
        language="de" if notice.language == "de" else "en",
        sender=sender_of(notice),
        return_address_lines=tuple(notice.office.paper_lines),
        client_name=notice.case.client.legal_name,
        case_reference=notice.case.reference,
        code=code,
        url=url,
        facts=(
            (named(notice), str(notice.number)),
            (phrases.date, say_date(notice.notice_date, notice.language)),
        ),
        footer_reference=footer_of(notice),
        title=f"{phrases.slip_enclosure} {notice.case.reference}",
        author=notice.office.legal_name,
        created_on=notice.notice_date,
        audit_head=notice.audit_head,
    )


def sender_of(notice: Notice) -> Sender:
    """Return the sending office as the letterhead shows it."""
    office = notice.office
    lines = office.paper_lines
    return Sender(
        legal_name=office.legal_name,
        return_line=" · ".join(lines),
        letterhead_lines=tuple(
            line for line in (*lines[1:], office.phone_shown, office.email, office.website) if line
        ),
        registration_lines=tuple(office.registration_lines.splitlines()),
    )


def _signers(notice: Notice) -> tuple[Signer, ...]:
    if notice.signatory is None:
        return ()
    return (
        Signer(
            name=notice.signatory.name,
            position=notice.signatory.position,
            company=notice.office.legal_name,
        ),
    )


def _reference_rows(notice: Notice) -> tuple[tuple[str, str], ...]:
    phrases = PHRASES[notice.language]
    rows = (
        (phrases.our_reference, notice.case.reference),
        (phrases.your_reference, notice.case.client.reference),
        (phrases.date, say_date(notice.notice_date, notice.language)),
        (phrases.contact_label, notice.contact_person),
        (phrases.phone, notice.contact_phone),
        (phrases.email, notice.contact_email),
        (named(notice), str(notice.number)),
    )
    return tuple((label, value) for label, value in rows if value)
