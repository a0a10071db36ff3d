"""Sentences that tell of something done: each needs its fact in the record."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notices.checking.case_record import CaseRecord
from notices.checking.findings import Finding
from notices.language import word_search
from notices.language.phrases import PHRASES
from notices.language.word_search import Phrase, SearchedText

Holds = Callable[[str, CaseRecord, tuple[str, ...]], bool]


@dataclass(frozen=True)
class Claim:
    """Something that a letter may say only if it is so.

    Attributes:
        code: names the check.
        text: what is wrong when nothing in the record bears it out.
        why: what would bear it out.
        holds: told the sentence, the record and what the letter encloses, whether it is so.
        phrases: how it is said, by language, in the words of `word_search`.
    """

    code: str
    text: str | Promise
    why: str | Promise
    holds: Holds
    phrases: Mapping[str, str]


def findings_in(
    texts: Mapping[str, str], language: str, record: CaseRecord, enclosures: tuple[str, ...]
) -> Iterator[Finding]:
    """Return what the texts claim and the record does not bear out."""
    for part, text in texts.items():
        searched = SearchedText(text)
        for claim in CLAIMS:
            for hit in word_search.find(_phrases(claim.code, language), searched):
                sentence = _sentence_around(text, hit.start, hit.end)
                if not claim.holds(sentence, record, enclosures):
                    yield Finding(
                        "block",
                        claim.code,
                        part,
                        str(claim.text) % {"words": hit.found},
                        why=str(claim.why),
                        found=hit.found,
                    )


@cache
def _phrases(code: str, language: str) -> tuple[Phrase, ...]:
    (claim,) = (one for one in CLAIMS if one.code == code)
    return word_search.read(inspect.cleandoc(claim.phrases[language]))


def _sentence_around(text: str, start: int, end: int) -> str:
    before = max(text.rfind(sign, 0, start) for sign in (". ", ".\n", "! ", "? ", "\n\n", "\n- "))
    stop = re.search(r"[.!?](?=\s|$)|\n\n|\n- ", text[end:])
    return text[before + 1 : end + (stop.end() if stop else len(text))]


def _share_a_word(sentence: str, titles: list[str]) -> bool:
    """Tell whether a sentence and any title have a word of substance in common, by its stem."""
    return any(_stems(sentence) & _stems(title) for title in titles)


def _stems(text: str) -> set[str]:
    words = re.findall(r"[^\W\d_]{4,}", word_search.folded(text))
    return {word[:5] for word in words} - _EMPTY


_SAID_OF_ANYTHING = """
    your yours have been with this that will already what which from into they them their tell told
    inform informed notify notified return returned complete completed finish finished send sent
    ihre ihren ihrer ihnen haben wurde wurden sind bereits diese dieser ueber alle senden gesendet
    informieren informiert abschliessen abgeschlossen zurueckgeben
"""
_EMPTY = frozenset(word[:5] for word in _SAID_OF_ANYTHING.split())


# -- what bears a sentence out ---------------------------------------------------------------------


def _is_enclosed(sentence: str, record: CaseRecord, enclosures: tuple[str, ...]) -> bool:
    slips = ("slip", "receipt", "abschnitt", "empfangsbestaetigung", "rueckschein")
    said = word_search.folded(sentence)
    if record.notice.sends_registered_mail and any(word in said for word in slips):
        return True
    slip = PHRASES[record.notice.language].slip_enclosure
    return _share_a_word(sentence, [title for title in enclosures if title != slip])


def _was_handed_over(sentence: str, record: CaseRecord, enclosures: tuple[str, ...]) -> bool:
    return bool(record.handed_over) or _share_a_word(sentence, record.done_by_us)


def _was_done(sentence: str, record: CaseRecord, enclosures: tuple[str, ...]) -> bool:
    return _share_a_word(sentence, record.done_by_us)


def _nothing_is_owed_by_us(sentence: str, record: CaseRecord, enclosures: tuple[str, ...]) -> bool:
    return not record.our_open_obligations


def _nothing_is_owed_by_them(
    sentence: str, record: CaseRecord, enclosures: tuple[str, ...]
) -> bool:
    return not record.their_open_obligations


def _was_paid(sentence: str, record: CaseRecord, enclosures: tuple[str, ...]) -> bool:
    return any(invoice.paid_on for invoice in record.invoices)


def _all_is_paid(sentence: str, record: CaseRecord, enclosures: tuple[str, ...]) -> bool:
    return not record.open_invoices


def _access_was_taken_back(sentence: str, record: CaseRecord, enclosures: tuple[str, ...]) -> bool:
    return record.access_taken_back or _share_a_word(sentence, record.done_by_us)


def _was_deleted(sentence: str, record: CaseRecord, enclosures: tuple[str, ...]) -> bool:
    is_all = re.search(
        r"\b(?:all|everything|alle\w?|sämtliche\w?|alles)\b", sentence, re.IGNORECASE
    )
    return bool(record.data_deleted) and not (is_all and record.data_to_delete)


def _was_paid_back(sentence: str, record: CaseRecord, enclosures: tuple[str, ...]) -> bool:
    return record.money_paid_by_us


_PAPERS = "documents/records/files/file/data/papers/paperwork/ledgers/books/property/keys/materials"
_PAPIERE = "Unterlagen/Akten/Akte/Daten/Dokumente/Papiere/Belege/Dateien/Schlüssel/Eigentum/Bücher"
_BODIES = (
    "office/authority/authorities/bank/banks/registrar/registry/insurer/insurers/court/auditor"
    "/auditors/hmrc/irs/house/fund"
)
_STELLEN = (
    "Finanzamt/Finanzämter/Bank/Banken/Hausbank/Behörde/Behörden/Registergericht/Handelsregister"
    "/Krankenkasse/Krankenkassen/Versicherung/Versicherer/Gericht/Amt/Wirtschaftsprüfer"
)

CLAIMS = (
    Claim(
        "enclosure_not_attached",
        _("“%(words)s”: nothing of the kind is enclosed with this notice."),
        _("A letter names only what lies in its envelope; attach it, or say when it comes."),
        _is_enclosed,
        {
            "en": """
                we (have) (also) enclose/enclosed/attach/attached
                I (have) (also) enclose/enclosed/attach/attached
                (please) find ... enclosed/attached/herewith
                is/are (also) enclosed/attached
                enclosed/attached (with) (this) (letter) (please) (you) are/is/find/will
                enclosed/attached with/to this/the/our letter/notice/mail/e-mail
                the/our/your enclosed/attached
            """,
            "de": """
                anbei
                beigefügt*/beiliegend*/beigelegt*
                wir legen/fügen ... bei
                legen/fügen wir ... bei
                in der Anlage
                als/im Anlage/Anhang
                liegt/liegen diesem Brief/Schreiben bei
                liegt/liegen dem Brief/Schreiben bei
            """,
        },
    ),
    Claim(
        "return_not_recorded",
        _("“%(words)s”: the record does not show it."),
        _("It needs a hand-over item that was delivered, or an obligation that was fulfilled."),
        _was_handed_over,
        {
            "en": f"""
                we have (already) returned/sent/given/handed/transferred/delivered/posted ... {_PAPERS}
                we (already) returned/handed/transferred ... {_PAPERS}
                your ... {_PAPERS} have/has/were (already) (been) returned/sent/handed/transferred/delivered
            """,
            "de": f"""
                wir haben ... {_PAPIERE} .. zurückgegeben/zurückgesandt/zurückgeschickt/übergeben/übermittelt/ausgehändigt/übersandt
                haben wir ... {_PAPIERE} .. zurückgegeben/zurückgesandt/zurückgeschickt/übergeben/übermittelt/ausgehändigt/übersandt
                Ihre .. {_PAPIERE} wurden/sind/haben ... zurückgegeben/zurückgesandt/übergeben/übermittelt/ausgehändigt/erhalten
            """,
        },
    ),
    Claim(
        "third_party_not_told",
        _("“%(words)s”: the record does not show it."),
        _("It needs an obligation of ours, to tell them, that was fulfilled."),
        _was_done,
        {
            "en": f"""
                we have (already) told/informed/notified ... {_BODIES}
                we (already) told/informed/notified ... {_BODIES}
                we have (already) written to ... {_BODIES}
                {_BODIES} has/have (already) been told/informed/notified
                {_BODIES} was/were (already) told/informed/notified
            """,
            "de": f"""
                wir haben ... {_STELLEN} .. informiert/benachrichtigt/unterrichtet/verständigt
                haben wir ... {_STELLEN} .. informiert/benachrichtigt/unterrichtet/verständigt
                {_STELLEN} ist/sind/wurde/wurden (bereits) (von) (uns) informiert/benachrichtigt/unterrichtet/verständigt
            """,
        },
    ),
    Claim(
        "work_not_recorded_as_done",
        _("“%(words)s”: the record does not show it."),
        _("It needs an obligation of ours about it that was fulfilled."),
        _was_done,
        {
            "en": """
                we have (already/now) completed/finished/filed/submitted
                we (already) filed/submitted
            """,
            "de": """
                wir haben ... fertiggestellt/eingereicht/erledigt
                haben wir (bereits) ... fertiggestellt/eingereicht/erledigt
                wir haben ... Arbeiten/Abschluss/Auswertung/Erklärung .. abgeschlossen
            """,
        },
    ),
    Claim(
        "ours_still_outstanding",
        _("“%(words)s”: obligations of ours are still open."),
        _("The record lists what we still owe; the letter says the same."),
        _nothing_is_owed_by_us,
        {
            "en": """
                from our side nothing is outstanding/open
                nothing is outstanding/open on/from our side
                we have (already/now) (completed/done/finished) all/everything
                all (of) our work is done/complete/finished/completed
            """,
            "de": """
                von unserer Seite ist nichts (mehr) offen
                unsererseits ist/besteht nichts/kein (mehr) offen
                wir haben alles/sämtliche ... erledigt/abgeschlossen
            """,
        },
    ),
    Claim(
        "theirs_still_outstanding",
        _("“%(words)s”: obligations of the client are still open."),
        _("The record lists what they still owe; the letter says the same."),
        _nothing_is_owed_by_them,
        {
            "en": """
                from your side nothing is outstanding/open
                nothing is outstanding/open on/from your side
            """,
            "de": """
                von Ihrer Seite ist nichts (mehr) offen
                Ihrerseits ist nichts (mehr) offen
            """,
        },
    ),
    Claim(
        "payment_not_recorded",
        _("“%(words)s”: no payment is on record."),
        _("It needs an invoice that was paid."),
        _was_paid,
        {
            "en": """
                we (have) (already) received your (last/final/latest) payment/payments
                thank you for your (last/final/latest/prompt) payment/payments
                thank you for paying/settling
            """,
            "de": """
                wir haben Ihre (letzte) Zahlung/Zahlungen ... erhalten
                Ihre (letzte) Zahlung ist .. eingegangen
                vielen Dank für Ihre (letzte) Zahlung
            """,
        },
    ),
    Claim(
        "invoices_still_open",
        _("“%(words)s”: invoices are still open."),
        _("What is open stands under settlement, with its amount and date."),
        _all_is_paid,
        {
            "en": """
                no payment is open/outstanding
                all (of) (your/our/the) invoices are/have (been) paid/settled
                paid in full
                you owe us nothing
                nothing is owed
            """,
            "de": """
                ist keine Zahlung (mehr) offen
                alle (Ihre/unsere) Rechnungen sind (vollständig) bezahlt/beglichen
                keine Rechnungen/Forderungen (mehr) offen
            """,
        },
    ),
    Claim(
        "deletion_not_recorded",
        _("“%(words)s”: the record does not show it."),
        _("It needs the kind of data to be marked as deleted, with the day and how."),
        _was_deleted,
        {
            "en": f"""
                we have (already/now) deleted/erased/destroyed/shredded/wiped ... {_PAPERS}
                we (already) deleted/erased/destroyed/shredded/wiped ... {_PAPERS}
                your ... {_PAPERS} have/has (already/now) been (securely/safely/all) deleted/erased/destroyed/shredded/wiped
                your ... {_PAPERS} was/were (already/all) (securely/safely) deleted/erased/destroyed/shredded/wiped
            """,
            "de": f"""
                wir haben ... {_PAPIERE} .. gelöscht/vernichtet/geschreddert
                haben wir ... {_PAPIERE} .. gelöscht/vernichtet/geschreddert
                Ihre .. {_PAPIERE} wurden/sind/haben ... gelöscht/vernichtet/geschreddert
            """,
        },
    ),
    Claim(
        "refund_not_recorded",
        _("“%(words)s”: the record does not show it."),
        _("It needs an obligation of ours with its amount that was fulfilled."),
        _was_paid_back,
        {
            "en": """
                we have (already/now) refunded/reimbursed
                we have (already/now) paid/transferred ... back
                we have (already/now) returned ... deposit/prepayment/retainer
                deposit/prepayment/retainer/balance has/have (already/now) been refunded/returned/reimbursed
            """,
            "de": """
                wir haben ... erstattet/zurückerstattet/rückerstattet/zurückgezahlt/zurücküberwiesen
                haben wir ... erstattet/zurückerstattet/rückerstattet/zurückgezahlt/zurücküberwiesen
                wurde/wurden ... zurückerstattet/rückerstattet/zurückgezahlt/zurücküberwiesen
            """,
        },
    ),
    Claim(
        "access_not_taken_back",
        _("“%(words)s”: the record does not show it."),
        _("It needs every access of the case to be taken back and checked."),
        _access_was_taken_back,
        {
            "en": """
                we have (already) revoked/removed/closed/deleted/disabled/ended (all) (of) (your/our/the) access/accounts/account/logins/users
                your/our access has (already) been revoked/removed/closed/disabled/ended
            """,
            "de": """
                wir haben ... Zugang/Zugänge/Zugriff/Zugriffe/Konten ... gesperrt/entzogen/gelöscht/geschlossen
                Ihr/unser Zugang/Zugriff wurde/ist ... gesperrt/entzogen/gelöscht/geschlossen
            """,
        },
    ),
)
