"""Orders to suppliers in their lots: a plan's purchases rounded up, which keeps every other row.

What is bought more stays in stock until it is used, so that nothing else of the plan moves; the bound knows no lots
and holds for plans with them too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sop_xl.supply.settle import covering_orders

if TYPE_CHECKING:
    from sop_xl.supply.decomposition.oracle import Oracle


class OrderLots:
    """The lots of all purchases of one oracle.

    Attributes:
        limits: what suppliers can deliver in whole lots; shape (rows of `supplier_capacity`, months).
    """

    def __init__(self, oracle: Oracle) -> None:
        self._s = oracle.structure
        self._lots = self._s.case.lots["order"]
        self.limits = oracle.limits.suppliers.copy()
        row, multiple = oracle.supplier_row[self._lots.ways], self._lots.multiple
        kept = (row >= 0) & (multiple > 0)
        size = multiple[kept][:, None]
        np.minimum.at(self.limits, row[kept], np.floor(self.limits[row[kept]] / size + 1e-9) * size)

    def round_up(self, ways: np.ndarray) -> None:
        """Raise the purchases among `ways` (ways, months) to orders of whole lots that cover them."""
        s, chosen = self._s, self._lots.ways
        if not len(chosen):
            return
        starts = s.way_starts
        buys, late = ways[starts[1] : starts[2]], ways[starts[2] : starts[3]]
        values = np.zeros(s.model.column_count)
        s.of("buy", values)[:], s.of("expedite", values)[:] = buys, late
        ordered = covering_orders(s.case, s.model, values)
        in_time = s.of("buy", s.model.upper)[chosen] > 0
        buys[chosen], late[chosen] = np.where(in_time, ordered, 0.0), np.where(in_time, 0.0, ordered)
