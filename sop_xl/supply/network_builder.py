"""Building the network: which item is needed where, and which ways lead there."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.routing import good_unit_routings
from sop_xl.supply.bill import top_down
from sop_xl.supply.network import Network
from sop_xl.supply.part_months import in_lots, split
from sop_xl.supply.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sop_xl.domain.plan_data import PlanData


def build_network(data: PlanData, sold: Iterable[tuple[str, str]]) -> Network:
    """Return the network that can serve `sold`, the (item, location) pairs customers order from."""
    return _Builder(data).build(sold)


class _Builder:
    """Walks from sold goods down to bought parts and finds which item is needed where."""

    def __init__(self, data: PlanData) -> None:
        self.data = data
        self.places = Places.of(data)
        self.items = data["items"].reset_index(drop=True)
        self.number = {name: number for number, name in enumerate(self.items["item"])}
        self.lots = in_lots(data)
        self.routings = self._routings()
        self.bom = self._known(data["bom"], "parent", "component")
        self.suppliers = self._known(data["suppliers"], "item")
        self.lanes = _by_item(data["lanes"][self._known_lanes()], "item")
        self.substitutes = self._known(data["substitutes"], "item", "substitute")
        self.needed: dict[str, set[str]] = defaultdict(set)
        self.rooted: dict[str, set[str]] = defaultdict(set)
        self.make_at: list[tuple[str, str]] = []
        self.buy_at: list[tuple[str, str, int]] = []
        self.ship_on: list[tuple[str, str, str, int]] = []

    def build(self, sold: Iterable[tuple[str, str]]) -> Network:
        for item, location in sold:
            self.needed[item].add(location)
        for table in ("stock", "open_orders", "targets"):
            self._note(self.data[table], self.rooted)
        targets = self.data["targets"]
        self._note(targets[targets["location"] != ""], self.needed)
        sites, components = self._sites(), _by_item(self.bom, "parent")
        sources, substitutes = _by_item(self.suppliers, "item"), _by_item(self.substitutes, "item")
        for item in top_down(self.items["item"], self._lines()):
            self._plan_item(item, sites.get(item, []), components.get(item), sources.get(item))
            if item in substitutes:
                for substitute in substitutes[item]["substitute"]:
                    self.needed[substitute].update(self.needed[item])
        return self._network()

    def _lines(self) -> pd.DataFrame:
        """Return parent and component of the bill, and of each item and its substitute where that closes no loop."""
        lines = self.bom[["parent", "component"]]
        arcs = list(zip(lines["parent"], lines["component"], strict=True))
        pairs = []
        for pair in zip(self.substitutes["item"], self.substitutes["substitute"], strict=True):
            if pair[0] not in _reach({pair[1]}, arcs):
                arcs.append(pair)
                pairs.append(pair)
        return pd.concat([lines, pd.DataFrame(pairs, columns=["parent", "component"], dtype="str")])

    def _known(self, frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
        known = np.logical_and.reduce([frame[column].isin(list(self.number)) for column in columns])
        return frame[known]

    def _known_lanes(self) -> pd.Series:
        lanes, kinds = self.data["lanes"], list(self.places.kinds)
        return lanes["from_location"].isin(kinds) & lanes["to_location"].isin(kinds)

    def _routings(self) -> pd.DataFrame:
        """Return the routings of make items with the site of each line.

        Where every operation stands at every location, each location is a site of its own; otherwise the
        item has one site, that of its last operation.
        """
        resources = self.data["resources"].set_index("resource")["location"]
        table = good_unit_routings(self._known(self.data["routings"], "item"))
        own = table["resource"].map(resources).fillna("").astype("str")
        table = table.assign(site=self.places.place(table["location"].where(table["location"] != "", own)))
        operations = table.groupby("item")["operation"].transform("nunique")
        per_site = table.groupby(["item", "site"])["operation"].transform("nunique")
        split = (per_site < operations).groupby(table["item"]).transform("any")
        last = table.groupby("item")["site"].transform("last")
        return table.assign(site=table["site"].where(~split, last))

    def _sites(self) -> dict[str, list[str]]:
        """Return where each make item can be made: where its routing is, else at home."""
        routed = self.routings.drop_duplicates(["item", "site"]).groupby("item")["site"].agg(list).to_dict()
        fixed = self.data["targets"].dropna(subset="fixed_production")["item"]
        bare = {*self.bom["parent"], *fixed, *self.items.loc[self.items["material_cost"] > 0, "item"]}
        makes = self.items.loc[self.items["source"].isin(["make", "both"]), "item"]
        at_home = {item: [self.places.home] for item in makes if item in bare}
        return {**at_home, **{item: sites for item, sites in routed.items() if item in set(makes)}}

    def _note(self, table: pd.DataFrame, where: dict[str, set[str]]) -> None:
        """Add to `where` the places at which the table has a line of an item."""
        for item, location in zip(table["item"], self.places.place(table["location"]), strict=True):
            if item in self.number:
                where[item].add(location)

    def _plan_item(self, item: str, sites: list[str], bom: pd.DataFrame | None, sources: pd.DataFrame | None) -> None:
        wanted = set(self.needed[item])
        if not wanted:
            wanted = {self.places.home} if self._has_target(item) else set(self.rooted[item])
        lanes = self._lanes_of(item)
        upstream = _reach(wanted, [(to, origin) for origin, to, _ in lanes])
        made = [site for site in sites if site in upstream]
        bought = self._bought_at(item, wanted, upstream, lanes, sources)
        stocked = {place for _, place, _ in bought} | set(made) | self.rooted[item]
        reached = _reach(stocked, [(origin, to) for origin, to, _ in lanes if to in upstream])
        self.make_at += [(item, site) for site in made]
        self.buy_at += bought
        self.ship_on += [(item, a, b, lane) for a, b, lane in lanes if a in reached and b in upstream]
        self.needed[item] = wanted | (upstream & reached)
        if bom is not None:
            for component in bom["component"]:
                self.needed[component].update(made)

    def _has_target(self, item: str) -> bool:
        row = self.items.iloc[self.number[item]]
        return bool((row[["safety_stock", "min_stock"]].astype(float) > 0).any())

    def _lanes_of(self, item: str) -> list[tuple[str, str, int]]:
        """Return the item's lanes: its own, and those for all items where it has none of its own."""
        found: dict[tuple[str, str], int] = {}
        for key in ("", item):
            lanes = self.lanes.get(key)
            if lanes is not None:
                pairs = zip(lanes["from_location"], lanes["to_location"], lanes.index, strict=True)
                found.update({(origin, to): lane for origin, to, lane in pairs})
        return [(origin, to, lane) for (origin, to), lane in found.items()]

    def _bought_at(
        self,
        item: str,
        wanted: set[str],
        upstream: set[str],
        lanes: list[tuple[str, str, int]],
        sources: pd.DataFrame | None,
    ) -> list[tuple[str, str, int]]:
        """Return item, place and supplier row of each way to buy.

        Suppliers deliver to plants, or where no plant is involved to the place itself; a supplier that is a
        location with lanes delivers there.
        """
        if sources is None:
            return []
        plants = sorted(place for place in upstream if self.places.kinds[place] == "plant") or sorted(wanted)
        starts = {origin for origin, _, _ in lanes} & upstream
        return [
            (item, place, row)
            for row, supplier in sources["supplier"].items()
            for place in ([supplier] if supplier in starts else plants)
        ]

    def _network(self) -> Network:
        pairs = {(item, place) for places in (self.needed, self.rooted) for item in places for place in places[item]}
        ordered = sorted(pairs, key=lambda pair: (self.number[pair[0]], pair[1]))
        nodes = pd.DataFrame(ordered, columns=["name", "location"]).astype("str")
        nodes.insert(0, "item", [self.number[item] for item, _ in ordered])
        number = {pair: row for row, pair in enumerate(ordered)}
        made = self._make_frame()
        resources = self._resource_names()
        return Network(
            places=self.places,
            items=self.items,
            nodes=nodes,
            makes=self._makes(made, number),
            steps=self._steps(made, resources),
            uses=self._uses(made, number),
            buys=self._buys(number),
            ships=self._ships(number),
            swaps=self._swaps(number),
            resources=resources,
        )

    def _resource_names(self) -> list[str]:
        names = [*self.data["resources"]["resource"], *self.routings["resource"]]
        return list(dict.fromkeys(names))

    def _makes(self, made: pd.DataFrame, number: dict[tuple[str, str], int]) -> pd.DataFrame:
        node = [number[pair] for pair in zip(made["item"], made["site"], strict=True)]
        return made.assign(node=np.array(node, dtype=int))[["node", "lead", "share", "pair"]]

    def _make_frame(self) -> pd.DataFrame:
        """Return item, site, lead time and number of each make."""
        frame = pd.DataFrame(self.make_at, columns=["item", "site"]).astype("str")
        days = self.items.set_index("item")["lead_time_days"].reindex(frame["item"])
        frame = split(frame, days, self.data, frame["item"].isin(self.lots[0]).to_numpy())
        return frame.assign(make=np.arange(len(frame)))

    def _steps(self, made: pd.DataFrame, resources: list[str]) -> pd.DataFrame:
        makes = made[["item", "site", "make"]]
        steps = self.routings.merge(makes, on=["item", "site"]).reset_index(drop=True)
        choices = steps.groupby(["make", "operation"])["resource"].transform("size")
        number = {name: row for row, name in enumerate(resources)}
        usual = steps.assign(other=steps["alternative"] != "").sort_values("other", kind="stable")
        first = ~usual.duplicated(["make", "operation"]).reindex(steps.index)
        steps = steps.assign(resource=steps["resource"].map(number).astype(int), choice=choices > 1, first=first)
        steps = steps.assign(campaign=np.floor(steps["campaign_months"].fillna(0.0)).astype(int))
        fields = ["make", "operation", "resource", "hours_per_unit", "setup_hours", "setup_cost", "campaign"]
        fields += ["choice", "first"]
        steps = steps[fields].sort_values(["make", "operation", "resource"], ignore_index=True)
        return steps.assign(run=np.where(steps["choice"], np.cumsum(steps["choice"]) - 1, -1))

    def _uses(self, made: pd.DataFrame, number: dict[tuple[str, str], int]) -> pd.DataFrame:
        uses = self.bom.merge(made[["item", "site", "make"]], left_on="parent", right_on="item")
        first, last = self._months(uses["valid_from"], 0), self._months(uses["valid_to"], self._last_month)
        node = [number[pair] for pair in zip(uses["component"], uses["site"], strict=True)]
        need = uses["qty_per"] / (1.0 - uses["scrap_pct"] / 100.0)
        return pd.DataFrame(
            {
                "make": uses["make"].astype(int),
                "node": np.array(node, dtype=int),
                "need": need,
                "first": first,
                "last": last,
            }
        )

    @property
    def _last_month(self) -> int:
        return len(self.data.calendar.periods) - 1

    def _months(self, periods: pd.Series, blank: int) -> np.ndarray:
        months = np.full(len(periods), blank)
        given = periods.notna().to_numpy()
        months[given] = self.data.calendar.index_of(periods[given])
        return months

    def _buys(self, number: dict[tuple[str, str], int]) -> pd.DataFrame:
        rows = [(number[item, place], row) for item, place, row in self.buy_at]
        buys = pd.DataFrame(rows, columns=["node", "source"], dtype=int)
        days = self.data["suppliers"]["lead_time_days"].loc[buys["source"]]
        buys = split(buys, days, self.data, self.lots[1].loc[buys["source"]].to_numpy(bool))
        source = self.data["suppliers"].loc[buys["source"]].reset_index(drop=True)
        makes = self.items.set_index("item")["source"].reindex(source["item"]).eq("make").to_numpy()
        return buys.assign(
            supplier=source["supplier"],
            price=source["price"],
            currency=source["currency"],
            subcontract=source["subcontract"].to_numpy(bool) | makes,
        )

    def _ships(self, number: dict[tuple[str, str], int]) -> pd.DataFrame:
        rows = [(number[item, a], number[item, b], lane) for item, a, b, lane in self.ship_on]
        ships = pd.DataFrame(rows, columns=["origin", "target", "lane"], dtype=int)
        days = self.data["lanes"]["transit_days"].loc[ships["lane"]]
        ships = split(ships, days, self.data, self.lots[2].loc[ships["lane"]].to_numpy(bool))
        lane = self.data["lanes"].loc[ships["lane"]].reset_index(drop=True)
        shared = self.lanes.get("", self.data["lanes"][:0])
        rows_of = {
            (a, b): row for row, a, b in zip(shared.index, shared["from_location"], shared["to_location"], strict=True)
        }
        pairs = zip(lane["from_location"], lane["to_location"], strict=True)
        route = np.array([rows_of.get(pair, -1) for pair in pairs], dtype=int)
        return ships.assign(cost=lane["cost_per_unit"], route=route)

    def _swaps(self, number: dict[tuple[str, str], int]) -> pd.DataFrame:
        """Return one line for each place where item and substitute may both be."""
        first = self._months(self.substitutes["valid_from"], 0)
        last = self._months(self.substitutes["valid_to"], self._last_month)
        rows = [
            (number[line.substitute, place], number[line.item, place], line.factor, line.cost, first[row], last[row])
            for row, line in enumerate(self.substitutes.itertuples())
            for place in self.places.kinds
            if (line.substitute, place) in number and (line.item, place) in number
        ]
        frame = pd.DataFrame(rows, columns=["origin", "target", "factor", "cost", "first", "last"])
        whole = dict.fromkeys(("origin", "target", "first", "last"), int)
        return frame.astype({**whole, "factor": float, "cost": float})


def _by_item(frame: pd.DataFrame, column: str) -> dict[str, pd.DataFrame]:
    return {str(item): lines for item, lines in frame.groupby(column, sort=False)}


def _reach(starts: set[str], arcs: list[tuple[str, str]]) -> set[str]:
    """Return all places that `starts` lead to along `arcs`."""
    reached, frontier = set(starts), set(starts)
    while frontier:
        frontier = {to for origin, to in arcs if origin in frontier} - reached
        reached |= frontier
    return reached
