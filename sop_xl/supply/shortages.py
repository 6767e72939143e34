"""Every late, lost or below-target quantity, by market, with what holds it, the dearest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.calendar import month_text
from sop_xl.schema.frames import conform
from sop_xl.schema.results import SHORTAGES
from sop_xl.supply.cause import Cause, amount_text
from sop_xl.supply.causes import CauseFinder
from sop_xl.supply.levels import FORBIDDEN_LATE
from sop_xl.supply.sellers import order_classes

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.flows import Flows
    from sop_xl.supply.levels import Solved
    from sop_xl.supply.model import LinearModel

WORTH_TELLING = 1e-5
"""Quantities below this are rounding of the solver, not a shortage."""
CHEAPER = {
    "late": "Serving it in time costs more than waiting",
    "lost": "Serving it costs more than losing the sale",
}
CUSTOMERS_FIRST = "What is made goes to customers and dearer items first"


def shortages(case: SupplyCase, model: LinearModel, solved: Solved, flows: Flows) -> pd.DataFrame:
    """Return the table `shortages`.

    `late` counts each month's demand that is not served in it, oldest orders served first, so that no unit
    is counted twice. Late and lost are shared out over the markets of the place and class in proportion to demand.
    """
    finders = _Finders(case, model, solved, flows)
    customers = [
        _open_orders(case, finders, "late", _late(case, flows), flows),
        _open_orders(case, finders, "lost", flows.seller_lost, flows),
    ]
    markets = _by_market(case, pd.concat(customers, ignore_index=True))
    frame = pd.concat([markets, _below_target(case, finders, flows)], ignore_index=True)
    parts = zip(frame["cause"], frame["quantity"], frame["effect"], strict=True)
    frame["reason"] = [f"{cause}; {amount_text(quantity)} {effect}." for cause, quantity, effect in parts]
    frame = _with_sharers(frame)
    items = case.network.items.set_index("item")
    for name in ("family", "description"):
        frame[name] = items[name].reindex(frame["item"]).to_numpy()
    return ranked(frame).sort_values("value", ascending=False, kind="stable", ignore_index=True)


def ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the shortages as stored, with what an item lacks in all markets together and its rank by value.

    The rank stands on the first row, by value, of each item, month and kind; what customers wait for or go
    without comes before what only stock lacks.
    """
    frame = conform(SHORTAGES, frame)
    groups = frame.groupby(["item", "period", "kind"], sort=False)
    frame["item_quantity"] = groups["quantity"].transform("sum")
    frame["item_value"] = groups["value"].transform("sum")
    frame["market_count"] = groups["market"].transform("size").astype(float)
    order = frame.assign(stock=frame["kind"].eq("below_target")).sort_values(
        ["stock", "item_value", "item", "period", "value"], ascending=[True, False, True, True, False], kind="stable"
    )
    first = order.drop_duplicates(["item", "period", "kind"]).index
    frame["rank"] = pd.Series(np.arange(1.0, len(first) + 1), index=first)
    return conform(SHORTAGES, frame)


def _late(case: SupplyCase, flows: Flows) -> np.ndarray:
    """Return by seller and month of demand what of it is late; orders late at the start count in month one."""
    late = np.minimum(flows.seller_late, case.selling.asked)
    late[:, 0] = flows.seller_late[:, 0]
    return np.where(late > WORTH_TELLING, late, 0.0)


class _Finders:
    """One cause finder for each level that has something to say."""

    def __init__(self, case: SupplyCase, model: LinearModel, solved: Solved, flows: Flows) -> None:
        self._parts = (case, model, flows)
        self._duals = solved.duals
        self._service_first = case.data.settings.objective != "cost"
        self._finders: dict[str, CauseFinder] = {}

    def customer(self, seller: int) -> CauseFinder:
        """Return the finder for late and lost orders of a seller."""
        case = self._parts[0]
        if case.network.items["late_policy"][int(case.seller_items[seller])] == "none":
            return self._of("limits")
        rank = case.selling.priority[seller]
        return self._of(f"service {rank:g}" if self._service_first else "money")

    def weight(self, item: int) -> float:
        """Return what the weights of an item's level stand above money."""
        return FORBIDDEN_LATE if self._parts[0].network.items["late_policy"][item] == "none" else 1.0

    def stock(self) -> CauseFinder:
        """Return the finder for stock below target."""
        return self._of("stock" if self._service_first else "limits")

    def _of(self, level: str) -> CauseFinder:
        if level not in self._finders:
            case, model, flows = self._parts
            self._finders[level] = CauseFinder(case, model, flows, self._duals.get(level))
        return self._finders[level]


def _open_orders(case: SupplyCase, finders: _Finders, kind: str, quantity: np.ndarray, flows: Flows) -> pd.DataFrame:
    rows = []
    for seller, month in zip(*np.nonzero(quantity > WORTH_TELLING), strict=True):
        node = int(case.sellers[seller])
        finder = finders.customer(int(seller))
        served = _served_in(case, flows, int(seller), int(month)) if kind == "late" else month + 1
        cause = finder.holding(node, int(month), served)
        end = _until(case, served) if kind == "late" else ""
        amount = float(quantity[seller, month])
        level = finders.weight(int(case.seller_items[seller]))
        rows.append(
            (
                node,
                case.selling.priority[seller],
                month,
                kind,
                amount,
                f"{kind}{end}",
                *_told(cause, amount, CHEAPER[kind], level),
            )
        )
    return pd.DataFrame(rows, columns=["node", "priority", "month", "kind", "quantity", "effect", *TOLD]).astype(
        {"priority": float}
    )


TOLD = ("cause", "binding", "unit", "unit_effect", "unit_value", "cure")


def _told(cause: Cause, amount: float, otherwise: str, weight: float) -> tuple[str, str, str, float, float, str]:
    """Return what a shortage says of its cause, as `TOLD`; `weight` is what the level's weights stand above money."""
    text = cause.text or otherwise
    if cause.also:
        text = f"{text} (and {', '.join(cause.also)})"
    priced = cause.row >= 0 and cause.value > 0 and cause.need > 0
    effect, value = (1.0 / cause.need, cause.value / weight) if priced else (np.nan, np.nan)
    return text, cause.binding, cause.unit, effect, value, cause.cured_by(amount)


def _served_in(case: SupplyCase, flows: Flows, seller: int, month: int) -> int:
    """Return the month in which the orders of `month` are all served; the number of months where none is."""
    newer = np.cumsum(case.selling.asked[seller, month + 1 :])
    served = np.flatnonzero(flows.seller_backlog[seller, month + 1 :] - newer <= WORTH_TELLING)
    return month + 1 + int(served[0]) if len(served) else case.months


def _until(case: SupplyCase, served: int) -> str:
    if served == case.months:
        return " to the end of the plan"
    return f" until {month_text(case.data.calendar.periods[served])}"


def _with_sharers(frame: pd.DataFrame) -> pd.DataFrame:
    """Add how many shortages wait for the same thing, by item, month and kind, and the money at stake in them."""
    orders = frame.groupby(["binding", "item", "period", "kind"], as_index=False)["value"].sum()
    same = orders.groupby("binding")["value"].agg(["size", "sum"])
    named = frame["binding"].ne("")
    return frame.assign(
        shared_by=frame["binding"].map(same["size"]).where(named).astype(float),
        shared_value=frame["binding"].map(same["sum"]).where(named).astype(float),
    )


def _by_market(case: SupplyCase, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows shared out over markets by their demand in the month, else over the whole plan."""
    network = case.network
    orders = order_classes(case.data, network, case.orders)
    line = ["node", "priority"]
    month = orders.groupby([*line, "month", "market"], as_index=False)["quantity"].sum()
    plan = orders.groupby([*line, "market"], as_index=False)["quantity"].sum()
    parts = []
    rows = rows.assign(row=np.arange(len(rows)))
    for weights, keys in ((month, [*line, "month"]), (plan, line)):
        shared = rows.merge(weights.rename(columns={"quantity": "weight"}), on=keys)
        parts.append(shared)
        rows = rows[~rows["row"].isin(shared["row"])]
    parts.append(rows.assign(market="", weight=1.0))
    frame = pd.concat([part for part in parts if len(part)] or parts[-1:], ignore_index=True)
    share = frame["weight"] / frame.groupby("row")["weight"].transform("sum")
    quantity = frame["quantity"].astype(float) * share
    item = network.node_items[frame["node"].to_numpy(int)]
    frame = frame.assign(
        item=network.items["item"].to_numpy()[item],
        quantity=quantity,
        period=case.data.calendar.periods[frame["month"].to_numpy(int)],
        value=quantity * case.rates.price[item],
    )
    # One market may be served from one place only, yet an item's backlog may stand at several.
    keys = ["item", "market", "period", "kind"]
    how = {"quantity": "sum", "value": "sum", "effect": "first", **dict.fromkeys(TOLD, "first")}
    return frame.groupby(keys, as_index=False, sort=False).agg(how)


def _below_target(case: SupplyCase, finders: _Finders, flows: Flows) -> pd.DataFrame:
    """Return stock below target by item and month; the cause is that of the place that lacks most."""
    missing = case.targets.target - flows.closing
    rows = []
    items = case.network.node_items
    for item in np.unique(items[(missing > WORTH_TELLING).any(axis=1)]):
        nodes = np.flatnonzero(items == item)
        lack = np.where(missing[nodes] > WORTH_TELLING, missing[nodes], 0.0)
        for month in np.flatnonzero(lack.any(axis=0)):
            worst = int(nodes[np.argmax(lack[:, month])])
            cause = finders.stock().holding(worst, int(month), int(month) + 1)
            amount = float(lack[:, month].sum())
            name, cost = case.network.items["item"][item], case.rates.standard[item]
            rows.append((name, month, amount, cost, *_told(cause, amount, CUSTOMERS_FIRST, 1.0)))
    frame = pd.DataFrame(rows, columns=["item", "month", "quantity", "cost", *TOLD])
    return frame.assign(
        market="",
        kind="below_target",
        effect="below target",
        period=case.data.calendar.periods[frame["month"].to_numpy(int)],
        value=frame["quantity"].astype(float) * frame["cost"].astype(float),
    )
