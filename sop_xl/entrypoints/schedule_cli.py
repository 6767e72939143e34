"""`sop-xl schedule`: the next weeks of a plant, lot by lot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sop_xl.entrypoints.command import Json, Workbook  # noqa: TC001 - typer reads it
from sop_xl.entrypoints.places import open_workbook, stamp, undo_store
from sop_xl.entrypoints.progress import TerminalProgress
from sop_xl.entrypoints.report import dump

if TYPE_CHECKING:
    from pathlib import Path

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
        report = _run(file, plant, weeks, effort, silent, rule=rule)
        print(dump({"workbook": str(file), **_value(report)}))
        return
    with TerminalProgress() as progress:
        report = _run(file, plant, weeks, effort, progress, rule=rule)
    print("\n".join([*report.schedule.sentences, f"Written as {report.run}; sop-xl undo takes it back."]))
    if report.not_undoable:
        print(report.not_undoable)


def _run(file: Path, plant: str, weeks: int, effort: float, progress: Progress, *, rule: bool) -> ScheduleReport:
    from sop_xl.adapters.scheduler import DispatchScheduler, scheduler
    from sop_xl.services.schedule import schedule_plant

    return schedule_plant(
        open_workbook(file),
        scheduler=DispatchScheduler() if rule else scheduler(effort=effort),
        now=stamp(),
        plant=plant,
        weeks=weeks,
        progress=progress,
        undo=undo_store(file),
    )


def _value(report: ScheduleReport) -> dict[str, object]:
    made = report.schedule
    told = {"run": report.run, "plant": made.plant, "weeks": made.weeks, "method": made.method}
    return {**told, "seconds": round(report.seconds, 3), "lots": made.counts, "short_items": made.short_items}
