"""Comments in the grids of both reviews: beside the item, place or family they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.cycle.notes import comments
from sop_xl.schema.views import DEMAND_REVIEW, SUPPLY_REVIEW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.cells import CellInput
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.schema import Table

ABOUT: Mapping[Table, str] = {DEMAND_REVIEW: "demand", SUPPLY_REVIEW: "supply"}
"""What comments on the rows of each grid are about."""
HEADS = {"item": "item", "plan": "item", "family": "family"}
"""Kinds of row that show comments, and the field that is their key: never one the planner types into."""
MARK = "► "


def with_comments(grid: Table, rows: list[list[CellInput]], data: PlanData) -> list[list[CellInput]]:
    """Return the rows of a grid, header first, with the comments on each in its column Reason.

    Args:
        grid: Demand review or Supply review.
        rows: as `review_rows` or `supply_rows` give them.
        data: the input, with the table `notes`.
    """
    found = {**comments(data, "family"), **comments(data, ABOUT[grid])}
    if not found:
        return rows
    kind, reason = grid.fields.index("kind"), grid.fields.index("reason")
    out = [list(row) for row in rows]
    for row in out[1:]:
        field = HEADS.get(str(row[kind]))
        words = found.get(str(row[grid.fields.index(field)])) if field else None
        if words and not row[reason]:
            row[reason] = MARK + words
    return out
