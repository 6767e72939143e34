"""Undo records on disk: they come back as they were, are few, and never half written."""

from __future__ import annotations

import datetime as dt
import gzip
import os
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.adapters import undo_store
from sop_xl.adapters.undo_store import KEEP, FolderUndoStore
from sop_xl.domain.cells import CellError
from sop_xl.domain.errors import UndoError
from sop_xl.domain.undo import Block, UndoRecord, WrittenTable

HEADER = ["Item", "Value"]


def record(*values, run="R0001", mark="abc", formulas=None):
    rows = [HEADER, *(["A", value] for value in values)]
    before = Block(rows, formulas or {})
    return UndoRecord(run, mark, (WrittenTable("plan", before, Block([HEADER])),))


def values_of(found):
    return [row[1] for row in found.tables[0].before.rows[1:]]


VALUES = [
    1.5,
    -0.0,
    1e308,
    0.1 + 0.2,
    None,
    True,
    False,
    "00123",
    "Ω – \U0001f600",
    "#N/A",
    CellError("#N/A"),
    dt.date(2026, 3, 14),
    dt.datetime(2026, 3, 14, 15, 9, 26),
]


def test_every_value_comes_back_with_its_type(tmp_path):
    store = FolderUndoStore([tmp_path], "book")
    store.save(record(*VALUES, formulas={(1, 1): "SUM(A1:A2)"}))
    found = store.load("R0001", "abc")
    assert found == record(*VALUES, formulas={(1, 1): "SUM(A1:A2)"})
    assert [type(value) for value in values_of(found)] == [type(value) for value in VALUES]


@given(
    st.lists(
        st.one_of(st.none(), st.booleans(), st.text(), st.floats(allow_nan=False, allow_infinity=False), st.dates())
    )
)
def test_any_cells_come_back(tmp_path_factory, values):
    store = FolderUndoStore([tmp_path_factory.mktemp("undo")], "book")
    store.save(record(*values))
    assert values_of(store.load("R0001", "abc")) == values


def test_only_the_last_runs_are_kept(tmp_path):
    store = FolderUndoStore([tmp_path], "book")
    for number in range(KEEP + 3):
        store.save(record(1.0, run=f"R{number:04d}"))
        path = next((tmp_path / "book").glob(f"R{number:04d}-*"))
        os.utime(path, ns=(number, number))
    assert store.load("R0002", "abc") is None
    assert store.load("R0003", "abc") is not None
    assert len(list((tmp_path / "book").iterdir())) == KEEP


def test_workbooks_and_copies_do_not_mix(tmp_path):
    one, other = FolderUndoStore([tmp_path], "{1-2}"), FolderUndoStore([tmp_path], "{1-3}")
    one.save(record(1.0, mark="first"))
    one.save(record(2.0, mark="copy"))
    assert other.load("R0001", "first") is None
    assert values_of(one.load("R0001", "first")) == [1.0]
    one.discard("R0001", "first")
    assert one.load("R0001", "first") is None
    assert values_of(one.load("R0001", "copy")) == [2.0]


def test_where_the_first_folder_cannot_be_written_the_next_is_taken(tmp_path):
    taken = tmp_path / "file"
    taken.write_text("no folder")
    store = FolderUndoStore([taken, tmp_path / "own"], "book")
    store.save(record(1.0))
    assert values_of(store.load("R0001", "abc")) == [1.0]
    assert [path.name for path in (tmp_path / "own" / "book").iterdir()] == ["R0001-abc.json.gz"]


def test_where_no_folder_can_be_written_it_says_which(tmp_path):
    taken = tmp_path / "file"
    taken.write_text("no folder")
    with pytest.raises(UndoError, match="cannot be taken back later") as caught:
        FolderUndoStore([taken], "book").save(record(1.0))
    assert str(taken) in str(caught.value)


def test_a_save_that_is_cut_off_leaves_the_old_record(tmp_path):
    store = FolderUndoStore([tmp_path], "book")
    store.save(record(1.0))
    with patch.object(undo_store.os, "fsync", side_effect=OSError("disk full")), pytest.raises(UndoError):
        store.save(record(2.0))
    assert values_of(store.load("R0001", "abc")) == [1.0]
    assert [path.name for path in (tmp_path / "book").iterdir()] == ["R0001-abc.json.gz"]


@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", gzip.compress(b"{", mtime=0), gzip.compress(b'{"tables": [{}]}', mtime=0)],
    ids=["empty", "no gzip", "cut off", "no record"],
)
def test_a_damaged_record_says_so(tmp_path, content):
    store = FolderUndoStore([tmp_path], "book")
    store.save(record(1.0))
    Path(tmp_path / "book" / "R0001-abc.json.gz").write_bytes(content)
    with pytest.raises(UndoError, match=r"damaged \(R0001-abc"):
        store.load("R0001", "abc")
