"""A column of amounts: one decimal mark for all of it, every cell read or refused with its reason."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sop_xl.actuals.findings import Act, Findings
from sop_xl.actuals.numbers import LARGEST, Mark, MarkEvidence, Reading, mark_evidence, read_amount
from sop_xl.actuals.text import number_text
from sop_xl.schema.values import is_blank, is_error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.actuals.records import Records
    from sop_xl.domain.cells import Value

DASHES = frozenset({"-", "--", "---"})
_PLAIN_DIGITS = frozenset("0123456789.-")


@dataclass(frozen=True)
class Amounts:
    """A column of amounts as read, one value a record.

    Attributes:
        name: `quantity` or `value`.
        header: what the user calls the column.
        exact: the amounts; None: blank or not readable.
        mark: the decimal mark that its texts were read with; None while that is asked.
        symbols: the sign of a currency that stood beside a cell, by record.
        waiting: records whose text can be read in two ways until the user has chosen.
    """

    name: str
    header: str
    exact: list[Decimal | None]
    mark: Mark | None
    symbols: Mapping[int, str]
    waiting: frozenset[int] = frozenset()


def read_amounts(records: Records, name: str, found: Findings, last_month: float = math.nan) -> Amounts | None:
    """Return the amounts of a field, or None where it has no column.

    Args:
        records: the records.
        name: `quantity` or `value`.
        found: takes what is found.
        last_month: total of the field in the last month committed, shown beside both readings.
    """
    cells = records.amounts(name)
    if cells is None:
        return None
    names = records.layout.names(name)
    live = ~records.out
    texts = {
        k: c for k, c in enumerate(cells) if isinstance(c, str) and live[k] and not is_blank(c) and not is_error(c)
    }
    distinct = list(dict.fromkeys(texts.values()))
    mark = _mark(names, mark_evidence(distinct), list(texts.values()), found, last_month)
    dash = _dash(texts, names, found)
    readings = {text: read_amount(text) for text in distinct}
    shares = _percentages(records, name, cells)
    exact = [_exact(c, readings, mark, dash) if live[k] and k not in shares else None for k, c in enumerate(cells)]
    waiting = frozenset(k for k, text in texts.items() if mark is None and readings[text].is_open)
    symbols = {k: symbol for k, text in texts.items() if (symbol := readings[text].symbol)}
    amounts = Amounts(name, names[0], exact, mark, symbols, waiting)
    if waiting:
        message = f"{len(waiting):,} amounts of column {names[0]} wait for the decimal mark you choose."
        found.add("P04", Act.BAD, message, sorted(waiting), column=names[0])
    _tell_faults(records, amounts, cells, dash, found)
    _tell_repairs(records, amounts, texts, found)
    return amounts


def _mark(
    names: Sequence[str], evidence: MarkEvidence, texts: list[str], found: Findings, last_month: float
) -> Mark | None:
    if evidence.proven:
        return evidence.proven
    column = names[0]
    if evidence.dot and evidence.comma:
        message = (
            f"Column {column} mixes decimal marks: '{evidence.dot}' needs the dot, '{evidence.comma}' the comma. "
            "Mend the source, or choose one; what does not fit goes to quarantine."
        )
    else:
        message = f"{_both_ways(evidence.open)} Choose once for column {column}. {_totals(texts, last_month)}"
    answer = found.ask("P04", names, message, [str(mark) for mark in Mark])
    return Mark(answer) if answer else None


def _both_ways(text: str) -> str:
    reading = read_amount(text)
    return f"Is '{text}' {reading.dot:,f} (decimal dot) or {reading.comma:,f} (decimal comma)?"


def _totals(texts: list[str], last_month: float) -> str:
    sums = {mark: sum((read_amount(t).value(mark) or Decimal(0) for t in texts), Decimal(0)) for mark in Mark}
    before = f"; last month {last_month:,.2f}" if last_month == last_month else ""  # noqa: PLR0124 - NaN
    return f"The texts add up to {sums[Mark.DOT]:,.2f} with the dot, {sums[Mark.COMMA]:,.2f} with the comma{before}."


def _percentages(records: Records, name: str, cells: Sequence[Value]) -> frozenset[int]:
    """Return the records whose number is shown as a percentage; one that says 5 % holds 0.05."""
    places = {place for place, code in records.raw.formats.items() if "%" in code}
    if not places:
        return frozenset()
    rows = enumerate(records.rows.tolist())
    numbers = ((k, row) for k, row in rows if isinstance(cells[k], int | float) and not isinstance(cells[k], bool))
    return frozenset(k for k, row in numbers if (row, records.column_of(k, name)) in places)


def _dash(texts: Mapping[int, str], names: Sequence[str], found: Findings) -> str:
    dashes = sum(number_text(text) in DASHES for text in texts.values())
    if not dashes:
        return ""
    message = f"{dashes:,} cells of column {names[0]} hold only a dash. What does it mean?"
    return found.ask("P34", names, message, ("zero", "no data"), blocking=False)


def _exact(cell: Value, readings: Mapping[str, Reading], mark: Mark | None, dash: str) -> Decimal | None:
    if isinstance(cell, str):
        if cell not in readings:
            return None
        if dash == "zero" and number_text(cell) in DASHES:
            return Decimal(0)
        value = readings[cell].value(mark) if mark else readings[cell].sure
    elif isinstance(cell, bool) or not isinstance(cell, int | float) or not math.isfinite(cell):
        return None
    else:
        value = Decimal(repr(cell)) + 0
    return value if value is None or abs(value) < LARGEST else None


def _tell_faults(records: Records, amounts: Amounts, cells: list[Value], dash: str, found: Findings) -> None:
    for k in [k for k, value in enumerate(amounts.exact) if value is None and cells[k] is not None]:
        cell = cells[k]
        if records.out[k] or records.totals[k] or k in amounts.waiting or is_blank(cell):
            continue
        if dash == "no data" and isinstance(cell, str) and number_text(cell) in DASHES:
            continue
        where = records.address(k, amounts.name)
        if is_error(cell):
            code, message = "P15", f"{where} holds the error {cell}; fix it in the source."
        else:
            code, message = "P34", f"{where}: {_fault(cell)}; an amount belongs here."
        found.add(code, Act.BAD, message, [k], column=amounts.header, value=str(cell)[:80])


def _fault(cell: Value) -> str:
    if isinstance(cell, bool):
        return f"{str(cell).upper()} is a yes/no value"
    if isinstance(cell, dt.date):
        return f"{cell.isoformat()} is a date"
    if isinstance(cell, str) and not read_amount(cell).is_number:
        return f"'{cell[:60]}' is text"
    if (
        isinstance(cell, str)
        and abs(next(v for v in (read_amount(cell).dot, read_amount(cell).comma) if v is not None)) < LARGEST
    ):
        return f"'{cell[:60]}' does not fit the decimal mark of the column"
    if isinstance(cell, int | float) and abs(cell) < LARGEST:
        return f"{cell * 100:.6g}% is a percentage"
    return f"{str(cell)[:40]} is too large to keep to the cent"


def _tell_repairs(records: Records, amounts: Amounts, texts: Mapping[int, str], found: Findings) -> None:
    good = {k: text for k, text in texts.items() if amounts.exact[k] is not None and not records.totals[k]}
    odd = [k for k, text in good.items() if records.raw.typed or not _is_plain(text, amounts.mark)]
    if odd:
        how = f"using the decimal {amounts.mark}" if amounts.mark else "where they mean one number"
        message = f"{len(odd):,} amounts were text; read as numbers {how}."
        found.add("P01", Act.FIXED, message, odd, column=amounts.header, value=good[odd[0]])
    signs = [k for k, text in good.items() if read_amount(text).repaired]
    for negative in (True, False):
        if alike := [k for k in signs if ((amounts.exact[k] or 0) < 0) is negative]:
            first = good[alike[0]].strip()
            message = f"{len(alike):,} values like '{first}' read as {'negative' if negative else 'positive'}."
            found.add("P02", Act.FIXED, message, alike, column=amounts.header, value=first)
    cells = records.amounts(amounts.name) or []
    numbers = any(
        isinstance(c, int | float) and not isinstance(c, bool) and not records.totals[k] for k, c in enumerate(cells)
    )
    if records.raw.typed and numbers and good:
        first_cell = records.address(next(iter(good)), amounts.name)
        message = f"Column {amounts.header} mixes text and numbers; check {first_cell}."
        found.add("P03", Act.WARN, message, list(good), column=amounts.header)


def _is_plain(text: str, mark: Mark | None) -> bool:
    """Whether a text is a number as every program writes it, so that reading it changes nothing."""
    return _PLAIN_DIGITS.issuperset(text) and text[-1:] != "-" and (mark is not Mark.COMMA or "." not in text)
