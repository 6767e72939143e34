"""Writing the calendar of a cycle: the data version that is signed, the list of changes, and what the ledger keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sop_xl.domain.ledger_log import KeptKind, KeptTable, LoggedChange
from sop_xl.schema.inputs import CYCLE_STEPS
from sop_xl.schema.render import render
from sop_xl.schema.results import CHANGES
from sop_xl.services import log
from sop_xl.services.compare import compare
from sop_xl.services.step_rules import cycle_of

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from sop_xl.ports import Workbook
    from sop_xl.services.inputs import Inputs
    from sop_xl.services.memory import Memory


@dataclass(frozen=True)
class Signing:
    """What is written down of a signature: why the cells changed, who did it, when."""

    reason: str
    who: str
    at: dt.datetime


def data_version(workbook: Workbook, memory: Memory | None) -> str:
    """Return the data version in words: the last batch of the ledger and the last run that stands."""
    head = memory.ledger.head() if memory else None
    run = log.last_standing(log.read_log(workbook))
    return ", ".join(filter(None, (str(head) if head else "", run)))


def write_steps(
    workbook: Workbook,
    memory: Memory | None,
    inputs: Inputs,
    frame: pd.DataFrame,
    signing: Signing,
    kept: dict[str, pd.DataFrame],
) -> None:
    """Write the steps and the list of changes, once the ledger knows of them."""
    found = compare(CYCLE_STEPS, inputs.parsed[CYCLE_STEPS.name].frame, frame).changes
    before = log.read_log(workbook, CHANGES)
    number = before.loc[before["run"].str.startswith("S"), "run"].nunique() + 1
    mark, cycle = f"S{number:04d}", cycle_of(inputs)
    workbook.write_cells(CYCLE_STEPS, render(CYCLE_STEPS, frame))
    rows = [log.change_row(mark, signing.at, c, f"{signing.reason}, {signing.who}", "user") for c in found]
    log.append(workbook, CHANGES, before, rows)
    if memory:
        changes = [LoggedChange(c, mark, signing.at, signing.who, signing.reason, "user") for c in found]
        tables = [
            KeptTable(KeptKind.SIGNED, cycle, name, table, mark, signing.at, signing.who, signing.reason)
            for name, table in kept.items()
        ]
        memory.ledger.log(changes=changes, tables=tables)
    workbook.commit()
