"""Run the cycle on a workbook: check, compute, compare, write once, log."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.cycle.headlines import gap_words, ten_lines
from sop_xl.domain.errors import CancelledError, UndoError
from sop_xl.domain.issue import worst_first
from sop_xl.schema import RESULT_TABLES, TABLE_BY_NAME, Table
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import OVERRIDES, TARGETS
from sop_xl.schema.parse import read_table
from sop_xl.schema.render import render
from sop_xl.schema.results import CHANGES, RUNS
from sop_xl.schema.views import DEMAND_REVIEW, SUPPLY_REVIEW
from sop_xl.services import log
from sop_xl.services.compare import TableChange, compare
from sop_xl.services.compute import STEPS, Results, compute_cycle, silent
from sop_xl.services.grid_comments import with_comments
from sop_xl.services.inputs import Inputs, read_inputs
from sop_xl.services.quarantine import incomplete_remarks
from sop_xl.services.recording import Recording
from sop_xl.services.remarks import cost_remarks, curve_remarks, kept_remark
from sop_xl.services.review import GRID_OF, PLANNED, review_rows, supply_rows, typed_in, with_shown
from sop_xl.services.run_memory import RunMemory
from sop_xl.supply.contradictions import contradictions

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from sop_xl.domain.issue import Issue
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.ports import Compute, Orphan, Progress, Solver, UndoStore, Workbook
    from sop_xl.services.memory import Memory
    from sop_xl.services.run_memory import KeepsRun


@dataclass(frozen=True)
class RunReport:
    """What a run did, or in a dry run would do.

    Attributes:
        run: its number in the log, R0001 and so on.
        cycle: the open month.
        steps: what was run.
        seconds: how long each step took.
        tables: how each table changes; in a real run only the inputs that Python changed.
        issues: what the check remarked.
        headlines: the lines a planner cares about; empty unless all results are there.
        frames: the results.
        reads: the input tables that each step read.
        proof: how good the supply plan is proven to be, as a sentence; blank where it was not planned anew.
        dry: whether nothing was written.
        not_undoable: why the run cannot be taken back, where keeping its cells failed.
        not_remembered: why the ledger does not know of the run, where it should.
    """

    run: str
    cycle: str
    steps: tuple[str, ...]
    seconds: dict[str, float]
    tables: list[TableChange]
    issues: list[Issue]
    headlines: list[str]
    frames: dict[str, pd.DataFrame] = field(repr=False)
    reads: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    proof: str = ""
    dry: bool = False
    not_undoable: str = ""
    not_remembered: str = ""


def run_cycle(
    workbook: Workbook,
    *,
    steps: Sequence[str] = STEPS,
    solver: Solver,
    now: dt.datetime,
    progress: Progress = silent,
    dry_run: bool = False,
    undo: UndoStore | None = None,
    memory: Memory | None = None,
    remarks: Sequence[Issue] = (),
    compute_at: Callable[[str], Compute] | None = None,
) -> RunReport:
    """Run `steps` on `workbook` and write the results in one commit; a dry run writes nothing.

    Args:
        workbook: where inputs are read from and results go to.
        steps: some of `STEPS`.
        solver: solves the linear programme.
        now: stamp of the run in the log.
        progress: told how far the run is; may raise `CancelledError`, and then nothing is written.
        dry_run: whether only to tell what would change.
        compute_at: gives the place that the setting compute_url names; None: this process.
        undo: keeps what is needed to take the run back; without it, it cannot be.
        memory: the workbook's ledger, which gets the run, what it changed and its forecast, before the
            workbook is written; None: there is none.
        remarks: what is to be told beside what the check finds.

    Raises:
        CancelledError: the user stopped it; nothing was written.
        InvalidInputError: the inputs have faults; all are listed and nothing was written.
        SopError: a step could not be done; nothing was written.
    """
    if undo is not None and not dry_run:
        workbook = Recording(workbook)
    progress("read", 0, 1)
    inputs = read_inputs(workbook)
    data = inputs.plan_data()
    progress("read", 1, 1)
    stored = stored_reader(workbook)
    results = compute_cycle(
        data,
        stored=stored,
        stored_cycle=inputs.stored_cycle,
        steps=steps,
        solver=solver,
        progress=progress,
        compute=compute_at(data.settings.compute_url) if compute_at else None,
    )
    runs = stored("runs")
    report = RunReport(
        run=log.next_run(runs),
        cycle=str(data.settings.current_period),
        steps=tuple(step for step in STEPS if step in steps),
        seconds=results.seconds,
        tables=_table_changes(inputs, results, stored, everything=dry_run),
        issues=worst_first([*inputs.issues, *remarks, *_found(inputs, data, results), *_aside(memory)]),
        headlines=_headlines(data, results),
        frames=results.frames,
        reads=results.reads,
        proof=_proof(results),
        dry=dry_run,
    )
    if not dry_run:
        progress("write", 0, 1)
        report, line = _write(workbook, inputs, data, results, report, now)
        kept = RunMemory(memory, line, inputs.changes, results) if memory else None
        why, unknown = commit_kept(workbook, line, undo, kept)
        report = replace(report, not_undoable=why, not_remembered=unknown)
        with suppress(CancelledError):
            progress("write", 1, 1)
    return report


def _found(inputs: Inputs, data: PlanData, results: Results) -> list[Issue]:
    """Return what the figures of a run say against each other."""
    told = [*contradictions(data, results["last_cycle"]), *cost_remarks(results["item_costs"])]
    return [*results.notes, *told, *curve_remarks(results["new_products"], inputs.parsed["launches"])]


def stored_reader(workbook: Workbook) -> Callable[[str], pd.DataFrame]:
    """Return what reads the stored frame of a table, once each."""

    @cache
    def stored(name: str) -> pd.DataFrame:
        table = TABLE_BY_NAME[name]
        return conform(table, read_table(table, workbook.read_cells(table)).frame)

    return stored


def _table_changes(
    inputs: Inputs, results: Results, stored: Callable[[str], pd.DataFrame], *, everything: bool
) -> list[TableChange]:
    typed = {change.table for change in inputs.changes}
    changed = [
        compare(table, inputs.parsed[table.name].frame, inputs.frames[table.name])
        for table in GRID_OF
        if table.name in typed
    ]
    if everything:
        names = [table.name for table in RESULT_TABLES if table.name in results.frames]
        changed += [compare(TABLE_BY_NAME[n], stored(n), results.frames[n]) for n in names]
    return changed


def _headlines(data: PlanData, results: Results) -> list[str]:
    names = ("forecast", "supply_plan", "purchases", "load", "shortages", "finance", "accuracy", "plan_cost", "kpis")
    frames = {name: results[name] for name in names}
    return [] if frames["kpis"].empty else ten_lines(data, frames)


def _write(
    workbook: Workbook, inputs: Inputs, data: PlanData, results: Results, report: RunReport, now: dt.datetime
) -> tuple[RunReport, dict[str, object]]:
    """Stage everything; return the report with what writing found, and the run's line in the log."""
    orphans: list[tuple[Table, Orphan]] = []
    for name, frame in results.frames.items():
        table = TABLE_BY_NAME[name]
        orphans += [(table, orphan) for orphan in workbook.write_cells(table, render(table, frame))]
    orphans += write_reviews(workbook, data, results)
    overrides = with_shown(inputs.frames["overrides"], data.settings.current_period)
    workbook.write_cells(OVERRIDES, render(OVERRIDES, overrides))
    if any(change.table == TARGETS.name for change in inputs.changes):
        workbook.write_cells(TARGETS, render(TARGETS, inputs.frames["targets"]))
    if orphans:
        report = replace(report, issues=[*report.issues, kept_remark(len(orphans))])
    log.write_issues(workbook, report.issues)
    return report, _log(workbook, inputs, results, report, orphans, now)


def write_reviews(workbook: Workbook, data: PlanData, results: Results) -> list[tuple[Table, Orphan]]:
    """Stage the grids of Demand review and Supply review for these results; return what lost its row."""
    names = ("forecast", "accuracy", "last_cycle", "item_costs")
    grid = with_comments(DEMAND_REVIEW, review_rows(data, *(results[name] for name in names)), data)
    demand = workbook.write_cells(DEMAND_REVIEW, grid)
    grid = with_comments(SUPPLY_REVIEW, supply_rows(data, {name: results[name] for name in PLANNED}), data)
    supply = workbook.write_cells(SUPPLY_REVIEW, grid)
    return [(DEMAND_REVIEW, orphan) for orphan in demand] + [(SUPPLY_REVIEW, orphan) for orphan in supply]


def _log(
    workbook: Workbook,
    inputs: Inputs,
    results: Results,
    report: RunReport,
    orphans: list[tuple[Table, Orphan]],
    now: dt.datetime,
) -> dict[str, object]:
    """Stage the log; return the run's line."""
    first = [line.rstrip(".") for line in report.headlines[:1]]
    line = log.log_line(
        report.run,
        now,
        steps=", ".join(report.steps),
        cycle=report.cycle,
        inputs=inputs.digest(),
        seconds=sum(results.seconds.values()),
        result="; ".join([*first, *([report.proof] if report.proof else []), *_kept(orphans)]) or "done",
    )
    log.append(workbook, RUNS, results.stored("runs"), [line])
    rows = [log.change_row(report.run, now, change, typed_in(change), "user") for change in inputs.changes]
    rows += [log.orphan_row(report.run, now, table, orphan) for table, orphan in orphans]
    if rows:
        log.append(workbook, CHANGES, results.stored("changes"), rows)
    return line


def _proof(results: Results) -> str:
    if "plan_cost" not in results.frames:
        return ""
    frame = results.frames["plan_cost"]
    gap = float(frame.loc[frame["component"].eq("total"), "gap_pct"].iloc[0])
    return f"Supply plan {gap_words(gap)}"


def _kept(orphans: Sequence[tuple[Table, Orphan]]) -> list[str]:
    return [kept_remark(len(orphans)).message] if orphans else []


def commit_kept(
    workbook: Workbook, line: dict[str, object], undo: UndoStore | None, memory: KeepsRun | None = None
) -> tuple[str, str]:
    """Commit what is staged, once what it changes is kept and the ledger knows of it.

    Args:
        workbook: what is staged in it; a `Recording`, where it is to be taken back.
        line: of the log, staged with it.
        undo: keeps the cells as they were.
        memory: what the ledger is to know.

    Returns:
        Why it cannot be undone, and why the ledger does not know of it; blank where they are in order.
    """
    why, run = "", str(line["run"])
    mark = log.mark(conform(RUNS, pd.DataFrame([line])), run)
    if undo is not None and isinstance(workbook, Recording):
        try:
            undo.save(workbook.record(run, mark))
        except UndoError as fault:
            why = str(fault)
    unknown = memory.keep() if memory else ""
    try:
        workbook.commit()
    except BaseException as fault:
        if undo is not None:
            undo.discard(run, mark)
        if memory:
            memory.stopped(fault)
        raise
    return why, unknown


def _aside(memory: Memory | None) -> list[Issue]:
    return incomplete_remarks(memory.ledger) if memory else []
