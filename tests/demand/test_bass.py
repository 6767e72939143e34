"""Bass diffusion, against the published case of the LINGO library: weekly takings of the film The Doctor."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop_xl.demand.bass import BassError, bass_sales, fit_bass, fit_to_market

DOCTOR = np.array([0.1, 3, 5.2, 7, 5.25, 4.9, 3, 2.4, 1.9, 1.3, 0.8, 0.6])


@pytest.mark.parametrize(
    ("weeks", "market", "p", "q", "sse"), [(12, 34.815, 0.0736, 0.4929, 14.496), (9, 32.491, 0.0725, 0.5979, 12.090)]
)
def test_the_published_case(weeks, market, p, q, sse):
    fit = fit_bass(DOCTOR[:weeks])
    assert (fit.market, fit.p, fit.q) == pytest.approx((market, p, q), rel=0.01)
    assert fit.sse == pytest.approx(sse, rel=1e-3)


def test_the_market_planned_with_is_never_below_what_is_sold():
    fit = fit_bass(DOCTOR)
    assert fit.market < DOCTOR.sum() == pytest.approx(fit.sold)
    assert fit.ceiling == pytest.approx(DOCTOR.sum())


def test_before_the_peak_the_market_is_a_range():
    # After 4 of 12 weeks the best market is what is sold already; the range knows that it may be anything.
    early = fit_bass(DOCTOR[:4])
    assert early.low < early.ceiling < DOCTOR.sum() < early.high == np.inf
    late = fit_bass(DOCTOR)
    assert late.low <= late.market <= late.high < 1.5 * late.low


def test_sales_by_hand():
    # 0.1 x 100 = 10; then (0.1 + 0.5 x 10 / 100) x 90 = 13.5; then (0.1 + 0.5 x 0.235) x 76.5 = 16.63875.
    assert bass_sales(0.1, 0.5, 100, 3) == pytest.approx([10, 13.5, 16.63875])
    assert bass_sales(0.1, 0.5, 100, 1, sold=23.5) == pytest.approx([16.63875])
    assert bass_sales(0.1, 0.5, 100, 2, sold=120) == pytest.approx([0, 0])
    assert bass_sales(0.1, 0.5, 0, 2) == pytest.approx([0, 0])


@settings(max_examples=30, deadline=None)
@given(p=st.floats(0.01, 0.1), q=st.floats(0.2, 0.6), market=st.floats(100, 1e5))
def test_a_curve_without_noise_is_found_again(p, q, market):
    units = bass_sales(p, q, market, 20)
    fit = fit_bass(units)
    assert (fit.p, fit.q, fit.market) == pytest.approx((p, q, market), rel=1e-3)
    assert units.sum() <= market
    assert (units >= 0).all()


def test_p_and_q_in_a_market_that_is_known():
    units = bass_sales(0.03, 0.4, 500, 6)
    assert fit_to_market(units, 500) == pytest.approx((0.03, 0.4))


@pytest.mark.parametrize("units", [[1.0, 2, 3], [0.0] * 6, [1.0, 2, 4, 8, 16, 32], [5.0, np.nan, 4, 3, 2]])
def test_what_no_curve_fits_is_refused(units):
    with pytest.raises(BassError):
        fit_bass(np.array(units))
