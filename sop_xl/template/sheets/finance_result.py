"""The second page of Finance: from gross revenue to operating result, and net revenue three ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sop_xl.template.parts import FIRST, section, write
from sop_xl.template.sheets.finance_rows import LAST, Line, write_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book
    from sop_xl.template.formulas import Where

TABLE = "tblFinance"


@dataclass(frozen=True)
class Figures:
    """How the sheet Finance writes the figures of a line.

    Attributes:
        month: formula of a month, from the line, the column's letter, and further criteria.
        budget, last_year: fragment of the year's budget, and of last year, from the line.
        if_budget, if_last_year: guards a fragment: "" where the year has none.
    """

    month: Callable[..., str]
    budget: Callable[[str], str]
    last_year: Callable[[str], str]
    if_budget: Callable[[str], str]
    if_last_year: Callable[[str], str]


@dataclass(frozen=True)
class Entry:
    """A row of the statement: a line of the table, or rows above added up.

    Attributes:
        label: what it shows, and what other entries name it by.
        line: the line of the table; "" where `plus` and `less` say what it is.
        plus, less: labels of entries that are added and taken away.
        cost: whether more of it is worse.
        budgeted: whether the budget has it.
        strong: whether it is a result.
        tag: a remark beside the label.
    """

    label: str
    line: str = ""
    plus: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    cost: bool = False
    budgeted: bool = False
    strong: bool = False
    tag: str = "AC | FC"


_COSTS: tuple[str, ...] = ("Purchase price variance", "Production variance", "Unabsorbed overhead", "Overtime premium")
_COSTS += ("Revaluation of stock", "Excess & obsolete")
ENTRIES = (
    Entry("Gross revenue", plus=("Net revenue", "− Deductions")),
    Entry("− Deductions", "deductions", cost=True, tag="off list price"),
    Entry("of it yearly rebates", "rebates", cost=True, tag="accrued"),
    Entry("Net revenue", "revenue", budgeted=True, strong=True),
    Entry("− Goods sold", "cogs", cost=True, budgeted=True),
    Entry("of it beyond standard", "standard_variance", cost=True),
    Entry("Gross margin", plus=("Net revenue",), less=("− Goods sold",), budgeted=True, strong=True),
    Entry("+ Fixed overhead in it", "fixed_overhead", cost=True),
    Entry("Contribution margin", plus=("Gross margin", "+ Fixed overhead in it"), strong=True),
    Entry("Purchase price variance", "price_variance", cost=True, tag="− is a gain"),
    Entry("Production variance", "production_variance", cost=True, tag="− is a gain"),
    Entry("Unabsorbed overhead", "under_absorbed", cost=True),
    Entry("Overtime premium", "overtime_premium", cost=True),
    Entry("Revaluation of stock", "revaluation", cost=True, tag="− is a gain"),
    Entry("Excess & obsolete", "provision", cost=True, tag="change"),
    Entry("Margin after variances", plus=("Gross margin",), less=_COSTS, strong=True),
    Entry("− Operating expense", "opex", cost=True, budgeted=True),
    Entry("− One-off cost", "one_off", cost=True, tag="projects"),
    Entry(
        "Operating result",
        plus=("Margin after variances",),
        less=("− Operating expense", "− One-off cost"),
        strong=True,
    ),
)
"""The statement from top to bottom; costs are shown as they are booked, above zero."""
ROWS = 1 + len(ENTRIES) + 1 + 5
"""Rows of the page, bars included."""


def write_result(book: Book, sheet: Worksheet, row: int, figures: Figures) -> None:
    """Write both sections from `row` (from 0) on."""
    section(book, sheet, row, "FROM GROSS REVENUE TO OPERATING RESULT", LAST)
    at = {entry.label: row + 2 + k for k, entry in enumerate(ENTRIES)}
    for k, entry in enumerate(ENTRIES):
        write_line(book, sheet, row + 1 + k, _line(entry, at, figures))
    _three_ways(book, sheet, row + 2 + len(ENTRIES), figures)


def _line(entry: Entry, at: dict[str, int], figures: Figures) -> Line:
    if entry.line:
        budget = figures.if_budget(figures.budget(entry.line)) if entry.budgeted else '""'
        last_year = figures.if_last_year(figures.last_year(entry.line))
        month: Callable[[str], str] = lambda c: figures.month(entry.line, c)  # noqa: E731 - the line is the entry's
    else:
        budget = figures.if_budget(_sum(entry, at, "V")) if entry.budgeted else '""'
        last_year = figures.if_last_year(_sum(entry, at, "Y"))
        month = lambda c: f'=IF({c}{_first(entry, at)}="","",{_sum(entry, at, c)})'  # noqa: E731
    role = "Output" if entry.strong else "Calc"
    swings = entry.label in _COSTS
    return Line(entry.label, month, budget, last_year, entry.tag, role=role, cost=entry.cost, swings=swings)


def _first(entry: Entry, at: dict[str, int]) -> int:
    return at[entry.plus[0]]


def _sum(entry: Entry, at: dict[str, int], c: str) -> str:
    plus = "+".join(f"N({c}{at[label]})" for label in entry.plus)
    less = "".join(f"-N({c}{at[label]})" for label in entry.less)
    return f"ROUND({plus}{less},2)"


def _three_ways(book: Book, sheet: Worksheet, bar: int, figures: Figures) -> None:
    """Write net revenue as reported, at plan rates, what currency does, and in the money of a chosen market."""
    n = bar + 1
    section(book, sheet, bar, f'="NET REVENUE THREE WAYS: "&IF($F{n}="","all markets",$F{n})', LAST)
    write(sheet, bar, 4, "Market", book.style("Section", align="right"))
    for column in (5, 6, FIRST):
        write(sheet, bar, column, None, book.style("InputText", "text"))
    rule = {"validate": "list", "source": "=lst_Markets", "input_title": "Market", "error_type": "warning"}
    rule |= {"input_message": "Choose a market; blank: all. In its own money only where one is chosen."}
    sheet.data_validation(bar, 5, bar, 5, rule)
    mine: Where = ("Market", f'IF($F${n}="","*",$F${n})')

    def way(column: str) -> Callable[[str], str]:
        return lambda c: figures.month("revenue", c, mine, of=column)

    reported, constant = bar + 2, bar + 3
    currency = f'IFERROR(INDEX(tblMarkets[Currency],MATCH($F${n},tblMarkets[Market],0))&"","")'
    local = f'=IF({currency}="","own money","k"&{currency})'
    for offset, line in enumerate(
        (
            Line("As reported", way("Amount"), tag="actual rates"),
            Line("At plan rates", way("Constant"), tag="constant"),
            Line(
                "Currency effect",
                lambda c: f'=IF(COUNT({c}{reported},{c}{constant})<2,"",ROUND({c}{reported}-{c}{constant},2))',
                number="thousands_delta",
            ),
            Line(
                "In the market's own money",
                lambda c: f'=IF($F${n}="","",{figures.month("revenue", c, mine, of="Local")[1:]})',
                tag="local",
                unit=local,
            ),
        ),
        start=1,
    ):
        write_line(book, sheet, bar + offset, line)
