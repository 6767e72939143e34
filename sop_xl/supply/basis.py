"""Where a solver ended, so that a programme like the one it solved can start there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np


class Basis(NamedTuple):
    """Where a linear programme ended: the status of each column and each row, as the solver's small whole numbers.

    `steps` is how many it took.
    """

    columns: np.ndarray
    rows: np.ndarray
    steps: int
