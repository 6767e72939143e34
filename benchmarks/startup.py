"""Start-up of a click: a new Python up to the moment an action can begin; goal: under 1 second."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

GOAL_S = 1.0
READY = (
    "import sop_xl.entrypoints.ribbon as ribbon, xlwings, sop_xl.services.actions, sop_xl.adapters.memory_workbook, "
    "sop_xl.adapters.solver, sop_xl.adapters.undo_store, sop_xl.adapters.live_workbook"
)
"""What a click on Run cycle imports before it reads the first cell."""
STAGES = {
    "Python alone": "pass",
    "ribbon": "import sop_xl.entrypoints.ribbon",
    "ribbon and xlwings": "import sop_xl.entrypoints.ribbon, xlwings",
    "ready to run": READY,
}


def seconds(code: str, times: int) -> tuple[float, float]:
    """Return how long a new Python takes for `code`, its modules compiled as pip does on installing.

    Returns:
        The least of some runs, by the clock and of the processor: what else runs on the computer only adds.
    """
    subprocess.run([sys.executable, "-c", code], check=True)
    clock, processor = [], []
    for _ in range(times):
        start, used = time.perf_counter(), _processor()
        subprocess.run([sys.executable, "-B", "-c", code], check=True)
        clock.append(time.perf_counter() - start)
        processor.append(_processor() - used)
    return min(clock), min(processor)


def _processor() -> float:
    spent = os.times()
    return spent.children_user + spent.children_system


def main() -> None:
    """Print each stage; exit 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    print(f"{'':20} {'clock':>8} {'processor':>10}")
    clock = processor = 0.0
    for stage, code in STAGES.items():
        clock, processor = seconds(code, times)
        print(f"{stage:20} {clock:6.2f} s {processor:8.2f} s", flush=True)
    if min(clock, processor) > GOAL_S:
        sys.exit(f"A click takes {clock:.2f} s to start; the goal is {GOAL_S:.1f} s.")


if __name__ == "__main__":
    main()
