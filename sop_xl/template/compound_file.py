"""Compound files, the container of a VBA project: a file system of storages and streams in one file.

Version 3 is written: sectors of 512 bytes, streams below 4096 bytes in the mini stream, and each
storage's entries as a valid red-black tree.

Source:
    Microsoft, [MS-CFB] Compound File Binary File Format, sections 2.2 to 2.6.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Storage: TypeAlias = "Mapping[str, bytes | Storage]"
"""A storage: names to the bytes of a stream, or to another storage."""

SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
SECTOR, MINI_SECTOR, MINI_CUTOFF = 512, 64, 4096
FREE, END_OF_CHAIN, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
NUMBERS_IN_SECTOR = SECTOR // 4
HEADER_FAT_SECTORS = 109
ENTRY = 128
STORAGE, STREAM, ROOT = 1, 2, 5
RED, BLACK = 0, 1
NAME_LIMIT = 31


@dataclass
class Entry:
    """A directory entry: a storage or a stream, its place in its storage's tree, and where its bytes start."""

    name: str
    kind: int
    data: bytes = b""
    left: int = FREE
    right: int = FREE
    child: int = FREE
    colour: int = BLACK
    start: int = 0
    size: int = 0

    @property
    def order(self) -> tuple[int, str]:
        """What siblings are sorted by: shorter names first, then by upper case."""
        return len(self.name), self.name.upper()

    def packed(self) -> bytes:
        """Return the 128 bytes of the entry; no class, no times."""
        name = self.name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBBIII", len(name), self.kind, self.colour, self.left, self.right, self.child)
        return name.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", self.start, self.size)


UNUSED = bytes(68) + struct.pack("<III", FREE, FREE, FREE) + bytes(48)
"""An entry of the directory that nothing uses."""


class _Sectors:
    """The sectors after the header, and the allocation table that chains them."""

    def __init__(self) -> None:
        self.sectors: list[bytes] = []
        self.table: list[int] = []

    def add(self, data: bytes) -> int:
        """Append `data` as a chain and return its first sector."""
        if not data:
            return END_OF_CHAIN
        first, blocks = len(self.sectors), _blocks(data, SECTOR)
        self.sectors += blocks
        self.table += _chain(first, len(blocks))
        return first

    def finish(self) -> list[int]:
        """Append the table itself and return the sectors it fills."""
        count = 1
        while len(self.table) + count > count * NUMBERS_IN_SECTOR:
            count += 1
        if count > HEADER_FAT_SECTORS:
            msg = "A compound file of more than 6.8 MB needs tables that are not written here."
            raise ValueError(msg)
        first = len(self.sectors)
        self.table += [FAT_SECTOR] * count
        self.sectors += _blocks(_numbers(self.table), SECTOR)
        return list(range(first, first + count))


def write_compound_file(root: Storage) -> bytes:
    """Return a compound file with these storages and streams; the same tree gives the same bytes.

    Raises:
        ValueError: a name is longer than 31 characters, or the whole is larger than 6.8 MB.
    """
    entries = [Entry("Root Entry", ROOT)]
    entries[0].child = _add_storage(entries, root)
    sectors = _Sectors()
    mini_table, mini_count = _place_streams(entries, sectors)
    directory = b"".join(entry.packed() for entry in entries)
    directory += UNUSED * (-len(entries) % (SECTOR // ENTRY))
    directory_start = sectors.add(directory)
    table = sectors.finish()
    header = SIGNATURE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIII", 0, len(table), directory_start, 0, MINI_CUTOFF)
    header += struct.pack("<IIII", mini_table, mini_count, END_OF_CHAIN, 0)
    header += _numbers(table, HEADER_FAT_SECTORS)
    return header + b"".join(sectors.sectors)


def _add_storage(entries: list[Entry], storage: Storage) -> int:
    """Append the entries of a storage, and return the root of their tree."""
    indexes = []
    for name, content in storage.items():
        if len(name) > NAME_LIMIT:
            msg = f"'{name}' is longer than the {NAME_LIMIT} characters a compound file allows."
            raise ValueError(msg)
        is_stream = isinstance(content, bytes)
        entries.append(Entry(name, STREAM if is_stream else STORAGE, content if isinstance(content, bytes) else b""))
        index = len(entries) - 1
        indexes.append(index)
        if not isinstance(content, bytes):
            entries[index].child = _add_storage(entries, content)
    indexes.sort(key=lambda index: entries[index].order)
    return _tree(entries, indexes, level=0, red_level=_red_level(len(indexes)))


def _red_level(count: int) -> int:
    """Return the level to colour red in a balanced tree: the deepest, unless it is full; else none (-1).

    All levels above the deepest are full, so every way down then meets as many black entries.
    """
    depth = count.bit_length() - 1
    return -1 if count + 1 == 1 << (depth + 1) else depth


def _tree(entries: list[Entry], indexes: list[int], level: int, red_level: int) -> int:
    """Link sorted entries as a balanced tree and return its root."""
    if not indexes:
        return FREE
    middle = len(indexes) // 2
    entry = entries[indexes[middle]]
    entry.left = _tree(entries, indexes[:middle], level + 1, red_level)
    entry.right = _tree(entries, indexes[middle + 1 :], level + 1, red_level)
    entry.colour = RED if level == red_level else BLACK
    return indexes[middle]


def _place_streams(entries: list[Entry], sectors: _Sectors) -> tuple[int, int]:
    """Store every stream, small ones in the mini stream; return first sector and length of the mini table."""
    mini_blocks: list[bytes] = []
    mini_table: list[int] = []
    for entry in entries:
        if entry.kind != STREAM:
            continue
        entry.size = len(entry.data)
        if not entry.data:
            entry.start = END_OF_CHAIN
        elif entry.size >= MINI_CUTOFF:
            entry.start = sectors.add(entry.data)
        else:
            entry.start, blocks = len(mini_table), _blocks(entry.data, MINI_SECTOR)
            mini_blocks += blocks
            mini_table += _chain(entry.start, len(blocks))
    mini_stream = b"".join(mini_blocks)
    entries[0].start, entries[0].size = sectors.add(mini_stream), len(mini_stream)
    count = -(-len(mini_table) // NUMBERS_IN_SECTOR)
    return sectors.add(_numbers(mini_table, count * NUMBERS_IN_SECTOR)), count


def _blocks(data: bytes, size: int) -> list[bytes]:
    return [data[k : k + size].ljust(size, b"\0") for k in range(0, len(data), size)]


def _chain(first: int, count: int) -> list[int]:
    return [*range(first + 1, first + count), END_OF_CHAIN]


def _numbers(values: list[int], count: int = 0) -> bytes:
    """Return 32-bit numbers, filled up with `FREE` to `count` or to whole sectors."""
    wanted = count or -(-len(values) // NUMBERS_IN_SECTOR) * NUMBERS_IN_SECTOR
    padded = [*values, *[FREE] * (wanted - len(values))]
    return struct.pack(f"<{len(padded)}I", *padded)
