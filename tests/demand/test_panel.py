import numpy as np
import pytest

from sop_xl.demand.panel import fill_gaps, lengths, naive_scale, phases, right_align, row_size, seasonal_naive, starts

NAN = np.nan


def test_series_share_their_last_column():
    panel = right_align([np.array([1.0, 2.0, 3.0]), np.array([9.0])])
    np.testing.assert_array_equal(panel, [[1, 2, 3], [NAN, NAN, 9]])
    assert starts(panel).tolist() == [0, 2]
    assert lengths(panel).tolist() == [3, 1]


def test_phase_counts_from_the_month_after_the_last():
    # Season 4, 6 months: the last month is one step before phase 0, that is phase 3.
    assert phases(6, 4).tolist() == [2, 3, 0, 1, 2, 3]


def test_naive_is_the_same_month_of_last_year_or_the_last_value():
    panel = np.array([[1.0, 2, 3, 4, 5, 6], [NAN, NAN, NAN, NAN, 7, 8]])
    # Season 3, 4 ahead: 4 5 6 and 4 again; a short series repeats what it has of the season, else 8.
    np.testing.assert_array_equal(seasonal_naive(panel, 4, 3), [[4, 5, 6, 4], [8, 7, 8, 8]])


def test_naive_of_a_panel_shorter_than_the_season():
    np.testing.assert_array_equal(seasonal_naive(np.array([[3.0, 5.0]]), 3, 12), [[5, 5, 5]])


def test_scale_is_the_mean_seasonal_step_then_the_mean_step_then_the_size():
    # Season 2: |3-1|, |2-2|, |5-3| -> 4/3. Second row repeats with season 2: lag 1 gives 4. Third is flat.
    panel = np.array([[1.0, 2, 3, 2, 5], [1.0, 5, 1, 5, 1], [4.0, 4, 4, 4, 4]])
    assert naive_scale(panel, 2) == pytest.approx([4 / 3, 4, 4])


def test_size_is_one_where_all_is_zero():
    assert row_size(np.array([[NAN, -2.0, 4.0], [0.0, 0.0, 0.0]])).ravel().tolist() == [3.0, 1.0]


def test_a_gap_lies_on_the_line_between_its_neighbours():
    panel = np.array([[NAN, 1.0, NAN, 3.0, NAN]])
    np.testing.assert_array_equal(fill_gaps(panel, 12), [[NAN, 1, 2, 3, 3]])


def test_a_gap_takes_the_mean_of_the_same_month_a_season_before_and_after():
    year = np.array([10.0, 20, 30, 40])
    panel = np.concatenate([year, year + 4, year + 8])[None]
    holed = panel.copy()
    holed[0, 5] = NAN
    np.testing.assert_allclose(fill_gaps(holed, 4), panel)


def test_a_panel_without_gaps_is_returned_as_it_is():
    panel = np.array([[NAN, 1.0, 2.0]])
    assert fill_gaps(panel, 12) is panel
