"""The view New product plan: volumes and money of launches, each launch month by month, ends of life at the foot."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sop_xl.template.formulas import known
from sop_xl.template.parts import (
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
from sop_xl.template.rows import Measure, paper_rules, time_row
from sop_xl.template.sheets.new_product_charts import draw
from sop_xl.template.sheets.new_product_lists import LISTED, list_ends, list_stages
from sop_xl.template.words import cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book
    from sop_xl.template.formulas import Where

SHEET = "New product plan"
UNITS = 8
"""First row, from 0, of the rows in units; the net is the fourth, what success would bring the fifth."""
MONEY = UNITS + 6
"""First row of the rows in money; the result is the fifth, what has come together the sixth."""
CHARTS = MONEY + 7
STAGES = CHARTS + 16
MONTHS = STAGES + LISTED + 3
"""Bar of the launches by month: the largest ones, four rows each."""
LAUNCHES, EACH = 5, 4
ENDS = MONTHS + LAUNCHES * EACH + 2
RUN_DOWN = ENDS + LISTED + 3
"""Bar of the stock of items that end, by month."""
SHOWN = 4
"""Items whose stock is shown by month."""
DATA = 3100
"""First row of this view on Chart data."""
_PLAN, _MONEY, _LIST, _ENDS = "tblLaunchPlan", "tblLaunchMoney", "tblNewProducts", "tblRunDown"


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", TIME_WIDTHS)
    subtitle = (
        f'=IF(COUNT({_PLAN}[Month])=0,"No launch is planned yet: type it on Launches and Launch gates",'
        '"Units and money times probability, unless a row says otherwise  |  typed on Launches, Launch gates and '
        'Phase-outs")'
    )
    masthead(book, sheet, SHEET, subtitle, LAST)
    time_header(book, sheet, 4, ("", "Stage", "Trend", "Unit", "Start", "Next 12"))
    write(sheet, 4, QUARTERS, "Quarters, sum", book.style("Band"))
    section(book, sheet, UNITS - 1, "WHAT LAUNCHES ADD", LAST)
    for offset, measure in enumerate(_units()):
        time_row(book, sheet, UNITS + offset, measure)
    section(book, sheet, MONEY - 1, "WHAT THEY EARN", LAST)
    note = "sales at net price, less standard cost, less what other items lose, less one-off launch cost"
    write(sheet, MONEY - 1, LAST, note, book.style("Section", align="right", bold=False, font_size=10))
    for offset, measure in enumerate(_money()):
        time_row(book, sheet, MONEY + offset, measure)
    draw(book, sheet, units=UNITS, money=MONEY, row=CHARTS, ends=RUN_DOWN + 1, data=DATA)
    sheet.set_row_pixels(CHARTS - 1, 10)
    list_stages(book, sheet, bar=STAGES, data=DATA + 20)
    _launches(book, sheet)
    list_ends(book, sheet, bar=ENDS, data=DATA + 32)
    _stock(book, sheet)
    sheet.freeze_panes(7, FIRST)
    protect(sheet)
    print_page(sheet, f"A1:AA{RUN_DOWN + SHOWN + 2}", repeat=(0, 6), one_page=False)
    sheet.set_h_pagebreaks([MONTHS])


def _sum(table: str, header: str, *where: Where, less: bool = False) -> Callable[[str], str]:
    """Return what gives the formula of a month: the sum of a column, with a minus where it is `less`."""

    def month(column: str) -> str:
        found = known(table, header, *where, ("Month", f"{column}$6"))
        return f'=IF({found}="","",-{found})' if less else f"={found}"

    return month


def _units() -> list[Measure]:
    first = UNITS + 1

    def net(c: str) -> str:
        return f'=IF(COUNT({c}{first}:{c}{first + 2})=0,"",SUM({c}{first}:{c}{first + 2}))'

    return [
        Measure("Sell-through", _sum(_PLAN, "Sell-through"), unit="units"),
        Measure("Pipeline fill", _sum(_PLAN, "Pipeline fill"), unit="units"),
        Measure("Taken from other items", _sum(_PLAN, "Taken", less=True), unit="units", number="delta"),
        Measure("Net", net, unit="units", role="Output"),
        Measure("If every gate is passed", _sum(_PLAN, "If success"), unit="units", label_role="Label_2"),
    ]


def _money() -> list[Measure]:
    first = MONEY + 1

    def result(c: str) -> str:
        return f'=IF(COUNT({c}{first + 1}:{c}{first + 3})=0,"",SUM({c}{first + 1}:{c}{first + 3}))'

    def row(label: str, month: Callable[[str], str], **more: Any) -> Measure:
        return Measure(label, month, unit='="k"&sop_currency', **{"number": "thousands_delta", **more})

    return [
        row("Revenue", _sum(_MONEY, "Revenue"), label_role="Label_2", number="thousands"),
        row("Margin", _sum(_MONEY, "Margin")),
        row("− Margin taken from others", _sum(_MONEY, "Margin taken", less=True)),
        row("− Launch cost", _sum(_MONEY, "Launch cost", less=True)),
        row("Result", result, role="Output"),
        row("Together since the start", _sum(_MONEY, "Cumulative"), total="last", quarters="last"),
    ]


def _launches(book: Book, sheet: Worksheet) -> None:
    """Write the launches with the most units month by month: net, sell-through, pipeline fill, taken."""
    count = f"COUNT({_LIST}[Rank])"
    words = f'="LAUNCHES BY MONTH:  "&IF({count}=0,"NONE",IF({count}>{LAUNCHES},"{LAUNCHES} LARGEST OF ","")&{count})'
    section(book, sheet, MONTHS, words, LAST)
    note = "net = sell-through + pipeline fill − taken; times probability"
    write(sheet, MONTHS, LAST, note, book.style("Section", align="right", bold=False, font_size=10))
    for k in range(LAUNCHES):
        for offset, measure in enumerate(_launch(k + 1)):
            time_row(book, sheet, MONTHS + 1 + k * EACH + offset, measure, pixels=17 if offset else 19)
    paper_rules(book, sheet, MONTHS + 1, MONTHS + LAUNCHES * EACH)


def _launch(rank: int) -> list[Measure]:
    """Return the rows of the launch of a rank: its net volume with stage, odds and month, and the parts of it."""
    none, mine = f"COUNTIFS({_LIST}[Rank],{rank})=0", ("Rank", f"{rank}")

    def cell(header: str) -> str:
        return f"INDEX({_LIST}[{header}],MATCH({rank},{_LIST}[Rank],0))"

    def part(label: str, *, less: bool = False) -> Measure:
        return Measure(
            f'=IF({none},"","{label}")',
            _sum(_PLAN, label, mine, less=less),
            unit=f'=IF({none},"","units")',
            number="delta" if less else "units",
            label_role="Label_2",
            paper=True,
            spark=False,
        )

    net = Measure(
        f'=IF({none},"",{cut(cell("Launch"), 26)})',
        _sum(_PLAN, "Net", mine),
        unit=f'=IF({none},"",ROUND({cell("Probability")},0)&" %")',
        tag=f'=IF({none},"",{cell("Gate")}&"")',
        aim=f'=IF({none},"",{cell("Launch month")})',
        aim_number="month",
        paper=True,
        bold=True,
    )
    return [net, part("Sell-through"), part("Pipeline fill"), part("Taken", less=True)]


def _stock(book: Book, sheet: Worksheet) -> None:
    """Write the stock of the items that end, month by month, the dearest left-over first."""
    section(book, sheet, RUN_DOWN, "STOCK THAT RUNS DOWN", LAST)
    note = f"stock at the month's end in all places; the {SHOWN} with the most money left over"
    write(sheet, RUN_DOWN, LAST, note, book.style("Section", align="right", bold=False, font_size=10))
    for k in range(SHOWN):

        def cell(header: str, k: int = k) -> str:
            return f"INDEX({_ENDS}[{header}],MATCH({k + 1},{_ENDS}[Rank],0))"

        none = f"COUNTIFS({_ENDS}[Rank],{k + 1})=0"
        name = cut(f'IF({cell("Description")}="",{cell("Item")},{cell("Description")})', 26)
        measure = Measure(
            f'=IF({none},"",{name})',
            partial(_closing, none, cell("Item")),
            unit=f'=IF({none},"","units")',
            tag=f'=IF({none},"","ends")',
            aim=f'=IF({none},"",IF({cell("Last sale")}="","",{cell("Last sale")}))',
            aim_number="month",
            total="last",
            quarters="last",
            paper=True,
        )
        time_row(book, sheet, RUN_DOWN + 1 + k, measure, pixels=17)
    paper_rules(book, sheet, RUN_DOWN + 1, RUN_DOWN + SHOWN)


def _closing(none: str, item: str, column: str) -> str:
    planned = known("tblSupplyPlan", "Closing", ("Item", item), ("Month", f"{column}$6"))
    booked = known("tblActuals", "Quantity", ("Measure", '"inventory"'), ("Item", item), ("Month", f"{column}$6"))
    return f'=IF({none},"",IF({column}$6<sop_current,{booked},{planned}))'
