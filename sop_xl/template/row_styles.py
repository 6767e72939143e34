"""The sheet Row styles: one prototype of each kind of row of the grids, which Python's rows copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.domain.cells import column_letters
from sop_xl.schema.views import CLOSED_FIELDS, DEMAND_REVIEW, INPUT_KINDS, OPEN_FIELDS, ROW_KINDS, SUPPLY_KINDS
from sop_xl.template.parts import masthead, print_page, protect
from sop_xl.template.style import BAD, CLOSED, PANEL, RULE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from xlsxwriter.format import Format

    from sop_xl.template.book import Book

SHEET = "Row styles"
TOP = 4
"""Row of the first prototype, from 0."""
WIDTHS = (
    ("A:A", 196),
    ("B:B", 66),
    ("C:C", 70),
    ("D:D", 46),
    ("E:E", 50),
    ("F:F", 64),
    ("G:G", 8),
    ("H:V", 54),
    ("W:W", 8),
    ("X:Y", 64),
    ("Z:Z", 10),
    ("AA:AA", 200),
    ("AB:AB", 24),
    ("AC:AC", 70),
    ("AD:AD", 84),
    ("AE:AE", 110),
    ("AF:AH", 76),
    ("AI:AI", 110),
)
"""Columns of the grid in pixels."""
HEIGHTS = {"family": 22, "total": 26}
HEIGHT = 21
DETAILS = ("statistical", "sensed", *INPUT_KINDS, "demand", *SUPPLY_KINDS[1:])
LEVELS = {"item": 1, "plan": 1, **dict.fromkeys(DETAILS, 2)}
"""Outline level of each kind: items under their family, streams under their item."""
SAMPLES = {
    "family": "Family subtotal",
    "item": "Item: the consensus",
    "statistical": "Statistical",
    "sensed": "With recent bookings",
    "sales": "Sales input",
    "marketing": "Marketing input",
    "finance": "Finance input",
    "override": "Override",
    "demand": "Orders + forecast left",
    "total": "Sum in money",
    "plan": "Item and place: the plan",
    "asked": "Demand, use, shipped",
    "stock": "Stock at month end",
    "free": "Plan without fixed",
    "fixed": "Fixed quantity",
}
AMBER = "#B27A00"
FOR_FORMULAS = ("kind", "item", "family", "net_price", "cycle12", "year12", "written")
"""Columns right of the page: what formulas and the next run read."""


def build(book: Book) -> None:
    """Write a prototype row for each kind, and its name `sop_row_<kind>`."""
    sheet = book.sheet(SHEET, "system", WIDTHS)
    masthead(
        book,
        sheet,
        SHEET,
        "What each kind of row on Demand review and Supply review looks like; new rows copy these",
        26,
    )
    last = len(DEMAND_REVIEW.fields) - 1
    for row, kind in enumerate((*ROW_KINDS, *SUPPLY_KINDS), start=TOP):
        looks = row_looks(book, kind)
        for column, field in enumerate(DEMAND_REVIEW.fields):
            sheet.write_blank(row, column, None, looks[field])
        sheet.write_string(row, 0, SAMPLES[kind], looks["label"])
        sheet.set_row_pixels(row, height(kind), None, row_options(kind))
        area = f"='{SHEET}'!$A${row + 1}:${column_letters(last + 1)}${row + 1}"
        book.book.define_name(f"sop_row_{kind}", area)
    sheet.outline_settings(True, False, True, False)
    print_page(sheet, f"A1:AA{TOP + len(ROW_KINDS) + len(SUPPLY_KINDS)}")
    protect(sheet)


def height(kind: str) -> int:
    """Return the height of a kind of row, in pixels."""
    return HEIGHTS.get(kind, HEIGHT)


def row_options(kind: str) -> dict[str, int]:
    """Return the row's outline level, as XlsxWriter takes it."""
    return {"level": LEVELS[kind]} if kind in LEVELS else {}


def row_looks(book: Book, kind: str) -> dict[str, Format]:
    """Return the format of each field's cell in a row of that kind."""
    quiet = dict.fromkeys(("statistical", "sensed", "demand", "asked", "stock", "free"), _quiet)
    makers = {"family": _family, "item": _item, "plan": _item, "total": _total, **quiet}
    looks = dict.fromkeys(DEMAND_REVIEW.fields, book.style("Plain"))
    looks |= makers[kind](book) if kind in makers else _input(book, kind)
    if kind in SUPPLY_KINDS:
        looks["class_"] = book.style("Unit")  # A place, not a letter: apart from a long name beside it.
    small = {field: book.style("Soft", font_size=9, bottom=0) for field in FOR_FORMULAS}
    words = {field: book.style("Note", "text") for field in ("kind", "item", "family", "written")}
    return looks | small | words | {"net_price": book.style("Soft", "decimals", font_size=9, bottom=0)}


def _months(closed: Format, ahead: Format) -> dict[str, Format]:
    return {**dict.fromkeys(CLOSED_FIELDS, closed), **dict.fromkeys(OPEN_FIELDS, ahead)}


def _family(book: Book) -> dict[str, Format]:
    edge = {"top": 1, "top_color": RULE, "bottom_color": RULE, "bg_color": PANEL}
    return _strong(book, "Subtotal", "units", edge) | {
        "label": book.style("SubtotalLabel"),
        "wmape": book.style("Subtotal", "points_0"),
    }


def _total(book: Book) -> dict[str, Format]:
    edge = {"top": 1, "top_color": RULE, "bottom_color": RULE}
    return _strong(book, "Output", "thousands", edge) | {"label": book.style("OutputLabel")}


def _strong(book: Book, role: str, number: str, edge: Mapping[str, Any]) -> dict[str, Format]:
    """Return the cells of a sum row; its rules run through the gap columns, but for the last."""
    change, empty = book.style(role, "percent_delta"), book.style(role)
    words = dict.fromkeys(("trend", "gap1", "gap2", "wmape", "reason"), empty)
    return {
        **words,
        "class_": book.style("Unit", **{**edge, "indent": 0}),
        "unit": book.style("Unit", **edge),
        "next12": book.style(role, number),
        **_months(book.style(role, number, bg_color=CLOSED), book.style(role, number)),
        "to_cycle": change,
        "to_year": change,
    }


def _item(book: Book) -> dict[str, Format]:
    change = book.style("Calc", "percent_delta")
    return _common(book) | {
        "label": book.style("Label_1", bold=True),
        "wmape": book.style("Calc", "points_0"),
        "next12": book.style("Calc", "units", bold=True),
        **_months(book.style("Closed", "units"), book.style("Calc", "units", bold=True)),
        "to_cycle": change,
        "to_year": change,
    }


def _quiet(book: Book) -> dict[str, Format]:
    return _common(book) | {
        "next12": book.style("Soft", "units", bold=True),
        **_months(book.style("Closed", "units"), book.style("Soft", "units")),
        "to_year": book.style("Soft", "units"),
    }


def _input(book: Book, kind: str) -> dict[str, Format]:
    number = "override" if kind in ("override", "fixed") else "units"
    missing = book.style("Calc", bold=True, font_size=9, font_color=BAD)
    return _common(book) | {
        **_months(book.style("Closed", "units"), book.style("Input", number)),
        **({"to_year": missing} if kind in ("override", "fixed") else {}),
        "reason": book.style("InputText", indent=1),
    }


def _common(book: Book) -> dict[str, Format]:
    """Return the cells that the rows of an item share."""
    blank = dict.fromkeys(("trend", "wmape", "next12", "to_cycle", "to_year", "reason"), book.style("Label"))
    return blank | {
        "label": book.style("Label_2"),
        "class_": book.style("Unit", indent=0),
        "unit": book.style("Unit"),
    }
