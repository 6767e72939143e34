"""Defined names."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes

from tests.support.calc_engine.cells import Range
from tests.support.calc_engine.uno_bridge import struct


class Names(base_classes.Names):
    """The names of a workbook, or of a sheet."""

    api: Any = None

    def __init__(self, book: Any, names: Any) -> None:
        self.book = book
        self.api = names

    def __len__(self) -> int:
        return int(self.api.Count)

    def __call__(self, name_or_index: str | int) -> Name:
        name = self.api.ElementNames[name_or_index - 1] if isinstance(name_or_index, int) else name_or_index
        if not self.contains(name):
            raise KeyError(name)
        return Name(self, name)

    def snapshot(self) -> list[tuple[str, Name]]:
        return [(name, Name(self, name)) for name in self.api.ElementNames]

    def contains(self, name_or_index: str | int) -> bool:
        return bool(self.api.hasByName(name_or_index))

    def add(self, name: str, refers_to: str) -> Name:
        origin = struct("table.CellAddress")
        self.api.addNewByName(name, "0", origin, 0)
        made = Name(self, name)
        made.refers_to = refers_to
        return made


class Name(base_classes.Name):
    """One name."""

    def __init__(self, names: Names, name: str) -> None:
        self._names = names
        self._name = name

    @property
    def api(self) -> Any:
        return self._names.api.getByName(self._name)

    @property
    def name(self) -> str:
        return self._name

    def delete(self) -> None:
        self._names.api.removeByName(self._name)

    @property
    def refers_to(self) -> str:
        return self._names.book.formulas.printed(self.api.getTokens(), self.api.ReferencePosition)

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self.api.setTokens(self._names.book.formulas.parsed(value, self.api.ReferencePosition))

    @property
    def refers_to_range(self) -> Range:
        return Range.at(self._names.book, self.api.getReferredCells().RangeAddress)
