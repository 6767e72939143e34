"""What a planner does before a button is pressed: types, pastes, answers, saves a copy; in open workbooks and files."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import openpyxl

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.schema import TABLE_BY_NAME, paste
from sop_xl.schema.inputs import ACTUALS, CYCLE_STEPS, SCENARIOS
from sop_xl.schema.views import DEMAND_REVIEW, SUPPLY_REVIEW
from sop_xl.share.form import CODE_HEADER

if TYPE_CHECKING:
    from pathlib import Path

ITEMS, MARKETS = TABLE_BY_NAME["items"], TABLE_BY_NAME["markets"]
MONTH = "2026-11"
"""The open month of Adventure Works."""
SCENARIO = "Weekend shift"
"""The scenario that is looked at alone."""
ANSWERED = "Return_Sales_Canada_Reseller.xlsx"
"""The pack that is filled and comes back."""


@dataclass(frozen=True)
class Desk:
    """Where a planner works.

    Attributes:
        workbook: the workbook in which to type.
        folder: where it lies; packs and copies are put there.
        file: the same workbook as a file, as it stands.
        book: the open workbook, where cells can be selected; None beside a file.
    """

    workbook: Any
    folder: Path
    file: Path
    book: Any = None


def rows_of(workbook: Any, table: Any) -> list[list[Any]]:
    """Return the cells of a table, header first."""
    return workbook.read_cells(table).rows


def column(workbook: Any, table: Any, field: str) -> list[Any]:
    """Return a column of a table, with its header."""
    return [row[table.fields.index(field)] for row in rows_of(workbook, table)]


def typed(workbook: Any, table: Any, row: int, **values: Any) -> None:
    """Type into cells of one row of a table; row 0 is the header."""
    rows = [[*line] for line in rows_of(workbook, table)]
    for field, value in values.items():
        rows[row][table.fields.index(field)] = value
    workbook.write_cells(table, rows)
    workbook.commit()


def types_a_forecast(desk: Desk) -> None:
    """Sales put a figure of theirs into an amber row of Demand review."""
    typed(desk.workbook, DEMAND_REVIEW, column(desk.workbook, DEMAND_REVIEW, "kind").index("sales"), m3=321.0)


def fixes_a_quantity(desk: Desk) -> None:
    """Operations fix a month's quantity in an amber row of Supply review."""
    row = column(desk.workbook, SUPPLY_REVIEW, "kind").index("fixed")
    typed(desk.workbook, SUPPLY_REVIEW, row, m4=12.0, reason="The line is rebuilt")


def raises_a_price(desk: Desk) -> None:
    """The dearest item gets dearer."""
    prices = [price or 0.0 for price in column(desk.workbook, ITEMS, "list_price")[1:]]
    typed(desk.workbook, ITEMS, 1 + prices.index(max(prices)), list_price=9999.0)


def pastes_a_month(desk: Desk) -> None:
    """Finance paste some sales of the open month."""
    money = dict(zip(column(desk.workbook, MARKETS, "market"), column(desk.workbook, MARKETS, "currency"), strict=True))
    place = {name: k for k, name in enumerate(ACTUALS.fields)}
    sold = [row for row in rows_of(desk.workbook, ACTUALS)[1:] if row[place["measure"]] == "shipments"]
    last = [*{row[place["item"]]: row for row in sold}.values()][-3:]
    header = ["Measure", "Item", "Market", "Month", "Quantity", "Net value", "Currency"]
    keys = [[row[place[name]] for name in ("measure", "item", "market")] for row in last]
    rows = [[*key, MONTH, 7.0, 700.0, money[key[2]] or "USD"] for key in keys]
    desk.workbook.write_area(paste.RAW.name, [header, *rows])
    desk.workbook.commit()


def consents(desk: Desk) -> None:
    """Finance accept what the check asked about."""
    for area, answer in ((paste.ACCEPT, "yes"), (paste.KEEP_ASIDE, "yes"), (paste.REASON, "a part of the month")):
        desk.workbook.write_area(area.name, [[answer]])
    desk.workbook.commit()


def gives_a_reason(desk: Desk) -> None:
    """Planning say why a signed step is to be opened again."""
    typed(
        desk.workbook,
        CYCLE_STEPS,
        column(desk.workbook, CYCLE_STEPS, "status").index("done"),
        reopen_reason="The tender came in",
    )


def fills_a_form(desk: Desk) -> list[Path]:
    """Sales fill the form they got, and it is chosen in the dialog."""
    book = openpyxl.load_workbook(next(desk.folder.glob(f"Packs_*/{ANSWERED}")))
    sheet = book["Sales forecast"]
    head = next(row for row in sheet.iter_rows() if CODE_HEADER in [cell.value for cell in row])
    answer = next(cell.column for cell in head if cell.value == "Your forecast")
    sheet.cell(head[0].row + 1, answer).value = 44.0
    book.save(desk.folder / "came back.xlsx")
    return [desk.folder / "came back.xlsx"]


def has_a_copy(desk: Desk) -> list[Path]:
    """A colleague changed a price in a copy; that copy and the one it was made from are chosen in the dialog."""
    theirs, base = (desk.file.with_name(f"{name}.xlsm") for name in ("theirs", "base"))
    if not theirs.exists():
        for copy in (theirs, base):
            shutil.copy(desk.file, copy)
        typed(FileWorkbook(theirs), ITEMS, 1, list_price=1234.0)
    return [theirs, base]


def goes_to_a_scenario(desk: Desk) -> None:
    """Operations go to the row of their scenario."""
    if desk.book:
        row = desk.workbook.read_cells(SCENARIOS).top + column(desk.workbook, SCENARIOS, "scenario").index(SCENARIO)
        desk.book.sheets[SCENARIOS.sheet].activate()
        desk.book.sheets[SCENARIOS.sheet].range((row, 1)).select()


def does_nothing(_: Desk) -> None:
    """The button is all there is to it."""
