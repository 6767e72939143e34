"""Bars of the view Compare: margin, stock, lateness and overtime of the plan and each scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sop_xl.template.blocks import Block, across, at, chart_titles
from sop_xl.template.charts import FONT, FORECAST_FILL, base_chart, place
from sop_xl.template.formulas import known
from sop_xl.template.sheets.compare_data import CHARTS as DATA
from sop_xl.template.sheets.compare_data import SLOTS, Slots
from sop_xl.template.style import INK, NAVY, PRIOR, RULE
from sop_xl.template.words import cut, figure, money

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

HEIGHT = 16
"""Rows that titles and charts take."""
COLUMNS = (0, 3, 9, 14)
"""Where each chart stands."""
SIZES = (340, 356, 350, 440)
_RESULTS = "tblScenarioResults"
_MONEY = '[>=999500]0.0,," m";[>=0.5]#,##0," k";'
_UNITS = "#,##0;−#,##0;"
_LOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Base", {"fill": {"color": PRIOR}, "border": {"color": RULE, "width": 0.75}}),
    ("Scenario", FORECAST_FILL),
    ("Proposed", {"fill": {"color": NAVY}}),
)


def draw(book: Book, sheet: Worksheet, shown: Slots, row: int) -> None:
    """Write the rows behind the charts, their findings, and the charts."""
    heads = ['="Base"', *(f"={cut(name, 20)}" for name in shown.name)]
    block = Block(book, DATA, "COMPARE: BARS", heads)
    for k, (measure, label, subtitle, words) in enumerate(_charts()):
        figures = [f"={_value(name, measure)}" for name in ('"base"', *shown.name)]
        line = block.add(label, figures)
        cells = [at(line, 1 + s) for s in range(SLOTS + 1)]
        looks = ["=1", *(f"=2+{mark}" for mark in shown.recommended)]
        mine = block.add(f"{label}: look", looks)
        series = [
            block.add(
                f"{label}: {name}",
                [f'=IF({at(mine, 1 + s)}={kind},{cell},"")' for s, cell in enumerate(cells)],
            )
            for kind, (name, _) in enumerate(_LOOKS, start=1)
        ]
        values, names = across(line, SLOTS + 1), across(block.heads, SLOTS + 1)
        title = f'=IF(COUNT({values})<2,"{label}",{words(values, names)})'
        chart_titles(book, sheet, row, COLUMNS[k], title, subtitle)
        _chart(book, sheet, block, series, row + 2, k, label, _MONEY if k < 2 else _UNITS)


def _charts() -> list[tuple[str, str, str, Callable[[str, str], str]]]:
    """Return measure, label, subtitle and finding of each chart."""
    key = '=sop_currency&"  |  grey the plan, hatched a scenario, navy proposed"'
    return [
        ("gross_margin", "Gross margin", key, _most_margin),
        ("mean_stock", "Mean stock at cost", "Mean stock at cost, 12 months", _least_stock),
        ("late_units", "Late units", "Units that leave after their month", _lateness),
        ("overtime", "Overtime", "Hours of overtime", _least_overtime),
    ]


def _most_margin(values: str, names: str) -> str:
    return f'{_at("MAX", values, names)}&" earns most: "&{money(f"MAX({values})")}'


def _least_stock(values: str, names: str) -> str:
    return f'{_at("MIN", values, names)}&" holds least stock: "&{money(f"MIN({values})")}'


def _lateness(values: str, names: str) -> str:
    most = figure(f"MAX({values})")
    alike = f'IF(MAX({values})-MIN({values})<0.5,"All are late with "&{most}&" units",'
    worst = f'{_at("MAX", values, names)}&" is late most: "&{most}'
    return f'IF(MAX({values})<0.5,"Nothing is late in any of them",{alike}{worst}))'


def _least_overtime(values: str, names: str) -> str:
    least = figure(f"MIN({values})")
    told = f'{_at("MIN", values, names)}&" needs least overtime: "&{least}&" h"'
    return f'IF(MAX({values})<0.5,"None of them needs overtime",{told})'


def _at(which: str, values: str, names: str) -> str:
    return f"INDEX({names},MATCH({which}({values}),{values},0))"


def _value(name: str, measure: str) -> str:
    return known(_RESULTS, "Value", ("Scenario", name), ("Measure", f'"{measure}"'))


def _chart(
    book: Book, sheet: Worksheet, block: Block, rows: list[int], row: int, k: int, label: str, number: str
) -> None:
    chart = base_chart(book, {"type": "bar"}, size=(SIZES[k], 252))
    label_font = {**FONT, "bold": True, "color": INK}
    for series, (_, look) in zip(rows, _LOOKS, strict=True):
        labels = {"value": True, "num_format": number, "font": label_font, "position": "outside_end"}
        chart.add_series(block.series(series, SLOTS + 1, gap=45, overlap=100, data_labels=labels, **look))
    chart.set_legend({"none": True})
    # XlsxWriter calls the vertical axis of bars y.
    chart.set_y_axis(
        {"reverse": True, "num_font": FONT, "line": {"color": RULE, "width": 0.75}, "major_tick_mark": "none"}
    )
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    place(sheet, row, COLUMNS[k], chart, description=f"{label} of the plan and of each scenario shown, as bars")
