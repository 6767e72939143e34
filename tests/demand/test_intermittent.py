import numpy as np
import pytest

from sop_xl.demand.intermittent import DemandClass, adida, croston, demand_class, imapa, sale_pattern, sba, tsb

Y = np.array([0.0, 0, 3, 0, 2, 0, 0, 4, 0, 0, 0, 1])


def test_published_rates():
    # Sizes 3 2 4 1 -> 2.809; intervals 3 2 3 4 -> 3.019; chance 0.252182.
    assert croston(Y, alpha=0.1) == pytest.approx(0.93044, abs=1e-5)
    assert sba(Y, alpha=0.1) == pytest.approx(0.88392, abs=1e-5)
    assert tsb(Y, alpha=0.1, beta=0.1) == pytest.approx(0.70838, abs=1e-5)


def test_adida_by_hand():
    # Mean interval 3: buckets 3 2 4 1 -> 3, 2.9, 3.01, 2.809; a third of it a month.
    assert adida(Y, alpha=0.1) == pytest.approx(2.809 / 3)


def test_imapa_by_hand():
    # Buckets of 2: 0 3 2 4 0 1 -> 0 .3 .47 .823 .7407 .76663. Of 1: smoothing from 0.
    one = 0.0
    for y in Y[1:]:
        one += 0.1 * (y - one)
    assert imapa(Y, alpha=0.1) == pytest.approx(np.mean([one, 0.76663 / 2, 2.809 / 3]))


@pytest.mark.parametrize("method", [croston, sba, tsb, adida, imapa])
def test_no_sale_is_a_rate_of_zero(method):
    assert method(np.zeros(6)) == 0


@pytest.mark.parametrize("method", [croston, tsb, adida, imapa])
def test_the_same_sale_every_month_is_its_own_rate(method):
    assert method(np.full(8, 5.0)) == pytest.approx(5)


def test_pattern_counts_back_from_the_latest_month():
    # Last sale in the last month, first in the third: 10 months for 4 sales. Sizes 3 2 4 1: variance 5/3.
    assert sale_pattern(Y) == pytest.approx((2.5, (5 / 3) / 2.5**2))
    assert sale_pattern(np.zeros(3)) == (np.inf, 0.0)


@pytest.mark.parametrize(
    ("adi", "cv2", "expected"),
    [
        (1.31, 0.48, DemandClass.SMOOTH),
        (1.31, 0.49, DemandClass.ERRATIC),
        (1.32, 0.48, DemandClass.INTERMITTENT),
        (1.32, 0.49, DemandClass.LUMPY),
    ],
)
def test_classes_at_their_limits(adi, cv2, expected):
    assert demand_class(adi, cv2) is expected
