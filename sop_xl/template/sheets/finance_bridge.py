"""The bridge of the gross margin: from budget, or last year, to outlook; stacked columns, safe across zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sop_xl.template.blocks import Block, across, at, span
from sop_xl.template.waterfall import Waterfall

if TYPE_CHECKING:
    from sop_xl.template.blocks import Ranking
    from sop_xl.template.book import Book

MOVERS = 6
STEPS = MOVERS + 3
"""Places of the bridge: start, the six largest movers, all others, outlook; with fewer, the last are empty."""
MARGIN, REVENUES, LISTED = 17, 38, 11
"""Rows of the sheet Finance, as Excel counts: gross margin; first family, its margin one below; how many of both."""


class Comparison(NamedTuple):
    """What the bridge starts from, the budget or else last year, and the step of each family.

    Attributes:
        start_name: the cell with the name of the start; "" where there is none.
        start, outlook: the cells with the gross margin of the start and of the outlook.
        names, steps, volumes: the ranges of the families, of their steps, and of what the change of
            their revenue alone does, at the margin it had.
    """

    start_name: str
    start: str
    outlook: str
    names: str
    steps: str
    volumes: str

    def step_of(self, name: str) -> str:
        """Return the formula of the step of the family that a cell names; 0 where there is none."""
        return f"IFERROR(INDEX({self.steps},MATCH({name},{self.names},0)),0)"


def compare(book: Book, row: int) -> Comparison:
    """Write the comparison of each family from `row` of Chart data on."""
    heads = ("Revenue before", "Revenue", "Margin before", "Margin", "Step", "By revenue")
    block = Block(book, row, "FINANCE: MARGIN AGAINST BUDGET, ELSE LAST YEAR", heads)
    budget, last_year, outlook = (f"Finance!${c}${MARGIN}" for c in "VYU")
    last = 'IF(sop_fiscal_month=1,"","FY ")&(YEAR(sop_fiscal_end)-1)'
    start = block.add(
        "Start",
        (
            f'=IF(COUNT({outlook})=0,"",IF({budget}<>"","Budget",IF({last_year}<>"",{last},"")))',
            f'=IF({budget}<>"",{budget},N({last_year}))',
            f"=N({outlook})",
        ),
        "thousands",
    )
    first = block.next
    for k in range(LISTED):
        revenue, now, margin, then = (at(block.next, c) for c in (1, 2, 3, 4))
        volume = f"=IF({revenue}=0,0,ROUND(({now}-{revenue})*{margin}/{revenue},2))"
        row = row_of(k)
        figures = (_before(row), f"=N(Finance!$U${row})", _before(row + 1))
        more = (f"=N(Finance!$U${row + 1})", f"=ROUND({then}-{margin},2)", volume)
        block.add(f"=Finance!$A${row}", (*figures, *more), "thousands")
    names, steps, volumes = (span(first, block.next - 1, column) for column in (0, 5, 6))
    return Comparison(at(start, 1), at(start, 2), at(start, 3), names, steps, volumes)


def row_of(k: int) -> int:
    """Return the row of the revenue of a family, from 0, on Finance; its gross margin stands below."""
    return REVENUES + 2 * k


def _before(row: int) -> str:
    """Return the family's budget, or where the year has none last year."""
    return f'=N(IF(Finance!$V${MARGIN}<>"",Finance!$V${row},Finance!$Y${row}))'


def lay_out(book: Book, row: int, ranking: Ranking, comparison: Comparison) -> Waterfall:
    """Write the bridge from `row` of Chart data on: the start, the families by size of their step, the outlook."""
    block = Block(book, row, "FINANCE: BRIDGE OF THE GROSS MARGIN", [str(k + 1) for k in range(STEPS)])
    names = _row(block, "Step", _steps(ranking, comparison), "text")
    values = _row(block, "Value", _amounts(block.next, names, comparison))
    return Waterfall(block, names, values, [f'{name}="Outlook"' for name in names])


def _row(block: Block, name: str, figures: list[str], number: str = "thousands") -> list[str]:
    """Write a row and return its cells."""
    row = block.add(name, figures, number)
    return [at(row, 1 + k) for k in range(STEPS)]


def _amounts(row: int, names: list[str], comparison: Comparison) -> list[str]:
    """Return the formulas of the steps; all others take what the movers leave, so that the bridge adds up."""
    listed = f"SUM({across(row, MOVERS, 1)})"
    start, outlook = comparison.start, comparison.outlook
    rest = f"ROUND({outlook}-{start}-{listed},2)"
    amounts = [f"={start}"]
    for k, name in enumerate(names[1:], start=1):
        step = comparison.step_of(name) if k <= MOVERS else f'IF({name}="All others",{rest},0)'
        amounts.append(f'=IF({name}="","",IF({name}="Outlook",{outlook},{step}))')
    return amounts


def _steps(ranking: Ranking, comparison: Comparison) -> list[str]:
    """Return the formulas of the names: start, movers, all others where there are more, outlook; then blanks."""
    count, start = f'SUMPRODUCT(({comparison.names}<>"")+0)', comparison.start_name
    movers = [
        f'=IF({start}="","",IF({k}<=MIN({MOVERS},{count}),{ranking.name(k)[1:]},IF({k}={count}+1,"Outlook","")))'
        for k in range(1, MOVERS + 1)
    ]
    others = f'=IF({start}="","",IF({count}>{MOVERS},"All others",IF({count}={MOVERS},"Outlook","")))'
    return [f"={start}", *movers, others, f'=IF(OR({start}="",{count}<={MOVERS}),"","Outlook")']
