"""Forms as they go out, made from a planned workbook and kept in its ledger: sales by market, plants by resource."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import openpyxl

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.entrypoints.places import ledger_places
from sop_xl.services.partner import GUID
from sop_xl.share.form import (
    ABOUT_LABELS,
    ABOUT_SHEET,
    CODE_HEADER,
    COMMENT_HEADER,
    REASON_HEADER,
    Form,
    FormColumn,
    FormRow,
    FormSheet,
    Use,
    form_id,
    row_id,
)
from sop_xl.share.records import PackRecord
from tests.e2e.books import frames_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MONTHS = 6
ENDS = (
    FormColumn(REASON_HEADER, Use.REASON),
    FormColumn(COMMENT_HEADER, Use.COMMENT),
    FormColumn(CODE_HEADER, Use.CODE),
)
SALES = FormSheet(
    "Sales forecast",
    "overrides",
    (
        FormColumn("Item", Use.KEY, "item"),
        FormColumn("Market", Use.KEY, "market"),
        FormColumn("Month", Use.KEY, "period"),
        FormColumn("Description", Use.SHOWN, "description"),
        FormColumn("Consensus", Use.SHOWN, "consensus"),
        FormColumn("Your forecast", Use.FILL, "quantity"),
        *ENDS,
    ),
    {"stream": "sales"},
)
PLANT = FormSheet(
    "Capacity",
    "capacity",
    (
        FormColumn("Resource", Use.KEY, "resource"),
        FormColumn("Month", Use.KEY, "period"),
        FormColumn("Required hours", Use.SHOWN, "required_hours"),
        FormColumn("Your hours", Use.FILL, "hours"),
        *ENDS,
    ),
)
Person = tuple[str, str]
"""Who is asked, and about which market, `North/0` half of it; about a resource where the name begins with `Plant`."""
Sent = tuple[PackRecord, "Path", list[FormRow]]


def thirty(path: Path) -> list[Person]:
    """Return 30 people of the demo company: a deputy for the first market, two to share each of the last two."""
    found = frames_of(path, "forecast", "load")
    markets, resources = (sorted(set(found[t][c])) for t, c in (("forecast", "market"), ("load", "resource")))
    halves = [f"{market}/{half}" for market in markets[-2:] for half in (0, 1)]
    sellers = [(f"Sales {place.replace('/', ' ')}", place) for place in (*markets[:-2], *halves)]
    return [("Deputy", markets[0]), *sellers, *((f"Plant {name}", name) for name in resources)][:30]


def send(path: Path, folder: Path, people: Sequence[Person], expires: dt.date) -> tuple[list[Sent], str]:
    """Make a form for each, and keep it in the ledger of the workbook at `path`; return them, and the secret."""
    workbook, frames = FileWorkbook(path), frames_of(path, "forecast", "items", "load", "overrides", "capacity")
    guid = workbook.read_property(GUID)
    ledger, _ = ledger_places(str(path.resolve())).open(guid, "")
    folder.mkdir(exist_ok=True)
    secret, packs, sent = ledger.pack_secret(), [], []
    made = dt.datetime.now().replace(microsecond=0)
    cycle = str(frames["forecast"]["period"].min())
    for number, (name, place) in enumerate(people, ledger.next_pack()):
        sheet = PLANT if name.startswith("Plant") else SALES
        rows = list(_rows(frames, sheet, place))
        identity = (form_id(number, guid), path.stem, guid, cycle, "", name)
        form = Form(*identity, sheet.table, made, expires, len(rows), (sheet,))
        file = folder / f"Return_{name}.xlsx"
        write(file, form, sheet, rows, secret)
        packs.append(PackRecord(form, "form", f"{name}@example.com", "", "", file.name, "", tuple(rows)))
        sent.append((packs[-1], file, rows))
    ledger.log_packs(packs)
    ledger.close()
    return sent, secret


def _rows(frames, sheet: FormSheet, place: str) -> Iterator[FormRow]:
    source = frames["forecast" if sheet is SALES else "load"]
    place, _, half = place.partition("/")
    own = source[source["market" if sheet is SALES else "resource"].eq(place)]
    own = own.iloc[int(half) :: 2] if half else own
    own = own[own["period"] < own["period"].min() + MONTHS]
    said = frames[sheet.table].astype({"period": "str"})
    names = frames["items"].set_index("item")["description"]
    for number, line in enumerate(own.sort_values([c.field for c in sheet.columns[:2]]).itertuples(), 1):
        key = {c.field: str(getattr(line, c.field)) for c in sheet.columns if c.use is Use.KEY} | dict(sheet.fixed)
        shown = {"description": names[line.item], "consensus": line.consensus} if sheet is SALES else {}
        shown = shown or {"required_hours": line.required_hours}
        [fill] = sheet.fields(Use.FILL)
        found = said.loc[(said[list(key)] == list(key.values())).all(axis=1), fill]
        base = float(found.iloc[0]) if len(found) and found.notna().iloc[0] else None
        yield FormRow(row_id(number), sheet.name, key, {fill: base}, shown)


def write(file: Path, form: Form, sheet: FormSheet, rows: Sequence[FormRow], secret: str) -> None:
    """Write a form with a title, a row of sums, its rows, a footer, and the sheet About."""
    book = openpyxl.Workbook()
    page, about = book.active, book.create_sheet(ABOUT_SHEET)
    page.title = sheet.name
    page.append([f"{sheet.name}: {form.recipient}"])
    page.append(["Sum of the rows shown"])
    page.append([column.header for column in sheet.columns])
    for row in rows:
        values = {Use.KEY: row.key, Use.SHOWN: row.shown, Use.FILL: row.base}
        cells = [values.get(c.use, {}).get(c.field) for c in sheet.columns[:-1]]
        months = [c.field == "period" for c in sheet.columns]
        cells = [dt.date.fromisoformat(f"{v}-01") if month else v for v, month in zip(cells, months, strict=False)]
        page.append([*cells, row.code(secret, form.form_id)])
    page.append([])
    page.append([f"Form {form.form_id}"])
    for pair in zip(ABOUT_LABELS, (*form.facts(), form.seal(secret)), strict=True):
        about.append(pair)
    book.save(file)
