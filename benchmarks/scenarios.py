"""Ten scenarios on the demo company: time with two processes, and the same figures alone, in any order, in one.

Run: `python benchmarks/scenarios.py`. Planning the base, which the scenarios start from, is part of the time. Wall time
depends on what else the machine does; processor time of all processes together hardly does.
"""

from __future__ import annotations

import resource
import time
from functools import partial

from sop_xl.adapters.compute import LocalProcesses
from sop_xl.adapters.solver import HighsSolver
from sop_xl.demo import folder
from sop_xl.services.compute import nothing_stored, silent
from sop_xl.services.scenario_plan import Planned, plan_base, plan_scenario, scenario_case
from sop_xl.services.scenarios import scenario_names
from sop_xl.services.transfer import combine, read_folder

AGAIN = 2
"""Scenarios planned once more, alone, the last one first, in this process."""


def processor_seconds() -> float:
    """Return processor time of this process and of those it has ended, in seconds."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in used)


def figures(plan: Planned) -> list[tuple[str, float]]:
    """Return what a plan is compared by."""
    return [(m.measure, m.value) for m in plan.measures if m.value == m.value]


def main() -> None:
    """Plan base and scenarios, print the times, and plan some again."""
    inputs = combine(read_folder(folder()), None)
    solver = HighsSolver()
    start, used = time.perf_counter(), processor_seconds()
    base = plan_base(inputs, nothing_stored, solver, silent)
    cases = [scenario_case(inputs, name) for name in scenario_names(inputs.frames)]
    planned, base_used = time.perf_counter(), processor_seconds()
    work = partial(plan_scenario, base, solver)
    together = list(LocalProcesses(2, least_bytes=0).map(work, cases))
    end, all_used = time.perf_counter(), processor_seconds()
    print(f"{len(cases)} scenarios, 2 processes: {end - start:.1f} s, of which the base {planned - start:.1f} s")
    print(f"processor time: {all_used - used:.1f} s, of which the base {base_used - used:.1f} s")
    for case, found in list(zip(cases, together, strict=True))[: -AGAIN - 1 : -1]:
        alone = work(case)
        same = figures(alone) == figures(found) and alone.ranges.equals(found.ranges)
        same &= all(alone.frames[name].equals(found.frames[name]) for name in found.frames)
        print(f"  {case.name}: alone, in this process: {'the same' if same else 'OTHER FIGURES'}")
        assert same


if __name__ == "__main__":
    main()
