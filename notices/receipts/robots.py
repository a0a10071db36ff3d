"""Programs that say what they are, and requests that say that nobody looks yet.

Only what a program tells of itself: whoever pretends to be a browser is not found here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_ROBOT = re.compile(
    r"(?<!cu)bot(?![a-z])"  # not Cubot, a maker of telephones
    r"|crawl|spider|slurp|scann?er|preview|unfurl|validator|monitor"
    r"|facebookexternalhit|whatsapp/|headless|phantomjs|selenium"
    r"|\b(?:curl|wget|python|java|ruby|perl|php|go-http-client|okhttp|axios|node-fetch|libwww)\b"
    r"|safelinks|proofpoint|mimecast|barracuda|urlscan|virustotal",
    re.IGNORECASE,
)

_EARLY_LOOKS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
"""Headers by which browsers and previews say that a page is fetched before anybody asked for it."""


def calls_itself_a_robot(user_agent: str) -> bool:
    """Tell whether a program names itself as one: a link preview, a scanner, a library."""
    return bool(_ROBOT.search(user_agent))


def nobody_looks(headers: Mapping[str, str]) -> bool:
    """Tell whether a request says itself that no person looks at the page."""
    said = " ".join(headers.get(name, "") for name in _EARLY_LOOKS).lower()
    return (
        "prefetch" in said
        or "preview" in said
        or "prerender" in said
        or calls_itself_a_robot(headers.get("User-Agent", ""))
    )
