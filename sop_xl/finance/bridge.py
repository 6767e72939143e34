"""Bridges: why money differs between two versions of it, exactly additive to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from sop_xl.domain.money import round_half_up

if TYPE_CHECKING:
    import pandas as pd

STEPS = ("volume", "mix", "price", "cost", "fx", "new", "lost", "unsplit")
"""What a difference is made of, in the order it is shown."""

Measure = Literal["gross_margin", "revenue"]


class Bar(NamedTuple):
    """One bar of a waterfall as stacked columns draw it: invisible base, part above zero, part below it."""

    base: float
    positive: float
    negative: float


def split_difference(lines: pd.DataFrame, *, measure: Measure = "gross_margin") -> pd.DataFrame:
    """Return `lines` with `start`, `end` and one column for each of `STEPS`, which add up to end - start.

    Favourable is positive. With Q the sum of q over the comparable items of one `unit`, m the unit
    margin of *from*, and money in plan currency:

    - fx = revenue of *to* at its own rates less the same at the rates of *from*
    - price = revenue of *to* at the rates of *from* less q_to x price_from
    - cost = -(cost of *to* less q_to x unit cost_from)
    - volume = (Q_to x q_from / Q_from - q_from) x m: all items grow alike
    - mix = (q_to - Q_to x q_from / Q_from) x m: the rest of the change of quantity

    An item that *from* has no quantity or no revenue of is new, one that *to* has no quantity of is
    lost: their whole difference stands apart, as does that of money without quantity (`unsplit`).
    Where Q_from is 0 there is no mix. With the measure `revenue`, m is the price and cost plays no part.

    Price, cost and fx are rounded so that each adds up to its rounded total in the unit; then volume;
    what is left of an item's own difference is mix (volume, where the unit has one item only).

    Args:
        lines: one row an item. `unit`: only quantities of one unit are added up; `from_quantity`,
            `to_quantity`: NaN where not known; `from_revenue`, `from_cost`, `to_revenue`, `to_cost`:
            whole cents; `to_constant`: revenue of *to* at the rates of *from*. Further columns are kept.
        measure: whether the bridge is that of revenue less cost, or of revenue alone.

    Source:
        Drury, Management and Cost Accounting, ch. 18 for mix and quantity.
    """
    figures = lines.reset_index(drop=True)
    start, end = (_level(figures, side, measure) for side in ("from", "to"))
    kind = _kind(figures)
    steps = {step: np.where(kind == step, end - start, 0.0) for step in ("new", "lost", "unsplit")}
    comparable = np.flatnonzero(kind == "")
    for step in STEPS[:5]:
        steps[step] = np.zeros(len(figures))
    for rows in figures.iloc[comparable].groupby("unit", sort=True).indices.values():
        places = comparable[rows]
        parts = _unit_steps(figures.iloc[places], (end - start)[places], measure)
        for step, values in parts.items():
            steps[step][places] = values
    columns = {step: round_half_up(steps[step]) for step in STEPS}
    return figures.assign(start=start, end=end, **columns)


def waterfall(steps: list[float]) -> list[Bar]:
    """Return the bar of each step of a running sum that starts at zero; it may cross zero.

    100, -130, +50, -5 gives (0, 100, 0), (0, 100, -30), (0, 20, -30), (15, 5, 0): a step is drawn from
    the level before it to the one after, split at zero.
    """
    after = np.cumsum(np.asarray(steps, dtype=float))
    before = np.concatenate([[0.0], after[:-1]])
    low, high = np.minimum(before, after), np.maximum(before, after)
    base = np.where(low > 0, low, np.where(high < 0, high, 0.0))
    positive = np.maximum(high, 0) - np.maximum(low, 0)
    negative = np.minimum(low, 0) - np.minimum(high, 0)
    return [Bar(*bar) for bar in np.column_stack([base, positive, negative]).round(9).tolist()]


def whole_cents(values: np.ndarray) -> np.ndarray:
    """Return `values` in cents that add up to their sum, itself rounded to the cent half away from zero.

    Each is cut down to the cent; the cents left over go to the largest remainders, ties in order.
    """
    cents = np.round(np.asarray(values, dtype=float) * 100, 6)
    whole = np.floor(cents)
    total = round(float(round_half_up(np.array([round(float(cents.sum()) / 100, 8)]))[0]) * 100)
    left = total - int(whole.sum())
    by_remainder = np.argsort(whole - cents, kind="stable")
    if left > 0:
        whole[by_remainder[:left]] += 1
    elif left < 0:
        whole[by_remainder[left:]] -= 1
    return whole / 100 + 0.0


def _level(figures: pd.DataFrame, side: str, measure: Measure) -> np.ndarray:
    revenue, cost = (figures[f"{side}_{name}"].fillna(0.0).to_numpy(float) for name in ("revenue", "cost"))
    return round_half_up(revenue if measure == "revenue" else revenue - cost)


def _kind(figures: pd.DataFrame) -> np.ndarray:
    """Return new, lost or unsplit, or "" for what price, volume and mix explain."""
    before, after = (figures[f"{side}_quantity"].fillna(0.0).to_numpy(float) for side in ("from", "to"))
    had, has = (_has_money(figures, side) for side in ("from", "to"))
    no_price = (before == 0) | (figures["from_revenue"].fillna(0.0).to_numpy(float) == 0)
    unknown = (had & (before == 0)) | (has & (after == 0))
    new, lost = no_price & (after != 0) & ~(had & (before == 0)), (after == 0) & ~has & (before != 0)
    return np.select([unknown, new, lost, (before == 0) & (after == 0)], ["unsplit", "new", "lost", "unsplit"], "")


def _has_money(figures: pd.DataFrame, side: str) -> np.ndarray:
    return figures[[f"{side}_revenue", f"{side}_cost"]].fillna(0.0).ne(0.0).any(axis=1).to_numpy()


def _unit_steps(items: pd.DataFrame, change: np.ndarray, measure: Measure) -> dict[str, np.ndarray]:
    """Return volume, mix, price, cost and fx of the comparable items of one unit; `change` is what they add up to."""
    before, after = items["from_quantity"].to_numpy(float), items["to_quantity"].to_numpy(float)
    revenue, constant = items["to_revenue"].fillna(0.0).to_numpy(float), items["to_constant"].to_numpy(float)
    price = items["from_revenue"].fillna(0.0).to_numpy(float) / before
    unit_cost = items["from_cost"].fillna(0.0).to_numpy(float) / before * (measure == "gross_margin")
    cost = items["to_cost"].fillna(0.0).to_numpy(float) * (measure == "gross_margin")
    grown = after.sum() / before.sum() * before if before.sum() else after
    steps = {
        "price": whole_cents(constant - after * price),
        "cost": whole_cents(after * unit_cost - cost),
        "fx": whole_cents(revenue - constant),
    }
    rest = change - steps["price"] - steps["cost"] - steps["fx"]
    one = len(items) == 1 or not before.sum()
    steps["volume"] = rest if one else whole_cents((grown - before) * (price - unit_cost))
    steps["mix"] = rest - steps["volume"]
    return steps
