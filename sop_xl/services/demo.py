"""The demo company's workbook: its last cycles computed, the current one run in the workbook."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.schema.render import render
from sop_xl.schema.results import LAST_CYCLE
from sop_xl.services.compute import STEPS, Results, compute_cycle, nothing_stored, silent
from sop_xl.services.inputs import plan_data, read_inputs
from sop_xl.services.run import RunReport, run_cycle
from sop_xl.services.scenarios import run_beside, scenario_names
from sop_xl.services.transfer import combine, import_folder, read_folder
from sop_xl.supply.warm import Remembering

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from sop_xl.ports import Progress, Solver, UndoStore, Workbook
    from sop_xl.services.inputs import Inputs

FORECAST_ONLY = 2
"""Cycles before the last one that only leave their forecast behind."""
LAST_CYCLE_FOLDER = "last_cycle"
"""In the company's folder: the tables that were different when the last closed month began."""
SCENARIOS = 3
"""Of the company's scenarios, the first of the list, that are compared with the plan; each takes some seconds."""


def run_demo(
    folder: Path | Traversable,
    new_workbook: Callable[[], Workbook],
    *,
    solver: Solver,
    now: dt.datetime,
    progress: Progress = silent,
    undo: Callable[[], UndoStore] | None = None,
) -> RunReport:
    """Fill a new workbook with the company in `folder`, run its current cycle, and some scenarios beside it.

    The three cycles before are computed first, each with only what was known then, so that the
    workbook shows an old forecast and an old plan beside the new ones. `undo` gives the store of the
    new workbook, so that its run can be taken back like any other.
    """
    tables = read_folder(folder)
    inputs = combine(tables, None)
    progress("past cycles", 0, 1)
    last = _past_cycles(inputs, _then(folder), solver)
    progress("past cycles", 1, 1)
    workbook = new_workbook()
    workbook.write_cells(LAST_CYCLE, render(LAST_CYCLE, last["last_cycle"]))
    import_folder(tables, inputs, workbook)
    store = undo() if undo else None
    remembering = Remembering(solver)
    done = run_cycle(workbook, solver=remembering, now=now, progress=progress, undo=store)
    names = scenario_names(inputs.frames)[:SCENARIOS]
    if names:
        run_beside(
            workbook,
            read_inputs(workbook),
            done,
            remembering.ends,
            names,
            solver=solver,
            now=now,
            progress=progress,
            undo=store,
        )
    return done


def _then(folder: Path | Traversable) -> dict[str, pd.DataFrame]:
    """Return the tables that were different when the last closed month began; none where the company keeps none."""
    there = folder / LAST_CYCLE_FOLDER
    if not there.is_dir():
        return {}
    return {name: table.frame for name, table in read_folder(there).tables.items()}


def _past_cycles(inputs: Inputs, then: Mapping[str, pd.DataFrame], solver: Solver) -> Results:
    settings = inputs.plan_data().settings
    current = settings.current_period
    results = Results(nothing_stored)
    for back in range(FORECAST_ONLY + 1, -1, -1):
        cycle = current - back
        frames = {**inputs.frames, "stock": _opening_stock(inputs, cycle), **_not_yet_ordered(inputs)}
        if back == 1:
            frames |= _as_released(frames, then)
        data = plan_data(frames, replace(settings, current_period=cycle))
        steps = () if back == 0 else STEPS[:1] if back > 1 else STEPS[:3]
        before = None if back == FORECAST_ONLY + 1 else cycle - 1
        stored = results.__getitem__
        results = compute_cycle(data, stored=stored, stored_cycle=before, steps=steps, solver=solver, shown=False)
    return results


def _as_released(frames: Mapping[str, pd.DataFrame], then: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables of `then`, its orders before those that are still open."""
    both = [frame for frame in (then.get("open_orders"), frames["open_orders"]) if frame is not None]
    return {**then, "open_orders": pd.concat(both, ignore_index=True)}


def _not_yet_ordered(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """Return the tables of orders and bookings without what customers said in the current cycle only."""
    orders = inputs.frames["open_orders"]
    return {
        "open_orders": orders[orders["type"].ne("customer")],
        "recent_bookings": inputs.frames["recent_bookings"].iloc[:0],
    }


def _opening_stock(inputs: Inputs, cycle: pd.Period) -> pd.DataFrame:
    """Return the stock at the start of a cycle: what was counted at the end of the month before, else today's."""
    stock, actuals = inputs.frames["stock"], inputs.frames["actuals"]
    counted = actuals[(actuals["measure"] == "inventory") & (actuals["period"] == cycle - 1)]
    then = counted.groupby(["item", "location"])["quantity"].sum().rename("then").reset_index()
    known = stock.merge(then, on=["item", "location"], how="left")
    return stock.assign(quantity=known["then"].fillna(known["quantity"]).to_numpy())
