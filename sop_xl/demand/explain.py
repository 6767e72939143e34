"""Why a forecast is what it is: the sum that makes it up, the method and why, and its past errors beside naive's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.demand.causes import causes
from sop_xl.demand.consensus import FINAL, STREAMS
from sop_xl.demand.named_methods import BY_RULE
from sop_xl.domain.errors import SopError
from sop_xl.schema.planned import planned_demand
from sop_xl.schema.results import ACCURACY, FORECAST

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from sop_xl.schema.table import Table

WORDS = {
    "statistical": "statistical forecast",
    "event_qty": "events",
    "launch_qty": "launches",
    "initiative_qty": "initiatives",
    "sensing_qty": "recent bookings",
}
REASONS = (
    (BY_RULE, "a row of Class rules names it for the item's class"),
    ("Season of", "its own history shows no season, so that of its family counts as far as past origins say"),
    ("Autoregression", "three years of history or more: three members, weighed by their errors at past origins"),
    ("Theta", "one to three years of history: a season is kept only as far as its years agree"),
    ("Rate of sale", "it sells in too few months for a trend or a season: a blend of rates learned on all such items"),
    ("level", "less than a year of history: its level alone, no trend and no season"),
)
"""A part of a method's name, and why such a series is forecast so; the first that fits counts."""
MARKED = "it was marked for careful treatment"
NO_METHOD = "there is no history: what stands here comes from launches, events or people"


@dataclass(frozen=True)
class Explanation:
    """What makes up one number.

    Attributes:
        parts: statistical, event_qty, launch_qty, initiative_qty, sensing_qty; blank (NaN) is not known; in units.
        baseline: their sum, what the streams are weighed against.
        streams: figures of sales, marketing, finance and the final word that are given.
        people: what weighing the streams and the final word did: consensus less baseline.
        consensus: the number.
        orders: customer orders due in the month.
        consumed: what orders of this and near months take of the consensus.
        demand: what operations plan for: orders + consensus - consumed.
        naive: what to beat.
        methods: the methods behind it, the most frequent first.
        reason: why the first of them.
        errors: lag, wmape, naive_wmape and fva of the item's backtests, one row a lag.
        causes: what stands behind the parts, in words: events, launches with gate, probability, curve and
            analogues, initiatives, what people said and why.
    """

    item: str
    market: str
    period: pd.Period
    parts: dict[str, float]
    baseline: float
    streams: dict[str, float]
    people: float
    consensus: float
    orders: float
    consumed: float
    demand: float
    naive: float
    methods: list[str]
    reason: str
    errors: list[dict[str, float]]
    causes: list[str]

    def sentences(self) -> list[str]:
        """Return it in words."""
        where = f" in {self.market}" if self.market else ", all markets"
        parts = [f"{WORDS[name]} {value:+,.1f}" for name, value in self.parts.items() if value and np.isfinite(value)]
        said = [f"{name} {value:,.1f}" for name, value in self.streams.items()]
        lines = [
            f"{self.item}{where}, {self.period}: consensus {self.consensus:,.1f} units = "
            f"{' '.join(parts) or 'nothing'}{f' {self.people:+,.1f} by people' if round(self.people, 3) else ''}"
            f"; naive {self.naive:,.1f}."
        ]
        if self.orders or self.consumed:
            lines.append(
                f"Operations plan for {self.demand:,.1f} units: {self.orders:,.1f} of orders due, and of the consensus "
                f"the {self.consensus - self.consumed:,.1f} that no order has consumed."
            )
        lines += self.causes
        if said:
            lines.append(f"People said: {', '.join(said)}.")
        lines.append(f"Method: {self.methods[0] if self.methods else 'none'}, since {self.reason}.")
        lines += [
            f"{row['lag']:.0f} month(s) ahead it missed by {row['wmape']:.1f} %, naive by {row['naive_wmape']:.1f} %: "
            f"{row['fva']:+.1f} points."
            for row in self.errors
        ]
        return lines if self.errors else [*lines, "It was not scored: nothing was sold in the last twelve months."]


def explain(frame: Callable[[Table], pd.DataFrame], item: str, market: str, period: pd.Period) -> Explanation:
    """Return what makes up the forecast of an item in a month.

    Args:
        frame: returns a table of the workbook, input or result, as a frame.
        item: its code.
        market: blank for all markets together.
        period: the month.

    Raises:
        SopError: there is no such item, market or month in the forecast; the message says what there is.
    """
    accuracy = frame(ACCURACY)
    rows = _chosen(frame(FORECAST), item, market, period)
    rows = rows.assign(planned=planned_demand(rows))
    columns = [*WORDS, *STREAMS, FINAL, "consensus", "orders", "consumed", "planned", "naive"]
    total = rows[columns].sum(min_count=1)
    parts = {name: float(total[name]) for name in WORDS}
    baseline = float(np.nansum(list(parts.values())))
    consensus = float(np.nan_to_num(total["consensus"]))
    methods = [str(name) for name in rows.loc[rows["method"] != "", "method"].value_counts(sort=True).index]
    errors = accuracy[accuracy["item"] == item].sort_values("lag")[["lag", "wmape", "naive_wmape", "fva"]]
    return Explanation(
        item,
        market,
        period,
        parts,
        baseline,
        {name: float(total[name]) for name in (*STREAMS, FINAL) if np.isfinite(total[name])},
        consensus - baseline,
        consensus,
        float(np.nan_to_num(total["orders"])),
        float(np.nan_to_num(total["consumed"])),
        float(np.nan_to_num(total["planned"])),
        float(np.nan_to_num(total["naive"])),
        methods,
        why_method(methods[0]) if methods else NO_METHOD,
        [{str(name): float(value) for name, value in row.items()} for row in errors.to_dict("records")],
        causes(frame, item, market, period),
    )


def why_method(method: str) -> str:
    """Return why a series is forecast with the method of that name."""
    return next((reason for part, reason in REASONS if part in method), MARKED)


def _chosen(forecast: pd.DataFrame, item: str, market: str, period: pd.Period) -> pd.DataFrame:
    rows = forecast
    wanted = [("item", item), *([("market", market)] if market else []), ("period", period)]
    for column, value in wanted:
        found = rows[rows[column] == value]
        if not len(found):
            there = sorted(map(str, rows[column].unique()))
            shown = f"{there[0]} to {there[-1]}" if len(there) > 6 else ", ".join(there)
            raise SopError(f"There is no forecast of {column} '{value}'. There is: {shown or 'none; run forecast'}.")
        rows = found
    return rows
