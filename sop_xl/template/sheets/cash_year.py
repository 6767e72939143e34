"""The fiscal year on Cash & working capital: closed months as they were, the plan after, and what the year comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.formulas import known, sum_of
from sop_xl.template.parts import HALF_THOUSAND, section, tiny, write
from sop_xl.template.style import ACTUAL, WHITE

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

MONTHS, FIRST = 12, 5
TO_DATE = FIRST + MONTHS + 1
LAST = TO_DATE + 3
TABLE = "tblCash"


class Entry(NamedTuple):
    """One row of the year: its label, its column of the table, and whether it is a balance or the result."""

    label: str
    column: str
    balance: bool = False
    strong: bool = False


ENTRIES = (
    Entry("Receipts from customers", "Receipts"),
    Entry("Suppliers", "Payments"),
    Entry("Rebates to customers", "Rebates paid"),
    Entry("Hours of production", "Conversion"),
    Entry("Unabsorbed overhead", "Unabsorbed overhead"),
    Entry("Overtime premium", "Overtime premium"),
    Entry("Operating expense", "Operating expense"),
    Entry("One-off cost", "One-off cost"),
    Entry("Capital of initiatives", "Capex"),
    Entry("Net cash", "Net cash", strong=True),
    Entry("Receivables at month end", "Closing receivables", balance=True),
    Entry("Stock at month end", "Inventory value", balance=True),
    Entry("Payables at month end", "Closing payables", balance=True),
    Entry("Rebates owed at month end", "Closing rebates", balance=True),
)
ROWS = 3 + len(ENTRIES)
"""Rows of the section: its bar, heads, texture strip, entries."""


def write_year(book: Book, sheet: Worksheet, bar: int) -> None:
    """Write the section from `bar` (from 0) on; months without a row in the table are blank."""
    head = bar + 1
    section(book, sheet, bar, '="CASH OF "&UPPER(sop_fiscal_name)&": ACTUAL TO DATE + PLAN TO GO = OUTLOOK"', LAST)
    sheet.set_row_pixels(head, 22)
    sheet.set_row_pixels(head + 1, 4)
    for column, words in enumerate(("", "", "Unit", "Outlook")):
        right = {"align": "right"} if column == 3 else {"align": "left", **({"indent": 1} if column == 2 else {})}
        write(sheet, head, column, words or None, book.style("Header", **right))
    for k in range(MONTHS):
        month = book.style("Header", "month", align="right", text_wrap=False)
        write(sheet, head, FIRST + k, f"=EDATE(sop_fiscal_start,{k})", month)
        sheet.write_blank(head + 1, FIRST + k, None, book.style("Plain", pattern=14, fg_color=ACTUAL, bg_color=WHITE))
    heads = ("Actual", "Plan")
    for k, words in enumerate(heads):
        write(sheet, head, TO_DATE + k, words, book.style("Header", align="right"))
    first, last = (f"{xl_col_to_name(FIRST + k)}${head + 1}" for k in (0, MONTHS - 1))
    strip = f"{xl_col_to_name(FIRST)}{head + 2}:{xl_col_to_name(FIRST + MONTHS - 1)}{head + 2}"
    solid = {"type": "formula", "criteria": f"={first}<sop_current", "format": book.look(pattern=1, bg_color=ACTUAL)}
    sheet.conditional_format(strip, solid)
    for k, entry in enumerate(ENTRIES):
        _entry(book, sheet, head + 2 + k, entry, (f"${first}", f"${last}", head + 1))


def _entry(book: Book, sheet: Worksheet, row: int, entry: Entry, span: tuple[str, str, int]) -> None:
    """Write one row; `span` is the first and the last month's cell, and the row of months as Excel counts."""
    first, last, head = span
    n, role, number = row + 1, "Output" if entry.strong else "Calc", "thousands_delta" if entry.strong else "thousands"
    sheet.set_row_pixels(row, 18)
    write(sheet, row, 0, entry.label, book.style("OutputLabel") if entry.strong else book.style("Label_1"))
    write(sheet, row, 1, None, book.style("OutputLabel" if entry.strong else "Label"))
    write(sheet, row, 2, '="k"&sop_currency', book.style("Unit"))
    figure = book.style(role, number)
    letters = [xl_col_to_name(FIRST + k) for k in range(MONTHS)]
    for k, c in enumerate(letters):
        write(sheet, row, FIRST + k, f"={known(TABLE, entry.column, ('Month', f'{c}${head}'))}", figure)
    area = f"{letters[0]}{n}:{letters[-1]}{n}"
    year = (("Month", f'">="&{first}'), ("Month", f'"<="&{last}'))
    if entry.balance:
        at_end = f"{last}"
        total = known(TABLE, entry.column, ("Month", at_end))
        parts = [known(TABLE, entry.column, *year, ("Month", "EDATE(sop_current,-1)")), '""']
    else:
        total = f'IF(COUNT({area})=0,"",SUM({area}))'
        parts = [
            f'IF(COUNT({area})=0,"",{sum_of(TABLE, entry.column, *year, ("Version", way))})'
            for way in ('"actual"', '"plan"')
        ]
    write(sheet, row, 3, f"={total}", book.style(role, number, bold=True))
    for k, part in enumerate(parts):
        write(sheet, row, TO_DATE + k, f"={part}", figure)
    for columns in (f"D{n}", area, f"{xl_col_to_name(TO_DATE)}{n}:{xl_col_to_name(TO_DATE + 1)}{n}"):
        tiny(book, sheet, columns, least=HALF_THOUSAND)
