"""What must be set up before it is made: a whole make, or one resource of an operation with a choice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Setups:
    """Setups, each of them paid once in a month in which its quantity is above 0.

    Attributes:
        keys: make; run: number of the choice step, -1 for the whole make; cost: money a setup; campaign: months
            it lasts at least once it is paid, 0 where it is paid every month.
        steps: setup, resource, setup_hours: the hours a setup takes at each resource.
    """

    keys: pd.DataFrame = field(repr=False)
    steps: pd.DataFrame = field(repr=False)


def read_setups(steps: pd.DataFrame) -> Setups:
    """Return the setups of the routing steps of a network (`Network.steps`)."""
    lines = steps[(steps["setup_hours"] > 0) | (steps["setup_cost"] > 0) | (steps["campaign"] > 0)]
    groups = lines.groupby(["make", "run"], sort=True)
    keys = groups.agg(cost=("setup_cost", "sum"), campaign=("campaign", "max")).reset_index()
    times = lines.assign(setup=groups.ngroup())[["setup", "resource", "setup_hours"]]
    return Setups(keys, times[times["setup_hours"] > 0].reset_index(drop=True))
