"""What the top bar leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """One page of the top bar.

    Attributes:
        view: the URL name that it opens.
        key: the keys, pressed one after the other, that open it too.
        family: the beginning of URL names that belong to this place and mark it as current.
        is_for_admins: nobody else is shown the way there.
    """

    view: str
    label: str | Promise
    icon: str
    key: str = ""
    family: str = ""
    is_for_admins: bool = False


MAIN = (
    Place("desk:queue", _("Queue"), "list-checks", "g q"),
    Place("desk:board", _("Board"), "square-kanban", "g b"),
    Place("desk:case-list", _("Cases"), "archive", "g c", "desk:case"),
    Place("desk:client-list", _("Clients"), "building-2", "g l", "desk:client"),
    Place("desk:approvals", _("Approvals"), "stamp", "g a"),
    Place("desk:inbox", _("Inbox"), "inbox", "g i", "desk:inbox"),
    Place("desk:deliveries", _("Deliveries"), "send", "g d", "desk:deliver"),
    Place("desk:post", _("Post"), "truck", "g p", "desk:post"),
)
BELL = (Place("desk:notifications", _("Notifications"), "bell", "g n", "desk:notification"),)
MORE = (
    Place("desk:campaigns", _("Campaigns"), "users", "g m", "desk:campaign"),
    Place("desk:text-blocks", _("Text blocks"), "file-text", "", "desk:text-block"),
    Place("desk:insights", _("Insights"), "lightbulb", "", "desk:insights"),
    Place("desk:playbook", _("Playbook"), "scale", "", "desk:playbook"),
    Place("desk:providers", _("Providers"), "building-2"),
    Place("desk:team", _("Team"), "users", "", "desk:team"),
    Place("desk:firm", _("Firm settings"), "settings", "", "desk:firm", is_for_admins=True),
)


@dataclass(frozen=True)
class Link:
    """A place as it stands in the top bar of this request."""

    url: str
    label: str | Promise
    icon: str
    key: str
    is_current: bool
    count: int = 0


def links(
    places: tuple[Place, ...], request: HttpRequest | None, counts: Mapping[str, int] | None = None
) -> list[Link]:
    """The places that exist in this installation, the one being looked at marked.

    Args:
        places: `MAIN` or `MORE`.
        request: whose page it is.
        counts: by URL name, how much waits there.
    """
    match = getattr(request, "resolver_match", None)
    here = match.view_name if match else ""
    is_admin = getattr(getattr(request, "user", None), "is_admin", False)
    found = []
    for place in places:
        if place.is_for_admins and not is_admin:
            continue
        try:
            url = reverse(place.view)
        except NoReverseMatch:
            continue
        is_current = here == place.view or bool(place.family and here.startswith(place.family))
        count = (counts or {}).get(place.view, 0)
        found.append(Link(url, place.label, place.icon, place.key, is_current, count))
    return found


def address(view: str) -> str:
    """The URL of a named page, or nothing where it does not exist."""
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""
