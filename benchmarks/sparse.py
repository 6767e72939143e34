"""Score the sparse blend beside the published methods, on the demo company's item and market series.

    python benchmarks/sparse.py

At each origin every method sees the months before it; the next six months are scored. RMSSE is over the root
mean square of the lag-1 steps before the origin; bias is forecast over actual, of all series together. A low
RMSSE alone says little: forecasting nothing can win it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.demand.history import read_history
from sop_xl.demand.intermittent import adida, croston, imapa, sba, tsb
from sop_xl.demand.rates import fit_rates, is_sparse
from sop_xl.demo import folder
from sop_xl.services.transfer import combine, read_folder

if TYPE_CHECKING:
    from collections.abc import Callable

CUTS = (6, 9, 12, 15)
AHEAD = 6
RECENT = 6
"""Months before the origin in which a series must have sold to be scored in the second table: Croston and its
like do not know that an item may have ended."""
METHODS: dict[str, Callable[[np.ndarray], float]] = {
    "Croston": croston,
    "SBA": sba,
    "TSB": tsb,
    "ADIDA": adida,
    "IMAPA": imapa,
    "nothing": lambda _: 0.0,
}


def main() -> None:
    """Forecast at every origin by every method, score, print: all sparse series, and those that sold lately."""
    data = combine(read_folder(folder()), None).plan_data()
    panel = read_history(data).quantity
    show(panel, "all sparse series")
    show(panel, f"with a sale in the last {RECENT} months", recent=RECENT)
    print("\nblend over the true rate, in total, of panels made at random whose rates stay as they are:")
    print("  ".join(f"{months} months {steady(months):.2f}" for months in (12, 24, 36, 60)))


def steady(months: int) -> float:
    """Return the blend's total over the true one, mean of four panels of 500 series of that many months at most."""
    made, true = 0.0, 0.0
    for seed in range(4):
        rng = np.random.default_rng(seed)
        chance, mean = np.clip(rng.beta(1.2, 2.5, 500), 0.05, 0.7), np.exp(rng.normal(0, 0.8, 500))
        size = 1 + rng.negative_binomial(1, 1 / (1 + 3 * mean[:, None]), (500, months))
        units = np.where(rng.random((500, months)) < chance[:, None], size, 0).astype(float)
        panel = np.where(np.cumsum(units > 0, axis=1) > 0, units, np.nan)
        keep = ~np.isnan(panel[:, -1]) & is_sparse(panel)
        made += fit_rates(panel[keep], AHEAD).forecast[:, 0].sum()
        true += (chance * (1 + 3 * mean))[keep].sum()
    return made / true


def show(panel: np.ndarray, words: str, recent: int = 10_000) -> None:
    """Score and print the series with a sale in the `recent` months before each origin."""
    scores: dict[str, list[tuple[float, float, float]]] = {}
    count = 0
    for cut in CUTS:
        past, actual = panel[:, : panel.shape[1] - cut], panel[:, panel.shape[1] - cut :][:, :AHEAD]
        alive = np.flatnonzero((np.nan_to_num(past) > 0).sum(axis=1) >= 2)
        rows = alive[is_sparse(past[alive]) & (np.nan_to_num(past[alive][:, -recent:]) > 0).any(axis=1)]
        steps = np.diff(past[rows], axis=1)
        scale = np.sqrt(np.nanmean(steps**2, axis=1))
        rows, scale = rows[scale > 0], scale[scale > 0]
        count += len(rows)
        for name, rates, spent in forecasts(past[rows]):
            error = np.sqrt(((actual[rows] - rates[:, None]) ** 2).mean(axis=1)) / scale
            bias = rates.sum() * AHEAD / actual[rows].sum()
            scores.setdefault(name, []).append((float(error.mean()), float(bias), spent / len(rows)))
    print(f"\n{words}: {count} series at {len(CUTS)} origins, {AHEAD} months ahead")
    print(f"{'':10}{'RMSSE':>8}{'bias':>8}{'ms':>8}   by origin: RMSSE / bias")
    for name, found in scores.items():
        mean = np.mean(found, axis=0)
        origins = "  ".join(f"{error:.3f} / {bias:.2f}" for error, bias, _ in found)
        print(f"{name:10}{mean[0]:8.3f}{mean[1]:8.2f}{1000 * mean[2]:8.2f}   {origins}")


def forecasts(past: np.ndarray) -> list[tuple[str, np.ndarray, float]]:
    """Return name, monthly rate of each series and seconds of CPU of the blend and of each method."""
    started = time.process_time()
    blend = fit_rates(past, AHEAD).forecast[:, 0]
    out = [("blend", blend, time.process_time() - started)]
    for name, method in METHODS.items():
        started = time.process_time()
        rates = np.array([method(row[np.isfinite(row)]) for row in past])
        out.append((name, rates, time.process_time() - started))
    return out


if __name__ == "__main__":
    main()
