"""Template tags of the design system: what every page is drawn with.

The markup of each part is described at the head of its file in static/css/components/.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from desk import counters, icons, navigation
from desk.case import tag_rows
from offboarding.lifecycle import STAGES, State

register = template.Library()


@dataclass(frozen=True)
class Look:
    """How a word looks: its icon and its tone."""

    icon: str
    tone: str
    word: str | Promise = ""


STATES = {
    State.EVALUATION: Look("scale", "evaluate"),
    State.NOTICE: Look("mail", "notice"),
    State.ACKNOWLEDGED: Look("mail-check", "acknowledged"),
    State.OBLIGATIONS_FULFILLED: Look("list-checks", "obligations"),
    State.TRANSITION: Look("arrow-right-left", "transition"),
    State.FOLLOW_UP: Look("calendar-check", "follow-up"),
    State.CLOSED: Look("archive", "evaluate"),
    State.RETAINED: Look("handshake", "follow-up"),
    State.WITHDRAWN: Look("undo-2", "evaluate"),
}

BADGES = {
    # flags of a case
    "overdue": Look("circle-alert", "overdue", _("Overdue")),
    "disputed": Look("message-circle-warning", "transition", _("Disputed")),
    "on-hold": Look("circle-pause", "evaluate", _("On hold")),
    "legal-hold": Look("gavel", "obligations", _("Legal hold")),
    "restricted": Look("eye-off", "obligations", _("Restricted")),
    "in-flight": Look("history", "evaluate", _("Entered in flight")),
    # what became of a piece of writing
    "draft": Look("pencil", "evaluate", _("Draft")),
    "waiting": Look("clock", "transition", _("Waiting")),
    "approved": Look("stamp", "follow-up", _("Approved")),
    "sealed": Look("lock", "acknowledged", _("Sealed")),
    "dispatched": Look("send", "notice", _("Dispatched")),
    "delivered": Look("mail-check", "follow-up", _("Delivered")),
    "failed": Look("circle-x", "overdue", _("Failed")),
    "uncertain": Look("triangle-alert", "transition", _("Uncertain")),
    "cancelled": Look("x", "evaluate", _("Cancelled")),
    # what became of a thing to do
    "open": Look("circle", "evaluate", _("Open")),
    "done": Look("circle-check", "follow-up", _("Done")),
    "waived": Look("scale", "obligations", _("Waived")),
    "not-applicable": Look("x", "evaluate", _("Not applicable")),
    "escalated": Look("arrow-up", "transition", _("Escalated")),
    # plain tones, for a word of one's own
    "neutral": Look("circle-dot", "evaluate"),
    "info": Look("info", "notice"),
    "success": Look("circle-check", "follow-up"),
    "warn": Look("triangle-alert", "transition"),
    "error": Look("circle-alert", "overdue"),
}

_ALERT_ICONS = {
    "info": "info",
    "success": "circle-check",
    "warn": "triangle-alert",
    "error": "circle-alert",
}
_MESSAGE_KINDS = {"success": "success", "warning": "warn", "error": "error"}
_AVATAR_TONES = ("evaluate", "notice", "acknowledged", "obligations", "transition", "follow-up")


# -- icons and badges ------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Draw an icon of the sprite: {% icon "mail" %}, {% icon "inbox" "large" %}."""
    return icons.icon(name, size)


@register.simple_tag
def inline_icon(name: str, size: str = "") -> SafeString:
    """Draw an icon without another request, for client pages: {% inline_icon "check" %}."""
    return icons.icon(name, size, inline=True)


def _badge(look: Look, word: str | Promise) -> SafeString:
    return format_html(
        '<span class="badge tone-{}">{}{}</span>', look.tone, icons.icon(look.icon), word
    )


@register.simple_tag
def badge(kind: str, word: str = "") -> SafeString:
    """Mark something by icon and word: {% badge "disputed" %}, {% badge "warn" "Two letters" %}."""
    look = BADGES[kind.replace("_", "-")]
    return _badge(look, word or look.word)


@register.simple_tag
def state_badge(case: Any) -> SafeString:
    """Show where a case stands; takes anything with a state, or the state itself."""
    state = State(getattr(case, "state", case))
    return _badge(STATES[state], state.label)


_WAYS_BACK = {"welcome_back": "success", "review_first": "warn", "do_not_engage": "error"}


@register.simple_tag
def way_back_badge(closing: Any) -> SafeString:
    """How the client of a closed case is met when they return."""
    return badge(_WAYS_BACK[closing.way_back], closing.get_way_back_display())


@register.simple_tag
def flag_badges(case: Any) -> SafeString:
    """Show what stands beside the state of a case: disputed, on hold, legal hold, restricted."""
    flags = (
        ("disputed", case.is_disputed),
        ("on-hold", case.is_on_hold),
        ("legal-hold", bool(case.legal_hold_reason)),
        ("restricted", case.is_restricted),
        ("in-flight", case.entered_from_elsewhere),
    )
    shown = [badge(kind) for kind, is_set in flags if is_set]
    return format_html_join(" ", "{}", ((one,) for one in shown))


@register.simple_tag
def tag_badges(case: Any) -> SafeString:
    """Show the team's own words on a case; each has the colour the team gave it."""
    shown = [_badge(Look("tag", tag.tone), tag.name) for tag in tag_rows.tags_of(case)]
    return format_html_join(" ", "{}", ((one,) for one in shown))


@register.simple_tag
def tag_badge(tag: Any) -> SafeString:
    """Show one tag: {% tag_badge tag %}."""
    return _badge(Look("tag", tag.tone), tag.name)


@register.simple_tag
def avatar(name: str) -> SafeString:
    """Show a person's initials; decoration beside the name that is written out."""
    words = name.split()
    initials = (words[0][:1] + words[-1][:1] if len(words) > 1 else name[:2]).upper()
    tone = _AVATAR_TONES[sum(name.encode()) % len(_AVATAR_TONES)]
    return format_html('<span class="avatar tone-{}" aria-hidden="true">{}</span>', tone, initials)


# -- a case ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One stage on the way of a case."""

    label: str
    icon: str
    tone: str
    progress: str
    is_side: bool = False


def steps_of(case: Any) -> list[Step]:
    """The way of a case: what is done, where it stands, what is to come."""
    state = State(case.state)
    way = [*STAGES, State.CLOSED]
    if state is State.RETAINED:
        way = [State.EVALUATION, state]
    elif state is State.WITHDRAWN:
        was_acknowledged = bool(getattr(case, "acknowledged_at", None))
        way = [*way[: 3 if was_acknowledged else 2], state]
    here = way.index(state)
    # A closed case has arrived: its last step is done, not under way.
    return [
        Step(
            label=step.label,
            icon=STATES[step].icon,
            tone=STATES[step].tone,
            progress="done" if index < here else "current" if index == here else "upcoming",
            is_side=step in {State.RETAINED, State.WITHDRAWN},
        )
        for index, step in enumerate(way)
    ]


@register.inclusion_tag("desk/_stages.html")
def stage_steps(case: Any) -> dict[str, Any]:
    """Show the stages of a case as icon and word."""
    return {"steps": steps_of(case)}


@register.inclusion_tag("desk/_gates.html")
def gate_list(reasons: Iterable[Any], base: str = "", met: Iterable[str] = ()) -> dict[str, Any]:
    """List each unmet condition in words, with the way to meet it.

    Args:
        reasons: `Reason`s (or plain sentences); a reason's `fix` names the section that meets it.
        base: the page that holds those sections; left out, they are on this page.
        met: sentences of conditions that are met already, shown ticked.
    """
    unmet = [
        {
            "text": getattr(reason, "text", reason),
            "url": f"{base}#{reason.fix}" if getattr(reason, "fix", "") else "",
        }
        for reason in reasons
    ]
    return {"unmet": unmet, "met": list(met)}


# -- what the application says ---------------------------------------------------------------------


@register.simple_block_tag
def alert(content: str, kind: str = "info", title: str = "") -> SafeString:
    """Say something that matters: {% alert "warn" "Title" %}…{% endalert %}."""
    heading = format_html("<h2>{}</h2>", title) if title else ""
    return format_html(
        '<div class="alert alert--{}">{}<div>{}{}</div></div>',
        kind,
        icons.icon(_ALERT_ICONS[kind], inline=True),
        heading,
        content,
    )


@register.filter
def alert_kind(message: Any) -> str:
    """The kind of alert that a flash message of Django becomes."""
    return _MESSAGE_KINDS.get(message.level_tag, "info")


@register.filter
def alert_icon(kind: str) -> str:
    """The icon that an alert of this kind bears."""
    return _ALERT_ICONS[kind]


# -- the top bar -----------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def navigation_links(context: Context, which: str = "main") -> list[navigation.Link]:
    """The links of the top bar ("main"), of its last menu ("more") or of its bell ("bell")."""
    request: HttpRequest | None = context.get("request")
    return navigation.links(_PLACES[which], request, _counts(request))


_PLACES = {"main": navigation.MAIN, "more": navigation.MORE, "bell": navigation.BELL}
_COUNTS = "_waiting_for_the_reader"


def _counts(request: HttpRequest | None) -> dict[str, int]:
    """Count once for a page, however many of its lists of links show a number."""
    if request is None or not hasattr(request, "user"):
        return {}
    if not hasattr(request, _COUNTS):
        setattr(request, _COUNTS, counters.waiting_for(request.user))
    counts: dict[str, int] = getattr(request, _COUNTS)
    return counts


@register.simple_tag
def address_of(view: str) -> str:
    """The URL of a page that may not exist in this installation, or nothing."""
    return navigation.address(view)
