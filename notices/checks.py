"""What a notice must hold before a second person may approve it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit import clock
from clients.models import Engagement
from notices import composing, corrections, lawful, letter_fit, overrides, wording
from notices.findings import LEVELS, Finding, Level
from notices.models import Notice, NoticeKind
from notices.phrases import say_date, say_money
from offboarding.models import Disclosure

OLDEST_LETTER_DAYS = 7
"""A letter may wait so long for approval and departure; after that it is dated anew."""

_GAP = re.compile(r"\[[^\[\]\n]{1,60}\]|\{\{?[^{}\n]*\}?\}|\{%[^%\n]*%\}")


def findings(notice: Notice) -> list[Finding]:
    """Return everything that stands against a notice, blocks first, hints last."""
    engagements = list(notice.case.engagements.all())
    found = [
        *_addresses(notice, engagements),
        *_signature(notice),
        *_gaps(notice),
        *_page(notice),
    ]
    if notice.ends_the_relationship:
        found += [
            *_required_parts(notice),
            *_disclosure(notice),
            *_dates(notice),
            *_figures(notice),
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
    found += wording.findings_in(notice, engagements)
    if any(one.level != "hint" for one in found):
        reasons = overrides.reasons_of(notice)
        found = [
            replace(one, overridden=overrides.reason_for(one, notice, reasons)) for one in found
        ]
    return sorted(found, key=lambda finding: LEVELS[finding.level])


def blocks(notice: Notice) -> list[Finding]:
    """Return only what stops an approval; what somebody let stand with a reason does not."""
    return [finding for finding in findings(notice) if finding.stops]


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
        if not text:
            level: Level = "block" if part.is_required else "warn"
            yield Finding(
                level,
                f"{part.key}_missing",
                part.key,
                _("The part “%(part)s” is missing.") % {"part": part.label},
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
        why=_("Chosen on purpose: %(reason)s") % {"reason": notice.disclosure_reason},
    )


def _dates(notice: Notice) -> Iterator[Finding]:
    case = notice.case
    today = clock.today(case.time_zone)
    if notice.notice_date < today - timedelta(days=OLDEST_LETTER_DAYS):
        yield Finding(
            "block",
            "notice_date_past",
            "notice_date",
            _("The letter's date is more than %(days)d days in the past.")
            % {"days": OLDEST_LETTER_DAYS},
        )
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
    said = say_date(notice.effective_on, notice.language)
    if said not in _words(notice, "opening"):
        yield Finding(
            "block",
            "effective_date_not_said",
            "opening",
            _("The effective date, %(date)s, is not in the part “What ends, and when”.")
            % {"date": said},
        )


def _figures(notice: Notice) -> Iterator[Finding]:
    amounts = composing.open_amounts(notice.case)
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
    if notice.ends_the_relationship and contact:
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
    if "registered_mail" in methods and not notice.sends_registered_mail:
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


def _gaps(notice: Notice) -> Iterator[Finding]:
    texts = {"subject": notice.subject} | {key: str(text) for key, text in notice.parts.items()}
    for part, text in texts.items():
        for gap in _GAP.findall(text):
            yield Finding(
                "block",
                "gap_left",
                part,
                _("A gap is left to fill in: %(gap)s") % {"gap": gap},
            )


def _page(notice: Notice) -> Iterator[Finding]:
    for problem in letter_fit.problems_in(composing.letter_content(notice)):
        field = "recipient_lines" if "address" in problem.field else "subject"
        yield Finding("block", "does_not_fit", field, problem.sentence)


def _words(notice: Notice, part: str) -> str:
    return " ".join(str(notice.parts.get(part, "")).split())
