"""Hours needed and available by resource and month, and what one more hour would be worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.schema.frames import conform
from sop_xl.schema.results import LOAD
from sop_xl.supply.flows import tidy
from sop_xl.supply.frames import long_frame

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.levels import Solved
    from sop_xl.supply.model import LinearModel


def load(case: SupplyCase, model: LinearModel, solved: Solved) -> pd.DataFrame:
    """Return the load of every resource and month.

    The shadow price is how much less real money (lateness at its cost included) the plan would take with
    one more regular hour, everything ranked above money kept at its best; where lots, setups or
    workers are whole numbers, with those as the plan has them.
    """
    hours = case.hours
    regular, overtime = _grid(case, model, solved, "regular"), _grid(case, model, solved, "overtime")
    shifts = _shifts(case, model, solved)
    workers, hired, fired = (_crew_grid(case, model, solved, name) for name in ("workers", "hire", "layoff"))
    required = np.round(regular + overtime, 6)
    available, limit = _available(case, workers)
    added = case.hours.shifts["resource"]
    available[added] += np.nan_to_num(shifts[added]) * case.hours.shifts[["hours"]].to_numpy(float)
    same_cost = (hours.cost >= hours.overtime_cost)[:, None]
    overtime = np.where(same_cost, np.round(np.maximum(required - available, 0.0), 6), overtime)
    measures = {
        "wanted_hours": wanted_hours(case),
        "required_hours": required,
        "available_hours": available,
        "overtime_hours": overtime,
        "overtime_limit": limit,
        "load_pct": np.where(available > 0, required / np.where(available > 0, available, 1.0) * 100.0, np.nan),
        "workers": workers,
        "hired": hired,
        "laid_off": fired,
        "shifts": shifts,
        "shadow_price": _shadow_prices(case, model, solved),
    }
    measures = {name: np.where(np.isfinite(values), values, np.nan) for name, values in measures.items()}
    keys = pd.DataFrame({"resource": pd.Series(case.network.resources, dtype="str")})
    return conform(LOAD, long_frame(case, keys, measures))


def wanted_hours(case: SupplyCase) -> np.ndarray:
    """Return the hours if each month's need, net of stock, were made in its own month on the usual resources."""
    network = case.network
    wanted = np.zeros((len(network.resources), case.months))
    item = network.node_items[network.makes["node"]]
    first_make = ~pd.Series(item).duplicated().to_numpy()
    for step in network.steps.itertuples():
        if step.first and first_make[step.make]:
            need = case.demand.wanted[item[step.make]]
            wanted[step.resource] += need * step.hours_per_unit + (need > 0) * step.setup_hours
    return wanted


def _grid(case: SupplyCase, model: LinearModel, solved: Solved, name: str) -> np.ndarray:
    block = model.columns[name]
    grid = np.zeros((len(case.network.resources), case.months))
    grid[block.keys["resource"]] = tidy(block.of(solved.values))
    return grid


def _crew_grid(case: SupplyCase, model: LinearModel, solved: Solved, name: str) -> np.ndarray:
    """Return people by resource and month; NaN where the workforce is not planned."""
    block = model.columns[name]
    grid = np.full((len(case.network.resources), case.months), np.nan)
    grid[block.keys["resource"]] = tidy(block.of(solved.values))
    return grid


def _shifts(case: SupplyCase, model: LinearModel, solved: Solved) -> np.ndarray:
    """Return extra shifts by resource and month; NaN where there are none to add."""
    grid = np.full((len(case.network.resources), case.months), np.nan)
    if "shift" in model.columns:
        grid[case.hours.shifts["resource"]] = tidy(model.columns["shift"].of(solved.values))
    return grid


def _available(case: SupplyCase, workers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return regular hours and most overtime hours, those of planned workers included."""
    hours = case.hours
    regular, overtime = hours.regular.copy(), hours.overtime.copy()
    crew = hours.crews["resource"].to_numpy(int)
    regular[crew] += hours.crew_hours * workers[crew]
    overtime[crew] += hours.crew_overtime * workers[crew]
    return regular, overtime


def _shadow_prices(case: SupplyCase, model: LinearModel, solved: Solved) -> np.ndarray:
    block = model.rows["capacity"]
    prices = np.zeros((len(case.network.resources), case.months))
    prices[block.keys["resource"]] = np.maximum(-block.of(solved.duals["money"]), 0.0)
    return prices
