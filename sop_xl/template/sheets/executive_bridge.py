"""The bridge of the gross margin from budget to outlook: volume, mix of families, margin rates; it adds up exactly.

Volume is the change of revenue at the budgeted margin of the company. Mix is what the families' shares of
revenue do to it at their own budgeted margins. What is left, price and cost, is the change of margin rates.
Without a budget it leads from revenue over the cost of sales of the largest families to the margin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sop_xl.template.blocks import Block, across, at, family, span
from sop_xl.template.formulas import sum_of
from sop_xl.template.sheets.executive_data import BRIDGE_ROW, Year
from sop_xl.template.words import cut, money_like

if TYPE_CHECKING:
    from sop_xl.template.book import Book

FAMILIES = 10
"""As many as the view Finance lists; all others together are one more."""
STEPS = ("Budget", "Volume", "Mix", "Margin rates", "Outlook")
_PLAN = "tblFamilyPlan"
_AMOUNTS = ("Revenue", "COGS", "Budget revenue", "Budget COGS")


class Bridge(NamedTuple):
    """Where the bridge stands on Chart data.

    Attributes:
        block: the block of the steps.
        series: rows of the chart's series, in drawing order.
        labels: row of the categories: name and figure.
        values: cells with the value of each step.
        families: range of the families' names; the last holds all others.
        rates: range of what each family's margin rate does to the margin.
        floor: cell with the amount at which the columns start; 0 unless the steps would be too small to see.
    """

    block: Block
    series: list[int]
    labels: int
    values: list[str]
    families: str
    rates: str
    floor: str


def margin_bridge(book: Book, year: Year) -> Bridge:
    """Write the figures of each family, the steps and the columns that draw them."""
    first, totals = _families(book, year)
    last = first + FAMILIES
    names, steps = _steps(first, totals, year)
    block = Block(book, last + 3, "EXECUTIVE: BRIDGE OF THE GROSS MARGIN", names)
    value = block.add("Value", [f"={step}" for step in steps], "units")
    values = [at(value, 1 + k) for k in range(len(STEPS))]
    series, floor = _columns(block, values, year.budgeted)
    ends, heads = (0, len(STEPS) - 1), [at(block.heads, 1 + k) for k in range(len(STEPS))]
    largest = f"MAX(MAX({across(value, len(STEPS))}),-MIN({across(value, len(STEPS))}))"

    def plus(step: str, k: int) -> str:
        return "" if k in ends else f'IF({step}>0,"+","")&'

    labels = [
        f'=IF(OR({name}="",{values[0]}=0),"",{name}&CHAR(10)&{plus(v, k)}{money_like(v, largest)})'
        for k, (name, v) in enumerate(zip(heads, values, strict=True))
    ]
    families, rates = (span(first, last, column) for column in (0, 6))
    return Bridge(block, series, block.add("Label", labels, "text"), values, families, rates, floor)


def _steps(first: int, totals: list[str], year: Year) -> tuple[list[str], list[str]]:
    """Return formulas of the steps' names and, without `=`, of their values, with a budget and without one."""
    revenue, cogs, budget, budget_cogs = totals
    at_budget = f"SUM({span(first, first + FAMILIES, 5)})"
    planned, outlook = f"({budget}-{budget_cogs})", f"({revenue}-{cogs})"
    share = f"IF({budget}=0,0,{planned}/{budget})"
    largest = [(at(first + k, 0), at(first + k, 2)) for k in (0, 1)]
    rest = f"({cogs}-{largest[0][1]}-{largest[1][1]})"
    with_budget = (
        planned,
        f"({revenue}-{budget})*{share}",
        f"{at_budget}-{revenue}*{share}",
        f"{outlook}-{at_budget}",
        outlook,
    )
    without = (revenue, *(f"-{cost}" for _, cost in largest), f"-{rest}", outlook)
    names = ('"Revenue"', *(cut(name, 14) for name, _ in largest), f'IF(ROUND({rest},0)=0,"","Others")', '"Margin"')
    return (
        [f'=IF({year.budgeted}=1,"{a}",{b})' for a, b in zip(STEPS, names, strict=True)],
        [f"IF({year.budgeted}=1,{a},{b})" for a, b in zip(with_budget, without, strict=True)],
    )


def _families(book: Book, year: Year) -> tuple[int, list[str]]:
    """Write each family's year, actual and plan beside budget; return their first row and the cells of the totals."""
    heads = (*_AMOUNTS, "At budget margin", "Margin rate")
    block = Block(book, BRIDGE_ROW, "EXECUTIVE: MARGIN BY FAMILY", heads)
    first, total = block.next, block.next + FAMILIES + 1
    months = (("Month", f'">="&{year.start}'), ("Month", f'"<="&{year.end}'))
    for k in range(FAMILIES + 1):
        row = block.next
        rest = k == FAMILIES
        amounts = [
            f"=ROUND({at(total, c)}-SUM({span(first, total - 2, c)}),2)"
            if rest
            else f'=IF({at(row, 0)}="",0,{sum_of(_PLAN, column, ("Family", at(row, 0)), *months)})'
            for c, column in enumerate(_AMOUNTS, start=1)
        ]
        revenue, cogs, budget, budget_cogs, at_budget = (at(row, c) for c in range(1, 6))
        effect = f"=IF({budget}=0,0,{revenue}*({budget}-{budget_cogs})/{budget})"
        figures = [*amounts, effect, f"={revenue}-{cogs}-{at_budget}"]
        block.add("Other families" if rest else family(k + 1), figures, "units")
    block.add("All families", [f"={sum_of(_PLAN, column, *months)}" for column in _AMOUNTS], "units")
    return first, [at(total, c) for c in range(1, 5)]


def _columns(block: Block, values: list[str], budgeted: str) -> tuple[list[int], str]:
    """Write levels and columns: a step from a to b is drawn from the nearer to the farther on either side of zero.

    The first column is outlined where it is the budget, else hatched as the last one is.
    """
    count = len(values)
    before, after, floor = block.next, block.next + 1, block.next + 2
    ends = (0, count - 1)
    block.add("Level before", ["=0" if k in ends else f"={at(after, k)}" for k in range(count)], "units")
    block.add(
        "Level after", [f"={v}" if k in ends else f"={at(before, 1 + k)}+{v}" for k, v in enumerate(values)], "units"
    )
    levels = f"{at(after, 1)}:{at(after, count).split('!')[1]}"
    low, high = f"MIN({levels})", f"MAX({levels})"
    cut_at = f"=IF(OR({low}<=0,({high}-{low})*4>={high},{high}={low}),0,{low}-2*({high}-{low}))"
    block.add("Columns start at", [cut_at, *[f"={at(floor, 1)}"] * (count - 1)], "units")
    inner = [(k, f"({at(before, 1 + k)}-{at(floor, 1)})", f"({at(after, 1 + k)}-{at(floor, 1)})") for k in range(count)]

    def steps(formula: str) -> list[str]:
        return ["=0" if k in ends else formula.format(a=a, b=b, v=values[k]) for k, a, b in inner]

    up = "MAX(0,{a},{b})-MAX(0,MIN({a},{b}))"
    down = "MIN(0,{a},{b})-MIN(0,MAX({a},{b}))"
    rows = [
        block.add("Base", steps("=IF({a}*{b}<=0,0,IF({a}>0,MIN({a},{b}),MAX({a},{b})))"), "units"),
        block.add("Better", steps(f"=IF({{v}}>0,{up},0)"), "units"),
        block.add("Better, below zero", steps(f"=IF({{v}}>0,{down},0)"), "units"),
        block.add("Worse", steps(f"=IF(AND({{v}}<0,{budgeted}=1),{up},0)"), "units"),
        block.add("Worse, below zero", steps(f"=IF(AND({{v}}<0,{budgeted}=1),{down},0)"), "units"),
        block.add("Cost", steps(f"=IF(AND({{v}}<0,{budgeted}=0),{up},0)"), "units"),
        block.add("Cost, below zero", steps(f"=IF(AND({{v}}<0,{budgeted}=0),{down},0)"), "units"),
    ]
    start, end = (f"{v}-{at(floor, 1)}" for v in (values[0], values[-1]))
    between = ['=""'] * (count - 2)
    rows += [
        block.add("Budget", [f'=IF(AND({budgeted}=1,{values[0]}<>0),{start},"")', *between, '=""'], "units"),
        block.add(
            "Outlook",
            [f'=IF(OR({budgeted}=1,{values[0]}=0),"",{start})', *between, f'=IF({values[-1]}=0,"",{end})'],
            "units",
        ),
    ]
    return rows, at(floor, 1)
