"""Formulas as Excel spells them, to and from Calc's tokens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.support.calc_engine.strict import ERRORS, NotAsInExcelError
from tests.support.calc_engine.uno_bridge import constant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TEXTS = re.compile(r'"(?:[^"]|"")*"')
_DIFFERENT = re.compile(r"[!{}'|~]|\.(?![\w.]*\()\$?[A-Za-z_]")
"""Where Calc spells a formula otherwise than Excel: other sheets and arrays."""
NO_FORMULA = range(501, 513)
"""Calc's errors for what cannot be read as a formula."""
Cell = tuple[int, int]
_PIECES = re.compile(r'"(?:[^"]|"")*"|[,;]')


class Formulas:
    """Reads and writes the formulas of one document."""

    def __init__(self, document: Any) -> None:
        parser = document.createInstance("com.sun.star.sheet.FormulaParser")
        parser.CompileEnglish = True
        parser.FormulaConvention = constant("sheet.AddressConvention.XL_OOX")
        self._parser = parser

    def parsed(self, formula: str, origin: Any) -> Any:
        """Return Calc's tokens of a formula, `=` first, for the cell `origin`."""
        return self._parser.parseFormula(formula.removeprefix("="), origin)

    def printed(self, tokens: Any, origin: Any) -> str:
        """Return tokens as Excel spells them, `=` first."""
        return f"={self._parser.printFormula(tokens, origin)}"

    def put(self, block: Any, formulas: Mapping[Cell, str]) -> None:
        """Write formulas into cells of a block, told by row and column from 0 at its corner.

        Raises:
            NotAsInExcelError: one of them is none.
        """
        for (row, column), run in _runs(formulas):
            cells = block.getCellRangeByPosition(column, row, column + len(run) - 1, row)
            if all(_is_plain(formula, ";") for formula in run):
                cells.setFormulaArray((tuple(_swapped(formula, ",", ";") for formula in run),))
                continue
            for k, formula in enumerate(run):
                cell = cells.getCellByPosition(k, 0)
                cell.setTokens(self.parsed(formula, cell.CellAddress))
        self._check(block, formulas)

    def _check(self, block: Any, formulas: Mapping[Cell, str]) -> None:
        area = block.RangeAddress
        for found in block.queryFormulaCells(constant("sheet.FormulaResult.ERROR")).RangeAddresses:
            for row in range(found.StartRow - area.StartRow, found.EndRow - area.StartRow + 1):
                for column in range(found.StartColumn - area.StartColumn, found.EndColumn - area.StartColumn + 1):
                    error = block.getCellByPosition(column, row).getError()
                    if error in NO_FORMULA and (row, column) in formulas:
                        raise NotAsInExcelError(f"{formulas[row, column]!r} is no formula for Excel.")

    def of_block(self, block: Any) -> list[list[str]]:
        """Return the contents of a block as Excel's `Formula` gives them: formulas, else constants as text."""
        rows = [[*row] for row in block.getFormulaArray()]
        texts = [(i, j) for i, j in _cells_of(block, "STRING") if rows[i][j].startswith("'")]
        if texts:
            shown = block.getDataArray()
            for i, j in texts:
                rows[i][j] = shown[i][j]
        for i, j in _cells_of(block, "FORMULA"):
            rows[i][j] = self._excel(block, i, j, rows[i][j])
        return rows

    def _excel(self, block: Any, row: int, column: int, formula: str) -> str:
        text = formula[1:-1] if formula.startswith("{=") else formula
        if _is_plain(text, ","):
            text = _swapped(text, ";", ",")
        else:
            cell = block.getCellByPosition(column, row)
            text = self.printed(cell.getTokens(), cell.CellAddress)
        return text[1:] if text[1:] in ERRORS else text


def _cells_of(block: Any, kind: str) -> Iterator[Cell]:
    """Yield the cells of a block that hold something of that kind, by row and column from 0."""
    area = block.RangeAddress
    for found in block.queryContentCells(constant(f"sheet.CellFlags.{kind}")).RangeAddresses:
        for row in range(found.StartRow - area.StartRow, found.EndRow - area.StartRow + 1):
            for column in range(found.StartColumn - area.StartColumn, found.EndColumn - area.StartColumn + 1):
                yield row, column


def error_formula(error: str) -> str:
    """Return the formula that Calc keeps for an error typed into a cell."""
    return f"={error}"


def _runs(formulas: Mapping[Cell, str]) -> Iterator[tuple[Cell, list[str]]]:
    """Yield formulas that stand side by side: the first cell, and all of them."""
    run: list[str] = []
    for row, column in sorted(formulas):
        run.append(formulas[row, column])
        if (row, column + 1) not in formulas:
            yield (row, column - len(run) + 1), run
            run = []


def _is_plain(formula: str, other_mark: str) -> bool:
    """Whether Excel and Calc spell a formula alike, but for the mark between arguments."""
    outside = _TEXTS.sub("", formula)
    if formula[1:] in ERRORS:
        return True
    return other_mark not in outside and _DIFFERENT.search(outside) is None


def _swapped(formula: str, old: str, new: str) -> str:
    return _PIECES.sub(lambda match: new if match.group() == old else match.group(), formula)
