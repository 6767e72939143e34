"""What a closed month says: actuals against the plan of its cycle, what differs most and why, what goes on from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.cycle.headlines import LINES, WORST, amount
from sop_xl.cycle.opening_stock import COUNTED, KEPT, PLANNED
from sop_xl.domain.calendar import month_text
from sop_xl.domain.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.cycle.opening_stock import OpeningStock
    from sop_xl.domain.plan_data import PlanData

DEMAND_MEASURES = ("bookings", "shipments")
"""In order of preference: the first one an item has any of is its demand."""
STREAMS = {"final": "an override", "sales": "sales input", "marketing": "marketing input", "finance": "finance input"}
EXTRAS = {"event_qty": "events", "launch_qty": "a launch", "initiative_qty": "initiatives", "sensing_qty": "sensing"}


@dataclass(frozen=True)
class ClosedMonth:
    """A month and all that is known of it when it is closed.

    Attributes:
        data: the input of the cycle that ends; its current month is the one closed.
        actuals: the facts, the closed month's among them.
        results: forecast, supply_plan, finance and item_costs as the cycle left them.
        opening: the stock that the next month starts with.
    """

    data: PlanData
    actuals: pd.DataFrame
    results: Mapping[str, pd.DataFrame]
    opening: OpeningStock

    @property
    def period(self) -> pd.Period:
        """The month that is closed."""
        return self.data.settings.current_period

    def measure(self, *names: str) -> pd.DataFrame:
        """Return the month's facts of the first measure that an item has any of."""
        rows = self.actuals[self.actuals["period"].eq(self.period)]
        found, seen = [], set[str]()
        for name in names:
            own = rows[rows["measure"].eq(name) & ~rows["item"].isin(seen)]
            seen |= set(own["item"])
            found.append(own)
        return pd.concat(found, ignore_index=True)

    def planned(self, table: str) -> pd.DataFrame:
        """Return the month's rows of a result of the cycle that ends."""
        frame = self.results[table]
        return frame[frame["period"].eq(self.period)]


def closing_lines(month: ClosedMonth, more: Sequence[str]) -> list[str]:
    """Return ten sentences at most: demand, money, accuracy, the largest misses and why, production, stock.

    Args:
        month: the month that is closed.
        more: what else changed, as sentences; they come last.
    """
    misses = _misses(month)
    fixed = [
        _demand(month, misses),
        _revenue(month),
        _accuracy(month, misses),
        *_largest(month, misses),
        _made(month),
        _stock(month),
        _opening(month),
    ]
    return [*(line for line in fixed if line), *more][:LINES]


def _misses(month: ClosedMonth) -> pd.DataFrame:
    """Return actual and planned units by item and market, and the value of the difference at net price."""
    actual = month.measure(*DEMAND_MEASURES).groupby(["item", "market"])["quantity"].sum().rename("actual")
    plan = month.planned("forecast").groupby(["item", "market"])["consensus"].sum().rename("plan")
    both = pd.concat([actual, plan], axis=1).fillna(0.0)
    price = month.results["item_costs"].set_index("item")["net_price"]
    unit = price.reindex(both.index.get_level_values("item")).fillna(0.0).to_numpy()
    miss = both["actual"] - both["plan"]
    return both.assign(miss=miss, worth=(miss * unit).round(2)).reset_index(names=["item", "market"])


def _demand(month: ClosedMonth, misses: pd.DataFrame) -> str:
    actual, plan = misses["actual"].sum(), misses["plan"].sum()
    return (
        f"{month_text(month.period)} is closed: demand was {amount(actual, 'units')}, "
        f"{_against(actual, plan, 'units')} the plan of {amount(plan, 'units')}."
    )


def _against(actual: float, plan: float, unit: str) -> str:
    """Return `120 units (4.0 %) above`."""
    gap = actual - plan
    share = f" ({abs(gap) / abs(plan):.1%})" if plan else ""
    return f"{amount(abs(gap), unit)}{share} {'above' if gap >= 0 else 'below'}"


def _revenue(month: ClosedMonth) -> str:
    currency = month.data.settings.currency
    sold = month.measure("shipments")
    finance = month.planned("finance")
    plan = finance.loc[finance["line"].eq("revenue") & finance["version"].eq("plan"), "amount"].sum(min_count=1)
    actual = sold["value"].sum(min_count=1)
    if np.isnan(actual) or np.isnan(plan):
        return "Revenue: not given for this month." if np.isnan(actual) else "Revenue: it was not planned."
    price = month.results["item_costs"].set_index("item")["net_price"]
    at_plan = float((sold["quantity"] * sold["item"].map(price)).sum())
    volume, prices = at_plan - plan, actual - at_plan
    return (
        f"Revenue was {amount(actual, currency)}, {_against(actual, plan, currency)} the plan: "
        f"{volume:+,.0f} by volume and mix, {prices:+,.0f} by price."
    )


def _accuracy(month: ClosedMonth, misses: pd.DataFrame) -> str:
    actual = misses["actual"].sum()
    if not actual:
        return ""
    error, bias = misses["miss"].abs().sum() / actual, -misses["miss"].sum() / actual
    lean = "over" if bias >= 0 else "under"
    return f"Forecast: accuracy {1 - error:.1%} by item and market; it was {lean} what came by {abs(bias):.1%}."


def _largest(month: ClosedMonth, misses: pd.DataFrame) -> list[str]:
    """Return the items that missed their plan most in money, each with what its plan was made of."""
    items = misses.groupby("item")[["actual", "plan", "miss", "worth"]].sum()
    items["size"] = items["worth"].abs()
    worst = items[items["miss"].abs() > 0.5].sort_values(["size", "plan"], ascending=False, kind="stable").head(WORST)
    currency = month.data.settings.currency
    return [
        f"{item}: {amount(row['actual'], 'units')} came, {amount(row['plan'], 'units')} were planned "
        f"({row['worth']:+,.0f} {currency}){_why(month, str(item), row)}."
        for item, row in worst.iterrows()
    ]


def _why(month: ClosedMonth, item: str, row: pd.Series) -> str:
    """Return what explains the gap as far as the tables know: a stop, a launch, an override, events in the plan."""
    rows = month.planned("forecast")
    rows = rows[rows["item"].eq(item)]
    if rows.empty:
        return "; it was not in the forecast"
    reasons = [f"{amount(total, 'units')} of {words}" for name, words in EXTRAS.items() if (total := rows[name].sum())]
    reasons += [words for stream, words in STREAMS.items() if rows[stream].notna().any()]
    shortages = month.results["shortages"]
    short = shortages[shortages["item"].eq(item) & shortages["period"].eq(month.period)]
    if row["miss"] < 0 and len(short):
        return f"; the plan already had a shortage: {short.iloc[0]['reason'].rstrip('.')}"
    return f"; the plan held {', '.join(reasons)}" if reasons else "; the statistical forecast alone"


def _made(month: ClosedMonth) -> str:
    made = month.measure("production")["quantity"].sum(min_count=1)
    plan = month.planned("supply_plan")["production"].sum()
    if np.isnan(made):
        return ""
    return f"Production was {amount(made, 'units')}, {_against(made, plan, 'units')} the plan."


def _stock(month: ClosedMonth) -> str:
    counted_rows = month.measure("inventory")
    if counted_rows.empty:
        return ""
    plan = month.planned("supply_plan")
    plan = plan[plan["item"].isin(counted_rows["item"])]["closing"].sum()
    there = counted_rows["quantity"].sum()
    return f"Stock counted at the end was {amount(there, 'units')}, {_against(there, plan, 'units')} the plan's."


def _opening(month: ClosedMonth) -> str:
    opening = month.opening
    words = {COUNTED: "counted", PLANNED: "as the plan left it", KEPT: "as it was before"}
    parts = [f"{opening.count(basis)} {text}" for basis, text in words.items() if opening.count(basis)]
    planned = opening.stock[opening.basis.eq(PLANNED)]
    names = [
        f"{item} at {place}" if place else item for item, place in planned[["item", "location"]].to_numpy()[:WORST]
    ]
    named = f"; not counted: {', '.join(names)}{' and others' if len(planned) > WORST else ''}" if names else ""
    lost = f"; {', '.join(opening.unplaced)}: counted without a location, not used" if opening.unplaced else ""
    head = f"Opening stock of {month_text(month.period + 1)}"
    return f"{head}: {counted(len(opening.stock), 'place')}, {', '.join(parts)}{named}{lost}."
