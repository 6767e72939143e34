"""Where each measure that a worksheet function may ask for stands in the result tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sop_xl.functions.arguments import ArgumentError
from sop_xl.schema.results import FAMILY_PLAN, FINANCE, FORECAST, LAST_CYCLE, LEAD_TIMES, LOAD, SUPPLY_PLAN

if TYPE_CHECKING:
    from sop_xl.schema.table import Table


class Measure(NamedTuple):
    """The table and column of a measure, and the line of the table `finance`."""

    table: Table
    column: str
    line: str = ""


MONEY_LINES = ("revenue", "cogs", "gross_margin", "opex", "inventory_value")

MEASURES = {
    "forecast": Measure(FORECAST, "consensus"),
    "statistical": Measure(FORECAST, "statistical"),
    "naive": Measure(FORECAST, "naive"),
    "sales": Measure(FORECAST, "sales"),
    "marketing": Measure(FORECAST, "marketing"),
    "actual": Measure(FAMILY_PLAN, "actual"),
    "last_year": Measure(FAMILY_PLAN, "last_year"),
    "bookings": Measure(FAMILY_PLAN, "bookings"),
    "supply": Measure(FAMILY_PLAN, "supply"),
    **{
        name: Measure(SUPPLY_PLAN, name)
        for name in (
            "opening",
            "production",
            "purchases",
            "received",
            "shipped_out",
            "demand",
            "served",
            "lost",
            "backlog",
            "closing",
            "target",
        )
    },
    **{line: Measure(FINANCE, "amount", line) for line in MONEY_LINES},
    **{f"budget_{line}": Measure(FINANCE, "budget", line) for line in MONEY_LINES},
    **{
        name: Measure(LOAD, name)
        for name in ("required_hours", "available_hours", "overtime_hours", "wanted_hours", "load_pct", "workers")
    },
    **{name: Measure(LEAD_TIMES, name) for name in ("weeks_of_backlog", "quoted_weeks")},
}
"""Measures by the name a formula gives."""

STATES = frozenset({"load_pct", "weeks_of_backlog", "quoted_weeks"})
"""Measures whose rows do not add up."""

_BEFORE = {
    "forecast": Measure(LAST_CYCLE, "forecast"),
    "supply": Measure(LAST_CYCLE, "supply"),
    "closing": Measure(LAST_CYCLE, "closing"),
    **{line: Measure(FINANCE, "last_cycle", line) for line in MONEY_LINES},
}


def source_of(measure: str, cycle: str) -> Measure:
    """Return where a measure of this cycle (blank) or the one before (`last`) stands.

    Raises:
        ArgumentError: there is no such measure or cycle, or it is not kept of the one before.
    """
    name, known = measure.strip().lower(), MEASURES
    if cycle:
        if cycle.lower() != "last":
            msg = f"there is no cycle '{cycle}' in this workbook; give last, or leave it blank for this one."
            raise ArgumentError(msg)
        known = _BEFORE
    if name not in known:
        msg = (
            f"there is no measure '{measure}'{' of the cycle before' if cycle else ''}; take one of {', '.join(known)}."
        )
        raise ArgumentError(msg)
    return known[name]
