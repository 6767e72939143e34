"""Every worksheet function, by area."""

from __future__ import annotations

from sop_xl.functions import (
    accuracy,
    balances,
    classes,
    facts,
    forecasting,
    launching,
    money,
    production,
    sharing,
    smoothing,
    stock,
)
from sop_xl.functions.worksheet import FUNCTIONS, Area, WorksheetFunction

__all__ = ["FUNCTIONS", "MODULES", "by_area"]

MODULES = (
    forecasting,
    smoothing,
    accuracy,
    classes,
    balances,
    stock,
    production,
    sharing,
    launching,
    money,
    facts,
)
"""Imported so that they declare their functions."""


def by_area() -> dict[Area, list[WorksheetFunction]]:
    """Return the functions of each area, in the order in which the modules above declare them."""
    places = {module.__name__: place for place, module in enumerate(MODULES)}
    ordered = sorted(FUNCTIONS.values(), key=lambda function: places[function.call.__module__])
    return {area: [function for function in ordered if function.area is area] for area in Area}
