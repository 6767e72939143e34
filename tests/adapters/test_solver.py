from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sop_xl.adapters.solver import HighsSolver, PulpSolver, pulp_optimal
from sop_xl.domain.errors import SolverError
from sop_xl.supply.model import ModelBuilder

SOLVERS = [HighsSolver(), PulpSolver()]
IDS = ["highs", "pulp"]


def model_of(cost, rows, *, upper=np.inf, row_lower=-np.inf, row_upper=np.inf, integer=False):
    """min cost @ x, row_lower <= rows @ x <= row_upper, 0 <= x <= upper."""
    builder = ModelBuilder()
    matrix = np.atleast_2d(np.asarray(rows, dtype=float))
    columns = builder.add_columns(
        "x", pd.DataFrame({"j": range(matrix.shape[1])}), 1, upper=np.reshape(upper, (-1, 1)), integer=integer
    )
    row, column = np.nonzero(matrix)
    terms = [(row, columns.index[:, 0][column], matrix[row, column])]
    bounds = {"lower": np.reshape(row_lower, (-1, 1)), "upper": np.reshape(row_upper, (-1, 1))}
    builder.add_rows("r", pd.DataFrame({"i": range(len(matrix))}), 1, terms, **bounds)
    return builder.build().with_cost(np.asarray(cost, dtype=float))


def random_model(seed):
    """A small model that always has a solution: x = 0 meets every row."""
    rng = np.random.default_rng(seed)
    m, n = rng.integers(2, 8, size=2)
    rows = rng.integers(-3, 6, size=(m, n)) * (rng.random((m, n)) < 0.6)
    upper = rng.integers(1, 20, size=m).astype(float)
    lower = np.where(rng.random(m) < 0.3, -upper, -np.inf)
    whole = (rng.random((n, 1)) < 0.5) if seed % 3 == 0 else False
    return model_of(
        rng.integers(-9, 9, size=n),
        rows,
        upper=rng.integers(1, 12, size=n),
        row_lower=lower,
        row_upper=upper,
        integer=whole,
    )


@pytest.mark.parametrize("seed", range(30))
def test_both_ways_to_solve_reach_the_same_objective(seed):
    model = random_model(seed)
    arrays, objects = (solver.solve(model, mip_gap=0.0) for solver in SOLVERS)
    assert arrays.objective == pytest.approx(objects.objective, abs=1e-6)
    for answer in (arrays, objects):
        assert model.largest_violation(answer.values) < 1e-6
        assert model.cost @ answer.values == pytest.approx(answer.objective, abs=1e-6)


@pytest.mark.parametrize("solver", SOLVERS, ids=IDS)
def test_duals_of_the_known_trap(solver):
    # max 3x + 2y, x + y <= 4, x <= 2: x = 2, y = 2. One unit more of the first row is worth 2, of the second 1;
    # as a minimum of the negative that is -2 and -1.
    answer = solver.solve(model_of([-3, -2], [[1, 1], [1, 0]], row_upper=[4, 2]))
    assert answer.objective == pytest.approx(-10)
    assert answer.duals == pytest.approx([-2, -1])


@pytest.mark.parametrize("solver", SOLVERS, ids=IDS)
def test_duals_are_what_the_objective_does(solver):
    def objective(need, limit):
        return solver.solve(
            model_of([4, 7, 1], [[1, 2, 0], [1, 0, 1]], row_lower=[need, -np.inf], row_upper=[np.inf, limit])
        )

    answer = objective(10.0, 3.0)
    assert answer.duals[0] == pytest.approx(objective(10.5, 3.0).objective * 2 - answer.objective * 2, abs=1e-7)
    assert answer.duals[1] == pytest.approx(objective(10.0, 3.5).objective * 2 - answer.objective * 2, abs=1e-7)


@pytest.mark.parametrize("solver", SOLVERS, ids=IDS)
def test_a_row_with_two_bounds_and_an_equal_row(solver):
    # min x + 2y, 3 <= x + y <= 5, y = 1 -> x = 2, cost 4.
    answer = solver.solve(model_of([1, 2], [[1, 1], [0, 1]], row_lower=[3, 1], row_upper=[5, 1]))
    assert answer.values == pytest.approx([2, 1])
    assert answer.duals == pytest.approx([1, 1])


@pytest.mark.parametrize("solver", SOLVERS, ids=IDS)
def test_whole_columns(solver):
    # 2x <= 5 -> x = 2 whole, 2.5 otherwise.
    answer = solver.solve(model_of([-1], [[2]], row_upper=[5], integer=True))
    assert answer.values == pytest.approx([2])
    assert np.isnan(answer.duals).all()


@pytest.mark.parametrize("solver", SOLVERS, ids=IDS)
def test_no_solution_is_said_in_words(solver):
    with pytest.raises(SolverError, match="contradict each other"):
        solver.solve(model_of([1], [[1]], upper=2.0, row_lower=[3]))
    with pytest.raises(SolverError, match="found no plan"):
        solver.solve(model_of([-1], [[1]], row_lower=[3]))


def test_an_option_that_is_refused_is_an_error():
    with pytest.raises(SolverError, match="solver = no-such-method"):
        HighsSolver(solver="no-such-method").solve(model_of([1], [[1]], row_lower=[3]))


def test_equal_places_add_up():
    builder = ModelBuilder()
    x = builder.add_columns("x", pd.DataFrame({"j": [0]}), 1)
    zero = np.array([0])
    builder.add_rows("r", pd.DataFrame({"i": [0]}), 1, [(zero, x.index[0], 1.0), (zero, x.index[0], 2.0)], lower=6.0)
    model = builder.build().with_cost(np.array([1.0]))
    for solver in SOLVERS:
        assert solver.solve(model).values == pytest.approx([2.0])


@pytest.mark.parametrize(
    ("outcome", "solution_status", "best"),
    [
        (1, 1, True),  # PuLP 3, proven
        (1, 2, False),  # PuLP 3, stopped with a solution
        (SimpleNamespace(status=1, has_solution=True), 1, True),  # PuLP 4, proven
        (SimpleNamespace(status=-4, has_solution=True), 1, False),  # PuLP 4, out of time with a solution
    ],
)
def test_outcomes_of_both_majors_of_pulp(outcome, solution_status, best):
    assert pulp_optimal(outcome, solution_status) is best


@pytest.mark.parametrize("outcome", [-4, SimpleNamespace(status=-4, has_solution=False)])
def test_out_of_time_without_a_solution(outcome):
    with pytest.raises(SolverError, match="ran out of time"):
        pulp_optimal(outcome, 0)


def test_highs_keeps_stdout_clean(capfd):
    HighsSolver().solve(model_of([1], [[1]], row_lower=[3]))
    assert capfd.readouterr().out == ""
