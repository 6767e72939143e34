"""The figures behind the view KPIs on Chart data, and its charts: the chosen figure by month, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sop_xl.domain.kpi_catalogue import CATALOGUE
from sop_xl.template.blocks import Block, across, at, chart_titles
from sop_xl.template.charts import ACTUAL_FILL, FONT, FORECAST_FILL, OUTLINE, axes, base_chart, place
from sop_xl.template.formulas import count_of, known
from sop_xl.template.names import SHEET as DATA_SHEET
from sop_xl.template.words import figure, money, month_words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.domain.kpi_catalogue import KpiDefinition
    from sop_xl.template.book import Book

DATA = 3600
"""First row of this view on Chart data."""
PAST, MONTHS, WHO = 12, 24, 12
"""Closed months, all months, and the scopes that the second chart compares."""
TABLE = "tblKpiTrend"
LABELS = '[>=1000000]0.0,," m";[>=10000]#,##0," k";0.0'
BREAK = 18
"""Rows that the charts take with their titles."""
MIXED_AXIS = '[>=1000000]0.0,," m";[>=10000]#,##0," k";General'


class Row(NamedTuple):
    """Where the figures of one key figure stand, as fragments of formulas."""

    latest: str
    month: str
    beyond: str
    area: str


class Figures:
    """The months of every key figure on Chart data, and which of them the charts show."""

    def __init__(self, book: Book, sheet: str, *, scope: str, name: str) -> None:
        """Start the block.

        Args:
            book: the workbook.
            sheet: the view.
            scope: fragment that gives whose figures are shown: of the company, a family or an owner.
            name: fragment that gives its name.
        """
        self.sheet = sheet
        heads = [f"=EDATE(sop_current,{k - PAST})" for k in range(MONTHS)]
        self._block = Block(book, DATA, "KPIS: THE FIGURES BY MONTH", heads, number="month")
        self._scope = self._named("Scope", scope)
        self._name = self._named("Name", name)
        self._of: dict[str, int] = {}

    def _named(self, words: str, formula: str) -> str:
        row = self._block.add(words, (f"={self._clean(formula)}",), "text")
        return at(row, 1)

    def _clean(self, formula: str) -> str:
        return formula.replace("$B$5", f"'{self.sheet}'!$B$5")

    @property
    def name(self) -> str:
        """The cell that says whose figures are shown."""
        return self._name

    @property
    def heads(self) -> int:
        """Row of the months."""
        return self._block.heads

    def add(self, definition: KpiDefinition, number: str) -> Row:
        """Write the months of a key figure; return where its latest one stands."""
        row = self._block.next
        cells = []
        for k in range(MONTHS):
            where = (
                ("KPI", f'"{definition.kpi}"'),
                ("Scope", self._scope),
                ("Name", self._name),
                ("Month", at(self.heads, 1 + k)),
            )
            cells.append(f"={known(TABLE, 'Value', *where)}")
        self._block.add(definition.name, cells, number)
        self._of[definition.kpi] = row
        closed, opened = at(row, PAST), at(row, PAST + 1)
        month = f'IF({closed}<>"",{at(self.heads, PAST)},IF({opened}<>"",{at(self.heads, PAST + 1)},""))'
        beyond = count_of(
            TABLE,
            ("KPI", f'"{definition.kpi}"'),
            ("Scope", self._scope),
            ("Name", self._name),
            ("Mark", '"more than"'),
            ("Month", month),
        )
        latest = f'IF({closed}<>"",{closed},{opened})'
        return Row(latest, month, f"{beyond}>0", f"{across(row, MONTHS)}")

    def chosen(self) -> tuple[int, int]:
        """Return the first and last row of the figures, in the order of the catalogue."""
        return self._of[CATALOGUE[0].kpi], self._of[CATALOGUE[-1].kpi]


def charts(book: Book, sheet: Worksheet, row: int, figures: Figures) -> None:
    """Draw the chosen figure by month beside its target, and by family and owner; titles on `row`, from 0."""
    chosen = f"'{figures.sheet}'!$H$5"
    names = ",".join(f'"{definition.kpi}"' for definition in CATALOGUE)
    first, last = figures.chosen()
    place_of = f"MATCH({chosen},{at(first, 0)}:{at(last, 0).split('!')[1]},0)"
    heads = [f"={at(figures.heads, 1 + k)}" for k in range(MONTHS)]
    block = Block(book, DATA + len(CATALOGUE) + 6, "KPIS: THE CHOSEN FIGURE", heads, number="month")
    code = block.add("KPI", (f'=IFERROR(INDEX({{{names}}},{place_of}),"")',), "text")
    kpi = at(code, 1)

    def months(column: str, keep: range) -> list[str]:
        found = []
        for k in range(MONTHS):
            where = (("KPI", kpi), ("Name", figures.name), ("Month", at(block.heads, 1 + k)))
            found.append(f"={known(TABLE, column, *where)}" if k in keep else '=""')
        return found

    actual = block.add("Actual", months("Value", range(PAST)))
    plan = block.add("Plan", months("Value", range(PAST, MONTHS)))
    target = block.add("Target", months("Target", range(MONTHS)))
    whole = f"{across(actual, MONTHS)},{across(plan, MONTHS)}"
    latest = f'LOOKUP(2,1/({across(actual, PAST)}<>""),{across(actual, PAST)})'
    when = f'LOOKUP(2,1/({across(actual, PAST)}<>""),{across(block.heads, PAST)})'
    said = f"IF(ABS({latest})>=10000,{money(latest)},{figure(latest, 1)})"
    title = (
        f'=IF(COUNT({whole})=0,{chosen}&": no data for "&{figures.name},{chosen}&IFERROR(": "&{said}&" in "&'
        f'{month_words(when)},": planned months only")&", "&{figures.name})'
    )
    chart_titles(book, sheet, row, 0, title, "Solid: closed months, hatched: planned, outlined: target")
    chart = base_chart(book, {"type": "column"}, size=(640, 296))
    chart.add_series(block.series(actual, MONTHS, gap=45, overlap=100, **ACTUAL_FILL))
    chart.add_series(block.series(plan, MONTHS, **FORECAST_FILL))
    chart.add_series(block.series(target, MONTHS, **OUTLINE))
    axes(chart, number=MIXED_AXIS, low=None)
    chart.set_legend({"none": True})
    place(sheet, row + 2, 0, chart, description="The chosen key figure by month, with its target")
    _by_whom(book, sheet, row, block.next + 1, kpi, chosen)


def _by_whom(book: Book, sheet: Worksheet, row: int, data: int, kpi: str, chosen: str) -> None:
    """Compare families and owners in the last closed month, or the open one where the figure is of the plan."""
    block = Block(book, data, "KPIS: THE CHOSEN FIGURE BY FAMILY AND OWNER", ("Value", "Target"))
    closed = f"COUNTIFS({TABLE}[KPI],{kpi},{TABLE}[Month],EDATE(sop_current,-1))>0"
    month = block.add("Month", (f"=IF({closed},EDATE(sop_current,-1),sop_current)",), "month")
    first = block.next
    for k in range(1, WHO + 1):
        found = f"MATCH({k + 1},tblKpiScopes[Rank],0)"
        where = (("KPI", kpi), ("Name", at(block.next, 0)), ("Month", at(month, 1)))
        name = f'=IFERROR(INDEX(tblKpiScopes[Name],{found})&"","")'
        block.add(name, [f"={known(TABLE, column, *where)}" for column in ("Value", "Target")])
    last = block.next - 1
    title = f'={chosen}&" by family and owner"'
    chart_titles(book, sheet, row, 7, title, f"={month_words(at(month, 1))}")
    chart = base_chart(book, {"type": "bar"}, size=(700, 296))
    labels = {"value": True, "num_format": LABELS, "font": FONT}
    names = [DATA_SHEET, first, 0, last, 0]
    chart.add_series(
        {
            "name": "Value",
            "categories": names,
            "values": [DATA_SHEET, first, 1, last, 1],
            "gap": 45,
            "data_labels": labels,
            **ACTUAL_FILL,
        }
    )
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_y_axis(
        {"reverse": True, "num_font": FONT, "line": {"none": True}, "major_tick_mark": "none", "label_position": "low"}
    )
    chart.set_legend({"none": True})
    place(sheet, row + 2, 7, chart, description="The chosen key figure of each family and owner in its latest month")
