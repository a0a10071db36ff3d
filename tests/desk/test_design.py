"""The design system: what it promises to readers, keyboards, printers and slow lines."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import django_htmx
import pytest
from django import forms
from django.conf import settings
from django.db import connections
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import sync_playwright

from audit import clock
from desk import icons, stylesheet
from desk.templatetags.design import BADGES, STATES, gate_list, steps_of
from desk.templatetags.words import money, prose_date, prose_time
from offboarding.errors import Reason
from offboarding.lifecycle import State

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "static"
# Mails carry their styles inline and letters are paper; everything else meets the browser's policy.
PAGES = sorted(
    path
    for folder in (ROOT / "templates", ROOT / "config" / "demo" / "templates")
    for path in folder.rglob("*.html")
    if not {"emails", "letters"} & set(path.parts)
)
FORBIDDEN = {
    "a style attribute": r"""\sstyle\s*=\s*["']""",
    "a style element": r"<style[\s>]",
    "an inline script": r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>",
    "an event handler": r"""\son[a-z]+\s*=\s*["']""",
    "hx-on": r"hx-on[:\s=-]",
    "an evaluated value": r"""["']js:|["']javascript:""",
}


def render(source: str, **values: Any) -> str:
    return Template("{% load design words fields %}" + source).render(Context(values))


# -- what the browser's policy forbids -------------------------------------------------------------


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_page_holds(what: str) -> None:
    guilty = [
        str(page.relative_to(ROOT))
        for page in PAGES
        if re.search(FORBIDDEN[what], page.read_text(encoding="utf-8"))
    ]

    assert guilty == []


@pytest.mark.parametrize(
    ("what", "markup"),
    [
        ("a style attribute", '<p style="color:red">'),
        ("a style element", "<style>p{}</style>"),
        ("an inline script", "<script>alert(1)</script>"),
        ("an event handler", '<a onclick="x()">'),
        ("hx-on", '<a hx-on:click="x()">'),
        ("an evaluated value", """<a hx-vals='js:{a:1}'>"""),
    ],
)
def test_the_scan_sees(what: str, markup: str) -> None:
    assert re.search(FORBIDDEN[what], markup)


# -- budgets ---------------------------------------------------------------------------------------


def compressed(*paths: Path) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def test_the_built_stylesheet_is_what_its_parts_say() -> None:
    assert stylesheet.BUILT.read_text(encoding="utf-8") == stylesheet.build(), (
        "A part of the stylesheet changed: run `python -m desk.stylesheet` and commit app.css."
    )


def test_the_staff_stylesheet_keeps_to_12_kilobytes() -> None:
    assert compressed(stylesheet.BUILT) <= 12 * 1024


def test_the_public_stylesheet_keeps_to_5_kilobytes_and_asks_for_nothing_more() -> None:
    public = STATIC / "css" / "public.css"

    assert compressed(public) <= 5 * 1024
    assert "url(" not in public.read_text(encoding="utf-8")
    assert "@import" not in public.read_text(encoding="utf-8")


def test_the_scripts_keep_to_30_kilobytes_with_htmx() -> None:
    htmx = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"

    assert compressed(htmx, *(STATIC / "js").glob("*.js")) <= 30 * 1024


def test_a_client_page_needs_no_script_and_two_requests() -> None:
    page = Client().get(reverse("demo:client-styleguide")).content.decode()

    assert "<script" not in page
    assert re.findall(r'(?:src|href)="([^"#]*static[^"]*)"', page) == ["/static/css/public.css"]


# -- colours ---------------------------------------------------------------------------------------


def tokens() -> dict[str, tuple[str, str]]:
    source = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", source)
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


TONES = (
    "evaluate",
    "notice",
    "acknowledged",
    "obligations",
    "transition",
    "follow-up",
    "overdue",
)
WORDS_ON_GROUND = [
    *[(words, ground) for words in ("text", "muted", "accent") for ground in ("bg", "surface")],
    *[(words, "raised") for words in ("text", "muted", "accent")],
    ("on-accent", "accent"),
    *[(tone, f"{tone}-tint") for tone in TONES],
    *[("text", f"{tone}-tint") for tone in TONES],
    *[(tone, "surface") for tone in TONES],
    ("overdue", "bg"),
]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), WORDS_ON_GROUND)
def test_words_can_be_read_on_their_ground(words: str, ground: str, theme: int) -> None:
    measured = contrast(tokens()[words][theme], tokens()[ground][theme])

    assert measured >= 4.5, f"{words} on {ground}: {measured:.2f}"


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("edge", ["control", "focus"])
def test_edges_of_controls_can_be_seen(edge: str, theme: int) -> None:
    for ground in ("bg", "surface"):
        assert contrast(tokens()[edge][theme], tokens()[ground][theme]) >= 3


def test_clients_see_the_colours_that_staff_see() -> None:
    public = (STATIC / "css" / "public.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", public, flags=re.DOTALL)

    for theme, block in enumerate((light, dark)):
        values = dict(re.findall(r"--([\w-]+): (#\w{6});", block))
        assert values
        assert values == {name: tokens()[name][theme] for name in values}


# -- icons -----------------------------------------------------------------------------------------


def test_every_icon_that_a_page_draws_is_in_the_sprite() -> None:
    drawn = {
        name: page
        for page in PAGES
        for name in re.findall(
            r'{%\s*(?:inline_)?icon\s+"([\w-]+)"', page.read_text(encoding="utf-8")
        )
    }
    drawn |= {
        name: page
        for page in PAGES
        for name in re.findall(r'\bwith\b[^%]*\bicon="([\w-]+)"', page.read_text(encoding="utf-8"))
    }

    assert drawn
    assert {name: str(page) for name, page in drawn.items() if name not in icons.names()} == {}


def test_every_state_and_badge_has_its_icon_and_tone() -> None:
    css = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")

    assert set(STATES) == set(State)
    for look in [*STATES.values(), *BADGES.values()]:
        assert look.icon in icons.names()
        assert f".tone-{look.tone} " in css


def test_an_unknown_icon_is_refused_when_the_page_is_drawn() -> None:
    with pytest.raises(LookupError, match="no-such-icon"):
        icons.icon("no-such-icon")


@pytest.mark.parametrize(
    "licence",
    ["static/icons/LICENSE", "static/fonts/inter/LICENSE", "tests/vendor/axe.LICENSE.txt"],
)
def test_what_came_from_elsewhere_has_its_licence_beside_it(licence: str) -> None:
    assert (ROOT / licence).read_text(encoding="utf-8").strip()


# -- words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "written"), [("en", "31 January 2027"), ("de", "31. Januar 2027")]
)
def test_a_date_reads_as_in_a_letter(language: str, written: str) -> None:
    with translation.override(language):
        assert prose_date(date(2027, 1, 31)) == written


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("UTC", "14:05\u00a0UTC"),
        ("Europe/Berlin", "15:05\u00a0CET"),
        ("America/Sao_Paulo", "11:05\u00a0UTC\u22123"),
        ("Asia/Kathmandu", "19:50\u00a0UTC+5:45"),
    ],
)
def test_an_instant_is_written_with_the_zone_it_is_told_in(zone: str, written: str) -> None:
    with timezone.override(zone):
        instant = prose_time(datetime(2027, 1, 31, 14, 5, tzinfo=UTC))
    assert instant == f"31 January 2027, {written}"


@pytest.mark.parametrize(
    ("language", "cents", "currency", "written"),
    [
        ("en", 123450, "EUR", "€1,234.50"),
        ("de", 123450, "EUR", "1.234,50\u00a0€"),
        ("en", -99, "USD", "\u2212$0.99"),
        ("en", 123450, "CHF", "1,234.50\u00a0CHF"),
        ("en", 1234, "JPY", "1,234\u00a0JPY"),
        ("en", None, "EUR", ""),
    ],
)
def test_money_is_written_in_the_readers_manner(
    language: str, cents: int | None, currency: str, written: str
) -> None:
    with translation.override(language):
        assert money(cents, currency) == written


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-3, "3 days overdue"),
        (-1, "1 day overdue"),
        (0, "due today"),
        (1, "due tomorrow"),
        (5, "due in 5 days"),
    ],
)
def test_how_due_something_is_stands_in_words(days: int, words: str) -> None:
    html = render("{% due on %}", on=clock.today() + timedelta(days=days))

    assert words in html
    # Red comes with an icon, so that colour never speaks alone.
    assert ("due--overdue" in html) == (days < 0) == ("<svg" in html)


# -- a case ----------------------------------------------------------------------------------------


@dataclass
class ACase:
    state: str
    acknowledged_at: datetime | None = None


@pytest.mark.parametrize("state", State)
def test_a_state_is_shown_as_icon_and_word(state: State) -> None:
    html = render("{% state_badge case %}", case=ACase(state))

    assert str(state.label) in html
    assert f"#{STATES[state].icon}" in html


def test_the_way_of_a_case_says_what_is_done_and_what_is_to_come() -> None:
    way = [(step.label, step.progress) for step in steps_of(ACase(State.ACKNOWLEDGED))]

    assert way == [
        ("Evaluate", "done"),
        ("Notice", "done"),
        ("Acknowledged", "current"),
        ("Obligations fulfilled", "upcoming"),
        ("Transition", "upcoming"),
        ("Follow-up", "upcoming"),
        ("Closed", "upcoming"),
    ]


@pytest.mark.parametrize(
    ("case", "way"),
    [
        (ACase(State.RETAINED), ["Evaluate", "Kept"]),
        (ACase(State.WITHDRAWN), ["Evaluate", "Notice", "Withdrawn"]),
        (
            ACase(State.WITHDRAWN, acknowledged_at=datetime(2027, 1, 1, tzinfo=UTC)),
            ["Evaluate", "Notice", "Acknowledged", "Withdrawn"],
        ),
    ],
)
def test_kept_and_withdrawn_cases_end_at_the_side(case: ACase, way: list[str]) -> None:
    steps = steps_of(case)

    assert [step.label for step in steps] == way
    assert [step.is_side for step in steps] == [False] * (len(way) - 1) + [True]


def test_a_gate_says_what_is_missing_and_where_to_meet_it() -> None:
    gates = gate_list(
        [Reason("open", "One is open.", "obligations"), "In words only."], "/cases/1/"
    )

    assert gates["unmet"] == [
        {"text": "One is open.", "url": "/cases/1/#obligations"},
        {"text": "In words only.", "url": ""},
    ]


# -- forms -----------------------------------------------------------------------------------------


class AForm(forms.Form):
    name = forms.CharField(label="Legal name", help_text="As in the register.")
    channel = forms.ChoiceField(
        label="Channel", widget=forms.RadioSelect, choices=[("mail", "Mail"), ("post", "Post")]
    )
    agreed = forms.BooleanField(label="I have read it")


def test_a_form_ties_labels_hints_and_errors_to_its_fields() -> None:
    html = str(AForm({"name": ""}))
    ids = re.findall(r'\bid="([^"]+)"', html)

    assert len(ids) == len(set(ids))
    for described_by in re.findall(r'aria-describedby="([^"]+)"', html):
        assert set(described_by.split()) <= set(ids)
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert '<label class="field__label" for="id_name">' in html
    assert 'aria-invalid="true"' in html
    assert "<fieldset" in html
    assert "<legend" in html


def test_the_error_summary_links_to_every_field_that_is_wrong() -> None:
    html = str(AForm({"name": ""}))
    summary = html[: html.index("</div>")]

    assert "3 things need your attention" in summary
    for target in re.findall(r'href="#([^"]+)"', summary):
        assert f'id="{target}"' in html


def test_a_form_that_nobody_sent_complains_of_nothing() -> None:
    html = str(AForm())

    assert "error-summary" not in html
    assert "field--error" not in html


def test_what_people_typed_is_escaped_in_fields_and_errors() -> None:
    html = str(AForm({"name": "<b>x</b>", "channel": "<i>"}))

    assert "<b>x</b>" not in html
    assert "<i>" not in html


# -- pages nobody hopes to see ---------------------------------------------------------------------


@pytest.mark.django_db
def test_an_unknown_address_gets_a_page_that_somebody_wrote(client: Client) -> None:
    answer = client.get("/there-is-nothing-here/")

    assert answer.status_code in {302, 404}
    page = render("{% include '404.html' %}")
    assert "There is nothing at this address" in page
    assert "<script" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_the_door_is_styled(client: Client, name: str) -> None:
    page = client.get(reverse(name)).content.decode()

    assert 'class="entrance"' in page
    assert 'class="field__label"' in page


# -- a real browser --------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_every_part_is_accessible_fits_the_screen_and_meets_the_policy(
    live_server: Any, monkeypatch: pytest.MonkeyPatch, scheme: Any, width: int
) -> None:
    # Playwright's loop lives in this thread; Django's teardown would take it for async code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    axe = (ROOT / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page(
            color_scheme=scheme, viewport={"width": width, "height": 900}, reduced_motion="reduce"
        )
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else 0)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        for path in (
            reverse("demo:styleguide"),
            reverse("demo:styleguide") + "?wrong",
            reverse("demo:client-styleguide") + "?wrong",
            reverse("account_login"),
        ):
            page.goto(live_server.url + path)
            # Through the debugger: the page's own policy rightly refuses a script from outside.
            page.evaluate(axe)
            found = page.evaluate("axe.run().then(found => found.violations)")
            complaints += [f"{path}: {item['id']}: {item['nodes'][0]['html']}" for item in found]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                complaints.append(f"{path}: sideways scroll at {width} px")
        browser.close()
        # While Playwright's loop runs here, Django keeps a connection of its own for this thread.
        connections.close_all()

    assert complaints == []
