"""The month of each record: one order of day and month for the whole column, serial numbers, the 1904 system."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.actuals.dates import SHIFT_1904, DateReading, Order, from_number, order_evidence, read_date
from sop_xl.actuals.findings import Act, Findings
from sop_xl.schema.values import as_text, is_blank, is_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.actuals.context import PasteContext
    from sop_xl.actuals.records import Records
    from sop_xl.domain.cells import Value

FIRST_YEAR = 2000
NO_MONTH = np.iinfo(np.int64).min
_NEAR_DAYS = 62


@dataclass(frozen=True)
class Months:
    """The month of each record.

    Attributes:
        ordinals: as pandas counts months, `NO_MONTH` where there is none; shape (n,).
        header: what the user calls the column.
    """

    ordinals: np.ndarray
    header: str

    @property
    def known(self) -> np.ndarray:
        """Whether a record has a month; shape (n,)."""
        return self.ordinals != NO_MONTH


def month_ordinal(day: dt.date) -> int:
    """Return a month as pandas counts it: months since January 1970."""
    return (day.year - 1970) * 12 + day.month - 1


def read_months(records: Records, context: PasteContext, found: Findings) -> Months:
    """Return the month of each record; what is no usable date is bad."""
    if any(group.period for group in records.layout.groups):
        heads = [month_ordinal(g.period) if g.period else NO_MONTH for g in records.layout.groups]
        months = Months(np.array(heads, dtype=np.int64)[records.groups], "Month")
        return _usable(records, months, None, context, found)
    cells = _cells(records)
    names = records.layout.names("period")
    if cells is None:
        return _fixed(records, context, found)
    order = _order(names, cells, records, found)
    days, serials, texts = _days(cells, order, fiscal=context.fiscal_year_start == 1)
    days = _shifted(days, records, names, context, found)
    ordinals = np.array([NO_MONTH if day is None else month_ordinal(day) for day in days], dtype=np.int64)
    _tell(records, serials, texts, order, names[0], found)
    return _usable(records, Months(ordinals, names[0]), cells, context, found)


def _cells(records: Records) -> list[Value] | None:
    """Return the cells with the date; period and year columns are put together where both are there."""
    periods, years = records.keys("period"), records.keys("year")
    if periods is None or years is None:
        return periods
    return [_with_year(period, year) for period, year in zip(periods, years, strict=True)]


def _with_year(period: Value, year: Value) -> Value:
    if is_blank(period) or is_blank(year) or isinstance(period, dt.date):
        return period
    text, whole = as_text(period).lstrip("0"), as_text(year)
    if text.isdecimal() and len(text) <= 2 and whole.isdecimal() and len(whole) == 4:
        return f"{whole}-{int(text):02d}"
    return f"{as_text(period)} {whole}" if text.isalpha() else period


def _fixed(records: Records, context: PasteContext, found: Findings) -> Months:
    """Return the month the user set for all rows; where there is none, ask (P20)."""
    answer = records.layout.fixed.get("period", "")
    reading = read_date(answer) if answer else DateReading()
    if reading.day_first is None or reading.is_open:
        message = "No column for 'Month'. Pick one, or set a fixed month."
        names = [name for name in records.layout.header.names if name]
        found.ask("P20", ("Month", "period"), message, [str(context.open_period), *names])
        return Months(np.full(len(records), NO_MONTH), "Month")
    return Months(np.full(len(records), month_ordinal(reading.day_first)), "Month")


def _order(names: Sequence[str], cells: list[Value], records: Records, found: Findings) -> Order | None:
    texts = [cell for k, cell in enumerate(cells) if isinstance(cell, str) and not records.out[k]]
    evidence = order_evidence(list(dict.fromkeys(texts)))
    if evidence.proven:
        return evidence.proven
    if evidence.day_first and evidence.month_first:
        message = (
            f"Column {names[0]} mixes orders: '{evidence.day_first}' is day first, '{evidence.month_first}' month "
            "first. Mend the source, or choose one; what does not fit goes to quarantine."
        )
    else:
        reading = read_date(evidence.open)
        assert reading.day_first is not None
        assert reading.month_first is not None
        message = (
            f"{evidence.open}: {_spoken(reading.day_first)} or {_spoken(reading.month_first)}? "
            f"Choose for column {names[0]}."
        )
    answer = found.ask("P05", names, message, [str(order) for order in Order])
    return Order(answer) if answer else None


def _spoken(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _days(
    cells: list[Value], order: Order | None, *, fiscal: bool
) -> tuple[list[dt.date | None], list[int], list[int]]:
    """Return the day of each cell, the records of serial numbers, and those of texts not written year first."""
    memo: dict[object, tuple[dt.date | None, str]] = {}
    days: list[dt.date | None] = []
    kinds: dict[str, list[int]] = {"serial": [], "text": []}
    for k, cell in enumerate(cells):
        key = (type(cell), cell)
        if key not in memo:
            memo[key] = _day(cell, order, fiscal)
        day, kind = memo[key]
        days.append(day)
        if kind:
            kinds[kind].append(k)
    return days, kinds["serial"], kinds["text"]


def _day(cell: Value, order: Order | None, fiscal: bool) -> tuple[dt.date | None, str]:
    if isinstance(cell, dt.datetime):
        return cell.date(), ""
    if isinstance(cell, dt.date):
        return cell, ""
    if isinstance(cell, bool) or cell is None or is_error(cell) or is_blank(cell):
        return None, ""
    if isinstance(cell, int | float):
        day, serial = from_number(cell)
        return day, "serial" if serial else ""
    return _day_of_text(cell, order, fiscal)


def _day_of_text(text: str, order: Order | None, fiscal: bool) -> tuple[dt.date | None, str]:
    reading = read_date(text, fiscal=fiscal)
    day = reading.value(order) if order else reading.sure
    if day is None and text.strip().isdecimal() and len(text.strip()) == 5:
        day, serial = from_number(int(text))
        return day, "serial" if serial else ""
    return day, "" if reading.plain or day is None else "text"


def _shifted(
    days: list[dt.date | None], records: Records, names: Sequence[str], context: PasteContext, found: Findings
) -> list[dt.date | None]:
    """Return the days, four years and a day later where the user says they come from a 1904 book (P07)."""
    live = [day for k, day in enumerate(days) if day is not None and not records.out[k]]
    if not live:
        return days
    middle = sorted(live)[len(live) // 2]
    awaited = context.open_period.start_time.date()
    try:
        close = abs((middle + SHIFT_1904 - awaited).days) <= _NEAR_DAYS
    except OverflowError:
        return days
    if not close:
        return days
    message = (
        "Dates are 4 years and 1 day before the open month. Source workbook may use the 1904 system. "
        f"Shift column {names[0]} to {_spoken(middle + SHIFT_1904)}?"
    )
    answer = found.ask("P07", names, message, ("shift", "keep"), blocking=False, suggestion="shift")
    hits = [k for k, day in enumerate(days) if day is not None and not records.out[k]]
    if answer != "keep":
        said = "Dates were moved 4 years and 1 day forward." if answer else message
        found.add("P07", Act.WARN, said, hits, column=names[0])
    return [day and day + SHIFT_1904 for day in days] if answer == "shift" else days


def _tell(
    records: Records, serials: list[int], texts: list[int], order: Order | None, header: str, found: Findings
) -> None:
    serials = [k for k in serials if not records.out[k] and not records.totals[k]]
    texts = [k for k in texts if not records.out[k] and not records.totals[k]]
    if serials:
        found.add("P06", Act.FIXED, f"{len(serials):,} dates were Excel serial numbers.", serials, column=header)
    if texts:
        how = f"read {order} where that matters" if order else "read as far as they mean one day only"
        message = f"{len(texts):,} dates of column {header} were text; {how}."
        found.add("P05", Act.FIXED, message, texts, column=header)


def _usable(
    records: Records, months: Months, cells: list[Value] | None, context: PasteContext, found: Findings
) -> Months:
    """Return the months without those that cannot be: no date, before 2000, after the plan's end (P08)."""
    ordinals = months.ordinals.copy()
    first, last = (FIRST_YEAR - 1970) * 12, context.plan_end.ordinal
    unusable = (ordinals != NO_MONTH) & ((ordinals < first) | (ordinals > last))
    ordinals[unusable] = NO_MONTH
    live = ~records.out & ~records.totals
    if cells is not None:
        for k in np.flatnonzero(live & (ordinals == NO_MONTH)).tolist():
            _tell_bad(records, k, cells[k], months.header, found)
    elif (live & unusable).any():
        hits = np.flatnonzero(live & unusable)
        shown = sorted({str(pd.Period(ordinal=int(o), freq="M")) for o in months.ordinals[hits]})
        found.add("P08", Act.BAD, f"{', '.join(shown)}: not a usable month.", hits, column=months.header)
    return Months(ordinals, months.header)


def _tell_bad(records: Records, k: int, cell: Value, header: str, found: Findings) -> None:
    where = records.address(k, "period")
    if is_error(cell):
        found.add("P15", Act.BAD, f"{where} holds the error {cell}; fix it in the source.", [k], column=header)
    elif is_blank(cell):
        found.add("P08", Act.BAD, f"{where}: the month is missing.", [k], column=header)
    elif isinstance(cell, str) and read_date(cell).is_open:
        found.add(
            "P05", Act.BAD, f"{where}: '{cell}' waits for the order of day and month you choose.", [k], column=header
        )
    else:
        shown = as_text(cell)[:60]
        found.add("P08", Act.BAD, f"{where}: '{shown}' is not a usable date.", [k], column=header, value=shown)
