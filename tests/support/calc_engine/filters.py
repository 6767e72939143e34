"""The filters of a table, as xlwings tells and sets them."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes

from tests.support.calc_engine.calls import CALLS
from tests.support.calc_engine.uno_bridge import constant, struct

_OPERATORS = {
    "equal_to": "EQUAL",
    "not_equal_to": "NOT_EQUAL",
    "greater_than": "GREATER",
    "less_than": "LESS",
    "greater_than_or_equal": "GREATER_EQUAL",
    "less_than_or_equal": "LESS_EQUAL",
}
_OPERATOR = "sheet.FilterOperator2"
TEXT = 1


class AutoFilter(base_classes.AutoFilter):
    """The filter of one table; fields are its columns, counted from 1."""

    def __init__(self, table: Any) -> None:
        self._table = table

    @property
    def _fields(self) -> list[Any]:
        return [*self._table.range_.getFilterDescriptor().getFilterFields3()]

    @property
    def is_on(self) -> bool:
        """Whether any column is filtered."""
        return bool(self._fields)

    @property
    def criteria(self) -> list[dict[str, Any]]:
        found = {int(field.Field) + 1: field for field in self._fields}
        columns = range(1, self._table.range.shape[1] + 1)
        return [_criterion(k, found[k]) if k in found else base_classes.empty_autofilter_criteria(k) for k in columns]

    def apply_values(self, field: int, values: list[str]) -> None:
        self._put(field, "EQUAL", [_value(value) for value in values])

    def apply_comparison(self, field: int, operator: str, value1: Any, value2: Any) -> None:
        if value1 is None:
            self._put(field, "EMPTY" if operator == "equal_to" else "NOT_EMPTY", [_value("")])
        else:
            self._put(field, _OPERATORS[operator], [_value(value1)])

    def clear(self, field: int | None) -> None:
        self._set([other for other in self._fields if field is not None and int(other.Field) + 1 != field])

    def apply(self) -> None:
        """Filter again, by what is set."""
        self._set(self._fields)

    def _put(self, field: int, operator: str, values: list[Any]) -> None:
        made = struct("sheet.TableFilterField3", Field=field - 1, Operator=constant(f"{_OPERATOR}.{operator}"))
        made.Connection = _and()
        made.Values = tuple(values)
        others = [other for other in self._fields if int(other.Field) + 1 != field]
        self._set(sorted([*others, made], key=lambda each: int(each.Field)))

    def _set(self, fields: list[Any]) -> None:
        CALLS.note("filter", self._table.name, len(fields))
        descriptor = self._table.range_.getFilterDescriptor()
        descriptor.ContainsHeader = self._table.show_headers
        descriptor.setFilterFields3(tuple(fields))
        self._table.range_.refresh()
        if not fields:
            self._table.data_body_range.row_hidden = False


def _criterion(number: int, field: Any) -> dict[str, Any]:
    operators = {constant(f"{_OPERATOR}.{calc}"): name for name, calc in _OPERATORS.items()}
    values = [value.StringValue or f"{value.NumericValue:g}" for value in field.Values]
    snapshot = base_classes.empty_autofilter_criteria(number)
    if field.Operator == constant(f"{_OPERATOR}.EQUAL"):
        return {**snapshot, "type": "values", "values": values}
    operator = operators.get(field.Operator)
    if operator is None:
        return {**snapshot, "type": "unknown"}
    return {**snapshot, "type": "comparison", "operator": operator, "value1": values[0]}


def _value(text: str) -> Any:
    try:
        number = float(text)
    except ValueError:
        return struct("sheet.FilterFieldValue", StringValue=text, FilterType=TEXT)
    return struct("sheet.FilterFieldValue", IsNumeric=True, NumericValue=number, StringValue=text)


def _and() -> Any:
    return struct("sheet.TableFilterField3").Connection
