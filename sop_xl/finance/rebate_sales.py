"""Sales after yearly rebates: each rebate is spread over the sales that earned it, to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.errors import SopError
from sop_xl.domain.money import round_half_up, split_cents
from sop_xl.finance.rebate_scope import booked_rebates, in_scope, items_of

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

_TAKEN = {"revenue": "value", "constant": "constant", "local": "local"}
"""Ways of revenue, and the columns of booked rebates that are taken off them."""


def actual_after_rebates(data: PlanData, actual: pd.DataFrame) -> pd.DataFrame:
    """Return closed months' sales less what was booked under the measure `rebates`.

    A booked row is spread, by revenue, over the month's sales of its item, family or company, and of its market
    where it names one.

    Raises:
        SopError: there are no such sales in its month.
    """
    off = {way: np.zeros(len(actual)) for way in _TAKEN}
    agreed = np.zeros(len(actual))
    for row in booked_rebates(data).itertuples(index=False):
        mine = (actual["period"].eq(row.period) & actual["item"].isin(items_of(data, row.item))).to_numpy(bool)
        if row.market:
            mine = mine & actual["market"].eq(row.market).to_numpy(bool)
        if not mine.any():
            msg = f"Actuals: {row.value:,.2f} of rebates of {row.item} in {row.period}, but nothing was sold to take "
            raise SopError(msg + "them from. Correct the item, the market or the month of that row.")
        for way, column in _TAKEN.items():
            off[way][mine] += split_cents(_cents(getattr(row, column)), _weights(actual, mine))
        if row.agreement:
            agreed[mine] += split_cents(_cents(row.value), _weights(actual, mine))
    return _less(actual, off, agreed)


def planned_after_rebates(data: PlanData, planned: pd.DataFrame, accruals: pd.DataFrame) -> pd.DataFrame:
    """Return planned sales less what the agreements accrue; a true-up is borne by the current month's sales.

    Args:
        data: the agreements.
        planned: sales before rebates, as `planned_sales` gives them.
        accruals: the result table `rebate_accruals`.
    """
    off = np.zeros(len(planned))
    ahead = accruals[accruals["period"].ge(data.settings.current_period) & accruals["accrued"].ne(0.0)]
    for row in ahead.itertuples(index=False):
        mine = _bearers(data, planned, row.agreement, row.period)
        off[mine] += split_cents(row.accrued, _weights(planned, mine))
    revenue = planned["revenue"].to_numpy(float)
    rate = np.divide(planned["local"].to_numpy(float), revenue, out=np.zeros(len(planned)), where=revenue != 0)
    local = round_half_up(np.round(off * rate, 8))
    return _less(planned, {"revenue": off, "constant": off, "local": local}, off)


def _bearers(data: PlanData, planned: pd.DataFrame, agreement: str, period: pd.Period) -> np.ndarray:
    """Return the sales that bear an accrual: the agreement's own of the month, else its next, else all of the month."""
    scope, month = in_scope(data, agreement, planned), planned["period"].eq(period).to_numpy(bool)
    later = planned["period"].ge(period).to_numpy(bool) & scope
    if later.any():
        return later & planned["period"].eq(planned.loc[later, "period"].min()).to_numpy(bool)
    if month.any():
        return month
    msg = f"Rebates: agreement {agreement} owes its customer a rebate in {period}, but nothing is sold in that month. "
    raise SopError(msg + "Book it under the measure rebates, or correct the agreement.")


def _weights(sales: pd.DataFrame, mine: np.ndarray) -> np.ndarray:
    return np.maximum(sales.loc[mine, "revenue"].to_numpy(float), 0.0)


def _cents(amount: object) -> float:
    return float(round_half_up(np.array([0.0 if pd.isna(amount) else float(str(amount))]))[0])


def _less(sales: pd.DataFrame, off: dict[str, np.ndarray], agreed: np.ndarray) -> pd.DataFrame:
    """Take rebates off revenue; they are deductions like others, and shown apart, as are those of agreements."""
    ways = {way: round_half_up((sales[way] - off[way]).to_numpy(float)) for way in off}
    reported, constant = off["revenue"], off["constant"]
    more = {
        "deductions": round_half_up((sales["deductions"] + reported).to_numpy(float)),
        "constant_deductions": round_half_up((sales["constant_deductions"] + constant).to_numpy(float)),
        "rebates": round_half_up(reported),
        "constant_rebates": round_half_up(constant),
        "agreed_rebates": round_half_up(agreed),
    }
    return sales.assign(**ways, **more)
