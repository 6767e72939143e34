"""Progress of long work on stderr: a bar on a terminal, silence elsewhere; or plain lines where asked for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from rich.progress import TaskID


class TerminalProgress:
    """A bar for each step, on stderr, only where that is a terminal. Use it in a `with` statement."""

    def __init__(self) -> None:
        """Prepare the display; nothing is shown before the first step."""
        console = Console(stderr=True)
        columns = (TextColumn("{task.description:12}"), BarColumn(), TimeElapsedColumn())
        self._display = Progress(*columns, console=console, disable=not console.is_terminal)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> TerminalProgress:
        """Start the display."""
        self._display.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the display and leave the terminal as it was."""
        self._display.stop()

    def __call__(self, step: str, done: float, total: float) -> None:
        """Show how far `step` is."""
        if step not in self._tasks:
            self._tasks[step] = self._display.add_task(step, total=total)
        self._display.update(self._tasks[step], completed=done, total=total)


class LineProgress:
    """One line for each finished step, with its seconds: for a demo whose steps are the message."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """Print lines with `say`."""
        self._say = say
        self._started: dict[str, float] = {}

    def __call__(self, step: str, done: float, total: float) -> None:
        """Print the step's line when it is finished."""
        started = self._started.setdefault(step, time.perf_counter())
        if done >= total:
            self._say(f"  {step:12} done in {time.perf_counter() - started:5.1f} s")
            del self._started[step]
