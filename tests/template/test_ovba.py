"""Compression and scrambling after [MS-OVBA]: its own examples, Excel's bytes, and oletools as second opinion."""

from __future__ import annotations

import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop_xl.template.ovba import compress, decompress, scramble
from tests.support.oletools_quiet import decompress_stream

# [MS-OVBA] 3.2.1 to 3.2.3: nothing repeats, something repeats, one byte repeats.
EXAMPLES = [
    (
        b"abcdefghijklmnopqrstuv.",
        "01 19B0 00 6162636465666768 00 696A6B6C6D6E6F70 00 7172737475762E",
    ),
    (
        b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa",
        "01 2FB0 00 2361616162636465 82 66 0070 6167686 96A 0138 08 616B6C 0030 6D6E6F70 06 71 0270 0410 72737475"
        " 76 10 7778797A 003C",
    ),
    (b"a" * 73, "01 03B0 02 61 4500"),
]


@pytest.mark.parametrize(("plain", "packed"), EXAMPLES, ids=["no copies", "copies", "one long copy"])
def test_the_examples_of_the_specification(plain, packed):
    # Where two copies are as long, the example of the second takes the farther: other bytes, as many.
    packed = bytes.fromhex(packed.replace(" ", ""))
    assert decompress(packed) == plain
    assert decompress(compress(plain)) == plain
    assert len(compress(plain)) == len(packed)


@pytest.mark.parametrize(("plain", "packed"), [EXAMPLES[0], EXAMPLES[2]])
def test_where_there_is_no_choice_the_bytes_are_those_of_the_specification(plain, packed):
    assert compress(plain) == bytes.fromhex(packed.replace(" ", ""))


words = st.lists(st.sampled_from(["Dim ", "x", " As Long\r\n", "    ", "'", "End Sub\r\n", "\xe9"]), max_size=3000)


@given(words)
@settings(max_examples=40, deadline=None)
def test_any_source_comes_back_also_by_oletools(parts):
    plain = "".join(parts).encode("cp1252")
    assert decompress(compress(plain)) == plain
    assert bytes(decompress_stream(bytearray(compress(plain)))) == plain


def test_a_chunk_that_does_not_compress_is_stored_as_it_is():
    noise = random.Random(7).randbytes(4096)
    packed = compress(noise)
    assert packed[1:3] == struct.pack("<H", 0x3FFF)
    assert bytes(decompress_stream(bytearray(packed))) == decompress(packed) == noise


def test_a_short_chunk_that_does_not_compress_is_refused():
    with pytest.raises(ValueError, match="do not compress"):
        compress(random.Random(7).randbytes(4000))


def test_other_bytes_are_no_container():
    with pytest.raises(ValueError, match="first byte"):
        decompress(b"\x00abc")


def revealed(project_id: str, hidden: str) -> bytes:
    """What a scrambled setting holds, after [MS-OVBA] 2.4.3.3, in its own order of steps."""
    data = bytes.fromhex(hidden)
    seed, version, key = data[0], data[0] ^ data[1], data[0] ^ data[2]
    assert version == 2
    assert key == sum(project_id.encode()) & 0xFF
    clear, plain = key, []
    for at in range(3, len(data)):
        byte = data[at] ^ ((data[at - 2] + clear) & 0xFF)
        plain.append(byte)
        clear = byte
    body = bytes(plain[(seed & 6) // 2 :])
    assert struct.unpack("<I", body[:4])[0] == len(body) - 4
    return body[4:]


def test_the_second_route_reads_what_excel_wrote():
    # From the project xlwings' authors saved with Excel: not protected, no password, visible.
    project_id = "{5CF9CDAB-B77B-4FE4-BD7E-D29900070E1B}"
    assert revealed(project_id, "8D8FA61394EA98EA98EA98EA98") == bytes(4)
    assert revealed(project_id, "8D8FA61394EF95EF95EF") == b"\x00"
    assert revealed(project_id, "8D8FA61394EF95EF9510") == b"\xff"


@given(st.uuids(), st.binary(max_size=8), st.integers(0, 255))
@settings(deadline=None)
def test_scrambling_can_be_undone(identity, setting, seed):
    project_id = "{" + str(identity).upper() + "}"
    assert revealed(project_id, scramble(project_id, setting, seed)) == setting
