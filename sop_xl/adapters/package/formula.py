"""Formulas as the file stores them: cut into tokens, moved by rows, and asked what they read.

A full parser is not needed: what matters are the references. Where what a formula reads cannot be told
from its text (OFFSET, INDIRECT, `A1:INDEX(...)`), it counts as reading everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sop_xl.adapters.package.ranges import MAX_COLUMN, MAX_ROW, Rect, column_number
from sop_xl.domain.cells import column_letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sop_xl.adapters.package.ranges import Resize

_TOKEN = re.compile(
    r"""
    (?P<string>"(?:[^"]|"")*")
    |(?P<sheet>'(?:[^']|'')+'!|(?:\[\d+\])?[^\W\d][\w.]*(?::[^\W\d][\w.]*)?!|(?:\[\d+\])!)
    |(?P<table>(?:[^\W\d][\w.\\]*)?\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\])
    |(?P<area>\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d+)?(?![\w.(\[!]))
    |(?P<columns>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.(\[!]))
    |(?P<rows>\$?\d+:\$?\d+(?![\w.(]))
    |(?P<function>[^\W\d][\w.]*\()
    |(?P<name>[^\W\d\\]*[^\W\d][\w.?\\]*)
    |(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?)
    |(?P<colon>:)
    |(?P<other>[^\w"'\[$:]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_CORNER = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)(\d+)")
_COLUMN = re.compile(r"\[((?:[^\[\]']|'.)*)\]")
_READS_ANYTHING = ("OFFSET(", "INDIRECT(")
_READING = frozenset({"area", "columns", "rows", "table", "name", "colon", "function"})
REF_ERROR = "#REF!"


class Token(NamedTuple):
    """A piece of a formula.

    Attributes:
        kind: string, sheet, table, area, columns, rows, function, name, number, colon or other.
        text: as it stands in the formula; the texts of all tokens joined are the formula.
        sheet: the sheet named before it, without quotes; empty where none is.
    """

    kind: str
    text: str
    sheet: str = ""


@lru_cache(maxsize=65_536)
def tokens(formula: str) -> tuple[Token, ...]:
    """Return the pieces of `formula`, which has no leading `=`."""
    return tuple(_tokens(formula, frozenset(_TOKEN.groupindex)))


def _tokens(formula: str, kinds: frozenset[str]) -> Iterator[Token]:
    """The pieces of some kinds, in their order."""
    sheet = ""
    for match in _TOKEN.finditer(formula):
        kind = str(match.lastgroup)
        if kind in kinds:
            yield Token(kind, match.group(), sheet)
        sheet = _unquoted(match.group()) if kind == "sheet" else ""


def _unquoted(prefix: str) -> str:
    name = prefix[:-1]
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def shifted(formula: str, rows: int, columns: int = 0) -> str:
    """Return `formula` as if copied `rows` down and `columns` to the right: relative references move."""
    if not rows and not columns:
        return formula
    return "".join(_shifted(token, rows, columns) for token in tokens(formula))


def _shifted(token: Token, rows: int, columns: int) -> str:
    if token.kind == "area":
        corners = [_moved_corner(corner, rows, columns) for corner in token.text.split(":")]
        return REF_ERROR if REF_ERROR in corners else ":".join(corners)
    if token.kind == "rows":
        return ":".join(part if part.startswith("$") else str(int(part) + rows) for part in token.text.split(":"))
    if token.kind == "columns":
        return ":".join(
            part if part.startswith("$") else column_letters(column_number(part.upper()) + columns)
            for part in token.text.split(":")
        )
    return token.text


def _moved_corner(corner: str, rows: int, columns: int) -> str:
    match = _CORNER.fullmatch(corner)
    assert match is not None, corner
    fixed_column, letters, fixed_row, digits = match.groups()
    column = column_number(letters.upper()) + (0 if fixed_column else columns)
    row = int(digits) + (0 if fixed_row else rows)
    if not (1 <= row <= MAX_ROW and 1 <= column <= MAX_COLUMN):
        return REF_ERROR
    return f"{fixed_column}{column_letters(column)}{fixed_row}{row}"


@lru_cache(maxsize=4096)
def is_fixed(formula: str) -> bool:
    """Whether `formula` means the same cells wherever it stands, but for `[#This Row]`."""
    return shifted(formula, 1, 1) == formula


def has_relative_rows(formula: str) -> bool:
    """Whether the meaning of `formula` depends on the row it stands in, other than by `[#This Row]`."""
    return shifted(formula, 1) != formula


def resized(formula: str, resizes: Sequence[Resize], sheet: str = "") -> str:
    """Return `formula` with the ranges that span a resized table's body moved along with its end.

    A lone cell is no range and stays. `sheet` is the one meant where the formula names none.
    """
    return "".join(_resized(token, resizes, token.sheet or sheet) for token in tokens(formula))


def _resized(token: Token, resizes: Sequence[Resize], sheet: str) -> str:
    if token.kind != "area" or ":" not in token.text:
        return token.text
    area = Rect.parse(token.text.upper())
    moved = area
    for resize in resizes:
        if resize.sheet.casefold() == sheet.casefold():
            moved = resize.applied(moved)
    if moved == area:
        return token.text
    first, last = token.text.split(":")
    return f"{first}:{last.rstrip('0123456789')}{moved.bottom}"


@dataclass(frozen=True)
class Reads:
    """What a formula reads, before names and tables are looked up.

    Attributes:
        areas: tokens of kind area, columns and rows.
        tables: tokens of kind table.
        names: tokens of kind name.
        anything: whether it may read cells that its text does not tell.
    """

    areas: tuple[Token, ...]
    tables: tuple[Token, ...]
    names: tuple[Token, ...]
    anything: bool


@lru_cache(maxsize=65_536)
def reads(formula: str) -> Reads:
    """Return what `formula` reads."""
    parts = [*_tokens(formula, _READING)]
    return Reads(
        areas=tuple(token for token in parts if token.kind in ("area", "columns", "rows")),
        tables=tuple(token for token in parts if token.kind == "table"),
        names=tuple(token for token in parts if token.kind == "name"),
        anything=any(
            token.kind == "colon" or (token.kind == "function" and token.text.upper() in _READS_ANYTHING)
            for token in parts
        ),
    )


@lru_cache(maxsize=65_536)
def area_of(token: Token, rows: int = 0, columns: int = 0) -> Rect:
    """Return the cells a token of kind area, columns or rows means, its relative parts shifted."""
    text = _shifted(token, rows, columns).replace("$", "").upper()
    if token.kind == "area":
        return Rect(1, 1, 1, 1) if text == REF_ERROR else _ordered(Rect.parse(text))
    first, last = text.split(":")
    if token.kind == "rows":
        return _ordered(Rect(int(first), 1, int(last), MAX_COLUMN))
    return _ordered(Rect(1, column_number(first), MAX_ROW, column_number(last)))


def _ordered(area: Rect) -> Rect:
    top, bottom = sorted((area.top, area.bottom))
    left, right = sorted((area.left, area.right))
    return Rect(top, left, bottom, right)


@lru_cache(maxsize=4096)
def table_and_columns(token: Token) -> tuple[str, tuple[str, ...], bool]:
    """Return a structured reference's table name (empty: its own), first and last column, and `[#This Row]`.

    No column means all of them.
    """
    name, _, rest = token.text.partition("[")
    inner = rest[:-1]
    parts = _COLUMN.findall(inner) if "[" in inner else [inner]
    this_row = "#this row" in inner.casefold() or inner.startswith("@") or "[@" in token.text
    columns = [re.sub(r"'(.)", r"\1", part.lstrip("@").strip()) for part in parts if not part.startswith("#")]
    named = [column for column in columns if column]
    return name, (named[0], named[-1]) if named else (), this_row
