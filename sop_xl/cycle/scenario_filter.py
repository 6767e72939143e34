"""The filter of a scenario change: which rows of a table it means, as a planner writes it."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import numpy as np

from sop_xl.domain.errors import SopError
from sop_xl.schema.parse import READERS
from sop_xl.schema.table import Kind
from sop_xl.schema.values import CellFaultError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from sop_xl.schema.table import Column, Table

CONDITION = re.compile(r"\s*(?P<field>[^<>=!]+?)\s*(?P<operator>!=|>=|<=|=|>|<)(?P<values>.*)", re.DOTALL)
ORDERED: Mapping[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
LOOKUPS = {
    "item": ("items", ("family", "subfamily", "source", "strategy")),
    "market": ("markets", ("region", "channel")),
}
"""By a key that many tables have: the table it names a row of, and fields of that one a filter may use too."""


class FilterError(SopError):
    """A filter that cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True)
class Condition:
    """One condition on a row.

    Attributes:
        field: the field it looks at, of the table or of the item or market that the row names.
        operator: `=`, `!=`, `>=`, `<=`, `>` or `<`.
        values: what it is compared with; with `=` any of them, with `!=` none of them.
    """

    field: str
    operator: str
    values: tuple[str, ...]


def parse_filter(text: str) -> tuple[Condition, ...]:
    """Return the conditions of `item=A100|A200; period>=2026-01`; all must hold. Blank: every row.

    Values are taken as they stand between `|`; `*` stands for any text.

    Raises:
        FilterError: a part is no condition.
    """
    conditions = []
    for part in filter(str.strip, text.split(";")):
        match = CONDITION.fullmatch(part)
        if match is None:
            raise FilterError(f"'{part.strip()}' is no condition; write field=value, such as item=A100.")
        values = tuple(value.strip() for value in match["values"].split("|"))
        if match["operator"] in ORDERED and len(values) > 1:
            raise FilterError(f"'{part.strip()}' compares with several values; only = and != can.")
        conditions.append(Condition(match["field"], match["operator"], values))
    return tuple(conditions)


def matching(
    conditions: tuple[Condition, ...], table: Table, frame: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> np.ndarray:
    """Return which rows of `frame` meet all conditions; shape (rows,).

    Args:
        conditions: from `parse_filter`.
        table: the declaration of `frame`.
        frame: the table's rows as parsed: blanks are blanks.
        tables: the other input tables, for what an item or a market is.

    Raises:
        FilterError: a field is unknown, or a value is none of its kind.
    """
    mask = np.ones(len(frame), dtype=bool)
    for condition in conditions:
        column, values = _values(condition.field, table, frame, tables)
        mask &= _meets(condition, column, values)
    return mask


def fixed_key(conditions: tuple[Condition, ...], table: Table) -> dict[str, str]:
    """Return the key fields that the conditions fix to one value each."""
    single = {c.field: c.values[0] for c in conditions if c.operator == "=" and len(c.values) == 1}
    return {field: single[field] for field in table.key if field in single and "*" not in single[field]}


def read_value(column: Column, value: object) -> Any:
    """Return `value` as the column holds it.

    Raises:
        FilterError: it cannot be read as that.
    """
    try:
        return READERS[column.kind](value)
    except CellFaultError as fault:
        raise FilterError(f"'{value}' is no value for {column.header}: {fault}.") from None


def _values(
    field: str, table: Table, frame: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> tuple[Column | None, pd.Series]:
    """Return what a condition looks at: a column of the table, or of the item or market of each row."""
    if field in table.fields:
        column = table.column(field)
        is_text = column.kind is Kind.TEXT and column.default is not None
        return column, frame[field].replace("", str(column.default)) if is_text else frame[field]
    for key, (name, fields) in LOOKUPS.items():
        if key in table.fields and field in fields:
            known = tables[name].drop_duplicates(key).set_index(key)[field]
            return None, frame[key].map(known).fillna("").astype("str")
    more = [f for key, (_, fields) in LOOKUPS.items() if key in table.fields for f in fields]
    extra = [f for f in more if f not in table.fields]
    raise FilterError(f"Table {table.name} has no field '{field}'. It has: {', '.join([*table.fields, *extra])}.")


def _meets(condition: Condition, column: Column | None, values: pd.Series) -> np.ndarray:
    if column is None or column.kind in (Kind.TEXT, Kind.FLAG, Kind.ANY):
        found = np.array([_text_is(value, condition.values) for value in values], dtype=bool)
        if condition.operator in ORDERED:
            raise FilterError(f"'{condition.field}' holds text; use = or !=.")
        return ~found if condition.operator == "!=" else found
    wanted = [None if value == "" else read_value(column, value) for value in condition.values]
    if condition.operator in ORDERED:
        if wanted[0] is None:
            raise FilterError(f"'{condition.field}' is compared with nothing; give a value.")
        return np.asarray(ORDERED[condition.operator](values, wanted[0]).fillna(False), dtype=bool)
    found = np.zeros(len(values), dtype=bool)
    for value in wanted:
        found |= np.asarray(values.isna() if value is None else values.eq(value), dtype=bool)
    return ~found if condition.operator == "!=" else found


def _text_is(value: object, wanted: tuple[str, ...]) -> bool:
    text = "" if value is None else str(value)
    return any(fnmatchcase(text, w.replace("[", "[[]").replace("?", "[?]")) if "*" in w else text == w for w in wanted)
