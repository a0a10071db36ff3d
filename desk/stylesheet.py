"""One stylesheet for the staff's pages, put together from its readable parts.

The parts under static/css/ are what people edit; static/css/app.css is what browsers fetch, in one
request and without the comments. `python -m desk.stylesheet` writes it; a test holds both together.
"""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "static" / "css"
BUILT = FOLDER / "app.css"
_CORE = ("tokens.css", "base.css", "layout.css")
_LAST = ("print.css",)


def parts() -> list[Path]:
    """The files of the stylesheet in the order in which the browser reads them."""
    components = sorted((FOLDER / "components").glob("*.css"))
    return [*(FOLDER / name for name in _CORE), *components, *(FOLDER / name for name in _LAST)]


def build() -> str:
    """The whole stylesheet as one text, comments and needless blanks left out."""
    return "".join(_compact(part.read_text(encoding="utf-8")) + "\n" for part in parts())


def _compact(css: str) -> str:
    # Strings (and so data: addresses) are kept as they are: split them out before touching blanks.
    without_comments = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    pieces = re.split(r"(\"[^\"]*\")", without_comments)
    for index in range(0, len(pieces), 2):
        blanks = re.sub(r"\s+", " ", pieces[index])
        # Blanks around colons, brackets and operators can carry meaning and stay.
        pieces[index] = re.sub(r" ?([{};,>]) ?", r"\1", blanks).replace(";}", "}")
    return re.sub(r"(?<=[\w-]): ", ":", "".join(pieces)).strip()


if __name__ == "__main__":
    BUILT.write_text(build(), encoding="utf-8")
