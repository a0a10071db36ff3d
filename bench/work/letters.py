"""Letters: the application's own job, its bare renderer, and the same sheet set by others."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import pypdfium2
import weasyprint

from accounts.actor import Actor
from bench.measuring import check
from bench.work import house
from bench.work.house import execute
from notices import rendering
from notices.letters import composing
from notices.models import Notice, Rendering, RenderingPurpose
from notices.pages import letter_fit, pdf
from notices.services import drafting
from offboarding.models import TerminationCase
from tests.builders import an_invoice
from tests.multiplied import multiply, unguarded


def prepare(count: int) -> None:
    """Draft the letters of so many cases and order their pages."""
    case = house.the_case()
    for number in range(3):
        an_invoice(case.client, f"2027-{number:03}")
    notice = drafting.draft_notice(case, by=Actor.person(case.owner))
    with unguarded():
        multiply(case, count - 1, reference="'OFB-2019-' || n")
        first = case.pk
        multiply(notice, count - 1, case_id=f"{first} + n")
    # The pages that the composer asked for; what is measured is the letter that is kept.
    Rendering.objects.all().delete()
    for each in Notice.objects.all():
        Rendering.objects.get_or_create(
            notice=each, notice_version=each.version, purpose=RenderingPurpose.APPROVAL
        )
    check(Rendering.objects.count() == count, "not every letter was ordered")
    check(TerminationCase.objects.count() == count, "not every letter has a case")
    pdf.warm_up()


def order_again() -> None:
    """Forget the pages, so that they are due once more."""
    execute(
        "DELETE FROM notices_renderedpage",
        "UPDATE notices_rendering SET done_at = NULL, attempts = 0, pdf = NULL, sha256 = ''",
    )


def set_due_pages() -> int:
    """Do what the worker's task does, until nothing is due."""
    done = 0
    while Rendering.objects.filter(done_at=None).exists():
        done += rendering.set_pages_due()
    return done


def check_pages(count: int) -> None:
    """Refuse unless every letter has its pages, stored and drawn."""
    rows = list(Rendering.objects.prefetch_related("pages"))
    check(len(rows) == count, f"{len(rows)} orders instead of {count}")
    for row in rows:
        check(row.is_good, f"a letter was not set: {row.problems}")
        check(_pages(bytes(row.pdf or b"")) == row.page_count, "a PDF has other pages than noted")
        check(row.pages.count() == row.page_count, "a page was not drawn")


def _pages(document: bytes) -> int:
    with pypdfium2.PdfDocument(document) as opened:
        return len(opened)


def warm_up() -> None:
    """Load the renderer, as a worker does when it starts."""
    pdf.warm_up()


def set_bare(numbers: Sequence[int]) -> None:
    """Set letters with the application's template and keep nothing."""
    notices = list(Notice.objects.order_by("pk"))
    for number in numbers:
        letter = pdf.render_letter(composing.letter_content(notices[number], draft=True))
        check(letter.page_count > 0, "a letter without pages")


# -- the same sheet, as the library's first page shows ---------------------------------------------


def write_sheet(file: str) -> int:
    """Write one letter's sheet as a page of HTML with its stylesheet; return its pages."""
    seen: list[tuple[str, str]] = []
    lay_out = pdf._Engine.lay_out

    def listen(engine: Any, html: str, css: str) -> Any:
        seen.append((html, css))
        return lay_out(engine, html, css)

    with mock.patch.object(pdf._Engine, "lay_out", listen):
        content = composing.letter_content(Notice.objects.order_by("pk")[0], draft=True)
        letter = pdf.render_letter(content)
    html, css = seen[-1]
    fonts = letter_fit.font_folder().as_uri()
    style = f"<style>{css.replace('asset:', fonts + '/')}</style></head>"
    Path(file).write_text(html.replace("</head>", style, 1), encoding="utf-8")
    return letter.page_count


def set_with_the_library(file: str, count: int, pages: int) -> None:
    """Set it as often with `HTML(string).write_pdf()`, in this warm process."""
    html = Path(file).read_text(encoding="utf-8")
    for _ in range(count):
        document = weasyprint.HTML(string=html).write_pdf()
        check(_pages(document) == pages, "the library's letter has other pages")


def set_in_processes(file: str, count: int, pages: int) -> None:
    """Set it as often with a new process each, as a script called by a web application does."""
    target = Path(file).with_suffix(".pdf")
    script = "import sys, weasyprint; weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2])"
    for _ in range(count):
        target.unlink(missing_ok=True)
        subprocess.run([sys.executable, "-c", script, file, str(target)], check=True)
        check(_pages(target.read_bytes()) == pages, "the process's letter has other pages")


def set_with_office(file: str, count: int) -> None:
    """Let an office suite convert it, a process each."""
    program = shutil.which("soffice")
    assert program is not None
    target = Path(file).with_suffix(".pdf")
    for _ in range(count):
        target.unlink(missing_ok=True)
        subprocess.run(
            [program, "--headless", "--convert-to", "pdf:writer_web_pdf_Export"]
            + ["--outdir", str(target.parent), file],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        check(_pages(target.read_bytes()) > 0, "the office suite's letter has no page")
