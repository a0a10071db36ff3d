"""Whether a letter's words fit its paper, found out before anything is rendered.

Reads only the packaged fonts' own tables, so that a page of the staff's can ask while somebody is
still writing; it needs no WeasyPrint and takes a few milliseconds.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont

from notices.letters.content import LetterContent, Problem, ReceiptSlip, Sender, Table
from notices.profiles import Profile, Zone, profile_for

SERIF = "SourceSerif4-Regular.ttf"
SANS = "Inter-Regular.woff2"
FALLBACK_SERIF = "NotoSerif-Regular.ttf"
FALLBACK_SANS = "NotoSans-Regular.ttf"
# Every face the letters' stylesheets name; a renderer may read these files and no others.
FONT_FILES = (
    SERIF,
    "SourceSerif4-Semibold.ttf",
    SANS,
    "Inter-SemiBold.woff2",
    FALLBACK_SERIF,
    FALLBACK_SANS,
)

# A thousand rows take nine seconds to set; what is longer belongs into an enclosure.
TABLE_ROWS_MOST = 200

ADDRESS_POINT_SIZES = (10.0, 9.5, 9.0, 8.5, 8.0)
RETURN_LINE_POINT_SIZES = (7.0, 6.5, 6.0)
# Below this ratio of line height to type size the descenders touch the line beneath.
TIGHTEST_LEADING = 1.15
MM_PER_POINT = 25.4 / 72
# From the top of an accent on a capital to the foot of a descender, in em of the serif face.
TEXT_BOX_EMS = 1.371
# Kerning is not measured; it nearly always draws letters together.
MEASURING_SLACK = 1.005

_NOT_PRINTED = {"profile", "language"}
_BIDI_CONTROLS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_LAYOUT_CONTROLS = {"\n", "\t", "\r"}


@dataclass(frozen=True, slots=True)
class AddressFit:
    """The address as it will stand in the window.

    Args:
        lines: what is printed, a long entry broken at a word where that was needed.
        point_size: size of the type.
        line_height: height of one line in mm.
    """

    lines: tuple[str, ...]
    point_size: float
    line_height: float


def font_folder() -> Path:
    """Where the letters' fonts lie, each whole and with its licence beside it."""
    return Path(settings.BASE_DIR) / "static" / "fonts" / "letters"


@cache
def _advances(file_name: str) -> dict[int, float]:
    """How wide each character of a font is, in em; a character it lacks is missing."""
    with TTFont(font_folder() / file_name, lazy=True) as font:
        widths = font["hmtx"].metrics
        per_em = font["head"].unitsPerEm
        return {code: widths[glyph][0] / per_em for code, glyph in font.getBestCmap().items()}


@cache
def _version(file_name: str) -> str:
    with TTFont(font_folder() / file_name, lazy=True) as font:
        names = font["name"]
        release = (names.getDebugName(5) or "").split(";")[0].removeprefix("Version ")
        family = names.getDebugName(16) or names.getDebugName(1)
        style = names.getDebugName(17) or names.getDebugName(2)
        return f"{family} {style} {release}"


@cache
def font_versions() -> str:
    """Names and releases of the packaged fonts, kept for ever with each letter."""
    return "; ".join(_version(name) for name in FONT_FILES)


def width_mm(text: str, point_size: float, face: str = SERIF) -> float:
    """How wide one line of text is at least as wide as, without its kerning."""
    order: tuple[str, ...] = (face, FALLBACK_SANS, FALLBACK_SERIF, SERIF, SANS)
    if face == SERIF:
        order = (SERIF, FALLBACK_SERIF, SANS, FALLBACK_SANS)
    tables = [_advances(name) for name in order]
    ems = 0.0
    for character in text:
        code = ord(character)
        ems += next((table[code] for table in tables if code in table), 1.0)
    return ems * point_size * MM_PER_POINT


def unprintable(text: str) -> list[str]:
    """The characters of a text that no packaged font can show, each once, in order."""
    missing: list[str] = []
    for character in dict.fromkeys(text):
        if character in _LAYOUT_CONTROLS:
            continue
        category = unicodedata.category(character)
        if category in {"Cc", "Cn", "Co", "Cs", "Zl", "Zp"} or ord(character) in _BIDI_CONTROLS:
            missing.append(character)
        elif category in {"Cf", "Zs"} or 0xFE00 <= ord(character) <= 0xFE0F:
            continue
        elif not any(ord(character) in _advances(name) for name in FONT_FILES):
            missing.append(character)
    return missing


def glyph_problem(field: str, text: str) -> Problem | None:
    """The problem with a text that holds a character our fonts lack, if it does."""
    missing = unprintable(text)
    if not missing:
        return None
    named = ", ".join(_named(character) for character in missing[:5])
    return Problem(
        field,
        _("The letter cannot print %(characters)s in “%(text)s”. Please write it differently.")
        % {"characters": named, "text": _excerpt(text)},
    )


def printable(text: str) -> str:
    """Show what no font of ours has as a box, where a strange sign must not cost the page."""
    return "".join("□" if unprintable(sign) else sign for sign in text)


def _named(character: str) -> str:
    name = unicodedata.name(character, _("no written character"))
    code = f"U+{ord(character):04X}"
    if unicodedata.category(character)[0] in "C" or unicodedata.category(character) in {"Zl", "Zp"}:
        return f"{code} ({name})"
    return f"“{character}” ({code}, {name})"


def _excerpt(text: str) -> str:
    flat = " ".join("".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text).split())
    return flat if len(flat) <= 60 else f"{flat[:59]}…"


def texts_of(content: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a letter with the name of the field it stands in."""
    if isinstance(content, str):
        yield path, content
    elif isinstance(content, tuple):
        for index, entry in enumerate(content):
            yield from texts_of(entry, f"{path}.{index}")
    elif is_dataclass(content):
        for each in fields(content):
            if each.name not in _NOT_PRINTED:
                inner = f"{path}.{each.name}" if path else each.name
                yield from texts_of(getattr(content, each.name), inner)


def tidy(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Address lines without stray white space and without empty ones."""
    return tuple(flat for line in lines if (flat := " ".join(line.split())))


def _fits(text: str, zone: Zone, point_size: float, face: str = SERIF) -> bool:
    return width_mm(text, point_size, face) * MEASURING_SLACK <= zone.width


def _broken(text: str, zone: Zone, point_size: float) -> list[str] | None:
    """The text on as many lines as it needs, broken at words; None if one word is too wide."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _fits(longer, zone, point_size):
            lines[-1] = longer
        elif _fits(word, zone, point_size):
            lines.append(word)
        else:
            return None
    return lines


def address_line_height(profile: Profile, point_size: float, lines: int) -> float:
    """Line height in mm at which so many lines end inside the zone, descenders and all."""
    text_box = TEXT_BOX_EMS * point_size * MM_PER_POINT
    return min(profile.address_line_height, (profile.address.height - text_box / 2) / (lines - 0.5))


def fit_address(lines: tuple[str, ...], profile: Profile) -> AddressFit | None:
    """The address at the largest size at which it stands inside the window.

    A long name is broken at a word while there is height for one more line; only when there is
    none does the type get smaller. Below 8 pt sorting machines and people give up, so: None.
    """
    zone = profile.address
    for point_size in ADDRESS_POINT_SIZES:
        if point_size > profile.address_point_size:
            continue
        if all(_fits(line, zone, point_size) for line in lines):
            return AddressFit(lines, point_size, profile.address_line_height)
        pieces = [_broken(line, zone, point_size) for line in lines]
        if any(piece is None for piece in pieces):
            continue
        printed = tuple(line for piece in pieces if piece for line in piece)
        line_height = address_line_height(profile, point_size, len(printed))
        if line_height >= point_size * MM_PER_POINT * TIGHTEST_LEADING:
            return AddressFit(printed, point_size, line_height)
    return None


def fit_return_line(text: str, profile: Profile) -> float | None:
    """The point size at which the sender's line stands inside the window, or None."""
    if profile.return_line is None:
        return RETURN_LINE_POINT_SIZES[0]
    for point_size in RETURN_LINE_POINT_SIZES:
        if _fits(text, profile.return_line, point_size, SANS):
            return point_size
    return None


def _address_problems(field: str, lines: tuple[str, ...], profile: Profile) -> Iterator[Problem]:
    lines = tidy(lines)
    if not lines:
        yield Problem(field, _("The letter has no address."))
        return
    most = profile.address_lines_most
    if len(lines) > most:
        yield Problem(
            f"{field}.{most}",
            _(
                "The window of %(stationery)s holds %(most)d address lines, and there are"
                " %(count)d. Line %(number)d, “%(line)s”, has no room."
            )
            % {
                "stationery": profile.name,
                "most": most,
                "count": len(lines),
                "number": most + 1,
                "line": _excerpt(lines[most]),
            },
        )
    elif fit_address(lines, profile) is None:
        widest = max(range(len(lines)), key=lambda index: width_mm(lines[index], 8))
        yield Problem(
            f"{field}.{widest}",
            _(
                "Address line %(number)d, “%(line)s”, is too wide for the window of"
                " %(stationery)s. Please shorten it or use two lines."
            )
            % {
                "number": widest + 1,
                "line": _excerpt(lines[widest]),
                "stationery": profile.name,
            },
        )


def _sender_problems(sender: Sender, profile: Profile) -> Iterator[Problem]:
    if profile.return_line is not None and fit_return_line(sender.return_line, profile) is None:
        yield Problem(
            "sender.return_line",
            _("The return line “%(line)s” is too wide for the window of %(stationery)s.")
            % {"line": _excerpt(sender.return_line), "stationery": profile.name},
        )


def _table_problems(field: str, table: Table) -> Iterator[Problem]:
    if len(table.rows) > TABLE_ROWS_MOST:
        yield Problem(
            field,
            _(
                "A table in the letter has %(rows)d rows; a letter prints at most %(most)d."
                " Please put the list into an enclosure."
            )
            % {"rows": len(table.rows), "most": TABLE_ROWS_MOST},
        )
    for number, row in enumerate(table.rows, start=1):
        if len(row) != len(table.columns):
            yield Problem(
                f"{field}.rows.{number - 1}",
                _("Row %(number)d of a table has %(cells)d cells for %(columns)d columns.")
                % {"number": number, "cells": len(row), "columns": len(table.columns)},
            )


def problems_in(content: LetterContent | ReceiptSlip) -> list[Problem]:
    """Everything that keeps this content from being printed, as far as words alone can tell.

    What shows only in the layout (a signature alone on its page, a letterhead that runs into the
    window) is found when the letter is rendered.
    """
    profile = profile_for(content.profile, *content.nudge)
    problems = list(_sender_problems(content.sender, profile))
    if isinstance(content, LetterContent):
        problems += _address_problems("address_lines", content.address_lines, profile)
        if not content.signers:
            problems.append(Problem("signers", _("Nobody signs the letter.")))
        for index, block in enumerate(content.body):
            if isinstance(block, Table):
                problems += _table_problems(f"body.{index}", block)
        if len(content.body) == 0:
            problems.append(Problem("body", _("The letter has no text.")))
    else:
        problems += _address_problems("return_address_lines", content.return_address_lines, profile)
    for field, text in texts_of(content):
        if problem := glyph_problem(field, text):
            problems.append(problem)
    return problems
