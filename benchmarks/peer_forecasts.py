"""Forecast a panel with statsforecast, in its own environment, since it needs pandas below 3.

    python -m venv peers && peers/bin/pip install "pandas<3" statsforecast
    peers/bin/python benchmarks/peer_forecasts.py PANEL.npz OUT.npz

`benchmarks/forecast.py --peers peers/bin/python` runs it on the series that it scores itself.
"""

from __future__ import annotations

import sys
import time

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
            made.append(model.forecast(y=row[~np.isnan(row)], h=horizon, level=list(LEVELS)))
        out[f"{name}:cpu"] = np.array(1000 * (time.process_time() - started) / len(panel))
        for key in ("mean", *(f"{side}-{level}" for side in ("lo", "hi") for level in LEVELS)):
            out[f"{name}:{key}"] = np.stack([forecast[key] for forecast in made])
    np.savez(sys.argv[2], **out)


if __name__ == "__main__":
    main()
