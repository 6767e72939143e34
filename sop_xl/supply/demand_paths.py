"""Demand as it may come: paths whose months, items and families go astray together as forecasts did.

The forecast gives a range for each item, family and the company. Ranges of parts that erred on their own would make
a narrower whole than it has; how much wider the whole is says how much they err together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

DRAWS = 200
"""Paths of demand; each has its mirror image among them."""
Z80 = 1.2815515655446004
"""Standard deviations from the middle to P10 and to P90."""
SKEW = 1.0 / (np.sqrt(2.0 * np.pi) * Z80)
"""A normal of two pieces with P10 a, median m and P90 b has the mean m + SKEW (a + b - 2 m)."""
LONGEST = 0.9
"""Persistence is never taken above this."""


@dataclass(frozen=True)
class Together:
    """How forecasts err together.

    Attributes:
        company: correlation of the errors of two items of different families.
        family: correlation of the errors of two items of one family.
        persistence: correlation of an item's errors in one month and the next.
    """

    company: float
    family: float
    persistence: float


def together(levels: pd.DataFrame, family_of: pd.Series, archive: pd.DataFrame, actual: pd.DataFrame) -> Together:
    """Return how items err together, from the ranges of their totals; how long, from archived forecasts.

    With half ranges s of items, W of families: W^2 = (1 - r) sum(s^2) + r (sum s)^2, least squares for r over all
    families and months. What of the company's half range the families' do not explain gives r between families.

    Args:
        levels: the table `forecast_levels`.
        family_of: family of each item, by item.
        archive: the table `forecast_archive`: `cycle`, `item`, `period`, `consensus`.
        actual: what came: `item`, `period`, `quantity`.
    """
    half = levels.assign(half=(levels["p90"] - levels["p10"]) / 2).dropna(subset=["half"])
    items = half[half["level"].eq("item")].assign(family=lambda f: f["node"].map(family_of))
    sums = items.assign(square=items["half"] ** 2).groupby(["family", "period"])[["half", "square"]].sum()
    families = half[half["level"].eq("family")].set_index(["node", "period"])["half"]
    widths = families.rename_axis(["family", "period"]).reindex(sums.index).fillna(np.sqrt(sums["square"]))
    within = _slope(widths**2 - sums["square"], sums["half"] ** 2 - sums["square"])
    by_month = sums.assign(added=sums["half"] ** 2, found=widths**2).groupby("period")
    whole = half[half["level"].eq("company")].set_index("period")["half"]
    across = (by_month["half"].sum() ** 2 - by_month["added"].sum()).reindex(whole.index)
    between = _slope(whole**2 - by_month["found"].sum().reindex(whole.index), across)
    return Together(min(between, within), within, persistence(archive, actual))


def persistence(archive: pd.DataFrame, actual: pd.DataFrame) -> float:
    """Return the correlation of an item's errors in two months of one archived forecast; 0 without any."""
    rows = archive.merge(actual, on=["item", "period"])
    rows["error"] = rows["quantity"] - rows["consensus"]
    rows = rows.dropna(subset=["error"])
    pairs = rows.merge(rows.assign(period=rows["period"] - 1), on=["cycle", "item", "period"], suffixes=("", "_next"))
    one, two = pairs["error"].to_numpy(float), pairs["error_next"].to_numpy(float)
    size = float(np.sqrt((one**2).sum() * (two**2).sum()))
    return float(np.clip((one * two).sum() / size, 0.0, LONGEST)) if size else 0.0


def factors(
    keys: pd.DataFrame, levels: pd.DataFrame, periods: pd.PeriodIndex, how: Together, *, seed: int, draws: int = DRAWS
) -> np.ndarray:
    """Return what each item's forecast is multiplied by on each path; mean 1; shape (items, months, draws).

    P10 and P90 are those of the forecast, the median between them is where the mean becomes the forecast, as far as
    demand of zero or more allows. The same item has the same luck whatever else is planned, so that scenarios are
    compared on the same futures.

    Args:
        keys: `item` and `family`.
        levels: the table `forecast_levels`, with the range of each item.
        periods: the months.
        how: how items err together.
        seed: of everything random.
        draws: paths, an even number.
    """
    count = len(periods)
    company = _noise(seed, "company", count, draws, how.persistence)
    shared = {f: _noise(seed, f"family {f}", count, draws, how.persistence) for f in sorted(set(keys["family"]))}
    own = [_noise(seed, f"item {i}", count, draws, how.persistence) for i in keys["item"]]
    z = np.sqrt(1 - how.family) * np.array(own).reshape(len(keys), count, draws)
    z += np.sqrt(how.family - how.company) * np.array([shared[f] for f in keys["family"]]).reshape(z.shape)
    z += np.sqrt(how.company) * company
    down, up = _ranges(keys["item"].tolist(), levels, periods)
    low, high = 1.0 - down[:, :, None], 1.0 + up[:, :, None]
    middle = np.clip((1.0 - SKEW * (low + high)) / (1.0 - 2.0 * SKEW), low, high)
    out = np.maximum(middle + np.where(z < 0, middle - low, high - middle) * z / Z80, 0.0)
    return out / out.mean(axis=2, keepdims=True)


def _noise(seed: int, name: str, months: int, draws: int, persistence: float) -> np.ndarray:
    """Return standard normal values, each month like the one before, and their mirror images; shape (months, draws)."""
    fresh = np.random.default_rng([seed, crc32(name.encode())]).standard_normal((months, draws // 2))
    for month in range(1, months):
        fresh[month] = persistence * fresh[month - 1] + np.sqrt(1 - persistence**2) * fresh[month]
    return np.hstack([fresh, -fresh])


def _ranges(items: Sequence[str], levels: pd.DataFrame, periods: pd.PeriodIndex) -> tuple[np.ndarray, np.ndarray]:
    """Return how far P10 is below and P90 above the forecast, as a share of it; where none is known, as of all."""
    known = levels[levels["level"].eq("item") & levels["statistical"].gt(0)].dropna(subset=["p10", "p90"])
    sides = {"down": known["statistical"] - known["p10"], "up": known["p90"] - known["statistical"]}
    out = []
    for side in sides.values():
        far = side.clip(lower=0)
        usual = float(far.sum() / known["statistical"].sum()) if len(known) else 0.0
        table = (far / known["statistical"]).set_axis(pd.MultiIndex.from_frame(known[["node", "period"]]))
        wide = table.unstack().reindex(index=items, columns=periods) if len(table) else pd.DataFrame()
        grid = wide.to_numpy(float) if len(table) else np.full((len(items), len(periods)), np.nan)
        out.append(np.where(np.isnan(grid), usual, grid))
    return out[0], out[1]


def _slope(y: pd.Series, x: pd.Series) -> float:
    """Return the slope through the origin by least squares, as a correlation from 0 to 1."""
    both = pd.DataFrame({"x": x, "y": y}).dropna()
    size = float((both["x"] ** 2).sum())
    return float(np.clip((both["x"] * both["y"]).sum() / size, 0.0, 1.0)) if size else 0.0
