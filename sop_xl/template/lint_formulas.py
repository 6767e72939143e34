"""Lint rules on formulas and names: nothing volatile or too new; what they name is there, and there once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sop_xl.template.lint_package import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sop_xl.template.lint_package import Package

FORBIDDEN = frozenset({"OFFSET", "INDIRECT", "NOW", "TODAY", "RAND", "RANDBETWEEN", "CELL", "INFO", "WEBSERVICE"})
"""Volatile, untraceable or reaching outside."""
FUTURE = frozenset(
    {"AGGREGATE", "CONCAT", "FILTER", "IFNA", "IFS", "LAMBDA", "LET", "MAXIFS", "MINIFS", "RANDARRAY", "SEQUENCE"}
    | {"SORT", "SORTBY", "SWITCH", "TEXTJOIN", "UNIQUE", "XLOOKUP", "XMATCH", "XOR", "DAYS", "STDEV.S", "NUMBERVALUE"}
    | {"FORECAST.ETS", "FORECAST.LINEAR", "PERCENTILE.INC", "RANK.EQ", "CEILING.MATH", "FLOOR.MATH", "TAKE", "VSTACK"}
)
"""Functions younger than Excel 2007, which a file must write with `_xlfn.`: bare, they open as #NAME?."""
OWN_NAME = re.compile(r"(?<![\w.\[])((?:sop|chk|lst)_\w+)")
_STRING = re.compile(r'"(?:[^"]|"")*"')
_FUNCTION = re.compile(r"(?<![\w.])((?:_xlfn\.|_xlws\.)*)([A-Z][A-Z0-9.]*)\(")
_WHOLE = re.compile(r"(?<![\w$.:])(\$?[A-Z]{1,3}:\$?[A-Z]{1,3})(?![\w(:])")
_TABLE = re.compile(r"(?<![\w.])(tbl\w+)(\[(?:[^\[\]]|\[[^\]]*\])*\])?")
_SHEET = re.compile(r"(?:'((?:[^']|'')+)'|(?<![\w'.])([A-Za-z][\w.]*))!")
_THIS_ROW = re.compile(r"(?<![\w\[])\[\[?#This Row\]|\[@")


def functions_allowed(package: Package) -> Iterator[Problem]:
    """No function that is volatile, hides its precedents or reaches outside; no whole-column reference."""
    for where, text in package.formulas:
        bare = _STRING.sub('""', text)
        for prefix, name in _FUNCTION.findall(bare):
            if name in FORBIDDEN:
                yield Problem("function", where, f"{name} is not allowed")
            elif name in FUTURE and not prefix:
                yield Problem("function", where, f"{name} must be written _xlfn.{name}")
        for reference in _WHOLE.findall(re.sub(r"\[[^\]]*\]", "", bare)):
            yield Problem("function", where, f"{reference} is a whole column")
        if _THIS_ROW.search(bare):
            yield Problem("function", where, "a row reference must name its table: tblX[[#This Row],[Column]]")


def references_resolve(package: Package) -> Iterator[Problem]:
    """Every table, column, sheet and own name in a formula is in the workbook."""
    columns = {table.name: set(table.columns) for table in package.tables}
    sheets = {sheet.name for sheet in package.sheets}
    for where, text in package.formulas:
        bare = _STRING.sub('""', text)
        for table, inside in _TABLE.findall(bare):
            if table not in columns:
                yield Problem("reference", where, f"there is no table {table}")
            else:
                for column in _columns_in(inside):
                    if column not in columns[table]:
                        yield Problem("reference", where, f"{table} has no column {column!r}")
        for quoted, plain in _SHEET.findall(bare):
            name = quoted.replace("''", "'") or plain
            if name not in sheets:
                yield Problem("reference", where, f"there is no sheet {name!r}")
        for name in OWN_NAME.findall(bare):
            if name not in package.names:
                yield Problem("reference", where, f"there is no name {name}")
        if "#REF!" in bare:
            yield Problem("reference", where, "the reference is broken")


def names_unique(package: Package) -> Iterator[Problem]:
    """Defined names are unique ignoring case, for the workbook and for each sheet: Excel keeps one of two."""
    seen: set[tuple[str, str]] = set()
    for sheet, name, _ in package.defined:
        key = (sheet, name.lower())
        if key in seen:
            yield Problem("name-unique", f"name {name}", "the workbook defines it twice")
        seen.add(key)


def _columns_in(inside: str) -> list[str]:
    """Return the columns named in a structured reference's brackets; `#Headers` and its like are none."""
    if not inside:
        return []
    inner = re.findall(r"\[([^\[\]]*)\]", inside[1:-1])
    names = inner or [inside[1:-1]]
    return [re.sub(r"'([\[\]#'])", r"\1", name) for name in names if name and not name.startswith("#")]
