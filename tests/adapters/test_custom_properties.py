"""The short texts a workbook carries: kept with the tables in one save, beside the user's own ones."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.memory_workbook import MemoryWorkbook
from sop_xl.adapters.package import atomic
from sop_xl.domain.errors import WorkbookError
from sop_xl.template.package import read_guid, stamp_guid
from tests.adapters.cases import MARCH, PLAN, PLAN_HEADER, by_xlsxwriter

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [PLAN_HEADER, ["new", MARCH, 2.0, "y"]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return by_xlsxwriter(tmp_path / "plan.xlsx", plan=[PLAN_HEADER, ["old", MARCH, 1.0, "x"]])


@pytest.mark.parametrize("value", ["18-1f3a9c0d", "", "Ä & <b> \"q\" 'a'"])
def test_a_property_is_visible_after_the_commit(path: Path, value: str) -> None:
    for workbook in (FileWorkbook(path), MemoryWorkbook([PLAN])):
        assert workbook.read_property("sop_data_version") == ""
        workbook.write_property("sop_data_version", value)
        assert workbook.read_property("sop_data_version") == ""
        workbook.commit()
        assert workbook.read_property("sop_data_version") == value
    assert FileWorkbook(path).read_property("sop_data_version") == value


def test_other_properties_and_the_identity_stay(path: Path) -> None:
    path.write_bytes(stamp_guid(path.read_bytes(), "guid-1"))
    book = FileWorkbook(path)
    assert book.read_property("sop_workbook_guid") == "guid-1"
    for version in ("1-a", "2-b"):
        book.write_property("sop_data_version", version)
        book.commit()
    assert read_guid(path.read_bytes()) == "guid-1"
    found = openpyxl.load_workbook(path).custom_doc_props
    assert {prop.name: prop.value for prop in found.props} == {"sop_workbook_guid": "guid-1", "sop_data_version": "2-b"}


def test_cells_and_properties_are_saved_together_or_not_at_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook = FileWorkbook(path)
    workbook.write_cells(PLAN, ROWS)
    workbook.write_property("sop_data_version", "1-a")
    before = path.read_bytes()

    def fail(*_: object, **__: object) -> None:
        raise WorkbookError("the disk is full")

    monkeypatch.setattr(atomic, "save", fail)
    with pytest.raises(WorkbookError, match="full"):
        workbook.commit()
    assert path.read_bytes() == before
    monkeypatch.undo()
    workbook.commit()
    again = FileWorkbook(path)
    assert (again.read_cells(PLAN).rows, again.read_property("sop_data_version")) == (ROWS, "1-a")


def test_a_property_that_is_the_same_saves_nothing(path: Path) -> None:
    workbook = FileWorkbook(path)
    workbook.write_property("sop_data_version", "1-a")
    workbook.commit()
    before = path.read_bytes()
    workbook.write_property("sop_data_version", "1-a")
    workbook.commit()
    assert path.read_bytes() == before


def test_all_other_parts_stay_byte_for_byte(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        before = {name: archive.read(name) for name in archive.namelist()}
    workbook = FileWorkbook(path)
    workbook.write_property("sop_data_version", "1-a")
    workbook.commit()
    with zipfile.ZipFile(path) as archive:
        after = {name: archive.read(name) for name in archive.namelist()}
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"docProps/custom.xml", "[Content_Types].xml", "_rels/.rels"}
