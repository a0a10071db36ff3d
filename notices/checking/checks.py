"""What a notice must hold before a second person may approve it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit import clock
from clients.models import Engagement
from notices.checking import (
    claims,
    consequence,
    consistency,
    enclosed_statements,
    overrides,
    reading,
    wording,
)
from notices.checking.case_record import CaseRecord
from notices.checking.findings import LEVELS, Finding, Level
from notices.language import placeholders
from notices.language.phrases import say_date, say_money
from notices.language.written_dates import dates_in
from notices.letters import composing, corrections, cure_dates, cure_words, lawful
from notices.letters.closing_words import CLOSING_PARTS, LetterPart
from notices.letters.content import LetterContent
from notices.letters.cure_words import CURE_PARTS
from notices.letters.scope import scope_of
from notices.models import Notice, NoticeKind
from notices.pages import letter_fit
from offboarding import selectors, terms
from offboarding.models import Disclosure

OLDEST_LETTER_DAYS = 7
"""A letter may wait so long for approval and departure; after that it is dated anew."""


def findings(notice: Notice) -> list[Finding]:
    """Return everything that stands against a notice, blocks first, hints last."""
    record = CaseRecord(notice)
    texts = wording.texts_of(notice)
    content = composing.letter_content(notice)
    found = [
        *_addresses(notice, record.engagements),
        *_signature(notice),
        *_gaps(texts),
        *_page(content),
    ]
    if len(content.enclosures) > composing.has_slip(notice):
        found += enclosed_statements.findings_in(notice)
    if notice.ends_the_relationship:
        found += [
            *_required_parts(notice),
            *_scope(notice, record),
            *_disclosure(notice),
            *_dates(notice, record),
            *_figures(notice, record),
            *_said(notice, record),
            *consistency.findings_in(notice, texts, record),
            *claims.findings_in(texts, notice.language, record, content.enclosures),
            *reading.findings_in(notice),
        ]
    if notice.kind == NoticeKind.CLOSING:
        found += _closing_parts(notice)
    if notice.is_warning:
        found += [
            *_parts_that_are_needed(notice, CURE_PARTS),
            *_warning_dates(notice),
            *_warned_of(notice),
            *_receipt_said(notice),
            *consistency.findings_in(notice, texts, record),
            *claims.findings_in(texts, notice.language, record, content.enclosures),
            *reading.findings_in(notice),
        ]
    if notice.kind == NoticeKind.CORRECTION and not corrections.changed_in_words(notice):
        found.append(
            Finding(
                "block",
                "nothing_corrected",
                "opening",
                _("This correction says the same as the letter that it replaces."),
            )
        )
    found += wording.findings_in(notice, texts, record.engagements)
    if any(one.level != "hint" for one in found):
        reasons = overrides.reasons_of(notice)
        found = [
            one
            if one.overridden
            else replace(one, overridden=overrides.reason_for(one, notice, reasons))
            for one in found
        ]
    return sorted(found, key=lambda finding: LEVELS[finding.level])


def blocks(notice: Notice) -> list[Finding]:
    """Return what stops a request for approval; what somebody let stand with a reason does not."""
    return [finding for finding in findings(notice) if finding.stops]


def unanswered(notice: Notice) -> list[Finding]:
    """Return what stops an approval: every block, and warnings nobody mended or let stand."""
    return [finding for finding in findings(notice) if finding.is_unanswered]


def _required_parts(notice: Notice) -> Iterator[Finding]:
    disclosure = notice.says_of_the_reason
    for part in composing.PARTS:
        text = str(notice.parts.get(part.key, "")).strip()
        if part.key == "reason" and disclosure == Disclosure.OMITTED:
            if text:
                yield Finding(
                    "block",
                    "reason_not_omitted",
                    "reason",
                    _("The ground's policy is to leave the reason out; this notice gives one.")
                    if notice.policy == Disclosure.OMITTED
                    else _("This notice is to leave the reason out, and yet gives one."),
                )
            continue
        if not text and not part.may_be_empty:
            level: Level = "block" if part.is_required else "warn"
            yield Finding(
                level,
                f"{part.key}_missing",
                part.key,
                _("The part “%(part)s” is missing.") % {"part": part.label},
            )


def _parts_that_are_needed(notice: Notice, parts: Iterable[LetterPart]) -> Iterator[Finding]:
    for part in parts:
        if part.is_required and not str(notice.parts.get(part.key, "")).strip():
            yield Finding(
                "block",
                f"{part.key}_missing",
                part.key,
                _("The part “%(part)s” is missing.") % {"part": part.label},
            )


def _closing_parts(notice: Notice) -> Iterator[Finding]:
    """A closing letter says what ended, how the money stands and whom to ask."""
    yield from _parts_that_are_needed(notice, CLOSING_PARTS)
    if notice.effective_on is not None:
        said = say_date(notice.effective_on, notice.language)
        if said not in _words(notice, "opening"):
            yield Finding(
                "block",
                "effective_date_not_said",
                "opening",
                _("The day on which the services ended, %(date)s, is not in the letter.")
                % {"date": said},
            )


def _disclosure(notice: Notice) -> Iterator[Finding]:
    """Saying more than the policy is a choice; whoever approves reads it and why it was made."""
    if not notice.says_more_than_the_policy:
        return
    policy, choice = Disclosure(notice.policy).label, Disclosure(notice.disclosure).label
    if not notice.disclosure_reason:
        yield Finding(
            "block",
            "disclosure_unexplained",
            "disclosure_reason",
            _("This notice says more about the reason than the ground's policy; write why."),
        )
        return
    yield Finding(
        "warn",
        "more_than_policy",
        "disclosure",
        _("The reason is “%(choice)s” here; the ground's policy is “%(policy)s”.")
        % {"choice": choice, "policy": policy},
        overridden=notice.disclosure_reason,
    )


def _scope(notice: Notice, record: CaseRecord) -> Iterator[Finding]:
    """Ending less than was decided is a choice; somebody else decided, so it says why."""
    if not record.engagements:
        yield Finding(
            "block", "nothing_ends", "ended_engagements", _("Choose at least one agreement to end.")
        )
        return
    # What a correction changes is told to the client, and why is on the record already.
    kept = [one.title for one in record.decided if one not in record.engagements]
    is_less = bool(kept) or scope_of(notice) != notice.case.scope
    if notice.kind != NoticeKind.TERMINATION or not is_less:
        return
    yield Finding(
        "warn",
        "not_as_decided",
        "scope" if not kept else "ended_engagements",
        _("“%(agreements)s” goes on; the decision was to end it.")
        % {"agreements": _(", ").join(kept)}
        if kept
        else _("The decision was about another scope: %(scope)s.")
        % {"scope": notice.case.scope or _("all services of the agreements")},
        why=_("Whoever decided, and whoever reads this later, needs to know why."),
    )


def _letter_date(notice: Notice, today: date) -> Iterator[Finding]:
    if notice.notice_date < today - timedelta(days=OLDEST_LETTER_DAYS):
        yield Finding(
            "block",
            "notice_date_past",
            "notice_date",
            _("The letter's date is more than %(days)d days in the past.")
            % {"days": OLDEST_LETTER_DAYS},
        )


def _warning_dates(notice: Notice) -> Iterator[Finding]:
    """The day that a warning names gives the client all of their time, and somebody is there."""
    case = notice.case
    today = clock.today(case.time_zone)
    yield from _letter_date(notice, today)
    day = notice.cure_ends_on
    if day is None:
        yield Finding(
            "block",
            "no_cure_date",
            "cure_ends_on",
            _("The day by which the points are to be put right is missing."),
        )
        return
    channels = cure_dates.channels_of(notice)
    earliest = cure_dates.earliest_of(case, channels, max(notice.notice_date, today))
    if earliest is not None and day < earliest.on:
        yield Finding(
            "block",
            "cure_date_too_early",
            "cure_ends_on",
            ngettext(
                "Sent by %(way)s it counts as received on %(received)s. The client has %(days)d"
                " day from then, so %(date)s is the earliest.",
                "Sent by %(way)s it counts as received on %(received)s. The client has %(days)d"
                " days from then, so %(date)s is the earliest.",
                earliest.days,
            )
            % {
                "way": earliest.channel.label,
                "received": date_format(earliest.received_on, "j F Y"),
                "days": earliest.days,
                "date": date_format(earliest.on, "j F Y"),
            },
            why=_("Whoever is given less time than was agreed need not act in it."),
        )
    elif not terms.is_business_day(day, selectors.days_off_at_the_client(case)):
        yield Finding(
            "warn",
            "cure_date_on_a_day_off",
            "cure_ends_on",
            _("%(date)s is a weekend or a public holiday where the client is.")
            % {"date": date_format(day, "l, j F Y")},
            why=_("Somebody has to act on that day; the next business day is kinder and safer."),
        )
    said = say_date(day, notice.language)
    if said not in _words(notice, "needed"):
        yield Finding(
            "block",
            "cure_date_not_said",
            "needed",
            _("The day, %(date)s, is not in the part “What we need, and by which date”.")
            % {"date": said},
        )


def _warned_of(notice: Notice) -> Iterator[Finding]:
    """A warning lists its points and says what may follow."""
    points = str(notice.parts.get("points", ""))
    if points.strip() and not cure_words.points_in(points):
        yield Finding(
            "block",
            "no_points",
            "points",
            _("No point is listed. Begin each with “- ” on a line of its own."),
            why=_("The client can put right only what they can tick off."),
        )
    otherwise = _words(notice, "otherwise")
    if otherwise and not consequence.is_said(otherwise, notice.language):
        yield Finding(
            "block",
            "consequence_not_said",
            "otherwise",
            _("The part “What happens otherwise” does not say that our work may end."),
            why=_("Without it the letter is a reminder, and no warning."),
        )


def _dates(notice: Notice, record: CaseRecord) -> Iterator[Finding]:
    case = notice.case
    today = clock.today(case.time_zone)
    yield from _letter_date(notice, today)
    if notice.effective_on is None:
        yield Finding(
            "block", "no_effective_date", "effective_on", _("The effective date is missing.")
        )
        return
    if notice.effective_on < today:
        yield Finding(
            "block", "effective_date_past", "effective_on", _("The effective date is in the past.")
        )
    earliest = lawful.earliest_end(notice, sent_on=max(notice.notice_date, today))
    if earliest is not None and notice.effective_on < earliest.on:
        yield Finding(
            "block",
            "too_early",
            "effective_on",
            _("The agreement “%(agreement)s” allows %(date)s at the earliest.")
            % {
                "agreement": earliest.engagement_title,
                "date": date_format(earliest.on, "j F Y"),
            },
        )
    later = selectors.promised_after(record.obligations, notice.effective_on)
    if later:
        yield Finding(
            "warn",
            "due_after_the_end",
            "effective_on",
            _("We promised for a day after this: %(titles)s.")
            % {
                "titles": ", ".join(
                    f"“{row.title}” ({date_format(row.due_on, 'j F Y')})"
                    for row in later
                    if row.due_on
                )
            },
            why=_("The client can rely on us only until the services end."),
        )
    said = say_date(notice.effective_on, notice.language)
    if said not in _words(notice, "opening"):
        yield Finding(
            "block",
            "effective_date_not_said",
            "opening",
            _("The effective date, %(date)s, is not in the part “What ends, and when”.")
            % {"date": said},
        )


def _figures(notice: Notice, record: CaseRecord) -> Iterator[Finding]:
    amounts = record.open_amounts
    if not amounts:
        return
    text = _words(notice, "settlement")
    if notice.settlement_due_on is None:
        yield Finding(
            "block",
            "no_settlement_date",
            "settlement_due_on",
            _("Money is open, so the notice needs a settlement date."),
        )
    elif say_date(notice.settlement_due_on, notice.language) not in text:
        yield Finding(
            "block",
            "settlement_date_not_said",
            "settlement",
            _("The settlement date, %(date)s, is not in the part “Settlement”.")
            % {"date": say_date(notice.settlement_due_on, notice.language)},
        )
    for currency, cents in sorted(amounts.items()):
        said = say_money(cents, currency, notice.language)
        if said not in text:
            yield Finding(
                "block",
                "amount_not_said",
                "settlement",
                _("The open amount, %(amount)s, is not in the part “Settlement”.")
                % {"amount": said},
            )


def _addresses(notice: Notice, engagements: list[Engagement]) -> Iterator[Finding]:
    if not notice.sends_email and not notice.sends_registered_mail:
        yield Finding(
            "block", "no_channel", "sends_email", _("Choose at least one way of sending.")
        )
    if not notice.recipient_name.strip():
        yield Finding(
            "block",
            "no_recipient",
            "recipient_name",
            _("Nobody is named as the addressee; choose who receives notices at the client."),
        )
    if notice.sends_email and not notice.recipient_email:
        yield Finding(
            "block", "no_email", "recipient_email", _("There is no e-mail address to send to.")
        )
    if notice.sends_registered_mail and len(notice.recipient_lines) < 3:
        yield Finding(
            "block", "no_address", "recipient_lines", _("There is no postal address to send to.")
        )
    contact = _words(notice, "contact")
    if (notice.ends_the_relationship or notice.is_warning) and contact:
        for value, what in (
            (notice.contact_person, _("name")),
            (notice.contact_phone, _("telephone number")),
            (notice.contact_email, _("e-mail address")),
        ):
            if not value or value not in contact:
                yield Finding(
                    "block",
                    "contact_incomplete",
                    "contact",
                    _("The contact's %(what)s is not in the part “Contact”.") % {"what": what},
                )
    methods = {engagement.notice_method for engagement in engagements}
    if (
        notice.ends_the_relationship
        and "registered_mail" in methods
        and not notice.sends_registered_mail
    ):
        yield Finding(
            "block",
            "method_named",
            "sends_registered_mail",
            _("The agreement names registered mail; the notice has to travel that way too."),
        )


def _signature(notice: Notice) -> Iterator[Finding]:
    if notice.signatory is None:
        yield Finding(
            "block", "no_signature", "signatory", _("Nobody is named who signs the letter.")
        )
    elif not notice.signatory.position.strip() or not notice.office.legal_name.strip():
        yield Finding(
            "block",
            "signature_incomplete",
            "signatory",
            _("The signature needs a name, a position and the company."),
        )


def _gaps(texts: Mapping[str, str]) -> Iterator[Finding]:
    for part, text in texts.items():
        for gap in placeholders.LEFT_OPEN.finditer(text):
            yield Finding(
                "block",
                "gap_left",
                part,
                _("A gap is left to fill in: %(gap)s") % {"gap": gap[0]},
                found=gap[0],
            )


def _page(content: LetterContent) -> Iterator[Finding]:
    for problem in letter_fit.problems_in(content):
        field = "recipient_lines" if "address" in problem.field else "subject"
        yield Finding("block", "does_not_fit", field, problem.sentence)


# -- whether the required parts say what they are there for ----------------------------------------

_ENDING = {"en": ("end", "terminat", "notice to"), "de": ("ende", "kündig", "endet")}
_ALL_SERVICES = {
    "en": ("our services", "all services", "all our services", "our work for"),
    "de": ("unsere leistungen", "alle leistungen", "sämtliche leistungen", "unsere arbeit für"),
}
_RECEIPT = {"en": ("confirm", "receipt"), "de": ("bestätig", "empfang")}
_NOT_AGREED = {
    "en": re.compile(r"\b(?:not|n[’']t|no|without)\b[^.!?]*\bagree", re.IGNORECASE),
    "de": re.compile(
        r"\b(?:nicht|keine?|ohne)\b[^.!?]*(?:zustimm|einverst|anerkenn)"
        r"|(?:zustimm|einverst|anerkenn)[^.!?]*\bnicht\b",
        re.IGNORECASE,
    ),
}


def _said(notice: Notice, record: CaseRecord) -> Iterator[Finding]:
    language = notice.language
    opening = _words(notice, "opening").casefold()
    if opening and not any(word in opening for word in _ENDING[language]):
        yield Finding(
            "block",
            "ending_not_said",
            "opening",
            _("The part “What ends, and when” does not say that the relationship ends."),
            why=_("A reader who has to guess will say later that they did not understand it."),
        )
    if opening and not _says_the_scope(opening, notice, record):
        yield Finding(
            "block",
            "scope_not_said",
            "opening",
            _("The part “What ends, and when” does not say which services end."),
            why=_("What is not named goes on, in the client's view."),
        )
    yield from _receipt_said(notice)
    for part in ("ours", "theirs"):
        undated = [
            line.strip().removeprefix("- ")
            for line in str(notice.parts.get(part, "")).splitlines()
            if line.strip().startswith("- ") and not dates_in(line, language)
        ]
        for item in undated:
            yield Finding(
                "warn",
                "item_undated",
                part,
                _("No date: “%(item)s”") % {"item": item},
                why=_("What has no date is never late, and so is never done."),
                found=item,
            )


def _receipt_said(notice: Notice) -> Iterator[Finding]:
    language = notice.language
    receipt = _words(notice, "receipt")
    if receipt and not any(word in receipt.casefold() for word in _RECEIPT[language]):
        yield Finding(
            "block",
            "receipt_not_asked",
            "receipt",
            _("The part “Receipt” does not ask the client to confirm it."),
        )
    if receipt and not _NOT_AGREED[language].search(receipt):
        yield Finding(
            "block",
            "agreement_not_excluded",
            "receipt",
            _("The part “Receipt” does not say that confirming is not agreeing."),
            why=_("Many do not confirm because they think that it means consent."),
        )


def _says_the_scope(opening: str, notice: Notice, record: CaseRecord) -> bool:
    scope = scope_of(notice).casefold()
    if scope:
        words = re.findall(r"\w{4,}", scope) or [scope]
        return 2 * sum(word in opening for word in words) >= len(words)
    named = [
        name
        for engagement in record.engagements
        for name in (engagement.title, engagement.service_line, *engagement.service_list)
        if name
    ]
    return any(name.casefold() in opening for name in named) or any(
        words in opening for words in _ALL_SERVICES[notice.language]
    )


def _words(notice: Notice, part: str) -> str:
    return " ".join(str(notice.parts.get(part, "")).split())
