"""`sop-xl resume`: put a save in its place that was cut off when the workbook's folder vanished."""

from __future__ import annotations

from typing import Annotated

import typer

from sop_xl.domain.errors import WorkbookError
from sop_xl.entrypoints.command import Json, Workbook, show
from sop_xl.entrypoints.places import rescue_folder


def resume(
    file: Workbook,
    drop: Annotated[bool, typer.Option("--drop", help="Forget what was kept instead.")] = False,
    json: Json = False,
) -> None:
    """Finish a save that was cut off because the workbook's folder, such as a network drive, went away."""
    from sop_xl.adapters.package import rescue

    kept = rescue.find(rescue_folder(), file.resolve())
    if kept is None:
        raise WorkbookError(f"No save of {file.name} was cut off; there is nothing to resume.")
    if drop:
        rescue.drop(kept)
        done = f"What was kept of {file.name} is forgotten; the workbook stays as it is."
    else:
        rescue.resume(kept)
        done = f"{file} is now as the save that was cut off would have left it."
    show(json, {"workbook": str(file), "resumed": not drop}, [done])
