"""The record of a commit that is under way, in a file: it outlives the Python that was killed while it wrote."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import re
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sop_xl.adapters.live.before import BlockBefore, TableBefore
from sop_xl.adapters.live.live_cells import LiveCell
from sop_xl.adapters.package.ranges import Rect
from sop_xl.domain.cells import CellError
from sop_xl.domain.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

NAME = "commit.json.gz"
STEPS = "commit.steps"
DONE = "done"
"""The last step: all was written."""
_NOT_A_NAME = re.compile(r"[^\w-]+")


@dataclass(frozen=True)
class CommitRecord:
    """What a commit changes.

    Attributes:
        id: the mark that the workbook carries while it is half written.
        at: when it began.
        tables: what is written, as it was before.
        properties: custom properties that are written, as they were.
        protections: what the sheets that were protected allow.
        filters: the filters of tables that were lifted, as `filters.criteria_of` tells them.
    """

    id: str
    at: dt.datetime
    tables: tuple[TableBefore, ...]
    properties: Mapping[str, str]
    protections: Mapping[str, Mapping[str, bool]]
    filters: Mapping[str, list[dict[str, Any]]]


class CommitFile:
    """Keeps the record of one workbook's commit, in the first folder that can be written."""

    def __init__(self, folders: Sequence[Path], workbook: str, now: dt.datetime) -> None:
        """Keep it for a workbook.

        Args:
            folders: where, the best place first; none need exist.
            workbook: its identity, the same wherever it is moved.
            now: when it is written to.
        """
        self.now = now
        name = _NOT_A_NAME.sub("_", workbook) or "workbook"
        self._folders = [folder / name for folder in folders]

    @staticmethod
    def new_id() -> str:
        """Return a mark for a commit."""
        return uuid.uuid4().hex

    def keep(self, record: CommitRecord) -> bool:
        """Keep a record; return whether any folder could be written. A killed program loses nothing that was."""
        data = gzip.compress(json.dumps(_plain_record(record), separators=(",", ":")).encode(), 1, mtime=0)
        for folder in self._folders:
            with suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True)
                temporary = folder / f"{NAME}.{os.getpid()}.sop-tmp"
                temporary.write_bytes(data)
                (folder / STEPS).write_text("", encoding="utf-8")
                temporary.replace(folder / NAME)
                return True
        return False

    def begin(self, step: str) -> None:
        """Note what is begun now."""
        for folder in self._folders:
            if (folder / NAME).is_file():
                with (folder / STEPS).open("a", encoding="utf-8") as file:
                    file.write(f"{step}\n")
                return

    def load(self) -> tuple[CommitRecord, list[str]] | None:
        """Return the record that was left, and what was begun; None where there is none.

        Raises:
            WorkbookError: it is damaged.
        """
        for folder in self._folders:
            if (folder / NAME).is_file():
                try:
                    plain = json.loads(gzip.decompress((folder / NAME).read_bytes()), object_hook=_decoded)
                    return _record(plain), (folder / STEPS).read_text(encoding="utf-8").splitlines()
                except (OSError, EOFError, ValueError, KeyError, TypeError) as fault:
                    raise WorkbookError(f"{folder / NAME} is damaged ({fault}).") from fault
        return None

    def forget(self) -> None:
        """Remove the record."""
        for folder in self._folders:
            for name in (NAME, STEPS):
                with suppress(OSError):
                    (folder / name).unlink(missing_ok=True)


# --- as JSON: a formula, an error, a day and a moment are objects, every other value is itself ---------------------


def _plain_record(record: CommitRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "at": record.at.isoformat(),
        "tables": [_plain_table(table) for table in record.tables],
        "properties": dict(record.properties),
        "protections": {sheet: dict(allowed) for sheet, allowed in record.protections.items()},
        "filters": {table: [dict(one) for one in all_] for table, all_ in record.filters.items()},
    }


def _plain_table(table: TableBefore) -> dict[str, Any]:
    return {
        "name": table.name,
        "sheet": table.sheet,
        "ref": table.ref.span,
        "bodies": [body.span for body in table.bodies],
        "totals": table.totals,
        "blocks": [
            {
                "area": block.area.span,
                "rows": _plain_rows(block.rows),
                "codes": [[area.span, code] for area, code in block.codes],
                "after": None if block.after is None else _plain_rows(block.after),
            }
            for block in table.blocks
        ],
        "fills": [[area.span, fill] for area, fill in table.fills],
        "left": [[area.span, code] for area, code in table.left],
        "kinds": table.kinds,
    }


def _plain_rows(rows: Sequence[Sequence[LiveCell]]) -> list[list[Any]]:
    return [[_plain_cell(cell) for cell in row] for row in rows]


def _plain_cell(cell: LiveCell) -> Any:
    value = cell.value
    if cell.formula is not None:
        return {"f": cell.formula}
    if isinstance(value, CellError):
        return {"e": str(value)}
    if isinstance(value, dt.datetime):
        return {"t": value.isoformat()}
    return {"d": value.isoformat()} if isinstance(value, dt.date) else value


def _decoded(value: dict[str, Any]) -> Any:
    kind, text = next(iter(value.items()), ("", None))
    if len(value) != 1 or not isinstance(text, str):
        return value
    if kind == "f":
        return LiveCell(0, None, text)
    if kind == "e":
        return CellError(text)
    if kind == "t":
        return dt.datetime.fromisoformat(text)
    return dt.date.fromisoformat(text) if kind == "d" else value


def _record(plain: dict[str, Any]) -> CommitRecord:
    return CommitRecord(
        plain["id"],
        dt.datetime.fromisoformat(plain["at"]),
        tuple(_table(table) for table in plain["tables"]),
        plain["properties"],
        plain["protections"],
        plain["filters"],
    )


def _table(plain: dict[str, Any]) -> TableBefore:
    old, new = (Rect.parse(text) for text in plain["bodies"])
    return TableBefore(
        plain["name"],
        plain["sheet"],
        Rect.parse(plain["ref"]),
        (old, new),
        plain["totals"],
        tuple(_block(block) for block in plain["blocks"]),
        tuple((Rect.parse(area), fill) for area, fill in plain["fills"]),
        tuple((Rect.parse(area), code) for area, code in plain["left"]),
        None if plain["kinds"] is None else tuple(plain["kinds"]),
    )


def _block(plain: dict[str, Any]) -> BlockBefore:
    area = Rect.parse(plain["area"])
    after = None if plain["after"] is None else _cells(area, plain["after"])
    codes = [(Rect.parse(part), code) for part, code in plain["codes"]]
    return BlockBefore(area, _cells(area, plain["rows"]), codes, after)


def _cells(area: Rect, rows: Sequence[Sequence[Any]]) -> list[list[LiveCell]]:
    return [
        [cell._replace(row=row) if isinstance(cell, LiveCell) else LiveCell(row, cell) for cell in cells]
        for row, cells in enumerate(rows, area.top)
    ]
