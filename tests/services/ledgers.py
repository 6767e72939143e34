"""Workbooks linked to ledgers, as the tests of commit and sync need them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sop_xl.adapters.ledger.opening import create_file
from sop_xl.adapters.memory_workbook import MemoryWorkbook
from sop_xl.schema import ALL_TABLES
from sop_xl.schema.inputs import ACTUALS
from sop_xl.schema.render import render
from sop_xl.services.ledger_sync import Sync, User, synchronise
from sop_xl.services.partner import GUID
from sop_xl.services.projection import typed_facts
from tests.ledger.cases import FactKey, facts, plain

if TYPE_CHECKING:
    from pathlib import Path

    from sop_xl.adapters.ledger.ledger import SqlLedger
    from sop_xl.services.ledger_sync import Choice

USER = User("A. Meyer", dt.datetime(2026, 11, 4, 9, 30))
PATH = "C:/plans/plan.xlsm"


@dataclass
class Desk:
    """A workbook in memory and its ledger in a file."""

    workbook: MemoryWorkbook
    ledger: SqlLedger
    path: str = PATH

    def sync(self, *, others: dict[str, str] | None = None, choice: Choice = "") -> Sync:
        """Bring both to one state; `others` are the GUIDs of workbooks that stand elsewhere."""
        guid_at = (others or {}).get
        return synchronise(
            self.workbook,
            self.ledger,
            path=self.path,
            guid_at=lambda path: guid_at(path, ""),
            user=USER,
            choice=choice,
        )

    def type(self, *rows: tuple[FactKey, float | None, float | None]) -> None:
        """Make these rows all there is on the sheet Actuals, as a user would."""
        self.workbook.put(ACTUALS, render(ACTUALS, facts(*rows).assign(batch="")))

    @property
    def sheet(self) -> dict[FactKey, tuple[float | None, float | None]]:
        """Quantity and value on the sheet, by key."""
        found = typed_facts(self.workbook)
        return {key: (quantity, value) for key, (quantity, value, _) in plain(found).items()}


def desk(folder: Path, guid: str = "guid-1") -> Desk:
    """Return a workbook and an empty ledger of its own."""
    workbook = MemoryWorkbook(ALL_TABLES, "plan.xlsm")
    workbook.write_property(GUID, guid)
    workbook.commit()
    return Desk(workbook, create_file(folder / "plan.sopledger", guid, PATH))
