import numpy as np

from sop_xl.demand.classes import abc, xyz


def test_abc_by_cumulative_value():
    # Shares 70, 15, 10, 5: before each 0, 70, 85, 95 -> A, A (crosses 80), B, C.
    assert abc(np.array([10.0, 70, 5, 15])) == ["B", "A", "C", "A"]


def test_items_without_value_are_c():
    assert abc(np.array([0.0, 9.0])) == ["C", "A"]
    assert abc(np.zeros(2)) == ["C", "C"]


def test_xyz_by_variation():
    # Deviation over mean: 0.5 (5 and 15), exactly 1 (0 and 20), above 1, none at all.
    monthly = np.array([[5.0, 15, np.nan, np.nan], [0, 20, 0, 20], [0, 0, 0, 20], [0, 0, 0, 0]])
    assert xyz(monthly) == ["X", "Y", "Z", "Z"]
