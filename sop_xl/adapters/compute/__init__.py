"""Where pieces of work are computed: this process, processes of this machine, a Dask cluster."""

from sop_xl.adapters.compute.choose import compute_at
from sop_xl.adapters.compute.dask_cluster import DaskCluster
from sop_xl.adapters.compute.kept import KeptResults
from sop_xl.adapters.compute.local import LocalProcesses

__all__ = ["DaskCluster", "KeptResults", "LocalProcesses", "compute_at"]
