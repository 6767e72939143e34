"""Large supply plans: proven gap and processor time, with the whole programme in the same run where that is small.

    python benchmarks/supply.py [GOODS ...] [--whole]

For each size (default 100 and 300 goods x 24 months, 4 plants, 8 centres) a hard company (parts shared at random) and
one of families. Prints seconds of stating and of solving, the gap, and by how much the worst row is missed; with
--whole also the optimum by HiGHS and the ratio of processor times. Goals: gap 0.1 %, a tenth of the whole's time.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.supply_company import random_company
from sop_xl.adapters.solver import HighsSolver
from sop_xl.supply.case import SupplyCase
from sop_xl.supply.decomposition.solve import solve_decomposed
from sop_xl.supply.decomposition.weights import level_weights, one_objective, zero_of
from sop_xl.supply.levels import plan_levels
from sop_xl.supply.plan import build_model


def measure(goods: int, family: int, *, whole: bool) -> None:
    """Plan one company and print a line."""
    inputs = random_company(goods, family=family).inputs()
    start = time.process_time()
    case = SupplyCase.of(*inputs)
    model = build_model(case)
    stated = time.process_time()
    levels = plan_levels(case, model)
    weights = level_weights(case, levels)
    cost, zero = one_objective(levels, weights), zero_of(model, levels, weights)
    plan = solve_decomposed(case, model, cost, zero=zero, solver=HighsSolver())
    done = time.process_time()
    worst = model.largest_violation(plan.values)
    line = f"{goods:6} {'families' if family else 'hard':9} state {stated - start:6.1f} s  solve {done - stated:7.1f} s"
    print(f"{line}  gap {100 * plan.gap:6.3f} %  worst row {worst:.0e}", end="", flush=True)
    if whole:
        best = HighsSolver().solve(model.with_cost(cost), time_limit=3600.0).objective - zero
        ratio = (done - stated) / (time.process_time() - done)
        print(f"  above optimum {100 * (plan.cost / best - 1):.3f} %  time {ratio:.3f} x whole", end="")
    print()


def main() -> None:
    """Measure the sizes asked for."""
    sizes = [int(word) for word in sys.argv[1:] if word.isdigit()] or [100, 300]
    for goods in sizes:
        for family in (0, 20):
            measure(goods, family, whole="--whole" in sys.argv)


if __name__ == "__main__":
    main()
