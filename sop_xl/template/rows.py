"""Rows of a time sheet: one measure across 3 closed and 12 open months, its total and its quarters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name, xl_range

from sop_xl.template.parts import AHEAD, FIRST, PAST, QUARTERS, write
from sop_xl.template.style import ACCENT, CLOSED, LINE, PANEL, RULE, TREND

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

OPEN = FIRST + PAST
GAPS = (FIRST - 1, FIRST + PAST + AHEAD)
HAIR: dict[str, Any] = {"bottom": 1, "bottom_color": LINE}
_FOLD = {"sum": "SUM", "mean": "AVERAGE", "max": "MAX"}


@dataclass(frozen=True)
class Measure:
    """What one row of a time sheet shows.

    Attributes:
        label: text or formula of column A.
        month: the formula of a month, from the letter of its column; "" where there is no data.
        unit: text or formula of the unit.
        number: name of the number format of months, total and quarters.
        tag: text or formula of column B, beside the label.
        aim: formula of column E, an aim or a limit.
        total: how the 12 open months fold into column F: sum, mean, max, last, or "" for none.
        quarters: how the months of a quarter fold; None: as the total.
        role: cell role of the figures; Output and Subtotal rows have rules above and below.
        label_role: role of the label of a plain row.
        paper: whether the row is white paper while its label is empty (see `paper_rules`).
        bold: whether a row without rules stands out all the same.
        spark: whether column C shows the months as small columns.
        tag_number, aim_number: number formats of columns B and E.
    """

    label: str
    month: Callable[[str], str]
    unit: str = ""
    number: str = "units"
    tag: str = ""
    aim: str = ""
    total: str = "sum"
    quarters: str | None = None
    role: str = "Calc"
    label_role: str = "Label_1"
    paper: bool = False
    bold: bool = False
    spark: bool = True
    tag_number: str = "general"
    aim_number: str = "percent_0"


def time_row(book: Book, sheet: Worksheet, row: int, measure: Measure, *, pixels: int = 18) -> None:
    """Write `measure` on `row` (from 0) of a time sheet whose header was written by `time_header`."""
    sheet.set_row_pixels(row, pixels)
    _head(book, sheet, row, measure)
    heavy = _heavy(measure)
    figure = book.style(measure.role, measure.number, **_edge(measure), **heavy)
    closed = figure if measure.paper else book.style(measure.role, measure.number, bg_color=CLOSED, **heavy)
    for k in range(PAST + AHEAD):
        column = FIRST + k
        write(sheet, row, column, measure.month(xl_col_to_name(column)), closed if k < PAST else figure)
    bold = book.style(measure.role, measure.number, bold=True, **_edge(measure))
    write(sheet, row, 5, _fold(measure.total, row, OPEN, OPEN + AHEAD - 1), bold)
    how = measure.total if measure.quarters is None else measure.quarters
    for q in range(4):
        first = OPEN + 3 * q
        write(sheet, row, QUARTERS + q, _fold(how, row, first, first + 2), figure)
    if measure.spark:
        _trend(sheet, row, signed="delta" in measure.number)


def paper_rules(book: Book, sheet: Worksheet, first: int, last: int, *, closed: bool = True) -> None:
    """Draw hairlines, and the ground of closed months, on `paper` rows that have a label (rows from 0).

    Where cells have rules of their own (`heat`, `signs`), add those before, with `**HAIR`, and on the
    areas of `paper_areas`: LibreOffice shows a cell one rule only, the first that holds.
    """
    ground = {"bg_color": CLOSED} if closed else {}
    for position, area in enumerate(paper_areas(first, last)):
        look = book.look(**HAIR, **(ground if position == 1 else {}))
        sheet.conditional_format(area, {"type": "formula", "criteria": f'=$A{first + 1}<>""', "format": look})


def paper_areas(first: int, last: int) -> tuple[str, ...]:
    """Return what the rows `first` to `last` hold: label to total, closed months, open months, quarters."""
    groups = (("A", "E"), ("H", "J"), ("K", "V"), ("X", "AA"), ("F", "F"))
    return tuple(f"{left}{first + 1}:{right}{last + 1}" for left, right in groups)


def _head(book: Book, sheet: Worksheet, row: int, measure: Measure) -> None:
    strong = measure.role in ("Output", "Subtotal")
    edge = _edge(measure)
    rules: dict[str, Any] = {"top": 1, "top_color": RULE, "bottom_color": RULE} if strong else dict(edge)
    if measure.role == "Subtotal":
        rules["bg_color"] = PANEL
    label = book.style(f"{measure.role}Label") if strong else book.style(measure.label_role, **edge, **_heavy(measure))
    write(sheet, row, 0, measure.label, label)
    write(sheet, row, 1, measure.tag or None, book.style("Unit", measure.tag_number, indent=0, align="left", **rules))
    sheet.write_blank(row, 2, None, book.style("Label", **rules))
    write(sheet, row, 3, measure.unit or None, book.style("Unit", **rules))
    write(sheet, row, 4, measure.aim or None, book.style("Soft", measure.aim_number, **rules))
    for column in GAPS if strong else ():
        sheet.write_blank(row, column, None, book.style("Label", **rules))


def _edge(measure: Measure) -> dict[str, Any]:
    return {"bottom": 0} if measure.paper else {}


def _heavy(measure: Measure) -> dict[str, Any]:
    return {"bold": True} if measure.bold else {}


def _fold(how: str, row: int, first: int, last: int) -> str | None:
    """Return the formula that folds the months from `first` to `last` into one figure; blank stays blank."""
    area = xl_range(row, first, row, last)
    if how == "last":
        return f"={xl_col_to_name(last)}{row + 1}"
    return f'=IF(COUNT({area})=0,"",{_FOLD[how]}({area}))' if how else None


def _trend(sheet: Worksheet, row: int, *, signed: bool) -> None:
    more: dict[str, Any] = {"negative_points": True, "negative_color": ACCENT} if signed else {"min": 0}
    area = f"'{sheet.name}'!{xl_range(row, FIRST, row, FIRST + PAST + AHEAD - 1)}"
    sheet.add_sparkline(row, 2, {"range": area, "series_color": TREND, "type": "column", **more})
