"""The levels of the plan as one objective: each level outweighs the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.levels import Level
    from sop_xl.supply.model import LinearModel

STEP = 10.0
"""How many times its goods' worth a typical unit of the level before money weighs, and each level over the next."""
MONEY, CALM = "money", "calm"


def level_weights(case: SupplyCase, levels: list[Level]) -> dict[str, float]:
    """Return the weight of each level in the one objective, in money; calm has none.

    Money weighs 1. A typical unit of the level before it weighs ten times what its goods are worth, one of the
    level before that a hundred times, and so on.
    """
    named = [level for level in levels if level.name not in (MONEY, CALM)]
    worth = float(np.median(case.rates.worth)) if len(case.rates.worth) else 1.0
    found = {MONEY: 1.0}
    for rank, level in enumerate(reversed(named), start=1):
        weights = np.abs(level.cost[level.cost != 0])
        found[level.name] = STEP**rank * worth / float(np.median(weights))
    return found


def one_objective(levels: list[Level], weights: dict[str, float]) -> np.ndarray:
    """Return the weighed sum of the levels' costs; shape (columns,)."""
    return np.sum([weights[level.name] * level.cost for level in levels if level.name in weights], axis=0)


def zero_of(model: LinearModel, levels: list[Level], weights: dict[str, float]) -> float:
    """Return what rewards alone could bring the objective to: the zero from which a plan's value is counted.

    A reward stands on stock up to its target, so that the value above it is what the plan costs, with what is
    missing to the targets at its weight.
    """
    zero = 0.0
    for level in levels:
        rewarded = level.cost < 0
        zero += weights.get(level.name, 0.0) * float(level.cost[rewarded] @ model.upper[rewarded])
    return zero
