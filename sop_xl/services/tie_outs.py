"""What ledger and packs say outside the workbook, kept in its table Tie-outs for the sheet Checks to hold against."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.domain.errors import WorkbookError
from sop_xl.schema.frames import conform
from sop_xl.schema.render import render
from sop_xl.schema.results import TIE_OUTS
from sop_xl.services.log import read_log

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sop_xl.domain.batch import DataVersion
    from sop_xl.ports import Workbook
    from sop_xl.services.packs import Packs
    from sop_xl.share.read_back import Shown

LEDGER, PACK = "ledger ", "pack "
"""What the name of a figure begins with: where it comes from."""


def show_ledger(workbook: Workbook, facts: pd.DataFrame, version: DataVersion) -> None:
    """Stage how many facts the ledger holds for the sheet Actuals, and what their units and values add up to."""
    sums = {name: fsum(facts[name].dropna()) for name in ("quantity", "value")}
    figures = {"rows": float(len(facts)), "units": sums["quantity"], "value": sums["value"]}
    rows = ({"figure": f"{LEDGER}{name}", "value": figure} for name, figure in figures.items())
    _put(workbook, LEDGER, ({"state": str(version), "page": "", **row} for row in rows))


def show_pack(workbook: Workbook, run: str, shown: Iterable[Shown]) -> None:
    """Stage what the executive pack of a run shows, as it was read back from its files."""
    rows = ({"figure": f"{PACK}{s.figure}", "state": run, "value": s.value, "page": s.page} for s in shown)
    _put(workbook, PACK, rows)


def keep_shown(workbook: Workbook, packs: Packs) -> list[str]:
    """Keep in the workbook what executives see; where it cannot be written now, that is told, and packs leave still."""
    if not packs.shown:
        return []
    show_pack(workbook, packs.run, packs.shown)
    try:
        workbook.commit()
    except WorkbookError as fault:
        return [f"The workbook does not know what the pack shows: {fault}"]
    return []


def _put(workbook: Workbook, source: str, rows: Iterable[Mapping[str, object]]) -> None:
    """Replace the figures of one source; a workbook that is too old to have the table stays without."""
    if TIE_OUTS.excel_name not in workbook.tables():
        return
    before = read_log(workbook, TIE_OUTS)
    others = before[~before["figure"].str.startswith(source)]
    frame = pd.concat([others, conform(TIE_OUTS, pd.DataFrame(list(rows)))], ignore_index=True)
    workbook.write_cells(TIE_OUTS, render(TIE_OUTS, frame.sort_values("figure", ignore_index=True)))
