"""The levels: totals that are the sum of their parts, in figures, in ranges and after edits."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from sop_xl.demand.hierarchy import Hierarchy
from sop_xl.demand.joint import joint_quantiles
from sop_xl.demand.plan import plan_demand
from sop_xl.demand.reconcile import mint, shrinkage, top_down
from sop_xl.demand.spread import spread
from tests.demand.companies import company, shipments

BOTH = sparse.csr_array(np.ones((1, 2)))
HADAMARD = np.array([[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])


def column(*values):
    return np.array(values, dtype=float)[:, None]


def test_top_down_by_hand():
    assert top_down(column(60, 40), column(120), BOTH).ravel().tolist() == [72, 48]
    assert top_down(column(0, 0), column(120), BOTH).ravel().tolist() == [60, 60]


def test_middle_out_keeps_what_no_total_covers():
    first = sparse.csr_array(np.array([[1.0, 1, 0]]))
    assert top_down(column(60, 40, 7), column(50), first).ravel().tolist() == [30, 20, 7]


def test_mint_by_hand():
    # Errors of size 1 without any correlation: W is the unit matrix, C = (1 -1 -1), C W C' = 3, and the gap of
    # 20 is shared in thirds: the parts rise by 6 2/3 each, and the total falls to 113 1/3.
    assert mint(column(60, 40), column(120), BOTH, HADAMARD).ravel() == pytest.approx([60 + 20 / 3, 40 + 20 / 3])
    # A part whose errors are twice as large (W = 4) moves four times as far: C W C' = 1 + 4 + 1 = 6.
    moved = mint(column(60, 40), column(120), BOTH, HADAMARD * [1, 2, 1])
    assert moved.ravel() == pytest.approx([60 + 20 * 4 / 6, 40 + 20 / 6])


def test_mint_without_evidence_is_bottom_up():
    assert mint(column(60, 40), column(120), BOTH, HADAMARD[:3]).ravel().tolist() == [60, 40]


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_mint_is_the_textbook_formula(seed):
    rng = np.random.default_rng(seed)
    adds = np.array([[1.0, 1, 1, 1], [1, 1, 0, 0]])
    errors = rng.normal(size=(12, 6)) * rng.uniform(0.5, 3, 6) + rng.normal(size=(12, 1))
    parts, totals = rng.uniform(50, 100, (4, 3)), rng.uniform(100, 400, (2, 3))
    cross = errors.T @ errors / 12
    keep = shrinkage(errors / np.sqrt(np.diag(cross)))
    covariance = keep * np.diag(np.diag(cross)) + (1 - keep) * cross
    sums = np.vstack([adds, np.eye(4)])
    inverse = np.linalg.inv(covariance)
    expected = np.linalg.solve(sums.T @ inverse @ sums, sums.T @ inverse @ np.vstack([totals, parts]))
    assert mint(parts, totals, sparse.csr_array(adds), errors) == pytest.approx(np.maximum(expected, 0), rel=1e-8)


def test_shrinkage_by_plain_loops():
    rng = np.random.default_rng(4)
    errors = rng.normal(size=(9, 4)) + rng.normal(size=(9, 1))
    scaled = errors / np.sqrt((errors**2).mean(axis=0))
    noise = squares = 0.0
    for i in range(4):
        for j in range(4):
            if i != j:
                product = scaled[:, i] * scaled[:, j]
                noise += 9 / 8**3 * ((product - product.mean()) ** 2).sum()
                squares += product.mean() ** 2
    assert shrinkage(scaled) == pytest.approx(noise / squares)


def ranges(errors, mean=100.0, spread=10.0):
    """Range of the total of two series, each 100 +- 10 at 80 %."""
    sides = [np.full((2, 1), mean + k * spread) for k in (-1.53, -1, 1, 1.53)]
    low, middle, high = joint_quantiles(np.full((2, 1), mean), tuple(sides), np.array(errors), BOTH, seed=1)
    return float(low[0, 0]), float(middle[0, 0]), float(high[0, 0])


def test_ranges_of_totals_follow_how_series_err_together():
    rng = np.random.default_rng(2)
    one, other = rng.normal(size=60), rng.normal(size=60)
    same = ranges(np.stack([one, one], axis=1))
    assert same == pytest.approx((180, 200, 220), abs=2)  # together: ranges add up
    apart = ranges(np.stack([one, -one], axis=1))
    assert apart[2] - apart[0] < 3  # against each other: they cancel
    loose = ranges(np.stack([one, other], axis=1))
    assert (loose[0], loose[2]) == pytest.approx((200 - 200**0.5, 200 + 200**0.5), abs=3)


def test_a_spread_in_whole_units_adds_up_exactly():
    assert spread(10, np.array([1.0, 1, 1]), step=1).tolist() == [4, 3, 3]
    assert spread(7.5, np.array([2.0, 1]), step=1).tolist() == [5.5, 2]
    assert spread(100, np.array([0.335, 0.333, 0.332]), step=1).tolist() == [34, 33, 33]


ITEMS = [{"item": "A", "family": "Bikes"}, {"item": "B", "family": "Bikes"}, {"item": "C", "family": "Parts"}]
MARKETS = [
    {"market": "N", "region": "North", "channel": "Shop"},
    {"market": "S", "region": "South", "channel": "Web"},
]


def three(settings=None, **tables):
    rng = np.random.default_rng(6)
    actuals = []
    for item, size in (("A", 60), ("B", 30), ("C", 10)):
        for market in "NS":
            actuals += shipments(item, np.round(size * rng.lognormal(0, 0.2, 40), 3).tolist(), market)
    return company(settings, items=ITEMS, markets=MARKETS, actuals=actuals, **tables)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"hierarchy": "top_down", "trusted_level": "company"},
        {"hierarchy": "top_down", "trusted_level": "family"},
        {"hierarchy": "mint"},
    ],
)
def test_every_level_is_the_sum_of_its_parts(options):
    plan = plan_demand(three(options))
    table = plan.details["forecast_levels"]
    totals = plan.forecast.groupby("period")[["statistical", "consensus"]].sum()
    for level in ("company", "region", "channel", "family", "family x region", "item"):
        of_level = table[table["level"] == level].groupby("period")[["statistical", "consensus"]].sum()
        assert np.abs(of_level - totals).to_numpy().max() < 1e-4
    assert (table["p10"] <= table["p50"]).all()
    assert (table["p50"] <= table["p90"]).all()
    assert (table["p10"] >= 0).all()
    if options.get("hierarchy") == "top_down":
        trusted = table[table["level"] == options["trusted_level"]]
        assert trusted["own"].to_numpy() == pytest.approx(trusted["statistical"].to_numpy(), abs=1e-4)
    assert table["own"].notna().any() == bool(options)
    # A total is less certain than a part in units, and more certain in per cent.
    width = table.assign(width=table["p90"] - table["p10"]).groupby("level")[["width", "statistical"]].sum()
    assert width.loc["company", "width"] < width.loc["item", "width"]


def test_nodes_without_a_label_are_left_out():
    keys = pd.DataFrame({"item": ["A", "B"], "market": ["N", "X"]})
    data = three()
    tree = Hierarchy.of(keys, data["items"], data["markets"])
    regions = tree.nodes[tree.nodes["level"] == "region"]
    assert regions["node"].tolist() == ["North"]
    assert tree.adds[regions.index[0]].toarray().ravel().tolist() == [1, 0]


def test_a_figure_for_a_family_is_spread_and_adds_up_exactly():
    edits = [
        {"family": "Bikes", "period": "2026-02", "stream": "final", "quantity": 333, "reason": "Tender"},
        {"period": "2026-03", "stream": "sales", "quantity": 100, "region": "South"},
    ]
    item = [{"item": "A", "market": "N", "period": "2026-02", "stream": "final", "quantity": 100, "reason": "Known"}]
    data = three({"whole_units": True}, level_overrides=edits, overrides=item)
    forecast = plan_demand(data).forecast
    bikes = forecast[forecast["item"].isin(["A", "B"]) & (forecast["period"] == "2026-02")]
    assert bikes["final"].sum() == bikes["consensus"].sum() == 333
    assert (bikes["final"] % 1 == 0).all()
    assert bikes.set_index(["item", "market"]).loc[("A", "N"), "final"] == 100
    south = forecast[(forecast["market"] == "S") & (forecast["period"] == "2026-03")]
    assert south["sales"].sum() == 100
    assert forecast[(forecast["market"] == "N") & (forecast["period"] == "2026-03")]["sales"].isna().all()


def test_a_smaller_group_goes_first():
    edits = [
        {"period": "2026-02", "stream": "final", "quantity": 200},
        {"family": "Parts", "period": "2026-02", "stream": "final", "quantity": 50},
    ]
    forecast = plan_demand(three(level_overrides=edits)).forecast
    month = forecast[forecast["period"] == "2026-02"].groupby("item")["final"].sum()
    assert month["C"] == pytest.approx(50)
    assert month.sum() == pytest.approx(200)
