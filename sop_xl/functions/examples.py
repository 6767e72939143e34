"""A small example of each worksheet function: what goes in, and what its answer is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

import pandas as pd

from sop_xl.functions.catalogue import FUNCTIONS
from sop_xl.schema.frames import conform
from sop_xl.schema.results import ACCURACY, FAMILY_PLAN, FORECAST, PLAN_COST, SHORTAGES

if TYPE_CHECKING:
    from sop_xl.functions.worksheet import TableOfCells, WorksheetFunction
    from sop_xl.schema.table import Table

Given = float | str | tuple[float | None, ...] | tuple[tuple[float, ...], ...] | None
"""An argument: one cell, a row, a block as rows, or None for one that is left out."""


@dataclass(frozen=True)
class Example:
    """One function at work.

    Attributes:
        function: what is shown.
        given: its arguments, in order; those at the end may be missing.
        rows: names of the rows of the answer, where it has no names of its own.
    """

    function: WorksheetFunction
    given: tuple[Given, ...]
    rows: tuple[str, ...] = ("Result",)

    def cells(self, place: int) -> TableOfCells | None:
        """Return the rows of cells of an argument, None where it is left out."""
        value = self.given[place] if place < len(self.given) else None
        if value is None:
            return None
        return [list(row) if isinstance(row, tuple) else [row] for row in value] if _is_block(value) else _row(value)

    def answer(self) -> TableOfCells:
        """Return the rows of the answer, each with its name in front."""
        result = self.function.answer(*(self.cells(k) for k in range(len(self.given))), facts=SampleFacts())
        rows = result if isinstance(result, list) else [[result]]
        if isinstance(rows[0][0], str) and len(rows[0]) > 1 and len(rows) > 1:
            return rows
        names = self.rows if len(self.rows) == len(rows) else tuple(f"Result {k + 1}" for k in range(len(rows)))
        return [[name, *row] for name, row in zip(names, rows, strict=True)]


def examples() -> dict[str, Example]:
    """Return the example of every function by its name."""
    return {name: Example(FUNCTIONS[name], *parts) for name, parts in _EXAMPLES.items()}


class SampleFacts:
    """Results of a small company, for the functions that read the workbook."""

    def frame(self, table: Table, run: str = "") -> pd.DataFrame:
        """Return the rows of the table that the sample has."""
        rows = pd.DataFrame(_SAMPLE.get(table.name, []))
        return conform(table, rows)


def _is_block(value: Given) -> TypeGuard[tuple[tuple[float, ...], ...]]:
    return isinstance(value, tuple) and isinstance(value[0], tuple)


def _row(value: Given) -> TableOfCells:
    return [list(value)] if isinstance(value, tuple) else [[value]]  # type: ignore[arg-type]


_NOVEMBER = "2026-11"
_SAMPLE: dict[str, list[dict[str, object]]] = {
    FAMILY_PLAN.name: [{"family": "Bikes", "period": pd.Period(_NOVEMBER, freq="M"), "supply": 1_240.0}],
    PLAN_COST.name: [{"scenario": "Base", "component": "total", "amount": 0.0}],
    SHORTAGES.name: [
        {
            "item": "BK-1",
            "market": "Europe",
            "period": pd.Period(_NOVEMBER, freq="M"),
            "quantity": 120.0,
            "kind": "late",
            "reason": "Frame welding is full in November 26; 120 come a month late.",
            "value": 60_000.0,
            "family": "Bikes",
        }
    ],
    FORECAST.name: [
        {
            "item": "BK-1",
            "market": "Europe",
            "period": pd.Period(_NOVEMBER, freq="M"),
            "naive": 96.0,
            "statistical": 110.0,
            "method": "Theta + Holt-Winters + smoothing",
            "event_qty": 10.0,
            "launch_qty": 0.0,
            "initiative_qty": 0.0,
            "consensus": 120.0,
        }
    ],
    ACCURACY.name: [{"family": "Bikes", "item": "BK-1", "lag": 1.0, "wmape": 18.0, "naive_wmape": 25.0, "fva": 7.0}],
}

_SEASONAL = (96.0, 104.0, 128.0, 152.0, 108.0, 116.0, 141.0, 168.0, 119.0, 127.0, 157.0, 184.0)
_RISING = (100.0, 104.0, 103.0, 109.0, 112.0, 110.0, 117.0, 119.0, 118.0, 125.0, 126.0, 131.0)
_STEADY = (103.0, 96.0, 110.0, 98.0, 101.0, 92.0, 107.0, 99.0, 104.0, 95.0, 108.0, 100.0)
_PORT = (180.0, 168.0, 159.0, 175.0, 190.0, 205.0, 180.0, 182.0)
_RARE = (0.0, 0.0, 3.0, 0.0, 2.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0, 1.0)
_ACTUAL, _NAIVE = (100.0, 120.0, 80.0, 110.0), (90.0, 100.0, 120.0, 80.0)
_STATISTICAL, _FINAL = (98.0, 112.0, 90.0, 104.0), (110.0, 125.0, 95.0, 115.0)

_EXAMPLES: dict[str, tuple[tuple[Given, ...], tuple[str, ...]] | tuple[tuple[Given, ...]]] = {
    "SOP_FORECAST": ((_RISING, 4, None, 1), ("Forecast", "Low", "High")),
    "SOP_FIT": ((_STEADY, 1),),
    "SOP_OUTLIERS": (
        ((50.0, 52.0, 49.0, 51.0, 140.0, 50.0, None, 48.0, 51.0, 52.0, 50.0, 49.0), None, 1),
        ("Cleaned", "Outlier"),
    ),
    "SOP_NAIVE": ((_SEASONAL, 4, 4),),
    "SOP_MA": ((_SEASONAL, 4, 2),),
    "SOP_SES": ((_PORT, 0.1, 1, 175),),
    "SOP_HOLT": ((_SEASONAL, 0.1, 0.2, 2),),
    "SOP_WINTERS": ((_SEASONAL, 0.05, 0.1, 0.1, 4, 4),),
    "SOP_CROSTON": ((_RARE, 0.1, 1, "sba"),),
    "SOP_MAPE": ((_ACTUAL, _NAIVE),),
    "SOP_WMAPE": ((_ACTUAL, _NAIVE),),
    "SOP_BIAS": ((_ACTUAL, _FINAL),),
    "SOP_MAD": ((_ACTUAL, _NAIVE),),
    "SOP_TRACKING": (((90.0, 95.0, 115.0, 100.0, 125.0, 140.0), (100.0, 100.0, 100.0, 110.0, 110.0, 110.0)),),
    "SOP_FVA": ((_ACTUAL, _NAIVE, _STATISTICAL, _FINAL), ("Naive", "Statistical", "Final")),
    "SOP_ABC": (((420.0, 90.0, 310.0, 40.0, 140.0),),),
    "SOP_XYZ": (
        (((10.0, 11.0, 9.0, 10.0), (4.0, 12.0, 2.0, 10.0), (0.0, 0.0, 24.0, 0.0)),),
        ("Item 1", "Item 2", "Item 3"),
    ),
    "SOP_PROJECT": ((500, (980.0, 1000.0, 990.0), (960.0, 1040.0, 1010.0)),),
    "SOP_BACKLOG": ((300, (200.0, 220.0, 210.0), (210.0, 215.0, 215.0)),),
    "SOP_COVER": ((1500, (1000.0, 800.0, 600.0), 20),),
    "SOP_BACKLOGWEEKS": (((290.0, 295.0, 290.0), (210.0, 215.0, 215.0), 4.33),),
    "SOP_NETTING": (((350.0, 350.0, 350.0, 350.0), (300.0, 500.0, 280.0, 0.0), 1, 1),),
    "SOP_SAFETY": ((0.9, 2500, 500, 2),),
    "SOP_FILLRATE": ((1000, 10000, 707.1),),
    "SOP_LEVEL": (((115.0, 125.0, 140.0, 150.0), 100, 130, (21.0, 19.0, 20.0, 10.0)),),
    "SOP_CHASE": (((110.0, 120.0, 130.0, 120.0, 120.0), 100, 80),),
    "SOP_LOAD": (((100.0, 120.0, 90.0), 1.5, 1),),
    "SOP_CPOF": (
        (((33.0, 33.0, 40.0), (17.0, 17.0, 13.0)), (0.95, 1.85), (60.3, 30.4, 9.3)),
        ("Centre 1", "Centre 2", "Centre 3"),
    ),
    "SOP_WW": (((90.0, 120.0, 80.0, 70.0), 500, 2), ("Lots", "Cost")),
    "SOP_EOQ": ((1300, 8, 0.225), ("Lot, cost",)),
    "SOP_DISAGG": ((100, (35.0, 28.0, 21.0), 1),),
    "SOP_FAIRSHARE": ((120, (10.0, 5.0, 15.0), (20.0, 10.0, 200.0)),),
    "SOP_DRP": ((50, (25.0, 25.0, 25.0, 25.0, 25.0, 25.0), None, 1, 50, 15),),
    "SOP_RAMP": (((100.0, 110.0, 120.0, 110.0, 100.0, 90.0), 2, 0.5, 4),),
    "SOP_CANNIBAL": (((100.0, 150.0, 200.0), 40, (100.0, 50.0, 100.0)),),
    "SOP_C2C": ((1_200_000, 780_000, 260_000, 180_000, 130_000),),
    "SOP_BRIDGE": ((1000, 50, 30, 1100, 48, 31),),
    "SOP_GAP": (((90.0, 100.0, 110.0, 100.0), (100.0, 100.0, 100.0, 100.0), 2),),
    "SOP_BACKSOLVE": ((100, 50, None, None, 5500.0, "price"),),
    "SOP_GET": (("supply", "Bikes", _NOVEMBER),),
    "SOP_WHY": (("late", "Bikes", _NOVEMBER),),
    "SOP_EXPLAIN": (("BK-1", _NOVEMBER),),
}
