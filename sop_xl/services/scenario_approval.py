"""Approve a scenario: its changes go into the input tables, and the next run plans with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.cycle.scenarios import AFTERWARDS, CHANGEABLE, ScenarioError, lay
from sop_xl.demand.additions import SIGNS
from sop_xl.domain.errors import InvalidInputError
from sop_xl.domain.issue import stops
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.inputs import SCENARIOS
from sop_xl.schema.render import render
from sop_xl.schema.results import CHANGES, SCENARIO_RESULTS
from sop_xl.services import log
from sop_xl.services.compare import compare
from sop_xl.services.inputs import Inputs, read_inputs
from sop_xl.services.recording import Recording
from sop_xl.services.run import stored_reader
from sop_xl.services.scenario_plan import Case, base_digest, scenario_case, scenario_digest
from sop_xl.services.scenarios import log_and_commit
from sop_xl.services.steps import refuse_signed

if TYPE_CHECKING:
    import datetime as dt

    from sop_xl.ports import UndoStore, Workbook
    from sop_xl.services.compare import TableChange


@dataclass(frozen=True)
class Approval:
    """What approving a scenario changes.

    Attributes:
        run: the number in the log; empty in a dry run.
        scenario: its name.
        tables: how each input table changes.
    """

    run: str
    scenario: str
    tables: list[TableChange]


def approve_scenario(
    workbook: Workbook, name: str, *, now: dt.datetime, undo: UndoStore | None = None, dry_run: bool = False
) -> Approval:
    """Make a scenario part of the plan: its changes go into the input tables, each told in the log.

    Changes of results (the consensus) become overrides, so that the next run keeps them. The plan is as
    it was until the next run.

    Raises:
        InvalidInputError: its rows, or the inputs with them, have faults; nothing was written.
        ScenarioError: it is not there, or what it was compared with is not the plan any more.
        StepError: it changes what a step of the cycle has signed.
    """
    if undo is not None and not dry_run:
        workbook = Recording(workbook)
    inputs = read_inputs(workbook)
    inputs.plan_data()
    case = scenario_case(inputs, name)
    stored = stored_reader(workbook)
    _refuse_unseen(stored(SCENARIO_RESULTS.name), scenario_digest(base_digest(inputs), case), name)
    frames = {table: case.inputs.frames[table] for table in case.changed}
    frames |= _as_overrides(inputs, case, stored("forecast"))
    listed = inputs.frames["scenarios"].copy()
    listed.loc[listed["scenario"].eq(name), "status"] = "approved"
    frames[SCENARIOS.name] = listed
    ordered = [table for table in (*CHANGEABLE, SCENARIOS.name) if table in frames]
    tables = [compare(TABLE_BY_NAME[t], inputs.parsed[t].frame, frames[t]) for t in ordered]
    changed = {change.table for change in tables if change.changes}
    refuse_signed(inputs, changed - {SCENARIOS.name}, f"Approving {name}")
    if dry_run:
        return Approval("", name, tables)
    for table in ordered:
        workbook.write_cells(TABLE_BY_NAME[table], render(TABLE_BY_NAME[table], frames[table]))
    run, reason = log.next_run(log.read_log(workbook)), case.reason or f"scenario {name} approved"
    rows = [log.change_row(run, now, change, reason, "scenario") for table in tables for change in table.changes]
    log.append(workbook, CHANGES, log.read_log(workbook, CHANGES), rows)
    line = log.log_line(
        run, now, steps=f"approve {name}", cycle=log.cycle_text(inputs.stored_cycle), result=f"scenario {name} approved"
    )
    log_and_commit(workbook, line, undo)
    return Approval(run, name, tables)


def _refuse_unseen(results: pd.DataFrame, digest: str, name: str) -> None:
    """Check that a scenario was planned, and that neither the base nor its changes have moved since."""
    seen = results.loc[results["scenario"].eq(name), "inputs"]
    if seen.empty:
        raise ScenarioError(
            f"'{name}' was never planned beside the plan, so nobody knows what it does. Run it, look at Compare, "
            "then approve it. Nothing was changed."
        )
    if seen.ne(digest).any():
        raise ScenarioError(
            f"The inputs, or the changes of '{name}', are not those it was planned with. Run it again, look at "
            "Compare, then approve it. Nothing was changed."
        )


def _as_overrides(inputs: Inputs, case: Case, forecast: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the table `overrides` with the consensus that the scenario sets, where it sets any."""
    changes = inputs.parsed["scenario_changes"]
    months = list(case.inputs.plan_data().settings.plan_periods)
    over = lay({**case.inputs.frames, "forecast": forecast}, changes, case.chain, months, AFTERWARDS)
    if not over.changed:
        return {}
    if stops(over.issues) or forecast.empty:
        message = "The scenario changes the forecast, but there is none yet. Run the step forecast first."
        raise ScenarioError(message) if forecast.empty else InvalidInputError(stops(over.issues))
    new = over.frames["forecast"]
    moved = new[new["consensus"].ne(forecast["consensus"])]
    rows = moved[["item", "market", "period"]].assign(
        stream="final",
        quantity=moved["consensus"],
        mode="replace",
        reason=case.reason or f"scenario {case.name}",
        owner="",
    )
    before = case.inputs.frames["overrides"]
    key = ["item", "market", "period", "stream"]
    kept = before.merge(rows[key].assign(_new=True), on=key, how="left")["_new"].isna().to_numpy()
    adds = before["stream"].eq("final") & before["mode"].isin(list(SIGNS))
    said = pd.MultiIndex.from_frame(before[["item", "period"]]).isin(pd.MultiIndex.from_frame(rows[["item", "period"]]))
    return {"overrides": pd.concat([before[kept & ~(adds & said)], rows], ignore_index=True)}
