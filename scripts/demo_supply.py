"""Who supplies the demo company, and what is on its way."""

from __future__ import annotations

import numpy as np
import pandas as pd
from demo_costs import UNITS_PER_PACK

REQUIREMENT_FACTOR = 1.2
"""Open orders cover a month of last year's mean use and a fifth more: the season starts in December."""

SLOW_DAYS = 30
LATE = ("RA-H123",)
"""Items whose order due this month comes a month late (invented): the container with the bike racks."""


def suppliers_table(source: dict[str, pd.DataFrame], prices: pd.Series, use: pd.Series) -> pd.DataFrame:
    """Return who sells what: unit price, lead time, order minimum of at most a month's mean use."""
    vendors = source["vendors"]
    pack = vendors["uom"].map(UNITS_PER_PACK)
    asked = vendors["min_order_qty"].astype(float) * pack
    usual = vendors["item"].map(use).floordiv(pack).mul(pack)
    minimum = np.minimum(asked, usual)
    return pd.DataFrame(
        {
            "item": vendors["item"],
            "supplier": vendors["vendor_name"],
            "price": prices,
            "lead_time_days": vendors["lead_time_days"],
            "min_order": minimum.where(minimum > pack),
            "multiple": pack.where(pack > 1),
        }
    )


def open_orders_table(source: dict[str, pd.DataFrame], use: pd.Series, stock: pd.Series, plant: str) -> pd.DataFrame:
    """Return purchases on their way, in whole packages.

    Due this month: what stock lacks of a month's use, and for resold goods at least the source's own
    quantity on order, as far as it is a month's use (it names 8,000 pairs of socks where 150 are sold
    a month). Due next month, where the lead time is above 30 days: what two months' use lacks
    then. One shipment is late (`LATE`). The source knows quantities on order only; the rest is invented.
    """
    vendors = source["vendors"].sort_values(["preferred", "vendor"], ascending=[False, True])
    resold = ~vendors["item"].isin(source["bom"]["component"])
    pack = vendors["uom"].map(UNITS_PER_PACK).clip(lower=10)
    month = vendors["item"].map(use) * REQUIREMENT_FACTOR
    lacking = (month - vendors["item"].map(stock).fillna(0)).clip(lower=0)
    now = np.maximum(lacking, np.minimum(vendors["on_order_qty"].where(resold, 0), month))
    now = np.ceil(now / pack) * pack
    later = (month + lacking - now).clip(lower=0).where(vendors["lead_time_days"] > SLOW_DAYS, 0)
    later = np.ceil(later / pack) * pack
    last = pd.Period(source["sales"]["month"].max(), "M")
    this_month, next_month = str(last + 1), str(last + 2)
    first = np.where(vendors["item"].isin(LATE), next_month, this_month)
    due = [vendors.assign(period=first, quantity=now), vendors.assign(period=next_month, quantity=later)]
    orders = pd.concat([part.drop_duplicates("item") for part in due])[["item", "period", "quantity"]]
    orders = orders.groupby(["item", "period"], as_index=False)["quantity"].sum()
    orders = orders[orders["quantity"] > 0].reset_index(drop=True)
    orders.insert(0, "order", "PO-" + (orders.index + 4501).astype(str))
    return orders.assign(type="purchase", location=plant, firm="yes")
