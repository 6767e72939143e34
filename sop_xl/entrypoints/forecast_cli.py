"""`sop-xl forecast`: many series of a CSV file, side by side, resumable."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from sop_xl.domain.errors import SopError
from sop_xl.entrypoints.command import Json  # noqa: TC001 - typer reads it
from sop_xl.entrypoints.progress import TerminalProgress
from sop_xl.entrypoints.report import dump

if TYPE_CHECKING:
    from sop_xl.ports import Progress


def forecast(
    source: Annotated[Path, typer.Argument(metavar="IN.csv", help="Long CSV or Parquet: unique_id, period, y.")],
    target: Annotated[Path, typer.Argument(metavar="OUT.csv")],
    horizon: Annotated[int, typer.Option(min=1, max=120, help="Periods ahead.")] = 18,
    season: Annotated[int, typer.Option(min=1, max=52, help="Periods of one season; 1: none.")] = 12,
    level: Annotated[str, typer.Option(help="Intervals, some of 80,95.")] = "80,95",
    jobs: Annotated[int | None, typer.Option(min=1, max=64, help="Processes; default: one a core.")] = None,
    compute_url: Annotated[str, typer.Option(help="Dask scheduler to compute on, such as tcp://host:8786.")] = "",
    json: Json = False,
) -> None:
    """Forecast many series of a CSV file, with intervals; stopped, the same command goes on where it was."""
    from sop_xl.services.compute import silent

    if json:
        count = _run(source, target, horizon, season, _levels(level), jobs, compute_url, silent)
        print(dump({"forecast": str(target), "series": count}))
        return
    with TerminalProgress() as progress:
        count = _run(source, target, horizon, season, _levels(level), jobs, compute_url, progress)
    print(f"{count} series forecast into {target}.")


def _run(
    source: Path,
    target: Path,
    horizon: int,
    season: int,
    levels: tuple[int, ...],
    jobs: int | None,
    compute_url: str,
    progress: Progress,
) -> int:
    from sop_xl.adapters.compute import KeptResults, compute_at
    from sop_xl.services.forecast_csv import forecast_csv

    kept = KeptResults(compute_at(compute_url, jobs), target.with_name(target.name + ".parts"))
    count = forecast_csv(source, target, horizon=horizon, season=season, levels=levels, progress=progress, compute=kept)
    kept.forget()
    return count


def _levels(text: str) -> tuple[int, ...]:
    levels = tuple(part.strip() for part in text.split(",") if part.strip())
    if not levels or any(part not in ("80", "95") for part in levels):
        raise SopError(f"Level '{text}' is not known. Choose 80, 95 or 80,95.")
    return tuple(int(part) for part in levels)
