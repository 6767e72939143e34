"""Steps in Excel that are taken one by one and can be taken back: all of them count, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.adapters.live.busy import patient, stubborn

if TYPE_CHECKING:
    from collections.abc import Callable


class Journal:
    """The steps taken so far.

    Attributes:
        begin: is told what is begun, before its first step.
        is_stuck: whether Excel refused to take steps back, so that the workbook is half written.
    """

    def __init__(self, begin: Callable[[str], object] = lambda _: None) -> None:
        """Start with none; `begin` is told what is begun, before its first step."""
        self.begin = begin
        self.is_stuck = False
        self._undo: list[Callable[[], object]] = []

    def do(self, step: Callable[[], object], undo: Callable[[], object] | None = None) -> None:
        """Take a step, waiting while Excel is busy.

        Args:
            step: may be asked of Excel twice.
            undo: brings back what was before, also where the step half failed; None where `remember` saw to it.
        """
        if undo is not None:
            self._undo.append(undo)
        patient(step)

    def remember(self, undo: Callable[[], object]) -> None:
        """Remember what brings something back that the steps to come will change together."""
        self._undo.append(undo)

    def roll_back(self) -> bool:
        """Take all steps back, the last one first; return whether every one could be."""
        complete = True
        while self._undo:
            try:
                stubborn(self._undo.pop())
            except Exception:
                complete = False
        return complete
