"""Small shops: classic job shops in minutes of a working day, and lots by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sop_xl.supply.scheduling.shop import Shop

MINUTES = 480.0
"""Hours of a day so that one hour is one step of CP-SAT: a duration of the classics is exact."""

FT06 = (
    ((2, 1), (0, 3), (1, 6), (3, 7), (5, 3), (4, 6)),
    ((1, 8), (2, 5), (4, 10), (5, 10), (0, 10), (3, 4)),
    ((2, 5), (3, 4), (5, 8), (0, 9), (1, 1), (4, 7)),
    ((1, 5), (0, 5), (2, 5), (3, 3), (4, 8), (5, 9)),
    ((2, 9), (1, 3), (4, 5), (5, 4), (0, 3), (3, 1)),
    ((1, 3), (3, 3), (5, 9), (0, 10), (4, 4), (2, 1)),
)
"""Fisher and Thompson (1963): machine and duration of each operation, job by job; best makespan 55."""
LA01 = (
    ((1, 21), (0, 53), (4, 95), (3, 55), (2, 34)),
    ((0, 21), (3, 52), (4, 16), (2, 26), (1, 71)),
    ((3, 39), (4, 98), (1, 42), (2, 31), (0, 12)),
    ((1, 77), (0, 55), (4, 79), (2, 66), (3, 77)),
    ((0, 83), (3, 34), (2, 64), (1, 19), (4, 37)),
    ((1, 54), (2, 43), (4, 79), (0, 92), (3, 62)),
    ((3, 69), (4, 77), (1, 87), (2, 87), (0, 93)),
    ((2, 38), (0, 60), (1, 41), (3, 24), (4, 83)),
    ((3, 17), (1, 49), (4, 25), (0, 44), (2, 98)),
    ((4, 77), (3, 79), (2, 43), (1, 75), (0, 96)),
)
"""Lawrence (1984); best makespan 666."""


def shop(jobs, daily, *, setups=None, due=None, release=None, links=()):
    """Return a shop from jobs of (resource, hours) in order; `setups` by task: (family, hours)."""
    tasks = pd.DataFrame(
        [(lot, resource, float(hours)) for lot, job in enumerate(jobs) for resource, hours in job],
        columns=["lot", "resource", "hours"],
    )
    pairs = [(k, k + 1) for k in range(len(tasks) - 1) if tasks["lot"][k] == tasks["lot"][k + 1]]
    families, setup_hours = zip(*(setups or [("", 0.0)] * len(tasks)), strict=True)
    lots = pd.DataFrame({"release": release or [0.0] * len(jobs), "weight": 1.0})
    lots["due"] = lots["needed"] = due or [0.0] * len(jobs)
    return Shop(
        tasks.assign(setup_hours=setup_hours, setup=families),
        lots,
        np.array([*pairs, *links], dtype=int).reshape(-1, 2),
        np.asarray(daily, float),
    )


def classic(jobs, days=10):
    """Return a classic job shop: a day of 480 hours is 480 steps."""
    return shop(jobs, np.full((len(jobs[0]), days), MINUTES))
