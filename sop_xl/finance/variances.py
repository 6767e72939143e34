"""What the P&L bears beyond standard cost: purchase prices, overhead nobody absorbed, new standards, provisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.money import round_half_up
from sop_xl.finance.overtime import absorb

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

ROW = ["family", "period"]


def stock_variances(stock: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return family, period and amount of the lines that come with the stock: costs are positive.

    `revaluation` is what opening stock loses by a new standard cost, `provision` what is written down for
    excess and obsolete stock beyond the month before.

    Args:
        stock: the result table `stock_value`.
    """
    return {
        "revaluation": stock[ROW].assign(amount=-stock["revaluation"].to_numpy(float) + 0.0),
        "provision": stock[ROW].assign(amount=stock["provision_change"].to_numpy(float)),
    }


def purchase_price_variance(data: PlanData, bought: pd.DataFrame, stock: pd.DataFrame) -> pd.DataFrame:
    """Return family, period and amount: what is bought, at its price, less the same at standard cost.

    Purchases at standard are those of the value corkscrew, so that price and variance tie to the cent.

    Args:
        data: the input.
        bought: item, period and value of all that arrives, as `bought_goods` gives it.
        stock: the result table `stock_value`.
    """
    family = bought["item"].map(data["items"].set_index("item")["family"])
    paid = bought.assign(family=family).groupby(ROW)["value"].sum()
    at_standard = stock.groupby(ROW)["purchases"].sum()
    gap = paid.sub(at_standard, fill_value=0.0)
    return gap.rename("amount").reset_index().assign(amount=round_half_up(np.round(gap.to_numpy(float), 8)))


def production_variance(spent: pd.DataFrame, stock: pd.DataFrame) -> pd.DataFrame:
    """Return period and amount: what production takes at standard and by the hour, less its standard cost.

    Components used, hours with the overhead they bear, and material outside the bill; it is what rolled and
    given standard costs differ by, for the whole company.

    Args:
        spent: period and value of hours and material.
        stock: the result table `stock_value`.
    """
    flows = stock.groupby("period")[["used", "production"]].sum()
    paid = spent.groupby("period")["value"].sum().reindex(flows.index, fill_value=0.0)
    gap = (flows["used"] + paid - flows["production"]).to_numpy(float)
    return pd.DataFrame({"period": flows.index, "amount": round_half_up(np.round(gap, 8))})


def spent_on_production(data: PlanData, supply_plan: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Return period, hours (their cost at standard) and material (outside the bill) of what is made, to the cent.

    An item and month is rounded once, wherever it is made.
    """
    made = supply_plan.groupby(["item", "period"], as_index=False)["production"].sum()
    rates = {
        "hours": made["item"].map(costs.set_index("item")["conversion"]),
        "material": made["item"].map(data["items"].set_index("item")["material_cost"]),
    }
    amounts = {name: (made["production"] * rate.fillna(0.0)).to_numpy(float) for name, rate in rates.items()}
    return made[["period"]].assign(**{name: round_half_up(np.round(money, 8)) for name, money in amounts.items()})


def under_absorbed(data: PlanData, load: pd.DataFrame) -> pd.DataFrame:
    """Return resource, period and amount of the fixed overhead that the plan's production does not bear.

    A resource's overhead of a month is its rate an hour times the hours of normal load, `normal_load_pct` of
    the regular ones. Where fewer hours are worked the rest is an expense of the month; where more are,
    stock bears no more than was spent, so nothing is gained. Source: IAS 2, 13.
    """
    rows = load[load["period"].ge(data.settings.current_period)].sort_values(["resource", "period"], ignore_index=True)
    rate = rows["resource"].map(data["resources"].set_index("resource")["overhead_per_hour"]).fillna(0.0)
    normal = rows["available_hours"].fillna(0.0) * data.settings.normal_load_pct / 100.0
    worked = rows["required_hours"].fillna(0.0)
    left = [
        absorb(float(r * n), float(n), float(h)).under_absorbed if r > 0 and n > 0 else 0.0
        for r, n, h in zip(rate, normal, worked, strict=True)
    ]
    return rows[["resource", "period"]].assign(amount=round_half_up(np.round(np.array(left, dtype=float), 8)))


def bought_goods(data: PlanData, purchases: pd.DataFrame, supply_plan: pd.DataFrame, prices: pd.Series) -> pd.DataFrame:
    """Return item, period and value of all that arrives from suppliers: what the plan buys, and open orders.

    The result table `purchases` holds the new orders; what arrives beyond them are orders placed before,
    which count at the item's price.

    Args:
        data: the input.
        purchases: the result table `purchases`.
        supply_plan: the result table `supply_plan`.
        prices: price of one unit by item, else its standard cost.
    """
    key = ["item", "period"]
    new = purchases.fillna({"value": 0.0, "quantity": 0.0}).groupby(key)[["quantity", "value"]].sum()
    arriving = supply_plan.groupby(key)["purchases"].sum()
    open_units = arriving.sub(new["quantity"], fill_value=0.0).clip(lower=0.0)
    value = open_units * open_units.index.get_level_values("item").map(prices).fillna(0.0).to_numpy(float)
    before = value.rename("value").reset_index()
    before = before.assign(value=round_half_up(np.round(before["value"].to_numpy(float), 8)))
    rows = pd.concat([new[["value"]].reset_index(), before])
    known = rows["item"].isin(data["items"]["item"])
    sums = rows[known].groupby(key, as_index=False)["value"].sum()
    return sums.assign(value=round_half_up(sums["value"].to_numpy(float)))
