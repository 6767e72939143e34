"""Key figures of operations: accuracy, service, load and targets."""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sop_xl.cycle.history import demand_history
from sop_xl.cycle.kpi import KPI_MONTHS, Kpi, at_least, at_most, months_ahead, percent, total
from sop_xl.domain.calendar import month_text
from sop_xl.schema.results import ALL

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

LAG = 1
ARCHIVED_MONTHS = 3
"""Closed months from which the archive of forecasts is what accuracy is measured by."""
FVA_SLACK = 2.0
BIAS_LIMITS = (5.0, 10.0)
SERVICE_SLACK = 2.0
LATE_SLACK = 2.0
LOAD_LIMITS = (100.0, 110.0)
OVERTIME_LIMITS = (2.0, 5.0)
BELOW_TARGET_LIMITS = (2.0, 10.0)


def demand_kpi(data: PlanData, forecast: pd.DataFrame) -> Kpi:
    """Return how much the demand of the next 12 months is above that of the last 12."""
    now = data.settings.current_period
    history = demand_history(data)
    past = total(history.loc[history["period"].ge(now - KPI_MONTHS), "quantity"])
    ahead = total(forecast.loc[forecast["period"].lt(now + KPI_MONTHS), "consensus"])
    short = len(data.calendar.periods) < KPI_MONTHS
    return Kpi(
        "growth",
        "Demand growth",
        nan if short else percent(ahead - past, past),
        "%",
        "Consensus forecast of the next 12 months over the demand of the last 12 closed ones, less 1, in units; blank "
        "where fewer are planned.",
    )


class Measured(NamedTuple):
    """How far the company's forecast was from what came, one month ahead.

    Attributes:
        wmape, naive_wmape, bias: in points.
        source: consensus, as cycles archived it, or backtest, of the statistical forecast.
        words: what is measured, for definitions.
        months: closed months measured.
    """

    wmape: float
    naive_wmape: float
    bias: float
    source: str
    words: str
    months: int


def measured(accuracy: pd.DataFrame, steps: pd.DataFrame) -> Measured:
    """Return the archived consensus's error where three closed months know it, else that of the backtest."""
    mine = steps[steps["family"].eq(ALL) & steps["item"].eq(ALL) & steps["lag"].eq(LAG)].set_index("step")
    if {"naive", "consensus"} <= set(mine.index) and mine.at["consensus", "months"] >= ARCHIVED_MONTHS:
        last = mine.loc["consensus"]
        words = "of the consensus that each cycle archived, all items it planned: the view Accuracy shows the same"
        return Measured(last["wmape"], mine.at["naive", "wmape"], last["bias"], "consensus", words, int(last["months"]))
    company = accuracy[accuracy["family"].eq("") & accuracy["item"].eq("") & accuracy["lag"].eq(LAG)]
    row = company.iloc[0] if len(company) else pd.Series(nan, index=["wmape", "bias", "naive_wmape", "months"])
    words = "of the statistical forecast in a backtest, items still planned, until three cycles have seen a month close"
    months = 0 if isnan(row["months"]) else int(row["months"])
    return Measured(row["wmape"], row["naive_wmape"], row["bias"], "backtest", words, months)


def accuracy_kpis(accuracy: pd.DataFrame, steps: pd.DataFrame) -> list[Kpi]:
    """Return the company's accuracy, bias and value added of the forecast one month ahead.

    Args:
        accuracy: the result table `accuracy`: the backtest.
        steps: the result table `accuracy_steps`: what cycles archived.
    """
    found = measured(accuracy, steps)
    value, naive, bias = _accuracy_pct(found.wmape), _accuracy_pct(found.naive_wmape), float(found.bias)
    good, watch = BIAS_LIMITS
    added = float(found.naive_wmape - found.wmape)
    whose = f"One month ahead, {found.words}"
    return [
        Kpi(
            "accuracy",
            f"Forecast accuracy: {found.source}" + (f", {found.months} months" if found.months else ""),
            value,
            "%",
            f"1 - sum of absolute errors / sum of demand (WMAPE), by item. {whose}. The target is the naive "
            "forecast's, watch within 2 points below it.",
            naive,
            at_least(value, naive, FVA_SLACK),
        ),
        Kpi(
            "bias",
            "Forecast bias" + bias_word(bias),
            bias,
            "%",
            "Sum of actual - forecast over sum of actual: below zero is over-forecast; good within 5 %, watch within "
            f"10 %. {whose}.",
            0.0,
            at_most(abs(bias), good, watch - good),
        ),
        Kpi(
            "fva",
            "Forecast value added",
            added,
            "points",
            "WMAPE of the naive forecast less that of ours: above zero the forecast earns its keep; watch within 2 "
            f"points below. {whose}.",
            0.0,
            at_least(added, 0.0, FVA_SLACK),
        ),
    ]


def bias_word(bias: float) -> str:
    """Return which side the bias is on, to stand beside its sign."""
    if isnan(bias) or bias == 0:
        return ""
    return ": over-forecast" if bias < 0 else ": under-forecast"


def _accuracy_pct(wmape: float) -> float:
    return nan if isnan(wmape) else max(0.0, 100.0 - wmape)


def service_kpis(data: PlanData, supply_plan: pd.DataFrame, shortages: pd.DataFrame) -> list[Kpi]:
    """Return service, late and lost units, what they are worth, and what is missing to target stock."""
    ahead = months_ahead(data)
    span = f"the next {len(ahead)} months"
    plan = supply_plan[supply_plan["period"].isin(ahead)]
    demand, late, lost = customer_units(plan)
    missing = float((plan["target"] - plan["closing"]).clip(lower=0.0).sum()) / len(ahead)
    aim = float(plan["target"].sum()) / len(ahead)
    at_stake = shortages[shortages["period"].isin(ahead) & shortages["kind"].isin(["late", "lost"])]["value"]
    target = 100.0 * data.settings.service_level
    service = percent(demand - late - lost, demand)
    good, watch = BELOW_TARGET_LIMITS
    return [
        Kpi(
            "service",
            "Service",
            service,
            "%",
            f"Customer demand of {span} that leaves in its month or waits as agreed, over that demand, oldest "
            "orders served first; watch within 2 points below the service level.",
            target,
            at_least(service, target, SERVICE_SLACK),
        ),
        Kpi(
            "late_units",
            "Late units",
            late,
            "units",
            f"Customer demand of {span} still open when its month ends; watch up to 2 % of demand.",
            0.0,
            at_most(late, 0.0, demand * LATE_SLACK / 100.0),
        ),
        Kpi(
            "lost_units",
            "Lost units",
            lost,
            "units",
            f"Customer demand of {span} that is never served; watch up to 2 % of demand.",
            0.0,
            at_most(lost, 0.0, demand * LATE_SLACK / 100.0),
        ),
        Kpi(
            "at_stake",
            "Late and lost in money",
            round(float(at_stake.sum()), 2),
            data.settings.currency,
            f"Late and lost quantities of {span} at net price.",
        ),
        Kpi(
            "below_target",
            "Below target stock",
            missing,
            "units",
            f"Units missing to target stock, the average month end of the next {len(ahead)}; good up to 2 % of the "
            "target, watch up to 10 %.",
            0.0,
            at_most(missing, aim * good / 100.0, aim * (watch - good) / 100.0),
        ),
    ]


def load_kpis(data: PlanData, load: pd.DataFrame) -> list[Kpi]:
    """Return the highest planned load, the highest wanted one, and the overtime, of the months ahead.

    Both loads are hours over regular hours. Wanted hours are judged by the hours there are with overtime.
    """
    months = months_ahead(data)
    ahead = load[load["period"].isin(months)].sort_values(["resource", "period"], ignore_index=True)
    regular = ahead["available_hours"]
    planned, wanted = (_load_pct(ahead[hours], regular) for hours in ("required_hours", "wanted_hours"))
    limit = _load_pct(regular + ahead["overtime_limit"].fillna(0.0), regular)
    overtime, all_regular = float(ahead["overtime_hours"].sum()), float(regular.sum())
    good, watch = OVERTIME_LIMITS
    return [
        _peak("peak_load", "Peak load", ahead, planned, _PLANNED.format(len(months))),
        _peak("peak_wanted", "Peak of wanted hours", ahead, wanted, _WANTED.format(len(months)), limit),
        Kpi(
            "overtime",
            "Overtime",
            overtime,
            "hours",
            f"Hours of the next {len(months)} months worked in overtime; good up to 2 % of regular hours, watch up to "
            "5 %.",
            0.0,
            at_most(overtime, all_regular * good / 100.0, all_regular * (watch - good) / 100.0) if all_regular else "",
        ),
    ]


def customer_units(plan: pd.DataFrame) -> tuple[float, float, float]:
    """Return the units customers want, those served after their month, and those lost, of a supply plan.

    Oldest orders are served first, so what is open at a month's end is that month's demand as far as
    the month has any, and older orders beyond that. What waits by agreement, an order book, is not late.
    """
    demand = (plan["demand"] - plan["used"].fillna(0.0)).clip(lower=0.0)
    lost = plan["lost"].fillna(0.0)
    waiting = (plan["backlog"].fillna(0.0) - plan["agreed"].fillna(0.0)).clip(lower=0.0)
    late = np.minimum(waiting, (demand - lost).clip(lower=0.0))
    return float(demand.sum()), float(late.sum()), float(lost.sum())


_PLANNED = (
    "Highest planned hours over regular hours of any resource in a month, of the next {}; the earliest month where "
    "several are equal; good up to 100 %, watch up to 110 %."
)
_WANTED = (
    "Hours, if all demand were made in its month, over regular hours, of the next {}, where most beyond the hours "
    "there are with overtime (the target); good up to them, watch up to 10 % beyond, more must be pre-built or comes "
    "late."
)


def _load_pct(hours: pd.Series, limit: pd.Series) -> pd.Series:
    """Hours over their limit in points; blank where there are no hours to work in."""
    return 100.0 * hours / limit.where(limit > 0)


def _peak(
    kpi: str, name: str, load: pd.DataFrame, pct: pd.Series, definition: str, limit: pd.Series | None = None
) -> Kpi:
    """Return the peak of a load in points, judged by its limit: 100 %, or what each row of `limit` says."""
    limit = pct.where(pct.isna(), LOAD_LIMITS[0]) if limit is None else limit
    worst = worst_month(load, pct / limit)
    if worst is None:
        return Kpi(kpi, name, nan, "%", definition, LOAD_LIMITS[0])
    where = f"{load.at[worst, 'resource']}, {month_text(load.at[worst, 'period'])}"
    value, target = float(pct[worst]), float(limit[worst])
    slack = target * (LOAD_LIMITS[1] / LOAD_LIMITS[0] - 1.0)
    return Kpi(kpi, f"{name}: {where}", value, "%", definition, target, at_most(value, target, slack))


def worst_month(load: pd.DataFrame, share: pd.Series) -> int | None:
    """Return the row with the highest share; None where there is no figure.

    Of equal ones, to 1e-6, it is the earliest month, then the resource with the most wanted hours, then
    the first by name.
    """
    known = load.assign(share=share.round(6)).dropna(subset=["share"])
    order = known.sort_values(
        ["share", "period", "wanted_hours", "resource"], ascending=[False, True, False, True], kind="stable"
    )
    return int(order.index[0]) if len(order) else None
