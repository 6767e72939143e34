"""Grids on view sheets that Python lays out row by row: Demand review and Supply review."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sop_xl.schema.table import Column, Kind, Owner, Table, number, percent, rate, text

if TYPE_CHECKING:
    from collections.abc import Mapping

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


SUPPLY_KINDS = ("plan", "asked", "stock", "free", "fixed")
"""Rows of the Supply review beside `family` and `total`: what is made or bought, what is asked for, stock at the
month's end, the plan without fixed quantities, and the quantities that the planner fixes."""

FIXED_KINDS = {"fixed": "fixed_production"}
"""Rows of the Supply review the planner types into, and the field of the table `targets` each belongs to."""


def _gap(position: int) -> Column:
    return Column(f"gap {position}", f"gap{position}", Kind.ANY)


def _any(header: str, field: str, unit: str = "") -> Column:
    return Column(header, field, Kind.ANY, unit)


def _columns(words: Mapping[str, str]) -> tuple[Column, ...]:
    """Return the columns that all grids have in these places; `words` are headers that differ, by field."""
    columns = (
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
    )
    return tuple(replace(column, header=words.get(column.field, column.header)) for column in columns)


DEMAND_REVIEW = Table(
    "demand_review",
    "Demand review",
    _columns({}),
    key=("kind", "family", "item"),
    owner=Owner.PYTHON,
    blank_key=("family", "item"),
    help="Wide grid of the next 12 months: consensus by formula, input rows for sales and overrides.",
    view=True,
)
"""Columns A to AI of the sheet: A label, H-J closed, K-V open months, AA reason, AC kind, AD item, AE family;
AF to AI are what formulas and the next run read: price, comparison bases, and the input rows as they were written."""

SUPPLY_REVIEW = Table(
    "supply_review",
    "Supply review",
    _columns(
        {
            "class_": "Location",
            "wmape": "Cover",
            "to_year": "State",
            "net_price": "Standard cost",
            "year12": "Written check",
        }
    ),
    key=("kind", "family", "item", "class_"),
    owner=Owner.PYTHON,
    blank_key=("family", "item", "class_"),
    help="Wide grid of the next 12 months: the plan of each item and place, rows to fix quantities, stock by formula.",
    view=True,
)
"""The same columns; B is the location, Y the state of fixed quantities and what they cost at most. In their row AF to
AH tell whether a figure was typed since: count, sum, and sum weighted by column, as they were written."""

VIEW_TABLES = (DEMAND_REVIEW, SUPPLY_REVIEW)
