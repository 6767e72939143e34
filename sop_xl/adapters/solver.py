"""Solvers of a `LinearModel`: HiGHS fed with arrays, or any solver PuLP knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csc_array

from sop_xl.domain.errors import OutOfTimeError, SolverError
from sop_xl.supply.basis import Basis

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.supply.model import LinearModel

NO_PLAN = "The solver found no plan"
STEPS, NODES = 2_000_000, 2**31 - 1
"""Simplex steps a programme may take, and branches where nobody set fewer: work is limited, the same everywhere."""
ROOT_LOOKS = 5_000
"""How often a search may look up before its first branch. HiGHS looks between cuts and heuristics, at the same steps of
the same model on every machine; branches and simplex steps do not count what is done there."""
LEAST_STEPS, WORTH_STARTING = 500, 0.3
"""Steps that a programme may take from where a like one ended: this share of those that one took from nothing, with
its simpler form, whose steps are several times as quick."""
LAST_RESORT_SECONDS = 3600.0
"""The clock that stops what work does not. A plan that it cut short depends on the machine, and says so."""
OUT_OF_TIME = "Time limit reached"
PULP_OPTIMAL = 1
PULP_REASONS = {-1: "Infeasible", -2: "Unbounded", -4: OUT_OF_TIME}


@dataclass(frozen=True)
class Answer:
    """What a solver found; see `ports.Solution`. `end` tells where it ended, and is asked only where that is used."""

    objective: float
    values: np.ndarray
    duals: np.ndarray
    optimal: bool
    out_of_time: bool = False
    bound: float = nan
    end: Callable[[], Basis | None] = lambda: None

    @cached_property
    def basis(self) -> Basis | None:
        """Where it ended; None where the solver does not say."""
        return self.end()


class HighsSolver:
    """HiGHS, fed with arrays; one thread, so that the same model gives the same plan."""

    def __init__(self, **options: str | float | int | bool) -> None:
        """Take further options of HiGHS by their own names."""
        self._options = options

    def solve(
        self, model: LinearModel, *, node_limit: int | None = None, mip_gap: float = 1e-6, start: Basis | None = None
    ) -> Answer:
        """Return the best solution of the minimisation.

        Raises:
            SolverError: an option is unknown, or there is no solution; the message says why.
        """
        import highspy

        library: Any = highspy
        highs = library._Highs()  # the class above it, Highs, prints a banner whatever its options say
        settings = {
            "output_flag": False,
            "threads": 1,
            "random_seed": 1,
            "time_limit": LAST_RESORT_SECONDS,
            "simplex_iteration_limit": STEPS,
            "mip_max_nodes": NODES if node_limit is None else node_limit,
            "mip_rel_gap": float(mip_gap),
            "mip_abs_gap": 1e-7,
            **self._options,
        }
        for name, value in settings.items():
            # HiGHS keeps the old choice silently where it refuses the new one.
            if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
                msg = f"HiGHS does not take the option {name} = {value}. Leave it out, or update highspy."
                raise SolverError(msg)
        if _pass(highs, model) == highspy.HighsStatus.kError:
            msg = "HiGHS refused the model: a cost or a quantity is not a number. Check the inputs."
            raise SolverError(msg)
        known = start is not None and (len(start.columns), len(start.rows)) == (model.column_count, model.row_count)
        if model.has_integers:
            _limit_root(highs)
        if start is None or not known or model.has_integers:
            highs.run()
        else:
            _run_from(highs, start, int(settings["simplex_iteration_limit"]))
        return _highs_answer(highs, model)


def _limit_root(highs: Any) -> None:
    """End the search at so many looks before its first branch; the best plan found by then is kept."""
    import highspy

    looks = 0

    def look(_kind: object, _message: str, found: Any, wish: Any, _user: object) -> None:
        nonlocal looks
        looks += found.mip_node_count <= 0
        wish.user_interrupt = looks > ROOT_LOOKS

    highs.setCallback(look, None)
    highs.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)


def _pass(highs: Any, model: LinearModel) -> Any:
    """Hand the model over as arrays; return how HiGHS took it."""
    import highspy

    matrix = _matrix(model)
    counts = (model.column_count, model.row_count, matrix.nnz)
    kind, sense = int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize)
    bounds = (model.cost, model.lower, model.upper, model.row_lower, model.row_upper)
    terms = (matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data)
    return highs.passModel(*counts, kind, sense, 0.0, *bounds, *terms, model.integer.astype(np.int32))


def _run_from(highs: Any, start: Basis, limit: int) -> None:
    """Solve from where another programme ended, or from nothing where that leads too far away."""
    import highspy

    highs.setBasis(_highs_basis(start))
    highs.setOptionValue("simplex_iteration_limit", min(limit, max(LEAST_STEPS, int(WORTH_STARTING * start.steps))))
    highs.run()
    if highs.getModelStatus() == highspy.HighsModelStatus.kIterationLimit:
        highs.clearSolver()
        highs.setOptionValue("simplex_iteration_limit", limit)
        highs.run()


def _highs_basis(start: Basis) -> Any:
    import highspy

    basis = highspy.HighsBasis()
    basis.valid = True
    statuses = {int(status): status for status in highspy.HighsBasisStatus.__members__.values()}
    basis.col_status, basis.row_status = ([statuses[k] for k in part.tolist()] for part in (start.columns, start.rows))
    return basis


def _matrix(model: LinearModel) -> csc_array:
    """Return A by columns, equal places added up."""
    shape = (model.row_count, model.column_count)
    return csc_array((model.term_values, (model.term_rows, model.term_columns)), shape=shape)


def _highs_answer(highs: Any, model: LinearModel) -> Answer:
    import highspy

    status, ends = highs.getModelStatus(), highspy.HighsModelStatus
    info = highs.getInfo()
    optimal = status in (ends.kOptimal, ends.kModelEmpty)
    stopped = status in (ends.kTimeLimit, ends.kIterationLimit, ends.kSolutionLimit, ends.kInterrupt)
    has_plan = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if not optimal and not (stopped and has_plan):
        raise _failure(highs.modelStatusToString(status))
    solution = highs.getSolution()
    duals = np.full(model.row_count, np.nan) if model.has_integers else np.array(solution.row_dual, dtype=float)
    values = np.array(solution.col_value, dtype=float)
    late, objective = status == ends.kTimeLimit, float(info.objective_function_value)
    bound = float(info.mip_dual_bound) if model.has_integers else objective if optimal else nan
    end, steps = None if model.has_integers else highs.getBasis(), int(info.simplex_iteration_count)
    return Answer(objective, values, duals, optimal, late, bound, partial(_basis, end, steps))


def _basis(end: Any, steps: int) -> Basis | None:
    """Return where a linear programme ended; with whole columns that says nothing of the next one."""
    if end is None or not end.valid:
        return None
    columns, rows = (np.fromiter(map(int, part), np.int8) for part in (end.col_status, end.row_status))
    return Basis(columns, rows, steps)


def _failure(status: str) -> SolverError:
    return OutOfTimeError(_reason(status)) if status == OUT_OF_TIME else SolverError(_reason(status))


def _reason(status: str) -> str:
    cures = {
        "Infeasible": "two fixed quantities contradict each other. Check minimum, maximum and fixed figures.",
        "Unbounded": "something is sold or made below no cost at all. Check for negative costs.",
        "Iteration limit reached": "it needs more steps than are allowed. Plan fewer items, months or setups.",
        "Solution limit reached": "none within the branches allowed. Plan fewer items, months or setups.",
        "Interrupted by user": "none in the steps allowed before the first branch. Plan fewer items, months or setups.",
        OUT_OF_TIME: "it ran out of time. Allow more, or plan fewer items, months or setups.",
    }
    return f"{NO_PLAN}: {cures.get(status, f'it ended with {status!r}. Report this with the workbook.')}"


class PulpSolver:
    """Any solver that PuLP drives; written for what PuLP 3.3.2 and 4.x have in common."""

    def __init__(self, solver: Any = None) -> None:
        """Take a PuLP solver object, such as `pulp.COIN_CMD(msg=False)`; None: HiGHS."""
        self._solver = solver

    def solve(
        self, model: LinearModel, *, node_limit: int | None = None, mip_gap: float = 1e-6, start: Basis | None = None
    ) -> Answer:
        """Return the best solution of the minimisation; PuLP cannot start at a basis, so `start` is left aside.

        Raises:
            SolverError: the solver is missing, or there is no solution.
        """
        import pulp

        problem = pulp.LpProblem("plan", pulp.LpMinimize)
        columns = _pulp_columns(problem, model)
        costs = np.flatnonzero(model.cost)
        problem += pulp.lpSum([float(model.cost[j]) * columns[j] for j in costs])
        rows = _pulp_rows(problem, model, columns)
        solver = self._solver
        if solver is None:
            solver = pulp.HiGHS(log_to_console=False, **_pulp_options(node_limit, mip_gap))
        try:
            outcome = problem.solve(solver)
        except pulp.PulpSolverError as error:
            msg = f"{NO_PLAN}: {error}. Install it, or take the built-in HiGHS."
            raise SolverError(msg) from error
        optimal = pulp_optimal(outcome, getattr(problem, "sol_status", PULP_OPTIMAL))
        values = np.array([_value(column, low) for column, low in zip(columns, model.lower, strict=True)])
        return Answer(float(model.cost @ values), values, _pulp_duals(problem, model, rows), optimal)


def pulp_optimal(outcome: Any, solution_status: int) -> bool:
    """Return whether a solution is proven best.

    PuLP 4 returns an object from `solve`, with the reason for stopping in `status` and `has_solution`
    beside it. PuLP 3 returns the status as a number, 1 also where time ran out with a solution, and keeps
    in `solution_status` whether that is the best. The numbers of both agree.

    Raises:
        SolverError: there is no solution.
    """
    status = int(getattr(outcome, "status", outcome))
    if not getattr(outcome, "has_solution", status == PULP_OPTIMAL):
        raise _failure(PULP_REASONS.get(status, f"status {status}"))
    return status == PULP_OPTIMAL and solution_status == PULP_OPTIMAL


def _pulp_options(node_limit: int | None, mip_gap: float) -> dict[str, Any]:
    limit = {} if node_limit is None else {"mip_max_nodes": node_limit}
    return {"msg": False, "timeLimit": LAST_RESORT_SECONDS, "gapRel": mip_gap, "threads": 1, **limit}


def _pulp_columns(problem: Any, model: LinearModel) -> list[Any]:
    bounds = zip(model.lower, model.upper, model.integer, strict=True)
    return [
        problem.add_variable(f"x{j}", _finite(low), _finite(high), "Integer" if whole else "Continuous")
        for j, (low, high, whole) in enumerate(bounds)
    ]


def _finite(bound: float) -> float | None:
    return float(bound) if np.isfinite(bound) else None


def _value(column: Any, lower: float) -> float:
    # A column in no row and without cost is not handed to the solver: any value in its bounds will do.
    value = column.varValue
    return float(max(lower, 0.0) if value is None else value)


def _pulp_rows(problem: Any, model: LinearModel, columns: list[Any]) -> list[tuple[str, int]]:
    """Add the rows; a row with two different bounds becomes two. Return name and row number of each."""
    import pulp

    matrix = _matrix(model).tocsr()
    names = []
    for row in range(model.row_count):
        start, end = matrix.indptr[row], matrix.indptr[row + 1]
        terms = zip(matrix.indices[start:end], matrix.data[start:end], strict=True)
        expression = pulp.lpSum([float(value) * columns[j] for j, value in terms])
        low, high = model.row_lower[row], model.row_upper[row]
        for kind, bound in (("e", low),) if low == high else (("l", low), ("u", high)):
            if not np.isfinite(bound) or start == end:
                continue
            sense = {"e": expression == bound, "l": expression >= bound, "u": expression <= bound}[kind]
            problem.addConstraint(sense, f"{kind}{row}")
            names.append((f"{kind}{row}", row))
    return names


def _pulp_duals(problem: Any, model: LinearModel, names: list[tuple[str, int]]) -> np.ndarray:
    """Return the duals by row, as change of the minimum for one unit more of the bound.

    For a minimisation every solver PuLP drives gives them with this sign; for a maximisation they do
    not agree, which is why the model is always a minimisation.
    """
    if model.has_integers:
        return np.full(model.row_count, np.nan)
    prices = {row.name: row.pi for row in problem.constraints()}
    duals = np.zeros(model.row_count)
    for name, row in names:
        duals[row] += prices[name] or 0.0
    return duals
