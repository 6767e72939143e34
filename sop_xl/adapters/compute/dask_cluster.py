"""Pieces of work on a Dask cluster that is already there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sop_xl.domain.errors import ComputeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PATIENCE = "20s"
"""How long the scheduler may take to answer."""
RETRIES = 2
"""Times a piece of work is done anew where a worker was lost."""


class DaskCluster:
    """Computes on the workers of a Dask scheduler; they need this version of sop_xl installed."""

    def __init__(self, address: str, patience: str = PATIENCE) -> None:
        """Name the scheduler, such as tcp://host:8786; it is not asked for before the first work."""
        self.address, self.patience = address, patience

    def map(self, function: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[Any]:
        """Yield the results in order; closing the iterator cancels what has not been done.

        Raises:
            ComputeError: Dask is not installed, the scheduler does not answer or has no workers, or a worker was lost.
        """
        try:
            import distributed
        except ImportError as fault:
            raise ComputeError(
                f"Setting compute_url is '{self.address}', but Dask is not installed. "
                "Install it (pip install 'sop-xl[dask]'), or clear the setting to compute on this machine."
            ) from fault
        try:
            client: Any = distributed.Client(self.address, timeout=self.patience, set_as_default=False)
        except (OSError, ValueError) as fault:
            raise ComputeError(
                f"Setting compute_url is '{self.address}': no Dask scheduler answers there ({fault}). "
                "Start it, correct the address, or clear the setting to compute on this machine."
            ) from fault
        futures: list[Any] = []
        with client:
            if not client.scheduler_info(n_workers=-1)["workers"]:
                raise ComputeError(
                    f"The Dask scheduler at '{self.address}' has no workers. Start some, "
                    "or clear the setting compute_url to compute on this machine."
                )
            try:
                futures = client.map(function, client.scatter(list(tasks)), pure=False, retries=RETRIES)
                for future in futures:
                    yield future.result()
            except distributed.KilledWorker as fault:
                raise ComputeError(
                    f"Workers of the Dask cluster at '{self.address}' were lost ({fault}). Look at their logs, "
                    "or clear the setting compute_url to compute on this machine."
                ) from fault
            finally:
                client.cancel(futures)
