"""A table's filters taken off while it is written, for Excel skips hidden rows, and set again afterwards."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from sop_xl.adapters.live import excel_model
from sop_xl.adapters.live.busy import patient, stubborn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import xlwings as xw

_NONE, _UNKNOWN = "none", "unknown"
_PARTS = ("field", "type", "values", "operator", "value1", "value2", "count", "percent")
Criterion = dict[str, Any]


@contextmanager
def unfiltered(tables: Sequence[xw.main.Table]) -> Iterator[None]:
    """Show all rows of `tables` for a while.

    A filter of a kind that xlwings cannot set again (by colour, by icon, dynamic) stays on, and is applied
    anew afterwards.
    """
    with ExitStack() as stack:
        for table in tables:
            if patient(lambda table=table: excel_model.is_filtered(table)):  # type: ignore[misc]
                stack.callback(_lift(table))
        yield


def _lift(table: xw.main.Table) -> Callable[[], None]:
    """Take the filter of a table off; return what sets it again."""
    criteria = patient(lambda: criteria_of(table))
    if criteria is None:
        return lambda: stubborn(lambda: excel_model.filter_again(table))
    patient(table.autofilter.clear)
    return lambda: stubborn(lambda: set_criteria(table, criteria))


def criteria_of(table: xw.main.Table) -> list[Criterion] | None:
    """Return what a table is filtered by, as plain values; None where it is of a kind that cannot be set again."""
    criteria = [c for c in table.autofilter.criteria if c.type != _NONE]
    if any(criterion.type == _UNKNOWN for criterion in criteria):
        return None
    return [{name: getattr(criterion, name) for name in _PARTS} for criterion in criteria]


def set_criteria(table: xw.main.Table, criteria: Sequence[Mapping[str, Any]]) -> None:
    """Filter a table by what `criteria_of` told."""
    autofilter = table.autofilter
    for criterion in criteria:
        kind, field = criterion["type"], criterion["field"]
        count, percent = criterion["count"] or 1, criterion["percent"] or 0.0
        if kind == "values":
            autofilter.apply_values(field, criterion["values"] or [""])
        elif kind == "comparison":
            assert criterion["operator"] is not None
            autofilter.apply_comparison(field, criterion["operator"], criterion["value1"], criterion["value2"])
        elif kind == "top_items":
            autofilter.apply_top_items(field, count)
        elif kind == "bottom_items":
            autofilter.apply_bottom_items(field, count)
        elif kind == "top_percent":
            autofilter.apply_top_percent(field, percent)
        elif kind == "bottom_percent":
            autofilter.apply_bottom_percent(field, percent)
