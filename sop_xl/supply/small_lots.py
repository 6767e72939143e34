"""Causes that only whole numbers have: a lot that does not fit, an order that would be too small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sop_xl.supply.cause import NEGLIGIBLE, Cause, amount_text

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.model import LinearModel
    from sop_xl.supply.scarce import HourPrices


class LotCauses:
    """Finds where a lot size or a setup is what holds goods back; the whole numbers are fixed then."""

    def __init__(self, case: SupplyCase, model: LinearModel, prices: np.ndarray, hours: HourPrices) -> None:
        """Take the duals of one level as `prices`."""
        self._case, self._hours = case, hours
        self._priced = {kind: self._lots(model, prices, kind) for kind in ("make", "order")}
        self._setups = np.zeros((len(case.network.makes), case.months))
        block = model.rows.get("setup_limits")
        if block is not None:
            np.maximum.at(self._setups, block.keys["make"].to_numpy(int), np.abs(block.of(prices)))

    def _lots(self, model: LinearModel, prices: np.ndarray, kind: str) -> np.ndarray:
        """Return the price of each lot's rules; shape (lots, months)."""
        found = np.zeros(self._case.lots[kind].free.shape)
        for name in ("smallest", "largest", "multiple"):
            block = model.rows.get(f"{kind}_{name}")
            if block is not None:
                lots = block.keys["lot"].to_numpy(int)
                found[lots] = np.maximum(found[lots], np.abs(block.of(prices)))
        return found

    def making(self, make: int, month: int, price: float) -> Cause | None:
        """Return the cause where another lot or setup of a make is missing; None where they are not."""
        lots = self._case.lots["make"]
        line = int(lots.line[make])
        lot = line >= 0 and self._priced["make"][line, month] > NEGLIGIBLE
        if not lot and self._setups[make, month] <= NEGLIGIBLE:
            return None
        network = self._case.network
        name = str(network.nodes["name"][network.makes["node"][make]])
        size = float(max(lots.multiple[line], 0.0) or lots.minimum[line]) if lot else 0.0
        setup = bool(self._setups[make, month] > NEGLIGIBLE)
        full = self._hours.without_room(make, month, size, setup=setup)
        if full:
            cause = full[0]
            what = f"lot of {amount_text(size)} {name}" if lot else f"setup of {name}"
            text = cause.text.replace(" is full in ", f" has no room for another {what} in ")
            return Cause(cause.binding, text, price, cause.cure, cause.unit, cause.need, cause.value, cause.row)
        if not lot:
            return None
        text = f"{name} is made in lots of {amount_text(size)}"
        return Cause(f"Lot of {name}", text, price, f"Make {name} in smaller lots.")

    def buying(self, buy: int, month: int, price: float) -> Cause | None:
        """Return the cause where another order would be too small or not a multiple."""
        lots = self._case.lots["order"]
        line = int(lots.line[buy])
        if line < 0 or self._priced["order"][line, month] <= NEGLIGIBLE:
            return None
        row = self._case.network.buys.loc[buy]
        name = self._case.network.nodes["name"][row["node"]]
        least, multiple = lots.minimum[line], lots.multiple[line]
        how = f"orders of {amount_text(least)} at least" if least > multiple else f"lots of {amount_text(multiple)}"
        text = f"{row['supplier']} takes {how} of {name}"
        return Cause(f"Order size of {row['supplier']}", text, price, f"Order {name} in smaller lots.")
