"""What executives decide on, as plain values: the same figures fill the workbook and the page as PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sop_xl.domain.calendar import month_text
from sop_xl.share import briefing_charts as charts
from sop_xl.share import briefing_grids as grids
from sop_xl.share.change_lines import change_lines
from sop_xl.share.checks import checks_of
from sop_xl.share.figure_words import figure_words, money_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sop_xl.share.briefing_charts import Chart
    from sop_xl.share.checks import Check
    from sop_xl.share.grid import Grid

    Tables = Mapping[str, pd.DataFrame]

TILES = ("revenue_12", "margin_12", "service", "stock_12", "peak_load", "accuracy")
AHEAD = 12
READ = (
    "bridge",
    "cash",
    "cycle_steps",
    "decisions",
    "demand_changes",
    "finance",
    "kpis",
    "production",
    "risks",
    "shortages",
)
"""Tables read here beside those of `answers.READ`."""


@dataclass(frozen=True)
class Figure:
    """A key figure: its label, value and target with their unit, good, watch, act or blank, and its name."""

    label: str
    value: float | None
    target: float | None
    unit: str
    status: str
    name: str = ""

    def words(self) -> str:
        """Return the value as tiles show it; `no figure` where there is none."""
        return figure_words(self.value, self.unit)

    def note(self) -> str:
        """Return what it is compared with."""
        return "" if self.target is None else f"target {figure_words(self.target, self.unit)}"


@dataclass(frozen=True)
class Facts:
    """Whose plan it is and of which state: company, currency, open month, data version, run and its day."""

    company: str
    currency: str
    period: pd.Period
    version: str
    run: str

    def source(self) -> str:
        """Return run and data version; nothing of a version where none was kept yet."""
        return f"{self.run}, data version {self.version}" if self.version else self.run

    @property
    def months(self) -> pd.PeriodIndex:
        """The months ahead."""
        import pandas as pd

        return pd.period_range(self.period, periods=AHEAD, freq="M")


@dataclass(frozen=True)
class Briefing:
    """The content of the executive pack.

    Attributes:
        facts: whose plan it is.
        headline: the message as one sentence.
        state: whether the plan is approved, by whom and when.
        figures: six key figures.
        charts: six charts.
        changes: what changed and why, ten lines at most.
        decisions: what is to be decided.
        site_plan: what each site makes, by family and month.
        grids: all tables, in the order of the sheets; `decisions` and `site_plan` are among them.
        checks: what must hold between the figures.
    """

    facts: Facts
    headline: str
    state: str
    figures: tuple[Figure, ...]
    charts: tuple[Chart, ...]
    changes: tuple[str, ...]
    decisions: Grid
    site_plan: Grid
    grids: tuple[Grid, ...]
    checks: tuple[Check, ...]

    def subtitle(self) -> str:
        """Return company, cycle, currency and state in one line."""
        facts = self.facts
        parts = (facts.company, f"S&OP, {month_text(facts.period)} cycle", facts.currency, facts.source(), self.state)
        return "  |  ".join(parts)

    def texts(self) -> list[str]:
        """Return every text that the page as PDF shows."""
        cells = [
            str(v) for grid in (self.decisions, self.site_plan) for row in grid.rows for v in row if isinstance(v, str)
        ]
        charts = [text for chart in self.charts for text in (chart.title, chart.subtitle, *chart.categories)]
        return [self.headline, self.subtitle(), *self.changes, *charts, *cells, *(f.label for f in self.figures)]

    def light(self) -> str:
        """Return the checks in words, with their sign."""
        failed = sum(not check.holds for check in self.checks)
        total = len(self.checks)
        return f"▲ {failed} of {total} checks fail" if failed else f"● All {total} checks pass"


def briefing_of(tables: Tables, facts: Facts) -> Briefing:
    """Return what executives decide on.

    Args:
        tables: inputs and results by name.
        facts: whose plan it is.
    """
    site_plan = grids.site_plan(tables, facts.period, facts.months)
    decisions = grids.decisions(tables)
    sheets = (
        decisions,
        grids.families(tables, facts.months, facts.currency),
        grids.months(tables, facts.months, facts.currency),
        grids.capacity(tables, facts.months),
        grids.inventory(tables, facts.months, facts.currency),
        site_plan,
        grids.bridge(tables, facts.currency),
        grids.shortages(tables, facts.currency),
        grids.assumptions(tables),
        grids.risks(tables, facts.currency),
    )
    return Briefing(
        facts,
        _headline(tables, facts),
        grids.approval(tables, str(facts.period)),
        _figures(tables),
        charts.charts_of(tables, facts.period, facts.months, facts.currency),
        tuple(change_lines(tables, facts.period, facts.months, facts.currency)),
        decisions,
        site_plan,
        sheets,
        checks_of(tables, facts.months),
    )


def _figures(tables: Tables) -> tuple[Figure, ...]:
    rows = tables["kpis"].set_index("kpi")
    found = []
    for name in TILES:
        if name in rows.index:
            row = rows.loc[name]
            value, target = (None if v != v else float(v) for v in (row["value"], row["target"]))  # noqa: PLR0124
            found.append(Figure(row["name"], value, target, row["unit"], row["status"], name))
    return tuple(found)


def _headline(tables: Tables, facts: Facts) -> str:
    figures = {figure.label: figure for figure in _figures(tables)}
    revenue = next((f for label, f in figures.items() if label.startswith("Revenue")), None)
    parts = []
    if revenue and revenue.value is not None and revenue.target is not None:
        gap = revenue.value - revenue.target
        side = "above" if gap >= 0 else "below"
        parts.append(f"Revenue of the next {AHEAD} months is {money_words(abs(gap))} {facts.currency} {side} budget")
    margin = next((f for label, f in figures.items() if label.startswith("Gross margin")), None)
    if margin and margin.value is not None:
        parts.append(f"margin {margin.words()}")
    parts.append(_supply(tables))
    return "; ".join(parts)


def _supply(tables: Tables) -> str:
    """Return the fact of supply that matters most."""
    rows = tables["kpis"].set_index("kpi")
    service, wanted = rows.loc["service"], rows.loc["peak_wanted"]
    if service["status"] in ("act", "watch"):
        return f"only {service['value']:.1f} % is on time"
    if wanted["value"] > wanted["target"] + 0.5:
        place = str(wanted["name"]).removeprefix("Peak of wanted hours: ")
        return f"{place}: {wanted['value']:.0f} % of regular hours are wanted"
    return "supply meets demand"
