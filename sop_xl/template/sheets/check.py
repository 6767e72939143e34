"""What a check of the sheet Checks is."""

from __future__ import annotations

from dataclasses import dataclass

AREAS = ("Data", "Demand", "Supply", "Finance", "Cycle")

HALF_CENT = 0.005
"""Tolerance of money: equal to the cent."""
UNITS = 0.001
"""Tolerance of quantities, which are stored to six digits."""

PLANNED = "sop_planned=1"
OPEN = '">="&sop_current'
"""The criterion of the planned months."""


@dataclass(frozen=True)
class Check:
    """One check of the sheet Checks.

    Attributes:
        id: letter of the area and a number; stable over the versions.
        area: one of `AREAS`.
        text: what should hold, as a sentence.
        expected, found: formulas without `=`.
        todo: what to do where it fails.
        sheet: where to go.
        applies: condition, without `=`, under which there is something to check.
        tolerance: largest difference that passes; 0 for counts.
    """

    id: str
    area: str
    text: str
    expected: str
    found: str
    todo: str
    sheet: str
    applies: str = PLANNED
    tolerance: float = 0.0

    @property
    def number(self) -> str:
        """The number format of its figures."""
        return "count" if self.tolerance == 0 else "cents"


def count_where(condition: str) -> str:
    """Return how many rows meet a condition over columns of a table."""
    return f"SUMPRODUCT(--({condition}))"
