"""Make the demo company's archive of forecasts: what the twelve cycles before the current one would have said.

    python scripts/demo_archive.py

Each cycle is planned with what was known then, by this version of the engine. The overrides of those cycles
are invented by the rules of `spoken`, so that the view Accuracy has something to teach: some people know
something, some hope, some repeat last year. Takes about two minutes; same source, same bytes.
"""

from __future__ import annotations

import gzip
from dataclasses import replace

import numpy as np
import pandas as pd
from make_demo_data import TARGET

from sop_xl.demand.archive import KEPT_LAGS, archived
from sop_xl.demand.history import read_history
from sop_xl.demand.plan import plan_demand
from sop_xl.domain.plan_data import PlanData
from sop_xl.schema.frames import conform, empty_frame
from sop_xl.schema.render import to_csv
from sop_xl.schema.results import FORECAST_ARCHIVE
from sop_xl.services.transfer import combine, read_folder

CYCLES = 12
QUARTER_ENDS = (3, 6, 9, 12)
CAMPAIGNS = (4, 7, 11)


def main() -> None:
    """Plan the past cycles, oldest first, and write the archive."""
    data = combine(read_folder(TARGET), None).plan_data()
    demand = item_demand(data)
    archive = empty_frame(FORECAST_ARCHIVE)
    for back in range(CYCLES, 0, -1):
        then = as_of(data, demand, data.settings.current_period - back)
        archive = archived(archive, plan_demand(then).forecast, then)
        print(then.settings.current_period, len(archive))
    rounded = archive.round(dict.fromkeys(archive.select_dtypes("number").columns, 2))
    text = to_csv(FORECAST_ARCHIVE, conform(FORECAST_ARCHIVE, rounded))
    (TARGET / "forecast_archive.csv.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def item_demand(data: PlanData) -> pd.DataFrame:
    """Return demand by item (rows) and month (columns)."""
    history = read_history(data)
    wide = pd.DataFrame(np.nan_to_num(history.quantity), index=history.keys["item"], columns=history.periods)
    return wide.groupby(level=0).sum()


def as_of(data: PlanData, demand: pd.DataFrame, cycle: pd.Period) -> PlanData:
    """Return the company as it was before `cycle`, with what people said then."""
    items = data["items"].assign(status="active", launch_period=pd.NaT, end_period=pd.NaT)
    months = {field: items[field].astype("period[M]") for field in ("launch_period", "end_period")}
    later = ("events", "launches", "initiatives", "recent_bookings", "open_orders")
    empty = {name: data[name].iloc[:0] for name in later}
    said = data["overrides"].iloc[:0]
    rows = spoken(demand, items.set_index("item")["family"], cycle)
    overrides = pd.DataFrame(rows).reindex(columns=said.columns).astype(said.dtypes) if rows else said
    actuals = data["actuals"]
    tables = {
        **data.tables,
        **empty,
        "items": items.assign(**months),
        "overrides": overrides,
        "actuals": actuals[actuals["period"] < cycle],
    }
    return PlanData.of(replace(data.settings, current_period=cycle, horizon_months=KEPT_LAGS), tables)


def spoken(demand: pd.DataFrame, family: pd.Series, cycle: pd.Period) -> list[dict[str, object]]:
    """Return the overrides of a cycle.

    Sales asks for a quarter more than last year on road bikes in the last month of each quarter. Sales
    Southwest hears of large orders of mountain bikes and gets half of the difference right. Marketing hopes
    for a third more of its accessories in campaign months. The demand planner repeats last year for clothing.
    """
    rows: list[dict[str, object]] = []
    last = demand.loc[:, [month for month in demand.columns if cycle - 12 <= month < cycle]]
    half = last.iloc[:, -6:].sum(axis=1)
    of = {name: half[(half.index.map(family) == name) & (half > 0)].nlargest(6).index for name in family.unique()}

    def say(item: str, month: pd.Period, stream: str, quantity: float, owner: str, reason: str) -> None:
        words = {"market": "", "period": month, "stream": stream, "owner": owner, "reason": reason}
        rows.append({"item": item, **words, "quantity": float(round(max(quantity, 0.0)))})

    for month in (cycle, cycle + 1, cycle + 2):
        year_ago = demand.get(month - 12, pd.Series(0.0, index=demand.index))
        recent, came = last.iloc[:, -3:].mean(axis=1), demand.get(month)
        if month.month in QUARTER_ENDS:
            for item in of["Road Bikes"][:4]:
                say(item, month, "sales", 1.25 * max(year_ago[item], recent[item]), "Sales", "Quarter target")
        if came is not None:
            for item in of["Mountain Bikes"]:
                if abs(came[item] - recent[item]) > 0.3 * recent[item]:
                    known = (came[item] + recent[item]) / 2
                    say(item, month, "sales", known, "Sales Southwest", "Order confirmed by mail")
        if month.month in CAMPAIGNS:
            for item in of["Accessories"][:3]:
                say(item, month, "marketing", 1.33 * recent[item], "Marketing", "Campaign")
        for item in [name for name in of["Clothing"] if year_ago[name] > 0][:2]:
            say(item, month, "final", year_ago[item], "Demand planner", "As last year")
    return rows


if __name__ == "__main__":
    main()
