"""The body of a paste as records: one a row, or one a row and month where months run across."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.actuals.findings import Act, Findings
from sop_xl.actuals.layout import LABELS
from sop_xl.actuals.text import name_of
from sop_xl.schema.values import is_blank, is_error

if TYPE_CHECKING:
    from collections.abc import Collection

    from sop_xl.actuals.layout import Group, Layout
    from sop_xl.actuals.raw import RawPaste
    from sop_xl.domain.cells import Row, Value

TOTAL = re.compile(
    r"(sub ?|grand ?|overall ?|zwischen|gesamt|sous ?)?(total|totals|summe|ergebnis|result|results|somme|sum)"
    r"( general| generale| geral)?( result)?"
)
_LABELLED = re.compile(
    r"(?:sub ?|grand ?)?(?:total|summe|somme|result)(?: of| for| fur| pour|)? (.+)"
    r"|(.+) (?:sub ?)?(?:total|summe|result|ergebnis)"
)
_RULED = re.compile(r"[-=_|+*. ]+")
_FILL = ("item", "market", "location", "period", "year", "currency", "measure", "unit")


@dataclass(frozen=True)
class Records:
    """The records of a paste.

    Attributes:
        raw: the paste.
        layout: how it is read.
        rows: index into `raw.rows` of each record's row; shape (n,).
        groups: index into `layout.groups` of each record's amounts; shape (n,).
        out: whether the record is left out; shape (n,).
        totals: whether it is a total row; shape (n,).
        filled: column of values filled down by field, where the user wants that.
    """

    raw: RawPaste
    layout: Layout
    rows: np.ndarray
    groups: np.ndarray
    out: np.ndarray
    totals: np.ndarray
    filled: dict[str, list[Value]]

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.rows)

    def keys(self, name: str) -> list[Value] | None:
        """Return the cells of a key field, one a record; None where it has no column."""
        if name in self.filled:
            cells = self.filled[name]
            return [cells[row] for row in self.rows.tolist()]
        column = self.layout.keys.get(name)
        if column is None:
            return None
        cells = [row[column] for row in self.raw.rows]
        return [cells[row] for row in self.rows.tolist()]

    def amounts(self, name: str) -> list[Value] | None:
        """Return the cells of an amount, one a record; None where no group has it."""
        columns = [group.columns.get(name) for group in self.layout.groups]
        if all(column is None for column in columns):
            return None
        cells = self.raw.rows
        pairs = zip(self.rows.tolist(), self.groups.tolist(), strict=True)
        return [None if (c := columns[group]) is None else cells[row][c] for row, group in pairs]

    def column_of(self, record: int, name: str) -> int | None:
        """Return the column a field of a record stands in."""
        column = self.layout.keys.get(name)
        return self.layout.groups[self.groups[record]].columns.get(name) if column is None else column

    def address(self, record: int, name: str) -> str:
        """Return the address of a field's cell; of the row, where the field has no column."""
        column = self.column_of(record, name)
        return self.raw.address(int(self.rows[record]), column or 0)

    def group(self, record: int) -> Group:
        """Return the group of amounts of a record."""
        return self.layout.groups[self.groups[record]]


def records_of(raw: RawPaste, layout: Layout, items: Collection[str], found: Findings) -> Records:
    """Return the records of a paste; blank rows, headers repeated and total rows are told apart.

    Args:
        raw: the paste.
        layout: how it is read.
        items: item codes that are known; a row of an item called TOTAL is no total.
        found: takes what is found.
    """
    kinds = [_kind(raw, layout, r, items) for r in range(layout.header.body, len(raw.rows))]
    rows = np.arange(layout.header.body, len(raw.rows))
    per_row = np.array(
        [1 if kind in ("blank", "header", "note") else len(layout.groups) for kind in kinds], dtype=np.int64
    )
    index = np.repeat(np.arange(len(rows)), per_row)
    groups = np.arange(len(index)) - np.repeat(np.cumsum(per_row) - per_row, per_row)
    kind = np.array(kinds, dtype=object)[index] if len(index) else np.array([], dtype=object)
    records = Records(raw, layout, rows[index], groups, np.isin(kind, ("blank", "header", "note")), kind == "total", {})
    _tell(records, kind, found)
    return records


def _kind(raw: RawPaste, layout: Layout, r: int, items: Collection[str]) -> str:
    row = raw.rows[r]
    column = layout.keys.get("item")
    first = row[column] if column is not None else None
    if isinstance(first, int | float) and not isinstance(first, bool):
        return "data"
    if isinstance(first, str) and first.strip() in items:
        return "data"
    if all(is_blank(cell) for cell in row):
        return "blank"
    return _odd_kind(layout, row, first)


def _odd_kind(layout: Layout, row: Row, first: Value) -> str:
    texts = [cell for cell in row if isinstance(cell, str) and not is_blank(cell)]
    if texts and all(_RULED.fullmatch(text) for text in texts) and len(texts) == sum(not is_blank(c) for c in row):
        amounts = {c for group in layout.groups for c in group.columns.values()}
        if any(not is_blank(cell) for k, cell in enumerate(row) if k not in amounts):
            return "blank"
    column = layout.keys.get("item")
    if column is not None and isinstance(first, str) and name_of(first) and _is_header(layout, row):
        return "header"
    keys = [row[c] for name, c in layout.keys.items() if name in ("item", "market", "location", "period", "measure")]
    others = [row[c] for c in layout.unused]
    if any(is_total(cell) for cell in (*keys, *others)):
        return "total"
    amounts_blank = all(is_blank(row[c]) for group in layout.groups for c in group.columns.values())
    filled = [cell for cell in row if not is_blank(cell)]
    if amounts_blank and len(filled) == 1 and isinstance(filled[0], str) and len(filled[0].split()) > 2:
        return "note"
    return "data"


def _is_header(layout: Layout, row: Row) -> bool:
    names = layout.header.names
    filled = [(k, cell) for k, cell in enumerate(row) if not is_blank(cell)]
    hits = sum(isinstance(cell, str) and _same_name(cell, names[k]) for k, cell in filled)
    return hits >= 2 and hits * 5 >= len(filled) * 4


def _same_name(cell: str, name: str) -> bool:
    return bool(name_of(cell)) and name_of(cell) in (name_of(name), *map(name_of, name.split(" / ")))


def is_total(cell: Value) -> bool:
    """Whether a key cell says that its row is a total: `Total`, `Summe`, `Ergebnis`, `North total`, `*`."""
    if not isinstance(cell, str) or is_error(cell):
        return False
    if cell.strip() and set(cell.strip()) == {"*"}:
        return True
    name = name_of(cell)
    return bool(TOTAL.fullmatch(name) or _LABELLED.fullmatch(name))


def total_label(cell: Value) -> str:
    """Return what a total is of, by its label: `north` for `North total`; "" for all."""
    match = _LABELLED.fullmatch(name_of(cell)) if isinstance(cell, str) else None
    return ((match[1] or match[2]) if match else "").strip()


def _tell(records: Records, kind: np.ndarray, found: Findings) -> None:
    raw = records.raw
    for name, code, words in (
        ("blank", "P13", "blank rows were left out"),
        ("header", "P12", "repeated header rows were left out"),
        ("note", "P13", "rows with nothing but a remark were left out"),
    ):
        hits = np.flatnonzero(kind == name)
        if hits.size:
            lines = listed([raw.row_number(r) for r in records.rows[hits]])
            found.add(code, Act.EXCLUDED, f"{hits.size:,} {words}: {lines}.", hits, note=True)


def listed(values: list[int], limit: int = 8) -> str:
    """Return numbers as `rows 4, 9, 12 and 30 more`."""
    shown = ", ".join(str(int(value)) for value in values[:limit])
    more = f" and {len(values) - limit:,} more" if len(values) > limit else ""
    return f"row{'s' if len(values) != 1 else ''} {shown}{more}"


def fill_down(records: Records, found: Findings) -> Records:
    """Return the records with key cells filled down, where the user wants that (P36); else only ask."""
    filled: dict[str, list[Value]] = {}
    for name in _FILL:
        column = records.layout.keys.get(name)
        if column is None:
            continue
        gaps = _gaps(records, column)
        if gaps.size and _asked(records, name, gaps, found):
            filled[name] = _filled(records, column)
            message = f"'{records.layout.names(name)[0]}' was filled down into {gaps.size:,} rows."
            found.add("P36", Act.WARN, message, gaps, column=records.layout.names(name)[0])
    return Records(records.raw, records.layout, records.rows, records.groups, records.out, records.totals, filled)


def _gaps(records: Records, column: int) -> np.ndarray:
    """Return data records whose key cell is blank below a filled one."""
    cells = records.raw.rows
    blank = np.array([is_blank(cells[row][column]) for row in records.rows.tolist()], dtype=bool)
    data = ~records.out & ~records.totals
    seen = np.logical_or.accumulate(data & ~blank) if len(blank) else blank
    return np.flatnonzero(data & blank & seen)


def _asked(records: Records, name: str, gaps: np.ndarray, found: Findings) -> bool:
    names = records.layout.names(name)
    if name not in ("item", "period") and gaps.size * 2 < (~records.out & ~records.totals).sum():
        return found.answers.get("P36", *names) == "fill down"
    message = f"Fill down '{names[0]}' into {gaps.size:,} rows?"
    return found.ask("P36", names, message, ("fill down", "leave blank"), blocking=False) == "fill down"


def _filled(records: Records, column: int) -> list[Value]:
    last: Value = None
    skip = set(records.rows[records.out | records.totals].tolist())
    out: list[Value] = []
    for r, row in enumerate(records.raw.rows):
        if r >= records.layout.header.body and r not in skip:
            last = row[column] if not is_blank(row[column]) else last
            out.append(last)
        else:
            out.append(row[column])
    return out


def label(name: str) -> str:
    """Return the name of a field for messages."""
    return LABELS[name]
