"""The tables as a page of documentation: schema in, Markdown out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.schema import INPUT_TABLES, RESULT_TABLES, VIEW_TABLES
from sop_xl.schema.settings import SETTING_SPECS
from sop_xl.schema.table import Kind, Owner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.schema.settings import SettingSpec
    from sop_xl.schema.table import Column, Table

HEAD = """\
# The tables

Made from the schema by `make docs`; do not edit. Each table stands on a sheet of its own, as an Excel table of the \
name given, and is a CSV file of its snake_case name in `sop-xl import` and `sop-xl export`, with the fields as column \
names.

- Columns with * are the key: together they tell a row from the others. A key part in *italics* may be blank.
- Text is text for ever: `00123`, `1E5` and `NA` are codes like any other.
- Blank is "no data", never zero. A default says what the engines take where a cell is blank.
- A month is `YYYY-MM` in CSV and a date, the first of the month, in Excel; a day is `YYYY-MM-DD`.
- A time is `YYYY-MM-DD HH:MM:SS`, by the local clock of the computer that wrote it.
- Percentages are in points: 15 means 15 %. Money is in the plan currency, quantities in the item's unit.
- Optional tables may be empty, optional columns absent. Columns of your own are kept.
"""

KIND_WORDS = {
    Kind.TEXT: "text",
    Kind.NUMBER: "number",
    Kind.MONEY: "amount",
    Kind.PERCENT: "percent",
    Kind.MONTH: "month",
    Kind.DATE: "day",
    Kind.TIME: "day and time",
    Kind.FLAG: "yes or no",
    Kind.ANY: "any",
}


def reference() -> str:
    """Return the whole page, ending in a line break; the same schema gives the same text."""
    parts = [HEAD, _contents("Inputs", INPUT_TABLES), _contents("Results", RESULT_TABLES + VIEW_TABLES)]
    parts += ["## Inputs\n", "You write these.\n"]
    for table in INPUT_TABLES:
        parts.append(_table(table))
        if table.name == "settings":
            parts.append(_settings(SETTING_SPECS))
    parts += ["## Results\n", "Python writes these, and replaces them in each run.\n"]
    parts += [_table(table) for table in RESULT_TABLES + VIEW_TABLES]
    return "\n".join(parts)


def _contents(title: str, tables: Sequence[Table]) -> str:
    links = ", ".join(f"[{table.name}](#{table.name})" for table in tables)
    return f"**{title}**: {links}\n"


def _table(table: Table) -> str:
    where = f"Sheet *{table.sheet}*"
    where += ", laid out by Python." if table.view else f", table `{table.excel_name}`."
    if table.required:
        where += " At least one row is needed."
    lines = [f"### {table.name}\n", f"{where} {table.help}\n"]
    return "\n".join([*lines, _rows(("field", "header", "type", "unit", "default", "what it is"), _columns(table))])


def _columns(table: Table) -> list[tuple[str, ...]]:
    return [
        (
            _field(table, column),
            column.header,
            KIND_WORDS[column.kind],
            column.unit,
            "" if column.default is None else _plain(column.default),
            _meaning(table, column),
        )
        for column in table.columns
    ]


def _field(table: Table, column: Column) -> str:
    if column.field not in table.key:
        return f"`{column.field}`"
    return f"*`{column.field}`* \\*" if column.field in table.blank_key else f"`{column.field}` \\*"


def _meaning(table: Table, column: Column) -> str:
    parts = [column.help] if column.help else []
    told = all(choice in column.help for choice in column.choices)
    if column.choices and column.kind is Kind.TEXT and not told:
        parts.append(f"One of {', '.join(column.choices)}.")
    if column.refers:
        parts.append(f"From [{column.refers}](#{column.refers}).")
    parts += _bounds(column.minimum, column.maximum)
    if column.required and column.field not in table.key:
        parts.append("Needed.")
    if column.owner is Owner.PYTHON and table.owner is Owner.USER:
        parts.append("Written by Python.")
    return " ".join(parts)


def _bounds(minimum: float | None, maximum: float | None) -> list[str]:
    if minimum is not None and maximum is not None:
        return [f"{minimum:g} to {maximum:g}."]
    if minimum is not None:
        return [f"{minimum:g} or more."]
    return [] if maximum is None else [f"{maximum:g} or less."]


def _settings(specs: Sequence[SettingSpec]) -> str:
    rows = [(f"`{spec.name}`", spec.unit, _plain(spec.default), _setting_meaning(spec)) for spec in specs]
    return _rows(("parameter", "unit", "default", "what it does"), rows)


def _setting_meaning(spec: SettingSpec) -> str:
    bounds = _bounds(spec.minimum, spec.maximum)
    return " ".join([spec.help, *(bound for bound in bounds if bound not in spec.help)])


def _plain(value: str | float | bool | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, int | float) else str(value or "")


def _rows(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"
