"""The sheet Demand review: the wide grid where sales, marketing and planning agree, item by item.

Its rows are written by Python (`services/review.py`) and look like the prototypes of `row_styles`. Rows
move from run to run, so everything here holds for any row: rules look at the row's own kind, and each
row's trend shows the months of that very row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.schema.views import DEMAND_REVIEW, FIRST_ROW, ROW_KINDS
from sop_xl.template.names import SHEET as CHART_DATA
from sop_xl.template.names import setting
from sop_xl.template.parts import masthead, section, write
from sop_xl.template.row_styles import AMBER, WIDTHS
from sop_xl.template.sheets.review_grid import (
    LAST_ROW,
    REASON,
    add_grid,
    add_header,
    finish,
    quantities_only,
    write_rows,
)
from sop_xl.template.style import BAD, BAD_FILL, BAD_INK, GOOD, INPUT_INK, OVERRIDE_FILL, WARN
from sop_xl.template.words import month_words

if TYPE_CHECKING:
    from typing import Any

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = DEMAND_REVIEW.sheet
NAMES_ROW = 100
"""First row of this sheet's block on Chart data, from 0."""
READY = '"Bold: the consensus, the weighted mean of its streams  |  ● override: replaces it"'
EMPTY = '"►  Nothing to review yet: fill Items and Actuals, then run the forecast."'
ROLLED = '"▲  Written for "&{written}&", the open month is "&{now}&": run the forecast"'


def build(book: Book) -> None:
    """Write the sheet around the grid, and the names its formulas use."""
    _names(book)
    sheet = book.sheet(SHEET, "input", WIDTHS)
    told = "COUNT(tblLevelOverrides[Quantity])"
    subtitle = (
        '="Units by item and month  |  type into yellow cells; an override replaces the consensus, with a reason  |  '
        'class: ABC by value, XYZ by variability  |  wMAPE: backtest, one month ahead  |  "&'
        '"total of a family, region or the company: type it on Level overrides, it is spread down exactly"'
        f'&IF({told}=0,""," ("&{told}&" in force)")'
    )
    masthead(book, sheet, "Demand review", subtitle, REASON)
    texts = ("Family / item / stream", "Class", "Trend", "Unit", "wMAPE", "Next 12")
    add_header(book, sheet, DEMAND_REVIEW, texts, start="sop_grid", last=("", "last year"), note=_note(), signs="▲►")
    rows = write_rows(book, sheet, DEMAND_REVIEW, ROW_KINDS[0])
    add_grid(sheet, DEMAND_REVIEW, rows)
    _rules(book, sheet)
    finish(sheet, SHEET, rows)


def _names(book: Book) -> None:
    """Write the weights of the streams and the grid's first month."""
    sheet = book.sheet(CHART_DATA, "system")
    section(book, sheet, NAMES_ROW - 1, "DEMAND REVIEW", 15)
    written = "INDEX(tblDemandReview[As written],ROWS(tblDemandReview[As written]))"
    names = [
        *(
            (
                f"sop_w_{kind}",
                f"={setting(f'weight_{kind}')}",
                "general",
                f"Weight of the {kind} forecast in the consensus",
            )
            for kind in ("statistical", "sales", "marketing", "finance")
        ),
        (
            "sop_grid",
            f"=IFERROR(DATE(LEFT({written},4),MID({written},6,2),1),sop_current)",
            "month",
            "First open month of the grid on Demand review: that of the run which wrote it",
        ),
    ]
    for row, (name, formula, number, words) in enumerate(names, start=NAMES_ROW):
        write(sheet, row, 0, name, book.style("Label"))
        write(sheet, row, 1, formula, book.style("Calc", number))
        write(sheet, row, 2, words, book.style("Note", indent=1))
        book.book.define_name(name, f"='{CHART_DATA}'!$B${row + 1}")


def _note() -> str:
    """Return the band's sentence: whether there is a grid, and whether it is of the open month."""
    rolled = ROLLED.format(written=month_words("sop_grid"), now=month_words("sop_current"))
    any_rows = 'COUNTIFS(tblDemandReview[Kind],"item")>0'
    return f"=IF({any_rows},IF(sop_grid<>sop_current,{rolled},{READY}),{EMPTY})"


def _rules(book: Book, sheet: Worksheet) -> None:
    """Mark overrides, the consensus they replaced, missing reasons and signs, in whatever row they are."""
    row = FIRST_ROW
    months, reasons, changes = (f"{a}{row}:{z}{LAST_ROW}" for a, z in (("K", "V"), ("AA", "AA"), ("X", "Y")))
    kinds, items, figures = (f"{letters}{row + 1}:{letters}{row + 6}" for letters in ("$AC", "$AD", "K"))
    replaced = f'SUMPRODUCT(({kinds}="override")*({items}=$AD{row})*ISNUMBER({figures}))>0'
    rules: list[tuple[str, str, dict[str, Any]]] = [
        (
            months,
            f'=AND($AC{row}="override",ISNUMBER(K{row}))',
            {"bg_color": OVERRIDE_FILL, "font_color": INPUT_INK, "bold": True},
        ),
        (months, f'=AND($AC{row}="item",{replaced})', {"bottom": 1, "bottom_color": AMBER, "font_color": WARN}),
        (
            reasons,
            f'=AND($AC{row}="override",COUNT($K{row}:$V{row})>0,TRIM($AA{row})="")',
            {"bg_color": BAD_FILL, "font_color": BAD_INK, "bold": True},
        ),
        (changes, f"=AND(ISNUMBER(X{row}),N(X{row})>0)", {"font_color": GOOD}),
        (changes, f"=AND(ISNUMBER(X{row}),N(X{row})<0)", {"font_color": BAD}),
    ]
    for area, criteria, look in rules:
        sheet.conditional_format(area, {"type": "formula", "criteria": criteria, "format": book.look(**look)})
    quantities_only(sheet, months)
