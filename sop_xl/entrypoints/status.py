"""Progress as a line in Excel's status bar, and the question whether the user pressed Esc."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sop_xl.domain.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EVERY_S = 0.2
"""Seconds between two looks at Esc, and between two lines: each is a call across processes."""
WRITE = "write"
"""The step that must not be cut short."""


class StatusProgress:
    """Shows `S&OP: step 2/5 forecast 40 %, Esc cancels`, and raises `CancelledError` once the user wants to stop."""

    def __init__(
        self,
        steps: Sequence[str],
        say: Callable[[str], None],
        is_cancelled: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Tell progress over `steps`.

        Args:
            steps: their names, in order; one that is not named is shown without a number.
            say: shows a line.
            is_cancelled: whether the user pressed Esc.
            clock: seconds, for how often to say and ask.
        """
        self._steps = list(steps)
        self._say = say
        self._is_cancelled = is_cancelled
        self._clock = clock
        self._said_at = float("-inf")
        self._said_step = ""

    def __call__(self, step: str, done: float, total: float) -> None:
        """Show how far `step` is; the first line of a step is always shown.

        Raises:
            CancelledError: the user wants to stop, and nothing is being written yet.
        """
        now = self._clock()
        if step == self._said_step and now - self._said_at < EVERY_S:
            return
        writing = step == WRITE
        if not (writing and done >= total) and self._is_cancelled():
            raise CancelledError("" if writing else step)
        self._said_step, self._said_at = step, now
        self._say(self._line(step, done / total if total else 0.0, writing=writing))

    def _line(self, step: str, share: float, *, writing: bool) -> str:
        number = f"{self._steps.index(step) + 1}/{len(self._steps)} " if step in self._steps else ""
        percent = f" {share:.0%}".replace("%", " %") if 0 < share < 1 else ""
        return f"S&OP: step {number}{step}{percent}{'' if writing else ', Esc cancels'}"
