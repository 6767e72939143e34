"""The supply network as numbered tables: nodes (item at a location) and the ways that lead to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    import numpy as np

    from sop_xl.supply.places import Places


@dataclass(frozen=True)
class Network:
    """What can be where, and how it gets there; all references are row numbers.

    Attributes:
        places: the locations.
        items: the table `items`; an `item` number is a row of it.
        nodes: item (number), name, location: what can be in stock where.
        makes: node, lead (months from start to finish), share, pair: an item that can be made at a location. A lead
            time in parts of months is two ways; `share` of what starts takes this one, and `pair` of the later one is
            the row of the first (else -1).
        steps: make, operation, resource, hours_per_unit, setup_hours, setup_cost, campaign (months), choice, first,
            run: the hours of a make; where `choice` is true the operation has several resources to choose from,
            of which `first` is the usual one, and `run` numbers the choices (-1: no choice).
        uses: make, node, need (component units for one unit), first, last: months the line is in force.
        buys: node, supplier, price, lead (months), share, pair, source (row of `suppliers`), subcontract.
        ships: origin, target (nodes), lead (months), share, pair, cost (per unit), lane (row of `lanes`), route (the
            row that is for all items between the two places, -1 for none; often the same).
        swaps: origin (node of the substitute), target (node of the item), factor (substitute units for one),
            cost (per unit of the item), first, last: months it may be done.
        resources: name of each resource.
    """

    places: Places
    items: pd.DataFrame = field(repr=False)
    nodes: pd.DataFrame = field(repr=False)
    makes: pd.DataFrame = field(repr=False)
    steps: pd.DataFrame = field(repr=False)
    uses: pd.DataFrame = field(repr=False)
    buys: pd.DataFrame = field(repr=False)
    ships: pd.DataFrame = field(repr=False)
    swaps: pd.DataFrame = field(repr=False)
    resources: list[str] = field(repr=False)

    def node_of(self, items: pd.Series, locations: pd.Series) -> np.ndarray:
        """Return the node of each item at its location; -1 where there is none."""
        index = pd.MultiIndex.from_frame(self.nodes[["name", "location"]])
        return index.get_indexer(pd.MultiIndex.from_arrays([items, locations]))

    @cached_property
    def node_items(self) -> np.ndarray:
        """The item number of each node."""
        return self.nodes["item"].to_numpy(int)
