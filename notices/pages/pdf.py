"""Every PDF the application makes; the only module that knows WeasyPrint.

The same content gives the same bytes, on every machine with the same renderer: fonts come from the
package and nowhere else, dates from the content, and nothing is fetched. WeasyPrint is imported
when the first page is set, never earlier, because a web process has no business with it and
because without Pango the import fails.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.template.loader import get_template, render_to_string
from django.utils.translation import gettext as _

from notices.letters.content import (
    WORDS,
    Block,
    Bullets,
    Heading,
    LetterContent,
    LetterProblems,
    LetterWords,
    Paragraph,
    Problem,
    ReceiptSlip,
    Table,
)
from notices.pages import letter_fit
from notices.profiles import Profile, Zone, profile_for

# Archival and tagged: whoever opens the letter in thirty years, or with a screen reader, can.
PDF_VARIANT = "pdf/a-3a"
MM_PER_PX = 25.4 / 96
LEAST_LINES_WITH_SIGNATURE = 2
UNPRINTABLE_EDGE_MM = 5.0
TOLERANCE_MM = 0.1
# Room for the reference block's labels, as wide as its longest one needs.
LABEL_WIDTHS_MM = range(18, 36, 2)
# A last paragraph of fewer characters may be a single line; it then takes the one before along.
SHORT_PARAGRAPH = 190

_NEEDED_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
_TEMPLATE_FILES = (
    "_head.html",
    "_sheet.html",
    "_table.html",
    "document.css",
    "document.html",
    "fonts.css",
    "letter.css",
    "letter.html",
    "slip.html",
    "test_page.css",
    "test_page.html",
)


class AddressRefused(Exception):
    """A document asked for something outside the package; nothing was fetched or rendered."""


@dataclass(frozen=True, slots=True)
class RenderedLetter:
    """A PDF and what must be kept with it for ever."""

    pdf: bytes
    sha256: str
    page_count: int
    renderer: str
    font_versions: str
    template_version: str


# -- the engine: one per process, because fonts and stylesheets are dear to load -------------------


class _Engine:
    """WeasyPrint with our fonts loaded and our stylesheets parsed."""

    def __init__(self) -> None:
        with _packaged_fonts_only():
            self.weasyprint: Any = importlib.import_module("weasyprint")
            urls: Any = importlib.import_module("weasyprint.urls")
            fonts: Any = importlib.import_module("weasyprint.text.fonts")
            self.boxes: Any = importlib.import_module("weasyprint.formatting_structure.boxes")
            self.fonts = fonts.FontConfiguration()
        self.fatal_error: type[BaseException] = urls.FatalURLFetchingError
        self.fetcher = _fetcher_of_packaged_assets(urls)
        self.stylesheets: dict[str, Any] = {}
        self.stylesheet(render_to_string("letters/fonts.css"))

    def stylesheet(self, text: str) -> Any:
        """The parsed form of a stylesheet, parsed once."""
        if text not in self.stylesheets:
            # A nudge or a new office adds one; this bound is never met in earnest.
            if len(self.stylesheets) > 64:
                self.stylesheets.clear()
            self.stylesheets[text] = self.weasyprint.CSS(
                string=text, url_fetcher=self.fetcher, font_config=self.fonts
            )
        return self.stylesheets[text]

    def lay_out(self, html: str, css: str) -> Any:
        """The document's pages, not yet written as PDF."""
        source = self.weasyprint.HTML(string=html, url_fetcher=self.fetcher)
        return source.render(
            font_config=self.fonts,
            stylesheets=[self.stylesheet(css)],
            pdf_variant=PDF_VARIANT,
            pdf_tags=True,
        )

    def write(self, document: Any) -> bytes:
        """The laid out document as bytes."""
        written: bytes = document.write_pdf(pdf_variant=PDF_VARIANT, pdf_tags=True)
        return written


_lock = threading.RLock()
_engine: _Engine | None = None


def _forget_engine_after_fork() -> None:
    """A child makes its own; the parent's folder of fonts is not the child's to remove."""
    global _engine, _lock
    if _engine is not None:
        _engine.fonts._folder = None
    _engine = None
    _lock = threading.RLock()


os.register_at_fork(after_in_child=_forget_engine_after_fork)


def warm_up() -> None:
    """Load renderer and fonts now, so that the first letter is not the slow one."""
    global _engine
    with _lock:
        if _engine is None:
            _engine = _Engine()


@contextmanager
def _packaged_fonts_only() -> Iterator[None]:
    """Hide the machine's fonts while the renderer collects what there is.

    Fontconfig reads its configuration from the environment; the variable is put back at once,
    because a browser started later must find its fonts.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(_template_folder() / "fontconfig.xml")
    try:
        with warnings.catch_warnings():
            # It complains that the machine has no fonts: that is what we want it to see.
            warnings.filterwarnings("ignore", message="No fonts configured")
            yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


def _fetcher_of_packaged_assets(urls: Any) -> Any:
    """A fetcher that knows the packaged fonts by name and refuses every other address."""

    class PackagedAssets(urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            scheme, _colon, name = url.partition(":")
            if scheme != "asset" or name not in letter_fit.FONT_FILES:
                raise AddressRefused(f"{url[:200]} is not part of the package.")
            return urls.URLFetcherResponse(url, (letter_fit.font_folder() / name).read_bytes())

    return PackagedAssets(allowed_protocols=("asset",), allow_redirects=False, fail_on_errors=True)


def _template_folder() -> Path:
    return Path(settings.BASE_DIR) / "templates" / "letters"


@cache
def template_version() -> str:
    """A short digest of the letters' templates: two letters with the same one looked alike."""
    digest = hashlib.sha256()
    for name in _TEMPLATE_FILES:
        digest.update(name.encode() + b"\0")
        template: Any = get_template(f"letters/{name}")
        digest.update(Path(template.origin.name).read_bytes())
    return digest.hexdigest()[:16]


@cache
def _renderer() -> str:
    weasyprint: Any = importlib.import_module("weasyprint")
    ffi: Any = importlib.import_module("weasyprint.text.ffi")
    pango = int(ffi.pango.pango_version())
    return (
        f"WeasyPrint {weasyprint.__version__},"
        f" Pango {pango // 10000}.{pango // 100 % 100}.{pango % 100}"
    )


@register()
def letters_can_be_printed(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Say which packages are missing before the first letter fails.

    Only the libraries are opened: a check must not pull a renderer into every command.
    """
    missing = []
    for library, package in _NEEDED_LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    if not missing:
        return []
    return [
        Error(
            "Letters cannot be printed: system libraries are missing.",
            hint=f"On Debian or Ubuntu: apt install {' '.join(missing)}",
            id="notices.E001",
        )
    ]


# -- from pages to a finished letter ------------------------------------------------------------


def _render(html: str, css: str, inspect: Any = None) -> RenderedLetter:
    global _engine
    with _lock:
        warm_up()
        engine = _engine
        assert engine is not None
        try:
            document = engine.lay_out(html, css)
            problems = list(inspect(engine, document)) if inspect else []
            if problems:
                raise LetterProblems(problems)
            pdf = engine.write(document)
        except engine.fatal_error as error:
            raise AddressRefused(str(error)) from error
        return RenderedLetter(
            pdf=pdf,
            sha256=hashlib.sha256(pdf).hexdigest(),
            page_count=len(document.pages),
            renderer=_renderer(),
            font_versions=letter_fit.font_versions(),
            template_version=template_version(),
        )


def _boxes(document: Any) -> Iterator[tuple[int, Any]]:
    for number, page in enumerate(document.pages):
        for box in page._page_box.descendants(placeholders=True):
            yield number, getattr(box, "_box", box)


def _zone_of(box: Any) -> Zone:
    return Zone(
        box.border_box_x() * MM_PER_PX,
        box.border_box_y() * MM_PER_PX,
        box.border_width() * MM_PER_PX,
        box.border_height() * MM_PER_PX,
    )


def _layout_problems(profile: Profile) -> Any:
    """What only the finished layout shows: one zone running into the next, a lonely signature."""
    letterhead_end = min(profile.letterhead.bottom, (profile.return_line or profile.notes).y)
    letterhead = ("sender.letterhead_lines", _("The letterhead is too long for %(stationery)s."))
    # Element's id: how far down it may reach, the content's field, what to say.
    limits = {
        "firm": (letterhead_end, *letterhead),
        "letterhead-lines": (letterhead_end, *letterhead),
        "address": (
            profile.address.bottom,
            "address_lines",
            _("The address is too long for the window of %(stationery)s."),
        ),
        "reference": (
            profile.reference.bottom,
            "reference_rows",
            _("The reference block is too long for %(stationery)s."),
        ),
        "registration": (
            profile.sheet_height - UNPRINTABLE_EDGE_MM,
            "sender.registration_lines",
            _("The registration lines are too long for %(stationery)s."),
        ),
    }
    notes_too_long = Problem(
        "registered_line",
        _("The registered line is too long for %(stationery)s.") % {"stationery": profile.name},
    )

    def inspect(engine: _Engine, document: Any) -> Iterator[Problem]:
        signature_page = None
        lines_of_page = [0] * len(document.pages)
        not_text: set[int] = set()
        outside: dict[Problem, None] = {}
        for page, box in _boxes(document):
            element = getattr(box, "element", None)
            key = element.get("id") if element is not None and hasattr(element, "get") else None
            if key == "signature" and signature_page is None:
                signature_page = page
            elif key in limits and isinstance(box, engine.boxes.BlockBox):
                limit, field, sentence = limits[key]
                if page > 0 or _zone_of(box).bottom > limit + TOLERANCE_MM:
                    outside[Problem(field, sentence % {"stationery": profile.name})] = None
            elif (
                # This one grows upwards: it stands on the address.
                key == "notes"
                and isinstance(box, engine.boxes.BlockBox)
                and (page > 0 or _zone_of(box).y < profile.notes.y - TOLERANCE_MM)
            ):
                outside[notes_too_long] = None
            elif key == "draft":
                not_text |= {id(each) for each in box.descendants()}
            # Enclosures below the signature are no company for it: only what comes before counts.
            if (
                isinstance(box, engine.boxes.LineBox)
                and page != signature_page
                and id(box) not in not_text
            ):
                y = box.position_y * MM_PER_PX
                body_top = profile.body_top if page == 0 else 0
                if body_top - 0.5 <= y < profile.sheet_height - profile.margin_foot:
                    lines_of_page[page] += 1
        yield from outside
        if (
            signature_page is not None
            and signature_page > 0
            and lines_of_page[signature_page] < LEAST_LINES_WITH_SIGNATURE
        ):
            yield Problem(
                "body",
                _(
                    "The signature would stand alone on page %(page)d. Please make the text a"
                    " little longer or shorter."
                )
                % {"page": signature_page + 1},
            )

    return inspect


def _mm(value: float) -> str:
    """A length for a stylesheet, never with a decimal comma."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _from_body_corner(zone: Zone, profile: Profile) -> dict[str, str]:
    """A zone of the first sheet, counted from where the body begins."""
    return {
        "x": _mm(zone.x - profile.margin_left),
        "y": _mm(zone.y - profile.body_top),
        "width": _mm(zone.width),
        "height": _mm(zone.height),
    }


@cache
def _letter_css(profile: Profile, language: str) -> str:
    letterhead = profile.letterhead
    at: dict[str, Any] = {
        name: _from_body_corner(zone, profile)
        for name in ("letterhead", "return_line", "notes", "address", "reference")
        if (zone := getattr(profile, name)) is not None
    }
    at |= {
        "sheet_width": _mm(profile.sheet_width),
        "sheet_height": _mm(profile.sheet_height),
        "right": _mm(profile.margin_right),
        "foot": _mm(profile.margin_foot),
        "left": _mm(profile.margin_left),
        "body_top": _mm(profile.body_top),
        "text_width": _mm(profile.text_width),
        "lines_x": _mm(profile.reference.x - letterhead.x),
        "firm_width": _mm(profile.reference.x - letterhead.x - 5),
        "notes_bottom": _mm(
            profile.sheet_height
            - profile.margin_foot
            - profile.notes.bottom
            # A breath of air between it and the address, where the zone has room for three lines.
            + (1 if profile.notes.height > 10 else 0)
        ),
        "registration_y": _mm(profile.sheet_height - profile.margin_foot - profile.body_top + 7.5),
        "mark_x": _mm(5 - profile.margin_left),
        "marks": [_mm(y - profile.body_top) for y in profile.fold_marks],
        "hole": _mm((profile.hole_mark or 0) - profile.body_top),
        "copy_y": _mm(-9),
        "draft_y": _mm(90),
    }
    return render_to_string("letters/fonts.css") + render_to_string(
        "letters/letter.css",
        {
            "profile": profile,
            "at": at,
            "words": WORDS[language],
            "address_sizes": [
                {"name": _size_class(size), "points": _mm(size)}
                for size in (*letter_fit.ADDRESS_POINT_SIZES, *letter_fit.RETURN_LINE_POINT_SIZES)
            ],
            "address_line_height": _mm(profile.address_line_height),
            "tight_addresses": [
                {
                    "name": f"{_size_class(size)}.lines-{lines}",
                    "height": _mm(letter_fit.address_line_height(profile, size, lines)),
                }
                for size in letter_fit.ADDRESS_POINT_SIZES
                for lines in (profile.address_lines_most + 1, profile.address_lines_most + 2)
            ],
            "label_widths": LABEL_WIDTHS_MM,
            "widths": range(5, 100, 5),
        },
    )


def _size_class(point_size: float) -> str:
    return f"size-{round(point_size * 10)}"


def _sheet_context(content: LetterContent | ReceiptSlip, profile: Profile) -> dict[str, Any]:
    """What letter and slip share: everything above the body, and the foot."""
    lines = (
        content.address_lines
        if isinstance(content, LetterContent)
        else content.return_address_lines
    )
    fit = letter_fit.fit_address(letter_fit.tidy(lines), profile)
    assert fit is not None, "problems_in() lets no such address through"
    words = WORDS[content.language]
    registration = content.sender.registration_lines
    per_column = max(1, -(-len(registration) // 3))
    return_size = letter_fit.fit_return_line(content.sender.return_line, profile)
    return {
        "content": content,
        "profile": profile,
        "words": words,
        "address": fit,
        "address_classes": f"{_size_class(fit.point_size)} lines-{len(fit.lines)}",
        "return_class": _size_class(return_size or 6),
        # A slip comes back to us: the client sends it, so our line above our address would confuse.
        "shows_return_line": isinstance(content, LetterContent)
        and profile.return_line is not None
        and content.sender.return_line,
        "registration": [
            "\n".join(registration[start : start + per_column])
            for start in range(0, len(registration), per_column)
        ],
        "label_width": _label_width(content),
        "record": f"{words.record} {content.audit_head}" if content.audit_head else "",
    }


def _label_width(content: LetterContent | ReceiptSlip) -> int:
    rows = content.reference_rows if isinstance(content, LetterContent) else ()
    widest = max(
        (letter_fit.width_mm(label, 9, letter_fit.SANS) for label, _value in rows), default=0
    )
    return next((mm for mm in LABEL_WIDTHS_MM if mm >= widest + 1.5), LABEL_WIDTHS_MM[-1])


def _width_classes(table: Table) -> list[str]:
    """A class for each column's width in steps of 5 %; the last column takes the rest."""
    if len(table.shares) != len(table.columns):
        return [""] * len(table.columns)
    whole = sum(table.shares) or 1
    steps = [max(1, min(19, round(share / whole * 20))) for share in table.shares[:-1]]
    return [*(f"w{step * 5}" for step in steps), ""]


def _table(table: Table) -> dict[str, Any]:
    numeric = set(table.numeric)
    classes = [
        " ".join(filter(None, ["n" if index in numeric else "", width]))
        for index, width in enumerate(_width_classes(table))
    ]
    return {
        "kind": "table",
        "columns": list(zip(table.columns, classes, strict=True)),
        "rows": [
            {
                "cells": [
                    (text, "n" if index in numeric else "") for index, text in enumerate(row)
                ],
                "total": table.total and number == len(table.rows),
            }
            for number, row in enumerate(table.rows, start=1)
        ],
    }


def _blocks(body: tuple[Block, ...]) -> list[dict[str, Any]]:
    """The body for the template; a short last paragraph holds on to the one before it."""
    blocks: list[dict[str, Any]] = []
    for block in body:
        if isinstance(block, Paragraph):
            blocks.append({"kind": "paragraph", "text": block.text})
        elif isinstance(block, Heading):
            blocks.append({"kind": "heading", "text": block.text})
        elif isinstance(block, Bullets):
            blocks.append({"kind": "bullets", "items": block.items})
        else:
            blocks.append(_table(block))
    if (
        len(blocks) > 1
        and blocks[-1]["kind"] == "paragraph"
        and len(blocks[-1]["text"]) < SHORT_PARAGRAPH
        and blocks[-2]["kind"] in {"paragraph", "bullets"}
    ):
        blocks[-2]["keep"] = True
    return blocks


def render_letter(content: LetterContent) -> RenderedLetter:
    """Set the letter on its stationery.

    Raises:
        LetterProblems: it cannot be printed as it stands; every reason at once.
    """
    problems = letter_fit.problems_in(content)
    if problems:
        raise LetterProblems(problems)
    profile = profile_for(content.profile, *content.nudge)
    html = render_to_string(
        "letters/letter.html",
        _sheet_context(content, profile) | {"blocks": _blocks(content.body)},
    )
    return _render(html, _letter_css(profile, content.language), _layout_problems(profile))


def render_slip(slip: ReceiptSlip) -> RenderedLetter:
    """Set the sheet that comes back signed, our own address in the window.

    Raises:
        LetterProblems: it cannot be printed as it stands; every reason at once.
    """
    problems = letter_fit.problems_in(slip)
    if problems:
        raise LetterProblems(problems)
    profile = profile_for(slip.profile, *slip.nudge)
    html = render_to_string(
        "letters/slip.html", _sheet_context(slip, profile) | {"qr": qr_path(slip.url)}
    )
    return _render(html, _letter_css(profile, slip.language), _layout_problems(profile))


def qr_path(url: str) -> dict[str, str]:
    """A QR code as one path of a drawing, four modules of white around it."""
    rows = [bytes(row) for row in segno.make_qr(url, error="m").matrix]
    path = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            run = x
            while run < len(row) and row[run]:
                run += 1
            if run > x:
                path.append(f"M{x + 4} {y + 4}h{run - x}v1h-{run - x}z")
            x = run + 1
    return {"size": str(len(rows) + 8), "path": "".join(path)}


def render_test_page(profile: Profile, language: str = "en") -> RenderedLetter:
    """Set a sheet with every zone drawn, to be folded and held against a real envelope."""
    zones = [
        ("window", _("Window of the envelope"), profile.window),
        ("sure", _("Always visible"), profile.address_zone),
        ("address", _("Address"), profile.address),
        ("reference", _("Reference block"), profile.reference),
        ("letterhead", _("Letterhead"), profile.letterhead),
        ("notes", _("Registered line"), profile.notes),
    ]
    if profile.return_line is not None:
        zones.append(("return", _("Return line"), profile.return_line))
    # These two lie under other zones: their labels stand at the lower edge, one above the other.
    label_up = {"window": 4.0, "sure": 7.5}
    drawn = [
        {
            "key": key,
            "label": label,
            "size": f"{_mm(zone.width)} × {_mm(zone.height)} mm, {_mm(zone.x)} / {_mm(zone.y)}",
            "x": _mm(zone.x),
            "y": _mm(zone.y),
            "width": _mm(zone.width),
            "height": _mm(zone.height),
            "label_down": _mm(zone.height - label_up[key] if key in label_up else 0.5),
        }
        for key, label, zone in zones
    ]
    context = {
        "language": language,
        "profile": profile,
        "zones": drawn,
        "sheet_width": _mm(profile.sheet_width),
        "sheet_height": _mm(profile.sheet_height),
        "marks": [_mm(y) for y in profile.fold_marks],
        "hole": profile.hole_mark and _mm(profile.hole_mark),
        "body_top": _mm(profile.body_top),
        "margin_left": _mm(profile.margin_left),
        "text_width": _mm(profile.text_width),
        "nudge": f"{_mm(profile.nudge_right)} / {_mm(profile.nudge_down)} mm",
    }
    css = render_to_string("letters/fonts.css") + render_to_string("letters/test_page.css", context)
    return _render(render_to_string("letters/test_page.html", context), css)


def render_document(template: str, context: dict[str, Any]) -> RenderedLetter:
    """Set any other document: a receipt, a decision, a case record.

    Args:
        template: extends `letters/document.html` and fills its block `content`.
        context: needs `title`, `author`, `language` and `created_on`; `footer_reference`,
            `audit_head` and `sheet` ("a4", or "letter" for US Letter) are optional.

    Raises:
        LetterProblems: a character of the document is in none of our fonts.
        AddressRefused: the template names a picture or a stylesheet outside the package.
    """
    language = context.get("language", "en")
    words = WORDS.get(language, WORDS["en"])
    audit_head = context.get("audit_head")
    css = _document_css(words, context.get("sheet", "a4"))
    html = render_to_string(
        template, {"record": f"{words.record} {audit_head}" if audit_head else "", **context}
    )
    return _render(html, css, _glyph_problems)


@cache
def _document_css(words: LetterWords, sheet: str) -> str:
    return render_to_string("letters/fonts.css") + render_to_string(
        "letters/document.css", {"words": asdict(words), "sheet": sheet}
    )


def _glyph_problems(engine: _Engine, document: Any) -> Iterator[Problem]:
    for _page, box in _boxes(document):
        if isinstance(box, engine.boxes.TextBox) and (
            problem := letter_fit.glyph_problem("text", box.text)
        ):
            yield problem
