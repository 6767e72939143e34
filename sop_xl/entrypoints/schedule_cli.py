"""`sop-xl schedule`: the next weeks of a plant, lot by lot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sop_xl.entrypoints.command import Json, Workbook  # noqa: TC001 - typer reads it
from sop_xl.entrypoints.places import ledger_places, open_workbook, stamp, undo_store, user_name
from sop_xl.entrypoints.progress import TerminalProgress
from sop_xl.entrypoints.report import dump, issue_json, issues_text

if TYPE_CHECKING:
    from pathlib import Path

    from sop_xl.domain.issue import Issue
    from sop_xl.ports import Progress
    from sop_xl.services.schedule import ScheduleReport


def schedule(
    file: Workbook,
    plant: Annotated[str, typer.Option(help="The location; default: the one with most hours.")] = "",
    weeks: Annotated[int, typer.Option(help="How many weeks, 1 to 13; the sheet shows eight.")] = 8,
    rule: Annotated[bool, typer.Option("--rule", help="Use the dispatch rule, though OR-Tools is there.")] = False,
    effort: Annotated[float, typer.Option(min=0.1, help="How long CP-SAT searches; 2 is some seconds.")] = 2.0,
    json: Json = False,
) -> None:
    """Schedule the next weeks of a plant: its plan as lots on resources, and the stock they leave week by week."""
    from sop_xl.services.compute import silent

    if json:
        report, remarks = _run(file, plant, weeks, effort, silent, rule=rule)
        told = {"issues": [issue_json(issue) for issue in remarks]} if remarks else {}
        print(dump({"workbook": str(file), **_value(report), **told}))
        return
    with TerminalProgress() as progress:
        report, remarks = _run(file, plant, weeks, effort, progress, rule=rule)
    back = report.not_undoable or f"Written as {report.run}; sop-xl undo takes it back."
    lines = [*issues_text(remarks), *report.schedule.sentences, back, report.not_remembered]
    print("\n".join(line for line in lines if line))


def _run(
    file: Path, plant: str, weeks: int, effort: float, progress: Progress, *, rule: bool
) -> tuple[ScheduleReport, list[Issue]]:
    """Schedule, with the workbook's ledger open; return what was made and what is to be said of the ledger."""
    from sop_xl.adapters.scheduler import DispatchScheduler, scheduler
    from sop_xl.services.ledger_sync import User
    from sop_xl.services.memory import remembering_if_possible
    from sop_xl.services.schedule import schedule_plant

    workbook, now = open_workbook(file), stamp()
    places, user = ledger_places(str(file.resolve())), User(user_name(), now)
    with remembering_if_possible(workbook, places, user) as (memory, remarks):
        report = schedule_plant(
            workbook,
            scheduler=DispatchScheduler() if rule else scheduler(effort=effort),
            now=now,
            plant=plant,
            weeks=weeks,
            progress=progress,
            undo=undo_store(file),
            memory=memory,
        )
    return report, remarks


def _value(report: ScheduleReport) -> dict[str, object]:
    made = report.schedule
    told = {"run": report.run, "plant": made.plant, "weeks": made.weeks, "method": made.method}
    return {**told, "seconds": round(report.seconds, 3), "lots": made.counts, "short_items": made.short_items}
