"""Score what cleaning a spoilt history is worth, on M3 monthly.

    python benchmarks/dirty_history.py PATH_TO_M3_MONTHLY.csv.gz

Three per cent of the training months are multiplied by 2.5 or 0.3; or five per cent are cut to 0 to 50 % and
flagged as stock-outs. Each panel is forecast as it is and as cleaned. Limits were fixed before the test months
were scored; those of `hampel` come from the literature.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from forecast import SEASON, point_scores, read

from sop_xl.demand.corrections import in_a_row
from sop_xl.demand.engine import forecast_panel
from sop_xl.demand.outliers import expected, hampel
from sop_xl.demand.panel import naive_scale

SEED = 7


def main() -> None:
    """Spoil, clean, forecast, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    whole, actual = read(parser.parse_args().path, 0)
    scale = naive_scale(whole, SEASON)

    def show(name: str, panel: np.ndarray, more: str = "") -> None:
        mean = forecast_panel(panel, actual.shape[1], season=SEASON).mean
        smape, mase = point_scores(mean, actual, scale)
        print(f"{name:34}{smape:8.3f}{mase:8.4f}  {more}", flush=True)

    show("as it is", whole)
    cleaned, outlier = clean(whole)
    show("as it is, cleaned", cleaned, f"{100 * outlier.mean():.1f} % of months altered")
    rng = np.random.default_rng(SEED)
    hit = (rng.random(whole.shape) < 0.03) & ~np.isnan(whole)
    spoilt = np.where(hit, whole * np.where(rng.random(whole.shape) < 0.5, 2.5, 0.3), whole)
    show("3 % x 2.5 or x 0.3", spoilt)
    cleaned, outlier = clean(spoilt)
    precision, recall = (outlier & hit).sum() / outlier.sum(), (outlier & hit).sum() / hit.sum()
    show("3 % x 2.5 or x 0.3, cleaned", cleaned, f"precision {precision:.2f}, recall {recall:.2f}")
    hit = (rng.random(whole.shape) < 0.05) & ~np.isnan(whole)
    cut = np.where(hit, whole * rng.uniform(0, 0.5, whole.shape), whole)
    show("5 % cut to 0-50 %", cut)
    filled = np.where(hit, np.fmax(cut, expected(cut, hit, SEASON)), cut)
    error = (np.abs(filled - whole)[hit] / whole[hit]).mean()
    show("5 % cut to 0-50 %, filled in", filled, f"mean error of the months filled in {100 * error:.1f} %")


def clean(panel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the panel as the demand step corrects it, and the months corrected."""
    found = hampel(panel, SEASON)
    above = found.outlier & (panel > found.quantity)
    single = found.outlier & ~in_a_row(above) & ~in_a_row(found.outlier & ~above)
    return np.where(single, found.quantity, panel), single


if __name__ == "__main__":
    main()
