"""The command line for what-ifs: `sop-xl scenario list|run|simulate|show|ranges|approve`."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sop_xl.entrypoints.command import DryRun, Json, Workbook, show
from sop_xl.entrypoints.places import open_workbook, stamp, undo_store
from sop_xl.entrypoints.progress import TerminalProgress
from sop_xl.entrypoints.report import issue_json, issues_text

if TYPE_CHECKING:
    import pandas as pd


Names = Annotated[list[str] | None, typer.Argument(metavar="[SCENARIO]...", help="Default: all not expired.")]
Workers = Annotated[int, typer.Option(min=1, help="Processes side by side; the result is the same.")]

app = typer.Typer(help="What-ifs: stored changes over the plan as it stands.", no_args_is_help=True)


@app.command("list")
def list_(file: Workbook, json: Json = False) -> None:
    """List the scenarios and their changes."""
    from sop_xl.services.inputs import read_inputs

    frames = read_inputs(open_workbook(file)).frames
    counts = frames["scenario_changes"].groupby("scenario").size()
    found = frames["scenarios"].assign(changes=lambda f: f["scenario"].map(counts).fillna(0).astype(int))
    lines = [
        f"{row.scenario}: {row.status or 'draft'}, {row.changes} change(s)"
        + (f", over {row.base}" if row.base else "")
        + (f". {row.purpose}" if row.purpose else "")
        for row in found.itertuples()
    ]
    show(json, {"scenarios": found.to_dict("records")}, lines or ["There is no scenario."])


@app.command()
def run(file: Workbook, names: Names = None, workers: Workers = 2, json: Json = False) -> None:
    """Plan scenarios beside the plan as it stands, and write the comparison; the plan itself stays as it is."""
    _compare(file, names, workers, json=json, dry_run=False)


@app.command()
def simulate(file: Workbook, names: Names = None, workers: Workers = 2, json: Json = False) -> None:
    """Plan scenarios, print the comparison and throw it away; nothing is written."""
    _compare(file, names, workers, json=json, dry_run=True)


@app.command("show")
def show_(file: Workbook, json: Json = False) -> None:
    """Print the comparison that the workbook holds."""
    from sop_xl.schema.results import SCENARIO_RESULTS
    from sop_xl.services.log import read_log

    frame = read_log(open_workbook(file), SCENARIO_RESULTS)
    show(json, {"results": _records(frame)}, _table(frame) or ["No scenario was planned yet: sop-xl scenario run."])


@app.command()
def ranges(file: Workbook, dry_run: DryRun = False, json: Json = False) -> None:
    """Play demand as it may come against the plan as it stands: service, stock and money at P10, P50, P90."""
    from sop_xl.services.scenario_ranges import plan_ranges

    run, frame = plan_ranges(open_workbook(file), now=stamp(), undo=undo_store(file), dry_run=dry_run)
    lines = [line for name in frame["scenario"].unique() for line in _range_lines(frame[frame["scenario"].eq(name)])]
    lines.append(f"{run}: written to the sheet Scenario ranges." if run else "Nothing was written.")
    show(json, {"run": run, "ranges": _records(frame)}, lines)


def _range_lines(rows: pd.DataFrame) -> list[str]:
    """Return the figures of the months together, then the months most likely to miss the service level."""
    whole = rows[rows["period"].isna()]
    lines = [f"{whole['scenario'].iloc[0]}, {whole['paths'].iloc[0]:.0f} futures of demand against its quantities:"]
    lines += [
        f"  {row.name} ({row.unit}): plan {row.plan:,.1f}; P10 {row.p10:,.1f}, P50 {row.p50:,.1f}, P90 {row.p90:,.1f}"
        for row in whole.itertuples(index=False, name="Row")
    ]
    weak = rows[rows["period"].notna() & rows["risk_pct"].gt(0)].sort_values("risk_pct", ascending=False)[:3]
    lines += [
        f"  Weak: {row.period}, {row.risk_pct:.0f} % miss the service level. {row.reason}" for row in weak.itertuples()
    ]
    return lines


@app.command()
def approve(
    file: Workbook,
    name: Annotated[str, typer.Argument(metavar="SCENARIO", help="The scenario that becomes the plan.")],
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Write a scenario's changes into the input tables; `sop-xl run` then plans with them, undo takes them back."""
    from sop_xl.services.scenario_approval import approve_scenario

    done = approve_scenario(open_workbook(file), name, now=stamp(), undo=undo_store(file), dry_run=dry_run)
    told = [f"  {c.table} {c.key} {c.field}: {c.old} -> {c.new}".rstrip() for t in done.tables for c in t.changes]
    head = f"{name} would change:" if dry_run else f"{done.run}: {name} is approved. Changed:"
    value = {
        "run": done.run,
        "scenario": name,
        "changes": [vars(change) for table in done.tables for change in table.changes],
    }
    show(json, value, [head, *told, *([] if dry_run else [f"Plan with it: sop-xl run {file}"])])


def _compare(file: Workbook, names: list[str] | None, workers: int, *, json: bool, dry_run: bool) -> None:
    from sop_xl.adapters.compute import LocalProcesses
    from sop_xl.adapters.solver import HighsSolver
    from sop_xl.services.compute import silent
    from sop_xl.services.scenarios import run_scenarios

    with nullcontext(silent) if json else TerminalProgress() as progress:
        report = run_scenarios(
            open_workbook(file),
            names or None,
            solver=HighsSolver(),
            now=stamp(),
            progress=progress,
            undo=undo_store(file),
            dry_run=dry_run,
            compute=LocalProcesses(workers) if workers > 1 else None,
        )
    lines = [*issues_text(report.issues), *_table(report.results)]
    lines.append(f"{report.run}: written to the sheet Scenario results." if report.run else "Nothing was written.")
    value = {"run": report.run, "results": _records(report.results), "issues": [issue_json(i) for i in report.issues]}
    show(json, {"workbook": str(file), **value}, lines)


def _table(frame: pd.DataFrame) -> list[str]:
    """Return a line a figure: the base, then each scenario's difference to it."""
    lines = []
    others = [name for name in frame["scenario"].unique() if name != "base"]
    for _, rows in frame.groupby("measure", sort=False):
        by = rows.set_index("scenario")
        first = by.iloc[0]
        told = ", ".join(f"{name} {by['difference'].get(name, float('nan')):+,.2f}" for name in others)
        lines.append(f"  {first['name']} ({first['unit']}): {first['base']:,.2f}; {told}")
        lines += [f"      {name}: {by['reason'].get(name)}" for name in others if by["reason"].get(name)]
    return lines


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{k: None if v != v else v for k, v in row.items()} for row in frame.to_dict("records")]  # noqa: PLR0124
