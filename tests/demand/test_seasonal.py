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


@pytest.mark.parametrize(("years", "kept"), [(1, 0.5), (2, 0.7)])
def test_short_histories_keep_a_share_of_each_index(years, kept):
    indices = deseasonalise(repeated(years), 12).indices[0]
    if years == 1:
        np.testing.assert_allclose(indices, 1 + kept * (PATTERN - 1), atol=1e-9)
    else:  # a line is taken out first, which the pattern tilts a little
        np.testing.assert_allclose(indices, 1 + kept * (PATTERN - 1), atol=0.05)


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
