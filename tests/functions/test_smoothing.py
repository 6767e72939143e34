"""The textbook methods in a cell: field.md T8 (Tahoe Salt) and T9, demand.md 5 (Croston)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.functions.arguments import ArgumentError
from tests.functions.asking import ask, column, figures, row

SALT = row(8000, 13000, 23000, 34000, 10000, 18000, 23000, 38000, 12000, 13000, 32000, 41000)
RARE = row(0, 0, 3, 0, 2, 0, 0, 4, 0, 0, 0, 1)


def test_tahoe_salt():
    assert figures("MA", SALT, 4) == [24_500]
    assert figures("SES", SALT, 0.1, 1, 22_083) == [pytest.approx(23_490, abs=1)]
    assert figures("HOLT", SALT, 0.1, 0.2) == [pytest.approx(31_984, abs=1)]
    indices = row(0.47, 0.68, 1.17, 1.67)
    assert figures("WINTERS", SALT, 0.05, 0.1, 0.1, 1, 4, 18_439, 524, indices) == [pytest.approx(11_940, abs=1)]


def test_winters_finds_its_own_start():
    # The book's forecast of the next year is 11,940 to about 44,000 with the season of its history.
    first, second, third, fourth = figures("WINTERS", SALT, 0.05, 0.1, 0.1, 4, 4)
    assert 11_000 < first < 14_000
    assert first < second < third < fourth
    with pytest.raises(ArgumentError, match="less than two seasons"):
        ask("WINTERS", row(1, 2, 3), 0.1, 0.1, 0.1, 1, 4)
    with pytest.raises(ArgumentError, match="indices are 2 values; give 4"):
        ask("WINTERS", SALT, 0.1, 0.1, 0.1, 1, 4, None, None, row(1, 1))


def test_port_of_baltimore():
    port = row(180, 168, 159, 175, 190, 205, 180, 182)
    assert figures("SES", port, 0.1, 1, 175) == [pytest.approx(178.596, abs=0.001)]
    # Without a level the first month is its own forecast: ERPNext's series, 94764 -> 97505 -> 118586 ...
    assert figures("SES", row(94764, 103900, 167777, 291264), 0.3)[0] == pytest.approx(
        94764 + 0.3 * 9136 + 0.3 * (167777 - 97504.8) + 0.3 * (291264 - 118586.46), abs=0.1
    )


def test_naive_repeats_the_season():
    assert figures("NAIVE", row(1, 2, 3, 4, 5), 6, 4) == [2, 3, 4, 5, 2, 3]
    assert ask("NAIVE", column(1, 2, 3), 2, 12) == column(3, 3)


def test_croston_and_its_variants():
    assert figures("CROSTON", RARE) == [pytest.approx(0.93044, abs=1e-5)]
    assert figures("CROSTON", RARE, 0.1, 2, "SBA") == [pytest.approx(0.88392, abs=1e-5)] * 2
    assert figures("CROSTON", RARE, 0.1, 1, "tsb") == [pytest.approx(0.70838, abs=1e-5)]
    with pytest.raises(ArgumentError, match="no method 'x'"):
        ask("CROSTON", RARE, 0.1, 1, "x")


def test_a_gap_is_filled_and_never_zero():
    assert figures("SES", row(10, None, 10, 10), 0.5) == [10]
    # The mean of the two of the last three months that are known.
    assert figures("MA", row(1, 10, None, 20), 3) == [15]
    assert figures("NAIVE", row(None, None, 7), 1, 2) == [7]


def test_damping_takes_the_trend_away():
    # Level 10, trend 10 after a perfect line; damped by half: 10 + 5, then + 2.5.
    line = row(10, 20, 30)
    assert figures("HOLT", line, 0, 0, 2, 0, 10) == [40, 50]
    level = 10 * (0.5 + 0.25 + 0.125)
    assert figures("HOLT", line, 0, 0, 1, 0, 10, 0.5) == [pytest.approx(level + 10 * 0.5**4)]


@pytest.mark.parametrize(
    ("name", "cells", "words"),
    [
        ("SES", (SALT, 1.5), "alpha is 1.5; give a number from 0 to 1"),
        ("SES", (SALT, 0.5, 0), "periods is 0"),
        ("MA", (SALT, 13), "months is 13; give a number from 1 to 12"),
        ("MA", (row(5, None, None), 2), "the last 2 months have no numbers"),
        ("NAIVE", (row(None, None), 1), "the history has no numbers"),
    ],
)
def test_faults_say_what_to_give(name, cells, words):
    with pytest.raises(ArgumentError, match=words):
        ask(name, *cells)


@given(
    level=st.floats(1, 1e6),
    alpha=st.floats(0, 1),
    beta=st.floats(0, 1),
    months=st.integers(24, 40),
)
def test_a_flat_history_stays_flat(level, alpha, beta, months):
    history = row(*[level] * months)
    for forecast in (
        ask("SES", history, alpha, 3),
        ask("HOLT", history, alpha, beta, 3),
        ask("WINTERS", history, alpha, beta, 0.5, 3, 12),
        ask("MA", history, 5, 3),
        ask("NAIVE", history, 3),
    ):
        assert forecast == [pytest.approx([level] * 3)]
