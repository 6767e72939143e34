"""What makes a plain function a worksheet function: its name, its arguments' help, cells in and cells out."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

from sop_xl.functions.arguments import Shape, is_blank, is_row, read

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.schema.table import Table

Function = TypeVar("Function", bound=Callable[..., Any])
Cell = float | str | None
TableOfCells = list[list[Cell]]
"""An answer with labels; it is never turned."""


LINES = (Shape.HISTORY, Shape.FLOW)


class Area(StrEnum):
    """Groups of functions, in the order of the sheet Functions."""

    FORECAST = "Forecasting"
    ACCURACY = "Accuracy and classes"
    BALANCE = "Stock, backlog and cover"
    SUPPLY = "Production and capacity"
    SHARE = "Spreading and distribution"
    LAUNCH = "New products"
    MONEY = "Money"
    FACTS = "Figures of this workbook"


class Facts(Protocol):
    """The result tables of the calling workbook; not an argument that a planner gives."""

    def frame(self, table: Table, run: str) -> pd.DataFrame:
        """Return the table as it stands after the run of that number."""
        ...


@dataclass(frozen=True)
class Argument:
    """One argument of a worksheet function.

    Attributes:
        name: as in the formula; no word that VBA reserves.
        shape: what it is made of.
        help: what it means, its unit, its default.
        default: taken where nothing is given.
        required: whether it must be given.
    """

    name: str
    shape: Shape
    help: str
    default: object = None
    required: bool = True


@dataclass(frozen=True)
class WorksheetFunction:
    """A function as a planner sees it.

    Attributes:
        name: what is typed in a cell.
        area: group on the sheet Functions.
        call: the plain function.
        arguments: in order.
        summary: what it answers, in one sentence.
        help: the docstring without the list of arguments.
        returns: what the answer holds.
        needs_facts: whether it reads the result tables of the calling workbook.
    """

    name: str
    area: Area
    call: Callable[..., object] = field(repr=False)
    arguments: tuple[Argument, ...]
    summary: str
    help: str
    returns: str
    needs_facts: bool = False

    @property
    def syntax(self) -> str:
        """The call with its arguments, optional ones in brackets."""
        names = (a.name if a.required else f"[{a.name}]" for a in self.arguments)
        return f"{self.name}({', '.join(names)})"

    def signature(self) -> inspect.Signature:
        """Return the arguments as Python knows them, for the wrapper that Excel calls."""
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        empty = inspect.Parameter.empty
        return inspect.Signature(
            [inspect.Parameter(a.name, kind, default=empty if a.required else a.default) for a in self.arguments]
        )

    def answer(self, *cells: object, facts: Facts | None = None) -> TableOfCells | Cell:
        """Return what the cell shows: a value, or rows of values that spill.

        A row or column answer runs the way the first row or column given runs.

        Args:
            cells: the arguments as Excel gives them: a value, or rows of values; blank is None or "".
            facts: the calling workbook's tables, for functions that need them.

        Raises:
            SopError: the function cannot answer; the message says why and what to give.
        """
        given = [*cells, *([None] * (len(self.arguments) - len(cells)))]
        values = [_value(a, c) for a, c in zip(self.arguments, given, strict=True)]
        with np.errstate(all="ignore"):
            result = self.call(facts, *values) if self.needs_facts else self.call(*values)
        lines = (c for a, c in zip(self.arguments, given, strict=True) if a.required and a.shape in LINES)
        return _as_cells(result, across=is_row(next(lines, None)))


FUNCTIONS: dict[str, WorksheetFunction] = {}
"""Every worksheet function by name; `catalogue` fills it."""


def worksheet(name: str, area: Area) -> Callable[[Function], Function]:
    """Declare a plain function as the worksheet function `name`; it stays as it is."""

    def declare(call: Function) -> Function:
        FUNCTIONS[name] = _describe(name, area, call)
        return call

    return declare


def of(call: Callable[..., object]) -> WorksheetFunction:
    """Return the worksheet function that `call` was declared as."""
    return next(function for function in FUNCTIONS.values() if function.call is call)


def _describe(name: str, area: Area, call: Callable[..., object]) -> WorksheetFunction:
    parts = _sections(inspect.getdoc(call) or "")
    hints = get_type_hints(call, include_extras=True)
    help_of = _entries(parts.get("Args", ""))
    parameters = list(inspect.signature(call).parameters.values())
    needs_facts = hints[parameters[0].name] is Facts
    arguments = tuple(
        Argument(
            p.name,
            _shape(hints[p.name]),
            help_of[p.name],
            None if p.default is p.empty else p.default,
            p.default is p.empty,
        )
        for p in parameters[needs_facts:]
    )
    summary = parts[""].split("\n\n")[0].replace("\n", " ")
    return WorksheetFunction(
        name, area, call, arguments, summary, parts[""], _joined(parts.get("Returns", "")), needs_facts
    )


def _shape(hint: Any) -> Shape:
    """Return the shape an annotation stands for; `X | None` is X."""
    if get_origin(hint) in (Union, UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is Annotated:
        return Shape(get_args(hint)[1])
    return {float: Shape.NUMBER, int: Shape.WHOLE, str: Shape.TEXT}[hint]


def _sections(docstring: str) -> dict[str, str]:
    """Split a docstring at its headings `Args:`, `Returns:`, ...; the text before them is under ""."""
    parts = re.split(r"^(Args|Returns|Raises|Source):$", docstring, flags=re.MULTILINE)
    return {"": parts[0].strip(), **{parts[k]: parts[k + 1] for k in range(1, len(parts), 2)}}


def _entries(section: str) -> dict[str, str]:
    """Return name and text of each entry `name: text`, continuation lines joined."""
    found = re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", section, flags=re.MULTILINE)
    return {name: _joined(text) for name, text in found}


def _joined(text: str) -> str:
    return " ".join(text.split())


def _value(argument: Argument, cells: object) -> object:
    if is_blank(cells) and not argument.required:
        return argument.default
    return read(argument.name, argument.shape, cells)


def _as_cells(result: object, *, across: bool) -> TableOfCells | Cell:
    if isinstance(result, np.ndarray) or (isinstance(result, list) and not isinstance(result[0], list)):
        grid = np.asarray(result, dtype=object)
        column = grid.reshape(len(grid), -1)
        return [[_cell(value) for value in row] for row in (column.T if across else column)]
    if isinstance(result, list):
        return [[_cell(value) for value in row] for row in result]
    return _cell(result)


def _cell(value: object) -> Cell:
    """Return a value as Excel takes it: blank for what is not known."""
    if value is None:
        return None
    if isinstance(value, str):
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    return number + 0.0 if np.isfinite(number) else None
