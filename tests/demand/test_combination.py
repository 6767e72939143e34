import numpy as np
import pytest

from sop_xl.demand.combination import combine, weights_from


def test_weights_by_hand():
    # Errors 1 and 2, mean 1.5: 1 / 2.5^2 = 0.16 and 1 / 3.5^2 = 4/49 -> shares 0.6622, 0.3378.
    weights = weights_from(np.array([[1.0], [2.0]]))[:, 0]
    assert weights == pytest.approx([0.16 / (0.16 + 4 / 49), (4 / 49) / (0.16 + 4 / 49)])


def test_no_evidence_weighs_all_alike():
    assert weights_from(np.ones((3, 2))) == pytest.approx(np.full((3, 2), 1 / 3))


def test_even_a_hopeless_member_keeps_some_weight():
    weights = weights_from(np.array([[0.1], [0.1], [100.0]]))[:, 0]
    # (0.1 + 33.4)^-2 against (100 + 33.4)^-2: 16 to 1.
    assert weights[2] == pytest.approx(1 / (1 + 2 * (133.4 / 33.5) ** 2))


def test_combination_is_the_weighted_mean():
    forecasts = np.array([[[10.0, 20.0]], [[30.0, 40.0]]])
    assert combine(forecasts, np.array([[0.25], [0.75]])) == pytest.approx(np.array([[25.0, 35.0]]))
