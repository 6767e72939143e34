"""A sheet to nudge: demand, price and cost by family in per cent, revenue and margin follow by formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.share.form import Plain
    from sop_xl.share.grid import Grid
    from sop_xl.template.packs.pack_book import PackBook

SHEET = "What if"
HEADS = (
    ("Family", 150),
    ("Demand, %", 90),
    ("Price, %", 90),
    ("Cost, %", 90),
    ("Revenue", 120),
    ("Revenue then", 120),
    ("Gross margin", 120),
    ("Margin then", 120),
    ("Change", 120),
)
FIRST = 7


def add_nudge(book: PackBook, families: Grid, footer: str) -> None:
    """Add the sheet; `families` gives each family's revenue and standard cost over the months ahead."""
    sheet = book.sheet(SHEET, "input", [width for _, width in HEADS])
    words = f"{families.subtitle}. Type changes in per cent into the yellow cells; hours and stock do not follow."
    book.head(sheet, "What if demand, price or cost move?", words, len(HEADS) - 1)
    for k, (head, _) in enumerate(HEADS):
        book.text(sheet, FIRST - 1, k, head, "Header", align="right" if k else "left")
    fields = [column.field for column in families.columns]
    rows = [dict(zip(fields, row, strict=True)) for row in families.rows]
    for offset, entry in enumerate(rows):
        row = FIRST + offset
        n = row + 1
        revenue, cost = (value if isinstance(value := entry[name], float) else 0.0 for name in ("revenue", "cogs"))
        book.text(sheet, row, 0, str(entry["family"]), "Label")
        for column in (1, 2, 3):
            sheet.write_number(row, column, 0, book.style("Input", "one_decimal"))
        sheet.write_number(row, 4, revenue, book.style("Calc", "units"))
        then = f"=E{n}*(1+B{n}/100)*(1+C{n}/100)"
        sheet.write_formula(row, 5, then, book.style("Calc", "units"), revenue)
        sheet.write_number(row, 6, revenue - cost, book.style("Calc", "units"))
        margin = f"=F{n}-(E{n}-G{n})*(1+B{n}/100)*(1+D{n}/100)"
        sheet.write_formula(row, 7, margin, book.style("Calc", "units"), revenue - cost)
        sheet.write_formula(row, 8, f"=H{n}-G{n}", book.style("Calc", "delta"), 0)
    _totals(book, sheet, rows)
    book.footer(sheet, footer)


def _totals(book: PackBook, sheet: Worksheet, rows: list[dict[str, Plain]]) -> None:
    last = FIRST + len(rows)
    for k in range(len(HEADS)):
        book.text(sheet, last, k, "" if k else "Total", "OutputLabel")
    sums = {name: sum(v for row in rows if isinstance(v := row[name], float)) for name in ("revenue", "cogs")}
    values = {4: sums["revenue"], 5: sums["revenue"], 6: sums["revenue"] - sums["cogs"]}
    values |= {7: values[6], 8: 0.0}
    for k, value in values.items():
        letters = xl_col_to_name(k)
        style = book.style("Output", "delta" if k == 8 else "units")
        sheet.write_formula(last, k, f"=SUM({letters}{FIRST + 1}:{letters}{last})", style, value)
