"""What the last runs of a workbook wrote, in compressed files: `.sop_undo/<workbook>/R0007-<mark>.json.gz`."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sop_xl.domain.cells import CellError
from sop_xl.domain.errors import UndoError
from sop_xl.domain.undo import Block, UndoRecord, WrittenTable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sop_xl.domain.cells import Row

FOLDER = ".sop_undo"
KEEP = 10
"""Runs of one workbook that are kept."""
FORMAT = 1
_SUFFIX = ".json.gz"
_TEMPORARY = ".sop-tmp"
_NOT_A_NAME = re.compile(r"[^\w-]+")


class FolderUndoStore:
    """Records of one workbook, one file each, in the first folder that can be written."""

    def __init__(self, folders: Sequence[Path], workbook: str) -> None:
        """Keep the records of a workbook.

        Args:
            folders: where to keep them, the best place first; none need exist.
            workbook: its identity, the same wherever it is moved.
        """
        name = _NOT_A_NAME.sub("_", workbook) or "workbook"
        self._folders = [folder / name for folder in folders]

    def save(self, record: UndoRecord) -> None:
        """Keep `record`, and the last ones before it.

        Raises:
            UndoError: none of the folders can be written.
        """
        data = gzip.compress(_encoded(record), compresslevel=1, mtime=0)
        faults = []
        for folder in self._folders:
            try:
                _write(folder / _file_name(record.run, record.mark), data)
            except OSError as fault:
                faults.append(f"{folder}: {fault.strerror or fault}")
            else:
                self._drop_oldest(folder)
                return
        raise UndoError(f"The run cannot be taken back later: nothing could be kept of it ({'; '.join(faults)}).")

    def load(self, run: str, mark: str) -> UndoRecord | None:
        """Return the record of a run; None where there is none.

        Raises:
            UndoError: the file is damaged.
        """
        for folder in self._folders:
            path = folder / _file_name(run, mark)
            if path.is_file():
                return _decoded(path)
        return None

    def discard(self, run: str, mark: str) -> None:
        """Forget the record of a run."""
        for folder in self._folders:
            with suppress(OSError):
                (folder / _file_name(run, mark)).unlink(missing_ok=True)

    def _drop_oldest(self, folder: Path) -> None:
        """Keep the last records; those of a copy of the workbook count too."""
        with suppress(OSError):
            for left in folder.glob(f"*{_TEMPORARY}"):
                left.unlink(missing_ok=True)
            for old in _by_age(folder)[:-KEEP]:
                old.unlink(missing_ok=True)


def _by_age(folder: Path) -> list[Path]:
    files = folder.glob(f"*{_SUFFIX}")
    return sorted(files, key=lambda file: (file.stat().st_mtime_ns, file.name))


def _file_name(run: str, mark: str) -> str:
    return f"{_NOT_A_NAME.sub('_', run)}-{_NOT_A_NAME.sub('_', mark)}{_SUFFIX}"


def _write(path: Path, data: bytes) -> None:
    """Put a file there as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}{_TEMPORARY}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


# --- values as JSON: a date, a time and an error value are objects, everything else is itself ------


def _encoded(record: UndoRecord) -> bytes:
    tables = [
        {"name": table.name, "before": _block_json(table.before), "after": _block_json(table.after)}
        for table in record.tables
    ]
    whole = {"format": FORMAT, "run": record.run, "mark": record.mark, "tables": tables}
    return json.dumps(whole, default=_object, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )


def _block_json(block: Block) -> dict[str, Any]:
    errors = [[k, j] for k, row in enumerate(block.rows) for j, value in enumerate(row) if type(value) is CellError]
    return {
        "rows": block.rows,
        "errors": errors,
        "formulas": [[row, column, text] for (row, column), text in block.formulas.items()],
    }


def _object(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return {"t": value.isoformat()}
    if isinstance(value, dt.date):
        return {"d": value.isoformat()}
    msg = f"{type(value).__name__} is no value of a cell"
    raise TypeError(msg)


def _decoded(path: Path) -> UndoRecord:
    try:
        text = gzip.decompress(path.read_bytes()).decode("utf-8", "surrogatepass")
        whole = json.loads(text, object_hook=_value)
        tables = (
            WrittenTable(table["name"], _block(table["before"]), _block(table["after"])) for table in whole["tables"]
        )
        return UndoRecord(whole["run"], whole["mark"], tuple(tables))
    except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError) as fault:
        raise UndoError(
            f"What was kept of the last run is damaged ({path.name}: {fault}). It cannot be taken back; restore "
            "a copy from the folder .sop_backup, or run again with the old inputs."
        ) from fault


def _value(value: dict[str, Any]) -> Any:
    if value.keys() == {"d"}:
        return dt.date.fromisoformat(value["d"])
    return dt.datetime.fromisoformat(value["t"]) if value.keys() == {"t"} else value


def _block(value: dict[str, Any]) -> Block:
    rows: list[Row] = value["rows"]
    for row, column in value["errors"]:
        rows[row][column] = CellError(str(rows[row][column]))
    return Block(rows, {(row, column): text for row, column, text in value["formulas"]})
