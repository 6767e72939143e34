"""Packs of `sop-xl pack` go out, are filled in LibreOffice, and come back in a zip: every value ends where it must."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import time
from pathlib import Path

import pytest

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.schema import INPUT_TABLES, TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.schema.parse import read_table
from sop_xl.schema.render import render
from sop_xl.services.collect import SAID_WITH
from sop_xl.share.edits import applied, edits
from sop_xl.share.form import Use
from sop_xl.share.merge import ROW, Place
from tests.e2e.books import planned_folder
from tests.e2e.command import sop
from tests.share.clerk import Clerk
from tests.share.outgoing import ask, recipients, send
from tests.share.round_trip import answer, mailed, without_result, zipped

pytestmark = [pytest.mark.soffice, pytest.mark.slow]

SMALL = (
    {"recipient": "Ann", "role": "sales", "address": "ann@two.example", "markets": "East"},
    {"recipient": "Bob", "role": "sales", "address": "bob@two.example", "markets": "North"},
    {"recipient": "Buyer", "role": "buyer", "address": "buyer@two.example"},
    {"recipient": "Cid", "role": "sales", "address": "cid@two.example", "markets": "South"},
    {"recipient": "Deputy", "role": "sales", "address": "deputy@two.example", "markets": "East"},
    {"recipient": "Plant", "role": "plant", "address": "plant@two.example", "sites": "P1"},
)
DEPUTIES = tuple(
    {"recipient": f"Deputy {n}", "role": "sales", "address": f"deputy{n}@aw.example", "markets": market, "items": items}
    for n, (market, items) in enumerate(
        (("Australia Internet", ""), ("Germany Reseller", "Clothing"), ("France Reseller", "Clothing"))
    )
)
"""Beside the 27 of the demo who answer: the first for a market another answers for, two for rows of their own."""
LATE, DUE = dt.date(2020, 1, 1), dt.date(2099, 1, 1)


@pytest.fixture(scope="module")
def clerk():
    office = Clerk()
    yield office
    office.stop()


def inputs_of(path: Path):
    workbook = FileWorkbook(path)
    return {t.name: conform(t, read_table(t, workbook.read_cells(t)).frame) for t in INPUT_TABLES}


def other_company(folder: Path) -> Path:
    """Return a form that went out from another company's workbook."""
    folder.mkdir()
    path = Path(shutil.copyfile(planned_folder() / "plan.xlsm", folder / "other.xlsm"))
    ask(path, SMALL[:1], guid="11111111-2222-4333-8444-555555555555")
    [sent] = send(path, folder / "out", DUE)
    return Path(shutil.copyfile(sent.file, folder / "from elsewhere.xlsx"))


def typed_here(path: Path, place: Place, value: float) -> None:
    """Type a value into the workbook itself while the form is away."""
    workbook, table = FileWorkbook(path), TABLE_BY_NAME[place.table]
    frame = read_table(table, workbook.read_cells(table)).frame
    workbook.write_cells(table, render(table, applied(table, frame, {place: value})))
    workbook.commit()


def round_trip(tmp_path, path: Path, clerk: Clerk, *, late: str, twins: tuple[str, str]) -> float:
    """Send, fill, collect and take back; return how many seconds of the processor the collect took.

    Args:
        tmp_path: a folder for all that is made.
        path: a workbook with a plan.
        clerk: fills the forms.
        late: who gets a form that is long expired.
        twins: two who are asked about the same market.
    """
    [late_form] = send(path, tmp_path / "late", LATE, [late])
    others = [name for name in recipients(path)["recipient"] if name != late]
    forms = [late_form, *send(path, tmp_path / "out", DUE, others)]
    numbers = {sent.pack.form.recipient: k for k, sent in enumerate(forms)}
    answers, files, codes, taken = [], [], {}, {}
    for k, sent in enumerate(forms):
        pack = sent.pack
        one = answer(clerk, sent, 0 if pack.form.recipient in (*twins, late) else k)
        for number, file in enumerate(one.saved):
            one.saved[number] = file.rename(tmp_path / f"{k:02d} {file.name}")
        codes[one.saved[-1].name] = [*one.codes, *(["R12"] if pack.form.recipient == late else [])]
        answers.append(one)
        files += one.saved
        if pack.form.recipient != twins[1]:
            taken |= one.taken
    first, second = (answers[numbers[name]] for name in twins)
    assert first.taken.keys() == second.taken.keys()
    # The second of the twins gives another figure for the first row: a conflict among returns.
    again = clerk.open(forms[numbers[twins[1]]].file)
    again.write(second.sheet.name, second.code(0), second.header(Use.FILL), 777.0)
    files.remove(second.saved[0])
    files.append(again.save(tmp_path / "twin.xlsx"))
    codes["twin.xlsx"] = codes.pop(second.saved[0].name)
    contested = {first.place(0)}
    # The late one answers twice: the later file counts.
    late_one = answers[numbers[late]]
    later = clerk.open(late_form.file)
    later.write(late_one.sheet.name, late_one.code(0), late_one.header(Use.FILL), 222.0)
    files.append(later.save(tmp_path / "zz later.xlsx"))
    codes["zz later.xlsx"] = ["R12", "R13"]
    codes[late_one.saved[0].name].append("R13")
    taken[late_one.place(0)] = 222.0
    # Somebody typed another figure here for a value that comes back changed.
    mended = first.place(1)
    typed_here(path, mended, 5.0)
    contested.add(mended)
    # A script's formula without a result, a form from elsewhere, a picture, and the same file twice.
    script = tmp_path / "script.xlsx"
    without_result(late_form.file, script, late_one, 2)
    os.utime(script, (time.time(), time.time()))
    codes["script.xlsx"] = ["R12", "R03"]
    files += [script, other_company(tmp_path / "other")]
    codes["from elsewhere.xlsx"] = ["R11"]
    (tmp_path / "photo.pdf").write_bytes(b"%PDF-1.7 a picture")
    files.append(tmp_path / "photo.pdf")
    codes["photo.pdf"] = ["R10"]
    for place in contested:
        taken.pop(place, None)

    mail = mailed(tmp_path, files[:2], "ann@two.example")
    archive = zipped(tmp_path / "returns.zip", [mail, *files[2:]])
    before = inputs_of(path)
    start = time.process_time()
    done = sop("collect", path, archive, "--commit", "--json")
    seconds = time.process_time() - start
    assert done.code == 0, done.err

    told = {}
    for remark in done.json["remarks"]:
        told.setdefault(remark["file"].rpartition("/")[2], []).append(remark["code"])
    assert {name: sorted(found) for name, found in told.items()} == {
        name: sorted(found) for name, found in codes.items() if found
    }
    conflicts = {(one["table"], one["row"], one["field"]) for one in done.json["conflicts"]}
    assert conflicts == {(p.table, " | ".join(p.key), p.field) for p in contested}
    after = inputs_of(path)
    assert changed(before, after) == taken
    assert sop("undo", path).code == 0
    assert inputs_same(inputs_of(path), before)
    return seconds


def inputs_same(one, other) -> bool:
    return all(one[name].equals(other[name]) for name in one)


def changed(before, after) -> dict[Place, float]:
    """Return the values that differ, without those that say by whom, when and why."""
    out = {}
    for name in before:
        out |= edits(TABLE_BY_NAME[name], before[name], after[name]).values
    return {place: value for place, value in out.items() if place.field not in (ROW, *SAID_WITH)}


def test_packs_of_the_small_company(tmp_path, clerk):
    path = shutil.copytree(planned_folder(), tmp_path / "work") / "plan.xlsm"
    ask(path, SMALL)
    round_trip(tmp_path, path, clerk, late="Cid", twins=("Ann", "Deputy"))


@pytest.mark.bench
def test_thirty_recipients_of_adventure_works(tmp_path, clerk):
    assert sop("demo", tmp_path / "demo", "--json").code == 0
    [path] = (tmp_path / "demo").glob("*.xlsm")
    ask(path, DEPUTIES, beside=True)
    seconds = round_trip(
        tmp_path, path, clerk, late="Sales Canada Reseller", twins=("Sales Australia Internet", "Deputy 0")
    )
    print(f"collect and commit of 30 recipients: {seconds:.1f} s of the processor")
    # Collected once more after the undo: a preview changes nothing, a second commit takes nothing twice.
    archive, before = tmp_path / "returns.zip", inputs_of(path)
    start = time.process_time()
    assert sop("collect", path, archive).code == 0
    assert time.process_time() - start < 10
    assert inputs_same(inputs_of(path), before)
    assert sop("collect", path, archive, "--commit").code == 0
    after = inputs_of(path)
    again = sop("collect", path, archive, "--commit", "--json")
    assert (again.code, again.json["run"], again.json["changes"]) == (0, "", [])
    assert inputs_same(inputs_of(path), after)
