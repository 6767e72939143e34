"""A bridge drawn from stacked columns: an invisible base, better and worse, safe across zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sop_xl.template.blocks import Block, at
from sop_xl.template.charts import BUDGET_FILL, FORECAST_FILL
from sop_xl.template.names import SHEET
from sop_xl.template.style import ADVERSE, FAVOURABLE
from sop_xl.template.words import money_like

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_NO_FILL: dict[str, Any] = {"fill": {"none": True}, "border": {"none": True}}
_LOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Start", BUDGET_FILL),
    ("Outlook", {"pattern": FORECAST_FILL["pattern"], "border": {"none": True}}),
    ("Base", _NO_FILL),
    ("Better", {"fill": {"color": FAVOURABLE}, "border": {"none": True}}),
    ("Better, below zero", {"fill": {"color": FAVOURABLE}, "border": {"none": True}}),
    ("Worse", {"fill": {"color": ADVERSE}, "border": {"none": True}}),
    ("Worse, below zero", {"fill": {"color": ADVERSE}, "border": {"none": True}}),
)
"""Series in the order of stacking: those without a base first, so that their zeros lie on the axis.

The outlook has no border: at the empty places behind it that would be a line on the axis.
"""


class Waterfall:
    """The rows behind a bridge on Chart data: levels, columns and labels of each place.

    Attributes:
        floor: the cell with the amount at which columns start: 0, unless all steps are small.
    """

    def __init__(self, block: Block, names: Sequence[str], values: Sequence[str], last: Sequence[str]) -> None:
        """Write the rows below what the block holds.

        Args:
            block: where the rows go.
            names: the cell with the name of each place; the first is the start, "" is an empty place.
            values: the cell with the amount of each place.
            last: for each place, the condition under which it is the end of the bridge.
        """
        self._block = block
        self._names, self._values, self._last = names, values, last
        self._ends = ["TRUE", *(f'OR({end},{name}="")' for end, name in zip(last[1:], names[1:], strict=True))]
        self._before, self._after = self._levels()
        self.floor = at(block.add("Columns start at", [self._cut()], "thousands"), 1)
        count = len(names)
        self._series = {
            words: block.add(words, [column(k) for k in range(count)], "thousands")
            for words, column in self._columns().items()
        }
        self._labels = block.add("Label", [self._label(k) for k in range(count)], "text")

    def series(self) -> Iterator[dict[str, Any]]:
        """Give the chart's series, in the order of stacking."""
        count = len(self._names)
        for words, look in _LOOKS:
            drawn = 1 if words == "Start" else count
            series = self._block.series(self._series[words], drawn, gap=35, **look)
            yield {**series, "categories": [SHEET, self._labels, 1, self._labels, count]}

    def _row(self, name: str, figures: list[str]) -> list[str]:
        """Write a row and return its cells."""
        row = self._block.add(name, figures, "thousands")
        return [at(row, 1 + k) for k in range(len(figures))]

    def _levels(self) -> tuple[list[str], list[str]]:
        """Write the levels before and after each step; past the end they stay where they are."""
        row = self._block.next
        before = self._row("Level before", ["=0", *(f"={at(row + 1, k)}" for k in range(1, len(self._names)))])
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
            return f'=IF({self._names[k]}="","",IF(OR({self._ends[k]},NOT(N({self._values[k]}){sign}0)),0,{drawn}))'

        def whole(k: int) -> str:
            return f"=N({self._values[k]})-{self.floor}"

        return {
            "Start": lambda k: whole(k) if k == 0 else "=0",
            "Outlook": lambda k: f'=IF({self._last[k]},{whole(k)[1:]},"")' if k else '=""',
            "Base": base,
            "Better": lambda k: part(k, ">", "MAX"),
            "Better, below zero": lambda k: part(k, ">", "MIN"),
            "Worse": lambda k: part(k, "<", "MAX"),
            "Worse, below zero": lambda k: part(k, "<", "MIN"),
        }

    def _label(self, k: int) -> str:
        name, value = self._names[k], self._values[k]
        amounts = f"{self._values[0]}:{self._values[-1].split('!')[-1]}"
        largest = f"MAX(MAX({amounts}),-MIN({amounts}))"
        words = f'IF({self._ends[k]},"",IF({value}>0,"+",""))&{money_like(value, largest)}'
        return f'=IF({name}="","",{name}&CHAR(10)&{words})'
