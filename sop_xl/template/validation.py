"""Rules on input cells: what may be typed, said before and after in plain words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.table import Kind

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.schema.settings import SettingSpec
    from sop_xl.schema.table import Column

TITLE_LIMIT, MESSAGE_LIMIT = 32, 255
"""What Excel takes; one character more and it repairs the file."""
LIST_LIMIT = 255
FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2199, 12, 31)
HUGE = 1e15

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0."""


def explain(sheet: Worksheet, row: int, position: int, column: Column) -> None:
    """Say what a column holds when its header is chosen."""
    rule = {"validate": "any", **_message(column.header, _about(column))}
    sheet.data_validation(row, position, row, position, rule)


def validate(sheet: Worksheet, area: Area, column: Column) -> None:
    """Put the rule of an input column on its cells."""
    rule = {**_rule(column), "ignore_blank": True, **_message(column.header, _about(column))}
    sheet.data_validation(*area, rule)


def setting_rule(sheet: Worksheet, row: int, position: int, spec: SettingSpec) -> None:
    """Put the rule of one setting on its value cell."""
    rule: dict[str, Any] = {"validate": "any"}
    if spec.kind in ("number", "whole"):
        rule = _numbers("integer" if spec.kind == "whole" else "decimal", spec.minimum, spec.maximum, spec.unit)
    elif spec.kind in ("flag", "choice"):
        rule = _list(["yes", "no"] if spec.kind == "flag" else list(spec.choices))
    elif spec.kind == "month":
        rule = _days("Type the first day of the month, such as 2026-11-01.")
    sheet.data_validation(row, position, row, position, rule | {"ignore_blank": True} | _message(spec.name, spec.help))


def _about(column: Column) -> str:
    """Return the column's help with its unit, its choices and what a blank means."""
    parts = [column.help]
    if _listed(column) and column.kind is not Kind.FLAG and ", ".join(column.choices) not in column.help:
        parts.append(f"One of: {', '.join(column.choices)}.")
    if column.unit and column.kind not in (Kind.MONTH, Kind.DATE):
        parts.append(f"In {column.unit}.")
    if column.refers:
        parts.append(f"From the table {TABLE_BY_NAME[column.refers].sheet}.")
    if column.kind is Kind.MONTH:
        parts.append("A month: type 2026-11-01, or any day in it.")
    if column.default not in (None, "") and "lank" not in column.help:
        shown = {True: "yes", False: "no"}.get(column.default, column.default)  # type: ignore[arg-type]
        parts.append(f"Blank: {shown:g}." if isinstance(shown, float) else f"Blank: {shown}.")
    return " ".join(part for part in parts if part)


def _listed(column: Column) -> bool:
    """Whether the choices fit into a list of Excel's; a longer one is left to the check."""
    return bool(column.choices) and len(",".join(column.choices)) <= LIST_LIMIT


def _rule(column: Column) -> dict[str, Any]:
    if column.kind is Kind.FLAG:
        return _list(["yes", "no"])
    if _listed(column):
        return _list(list(column.choices))
    if column.refers:
        sheet = TABLE_BY_NAME[column.refers].sheet
        return {
            "validate": "list",
            "source": f"=lst_{TABLE_BY_NAME[column.refers].excel_name[3:]}",
            "error_type": "warning",
            "error_title": "Not in the list",
            "error_message": f"This is not in the table {sheet}. Add it there, or choose another.",
        }
    if column.is_numeric:
        return _numbers("decimal", column.minimum, column.maximum, column.unit)
    if column.kind is Kind.MONTH:
        return _days("This is not a month. Type its first day, such as 2026-11-01.")
    if column.kind is Kind.DATE:
        return _days("This is not a day. Type it as 2026-11-30.")
    return {"validate": "any"}


def _list(words: list[str]) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": words,
        "error_title": "Choose from the list",
        "error_message": _cut(f"Choose one of: {', '.join(words)}.", MESSAGE_LIMIT),
    }


def _numbers(kind: str, low: float | None, high: float | None, unit: str) -> dict[str, Any]:
    bounds = {
        (True, True): f"from {low} to {high}",
        (True, False): f"of {low} or more",
        (False, True): f"of {high} or less",
        (False, False): "",
    }[low is not None, high is not None]
    words = "whole number" if kind == "integer" else "number"
    text = f"Enter a {words} {bounds}".rstrip() + (f" ({unit})." if unit else ".") + " Leave it empty for no data."
    return {
        "validate": kind,
        "criteria": "between",
        "minimum": -HUGE if low is None else low,
        "maximum": HUGE if high is None else high,
        "error_title": "A number is needed",
        "error_message": _cut(text, MESSAGE_LIMIT),
    }


def _days(text: str) -> dict[str, Any]:
    return {
        "validate": "date",
        "criteria": "between",
        "minimum": FIRST_DAY,
        "maximum": LAST_DAY,
        "error_title": "A date is needed",
        "error_message": text,
    }


def _message(title: str, text: str) -> dict[str, str]:
    words = {"input_title": _cut(title, TITLE_LIMIT)}
    return words | {"input_message": _cut(text, MESSAGE_LIMIT)} if text else words


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + "…"
