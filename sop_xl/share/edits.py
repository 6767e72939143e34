"""Frames as edits and back: what one copy of a table changed against its base, and a table with changes made."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from sop_xl.schema.difference import difference
from sop_xl.schema.frames import DTYPES
from sop_xl.schema.parse import BLANKS, READERS
from sop_xl.schema.render import ISO_DAY
from sop_xl.schema.table import Kind, Owner
from sop_xl.share.form import plain_value
from sop_xl.share.merge import CHANGED, GONE, ROW, THERE, Answer, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sop_xl.schema.table import Column, Table
    from sop_xl.share.form import Plain


@dataclass(frozen=True)
class Edits:
    """What one copy of a table has that its base has not.

    Attributes:
        base: the base's value of every place that differs.
        values: the copy's value of it. A new row has a value for the row and one for each filled cell.
    """

    base: dict[Place, Plain] = field(default_factory=dict)
    values: dict[Place, Plain] = field(default_factory=dict)


def edits(table: Table, base: pd.DataFrame, copy: pd.DataFrame) -> Edits:
    """Return what `copy` changed; both as `conform` gives them, keys unique.

    Columns that Python fills are left out.
    """
    out = Edits()
    if base.equals(copy):
        return out
    found = difference(table, base, copy)
    for name, before, after in found.changed():
        if _is_theirs(table.column(name)):
            place = Place(table.name, key_of(table, copy, after), name)
            out.base[place] = as_plain(table.column(name), base[name].iat[before])
            out.values[place] = as_plain(table.column(name), copy[name].iat[after])
    for row in found.removed:
        place = Place(table.name, key_of(table, base, row), ROW)
        out.base[place], out.values[place] = THERE, GONE
    for row in found.added:
        key = key_of(table, copy, row)
        out.values[Place(table.name, key, ROW)] = THERE
        out.values.update((place, value) for place, value in cells_of(table, copy, row) if value is not None)
    return out


def cells_of(table: Table, frame: pd.DataFrame, row: int) -> Iterator[tuple[Place, Plain]]:
    """Yield place and value of the cells of one row, the key's and Python's left out."""
    key = key_of(table, frame, row)
    for column in table.columns:
        if column.field not in table.key and _is_theirs(column):
            yield Place(table.name, key, column.field), as_plain(column, frame[column.field].iat[row])


def between(theirs: Edits, mine: Edits) -> tuple[list[tuple[Place, Plain]], dict[Place, Plain], dict[Place, Plain]]:
    """Return the answers of one copy with the base and the other copy's value of each place.

    Where the row was taken out here, what changed there is one answer for the row.
    """
    gone = {(place.table, place.key) for place, value in mine.values.items() if value == GONE}
    answers: dict[Place, Plain] = {}
    for place, value in theirs.values.items():
        if (place.table, place.key) in gone and place.field != ROW:
            answers[Place(place.table, place.key, ROW)] = CHANGED
        else:
            answers[place] = value
    known = theirs.base | mine.base
    base = {place: known.get(place) for place in answers}
    here = {place: mine.values.get(place, base[place]) for place in answers}
    return list(answers.items()), base, here


def answers_of(pairs: list[tuple[Place, Plain]], who: str, source: str) -> list[Answer]:
    """Return the values of one copy as answers."""
    return [Answer(place, value, who, source=source) for place, value in pairs]


def applied(table: Table, frame: pd.DataFrame, values: Mapping[Place, Plain]) -> pd.DataFrame:
    """Return `frame` with `values` of this table written in; a row that is not there is added at the end.

    Args:
        table: the table.
        frame: its rows, keys unique.
        values: by place; of a row as a whole `GONE` takes it out.

    Raises:
        CellFaultError: a value is none the column can hold.
    """
    mine = {place: value for place, value in values.items() if place.table == table.name}
    if not mine:
        return frame
    rows = {key_of(table, frame, row): row for row in range(len(frame))}
    records: dict[int, dict[str, Any]] = {}
    added: dict[tuple[str, ...], dict[str, Any]] = {}
    for place, value in mine.items():
        record = records.setdefault(rows[place.key], {}) if place.key in rows else added.setdefault(place.key, {})
        if place.field != ROW:
            record[place.field] = typed(table.column(place.field), value)
    out = frame.astype({c.field: "object" for c in table.columns})
    for row, record in records.items():
        for name, value in record.items():
            out.iat[row, out.columns.get_loc(name)] = value
    gone = [
        rows[place.key] for place, value in mine.items() if place.field == ROW and value == GONE and place.key in rows
    ]
    out = out.drop(index=out.index[gone])
    new = [
        _record(table, key, record) for key, record in added.items() if mine.get(Place(table.name, key, ROW)) != GONE
    ]
    out = pd.concat([out, pd.DataFrame(new, columns=list(out.columns), dtype="object")]) if new else out
    return out.astype({c.field: DTYPES[c.kind] for c in table.columns}).reset_index(drop=True)


def _record(table: Table, key: tuple[str, ...], cells: dict[str, Any]) -> dict[str, Any]:
    blanks = {column.field: BLANKS.get(column.kind, float("nan")) for column in table.columns}
    keys = {name: typed(table.column(name), text or None) for name, text in zip(table.key, key, strict=True)}
    return blanks | keys | cells


def typed(column: Column, value: Plain) -> Any:
    """Return a plain value as the column's frame holds it.

    Raises:
        CellFaultError: the column cannot hold it.
    """
    if value is None:
        return BLANKS.get(column.kind, float("nan"))
    if column.kind is Kind.ANY:
        return dt.date.fromisoformat(value) if isinstance(value, str) and ISO_DAY.fullmatch(value) else value
    return READERS[column.kind](value)


def as_plain(column: Column, value: Any) -> Plain:
    """Return a frame's value as forms keep and compare it; a number in a column of any kind stays one."""
    if column.kind is Kind.ANY and isinstance(value, float | int) and not isinstance(value, bool):
        return None if value != value else float(value)  # noqa: PLR0124 - NaN is blank
    return plain_value(column, value)


def key_of(table: Table, frame: pd.DataFrame, row: int) -> tuple[str, ...]:
    """Return the key of a row as text, in the order of the table's key."""
    return tuple(_word(as_plain(table.column(name), frame[name].iat[row])) for name in table.key)


def _word(value: Plain) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _is_theirs(column: Column) -> bool:
    return column.owner is not Owner.PYTHON
