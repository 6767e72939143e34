"""How a table is declared: its sheet, columns, keys, owner and help; everything else is made from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    MONTH = "month"
    DATE = "date"
    TIME = "time"
    FLAG = "flag"
    ANY = "any"


class Owner(StrEnum):
    """Who writes the table: the user types inputs, Python writes results."""

    USER = "user"
    PYTHON = "python"


NUMERIC = frozenset({Kind.NUMBER, Kind.MONEY, Kind.PERCENT})
DECIMALS = {Kind.NUMBER: 6, Kind.PERCENT: 6, Kind.MONEY: 2}


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        header: the column's header in Excel; unique in the table.
        field: its name in CSV and Python.
        kind: what it holds. PERCENT is in points: 15 means 15 %. MONEY is plan currency, 2 decimals.
        unit: unit shown above the header; empty for keys and text.
        minimum, maximum: bounds of a number, ends included.
        choices: the words allowed, for TEXT; empty: any.
        default: what a blank means to the engines; None: no data.
        required: whether blank is a fault (key columns: see `Table.key` and `blank_key`).
        refers: the table whose first key column must hold this value; empty: none.
        decimals: digits kept when a number is stored; by kind where None.
        help: one sentence for the planner.
        owner: set where it differs from the table's owner.
    """

    header: str
    field: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    default: str | float | bool | None = None
    required: bool = False
    refers: str = ""
    decimals: int | None = None
    help: str = ""
    owner: Owner | None = None

    @property
    def is_numeric(self) -> bool:
        """Whether the column holds numbers."""
        return self.kind in NUMERIC

    @property
    def stored_decimals(self) -> int:
        """Digits after the point that are kept when the column is stored."""
        return DECIMALS[self.kind] if self.decimals is None else self.decimals


@dataclass(frozen=True)
class Table:
    """One table of the workbook, on a sheet of its own.

    Attributes:
        name: snake_case name; CSV files and Python use it.
        sheet: the sheet it stands on.
        columns: in the order of the template.
        key: fields that identify a row.
        order: fields that rows are sorted by before the key, the largest first where one begins with a minus; empty:
            by the key alone.
        owner: who writes it.
        help: what one row is and what the table is for, one or two sentences.
        blank_key: key fields that may be blank (a blank market: all markets).
        required: whether a plan is impossible without at least one row.
        view: a grid of a view sheet without a header row of its own; not exported, its rows are
            told apart by the field `kind` and formatted by it.
    """

    name: str
    sheet: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    owner: Owner = Owner.USER
    help: str = ""
    blank_key: tuple[str, ...] = ()
    required: bool = False
    view: bool = False
    order: tuple[str, ...] = ()

    @cached_property
    def excel_name(self) -> str:
        """`tbl` and the name in CamelCase: open_orders is tblOpenOrders."""
        return "tbl" + "".join(part.capitalize() for part in self.name.split("_"))

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The columns' field names, in order."""
        return tuple(column.field for column in self.columns)

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The columns' Excel headers, in order."""
        return tuple(column.header for column in self.columns)

    def column(self, field: str) -> Column:
        """Return the column of that field name; KeyError where there is none."""
        for column in self.columns:
            if column.field == field:
                return column
        raise KeyError(field)


def text(header: str, field: str, **more: Any) -> Column:
    """Declare a text column."""
    return Column(header, field, Kind.TEXT, **more)


def number(header: str, field: str, unit: str = "", **more: Any) -> Column:
    """Declare a column of numbers with their unit."""
    return Column(header, field, Kind.NUMBER, unit, **more)


def amount(header: str, field: str, unit: str = "money", **more: Any) -> Column:
    """Declare a column of amounts in plan currency, kept to the cent."""
    return Column(header, field, Kind.MONEY, unit, **more)


def rate(header: str, field: str, unit: str = "money/unit", **more: Any) -> Column:
    """Declare a price, cost or rate in plan currency per unit of something; six decimals."""
    return Column(header, field, Kind.NUMBER, unit, **more)


def percent(header: str, field: str, **more: Any) -> Column:
    """Declare a column of percentages: 15 means 15 %."""
    return Column(header, field, Kind.PERCENT, "%", **more)


def month(header: str, field: str, **more: Any) -> Column:
    """Declare a column of months: YYYY-MM in CSV, a first-of-month date in Excel."""
    return Column(header, field, Kind.MONTH, "month", **more)


def date(header: str, field: str, **more: Any) -> Column:
    """Declare a column of days."""
    return Column(header, field, Kind.DATE, "date", **more)


def time(header: str, field: str, **more: Any) -> Column:
    """Declare a column of moments: day and time of day to the second, by the clock where Python ran."""
    return Column(header, field, Kind.TIME, "local time", **more)


def flag(header: str, field: str, **more: Any) -> Column:
    """Declare a yes/no column."""
    return Column(header, field, Kind.FLAG, choices=("yes", "no"), **more)
