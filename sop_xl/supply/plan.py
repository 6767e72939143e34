"""The supply plan: from input tables, forecast and costs to the result tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sop_xl.supply.case import SupplyCase
from sop_xl.supply.clock import Clocked, cut_short
from sop_xl.supply.columns import add_columns
from sop_xl.supply.constraints import add_constraints
from sop_xl.supply.even import add_even_columns, several_places
from sop_xl.supply.fixed_plan import fixed_plan
from sop_xl.supply.flows import read_flows
from sop_xl.supply.lead_times import lead_times
from sop_xl.supply.levels import penalty, plan_levels
from sop_xl.supply.load import load
from sop_xl.supply.method import HOPELESS, decomposes, solve_plan
from sop_xl.supply.model import LinearModel, ModelBuilder
from sop_xl.supply.orders import production, purchases, substitutions, transfers
from sop_xl.supply.plan_cost import plan_cost
from sop_xl.supply.shortages import shortages
from sop_xl.supply.stock_plan import supply_plan
from sop_xl.supply.without_lots import lots_left_out, without_lots

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.domain.issue import Issue
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.ports import Compute, Progress, Solver

STEP = "Plan supply"


@dataclass(frozen=True)
class SupplyPlan:
    """The result tables of a plan, each as the schema declares it, whether it is proven best, and remarks on it."""

    supply_plan: pd.DataFrame = field(repr=False)
    production: pd.DataFrame = field(repr=False)
    purchases: pd.DataFrame = field(repr=False)
    transfers: pd.DataFrame = field(repr=False)
    substitutions: pd.DataFrame = field(repr=False)
    load: pd.DataFrame = field(repr=False)
    shortages: pd.DataFrame = field(repr=False)
    lead_times: pd.DataFrame = field(repr=False)
    plan_cost: pd.DataFrame = field(repr=False)
    fixed_plan: pd.DataFrame = field(repr=False)
    optimal: bool = True
    notes: tuple[Issue, ...] = ()

    @property
    def cost(self) -> float:
        """What the plan costs: all components but penalties."""
        return float(self.plan_cost.set_index("component")["amount"]["total"])


def plan_supply(
    data: PlanData,
    forecast: pd.DataFrame,
    costs: pd.DataFrame,
    solver: Solver,
    progress: Progress | None = None,
    *,
    last_cycle: pd.DataFrame | None = None,
    compute: Compute | None = None,
) -> SupplyPlan:
    """Return the best plan of production, purchases, transfers, stock and backlog.

    There is always a plan: what cannot be served is late or lost, what cannot be kept is reported in
    `shortages` and in the cost component `penalties`.

    Args:
        data: the valid input.
        forecast: item, market, period and consensus: what customers will order, in units.
        costs: item, standard_cost, rolled_cost and net_price: the table `item_costs`.
        solver: solves the linear programmes.
        progress: told the step's progress.
        last_cycle: last month's plan, the table of that name: what the fences keep to.
        compute: where groups of goods are planned in a large plan; None: in this process.

    Raises:
        SolverError: the solver fails or runs out of time.
    """
    case = SupplyCase.of(data, forecast, costs, last_cycle)
    model, notes = build_model(case), []
    if model.has_integers and model.row_count > HOPELESS and not decomposes(case, model):
        loose = SupplyCase.of(without_lots(data), forecast, costs, last_cycle)
        relaxed = build_model(loose)
        if not relaxed.has_integers:
            case, model, notes = loose, relaxed, [lots_left_out()]
    if several_places(case) and not decomposes(case, model):
        model = build_model(case, even=True)
    levels = plan_levels(case, model)

    def report(done: float) -> None:
        if progress is not None:
            progress(STEP, done, 1.0)

    clocked = Clocked(solver)
    solved = solve_plan(case, model, levels, clocked, report, compute)
    if clocked.ran_out:
        notes.append(cut_short())
    flows = read_flows(case, model, solved.values)
    return SupplyPlan(
        supply_plan=supply_plan(case, flows),
        production=production(case, flows),
        purchases=purchases(case, flows),
        transfers=transfers(case, flows),
        substitutions=substitutions(case, flows),
        load=load(case, model, solved),
        shortages=shortages(case, model, solved, flows),
        lead_times=lead_times(case, flows),
        plan_cost=plan_cost(case, model, solved, penalty(case, model, solved.values), flows.rounding),
        fixed_plan=fixed_plan(case, model, solved, flows),
        optimal=solved.optimal,
        notes=tuple(notes),
    )


def build_model(case: SupplyCase, *, even: bool = False) -> LinearModel:
    """Return the linear programme of a case, without an objective.

    Args:
        case: what is planned.
        even: whether places of one class share what is short: rows that the decomposition does not know.
    """
    builder = ModelBuilder()
    columns = add_columns(builder, case)
    if even:
        columns |= add_even_columns(builder, case)
    add_constraints(builder, case, columns)
    return builder.build()
