"""The rows of the Supply review: the plan by formula over the quantities a planner fixes, and the stock it leaves."""

from __future__ import annotations

from operator import mul
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.domain.cells import Formula
from sop_xl.schema.views import CLOSED_FIELDS, FIRST_ROW, OPEN_FIELDS, SUPPLY_REVIEW
from sop_xl.services.review_cells import (
    FIRST_MONTH,
    KIND,
    LAST_MONTH,
    LETTER,
    PRICE,
    REASON,
    as_written,
    changes,
    like_for_like,
    number,
    sums,
    value_of,
)
from sop_xl.services.supply_figures import supply_figures

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from sop_xl.domain.cells import CellInput
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.services.review_cells import GridRow
    from sop_xl.services.supply_figures import SupplyFigures

LABELS = {
    "asked": "Demand, use, shipped",
    "stock": "Stock at month end",
    "free": "Plan without fixed",
    "fixed": "Fixed quantity",
}
PLANNED = ("supply_plan", "production", "fixed_plan", "last_cycle", "item_costs")
"""The result tables that the grid shows."""
NOT_PLANNED = "● not planned yet"
NO_REASON = "▲ reason missing"
COUNT, SUM, WEIGHED = (LETTER[field] for field in ("net_price", "cycle12", "year12"))
"""Columns that hold, in a row of fixed quantities, what tells whether one was typed since the last run."""
MONTHS = FIRST_MONTH + "{row}:" + LAST_MONTH + "{row}"


def supply_rows(data: PlanData, results: Mapping[str, pd.DataFrame]) -> list[list[CellInput]]:
    """Return header and rows of the Supply review grid.

    Per family a subtotal; per item and place the plan, what is asked of it, the stock that follows, and the row of
    quantities that the planner fixes; where something is fixed also the plan without that. The plan of a month is what
    is fixed, else what the optimiser found without it; stock follows by formula from what is typed, as if all else
    stayed. At the end the plan in money.

    Args:
        data: the input.
        results: the tables of `PLANNED`.
    """
    figures = supply_figures(data, results)
    rows: list[GridRow] = []
    money = dict.fromkeys((*CLOSED_FIELDS, *OPEN_FIELDS, "cycle12"), 0.0)
    for family, members in figures.places.groupby("family", sort=False):
        head = FIRST_ROW + len(rows)
        blocks: list[list[GridRow]] = []
        for place in members.index:
            blocks.append(_block(figures, int(place), head + 1 + sum(map(len, blocks))))
            price = value_of(blocks[-1][0]["net_price"]) or 0.0
            for name in money:
                money[name] += price * (value_of(blocks[-1][0].get(name)) or 0.0)
        units = members["uom"].unique()
        unit = str(units[0]) if len(units) == 1 else "mixed"
        rows.append(_family(str(family), unit, [block[0] for block in blocks], head, head + sum(map(len, blocks))))
        rows += [row for block in blocks for row in block]
    if rows:
        known = _known([row for row in rows if row["kind"] == "plan"], "net_price")
        rows.append(_total(str(figures.months[0]), money, known, f"k{data.settings.currency}", FIRST_ROW + len(rows)))
    return [list(SUPPLY_REVIEW.headers), *([row.get(f) for f in SUPPLY_REVIEW.fields] for row in rows)]


def _block(figures: SupplyFigures, position: int, row: int) -> list[GridRow]:
    """Return the rows of a place, its plan first, in the row `row` of the sheet."""
    place, fixed = figures.places.loc[position], figures.fixed[position]
    common: GridRow = {
        "unit": place["uom"] or None,
        "item": place["item"],
        "family": place["family"],
        "class_": place["location"] or None,
    }
    any_fixed = not np.isnan(fixed).all()
    kinds = ["asked", "stock", *(["free"] if any_fixed else []), "fixed"]
    at = {kind: row + offset for offset, kind in enumerate(kinds, start=1)}
    plan: GridRow = common | {"label": place["label"], "kind": "plan"}
    plan |= {field: number(place[field]) for field in ("cycle12",)} | {"net_price": number(place["standard_cost"])}
    plan |= {f: number(v) for f, v in zip(CLOSED_FIELDS, figures.closed[position], strict=True)}
    now = np.where(np.isnan(fixed), figures.free[position], fixed)
    for k, field in enumerate(OPEN_FIELDS):
        letter, base = LETTER[field], figures.free[position][k]
        without = f"N({letter}{at['free']})" if any_fixed else repr(float(np.nan_to_num(base)))
        cell = f"{letter}{at['fixed']}"
        plan[field] = Formula(f"IF(ISNUMBER({cell}),{cell},{without})", float(np.nan_to_num(now[k])))
    plan |= sums(plan, row)
    plan["to_cycle"] = changes(plan, row)["to_cycle"]
    lines: dict[str, GridRow] = {
        "asked": {f: number(v) for f, v in zip(OPEN_FIELDS, figures.asked[position], strict=True)},
        "stock": _stock(figures, position, row, now),
        "free": {f: number(v) for f, v in zip(OPEN_FIELDS, figures.free[position], strict=True)},
        "fixed": {f: number(v) for f, v in zip(OPEN_FIELDS, fixed, strict=True)},
    }
    block = [plan]
    for kind in kinds:
        cells: GridRow = {**common, "label": LABELS[kind], "kind": kind, **lines[kind]}
        if kind != "stock":
            cells |= sums(cells, at[kind])
        if kind == "free":
            cells["to_year"] = number(place["at_most"])
        if kind == "fixed":
            cells |= _typed(fixed, figures.reasons[position], at[kind])
        block.append(cells)
    return block


def _stock(figures: SupplyFigures, position: int, row: int, now: NDArray[np.float64]) -> GridRow:
    """Return stock as planned by the last run, moved by what the plan says otherwise by now."""
    before = np.nan_to_num(figures.closing[position]) - np.nancumsum(figures.planned[position])
    after = before + np.nancumsum(now)
    return {
        field: Formula(f"{float(round(b, 6))!r}+SUM({FIRST_MONTH}{row}:{LETTER[field]}{row})", float(a))
        for field, b, a in zip(OPEN_FIELDS, before, after, strict=True)
    }


def _typed(fixed: NDArray[np.float64], reason: str, row: int) -> GridRow:
    """Return reason and state of a row of fixed quantities, and what tells whether one was typed since."""
    months = MONTHS.format(row=row)
    columns = np.array([SUPPLY_REVIEW.fields.index(field) + 1 for field in OPEN_FIELDS])
    filled = ~np.isnan(fixed)
    changed = (
        f"OR(COUNT({months})<>{COUNT}{row},ABS(SUM({months})-{SUM}{row})>0.000001,"
        f"ABS(SUMPRODUCT({months},COLUMN({months}))-{WEIGHED}{row})>0.0001)"
    )
    missing = f'IF(AND(COUNT({months})>0,TRIM({REASON}{row})=""),"{NO_REASON}","")'
    shown = NO_REASON if filled.any() and not reason else ""
    return {
        "reason": reason or None,
        "written": as_written(fixed, reason),
        "net_price": int(filled.sum()),
        "cycle12": float(np.nansum(fixed)),
        "year12": float(np.nansum(fixed * columns)),
        "to_year": Formula(f'IF({changed},"{NOT_PLANNED}",{missing})', shown),
    }


def _family(family: str, unit: str, plans: list[GridRow], row: int, last: int) -> GridRow:
    def total(field: str) -> Formula:
        letter = LETTER[field]
        text = f'SUMIFS({letter}{row + 1}:{letter}{last},${KIND}{row + 1}:${KIND}{last},"plan")'
        return Formula(text, float(sum(value_of(plan.get(field)) or 0.0 for plan in plans)))

    cells: GridRow = {"label": family, "unit": unit, "kind": "family", "family": family}
    cells |= {field: total(field) for field in (*CLOSED_FIELDS, *OPEN_FIELDS, "cycle12")}
    cells |= sums(cells, row)
    kinds, cycle, year = (f"${LETTER[name]}{row + 1}:${LETTER[name]}{last}" for name in ("kind", "cycle12", "next12"))
    parts = (f'SUMIFS({year},{kinds},"plan",{cycle},"<>")', f"${LETTER['cycle12']}{row}")
    return cells | {"to_cycle": like_for_like(*_known(plans), parts, row)}


def _known(plans: list[GridRow], price: str = "") -> tuple[float, float]:
    """Return the next 12 months and the last cycle's figure of the rows that the last cycle knew; times a price."""
    known = [plan for plan in plans if plan.get("cycle12") is not None]
    worth = [(value_of(plan.get(price)) or 0.0) if price else 1.0 for plan in known]
    now, before = ([value_of(plan.get(name)) or 0.0 for plan in known] for name in ("next12", "cycle12"))
    return sum(map(mul, worth, now)), sum(map(mul, worth, before))


def _total(first: str, money: Mapping[str, float], known: tuple[float, float], unit: str, row: int) -> GridRow:
    kinds, prices = (f"${letter}${FIRST_ROW}:${letter}${row - 1}" for letter in (KIND, PRICE))

    def at_cost(field: str) -> Formula:
        letter = LETTER[field]
        text = f'SUMPRODUCT(({kinds}="plan")*1,{prices},{letter}${FIRST_ROW}:{letter}${row - 1})'
        return Formula(text, money[field])

    cells: GridRow = {"label": "Plan at standard cost", "unit": unit, "kind": "total", "written": first}
    cells |= {field: at_cost(field) for field in (*CLOSED_FIELDS, *OPEN_FIELDS, "cycle12")}
    cells |= sums(cells, row)
    cycle, year = (f"${LETTER[name]}${FIRST_ROW}:${LETTER[name]}${row - 1}" for name in ("cycle12", "next12"))
    now = f'SUMPRODUCT(({kinds}="plan")*({cycle}<>""),{prices},{year})'
    return cells | {"to_cycle": like_for_like(*known, (now, f"${LETTER['cycle12']}{row}"), row)}
