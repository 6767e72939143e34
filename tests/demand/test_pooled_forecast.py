from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sop_xl.demand.engine import forecast_panel
from sop_xl.demand.plan import plan_demand
from sop_xl.demand.pooled_forecast import forecast_company
from sop_xl.demand.pools import Pools
from sop_xl.domain.plan_data import PlanData
from sop_xl.domain.settings import Settings
from sop_xl.schema import INPUT_TABLES
from sop_xl.schema.frames import with_defaults
from tests.companies.reading import read_company
from tests.demand.companies import company, shipments
from tests.demand.test_pooled_season import PATTERN, rotating

TWO_PLANTS = Path(__file__).parent.parent / "companies" / "two_plants"
CHANNELS = [{"market": "Shop", "channel": "Shop"}, {"market": "Web", "channel": "Web"}]
ITEMS = [{"item": f"I{k}", "family": "F"} for k in range(5)]
MONTHS = 33  # to December; rotating() starts in April


def two_pools():
    """Five sparse items: the shop's season is PATTERN from April on, the web's total is flat."""
    shop = rotating(100, MONTHS)
    web = (np.arange(MONTHS) + np.arange(5)[:, None]) % 5 == 0
    actuals = [
        row
        for k in range(5)
        for row in (*shipments(f"I{k}", list(shop[k]), "Shop"), *shipments(f"I{k}", list(60.0 * web[k]), "Web"))
    ]
    return company({"horizon_months": 12}, items=ITEMS, markets=CHANNELS, actuals=actuals)


def monthly(frame, market):
    return frame[frame["market"] == market].groupby("period")["statistical"].sum().to_numpy()


@pytest.fixture(scope="module")
def forecast():
    return plan_demand(two_pools()).forecast


def test_sparse_items_share_the_season_of_their_channel(forecast):
    # The plan starts in January, nine months into the pattern that starts in April. The season is exact in
    # the total and counts for about two thirds in the mixture: at least half of it must be seen.
    shop = monthly(forecast, "Shop")
    season = shop / shop.mean()
    pattern = np.roll(PATTERN, -9)
    assert np.corrcoef(season, pattern)[0, 1] > 0.99
    assert 0.5 < (season - 1) @ (pattern - 1) / ((pattern - 1) @ (pattern - 1)) < 1
    assert shop.mean() == pytest.approx(100, rel=0.1)
    assert set(forecast.loc[forecast["market"] == "Shop", "method"]) == {"Season of F Shop + rate of sale"}


def test_a_flat_pool_stays_flat_beside_a_seasonal_one(forecast):
    web = monthly(forecast, "Web")
    assert web == pytest.approx(np.full(12, web.mean()))
    assert web.mean() == pytest.approx(60, rel=0.1)


def test_bounds_enclose_the_forecast(forecast):
    assert (forecast["lo80"] >= 0).all()
    assert (forecast["lo80"] <= forecast["statistical"]).all()
    assert (forecast["statistical"] <= forecast["hi80"]).all()


def test_a_season_of_ones_own_is_kept():
    # One dense item against the season of all others in its pool, known for five years.
    panel = np.concatenate([rotating(1000, 60), 10 * (2 - np.resize(PATTERN, 60))[None]])
    keys = pd.DataFrame({"item": [f"I{k}" for k in range(6)], "market": "Shop"}, dtype="str")
    pools = Pools.of(keys, pd.DataFrame([*ITEMS, {"item": "I5", "family": "F"}]), MARKET_FRAME)
    live = np.ones(6, dtype=bool)
    mixed = forecast_company(panel, live, 12, pools, season=12, report_cuts=(1, 2, 3))
    own = forecast_panel(panel, 12, report_cuts=(1, 2, 3))
    np.testing.assert_array_equal(mixed.mean[5], own.mean[5])
    assert mixed.methods[5] == own.methods[5]
    assert np.abs(mixed.mean[:5] - own.mean[:5]).max() > 1


MARKET_FRAME = pd.DataFrame({"market": ["Shop"], "region": [""], "channel": ["Shop"]})


def test_backtests_know_nothing_of_later_months():
    panel = rotating(100, 36)
    keys = pd.DataFrame({"item": [f"I{k}" for k in range(5)], "market": "Shop"}, dtype="str")
    pools = Pools.of(keys, pd.DataFrame(ITEMS), MARKET_FRAME)
    live = np.ones(5, dtype=bool)
    cuts = tuple(range(1, 13))
    before = forecast_company(panel, live, 6, pools, season=12, report_cuts=cuts)
    changed = panel.copy()
    changed[:, -3:] *= 7
    after = forecast_company(changed, live, 6, pools, season=12, report_cuts=cuts)
    for one, other in zip(before.backtests, after.backtests, strict=True):
        if one.cut >= 3:
            np.testing.assert_array_equal(one.forecast, other.forecast)
    assert np.abs(before.backtests[-1].forecast - after.backtests[-1].forecast).max() > 1


def test_items_that_ended_still_lend_their_season():
    # The old items end as five new ones begin, 15 months ago: too short for a season of their own.
    old, new = rotating(100, 36), rotating(100, 36, first=21)
    old[:, 21:] = 0
    keys = pd.DataFrame({"item": [f"I{k}" for k in range(10)], "market": "Shop"}, dtype="str")
    items = pd.DataFrame({"item": keys["item"], "family": "F"})
    panel, live = np.concatenate([old, new]), np.arange(10) >= 5
    pools = Pools.of(keys, items, MARKET_FRAME)
    result = forecast_company(panel, live, 12, pools, season=12, report_cuts=(1, 2, 3))
    assert result.mean.shape == (5, 12)
    assert np.corrcoef(result.mean.sum(axis=0), PATTERN)[0, 1] > 0.95


def test_without_a_season_length_there_is_nothing_to_pool():
    panel = rotating(100, 36)
    pools = Pools.of(pd.DataFrame({"item": list("ABCDE"), "market": "Shop"}), pd.DataFrame(ITEMS), MARKET_FRAME)
    result = forecast_company(panel, np.ones(5, dtype=bool), 6, pools, season=1, report_cuts=())
    np.testing.assert_array_equal(result.mean, forecast_panel(panel, 6, season=1).mean)


def test_exact_patterns_of_a_company_are_left_alone():
    frames = {table.name: with_defaults(table, read_company(TWO_PLANTS)[table.name].frame) for table in INPUT_TABLES}
    data = PlanData.of(Settings(pd.Period("2027-01", "M"), horizon_months=12), frames)
    rows = plan_demand(data).forecast.set_index(["item", "market"])["statistical"]
    # CH-2 in the north: 50 x its season, January to December; the others' 26 months are constant.
    season = [25, 25, 50, 50, 75, 75, 75, 75, 50, 50, 25, 25]
    assert rows["CH-2", "North"].tolist() == pytest.approx(season, rel=1e-3)
    assert rows["CH-2", "South"].tolist() == pytest.approx(season, rel=1e-3)
    constant = {("CH-1", "North"): 40, ("CH-1", "Web"): 10, ("TB-1", "East"): 10, ("DK-1", "Web"): 10}
    for pair, quantity in constant.items():
        assert rows[pair].tolist() == pytest.approx([quantity] * 12, rel=1e-3)


@pytest.mark.parametrize(("months", "least"), [(26, 0.8), (38, 0.95), (50, 0.95)])
def test_a_perfect_pattern_comes_out_with_its_swing(months, least):
    pattern = [25, 25, 50, 50, 75, 75, 75, 75, 50, 50, 25, 25]
    history = list(np.resize(np.roll(pattern, months % 12), months).astype(float))
    data = company({"horizon_months": 12}, items=[{"item": "A"}], actuals=shipments("A", history))
    mean = plan_demand(data).forecast["statistical"].to_numpy()
    assert np.argsort(mean, kind="stable")[-4:].tolist() == [4, 5, 6, 7]
    assert np.ptp(mean) > least * 50
    assert mean == pytest.approx(pattern, abs=(1 - least) * 50)
