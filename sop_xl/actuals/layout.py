"""Which column is what: by profile, by answers, by words; one group of amounts, or one a month across."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sop_xl.actuals.findings import Act, Findings
from sop_xl.actuals.locate import column_meaning
from sop_xl.actuals.synonyms import OWN_NAMES, Meaning, meaning_of
from sop_xl.actuals.text import name_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sop_xl.actuals.locate import Header
    from sop_xl.actuals.profile import MappingProfile
    from sop_xl.actuals.raw import RawPaste

KEYS = ("measure", "item", "market", "location", "period", "year", "currency", "unit")
AMOUNTS = ("quantity", "value")
LABELS = {
    "measure": "Measure",
    "item": "Item",
    "market": "Market",
    "location": "Location",
    "period": "Month",
    "year": "Year",
    "currency": "Currency",
    "unit": "Unit",
    "quantity": "Quantity",
    "value": "Value",
}
LEFT_OUT = "-"


@dataclass(frozen=True)
class Group:
    """Amounts of one row that make one record: those of one month and one measure.

    Attributes:
        columns: column by field, `quantity` or `value`.
        period: the month in the header, for months that run across.
        measure: the measure in the header; "" where it says none.
        currency: the currency in the header; "" where it says none.
    """

    columns: Mapping[str, int]
    period: dt.date | None = None
    measure: str = ""
    currency: str = ""


@dataclass(frozen=True)
class Layout:
    """How a paste is read.

    Attributes:
        header: the table's header.
        keys: column by key field.
        groups: the groups of amounts; one, unless the table is wide.
        fixed: values the user set for fields without a column.
        scale: 1000 where a header says thousands.
        unused: columns with a header that are not read.
    """

    header: Header
    keys: Mapping[str, int]
    groups: tuple[Group, ...]
    fixed: Mapping[str, str] = field(default_factory=dict)
    scale: int = 1
    unused: tuple[int, ...] = ()

    @property
    def is_wide(self) -> bool:
        """Whether months or measures run across."""
        return len(self.groups) > 1 or any(group.period for group in self.groups)

    def names(self, name: str) -> tuple[str, ...]:
        """Return the names a field is known by: its column's header first."""
        column = self.keys.get(name, next((g.columns[name] for g in self.groups if name in g.columns), None))
        label = LABELS[name]
        return (self.header.names[column], label, name) if column is not None else (label, name)

    def fields(self) -> dict[str, str]:
        """Return header to field, of what a profile remembers."""
        columns = [(column, name) for name, column in self.keys.items()]
        if not self.is_wide:
            columns += [(column, name) for group in self.groups for name, column in group.columns.items()]
        return {self.header.names[column]: name for column, name in columns}


def layout_of(raw: RawPaste, header: Header, profile: MappingProfile, found: Findings) -> Layout:
    """Return which column is what; what cannot be told is asked."""
    meanings = _meanings(header, profile, found)
    keys = {name: column for name in KEYS if (column := _key_column(raw, header, meanings, name, found)) is not None}
    amounts = {c: m for c, m in meanings.items() if m.field in AMOUNTS}
    across = any(header.months[c] for c in amounts)
    if across and "period" in keys:
        amounts = {c: m for c, m in amounts.items() if not header.months[c]} or amounts
    groups = _groups(raw, header, amounts, found, by_measure="measure" not in keys)
    used = {*keys.values(), *(column for group in groups for column in group.columns.values())}
    unused = tuple(
        c for c, name in enumerate(header.names) if name and c not in used and name_of(name) not in OWN_NAMES
    )
    scale = max((m.scale for c, m in amounts.items() if c in used), default=1)
    layout = Layout(header, keys, groups, _fixed(header, found), scale, unused)
    return _note(raw, layout, found)


def _meanings(header: Header, profile: MappingProfile, found: Findings) -> dict[int, Meaning]:
    chosen = _chosen_columns(header, found)
    kept = {name_of(name): fieldname for name, fieldname in profile.columns.items()}
    out = {}
    for column, name in enumerate(header.names):
        if not name:
            continue
        by_words = _by_words(header, column)
        fieldname = chosen.get(column) or kept.get(name_of(name)) or by_words.field
        rank = -1 if column in chosen else by_words.rank
        if fieldname and fieldname != LEFT_OUT:
            out[column] = replace(by_words, field=fieldname, rank=rank)
    return out


def _by_words(header: Header, column: int) -> Meaning:
    if header.months[column] is None:
        return column_meaning(header.names[column])
    found = meaning_of(header.amount_name(column))
    return (
        found if found.field in AMOUNTS else replace(found, field="", measure="") if found.field else Meaning("month")
    )


def _chosen_columns(header: Header, found: Findings) -> dict[int, str]:
    """Return the columns that answers to P20 name: `P20:Item=Materialnr alt`."""
    out = {}
    for name in (*KEYS, *AMOUNTS):
        answer = name_of(found.answers.get("P20", LABELS[name], name))
        column = next((c for c, text in enumerate(header.names) if answer and name_of(text) == answer), None)
        if column is not None:
            out[column] = name
    return out


def _fixed(header: Header, found: Findings) -> dict[str, str]:
    """Return the values that answers to P20 set: `P20:Currency=EUR`."""
    out = {}
    for name in KEYS:
        answer = found.answers.get("P20", LABELS[name], name)
        if answer and name_of(answer) not in map(name_of, header.names):
            out[name] = answer.removeprefix("=").strip()
    return out


def _key_column(
    raw: RawPaste, header: Header, meanings: Mapping[int, Meaning], name: str, found: Findings
) -> int | None:
    columns = [c for c, meaning in meanings.items() if meaning.field == name]
    return _one_of(raw, header, {c: meanings[c] for c in columns}, name, found) if columns else None


def _one_of(raw: RawPaste, header: Header, columns: Mapping[int, Meaning], name: str, found: Findings) -> int:
    """Return the best of the columns that mean one field; where two are as good, ask (P19)."""
    best = min(meaning.rank for meaning in columns.values())
    equals = [c for c, meaning in columns.items() if meaning.rank == best]
    if len(equals) == 1:
        return equals[0]
    letters = [raw.letters(c) for c in equals]
    cells = ", ".join(raw.address(header.row, c) for c in equals)
    words = list(dict.fromkeys(header.names[c] for c in equals))
    called = f"called '{words[0]}'" if len(words) == 1 else f"read as {LABELS[name]}: '" + "', '".join(words) + "'"
    count = "Two" if len(equals) == 2 else f"{len(equals)}"
    answer = found.ask("P19", (words[0], LABELS[name]), f"{count} columns are {called} ({cells}); choose.", letters)
    return equals[letters.index(answer)] if answer else equals[0]


def _groups(
    raw: RawPaste, header: Header, amounts: Mapping[int, Meaning], found: Findings, *, by_measure: bool
) -> tuple[Group, ...]:
    measures = {m.measure for m in amounts.values() if m.measure}
    only = measures.pop() if by_measure and len(measures) == 1 else ""
    split: dict[tuple[dt.date | None, str], dict[int, Meaning]] = {}
    for column, meaning in amounts.items():
        month = header.months[column]
        measure = only or (meaning.measure if by_measure else "")
        split.setdefault((month.replace(day=1) if month else None, measure), {})[column] = meaning
    return tuple(
        Group(_columns(raw, header, columns, found), month, measure, _currency(columns))
        for (month, measure), columns in split.items()
    )


def _columns(raw: RawPaste, header: Header, columns: Mapping[int, Meaning], found: Findings) -> dict[str, int]:
    by_field = {name: {c: m for c, m in columns.items() if m.field == name} for name in AMOUNTS}
    return {name: _one_of(raw, header, some, name, found) for name, some in by_field.items() if some}


def _currency(columns: Mapping[int, Meaning]) -> str:
    return next((m.currency for m in columns.values() if m.currency), "")


def _note(raw: RawPaste, layout: Layout, found: Findings) -> Layout:
    header = layout.header
    joined = [name for name in header.names if " / " in name]
    if header.height == 2 and joined:
        rows = f"{raw.row_number(header.row)}-{raw.row_number(header.row + 1)}"
        found.add("P11", Act.FIXED, f"Header rows {rows} were joined as '{joined[0]}'.", note=True)
    return layout


def month_columns(header: Header, profile: MappingProfile, found: Findings) -> Sequence[int]:
    """Return the columns whose header is a month and nothing else says what the amounts are."""
    return [c for c, m in _meanings(header, profile, found).items() if m.field == "month"]
