"""The rows of the Demand review: consensus by formula over the rows a planner types into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.domain.cells import Formula
from sop_xl.finance.sales import actual_sales
from sop_xl.schema.views import CLOSED_FIELDS, DEMAND_REVIEW, FIRST_ROW, INPUT_KINDS, OPEN_FIELDS
from sop_xl.services.review_cells import (
    FIRST_MONTH,
    KIND,
    LAST_MONTH,
    LETTER,
    PRICE,
    REASON,
    as_written,
    changes,
    number,
    sums,
    value_of,
)
from sop_xl.services.review_figures import review_figures

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from sop_xl.domain.cells import CellInput
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.services.review_cells import GridRow
    from sop_xl.services.review_figures import ReviewFigures

LABELS = {
    "statistical": "Statistical",
    "sensed": "With recent bookings",
    "sales": "Sales input",
    "marketing": "Marketing input",
    "finance": "Finance input",
    "override": "Override",
    "demand": "Orders + forecast left",
}
ALWAYS = ("sales", "override")
"""Input rows every item has; the others come where they were filled."""
SHOWN = ("statistical", "sensed", "demand")
"""Rows that only show: the baseline, what recent bookings make of it, what operations plan for where orders are due."""
WEIGHTS = {kind: f"sop_w_{kind}" for kind in ("statistical", "sales", "marketing", "finance")}
"""Names of the workbook that hold the weight of each stream."""
NO_REASON = "▲ reason missing"
TOLERANCE = 1e-4
"""Units by which item and sum of markets may differ, each stored with 6 decimals."""


def review_rows(
    data: PlanData,
    forecast: pd.DataFrame,
    accuracy: pd.DataFrame,
    last_cycle: pd.DataFrame,
    costs: pd.DataFrame,
) -> list[list[CellInput]]:
    """Return header and rows of the Demand review grid.

    Per family a subtotal; per item the consensus, then its statistical forecast, with recent bookings where
    they stand in the consensus, what sales (and, where filled, marketing and finance) say, the override, and
    what operations plan for where orders are due; at the end the consensus in money. Sums and
    consensus are formulas with their present value. The consensus of an item and month is the override,
    else the weighted mean of the rows that are filled. Where its markets differ in which streams speak,
    that mean cannot tell, and the cell keeps the figure of the forecast until the next run.

    Args:
        data: the input; its overrides are what the input rows show.
        forecast: the result table `forecast`.
        accuracy: the result table `accuracy`.
        last_cycle: the result table `last_cycle`.
        costs: the result table `item_costs`.
    """
    sales = actual_sales(data, costs)
    figures = review_figures(data, forecast, accuracy, last_cycle, costs, sales.groupby("period")["revenue"].sum())
    settings = data.settings
    weights = {kind: float(getattr(settings, f"weight_{kind}")) for kind in WEIGHTS}
    rows = _all_rows(figures, weights, f"k{settings.currency}")
    return [list(DEMAND_REVIEW.headers), *([row.get(f) for f in DEMAND_REVIEW.fields] for row in rows)]


def _all_rows(figures: ReviewFigures, weights: Mapping[str, float], money_unit: str) -> list[GridRow]:
    rows: list[GridRow] = []
    totals: list[_Subtotal] = []
    for family, members in figures.items.groupby("family", sort=False):
        head = FIRST_ROW + len(rows)
        blocks = []
        block_row = head + 1
        for position in members.index:
            block = _item_block(figures, int(position), block_row, weights)
            blocks.append(block)
            block_row += len(block)
        subtotal = _Subtotal.of([block[0] for block in blocks], members["net_price"].to_numpy(float))
        totals.append(subtotal)
        units = members["uom"].unique()
        unit = units[0] if len(units) == 1 else "mixed"
        wmape = number(figures.families.get(family, np.nan))
        rows.append(_family_row(str(family), unit, wmape, subtotal, head, block_row - 1))
        rows += [row for block in blocks for row in block]
    if rows:
        rows.append(_total_row(figures, totals, money_unit, FIRST_ROW + len(rows)))
    return rows


@dataclass(frozen=True)
class _Subtotal:
    """What the items of a family add up to, in units and at their net price, by field."""

    units: Mapping[str, float]
    money: Mapping[str, float]

    @classmethod
    def of(cls, items: list[GridRow], prices: NDArray[np.float64]) -> _Subtotal:
        fields = (*CLOSED_FIELDS, *OPEN_FIELDS, "cycle12", "year12")
        values = {f: [value_of(row.get(f)) or 0.0 for row in items] for f in fields}
        known = np.nan_to_num(prices)
        return cls(
            {f: float(sum(v)) for f, v in values.items()},
            {f: float(np.dot(np.array(v), known)) for f, v in values.items()},
        )


# --- rows ---------------------------------------------------------------------------------------


def _family_row(family: str, unit: str, wmape: CellInput, subtotal: _Subtotal, row: int, last: int) -> GridRow:
    def total(field: str) -> Formula:
        letter = LETTER[field]
        items = f"{letter}{row + 1}:{letter}{last}"
        return Formula(f'SUMIFS({items},${KIND}{row + 1}:${KIND}{last},"item")', subtotal.units[field])

    cells: GridRow = {"label": family, "unit": unit, "wmape": wmape, "kind": "family", "family": family}
    cells |= {field: total(field) for field in (*CLOSED_FIELDS, *OPEN_FIELDS, "cycle12", "year12")}
    cells |= sums(cells, row)
    return cells | changes(cells, row)


def _item_block(figures: ReviewFigures, position: int, row: int, weights: Mapping[str, float]) -> list[GridRow]:
    item = figures.items.loc[position]
    common: GridRow = {"unit": item["uom"], "item": item["item"], "family": item["family"]}
    kinds = [k for k in INPUT_KINDS if k in ALWAYS or not np.isnan(figures.streams[k][position]).all()]
    lines = {"statistical": figures.baseline[position]}
    lines |= _known("sensed", figures.sensed[position])
    lines |= {k: figures.streams[k][position] for k in kinds}
    lines |= _known("demand", figures.demand[position])
    head: GridRow = common | {"label": item["label"], "class_": item["class_"] or None, "kind": "item"}
    head |= {f: number(item[f]) for f in ("wmape", "net_price", "cycle12", "year12")}
    head |= {f: number(v) for f, v in zip(CLOSED_FIELDS, figures.closed[position], strict=True)}
    head |= _consensus(lines, figures.consensus[position], row, weights)
    head |= sums(head, row)
    head |= changes(head, row)
    block = [head]
    for offset, (kind, values) in enumerate(lines.items(), start=1):
        cells: GridRow = common | {"label": LABELS[kind], "kind": kind}
        cells |= {f: number(v) for f, v in zip(OPEN_FIELDS, values, strict=True)}
        if kind == "statistical":
            cells |= sums(cells, row + offset)
        elif kind not in SHOWN:
            cells |= _input_cells(kind, values, figures.reasons.get((item["item"], kind), ""), row + offset)
        block.append(cells)
    return block


def _known(kind: str, values: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Return the line where it has any figure."""
    return {} if np.isnan(values).all() else {kind: values}


def _input_cells(kind: str, values: NDArray[np.float64], reason: str, row: int) -> GridRow:
    cells: GridRow = {"reason": reason or None, "written": as_written(values, reason)}
    if kind == "override":
        months = f"{FIRST_MONTH}{row}:{LAST_MONTH}{row}"
        missing = bool(~np.isnan(values).all()) and not reason
        text = f'IF(AND(COUNT({months})>0,TRIM({REASON}{row})=""),"{NO_REASON}","")'
        cells["to_year"] = Formula(text, NO_REASON if missing else "")
    return cells


def _total_row(figures: ReviewFigures, totals: list[_Subtotal], unit: str, row: int) -> GridRow:
    def at_price(field: str) -> Formula:
        letter, first, last = LETTER[field], FIRST_ROW, row - 1
        kinds, prices = (f"${c}${first}:${c}${last}" for c in (KIND, PRICE))
        text = f'SUMPRODUCT(({kinds}="item")*1,{prices},{letter}${first}:{letter}${last})'
        return Formula(text, float(sum(t.money[field] for t in totals)))

    cells: GridRow = {"label": "Consensus, net revenue", "unit": unit, "kind": "total"}
    cells |= {f: number(v) for f, v in zip(CLOSED_FIELDS, figures.revenue, strict=True)}
    cells |= {field: at_price(field) for field in (*OPEN_FIELDS, "cycle12", "year12")}
    cells["written"] = str(figures.months[0])
    cells |= sums(cells, row)
    return cells | changes(cells, row)


# --- formulas -----------------------------------------------------------------------------------


def _consensus(
    lines: Mapping[str, NDArray[np.float64]],
    planned: NDArray[np.float64],
    row: int,
    weights: Mapping[str, float],
) -> GridRow:
    """Return the consensus cells of the item row `row`, whose `lines` stand below it in that order."""
    at = {kind: row + offset for offset, kind in enumerate(lines, start=1)}
    streams = [kind for kind in lines if kind in WEIGHTS]
    cells: GridRow = {}
    for k, field in enumerate(OPEN_FIELDS):
        letter = LETTER[field]
        override = f"{letter}{at['override']}"
        said = {kind: lines[kind][k] for kind in streams}
        cell = {kind: f"{letter}{at[kind]}" for kind in streams}
        if "sensed" in lines:
            sensed = f"{letter}{at['sensed']}"
            cell["statistical"] = f"IF(ISNUMBER({sensed}),{sensed},{cell['statistical']})"
            said["statistical"] = said["statistical"] if np.isnan(lines["sensed"][k]) else lines["sensed"][k]
        mean = weighted_mean([(said[kind], weights[kind]) for kind in streams])
        text = _mean_formula([(cell[kind], WEIGHTS[kind]) for kind in streams])
        if not _same(mean, planned[k]) and np.isnan(lines["override"][k]):
            mean, text = planned[k], '""' if np.isnan(planned[k]) else repr(float(planned[k]))
        agreed = mean if np.isnan(lines["override"][k]) else lines["override"][k]
        cells[field] = Formula(f"IF(ISNUMBER({override}),{override},{text})", _or_text(agreed))
    return cells


def weighted_mean(streams: list[tuple[float, float]]) -> float:
    """Return the mean of the (value, weight) pairs that have a value; NaN where none has, or no weight."""
    filled = [(value, weight) for value, weight in streams if not np.isnan(value)]
    weight = sum(weight for _, weight in filled)
    return float(sum(value * share for value, share in filled) / weight) if weight else float("nan")


def _mean_formula(streams: list[tuple[str, str]]) -> str:
    total = "+".join(f"N({cell})*{weight}" for cell, weight in streams)
    weight = "+".join(f"ISNUMBER({cell})*{weight}" for cell, weight in streams)
    return f'IFERROR(({total})/({weight}),"")'


def _same(one: float, other: float) -> bool:
    if np.isnan(one) or np.isnan(other):
        return bool(np.isnan(one) and np.isnan(other))
    return abs(one - other) <= TOLERANCE + 1e-9 * abs(other)


def _or_text(value: float) -> float | str:
    return "" if np.isnan(value) else float(value)
