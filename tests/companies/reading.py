"""Read a folder of CSVs into the input tables, as they are parsed."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from sop_xl.domain.cells import Cells
from sop_xl.schema import INPUT_TABLES
from sop_xl.schema.parse import Parsed, read_table
from sop_xl.schema.render import from_csv

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def read_company(folder: Traversable) -> dict[str, Parsed]:
    """Return every input table by name, with its issues; a table without a file is empty."""
    texts = {path.name.split(".")[0]: _text(path) for path in folder.iterdir() if ".csv" in path.name}
    return {
        table.name: read_table(
            table,
            from_csv(table, texts[table.name], f"{table.name}.csv")
            if table.name in texts
            else Cells([list(table.fields)], f"{table.name}.csv"),
            csv=True,
        )
        for table in INPUT_TABLES
    }


def _text(path: Traversable) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.name.endswith(".gz") else data).decode()
