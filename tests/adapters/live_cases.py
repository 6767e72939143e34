"""A workbook full of the user's own, open in Calc, and all that can be seen of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import xlsxwriter

from tests.adapters.cases import FEBRUARY, JANUARY, LEFT, ORDERS, PLAN, TOP, write_table
from tests.support.calc_engine import CALLS

if TYPE_CHECKING:
    from pathlib import Path

    import xlwings

HEADER = ["Item", "Month", "Quantity", "Method", "My note"]
ROWS: list[list[Any]] = [
    ["00100", JANUARY, 1.0, "x", "late"],
    ["00200", JANUARY, 2.0, "x", None],
    ["00300", FEBRUARY, 3.0, "y", "007"],
]
BESIDE = LEFT + len(HEADER) + 1
"""Column, from 0, of the notes beside the table: one column is free between."""


class RejectedError(Exception):
    """What COM raises while a dialog is open."""

    hresult = -2147418111


class IgnoredError(Exception):
    """What COM raises while a cell is edited: a refusal, whose detail says that Excel ignores programs."""

    hresult = -2147352567
    excepinfo = (0, None, None, None, 0, -2146777998)


def rich(path: Path) -> Path:
    """Write a workbook with a column of the user's in the table, notes beside it, and formulas of theirs.

    Sheet Plan: header in row 4 from column B on; column F is the user's; H holds a note in rows 5 and 6.
    Sheet Orders: the quantity of A-2 is a formula.
    """
    with xlsxwriter.Workbook(path) as book:
        text, month = book.add_format({"num_format": "@"}), book.add_format({"num_format": "mmm yyyy"})
        plan = book.add_worksheet("Plan")
        write_table(plan, PLAN, [HEADER, *ROWS], {})
        for k, (item, period, *_rest) in enumerate(ROWS, TOP + 1):
            plan.write_string(k, LEFT, item, text)
            plan.write_datetime(k, LEFT + 1, period, month)
        plan.write_string(TOP + 3, LEFT + 4, "007", text)
        plan.write_formula(TOP + 1, BESIDE, "=D5*2", None, 2)
        plan.write_string(TOP + 2, BESIDE, "beside 00200")
        plan.write_string(TOP + 9, LEFT, "far below")
        orders = book.add_worksheet("Orders")
        rows = [["A-1", 10.0, None, "yes", None], ["A-2", None, None, "no", "x"]]
        write_table(orders, ORDERS, [list(ORDERS.headers), *rows], {})
        orders.write_formula(TOP + 2, LEFT + 1, "=C5*2", None, 20)
    return path


def seen(book: xlwings.Book) -> dict[str, Any]:
    """Return all that can be seen of a workbook and its application: contents, formats, tables, rows, settings."""
    hook, CALLS.before = CALLS.before, None
    found: dict[str, Any] = {}
    for sheet in book.sheets:
        cells = sheet.range((1, 1), (30, 12))
        block, formats = cells.impl.block, book.impl.formats
        found[sheet.name] = {
            "values": cells.options(ndim=2, err_to_str=True).value,
            "formulas": cells.formula,
            "formats": {
                (row, column): shown.code
                for shown, top, bottom, left, right in formats.areas(block, 0, 0)
                for row in range(top, bottom + 1)
                for column in range(left, right + 1)
            },
            "tables": {table.name: table.range.address for table in sheet.tables},
            "visible": sorted(_ends(area) for area in block.queryVisibleCells().RangeAddresses),
            "protected": sheet.impl.is_protected,
        }
    names = ("calculation", "screen_updating", "enable_events", "display_alerts", "status_bar", "cut_copy_mode")
    corrections = book.app.api.AutoCorrect
    found["settings"] = [getattr(book.app, name) for name in names]
    found["settings"] += [corrections.AutoFillFormulasInLists, corrections.AutoExpandListRange]
    found["selection"] = (book.sheets.active.name, book.selection.address)
    CALLS.before = hook
    return found


def _ends(area: Any) -> tuple[int, ...]:
    return (area.StartRow, area.StartColumn, area.EndRow, area.EndColumn)
