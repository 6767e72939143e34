"""Progress in the status bar, and Esc."""

from __future__ import annotations

import pytest

from sop_xl.domain.errors import CancelledError
from sop_xl.entrypoints.status import EVERY_S, StatusProgress


class Bar:
    """A status bar, a clock and an Esc key."""

    def __init__(self):
        self.lines: list[str] = []
        self.time = 0.0
        self.esc = False
        self.asked = 0
        self.progress = StatusProgress(
            ["read", "forecast", "write"], self.lines.append, self.is_cancelled, lambda: self.time
        )

    def is_cancelled(self):
        self.asked += 1
        return self.esc


def test_a_line_names_the_step_its_number_and_how_far_it_is():
    bar = Bar()
    bar.progress("forecast", 2, 5)
    assert bar.lines == ["S&OP: step 2/3 forecast 40 %, Esc cancels"]


def test_a_step_without_a_number_is_shown_by_its_name():
    bar = Bar()
    bar.progress("self-test", 0, 1)
    assert bar.lines == ["S&OP: step self-test, Esc cancels"]


def test_excel_is_not_asked_more_often_than_needed_but_every_step_shows():
    bar = Bar()
    for k in range(100):
        bar.time = k * EVERY_S / 10
        bar.progress("forecast", k, 100)
    bar.progress("write", 0, 1)
    assert bar.asked == len(bar.lines) == 11
    assert bar.lines[-1] == "S&OP: step 3/3 write"


def test_esc_stops_at_the_next_step():
    bar = Bar()
    bar.progress("read", 0, 1)
    bar.esc = True
    with pytest.raises(CancelledError, match="during the step forecast; nothing was written"):
        bar.progress("forecast", 0, 1)


def test_esc_stops_right_before_the_write_and_not_after_it():
    bar = Bar()
    bar.esc = True
    with pytest.raises(CancelledError, match="Cancelled; nothing was written"):
        bar.progress("write", 0, 1)
    bar.time = 10
    bar.progress("write", 1, 1)
