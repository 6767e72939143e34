"""The engine that lets xlwings drive Calc: it does what Excel does, and refuses what Excel refuses."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import xlwings

from tests.adapters.cases import JANUARY, PLAN_HEADER, by_xlsxwriter
from tests.support.calc_engine import NotAsInExcelError, session, uno_bridge
from tests.support.calc_engine.strict import check_sheet_name, check_table_name, is_parsed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def book(calc: xlwings.App, tmp_path: Path) -> xlwings.Book:
    rows = [PLAN_HEADER, ["A100", JANUARY, 1.0, "x"], ["A200", JANUARY, 2.5, "y"]]
    return calc.books.open(by_xlsxwriter(tmp_path / "plan.xlsx", plan=rows))


@pytest.mark.parametrize(
    "text",
    [
        *("00123", "1E5", "-5", ".5", "5%", "$5", "(5)", "1,000", "1-2", "3/4", "2026-03", "12:30", "3 pm", "Mar 26"),
        *("3-Mar", "1 March", "1 1/2", "TRUE", "false", "=A1", "+A", "@x", "'x", "#N/A", " 12 "),
    ],
)
def test_texts_that_excel_parses(text: str) -> None:
    assert is_parsed(text)


@pytest.mark.parametrize(
    "text", ["A-100", "x1", "NA", "nan", "1x", "12 boxes", "Line 1", "mark 3", "a/b", "https://x.y/1"]
)
def test_texts_that_excel_leaves_alone(text: str) -> None:
    assert not is_parsed(text)


@pytest.mark.parametrize("name", ["", "a" * 32, "a/b", "a?b", "[a]", "'a'", "History", "plan"])
def test_names_that_no_sheet_has(name: str) -> None:
    with pytest.raises(NotAsInExcelError):
        check_sheet_name(name, ["Plan"])


@pytest.mark.parametrize("name", ["", "1a", "a b", "A1", "R1C1", "c", "TBLPLAN", "a" * 256])
def test_names_that_no_table_has(name: str) -> None:
    with pytest.raises(NotAsInExcelError):
        check_table_name(name, ["tblPlan"])


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
@pytest.mark.parametrize("lacks", ["soffice", "uno"])
def test_where_it_cannot_run_it_is_skipped_and_fails_in_ci(
    monkeypatch: pytest.MonkeyPatch, lacks: str, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(session.shutil, "which", lambda _name: None if lacks == "soffice" else "/usr/bin/soffice")
    monkeypatch.setattr(uno_bridge, "PLACES", ())
    monkeypatch.delitem(sys.modules, "uno", raising=False)
    with pytest.raises(outcome, match={"soffice": "scripts/office.sh", "uno": "python3-uno"}[lacks]):
        session.require()


@pytest.mark.soffice
def test_values_come_and_go_as_with_excel(book: xlwings.Book) -> None:
    sheet = book.sheets["Plan"]
    row = [True, dt.datetime(2026, 3, 14, 15, 9, 26), 1.5, "x", None]
    sheet["G1"].value = row
    assert sheet["G1:K1"].value == row
    assert sheet["G1:K1"].options(ndim=2).value == [row]
    frame = pd.DataFrame({"k": ["a", "b"], "v": [1.5, np.nan], "d": [pd.Timestamp("2026-05-01"), pd.NaT]})
    sheet["M1"].options(index=False).value = frame
    assert sheet["M1"].expand().shape == (3, 3)
    back = sheet["M1"].options(pd.DataFrame, index=False, expand="table").value
    assert back["v"].tolist()[0] == 1.5
    assert back["d"].tolist()[0] == pd.Timestamp("2026-05-01")


@pytest.mark.soffice
@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=SUM(D5:D6)*2", 7.0),
        ('=IF(D5>0,"a;b","c,d")', "a;b"),
        ("=SUM(tblPlan[Quantity])", 3.5),
        ("=COUNTA(tblPlan[[#Headers],[Item]:[Month]])", 2.0),
        ("=Orders!B4", "Order"),
        ("='Plan'!$B$5&\"!\"", "A100!"),
        ("=SUM({1,2;3,4})", 10.0),
        ("=NORM.S.INV(0.5)", 0.0),
    ],
)
def test_formulas_are_spelled_as_in_excel(book: xlwings.Book, formula: str, value: Any) -> None:
    cell = book.sheets["Plan"]["G8"]
    cell.formula = formula
    assert cell.value == value
    assert cell.formula.replace("'Plan'", "Plan") == formula.replace("'Plan'", "Plan")


@pytest.mark.soffice
def test_errors_are_values(book: xlwings.Book) -> None:
    cells = book.sheets["Plan"]["G1:I1"]
    cells.value = ["=1/0", "#N/A", "=NoSuchName"]
    assert cells.value == [None, None, None]
    assert cells.options(err_to_str=True).value == ["#DIV/0!", "#N/A", "#NAME?"]
    assert cells.formula[0][1] == "#N/A"


@pytest.mark.soffice
def test_what_is_no_formula_is_refused(book: xlwings.Book) -> None:
    with pytest.raises(NotAsInExcelError, match="is no formula"):
        book.sheets["Plan"]["G1"].value = "=1+*2"


@pytest.mark.soffice
def test_a_text_like_a_number_needs_the_format_of_texts(book: xlwings.Book) -> None:
    cell = book.sheets["Plan"]["G1"]
    with pytest.raises(NotAsInExcelError, match="Plan!G1: Excel would not keep the text '00123'"):
        cell.value = "00123"
    cell.number_format = "@"
    cell.value = "00123"
    assert cell.value == "00123"
    with pytest.raises(NotAsInExcelError, match="would make a text of 5"):
        cell.value = 5.0
    other = book.sheets["Plan"]["G2"]
    other.value = "'00123"
    assert (other.value, other.number_format) == ("00123", "General")


@pytest.mark.soffice
def test_a_date_needs_a_format_that_shows_it(book: xlwings.Book) -> None:
    cell = book.sheets["Plan"]["G1"]
    cell.number_format = "0.00"
    with pytest.raises(NotAsInExcelError, match="would show as a number"):
        cell.value = dt.datetime(2026, 3, 1)


@pytest.mark.soffice
def test_a_sheet_ends(book: xlwings.Book) -> None:
    sheet = book.sheets["Plan"]
    sheet.range((1_048_576, 16_384)).value = 1.0
    with pytest.raises(NotAsInExcelError, match="off the sheet"):
        sheet.range((1_048_577, 1)).value = 1.0


@pytest.mark.soffice
def test_tables_as_excel_has_them(book: xlwings.Book) -> None:
    sheet = book.sheets["Plan"]
    table = sheet.tables["tblPlan"]
    assert (table.range.address, table.header_row_range.address) == ("$B$4:$E$6", "$B$4:$E$4")
    assert table.data_body_range.address == "$B$5:$E$6"
    table.resize(sheet["B4:E9"])
    assert table.range.address == "$B$4:$E$9"
    for wrong, words in (("B5:E9", "the header stays"), ("B4:E4", "with a row below")):
        with pytest.raises(NotAsInExcelError, match=words):
            table.resize(sheet[wrong])
    with pytest.raises(NotAsInExcelError, match="overlap tblPlan"):
        sheet.tables.add(sheet["D7:F12"], name="tblOther")
    with pytest.raises(NotAsInExcelError, match="The name 'TBLPLAN' is taken"):
        sheet.tables.add(sheet["H7:I12"], name="TBLPLAN")
    made = sheet.tables.add(sheet["H7:I12"], name="tblOther")
    assert {each.name for each in sheet.tables} == {made.name, "tblPlan"}


@pytest.mark.soffice
def test_a_protected_sheet_is_not_written(book: xlwings.Book) -> None:
    sheet = book.sheets["Plan"]
    sheet.impl.api.Protect()
    for act in (lambda: setattr(sheet["G1"], "value", 1.0), sheet["B5"].clear_contents):
        with pytest.raises(NotAsInExcelError, match="protected sheet"):
            act()
    with pytest.raises(NotAsInExcelError, match="cannot be resized on a protected sheet"):
        sheet.tables["tblPlan"].resize(sheet["B4:E9"])


@pytest.mark.soffice
def test_names_sheets_and_saving(book: xlwings.Book, calc: xlwings.App, tmp_path: Path) -> None:
    book.names.add("nm", "=Plan!$B$4:$C$5")
    assert (book.names["nm"].refers_to, book.names["nm"].refers_to_range.address) == ("=Plan!$B$4:$C$5", "$B$4:$C$5")
    added = book.sheets.add("More", after="Plan")
    assert [sheet.name for sheet in book.sheets] == ["Plan", "More", "Orders"]
    with pytest.raises(NotAsInExcelError):
        added.name = "ORDERS"
    added["A1"].value = "kept"
    book.save(tmp_path / "saved.xlsx")
    book.close()
    again = calc.books.open(tmp_path / "saved.xlsx")
    assert again.sheets["More"]["A1"].value == "kept"
    assert again.sheets["Plan"].tables["tblPlan"].range.address == "$B$4:$E$6"


@pytest.mark.soffice
def test_the_calling_workbook_is_found_as_from_a_button(book: xlwings.Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(xlwings.Book, "_mock_caller", raising=False)
    book.set_mock_caller()
    try:
        assert xlwings.Book.caller().name == "plan.xlsx"
    finally:
        del xlwings.Book._mock_caller


@pytest.mark.soffice
def test_a_filter_hides_rows_and_is_told(book: xlwings.Book) -> None:
    sheet = book.sheets["Plan"]
    filters = sheet.tables["tblPlan"].autofilter
    filters.apply_comparison(3, "greater_than", 2)
    assert [sheet.range((row, 1)).rows.hidden for row in (5, 6)] == [True, False]
    told = [(c.field, c.type, c.operator, c.value1) for c in filters.criteria if c.type != "none"]
    assert told == [(3, "comparison", "greater_than", "2")]
    filters.clear()
    assert [sheet.range((row, 1)).rows.hidden for row in (5, 6)] == [False, False]
