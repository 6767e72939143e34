"""The charts of the view Events & launches: what is added by month, launch curves, and the range of all demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import Block, chart_titles
from sop_xl.template.charts import FORECAST_FILL, axes, base_chart, place
from sop_xl.template.formulas import known
from sop_xl.template.parts import AHEAD, FIRST, PAST
from sop_xl.template.style import ACCENT, ADVERSE, SERIES, WHITE
from sop_xl.template.words import figure, month_words, signed

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

NAME = "'Events & launches'"
HEIGHT = 240
CURVES = 3
WHOLE_AXIS = '[>=1]#,##0;[<=-1]"−"#,##0;0'


def draw(book: Book, sheet: Worksheet, *, total: int, launches: int, row: int, data: int) -> None:
    """Draw the three charts with their titles on `row` (from 0) and their figures from `data` on Chart data.

    `total` and `launches` are the first rows, from 0, of what all add and of the launches on the sheet.
    """
    _added(book, sheet, total + 1, row, data)
    _curves(book, sheet, launches + 1, row, data + 8)
    _range(book, sheet, row, data + 16)


def _cells(row: int) -> list[str]:
    """Return the open months' cells of a row of the sheet, as Excel counts."""
    return [f"{NAME}!{xl_col_to_name(FIRST + PAST + k)}${row}" for k in range(AHEAD)]


def _months() -> list[str]:
    return [f"={cell}" for cell in _cells(6)]


def _added(book: Book, sheet: Worksheet, first: int, row: int, data: int) -> None:
    """Draw what events, launches and initiatives add and what launches take, stacked."""
    block = Block(book, data, "EVENTS: WHAT THEY ADD", _months(), number="month")
    looks = {
        "Events": {"fill": {"color": SERIES[0]}},
        "Launches": {"fill": {"color": SERIES[1]}},
        "Taken from other items": {"fill": {"color": ADVERSE}},
        "Initiatives": {"fill": {"color": SERIES[3]}},
    }
    chart = base_chart(book, {"type": "column", "subtype": "stacked"}, size=(522, HEIGHT))
    for k, (name, look) in enumerate(looks.items()):
        line = block.add(name, [f"=N({cell})" for cell in _cells(first + k)], "units")
        chart.add_series(block.series(line, AHEAD, gap=45, border={"color": WHITE, "width": 0.5}, **look))
    axes(chart, number=WHOLE_AXIS, low=None)
    all_year = f"{NAME}!$F${first + 4}"
    months = f"{NAME}!$K${first + 4}:$V${first + 4}"
    most = month_words(f"INDEX({NAME}!$K$6:$V$6,MATCH(MAX({months}),{months},0))")
    title = (
        f'=IF(COUNT({months})=0,"Events and launches",IF(MAX({months})<0.5,"Nothing is added to the forecast",'
        f'"They add "&{signed(f"N({all_year})")}&" units in 12 months, most in "&{most}))'
    )
    chart_titles(book, sheet, row, 0, title, "Units a month, times probability")
    place(sheet, row + 2, 0, chart, description="Units that events, launches and initiatives add, by month, stacked")


def _curves(book: Book, sheet: Worksheet, first: int, row: int, data: int) -> None:
    """Draw the ramp of the largest launches."""
    block = Block(book, data, "EVENTS: LAUNCHES", _months(), number="month")
    chart = base_chart(book, {"type": "column"}, size=(522, HEIGHT))
    for k, colour in zip(range(CURVES), SERIES, strict=False):
        label = f"{NAME}!$A${first + k}"
        line = block.add(f'=IF({label}=""," ",{label})', [f"=N({cell})" for cell in _cells(first + k)], "units")
        chart.add_series(block.series(line, AHEAD, gap=45, overlap=0, fill={"color": colour}))
    axes(chart, number=WHOLE_AXIS)
    best, units = f"{NAME}!$A${first}", f"{NAME}!$F${first}"
    title = f'=IF({best}="","No launch is planned",{best}&": "&{figure(f"N({units})")}&" units in 12 months")'
    chart_titles(book, sheet, row, 8, title, "Launches with the most units, pipeline fill included")
    place(sheet, row + 2, 8, chart, description="Units a month of the launches with the most units")


def _range(book: Book, sheet: Worksheet, row: int, data: int) -> None:
    """Draw the company's statistical forecast between its P10 and P90."""
    block = Block(book, data, "EVENTS: RANGE OF DEMAND", _months(), number="month")
    company = ("Level", '"company"')
    values = {
        header: [f"={known('tblForecastLevels', header, company, ('Month', cell))}" for cell in _cells(6)]
        for header in ("Statistical", "P10", "P90")
    }
    lines = {header: block.add(words, values[header], "units") for header, words in
             (("Statistical", "Forecast"), ("P10", "1 in 10 below"), ("P90", "1 in 10 above"))}  # fmt: skip
    chart = base_chart(book, {"type": "column"}, size=(456, HEIGHT))
    chart.add_series(block.series(lines["Statistical"], AHEAD, gap=45, **FORECAST_FILL))
    ranges = book.book.add_chart({"type": "line"})
    for header, dash in (("P10", "dash"), ("P90", "solid")):
        look = {"color": ACCENT, "width": 1.75, "dash_type": dash}
        ranges.add_series(block.series(lines[header], AHEAD, line=look))
    chart.combine(ranges)
    axes(chart)
    low = 'SUMIFS(tblForecastLevels[P10],tblForecastLevels[Level],"company",tblForecastLevels[Month],sop_current)'
    high = low.replace("[P10]", "[P90]")
    title = (
        f'=IF({high}=0,"Range of demand",{month_words("sop_current")}&": between "&{figure(low)}&" and "&{figure(high)}'
        '&" units")'
    )
    chart_titles(book, sheet, row, 18, title, "Statistical forecast of all items, 8 of 10 months inside")
    place(sheet, row + 2, 18, chart, description="Statistical forecast of the company with P10 and P90")
