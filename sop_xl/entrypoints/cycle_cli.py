"""The command line for the cycle: `sop-xl cycle status|sign|reopen|close|new`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sop_xl.entrypoints.command import Json, Workbook, show
from sop_xl.entrypoints.places import ledger_places, open_workbook, stamp, undo_store, user_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sop_xl.adapters.file_workbook import FileWorkbook
    from sop_xl.services.close import CloseReport
    from sop_xl.services.memory import Memory
    from sop_xl.services.steps import CycleStatus, StepDone

app = typer.Typer(help="The monthly cycle.", no_args_is_help=True)


@app.callback()
def cycle() -> None:
    """The monthly cycle: its steps and who signed them; close the open month."""


By = Annotated[str, typer.Option("--by", help="Who does it; default: the user of this computer.")]
Step = Annotated[str, typer.Argument(metavar="[STEP]", help="Name or number; default: the next one.")]


@app.command()
def status(file: Workbook, json: Json = False) -> None:
    """Show the steps of the cycle: owners, days, signatures, reminders, and what to do next."""
    from sop_xl.services.memory import peeking
    from sop_xl.services.steps import cycle_status

    workbook = open_workbook(file)
    with peeking(workbook, ledger_places(str(file.resolve()))) as ledger:
        found = cycle_status(workbook, stamp().date(), ledger)
    show(json, {"workbook": str(file), **status_json(found)}, status_text(found))


@app.command()
def sign(file: Workbook, step: Step = "", by: By = "", json: Json = False) -> None:
    """Sign a step on the data as it stands; its inputs refuse changes until it is reopened."""
    from sop_xl.services.steps import sign_step

    _step(file, json, "signed", lambda book, memory: sign_step(book, memory, step, who=by or user_name(), now=stamp()))


@app.command()
def reopen(
    file: Workbook,
    step: Step = "",
    reason: Annotated[str, typer.Option("--reason", help="Why; default: what stands in the step's row.")] = "",
    by: By = "",
    json: Json = False,
) -> None:
    """Reopen a signed step, and those after it, with a reason."""
    from sop_xl.services.steps import reopen_step

    _step(file, json, "reopened", lambda b, m: reopen_step(b, m, step, reason, who=by or user_name(), now=stamp()))


@app.command()
def new(file: Workbook, by: By = "", json: Json = False) -> None:
    """Put the steps of the open month into the calendar: last cycle's, or the standard five."""
    from sop_xl.services.steps import start_cycle

    _step(file, json, "made", lambda book, memory: start_cycle(book, memory, who=by or user_name(), now=stamp()))


def _step(file: Path, json: bool, did: str, work: Callable[[FileWorkbook, Memory], StepDone]) -> None:
    from sop_xl.services.ledger_sync import User
    from sop_xl.services.memory import remembering
    from sop_xl.services.steps import done_words

    workbook = open_workbook(file)
    user = User(user_name(), stamp())
    with remembering(workbook, ledger_places(str(file.resolve())), user, begin=False) as memory:
        done = work(workbook, memory)
        notices = [*memory.notices, *done.notices]
    plain = {"workbook": str(file), **vars(done), "notices": notices}
    show(json, plain, [*notices, *done_words(done, did)])


def status_json(status: CycleStatus) -> dict[str, Any]:
    """Return where a cycle stands as plain values."""
    times = {"due": "%Y-%m-%d", "signed_at": "%Y-%m-%d %H:%M"}
    told = {name: status.steps[name].dt.strftime(code) for name, code in times.items()}
    steps = status.steps.assign(**told)[[*_STEP_FIELDS]]
    return {**vars(status), "steps": steps.astype(object).where(steps.notna(), None).to_dict("records")}


_STEP_FIELDS = ("step", "step_order", "owner", "due", "status", "signed_by", "signed_at", "data_version")


def status_text(status: CycleStatus) -> list[str]:
    """Return where a cycle stands as lines for a person."""
    signs = {"done": "●", "open": "►"}
    lines = [f"Cycle {status.cycle}"]
    for step in status_json(status)["steps"]:
        on = step["data_version"] or "typed, so nothing is locked"
        signed = f"signed by {step['signed_by']} on {step['signed_at']} ({on})"
        state = signed if step["signed_by"] else step["status"] or "not started"
        due = f"due {step['due']}" if step["due"] else "no day"
        lines.append(f"  {signs.get(step['status'], '○')} {step['step']:<18} {step['owner']:<16} {due}  {state}")
    lines += [f"Reminder: {words}" for words in status.reminders] + [f"▲ {words}" for words in status.broken]
    return [*lines, f"Next: {status.then}"]


@app.command()
def close(
    file: Workbook,
    force: Annotated[
        bool, typer.Option("--force", help="Close a month without actuals, or with rows kept aside.")
    ] = False,
    json: Json = False,
) -> None:
    """Close the open month: compare it with its plan, freeze the cycle, roll period and stock on."""
    from sop_xl.services.close import close_month
    from sop_xl.services.ledger_sync import User
    from sop_xl.services.memory import remembering

    now, workbook = stamp(), open_workbook(file)
    with remembering(workbook, ledger_places(str(file.resolve())), User(user_name(), now)) as memory:
        report = close_month(workbook, memory, now, undo_store(file), force=force)
    show(json, {"workbook": str(file), **close_json(report)}, close_text(report))


def close_json(report: CloseReport) -> dict[str, Any]:
    """Return a closing as plain values; `opening_stock` counts its rows by where they come from."""
    plain = {name: value for name, value in vars(report).items() if name != "opening"}
    return {**plain, "opening_stock": report.opening.basis.value_counts().to_dict()}


def close_text(report: CloseReport) -> list[str]:
    """Return a closing as lines for a person."""
    missing = [report.not_undoable] if report.not_undoable else []
    head = f"{report.run}: {report.closed} is closed and frozen in the ledger, {report.opened} is open. Run the cycle."
    return [*report.notices, head, *(f"  {line}" for line in report.lines), *missing]
