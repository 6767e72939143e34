import numpy as np
import pandas as pd
import pytest

from sop_xl.demand.pooled_season import pooled_indices, total_indices
from sop_xl.demand.pools import Pools

NONE = np.ones((1, 12))
PATTERN = np.array([0.5, 0.5, 1, 1, 1.5, 1.5, 1.5, 1.5, 1, 1, 0.5, 0.5])
MARKETS = pd.DataFrame({"market": ["Shop", "Web"], "region": ["", ""], "channel": ["Shop", "Web"]})


def rotating(level, months, first=0):
    """Five items, one of which sells each month: 0 but for every fifth month, together level x pattern."""
    total = level * np.resize(PATTERN, months)
    out = np.where((np.arange(months) + np.arange(5)[:, None]) % 5 == 0, total, 0.0)
    out[:, :first] = np.nan
    return out


def test_a_year_that_repeats_is_a_proven_season():
    indices, enough = total_indices(40 * np.tile(PATTERN, 2)[None], NONE)
    assert enough.tolist() == [True]
    assert indices[0] == pytest.approx(PATTERN)


def test_what_is_not_proven_is_taken_from_the_channel():
    # The second year says the opposite of the first: raw indices are 1, and off by .2 or .1 in each year.
    # Noise: 2 x (6 x .04 + 6 x .01) / 11 / 2 = .027273. Far from none: nothing is left of them.
    year = np.repeat([80.0, 120.0, 90.0, 110.0], 3)
    contradictory = np.r_[year, 200 - year][None]
    assert total_indices(contradictory, NONE)[0] == pytest.approx(NONE)
    # From a channel whose indices are half the pattern's swing they differ by 1/6 x 1/4 = .041667 squared:
    # 1 - 9/11 x .027273 / .041667 = .464463 of the way from the channel's season back to none.
    channel = 1 + (PATTERN - 1) / 2
    expected = channel + 0.464463 * (1 - channel)
    assert total_indices(contradictory, channel[None])[0][0] == pytest.approx(expected, abs=1e-6)


def test_two_years_by_hand():
    # 100 a month but for the last of the year: 40, then 160. The years' means are 95 and 105, so the line
    # is 100 + 10/12 (t - 11.5), t = 0 to 23; the rest by plain loops.
    total = np.r_[np.full(11, 100.0), 40.0, np.full(11, 100.0), 160.0]
    line = [100 + 10 / 12 * (t - 11.5) for t in range(24)]
    ratio = [[total[12 * y + m] / line[12 * y + m] for m in range(12)] for y in range(2)]
    raw = [(ratio[0][m] + ratio[1][m]) / 2 for m in range(12)]
    raw = [r / (sum(raw) / 12) for r in raw]
    gaps = [(ratio[1][m] - ratio[0][m]) / 2 for m in range(12)]
    centre = sum(gaps) / 12
    # Each year lies a gap below or above the mean: 2 sum gap^2, over 11 degrees of freedom and 2 years.
    noise = 2 * sum((g - centre) ** 2 for g in gaps) / 11 / 2
    kept = max(0, 1 - 9 / 11 * noise / (sum((r - 1) ** 2 for r in raw) / 12))
    assert total_indices(total[None], NONE)[0][0] == pytest.approx([1 + kept * (r - 1) for r in raw])


@pytest.mark.parametrize("total", [np.full(26, 30.0), np.linspace(50, 60, 38), np.full(60, 5.0)])
def test_a_flat_pool_stays_flat(total):
    assert total_indices(total[None], NONE)[0] == pytest.approx(np.ones((1, 12)), abs=2e-3)


def test_too_short_or_too_thin_has_no_season():
    short = np.r_[np.full(13, np.nan), np.tile(PATTERN, 2)[1:]]
    thin = np.where(np.arange(36) % 3 == 0, 9.0, 0.0)
    indices, enough = total_indices(np.stack([short, thin]), np.ones((2, 12)))
    assert enough.tolist() == [False, False]
    assert (indices == 1).all()


def test_a_new_pool_takes_the_season_of_its_channel_then_of_its_family():
    items = pd.DataFrame({"item": ["A", "B"], "family": ["Old", "New"]})
    keys = pd.DataFrame({"item": ["A", "B", "B"], "market": ["Shop", "Shop", "Web"]}, dtype="str")
    pools = Pools.of(keys, items, MARKETS)
    young = np.r_[np.full(14, np.nan), np.full(10, 3.0)]
    indices, source = pooled_indices(np.stack([100 * np.tile(PATTERN, 2), young, young]), pools, 12)
    assert source == ["Old Shop", "Shop", ""]
    assert (indices[2] == 1).all()
    assert np.ptp(indices[1]) > 0.8
    older = np.stack([100 * np.tile(PATTERN, 2), 50 * np.tile(PATTERN, 2), young])
    assert pooled_indices(older, pools, 12)[1] == ["Old Shop", "New Shop", "New"]


def test_sparse_items_show_the_season_of_their_total():
    items = pd.DataFrame({"item": list("ABCDE"), "family": "F"})
    keys = pd.DataFrame({"item": list("ABCDE"), "market": "Shop"}, dtype="str")
    indices, _ = pooled_indices(rotating(10, 24), Pools.of(keys, items, MARKETS), 12)
    assert indices == pytest.approx(np.tile(PATTERN, (5, 1)))
