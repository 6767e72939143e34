"""The table `plan_cost`: what the plan costs, to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.money import round_half_up
from sop_xl.schema.frames import conform
from sop_xl.schema.results import PLAN_COST
from sop_xl.supply.costs import COMPONENTS, money

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.levels import Solved
    from sop_xl.supply.model import LinearModel

BASE = "base"
"""The scenario of the workbook as it stands."""


def plan_cost(case: SupplyCase, model: LinearModel, solved: Solved, penalty: float, rounding: float) -> pd.DataFrame:
    """Return the plan's cost by component; `total` is the sum of all but `penalties`, to the cent.

    Components are rounded by largest remainder, so that they add up to the rounded total. Beside the total stands
    the proven gap, in points: by how much of what it costs a better plan could be better at most; and how far stored
    quantities are from the solver's.
    """
    cost = money(case, model)
    amounts = rounded_parts(np.array([cost[name] @ solved.values for name in COMPONENTS]))
    total = round(float(amounts.sum()), 2)
    frame = pd.DataFrame(
        {
            "scenario": BASE,
            "component": [*COMPONENTS, "total", "penalties"],
            "amount": [*amounts, total, max(penalty, 0.0)],
            "gap_pct": [*np.full(len(COMPONENTS), np.nan), 100.0 * solved.gap, np.nan],
            "rounding": [*np.full(len(COMPONENTS), np.nan), rounding, np.nan],
        }
    )
    return conform(PLAN_COST, frame)


def rounded_parts(amounts: np.ndarray) -> np.ndarray:
    """Return amounts in cents that add up to their rounded sum: the largest remainders are rounded up."""
    cents = amounts * 100.0
    whole = np.floor(cents + 1e-6)
    rest = int(round_half_up(np.array([cents.sum()]), 0)[0] - whole.sum())
    first = np.argsort(-(cents - whole), kind="stable")[:rest]
    whole[first] += 1.0
    return whole / 100.0
