"""The view Procurement: receipts and orders in money, what is committed, and the next orders to place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import Block, Ranking, chart_titles, family
from sop_xl.template.charts import ACTUAL_FILL, FORECAST_FILL, MONEY_AXIS, axes, base_chart, place
from sop_xl.template.formulas import Where, known, sum_of
from sop_xl.template.parts import (
    AHEAD,
    FIRST,
    LAST,
    QUARTERS,
    TIME_WIDTHS,
    masthead,
    print_page,
    protect,
    section,
    time_header,
    write,
)
from sop_xl.template.ranked_list import ListColumn, RankedList, named
from sop_xl.template.rows import OPEN, Measure, paper_rules, time_row
from sop_xl.template.style import BAD
from sop_xl.template.words import cut, figure, money, month_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Procurement"
MONEY = 8
"""First row, from 0, of the rows in money."""
CHARTS = MONEY + 6
FAMILIES, FAMILY = 8, CHARTS + 16
ORDERS = FAMILY + FAMILIES + 1
LISTED, RANKED = 16, 30
DATA = 1200
"""First row of this view on Chart data."""
_PLAN, _ORDERS = "tblProcurement", "tblPurchases"
OTHERS = "Other items, parts"
_MONEY_UNIT = '="k"&sop_currency'


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", TIME_WIDTHS)
    subtitle = (
        f'=IF(COUNT({_PLAN}[Month])=0,"Nothing is bought in the plan yet",'
        "\"What is bought, by month of arrival unless a row says otherwise  |  still to order at suppliers' prices, "
        'open orders at standard cost")'
    )
    masthead(book, sheet, SHEET, subtitle, LAST)
    time_header(book, sheet, 4, ("", "", "Trend", "Unit", "", "Next 12"))
    write(sheet, 4, QUARTERS, "Quarters, sum", book.style("Band"))
    section(book, sheet, MONEY - 1, "RECEIPTS, ORDERS AND COMMITMENT", LAST)
    for offset, measure in enumerate(_rows()):
        time_row(book, sheet, MONEY + offset, measure)
    _charts(book, sheet)
    _families(book, sheet)
    _orders(book, sheet)
    sheet.freeze_panes(7, FIRST)
    protect(sheet)
    print_page(sheet, f"A1:AA{ORDERS + LISTED + 2}", repeat=(0, 6))


def _rows() -> list[Measure]:
    first = MONEY + 1

    def planned(column: str) -> Callable[[str], str]:
        return lambda c: f'=IF({c}$6<sop_current,"",{known(_PLAN, column, ("Month", f"{c}$6"))})'

    def both(c: str) -> str:
        came = known("tblActuals", "Value", ("Measure", '"receipts"'), ("Month", f"{c}$6"))
        return f'=IF({c}$6<sop_current,{came},IF(COUNT({c}{first}:{c}{first + 1})=0,"",SUM({c}{first}:{c}{first + 1})))'

    def placed(c: str) -> str:
        value = sum_of(_ORDERS, "Value", ("Order by", f"{c}$6"))
        return f'=IF(OR({c}$6<sop_current,COUNT({_ORDERS}[Quantity])=0),"",{value})'

    def committed(c: str) -> str:
        """All open orders, what is ordered up to the month, less what arrives up to it; orders that are late count."""
        opened = f"SUM({_PLAN}[Scheduled value])"
        ordered = sum_of(_ORDERS, "Value", ("Order by", f'"<="&{c}$6'))
        upto = ("Month", f'"<="&{c}$6')
        arrived = f"{sum_of(_PLAN, 'Scheduled value', upto)}-{sum_of(_PLAN, 'Planned value', upto)}"
        return f'=IF(OR({c}$6<sop_current,COUNT({_PLAN}[Month])=0),"",ROUND({opened}+{ordered}-{arrived},2))'

    sub = Measure("On order already", planned("Scheduled value"), unit=_MONEY_UNIT, number="thousands")
    return [
        sub,
        Measure("Still to order", planned("Planned value"), unit=_MONEY_UNIT, number="thousands"),
        Measure("Receipts", both, unit=_MONEY_UNIT, number="thousands", role="Output"),
        Measure("Orders to place in the month", placed, unit=_MONEY_UNIT, number="thousands"),
        Measure(
            "Committed, month's end",
            committed,
            unit=_MONEY_UNIT,
            number="thousands",
            total="max",
            quarters="last",
        ),
    ]


def _charts(book: Book, sheet: Worksheet) -> None:
    """Draw receipts by whether they are ordered already, and what is committed, as columns."""
    heads = [f"={SHEET}!{xl_col_to_name(OPEN + k)}$6" for k in range(AHEAD)]
    block = Block(book, DATA, "PROCUREMENT: RECEIPTS AND COMMITMENT", heads, number="month")

    def row(offset: int) -> list[str]:
        return [f"=N({SHEET}!{xl_col_to_name(OPEN + k)}${MONEY + 1 + offset})" for k in range(AHEAD)]

    on_order = block.add("On order", row(0), "thousands")
    to_order = block.add("Still to order", row(1), "thousands")
    committed = block.add("Committed", row(4), "thousands")
    ordered, rest = (f"N({SHEET}!$F${MONEY + 1 + k})" for k in (0, 1))
    title = (
        f'=IF({ordered}+{rest}=0,"Receipts","Of "&{money(f"({ordered}+{rest})")}&" that arrive in 12 months, "&'
        f'FIXED(100*{rest}/({ordered}+{rest}),0)&" % is still to be ordered")'
    )
    subtitle = '="Receipts by month, "&sop_currency&"  |  solid on order, hatched still to order"'
    chart_titles(book, sheet, CHARTS, 0, title, subtitle)
    chart = base_chart(book, {"type": "column", "subtype": "stacked"}, size=(724, 258))
    chart.add_series(block.series(on_order, AHEAD, gap=45, **ACTUAL_FILL))
    chart.add_series(block.series(to_order, AHEAD, gap=45, **FORECAST_FILL))
    axes(chart, number=MONEY_AXIS)
    place(sheet, CHARTS + 2, 0, chart, description="Receipts by month: on order already, and still to order")
    peak = f"N({SHEET}!$F${MONEY + 5})"
    open_row = f"{SHEET}!$K${MONEY + 5}:$V${MONEY + 5}"
    when = month_words(f"INDEX({SHEET}!$K$6:$V$6,MATCH({peak},{open_row},0))")
    title = f'=IF({peak}=0,"Commitment","Commitment peaks at "&{money(peak)}&" in "&{when})'
    chart_titles(book, sheet, CHARTS, 12, title, '="Ordered and not yet received at the month\'s end, "&sop_currency')
    chart = base_chart(book, {"type": "column"}, size=(724, 258))
    chart.add_series(block.series(committed, AHEAD, gap=45, **FORECAST_FILL))
    axes(chart, number=MONEY_AXIS)
    chart.set_legend({"none": True})
    place(sheet, CHARTS + 2, 12, chart, description="Money committed to suppliers at each month's end")


def _families(book: Book, sheet: Worksheet) -> None:
    """Write what arrives for the families that get most, and for all other items."""
    section(book, sheet, FAMILY - 1, "RECEIPTS BY FAMILY", LAST)
    write(sheet, FAMILY - 1, LAST, "largest first", book.style("Section", align="right", bold=False, font_size=9))

    def gets(name: str) -> str:
        total = _both(("Family", name))
        return f'=IF({name}="",-1,IF({total}<=0,-1,{total}))'

    names = [family(k) for k in range(1, RANKED + 1)]
    ranking = Ranking(book, DATA + 8 + LISTED + 4, "PROCUREMENT: FAMILIES BY RECEIPTS", names, gets, "Receipts")
    for k in range(FAMILIES):
        row = FAMILY + k

        def value(c: str, row: int = row, k: int = k) -> str:
            above = f"-SUM({c}{FAMILY + 1}:{c}{row})" if k else ""
            others = f"ROUND(N({c}{MONEY + 3}){above},2)"
            mine = _both(("Family", f"$A{row + 1}"), ("Month", f"{c}$6"))
            figures = f'IF($A{row + 1}="{OTHERS}",{others},{mine})'
            return f'=IF(OR($A{row + 1}="",{c}$6<sop_current,COUNT({_PLAN}[Month])=0),"",{figures})'

        # The row after the last family that gets something is that of all other items.
        name = ranking.name(k + 1)[1:] if k < FAMILIES - 1 else '""'
        first = f'$A{row}<>"",$A{row}<>"{OTHERS}"' if k else f"COUNT({_PLAN}[Month])>0"
        label = f'=IF({name}<>"",{name},IF(AND({first}),"{OTHERS}",""))'
        unit = f'=IF($A{row + 1}="","","k"&sop_currency)'
        time_row(book, sheet, row, Measure(label, value, unit=unit, number="thousands", paper=True))
    paper_rules(book, sheet, FAMILY, FAMILY + FAMILIES - 1, closed=False)


def _both(*where: Where) -> str:
    """Return receipts on order and still to order that meet the criteria."""
    return f"({sum_of(_PLAN, 'Scheduled value', *where)}+{sum_of(_PLAN, 'Planned value', *where)})"


def _orders(book: Book, sheet: Worksheet) -> None:
    """List the next orders to place."""
    late = f'COUNTIFS({_PLAN}[Late],"yes")'
    count = f"MAX({_PLAN}[Rank])"
    bad = (("font_color", BAD),)
    columns = (
        ListColumn(0, "Item", lambda get: named(get, 32, cut)),
        ListColumn(2, "Code", lambda get: cut(get("Item"), 14)),
        ListColumn(4, "Supplier", lambda get: cut(get("Supplier"), 26)),
        ListColumn(9, "Order by", lambda get: get("Order by"), "day_short"),
        ListColumn(10, "Arrives", lambda get: get("Month"), "month"),
        ListColumn(11, "Units", lambda get: get("Planned receipts"), "units"),
        ListColumn(12, '="k"&sop_currency', lambda get: get("Planned value"), "thousands"),
        ListColumn(13, "Need", lambda get: get("Gross need"), "units"),
        ListColumn(14, "Stock", lambda get: get("Projected stock"), "units"),
        ListColumn(15, "Target", lambda get: get("Target"), "units"),
        ListColumn(17, "", lambda get: f'IF({get("Late")}="yes","▲ late: stock runs out before it comes","")', "", bad),
    )
    found = (
        f'"NEXT ORDERS TO PLACE:  "&{figure(count)}&IF({count}=1," order"," orders")&" in the plan, "&{late}&" late"'
    )
    RankedList(_PLAN, "Rank", LISTED, LAST, columns).write(
        book,
        sheet,
        bar=ORDERS,
        data=DATA + 8,
        title="PROCUREMENT: NEXT ORDERS",
        note="by day; need, stock and target of the month of arrival",
        words=f'=IF(N({count})=0,"NEXT ORDERS TO PLACE",{found})',
    )
