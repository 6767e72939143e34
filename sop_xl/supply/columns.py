"""The columns of the plan: what may be made, bought, shipped, stored, served late or lost, and worked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.supply.agreements import add_agreement_columns
from sop_xl.supply.campaigns import add_campaign_columns
from sop_xl.supply.lots import add_lot_columns
from sop_xl.supply.room import add_room_columns
from sop_xl.supply.tiers import STOCK_TIERS

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.model import Block, ModelBuilder


def add_columns(builder: ModelBuilder, case: SupplyCase) -> dict[str, Block]:
    """Add every block of columns and return them by name; all are quantities of 0 or more."""
    return {
        **_supply(builder, case),
        **_stock(builder, case),
        **_service(builder, case),
        **_work(builder, case),
        **_setups(builder, case),
        **add_campaign_columns(builder, case),
        **add_lot_columns(builder, case),
        **add_room_columns(builder, case),
        **add_agreement_columns(builder, case),
    }


def _supply(builder: ModelBuilder, case: SupplyCase) -> dict[str, Block]:
    """Make and run by the month of finishing, buy by arrival, ship by departure, swap when taken; units a month."""
    network, months = case.network, case.months
    month = np.arange(months)
    started = month >= network.makes[["lead"]].to_numpy()
    fixed = ~np.isnan(case.targets.fixed[network.makes["node"]])
    ordered = month >= network.buys[["lead"]].to_numpy()
    arriving = month + network.ships[["lead"]].to_numpy() < months
    valid = (month >= network.swaps[["first"]].to_numpy()) & (month <= network.swaps[["last"]].to_numpy())
    choices = network.steps[network.steps["choice"]]
    late = np.where(ordered | (not _may_expedite(case)), 0.0, np.inf)
    return {
        "make": builder.add_columns("make", network.makes, months, upper=_open(started | fixed)),
        "run": builder.add_columns("run", choices, months),
        "buy": builder.add_columns("buy", network.buys, months, upper=_open(ordered)),
        "expedite": builder.add_columns("expedite", network.buys, months, upper=late),
        "ship": builder.add_columns("ship", network.ships, months, upper=_open(arriving)),
        "swap": builder.add_columns("swap", network.swaps, months, upper=_open(valid)),
    }


def _open(allowed: np.ndarray) -> np.ndarray:
    return np.where(allowed, np.inf, 0.0)


def _may_expedite(case: SupplyCase) -> bool:
    """Whether orders may be late at the supplier's: only to keep what must not break."""
    return bool(case.policy("none").any() or (case.targets.fixed > 0).any())


def _stock(builder: ModelBuilder, case: SupplyCase) -> dict[str, Block]:
    """Closing stock of each node and month in layers, in units."""
    targets = case.targets
    widths = (
        targets.minimum,
        targets.target - targets.minimum,
        np.maximum(targets.maximum - targets.target, 0.0),
        np.where(np.isinf(targets.maximum), 0.0, np.inf),
    )
    blocks = {}
    for name, width in zip(STOCK_TIERS, widths, strict=True):
        nodes = np.flatnonzero((width > 0).any(axis=1))
        keys = pd.DataFrame({"node": nodes})
        blocks[name] = builder.add_columns(name, keys, case.months, upper=width[nodes])
    return blocks


def _service(builder: ModelBuilder, case: SupplyCase) -> dict[str, Block]:
    """What customers get in the month, wait for at its end as agreed or longer, and buy elsewhere; units."""
    keys = pd.DataFrame({"node": case.sellers})
    elsewhere = case.policy("lost")[:, None]
    return {
        "serve": builder.add_columns("serve", keys, case.months),
        "backlog": builder.add_columns("backlog", keys, case.months, upper=np.where(elsewhere, 0.0, np.inf)),
        "agreed": builder.add_columns("agreed", keys, case.months, upper=case.agreed),
        "lost": builder.add_columns("lost", keys, case.months, upper=np.where(elsewhere, np.inf, 0.0)),
    }


def _work(builder: ModelBuilder, case: SupplyCase) -> dict[str, Block]:
    """Hours worked and extra shifts by resource; workers, hires, layoffs by crew; fixed quantities missed."""
    months, hours = case.months, case.hours
    used = pd.DataFrame({"resource": np.unique(case.network.steps["resource"])})
    fixed = pd.DataFrame({"node": np.flatnonzero((~np.isnan(case.targets.fixed)).any(axis=1))})
    whole = hours.crews[["whole"]].to_numpy(bool)
    columns = {
        "regular": builder.add_columns("regular", used, months),
        "overtime": builder.add_columns("overtime", used, months),
        "fixed_missed": builder.add_columns("fixed_missed", fixed, months),
        "hire": builder.add_columns("hire", hours.crews, months),
        "layoff": builder.add_columns("layoff", hours.crews, months),
    }
    if len(hours.shifts):
        most = hours.shifts[["most"]].to_numpy()
        columns["shift"] = builder.add_columns("shift", hours.shifts, months, upper=most, integer=True)
    workers = builder.add_columns("workers", hours.crews, months, integer=whole)
    return {**columns, "workers": workers}


def _setups(builder: ModelBuilder, case: SupplyCase) -> dict[str, Block]:
    """Whether what has a setup is made in the month: 1 or 0."""
    setups = case.setups.keys
    return {"setup": builder.add_columns("setup", setups, case.months, upper=1.0, integer=True)} if len(setups) else {}
