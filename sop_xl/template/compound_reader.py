"""Reading a compound file: what is in a VBA project that Excel saved, or that this package wrote.

Source:
    Microsoft, [MS-CFB] Compound File Binary File Format, sections 2.2 to 2.6.
"""

from __future__ import annotations

import struct

from sop_xl.template.compound_file import END_OF_CHAIN, ENTRY, FREE, HEADER_FAT_SECTORS, SIGNATURE, STREAM

HEADER = 512


class CompoundFileError(ValueError):
    """The bytes are no compound file, or a damaged one."""


def read_compound_file(data: bytes) -> dict[str, bytes]:
    """Return every stream by its path, storages apart by a slash: `VBA/dir`.

    Raises:
        CompoundFileError: this is no compound file, or its chains lead astray.
    """
    if data[:8] != SIGNATURE:
        msg = "This is no compound file: it starts with other bytes."
        raise CompoundFileError(msg)
    try:
        return _Reader(data).streams()
    except (struct.error, IndexError) as error:
        msg = f"The compound file is damaged: {error}."
        raise CompoundFileError(msg) from error


class _Reader:
    """The tables of one file: sectors, mini sectors, directory."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.sector = 1 << struct.unpack_from("<H", data, 30)[0]
        self.mini_sector = 1 << struct.unpack_from("<H", data, 32)[0]
        directory, self.cutoff = struct.unpack_from("<I4xI", data, 48)
        mini_table = struct.unpack_from("<I", data, 60)[0]
        self.table = self._allocation_table()
        self.directory = self._chain(directory)
        self.mini_table = _numbers(self._chain(mini_table)) if mini_table != END_OF_CHAIN else []
        self.mini_stream = self._chain(struct.unpack_from("<I", self.directory, 116)[0])

    def streams(self) -> dict[str, bytes]:
        """Return the streams, walking the tree from the root's child."""
        found: dict[str, bytes] = {}
        self._walk(struct.unpack_from("<I", self.directory, 76)[0], "", found)
        return found

    def _walk(self, index: int, folder: str, found: dict[str, bytes]) -> None:
        if index == FREE:
            return
        at = index * ENTRY
        length, kind, _, left, right, child = struct.unpack_from("<HBBIII", self.directory, at + 64)
        start, size = struct.unpack_from("<II", self.directory, at + 116)
        name = folder + self.directory[at : at + length - 2].decode("utf-16-le")
        self._walk(left, folder, found)
        if kind == STREAM:
            small = size < self.cutoff
            found[name] = (self._mini_chain(start) if small else self._chain(start))[:size]
        else:
            self._walk(child, name + "/", found)
        self._walk(right, folder, found)

    def _allocation_table(self) -> list[int]:
        """Return the table, from the sectors the header and its continuations name."""
        sectors = [n for n in struct.unpack_from(f"<{HEADER_FAT_SECTORS}I", self.data, 76) if n != FREE]
        more = struct.unpack_from("<I", self.data, 68)[0]
        while more not in (END_OF_CHAIN, FREE):
            *listed, more = _numbers(self._sector(more))
            sectors += [n for n in listed if n != FREE]
        return [number for sector in sectors for number in _numbers(self._sector(sector))]

    def _sector(self, number: int) -> bytes:
        at = HEADER + number * self.sector
        return self.data[at : at + self.sector]

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in _follow(self.table, start))

    def _mini_chain(self, start: int) -> bytes:
        at = (number * self.mini_sector for number in _follow(self.mini_table, start))
        return b"".join(self.mini_stream[k : k + self.mini_sector] for k in at)


def _follow(table: list[int], start: int) -> list[int]:
    chain: list[int] = []
    while start != END_OF_CHAIN:
        if len(chain) > len(table):
            msg = "The compound file is damaged: a chain of sectors has no end."
            raise CompoundFileError(msg)
        chain.append(start)
        start = table[start]
    return chain


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data))
