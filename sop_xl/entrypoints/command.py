"""What the commands of the command line share: arguments they all take, and how a result is printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sop_xl.entrypoints.report import dump

if TYPE_CHECKING:
    from collections.abc import Sequence

Json = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object on stdout.")]
Workbook = Annotated[Path, typer.Argument(metavar="FILE.xlsm", help="The workbook; close it in Excel first.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print what would change; write nothing.")]


def show(json: bool, value: Any, lines: Sequence[str]) -> None:
    """Print a result: one JSON object, or lines for a person."""
    print(dump(value) if json else "\n".join(lines))
