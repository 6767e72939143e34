"""Grids on view sheets that Python lays out row by row: the Demand review."""

from __future__ import annotations

from sop_xl.schema.table import Column, Kind, Owner, Table, number, percent, rate, text

CLOSED_MONTHS = 3
OPEN_MONTHS = 12
FIRST_ROW = 8
"""Row number of the grid's first body row on its sheet, right below the time header."""

CLOSED_FIELDS = tuple(f"c{k}" for k in range(1, CLOSED_MONTHS + 1))
OPEN_FIELDS = tuple(f"m{k}" for k in range(1, OPEN_MONTHS + 1))

ROW_KINDS = (
    "family",
    "item",
    "statistical",
    "sensed",
    "sales",
    "marketing",
    "finance",
    "override",
    "demand",
    "total",
)
"""What a row of the grid shows. `item` is the consensus; sales to override are typed by the planner; demand is orders
and the forecast they left."""

INPUT_KINDS = {"sales": "sales", "marketing": "marketing", "finance": "finance", "override": "final"}
"""Rows the planner types into, and the stream of the table `overrides` each belongs to."""


def _gap(position: int) -> Column:
    return Column(f"gap {position}", f"gap{position}", Kind.ANY)


def _any(header: str, field: str, unit: str = "") -> Column:
    return Column(header, field, Kind.ANY, unit)


DEMAND_REVIEW = Table(
    "demand_review",
    "Demand review",
    (
        text("Label", "label"),
        text("Class", "class_"),
        _any("Trend", "trend"),
        text("Unit", "unit"),
        percent("WMAPE", "wmape"),
        _any("Next 12", "next12", "units"),
        _gap(1),
        *(number(f"Closed {k}", f"c{k}", "units") for k in range(1, CLOSED_MONTHS + 1)),
        *(_any(f"Month {k}", f"m{k}", "units") for k in range(1, OPEN_MONTHS + 1)),
        _gap(2),
        _any("To last cycle", "to_cycle"),
        _any("To last year", "to_year"),
        _gap(3),
        text("Reason", "reason"),
        _gap(4),
        text("Kind", "kind"),
        text("Item", "item"),
        text("Family", "family"),
        rate("Net price", "net_price", help="What the money rows count with."),
        _any("Last cycle 12", "cycle12", "units"),
        _any("Last year 12", "year12", "units"),
        text("As written", "written", help="What Python wrote into an input row; the total row: its first month."),
    ),
    key=("kind", "family", "item"),
    owner=Owner.PYTHON,
    blank_key=("family", "item"),
    help="Wide grid of the next 12 months: consensus by formula, input rows for sales and overrides.",
    view=True,
)
"""Columns A to AI of the sheet: A label, H-J closed, K-V open months, AA reason, AC kind, AD item, AE family;
AF to AI are what formulas and the next run read: price, comparison bases, and the input rows as they were written."""

VIEW_TABLES = (DEMAND_REVIEW,)
