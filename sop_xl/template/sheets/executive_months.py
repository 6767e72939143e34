"""Months, load and shortages behind the charts of Executive, worked out on Chart data."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sop_xl.template.blocks import Block, Ranking, at, family, span
from sop_xl.template.formulas import OPEN_MONTHS, count_of, known, sum_of
from sop_xl.template.parts import AHEAD, PAST
from sop_xl.template.sheets.executive_data import AHEAD_ROW, FAMILY_ROW, MONTHS_ROW, RANK_ROW, SHORT_ROW
from sop_xl.template.sheets.stock_months import stock_values
from sop_xl.template.words import cut, money

if TYPE_CHECKING:
    from sop_xl.template.book import Book

MONTHS, LISTED, WORST = PAST + AHEAD, 30, 6
"""Months in view, families looked at, and families whose shortages are shown."""
_PLAN, _LOAD, _SHORT = "tblFamilyPlan", "tblLoad", "tblShortages"


class Scope(NamedTuple):
    """All families, one below the other: their names, flags of those meant, and a cell that says which those are."""

    names: str
    cells: list[str]
    flags: str
    words: str


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
    wanted: int
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

    def planned(month: str, figure: str) -> str:
        return f'=IF({count_of(_PLAN, ("Month", month))}=0,"",{figure})'

    demand = [planned(m, units("Actual" if m in closed else "Forecast", m)) for m in months]
    supply = [planned(m, units("Actual supply", m)) for m in closed]
    to_come = [planned(m, f"{units('Supply', m)}-{units('Used', m)}") for m in ahead]
    stock = stock_values(closed, ahead)
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


def months_of_load(book: Book, resource: str) -> Ahead:
    """Write the planned load of a resource, up to 100 % and above it, the load wanted, and its limits.

    The limit with overtime goes on beyond the months planned, as the last of them has it.
    """
    heads = [f"=EDATE(sop_current,{k})" for k in range(AHEAD)]
    block = Block(book, AHEAD_ROW, "EXECUTIVE: LOAD OF THE RESOURCE SHOWN", heads, number="month")
    where = [(("Resource", resource), ("Month", at(block.heads, 1 + k))) for k in range(AHEAD)]
    load = block.add(
        "Load", [f'=IF({count_of(_LOAD, *w)}=0,"",{sum_of(_LOAD, "Load pct", *w)}/100)' for w in where], "percent_0"
    )
    cells = [at(load, 1 + k) for k in range(AHEAD)]
    hours = [[sum_of(_LOAD, c, *w) for c in ("Wanted hours", "Overtime limit", "Available hours")] for w in where]
    wanted = [f'=IF({regular}<=0,"",{want}/{regular})' for want, _, regular in hours]
    row = block.next + 4
    nearest = ["1", *(at(row, k) for k in range(1, AHEAD))]
    limits = [
        f"=IF({regular}<=0,{before},1+{overtime}/{regular})"
        for (_, overtime, regular), before in zip(hours, nearest, strict=True)
    ]
    rows = [
        block.add("Up to 100 %", [f'=IF({c}="","",MIN(1,{c}))' for c in cells], "percent_0"),
        block.add("Load above 100 %", [f'=IF(N({c})>1,{c},"")' for c in cells], "percent_0"),
        block.add("Wanted", wanted, "percent_0"),
        block.add("Regular hours", ["=1"] * AHEAD, "percent_0"),
        block.add("With overtime", limits, "percent_0"),
    ]
    return Ahead(block, load, *rows)


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
