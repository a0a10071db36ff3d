from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as how_to_try
from hypothesis import strategies as st

from clients.csv_cells import original_text, safe_cell, safe_row, without_separator_line

_risky = st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "＝", "'", "''", "'="])
_texts = st.builds(str.__add__, st.one_of(st.just(""), _risky), st.text())


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-2", "@sum", "\tx", "\rx", "\nx", "＝1"])
def test_a_text_that_could_run_as_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", [-5, 3.5, None, date(2027, 1, 31), "Café", "", "a=b"])
def test_what_is_harmless_passes_as_it_is(value: object) -> None:
    assert safe_cell(value) == value


@given(_texts)
@how_to_try(deadline=None)
def test_no_safe_cell_starts_a_formula_and_every_text_comes_back(text: str) -> None:
    cell = safe_cell(text)

    assert isinstance(cell, str)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert original_text(cell) == text


@given(st.lists(_texts.filter(lambda text: "\0" not in text), min_size=1))
@how_to_try(deadline=None)
def test_a_row_survives_the_way_through_a_file(texts: list[str]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerow(safe_row(list(texts)))
    file.seek(0)

    (read_back,) = list(csv.reader(file, strict=True))

    assert [original_text(cell) for cell in read_back] == texts


@pytest.mark.parametrize(
    ("text", "left", "separator"),
    [
        ("sep=;\r\na;b", "a;b", ";"),
        ("SEP=,\na,b", "a,b", ","),
        ("sep=\t\ra\tb", "a\tb", "\t"),
        ('"sep=|"\na|b', "a|b", "|"),
        ("sep=;;;\na;b;c", "a;b;c", ";"),
        ("sep=x\naxb", "sep=x\naxb", ""),
        ('sep="\na', 'sep="\na', ""),
        ("separate;b\nc;d", "separate;b\nc;d", ""),
        ("a;b\nsep=,", "a;b\nsep=,", ""),
        ("", "", ""),
    ],
)
def test_a_first_line_that_names_the_separator_is_no_row(
    text: str, left: str, separator: str
) -> None:
    assert without_separator_line(text) == (left, separator)
