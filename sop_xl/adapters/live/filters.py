"""A table's filters taken off while it is written, for Excel skips hidden rows, and set again afterwards."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from sop_xl.adapters.live import excel_model
from sop_xl.adapters.live.busy import patient, stubborn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import xlwings as xw

_NONE, _UNKNOWN = "none", "unknown"


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
    criteria = patient(lambda: [c for c in table.autofilter.criteria if c.type != _NONE])
    if any(criterion.type == _UNKNOWN for criterion in criteria):
        return lambda: stubborn(lambda: excel_model.filter_again(table))
    patient(table.autofilter.clear)
    return lambda: stubborn(lambda: _set(table.autofilter, criteria))


def _set(autofilter: xw.main.AutoFilter, criteria: Sequence[xw.main.AutoFilterCriteria]) -> None:
    for criterion in criteria:
        field, count, percent = criterion.field, criterion.count or 1, criterion.percent or 0.0
        if criterion.type == "values":
            autofilter.apply_values(field, criterion.values or [""])
        elif criterion.type == "comparison":
            assert criterion.operator is not None
            autofilter.apply_comparison(field, criterion.operator, criterion.value1, criterion.value2)
        elif criterion.type == "top_items":
            autofilter.apply_top_items(field, count)
        elif criterion.type == "bottom_items":
            autofilter.apply_bottom_items(field, count)
        elif criterion.type == "top_percent":
            autofilter.apply_top_percent(field, percent)
        elif criterion.type == "bottom_percent":
            autofilter.apply_bottom_percent(field, percent)
