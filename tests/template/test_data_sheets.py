"""Every table has its sheet, and its cells are of the kind they hold."""

import datetime as dt
import warnings
from io import BytesIO

import openpyxl
import pandas as pd
import pytest

from sop_xl.adapters.package.open_book import OpenBook
from sop_xl.schema import INPUT_TABLES, RESULT_TABLES, TABLE_BY_NAME, TABLES
from sop_xl.schema.frames import conform
from sop_xl.schema.settings import SETTING_SPECS
from sop_xl.template.book import OwnColumn
from sop_xl.template.build import build_template, sheet_names
from sop_xl.template.lint import lint
from sop_xl.template.style import TAB

NAN = float("nan")


def opened(frames: dict[str, pd.DataFrame] | None = None) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl says what it cannot keep, such as sparklines
        return openpyxl.load_workbook(BytesIO(build_template(frames)))


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    return opened()


@pytest.fixture(scope="module")
def filled() -> openpyxl.Workbook:
    items = pd.DataFrame(
        {
            "item": ["00123", "1E5", "NA"],
            "description": ["=not a formula", "", "TRUE"],
            "family": "Alpha",
            "standard_cost": [10.25, NAN, 0.0],
            "launch_period": pd.PeriodIndex(["2026-11", None, None], freq="M"),
        }
    )
    stock = pd.DataFrame({"item": ["00123"], "as_of": pd.to_datetime(["2026-10-31"]), "quantity": [5.0]})
    frames = {"items": items, "stock": stock}
    return opened({name: conform(TABLE_BY_NAME[name], frame) for name, frame in frames.items()})


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_sheet_has_its_table_at_row_6(book, table):
    sheet = book[table.sheet]
    part = sheet.tables[table.excel_name]
    assert part.ref.startswith("A6:")
    assert [cell.value for cell in sheet[6][: len(table.columns)]] == list(table.headers)
    assert sheet["A1"].value == table.sheet
    assert table.help in sheet["A2"].value
    assert part.tableStyleInfo.name is None
    assert sheet.freeze_panes.endswith("7")
    assert sheet.print_title_rows == "$5:$6"
    assert not sheet.protection.sheet


def test_tabs_are_in_order_and_told_apart_by_colour(book):
    assert book.sheetnames == sheet_names()
    kinds = {table.sheet: "input" for table in INPUT_TABLES} | {table.sheet: "result" for table in RESULT_TABLES}
    for sheet, kind in kinds.items():
        assert book[sheet].sheet_properties.tabColor.rgb == "FF" + TAB[kind][1:]
    assert book.sheetnames.index(INPUT_TABLES[-1].sheet) < book.sheetnames.index(RESULT_TABLES[0].sheet)


def test_units_stand_above_the_header(book):
    sheet = book["Stock"]
    assert [cell.value for cell in sheet[5][:4]] == ["required", None, "units", "units"]


def test_what_is_typed_is_unlocked_and_what_is_computed_is_not(book):
    for table in TABLES:
        for position, column in enumerate(table.columns, start=1):
            cell = book[table.sheet].cell(7, position)
            typed = (column.owner or table.owner).value == "user" and (
                table.name != "settings" or column.field == "value"
            )
            assert cell.protection.locked is not typed, (table.name, column.field)
            assert (cell.fill.fgColor.rgb == "FFFFFBE3") is typed


def test_rows_typed_below_look_like_the_first(book):
    column = book["Items"].column_dimensions["H"]
    assert (column.number_format, column.protection.locked) == (book["Items"]["H7"].number_format, False)


def test_codes_stay_text_dates_are_dates_and_blank_is_blank(filled):
    sheet = filled["Items"]
    assert [sheet[f"A{row}"].value for row in (7, 8, 9)] == ["00123", "1E5", "NA"]
    assert {sheet[f"A{row}"].number_format for row in (7, 8, 9)} == {"@"}
    assert (sheet["B7"].value, sheet["B7"].data_type) == ("=not a formula", "s")
    headers = {cell.value: cell.column for cell in sheet[6]}
    cost, launch = headers["Standard cost"], headers["Launch month"]
    assert [sheet.cell(row, cost).value for row in (7, 8, 9)] == [10.25, None, 0]
    assert (sheet.cell(7, launch).value, sheet.cell(7, launch).number_format) == (dt.datetime(2026, 11, 1), "mmm yy")
    assert sheet.tables["tblItems"].ref.endswith("9")
    assert filled["Stock"]["E7"].value == dt.datetime(2026, 10, 31)


def rules(sheet) -> dict[str, openpyxl.worksheet.datavalidation.DataValidation]:
    return {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}


def test_rules_say_in_words_what_may_be_typed(book):
    found = rules(book["Items"])
    source = found["E7"]
    assert (source.type, source.formula1) == ("list", '"make,buy,both"')
    assert source.error == "Choose one of: make, buy, both."
    minimum = found["H7"]
    assert (minimum.type, float(minimum.formula1)) == ("decimal", 0)
    assert minimum.error == "Enter a number of 0 or more (money/unit). Leave it empty for no data."
    assert str(minimum.sqref) == "H7:H1048576"


def test_codes_of_other_tables_are_chosen_from_them(book):
    item = rules(book["Routings"])["A7"]
    assert (item.formula1, item.errorStyle) == ("lst_Items", "warning")
    assert item.error == "This is not in the table Items. Add it there, or choose another."
    assert book.defined_names["lst_Items"].attr_text == "tblItems[Item]"
    referred = {c.refers for table in INPUT_TABLES for c in table.columns if c.refers}
    assert {f"lst_{TABLE_BY_NAME[name].excel_name[3:]}" for name in referred} <= set(book.defined_names)


def test_every_column_with_help_shows_it_at_its_header(book):
    for table in TABLES:
        found = rules(book[table.sheet])
        for position, column in enumerate(table.columns, start=1):
            if column.help:
                prompt = found[book[table.sheet].cell(6, position).coordinate].prompt
                assert prompt.startswith(column.help[:100])


def test_a_new_workbook_has_every_setting_at_its_default(book):
    sheet = book["Settings"]
    values = {sheet[f"A{row}"].value: sheet[f"B{row}"] for row in range(7, 7 + len(SETTING_SPECS))}
    assert list(values) == [spec.name for spec in SETTING_SPECS]
    assert values["current_period"].value is None
    assert (values["horizon_months"].value, values["service_level"].value) == (18, 0.95)
    assert (values["end_backlog_allowed"].value, values["objective"].value) == ("no", "service_first")
    assert rules(sheet)[values["horizon_months"].coordinate].error == (
        "Enter a whole number from 1 to 60 (months). Leave it empty for no data."
    )


def test_a_users_own_columns_stand_at_the_end_of_tables_and_fill_new_rows():
    formula = 'tblItems[[#This Row],[Item]]&"!"'
    own = {"items": [OwnColumn("My note"), OwnColumn("Marked", formula)], "settings": [OwnColumn("Who")]}
    content = build_template(own_columns=own)
    assert lint(content) == []
    book = OpenBook(content, "own columns")
    for name, columns in own.items():
        table = book.tables[TABLE_BY_NAME[name].excel_name]
        assert table.headers == [*TABLE_BY_NAME[name].headers, *(column.header for column in columns)]
    assert book.tables["tblItems"].calculated[-2:] == ["", formula]
