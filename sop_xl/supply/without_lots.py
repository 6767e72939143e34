"""A plan too large for whole numbers: the same company without lot sizes, and the remark that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sop_xl.domain.issue import Issue, Severity
from sop_xl.schema.inputs import ITEMS

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

LOT_FIELDS = {
    "items": ("min_lot", "lot_multiple"),
    "suppliers": ("min_order", "multiple"),
    "lanes": ("multiple", "min_load", "fixed_cost"),
    "locations": ("max_destinations",),
}
"""What makes a plan's columns whole, beside setups, extra shifts and whole workers."""


def without_lots(data: PlanData) -> PlanData:
    """Return the input without lots, orders and trucks of a size of their own."""
    blank = {table: data[table].assign(**dict.fromkeys(fields, np.nan)) for table, fields in LOT_FIELDS.items()}
    return data.with_tables(**blank)


def lots_left_out() -> Issue:
    """Return the remark on a plan that was made without lots."""
    message = "The plan is too large for whole lots: minimum lots, orders and trucks are not kept in it."
    cure = "Plan fewer months or families at once, or round the orders as they are placed."
    return Issue(Severity.WARN, "lots-left-out", ITEMS.sheet, "", message, cure)
