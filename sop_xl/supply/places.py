"""Where things are: locations, the one plant that stands in for none, and who serves which market."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sop_xl.domain.defaults import PLANT

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.domain.plan_data import PlanData


@dataclass(frozen=True)
class Places:
    """The locations of a company and what blanks mean.

    Attributes:
        kinds: location to its type: plant, dc or supplier.
        home: where anything without a location is: the first plant.
        ship_from: market to the location that serves it.
        default_ship_from: what serves a market that names none: the first DC a lane reaches, else `home`.
    """

    kinds: dict[str, str]
    home: str
    ship_from: dict[str, str]
    default_ship_from: str

    @classmethod
    def of(cls, data: PlanData) -> Places:
        """Read locations, lanes and markets."""
        table = data["locations"]
        kinds = dict(zip(table["location"], table["type"], strict=True)) or {PLANT: "plant"}
        plants = [name for name, kind in kinds.items() if kind == "plant"]
        home = plants[0] if plants else next(iter(kinds))
        reached = set(data["lanes"]["to_location"])
        dcs = [name for name, kind in kinds.items() if kind == "dc" and name in reached]
        default = dcs[0] if dcs else home
        markets = data["markets"]
        named = {m: s for m, s in zip(markets["market"], markets["ship_from"], strict=True) if s in kinds}
        return cls(kinds, home, named, default)

    def place(self, names: pd.Series) -> pd.Series:
        """Return the locations, `home` where one is blank or unknown."""
        return names.where(names.isin(list(self.kinds)), self.home)

    def serving(self, markets: pd.Series) -> pd.Series:
        """Return the location that ships to each market."""
        serving = {market: self.ship_from.get(market, self.default_ship_from) for market in markets.unique()}
        return markets.map(serving).astype("str")
