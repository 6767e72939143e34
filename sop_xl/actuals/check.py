"""Check a paste: structure, formats, keys, row rules, batch rules; everything found at once, nothing changed."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.actuals import batch_rules, row_rules
from sop_xl.actuals.amounts import read_amounts
from sop_xl.actuals.codes import CodeList, read_codes
from sop_xl.actuals.draft import Draft
from sop_xl.actuals.findings import Act, Answers, Findings
from sop_xl.actuals.labels import check_currencies, check_rates, convert_units, read_currencies, read_measures
from sop_xl.actuals.layout import AMOUNTS, Group, Layout, layout_of, month_columns
from sop_xl.actuals.locate import find_header
from sop_xl.actuals.periods import read_months
from sop_xl.actuals.profile import MappingProfile
from sop_xl.actuals.receipt import against_committed, counts_of, facts_of, receipt_of, restated, totals_of
from sop_xl.actuals.records import Records, fill_down, records_of
from sop_xl.actuals.result import PasteCheck
from sop_xl.actuals.scale import flipped, last_month_total, rescaled
from sop_xl.actuals.synonyms import meaning_of
from sop_xl.actuals.totals import judge_totals
from sop_xl.schema.frames import empty_frame
from sop_xl.schema.inputs import ACTUALS, COMPANY_MEASURES, MEASURES, WHOLE_COMPANY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.actuals.amounts import Amounts
    from sop_xl.actuals.context import PasteContext
    from sop_xl.actuals.locate import Header
    from sop_xl.actuals.raw import RawPaste

_CENT = Decimal("0.01")
_STORED = {"quantity": Decimal("0.000001"), "value": _CENT}
_TOLD = Decimal("0.000001")
MOST_FORMATS = 65_490
"""Cell formats that a workbook of Excel may have."""


def check_paste(
    raw: RawPaste,
    context: PasteContext,
    profile: MappingProfile | None = None,
    answers: Mapping[str, str] | None = None,
    control: Mapping[str, Decimal] | None = None,
) -> PasteCheck:
    """Return what a paste would do.

    Args:
        raw: the paste as captured.
        context: the company and what was committed before.
        profile: how this kind of export was read last time.
        answers: answers to questions, by `CODE:COLUMN`.
        control: totals typed by finance, by `quantity` and `value`.
    """
    profile = profile or MappingProfile()
    found = Findings(Answers(answers, profile.answers))
    batch_rules.cut_exports(raw, found)
    header = _header(raw, profile, found)
    if header is None:
        return _no_table(raw, profile, found)
    layout = _layout(raw, header, profile, found)
    draft = _draft(raw, layout, context, found)
    summed = _judge(draft, context, found)
    return _result(draft, summed, context, profile, found, control or {})


def _header(raw: RawPaste, profile: MappingProfile, found: Findings) -> Header | None:
    given = found.answers.get("P20", "Header")
    row = int(given) - raw.top if given.strip().isascii() and given.strip().isdecimal() else None
    chosen = row if row is not None and 0 <= row < len(raw.rows) else None
    header = find_header(raw, list(profile.columns), chosen)
    if header and header.rivals and chosen is None:
        rows = [str(raw.row_number(r)) for r in (header.row, *header.rivals)]
        found.ask("P20", ("Header",), f"Rows {', '.join(rows)} could each be the header; which is it?", rows)
    return header


def _no_table(raw: RawPaste, profile: MappingProfile, found: Findings) -> PasteCheck:
    message = "No header was found. One row has to name at least the item, the month and an amount."
    found.block("P20", message, "Header")
    acts = np.array([], dtype=np.int8)
    counts, facts = counts_of(acts), empty_frame(ACTUALS)
    parts = (tuple(found.questions), tuple(found.remarks), facts, counts)
    return PasteCheck(raw.source, raw.sheet, raw.digest(), raw, *parts, {}, {}, profile, None, acts)


def _layout(raw: RawPaste, header: Header, profile: MappingProfile, found: Findings) -> Layout:
    layout = layout_of(raw, header, profile, found)
    months = month_columns(header, profile, found)
    if not layout.groups and months:
        layout = _crosstab(raw, layout, months, found)
    elif layout.is_wide and any(group.period for group in layout.groups):
        found.add("P37", Act.WARN, "Months run across: reading as wide table.")
    if layout.unused:
        shown = ", ".join(f"'{header.names[c]}'" for c in layout.unused)
        found.note("P20", f"Columns that are kept but not read: {shown}.")
    if raw.hidden_sheets:
        found.note("P14", f"The file has hidden sheets, which are not read: {', '.join(raw.hidden_sheets)}.")
    if raw.cell_formats > MOST_FORMATS:
        found.note(
            "P20",
            f"The file has {raw.cell_formats:,} cell formats, and Excel keeps {MOST_FORMATS:,} at most: it may refuse "
            "to open it, or lose looks. The values are read as they are.",
        )
    names = [name for name in header.names if name]
    if "item" not in layout.keys and "item" not in layout.fixed:
        found.ask("P20", ("Item", "item"), "No column for 'Item'. Pick one or set a fixed value.", names)
    if not layout.groups:
        found.ask("P20", ("Quantity", "quantity"), "No column for an amount, 'Quantity' or 'Value'. Pick one.", names)
        layout = replace(layout, groups=(Group({}),))
    return layout


def _crosstab(raw: RawPaste, layout: Layout, months: Sequence[int], found: Findings) -> Layout:
    """Return the layout of a table whose months run across and nothing says what the amounts are (P37)."""
    titles = [cell for row in raw.rows[: layout.header.row] for cell in row if isinstance(cell, str)]
    hints = [meaning_of(text) for text in (*titles, *layout.header.names, raw.sheet)]
    name = next((hint.field for hint in hints if hint.field in AMOUNTS), "quantity")
    measure = next((hint.measure for hint in hints if hint.measure), "")
    question = f"Months run across: reading as wide table. Are the amounts quantities or values? Read as {name}."
    name = found.ask("P37", ("Months",), question, AMOUNTS, blocking=False, suggestion=name) or name
    found.add("P37", Act.WARN, f"Months run across: reading as wide table of {name}.")
    header = layout.header
    taken = {day.replace(day=1): c for c in reversed(months) if (day := header.months[c])}
    twice = len(months) - len(taken)
    if twice:
        found.block("P19", f"{twice} months stand in two columns each. Name the columns apart.", "Months")
    groups = [Group({name: taken[day]}, day, measure) for day in sorted(taken, key=lambda day: taken[day])]
    unused = tuple(c for c in layout.unused if c not in months)
    return replace(layout, groups=tuple(groups), unused=unused)


def _draft(raw: RawPaste, layout: Layout, context: PasteContext, found: Findings) -> Draft:
    items = set(context.items["item"])
    records = fill_down(records_of(raw, layout, items, found), found)
    hidden = row_rules.hidden_rows(records, found)
    out = records.out.copy()
    out[hidden] = True
    records = replace(records, out=out)
    row_rules.formula_rows(records, found)
    measure = read_measures(records, context, found)
    months = read_months(records, context, found)
    codes = {name: _codes(records, name, measure, context, found) for name in ("item", "market", "location")}
    read = {name: _amounts(records, name, measure, context, found) for name in AMOUNTS}
    value = read["value"]
    currency = read_currencies(records, value, context, found)
    check_currencies(currency, codes, value, context, found)
    judge_totals(records, [amounts for amounts in read.values() if amounts], found)
    exact = {name: amounts.exact if amounts else None for name, amounts in read.items()}
    if value is not None:
        exact["value"] = flipped(records, "value", value.exact, found)
    exact["quantity"] = convert_units(records, codes["item"], read["quantity"], context, found)
    for name in AMOUNTS:
        if (column := exact[name]) is not None:
            column = rescaled(records, name, column, measure, months.ordinals, context, found)
            exact[name] = _rounded(records, name, column, found)
    places = (codes["item"], codes["market"], codes["location"])
    return Draft(records, measure, *places, currency, months, exact["quantity"], exact["value"])


def _codes(records: Records, name: str, measure: np.ndarray, context: PasteContext, found: Findings) -> np.ndarray:
    table = {"item": context.items, "market": context.markets, "location": context.locations}[name]
    if table.empty and name != "item":
        if name in records.layout.keys:
            header = records.layout.names(name)[0]
            found.note("P20", f"Column '{header}' is not used: the company lists no {name}s.", header)
        return np.full(len(records), "", dtype=object)
    label = "description" if name == "item" else "name"
    names = dict(zip(table[label], table[name], strict=True))
    codes = CodeList(name.capitalize(), table[name].tolist(), names)
    if name != "item":
        return read_codes(records, name, codes, found, required=False)
    whole = np.isin(measure, COMPANY_MEASURES)
    listed = [*codes.codes, *sorted(set(table["family"]) - {""}), WHOLE_COMPANY]
    wider = CodeList("Item or family", listed, names)
    of_items = read_codes(records, name, codes, found, required=True, among=~whole)
    return np.where(whole, read_codes(records, name, wider, found, required=True, among=whole), of_items)


def _amounts(
    records: Records, name: str, measure: np.ndarray, context: PasteContext, found: Findings
) -> Amounts | None:
    last = last_month_total(context, [m for m in MEASURES if m in set(measure)], name)
    return read_amounts(records, name, found, last)


def _rounded(records: Records, name: str, exact: list[Decimal | None], found: Findings) -> list[Decimal | None]:
    """Return the amounts as they are stored, value to the cent; what that changes is told."""
    step = _STORED[name]
    out = [None if amount is None else amount.quantize(step, ROUND_HALF_UP) for amount in exact]
    moved = [k for k, amount in enumerate(exact) if amount is not None and abs(amount - (out[k] or 0)) > _TOLD]
    moved = [k for k in moved if not records.totals[k] and not records.out[k]]
    if moved:
        net = sum(((out[k] or Decimal(0)) - (exact[k] or Decimal(0)) for k in moved), Decimal(0))
        message = (
            f"{len(moved):,} amounts were rounded to {'the cent' if name == 'value' else '6 decimals'} (net {net:+,f})."
        )
        found.add("P01", Act.FIXED, message, moved, column=records.layout.names(name)[0])
    return out


def _judge(draft: Draft, context: PasteContext, found: Findings) -> list[np.ndarray]:
    """Apply the rules that look at whole rows and at the batch; return the groups that are summed."""
    row_rules.empty_amounts(draft, found)
    summed = row_rules.repeated_rows(draft, found)
    row_rules.implied_prices(draft, context, found)
    usable = draft.usable(found.acts(len(draft)))
    check_rates(draft.currency, draft.months, draft.detail & draft.has_amount, context, found)
    batch_rules.check_months(draft, usable, context, found)
    batch_rules.row_count(draft, usable, context, found)
    batch_rules.outliers(draft, usable, context, found)
    return summed


def _result(
    draft: Draft,
    summed: list[np.ndarray],
    context: PasteContext,
    profile: MappingProfile,
    found: Findings,
    control: Mapping[str, Decimal],
) -> PasteCheck:
    raw = draft.records.raw
    usable = draft.usable(found.acts(len(draft)))
    facts = facts_of(draft, usable, summed)
    joined = against_committed(facts, context)
    restated(joined, draft, usable, context, found)
    digest = raw.digest()
    batch_rules.same_content(digest, draft, int((joined["state"] == "equal").sum()), len(facts), context, found)
    _quarantine_incomplete(draft, found)
    acts = found.acts(len(draft))
    counts = counts_of(acts)
    totals = totals_of(draft, acts, context.currency)
    sums = {name: Decimal(totals[name]["total"]) for name in totals}
    controls = batch_rules.control_totals(sums, control, found)
    receipt = receipt_of(joined, draft, counts, found, controls)
    header = draft.records.layout.header
    learned = profile.learned(raw.source, header.names, draft.records.layout.fields(), found.answers.used)
    questions = tuple(sorted(found.questions, key=lambda question: not question.blocking))
    return PasteCheck(
        raw.source, raw.sheet, digest, raw, questions, tuple(found.remarks), facts, counts, totals, receipt,
        learned, draft, acts,
    )  # fmt: skip


def _quarantine_incomplete(draft: Draft, found: Findings) -> None:
    """Put rows into quarantine that cannot be facts, where a question about them is still open."""
    acts = found.acts(len(draft))
    complete = np.zeros(len(draft), dtype=bool)
    complete[draft.usable(acts)] = True
    rest = np.flatnonzero(draft.detail & ~complete & (acts < Act.WARN))
    if rest.size:
        found.add("P20", Act.BAD, "Item, month or amount of these rows is not known yet.", rest)


def control_of(text: str, names: tuple[str, ...] = AMOUNTS) -> dict[str, Decimal]:
    """Return a control total as typed: `1204118.37` is a value, `quantity=5000` says which amount it is.

    Raises:
        ValueError: it is no number, or of no amount.
    """
    name, _, number = text.rpartition("=")
    name = name.strip().lower() or "value"
    amount = Decimal(number.strip()) if number.strip() else Decimal("nan")
    if name not in names or not math.isfinite(amount):
        raise ValueError(text)
    return {name: amount}
