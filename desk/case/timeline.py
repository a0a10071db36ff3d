"""What happened on a case, newest first: what was said and written, and the key steps.

Communications and audit events are read as one list, a page of fifty at a time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import BooleanField, CharField, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Substr
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.models import AuditEvent
from offboarding.models import Communication, Direction, Medium, TerminationCase

PAGE = 50
_LONGEST_QUOTE = 600
# Entries of an event's erasable part that say what it was about, and what was said with it.
_NAMES = ("title", "ground", "owner", "received_by", "system", "mentioned")
_TOLD_ELSEWHERE = frozenset({"case.opened", "case.retained"})
_QUOTES = ("reason", "note", "text", "question", "answer", "outcome", "next_time")


@dataclass(frozen=True)
class Look:
    """How a kind of event is told."""

    words: str | Promise
    icon: str
    tone: str = "evaluate"
    way: str = ""


STEPS = {
    "case.opened": Look(_("Case opened"), "plus"),
    "case.ground_chosen": Look(_("Ground chosen"), "scale"),
    "case.terms_read": Look(_("Notice clause read"), "file-text"),
    "case.effective_date_set": Look(_("Effective date set"), "calendar"),
    "case.assigned": Look(_("Given to another colleague"), "user"),
    "case.tagged": Look(_("Tags changed"), "tag"),
    "case.restricted": Look(_("Restricted to named people"), "eye-off"),
    "case.restriction_lifted": Look(_("Open to the whole team again"), "users"),
    "case.disputed": Look(_("Disputed"), "message-circle-warning", "transition"),
    "case.dispute_cleared": Look(_("Dispute cleared"), "handshake", "follow-up"),
    "case.held": Look(_("Put on hold"), "circle-pause"),
    "case.resumed": Look(_("Hold ended"), "arrow-right"),
    "case.sending_held": Look(_("Sending held"), "gavel", "overdue"),
    "case.sending_goes_on": Look(_("Sending goes on"), "send"),
    "case.reminders_paused": Look(_("Reminders paused"), "circle-pause"),
    "case.reminders_go_on": Look(_("Reminders go on"), "arrow-right"),
    "reply.queued": Look(_("Reply put into the outbox"), "reply", "notice"),
    "case.legal_hold_set": Look(_("Legal hold set"), "gavel", "obligations"),
    "case.legal_hold_lifted": Look(_("Legal hold lifted"), "gavel"),
    "cure.warned": Look(_("Cure warning sent"), "message-circle-warning", "transition", "out"),
    "cure.redated": Look(_("The time to put it right has other dates"), "clock"),
    "cure.fell": Look(
        _("The cure warning did not arrive and does not count"), "circle-x", "transition"
    ),
    "remedy.settled": Look(_("What came of a remedy"), "handshake"),
    "cure.waived": Look(_("Ends without the time to put it right"), "gavel", "transition"),
    "note.written": Look(_("Note for colleagues"), "pencil"),
    "decision.requested": Look(_("Decision asked for"), "scale"),
    "decision.made": Look(_("Decision made"), "stamp"),
    "case.ending_decided": Look(_("Decided: the relationship ends"), "arrow-right", "notice"),
    "case.retained": Look(_("Decided: we keep the client"), "handshake", "follow-up"),
    "notice.drafted": Look(_("Notice drafted"), "pencil"),
    "notice.approval_requested": Look(_("Approval of the notice asked for"), "stamp"),
    "notice.sent_back": Look(_("Notice sent back"), "reply", "transition"),
    "notice.approved": Look(_("Notice approved"), "stamp", "follow-up"),
    "notice.sent": Look(_("Notice put into the outbox"), "send", "notice"),
    "notice.served": Look(_("Notice handed over for delivery"), "send", "notice", "out"),
    "notice.service_corrected": Look(_("Day of service corrected"), "calendar", "transition"),
    "delivery.accepted": Look(_("Accepted by the mail server"), "mail", "notice", "out"),
    "delivery.delivered": Look(_("Delivered"), "mail-check", "acknowledged", "out"),
    "delivery.posted": Look(_("Letter posted"), "truck", "notice", "out"),
    "delivery.printed": Look(_("Letter printed"), "printer"),
    "delivery.refused": Look(_("Delivery refused"), "circle-x", "overdue", "out"),
    "delivery.bounced": Look(_("Delivery came back"), "undo-2", "overdue", "out"),
    "delivery.unclaimed": Look(_("Letter not collected"), "undo-2", "transition", "out"),
    "delivery.moved": Look(_("Addressee has moved"), "undo-2", "transition", "out"),
    "delivery.lost": Look(_("Letter lost"), "circle-x", "overdue", "out"),
    "delivery.uncertain": Look(_("Delivery uncertain"), "triangle-alert", "transition", "out"),
    "delivery.taken_back": Look(_("Taken back before it left"), "undo-2"),
    "delivery.alarm": Look(_("Letter differs from what was approved"), "circle-alert", "overdue"),
    "notice.not_sent_with_campaign": Look(
        _("The campaign's letter could not be sent"), "triangle-alert", "transition"
    ),
    "notice.alarm": Look(_("Stored pages of a letter were changed"), "circle-alert", "overdue"),
    "receipt.recorded": Look(_("Receipt recorded"), "mail-check", "acknowledged", "in"),
    "receipt.accepted": Look(_("Receipt accepted by a lead"), "stamp", "acknowledged"),
    "receipt.voided": Look(_("Receipt voided"), "circle-x", "transition"),
    "case.acknowledged": Look(_("Acknowledged"), "mail-check", "acknowledged"),
    "case.acknowledgement_voided": Look(_("Acknowledgement taken back"), "undo-2", "transition"),
    "obligation.fulfilled": Look(_("Obligation fulfilled"), "circle-check", "obligations"),
    "obligation.waived": Look(_("Obligation waived"), "scale", "obligations"),
    "obligation.escalated": Look(_("Obligation escalated"), "arrow-up", "transition"),
    "obligation.client_says_done": Look(_("Client says it is done"), "check", "obligations", "in"),
    "obligation.client_reminded": Look(
        _("Client reminded of what is due"), "mail", "obligations", "out"
    ),
    "obligation.tick_sent_back": Look(_("Tick of the client taken back"), "undo-2", "obligations"),
    "obligation.dates_followed": Look(_("Due dates moved with the end"), "calendar", "obligations"),
    "statement.made": Look(_("Settlement statement made"), "file-text", "obligations"),
    "statement.shared": Look(
        _("Settlement statement shown to the client"), "file-text", "obligations", "out"
    ),
    "case.obligations_fulfilled": Look(_("Obligations fulfilled"), "list-checks", "obligations"),
    "case.transition_begun": Look(_("Transition begun"), "arrow-right-left", "transition"),
    "successor.named": Look(_("Successor named"), "user", "transition"),
    "handover.delivered": Look(_("Handed over"), "archive", "transition", "out"),
    "release.sent": Look(_("Files sent to a reader"), "send", "transition", "out"),
    "release.withdrawn": Look(_("Files taken back"), "undo-2", "transition"),
    "download.opened": Look(_("Files opened by their reader"), "download", "transition", "in"),
    "release.accepted": Look(_("Reader has the files"), "circle-check", "transition", "in"),
    "data.deleted": Look(_("Data deleted"), "x", "transition"),
    "data.returned": Look(_("Data returned"), "archive", "transition", "out"),
    "access.revoked": Look(_("Access revoked"), "key-round", "transition"),
    "handover.waived": Look(_("Nothing to hand over"), "x", "transition"),
    "case.follow_up_begun": Look(_("Follow-up begun"), "calendar-check", "follow-up"),
    "follow_up.done": Look(_("Follow-up done"), "circle-check", "follow-up"),
    "question.asked": Look(_("Question of the client"), "message-square", "acknowledged", "in"),
    "question.answered": Look(_("Question answered"), "reply", "follow-up", "out"),
    "reaction.logged": Look(_("Reaction logged"), "message-square", "transition", "in"),
    "feedback.given": Look(_("Feedback of the client"), "message-square", "acknowledged", "in"),
    "feedback.changed": Look(
        _("The client changed their feedback"), "message-square", "acknowledged", "in"
    ),
    "closing.filled_in": Look(_("Closing checklist filled in"), "list-checks", "follow-up"),
    "lesson.recorded": Look(_("Lesson recorded"), "lightbulb", "follow-up"),
    "case.closed": Look(_("Closed"), "archive", "follow-up"),
    "case.withdrawn": Look(_("Notice withdrawn"), "undo-2", "transition"),
    "case.reopened": Look(_("Opened again"), "history", "transition"),
}
"""The steps that belong on a timeline; the full record shows every event there is."""

_MEDIA = {
    Medium.EMAIL: "mail",
    Medium.LETTER: "file-text",
    Medium.CALL: "phone",
    Medium.MEETING: "users",
    Medium.PAGE: "link",
}


@dataclass(frozen=True)
class Moment:
    """One entry of the timeline."""

    at: datetime
    title: str | Promise
    who: str
    icon: str
    tone: str
    way: str
    medium: str | Promise = ""
    text: str = ""
    is_cut: bool = False
    is_privileged: bool = False


@dataclass(frozen=True)
class Page:
    """Some moments, and from where to read on."""

    moments: list[Moment]
    older: str


def page_of(case: TerminationCase, before: str = "") -> Page:
    """Return a page of the timeline in one query.

    Args:
        case: whose timeline.
        before: the mark a newer page ended at; the newest page when empty or unknown.
    """
    rows = list(_union(case, _parse(before))[: PAGE + 1])
    older = _mark(rows[PAGE - 1]) if len(rows) > PAGE else ""
    return Page([_moment(row) for row in rows[:PAGE]], older)


# -- one list of two tables ------------------------------------------------------------------------

_COLUMNS = ("at_", "source", "row", "title", "who", "way", "medium_", "text", "privileged")
_Mark = tuple[datetime, str, int]


def _union(case: TerminationCase, before: _Mark | None) -> Any:
    said = Communication.objects.filter(case=case)
    done = AuditEvent.objects.filter(stream=f"case:{case.pk}", action__in=STEPS)
    said = _newest(said, "occurred_at", "c", before).annotate(
        at_=F("occurred_at"),
        source=Value("c"),
        row=F("pk"),
        title=F("subject"),
        who=Coalesce(F("counterpart"), Value("")),
        way=F("direction"),
        medium_=F("medium"),
        text=Substr("body", 1, _LONGEST_QUOTE + 1, output_field=TextField()),
        privileged=F("is_privileged"),
    )
    done = _newest(done, "at", "e", before).annotate(
        at_=F("at"),
        source=Value("e"),
        row=F("pk"),
        title=F("action"),
        who=Coalesce(F("detail__actor_name"), F("actor_ref"), output_field=CharField()),
        way=Value(""),
        medium_=F("actor_kind"),
        text=Coalesce(Cast("detail__after", TextField()), Value(""), output_field=TextField()),
        privileged=Value(False, output_field=BooleanField()),
    )
    both = said.values_list(*_COLUMNS).union(done.values_list(*_COLUMNS), all=True)
    return both.order_by("-at_", "-source", "-row")


def _newest(rows: QuerySet[Any], at: str, source: str, before: _Mark | None) -> QuerySet[Any]:
    # SQLite takes no LIMIT inside a union, so each side names its newest rows by their keys.
    if before is not None:
        moment, other, row = before
        tied = Q(**{at: moment})
        if source == other:
            tied &= Q(pk__lt=row)
        elif source > other:
            tied &= Q(pk__in=[])
        rows = rows.filter(Q(**{f"{at}__lt": moment}) | tied)
    newest = rows.order_by(f"-{at}", "-pk").values("pk")[: PAGE + 1]
    return rows.model._default_manager.filter(pk__in=newest).order_by()


def _mark(row: tuple[Any, ...]) -> str:
    return f"{row[0].astimezone(UTC):%Y%m%dT%H%M%S.%f}{row[1]}{row[2]}"


def _parse(mark: str) -> _Mark | None:
    for source in ("c", "e"):
        moment, found, row = mark.partition(source)
        if found and row.isdecimal() and len(row) < 19:
            try:
                at = datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
            except ValueError:
                return None
            return at, source, int(row)
    return None


def _moment(row: tuple[Any, ...]) -> Moment:
    at, source, _row, title, who, way, medium, text, privileged = row
    if source == "e":
        look = STEPS[title]
        name, quote = ("", "") if title in _TOLD_ELSEWHERE else _told(text)
        return Moment(
            at=at,
            title=f"{look.words}: {name}" if name else look.words,
            who=_actor(who, medium),
            icon=look.icon,
            tone=look.tone,
            way=look.way,
            text=quote[:_LONGEST_QUOTE],
            is_cut=len(quote) > _LONGEST_QUOTE,
        )
    return Moment(
        at=at,
        title=title,
        who=who,
        icon=_MEDIA[Medium(medium)],
        tone="acknowledged" if way == Direction.INCOMING else "notice",
        way=way,
        medium=Medium(medium).label,
        text=text[:_LONGEST_QUOTE],
        is_cut=len(text) > _LONGEST_QUOTE,
        is_privileged=bool(privileged),
    )


def _told(after: str) -> tuple[str, str]:
    """Return what a step was about and what was said with it, as far as it is still kept."""
    values = json.loads(after) if after else None
    if not isinstance(values, dict):
        return "", ""
    found = [values.get(key) for key in _NAMES], [values.get(key) for key in _QUOTES]
    name, quote = (next((v for v in group if isinstance(v, str) and v), "") for group in found)
    return name, quote


def _actor(name: str, kind: str) -> str:
    return str(_("automatically")) if kind == "machine" else name
