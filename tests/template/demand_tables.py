"""Result tables of the demand step for the view Events & launches: seven events, two launches, twelve influences."""

from __future__ import annotations

import numpy as np
import pandas as pd

EVENTS = 7
"""One more than the view lists."""


def demand_tables(months: pd.PeriodIndex) -> dict[str, pd.DataFrame]:
    """Return demand_changes, influences, history_changes and forecast_levels, drawn once from a seed."""
    draw = np.random.default_rng(11)
    changes = [
        {"place": f"event {k}", "kind": "event", "name": f"Event {k}", "type": "promotion", "probability_pct": 10.0 * k,
         "uplift_pct": 5.0 * k, "period": month, "quantity": float(draw.integers(0, 100))}
        for k in range(1, EVENTS + 1) for month in months
    ]  # fmt: skip
    changes += [
        {"place": f"launch {k}", "kind": "launch", "name": f"Launch {k}", "type": "develop", "probability_pct": 50.0,
         "period": month, "quantity": float(draw.integers(0, 100))}
        for k in (1, 2) for month in months
    ]  # fmt: skip
    changes += [
        {"place": "taken 1", "kind": "taken", "name": "Taken", "period": month, "quantity": -float(draw.integers(1, 9))}
        for month in months
    ]
    influences = [
        {"kind": "event" if k <= 2 else "price", "name": f"Name {k:02}", "months": 30.0, "rank": float(k),
         "effect": np.nan if k == 2 else 3.0 * k, "standard_error": np.nan if k == 2 else 1.0,
         "verdict": "cannot tell" if k == 2 else "told", "reason": "it sells in too few months" if k == 2 else "",
         "used": "for your judgement"}
        for k in range(1, 13)
    ]  # fmt: skip
    kinds = ("outlier", "outlier", "stock-out", "unusual", "unusual + level shift", "kept as booked")
    history = [
        {"item": f"I{k}", "period": months[0] - 9, "kind": kind, "booked": 10.0, "used": 12.0, "difference": 2.0}
        for k, kind in enumerate(kinds)
    ]
    levels = [
        {"level": "company", "period": month, "statistical": 100.0, "p10": 80.0, "p50": 99.0, "p90": 130.0}
        for month in months
    ]
    return {
        "demand_changes": pd.DataFrame(changes),
        "influences": pd.DataFrame(influences),
        "history_changes": pd.DataFrame(history),
        "forecast_levels": pd.DataFrame(levels),
    }
