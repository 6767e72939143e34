"""Random companies for the supply benchmarks: plain input tables, as a planner's workbook or a folder of CSVs has them.

Three levels of the bill: N goods, N / 2 components, N / 4 bought materials; four plants of four work centres each,
eight distribution centres, each good at one or two plants and in four centres. Capacity is 97 % of the mean load
(`tight` = 1), overtime at most a fifth of it, every material has a supplier with a monthly limit.

    python -m benchmarks.supply_company 1000 FOLDER     # the tables as CSV, to be read by sop-xl import
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tests.supply.cases import company, costs, forecast

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

START = "2027-01"
PLANTS, CENTRES, CENTRES_OF_A_GOOD, WORK_CENTRES = 4, 8, 4, 4
OVERTIME_COST, EMERGENCY_COST = 40.0, 120.0
EMERGENCY = " emergency"
"""What the resource is called after that takes over from a full work centre."""

Rows = list[dict[str, object]]


@dataclass(frozen=True)
class Company:
    """The tables as rows, and what customers will order: units by (item, market), month by month."""

    tables: dict[str, Rows]
    demand: dict[tuple[str, str], np.ndarray]
    settings: dict[str, object]

    def inputs(self) -> tuple[PlanData, pd.DataFrame, pd.DataFrame]:
        """Return what `plan_supply` takes: data, forecast, costs."""
        settings = {**self.settings, "current_period": pd.Period(START, "M")}
        standard = {row["item"]: row["standard_cost"] for row in self.tables["items"]}
        return company(settings, **self.tables), forecast(self.demand, start=START), costs(standard)

    def write(self, folder: Path) -> None:
        """Write one CSV a table, the demand as final overrides."""
        folder.mkdir(parents=True, exist_ok=True)
        first = pd.Period(START, "M")
        overrides = [
            {"item": item, "market": market, "period": first + month, "stream": "final", "quantity": quantity}
            for (item, market), quantities in self.demand.items()
            for month, quantity in enumerate(quantities)
        ]
        settings = [{"parameter": k, "value": v} for k, v in {"current_period": START, **self.settings}.items()]
        settings = [{**row, "value": {True: "yes", False: "no"}.get(row["value"], row["value"])} for row in settings]
        for name, rows in {**self.tables, "overrides": overrides, "settings": settings}.items():
            pd.DataFrame(rows).to_csv(folder / f"{name}.csv", index=False)


def random_company(
    goods: int,
    *,
    months: int = 24,
    seed: int = 1,
    family: int = 0,
    tight: float = 1.0,
    safety_stock: bool = True,
    objective: str = "cost",
    ceiling: bool = False,
) -> Company:
    """Return a company of `goods` finished goods.

    Args:
        goods: finished goods.
        months: the horizon.
        seed: of everything random.
        family: 0: components are shared at random over all goods (hard). Above: families of so many goods with
            their own components and materials, at one or two plants.
        tight: factor on capacity and on the overtime limit.
        safety_stock: whether goods have a safety stock of 40 % of a month.
        objective: the setting.
        ceiling: whether each work centre has emergency hours without end, at three times overtime's cost.
    """
    made = _Maker(goods, months, seed, family).company(tight, safety_stock, objective)
    return _with_ceiling(made) if ceiling else made


def _with_ceiling(made: Company) -> Company:
    """Return the company with a second resource for each step, which has all hours there can be."""
    resources, routings = made.tables["resources"], made.tables["routings"]
    more = [
        {"resource": f"{row['resource']}{EMERGENCY}", "location": row["location"], "cost_per_hour": EMERGENCY_COST}
        for row in resources
    ]
    other = [{**row, "resource": f"{row['resource']}{EMERGENCY}"} for row in routings]
    tables = {**made.tables, "resources": resources + more, "routings": routings + other}
    return Company(tables, made.demand, made.settings)


class _Maker:
    def __init__(self, goods: int, months: int, seed: int, family: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.goods, self.months = goods, months
        self.parts, self.materials = max(2, goods // 2), max(2, goods // 4)
        self.families = -(-goods // family) if family else 1
        self.family = np.arange(goods) // family if family else np.zeros(goods, int)
        home = [self._plants() for _ in range(self.families)]
        self.plants = [home[f] if family else self._plants() for f in self.family]
        self.part_family = np.arange(self.parts) * self.families // self.parts
        material_family = np.arange(self.materials) * self.families // self.materials
        pools = [np.flatnonzero(self.part_family == f) for f in range(self.families)]
        stuff = [np.flatnonzero(material_family == f) for f in range(self.families)]
        every = np.arange(self.materials)
        stuff = [pool if len(pool) else every for pool in stuff]
        self.good_bom = [self._lines(pools[f] if len(pools[f]) else np.arange(self.parts), 2) for f in self.family]
        self.good_material = [self._lines(stuff[f], 1) for f in self.family]
        self.part_bom = [self._lines(stuff[f], 2) for f in self.part_family]
        self.unit_cost = self.rng.uniform(5, 50, goods).round(2)
        self.material_price = self.rng.uniform(1, 5, self.materials).round(2)
        self.good_hours = self.rng.uniform(0.05, 0.3, goods).round(3)
        self.part_hours = self.rng.uniform(0.02, 0.1, self.parts).round(3)
        self.good_centre, self.part_centre = self.rng.integers(2, size=goods), 2 + self.rng.integers(2, size=self.parts)
        self._demand()

    def _plants(self) -> np.ndarray:
        return self.rng.choice(PLANTS, 1 + int(self.rng.random() < 0.5), replace=False)

    def _lines(self, pool: np.ndarray, count: int) -> dict[int, float]:
        chosen = self.rng.choice(pool, min(count, len(pool)), replace=False)
        return {int(k): round(float(self.rng.uniform(0.5, 2)), 2) for k in chosen}

    def _demand(self) -> None:
        month = np.arange(self.months)
        self.demand: dict[tuple[str, str], np.ndarray] = {}
        self.mean, self.base = np.zeros(self.goods), {}
        for good in range(self.goods):
            season = 1 + 0.35 * np.sin(self.rng.uniform(0, 6.28) + 2 * np.pi * month / 12)
            for centre in self.rng.choice(CENTRES, CENTRES_OF_A_GOOD, replace=False):
                base = float(self.rng.lognormal(4, 0.8))
                units = (base * season * self.rng.uniform(0.8, 1.2, self.months)).round(1)
                self.demand[_good(good), f"M{centre}"] = units
                self.mean[good] += units.mean()
                self.base[good, int(centre)] = base

    def company(self, tight: float, safety_stock: bool, objective: str) -> Company:
        tables: dict[str, Rows] = {
            "items": self._items(safety_stock),
            "locations": [{"location": f"P{p}", "type": "plant"} for p in range(PLANTS)]
            + [{"location": f"D{d}", "type": "dc"} for d in range(CENTRES)],
            "markets": [{"market": f"M{d}", "ship_from": f"D{d}"} for d in range(CENTRES)],
            "lanes": [
                {
                    "from_location": f"P{p}",
                    "to_location": f"D{d}",
                    "cost_per_unit": round(float(self.rng.uniform(0.5, 3)), 2),
                }
                for p in range(PLANTS)
                for d in range(CENTRES)
            ],
            "bom": self._bom(),
            "stock": [
                {"item": _good(g), "location": f"D{d}", "quantity": round(0.8 * base, 1)}
                for (g, d), base in self.base.items()
            ],
        }
        load, use = self._loads()
        names = [f"P{p}-W{w}" for p in range(PLANTS) for w in range(WORK_CENTRES)]
        capacity = (tight * (0.97 * load + 1)).round(1)
        tables["resources"] = [
            {"resource": name, "location": name[:2], "overtime_cost_per_hour": OVERTIME_COST} for name in names
        ]
        tables["capacity"] = [
            {"resource": name, "period": pd.Period(START, "M") + m, "hours": hours, "overtime_hours": 0.2 * hours}
            for name, hours in zip(names, capacity.ravel(), strict=True)
            for m in range(self.months)
        ]
        tables["routings"] = self._routings()
        tables["suppliers"] = [
            {
                "item": _material(x),
                "supplier": f"S{x % 20}",
                "price": self.material_price[x],
                "capacity_per_month": round(1.3 * use[x] + 1, 1),
            }
            for x in range(self.materials)
        ]
        settings = {"horizon_months": self.months, "objective": objective, "end_backlog_allowed": True}
        return Company(tables, self.demand, settings)

    def _items(self, safety_stock: bool) -> Rows:
        held = np.zeros(self.goods)
        for (good, _), base in self.base.items():
            held[good] += base
        goods: Rows = [
            {
                "item": _good(g),
                "family": f"Family {self.family[g] if self.families > 1 else g % 10}",
                "standard_cost": self.unit_cost[g],
                "list_price": round(2 * self.unit_cost[g], 2),
                "material_cost": self.unit_cost[g],
                "holding_cost": round(0.022 * self.unit_cost[g], 4),
                "backorder_cost": round(1.5 * self.unit_cost[g], 2),
                "safety_stock": round(0.4 * held[g], 1) if safety_stock else 0.0,
            }
            for g in range(self.goods)
        ]
        parts: Rows = [
            {"item": _part(c), "family": "Parts", "standard_cost": 3.0, "material_cost": 0.5, "holding_cost": 0.05}
            for c in range(self.parts)
        ]
        materials: Rows = [
            {
                "item": _material(x),
                "family": "Materials",
                "source": "buy",
                "standard_cost": self.material_price[x],
                "holding_cost": round(0.02 * self.material_price[x], 4),
            }
            for x in range(self.materials)
        ]
        return goods + parts + materials

    def _bom(self) -> Rows:
        lines = [(_good(g), _part(c), a) for g, bom in enumerate(self.good_bom) for c, a in bom.items()]
        lines += [(_good(g), _material(x), a) for g, bom in enumerate(self.good_material) for x, a in bom.items()]
        lines += [(_part(c), _material(x), a) for c, bom in enumerate(self.part_bom) for x, a in bom.items()]
        return [{"parent": p, "component": c, "qty_per": a} for p, c, a in lines]

    def _part_plants(self) -> list[tuple[int, int]]:
        return sorted({(c, int(p)) for g, bom in enumerate(self.good_bom) for c in bom for p in self.plants[g]})

    def _routings(self) -> Rows:
        goods = [
            {
                "item": _good(g),
                "operation": "10",
                "resource": f"P{p}-W{self.good_centre[g]}",
                "location": f"P{p}",
                "hours_per_unit": self.good_hours[g],
            }
            for g in range(self.goods)
            for p in self.plants[g]
        ]
        parts = [
            {
                "item": _part(c),
                "operation": "10",
                "resource": f"P{p}-W{self.part_centre[c]}",
                "location": f"P{p}",
                "hours_per_unit": self.part_hours[c],
            }
            for c, p in self._part_plants()
        ]
        return goods + parts

    def _loads(self) -> tuple[np.ndarray, np.ndarray]:
        """Return mean hours by plant and work centre, and mean use of each material."""
        load, use = np.zeros((PLANTS, WORK_CENTRES)), np.zeros(self.materials)
        for good, units in enumerate(self.mean):
            share = units / len(self.plants[good])
            for x, a in self.good_material[good].items():
                use[x] += a * units
            for plant in self.plants[good]:
                load[plant, self.good_centre[good]] += share * self.good_hours[good]
                for part, a in self.good_bom[good].items():
                    load[plant, self.part_centre[part]] += share * a * self.part_hours[part]
            for part, a in self.good_bom[good].items():
                for x, b in self.part_bom[part].items():
                    use[x] += units * a * b
        return load, use


def _good(number: int) -> str:
    return f"G{number:05d}"


def _part(number: int) -> str:
    return f"C{number:05d}"


def _material(number: int) -> str:
    return f"X{number:05d}"


if __name__ == "__main__":
    random_company(int(sys.argv[1])).write(Path(sys.argv[2]))
