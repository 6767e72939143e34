"""Which place computes: the cluster that the setting names, else this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.adapters.compute.dask_cluster import DaskCluster
from sop_xl.adapters.compute.local import LocalProcesses

if TYPE_CHECKING:
    from sop_xl.ports import Compute


def compute_at(url: str, processes: int | None = None) -> Compute:
    """Return where to compute.

    Args:
        url: address of a Dask scheduler; blank: this machine.
        processes: of this machine; None: one a core.
    """
    return DaskCluster(url) if url else LocalProcesses(processes)
