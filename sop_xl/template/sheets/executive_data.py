"""What Executive shows, worked out on Chart data: key figures, the fiscal year, months, load, shortages by family."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sop_xl.template.blocks import Block, Ranking, at, family, span
from sop_xl.template.formulas import OPEN_MONTHS, count_of, known, sum_of
from sop_xl.template.names import SHEET as DATA_SHEET
from sop_xl.template.parts import AHEAD, PAST, write
from sop_xl.template.words import cut, kpi, money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.template.book import Book

FIGURES_ROW, PEAK_ROW, YEAR_ROW, MONTHS_ROW, AHEAD_ROW, CLOSED_ROW = 600, 616, 624, 635, 646, 656
BRIDGE_ROW, SHORT_ROW, LISTS_ROW, FAMILY_ROW, RANK_ROW = 660, 692, 698, 716, 752
"""Where each block starts; LISTS_ROW belongs to `executive_lists`, BRIDGE_ROW to `executive_bridge`."""
YEAR, MONTHS, LISTED, WORST = 12, PAST + AHEAD, 30, 6
KPIS = (
    "revenue_fy",
    "margin_fy",
    "accuracy",
    "bias",
    "stock_12",
    "peak_load",
    "peak_wanted",
    "service",
    "late_units",
    "lost_units",
    "at_stake",
    "below_target",
)
_PLAN, _LOAD, _SHORT = "tblFamilyPlan", "tblLoad", "tblShortages"


class Figure(NamedTuple):
    """The cells of a key figure: its value, its target and its status; "" where there is none."""

    value: str
    target: str
    status: str


class Peak(NamedTuple):
    """The cells of the highest planned load of the next 12 months: which resource, in which month."""

    resource: str
    month: str


class Year(NamedTuple):
    """The fiscal year: its block, the rows of its series, and cells with the months that have figures.

    Attributes:
        block: the block; its heads are the months.
        revenue, margin: rows of revenue and of the margin in per cent.
        actual, plan, budget: rows of the chart's series.
        start, end: cells with the first and the last month that has revenue.
        gap: row of revenue less budget.
        budgeted: cell that is 1 where every month with revenue has a budget.
    """

    block: Block
    revenue: int
    margin: int
    actual: int
    plan: int
    budget: int
    gap: int
    start: str
    end: str
    budgeted: str


class Months(NamedTuple):
    """The 3 closed and 12 open months: the block, and the rows of its series."""

    block: Block
    demand: int
    supply: int
    supply_plan: int
    stock: int
    stock_actual: int
    stock_plan: int
    target: int
    late: int


class Ahead(NamedTuple):
    """The 12 open months of the resource with the highest load: the block, and the rows of its series."""

    block: Block
    load: int
    within: int
    above: int
    full: int
    limit: int


class Shortages(NamedTuple):
    """The families short of most: the block, its rows, and cells of the worst one and of all together."""

    block: Block
    unserved: int
    below: int
    labels: int
    worst: str
    worst_value: str
    total: str


class Scope(NamedTuple):
    """All families, one below the other: their names, flags of those meant, and a cell that says which those are."""

    names: str
    cells: list[str]
    flags: str
    words: str


def key_figures(book: Book) -> dict[str, Figure]:
    """List the key figures of the page, each with value, target and status."""
    block = Block(book, FIGURES_ROW, "EXECUTIVE: KEY FIGURES", ("Value", "Target", "Status"))
    rows = {name: block.add(name, [f"={kpi(name, c)}" for c in ("Value", "Target", "Status")]) for name in KPIS}
    return {name: Figure(at(row, 1), at(row, 2), at(row, 3)) for name, row in rows.items()}


def peak_of_load(book: Book) -> Peak:
    """Find the resource and month with the highest planned load of the next 12 months, the first where several are."""
    block = Block(book, PEAK_ROW, "EXECUTIVE: HIGHEST PLANNED LOAD", ("Value",))
    ahead = f"({_LOAD}[Month]>=sop_current)*({_LOAD}[Month]<EDATE(sop_current,12))"
    peak = at(block.add("Load, %", [f"=SUMPRODUCT(MAX({ahead}*{_LOAD}[Load pct]))"]), 1)
    number = f"(ROW({_LOAD}[Month])-ROW({_LOAD}[[#Headers],[Month]]))"
    last = f"(ROWS({_LOAD}[Month])+1-{number})"
    first = f"ROWS({_LOAD}[Month])+1-SUMPRODUCT(MAX({ahead}*({_LOAD}[Load pct]={peak})*{last}))"
    row = at(block.add("Its row in Load", [f"=IF({peak}<=0,0,{first})"]), 1)
    cells = [
        at(block.add(words, [f'=IF({row}=0,"",INDEX({_LOAD}[{words}],{row}))'], number), 1)
        for words, number in (("Resource", "text"), ("Month", "month"))
    ]
    return Peak(*cells)


def fiscal_year(book: Book) -> Year:
    """Write revenue, budget and margin of the twelve months of the fiscal year, closed ones apart from open ones."""
    heads = [f"=EDATE(sop_fiscal_start,{k})" for k in range(YEAR)]
    block = Block(book, YEAR_ROW, "EXECUTIVE: FISCAL YEAR", heads, number="month")
    months = [at(block.heads, 1 + k) for k in range(YEAR)]
    revenue = block.add("Revenue", [f"={known(_PLAN, 'Revenue', ('Month', m))}" for m in months], "units")
    cells = [at(revenue, 1 + k) for k in range(YEAR)]
    pairs = list(zip(months, cells, strict=True))
    actual = block.add("Actual", [f'=IF({m}<sop_current,{c},"")' for m, c in pairs], "units")
    plan = block.add("Plan", [f'=IF({m}<sop_current,"",{c})' for m, c in pairs], "units")
    budget = block.add("Budget", [f"={known(_PLAN, 'Budget revenue', ('Month', m))}" for m in months], "units")
    budgets = [at(budget, 1 + k) for k in range(YEAR)]
    gap = block.add(
        "Revenue less budget",
        [f'=IF(COUNT({c},{b})<2,"",ROUND({c}-{b},2))' for c, b in zip(cells, budgets, strict=True)],
        "units",
    )
    cogs = [sum_of(_PLAN, "COGS", ("Month", m)) for m in months]
    shares = [f'=IF(N({c})<=0,"",100*({c}-{x})/{c})' for c, x in zip(cells, cogs, strict=True)]
    margin = block.add("Gross margin, %", shares, "one_decimal")
    filled = block.add("Months with revenue", [f'=IF({c}="","",{m})' for m, c in pairs], "month")
    known_months = across(filled, YEAR)
    compared = f"COUNT({across(gap, YEAR)})"
    budgeted = f"=IF(AND({compared}>0,{compared}=COUNT({known_months})),1,0)"
    span_row = block.add(
        "First, last, whether all are budgeted",
        [f"=MIN({known_months})", f"=MAX({known_months})", budgeted],
        "general",
    )
    start, end, flag = (at(span_row, k) for k in (1, 2, 3))
    return Year(block, revenue, margin, actual, plan, budget, gap, start, end, flag)


def months_in_view(book: Book, scope: Scope) -> Months:
    """Write demand and supply of the families in scope, stock and its target in money, late and lost units."""
    heads = [f"=EDATE(sop_current,{k - PAST})" for k in range(MONTHS)]
    block = Block(book, MONTHS_ROW, "EXECUTIVE: MONTHS", heads, number="month")
    months = [at(block.heads, 1 + k) for k in range(MONTHS)]
    closed, ahead = months[:PAST], months[PAST:]
    blank, blanks = ['=""'] * PAST, ['=""'] * AHEAD

    def units(column: str, month: str) -> str:
        each = sum_of(_PLAN, column, ("Month", month), ("Family", scope.names))
        return f"SUMPRODUCT({each}*{scope.flags})"

    demand = [f"={units('Actual' if m in closed else 'Forecast', m)}" for m in months]
    supply = [f"={units('Actual supply', m)}" for m in closed]
    to_come = [f"={units('Supply', m)}-{units('Used', m)}" for m in ahead]
    stock = [f"={known('tblFinance', 'Amount', ('Line', _STOCK_LINE), ('Month', m))}" for m in months]
    target = [f"={known('tblSupplyPlan', 'Target value', ('Month', m))}" for m in months]
    late = [
        f'=IF({count_of(_PLAN, ("Month", m))}=0,"",'
        f"{sum_of(_PLAN, 'Backlog', ('Month', m))}+{sum_of(_PLAN, 'Lost', ('Month', m))})"
        for m in months
    ]
    rows = [
        block.add("Demand", demand, "units"),
        block.add("Supply, actual", supply + blanks, "units"),
        block.add("Supply, plan", blank + to_come, "units"),
        block.add("Stock value", stock, "units"),
    ]
    values = [f"={at(rows[-1], 1 + k)}" for k in range(MONTHS)]
    rows += [
        block.add("Stock, actual", values[:PAST] + blanks, "units"),
        block.add("Stock, plan", blank + values[PAST:], "units"),
        block.add("Target stock", target, "units"),
        block.add("Late and lost, units", late, "units"),
    ]
    return Months(block, *rows)


_STOCK_LINE = '"inventory_value"'


def months_of_load(book: Book, resource: str) -> Ahead:
    """Write the planned load of a resource: up to 100 %, above it, and its limits."""
    heads = [f"=EDATE(sop_current,{k})" for k in range(AHEAD)]
    block = Block(book, AHEAD_ROW, "EXECUTIVE: LOAD OF THE RESOURCE WITH THE PEAK", heads, number="month")
    where = [(("Resource", resource), ("Month", at(block.heads, 1 + k))) for k in range(AHEAD)]
    load = block.add(
        "Load", [f'=IF({count_of(_LOAD, *w)}=0,"",{sum_of(_LOAD, "Load pct", *w)}/100)' for w in where], "percent_0"
    )
    cells = [at(load, 1 + k) for k in range(AHEAD)]
    limits = [
        f"=1+IFERROR({sum_of(_LOAD, 'Overtime limit', *w)}/{sum_of(_LOAD, 'Available hours', *w)},0)" for w in where
    ]
    rows = [
        block.add("Up to 100 %", [f'=IF({c}="","",MIN(1,{c}))' for c in cells], "percent_0"),
        block.add("Above 100 %", [f'=IF({c}="","",MAX(0,{c}-1))' for c in cells], "percent_0"),
        block.add("Regular hours", ["=1"] * AHEAD, "percent_0"),
        block.add("With overtime", limits, "percent_0"),
    ]
    return Ahead(block, load, *rows)


def monthly_accuracy(book: Book) -> int:
    """Write 100 % less the error of the last cycle's forecast of each closed month, over families; return the row."""
    heads = [f"=EDATE(sop_current,{k - YEAR})" for k in range(YEAR)]
    block = Block(book, CLOSED_ROW, "EXECUTIVE: CLOSED MONTHS", heads, number="month")
    both = f'({_PLAN}[Month]={{m}})*({_PLAN}[Actual]<>"")*({_PLAN}[Old forecast]<>"")'
    error = f"SUMPRODUCT({both}*ABS({_PLAN}[Actual]-{_PLAN}[Old forecast]))"
    actual = f"SUMPRODUCT({both}*{_PLAN}[Actual])"
    formula = f'=IFERROR(IF({actual}=0,"",MAX(0,100-100*{error}/{actual})),"")'
    figures = [formula.format(m=at(block.heads, 1 + k)) for k in range(YEAR)]
    return block.add("Accuracy of families, %", figures, "one_decimal")


def families_in_scope(book: Book) -> Scope:
    """Mark the families whose units may be added up: made here and sold, not used in others; else all that are sold.

    A wheel that goes into a bicycle would otherwise count twice, and bought goods would hide what is made.
    """
    block = Block(book, FAMILY_ROW, "EXECUTIVE: FAMILIES", ("Used in others", "Made here", "In scope", "Named"))
    first, last = block.next, block.next + LISTED - 1
    names, used, made, flags = (span(first, last, column) for column in (0, 1, 2, 3))
    best = f'SUMPRODUCT(({names}<>"")*({used}=0)*{made})'
    some = f'SUMPRODUCT(({names}<>"")*({used}=0))'
    for k in range(LISTED):
        mine, row = at(block.next, 0), block.next
        bottleneck = f'IFERROR(INDEX(tblFamilies[Bottleneck],MATCH({mine},tblFamilies[Family],0))&"","")'
        flag = f"IF({best}>0,({at(row, 1)}=0)*{at(row, 2)},IF({some}>0,({at(row, 1)}=0)+0,1))"
        before = '""' if k == 0 else at(row - 1, 4)
        named = f'{before}&IF({at(row, 3)}=1,IF({before}="","",", ")&{mine},"")'
        block.add(
            family(k + 1),
            (
                f"={sum_of(_PLAN, 'Used', ('Family', mine), *OPEN_MONTHS)}",
                f'=IF(OR({mine}="",{bottleneck}=""),0,1)',
                f'=IF({mine}="",0,{flag})',
                f"={named}",
            ),
        )
    cells = [at(first + k, 0) for k in range(LISTED)]
    count, listed = f"SUM({flags})", at(last, 4)
    words = f'=IF({count}=0,"all families",IF(LEN({listed})<=46,{listed},{count}&" families"))'
    block.add("Said", ("", "", "", words))
    return Scope(names, cells, flags, at(last + 1, 4))


def shortages_by_family(book: Book, scope: Scope) -> Shortages:
    """Rank the families by what they are short of in the next 12 months, in money, and list the worst."""

    def value(name: str, *kinds: str) -> str:
        return "(" + "+".join(sum_of(_SHORT, "Value", ("Family", name), ("Kind", k), *OPEN_MONTHS) for k in kinds) + ")"

    late, below = ('"late"', '"lost"'), ('"below_target"',)
    ranking = Ranking(
        book,
        RANK_ROW,
        "EXECUTIVE: FAMILIES BY SHORTAGE",
        [f"={cell}" for cell in scope.cells],
        lambda name: f'=IF({name}="",-1,{value(name, *late, *below)})',
        "Value",
    )
    names = [ranking.name(k + 1) for k in range(WORST)]
    block = Block(book, SHORT_ROW, "EXECUTIVE: WORST SHORTAGES", names)
    shown = [at(block.heads, 1 + k) for k in range(WORST)]
    unserved = block.add("Late or lost", [_money_or_blank(n, value(n, *late)) for n in shown], "units")
    under = block.add("Below target", [_money_or_blank(n, value(n, *below)) for n in shown], "units")
    both = [f"(N({at(unserved, 1 + k)})+N({at(under, 1 + k)}))" for k in range(WORST)]
    labels = [f'=IF({n}="","",{cut(n, 20)}&"  "&IF({v}=0,"none",{money(v)}))' for n, v in zip(shown, both, strict=True)]
    label = block.add("Label", labels, "text")
    total = sum_of(_SHORT, "Value", *OPEN_MONTHS)
    all_of = block.add("All families", [f"={total}", f"={both[0]}"], "units")
    return Shortages(block, unserved, under, label, shown[0], at(all_of, 2), at(all_of, 1))


def _money_or_blank(name: str, value: str) -> str:
    return f'=IF({name}="","",{value})'


def tile_states(book: Book, states: Sequence[str]) -> None:
    """Write the state of each tile, good, watch or act, under a name that rules can read."""
    sheet = book.sheet(DATA_SHEET, "system")
    for k, state in enumerate(states):
        write(sheet, FIGURES_ROW + 2 + k, 5, f"Tile {k + 1}", book.style("Label"))
        write(sheet, FIGURES_ROW + 2 + k, 6, f"={state}", book.style("Calc", "text"))
    area = span(FIGURES_ROW + 2, FIGURES_ROW + 1 + len(states), 6)
    book.book.define_name("sop_tile_states", f"={area}")


def message(book: Book, sentence: str) -> str:
    """Write the page's message and return its cell."""
    sheet, row = book.sheet(DATA_SHEET, "system"), FIGURES_ROW + 2 + len(KPIS) - 1
    write(sheet, row, 5, "Message", book.style("Label"))
    write(sheet, row, 6, sentence, book.style("CalcText"))
    return at(row, 6)


def across(row: int, count: int, first: int = 0) -> str:
    """Return the range of a row's figures on Chart data, `count` of them from number `first` (from 0)."""
    return f"{at(row, 1 + first)}:{at(row, first + count).split('!')[1]}"
