"""What stands behind the parts of one number: its events, launches, initiatives and what people said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.demand.events import event_end
from sop_xl.demand.initiatives import DEMAND_INITIATIVES
from sop_xl.schema.frames import with_defaults
from sop_xl.schema.inputs import EVENTS, INITIATIVES, ITEMS, LEVEL_OVERRIDES, MARKETS, OVERRIDES
from sop_xl.schema.new_products import ANALOGUES, LAUNCH_PLAN, NEW_PRODUCTS
from sop_xl.schema.results import DEMAND_CHANGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sop_xl.schema.table import Table

ALL_MARKETS = " (all markets together)"


def causes(frame: Callable[[Table], pd.DataFrame], item: str, market: str, period: pd.Period) -> list[str]:
    """Return one sentence for each thing that acts on an item in a month.

    Args:
        frame: returns a table of the workbook, input or result, as a frame.
        item: its code.
        market: blank: all markets.
        period: the month.
    """
    about = _About(frame, item, market, period)
    return [*about.events(), *about.launches(), *about.losses(), *about.initiatives(), *about.people()]


class _About:
    """The tables, and the item, market and month they are asked about."""

    def __init__(self, frame: Callable[[Table], pd.DataFrame], item: str, market: str, period: pd.Period) -> None:
        self.item, self.market, self.period = item, market, period
        self.read = frame
        items, markets = frame(ITEMS).set_index("item"), frame(MARKETS).set_index("market")
        self.family = str(items["family"].get(item, ""))
        self.place = markets.loc[market].to_dict() if market in markets.index else {}
        self.where = ALL_MARKETS if market else ""

    def frame(self, table: Table) -> pd.DataFrame:
        """Return a table with the declared defaults in place of blanks."""
        return with_defaults(table, self.read(table))

    def events(self) -> Iterator[str]:
        """The events that act, with uplift in use, whose figure it is, and probability."""
        changes = self.frame(DEMAND_CHANGES)
        used = changes[changes["kind"] == "event"].drop_duplicates("name").set_index("name")
        for event in self.frame(EVENTS).itertuples():
            acts = event.from_period <= self.period <= event_end(event) and not event.past
            if not acts or event.event not in used.index or not self._touches(event.item, event.family, event.market):
                continue
            row = used.loc[event.event]
            size = f"{event.uplift_qty:+,.1f} units" if np.isfinite(event.uplift_qty) else _percent(row["uplift_pct"])
            yield f"Event {event.event}: {size} ({row['basis']}), probability {row['probability_pct']:.0f} %."

    def launches(self) -> Iterator[str]:
        """The item's launches: gate, probability, curve and analogues, and what they make of the month."""
        plan = self.frame(LAUNCH_PLAN)
        products, likes = self.frame(NEW_PRODUCTS), self.frame(ANALOGUES).dropna(subset="weight_pct")
        for launch in products[products["item"] == self.item].itertuples():
            gate = f"gate {launch.gate}" if launch.gate else "no gate"
            decided = f" decided in {launch.gate_month}" if pd.notna(launch.gate_month) else ""
            odds = f"probability {launch.probability_pct:.0f} %"
            yield f"Launch {launch.launch} ({gate}{decided}, {odds}, from {launch.launch_period}): {launch.basis}."
            if np.isfinite(launch.market):
                high = f"{launch.market_high:,.0f}" if np.isfinite(launch.market_high) else "no end known"
                ends = f" ({launch.market_low:,.0f} to {high})" if np.isfinite(launch.market_low) else ""
                words = f"Its Bass curve: market {launch.market:,.0f} units{ends}, p {launch.bass_p:.4f}"
                yield f"{words}, q {launch.bass_q:.4f}."
            if launch.weight_pct > 0:
                of_plan = f"{launch.of_plan_pct:.0f} % of what was expected"
                yield f"Its own {launch.sold_months:.0f} months ({of_plan}) weigh {launch.weight_pct:.0f} %."
            used = [
                f"{row.like_item} {row.weight_pct:.0f} %{f' ({row.reason})' if row.reason else ''}"
                for row in likes[likes["launch"] == launch.launch].itertuples()
            ]
            if used:
                yield f"Like items by weight: {', '.join(used)}."
            for row in plan[(plan["launch"] == launch.launch) & (plan["period"] == self.period)].itertuples():
                own = f", of which {row.own:,.1f} its own forecast" if row.own else ""
                yield (
                    f"In the month: sell-through {row.sell_through:,.1f}{own}, pipeline fill {row.pipeline_fill:,.1f}; "
                    f"{row.if_success:,.1f} if every gate is passed{self.where}."
                )
        changes = self.frame(DEMAND_CHANGES)
        follows = changes[(changes["scope"] == self.item) & (changes["type"] == "phase-out")]
        for row in follows[follows["period"] == self.period].itertuples():
            yield f"{row.name}: {row.basis}, {row.quantity:+,.1f} units{self.where}."

    def losses(self) -> Iterator[str]:
        """What launches of other items take from this one."""
        products = self.frame(NEW_PRODUCTS)
        takers = products.loc[products["cannibalises"] == self.item, "launch"]
        plan = self.frame(LAUNCH_PLAN)
        taken = plan[plan["launch"].isin(takers) & (plan["period"] == self.period) & (plan["taken"] > 0)]
        for row in taken.itertuples():
            yield f"Launch {row.launch} of {row.item} takes {row.taken:,.1f} of it{self.where}."

    def initiatives(self) -> Iterator[str]:
        """The approved initiatives that act, with size, target and probability."""
        table = self.frame(INITIATIVES)
        targets = ("", self.item, self.family, self.market)
        for row in table[(table["status"] == "approved") & table["type"].isin(DEMAND_INITIATIVES)].itertuples():
            after = pd.isna(row.from_period) or row.from_period <= self.period
            before = pd.isna(row.to_period) or self.period <= row.to_period
            elsewhere = not self.market and row.target in set(self.frame(MARKETS)["market"])
            if not (after and before and (row.target in targets or elsewhere)):
                continue
            sizes = [_percent(row.delta_pct)] if np.isfinite(row.delta_pct) else []
            sizes += [f"{row.delta_qty:+,.1f} units a month"] if np.isfinite(row.delta_qty) else []
            name = f"{row.initiative} {row.name}".strip()
            words = f"{' and '.join(sizes) or 'no size'} on {row.target or 'everything'}"
            yield f"Initiative {name}: {words}, probability {row.probability_pct:.0f} %."

    def people(self) -> Iterator[str]:
        """What was said about the item, or about a level it belongs to, by whom and why."""
        own = self.frame(OVERRIDES)
        for row in own[(own["item"] == self.item) & (own["period"] == self.period)].itertuples():
            if self._touches(self.item, "", row.market) and np.isfinite(row.quantity):
                yield _said(row, row.market or "the whole item")
        levels = self.frame(LEVEL_OVERRIDES)
        for row in levels[levels["period"] == self.period].itertuples():
            inside = all(
                not given or not self.market or given == self.place.get(name)
                for name, given in (("region", row.region), ("channel", row.channel))
            )
            if inside and row.family in ("", self.family):
                yield _said(row, " ".join(filter(None, (row.family, row.region, row.channel))) or "the company")

    def _touches(self, item: str, family: str, market: str) -> bool:
        return (
            item in ("", self.item) and family in ("", self.family) and (not self.market or market in ("", self.market))
        )


def _percent(value: float) -> str:
    return f"{value:+.1f} %" if np.isfinite(value) else "no uplift"


def _said(row: object, where: str) -> str:
    values = {name: getattr(row, name) for name in ("stream", "mode", "quantity", "owner", "reason")}
    who = f" by {values['owner']}" if values["owner"] else ""
    why = f": {values['reason']}" if values["reason"] else ", no reason given"
    return f"Override ({values['stream']}, {values['mode'] or 'replace'} {values['quantity']:,.1f}, {where}){who}{why}."
