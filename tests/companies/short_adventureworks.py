"""Adventure Works cut short: some bikes and accessories with all their parts, a few markets, two years of history.

The same tables of the same company, in a fraction of the time; what is left refers to nothing that is gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.demo import folder as demo_folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SOLD = (
    *("BK-T18U-50", "BK-T18U-62", "BK-T18Y-62", "BK-T79U-60"),
    *("RA-H123", "HL-U509-R", "HL-U509-G", "CO-T400"),
)
"""Bikes of one family with an event, an override, a phase-out and a price initiative; accessories with launches."""
MARKETS = ("Canada Reseller", "Germany Reseller", "Southwest Internet", "Southwest Reseller")
LAUNCHES = ("Bike computer", "Green helmet")
FAMILIES = ("Touring Bikes", "Accessories", "Components", "Parts")
HORIZON = "6"
"""Months planned."""
SCENARIOS = ("Weekend shift", "No overtime")
RECIPIENTS = ("Controller", "Sales Canada Reseller", "Assembly")
"""Some who get a pack."""
FIRST_MONTH = "2024-09"
"""Where history begins: two seasons and two months before the open one."""


def write_short_company(to: Path) -> Path:
    """Write the tables of the short company as CSV files into a new folder, and return it."""
    to.mkdir(parents=True)
    tables = {
        file.name.split(".")[0]: pd.read_csv(str(file), dtype=str)
        for file in demo_folder().iterdir()
        if ".csv" in file.name
    }
    items = _with_parts(SOLD, tables["bom"])
    for name, table in tables.items():
        _cut(name, table, items).to_csv(to / f"{name}.csv", index=False)
    return to


def _with_parts(sold: Iterable[str], bom: pd.DataFrame) -> set[str]:
    """Return items and everything they are made of."""
    found: set[str] = set()
    new = {*sold}
    while new:
        found |= new
        new = {*bom.loc[bom["parent"].isin(new), "component"]} - found
    return found


def _cut(name: str, table: pd.DataFrame, items: set[str]) -> pd.DataFrame:
    """Return the rows of a table that are of the items, markets and families that are left."""
    left = {
        "item": items,
        "parent": items,
        "market": MARKETS,
        "family": FAMILIES,
        "item_or_family": FAMILIES,
        "launch": LAUNCHES,
        "scenario": SCENARIOS,
    }
    for column, values in left.items():
        if column in table:
            table = table[table[column].isna() | table[column].isin(values)]
    if name == "actuals":
        table = table[table["period"].ge(FIRST_MONTH)]
    if name == "settings":
        table = table.assign(value=table["value"].where(table["parameter"].ne("horizon_months"), HORIZON))
    if name == "recipients":
        table = table[table["recipient"].isin(RECIPIENTS)]
    return table
