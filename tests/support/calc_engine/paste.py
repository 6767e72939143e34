"""Looks of cells copied to others, contents and validation left alone, as Excel's paste of formats does."""

from __future__ import annotations

from typing import Any

from tests.support.calc_engine.calls import CALLS
from tests.support.calc_engine.strict import NotAsInExcelError


def fill_formats(source: Any, destination: Any, type_: str) -> None:
    """Give `destination`, which holds `source` at its start or its end, the looks of `source`, over and over."""
    if type_ != "fill_formats":
        raise NotImplementedError(type_)
    height, width = source.shape
    rows = destination.shape[0] - height
    if source.row not in (destination.row, destination.row + rows) or source.column != destination.column:
        raise NotAsInExcelError(f"{destination.place} neither starts nor ends with {source.place}.")
    if rows:
        first = height if source.row == destination.row else 0
        paste_formats(source, destination.part(first, 0, rows, width), "formats")


def paste_formats(source: Any, target: Any, what: str | None) -> None:
    """Give `target` the looks of `source`, over and over where it is a multiple of its size."""
    if what != "formats":
        raise NotImplementedError(what)
    if source is None:
        raise NotAsInExcelError("Nothing was copied that could be pasted.")
    CALLS.note("paste", target.place, len(target))
    target.check_unlocked()
    height, width = source.shape
    if target.shape[0] % height or target.shape[1] != width:
        raise NotAsInExcelError(f"{target.place} is no multiple of {source.place}.")
    kept = _Kept(target)
    done, rows = 0, target.shape[0]
    while done < rows:  # what is done already is copied on, so that few copies do
        size = min(max(done, height), rows - done)
        piece = target.part(0, 0, size, width) if done else source
        target.sheet.sheet.copyRange(target.part(done, 0, 1, 1).first_cell, piece.block.RangeAddress)
        done += size
    kept.put_back()


class _Kept:
    """What a block holds besides its looks."""

    def __init__(self, target: Any) -> None:
        self._target = target
        self._values = target.block.getDataArray()
        self._formulas = target.sheet.book.formulas.of_block(target.block)
        self._rules = target.sheet.book.inside.rules(target.block)

    def put_back(self) -> None:
        self._target.block.setDataArray(self._values)
        formulas = {
            (i, j): text
            for i, (row, values) in enumerate(zip(self._formulas, self._values, strict=True))
            for j, text in enumerate(row)
            if text.startswith("=") and text != values[j]
        }
        self._target.sheet.book.formulas.put(self._target.block, formulas)
        for column, rule in self._rules:
            self._target.part(0, column, self._target.shape[0], 1).block.Validation = rule
