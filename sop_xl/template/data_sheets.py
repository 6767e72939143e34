"""One sheet for each table: its title and help, the Excel table, and cells that say what belongs in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from sop_xl.schema import INPUT_TABLES, RESULT_TABLES, TABLE_BY_NAME
from sop_xl.schema.results import RETURNS
from sop_xl.schema.settings import SETTING_SPECS
from sop_xl.schema.table import Column, Kind, Owner
from sop_xl.template.parts import masthead, print_page, write
from sop_xl.template.style import BAD_FILL, BAD_INK, GOOD_FILL, GOOD_INK, MUTE, WARN, WARN_FILL
from sop_xl.template.validation import explain, setting_rule, validate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.schema.settings import SettingSpec
    from sop_xl.schema.table import Table
    from sop_xl.template.book import Book, OwnColumn

BAND_ROW, HEADER_ROW, BODY_ROW = 4, 5, 6
"""Rows of every data sheet, from 0: units, table header, first row of the body."""
LAST_ROW = 1_048_575

PROSE = frozenset(
    {"address", "columns", "cure", "decision", "definition", "description", "filter", "help", "issue", "items"}
    | {"markets", "message", "mitigation", "name", "note", "options", "purpose", "reason", "resources", "result"}
    | {"steps", "text"}
)
"""Fields that hold words for a reader: wide, and not forced to text."""
_WIDE = {
    "message": 420,
    "cure": 420,
    "note": 420,
    "definition": 640,
    "name": 250,
    "text": 320,
    "description": 240,
    "reason": 240,
}
_WIDE |= {"parameter": 176, "measure": 120, "kpi": 150, "version": 80, "inputs": 150}
_WIDE |= {"row": 280, "file": 220, "choice": 100}
_WIDE_HERE = {("runs", "result"): 700, ("shortages", "reason"): 440, ("shortages", "cure"): 400}
_WIDE_HERE |= {("shortages", "market"): 150, ("shortages", "binding"): 190, ("shortages", "unit"): 60}
"""Widths of single tables, by table and field."""
_WRAPPED = frozenset({("runs", "result"), ("shortages", "reason"), ("shortages", "cure")})
"""Sentences on two lines, so that a page does not grow with them nor cut them off."""
_TWO_LINES = 34 * 0.75
"""Height of the rows of a table that has such sentences, in points."""
_WIDTH = {Kind.TEXT: 112, Kind.MONTH: 84, Kind.DATE: 104, Kind.TIME: 124, Kind.FLAG: 84, Kind.MONEY: 118, Kind.ANY: 150}
_BY_KIND = {
    Kind.MONEY: "cents",
    Kind.MONTH: "month",
    Kind.DATE: "day",
    Kind.TIME: "moment",
    Kind.FLAG: "text",
    Kind.PERCENT: "one_decimal",
}
_PLAIN_WIDTH, _PROSE_WIDTH, _LIGHT_AT = 98, 200, 1000
_A4_WIDTH, _A3 = 1500, 8
"""Pixels that A4 landscape holds at 70 %; a wider table prints on A3."""
_READ_ONLY = {("settings", "parameter"), ("settings", "unit"), ("settings", "note")}
_OWNER_LINE = {
    Owner.USER: "You fill this in: type or paste below the header",
    Owner.PYTHON: "Written by each run: what is typed here is replaced",
}


class Look(NamedTuple):
    """The formats of one column: of its header, its body cells, and the empty cells below."""

    header: Format
    body: Format
    below: Format


def build_data_sheets(book: Book) -> None:
    """Write the sheet of every input and result table, and the names their lists are chosen from."""
    for table in (*INPUT_TABLES, *RESULT_TABLES):
        build_data_sheet(book, table)
    referred = {column.refers for table in INPUT_TABLES for column in table.columns if column.refers}
    for name in sorted(referred):
        table = TABLE_BY_NAME[name]
        book.book.define_name(list_name(name), f"={table.excel_name}[{table.columns[0].header}]")


def list_name(table: str) -> str:
    """Return the defined name of a table's first column: `lst_Items` for `items`."""
    return f"lst_{TABLE_BY_NAME[table].excel_name[3:]}"


def build_data_sheet(book: Book, table: Table) -> None:
    """Write one table's sheet; the body comes from `book.frames`, or is one blank row."""
    sheet = book.sheet(table.sheet, "input" if table.owner is Owner.USER else "result")
    if _wraps(table):
        sheet.set_default_row(_TWO_LINES)
    declared, own = len(table.columns), book.own_columns.get(table.name, ())
    table = _with_own(table, own)
    _columns(book, sheet, table)
    _head(book, sheet, table)
    frame = _body_of(book, table)
    looks = _looks(book, table)
    _write_body(sheet, table, frame, looks)
    last = len(table.columns) - 1
    sheet.add_table(
        HEADER_ROW,
        0,
        BODY_ROW + max(len(frame), 1) - 1,
        last,
        {
            "name": table.excel_name,
            "style": None,
            "columns": [
                {"header": c.header, "header_format": look.header} | _filled(c, own, look)
                for c, look in zip(table.columns, looks, strict=True)
            ],
        },
    )
    if table.name == "settings":
        _write_settings(book, sheet, frame)
    if table.name == RETURNS.name:
        _colour_returns(book, sheet)
    for position, column in enumerate(table.columns[:declared]):
        explain(sheet, HEADER_ROW, position, column)
        if is_input(table, column) and column.kind is not Kind.ANY:
            validate(sheet, (BODY_ROW, position, LAST_ROW, position), column)
    sheet.freeze_panes(BODY_ROW, _frozen_columns(table))
    sheet.ignore_errors({"number_stored_as_text": f"A{BODY_ROW + 1}:XFD{LAST_ROW + 1}"})
    print_page(sheet, "", repeat=(BAND_ROW, HEADER_ROW), one_page=False)
    if sum(width(table, column) for column in table.columns) > _A4_WIDTH:
        sheet.set_paper(_A3)


def _colour_returns(book: Book, sheet: Worksheet) -> None:
    """Colour what came back by its status, whose word says the same: to decide, to ask again, taken."""
    looks: dict[str, dict[str, Any]] = {
        "conflict": {"font_color": WARN, "bg_color": WARN_FILL, "bold": True},
        "rejected": {"font_color": BAD_INK, "bg_color": BAD_FILL, "bold": True},
        "missing": {"font_color": BAD_INK},
        "accepted": {"font_color": GOOD_INK, "bg_color": GOOD_FILL},
        "replaced": {"font_color": MUTE},
        "ignored": {"font_color": MUTE},
    }
    for status, look in looks.items():
        rule = {"type": "cell", "criteria": "==", "value": f'"{status}"', "format": book.look(**look)}
        sheet.conditional_format(BODY_ROW, 0, LAST_ROW, 0, rule)


def _with_own(table: Table, own: Sequence[OwnColumn]) -> Table:
    """Return the table with the user's own columns at its end."""
    columns = (Column(c.header, f"own_{k}", Kind.ANY, owner=Owner.USER) for k, c in enumerate(own))
    return replace(table, columns=(*table.columns, *columns))


def _filled(column: Column, own: Sequence[OwnColumn], look: Look) -> dict[str, Any]:
    """Return what makes Excel fill new rows of a column of the user's, where a formula does so."""
    formula = next((c.formula for c in own if c.header == column.header), "")
    return {"formula": f"={formula}", "format": look.body} if formula and "@" not in formula else {}


def is_input(table: Table, column: Column) -> bool:
    """Whether the user types into this column."""
    return (column.owner or table.owner) is Owner.USER and (table.name, column.field) not in _READ_ONLY


def number_format(table: Table, column: Column) -> str:
    """Return the name of the number format of a column, by what it holds."""
    if column.kind is Kind.TEXT:
        return "general" if column.field in PROSE and column.field not in table.key else "text"
    if column.kind is Kind.NUMBER:
        return _figure_format(table, column)
    return _BY_KIND.get(column.kind, "general")


def _figure_format(table: Table, column: Column) -> str:
    """Return the format of a plain number: what was typed is shown in full, results as a reader wants them."""
    if column.unit.startswith("money"):
        return "rate"
    if is_input(table, column):
        return "general"
    if column.unit in ("units", "hours"):
        return "units"
    if table.name == "kpis":
        return "decimals"
    return {1: "one_decimal", 2: "decimals"}.get(column.stored_decimals, "general")


def width(table: Table, column: Column) -> int:
    """Return the width of a column in pixels, by what it holds; a long header wraps."""
    if (table.name, column.field) in _WIDE_HERE:
        return _WIDE_HERE[table.name, column.field]
    if column.field in _WIDE:
        return _WIDE[column.field]
    if column.kind is Kind.TEXT and column.field in PROSE:
        return _PROSE_WIDTH
    header = 8 * _two_lines(column.header) + 34
    return max(_WIDTH.get(column.kind, _PLAIN_WIDTH), header, 6 * len(column.unit) + 30)


def _two_lines(words: str) -> int:
    """Return the length of the longer line where `words` wrap into two lines as evenly as they can."""
    parts = words.split()
    cuts = range(1, len(parts) + 1)
    return min(max(len(" ".join(parts[:cut])), len(" ".join(parts[cut:]))) for cut in cuts)


def _columns(book: Book, sheet: Worksheet, table: Table) -> None:
    for position, (column, look) in enumerate(zip(table.columns, _looks(book, table), strict=True)):
        sheet.set_column_pixels(position, position, width(table, column), look.below)
    plain = book.style("Plain")
    for row, pixels in ((BAND_ROW, 18), (HEADER_ROW, 40)):
        sheet.set_row_pixels(row, pixels, plain)


def _head(book: Book, sheet: Worksheet, table: Table) -> None:
    last = len(table.columns) - 1
    light = _light_column(table)
    masthead(book, sheet, table.sheet, f"{table.help}  |  {_OWNER_LINE[table.owner]}", light)
    plain = book.style("Plain")
    for row, pixels in ((0, 36), (1, 20), (2, 4), (3, 10)):
        sheet.set_row_pixels(row, pixels, plain)
    for position in range(light + 1, last + 1):
        sheet.write_blank(2, position, None, book.style("Strip"))
    for position, column in enumerate(table.columns):
        write(sheet, BAND_ROW, position, _band(column) or None, book.style("Band", **_aligned(column, position)))


def _band(column: Column) -> str:
    """Return what stands above the header: the unit, `required`, or nothing."""
    unit = "" if column.unit in ("month", "date") else column.unit
    return "required" if column.required and not unit else unit


def _light_column(table: Table) -> int:
    """Return the column of the master light: past the help text, on the first screen where it can be."""
    at_least = max(_LIGHT_AT, 6 * (len(table.help) + len(_OWNER_LINE[table.owner])) + 110)
    widths = [width(table, column) for column in table.columns]
    total = 0
    for position in range(100):
        total += widths[position] if position < len(widths) else 64
        if total >= at_least:
            return position
    return len(widths) - 1


def _side(column: Column) -> str:
    return "left" if column.kind in (Kind.TEXT, Kind.FLAG) else "right"


def _aligned(column: Column, position: int) -> dict[str, Any]:
    """Return how a header stands: text off the figures before it, figures off the filter button."""
    if _side(column) == "left":
        return {"align": "left", "indent": min(position, 1)}
    return {"align": "right", "indent": 2}


def _looks(book: Book, table: Table) -> list[Look]:
    return [_look(book, table, column, position) for position, column in enumerate(table.columns)]


def _look(book: Book, table: Table, column: Column, position: int) -> Look:
    number, side = number_format(table, column), _side(column)
    header = book.style("Header", **_aligned(column, position))
    indent = {"indent": 1} if side == "left" and position else {}
    if is_input(table, column):
        body = book.style("InputText" if side == "left" else "Input", number, **indent)
        return Look(header, body, body)
    lines: dict[str, Any] = {"valign": "top", "align": side} if _wraps(table) else {}
    if (table.name, column.field) in _WRAPPED:
        lines["text_wrap"] = True
    body = book.style("CalcText" if side == "left" else "Calc", number, **indent, **lines)
    return Look(header, body, book.style("Plain", number, **{"align": side, **indent, **lines}))


def _wraps(table: Table) -> bool:
    return any((table.name, column.field) in _WRAPPED for column in table.columns)


def _frozen_columns(table: Table) -> int:
    """Return how many leading columns stay in sight: the keys at the left, at most three."""
    frozen = 0
    for column in table.columns[:3]:
        if column.field not in table.key:
            break
        frozen += 1
    return frozen


def _body_of(book: Book, table: Table) -> pd.DataFrame:
    frame = book.frames.get(table.name)
    if frame is not None and len(frame):
        return frame
    if table.name == "settings":
        return default_settings().reindex(columns=[*table.fields])
    return pd.DataFrame(columns=list(table.fields))


def default_settings() -> pd.DataFrame:
    """Return the settings table as a new workbook has it: every setting at its default."""
    rows = [(spec.name, _default(spec), spec.unit, spec.help) for spec in SETTING_SPECS]
    return pd.DataFrame(rows, columns=["parameter", "value", "unit", "note"]).astype({"value": "object"})


def _default(spec: SettingSpec) -> object:
    if spec.kind == "flag":
        return "yes" if spec.default else "no"
    return None if spec.default in (None, "") else spec.default


def _write_body(sheet: Worksheet, table: Table, frame: pd.DataFrame, looks: list[Look]) -> None:
    for position, (column, look) in enumerate(zip(table.columns, looks, strict=True)):
        values = frame[column.field].tolist() if len(frame) else [None]
        for offset, value in enumerate(values):
            _write_value(sheet, BODY_ROW + offset, position, value, look.body)


def _write_value(sheet: Worksheet, row: int, position: int, value: Any, style: Format) -> None:
    if pd.isna(value) or value == "":
        sheet.write_blank(row, position, None, style)
    elif isinstance(value, pd.Period):
        sheet.write_datetime(row, position, value.to_timestamp().to_pydatetime(), style)
    elif isinstance(value, pd.Timestamp):
        sheet.write_datetime(row, position, value.to_pydatetime(), style)
    elif isinstance(value, str):
        sheet.write_string(row, position, value, style)
    else:
        sheet.write_number(row, position, float(value), style)


def _write_settings(book: Book, sheet: Worksheet, frame: pd.DataFrame) -> None:
    """Give each value cell the format and the rule of its own setting."""
    specs = {spec.name: spec for spec in SETTING_SPECS}
    for offset, (name, value) in enumerate(zip(frame["parameter"], frame["value"], strict=True)):
        spec = specs.get(name)
        if spec is None:
            continue
        number = {"month": "month", "text": "text", "choice": "text", "flag": "text"}.get(spec.kind, "general")
        role = "Input" if number in ("general", "month") else "InputText"
        _write_value(sheet, BODY_ROW + offset, 1, value, book.style(role, number, align="right"))
        setting_rule(sheet, BODY_ROW + offset, 1, spec)
