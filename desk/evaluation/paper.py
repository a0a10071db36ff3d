"""The decision paper: everything a lead decides on, in plain sentences for one page.

It is made of what is recorded, as of one moment, and holds no opinion of its own: facts stand on
the side for which whoever recorded them said they speak, signs on the side that they show.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit import clock
from audit.services import head_prefix
from desk.case import dossier as dossiers
from desk.case.dossier import Dossier
from desk.case.standing import AtStake, money_at_stake
from desk.templatetags.words import money, prose_date, prose_time
from offboarding.case_signs import SpeaksFor
from offboarding.guards import near_deadlines_are_answered, the_client_could_put_it_right
from offboarding.models import Bearing, Remedy, TerminationCase
from offboarding.services.locking import stream_of


@dataclass(frozen=True)
class Side:
    """What speaks for one side: facts with their dates, then what the record shows."""

    facts: list[str] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Paper:
    """One page for a decision, as plain values that can be kept."""

    title: str
    reference: str
    about: str
    asked: str
    note: str
    ground: str
    ground_text: str
    summary: str
    facts: list[tuple[str, str, str]]
    """Date, what happened, and its source."""
    ending: Side
    keeping: Side
    signs: list[str]
    """Those that speak for neither side."""
    money: list[tuple[str, str]]
    remedies: list[tuple[str, str, str]]
    """Date, what was tried, and how it stands."""
    deadlines: list[tuple[str, str, str]]
    """Date, what the client has to keep, and why the relationship may end all the same."""
    terms: list[tuple[str, str, str]]
    """Way of sending, day of receipt, earliest last day."""
    rule: str
    if_ended: list[str]
    if_kept: list[str]
    missing: list[str]
    audit_head: str

    def kept(self) -> dict[str, Any]:
        """Return it as a row keeps it."""
        return asdict(self)


def paper_of(dossier: Dossier) -> Paper:
    """Write the paper of a case as it stands now; it was read with the lists of evaluation."""
    case = dossier.case
    today = clock.today(case.time_zone)
    ways = dossiers.ways_of(case, today)
    stakes = money_at_stake(case)
    ending, keeping = sides_of(dossier)
    decision = case.current_decision
    earliest = dossier.earliest
    return Paper(
        title=_("Decision paper: %(client)s") % {"client": case.client.legal_name},
        reference=case.reference,
        about=_("%(reference)s · owner %(owner)s · as of %(at)s")
        % {
            "reference": case.reference,
            "owner": case.owner.name,
            "at": prose_time(clock.now()),
        },
        asked=_("%(who)s asked on %(date)s.")
        % {"who": decision.requested_by.name, "date": prose_date(decision.requested_at)}
        if decision
        else _("No decision was asked for yet."),
        note=decision.note if decision else "",
        ground=str(case.ground_copy.get("name") or _("No ground is chosen yet.")),
        ground_text=str(case.ground_copy.get("description") or ""),
        summary=case.summary,
        facts=[
            (prose_date(fact.happened_on), fact.fact, fact.source)
            for fact in case.evidence.all()
            if fact.struck_at is None
        ],
        ending=ending,
        keeping=keeping,
        signs=[
            shown.sign.text for shown in dossier.signs if shown.sign.speaks_for == SpeaksFor.NEITHER
        ],
        money=_money(stakes),
        remedies=[_remedy(one) for one in case.remedies.all() if one.stands]
        or ([("", case.remedies_skipped_reason, "")] if case.remedies_skipped_reason else []),
        deadlines=[
            (prose_date(one.due_on), one.title, one.answer)
            for one in case.deadlines.all()
            if one.is_ahead(today)
        ],
        terms=[(str(way.way), prose_date(way.received_on), prose_date(way.on)) for way in ways],
        rule=_("By “%(agreement)s”, were the notice sent today. %(rule)s")
        % {"agreement": earliest.engagement_title, "rule": dossier.earliest_in_words}
        if earliest
        else "",
        if_ended=_if_ended(dossier, stakes),
        if_kept=_if_kept(case, stakes),
        missing=[
            reason.text
            for guard in (the_client_could_put_it_right, near_deadlines_are_answered)
            for reason in guard.reasons(case)
        ],
        audit_head=head_prefix(stream_of(case)),
    )


def sides_of(dossier: Dossier) -> tuple[Side, Side]:
    """Return what speaks for ending and what speaks for keeping, by the facts and by the record."""
    ending, keeping = Side(), Side()
    for fact in dossier.case.evidence.all():
        if fact.struck_at is None and fact.bearing:
            side = ending if fact.bearing == Bearing.ENDING else keeping
            side.facts.append(f"{prose_date(fact.happened_on)}: {fact.fact}")
    for shown in dossier.signs:
        if shown.sign.speaks_for == SpeaksFor.ENDING:
            ending.signs.append(shown.sign.text)
        elif shown.sign.speaks_for == SpeaksFor.KEEPING:
            keeping.signs.append(shown.sign.text)
    return ending, keeping


def _money(stakes: list[AtStake]) -> list[tuple[str, str]]:
    rows = []
    for one in stakes:
        if one.invoice_count:
            said = ngettext(
                "%(open)s in %(count)d invoice",
                "%(open)s in %(count)d invoices",
                one.invoice_count,
            ) % {"open": money(one.open_cents, one.currency), "count": one.invoice_count}
            rows.append((_("Open"), said))
        if one.overdue_cents:
            rows.append((_("Overdue"), money(one.overdue_cents, one.currency)))
            assert one.oldest_due_on is not None
            rows.append(
                (
                    _("Oldest"),
                    _("%(number)s, due on %(date)s")
                    % {"number": one.oldest, "date": prose_date(one.oldest_due_on)},
                )
            )
        if one.yearly_cents is not None:
            rows.append((_("Value a year"), money(one.yearly_cents, one.currency)))
    return rows


def _remedy(remedy: Remedy) -> tuple[str, str, str]:
    what = remedy.description
    if remedy.is_cure_warning and remedy.cure_ends_on is not None:
        what = _("Cure warning, to be put right by %(date)s: %(what)s") % {
            "date": prose_date(remedy.cure_ends_on),
            "what": remedy.description,
        }
    state = str(remedy.get_state_display())
    return (
        prose_date(remedy.tried_on),
        what,
        f"{state}: {remedy.outcome}" if remedy.outcome else state,
    )


def _if_ended(dossier: Dossier, stakes: list[AtStake]) -> list[str]:
    case = dossier.case
    said = [_("A notice is drafted. Nothing leaves before a second person has approved it.")]
    if dossier.earliest is not None:
        said.append(
            _("Services end on %(date)s at the earliest.")
            % {"date": prose_date(_later(case.effective_on, dossier.earliest.on))}
        )
    items = case.ground_copy.get("checklist") or []
    ours = sum(1 for item in items if item.get("party") == "ours")
    if items:
        said.append(
            _("Obligations by the ground's checklist: %(ours)d ours, %(theirs)d the client's.")
            % {"ours": ours, "theirs": len(items) - ours}
        )
    said += [
        _("%(amount)s stays to be settled.") % {"amount": money(one.open_cents, one.currency)}
        for one in stakes
        if one.open_cents
    ]
    return said


def _if_kept(case: TerminationCase, stakes: list[AtStake]) -> list[str]:
    said = [_("The case ends as kept, with the reason. Nothing is sent to the client.")]
    said += [
        _("The agreements go on, worth %(amount)s a year.")
        % {"amount": money(one.yearly_cents, one.currency)}
        for one in stakes
        if one.yearly_cents is not None
    ]
    running = sum(1 for one in case.remedies.all() if one.is_open)
    if running:
        said.append(
            ngettext(
                "%(count)d remedy is still open and needs somebody who looks after it.",
                "%(count)d remedies are still open and need somebody who looks after them.",
                running,
            )
            % {"count": running}
        )
    said.append(_("It can be evaluated anew at any time, with all that is recorded here."))
    return said


def _later(wanted: date | None, earliest: date) -> date:
    return max(wanted, earliest) if wanted else earliest
