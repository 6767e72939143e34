import numpy as np
import pandas as pd
import pytest

from sop_xl.domain.errors import SopError
from sop_xl.finance.cost import roll_up_costs
from tests.finance.small_company import plan_data


def costs_of(data):
    return roll_up_costs(data).set_index("item")


def f7(**changes):
    """F7 of the finance note: labour 30 and overhead 45 an hour; SUB goes into FG."""
    tables = {
        "items": [
            {"item": "RM1", "source": "buy", "standard_cost": 1.20},
            {"item": "RM2", "source": "buy", "standard_cost": 4.00},
            {"item": "PACK", "source": "buy", "standard_cost": 0.35},
            {"item": "SUB"},
            {"item": "FG"},
        ],
        "bom": [
            {"parent": "SUB", "component": "RM1", "qty_per": 3.0, "scrap_pct": 4.0},
            {"parent": "SUB", "component": "RM2", "qty_per": 0.5},
            {"parent": "FG", "component": "SUB", "qty_per": 2.0},
            {"parent": "FG", "component": "PACK", "qty_per": 1.0},
        ],
        "resources": [{"resource": "LINE", "cost_per_hour": 45.0}],
        "labour": [{"resource": "LINE", "workers": 1, "cost_per_hour": 30.0}],
        "routings": [
            {"item": "SUB", "operation": "10", "resource": "LINE", "hours_per_unit": 0.10},
            {"item": "FG", "operation": "10", "resource": "LINE", "hours_per_unit": 0.05},
        ],
    }
    return plan_data(**{**tables, **changes})


def test_roll_up_f7():
    costs = costs_of(f7())
    # SUB: 3 x 1.20 / 0.96 + 0.5 x 4 = 3.75 + 2 = 5.75; 0.10 h x (30 + 45) = 7.50.
    assert costs.loc["SUB", ["material", "conversion", "rolled_cost"]].tolist() == pytest.approx([5.75, 7.50, 13.25])
    # FG: 2 x 13.25 + 0.35 = 26.85; 0.05 h x 75 = 3.75.
    assert costs.loc["FG", ["material", "conversion", "rolled_cost"]].tolist() == pytest.approx([26.85, 3.75, 30.60])
    assert costs.at["FG", "basis"] == "rolled"
    assert costs.at["FG", "standard_cost"] == pytest.approx(30.60)


def test_given_standard_stays_in_use_beside_the_rolled_one():
    items = [*f7()["items"].to_dict("records")]
    for row in items:
        if row["item"] == "FG":
            row["standard_cost"] = 32.0
    costs = costs_of(f7(items=items))
    assert costs.loc["FG", ["rolled_cost", "standard_cost", "difference"]].tolist() == pytest.approx([30.6, 32.0, -1.4])
    assert costs.at["FG", "basis"] == "given"


@pytest.mark.parametrize(
    ("offers", "price"),
    [
        ([{"supplier": "A", "price": 9.0}, {"supplier": "B", "price": 7.0}], 7.0),  # the cheapest
        # Shares weigh: 0.75 x 9 + 0.25 x 7 = 8.5; a supplier without a share gets nothing.
        (
            [
                {"supplier": "A", "price": 9.0, "share_pct": 75.0},
                {"supplier": "B", "price": 7.0, "share_pct": 25.0},
                {"supplier": "C", "price": 1.0},
            ],
            8.5,
        ),
        ([{"supplier": "A", "price": 10.0, "currency": "EUR"}], 11.0),  # plan rate 1.10 of 2026-02, the last known
        ([{"supplier": "A"}], 5.0),  # no price: the given standard
    ],
)
def test_bought_items_cost_their_suppliers_price(offers, price):
    data = plan_data(
        items=[{"item": "R", "source": "buy", "standard_cost": 5.0, "material_cost": 3.0}],
        suppliers=[{"item": "R", **offer} for offer in offers],
        fx_rates=[
            {"currency": "EUR", "period": "2026-01", "plan_rate": 1.2},
            {"currency": "EUR", "period": "2026-02", "plan_rate": 1.1},
            {"currency": "EUR", "period": "2026-04", "plan_rate": 1.3},
        ],
    )
    assert costs_of(data).at["R", "rolled_cost"] == pytest.approx(price)


def test_a_price_without_a_rate_is_named():
    data = plan_data(
        items=[{"item": "R", "source": "buy"}],
        suppliers=[{"item": "R", "supplier": "A", "price": 1.0, "currency": "CHF"}],
    )
    with pytest.raises(SopError, match="no rate for CHF"):
        roll_up_costs(data)


def test_a_cycle_is_shown():
    data = plan_data(
        items=[{"item": code} for code in "ABCD"],
        bom=[
            {"parent": "A", "component": "B", "qty_per": 1.0},
            {"parent": "B", "component": "C", "qty_per": 1.0},
            {"parent": "C", "component": "B", "qty_per": 1.0},
            {"parent": "C", "component": "D", "qty_per": 1.0},
        ],
    )
    with pytest.raises(SopError, match="B > C > B runs in a circle"):
        roll_up_costs(data)


def test_alternatives_are_not_added_and_sites_are_averaged():
    resources = [
        {"resource": "R1", "cost_per_hour": 10.0, "location": "P1"},
        {"resource": "R2", "cost_per_hour": 30.0, "location": "P2"},
        {"resource": "R3", "cost_per_hour": 99.0, "location": "P1"},
        {"resource": "R4", "cost_per_hour": 50.0, "location": "P1"},
    ]
    step = {"item": "X", "hours_per_unit": 1.0}
    routings = [
        {**step, "operation": "10", "resource": "R1"},
        {**step, "operation": "10", "resource": "R2"},  # the same step at another plant
        {**step, "operation": "10", "resource": "R3", "alternative": "slow"},
        {**step, "operation": "20", "resource": "R4", "alternative": "only"},
    ]
    data = plan_data(
        items=[{"item": "X", "material_cost": 2.0}],
        locations=[{"location": "P1"}, {"location": "P2"}],
        resources=resources,
        routings=routings,
    )
    # Operation 10: mean of 10 and 30, one of them is passed; operation 20 has only its alternative: 50.
    assert costs_of(data).loc["X", ["material", "conversion"]].tolist() == pytest.approx([2.0, 70.0])


def test_lines_out_of_date_do_not_count_and_bought_items_are_not_built():
    data = plan_data(
        items=[
            {"item": "A"},
            {"item": "B", "source": "buy", "standard_cost": 4.0},
            {"item": "C", "source": "buy", "standard_cost": 100.0},
        ],
        bom=[
            {"parent": "A", "component": "B", "qty_per": 1.0, "valid_to": "2026-03"},
            {"parent": "A", "component": "C", "qty_per": 1.0, "valid_from": "2026-04"},
            {"parent": "B", "component": "C", "qty_per": 1.0},
        ],
    )
    costs = costs_of(data)
    assert costs.at["A", "rolled_cost"] == 4.0
    assert costs.at["B", "rolled_cost"] == 4.0


def test_roll_up_equals_a_plain_recursion_on_a_random_bill():
    rng = np.random.default_rng(7)
    codes = [f"I{k:02d}" for k in range(30)]
    own = rng.uniform(1, 9, 30).round(2)
    # A line goes from a lower to a higher number, so there is no cycle.
    lines = {
        (int(a), int(b)): float(rng.integers(1, 4))
        for a, b in (sorted(rng.choice(30, 2, replace=False)) for _ in range(80))
    }

    def recursive(k):
        return own[k] + sum(need / 0.9 * recursive(b) for (a, b), need in lines.items() if a == k)

    data = plan_data(
        items=[{"item": code, "material_cost": cost} for code, cost in zip(codes, own, strict=True)],
        bom=[
            {"parent": codes[a], "component": codes[b], "qty_per": need, "scrap_pct": 10.0}
            for (a, b), need in lines.items()
        ],
    )
    expected = pd.Series([recursive(k) for k in range(30)], index=codes)
    assert costs_of(data)["rolled_cost"].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-6)
