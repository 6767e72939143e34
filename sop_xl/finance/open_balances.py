"""What is open when the plan starts: as booked at the end of the last closed month, else as terms leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sop_xl.domain.money import round_half_up, split_cents
from sop_xl.finance.actual_rows import closed_actuals
from sop_xl.finance.cash import settle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from sop_xl.domain.plan_data import PlanData


class Flow(NamedTuple):
    """Invoices and their settlement, month by month, in whole cents; each array has shape (months,).

    Attributes:
        added: invoiced.
        settled: paid.
        of_closed: what of `settled` pays invoices of closed months, in the planned ones; 0 before.
        opening: open before the first month.
    """

    added: np.ndarray
    settled: np.ndarray
    of_closed: np.ndarray
    opening: float = 0.0


def by_terms(added: np.ndarray, days: float, now: int) -> Flow:
    """Return the flow of invoices that are settled after `days`; `now` is the place of the first planned month."""
    closed = np.where(np.arange(len(added)) < now, added, 0.0)
    ahead = np.arange(len(added)) >= now
    return Flow(added, settle(added, days), np.where(ahead, settle(closed, days), 0.0))


def together(flows: Sequence[Flow], months: int) -> Flow:
    """Return the sum of flows of the same months."""

    def add_up(arrays: list[np.ndarray]) -> np.ndarray:
        return round_half_up(np.sum([np.zeros(months), *arrays], axis=0))

    added, settled = add_up([flow.added for flow in flows]), add_up([flow.settled for flow in flows])
    return Flow(added, settled, add_up([flow.of_closed for flow in flows]), sum(flow.opening for flow in flows))


def as_booked(flow: Flow, now: int, booked: float) -> Flow:
    """Return `flow` with `booked` open when month `now` starts, settled in the proportions that terms give.

    Where terms leave nothing open, what was booked is overdue, and settled in month `now`.
    """
    total = float(round_half_up(np.array([booked]))[0])
    left = float(flow.opening + flow.added[:now].sum() - flow.settled[:now].sum())
    paid = flow.of_closed[now:]
    shares = np.maximum(np.append(paid, left - paid.sum()), 0.0)
    overdue = np.append(total, np.zeros(len(paid)))
    parts = split_cents(total, shares) if shares.sum() > 0.005 else overdue
    settled = flow.settled.copy()
    settled[now:] = round_half_up(settled[now:] - paid + parts[:-1])
    of_closed = flow.of_closed.copy()
    of_closed[now:] = parts[:-1]
    return Flow(flow.added, settled, of_closed, round(flow.opening + total - left, 2))


def as_posted(flow: Flow, now: int, posted: Mapping[int, float]) -> Flow:
    """Return `flow` with what was posted as open at the end of closed months: what was paid follows from that.

    Args:
        flow: as `as_booked` leaves it.
        now: place of the first planned month.
        posted: what was open, by place of the month; used where the last closed month is among them.
    """
    if now - 1 not in posted:
        return flow
    settled, opening = flow.settled.copy(), flow.opening
    closing = opening + np.cumsum(flow.added - flow.settled)
    shift = 0.0
    for k, month in enumerate(sorted(posted)):
        apart = round(float(closing[month]) + shift - posted[month], 2)
        if k:
            settled[month] = round(float(settled[month]) + apart, 2)
        else:
            opening = round(opening - apart, 2)
        shift -= apart
    return Flow(flow.added, settled, flow.of_closed, opening)


def booked_balances(data: PlanData, measure: str) -> pd.DataFrame:
    """Return what was open at the end of closed months: months by markets, "" for the rest of the company.

    Args:
        data: the actuals.
        measure: `receivables` or `payables`; no row says nothing, a row of 0 says that nothing is open.
    """
    rows = closed_actuals(data)
    rows = rows[rows["measure"].eq(measure)].dropna(subset=["value"])
    return rows.groupby(["period", "market"])["value"].sum().unstack("market")
