"""One cycle computed: from valid inputs to all results, each step a pure function of what went before."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sop_xl.cycle.assumptions import resting
from sop_xl.cycle.families import families
from sop_xl.cycle.family_plan import family_plan
from sop_xl.cycle.initiative_effects import initiative_effects, initiative_list
from sop_xl.cycle.kpi_trend import kpi_scopes, kpi_trend
from sop_xl.cycle.kpis import kpis
from sop_xl.cycle.last_cycle import roll_last_cycle
from sop_xl.demand.archive import archived
from sop_xl.demand.history import read_history
from sop_xl.demand.plan import ITEM_COLUMNS, plan_demand
from sop_xl.demand.value_added import value_added
from sop_xl.domain.errors import SopError
from sop_xl.domain.plan_data import Watched
from sop_xl.finance.cost import roll_up_costs
from sop_xl.finance.results import money_results
from sop_xl.finance.sales import outlook
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform, empty_frame
from sop_xl.supply.fixed_plan import beside, without_fixed
from sop_xl.supply.plan import SupplyPlan, plan_supply
from sop_xl.supply.planners import NEEDED, planners_tables
from sop_xl.supply.warm import Remembering

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from sop_xl.domain.issue import Issue
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.ports import Compute, Progress, Solver

STEPS = ("forecast", "supply", "finance", "kpi")
SUPPLY_RESULTS = (
    "supply_plan",
    "production",
    "purchases",
    "transfers",
    "substitutions",
    "load",
    "shortages",
    "lead_times",
    "plan_cost",
)
TOLD = {"forecast": {"items": ITEM_COLUMNS}}
"""Input tables of which a step is given only some columns, so that it does not depend on the others."""
TREND_OF = (
    "forecast_archive",
    "forecast",
    "supply_plan",
    "last_cycle",
    "item_costs",
    "finance",
    "cash",
    "lead_times",
    "load",
    "rough_cut",
)
"""Results that key figures by month are counted from."""


class StepMissingError(SopError):
    """A step needs the result of one that was never run."""


def silent(step: str, done: float, total: float) -> None:
    """Report progress to nobody."""


@dataclass
class Results:
    """The results of one cycle: those computed now, and those an earlier run left.

    Attributes:
        stored: returns the stored frame of a result table.
        frames: what was computed in this run, by table name, as it will be stored.
        seconds: how long each step took.
        notes: what a step remarks on its results.
        reads: the input tables that each step read; what other processes read is not known.
    """

    stored: Callable[[str], pd.DataFrame]
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[Issue] = field(default_factory=list)
    reads: dict[str, frozenset[str]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a result: computed now, else as stored (empty where it never was)."""
        return self.frames[name] if name in self.frames else self.stored(name)

    def needed(self, name: str, step: str) -> pd.DataFrame:
        """Return a result that must be there.

        Raises:
            StepMissingError: it is empty, since the step that makes it was never run.
        """
        frame = self[name]
        if frame.empty and name not in self.frames:
            raise StepMissingError(f"There is no {name.replace('_', ' ')} yet. Run the step {step} first.")
        return frame

    def keep(self, frames: Mapping[str, pd.DataFrame]) -> None:
        """Take these frames as they will be stored, so that later steps see what a later run would."""
        for name, frame in frames.items():
            self.frames[name] = conform(TABLE_BY_NAME[name], frame)


def nothing_stored(name: str) -> pd.DataFrame:
    """Return the empty frame of a result table: the state before the first run."""
    return empty_frame(TABLE_BY_NAME[name])


def told(step: str, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the input tables as a step is given them."""
    some = {name: tables[name][list(columns)] for name, columns in TOLD.get(step, {}).items()}
    return {**tables, **some}


def compute_cycle(
    data: PlanData,
    *,
    stored: Callable[[str], pd.DataFrame] = nothing_stored,
    stored_cycle: pd.Period | None = None,
    steps: Sequence[str] = STEPS,
    solver: Solver,
    progress: Progress = silent,
    compute: Compute | None = None,
    shown: bool = True,
) -> Results:
    """Return the results of the steps asked for.

    Args:
        data: valid inputs.
        stored: gives the stored frame of a result table, for steps that are not run and for what the
            last cycle said.
        stored_cycle: the cycle of the stored results; where it is before the current one, they
            become last cycle.
        steps: some of `STEPS`; they run in that order.
        solver: solves the linear programme.
        progress: told how far each step is.
        compute: where series are forecast and groups of goods planned; None: in this process.
        shown: whether tables are made too that only sheets show: planners' plans, the plan without what is
            fixed, families, key figures by month. A what-if does without.
    """
    from threadpoolctl import threadpool_limits

    results = Results(stored)
    current = data.settings.current_period
    if stored_cycle is not None and stored_cycle < current:
        previous = {name: stored(name) for name in ("forecast", "supply_plan", "finance", "item_costs")}
        results.keep({"last_cycle": roll_last_cycle(previous, stored("last_cycle"), current)})
    run: dict[str, Callable[[PlanData], None]] = {
        "forecast": lambda seen: _forecast(seen, results, progress, compute),
        "supply": lambda seen: _supply(seen, results, solver, progress, compute, shown=shown),
        "finance": lambda seen: _finance(seen, results, shown=shown),
        "kpi": lambda seen: _kpi(seen, results, shown=shown),
    }
    for step in (step for step in STEPS if step in steps):
        progress(step, 0, 1)
        start = time.perf_counter()
        watched = Watched(told(step, data.tables))
        with threadpool_limits(limits=1, user_api="blas"):
            run[step](replace(data, tables=watched))
        results.seconds[step] = time.perf_counter() - start
        results.reads[step] = frozenset(watched.read)
        progress(step, 1, 1)
    return results


def _within(whole: str, progress: Progress) -> Progress:
    """Return a progress that shows an engine's own steps as parts of one; the step itself tells its end."""

    def report(step: str, done: float, total: float) -> None:
        progress(whole, min(done / total if total else 0, 0.99), 1)

    return report


def _forecast(data: PlanData, results: Results, progress: Progress, compute: Compute | None) -> None:
    plan = plan_demand(data, _within("forecast", progress), compute)
    results.keep({"forecast": plan.forecast, "accuracy": plan.accuracy, **plan.details})
    results.keep({"forecast_archive": archived(results["forecast_archive"], results["forecast"], data)})
    season = data.settings.season_length
    results.keep(vars(value_added(results["forecast_archive"], read_history(data), data["items"], season)))


def _supply(
    data: PlanData, results: Results, solver: Solver, progress: Progress, compute: Compute | None, *, shown: bool
) -> None:
    forecast = results.needed("forecast", "forecast")
    results.keep({"item_costs": roll_up_costs(data)})
    report = _within("supply", progress)

    def planned(data: PlanData, solver: Solver) -> SupplyPlan:
        costs, last = results["item_costs"], results["last_cycle"]
        return plan_supply(data, forecast, costs, solver, report, last_cycle=last, compute=compute)

    first = Remembering(solver)
    plan = planned(data, first)
    results.keep({name: getattr(plan, name) for name in SUPPLY_RESULTS})
    results.notes.extend(plan.notes)
    if not shown:
        return
    free = None if plan.fixed_plan.empty else planned(without_fixed(data), Remembering(solver, first.ends))
    results.keep(dict(zip(("fixed_plan", "fixed_cost"), beside(plan, free), strict=True)))
    results.keep(planners_tables(data, {name: results[name] for name in NEEDED}))


def _finance(data: PlanData, results: Results, *, shown: bool) -> None:
    forecast = results.needed("forecast", "forecast")
    supply = results.needed("supply_plan", "supply")
    costs, last = results["item_costs"], results["last_cycle"]
    names = ("forecast", "supply_plan", "purchases", "load", "item_costs", "last_cycle", "launch_plan")
    results.keep(money_results(data, {name: results[name] for name in names}))
    if not shown:
        return
    money = results["finance"]
    plan = family_plan(data, forecast, supply, money, last, costs)
    listed = families(data, forecast, supply, results["production"], results["load"], money)
    results.keep({"family_plan": plan, "families": listed})


def _kpi(data: PlanData, results: Results, *, shown: bool) -> None:
    results.needed("finance", "finance")
    names = ("forecast", "supply_plan", "load", "shortages", "finance", "accuracy", "plan_cost")
    made, steps = (results[name] for name in names), results["accuracy_steps"]
    results.keep({"kpis": kpis(data, *made, costs=results["item_costs"], accuracy_steps=steps)})
    if not shown:
        return
    sales = outlook(data, *(results[name] for name in ("forecast", "supply_plan", "item_costs"))).together()
    by_month = {name: results[name] for name in TREND_OF}
    results.keep({"kpi_trend": kpi_trend(data, by_month, sales, results["kpi_trend"])})
    effects = initiative_effects(data, results["forecast"], results["item_costs"], results["load"])
    results.keep({"initiative_effects": effects})
    results.keep({"initiative_list": initiative_list(data, results["initiative_effects"])})
    results.keep({"resting": resting(data.tables, data["assumptions"])})
    results.keep({"kpi_scopes": kpi_scopes(results["kpi_trend"], results["families"])})
