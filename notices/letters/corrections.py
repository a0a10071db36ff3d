"""What a correction says of itself: which letter it replaces, and what changed, in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from notices.language.phrases import PHRASES, say_date, say_weekday
from notices.language.written_dates import dates_in
from notices.models import Correction, CorrectionReason, Notice, NoticeKind

_AMOUNT = re.compile(r"[A-Z]{3} [\d,]+\.\d\d|[\d.]+,\d\d [A-Z]{3}")

_ADDRESS = ("recipient_name", "recipient_email", "recipient_lines")
_CONTACT = ("contact_person", "contact_phone", "contact_email")
# The receipt part follows the channels; the contact is told by its own sentence.
_OWED = ("ours", "theirs")
_PARTS = ("opening", "reason", "ours", "theirs", "deadlines", "settlement", "handover")


def behind(notice: Notice) -> Correction | None:
    """Return what stands behind a correction; it is read once, with the notice or on first use."""
    try:
        return notice.correction
    except Correction.DoesNotExist:
        return None


def changed_in_words(notice: Notice) -> str:
    """Return what a correction changes, as sentences for the client; empty when it is nothing."""
    if notice.kind != NoticeKind.CORRECTION or notice.corrects is None:
        return ""
    return " ".join(_sentences(notice, notice.corrects))


def opening_of(notice: Notice) -> str:
    """Return the paragraph with which a correction begins."""
    if notice.corrects is None:
        return ""
    phrases = PHRASES[notice.language]
    correction = behind(notice)
    is_agreed = correction is not None and correction.reason == CorrectionReason.NEGOTIATED
    replaces = phrases.correction_agreed if is_agreed else phrases.correction_replaces
    first = replaces.format(date=say_date(notice.corrects.notice_date, notice.language))
    changed = changed_in_words(notice)
    return f"{first} {phrases.correction_changed.format(changed=changed)}" if changed else first


def _sentences(new: Notice, old: Notice) -> Iterator[str]:
    phrases, language = PHRASES[new.language], new.language
    said_again: list[tuple[str, str]] = []
    for name, sentence, first in (
        ("effective_on", phrases.changed_end, ""),
        ("settlement_due_on", phrases.changed_settlement, phrases.changed_settlement_first),
    ):
        before, after = getattr(old, name), getattr(new, name)
        if before == after or after is None:
            continue
        template = sentence if before else first
        yield template.format(
            date=say_date(after, language), before=say_date(before, language) if before else ""
        )
        if before:
            said_again += [
                (say_weekday(before, language), say_weekday(after, language)),
                (say_date(before, language), say_date(after, language)),
            ]
    old_amounts, new_amounts = _amounts(old), _amounts(new)
    if old_amounts != new_amounts and new_amounts:
        if old_amounts:
            yield phrases.changed_amount.format(amount=new_amounts[0], before=old_amounts[0])
        else:
            yield phrases.changed_amount_first.format(amount=new_amounts[0])
    if any(getattr(old, name) != getattr(new, name) for name in _ADDRESS):
        yield phrases.changed_address
    if any(getattr(old, name) != getattr(new, name) for name in _CONTACT):
        yield phrases.changed_contact.format(
            name=new.contact_person, phone=new.contact_phone, email=new.contact_email
        )
    has_moved = False
    for key in _PARTS:
        before_text, after_text = _words(old, key), _words(new, key)
        for gone, put in said_again:
            before_text = before_text.replace(gone, put)
        if key == "settlement" and old_amounts != new_amounts:
            continue
        if key in _OWED and old.effective_on != new.effective_on:
            # Dates that follow the end are told once, and not as if the words were others.
            follows = _without_dates(before_text, language) == _without_dates(after_text, language)
            if follows and before_text != after_text:
                has_moved = True
                continue
        if before_text != after_text:
            yield phrases.changed_part.format(part=phrases.part_names[key])
    if has_moved:
        yield phrases.changed_dates


def _without_dates(text: str, language: str) -> str:
    for said in dates_in(text, language):
        text = text.replace(said.said, "")
    return text


def _amounts(notice: Notice) -> list[str]:
    return _AMOUNT.findall(_words(notice, "settlement"))


def _words(notice: Notice, key: str) -> str:
    return " ".join(str(notice.parts.get(key, "")).split())
