"""The sheet Functions: each function with its inputs, a result that is its answer, and a formula that asks for it."""

import io
import re

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from sop_xl.functions.catalogue import FUNCTIONS
from sop_xl.functions.examples import SampleFacts, examples
from sop_xl.template.book import Book
from sop_xl.template.sheets import functions


@pytest.fixture(scope="module")
def sheet():
    book = Book([functions.SHEET, "Home"])
    for name in ("chk_Total", "chk_Master"):
        book.book.define_name(name, "=0")
    functions.build(book)
    return openpyxl.load_workbook(io.BytesIO(book.finish()))[functions.SHEET]


@pytest.fixture(scope="module")
def formulas(sheet):
    """Row of each function's formula."""
    found = {}
    for (cell,) in sheet.iter_rows(min_col=2, max_col=2):
        match = re.match(r"=(SOP_\w+)\(", str(cell.value))
        if match:
            found[match[1]] = cell.row
    return found


def test_every_function_is_at_work(formulas):
    assert set(formulas) == set(FUNCTIONS) == set(examples())


def test_formulas_are_text_until_somebody_makes_them_live(sheet, formulas):
    # A live formula would show #NAME? where the add-in is not installed.
    assert {sheet.cell(row, 2).data_type for row in formulas.values()} == {"s"}
    assert {sheet.cell(row, 2).number_format for row in formulas.values()} == {"General"}
    assert {sheet.cell(row, 2).quotePrefix for row in formulas.values()} <= {None, False}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_the_result_is_what_the_formula_asks_for(sheet, formulas, name):
    row = formulas[name]
    text = sheet.cell(row, 2).value
    arguments = [_cells(sheet, reference) for reference in text[text.index("(") + 1 : -1].split(",")]
    answer = FUNCTIONS[name].answer(*arguments, facts=SampleFacts())
    lines = answer if isinstance(answer, list) else [[answer]]
    first = row - len(lines)
    named = len(lines) > 1 and len(lines[0]) > 1 and isinstance(lines[0][0], str)
    for offset, line in enumerate(lines):
        # Names of an answer stand in column A, before its figures.
        start = 1 if named else 2
        shown = [sheet.cell(first + offset, column).value for column in range(start, start + len(line))]
        assert shown == [pytest.approx(value) if isinstance(value, float) else value for value in line]


def test_a_live_answer_has_room(sheet, formulas):
    for name, row in formulas.items():
        answer = examples()[name].answer()
        for offset in range(len(answer)):
            below = [sheet.cell(row + offset, column).value for column in range(2, 14)]
            assert below[1 if offset == 0 else 0 :] == [None] * (11 if offset == 0 else 12)


def test_help_stands_beside_every_argument(sheet, formulas):
    for name, row in formulas.items():
        example = examples()[name]
        shown = [sheet.cell(r, 14).value or "" for r in range(max(row - 40, 5), row + 1)]
        assert all(argument.help in shown for argument in example.function.arguments)
        assert all(len(text) <= functions.HELP_SIGNS for text in shown)


def _cells(sheet, reference):
    if not reference:
        return None
    left, top, right, bottom = range_boundaries(reference)
    return [[sheet.cell(r, c).value for c in range(left, right + 1)] for r in range(top, bottom + 1)]
