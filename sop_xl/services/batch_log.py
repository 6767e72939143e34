"""Batches of the ledger as lines of the workbook's log, so that one list tells runs and commits alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sop_xl.domain.batch import BatchKind
from sop_xl.domain.words import counted
from sop_xl.schema.results import RUNS
from sop_xl.services import log

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from sop_xl.domain.batch import BatchRecord, DataVersion
    from sop_xl.ports import Workbook

BATCH = "batch "
"""What the steps of a line begin with where a batch was committed; its number follows."""
UNTOLD = frozenset({BatchKind.OPENING, BatchKind.RECOVERED})
"""Batches that only bring ledger and sheet together; nothing happened in the workbook, so nothing is logged."""


def log_batches(workbook: Workbook, records: Sequence[BatchRecord], shown: DataVersion) -> None:
    """Stage a line for each batch after the one that the workbook shows, where the log has none yet.

    A line's `inputs` is the data version that its batch made; that of an undo names the line it takes back.
    """
    if RUNS.excel_name not in workbook.tables():
        return
    runs = log.read_log(workbook)
    told = set(runs["inputs"])
    later = [r for r in records if r.number > shown.batch and r.kind not in UNTOLD and str(r.version) not in told]
    lines: list[dict[str, object]] = []
    for record in later:
        lines.append(_line(record, runs, lines))
    if lines:
        log.append(workbook, RUNS, runs, lines)


def _line(record: BatchRecord, runs: pd.DataFrame, before: Sequence[dict[str, object]]) -> dict[str, object]:
    run = f"R{len(runs) + len(before) + 1:04d}"
    undone = _line_of(record.reverses, runs, before) if record.reverses else None
    steps = f"{log.UNDO}{undone['run']}" if undone and undone["steps"].startswith(BATCH) else f"{BATCH}{record.number}"
    cycle = log.current_cycle(runs)
    return log.log_line(run, record.at, steps=steps, cycle=cycle, inputs=str(record.version), result=_result(record))


def _line_of(number: int, runs: pd.DataFrame, before: Sequence[dict[str, object]]) -> dict[str, Any] | None:
    """Return the line of a batch, of those in the log and those about to come."""
    lines = [*runs[["run", "steps", "inputs"]].to_dict("records"), *before]
    return next((line for line in reversed(lines) if str(line["inputs"]).startswith(f"{number}-")), None)


def _result(record: BatchRecord) -> str:
    counts = {"new": record.added, "changed": record.changed, "removed": record.removed}
    figures = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count) or "nothing new"
    if record.reverses:
        return f"batch {record.reverses} taken back: {figures}"
    aside = f"; {counted(record.left_out, 'row')} kept aside, {_months(record)} incomplete" if record.left_out else ""
    return f"{record.source}: {figures}{aside}"


def _months(record: BatchRecord) -> str:
    months = record.totals.get("incomplete") or []
    return f"{', '.join(months)} is" if len(months) == 1 else f"{', '.join(months) or 'the months'} are"


def batch_of(steps: str) -> int | None:
    """Return the number of the batch that a line's steps name; None for a line of another kind."""
    number = steps.removeprefix(BATCH)
    return int(number) if steps.startswith(BATCH) and number.isdecimal() else None
