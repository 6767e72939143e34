"""The sheet Paste actuals: its areas stand where the schema says, under their names, and only theirs are typed into."""

import openpyxl
import pytest

from sop_xl.actuals.findings import Act
from sop_xl.schema import paste
from sop_xl.template.build import build_template
from tests.support.office import formulas_of


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    path = tmp_path_factory.mktemp("paste") / "book.xlsm"
    path.write_bytes(build_template())
    return formulas_of(path)[paste.SHEET]


def test_every_area_has_its_name_and_nobody_elses_cells(sheet):
    names = sheet.parent.defined_names
    cells = {}
    for area in paste.AREAS:
        target = names[area.name].attr_text.replace("$", "").replace(f"'{paste.SHEET}'!", "")
        assert target.split(":")[0] == area.address.split(":")[0]
        assert target.split(":")[-1] == area.address.split(":")[-1]
        for row in range(area.top, min(area.bottom, 60) + 1):
            for column in range(area.left, area.right + 1):
                assert cells.setdefault((row, column), area.name) == area.name


def test_what_finance_types_is_open_and_the_paste_stays_text(sheet):
    for area in paste.AREAS:
        row, column = area.top, area.left
        letter = openpyxl.utils.get_column_letter(column)
        cell = sheet.cell(row, column)
        if area is paste.RAW:
            assert not sheet.column_dimensions[letter].protection.locked
            assert sheet.column_dimensions[letter].number_format == "@"
        else:
            assert cell.protection.locked is not area.typed
    assert not sheet.protection.sheet


def test_statuses_are_those_of_the_check():
    assert list(paste.STATUS_WORDS) == [act.word for act in Act]
    assert paste.RECEIPT.height == len(Act)


@pytest.mark.soffice
def test_totals_tie_without_what_was_left_out(bridge_book):
    found = bridge_book[paste.SHEET]
    # Good 100.10 + bad 20.20 = 120.30; the row left out, 999, is a total of them.
    assert found["I13"].value == pytest.approx(1119.30)
    assert found["M10"].value == 0
    assert found["K12"].value == "● Ties to the ledger"
