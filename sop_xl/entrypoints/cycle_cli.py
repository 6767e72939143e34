"""The command line for the cycle: `sop-xl cycle close`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sop_xl.entrypoints.command import Json, Workbook, show
from sop_xl.entrypoints.places import ledger_places, stamp, undo_store, user_name

if TYPE_CHECKING:
    from sop_xl.services.close import CloseReport

app = typer.Typer(help="The monthly cycle.", no_args_is_help=True)


@app.callback()
def cycle() -> None:
    """The monthly cycle: close the open month."""


@app.command()
def close(
    file: Workbook,
    force: Annotated[
        bool, typer.Option("--force", help="Close a month without actuals, or with rows kept aside.")
    ] = False,
    json: Json = False,
) -> None:
    """Close the open month: compare it with its plan, freeze the cycle, roll period and stock on."""
    from sop_xl.adapters.file_workbook import FileWorkbook
    from sop_xl.services.close import close_month
    from sop_xl.services.ledger_sync import User
    from sop_xl.services.memory import remembering

    now, workbook = stamp(), FileWorkbook(file)
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
