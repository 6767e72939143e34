"""The functions on the cells of a running spreadsheet: arguments read and answers written by xlwings itself."""

import os

import pytest
import xlwings as xw
from xlwings import conversion

from sop_xl.functions.examples import SampleFacts, examples
from sop_xl.functions.worksheet import WorksheetFunction
from sop_xl.template.book import Book
from sop_xl.template.sheets import functions
from tests.support.calc_engine import missing, xlwings_on_calc
from tests.support.xlwings_stubs import windows

pytestmark = pytest.mark.soffice


@pytest.fixture(scope="module")
def excel():
    with windows() as made:
        yield made


@pytest.fixture(scope="module")
def sheet(tmp_path_factory, excel):
    """The sheet Functions, open in Calc."""
    if missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing())
    book = Book([functions.SHEET, "Home"])
    for name in ("chk_Total", "chk_Master"):
        book.book.define_name(name, "=0")
    functions.build(book)
    path = tmp_path_factory.mktemp("functions") / "functions.xlsx"
    path.write_bytes(book.finish())
    with xlwings_on_calc():
        yield xw.Book(path).sheets[functions.SHEET]


def test_every_function_on_its_example(excel, sheet, monkeypatch):
    answer_with_plan = WorksheetFunction.answer
    monkeypatch.setattr(
        WorksheetFunction, "answer", lambda self, *cells, facts: answer_with_plan(self, *cells, facts=SampleFacts())
    )
    column = sheet.range("B1:B700").value
    rows = {text.split("(")[0][1:]: row for row, text in enumerate(column, 1) if str(text).startswith("=SOP_")}
    assert set(rows) == set(examples())
    for name, row in rows.items():
        call = getattr(excel.functions, name)
        references = column[row - 1].split("(")[1][:-1].split(",")
        arguments = [
            conversion.read(sheet.range(reference), None, told["options"]) if reference else told["optional"]
            for reference, told in zip(references, call.__xlfunc__["args"], strict=False)
        ]
        answer = call(*arguments)
        lines = answer if isinstance(answer, list) else [[answer]]
        # To the right of everything: what Excel would spill.
        conversion.write(answer, sheet.range((row, 30)), call.__xlfunc__["ret"]["options"])
        written = sheet.range((row, 30), (row + len(lines) - 1, 29 + len(lines[0]))).options(ndim=2).value
        expected = [line if isinstance(line, list) else [line] for line in lines]
        assert written == [[pytest.approx(v) if isinstance(v, float) else v for v in line] for line in expected], name
        named = len(lines) > 1 and len(lines[0]) > 1 and isinstance(lines[0][0], str)
        first = (row - len(lines), 1 if named else 2)
        shown = sheet.range(first, (row - 1, first[1] + len(lines[0]) - 1)).options(ndim=2).value
        assert shown == [[pytest.approx(v) if isinstance(v, float) else v for v in line] for line in expected], name
