"""Letters as bytes: what stands where, what is refused, and that nothing changes by itself."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import threading
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.utils import translation

from notices.letters.content import LetterContent, LetterProblems, Paragraph, Table
from notices.pages import letter_fit, pdf
from notices.profiles import PROFILES, Zone, profile_for
from tests.notices.sample_letters import ENGLISH, GERMAN, SLIP, a_letter, a_slip

every_profile = pytest.mark.parametrize("key", PROFILES)

LONG_NAMES = (
    "Gesellschaft für nachhaltige Stadtentwicklung und Bau mbH KG",
    "Northwestern Regional Manufacturing & Distribution Co. (USA)",
    "Société Anonyme des Établissements Montgomery et Descoutures",
)
NAMES_OF_EUROPE = {
    "Greek": "Ελληνικές Κατασκευές Παπαδόπουλος Α.Ε.",
    "Cyrillic": "Българска Търговска Компания „Изгрев“ ООД",
    "Polish": "Zażółć Gęślą Jaźń Spółka z ograniczoną odpowiedzialnością",
    "Czech": "Příliš žluťoučký kůň s.r.o.",
    "Vietnamese": "Công ty Trách nhiệm hữu hạn Việt Đức",
}


def full_address(key: str, name: str) -> tuple[str, ...]:
    """As many lines as the stationery holds, the first of them long."""
    rest = ("Accounts department", "Ms Katharina Brandt", "Werftstraße 8", "24143 Kiel", "GERMANY")
    return (name, *rest[-(profile_for(key).address_lines_most - 1) :])


def opened(rendered: pdf.RenderedLetter) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(rendered.pdf))


def fonts_in(document: pikepdf.Pdf) -> set[str]:
    return {
        str(each["/BaseFont"]).split("+")[-1]
        for each in document.objects
        if isinstance(each, pikepdf.Dictionary)
        and each.get("/Type") == "/Font"
        and "/BaseFont" in each
    }


def glyphs_shown(document: pikepdf.Pdf) -> list[int]:
    """Every glyph number drawn in the document; 0 is the empty box of a missing glyph."""
    glyphs: list[int] = []
    for page in document.pages:
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) not in {"Tj", "TJ"}:
                continue
            parts = operands[0] if str(operator) == "TJ" else operands
            for part in parts:
                if isinstance(part, pikepdf.String):
                    codes = bytes(part)
                    glyphs += [
                        int.from_bytes(codes[at : at + 2], "big") for at in range(0, len(codes), 2)
                    ]
    return glyphs


def problems_of(content: LetterContent) -> dict[str, str]:
    with pytest.raises(LetterProblems) as refused:
        pdf.render_letter(content)
    return {problem.field: problem.sentence for problem in refused.value.problems}


def run(*command: str, stdin: bytes) -> str:
    done = subprocess.run(command, input=stdin, capture_output=True, check=True)
    return done.stdout.decode()


def text_of(rendered: pdf.RenderedLetter, page: int = 1, order: str = "-layout") -> str:
    numbers = ("-f", str(page), "-l", str(page))
    return run("pdftotext", order, *numbers, "-", "-", stdin=rendered.pdf)


def words_on_first_page(rendered: pdf.RenderedLetter) -> list[tuple[str, Zone]]:
    """Every word with the box poppler reads back, in mm."""
    listing = run("pdftotext", "-bbox", "-f", "1", "-l", "1", "-", "-", stdin=rendered.pdf)
    pattern = r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>'
    words = []
    for left, top, right, bottom, text in re.findall(pattern, listing):
        x, y, x2, y2 = (float(each) * 25.4 / 72 for each in (left, top, right, bottom))
        words.append((unescape(text), Zone(x, y, x2 - x, y2 - y)))
    return words


def boxes_of(line: str, words: list[tuple[str, Zone]]) -> list[Zone]:
    """Where the words of one printed line stand; they must follow one another."""
    wanted = line.split()
    texts = [text for text, _zone in words]
    for start in range(len(texts)):
        if texts[start : start + len(wanted)] == wanted:
            return [zone for _text, zone in words[start : start + len(wanted)]]
    raise AssertionError(f"{line!r} is not on the page")


# -- inside the window -----------------------------------------------------------------------------


@pytest.mark.strict
@every_profile
@pytest.mark.parametrize("name", LONG_NAMES)
@pytest.mark.parametrize("nudge", [(0.0, 0.0), (-1.5, 2.0)])
def test_a_full_address_with_a_name_of_60_characters_stands_inside_the_window(key, name, nudge):
    assert len(name) == 60
    profile = profile_for(key, *nudge)
    letter = a_letter(
        profile=key,
        nudge=nudge,
        address_lines=full_address(key, name),
        registered_line="CERTIFIED MAIL, RETURN RECEIPT REQUESTED",
    )

    words = words_on_first_page(pdf.render_letter(letter))

    fit = letter_fit.fit_address(letter.address_lines, profile)
    assert fit is not None
    assert " ".join(fit.lines) == " ".join(letter.address_lines)
    for line in fit.lines:
        for box in boxes_of(line, words):
            assert profile.address_zone.holds(box, tolerance_mm=0.01), (line, box)
    registered = boxes_of(letter.registered_line, words)
    assert all(box.bottom <= profile.address.y + 0.5 for box in registered)
    if profile.return_line is not None:
        for box in boxes_of(letter.sender.return_line, words):
            assert profile.address_zone.holds(box, tolerance_mm=0.01)


@pytest.mark.strict
@every_profile
def test_nothing_else_shows_through_the_window(key):
    profile = profile_for(key)
    letter = replace(GERMAN, profile=key, address_lines=full_address(key, LONG_NAMES[0]))

    words = words_on_first_page(pdf.render_letter(letter))

    seen = [
        text
        for text, box in words
        if box.right > profile.window.x
        and box.x < profile.window.right
        and box.bottom > profile.window.y
        and box.y < profile.window.bottom
    ]
    allowed = " ".join(
        (*letter.address_lines, letter.sender.return_line, letter.registered_line)
    ).split()
    assert set(seen) <= set(allowed)
    assert set(full_address(key, LONG_NAMES[0])[0].split()) <= set(seen)


@pytest.mark.strict
@every_profile
def test_the_return_address_of_a_slip_stands_inside_the_same_window(key):
    profile = profile_for(key)

    words = words_on_first_page(pdf.render_slip(a_slip(profile=key)))

    for line in SLIP.return_address_lines[1:]:
        for box in boxes_of(line, [word for word in words if word[1].y > profile.window.y]):
            assert profile.address_zone.holds(box, tolerance_mm=0.01)
    text = " ".join(word for word, _box in words)
    assert SLIP.code in text
    assert "Signing confirms receipt only." in text


@every_profile
def test_one_address_line_more_is_refused_and_named(key):
    lines = (*full_address(key, "Nordlicht GmbH"), "One line too many")

    problems = problems_of(a_letter(profile=key, address_lines=lines))

    most = profile_for(key).address_lines_most
    assert list(problems) == [f"address_lines.{most}"]
    assert "“One line too many”" in problems[f"address_lines.{most}"]
    assert f"holds {most} address lines" in problems[f"address_lines.{most}"]


def test_a_40_line_address_is_refused_in_one_sentence():
    problems = problems_of(a_letter(address_lines=tuple(f"Line {n}" for n in range(40))))

    assert len(problems) == 1
    assert "there are 40" in problems["address_lines.6"]


def test_a_line_break_in_an_address_line_adds_no_line():
    broken = a_letter(address_lines=("Nordlicht\nMöbel GmbH", "24143 Kiel"))
    plain = a_letter(address_lines=("Nordlicht Möbel GmbH", "24143 Kiel"))

    assert pdf.render_letter(broken).pdf == pdf.render_letter(plain).pdf


def test_a_line_wider_than_the_window_is_refused_and_named():
    problems = problems_of(a_letter(address_lines=("Nordlicht GmbH", "Donau" * 14, "24143 Kiel")))

    assert list(problems) == ["address_lines.1"]
    assert "too wide" in problems["address_lines.1"]


def test_a_letter_without_an_address_is_refused():
    assert list(problems_of(a_letter(address_lines=("", "  ")))) == ["address_lines"]


def test_a_return_line_too_wide_for_the_window_is_refused():
    sender = replace(ENGLISH.sender, return_line="Hartmann & Vale GmbH · " * 6)

    assert list(problems_of(a_letter(sender=sender))) == ["sender.return_line"]


def test_a_letterhead_that_runs_into_the_window_is_refused():
    sender = replace(ENGLISH.sender, letterhead_lines=tuple(f"Line {n}" for n in range(30)))

    assert list(problems_of(a_letter(sender=sender))) == ["sender.letterhead_lines"]


def test_a_reference_block_that_runs_into_the_body_is_refused():
    rows = tuple((f"Label {n}", "value") for n in range(30))

    assert list(problems_of(a_letter(reference_rows=rows))) == ["reference_rows"]


def test_registration_lines_that_leave_the_sheet_are_refused():
    sender = replace(ENGLISH.sender, registration_lines=("A long line about a court",) * 40)

    assert list(problems_of(a_letter(sender=sender))) == ["sender.registration_lines"]


# -- pages -----------------------------------------------------------------------------------------


def three_pages(language: str = "en") -> LetterContent:
    letter = ENGLISH if language == "en" else GERMAN
    filler = Paragraph("We have written down each service and its last day. " * 12)
    return replace(letter, body=(*letter.body, *[filler] * 9))


@pytest.mark.strict
@pytest.mark.parametrize(
    ("language", "pattern"), [("en", "Page {} of {}"), ("de", "Seite {} von {}")]
)
def test_every_page_says_which_letter_it_is_and_of_how_many(language, pattern):
    letter = three_pages(language)

    rendered = pdf.render_letter(letter)

    assert rendered.page_count == 3
    for number in (1, 2, 3):
        text = text_of(rendered, number)
        assert pattern.format(number, 3) in text
        assert letter.footer_reference in text
        assert letter.audit_head in text


def test_a_table_longer_than_a_page_keeps_all_its_rows():
    rows = tuple((f"2026-{n:04}", "30 September 2026", "€ 10.00") for n in range(120))
    table = Table(("Invoice", "Due", "Amount"), rows, numeric=(2,), shares=(1, 2, 1))

    rendered = pdf.render_letter(a_letter(body=(Paragraph("Dear Ms Brandt,"), table)))

    assert 3 <= rendered.page_count <= 5


def test_a_table_over_the_cap_is_refused_before_anything_is_rendered():
    table = Table(("Invoice",), (("2026-1187",),) * (letter_fit.TABLE_ROWS_MOST + 1))

    problems = problems_of(a_letter(body=(Paragraph("Dear Ms Brandt,"), table)))

    assert "201 rows" in problems["body.1"]


def test_a_row_with_a_missing_cell_is_refused():
    table = Table(("Invoice", "Amount"), (("2026-1187",),))

    assert "Row 1" in problems_of(a_letter(body=(table,)))["body.0.rows.0"]


@pytest.mark.strict
@pytest.mark.parametrize("lines_before", range(16, 40, 2))
def test_a_signature_never_stands_alone_on_its_page(lines_before):
    """Push the signature over the page's end line by line, and look at the page it lands on."""
    body = tuple(Paragraph(f"Line {n} of the letter.") for n in range(lines_before))

    rendered = pdf.render_letter(a_letter(body=body, enclosures=(), copies=()))

    last_page = text_of(rendered, rendered.page_count)
    assert "Dr. Jana Hartmann" in last_page
    assert "Yours sincerely," in last_page
    assert last_page.count("of the letter.") >= 2


@pytest.mark.parametrize("draft", [False, True])
def test_a_signature_that_can_only_stand_alone_is_refused(draft):
    """One row that fills the second page cannot be broken, so nothing can come along."""
    table = Table(("Services",), (("Monthly accounts. " * 280,),))

    problems = problems_of(a_letter(body=(table,), draft=draft))

    assert list(problems) == ["body"]
    assert "stand alone on page 3" in problems["body"]


# -- type ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES_OF_EUROPE.values(), ids=NAMES_OF_EUROPE)
def test_names_of_many_scripts_print_in_packaged_fonts_and_without_empty_boxes(name):
    letter = a_letter(
        address_lines=(name, "24143 Kiel"),
        subject=f"Our services for {name} end",
        reference_rows=(("Client", name),),
    )

    document = opened(pdf.render_letter(letter))

    assert {font.rsplit("-Semi-Bold", 1)[0] for font in fonts_in(document)} <= {
        "Letter-Serif",
        "Letter-Sans",
        "Letter-Fallback-Serif",
        "Letter-Fallback-Sans",
    }
    glyphs = glyphs_shown(document)
    assert len(glyphs) > 500
    assert 0 not in glyphs


@pytest.mark.strict
@pytest.mark.parametrize("name", NAMES_OF_EUROPE.values(), ids=NAMES_OF_EUROPE)
def test_names_of_many_scripts_can_be_read_back(name):
    rendered = pdf.render_letter(a_letter(address_lines=(name, "24143 Kiel")))

    assert " ".join(name.split()) in " ".join(text_of(rendered, order="-raw").split())


def test_a_character_no_font_has_is_refused_and_named():
    problems = problems_of(a_letter(address_lines=("株式会社ノード", "24143 Kiel")))

    assert list(problems) == ["address_lines.0"]
    assert "“株” (U+682A, CJK UNIFIED IDEOGRAPH-682A)" in problems["address_lines.0"]


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\u202e", "\u2067", "\ue000"])
def test_characters_that_hide_or_turn_text_are_refused(character):
    problems = problems_of(a_letter(subject=f"Our services{character} end"))

    assert f"U+{ord(character):04X}" in problems["subject"]


def test_the_fonts_of_the_machine_are_not_hidden_from_anyone_else():
    pdf.warm_up()

    assert "FONTCONFIG_FILE" not in os.environ or "letters" not in os.environ["FONTCONFIG_FILE"]


def test_every_font_lies_whole_beside_its_licence():
    folder = letter_fit.font_folder()

    assert {each.name.split("-")[0] for each in folder.glob("*LICENSE*")} == {
        "Inter",
        "Noto",
        "SourceSerif4",
    }
    assert sum(each.stat().st_size for each in folder.iterdir()) < 6_000_000


# -- the same again --------------------------------------------------------------------------------


@every_profile
def test_the_same_content_gives_the_same_bytes(key):
    first = pdf.render_letter(a_letter(profile=key))
    pdf.render_letter(replace(GERMAN, profile=key))
    again = pdf.render_letter(a_letter(profile=key))

    assert first.pdf == again.pdf
    assert first.sha256 == hashlib.sha256(first.pdf).hexdigest()


def test_the_language_of_the_person_at_the_screen_changes_nothing():
    plain = pdf.render_letter(ENGLISH).pdf
    pdf._letter_css.cache_clear()

    with translation.override("de"):
        assert pdf.render_letter(ENGLISH).pdf == plain


@pytest.mark.parametrize("seed", ["1", "4711"])
def test_another_process_gives_the_same_bytes(seed):
    script = (
        "import django; django.setup()\n"
        "from notices.pages import pdf\n"
        "from tests.notices.sample_letters import ENGLISH, GERMAN, SLIP\n"
        "pdf.render_letter(GERMAN)\n"
        "print(pdf.render_letter(ENGLISH).sha256, pdf.render_slip(SLIP).sha256)\n"
    )
    environment = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "TZ": "Asia/Tokyo",
        "OFFBOARDING_ENV": "test",
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**environment, "DJANGO_SETTINGS_MODULE": "config.settings"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    here = [pdf.render_letter(ENGLISH).sha256, pdf.render_slip(SLIP).sha256]
    assert done.stdout.split() == here


def test_two_threads_may_ask_at_once():
    hashes: list[str] = []
    threads = [
        threading.Thread(target=lambda: hashes.append(pdf.render_letter(ENGLISH).sha256))
        for _each in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert hashes == [pdf.render_letter(ENGLISH).sha256] * 3


def test_a_forked_child_sets_letters_and_leaves_the_parent_its_fonts():
    expected = pdf.render_letter(ENGLISH).sha256
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, pdf.render_letter(ENGLISH).sha256.encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answers:
        assert answers.read() == expected
    os.waitpid(child, 0)

    assert pdf.render_letter(GERMAN).page_count == 1
    assert pdf.render_letter(ENGLISH).sha256 == expected


# -- nothing gets in -------------------------------------------------------------------------------

HOSTILE = (
    '</title><script>alert(1)</script><img src="http://127.0.0.1:9/x.png">'
    '<link rel=attachment href="file:///etc/hostname">{{ settings.SECRET_KEY }}'
    '<style>@import "file:///etc/hostname";*{color:red}</style>&amp;"\''
)


def hostile_everywhere() -> LetterContent:
    return a_letter(
        subject=HOSTILE,
        title=HOSTILE,
        author=HOSTILE,
        closing=HOSTILE,
        footer_reference="</body><img src=http://127.0.0.1:9/>",
        reference_rows=(("<b>", "<img src=file:///etc/hostname>"),),
        body=(Paragraph(HOSTILE), Table(("<i>",), ((HOSTILE,),))),
        enclosures=(HOSTILE,),
    )


def test_hostile_text_is_text_and_fetches_nothing(monkeypatch):
    pdf.warm_up()
    asked: list[str] = []
    fetcher = pdf._engine.fetcher
    monkeypatch.setattr(type(fetcher), "fetch", lambda self, url, headers=None: asked.append(url))

    document = opened(pdf.render_letter(hostile_everywhere()))

    assert asked == []
    assert document.docinfo["/Title"] == HOSTILE
    assert "/EmbeddedFiles" not in document.Root.get("/Names", {})
    assert not any("/Annots" in page for page in document.pages)


@pytest.mark.strict
def test_hostile_text_is_printed_as_it_was_typed():
    text = "".join(text_of(pdf.render_letter(hostile_everywhere())).split())

    assert "<script>alert(1)</script>" in text
    assert "{{settings.SECRET_KEY}}" in text
    assert "&amp;" in text


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.png",
        "https://example.com/x.css",
        "file:///etc/hostname",
        "data:text/css,*{color:red}",
        "ftp://127.0.0.1/x",
        "asset:../../../manage.py",
        "asset:Inter-LICENSE.txt",
    ],
)
@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{}" alt="">',
        '<link rel="stylesheet" href="{}">',
        "<style>@import url({});</style>",
    ],
)
def test_every_address_outside_the_package_stops_the_rendering(address, markup):
    with pytest.raises(pdf.AddressRefused):
        pdf._render(f"<html lang=en>{markup.format(address)}</html>", "")


# -- what an archive and a screen reader ask for ---------------------------------------------------


def every_kind_of_document() -> dict[str, Any]:
    return {
        "letter": lambda: pdf.render_letter(GERMAN),
        "draft": lambda: pdf.render_letter(replace(GERMAN, draft=True, copy_mark="Zweitschrift")),
        "slip": lambda: pdf.render_slip(replace(SLIP, language="de")),
    }


@pytest.mark.parametrize("kind", every_kind_of_document())
def test_the_pdf_is_tagged_titled_and_says_its_language(kind):
    rendered = every_kind_of_document()[kind]()

    document = opened(rendered)
    assert document.Root.MarkInfo.Marked
    assert str(document.Root.Lang) == "de"
    assert str(document.docinfo["/Title"]) in {GERMAN.title, SLIP.title}
    assert str(document.docinfo["/CreationDate"]).startswith("D:20270104")
    assert str(document.docinfo["/ModDate"]).startswith("D:20270104")
    assert document.Root.ViewerPreferences.DisplayDocTitle
    assert document.open_metadata().pdfa_status == "3A"
    assert rendered.page_count == len(document.pages)


@pytest.mark.parametrize("kind", every_kind_of_document())
def test_every_font_is_embedded(kind):
    document = opened(every_kind_of_document()[kind]())

    descriptors = [
        each
        for each in document.objects
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"
    ]
    assert descriptors
    assert all("/FontFile2" in each or "/FontFile3" in each for each in descriptors)


@pytest.mark.strict
@pytest.mark.parametrize("kind", every_kind_of_document())
def test_qpdf_finds_nothing_wrong(kind, tmp_path):
    path = tmp_path / "letter.pdf"
    path.write_bytes(every_kind_of_document()[kind]().pdf)

    done = subprocess.run(
        ["qpdf", "--check", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_what_must_be_kept_with_the_letter_is_named():
    rendered = pdf.render_letter(ENGLISH)

    assert re.fullmatch(r"WeasyPrint 7\d[\d.]*, Pango [\d.]+", rendered.renderer)
    assert "Source Serif 4 Regular 4.005" in rendered.font_versions
    assert re.fullmatch(r"[0-9a-f]{16}", rendered.template_version)


def test_the_template_version_counts_every_file_of_the_letters():
    folder = Path(settings.BASE_DIR) / "templates" / "letters"

    assert {each.name for each in folder.iterdir() if each.suffix in {".html", ".css"}} >= set(
        pdf._TEMPLATE_FILES
    )


@every_profile
def test_a_test_page_is_one_sheet_of_the_right_size(key):
    profile = profile_for(key)

    rendered = pdf.render_test_page(profile)

    document = opened(rendered)
    box = [float(each) * 25.4 / 72 for each in document.pages[0].mediabox]
    assert rendered.page_count == 1
    assert box == pytest.approx([0, 0, profile.sheet_width, profile.sheet_height], abs=0.05)


def test_any_other_document_takes_the_letters_type_and_foot():
    context = {
        "title": "Decision",
        "author": "Hartmann & Vale GmbH",
        "language": "en",
        "created_on": ENGLISH.created_on,
        "footer_reference": "OFB-2027-00042 · Decision",
    }

    rendered = pdf.render_document("letters/document.html", context)

    assert rendered.pdf == pdf.render_document("letters/document.html", context).pdf
    assert fonts_in(opened(rendered)) <= {"Letter-Serif-Semi-Bold", "Letter-Sans"}
    with pytest.raises(LetterProblems, match="U\\+682A"):
        pdf.render_document("letters/document.html", {**context, "title": "株"})


def test_missing_libraries_are_named_with_their_packages(monkeypatch):
    def refuse(name: str) -> None:
        raise OSError(name)

    assert pdf.letters_can_be_printed(None) == []
    monkeypatch.setattr(pdf.ctypes, "CDLL", refuse)

    (error,) = pdf.letters_can_be_printed(None)

    assert error.id == "notices.E001"
    assert "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in error.hint
