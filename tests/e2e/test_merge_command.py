"""`sop-xl merge` on files: what the other copy changed comes in, conflicts wait for a choice, nothing else changes."""

from __future__ import annotations

import shutil

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.services.partner import GUID
from tests.e2e.books import frames_of, planned_folder
from tests.e2e.command import sop

ITEMS = TABLE_BY_NAME["items"]


def typed(path, *cells):
    """Type list prices into rows of the table of items, counted from 1."""
    workbook = FileWorkbook(path)
    rows = [[*row] for row in workbook.read_cells(ITEMS).rows]
    place = rows[0].index(ITEMS.column("list_price").header)
    for row, value in cells:
        rows[row][place] = value
    workbook.write_cells(ITEMS, rows)
    workbook.commit()


def prices(path):
    return frames_of(path, "items")["items"]["list_price"].tolist()[:2]


def test_merge_take_a_file_of_choices_and_undo(tmp_path):
    folder = shutil.copytree(planned_folder(), tmp_path / "work")
    mine = folder / "plan.xlsm"
    base, theirs, out = (tmp_path / name for name in ("base.xlsm", "theirs.xlsm", "out.xlsm"))
    for copy in (base, theirs):
        shutil.copyfile(mine, copy)
    typed(mine, (1, 99.0))
    typed(theirs, (1, 88.0), (2, 77.0))
    kept = mine.read_bytes()
    merged = sop("merge", base, mine, theirs, "--out", out, "--json")
    assert (merged.code, mine.read_bytes() == kept, prices(out)) == (0, True, [99.0, 77.0])
    assert [(one["field"], one["mine"], one["base"]) for one in merged.json["conflicts"]] == [
        ("list_price", 99.0, 60.0)
    ]
    choices = tmp_path / "choices.csv"
    choices.write_text("table,row,field,file,choice\nitems,CH-1,list_price,theirs.xlsm,theirs\n")
    done = sop("merge", base, mine, theirs, "--take", choices)
    assert (done.code, prices(mine)) == (0, [88.0, 77.0])
    assert sop("undo", mine).code == 0
    assert prices(mine) == [99.0, prices(base)[1]]


def test_a_copy_of_another_workbook_and_a_wrong_choice_are_refused(tmp_path):
    base, other = (tmp_path / name for name in ("base.xlsm", "other.xlsm"))
    for copy in (base, other):
        shutil.copyfile(planned_folder() / "plan.xlsm", copy)
    workbook = FileWorkbook(other)
    workbook.write_property(GUID, "another")
    workbook.commit()
    refused = sop("merge", base, base, other)
    assert (refused.code, "other.xlsm is no copy of base.xlsm" in refused.err) == (2, True)
    assert sop("merge", base, base, base, "--take", "everything").code == 2
