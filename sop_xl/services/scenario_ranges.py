"""Ranges of the plan as it stands, from its stored results: nothing is planned anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.cycle.scenario_measures import BASE
from sop_xl.schema.frames import conform
from sop_xl.schema.render import render
from sop_xl.schema.results import SCENARIO_RANGES
from sop_xl.services import log
from sop_xl.services.compute import StepMissingError
from sop_xl.services.inputs import read_inputs
from sop_xl.services.recording import Recording
from sop_xl.services.run import stored_reader
from sop_xl.services.scenarios import log_and_commit
from sop_xl.supply.ranges import ranges

if TYPE_CHECKING:
    import datetime as dt

    from sop_xl.ports import UndoStore, Workbook

NEEDED = (
    "forecast",
    "forecast_levels",
    "forecast_archive",
    "supply_plan",
    "shortages",
    "item_costs",
    "finance",
    "cash",
)


def plan_ranges(
    workbook: Workbook, *, now: dt.datetime, undo: UndoStore | None = None, dry_run: bool = False
) -> tuple[str, pd.DataFrame]:
    """Play the futures of demand against the plan, and write its ranges beside those of scenarios.

    Returns:
        The number in the log, blank in a dry run; and the table `scenario_ranges` as it then is.

    Raises:
        InvalidInputError: the inputs have faults.
        StepMissingError: there is no plan yet.
    """
    if undo is not None and not dry_run:
        workbook = Recording(workbook)
    inputs, stored = read_inputs(workbook), stored_reader(workbook)
    data = inputs.plan_data()
    frames = {name: stored(name) for name in NEEDED}
    if frames["supply_plan"].empty or frames["finance"].empty:
        raise StepMissingError("There is no plan yet to play demand against. Run the cycle first.")
    kept = stored(SCENARIO_RANGES.name)
    both = [kept[kept["scenario"].ne(BASE)], ranges(data, frames, BASE)]
    frame = conform(SCENARIO_RANGES, pd.concat([part for part in both if len(part)], ignore_index=True))
    if dry_run:
        return "", frame
    workbook.write_cells(SCENARIO_RANGES, render(SCENARIO_RANGES, frame))
    run = log.next_run(log.read_log(workbook))
    cycle = log.cycle_text(inputs.stored_cycle)
    log_and_commit(workbook, log.log_line(run, now, steps="ranges", cycle=cycle, result="ranges of the plan"), undo)
    return run, frame
