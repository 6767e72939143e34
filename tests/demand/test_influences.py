"""Events and prices by regression: told where they are, refused where history cannot tell."""

import numpy as np
import pytest

from sop_xl.demand.history import read_history
from sop_xl.demand.influences import find_influences
from sop_xl.demand.plan import plan_demand
from sop_xl.demand.regression import Effect, influence, pooled
from tests.demand.companies import company, shipments

MONTHS = 60
YEARS = np.array([1.0, 0.8, 1.1, 1.2, 0.9, 1.3, 1.5, 1.4, 1.0, 0.7, 0.5, 0.6])
NONE = np.empty((0, MONTHS))
ITEMS = [{"item": "A", "family": "Bikes", "list_price": 10}]


def demand(rng, noise=0.05, size=MONTHS):
    return 500 * np.tile(YEARS, size // 12) * rng.lognormal(0, noise, size)


def test_a_known_uplift_is_found():
    rng = np.random.default_rng(1)
    acting = np.zeros(MONTHS)
    acting[[7, 20, 31, 44, 50]] = 1
    found = influence(demand(rng) * np.exp(0.3 * acting), acting, NONE, season=12)
    assert found.told
    assert found.value == pytest.approx(0.3, abs=3 * found.error)
    assert found.error < 0.05
    assert found.low < 0.3 < found.high
    assert found.months == MONTHS


def test_an_exact_elasticity_is_found_exactly():
    price = np.tile([10.0, 10, 9, 9, 10, 11, 10], 9)[:MONTHS]
    exact = 500 * np.tile(YEARS, 5) * (price / 10) ** -1.5
    found = influence(exact * np.exp(1e-9 * np.arange(MONTHS) % 2), np.log(price), NONE, season=12)
    assert found.value == pytest.approx(-1.5, abs=1e-6)
    assert found.told


@pytest.mark.parametrize(
    ("quantity", "acting", "reason"),
    [
        (np.full(12, 5.0), np.eye(1, 12, 4)[0], "24 are needed"),
        (np.tile([0, 0, 0, 5.0], 15), np.eye(1, MONTHS, 4)[0], "24 are needed"),
        (np.tile([0, 5.0, 5.0], 20), np.eye(1, MONTHS, 4)[0], "too few months"),
        (np.full(MONTHS, 5.0), np.zeros(MONTHS), "never changed"),
        (demand(np.random.default_rng(2)), (np.arange(MONTHS) % 12 == 3).astype(float), "same months of the year"),
        (demand(np.random.default_rng(2), 0.4), np.eye(1, MONTHS, 40)[0], "chance"),
    ],
)
def test_what_cannot_be_told_is_refused_with_the_reason(quantity, acting, reason):
    found = influence(quantity, acting, np.empty((0, len(quantity))), season=12)
    assert not found.told
    assert reason in found.reason


def test_two_estimates_weigh_by_their_precision():
    # Weights 1/0.1^2 = 100 and 1/0.2^2 = 25: (100 x 0.2 + 25 x 0.45) / 125 = 0.25; error 125^-1/2 = 0.0894.
    both = pooled([Effect(0.2, 0.1, 0, 0.4, 30, ""), Effect(0.45, 0.2, 0, 0.9, 30, "chance")])
    assert (both.value, both.error, both.told) == pytest.approx((0.25, 125**-0.5, True))


def promoted(effect=0.3, noise=0.05, **future):
    rng = np.random.default_rng(5)
    acting = np.zeros(MONTHS)
    acting[[9, 22, 37, 43]] = 1
    booked = np.round(demand(rng, noise) * np.exp(effect * acting), 3)
    first = [("Fair 1", "2021-10"), ("Fair 2", "2022-11"), ("Fair 3", "2024-02"), ("Fair 4", "2024-08")]
    events = [{"event": name, "item": "A", "from_period": month, "repeats": "Fair"} for name, month in first]
    events.append({"event": "Fair 5", "item": "A", "from_period": "2026-03", "repeats": "Fair", **future})
    return company(items=ITEMS, actuals=shipments("A", booked.tolist()), events=events)


def test_an_event_to_come_takes_the_effect_of_its_like_times_its_probability():
    data = promoted(probability_pct=50)
    table = find_influences(read_history(data), data).table
    assert table[["kind", "name", "item", "occurrences", "verdict"]].values.tolist() == [
        ["event", "Fair", "A", 4, "told"]
    ]
    row = table.iloc[0]
    assert row["effect"] == pytest.approx(100 * (np.exp(0.3) - 1), abs=3 * row["standard_error"])
    assert row["low95"] < row["effect"] < row["high95"]
    assert "1 to come take it" in row["used"]
    march = plan_demand(data).forecast.set_index("period").loc["2026-03"]
    assert march["event_qty"] == pytest.approx(march["statistical"] * row["effect"] / 100 / 2, rel=1e-6)


def test_the_planners_own_uplift_stands():
    data = promoted(uplift_pct=10)
    found = find_influences(read_history(data), data)
    assert "uplift of their own" in found.table["used"].iloc[0]
    march = plan_demand(data).forecast.set_index("period").loc["2026-03"]
    assert march["event_qty"] == pytest.approx(march["statistical"] / 10, rel=1e-6)


def test_an_effect_that_may_be_chance_adds_nothing():
    data = promoted(effect=0.0, noise=0.3)
    found = find_influences(read_history(data), data)
    assert found.uplift == {}
    assert found.table[["verdict", "used"]].values.tolist() == [
        ["cannot tell", "1 to come add nothing until you give them an uplift"]
    ]
    assert plan_demand(data).forecast["event_qty"].abs().max() == 0


def test_an_event_never_seen_is_named():
    events = [{"event": "First fair", "family": "Bikes", "from_period": "2026-03"}]
    data = company(items=ITEMS, actuals=shipments("A", [5.0] * 30), events=events)
    row = find_influences(read_history(data), data).table.iloc[0]
    assert (row["verdict"], row["occurrences"]) == ("cannot tell", 0)
    assert "no such event" in row["reason"]


def test_a_price_event_acts_by_the_elasticity():
    rng = np.random.default_rng(8)
    price = np.repeat([10.0, 9, 10.5, 9.5, 10, 8.5], 10)
    booked = np.round(demand(rng, 0.03) * (price / 10) ** -2, 3)
    rows = shipments("A", booked.tolist())
    for row, p in zip(rows, price, strict=True):
        row["value"] = round(row["quantity"] * p, 2)
    cut = {"event": "Cut", "item": "A", "type": "price", "from_period": "2026-02", "price_change_pct": -10}
    data = company(items=ITEMS, actuals=rows, events=[cut])
    found = find_influences(read_history(data), data)
    row = found.table.set_index("kind").loc["price"]
    assert row["effect"] == pytest.approx(-2, abs=3 * row["standard_error"])
    assert row["verdict"] == "told"
    assert found.uplift["Cut"] == pytest.approx(100 * (0.9 ** row["effect"] - 1), rel=1e-4)


def test_a_price_that_never_moved_tells_nothing():
    rows = [{**row, "value": 10 * row["quantity"]} for row in shipments("A", demand(np.random.default_rng(3)).tolist())]
    cut = {"event": "Cut", "item": "A", "type": "price", "from_period": "2026-02", "price_change_pct": -10}
    data = company(items=ITEMS, actuals=rows, events=[cut])
    found = find_influences(read_history(data), data)
    assert found.uplift == {}
    assert "hardly moved" in found.table.set_index("kind").loc["price", "reason"]
