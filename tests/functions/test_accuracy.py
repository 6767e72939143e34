"""Accuracy and classes in a cell, against field.md T9 and T16 and by hand."""

import pytest

from sop_xl.functions.arguments import ArgumentError
from tests.functions.asking import ask, column, figures, row

ACTUAL = row(100.0, 120.0, 80.0, 110.0)
NAIVE = row(90.0, 100.0, 120.0, 80.0)
PORT = row(180.0, 168.0, 159.0, 175.0, 190.0, 205.0, 180.0, 182.0)
# Simple smoothing of the port's tonnage with 0.1 from 175 (Heizer and Render).
PORT_FORECAST = row(175.0, 175.5, 174.75, 173.175, 173.3575, 175.02175, 178.019575, 178.2176175)


def test_errors_of_the_port_of_baltimore():
    assert ask("MAD", PORT, PORT_FORECAST) == pytest.approx(10.31, abs=0.005)
    assert ask("MAPE", PORT, PORT_FORECAST) == pytest.approx(5.59, abs=0.005)
    assert ask("WMAPE", PORT, PORT_FORECAST) == pytest.approx(5.73, abs=0.005)


def test_value_added_of_each_step():
    stat, final = row(98.0, 112.0, 90.0, 104.0), row(110.0, 125.0, 95.0, 115.0)
    # Sum of demand 410; errors 10 + 20 + 40 + 30 = 100; 2 + 8 + 10 + 6 = 26; 10 + 5 + 15 + 5 = 35, all over.
    assert ask("FVA", ACTUAL, NAIVE, stat, final) == [
        [pytest.approx(10000 / 410), pytest.approx(2000 / 410), None],
        [pytest.approx(2600 / 410), pytest.approx(600 / 410), pytest.approx(7400 / 410)],
        [pytest.approx(3500 / 410), pytest.approx(-3500 / 410), pytest.approx(-900 / 410)],
    ]
    assert ask("TRACKING", ACTUAL, final) == pytest.approx(-4.0)


def test_tracking_signal_is_that_of_the_last_month():
    actual = row(90.0, 95.0, 115.0, 100.0, 125.0, 140.0)
    forecast = row(100.0, 100.0, 100.0, 110.0, 110.0, 110.0)
    # Running errors -10, -15, 0, -10, 5, 35; mean deviation at the end 85 / 6.
    assert ask("TRACKING", actual, forecast) == pytest.approx(35 / (85 / 6))
    assert ask("TRACKING", actual, actual) == 0


def test_a_blank_month_is_left_out():
    assert ask("WMAPE", row(100.0, None, 80.0), row(90.0, 50.0, 120.0)) == pytest.approx(100 * 50 / 180)
    assert ask("MAD", column(100.0, 10.0, 80.0), column(90.0, None, 120.0)) == pytest.approx(25)
    assert ask("FVA", row(100.0, None), row(90.0, 1.0), row(95.0, 1.0), row(100.0, 1.0))[2][0] == 0


def test_mape_skips_months_without_demand():
    assert ask("MAPE", row(0.0, 50.0), row(7.0, 40.0)) == pytest.approx(20)


@pytest.mark.parametrize("name", ["WMAPE", "MAPE", "BIAS"])
def test_no_demand_has_no_percentage(name):
    with pytest.raises(ArgumentError, match="adds up to zero"):
        ask(name, row(0.0, 0.0), row(1.0, 2.0))


def test_lines_that_do_not_go_together_are_refused():
    with pytest.raises(ArgumentError, match=r"actual 2, forecast 3"):
        ask("WMAPE", row(1.0, 2.0), row(1.0, 2.0, 3.0))
    with pytest.raises(ArgumentError, match="no month with both"):
        ask("MAD", row(1.0, None), row(None, 2.0))


def test_abc_by_share_of_value():
    # 420, 310 and 140 of 1000: before 140 stands 730, below 800, so it is still A; before 90 stands 870.
    assert figures("ABC", row(420.0, 90.0, 310.0, 40.0, 140.0)) == ["A", "B", "A", "C", "A"]
    # With 50 % and 90 %: before 310 stands 420; before 140 stands 730; before 90 stands 870; before 40, 960.
    assert ask("ABC", column(420.0, 90.0, 310.0, 40.0, 140.0), row(0.5, 0.9)) == column("A", "B", "A", "C", "B")


def test_xyz_by_variation():
    # Standard deviation over mean: 0; 24 once in four months: mean 6, deviation sqrt(108) = 1.73 of it.
    grid = [[10.0, 10.0, 10.0, 10.0], [0.0, 24.0, None, 0.0]]
    assert ask("XYZ", grid) == column("X", "Z")
    assert ask("XYZ", grid, row(0.5, 2.0)) == column("X", "Y")


def test_cuts_must_rise():
    with pytest.raises(ArgumentError, match="two rising numbers"):
        ask("ABC", row(1.0, 2.0), row(0.9, 0.5))
