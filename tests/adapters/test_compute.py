"""Where pieces of work are computed makes no difference to what comes out."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass

import numpy as np
import pytest

from sop_xl.adapters.compute import DaskCluster, KeptResults, LocalProcesses, compute_at
from sop_xl.demand.engine import forecast_panel
from sop_xl.demand.members import RowFit
from sop_xl.domain.errors import CancelledError, ComputeError


@dataclass(frozen=True)
class Numbers:
    panel: np.ndarray
    mark: str = ""


def double(task: Numbers) -> np.ndarray:
    if task.mark:
        with open(task.mark, "a") as file:  # noqa: PTH123
            file.write("x")
    return 2 * task.panel


def die(task: Numbers) -> np.ndarray:
    os._exit(3)


@pytest.fixture(scope="module")
def panel() -> np.ndarray:
    random = np.random.default_rng(5)
    season = 1 + 0.3 * np.sin(2 * np.pi * np.arange(30) / 12)
    return 100 * np.exp(random.normal(0, 0.2, (1030, 30))) * season


@pytest.fixture(scope="module")
def here(panel):
    return forecast_panel(panel, 6)


def same(one, two):
    np.testing.assert_allclose(one.mean, two.mean, rtol=1e-9)
    for level, sides in one.bounds.items():
        np.testing.assert_allclose(sides, two.bounds[level], rtol=1e-9)


def test_two_processes_say_what_one_says(panel, here):
    same(here, forecast_panel(panel, 6, compute=LocalProcesses(2, least_bytes=0)))


def test_a_dask_cluster_says_what_one_process_says(panel, here):
    from distributed import LocalCluster

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster:
            same(here, forecast_panel(panel, 6, compute=compute_at(cluster.scheduler_address)))


def test_a_dask_that_is_not_there_is_named():
    with pytest.raises(ComputeError, match=r"tcp://127\.0\.0\.1:1'.*clear the setting"):
        list(DaskCluster("tcp://127.0.0.1:1", patience="1s").map(double, [Numbers(np.ones(1))]))


def test_little_work_starts_no_process():
    assert next(LocalProcesses(2).map(os_process, [Numbers(np.ones(3))] * 9))[0] == os.getpid()


def os_process(task: Numbers) -> np.ndarray:
    return np.array([os.getpid()])


def test_a_process_that_dies_is_told():
    with pytest.raises(ComputeError, match="ended from outside"):
        list(LocalProcesses(2, least_bytes=0).map(die, [Numbers(np.ones(1))] * 2))


def test_a_computation_that_was_stopped_goes_on_where_it_was(tmp_path):
    log = tmp_path / "log"
    tasks = [Numbers(np.full(3, k), str(log)) for k in range(4)]
    kept = KeptResults(LocalProcesses(1), tmp_path / "parts")
    results = kept.map(double, tasks)
    assert [next(results)[0], next(results)[0]] == [0, 2]
    results.close()
    again = [result[0] for result in KeptResults(LocalProcesses(1), tmp_path / "parts").map(double, tasks)]
    assert again == [0, 2, 4, 6]
    assert log.read_text() == "xxxx"  # each piece was computed once
    kept.forget()
    assert not (tmp_path / "parts").exists()


def test_a_part_that_is_damaged_is_computed_anew(tmp_path):
    kept, tasks = KeptResults(LocalProcesses(1), tmp_path), [Numbers(np.ones(2))]
    list(kept.map(double, tasks))
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:40])
    assert next(iter(kept.map(double, tasks))).tolist() == [2, 2]


def test_a_forecast_that_was_cancelled_keeps_its_parts_and_comes_out_the_same(panel, here, tmp_path):
    kept = KeptResults(LocalProcesses(1), tmp_path)

    def stop(step, done, total):
        if done == 5:
            raise CancelledError

    with pytest.raises(CancelledError):
        forecast_panel(panel, 6, progress=stop, compute=kept)
    assert len(list(tmp_path.iterdir())) == 5
    same(here, forecast_panel(panel, 6, compute=kept))


def test_kept_results_of_a_class_that_is_not_ours_are_not_made(tmp_path):
    kept, tasks = KeptResults(LocalProcesses(1), tmp_path), [Numbers(np.ones(2))]
    list(kept.map(double, tasks))
    (file,) = tmp_path.iterdir()
    np.savez(file, kind=np.array("subprocess:Popen"), args=np.array(["true"]))
    assert next(iter(kept.map(double, tasks))).tolist() == [2, 2]


def test_a_fit_comes_back_from_its_file_as_it_was(tmp_path):
    kept, tasks = KeptResults(LocalProcesses(1), tmp_path), [Numbers(np.ones(1))]
    (made,), (read,) = kept.map(fit_of, tasks), kept.map(fit_of, tasks)
    assert isinstance(read, RowFit)
    assert read is not made
    assert read.facts.tolist() == made.facts.tolist()
    assert read.seasonal.tolist() == [True]


def fit_of(task: Numbers) -> RowFit:
    return RowFit(np.zeros((3, 1, 2)), np.ones((5, 1)), np.array([True]))
