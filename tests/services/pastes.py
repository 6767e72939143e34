"""Pastes for the company two_plants, which closes January 2027, and its workbook beside a ledger."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sop_xl.actuals.csv_text import read_text
from sop_xl.adapters.ledger.place import Surroundings
from sop_xl.adapters.ledger.places import LedgerPlaces
from sop_xl.services.ledger_sync import User
from sop_xl.services.memory import remembering
from sop_xl.services.partner import GUID
from sop_xl.services.paste import Wish, commit_paste
from tests.services.company import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sop_xl.actuals.raw import RawPaste
    from sop_xl.ports import LinkedWorkbook
    from sop_xl.services.memory import Memory
    from sop_xl.services.paste import Committed

USER = User("A. Meyer", NOW)
HEADER = "measure,item,market,period,quantity,value"
ROWS = (
    "shipments,CH-1,East,2027-01,22,1320",
    "shipments,CH-1,North,2027-01,18,1080",
    "shipments,CH-2,South,2027-01,30,2160",
    "shipments,TB-1,East,2027-01,10,1600",
)
BAD = "shipments,XX-9,West,2027-01,5,100"
"""An item and a market that the company does not have."""


def places(folder: Path, **more: Any) -> LedgerPlaces:
    """Return where the ledger of a workbook in this folder may be."""
    return LedgerPlaces(str(folder / "plan.xlsm"), Surroundings(folder / "local"), GUID, **more)


def csv(*rows: str, name: str = "january.csv") -> RawPaste:
    """Return a paste of these rows."""
    return read_text("\n".join([HEADER, *rows]).encode(), name)


@contextmanager
def memory_of(workbook: LinkedWorkbook, folder: Path, **more: Any) -> Iterator[Memory]:
    """Open the workbook's ledger as a command for actuals does."""
    with remembering(workbook, places(folder), USER, begin=False, **more) as memory:
        yield memory


def commit(workbook: LinkedWorkbook, folder: Path, raw: RawPaste, **wish: Any) -> Committed:
    """Commit a paste with a reason, unless another wish is given."""
    with memory_of(workbook, folder) as memory:
        return commit_paste(workbook, memory, raw, replace(Wish(reason="as told by finance"), **wish))
