import numpy as np
import pytest

from sop_xl.demand.seasonal import deseasonalise

PATTERN = np.array([0.6, 0.8, 1.0, 1.2, 1.4, 1.3, 1.1, 0.9, 0.7, 0.8, 1.0, 1.2])


def repeated(years, level=100.0):
    return (level * np.tile(PATTERN, years))[None]


def test_an_exact_season_is_found_and_taken_out():
    s = deseasonalise(repeated(6), 12)
    assert s.seasonal.tolist() == [True]
    np.testing.assert_allclose(s.indices[0], PATTERN, atol=1e-9)
    np.testing.assert_allclose(s.adjusted, 100, atol=1e-7)


def test_the_first_index_is_that_of_the_next_month():
    # History ends three months into the year, so the next month is the fourth.
    s = deseasonalise(repeated(6)[:, :-9], 12)
    np.testing.assert_allclose(s.indices[0], np.roll(PATTERN, -3), atol=1e-9)


def test_one_year_keeps_half_of_each_index():
    np.testing.assert_allclose(deseasonalise(repeated(1), 12).indices[0], 1 + 0.5 * (PATTERN - 1), atol=1e-9)


@pytest.mark.parametrize("months", [24, 26, 35, 36, 38, 47])
def test_an_exact_season_is_kept_whole_from_two_years_on(months):
    growing = repeated(4)[:, -months:]
    s = deseasonalise(growing, 12)
    np.testing.assert_allclose(s.indices[0], PATTERN, atol=1e-9)
    assert s.seasonal.tolist() == [True]


def test_two_years_that_disagree_keep_less():
    # Quarters 80 120 90 110, then 120 80 110 90: each index is 1 and the second year says the opposite.
    year = np.repeat([80.0, 120.0, 90.0, 110.0], 3)
    opposite = np.r_[year, 200 - year][None]
    np.testing.assert_allclose(deseasonalise(opposite, 12).indices, 1, atol=1e-9)
    # Half the swing in the second year. Deviations of the mean: 3/4 of a = -.2 .2 -.1 .1: V = .025 x 9/16.
    # Gaps between years and mean: a/4, both ways: sum of squares 2 x 12 x .025/16, over 11 (the only
    # degrees of freedom) and 2 years: v = .001705. Kept: 1 - 9/11 x .001705 / .014063 = .900826.
    halved = np.r_[year, 100 + (year - 100) / 2][None]
    kept = 1 - 9 / 11 * (24 * 0.025 / 16 / 11 / 2) / (0.025 * 9 / 16)
    assert kept == pytest.approx(0.900826, abs=1e-6)
    np.testing.assert_allclose(deseasonalise(halved, 12).indices[0], 1 + kept * 0.75 * (year / 100 - 1), atol=1e-9)


def test_growth_is_not_taken_for_a_season():
    assert deseasonalise(np.linspace(100, 200, 36)[None], 12).indices == pytest.approx(np.ones((1, 12)), abs=0.02)


def test_noise_has_no_season():
    noise = 100 + np.random.default_rng(1).normal(0, 10, (50, 72))
    s = deseasonalise(noise, 12)
    assert s.seasonal.mean() < 0.2
    np.testing.assert_array_equal(s.indices[~s.seasonal], 1)


def test_shrinkage_keeps_one_share_of_all_raw_indices():
    rng = np.random.default_rng(2)
    noisy = repeated(6) * rng.normal(1, 0.2, (40, 72)).clip(0.3)
    s = deseasonalise(noisy, 12)
    for y, indices in zip(noisy[s.seasonal], s.indices[s.seasonal], strict=True):
        average = [(y[t - 6] / 2 + y[t - 5 : t + 6].sum() + y[t + 6] / 2) / 12 for t in range(6, 66)]
        raw = (y[6:66] / average).reshape(5, 12).mean(axis=0)
        raw = np.roll(raw / raw.mean(), 6)  # the first ratio is that of July
        share = (indices - 1) / (raw - 1)
        assert share == pytest.approx(np.full(12, share[0]))
        assert 0.3 < share[0] < 1


def test_a_series_with_zeros_keeps_its_season_in():
    panel = repeated(6)
    panel[0, 3] = 0
    assert deseasonalise(panel, 12).indices.tolist() == [[1.0] * 12]


@pytest.mark.parametrize("season", [1, 4, 7, 12, 24])
def test_any_season_length(season):
    years = 4 * max(1, 24 // season)
    pattern = 1 + 0.3 * np.sin(2 * np.pi * np.arange(season) / season) if season > 1 else np.ones(1)
    s = deseasonalise(50 * np.tile(pattern, years)[None], season)
    assert s.indices.shape == (1, season)
    assert s.adjusted.std() == pytest.approx(0, abs=1.0)
