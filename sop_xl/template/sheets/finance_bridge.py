"""The bridge of the gross margin: from budget, or last year, to outlook; stacked columns, safe across zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sop_xl.template.blocks import Block, at, span
from sop_xl.template.charts import BUDGET_FILL, FORECAST_FILL
from sop_xl.template.names import SHEET
from sop_xl.template.style import ADVERSE, FAVOURABLE
from sop_xl.template.words import money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sop_xl.template.blocks import Ranking
    from sop_xl.template.book import Book

MOVERS = 6
STEPS = MOVERS + 3
"""Places of the bridge: start, the six largest movers, all others, outlook; with fewer, the last are empty."""
MARGIN, REVENUES, MARGINS, LISTED = 17, 38, 50, 11
"""Rows of the sheet Finance, as Excel counts: gross margin; first of revenue and of margin by family; how many."""
_NO_FILL: dict[str, Any] = {"fill": {"none": True}, "border": {"none": True}}
_LOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Start", BUDGET_FILL),
    ("Outlook", FORECAST_FILL),
    ("Base", _NO_FILL),
    ("Better", {"fill": {"color": FAVOURABLE}}),
    ("Better, below zero", {"fill": {"color": FAVOURABLE}}),
    ("Worse", {"fill": {"color": ADVERSE}}),
    ("Worse, below zero", {"fill": {"color": ADVERSE}}),
)
"""Series in the order of stacking: those without a base first, so that their zeros lie on the axis."""


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
        figures = (_before(REVENUES + k), f"=N(Finance!$U${REVENUES + k})", _before(MARGINS + k))
        more = (f"=N(Finance!$U${MARGINS + k})", f"=ROUND({then}-{margin},2)", volume)
        block.add(f"=Finance!$A${MARGINS + k}", (*figures, *more), "thousands")
    names, steps, volumes = (span(first, block.next - 1, column) for column in (0, 5, 6))
    return Comparison(at(start, 1), at(start, 2), at(start, 3), names, steps, volumes)


def _before(row: int) -> str:
    """Return the family's budget, or where the year has none last year."""
    return f'=N(IF(Finance!$V${MARGIN}<>"",Finance!$V${row},Finance!$Y${row}))'


class Bridge:
    """The rows behind the bridge on Chart data.

    Attributes:
        floor: the cell with the amount at which columns start: 0, unless all steps are small.
    """

    def __init__(self, book: Book, row: int, ranking: Ranking, comparison: Comparison) -> None:
        """Write the rows from `row` on.

        Args:
            book: the workbook.
            row: row of the heading on Chart data, from 0.
            ranking: the families by size of their step.
            comparison: where the bridge starts, and the families' steps.
        """
        heads = [str(k + 1) for k in range(STEPS)]
        self._block = Block(book, row, "FINANCE: BRIDGE OF THE GROSS MARGIN", heads)
        self._from = comparison
        self._names = self._row("Step", _steps(ranking, comparison), "text")
        self._ends = ["TRUE", *(f'OR({n}="Outlook",{n}="")' for n in self._names[1:])]
        self._values = self._row("Value", self._amounts())
        self._before, self._after = self._levels()
        self.floor = self._row("Columns start at", [self._cut()])[0]
        self._series = {
            words: self._block.add(words, [column(k) for k in range(STEPS)], "thousands")
            for words, column in self._columns().items()
        }
        self._labels = self._block.add("Label", [self._label(k) for k in range(STEPS)], "text")

    def series(self) -> Iterator[dict[str, Any]]:
        """Give the chart's series, in the order of stacking."""
        for words, look in _LOOKS:
            series = self._block.series(self._series[words], STEPS, gap=35, **look)
            yield {**series, "categories": [SHEET, self._labels, 1, self._labels, STEPS]}

    def _row(self, name: str, figures: list[str], number: str = "thousands") -> list[str]:
        """Write a row and return its cells."""
        row = self._block.add(name, figures, number)
        return [at(row, 1 + k) for k in range(STEPS)]

    def _amounts(self) -> list[str]:
        """Return the formulas of the steps; all others take what the movers leave, so that the bridge adds up."""
        row = self._block.next
        listed = f"SUM({at(row, 2)}:{at(row, 1 + MOVERS).split('!')[1]})"
        start, outlook = self._from.start, self._from.outlook
        rest = f"ROUND({outlook}-{start}-{listed},2)"
        amounts = [f"={start}"]
        for k, name in enumerate(self._names[1:], start=1):
            step = self._from.step_of(name) if k <= MOVERS else f'IF({name}="All others",{rest},0)'
            amounts.append(f'=IF({name}="","",IF({name}="Outlook",{outlook},{step}))')
        return amounts

    def _levels(self) -> tuple[list[str], list[str]]:
        """Write the levels before and after each step; past the outlook they stay where they are."""
        row = self._block.next
        before = self._row("Level before", ["=0", *(f"={at(row + 1, k)}" for k in range(1, STEPS))])
        after = [
            f'=IF({end},IF({name}="",{level},{value}),{level}+{value})'
            for end, name, level, value in zip(self._ends, self._names, before, self._values, strict=True)
        ]
        return before, self._row("Level after", after)

    def _cut(self) -> str:
        """Return where columns start: at zero, or, where all levels lie within a quarter of each other, below them."""
        levels = f"{self._after[0]}:{self._after[-1].split('!')[1]}"
        low, high = f"MIN({levels})", f"MAX({levels})"
        return f"=IF(OR({low}<=0,({high}-{low})*4>={high},{high}={low}),0,{low}-2*({high}-{low}))"

    def _columns(self) -> dict[str, Callable[[int], str]]:
        """Return the formula of each series at each place.

        A step from one level to another is drawn from the nearer to the farther of them on either side of
        zero: an invisible base, the part above zero, and the part below it (100, then -130 more: 100 down
        to 0 and 0 down to -30).
        """

        def ends(k: int) -> tuple[str, str]:
            return f"({self._before[k]}-{self.floor})", f"({self._after[k]}-{self.floor})"

        def base(k: int) -> str:
            a, b = ends(k)
            return f"=IF(OR({self._ends[k]},{a}*{b}<=0),0,IF({a}>0,MIN({a},{b}),MAX({a},{b})))"

        def part(k: int, sign: str, fold: str) -> str:
            a, b = ends(k)
            other = "MIN" if fold == "MAX" else "MAX"
            drawn = f"{fold}(0,{a},{b})-{fold}(0,{other}({a},{b}))"
            return f"=IF(OR({self._ends[k]},NOT(N({self._values[k]}){sign}0)),0,{drawn})"

        def whole(k: int) -> str:
            return f"=N({self._values[k]})-{self.floor}"

        return {
            "Start": lambda k: whole(k) if k == 0 else "=0",
            "Outlook": lambda k: f'=IF({self._names[k]}="Outlook",{whole(k)[1:]},0)' if k else "=0",
            "Base": base,
            "Better": lambda k: part(k, ">", "MAX"),
            "Better, below zero": lambda k: part(k, ">", "MIN"),
            "Worse": lambda k: part(k, "<", "MAX"),
            "Worse, below zero": lambda k: part(k, "<", "MIN"),
        }

    def _label(self, k: int) -> str:
        name, value = self._names[k], self._values[k]
        words = f'IF({self._ends[k]},"",IF({value}>0,"+",""))&{money(value)}'
        return f'=IF({name}="","",{name}&CHAR(10)&{words})'


def _steps(ranking: Ranking, comparison: Comparison) -> list[str]:
    """Return the formulas of the names: start, movers, all others where there are more, outlook; then blanks."""
    count, start = f'SUMPRODUCT(({comparison.names}<>"")+0)', comparison.start_name
    movers = [
        f'=IF({start}="","",IF({k}<=MIN({MOVERS},{count}),{ranking.name(k)[1:]},IF({k}={count}+1,"Outlook","")))'
        for k in range(1, MOVERS + 1)
    ]
    others = f'=IF({start}="","",IF({count}>{MOVERS},"All others",IF({count}={MOVERS},"Outlook","")))'
    return [f"={start}", *movers, others, f'=IF(OR({start}="",{count}<={MOVERS}),"","Outlook")']
