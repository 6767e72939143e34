"""The ledger of one workbook, as services ask for it: found, opened or made, copied for a copy."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sop_xl.adapters.ledger.ledger import SqlLedger, no_step
from sop_xl.adapters.ledger.link import fork, is_database, link
from sop_xl.adapters.ledger.opening import open_file, open_url
from sop_xl.adapters.ledger.place import find
from sop_xl.adapters.package import properties
from sop_xl.adapters.package.package import Package
from sop_xl.domain.errors import SopError
from sop_xl.domain.ledger_errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.adapters.ledger.place import Surroundings
    from sop_xl.ports import Ledger


@dataclass(frozen=True)
class LedgerPlaces:
    """Where the ledger of the workbook at `path` may be.

    Attributes:
        path: the workbook's whole path, or its address in a cloud.
        surroundings: what the machine tells about places.
        guid_name: the custom property that holds a workbook's GUID.
        step: called before each step of the ledger that writes.
    """

    path: str
    surroundings: Surroundings
    guid_name: str
    step: Callable[[str], None] = no_step

    def open(self, guid: str, ledger_url: str) -> tuple[SqlLedger, list[str]]:
        """Open the ledger, or make it; return it with what was done, as sentences.

        Raises:
            LedgerError: it cannot be opened or made.
        """
        found = link(self.path, guid, ledger_url, self.surroundings, step=self.step)
        return found.ledger, found.notices

    def find(self, guid: str, ledger_url: str) -> tuple[SqlLedger, list[str]] | None:
        """Open the ledger where there is one; None: there is none yet.

        Raises:
            LedgerError: it cannot be opened.
        """
        if is_database(ledger_url):
            return open_url(ledger_url, guid, step=self.step)
        path = find(self.path, guid, self.surroundings)
        return open_file(path, step=self.step) if path else None

    def fork(self, ledger: Ledger, guid: str) -> SqlLedger:
        """Copy a ledger with its history for a workbook that goes by the new GUID.

        Raises:
            LedgerError: it could not be done.
        """
        if not isinstance(ledger, SqlLedger):
            raise LedgerError(f"The ledger {ledger.place} cannot be copied.")
        return fork(ledger, self.path, guid, self.surroundings)

    def guid_at(self, path: str) -> str:
        """Return the GUID of the workbook at another path, where it may use the same ledger as ours.

        Blank where there is no workbook, it cannot be read, or a ledger file of its own lies beside it: who
        copies a whole folder has two of both.
        """
        file = Path(path)
        if "://" in path or not file.is_file() or not zipfile.is_zipfile(file):
            return ""
        try:
            guid = properties.read(Package(file.read_bytes(), file.name), self.guid_name)
        except (OSError, SopError):
            return ""
        ours, theirs = (find(book, guid, self.surroundings) for book in (self.path, path))
        return "" if ours and theirs and ours != theirs else guid
