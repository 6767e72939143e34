"""When rebates are paid: what an agreement has accrued goes to the customer at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.domain.money import round_half_up
from sop_xl.finance.rebate_scope import booked_rebates

if TYPE_CHECKING:
    import numpy as np

    from sop_xl.domain.plan_data import PlanData


def rebate_payments(data: PlanData, accruals: pd.DataFrame, months: pd.PeriodIndex) -> np.ndarray:
    """Return what is paid to customers in each month, in whole cents; shape (months,).

    All that an agreement has accrued is paid in its last month; what comes to it later, a true-up, in its own month.
    An agreement that ends after the last of `months` is not paid in them.

    Args:
        data: the agreements, and what was booked in closed months.
        accruals: the result table `rebate_accruals`, for the months from the current one on.
        months: the months.
    """
    booked = booked_rebates(data)
    columns = ["agreement", "period", "value"]
    ahead = accruals[accruals["period"].ge(data.settings.current_period)].rename(columns={"accrued": "value"})
    rows = pd.concat([booked.loc[booked["agreement"].ne(""), columns], ahead[columns]])
    ends = data["rebates"].groupby("agreement")["to_period"].first()
    due = [max(row.period, ends[row.agreement]) for row in rows.itertuples(index=False)]
    paid = rows["value"].groupby(pd.PeriodIndex(due, freq="M")).sum().reindex(months, fill_value=0.0)
    return round_half_up(paid.to_numpy(float))
