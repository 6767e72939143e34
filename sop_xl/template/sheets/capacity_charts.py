"""The charts of the view Capacity, and the months in which an hour more is worth most."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import Block, at, chart_titles, largest
from sop_xl.template.charts import ACTUAL_FILL, BUDGET_FILL, FONT, FORECAST_FILL, axes, base_chart, place
from sop_xl.template.formulas import OPEN_MONTHS, sum_of
from sop_xl.template.parts import AHEAD, FIRST, LAST, PAST, write
from sop_xl.template.rows import OPEN
from sop_xl.template.style import ADVERSE, BAD, INK
from sop_xl.template.words import figure, month_words

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Capacity"
WORTH = 21
"""First column of the list of dear hours."""
TOP = 5


class Shown(NamedTuple):
    """The resource shown in detail: the cell with its name, and the first of its six rows, as Excel counts."""

    name: str
    row: int

    def months(self, offset: int, first: int, count: int) -> list[str]:
        """Return the cells of its row `offset` for `count` months from column `first`."""
        return [f"{SHEET}!{xl_col_to_name(first + k)}{self.row + offset}" for k in range(count)]

    def open_months(self, offset: int) -> str:
        """Return the range of the open months of its row `offset`."""
        return f"{SHEET}!$K${self.row + offset}:$V${self.row + offset}"


def draw(book: Book, sheet: Worksheet, shown: Shown, *, row: int, data: int) -> None:
    """Draw both charts and the list, their titles on `row` (from 0), their figures from `data` on Chart data."""
    _load_chart(book, sheet, shown, row, data)
    _hours_chart(book, sheet, shown, row, data + 9)
    _worth(book, sheet, row, data + 16)


def _load_chart(book: Book, sheet: Worksheet, shown: Shown, row: int, data: int) -> None:
    """Draw the wanted load: up to 100 % solid or hatched, above it orange, against 100 % and the limit."""
    count = PAST + AHEAD
    heads = [f"={SHEET}!{xl_col_to_name(FIRST + k)}$6" for k in range(count)]
    block = Block(book, data, "CAPACITY: LOAD OF THE RESOURCE SHOWN", heads, number="month")
    wanted, regular = shown.months(0, FIRST, count), shown.months(3, FIRST, count)
    load = [f"IF(N({r})>0,N({w})/{r},0)" for w, r in zip(wanted, regular, strict=True)]
    within = [f'=IF({w}="","",MIN(1,{v}))' for w, v in zip(wanted, load, strict=True)]
    above = [f'=IF({w}="","",MAX(0,{v}-1))' for w, v in zip(wanted, load, strict=True)]
    mine = ("Resource", shown.name)
    limit, free = (sum_of("tblLoad", c, mine, *OPEN_MONTHS) for c in ("Overtime limit", "Available hours"))
    rows = [
        block.add("Closed", [*within[:PAST], *['=""'] * AHEAD], "percent_0"),
        block.add("Forecast", [*['=""'] * PAST, *within[PAST:]], "percent_0"),
        block.add("Above 100 %", above, "percent_0"),
        block.add("100 %", ["=1"] * count, "percent_0"),
        block.add("Overtime limit", [f"=IF({free}>0,1+{limit}/{free},1)"] * count, "percent_0"),
    ]
    unit = f'=IF({shown.name}="","Load wanted","Load wanted of "&{shown.name})&", % of regular hours'
    closed = ",".join(wanted[:PAST])
    keys = f'&IF(COUNT({closed})=0,""," solid closed,")&" hatched forecast, orange above 100 %"'
    chart_titles(book, sheet, row, 0, _load_title(shown, rows[2], rows[4]), f'{unit}  |  "{keys}')
    chart = base_chart(book, {"type": "column", "subtype": "stacked"}, size=(694, 272))
    looks = (ACTUAL_FILL, FORECAST_FILL, {"fill": {"color": ADVERSE}})
    for series, look in zip(rows[:3], looks, strict=True):
        chart.add_series(block.series(series, count, gap=45, **look))
    chart.combine(_limits(book, block, rows[3:], count))
    axes(chart, number="0%", unit=0.25)
    # Closed months have no entry: there may be none with load. The subtitle names them where there are.
    chart.set_legend({"position": "top", "font": FONT, "delete_series": [0]})
    words = "Wanted load of one resource by month, against 100 % and the overtime limit"
    place(sheet, row + 2, 0, chart, description=words)


def _load_title(shown: Shown, above: int, limit: int) -> str:
    """Return the finding: in how many months the resource is full, and in how many overtime is not enough."""
    cells = [(at(above, PAST + 1 + k), at(limit, PAST + 1 + k)) for k in range(AHEAD)]
    full = "(" + "+".join(f"(N({over})>0)" for over, _ in cells) + ")"
    beyond = "(" + "+".join(f"(1+N({over})>{most})" for over, most in cells) + ")"
    more = f'IF({beyond}=0,", all within overtime"," and beyond overtime in "&{beyond})'
    months = f"COUNT({shown.open_months(0)})"
    found = f'{shown.name}&" is full in "&{full}&" of "&{months}&" months"&{more}'
    calm = f'{shown.name}&" has room in every month"'
    return f'=IF({shown.name}="","No load yet: the plan fills this sheet",IF({full}=0,{calm},{found}))'


def _hours_chart(book: Book, sheet: Worksheet, shown: Shown, row: int, data: int) -> None:
    """Draw hours wanted, outlined, against hours planned, hatched; open months only, since lines need figures."""
    heads = [f"={SHEET}!{xl_col_to_name(OPEN + k)}$6" for k in range(AHEAD)]
    block = Block(book, data, "CAPACITY: HOURS WANTED AND PLANNED", heads, number="month")
    rows = [
        block.add(name, [f"={cell}" for cell in shown.months(offset, OPEN, AHEAD)], "units")
        for offset, name in enumerate(("Wanted", "Planned"))
    ]
    level = block.next
    regular = shown.months(3, OPEN, AHEAD)
    before = ["0", *(at(level, k) for k in range(1, AHEAD))]
    rows.append(
        block.add("Regular hours", [f'=IF({r}="",{b},{r})' for r, b in zip(regular, before, strict=True)], "units")
    )
    mine = ("Resource", shown.name)
    limits = [sum_of("tblLoad", "Overtime limit", mine, ("Month", head[1:])) for head in heads]
    rows.append(block.add("With overtime", [f"={at(level, 1 + k)}+{most}" for k, most in enumerate(limits)], "units"))
    unit = (
        f'=IF({shown.name}="","Hours a month","Hours a month of "&{shown.name})&"  |  outlined wanted, hatched planned"'
    )
    chart_titles(book, sheet, row, 11, _hours_title(shown), unit)
    chart = base_chart(book, {"type": "column"}, size=(530, 272))
    for series, look in zip(rows[:2], (BUDGET_FILL, FORECAST_FILL), strict=True):
        chart.add_series(block.series(series, AHEAD, gap=45, overlap=70, **look))
    chart.combine(_limits(book, block, rows[2:], AHEAD))
    axes(chart)
    words = "Hours wanted and hours planned of one resource by month, against the hours there are"
    place(sheet, row + 2, 11, chart, description=words)


def _limits(book: Book, block: Block, rows: list[int], count: int) -> Chart:
    """Return two lines: what there is in regular time, and what overtime allows."""
    lines = book.book.add_chart({"type": "line"})
    lines.add_series(block.series(rows[0], count, line={"color": INK, "width": 1.75}))
    lines.add_series(block.series(rows[1], count, line={"color": BAD, "width": 1.25, "dash_type": "dash"}))
    return lines


def _hours_title(shown: Shown) -> str:
    """Return the finding: how much work the plan does beyond what its month wants, and how much has no room."""
    gaps = shown.open_months(2)
    moved, beyond = f'SUMIFS({gaps},{gaps},">0")', f"SUM({shown.open_months(5)})"
    told = (
        f'IF(ROUND({moved},0)=0,"No hour is worked before or after it is wanted",'
        f'"The plan builds "&{figure(moved)}&" h ahead or for stock")'
    )
    short = f'IF({beyond}<0.5,"","; "&{figure(beyond)}&" h wanted have no room")'
    return f'=IF(COUNT({gaps})=0,"Hours wanted and planned",{told}&{short})'


def _worth(book: Book, sheet: Worksheet, row: int, data: int) -> None:
    """List the months in which one more hour is worth most."""
    prices = "tblLoad[Shadow price]"
    best = f'"One more hour is worth up to "&{figure(f"MAX({prices})")}&" "&sop_currency'
    calm = 'IF(COUNT(tblLoad[Required hours])=0,"What one more hour is worth","No hour is short")'
    title = f'=IF(COUNTIFS({prices},">0")=0,{calm},{best})'
    months = "(YEAR(sop_last)-YEAR(sop_current))*12+MONTH(sop_last)-MONTH(sop_current)+1"
    whole = f'IF(sop_planned=0,""," of "&({months})&" months")'
    subtitle = f'="One more hour, lots as planned, "&sop_currency&"  |  top {TOP}"&{whole}'
    chart_titles(book, sheet, row, WORTH, title, subtitle)
    for column in range(WORTH, LAST + 1):
        words = {WORTH: "Month", WORTH + 2: "Resource", LAST: "Worth"}.get(column)
        side = "right" if column == LAST else "left"
        write(sheet, row + 2, column, words, book.style("Header", align=side, text_wrap=False))
    found = largest(book, data, "CAPACITY: WORTH OF ONE MORE HOUR", prices, TOP)
    for offset, (price, place_in_table) in enumerate(found, start=row + 3):
        for column in range(WORTH, LAST):
            write(sheet, offset, column, None, book.style("CalcText"))
        month = month_words(f"INDEX(tblLoad[Month],{place_in_table})")
        resource = f'INDEX(tblLoad[Resource],{place_in_table})&""'
        write(sheet, offset, WORTH, f'=IF({price}="","",{month})', book.style("CalcText"))
        write(sheet, offset, WORTH + 2, f'=IF({price}="","",{resource})', book.style("CalcText"))
        write(sheet, offset, LAST, f"={price}", book.style("Calc", "units"))
