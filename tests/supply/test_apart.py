"""Parts of a company that share nothing, solved apart."""

import numpy as np
import pytest

from benchmarks.supply_company import random_company as large_company
from sop_xl.adapters.solver import HighsSolver
from sop_xl.supply.apart import Apart, parts
from sop_xl.supply.case import SupplyCase
from sop_xl.supply.levels import plan_levels, solve_levels
from sop_xl.supply.plan import build_model
from tests.supply.cases import company, costs, forecast
from tests.supply.test_properties import random_company


class Counting:
    """HiGHS that notes how many rows each programme had."""

    def __init__(self):
        self.rows = []

    def solve(self, model, **options):
        self.rows.append(model.row_count)
        return HighsSolver().solve(model, **options)


def two_sites():
    """A made at one machine, B at another: nothing in common."""
    names = ["A", "B"]
    data = company(
        {"horizon_months": 4, "end_backlog_allowed": True},
        items=[{"item": n, "standard_cost": 10, "holding_cost": 1, "backorder_cost": 5} for n in names],
        resources=[{"resource": f"R{n}", "overtime_cost_per_hour": 3} for n in names],
        capacity=[
            {"resource": f"R{n}", "period": f"2027-0{m}", "hours": 10, "overtime_hours": 2}
            for n in names
            for m in range(1, 5)
        ],
        routings=[{"item": n, "operation": "1", "resource": f"R{n}", "hours_per_unit": 1} for n in names],
    )
    return data, forecast({"A": [8, 14, 9, 15], "B": [12, 3, 20, 9]}), costs(dict.fromkeys(names, 10))


def stated(inputs):
    case = SupplyCase.of(*inputs)
    model = build_model(case)
    return case, model, plan_levels(case, model)


def test_two_machines_without_anything_in_common_are_two_programmes():
    case, model, levels = stated(two_sites())
    columns, rows = parts(model, 1)
    nodes = model.columns["make"].index
    assert len(set(columns[nodes].ravel())) == 2
    assert (np.bincount(model.term_rows, minlength=len(rows)) > 0).any()
    assert (columns[model.term_columns] == rows[model.term_rows]).all()
    solver = Counting()
    apart = solve_levels(model, levels, Apart(solver, least=1), case=case)
    whole = solve_levels(model, levels, HighsSolver(), case=case)
    assert max(solver.rows) < model.row_count
    assert apart.values == pytest.approx(whole.values, abs=1e-6)


@pytest.mark.parametrize("objective", ["cost", "service_first"])
@pytest.mark.parametrize("seed", range(4))
def test_random_companies_cost_and_plan_the_same_apart_and_together(seed, objective):
    case, model, levels = stated(random_company(seed, objective))
    apart = solve_levels(model, levels, Apart(HighsSolver(), least=1), case=case)
    whole = solve_levels(model, levels, HighsSolver(), case=case)
    assert model.largest_violation(apart.values) < 1e-6
    for level in levels:
        best = float(level.cost @ whole.values)
        assert float(level.cost @ apart.values) == pytest.approx(best, rel=1e-6, abs=1e-5)
    assert apart.values == pytest.approx(whole.values, abs=1e-4)


def test_what_hangs_together_and_what_is_small_is_one_programme():
    _, model, _ = stated(large_company(20, months=6).inputs())
    assert parts(model, 3000)[0].max() == 0
    solver = Counting()
    Apart(solver).solve(model)
    assert solver.rows == [model.row_count]
