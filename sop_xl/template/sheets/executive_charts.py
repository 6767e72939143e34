"""The six charts of Executive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sop_xl.template.charts import ACTUAL_FILL, BUDGET_FILL, FONT, FORECAST_FILL, MONEY_AXIS, OUTLINE, axes, base_chart
from sop_xl.template.names import SHEET as DATA_SHEET
from sop_xl.template.parts import AHEAD
from sop_xl.template.sheets.executive_data import YEAR
from sop_xl.template.sheets.executive_months import MONTHS, WORST
from sop_xl.template.style import ADVERSE, BAD, FAVOURABLE, INK, PRIOR, SERIES, WHITE

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart

    from sop_xl.template.book import Book
    from sop_xl.template.sheets.executive_bridge import Bridge
    from sop_xl.template.sheets.executive_data import Year
    from sop_xl.template.sheets.executive_months import Ahead, Months, Shortages

SIZE = (386, 228)
_LETTER = "mmmmm"
"""Months by their first letter: these charts are small."""


def revenue_chart(book: Book, year: Year) -> Chart:
    """Budget outlined, behind it actual solid and plan hatched."""
    chart = base_chart(book, {"type": "column"}, size=SIZE)
    for row, look in ((year.budget, BUDGET_FILL), (year.actual, ACTUAL_FILL), (year.plan, FORECAST_FILL)):
        chart.add_series(year.block.series(row, YEAR, gap=45, overlap=70, **look))
    return _plain(chart, number=MONEY_AXIS)


def bridge_chart(book: Book, bridge: Bridge) -> Chart:
    """Steps from budget to outlook on an invisible base; the figure stands in the category's text."""
    count = len(bridge.values)
    chart = base_chart(book, {"type": "column", "subtype": "stacked"}, size=SIZE)
    better, worse, cost = ({"fill": {"color": colour}} for colour in (FAVOURABLE, ADVERSE, PRIOR))
    nothing: dict[str, Any] = {"fill": {"none": True}, "border": {"none": True}}
    looks = (nothing, better, better, worse, worse, cost, cost, BUDGET_FILL, FORECAST_FILL)
    labels = [DATA_SHEET, bridge.labels, 1, bridge.labels, count]
    for row, look in zip(bridge.series, looks, strict=True):
        chart.add_series({**bridge.block.series(row, count, gap=35, **look), "categories": labels})
    axes(chart, months=None, hide_values=True, low=None)
    chart.set_legend({"none": True})
    return chart


def demand_chart(book: Book, months: Months) -> Chart:
    """Supply as columns, actual solid and plan hatched; demand outlined around them."""
    chart = base_chart(book, {"type": "column"}, size=SIZE)
    for row, look in ((months.supply, ACTUAL_FILL), (months.supply_plan, FORECAST_FILL)):
        chart.add_series(months.block.series(row, MONTHS, gap=45, overlap=100, **look))
    chart.add_series(months.block.series(months.demand, MONTHS, **OUTLINE))
    return _plain(chart)


def load_chart(book: Book, ahead: Ahead) -> Chart:
    """Load up to 100 % hatched in front of what is above it, wanted hours outlined, 100 % and overtime as lines."""
    chart = base_chart(book, {"type": "column"}, size=SIZE)
    wanted = {"fill": {"none": True}, "border": {"color": SERIES[1], "width": 1.5}}
    for row, look in (
        (ahead.above, {"fill": {"color": ADVERSE}}),
        (ahead.within, FORECAST_FILL),
        (ahead.wanted, wanted),
    ):
        chart.add_series(ahead.block.series(row, AHEAD, gap=45, overlap=100, **look))
    lines = book.book.add_chart({"type": "line"})
    lines.add_series(ahead.block.series(ahead.full, AHEAD, line={"color": INK, "width": 1.5}))
    dashed = {"color": BAD, "width": 1.25, "dash_type": "dash"}
    lines.add_series(ahead.block.series(ahead.limit, AHEAD, line=dashed))
    chart.combine(lines)
    return _plain(chart, number="0%", unit=0.5)


def stock_chart(book: Book, months: Months) -> Chart:
    """Target outlined, behind it stock: actual solid, plan hatched."""
    chart = base_chart(book, {"type": "column"}, size=SIZE)
    looks = ((months.target, BUDGET_FILL), (months.stock_actual, ACTUAL_FILL), (months.stock_plan, FORECAST_FILL))
    for row, look in looks:
        chart.add_series(months.block.series(row, MONTHS, gap=45, overlap=70, **look))
    return _plain(chart, number=MONEY_AXIS)


def shortage_chart(book: Book, short: Shortages) -> Chart:
    """Families as bars, the dearest shortage on top: late or lost in orange, below target stock in grey."""
    chart = base_chart(book, {"type": "bar", "subtype": "stacked"}, size=SIZE)
    labels = [DATA_SHEET, short.labels, 1, short.labels, WORST]
    edge = {"color": WHITE, "width": 0.5}
    for row, colour in ((short.unserved, ADVERSE), (short.below, PRIOR)):
        series = short.block.series(row, WORST, gap=40, fill={"color": colour}, border=edge)
        chart.add_series({**series, "categories": labels})
    chart.set_x_axis({"visible": False, "min": 0, "major_gridlines": {"visible": False}})
    chart.set_y_axis({"num_font": FONT, "line": {"none": True}, "major_tick_mark": "none", "reverse": True})
    chart.set_legend({"none": True})
    return chart


def _plain(chart: Chart, *, number: str = "#,##0", unit: float | None = None) -> Chart:
    axes(chart, number=number, months=_LETTER, unit=unit)
    chart.set_legend({"none": True})
    return chart
