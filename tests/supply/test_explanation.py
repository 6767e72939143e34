"""Why orders wait: the named cause helps when it is relaxed, what is not named does not, and the price is right."""

from dataclasses import replace

import numpy as np
import pytest

from sop_xl.adapters.solver import HighsSolver
from sop_xl.supply.case import SupplyCase
from sop_xl.supply.causes import CauseFinder
from sop_xl.supply.flows import read_flows
from sop_xl.supply.levels import plan_levels, solve_levels
from sop_xl.supply.plan import build_model, plan_supply
from tests.supply.cases import company, costs, forecast
from tests.supply.test_properties import random_company

STEP = 0.01


class Explained:
    """A random company solved level by level, and what a moved bound does to a level."""

    def __init__(self, seed):
        data, demand, cost = random_company(seed)
        self.case = SupplyCase.of(data, demand, cost)
        self.model = build_model(self.case)
        self.levels = plan_levels(self.case, self.model)
        self.solved = solve_levels(self.model, self.levels, HighsSolver())
        self.flows = read_flows(self.case, self.model, self.solved.values)

    def level_value(self, number, model):
        return self.levels[number].cost @ solve_levels(model, self.levels[: number + 1], HighsSolver()).values

    def moved(self, rows, step):
        lower, upper = self.model.row_lower.copy(), self.model.row_upper.copy()
        upper[rows] += step
        lower[rows] += np.where(np.isfinite(lower[rows]), step, 0.0)
        return replace(self.model, row_lower=lower, row_upper=upper)

    def classes(self):
        """Each class's level, and the late or lost orders it weighs: node, month, month served."""
        items, own = self.case.network.items, self.case.network.node_items
        never_late = items["late_policy"].eq("none").to_numpy()[own]
        waits = {node for node in self.case.sellers if self.flows.backlog[node].any() and never_late[node]}
        for number, level in enumerate(self.levels):
            if level.name.startswith("service") and not waits:
                rank = items["priority"].to_numpy()[own]
                nodes = [node for node in self.case.sellers if f"service {rank[node]:g}" == level.name]
                yield number, level.name, [order for node in nodes for order in self.orders(node)]

    def orders(self, node):
        for month in range(self.case.months):
            late = min(self.flows.backlog[node, month], self.flows.demand[node, month])
            late = self.flows.backlog[node, 0] if month == 0 else late
            if late > 1e-5 or self.flows.lost[node, month] > 1e-5:
                yield node, month, self.case.months if late > 1e-5 else month + 1


@pytest.mark.parametrize("seed", [4, 5, 9, 10])
def test_a_named_cause_helps_at_its_price_and_others_do_not(seed):
    company_ = Explained(seed)
    checked = 0
    for number, name, orders in company_.classes():
        finder = CauseFinder(company_.case, company_.model, company_.flows, company_.solved.duals[name])
        value, named = company_.level_value(number, company_.model), set()
        for node, month, served in orders:
            cause = finder.holding(node, month, served)
            named |= {cause.binding, *cause.also}
            if cause.row >= 0:
                more, less = (company_.level_value(number, company_.moved(cause.row, s)) for s in (STEP, -STEP))
                assert more < value - 1e-6
                assert (value - more) / STEP - 1e-3 <= cause.value <= (less - value) / STEP + 1e-3
                checked += 1
        capacity = company_.model.rows["capacity"]
        for line, resource in enumerate(capacity.keys["resource"]):
            if company_.case.network.resources[resource] not in named:
                relaxed = company_.moved(capacity.index[line], 1.0)
                assert company_.level_value(number, relaxed) > value - 1e-6
    assert checked >= 3


def two_orders(b=14, **change):
    """A and B on one line of 10 hours, A takes 2 hours a unit; 30 hours are asked."""
    tables = {
        "items": [{"item": "A", "backorder_cost": 4}, {"item": "B", "backorder_cost": 1}],
        "resources": [{"resource": "LINE"}],
        "capacity": [{"resource": "LINE", "period": "2027-01", "hours": 10}],
        "routings": [
            {"item": "A", "operation": "1", "resource": "LINE", "hours_per_unit": 2},
            {"item": "B", "operation": "1", "resource": "LINE", "hours_per_unit": 1},
        ],
    }
    data = company(
        {"horizon_months": 1, "objective": "service_first", "end_backlog_allowed": True}, **{**tables, **change}
    )
    return plan_supply(data, forecast({"A": [8], "B": [b]}), costs({"A": 1, "B": 1}, {"A": 50, "B": 10}), HighsSolver())


def test_a_shortage_says_what_one_more_is_worth_what_cures_it_and_who_shares_it():
    # An hour is worth 4 / 2 for A and 1 for B: A gets 5 units; 3 of A and all 14 of B wait.
    rows = two_orders().shortages.set_index("item")
    assert rows["quantity"].to_dict() == {"A": 3, "B": 14}
    assert rows["unit"].tolist() == ["hour", "hour"]
    assert rows["unit_effect"].to_dict() == {"A": 0.5, "B": 1}
    assert rows["unit_value"].tolist() == [2, 2]
    assert rows["cure"]["A"] == "Find 6 hours more on LINE in Jan 27: a shift, another resource, or somebody outside."
    assert rows["cure"]["B"].startswith("Find 14 hours more on LINE")
    # 3 x 50 + 14 x 10 at stake.
    assert rows["shared_by"].tolist() == [2, 2]
    assert rows["shared_value"].tolist() == [290, 290]


def test_the_cure_cures():
    hours = [{"resource": "LINE", "period": "2027-01", "hours": 10 + 6 + 14}]
    assert two_orders(capacity=hours).shortages.empty


def test_a_lot_that_finds_no_room_names_the_resource():
    lot = [{"item": "A", "min_lot": 6, "backorder_cost": 4}, {"item": "B", "backorder_cost": 1}]
    rows = two_orders(items=lot, b=4).shortages.set_index("item")
    # A lot of 6 takes 12 hours, 6 are left of 10.
    assert rows["binding"].to_dict() == {"A": "LINE"}
    assert rows["reason"]["A"] == "LINE has no room for another lot of 6 A in Jan 27; 8 late to the end of the plan."


def test_small_orders_to_a_supplier_are_named():
    data = company(
        {"horizon_months": 1, "objective": "service_first", "end_backlog_allowed": True},
        items=[{"item": "A", "source": "buy", "max_stock": 0}],
        suppliers=[{"item": "A", "supplier": "S", "multiple": 4, "capacity_per_month": 6}],
    )
    row = plan_supply(data, forecast({"A": [6]}), costs({"A": 1}), HighsSolver()).shortages.iloc[0]
    assert (row["quantity"], row["binding"]) == (2, "Order size of S")
    assert row["reason"].startswith("S takes lots of 4 of A")
