"""Back-solve on the sheet Bridge: edit units, price or revenue of the months to go, and see what follows.

The same rule as `finance.back_solve`, as formulas, so that a mailed copy still answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sop_xl.template.formulas import Where, sum_of
from sop_xl.template.parts import section, write
from sop_xl.template.sheets.bridge_parts import LAST, choice, heads

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

RULES = ("revenue", "units", "price")
"""What may follow; the first where the user says nothing."""
HEADS = ("Planned to go", "Your figure", "Then", "Change", "Change, %", "Unit")
ROWS = 8
"""Rows of the section: bar, heads, units, price, revenue, cost, margin, and the year's gap."""
_MONEY = '="k"&sop_currency'


class Line(NamedTuple):
    """A row: its label, the formulas of plan and of what follows, number formats, unit, and what it is.

    Attributes:
        label: what it shows.
        plan, then: fragments.
        number, change: number formats of the figure and of its change.
        unit: text or formula.
        typed: whether the user may edit it.
        strong: whether it is a result.
    """

    label: str
    plan: str
    then: str
    number: str = "thousands"
    change: str = "thousands_delta"
    unit: str = _MONEY
    typed: bool = False
    strong: bool = False


def write_solve(book: Book, sheet: Worksheet, row: int) -> None:
    """Write the section from `row` (from 0) on; its bar holds the choice of family and rule."""
    n = row + 1
    section(book, sheet, row, f'="WHAT IF, TO "&IF($C${n}="","ALL FAMILIES",UPPER($C${n}))', LAST)
    choice(book, sheet, row, 1, "Family", "=sop_families", "Choose a family; blank: the whole company.")
    choice(book, sheet, row, 4, "What follows", list(RULES), "What changes with your figure; blank: revenue.")
    write(sheet, row, 6, "So this follows:", book.style("Section", align="right"))
    write(sheet, row, 7, f"={_follows(n)}", book.style("Section"))
    heads(book, sheet, row + 1, HEADS)
    for offset, line in enumerate(_lines(n), start=2):
        _write(book, sheet, row + offset, line)


def _places(n: int) -> dict[str, int]:
    """Return the row, as Excel counts, of what can be edited; `n` is that of the bar."""
    return {"units": n + 2, "price": n + 3, "revenue": n + 4}


def _follows(n: int) -> str:
    """Return the fragment of what follows: the rule's, unless that figure is edited itself."""
    at = _places(n)
    asked = f'IF($F${n}="","{RULES[0]}",$F${n})'
    edited = {name: f"$C${row}" for name, row in at.items()}
    named = f'IF({asked}="units",{edited["units"]},IF({asked}="price",{edited["price"]},{edited["revenue"]}))'
    other = f'IF({edited["revenue"]}="","revenue",IF({edited["units"]}="","units","price"))'
    return f'IF(OR({named}="",COUNT({edited["units"]}:{edited["revenue"]})=3),{asked},{other})'


def _lines(n: int) -> tuple[Line, ...]:
    at, what = _places(n), f"$H${n}"
    units, revenue = at["units"], at["revenue"]
    cogs, margin, gap = revenue + 1, revenue + 2, revenue + 3
    mine: tuple[Where, ...] = (
        ("Month", '">="&sop_current'),
        ("Month", '"<="&sop_fiscal_end'),
        ("Family", f'IF($C${n}="","*",$C${n})'),
    )

    def plan(column: str) -> str:
        return sum_of("tblFamilyPlan", column, *mine)

    def kept(name: str) -> str:
        return f'IF($C${at[name]}="",$B${at[name]},$C${at[name]})'

    def over(above: str, below: str) -> str:
        return f'IFERROR({kept(above)}/{kept(below)},"")'

    product = f"N({kept('units')})*N({kept('price')})"
    return (
        Line(
            "Units",
            plan("Served"),
            f'IF({what}="units",{over("revenue", "price")},{kept("units")})',
            "units",
            "delta",
            "units",
            typed=True,
        ),
        Line(
            "Net price",
            f'IF(B{units}=0,"",B{revenue}/B{units})',
            f'IF({what}="price",{over("revenue", "units")},{kept("price")})',
            "decimals",
            "decimals_delta",
            "=sop_currency",
            typed=True,
        ),
        Line(
            "Net revenue",
            plan("Revenue"),
            f'ROUND(IF({what}="revenue",{product},{kept("revenue")}),2)',
            typed=True,
        ),
        Line("Goods sold", plan("COGS"), f"IF(B{units}=0,B{cogs},ROUND(N(D{units})*B{cogs}/B{units},2))"),
        Line("Gross margin", f"ROUND(B{revenue}-B{cogs},2)", f"ROUND(D{revenue}-D{cogs},2)", strong=True),
        Line(
            "Margin of the year less budget",
            'IF(Finance!$V$17="","",ROUND(Finance!$U$17-Finance!$V$17,2))',
            f'IF(B{gap}="","",ROUND(B{gap}+D{margin}-B{margin},2))',
            "thousands_delta",
        ),
    )


def _write(book: Book, sheet: Worksheet, row: int, line: Line) -> None:
    n, role = row + 1, "Output" if line.strong else "Calc"
    figure = book.style(role, line.number)
    write(sheet, row, 0, line.label, book.style("OutputLabel") if line.strong else book.style("Label_1"))
    write(sheet, row, 1, f"={line.plan}", figure)
    write(sheet, row, 2, None, book.style("Input", "general") if line.typed else figure)
    write(sheet, row, 3, f"={line.then}", figure)
    change = f'=IF(COUNT(B{n},D{n})<2,"",ROUND(D{n}-B{n},6))'
    write(sheet, row, 4, change, book.style(role, line.change))
    share = f'=IF(OR(N(B{n})=0,E{n}=""),"",E{n}/ABS(B{n}))'
    write(sheet, row, 5, share, book.style(role, "percent_delta"))
    write(sheet, row, 6, line.unit, book.style("Unit", align="right"))
