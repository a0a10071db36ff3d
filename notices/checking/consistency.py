"""Whether a letter says what the case says: its dates, weekdays, amounts, names and language."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from notices.checking.case_record import CaseRecord
from notices.checking.findings import Finding, Level
from notices.language.names import are_the_same_person
from notices.language.phrases import language_of, say_date, say_money, say_weekday
from notices.language.written_dates import WrittenDate, amounts_in, dates_in
from notices.letters import composing
from notices.models import Notice

BINDING_PARTS = ("subject", "opening", "deadlines", "settlement", "needed")
"""Where a date or an amount that is not the case's would be read as a term."""

_SIMILAR = 0.82
_GREETING = re.compile(
    r"\A\s*(?:Dear|Hello|Guten Tag|Sehr geehrte[rs]?|Liebe[rs]?)\s+(?P<name>[^,\n]{2,80}?)\s*[,\n]"
)


def findings_in(notice: Notice, texts: Mapping[str, str], record: CaseRecord) -> Iterator[Finding]:
    """Return where the texts of a notice differ from its case."""
    for part, text in texts.items():
        yield from _dates(notice, part, text, record)
        yield from _amounts(notice, part, text, record)
    yield from _deadlines(notice, texts, record)
    yield from _names(notice, texts)
    yield from _language(notice, texts)


def _dates(notice: Notice, part: str, text: str, record: CaseRecord) -> Iterator[Finding]:
    for said in dates_in(text, notice.language):
        if not said.is_possible:
            yield Finding(
                "block",
                "date_impossible",
                part,
                _("There is no such day: %(date)s") % {"date": said.said},
                found=said.said,
            )
            continue
        known = _known_day(said, record)
        yield from _weekday(notice, part, said, known)
        if known is None:
            level: Level = "block" if part in BINDING_PARTS else "warn"
            yield Finding(
                level,
                "date_not_the_cases",
                part,
                _("%(date)s is no date of this case.") % {"date": said.said},
                why=_(
                    "A date in the letter that the case does not know is either a slip or a fact"
                    " that nobody wrote down."
                ),
                found=said.said,
                rewrite=_the_right_date(notice, part),
            )


def _deadlines(notice: Notice, texts: Mapping[str, str], record: CaseRecord) -> Iterator[Finding]:
    """What the client has to keep before our services end is named, or left out with a reason."""
    if notice.effective_on is None:
        return
    for deadline in record.deadlines:
        if not notice.notice_date <= deadline.due_on <= notice.effective_on:
            continue
        if any(
            said.means(deadline.due_on)
            for text in texts.values()
            for said in dates_in(text, notice.language)
        ):
            continue
        yield Finding(
            "warn",
            "deadline_not_named",
            "deadlines",
            _("A deadline of the client before the end is not named: %(title)s, %(date)s.")
            % {"title": deadline.title, "date": say_date(deadline.due_on, notice.language)},
            why=_("Who hears of it too late will say that we knew."),
            found=deadline.title,
        )


def _known_day(said: WrittenDate, record: CaseRecord) -> date | None:
    # One list after the other, so that the usual letter asks the database for none of them.
    for source in ("first_dates", "dates_owed", "further_dates"):
        days: frozenset[date] = getattr(record, source)
        for day in sorted(days, reverse=True):
            if said.means(day):
                return day
    return None


def _weekday(notice: Notice, part: str, said: WrittenDate, known: date | None) -> Iterator[Finding]:
    day = known or (said.readings[0] if said.has_year else None)
    if said.weekday is None or day is None or day.weekday() == said.weekday:
        return
    right = say_weekday(day, notice.language)
    yield Finding(
        "block",
        "weekday_wrong",
        part,
        _("%(date)s: that day is a %(weekday)s.") % {"date": said.said, "weekday": right},
        why=_("Two readings of one date are the first thing to be disputed."),
        found=said.said,
        rewrite=said.said.replace(said.weekday_said, right, 1),
    )


def _the_right_date(notice: Notice, part: str) -> str:
    if part == "deadlines":
        # Which of them was meant, only a person knows.
        return ""
    if part == "needed":
        day = notice.cure_ends_on
    else:
        day = notice.settlement_due_on if part == "settlement" else notice.effective_on
    return say_date(day, notice.language) if day and part in BINDING_PARTS else ""


def _amounts(notice: Notice, part: str, text: str, record: CaseRecord) -> Iterator[Finding]:
    for said in amounts_in(text):
        if (said.currency, said.cents) in record.amounts:
            continue
        if not said.cents and not record.open_amounts:
            # Nothing is open, and the letter says so with a figure.
            continue
        level: Level = "block" if part in BINDING_PARTS else "warn"
        right = [
            say_money(cents, currency, notice.language)
            for currency, cents in sorted(record.open_amounts.items())
        ]
        yield Finding(
            level,
            "amount_not_the_cases",
            part,
            _("%(amount)s is neither an invoice, nor an obligation, nor what is open.")
            % {"amount": said.said},
            why=_("The client will compare it with the invoices, and so will a court."),
            found=said.said,
            rewrite=right[0] if len(right) == 1 and part == "settlement" else "",
        )


# -- names -----------------------------------------------------------------------------------------


def _names(notice: Notice, texts: Mapping[str, str]) -> Iterator[Finding]:
    client = notice.case.client
    names = [name for name in (client.legal_name, client.display_name) if name]
    for part in ("subject", "opening"):
        text = texts.get(part, "")
        if any(name in text for name in names):
            continue
        for name in names:
            misspelt = _nearly(name, text)
            if misspelt:
                yield Finding(
                    "warn",
                    "client_misspelt",
                    part,
                    _("“%(found)s” is nearly the client's name, “%(name)s”.")
                    % {"found": misspelt, "name": name},
                    why=_("A misspelt name says that nobody looked."),
                    found=misspelt,
                    rewrite=name,
                )
                break
    greeting = _GREETING.match(texts.get("opening", ""))
    if greeting and not are_the_same_person(greeting["name"], notice.recipient_name):
        yield Finding(
            "warn",
            "greeting_names_another",
            "opening",
            _("The greeting names “%(found)s”, the letter goes to “%(name)s”.")
            % {"found": greeting["name"], "name": notice.recipient_name},
            found=greeting["name"],
            rewrite=notice.recipient_name,
        )
    yield from _addressee(notice)


def _addressee(notice: Notice) -> Iterator[Finding]:
    name = notice.recipient_name.strip()
    if not name or name in notice.recipient_lines:
        return
    contact = composing.notice_recipient(notice.case)
    if contact is None or contact.name == name:
        return
    likeness = difflib.SequenceMatcher(None, contact.name.casefold(), name.casefold()).ratio()
    if likeness >= _SIMILAR:
        yield Finding(
            "warn",
            "addressee_misspelt",
            "recipient_name",
            _("“%(found)s” is nearly “%(name)s”, who receives the client's notices.")
            % {"found": name, "name": contact.name},
            why=_("A misspelt name says that nobody looked."),
            found=name,
            rewrite=contact.name,
        )


def _nearly(name: str, text: str) -> str:
    """Return words of the text that look like a name without being it; empty when none do."""
    length = len(name.split())
    words = list(re.finditer(r"[^\s,;:!?()]+", text))
    for first in range(len(words) - length + 1):
        found = text[words[first].start() : words[first + length - 1].end()].rstrip(".")
        if found[:1].islower():
            continue
        likeness = difflib.SequenceMatcher(None, name.casefold(), found.casefold())
        if likeness.quick_ratio() >= _SIMILAR and likeness.ratio() >= _SIMILAR and found != name:
            return found
    return ""


# -- language --------------------------------------------------------------------------------------

_ENGLISH = """
    the and of to you we our your that this with for not are is have has will by on it from be as an
    or if which any at us until please
"""
_GERMAN = """
    der die das und zu sie wir uns unsere unserer ihre ihrer ihnen dass mit für nicht ist sind haben
    hat wird werden bis am dem den ein eine auf von oder wenn bitte im zum zur
"""
_FUNCTION_WORDS = {"en": frozenset(_ENGLISH.split()), "de": frozenset(_GERMAN.split())}
_LEAST_WORDS = 8


def language_in(text: str) -> str:
    """Return "en" or "de" when the small words of a text leave no doubt, else an empty string."""
    words = [word.lower() for word in re.findall(r"[^\W\d_]+", text)]
    counts = {
        language: sum(word in known for word in words)
        for language, known in _FUNCTION_WORDS.items()
    }
    best, other = sorted(counts, key=lambda language: -counts[language])
    is_clear = counts[best] >= _LEAST_WORDS and counts[best] >= 3 * counts[other]
    return best if is_clear else ""


def _language(notice: Notice, texts: Mapping[str, str]) -> Iterator[Finding]:
    wanted = notice.case.language
    if language_of(wanted) != notice.language:
        yield Finding(
            "block",
            "language_not_the_clients",
            "opening",
            _("The letter is kept in another language than the client reads; draft it anew."),
        )
        return
    written = {part: language_in(text) for part, text in texts.items()}
    for part, language in written.items():
        if language and language != notice.language:
            yield Finding(
                "block",
                "language_not_the_clients",
                part,
                _("This part is not in the language in which we write to this client."),
                why=_("A notice that its reader cannot read may not count as served."),
            )
    if wanted.lower().partition("-")[0] != notice.language:
        yield Finding(
            "hint",
            "language_fallback",
            "opening",
            _("We cannot write in the client's language yet; the letter is in English."),
        )
