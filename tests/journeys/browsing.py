"""A browser without script: it opens pages, finds forms and buttons on them, and sends those.

Only what a page offers can be sent. A field that the page does not have, a choice it does not
offer, a button that is not there fails the test, and hidden fields go back as the page gave them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client

from audit import clock

Value = Any


@dataclass
class Control:
    """One field of a form as the page sent it."""

    name: str
    kind: str
    value: str = ""
    is_on: bool = True
    choices: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form with everything in it."""

    action: str
    method: str
    controls: list[Control] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """Words, name and value of each."""

    @property
    def names(self) -> set[str]:
        return {control.name for control in self.controls}

    def button(self, words: str) -> tuple[str, str, str] | None:
        return next((one for one in self.buttons if words in one[0]), None)

    def filled(self, said: dict[str, Value]) -> dict[str, list[Value]]:
        """Return what a browser would send once a person changed the named fields."""
        sent: dict[str, list[Value]] = {}
        for control in self.controls:
            name = control.name
            if name not in said:
                if control.kind != "file" and control.is_on:
                    sent.setdefault(name, []).append(control.value)
                continue
            value = said[name]
            if control.kind in ("checkbox", "radio"):
                chosen = value if isinstance(value, list) else [value]
                if True in chosen or control.value in map(str, chosen):
                    sent.setdefault(name, []).append(control.value)
            elif control.kind == "select":
                assert str(value) in control.choices, (name, value, control.choices)
                sent[name] = [str(value)]
            else:
                sent[name] = [value if control.kind == "file" else str(value)]
        for name, value in said.items():
            assert name in sent or value in (False, []), f"“{value}” is not offered as “{name}”."
        return sent


class _Reader(HTMLParser):
    """Collects the forms and links of a page, as a browser sees them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self._form: Form | None = None
        self._select: Control | None = None
        self._words: list[str] | None = None
        self._ends: Any = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "a" and "href" in given:
            self._listen(lambda words: self.links.append((words, given["href"])))
        elif self._form is None:
            return
        elif tag == "input" and given.get("name"):
            kind = given.get("type", "text")
            is_tick = kind in ("checkbox", "radio")
            self._form.controls.append(
                Control(
                    given["name"],
                    kind,
                    given.get("value", "on" if is_tick else ""),
                    is_on="checked" in given or not is_tick,
                )
            )
        elif tag == "textarea":
            control = Control(given["name"], "textarea")
            self._form.controls.append(control)
            # A browser drops the line end right after the tag.
            self._listen(
                lambda words: setattr(control, "value", words.removeprefix("\n")), raw=True
            )
        elif tag == "select":
            self._select = Control(given["name"], "select", is_on=False)
            self._form.controls.append(self._select)
        elif tag == "option" and self._select is not None:
            value = given.get("value", "")
            if not self._select.choices or "selected" in given:
                self._select.value, self._select.is_on = value, True
            self._select.choices.append(value)
        elif tag == "button" and given.get("type", "submit") == "submit":
            form = self._form
            name, value = given.get("name", ""), given.get("value", "")
            self._listen(lambda words: form.buttons.append((words, name, value)))

    def _listen(self, ends: Any, *, raw: bool = False) -> None:
        self._words = []
        self._ends = ends if raw else lambda words: ends(" ".join(words.split()))

    def handle_data(self, data: str) -> None:
        if self._words is not None:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag in ("a", "button", "textarea") and self._words is not None:
            self._ends("".join(self._words))
            self._words = None


@dataclass
class Page:
    """What came back, read."""

    url: str
    status: int
    html: str

    def __post_init__(self) -> None:
        read = _Reader(self.html)
        self.forms, self.links = read.forms, read.links

    @property
    def text(self) -> str:
        """What the page says, without its markup."""
        bare = re.sub(r"<(script|style)\b.*?</\1>", " ", self.html, flags=re.DOTALL)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", bare)))

    def links_to(self, part: str) -> list[str]:
        """Return the addresses on the page that hold a piece of text, each once."""
        return list(dict.fromkeys(url for _, url in self.links if part in url))

    def says(self, *sentences: str) -> Page:
        """Assert that these words can be read on the page."""
        for sentence in sentences:
            assert sentence in self.text, f"{self.url} does not say “{sentence}”:\n{self.text}"
        return self

    def hides(self, *sentences: str) -> Page:
        """Assert that these words cannot be read on the page."""
        for sentence in sentences:
            assert sentence not in self.text, f"{self.url} says “{sentence}”."
        return self

    def form_with(self, button: str, names: set[str]) -> Form:
        """Return the one form that has a button and fields."""
        found = [
            form
            for form in self.forms
            if names <= form.names and form.method == "post" and form.button(button)
        ]
        offered = [(form.buttons, sorted(form.names)) for form in self.forms]
        assert found, f"{self.url} offers no “{button}” with {sorted(names)}: {offered}"
        return found[0]


class Browser:
    """One person at one computer."""

    def __init__(self) -> None:
        self.client = Client(headers={"user-agent": "Mozilla/5.0 (a browser without script)"})

    # -- looking -----------------------------------------------------------------------------------

    def open(self, url: str, *, status: int = HTTPStatus.OK) -> Page:
        """Open an address and follow where it leads."""
        page = self._read(self.client.get(_path_of(url), follow=True), url)
        assert page.status == status, f"{url}: {page.status}\n{page.text[:2000]}"
        return page

    def download(self, url: str) -> bytes:
        """Save a file."""
        answer = self.client.get(_path_of(url))
        assert answer.status_code == HTTPStatus.OK, (url, answer.status_code)
        return b"".join(answer.streaming_content) if answer.streaming else answer.content

    # -- doing -------------------------------------------------------------------------------------

    def fill(
        self, page: Page | str, button: str = "", *, status: int = HTTPStatus.OK, **said: Value
    ) -> Page:
        """Fill in the form of a page and press its button; return the page that this leads to.

        Args:
            page: opened before, or an address to open now.
            button: words on the button; without, the first button of the form with these fields.
            status: of the page where this ends.
            said: what is typed, by the name of the field; True and False tick and untick.
        """
        if isinstance(page, str):
            page = self.open(page)
        form = page.form_with(button, set(said))
        sent = form.filled(said)
        pressed = form.button(button)
        if pressed and pressed[1]:
            sent[pressed[1]] = [pressed[2]]
        where = urljoin(page.url, form.action)
        if _path_of(where).startswith("/r/"):
            # Whoever reads a letter takes a few seconds; who does not is taken for a program.
            clock.move(clock.offset() + timedelta(seconds=5))
        answer = self.client.post(_path_of(where), sent, follow=True)
        landed = self._read(answer, where)
        assert landed.status == status, f"{where}: {landed.status}\n{landed.text[:3000]}"
        return landed

    def press(self, page: Page | str, button: str, *, status: int = HTTPStatus.OK) -> Page:
        """Press a button that asks nothing else."""
        return self.fill(page, button, status=status)

    def _read(self, answer: HttpResponse, url: str) -> Page:
        chain: list[tuple[str, int]] = getattr(answer, "redirect_chain", [])
        landed = urljoin(_path_of(url), chain[-1][0]) if chain else _path_of(url)
        is_page = answer.get("Content-Type", "").startswith("text/html")
        return Page(landed, answer.status_code, answer.content.decode() if is_page else "")


def _path_of(url: str) -> str:
    """Return an address without its host; the test's server has one only."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def links_in(text: str) -> Iterator[str]:
    """Yield the addresses that stand in a plain text."""
    for found in re.finditer(r"https?://[^\s<>\"]+", text):
        yield found[0].rstrip(".,;)")
