"""Two small tables, and workbooks that hold them, made by the programs a planner may use."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import openpyxl
import xlsxwriter
from openpyxl.worksheet.table import Table as OpenpyxlTable

from sop_xl.adapters.memory_workbook import MemoryWorkbook
from sop_xl.ports import Workbook
from sop_xl.schema.table import Column, Kind, Owner, Table, date, flag, month, number, text
from tests.support.office import converted

if TYPE_CHECKING:
    from pathlib import Path

PLAN = Table(
    "plan",
    "Plan",
    (text("Item", "item"), month("Month", "period"), number("Quantity", "quantity"), text("Method", "method")),
    key=("item", "period"),
    owner=Owner.PYTHON,
)
"""A result table: Python writes it."""

ORDERS = Table(
    "orders",
    "Orders",
    (
        text("Order", "order"),
        number("Quantity", "quantity"),
        date("Due", "due"),
        flag("Firm", "firm"),
        Column("Value", "value", Kind.ANY),
    ),
    key=("order",),
)
"""An input table: the user types it."""

TABLES = (PLAN, ORDERS)

JANUARY, FEBRUARY, MARCH = dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 3, 1)
PLAN_HEADER = list(PLAN.headers)
ORDERS_HEADER = list(ORDERS.headers)

TOP, LEFT = 3, 1
"""Where tables start in the files made here, counted from 0: header in row 4, first column B."""

Rows = Sequence[Sequence[Any]]
Maker = Callable[..., Workbook]


def contents(plan: Rows | None, orders: Rows | None) -> Mapping[Table, Rows]:
    """Return the rows of both tables, header first; a table not given is empty."""
    return {PLAN: plan or [PLAN_HEADER], ORDERS: orders or [ORDERS_HEADER]}


def in_memory(plan: Rows | None = None, orders: Rows | None = None, below: Rows = ()) -> MemoryWorkbook:
    """Return a workbook in memory; `below` stands under the table of orders, in all makers."""
    workbook = MemoryWorkbook(TABLES)
    for table, rows in contents(plan, orders).items():
        workbook.put(table, rows)
    workbook.put_below(ORDERS, below)
    return workbook


def by_xlsxwriter(
    path: Path, plan: Rows | None = None, orders: Rows | None = None, below: Rows = (), *, date1904: bool = False
) -> Path:
    """Write a workbook with XlsxWriter: the way the template is made."""
    with xlsxwriter.Workbook(path, {"date_1904": date1904, "nan_inf_to_errors": True}) as book:
        formats = {
            Kind.MONTH: book.add_format({"num_format": "mmm yyyy"}),
            Kind.DATE: book.add_format({"num_format": 14}),
        }
        formats |= {Kind.NUMBER: book.add_format({"num_format": "#,##0", "bg_color": "#FFFFCC"})}
        for table, rows in contents(plan, orders).items():
            sheet = book.add_worksheet(table.sheet)
            write_table(sheet, table, rows, formats)
        for r, row in enumerate(below, first_below(orders)):
            for c, value in enumerate(row, LEFT):
                write_cell(sheet, r, c, value, None)
    return path


def first_below(orders: Rows | None) -> int:
    """Return the row under the table of orders, counted from 0."""
    return TOP + max(2, len(orders or []))


def write_table(
    sheet: Any, table: Table, rows: Rows, formats: Mapping[Kind, Any], top: int = TOP, left: int = LEFT
) -> None:
    """Write one table with XlsxWriter; an empty one gets its blank row."""
    header, body = rows[0], rows[1:] or [[None] * len(rows[0])]
    kinds = {column.header: column.kind for column in table.columns}
    columns = [{"header": name} for name in header]
    options = {"name": table.excel_name, "columns": columns}
    sheet.add_table(top, left, top + len(body), left + len(header) - 1, options)
    for r, row in enumerate(body, top + 1):
        for c, value in enumerate(row):
            write_cell(sheet, r, left + c, value, formats.get(kinds.get(header[c], Kind.TEXT)))


def write_cell(sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
    """Write one value with XlsxWriter; text is never taken for anything else, `{=...}` is a formula."""
    if isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, form)
    elif isinstance(value, str) and value.startswith("{="):
        sheet.write_formula(row, column, value[1:-1], form, 7)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, form)
    elif value is None:
        sheet.write_blank(row, column, None, form)
    else:
        sheet.write(row, column, value, form)


def by_openpyxl(path: Path, plan: Rows | None = None, orders: Rows | None = None, below: Rows = ()) -> Path:
    """Write a workbook with openpyxl: inline strings, no shared ones."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for table, rows in contents(plan, orders).items():
        sheet = book.create_sheet(table.sheet)
        width = len(rows[0])
        for r, row in enumerate(rows, TOP + 1):
            for c, value in enumerate(row, LEFT + 1):
                sheet.cell(r, c).value = value
        last = sheet.cell(TOP + max(2, len(rows)), LEFT + width).coordinate
        sheet.add_table(
            OpenpyxlTable(displayName=table.excel_name, ref=f"{sheet.cell(TOP + 1, LEFT + 1).coordinate}:{last}")
        )
    for r, row in enumerate(below, first_below(orders) + 1):
        for c, value in enumerate(row, LEFT + 1):
            sheet.cell(r, c).value = value
    book.save(path)
    return path


def by_libreoffice(path: Path, plan: Rows | None = None, orders: Rows | None = None, below: Rows = ()) -> Path:
    """Write a workbook with XlsxWriter and save it with LibreOffice; each content is saved once a session."""
    content = repr((plan, orders, below))
    if content not in _SAVED_BY_LIBREOFFICE:
        made = converted(by_xlsxwriter(path, plan, orders, below), path.parent / "saved by LibreOffice", "xlsx")
        _SAVED_BY_LIBREOFFICE[content] = made.read_bytes()
    path.write_bytes(_SAVED_BY_LIBREOFFICE[content])
    return path


_SAVED_BY_LIBREOFFICE: dict[str, bytes] = {}


def by_open_xml_sdk(path: Path, plan: Rows | None = None, orders: Rows | None = None, below: Rows = ()) -> Path:
    """Write a workbook whose elements carry a prefix, with single quotes and no cell addresses, as XML allows."""
    made = by_xlsxwriter(path, plan, orders, below)
    return rewritten(made, {r"xl/worksheets/.*\.xml|xl/(workbook|styles|sharedStrings)\.xml|xl/tables/.*": _prefixed})


def _prefixed(xml: str) -> str:
    xml = re.sub(r"<(/?)(?![?!])([\w]+)", r"<\1x:\2", xml.replace("xmlns=", "xmlns:x="))
    xml = re.sub(r"<x:row r=\"(\d+)\"", r"<x:row\n r='\1'", xml)
    return xml.replace("<x:sheetData>", "<x:sheetData><!-- rows -->")


def rewritten(path: Path, changes: Mapping[str, Callable[[str], str]], more: Mapping[str, str] | None = None) -> Path:
    """Change parts of the workbook at `path` whose names match, and add parts; return `path`."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info.filename)
            for pattern, change in changes.items():
                if re.fullmatch(pattern, info.filename):
                    data = change(data.decode()).encode()
            new.writestr(info, data)
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return path


def parts(path: Path) -> dict[str, bytes]:
    """Return the parts of a workbook file."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
