"""The actuals of the months that the finance table shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.domain.currency import three_ways
from sop_xl.domain.fiscal import fiscal_year
from sop_xl.domain.plan_data import once
from sop_xl.finance.markets import blank_market

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.domain.plan_data import PlanData


@once
def closed_actuals(data: PlanData) -> pd.DataFrame:
    """Return the actuals of the months the finance table shows, values three ways, in a fixed order."""
    actuals, now = data["actuals"], data.settings.current_period
    first = fiscal_year(now, data.settings.fiscal_year_start)[0] - 12
    rows = actuals[actuals["period"].ge(first) & actuals["period"].lt(now)]
    rows = rows.sort_values(["measure", "item", "market", "location", "period"], ignore_index=True)
    market = rows["market"].where(rows["market"].ne(""), blank_market(data))
    return three_ways(data, rows.assign(market=market))
