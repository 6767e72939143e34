"""Packs that `sop-xl pack` makes: who is asked, what the ledger keeps of each, where its file is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.entrypoints.places import ledger_places
from sop_xl.schema.inputs import RECIPIENTS
from sop_xl.schema.parse import read_table
from sop_xl.schema.render import render
from sop_xl.services.partner import GUID
from tests.e2e.command import sop

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from sop_xl.share.form import FormRow
    from sop_xl.share.records import PackRecord


@dataclass(frozen=True)
class Sent:
    """A form that went out: what the ledger keeps of it, its file, its rows, and the secret its codes are made with."""

    pack: PackRecord
    file: Path
    rows: list[FormRow]
    secret: str


def recipients(path: Path) -> pd.DataFrame:
    """Return the table of recipients of a workbook."""
    return read_table(RECIPIENTS, FileWorkbook(path).read_cells(RECIPIENTS)).frame


def ask(path: Path, rows: Iterable[Mapping[str, str]], *, beside: bool = False, guid: str = "") -> None:
    """Type rows into the sheet Recipients.

    Args:
        path: the workbook.
        rows: who is asked about what; a field that is missing is blank.
        beside: below those that are there.
        guid: makes the workbook another company's; blank: it stays the same one.
    """
    workbook = FileWorkbook(path)
    if guid:
        workbook.write_property(GUID, guid)
    frame = read_table(RECIPIENTS, workbook.read_cells(RECIPIENTS)).frame
    kept = render(RECIPIENTS, frame) if beside else [list(RECIPIENTS.headers)]
    typed = [[row.get(name, "") for name in RECIPIENTS.fields] for row in rows]
    workbook.write_cells(RECIPIENTS, [*kept, *typed])
    workbook.commit()


def send(path: Path, folder: Path, due: dt.date, names: Sequence[str] = ()) -> list[Sent]:
    """Make packs as a user does, for everybody or those named, and return the forms among them in their order."""
    only = [word for name in names for word in ("--recipient", name)]
    done = sop("pack", path, "--to", folder, "--answer-by", due.isoformat(), *only, "--json")
    assert done.code == 0, done.err
    files = {one["form"]: Path(one["file"]) for one in done.json["packs"] if one["kind"] == "form"}
    ledger, _ = ledger_places(str(path.resolve())).open(FileWorkbook(path).read_property(GUID), "")
    secret, kept = ledger.pack_secret(), {pack.form.form_id: pack for pack in ledger.packs()}
    sent = [Sent(kept[form], file, list(ledger.pack_rows(form)), secret) for form, file in files.items()]
    ledger.close()
    return sent
