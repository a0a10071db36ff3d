"""What the pages of documentation name exists, and what they say as data is what the code has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import get_commands

from config.demo.management.commands.up import SIGN_INS
from offboarding.models import Grade, TerminationGround
from offboarding.models.ground import default_chasing

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
DECISIONS = sorted(ROOT.glob("docs/adr/[0-9]*.md"))
ARCHITECTURE = ROOT / "docs/architecture.md"
DOMAIN = ROOT / "docs/domain.md"
PICTURES = ROOT / "docs/pictures"

PACKAGES = "accounts|audit|clients|config|desk|notices|offboarding|portal"
FOLDERS = f"{PACKAGES}|bench|docs|scripts|static|templates|tests"

_LINK = re.compile(r"\]\(([^()\s]+)\)")
_SPAN = re.compile(r"`([^`\n]+)`")
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_INDENTED = re.compile(r"^ {4,}.*$", re.MULTILINE)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def text_of(page: Path) -> str:
    return _COMMENT.sub("", page.read_text(encoding="utf-8"))


def spans_of(page: Path) -> list[str]:
    return _SPAN.findall(_FENCE.sub("", text_of(page)))


def code_of(page: Path) -> str:
    """Return everything that is set as code: spans, fenced blocks, indented lines."""
    text = text_of(page)
    blocks = _FENCE.findall(text) + _INDENTED.findall(_FENCE.sub("", text))
    return "\n".join([*blocks, *spans_of(page)])


def anchors_of(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as forges make them."""
    plain = (
        re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(text_of(page))
    )
    return {heading.strip().replace(" ", "-") for heading in plain}


def local_links(page: Path) -> Iterator[str]:
    for target in _LINK.findall(_FENCE.sub("", text_of(page))):
        if not re.match(r"[a-z][a-z0-9+.-]*:", target):
            yield target


def is_picture_to_come(path: Path) -> bool:
    """Pictures are made by a script, all together: none is asked for before the first is there."""
    return path.parent == PICTURES and not PICTURES.is_dir()


def leads_somewhere(link: str, page: Path) -> bool:
    file, _hash, anchor = unquote(link).partition("#")
    target = (page.parent / file).resolve() if file else page
    if is_picture_to_come(target):
        return True
    if not target.is_relative_to(ROOT) or not target.exists():
        return False
    return not anchor or anchor in anchors_of(target)


def rows_of(page: Path, heading: str) -> list[list[str]]:
    """Return the cells of the first table below a heading, without its head."""
    below = f"\n{text_of(page)}".partition(f"\n{heading}\n")[2]
    assert below, f"{name(page)} has no “{heading}”."
    table = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert table, f"Nothing is a table below “{heading}”."
    lines = table[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_local_link_leads_somewhere(page):
    dead = [link for link in local_links(page) if not leads_somewhere(link, page)]

    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_exists(page):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", code_of(page)))

    assert named - targets == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_management_command_exists(page):
    named = set(re.findall(r"\bmanage\.py ([a-z_]+)", code_of(page)))

    assert named - set(get_commands()) == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_path_that_is_named_exists(page):
    spans = (span.rstrip("/") for span in spans_of(page))
    paths = {span for span in spans if re.fullmatch(rf"(?:{FOLDERS})/[\w./-]+", span)}

    assert {path for path in paths if not (ROOT / path).exists()} == set()


@pytest.mark.parametrize("page", [ARCHITECTURE, *DECISIONS], ids=name)
def test_every_dotted_name_exists(page):
    unknown = []
    for span in spans_of(page):
        dotted = span.removesuffix("()")
        if re.fullmatch(rf"(?:{PACKAGES})(?:\.\w+)+", dotted) and not leads_to_something(dotted):
            unknown.append(span)

    assert unknown == []


def leads_to_something(dotted: str) -> bool:
    """Tell whether a name is a module, or an attribute that a module has."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def test_the_architecture_page_names_every_app():
    named = {row[0].strip("`/") for row in rows_of(ARCHITECTURE, "## The apps")}

    assert named == set(PACKAGES.split("|"))


def test_the_list_of_decisions_holds_each_of_them_under_its_title():
    said = {row[0]: row[1] for row in rows_of(ROOT / "docs/adr/README.md", "# Decisions")}
    expected = {}
    for page in DECISIONS:
        number, title = re.match(r"# (\d+)\. (.+)", text_of(page)).groups()
        expected[f"[{number}]({page.name})"] = title
        assert int(page.name[:4]) == int(number)

    assert said == expected


@pytest.mark.parametrize("page", DECISIONS, ids=name)
def test_every_decision_says_when_why_and_what_follows(page):
    text = text_of(page)

    assert re.search(r"^Status: (accepted|replaced by .+)$", text, re.MULTILINE)
    assert re.search(r"^Date: \d{1,2} [A-Z][a-z]+ \d{4}$", text, re.MULTILINE)
    headings = ["Context", "Decision", "Consequences"]
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == headings


def test_the_readme_begins_with_the_two_commands_and_names_the_sign_ins_of_the_demo():
    readme = ROOT / "README.md"

    assert text_of(readme).startswith("# Offboarding\n\n    make demo\n    make test\n")
    said = [row[0].strip("`") for row in rows_of(readme, "# Offboarding")]
    assert said == [email for email, _role in SIGN_INS]


@pytest.mark.django_db
def test_the_table_of_reasons_is_the_catalogue_that_every_installation_starts_with():
    said = [tuple(row) for row in rows_of(DOMAIN, "## Where it comes from")]
    grounds = TerminationGround.objects.exclude(code__in=["other", "service-line-closes"]).order_by(
        "position"
    )

    assert said == [(one.name, one.description, one.preventive_measure) for one in grounds]


def test_the_grades_of_receipts_are_told_from_the_strongest_to_the_weakest():
    said = [row[0] for row in rows_of(DOMAIN, "## How receipt is proven")]

    assert said == [grade.value for grade in Grade]


def test_the_steps_of_chasing_are_told_with_their_days():
    said = text_of(DOMAIN).partition("## Chasing")[2].partition("\n## ")[0]
    days = default_chasing()
    first, second = days.pop("reminders_after_business_days")

    numbers = [int(number) for number in re.findall(r"\bafter (\d+)\b", said)]
    assert numbers == [first, second, *days.values()]


def test_the_changelog_opens_with_the_version_it_is_the_source_of():
    said = re.search(r"^## (.+)$", text_of(ROOT / "CHANGELOG.md"), re.MULTILINE)

    assert said and re.match(r"\d+\.\d+\.\d+ \(", said[1])
