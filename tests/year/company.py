"""A company as it stood months ago: its input tables without what nobody could know then."""

from __future__ import annotations

import csv
import gzip
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Row = dict[str, str]
Tables = dict[str, list[Row]]

NOT_YET = ("open_orders", "recent_bookings", "overrides", "cycle_steps", "forecast_archive", "calendar", "recipients")
"""Tables that tell of the months after; the year begins without them."""


def read_folder(folder: Path) -> Tables:
    """Return the tables of a folder of CSV files, packed or not, cell by cell as text."""
    tables = {}
    for path in sorted(folder.iterdir()):
        if path.name.endswith((".csv", ".csv.gz")):
            opened = gzip.open if path.suffix == ".gz" else open
            with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
                tables[path.name.split(".")[0]] = list(csv.DictReader(file))
    return tables


def write_table(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows that share their fields as a CSV file."""
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in listed for name in row)), restval="")
        writer.writeheader()
        writer.writerows(listed)


def as_of(tables: Tables, cycle: str) -> Tables:
    """Return the tables as they were when `cycle`, YYYY-MM, was the open month.

    Scenarios, decisions and initiatives wait as ideas; stock is that of the last count before, else today's.
    """
    then = {name: rows for name, rows in tables.items() if name not in NOT_YET}
    then["settings"] = [
        row | {"value": cycle} if row["parameter"] == "current_period" else row for row in tables["settings"]
    ]
    then["actuals"] = [row for row in tables["actuals"] if row["period"] < cycle]
    for name, status in (("initiatives", "idea"), ("scenarios", "draft")):
        then[name] = [row | {"status": status} for row in tables.get(name, [])]
    return {name: rows for name, rows in then.items() if rows}


def month_after(month: str, count: int = 1) -> str:
    """Return the month `count` months later, YYYY-MM."""
    place = int(month[:4]) * 12 + int(month[5:]) - 1 + count
    return f"{place // 12:04d}-{place % 12 + 1:02d}"
