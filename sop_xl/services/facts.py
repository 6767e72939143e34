"""The tables of an open workbook as worksheet functions read them: once a run, not once a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.schema.parse import read_table
from sop_xl.schema.results import RUNS

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from sop_xl.ports import Workbook
    from sop_xl.schema.table import Table

KEPT = 4
"""Workbooks whose tables are kept; the one asked longest ago goes first."""


class WorkbookFacts:
    """Reads a table when it is first asked for after a run, and keeps it until the log has another last line."""

    def __init__(self, workbook: Callable[[], Workbook]) -> None:
        """Keep how to find the calling workbook; nothing is read yet."""
        self._workbook = workbook
        self._kept: dict[str, tuple[tuple[object, ...], dict[str, pd.DataFrame]]] = {}

    def frame(self, table: Table, run: str = "") -> pd.DataFrame:
        """Return the table of the calling workbook; `run` is there for Excel, which asks again when it changes.

        Raises:
            TableNotFoundError: the workbook has no such table.
        """
        workbook = self._workbook()
        frames = self._frames(workbook, (run, *_last_line(workbook)))
        if table.name not in frames:
            frames[table.name] = read_table(table, workbook.read_cells(table)).frame
        return frames[table.name]

    def _frames(self, workbook: Workbook, state: tuple[object, ...]) -> dict[str, pd.DataFrame]:
        kept_state, frames = self._kept.pop(workbook.name, ((), {}))
        frames = frames if kept_state == state else {}
        self._kept[workbook.name] = (state, frames)
        while len(self._kept) > KEPT:
            self._kept.pop(next(iter(self._kept)))
        return frames


def _last_line(workbook: Workbook) -> tuple[object, ...]:
    """Return how many runs are in the log, and the last of them: what they are when the results change."""
    rows = workbook.read_cells(RUNS).rows
    return (len(rows), *rows[-1])
