import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop_xl.demand.consensus import item_consensus, item_review, spread_overrides, weighted_consensus
from sop_xl.demand.grid import PlanningGrid
from sop_xl.demand.plan import plan_demand
from tests.demand.companies import company, shipments

NAN = np.nan
WEIGHTS = {"baseline": 1.0, "sales": 2.0, "marketing": 1.0, "finance": 1.0}


def consensus(baseline, sales=NAN, marketing=NAN, finance=NAN, final=NAN, weights=WEIGHTS):
    parts = {"baseline": baseline, "sales": sales, "marketing": marketing, "finance": finance}
    arrays = {name: np.array([value]) for name, value in parts.items()}
    return weighted_consensus(arrays, np.array([final]), weights)[0]


def test_only_the_streams_that_are_filled_count():
    assert consensus(100.0) == 100
    assert consensus(100.0, sales=130.0) == pytest.approx((100 + 2 * 130) / 3)
    assert consensus(100.0, sales=130.0, finance=0.0) == pytest.approx((100 + 2 * 130 + 0) / 4)


def test_the_final_word_replaces_all():
    assert consensus(100.0, sales=130.0, final=0.0) == 0
    assert consensus(NAN, final=40.0) == 40


def test_without_history_the_streams_speak_alone():
    assert consensus(NAN, sales=30.0, marketing=60.0) == pytest.approx(40)
    assert np.isnan(consensus(NAN))


def test_weights_that_are_all_zero():
    silent = dict.fromkeys(WEIGHTS, 0.0)
    assert consensus(100.0, sales=130.0, weights=silent) == 100
    assert consensus(NAN, sales=30.0, marketing=60.0, weights=silent) == 45


KEYS = [("A", "EU"), ("A", "US"), ("B", "EU"), ("B", "US")]
MONTHS = pd.period_range("2026-01", periods=1, freq="M")
STATISTICAL = np.array([[30.0], [10.0], [NAN], [NAN]])


def overrides(*rows, statistical=STATISTICAL):
    rows = [{"item": "A", "period": "2026-01", "stream": "sales", **row} for row in rows]
    data = company(items=[{"item": "A"}, {"item": "B"}], markets=[{"market": "EU"}, {"market": "US"}], overrides=rows)
    grid = PlanningGrid.of(KEYS, MONTHS, data["items"])
    return {name: v[:, 0].tolist() for name, v in spread_overrides(grid, statistical, statistical, data).items()}


def test_a_figure_for_the_whole_item_is_spread_by_share():
    np.testing.assert_array_equal(overrides({"quantity": 100})["sales"], [75, 25, NAN, NAN])


def test_equal_shares_without_history():
    np.testing.assert_array_equal(
        overrides({"item": "B", "quantity": 100, "stream": "final"})["final"], [NAN, NAN, 50, 50]
    )


def test_a_figure_for_a_market_stands_and_the_rest_is_spread():
    rows = {"quantity": 100}, {"quantity": 20, "market": "US"}
    np.testing.assert_array_equal(overrides(*rows)["sales"], [80, 20, NAN, NAN])


def test_a_blank_figure_is_none():
    assert np.isnan(overrides({"quantity": NAN})["sales"]).all()


def test_months_outside_the_plan_do_not_count():
    assert np.isnan(overrides({"quantity": 5, "period": "2025-12"})["sales"]).all()


def agreed(*rows, levels=(), settings=None, statistical=(30.0, 10.0)):
    """Sales, final and consensus by market of item A, whose baseline is 30 in the EU and 10 in the US."""
    rows = [{"item": "A", "period": "2026-01", "stream": "sales", **row} for row in rows]
    levels = [{"period": "2026-01", "stream": "final", **row} for row in levels]
    markets = [{"market": "EU", "region": "Old"}, {"market": "US", "region": "New"}]
    actuals = [
        row
        for market, level in zip(("EU", "US"), statistical, strict=True)
        for row in shipments("A", [level] * 36, market)
    ]
    tables = {"overrides": rows, "level_overrides": levels, "actuals": actuals}
    data = company(settings, items=[{"item": "A", "family": "F"}], markets=markets, **tables)
    frame = plan_demand(data).forecast
    january = frame[frame["period"].eq(MONTHS[0])]
    return [[None if np.isnan(v) else round(v, 3) for v in january[name]] for name in ("sales", "final", "consensus")]


def test_an_override_may_add_to_what_stands_or_take_off_it():
    # Sales adds 8 to 30 + 10: 36 and 12, weighed with the baseline: 33 and 11.
    assert agreed({"quantity": 8, "mode": "add"}) == [[36, 12], [None, None], [33, 11]]
    assert agreed({"quantity": 4, "mode": "subtract", "market": "US"}) == [[None, 6], [None, None], [30, 8]]
    # The final word adds to the weighted consensus of 35 and 10, not to the baseline.
    both = agreed({"quantity": 40, "market": "EU"}, {"quantity": 9, "mode": "add", "stream": "final"})
    assert both == [[40, None], [42, 12], [42, 12]]
    # What is taken off ends at zero.
    assert agreed({"quantity": 99, "mode": "subtract", "stream": "final"})[2] == [0, 0]


def test_a_market_may_add_to_a_figure_that_replaces_for_the_whole_item():
    rows = {"quantity": 80, "stream": "final"}, {"quantity": 5, "mode": "add", "market": "US", "stream": "final"}
    assert agreed(*rows)[2] == [60, 25]


def test_a_level_may_add_and_whole_units_add_up():
    assert agreed(levels=[{"family": "F", "quantity": 20, "mode": "add"}])[2] == [45, 15]
    assert agreed(levels=[{"region": "New", "quantity": 3, "mode": "add"}])[2] == [30, 13]
    # 5 units by 30 to 10 are 3.75 and 1.25: the larger remainder gets the unit that is left.
    assert agreed({"quantity": 5, "mode": "add", "stream": "final"}, settings={"whole_units": True})[2] == [34, 11]


amounts = st.one_of(st.none(), st.integers(0, 10_000).map(float))


@settings(max_examples=30, deadline=None)
@given(
    statistical=st.lists(st.integers(0, 500).map(float), min_size=2, max_size=2),
    sales=amounts,
    marketing=amounts,
    finance=amounts,
    final=amounts,
)
def test_markets_add_up_to_the_items_own_consensus(statistical, sales, marketing, finance, final):
    # What the workbook's formula says of the item's sums is the sum of its markets.
    given_rows = [
        {"stream": stream, "quantity": quantity}
        for stream, quantity in (("sales", sales), ("marketing", marketing), ("finance", finance), ("final", final))
        if quantity is not None
    ]
    base = np.array([[s] for s in statistical] + [[NAN], [NAN]])
    streams = overrides(*given_rows, statistical=base)
    arrays = {name: np.array(values) for name, values in streams.items()}
    data = company({"weight_sales": 2.0}, items=[{"item": "A"}])
    weights = {"baseline": 1.0, "sales": 2.0, "marketing": 1.0, "finance": 1.0}
    parts = {"baseline": base[:, 0], **{name: arrays[name] for name in ("sales", "marketing", "finance")}}
    total = weighted_consensus(parts, arrays["final"], weights)[:2]
    forecast = pd.DataFrame(
        {
            "item": "A",
            "market": ["EU", "US"],
            "period": pd.PeriodIndex(["2026-01"] * 2, freq="M"),
            "naive": NAN,
            "statistical": base[:2, 0],
            "event_qty": 0.0,
            "launch_qty": 0.0,
            "initiative_qty": 0.0,
            "sensing_qty": NAN,
            **{name: values[:2] for name, values in arrays.items()},
            "consensus": total,
        }
    )
    review = item_review(forecast)
    assert review["whole"].tolist() == [True]
    assert item_consensus(review, data.settings).tolist() == pytest.approx([total.sum()], abs=1e-5)
    if final is not None:
        assert total.sum() == pytest.approx(final, abs=1e-9)


def test_a_stream_of_one_market_is_told_apart():
    forecast = pd.DataFrame(
        {
            "item": "A",
            "market": ["EU", "US"],
            "period": pd.PeriodIndex(["2026-01"] * 2, freq="M"),
            **dict.fromkeys(("naive", "event_qty", "launch_qty", "initiative_qty", "marketing", "finance"), NAN),
            "sensing_qty": NAN,
            "statistical": [30.0, 10.0],
            "sales": [40.0, NAN],
            "final": [NAN, 5.0],
            "consensus": [35.0, 5.0],
        }
    )
    review = item_review(forecast)
    assert review["whole"].tolist() == [False]
    assert review["sales"].tolist() == [40]
    assert np.isnan(review["final"]).all()
    assert review["baseline"].tolist() == [40]
