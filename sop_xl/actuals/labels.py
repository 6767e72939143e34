"""Measure, currency and unit of each record, and the fixed values that stand in for a column."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.actuals.findings import Act, Findings
from sop_xl.actuals.numbers import SYMBOLS
from sop_xl.actuals.periods import NO_MONTH
from sop_xl.actuals.synonyms import meaning_of, measure_named
from sop_xl.actuals.text import name_of
from sop_xl.schema.inputs import MEASURES
from sop_xl.schema.values import as_text, is_blank, is_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.actuals.amounts import Amounts
    from sop_xl.actuals.context import PasteContext
    from sop_xl.actuals.periods import Months
    from sop_xl.actuals.records import Records
    from sop_xl.domain.cells import Value

DEFAULT_MEASURE = "shipments"
_EACH = ("ea", "each", "pc", "pcs", "piece", "pieces", "st", "stk", "stuck", "stueck", "pce", "unit", "units", "u")
_UNIT_TWINS = {
    **dict.fromkeys(_EACH, "ea"),
    **dict.fromkeys(("kgs", "kilogram", "kilo"), "kg"),
    **dict.fromkeys(("litre", "liter", "ltr"), "l"),
    **dict.fromkeys(("mtr", "meter", "metre"), "m"),
}
_ISO = re.compile(r"[A-Z]{3}")


def read_measures(records: Records, context: PasteContext, found: Findings) -> np.ndarray:
    """Return the measure of each record: by column, header, title or file name; else shipments, which is told."""
    cells = records.keys("measure")
    if cells is not None:
        return _measures_of(records, cells, found)
    groups = [group.measure for group in records.layout.groups]
    default = _default_measure(records, context, found) if "" in groups else ""
    return np.array([measure or default for measure in groups], dtype=object)[records.groups]


def _measures_of(records: Records, cells: list[Value], found: Findings) -> np.ndarray:
    header = records.layout.names("measure")[0]

    def judge(cell: Value) -> str:
        name = as_text(cell).strip().lower().replace(" ", "_")
        return name if name in MEASURES else meaning_of(as_text(cell)).measure or measure_named(as_text(cell))

    def fault(cell: Value) -> str:
        return f"measure '{as_text(cell)[:40]}' is not known. Measures: {', '.join(MEASURES[:8])} ..."

    return _looked_up(records, "measure", cells, judge, ("P10", fault, header), found, required=True)


def _default_measure(records: Records, context: PasteContext, found: Findings) -> str:
    fixed = records.layout.fixed.get("measure", "").strip().lower()
    if fixed in MEASURES:
        return fixed
    raw, top = records.raw, records.layout.header.row
    titles = [cell for row in raw.rows[:top] for cell in row if isinstance(cell, str)]
    named = [measure for text in (*titles, raw.sheet, raw.source) if (measure := measure_named(text))]
    before = set(context.committed["measure"].unique())
    measure = named[0] if named else before.pop() if len(before) == 1 else DEFAULT_MEASURE
    why = "as the title or file name says" if named else "since nothing names the measure"
    message = f"Rows are read as {measure}, {why}. Answer P20:Measure to set another one."
    found.note("P20", message, "Measure")
    return measure


def _looked_up(
    records: Records,
    field: str,
    cells: list[Value],
    judge: Callable[[Value], str],
    fault: tuple[str, Callable[[Value], str], str],
    found: Findings,
    *,
    required: bool,
) -> np.ndarray:
    """Return what `judge` makes of each cell; "" is a fault, told by code, message and header of `fault`."""
    out = np.full(len(records), "", dtype=object)
    places: dict[tuple[type, Value], list[int]] = {}
    for k, cell in enumerate(cells):
        if not records.out[k] and not records.totals[k]:
            places.setdefault((type(cell), cell), []).append(k)
    code, message, header = fault
    for (_, cell), hits in places.items():
        where = records.address(hits[0], field)
        if is_error(cell):
            text = f"{where} holds the error {cell}; fix it in the source."
            found.add("P15", Act.BAD, text, hits, column=header)
        elif is_blank(cell):
            if required:
                found.add(code, Act.BAD, f"{where}: the {field} is missing.", hits, column=header)
        else:
            out[hits] = judge(cell)
            if not out[hits[0]]:
                found.add(code, Act.BAD, f"{where}: {message(cell)}", hits, column=header, value=as_text(cell)[:40])
    return out


def read_currencies(records: Records, value: Amounts | None, context: PasteContext, found: Findings) -> np.ndarray:
    """Return the currency of each record; "" means the plan currency."""
    known = context.currencies()
    heads = np.array([group.currency for group in records.layout.groups], dtype=object)[records.groups]
    cells = records.keys("currency")
    if cells is not None:
        header = records.layout.names("currency")[0]

        def judge(cell: Value) -> str:
            code = as_text(cell).strip().upper()
            return code if code in known or _ISO.fullmatch(code) else ""

        def fault(cell: Value) -> str:
            hint = next((f" Is it {SYMBOLS[c][0]}?" for c in as_text(cell) if c in SYMBOLS), "")
            return f"currency '{as_text(cell)[:20]}' unknown. Write the three letters of the code.{hint}"

        out = _looked_up(records, "currency", cells, judge, ("P24", fault, header), found, required=False)
        heads = np.where(out == "", heads, out)
    elif value is not None and not any(heads):
        heads[:] = _fixed_currency(records, known) or _shown_currency(records, value, known, found)
        if not any(heads) and _asks_currency(known, context, found):
            return heads
    _tell_symbols(records, heads, value, context, found)
    return heads


def _fixed_currency(records: Records, known: set[str]) -> str:
    fixed = records.layout.fixed.get("currency", "").upper()
    return fixed if fixed in known else ""


def _shown_currency(records: Records, value: Amounts, known: set[str], found: Findings) -> str:
    """Return the currency whose sign stands beside every value, where the company knows one only that it may be."""
    live = [k for k, amount in enumerate(value.exact) if amount is not None and not records.totals[k]]
    signs = {value.symbols.get(k, "") for k in live}
    meant = [code for code in SYMBOLS.get(signs.pop(), ()) if code in known] if len(signs) == 1 else []
    if len(meant) != 1:
        return ""
    found.note("P20", f"No column for 'Currency'; every value carries the sign of {meant[0]}.", "Currency")
    return meant[0]


def _asks_currency(known: set[str], context: PasteContext, found: Findings) -> bool:
    """Ask for the currency where the company has several, else say that it is the plan currency; True: asked."""
    if len(known) > 1:
        message = "No column for 'Currency'. Pick one or set a fixed value."
        found.ask("P20", ("Currency", "currency"), message, sorted(known), suggestion=context.currency)
    else:
        found.note("P20", f"No column for 'Currency'; values are read as {context.currency}.", "Currency")
    return len(known) > 1


def _tell_symbols(
    records: Records, currencies: np.ndarray, value: Amounts | None, context: PasteContext, found: Findings
) -> None:
    for k, symbol in (value.symbols if value else {}).items():
        said = currencies[k] or context.currency
        if said not in SYMBOLS[symbol] and not records.totals[k]:
            where = records.address(k, "value")
            found.add("P24", Act.BAD, f"{where} shows {symbol}, but the row is in {said}.", [k], column="Currency")


def check_currencies(
    currencies: np.ndarray, codes: dict[str, np.ndarray], value: Amounts | None, context: PasteContext, found: Findings
) -> None:
    """Find rows in another currency than their entity reports in (P24)."""
    if value is None:
        return
    has_value = np.array([amount is not None for amount in value.exact], dtype=bool)
    said = np.where(currencies == "", context.currency, currencies)
    for table in ("location", "market"):
        for code, home in sorted(context.homes(table).items()):
            mine = (codes[table] == code) & has_value & (currencies != "") & (said != home)
            if table == "market":
                mine &= said != context.currency
            for wrong in sorted(set(said[mine])):
                hits = np.flatnonzero(mine & (said == wrong))
                found.add(
                    "P24", Act.BAD, f"Entity {code} reports in {home}; rows say {wrong}.", hits, column="Currency"
                )


def check_rates(
    currencies: np.ndarray, months: Months, live: np.ndarray, context: PasteContext, found: Findings
) -> None:
    """Block where a foreign currency has no rate for a month (P25); warn where a rate looks inverted."""
    foreign = live & (currencies != "") & (currencies != context.currency) & (months.ordinals != NO_MONTH)
    rates = context.fx_rates
    rate = rates["actual_rate"].where(rates["actual_rate"].gt(0), rates["plan_rate"])
    usable = rates.assign(rate=rate)[rate.gt(0)]
    table = {
        (c, p.ordinal): float(r) for c, p, r in zip(usable["currency"], usable["period"], usable["rate"], strict=True)
    }
    pairs = sorted(set(zip(currencies[foreign], months.ordinals[foreign].tolist(), strict=True)))
    for currency, month in pairs:
        name = str(pd.Period(ordinal=month, freq="M"))
        if (currency, month) not in table:
            message = f"No rate {currency}->{context.currency} for {name}. Add it to FX rates."
            others = any(code == currency for code, _ in table)
            choices = ("use the nearest rate",) if others else ()
            if found.ask("P25", (f"{currency} {name}",), message, choices):
                hits = np.flatnonzero(foreign & (currencies == currency) & (months.ordinals == month))
                found.add("P25", Act.WARN, f"{message} The nearest rate is used.", hits)
        elif _jumps(table, currency, month):
            message = f"Rate {currency}->{context.currency} for {name} is far from the month before: inverted?"
            found.add("P25", Act.WARN, message, column="Currency")


def _jumps(table: dict[tuple[str, int], float], currency: str, month: int) -> bool:
    before = [table[key] for key in sorted(table) if key[0] == currency and key[1] < month]
    if not before:
        return False
    ratio = table[currency, month] / before[-1]
    inverted = abs(table[currency, month] * before[-1] - 1) < 0.1 and not 0.8 < ratio < 1.25
    return inverted or not 0.02 < ratio < 50


def convert_units(
    records: Records, items: np.ndarray, quantity: Amounts | None, context: PasteContext, found: Findings
) -> list[Decimal | None] | None:
    """Return the quantities in each item's own unit; without a factor the rows are bad (P26)."""
    if quantity is None:
        return None
    cells = records.keys("unit")
    fixed = records.layout.fixed.get("unit", "")
    if cells is None and not fixed:
        return quantity.exact
    own = dict(zip(context.items["item"], context.items["uom"], strict=True))
    factors = {unit: _factor(text) for unit, text in found.answers.start_with("P26").items()}
    out = list(quantity.exact)
    groups: dict[tuple[str, str], list[int]] = {}
    for k in range(len(records)):
        written = fixed if cells is None else cells[k]
        if records.out[k] or records.totals[k] or is_blank(written) or items[k] == "":
            continue
        groups.setdefault((items[k], as_text(written)), []).append(k)
    for (item, unit), hits in groups.items():
        if not is_same_unit(unit, own.get(item, "")):
            _convert(item, unit, own.get(item, "") or "EA", factors, hits, out, found)
    return out


def _convert(
    item: str,
    unit: str,
    base: str,
    factors: dict[str, Decimal | None],
    hits: list[int],
    out: list[Decimal | None],
    found: Findings,
) -> None:
    factor = factors.get(f"{item} {unit}".casefold()) or factors.get(unit.strip().casefold())
    if factor is None:
        message = f"Item {item}: unit {unit} has no conversion to {base}. Answer P26:{unit}=FACTOR, or mend the rows."
        found.add("P26", Act.BAD, message, hits, column="Unit", value=unit)
        return
    for k in hits:
        out[k] = None if (amount := out[k]) is None else amount * factor
    message = f"Item {item}: {len(hits):,} quantities in {unit} were multiplied by {factor.normalize():f} to {base}."
    found.add("P26", Act.FIXED, message, hits, column="Unit", value=unit)


def _factor(text: str) -> Decimal | None:
    try:
        factor = Decimal(text)
    except InvalidOperation:
        return None
    return factor if factor.is_finite() and factor > 0 else None


def is_same_unit(one: str, other: str) -> bool:
    """Whether two units are one, such as EA and PCS; a blank one is EA."""
    first, second = (name_of(unit) or "ea" for unit in (one, other))
    return _UNIT_TWINS.get(first, first) == _UNIT_TWINS.get(second, second)
