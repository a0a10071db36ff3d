"""What programs do to the links in a mail, as data: filters, previews, crawlers, robots.

Each behaviour is a row of requests to one link. `after` says when it comes: seconds after the mail
was sent, half an hour later, or once its addressee has confirmed. `leaves` says what may remain:
nothing, a weak confirmation that waits for a lead, or words that a colleague reads.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from django.core import signing
from django.http.response import HttpResponseBase
from django.test import Client

from audit import clock
from tests.portal.letters import Held, nonce_on

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0"

EARLY, LATE, CONFIRMED = "early", "late", "confirmed"
NOTHING, WEAK, WORDS = "nothing", "weak", "words"

FORM = {"name": "{addressee}", "is_authorised": "on"}
"""What the form asks for, filled in as the page itself tells the name."""
FORMS = ("", "question/", "addressee/", "dispute/", "not-me/")
EVERYTHING = FORM | {"remark": "https://spam.example", "text": "Hello", "is_sure": "on"}


@dataclass(frozen=True)
class Ask:
    """One request: a method, an address below the link, and what is sent."""

    method: str = "get"
    where: str = ""
    fields: dict[str, str] | None = None
    nonce: str = ""
    """own, forged, foreign, old, used; empty for none."""
    headers: dict[str, str] = field(default_factory=dict)
    as_json: bool = False


@dataclass(frozen=True)
class Behaviour:
    """A program's manner, under a name of its own."""

    name: str
    asks: tuple[Ask, ...]
    after: str = EARLY
    leaves: str = NOTHING
    agent: str = BROWSER


GET = Ask()
HEAD = Ask("head")


def posting(fields: dict[str, str] = FORM, nonce: str = "own", where: str = "", **more: Any) -> Ask:
    return Ask("post", where, fields, nonce, **more)


def seen(name: str, *asks: Ask, **more: Any) -> Behaviour:
    return Behaviour(name, asks, **more)


def preview(name: str, agent: str) -> Behaviour:
    return Behaviour(f"a link preview of {name}", (HEAD, GET), LATE, NOTHING, agent)


LOOKING = [
    seen("asks with HEAD", HEAD),
    seen("fetches the page", GET),
    seen("asks what is allowed", Ask("options")),
    seen("fetches twice at once", GET, GET),
    seen("asks with HEAD, then fetches", HEAD, GET),
    seen("fetches with an older prefetch header", Ask(headers={"Purpose": "prefetch"})),
    seen("prerenders", Ask(headers={"Sec-Purpose": "prefetch;prerender"})),
    seen("prefetches as Firefox does", Ask(headers={"X-Moz": "prefetch"})),
    seen("previews as Safari does", Ask(headers={"X-Purpose": "preview"})),
    seen("downloads the letter", GET, Ask(where="letter.pdf")),
    seen("asks for a receipt that is not there", Ask(where="receipt.pdf")),
    seen(
        "follows every address on the page",
        *(Ask(where=where) for where in ("", "letter.pdf", "question/", "dispute/", "not-me/")),
    ),
    seen("fetches with a marketing parameter", Ask(where="?utm_source=mail&sent=question")),
    seen("brings a cookie", Ask(headers={"Cookie": "csrftoken=abc; sessionid=def"})),
    seen("comes from another site", Ask(headers={"Referer": "https://mail.example/read"})),
    seen("uses methods that no page has", Ask("put"), Ask("delete"), Ask("patch"), Ask("trace")),
    seen(
        "fetches through a filter's own address", GET, agent="Mozilla/5.0 (Proofpoint URL Defense)"
    ),
    preview("Slack", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"),
    preview("Teams", "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5"),
    preview("WhatsApp", "WhatsApp/2.24.6 W"),
    preview("Telegram", "TelegramBot (like TwitterBot)"),
    preview("Discord", "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)"),
    preview("LinkedIn", "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient)"),
    preview("Facebook", "facebookexternalhit/1.1"),
    preview("a search engine", "Mozilla/5.0 (compatible; Googlebot/2.1)"),
]

PRESSING_EARLY = [
    seen("posts an empty form", Ask("post", fields={})),
    seen("posts without the page's nonce", posting(nonce="")),
    seen("presses the button and types nothing", GET, posting({})),
    seen("ticks the box and types no name", GET, posting({"is_authorised": "on"})),
    seen("types the name and ticks no box", GET, posting({"name": "{addressee}"})),
    seen("forges a nonce", GET, posting(nonce="forged")),
    seen("posts JSON", GET, posting(as_json=True)),
    seen("fills in the addressee's name", GET, posting(), leaves=WEAK),
    seen("fills in the addressee's name twice", GET, posting(), posting(), leaves=WEAK),
    seen("fills in another name", GET, posting(FORM | {"name": "Test User"}), leaves=WEAK),
    seen("fills in everything", GET, posting(EVERYTHING), leaves=WEAK),
    seen("confirms without ever looking", posting(nonce="blind"), leaves=WEAK),
    seen("asks a question", GET, posting({"text": "Hello"}, where="question/"), leaves=WORDS),
    seen("disputes", GET, posting(EVERYTHING, where="dispute/"), leaves=WORDS),
    seen("says that it was not them", GET, posting(EVERYTHING, where="not-me/")),
    seen("presses every button empty", GET, *(posting({}, where=one) for one in FORMS)),
]

PRESSING_LATE = [
    seen(
        "replays a nonce that did something else",
        GET,
        posting({"text": "Hello"}, where="question/"),
        posting(nonce="used"),
        leaves=WORDS,
    ),
    seen("brings the nonce of another letter", GET, posting(nonce="foreign")),
    seen("brings the nonce of the day before", posting(nonce="old")),
    seen("fills in the form as soon as it has loaded", GET, posting(), leaves=WEAK),
    seen("fills in what people do not see", GET, posting(EVERYTHING), leaves=WEAK),
    seen("fills in the form with curl", GET, posting(), leaves=WEAK, agent="curl/8.5.0"),
    seen(
        "fills in the form with a library",
        GET,
        posting(),
        leaves=WEAK,
        agent="python-requests/2.32",
    ),
    seen(
        "runs a browser without a window",
        GET,
        posting(),
        leaves=WEAK,
        agent=f"{BROWSER} HeadlessChrome/140.0",
    ),
    seen("previews and presses", GET, posting(), leaves=WEAK, agent="Slackbot 1.0"),
    seen(
        "disputes as soon as the page has loaded",
        GET,
        posting({"text": "Hello"}, where="dispute/"),
        leaves=WORDS,
    ),
]
PRESSING_LATE = [replace(one, after=LATE) for one in PRESSING_LATE]

AFTER_A_PERSON = [
    seen("fetches the confirmed page", HEAD, GET, Ask(where="receipt.pdf")),
    seen(
        "confirms what is confirmed",
        GET,
        posting(EVERYTHING | {"name": "Test User"}, nonce="blind"),
    ),
    seen("presses “this was not me”", Ask(where="not-me/"), posting({}, where="not-me/")),
    seen(
        "fills in “this was not me”",
        Ask(where="not-me/"),
        posting(EVERYTHING, where="not-me/"),
        leaves=WORDS,
    ),
    seen(
        "ticks “this was not me” at once",
        Ask(where="not-me/"),
        posting({"is_sure": "on"}, where="not-me/"),
        leaves=WORDS,
    ),
    seen("disputes a confirmed letter", GET, posting(EVERYTHING, where="dispute/"), leaves=WORDS),
]
AFTER_A_PERSON = [replace(one, after=CONFIRMED) for one in AFTER_A_PERSON]

EVERY_BEHAVIOUR = [*LOOKING, *PRESSING_EARLY, *PRESSING_LATE, *AFTER_A_PERSON]


def run(behaviour: Behaviour, held: Held, foreign: Held, address: str) -> list[HttpResponseBase]:
    """Do to a link what a program does; return the answers."""
    client = Client(headers={"user-agent": behaviour.agent}, REMOTE_ADDR=address)
    answers: list[HttpResponseBase] = []
    own = ""
    for ask in behaviour.asks:
        url = held.url + ask.where
        if ask.fields is None:
            answer = getattr(client, ask.method)(url, headers=ask.headers)
            if ask.method == "get" and b'name="nonce"' in getattr(answer, "content", b""):
                own = nonce_on(answer)
        else:
            fields = {
                name: text.format(addressee=held.link.recipient_name)
                for name, text in ask.fields.items()
            }
            fields |= _nonce(ask.nonce, own, held, foreign)
            answer = (
                client.post(url, json.dumps(fields), content_type="application/json")
                if ask.as_json
                else client.post(url, fields)
            )
        answers.append(answer)
    return answers


def _nonce(kind: str, own: str, held: Held, foreign: Held) -> dict[str, str]:
    """Return the nonce that a request brings along."""
    now = clock.now().timestamp()
    said = {"link": held.link.pk, "code": False, "mark": f"{held.link.pk}-{now}"}
    stale = said | {"at": int(now) - 90_000, "shown": now - 90_000}
    fresh_elsewhere = said | {"at": int(now), "shown": now}
    nonces = {
        "own": own,
        "used": own,
        "forged": f"{own[:-4]}AAAA",
        "foreign": nonce_on(Client().get(foreign.url)) if kind == "foreign" else "",
        "old": signing.dumps(stale, salt="portal.nonce"),
        "blind": signing.dumps(fresh_elsewhere, salt="portal.nonce"),
    }
    return {"nonce": nonces[kind]} if kind else {}
