"""Closing a month: actuals against the plan, the cycle frozen in the ledger, the period and the stock rolled on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from sop_xl.cycle.assumptions import assumptions_after, resting, resting_line, verdict_lines
from sop_xl.cycle.closing import ClosedMonth, closing_lines
from sop_xl.cycle.kpi_trend import kpi_trend
from sop_xl.cycle.last_cycle import roll_last_cycle
from sop_xl.cycle.opening_stock import roll_stock
from sop_xl.cycle.steps import DONE, new_steps, steps_of
from sop_xl.domain.batch import BatchKind, BatchState
from sop_xl.domain.errors import SopError, UndoError
from sop_xl.domain.ledger_errors import LedgerError
from sop_xl.domain.ledger_log import KeptKind, KeptTable
from sop_xl.domain.plan_data import PlanData
from sop_xl.domain.words import counted
from sop_xl.finance.sales import outlook
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform, with_defaults
from sop_xl.schema.inputs import ACTUALS, ASSUMPTIONS, CYCLE_STEPS, SETTINGS, STOCK
from sop_xl.schema.parse import read_table
from sop_xl.schema.render import render
from sop_xl.schema.results import RESTING, RUNS
from sop_xl.services import log
from sop_xl.services.compute import TREND_OF
from sop_xl.services.inputs import read_inputs
from sop_xl.services.long_history import with_long_history
from sop_xl.services.quarantine import open_rows
from sop_xl.services.recording import Recording
from sop_xl.services.run_memory import logged_run

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sop_xl.cycle.opening_stock import OpeningStock
    from sop_xl.domain.cells import CellInput
    from sop_xl.ports import Ledger, UndoStore, Workbook
    from sop_xl.services.inputs import Inputs
    from sop_xl.services.memory import Memory

CLOSE = "close "
"""What the steps of a line of the log begin with where a month was closed; the month follows."""
FROZEN = ("forecast", "supply_plan", "load", "shortages", "plan_cost", "finance", "item_costs", "accuracy", "kpis")
"""Results of a cycle that are frozen with it, beside the inputs `FROZEN_INPUTS`."""
AHEAD = ("forecast", "supply_plan", "cash", "lead_times", "load", "rough_cut")
"""Results whose months before the open one are no plan any more."""
FROZEN_INPUTS = (
    "settings",
    "overrides",
    "stock",
    "initiatives",
    "scenarios",
    "assumptions",
    "risks",
    "decisions",
    "cycle_steps",
)


@dataclass(frozen=True)
class CloseReport:
    """What closing a month did.

    Attributes:
        run: its number in the log.
        closed, opened: the month that was closed, and the one that is open now.
        lines: ten sentences at most: what came, against the plan, and why.
        opening: the stock of the next month, and where each figure comes from.
        frozen: tables that the ledger keeps of the cycle.
        not_undoable: why it cannot be taken back, where keeping the cells failed.
        notices: what the user should know beside.
    """

    run: str
    closed: str
    opened: str
    lines: list[str]
    opening: OpeningStock
    frozen: tuple[str, ...]
    not_undoable: str
    notices: list[str]


def close_month(
    workbook: Workbook, memory: Memory, now: dt.datetime, undo: UndoStore, *, force: bool = False
) -> CloseReport:
    """Close the open month: the ledger freezes its cycle first, then period and stock of the workbook move on.

    Args:
        workbook: the workbook; its plan is of the open month.
        memory: its ledger, in step with it.
        now: stamp of the closing.
        undo: keeps the cells that change, so that it can be taken back like a run.
        force: whether to close a month without actuals, or with rows kept aside.

    Raises:
        SopError: there is no plan of this month, no actuals, or rows are kept aside; nothing was changed.
        LedgerError: the ledger could not be written; nothing was changed.
    """
    recording = Recording(workbook)
    inputs = read_inputs(recording)
    data = inputs.plan_data()
    closed = data.settings.current_period
    _check(inputs, memory.ledger, closed, force=force)
    results = {name: _stored(recording, name) for name in FROZEN}
    actuals = inputs.frames["actuals"]
    opening = roll_stock(inputs.frames["stock"], results["supply_plan"], actuals, closed)
    lines = closing_lines(ClosedMonth(data, actuals, results, opening), _changes(memory.ledger, closed))
    runs = log.read_log(recording)
    line = _line(runs, now, inputs, closed, lines)
    recording.write_cells(SETTINGS, _settings(inputs.frames["settings"], closed + 1))
    recording.write_cells(STOCK, render(STOCK, opening.stock))
    found = _test_assumptions(recording, inputs, data)
    notices = _next_steps(recording, inputs.frames[CYCLE_STEPS.name], closed)
    log.append(recording, RUNS, runs, [line])
    known = {**inputs.frames, ASSUMPTIONS.name: found.assumptions}
    frozen = {**{name: known[name] for name in FROZEN_INPUTS}, **results}
    why = _commit(recording, memory, line, frozen, undo)
    run, names = str(line["run"]), tuple(frozen)
    return CloseReport(
        run, str(closed), str(closed + 1), lines, opening, names, why, [*memory.notices, *notices, *found.lines]
    )


class _Tested(NamedTuple):
    """The assumptions after the month, and what is to be said of them."""

    assumptions: pd.DataFrame
    lines: list[str]


def _test_assumptions(workbook: Workbook, inputs: Inputs, data: PlanData) -> _Tested:
    """Test the assumptions against the month that closes; stage them and what rests on those that no longer hold."""
    typed = inputs.frames[ASSUMPTIONS.name]
    if typed.empty:
        return _Tested(typed, [])
    closed = data.settings.current_period
    after = assumptions_after(typed, _closed_figures(workbook, inputs, data), closed)
    rests = resting(data.tables, after)
    workbook.write_cells(ASSUMPTIONS, render(ASSUMPTIONS, after))
    workbook.write_cells(RESTING, render(RESTING, rests))
    return _Tested(after, [*verdict_lines(after, closed), *resting_line(rests)])


def _closed_figures(workbook: Workbook, inputs: Inputs, data: PlanData) -> pd.DataFrame:
    """Return the key figures by month as they are once the open month is closed, from what the cycle planned."""
    opened = data.settings.current_period + 1
    facts = with_long_history(inputs.frames[ACTUALS.name], inputs.history)
    tables = {**data.tables, ACTUALS.name: with_defaults(ACTUALS, facts)}
    after = PlanData.of(replace(data.settings, current_period=opened), tables)
    results = {name: _stored(workbook, name) for name in (*TREND_OF, "kpi_trend")}
    rolled = roll_last_cycle(results, results["last_cycle"], opened)
    ahead = {name: results[name][results[name]["period"].ge(opened)] for name in AHEAD}
    sales = outlook(after, ahead["forecast"], ahead["supply_plan"], results["item_costs"]).together()
    return kpi_trend(after, {**results, **ahead, "last_cycle": rolled}, sales, results["kpi_trend"])


def _next_steps(workbook: Workbook, frame: pd.DataFrame, closed: pd.Period) -> list[str]:
    """Put the steps of the next cycle into the calendar, where the closed one had any; say what was not signed."""
    steps = steps_of(frame, str(closed))
    if steps.empty:
        return []
    if steps_of(frame, str(closed + 1)).empty:
        whole = pd.concat([frame, new_steps(frame, str(closed + 1))], ignore_index=True)
        workbook.write_cells(CYCLE_STEPS, render(CYCLE_STEPS, whole))
    unsigned = steps.loc[steps["status"].ne(DONE), "step"].tolist()
    return (
        [f"{closed} is closed without {counted(len(unsigned), 'signature')}: {', '.join(unsigned)}."]
        if unsigned
        else []
    )


def _check(inputs: Inputs, ledger: Ledger, closed: pd.Period, *, force: bool) -> None:
    if inputs.stored_cycle != closed:
        there = f"of {inputs.stored_cycle}" if inputs.stored_cycle else "not there yet"
        raise SopError(f"{closed} is open, but the plan in the workbook is {there}. Run the cycle first.")
    if force:
        return
    if not inputs.frames["actuals"]["period"].eq(closed).any():
        raise SopError(f"There are no actuals of {closed} yet. Commit them first, or close it all the same: --force.")
    waiting = [row for row in open_rows(ledger) if str(closed) in row.months]
    if waiting:
        raise SopError(
            f"{closed} is incomplete: {counted(len(waiting), 'row')} kept aside (sop-xl actuals quarantine). "
            "Correct or settle them, or close it all the same: --force."
        )


def _stored(workbook: Workbook, name: str) -> pd.DataFrame:
    table = TABLE_BY_NAME[name]
    return conform(table, read_table(table, workbook.read_cells(table)).frame)


def _changes(ledger: Ledger, closed: pd.Period) -> list[str]:
    """Return what happened to the facts in this cycle, as a sentence: batches, and earlier months restated."""
    closings = [cycle for cycle in ledger.kept_cycles(KeptKind.SNAPSHOT, SETTINGS.name) if cycle < str(closed)]
    since = _frozen_at(ledger, closings[-1]) if closings else 0
    later = [
        r
        for r in ledger.batches()
        if r.number > since and r.state is not BatchState.REVERSED and r.kind in (BatchKind.PASTE, BatchKind.TYPED)
    ]
    restated = [r for r in later if r.changed]
    if not later:
        return []
    head = f"Actuals: {counted(len(later), 'batch', 'batches')} in this cycle"
    if not restated:
        return [f"{head}, nothing restated."]
    return [f"{head}; {counted(sum(r.changed for r in restated), 'figure')} restated, the last by {restated[-1]}."]


def _frozen_at(ledger: Ledger, cycle: str) -> int:
    """Return the last batch there was when a cycle was closed."""
    runs = ledger.runs()
    found = runs.loc[runs["steps"].eq(CLOSE + cycle), "at"]
    if found.empty:
        return 0
    return max((r.number for r in ledger.batches() if r.at <= found.iloc[-1]), default=0)


def _line(
    runs: pd.DataFrame, now: dt.datetime, inputs: Inputs, closed: pd.Period, lines: Sequence[str]
) -> dict[str, object]:
    steps = CLOSE + str(closed)
    return log.log_line(
        log.next_run(runs), now, steps=steps, cycle=str(closed), inputs=inputs.digest(), result=lines[0]
    )


def _settings(settings: pd.DataFrame, opened: pd.Period) -> Sequence[Sequence[CellInput]]:
    """Return the rows of the table with the next open month, written as it was: as a date or as text."""
    is_row = settings["parameter"].eq("current_period")
    if not is_row.any():
        row = pd.DataFrame(
            {"parameter": ["current_period"], "value": [opened.start_time.date()], "unit": "", "note": ""}
        )
        return render(SETTINGS, pd.concat([settings, row.astype(settings.dtypes)], ignore_index=True))
    old = settings.loc[is_row, "value"].iloc[0]
    value = str(opened) if isinstance(old, str) else opened.start_time.date()
    changed = settings.astype({"value": "object"}).copy()
    changed.loc[is_row, "value"] = pd.Series([value], index=changed.index[is_row], dtype="object")
    return render(SETTINGS, changed)


def _commit(
    workbook: Recording,
    memory: Memory,
    line: dict[str, object],
    frozen: Mapping[str, pd.DataFrame],
    undo: UndoStore,
) -> str:
    """Freeze the cycle in the ledger, then write the workbook; return why it cannot be taken back, if so."""
    run = str(line["run"])
    mark = log.mark(conform(RUNS, pd.DataFrame([line])), run)
    why = ""
    try:
        undo.save(workbook.record(run, mark))
    except UndoError as fault:
        why = str(fault)
    try:
        _freeze(memory, line, frozen)
        workbook.commit()
    except BaseException:
        undo.discard(run, mark)
        raise
    return why


def _freeze(memory: Memory, line: dict[str, object], frozen: Mapping[str, pd.DataFrame]) -> None:
    """Put the closing and the cycle's tables into the ledger; a cycle closed again keeps both versions."""
    run, cycle = logged_run(line, memory.user.name), str(line["cycle"])
    again = cycle in memory.ledger.kept_cycles(KeptKind.SNAPSHOT, SETTINGS.name)
    reason = f"closed again as {run.run}" if again else ""
    tables = [
        KeptTable(KeptKind.SNAPSHOT, cycle, name, frame, run.run, run.at, run.who, reason)
        for name, frame in frozen.items()
    ]
    if memory.ledger.read_only:
        raise LedgerError(f"{memory.ledger.read_only} The month was not closed.")
    memory.ledger.log(run=run, tables=tables)
