import shutil

import pandas as pd

from sop_xl.domain.change import Change
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.services.compare import compare
from tests.e2e.books import planned_folder
from tests.e2e.command import sop

STOCK = TABLE_BY_NAME["stock"]


def stock(*rows):
    columns = ["item", "location", "quantity", "backlog"]
    return conform(STOCK, pd.DataFrame(rows, columns=columns))


def test_rows_new_gone_and_changed_are_told_apart():
    old = stock(("A", "P", 5.0, 0.0), ("B", "P", 7.0, None), ("C", "P", 1.0, 0.0))
    new = stock(("A", "P", 5.0, 0.0), ("B", "P", 9.0, 2.0), ("D", "P", 4.0, 0.0))
    change = compare(STOCK, old, new)
    assert (change.before, change.after, change.added, change.removed, change.altered) == (3, 3, 1, 1, 1)
    assert change.changes == (
        Change("stock", "B | P", "quantity", 7.0, 9.0),
        Change("stock", "B | P", "backlog", None, 2.0),
        Change("stock", "D | P", "", None, "new row"),
        Change("stock", "C | P", "", "row", None),
    )


def test_the_same_rows_in_another_order_are_no_change():
    old = stock(("A", "P", 5.0, None), ("B", "P", 7.0, 1.0))
    change = compare(STOCK, old, old.iloc[::-1].reset_index(drop=True))
    assert (change.added, change.removed, change.altered, change.changes) == (0, 0, 0, ())


def test_a_dry_run_lists_what_an_edit_would_change(tmp_path):
    folder, edit = shutil.copytree(planned_folder(), tmp_path / "work"), tmp_path / "edit"
    path = folder / "plan.xlsm"
    assert sop("export", path, edit, "--tables", "stock").code == 0
    lines = (edit / "stock.csv").read_text().splitlines()
    cells = lines[1].split(",")
    cells[2] = str(float(cells[2]) + 100)
    (edit / "stock.csv").write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n")
    assert sop("import", edit, path).code == 0
    before = path.read_bytes()
    done = sop("run", path, "--dry-run", "--json")
    assert (done.code, path.read_bytes() == before) == (0, True)
    supply = next(t for t in done.json["tables"] if t["table"] == "supply_plan")
    assert any(change["key"].startswith(f"{cells[0]} | {cells[1]}") for change in supply["changes"])
    opening = [c for c in supply["changes"] if c["field"] == "opening"]
    assert (opening[0]["new"] - opening[0]["old"]) == 100
