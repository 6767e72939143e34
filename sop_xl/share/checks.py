"""What must hold between the figures of a pack, so that a reader need not add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    Tables = Mapping[str, pd.DataFrame]

CENT, UNIT, HOUR = 0.005, 0.01, 0.01


@dataclass(frozen=True)
class Check:
    """One thing that must hold: two figures that are the same, or one that is not above another.

    Attributes:
        name: what must hold.
        expected, found: the two figures.
        tolerance: how far apart they may be.
    """

    name: str
    expected: float
    found: float
    tolerance: float

    @property
    def difference(self) -> float:
        """How far they are apart."""
        return self.found - self.expected

    @property
    def holds(self) -> bool:
        """Whether it does."""
        return abs(self.difference) <= self.tolerance


def checks_of(tables: Tables, months: pd.PeriodIndex) -> tuple[Check, ...]:
    """Return the checks of a plan over the months ahead."""
    return (
        *_money(tables, months),
        _bridge(tables),
        _stock_value(tables, months),
        _balance(tables, months),
        _hours(tables, months),
    )


def _money(tables: Tables, months: pd.PeriodIndex) -> list[Check]:
    lines, families = tables["finance"], tables["family_plan"]
    lines = lines[lines["period"].isin(months) & lines["version"].eq("plan")]
    families = families[families["period"].isin(months)]
    checks = [
        Check(
            f"{name} by line = {name} by family, months ahead",
            float(lines.loc[lines["line"].eq(line), "amount"].sum()),
            float(families[line].sum()),
            CENT,
        )
        for line, name in (("revenue", "Revenue"), ("cogs", "Cost of sales"))
    ]
    parts = lines.groupby("line")["amount"].sum()
    margin = float(parts.get("revenue", 0.0) - parts.get("cogs", 0.0))
    found = float(parts.get("gross_margin", 0.0))
    return [*checks, Check("Revenue - cost of sales = gross margin", margin, found, CENT)]


def _bridge(tables: Tables) -> Check:
    rows = tables["bridge"]
    ends = float(rows.loc[rows["step"].eq("end"), "amount"].sum())
    rest = float(rows.loc[rows["step"].ne("end"), "amount"].sum())
    return Check("Start and steps of every bridge = its end", ends, rest, CENT)


def _stock_value(tables: Tables, months: pd.PeriodIndex) -> Check:
    plan, lines = tables["supply_plan"], tables["finance"]
    ends = float(plan.loc[plan["period"].isin(months), "closing_value"].sum())
    booked = lines["line"].eq("inventory_value") & lines["period"].isin(months) & lines["version"].eq("plan")
    return Check(
        "Stock of the supply plan = stock in money, all months", ends, float(lines.loc[booked, "amount"].sum()), CENT
    )


def _balance(tables: Tables, months: pd.PeriodIndex) -> Check:
    plan = tables["supply_plan"][tables["supply_plan"]["period"].isin(months)]
    into = plan[["opening", "production", "purchases", "received"]].fillna(0.0).sum(axis=1)
    out = plan[["served", "shipped_out", "scrapped"]].fillna(0.0).sum(axis=1)
    worst = (into - out - plan["closing"].fillna(0.0)).abs().max() if len(plan) else 0.0
    return Check("Opening + supply - served = closing, every item and month", 0.0, float(worst), UNIT)


def _hours(tables: Tables, months: pd.PeriodIndex) -> Check:
    load, made = tables["load"], tables["production"]
    planned = float(load.loc[load["period"].isin(months), "required_hours"].sum())
    worked = float(made.loc[made["period"].isin(months), "hours"].sum())
    return Check("Hours of the lots = hours of the resources", planned, worked, HOUR * max(len(load), 1))
