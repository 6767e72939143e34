"""Compound files: read back by our reader and by olefile, and their trees as the specification wants them."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import olefile
import pytest
import xlwings
from hypothesis import given, settings
from hypothesis import strategies as st

from sop_xl.template.compound_file import write_compound_file
from sop_xl.template.compound_reader import CompoundFileError, read_compound_file

# Around a mini sector, a sector and the end of the mini stream.
SIZES = (0, 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 70_000)
BY_EXCEL = Path(xlwings.__file__).with_name("quickstart_standalone.xlsm")


def content(size: int) -> bytes:
    return bytes(k % 251 for k in range(size))


def strict(data: bytes) -> olefile.OleFileIO:
    return olefile.OleFileIO(BytesIO(data), raise_defects=olefile.DEFECT_POTENTIAL)


TREE = {"VBA": {f"s{size}": content(size) for size in SIZES}, "PROJECT": b"a", "PROJECTwm": content(300)}
FLAT = {"PROJECT": b"a", "PROJECTwm": content(300), **{f"VBA/s{size}": content(size) for size in SIZES}}


def test_what_was_written_is_read_back():
    assert read_compound_file(write_compound_file(TREE)) == FLAT


def test_olefile_finds_the_same_and_no_defect():
    with strict(write_compound_file(TREE)) as file:
        assert {"/".join(path): file.openstream(path).read() for path in file.listdir()} == FLAT
        assert file.parsing_issues == []


def test_the_same_tree_gives_the_same_bytes():
    assert write_compound_file(TREE) == write_compound_file(TREE)


def test_large_streams_only_need_no_mini_stream():
    data = write_compound_file({"large": content(10_000)})
    assert read_compound_file(data) == {"large": content(10_000)}
    assert strict(data).parsing_issues == []


def test_a_name_that_is_too_long_is_refused():
    with pytest.raises(ValueError, match="31 characters"):
        write_compound_file({"x" * 32: b""})


def test_excels_own_file_is_read_as_olefile_reads_it():
    data = zipfile.ZipFile(BY_EXCEL).read("xl/vbaProject.bin")
    with olefile.OleFileIO(BytesIO(data)) as file:
        assert read_compound_file(data) == {"/".join(p): file.openstream(p).read() for p in file.listdir()}


def test_other_bytes_and_a_cut_file_are_refused():
    data = write_compound_file(TREE)
    with pytest.raises(CompoundFileError, match="starts with other bytes"):
        read_compound_file(b"PK" + data)
    with pytest.raises(CompoundFileError, match="damaged"):
        read_compound_file(data[:1024])


def test_a_chain_without_end_is_refused():
    data = bytearray(write_compound_file({"large": content(10_000)}))
    table = 512 + struct.unpack_from("<I", data, 76)[0] * 512
    struct.pack_into("<I", data, table + 4, 0)  # sector 1 leads back to sector 0
    with pytest.raises(CompoundFileError, match="no end"):
        read_compound_file(bytes(data))


names = st.lists(st.text("abcdefgXYZ_", min_size=1, max_size=31), min_size=1, max_size=40, unique_by=str.upper)


@given(names)
@settings(max_examples=60, deadline=None)
def test_entries_are_a_red_black_tree(entries):
    data = write_compound_file(dict.fromkeys(entries, b"x"))
    assert sorted(read_compound_file(data)) == sorted(entries)
    nodes = _nodes(data)
    found = list(_in_order(nodes, nodes[0][4]))
    assert found == sorted(entries, key=lambda name: (len(name), name.upper()))
    assert nodes[nodes[0][4]][1] == 1, "the root of a tree is black"
    _black_height(nodes, nodes[0][4])


NONE = 0xFFFFFFFF


def _nodes(data: bytes) -> list[tuple[str, int, int, int, int]]:
    """Name, colour, left, right, child of each directory entry; the directory fills whole sectors in a row."""
    at = 512 + struct.unpack_from("<I", data, 48)[0] * 512
    out = []
    while (length := struct.unpack_from("<H", data, at + 64)[0]) and data[at + 66] in (1, 2, 5):
        name = data[at : at + length - 2].decode("utf-16-le")
        out.append((name, data[at + 67], *struct.unpack_from("<III", data, at + 68)))
        at += 128
    return out


def _in_order(nodes, index):
    if index != NONE:
        name, _, left, right, _ = nodes[index]
        yield from _in_order(nodes, left)
        yield name
        yield from _in_order(nodes, right)


def _black_height(nodes, index) -> int:
    """The black entries on every way down, which must be as many; a red one has no red child."""
    if index == NONE:
        return 1
    _, colour, left, right, _ = nodes[index]
    if colour == 0:
        assert all(child == NONE or nodes[child][1] == 1 for child in (left, right))
    heights = {_black_height(nodes, left), _black_height(nodes, right)}
    assert len(heights) == 1
    return heights.pop() + colour
