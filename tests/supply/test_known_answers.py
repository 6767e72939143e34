"""Textbook answers of the planners' own tables, from plain input tables: rates, rough cut, fair share, lots."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop_xl.adapters.solver import HighsSolver
from sop_xl.services.compute import compute_cycle
from sop_xl.supply.fair_share import fair_share
from sop_xl.supply.plan import plan_supply
from tests.supply.cases import TABLES, company, costs, forecast, frame, read_folder
from tests.supply.test_planners import P1, of, tables


def months(count):
    return [str(period) for period in pd.period_range("2027-01", periods=count, freq="M")]


def one_family(demand, days, *, opening, closing, hours_per_unit=1.0, labour=(), **item):
    """The rate plans of one family on one crew, with stock wanted at each month's end or only at the last."""
    wanted = closing if isinstance(closing, list) else [None] * (len(demand) - 1) + [closing]
    found, _ = tables(
        {"A": demand},
        settings={"horizon_months": len(demand), "end_backlog_allowed": True},
        items=[{"item": "A", "family": "F", "source": "make", **item}],
        locations=[P1],
        calendar=[{"period": m, "working_days": d} for m, d in zip(months(len(days)), days, strict=True)],
        resources=[{"resource": "R", "location": "P1"}],
        labour=[{"resource": "R", **labour}] if labour else [],
        routings=[{"item": "A", "operation": "10", "resource": "R", "hours_per_unit": hours_per_unit}],
        stock=[{"item": "A", "location": "P1", "quantity": opening}],
        targets=[
            {"item": "A", "location": "P1", "period": m, "target_stock": q}
            for m, q in zip(months(len(days)), wanted, strict=True)
            if q is not None
        ],
    )
    return found["rate_plans"]


def test_level_plan_of_arnold_by_working_days():
    # T6 a: 560 in 70 days are 8 a day.
    plans = one_family([115, 125, 140, 150], [21, 19, 20, 10], opening=100, closing=130)
    assert of(plans, "production", strategy="level") == [168, 152, 160, 80]
    assert of(plans, "rate", strategy="level") == [8] * 4
    assert of(plans, "stock", strategy="level") == [153, 180, 200, 130]


def test_requirements_of_jc_company():
    # T2: 400 in stock, a quarter of each month's demand as safety stock.
    demand = [1800, 1500, 1100, 900, 1100, 1600]
    safety = [d / 4 for d in demand]
    plans = one_family(demand, [22, 19, 21, 21, 22, 20], opening=400, closing=safety, hours_per_unit=5)
    assert of(plans, "production", strategy="chase") == [1850, 1425, 1000, 850, 1150, 1725]
    assert sum(of(plans, "hours", strategy="chase")) == 40000


def test_crews_of_densepack():
    # T5: 0.14653 units a worker and day; 500 in stock, 600 at the end; 300 workers, 500 to hire and 1,000 to lay off.
    plans = one_family(
        [1280, 640, 900, 1200, 2000, 1400],
        [20, 24, 18, 26, 22, 15],
        opening=500,
        closing=[0] * 5 + [600],
        hours_per_unit=8 / 0.14653,
        labour={"workers": 300, "hire_cost": 500, "layoff_cost": 1000, "cost_per_hour": 1},
        holding_cost=80,
    )
    assert of(plans, "production", strategy="chase") == [780, 640, 900, 1200, 2000, 2000]
    assert of(plans, "workers", strategy="chase") == [267, 182, 342, 315, 621, 910]
    assert sum(of(plans, "hired", strategy="chase")) == 755
    assert sum(of(plans, "laid_off", strategy="chase")) == 145
    assert sum(of(plans, "crew_cost", strategy="chase")) == 755 * 500 + 145 * 1000
    # 7,520 units in 125 days: 60.16 a day take 410.6 workers.
    assert of(plans, "workers", strategy="level") == [411] * 6
    assert of(plans, "hired", strategy="level") == [111, 0, 0, 0, 0, 0]


def test_two_families_share_a_crew_by_their_hours():
    # A and B take an hour each; 30 of 40 units a month are A's: 3 of 4 workers.
    found, _ = tables(
        {"A": [30, 30], "B": [10, 10]},
        settings={"horizon_months": 2},
        items=[{"item": item, "family": item, "source": "make"} for item in "AB"],
        locations=[P1],
        calendar=[{"period": m, "working_days": 10} for m in months(2)],
        resources=[{"resource": "R", "location": "P1"}],
        labour=[{"resource": "R", "workers": 4, "hours_per_worker_day": 1, "hire_cost": 7}],
        routings=[{"item": item, "operation": "10", "resource": "R", "hours_per_unit": 1} for item in "AB"],
    )
    plans = found["rate_plans"]
    assert of(plans, "workers", family="A", strategy="chase") == [3, 3]
    assert of(plans, "workers", family="B", strategy="level") == [1, 1]
    assert plans["crew_cost"].sum() == 0


def test_overall_factors_of_vollmann():
    # T7: 0.95 and 1.85 hours a unit over three centres; last year's hours, of goods since replaced, lay 60.3, 30.4
    # and 9.3 % there. The plan makes what is asked, month by month.
    a, b = [33] * 3 + [40] * 3 + [30] * 3 + [37] * 4, [17] * 3 + [13] * 3 + [25] * 3 + [27] * 4
    centres = ("100", "200", "300")
    hours = {
        "A": (0.05, 0.70, 0.20),
        "B": (1.30, 0.55, 0),
        "OLD100": (1, 0, 0),
        "OLD200": (0, 1, 0),
        "OLD300": (0, 0, 1),
    }
    found, _ = tables(
        {"A": a, "B": b},
        settings={"horizon_months": 13},
        items=[{"item": item, "family": item, "source": "make", "holding_cost": 1} for item in hours],
        locations=[P1],
        resources=[{"resource": centre, "location": "P1"} for centre in centres],
        routings=[
            {"item": item, "operation": centre, "resource": centre, "hours_per_unit": each}
            for item, steps in hours.items()
            for centre, each in zip(centres, steps, strict=True)
            if each
        ],
        actuals=[
            {"measure": "production", "item": f"OLD{centre}", "period": "2026-06", "quantity": share}
            for centre, share in zip(centres, (603, 304, 93), strict=True)
        ],
    )
    factors = found["rough_cut"].pivot(index="resource", columns="period", values="overall_factors").loc[list(centres)]
    totals = [62.80] * 3 + [62.05] * 3 + [74.75] * 3 + [85.10] * 4
    assert factors.sum().to_numpy() == pytest.approx(totals)
    assert factors.to_numpy().sum() == pytest.approx(939.20)
    assert factors.iloc[:, 0].to_numpy() == pytest.approx([37.87, 19.09, 5.84], abs=0.005)
    # The bill of labour knows each centre's own hours: 33 x 0.05 + 17 x 1.30, and so on.
    bill = found["rough_cut"].pivot(index="resource", columns="period", values="bill_of_labour").loc[list(centres)]
    assert bill.iloc[:, 0].to_numpy() == pytest.approx([23.75, 32.45, 6.60])


def test_orders_net_the_forecast_on_the_whole_path():
    # T11: 350 forecast a month as typed, orders in hand; supply serves orders and what they left.
    def run(orders, reach):
        data = company(
            {"horizon_months": 4, "consume_early_months": reach, "consume_late_months": reach},
            items=[{"item": "A", "source": "make"}],
            resources=[{"resource": "R"}],
            routings=[{"item": "A", "operation": "10", "resource": "R", "hours_per_unit": 1}],
            overrides=[
                {"item": "A", "period": m, "stream": "final", "quantity": 350, "reason": "agreed"} for m in months(4)
            ],
            open_orders=[
                {"order": str(k), "type": "customer", "item": "A", "period": m, "quantity": quantity}
                for k, (m, quantity) in enumerate(zip(months(4), orders, strict=False))
                if quantity
            ],
        )
        results = compute_cycle(data, solver=HighsSolver())
        rows = results["forecast"]
        left = rows["consensus"] - rows["consumed"].fillna(0)
        return left.tolist(), results["supply_plan"]["demand"].tolist()

    assert run((130, 100, 80), 0) == ([220, 250, 270, 350], [350] * 4)
    assert run((300, 500, 280), 0) == ([50, 0, 70, 350], [350, 500, 350, 350])
    assert run((300, 500, 280), 1) == ([0, 0, 0, 320], [300, 500, 280, 320])


def test_newsvendor_as_target_of_a_month():
    # T12: short at 0.70, over at 0.18: service 0.70 / 0.88. Mean 50 and deviation 8 a month: stock up to 56.604.
    found, _ = tables(
        {"A": [50.0] * 12},
        accuracy=[("A", "F", 1, 12, 600.0, 100 * 8 / math.sqrt(math.pi / 2) / 50)],
        settings={"horizon_months": 12, "service_level": 0.70 / 0.88},
        items=[{"item": "A", "source": "buy", "family": "F"}],
        locations=[P1],
        suppliers=[{"item": "A", "supplier": "S", "price": 1}],
    )
    (row,) = found["inventory_plan"].to_dict("records")
    assert row["mean_demand"] + row["suggested"] == pytest.approx(56.604, abs=5e-4)


def test_economic_lot_of_an_item_with_a_setup_cost():
    # T12: 1,300 a year, 8 a setup, 0.225 a unit and year in stock: lots of 304.047.
    found, _ = tables(
        {"A": [1300 / 12] * 12, "B": [10.0] * 12},
        settings={"horizon_months": 12},
        items=[{"item": item, "source": "make", "holding_cost": 0.225 / 12} for item in "AB"],
        locations=[P1],
        resources=[{"resource": "R", "location": "P1"}],
        routings=[
            {"item": item, "operation": "10", "resource": "R", "hours_per_unit": 1, "setup_cost": cost}
            for item, cost in (("A", 8), ("B", None))
        ],
    )
    lots = found["inventory_plan"].set_index("item")["economic_lot"]
    assert lots["A"] == pytest.approx(304.047, abs=1e-3)
    assert np.isnan(lots["B"])


def dcs(stock, demand, supply, horizon=1, **options):
    """A plant with `supply` of X and three DCs with stock and demand of their own; nothing is made."""
    places = ("A", "B", "C")
    return {
        "settings": {"horizon_months": horizon, "objective": "service_first", "end_backlog_allowed": True, **options},
        "items": [{"item": "X", "source": "make", "backorder_cost": 5}],
        "locations": [P1, *({"location": place, "type": "dc"} for place in places)],
        "markets": [{"market": f"M{place}", "ship_from": place} for place in places],
        "lanes": [{"from_location": "P1", "to_location": place} for place in places],
        "stock": [
            {"item": "X", "location": "P1", "quantity": supply},
            *({"item": "X", "location": p, "quantity": q} for p, q in zip(places, stock, strict=True)),
        ],
    }, {("X", f"M{p}"): [d] * horizon for p, d in zip(places, demand, strict=True)}


def sent(plan):
    return plan.transfers.groupby("to_location")["quantity"].sum().reindex(list("ABC"), fill_value=0.0).to_numpy()


FAIR = [((20, 10, 30), (40, 20, 60)), ((20, 10, 200), (80, 40, 0)), ((20, 10, 100), (63.333, 31.667, 25))]


@pytest.mark.parametrize(("stock", "share"), FAIR)
def test_fair_share_of_120_units(stock, share):
    # 10, 5 and 15 a day asked for 20 days; 120 units: 6 days for all, 10 for A and B, 8.333 for all.
    inputs, demand = dcs(stock, (200, 100, 300), 120)
    found, plan = tables(demand, **inputs)
    assert sent(plan) == pytest.approx(share, abs=1e-3)
    rows = found["distribution"].set_index("to_location")["fair_share"].reindex(list("ABC"), fill_value=0.0)
    assert rows.to_numpy() == pytest.approx(share, abs=1e-3)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(
    supply=st.integers(0, 300),
    stock=st.lists(st.integers(0, 90), min_size=3, max_size=3),
    demand=st.lists(st.integers(100, 300), min_size=3, max_size=3),
    objective=st.sampled_from(["service_first", "cost"]),
)
def test_a_plan_that_is_short_shares_so_that_cover_is_equal(supply, stock, demand, objective):
    data, asked = planned_dcs(stock, demand, supply, objective=objective)
    plan = plan_supply(data, asked, costs({"X": 10.0}, {"X": 100.0}), HighsSolver())
    assert sent(plan) == pytest.approx(fair_share(supply, np.array(demand, float), np.array(stock, float)), abs=1e-4)


def planned_dcs(*place, **options):
    inputs, demand = dcs(*place, **options)
    return company(**inputs), forecast(demand)


def test_months_that_are_short_are_shared_alike():
    # 700 for 600 a month: January is served; of the other 160 each gets what its demand is of 600.
    data, asked = planned_dcs((20, 10, 30), (200, 100, 300), 700, horizon=3)
    plan = plan_supply(data, asked, costs({"X": 10.0}, {"X": 100.0}), HighsSolver())
    late = plan.supply_plan.pivot(index="location", columns="period", values="backlog").loc[list("ABC")].to_numpy()
    for month, short in enumerate((0, 440, 1040)):
        assert late[:, month] == pytest.approx(np.array([2, 1, 3]) / 6 * short, abs=1e-3)


def test_a_dc_of_the_first_class_is_served_in_full_and_the_others_share():
    inputs, demand = dcs((0, 0, 0), (60, 100, 300), 160)
    inputs["markets"] = [{**row, "priority": 1 if row["market"] == "MA" else 2} for row in inputs["markets"]]
    plan = plan_supply(company(**inputs), forecast(demand), costs({"X": 10.0}, {"X": 100.0}), HighsSolver())
    assert sent(plan) == pytest.approx([60, 25, 75])


def test_densepack_with_units_of_a_worker_not_rounded():
    # T5: 0.14653 units a worker and day; every paid day makes something: 379,291.92.
    data = company(
        {"horizon_months": 6},
        calendar=[{"period": m, "working_days": d} for m, d in zip(months(6), [20, 24, 18, 26, 22, 15], strict=True)],
        items=[{"item": "A", "holding_cost": 80, "late_policy": "none"}],
        resources=[{"resource": "R"}],
        labour=[
            {
                "resource": "R",
                "workers": 300,
                "hours_per_worker_day": 0.14653,
                "hire_cost": 500,
                "layoff_cost": 1000,
                "idle_allowed": "no",
            }
        ],
        routings=[{"item": "A", "operation": "10", "resource": "R", "hours_per_unit": 1}],
        stock=[{"item": "A", "quantity": 500}],
        targets=[{"item": "A", "period": "2027-06", "min_stock": 600}],
    )
    plan = plan_supply(data, forecast({"A": [1280, 640, 900, 1200, 2000, 1400]}), costs({}), HighsSolver())
    assert plan.cost == pytest.approx(379291.92, abs=0.01)


@pytest.mark.parametrize(
    ("case", "price", "revenue", "profit"), [("base", 40, 640000, 217725), ("january", 39, 643400, 221485)]
)
def test_revenue_and_profit_of_red_tomato(case, price, revenue, profit):
    # T1: at 40 a shovel; the promotion sells January's at 39.
    data, _ = read_folder(f"t1_{case}")
    promotion = {"initiative": "P", "type": "price", "target": "SHOVEL", "status": "approved", "from_period": "2027-01"}
    promotion |= {"to_period": "2027-01", "price_change_pct": (price / 40 - 1) * 100}
    data = data.with_tables(initiatives=frame(TABLES["initiatives"], [promotion] if price < 40 else []))
    results = compute_cycle(data, solver=HighsSolver())
    money = results["finance"].groupby("line")["amount"].sum()
    cost = results["plan_cost"].set_index("component").at["total", "amount"]
    assert money["revenue"] == revenue
    assert money["revenue"] - cost == pytest.approx(profit, abs=0.01)
    stock = results["supply_plan"]
    average = (stock["opening"] + stock["closing"]).sum() / 12
    assert case != "base" or average == pytest.approx(894.44, abs=0.01)
