"""Supply plans: what stating them costs, what a what-if costs, and how large ones are planned; ratios of CPU time.

    python benchmarks/supply.py             # 100 and 300 goods x 24 months, and Adventure Works, a few minutes
    python benchmarks/supply.py --large     # 1,000 goods with two seeds and overloaded, 5,000 goods: some minutes

Every ratio is of processor time in this run, the median of three:

- stating: build, hand over, solve and read a plan, over the same programme as arrays in plain HiGHS;
- what-if: another demand, hours and prices planned from where the old plan ended, over the same from nothing;
- large plans: the decomposition, with its proven gap and by how much the worst row is missed, over the whole programme;
- soft ceiling: the same with a fifth less hours and emergency hours beyond them, whose use names the overload;
- Adventure Works: the supply step of the demo company's base plan, as one programme.

Companies have 4 plants and 8 distribution centres; `hard` shares parts at random over all goods, `families` within
families of 20; overloaded ones have a fifth less hours and overtime, all of it a hard limit.
"""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.supply_company import EMERGENCY, random_company
from sop_xl.adapters.solver import HighsSolver
from sop_xl.demo import folder
from sop_xl.services.compute import compute_cycle
from sop_xl.services.transfer import combine, read_folder
from sop_xl.supply.case import SupplyCase
from sop_xl.supply.decomposition.solve import solve_decomposed
from sop_xl.supply.decomposition.weights import level_weights, one_objective, zero_of
from sop_xl.supply.flows import read_flows
from sop_xl.supply.levels import plan_levels
from sop_xl.supply.model import LinearModel
from sop_xl.supply.plan import build_model
from sop_xl.supply.warm import Remembering

TIMES = 3


def main() -> None:
    """Measure and print; with --large what takes long, else what does not."""
    if "--large" in sys.argv:
        for goods, seed, tight in ((1000, 1, 1.0), (1000, 2, 1.0), (300, 1, 0.8), (1000, 1, 0.8), (5000, 1, 1.0)):
            for family in (0, 20):
                decomposed(goods, family, seed=seed, tight=tight)
        decomposed(1000, 0, tight=0.8, ceiling=True)
        print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2:.1f} GB")
        return
    for tight, name in ((1.0, "tight"), (3.0, "easy")):
        stating(tight, name)
    what_if()
    for goods in (100, 300):
        for family in (0, 20):
            decomposed(goods, family, whole=True)
    for seed in (1, 11):
        decomposed(100, 0, seed=seed, tight=0.8, ceiling=True)
    adventure_works()
    each = [1000 * decomposed(goods, 0) / goods for goods in (200, 400, 800)]
    print("linear: ms of planning a good at 200, 400 and 800 goods: " + ", ".join(f"{spent:.0f}" for spent in each))


def stating(tight: float, name: str) -> None:
    """Compare build, hand-over, solve and read with the same arrays in plain HiGHS."""
    inputs = random_company(100, tight=tight).inputs()
    arrays, _ = priced(inputs)

    def product() -> None:
        model, case = priced(inputs)
        read_flows(case, model, HighsSolver().solve(model).values)

    ours, raw = [], []
    for _ in range(TIMES):
        ours.append(seconds(product))
        raw.append(seconds(lambda: plain_highs(arrays)))
    print(f"stating, 100 goods {name}: {median(ours):.2f} s, plain HiGHS {median(raw):.2f} s, ratio ", end="")
    print(f"{median(ours) / median(raw):.2f}")


def what_if() -> None:
    """Compare a plan from where the old one ended with the same from nothing; the objectives are equal."""
    data, demand, costs = random_company(100).inputs()
    base = Remembering(HighsSolver())
    base.solve(priced((data, demand, costs))[0])
    rng = np.random.default_rng(7)
    some = rng.random(len(demand)) < 0.1
    more = demand.assign(consensus=demand["consensus"] * np.where(some, rng.uniform(0.9, 1.15, len(demand)), 1.0))
    hours = data["capacity"].assign(hours=data["capacity"]["hours"] * 0.99)
    prices = data["suppliers"].assign(
        price=data["suppliers"]["price"] * rng.uniform(0.97, 1.05, len(data["suppliers"]))
    )
    changes = {
        "demand": (data, more, costs),
        "hours": (data.with_tables(capacity=hours), demand, costs),
        "prices": (data.with_tables(suppliers=prices), demand, costs),
    }
    for name, inputs in changes.items():
        model, _ = priced(inputs)
        cold, warm, found = [], [], []
        for _ in range(TIMES):
            for solver, spent in ((HighsSolver(), cold), (Remembering(HighsSolver(), base.ends), warm)):
                start = time.process_time()
                found.append(solver.solve(model).objective)
                spent.append(time.process_time() - start)
        apart = max(found) / min(found) - 1
        print(f"what-if, other {name}: {median(warm):.2f} s, from nothing {median(cold):.2f} s, ratio ", end="")
        print(f"{median(warm) / median(cold):.2f}, objectives apart {apart:.0e}")


def adventure_works() -> None:
    """Plan the demo company's supply, its demand planned before."""
    inputs = combine(read_folder(folder()), None)
    data = inputs.plan_data()
    solver = HighsSolver()
    asked = compute_cycle(data, steps=("forecast",), solver=solver)
    start = time.process_time()
    plan = compute_cycle(data, stored=asked.__getitem__, steps=("supply",), solver=solver, shown=False)
    spent = time.process_time() - start
    items, months = (plan["supply_plan"][name].nunique() for name in ("item", "period"))
    print(f"Adventure Works, {items} items x {months} months, all levels, explained: {spent:.1f} s")


def overload(case: SupplyCase, model: LinearModel, values: np.ndarray) -> str:
    """Return the emergency hours of a plan, the three worst named by resource and month."""
    block = model.columns["regular"]
    names = np.array(case.network.resources)[block.keys["resource"].to_numpy(int)]
    hours = np.where(np.char.endswith(names.astype(str), EMERGENCY)[:, None], block.of(values), 0.0)
    worst = np.argsort(-hours, axis=None)[:3]
    places = [np.unravel_index(place, hours.shape) for place in worst]
    named = [
        f"{names[r].removesuffix(EMERGENCY)} {case.data.calendar.periods[m]} {hours[r, m]:,.0f} h" for r, m in places
    ]
    return f"{(hours > 0.5).sum()} overloads, worst {', '.join(named)}"


def decomposed(
    goods: int, family: int, *, seed: int = 1, tight: float = 1.0, whole: bool = False, ceiling: bool = False
) -> float:
    """Plan one company by decomposition, print a line, return the seconds; with `whole` also the whole programme."""
    inputs = random_company(goods, family=family, seed=seed, tight=tight, ceiling=ceiling).inputs()
    start = time.process_time()
    case = SupplyCase.of(*inputs)
    model = build_model(case)
    stated = time.process_time()
    levels = plan_levels(case, model)
    weights = level_weights(case, levels)
    cost, zero = one_objective(levels, weights), zero_of(model, levels, weights)
    plan = solve_decomposed(case, model, cost, zero=zero, solver=HighsSolver())
    done = time.process_time()
    kind = ("families" if family else "hard") + (" soft ceiling" if ceiling else " overloaded" if tight < 1 else "")
    line = f"{goods:6} {kind:20} seed {seed} state {stated - start:6.1f} s  solve {done - stated:7.1f} s"
    print(
        f"{line}  gap {100 * plan.gap:6.3f} %  worst row {model.largest_violation(plan.values):.0e}", end="", flush=True
    )
    if whole:
        best = HighsSolver().solve(model.with_cost(cost)).objective - zero
        ratio = (done - stated) / (time.process_time() - done)
        print(f"  above optimum {100 * (plan.cost / best - 1):.3f} %  time {ratio:.3f} x whole", end="")
    if ceiling:
        print(f"  {overload(case, model, plan.values)}", end="")
    print()
    return done - start


def priced(inputs: Any) -> tuple[LinearModel, SupplyCase]:
    """Return a company's programme with all its levels in one objective."""
    case = SupplyCase.of(*inputs)
    model = build_model(case)
    levels = plan_levels(case, model)
    return model.with_cost(one_objective(levels, level_weights(case, levels))), case


def plain_highs(model: LinearModel) -> np.ndarray:
    """Solve the arrays without anything of the product, from the matrix by columns on."""
    import highspy
    from scipy.sparse import csc_array

    places = (model.term_rows, model.term_columns)
    matrix = csc_array((model.term_values, places), shape=(model.row_count, model.column_count))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = model.column_count, model.row_count
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.cost, model.lower, model.upper
    lp.row_lower_, lp.row_upper_ = model.row_lower, model.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data
    highs = highspy._Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 1)):
        highs.setOptionValue(name, value)
    highs.passModel(lp)
    highs.run()
    return np.array(highs.getSolution().col_value)


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time that a piece of work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
