"""Pieces of work side by side in processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sop_xl.domain.errors import ComputeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LEAST_BYTES = 16e6
"""Size of all pieces together below which starting processes takes longer than they save."""
MOST_PROCESSES = 8
"""More processes than this cost more memory than they bring time."""


def usable_cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Windows and macOS
        return os.cpu_count() or 1


class LocalProcesses:
    """Computes in processes of this machine, in this one where there is little to do.

    Processes are started fresh, never forked: a fork copies the locks of running threads with it.
    """

    def __init__(self, processes: int | None = None, least_bytes: float = LEAST_BYTES) -> None:
        """Use so many processes; None: one a core, eight at most. With 1, or for less work, all is done here."""
        self.processes = processes or min(usable_cores(), MOST_PROCESSES)
        self.least_bytes = least_bytes

    def map(self, function: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[Any]:
        """Yield the results in order; closing the iterator cancels what has not begun."""
        if self.processes == 1 or len(tasks) < 2 or sum(map(_size, tasks)) < self.least_bytes:
            yield from map(function, tasks)
            return
        pool = ProcessPoolExecutor(min(self.processes, len(tasks)), mp_context=multiprocessing.get_context("spawn"))
        try:
            yield from pool.map(function, tasks)
        except BrokenProcessPool as fault:
            raise ComputeError(
                "A process of this computation was ended from outside, most likely for lack of memory. "
                "Close other programs, or compute in one process (--jobs 1), and run it again."
            ) from fault
        finally:
            pool.shutdown(cancel_futures=True)


def _size(task: Any) -> int:
    """Bytes of the arrays in a piece of work."""
    return sum(getattr(getattr(task, field.name), "nbytes", 0) for field in fields(task))
