"""What approved initiatives spend: capital and one-off cost when they start, running cost month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.domain.initiatives import months_of, plan_weight
from sop_xl.domain.money import round_half_up

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

SPENT = ("capex", "one_off_cost")


def initiative_spending(data: PlanData) -> pd.DataFrame:
    """Return initiative, family, period, capex and one_off_cost of approved initiatives, to the cent.

    All is spent in the first month of the initiative, or in the current one where it gives none; what
    started before is spent already. As with its effect on demand, the share that the plan holds counts. The family
    is the target, or that of the item that is the target; else "". Blank sums are 0.
    """
    rows, items, now = data["initiatives"], data["items"], data.settings.current_period
    ahead = rows["from_period"].isna() | rows["from_period"].ge(now)
    rows = rows.assign(weight=plan_weight(rows))[rows["status"].eq("approved") & ahead]
    rows = rows.sort_values("initiative", ignore_index=True)
    family = _family(rows["target"], items)
    period = rows["from_period"].fillna(now)
    share = rows["weight"]
    money = {name: round_half_up((rows[name].fillna(0.0) * share).to_numpy(float)) for name in SPENT}
    return rows[["initiative"]].assign(family=family, period=period, **money)


def running_cost(data: PlanData) -> pd.DataFrame:
    """Return family, period and opex of what the plan's initiatives cost a month, or save, in whole cents."""
    table, periods = data["initiatives"], data.calendar.periods
    money = round_half_up((table["delta_cost"].fillna(0.0) * plan_weight(table)).to_numpy(float))
    family = _family(table["target"], data["items"])
    parts = [
        pd.DataFrame({"family": family.iloc[row], "period": periods[months], "opex": money[row]})
        for row, months in enumerate(months_of(data))
        if money[row]
    ]
    none = pd.DataFrame({"family": pd.Series(dtype="str"), "period": periods[:0], "opex": pd.Series(dtype=float)})
    return pd.concat(parts, ignore_index=True) if parts else none


def _family(target: pd.Series, items: pd.DataFrame) -> pd.Series:
    """The family that is the target, or that of the item that is; else ""."""
    named = target.map(items.set_index("item")["family"]).astype(object).fillna("")
    return target.where(target.isin(items["family"]), named).astype("str")
