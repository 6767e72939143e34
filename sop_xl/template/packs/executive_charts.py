"""The charts of the executive pack, native, over one visible sheet of figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sop_xl.template.charts import ACTUAL_FILL, BUDGET_FILL, FONT, FORECAST_FILL, MONEY_AXIS, axes, base_chart, place
from sop_xl.template.style import ACCENT, ADVERSE, BAD, FAVOURABLE, PRIOR, RULE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.share.briefing_charts import Chart, Series
    from sop_xl.template.packs.pack_book import PackBook

SIZE = (412, 214)
MANY = 12
"""Categories from which every third is named."""
NUMBERS = {"money": MONEY_AXIS, "units": "#,##0", "percent": '0"%"'}
LOOKS: Mapping[str, dict[str, Any]] = {
    "actual": ACTUAL_FILL,
    "plan": FORECAST_FILL,
    "budget": BUDGET_FILL,
    "better": {"fill": {"color": FAVOURABLE}},
    "adverse": {"fill": {"color": ADVERSE}},
    "prior": {"fill": {"color": PRIOR}},
    "none": {"fill": {"none": True}, "border": {"none": True}},
    "line": {"line": {"color": ACCENT, "width": 2}, "marker": {"type": "none"}},
    "limit": {"line": {"color": BAD, "width": 1.25, "dash_type": "dash"}, "marker": {"type": "none"}},
}
LINES = ("line", "limit")
Places = dict[str, tuple[str, int]]
"""Where a chart's figures are: the sheet and the row of its categories."""


def write_chart_data(book: PackBook, name: str, charts: Sequence[Chart], footer: str) -> Places:
    """Add the sheet with the figures of the charts; return where each has its own."""
    width = max(len(chart.categories) for chart in charts)
    sheet = book.sheet(name, "system", [150, *[78] * width])
    book.head(sheet, "Chart data", "The figures behind the charts of the sheet Summary", width)
    places, row = {}, 4
    for chart in charts:
        book.text(sheet, row, 0, f"{chart.name}: {chart.subtitle}", "ChartTitle")
        for k, category in enumerate(chart.categories, 1):
            book.text(sheet, row + 1, k, category, "Header", align="right")
        for line, series in enumerate(chart.series, row + 2):
            book.text(sheet, line, 0, series.name, "Label")
            for k, value in enumerate(series.values, 1):
                style = book.style("Calc", "one_decimal" if chart.number == "percent" else "units")
                if value is None:
                    sheet.write_blank(line, k, None, style)
                else:
                    sheet.write_number(line, k, value, style)
        places[chart.name] = (name, row + 1)
        row += len(chart.series) + 3
    book.footer(sheet, footer)
    return places


def add_charts(
    book: PackBook, sheet: Worksheet, charts: Sequence[Chart], places: Places, where: tuple[int, int]
) -> None:
    """Put six charts on the sheet, three a row, each below its finding; `where`: the first row, rows a chart."""
    first, rows = where
    for k, chart in enumerate(charts):
        row, column = first + rows * (k // 3), 4 * (k % 3)
        book.text(sheet, row, column, chart.title, "ChartTitle")
        book.text(sheet, row + 1, column, chart.subtitle, "ChartSub")
        if chart.categories and chart.series:
            place(sheet, row + 2, column, _drawn(book, chart, places[chart.name]), description=chart.title, dy=0)


def _drawn(book: PackBook, chart: Chart, at: tuple[str, int]) -> Any:
    made = base_chart(book, _kind(chart.kind), size=SIZE)
    lines = book.book.add_chart({"type": "line"})
    has_lines = False
    for offset, series in enumerate(chart.series, 1):
        is_line = series.look in LINES
        has_lines |= is_line
        (lines if is_line else made).add_series(_series(chart, series, at, offset))
    if has_lines:
        made.combine(lines)
    axes(made, number=NUMBERS[chart.number], months=None, hide_values=chart.kind != "column")
    if len(chart.categories) > MANY:
        small = {"num_font": FONT, "major_tick_mark": "none", "line": {"color": RULE, "width": 0.75}}
        made.set_x_axis({**small, "interval_unit": 3})
    if chart.kind == "bar":
        made.set_y_axis({"reverse": True, "num_font": FONT, "major_tick_mark": "none", "line": {"none": True}})
        made.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    if chart.kind == "stacked":
        made.set_legend({"none": True})
    return made


def _kind(kind: str) -> dict[str, str]:
    if kind == "bar":
        return {"type": "bar", "subtype": "stacked"}
    return {"type": "column", "subtype": "stacked"} if kind == "stacked" else {"type": "column"}


def _series(chart: Chart, series: Series, at: tuple[str, int], offset: int) -> dict[str, Any]:
    sheet, row = at
    last = len(chart.categories)
    gaps: dict[str, Any] = {}
    if series.look not in LINES:
        overlap = 100 if chart.kind != "column" else 70 if any(s.look == "budget" for s in chart.series) else 100
        gaps = {"gap": 45, "overlap": overlap}
    return {
        "name": [sheet, row + offset, 0],
        "categories": [sheet, row, 1, row, last],
        "values": [sheet, row + offset, 1, row + offset, last],
        **LOOKS[series.look],
        **gaps,
        **({"data_labels": {"value": True, "num_format": '#,##0;;""', "font": FONT}} if chart.kind == "bar" else {}),
    }
