"""The sheet Supply review: the plan by item, place and month, where planners fix quantities and see what follows.

Its rows are written by Python (`services/supply_grid.py`) and look like the prototypes of `row_styles`; everything here
holds for any row, as on Demand review.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.schema.views import FIRST_ROW, SUPPLY_REVIEW
from sop_xl.template.names import SHEET as CHART_DATA
from sop_xl.template.parts import masthead, write
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
from sop_xl.template.words import figure, month_words, plural, signed_money

if TYPE_CHECKING:
    from typing import Any

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = SUPPLY_REVIEW.sheet
NAME_ROW = 105
"""Row of this sheet's name on Chart data, from 0: below those of Demand review."""
EMPTY = '"►  Nothing to review yet: plan supply."'
ROLLED = '"▲  Written for "&{written}&", the open month is "&{now}&": plan supply"'
READY = '"Bold: the plan  |  ● type into yellow cells to fix a quantity; plan supply makes the rest fit around it"'
TYPED = '"●  "&{rows}&" typed since the last plan, shown as if all else stayed: plan supply takes them in"'
FIXED = '"●  "&{quantities}&" fixed: the plan costs "&{costs}&" "&{currency}&" against the plan without, "&{served}'
SERVED = (
    'IF(ABS({late})<0.5,"and serves as much","and "&{words}&" "&{currency}&" of demand and target stock are short")'
)


def build(book: Book) -> None:
    """Write the sheet around the grid, and the name its formulas use."""
    written = "INDEX(tblSupplyReview[As written],ROWS(tblSupplyReview[As written]))"
    formula = f"=IFERROR(DATE(LEFT({written},4),MID({written},6,2),1),sop_current)"
    data = book.sheet(CHART_DATA, "system")
    write(data, NAME_ROW, 0, "sop_supply_grid", book.style("Label"))
    write(data, NAME_ROW, 1, formula, book.style("Calc", "month"))
    write(data, NAME_ROW, 2, "First open month of the grid on Supply review", book.style("Note", indent=1))
    book.book.define_name("sop_supply_grid", f"='{CHART_DATA}'!$B${NAME_ROW + 1}")
    sheet = book.sheet(SHEET, "input", WIDTHS)
    subtitle = (
        "Units made, or bought where nothing is made, by item, place and month  |  a fixed quantity is neither more "
        "nor less, and wants a reason  |  stock follows at once, the rest when supply is planned"
    )
    masthead(book, sheet, SHEET, subtitle, REASON)
    texts = ("Family / item / plan", "Place", "Trend", "Unit", "", "Next 12")
    last = ("Fixed costs", "at most")
    add_header(book, sheet, SUPPLY_REVIEW, texts, start="sop_supply_grid", last=last, note=f"={_note()}", signs="▲►●")
    rows = write_rows(book, sheet, SUPPLY_REVIEW, "family")
    add_grid(sheet, SUPPLY_REVIEW, rows)
    _rules(book, sheet)
    finish(sheet, SHEET, rows)


def _note() -> str:
    """Return the band's sentence: what is typed and not planned yet, else what is fixed and what it costs."""
    rolled = ROLLED.format(written=month_words("sop_supply_grid"), now=month_words("sop_current"))
    typed = 'COUNTIFS(tblSupplyReview[Kind],"fixed",tblSupplyReview[State],"● not*")'
    quantities = "COUNT(tblFixedPlan[Fixed])"

    def cost(name: str) -> str:
        return f'SUMIFS(tblFixedCost[Difference],tblFixedCost[Component],"{name}")'

    short = "+".join(cost(name) for name in ("value late", "value lost", "value below target"))
    words = f'{figure(f"ABS({short})")}&IF({short}>0," more"," less")'
    served = SERVED.format(late=f"({short})", words=words, currency="sop_currency")
    fixed = FIXED.format(
        quantities=plural(quantities, "quantity", "quantities"),
        costs=f"({signed_money(cost('total'))})",
        currency="sop_currency",
        served=served,
    )
    waiting = TYPED.format(rows=plural(typed, "row", "rows"))
    planned = f"IF({typed}>0,{waiting},IF({quantities}>0,{fixed},{READY}))"
    any_rows = 'COUNTIFS(tblSupplyReview[Kind],"plan")>0'
    return f"IF({any_rows},IF(sop_supply_grid<>sop_current,{rolled},{planned}),{EMPTY})"


def _rules(book: Book, sheet: Worksheet) -> None:
    """Mark fixed quantities, the plan they replace, stock below zero, missing reasons, rows to plan, signs."""
    row = FIRST_ROW
    months, states, reasons, changes = (
        f"{a}{row}:{z}{LAST_ROW}" for a, z in (("K", "V"), ("Y", "Y"), ("AA", "AA"), ("X", "X"))
    )
    kinds, items, places, figures = (f"{letters}{row + 1}:{letters}{row + 4}" for letters in ("$AC", "$AD", "$B", "K"))
    replaced = f'SUMPRODUCT(({kinds}="fixed")*({items}=$AD{row})*({places}=$B{row})*ISNUMBER({figures}))>0'
    rules: list[tuple[str, str, dict[str, Any]]] = [
        (
            months,
            f'=AND($AC{row}="fixed",ISNUMBER(K{row}))',
            {"bg_color": OVERRIDE_FILL, "font_color": INPUT_INK, "bold": True},
        ),
        (months, f'=AND($AC{row}="plan",{replaced})', {"bottom": 1, "bottom_color": AMBER, "font_color": WARN}),
        (months, f'=AND($AC{row}="stock",N(K{row})<-0.5)', {"font_color": BAD, "bold": True}),
        (
            reasons,
            f'=AND($AC{row}="fixed",COUNT($K{row}:$V{row})>0,TRIM($AA{row})="")',
            {"bg_color": BAD_FILL, "font_color": BAD_INK, "bold": True},
        ),
        (states, f'=LEFT($Y{row},1)="●"', {"font_color": WARN, "bold": True}),
        (changes, f"=AND(ISNUMBER(X{row}),N(X{row})>0)", {"font_color": GOOD}),
        (changes, f"=AND(ISNUMBER(X{row}),N(X{row})<0)", {"font_color": BAD}),
    ]
    for area, criteria, look in rules:
        sheet.conditional_format(area, {"type": "formula", "criteria": criteria, "format": book.look(**look)})
    quantities_only(sheet, months)
