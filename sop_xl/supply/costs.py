"""Real money by column of the plan: what the objective counts and what `plan_cost` reports, by component."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sop_xl.supply.tiers import STOCK_TIERS

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.model import LinearModel

COMPONENTS = (
    "production",
    "overtime",
    "subcontract",
    "material",
    "holding",
    "backorder",
    "lost",
    "transport",
    "hiring",
    "layoff",
    "setup",
    "shift",
    "substitution",
    "scrap",
)
"""What real money is spent on; their sum is the total."""


def money(case: SupplyCase, model: LinearModel) -> dict[str, np.ndarray]:
    """Return the cost of one unit of every column by component; each of shape (columns,).

    Material is `material_cost` of what is made and the price of what is bought; a subcontracted unit costs
    its price alone. Regular pay of a planned workforce is production. Stock is charged at each month's end.
    Orders that wait by agreement cost nothing; what is scrapped costs its standard cost.
    """
    found = {name: np.zeros(model.column_count) for name in COMPONENTS}
    blocks, network, rates, hours = model.columns, case.network, case.rates, case.hours
    items = network.node_items
    blocks["make"].of(found["material"])[:] = rates.material[items[network.makes["node"]]][:, None]
    outside = network.buys[["subcontract"]].to_numpy(bool)
    for name in ("buy", "expedite"):
        blocks[name].of(found["material"])[:] = np.where(outside, 0.0, case.prices)
        blocks[name].of(found["subcontract"])[:] = np.where(outside, case.prices, 0.0)
    for tier in STOCK_TIERS:
        blocks[tier].of(found["holding"])[:] = rates.holding[items[blocks[tier].keys["node"]]][:, None]
    blocks["backlog"].of(found["backorder"])[:] = rates.backorder[case.seller_items][:, None]
    blocks["lost"].of(found["lost"])[:] = rates.lost[case.seller_items][:, None]
    blocks["ship"].of(found["transport"])[:] = network.ships[["cost"]].to_numpy()
    for kind in ("truck", "route"):
        opened = blocks.get(f"{kind}_open")
        if opened is not None:
            lanes = case.data["lanes"]["fixed_cost"].fillna(0.0).to_numpy(float)
            opened.of(found["transport"])[:] = lanes[case.lots[kind].ways[opened.keys["lot"]]][:, None]
    used = blocks["regular"].keys["resource"].to_numpy()
    blocks["regular"].of(found["production"])[:] = hours.cost[used][:, None]
    blocks["overtime"].of(found["overtime"])[:] = hours.overtime_cost[used][:, None]
    crews = hours.crews
    blocks["workers"].of(found["production"])[:] = crews[["wage"]].to_numpy() * hours.crew_hours
    blocks["hire"].of(found["hiring"])[:] = crews[["hire_cost"]].to_numpy()
    blocks["layoff"].of(found["layoff"])[:] = crews[["layoff_cost"]].to_numpy()
    blocks["swap"].of(found["substitution"])[:] = network.swaps[["cost"]].to_numpy()
    if "setup" in blocks:
        monthly = case.setups.keys["campaign"].eq(0).to_numpy()
        blocks["setup"].of(found["setup"])[:] = np.where(monthly, case.setups.keys["cost"], 0.0)[:, None]
    if "campaign_start" in blocks:
        blocks["campaign_start"].of(found["setup"])[:] = blocks["campaign_start"].keys[["cost"]].to_numpy()
    if "shift" in blocks:
        blocks["shift"].of(found["shift"])[:] = hours.shifts[["cost"]].to_numpy()
    if "scrap" in blocks:
        blocks["scrap"].of(found["scrap"])[:] = rates.standard[items[blocks["scrap"].keys["node"]]][:, None]
    return found
