"""The grids Demand review and Supply review: their rows, and the way back of what is typed there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.schema.inputs import OVERRIDES, TARGETS
from sop_xl.schema.views import DEMAND_REVIEW, SUPPLY_REVIEW
from sop_xl.services.review_edits import fold_edits, with_shown
from sop_xl.services.review_grid import review_rows
from sop_xl.services.supply_edits import fold_fixed
from sop_xl.services.supply_grid import PLANNED, supply_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sop_xl.domain.change import Change
    from sop_xl.domain.issue import Issue
    from sop_xl.ports import Workbook
    from sop_xl.schema import Table

__all__ = ["GRID_OF", "PLANNED", "fold_edits", "fold_grids", "review_rows", "supply_rows", "typed_in", "with_shown"]

GRID_OF: Mapping[Table, Table] = {OVERRIDES: DEMAND_REVIEW, TARGETS: SUPPLY_REVIEW}
"""The tables of the user's that a grid writes into, and the grid."""


def typed_in(change: Change) -> str:
    """Return why a change of the user's tables was made: where it was typed."""
    sheets = {table.name: grid.sheet for table, grid in GRID_OF.items()}
    return f"typed in {sheets[change.table]}"


def fold_grids(
    workbook: Workbook, frames: dict[str, pd.DataFrame], cycle: pd.Period
) -> tuple[list[Change], list[Issue]]:
    """Bring what was typed into the grids into `frames`; return the changes that makes, and the issues found.

    Args:
        workbook: grids that it lacks are passed over.
        frames: the input tables by name, as parsed.
        cycle: the month the grids were written for.
    """
    present = workbook.tables()
    changes: list[Change] = []
    issues: list[Issue] = []
    for table, grid in GRID_OF.items():
        if not {grid.excel_name, table.excel_name} <= present.keys():
            continue
        cells = workbook.read_cells(grid)
        if table is OVERRIDES:
            frame, made, found = fold_edits(cells, frames[table.name], cycle, frames["level_overrides"])
        else:
            frame, made, found = fold_fixed(cells, frames[table.name], cycle)
        frames[table.name] = frame
        changes += made
        issues += found
    return changes, issues
