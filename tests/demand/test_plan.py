import numpy as np
import pandas as pd
import pytest

from sop_xl.demand.consensus import item_consensus, item_review
from sop_xl.demand.plan import plan_demand
from sop_xl.schema.frames import conform
from sop_xl.schema.results import ACCURACY, FORECAST
from tests.demand.companies import company, shipments

MARKETS = [{"market": "EU"}, {"market": "US"}]
EIGHT = [8.0] * 24
FOUR = [4.0] * 24


def plan(**tables):
    tables.setdefault("items", [{"item": "A", "family": "F"}])
    return plan_demand(company(tables.pop("settings", None), **tables))


def two_markets(**tables):
    actuals = [*shipments("A", EIGHT, "EU"), *shipments("A", FOUR, "US")]
    return plan(**{"markets": MARKETS, "actuals": actuals, **tables})


def months(frame, item="A", market=None):
    rows = frame[(frame["item"] == item) & ((frame["market"] == market) if market else True)]
    return rows.set_index(rows["period"].astype(str))


def test_frames_are_as_stored():
    result = two_markets()
    pd.testing.assert_frame_equal(result.forecast, conform(FORECAST, result.forecast))
    pd.testing.assert_frame_equal(result.accuracy, conform(ACCURACY, result.accuracy))


def test_a_steady_item_is_forecast_as_it_was():
    rows = months(two_markets().forecast, market="EU")
    assert rows.index.tolist() == [f"2026-0{k}" for k in range(1, 7)]
    for column in ("naive", "statistical", "lo80", "hi80", "consensus"):
        assert rows[column].to_numpy() == pytest.approx(np.full(6, 8.0), rel=1e-4)
    assert set(rows["method"]) == {"Theta + Holt-Winters + smoothing"}
    assert (rows["event_qty"] == 0).all()
    assert rows["sensed"].isna().all()


def test_naive_is_the_same_month_of_last_year():
    rows = months(plan(actuals=shipments("A", [*range(1, 25)])).forecast)
    assert rows["naive"].tolist() == [13, 14, 15, 16, 17, 18]
    assert set(rows["market"]) == {"All"}


def test_nothing_known_no_rows():
    result = plan(items=[{"item": "A"}, {"item": "B"}], actuals=shipments("A", EIGHT))
    assert set(result.forecast["item"]) == {"A"}
    empty = plan()
    assert len(empty.forecast) == 0
    assert len(empty.accuracy) == 0


def test_dead_and_ended_items_have_no_forecast():
    items = [{"item": "A", "status": "dead"}, {"item": "B", "end_period": "2025-11"}, {"item": "C"}]
    actuals = [row for item in "ABC" for row in shipments(item, EIGHT)]
    overrides = [{"item": "A", "period": "2026-02", "stream": "final", "quantity": 5}]
    assert set(plan(items=items, actuals=actuals, overrides=overrides).forecast["item"]) == {"C"}


def test_demand_lies_between_launch_and_end():
    items = [{"item": "A", "launch_period": "2026-02", "end_period": "2026-04"}]
    assert months(plan(items=items, actuals=shipments("A", EIGHT)).forecast).index.tolist() == [
        "2026-02",
        "2026-03",
        "2026-04",
    ]


def test_only_overrides_only_their_months():
    overrides = [
        {"item": "A", "period": "2026-02", "stream": "final", "quantity": 50},
        {"item": "A", "period": "2026-04", "stream": "sales", "quantity": 7},
    ]
    rows = plan(overrides=overrides).forecast
    assert rows["period"].astype(str).tolist() == ["2026-02", "2026-04"]
    assert rows["consensus"].tolist() == [50, 7]
    assert rows[["statistical", "naive", "lo80", "event_qty"]].isna().all(axis=None)
    assert rows["market"].tolist() == ["All", "All"]
    assert rows["method"].tolist() == ["", ""]


def test_a_final_word_for_the_whole_item_adds_up_over_its_markets():
    overrides = [{"item": "A", "period": "2026-03", "stream": "final", "quantity": 100}]
    rows = two_markets(overrides=overrides).forecast
    march = rows[rows["period"].astype(str) == "2026-03"]
    # Shares 8 and 4 of 12.
    assert march["final"].tolist() == [66.666667, 33.333333]
    assert march["consensus"].sum() == 100


def test_weighted_streams_beside_the_baseline():
    overrides = [
        {"item": "A", "market": "EU", "period": "2026-03", "stream": "sales", "quantity": 20},
        {"item": "A", "market": "EU", "period": "2026-03", "stream": "finance", "quantity": 5},
    ]
    rows = two_markets(overrides=overrides, settings={"weight_sales": 2.0})
    march = months(rows.forecast, market="EU").loc["2026-03"]
    # (8 + 2 x 20 + 5) / 4; event, launch and initiative count with the statistical stream.
    assert march["consensus"] == pytest.approx(13.25)
    assert months(rows.forecast, market="US").loc["2026-03", "consensus"] == pytest.approx(4)


def test_the_parts_add_up_to_the_baseline():
    result = two_markets(
        items=[{"item": "A", "family": "F"}, {"item": "N", "family": "F"}],
        events=[{"event": "E", "family": "F", "from_period": "2026-02", "uplift_pct": 50}],
        launches=[
            {
                "launch": "L",
                "item": "N",
                "like_item": "A",
                "launch_period": "2026-03",
                "cannibalises": "A",
                "cannibal_pct": 25,
            }
        ],
        initiatives=[{"initiative": "I", "type": "price", "status": "approved", "target": "A", "delta_pct": -10}],
    )
    eu, new = months(result.forecast, market="EU"), months(result.forecast, "N", "EU")
    assert eu.loc["2026-02", ["statistical", "event_qty", "launch_qty", "initiative_qty"]].tolist() == pytest.approx(
        [8, 4, 0, -1.2]
    )
    assert eu.loc["2026-02", "consensus"] == pytest.approx(10.8)
    # March: the new item takes a quarter of its own 8 from the parent; 10 % of the 6 left.
    assert eu.loc["2026-03", ["launch_qty", "initiative_qty", "consensus"]].tolist() == pytest.approx([-2, -0.6, 5.4])
    assert new.index.tolist() == ["2026-03", "2026-04", "2026-05", "2026-06"]
    assert new["consensus"].tolist() == pytest.approx([8] * 4)
    assert new["statistical"].isna().all()


def test_item_level_sums_are_the_workbooks_own():
    overrides = [
        {"item": "A", "period": "2026-01", "stream": "sales", "quantity": 31},
        {"item": "A", "period": "2026-02", "stream": "marketing", "quantity": 7},
        {"item": "A", "period": "2026-02", "stream": "finance", "quantity": 1000},
        {"item": "A", "period": "2026-03", "stream": "final", "quantity": 11},
    ]
    data = company(
        {"weight_sales": 3.0},
        items=[{"item": "A"}],
        markets=MARKETS,
        overrides=overrides,
        actuals=[*shipments("A", EIGHT, "EU"), *shipments("A", FOUR, "US")],
    )
    review = item_review(plan_demand(data).forecast)
    assert review["whole"].all()
    assert item_consensus(review, data.settings).to_numpy() == pytest.approx(review["consensus"].to_numpy(), abs=1e-5)
    assert review["consensus"].to_numpy() == pytest.approx([(12 + 93) / 4, 1019 / 3, 11, 12, 12, 12], abs=1e-5)


def test_a_past_event_does_not_lift_the_forecast():
    actuals = shipments("A", [*[8.0] * 47, 800.0])
    event = {"event": "E", "item": "A", "from_period": "2025-12", "uplift_qty": 792, "past": "yes"}
    result = plan(actuals=actuals, events=[event])
    assert months(result.forecast)["statistical"].to_numpy() == pytest.approx(np.full(6, 8.0))
    assert months(plan(settings={"clean_history": False}, actuals=actuals).forecast)["statistical"].max() > 9
    assert months(plan(actuals=actuals).forecast)["statistical"].max() == pytest.approx(8)  # found as an outlier


def test_history_that_stops_early_is_carried_to_the_plan():
    # Data up to October; November and December are unknown, not zero.
    rows = months(plan(actuals=shipments("A", EIGHT, end="2025-10")).forecast)
    assert rows["statistical"].to_numpy() == pytest.approx(np.full(6, 8.0))


def test_sales_without_a_market_stay_without():
    result = plan(markets=MARKETS, actuals=shipments("A", EIGHT))
    assert set(result.forecast["market"]) == {""}


def test_returns_do_not_make_negative_demand():
    actuals = shipments("A", [-5.0, *[1.0] * 10, -9.0, -9.0, -9.0, -9.0])
    forecast = plan(actuals=actuals).forecast
    assert (forecast[["statistical", "lo80", "hi80", "consensus"]] >= 0).all(axis=None)
    assert (forecast["statistical"] >= forecast["lo80"]).all()


def test_accuracy_by_item_family_and_company():
    rng = np.random.default_rng(21)
    actuals = [
        *shipments("A", list(rng.integers(50, 150, 36).astype(float)), "EU"),
        *shipments("A", list(rng.integers(5, 15, 36).astype(float)), "US"),
        *shipments("B", [10.0] * 36, "EU"),
    ]
    items = [{"item": "A", "family": "F", "list_price": 1}, {"item": "B", "family": "G", "list_price": 2}]
    frame = plan(items=items, markets=MARKETS, actuals=actuals).accuracy
    lag1 = frame[frame["lag"] == 1].set_index("item", drop=False)
    item_a, item_b = lag1.loc["A"], lag1.loc["B"]
    total = lag1[(lag1["item"] == "") & (lag1["family"] == "")].iloc[0]
    family = lag1[(lag1["item"] == "") & (lag1["family"] == "F")].iloc[0]
    assert frame["lag"].unique().tolist() == [1, 2, 3]
    assert total["months"] == 12
    assert total["actual"] == item_a["actual"] + item_b["actual"]
    assert family["wmape"] == item_a["wmape"]
    # A steady item has no error; the company's is A's errors over all demand.
    assert item_b[["wmape", "bias", "fva"]].tolist() == pytest.approx([0, 0, 0], abs=1e-6)
    assert total["wmape"] == pytest.approx(item_a["wmape"] * item_a["actual"] / total["actual"], abs=1e-5)
    assert item_a["fva"] == pytest.approx(item_a["naive_wmape"] - item_a["wmape"], abs=1e-5)
    assert (item_a["abc"], item_b["abc"], item_b["xyz"]) == ("A", "B", "X")
    # By hand: the naive error of A over the last twelve months, its markets together.
    y = [sum(row["quantity"] for row in actuals[k : k + 37 : 36]) for k in range(36)]
    steps = [abs(y[k] - y[k - 12]) for k in range(24, 36)]
    assert item_a["naive_wmape"] == pytest.approx(100 * sum(steps) / sum(y[24:]), abs=1e-5)


def test_noise_is_forecast_better_than_naively():
    rng = np.random.default_rng(21)
    names = [f"N{k}" for k in range(30)]
    actuals = [row for name in names for row in shipments(name, list(rng.integers(50, 150, 36).astype(float)))]
    frame = plan(items=[{"item": name} for name in names], actuals=actuals).accuracy
    company_rows = frame[(frame["item"] == "") & (frame["family"] == "")]
    # Twelve months ago is off by the noise of two months, a level by little more than that of one.
    assert (company_rows["fva"] > 5).all()


def test_the_same_company_gives_the_same_frames():
    pd.testing.assert_frame_equal(two_markets().forecast, two_markets().forecast)


def test_progress_is_told_and_may_stop_the_run():
    seen = []
    plan_demand(company(items=[{"item": "A"}], actuals=shipments("A", EIGHT)), lambda *step: seen.append(step))
    assert seen[-1][1] == seen[-1][2] == len(seen)

    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plan_demand(company(items=[{"item": "A"}], actuals=shipments("A", EIGHT)), stop)
