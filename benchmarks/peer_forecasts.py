"""Forecast a panel with statsforecast, in its own environment, since it needs pandas below 3.

    python -m venv peers && peers/bin/pip install "pandas<3" statsforecast
    peers/bin/python benchmarks/peer_forecasts.py PANEL.npz OUT.npz

`benchmarks/forecast.py --peers peers/bin/python` runs it on the series that it scores itself.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np

SEASON = 12
LEVELS = (80, 95)


def main() -> None:
    """Read the panel, forecast every series with every method, write means, bounds and CPU time."""
    from statsforecast.models import AutoETS, DynamicOptimizedTheta, SeasonalNaive, Theta

    given = np.load(sys.argv[1])
    panel, horizon = given["panel"], int(given["horizon"])
    out: dict[str, np.ndarray] = {}
    for make in (SeasonalNaive, Theta, DynamicOptimizedTheta, AutoETS):
        name, model = make.__name__, make(season_length=SEASON)
        made = []
        started = time.process_time()
        for row in panel:
            made.append(forecast(model, row[~np.isnan(row)], horizon))
        out[f"{name}:cpu"] = np.array(1000 * (time.process_time() - started) / len(panel))
        for key in ("mean", *(f"{side}-{level}" for side in ("lo", "hi") for level in LEVELS)):
            out[f"{name}:{key}"] = np.stack([forecast[key] for forecast in made])
    np.savez(sys.argv[2], **out)


def forecast(model: Any, y: np.ndarray, horizon: int) -> dict[str, np.ndarray]:
    """Forecast one series; the last value where the method refuses, as most do below a year or so."""
    try:
        made = model.forecast(y=y, h=horizon, level=list(LEVELS))
        return {key: np.where(np.isnan(values), y[-1], values) for key, values in made.items()}
    except Exception:
        keys = ("mean", *(f"{side}-{level}" for side in ("lo", "hi") for level in LEVELS))
        return dict.fromkeys(keys, np.full(horizon, y[-1]))


if __name__ == "__main__":
    main()
