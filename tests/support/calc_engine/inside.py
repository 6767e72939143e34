"""Questions about a block that need many of Calc's objects: the office answers each by itself, in one call.

An object that is handed out costs both sides half a millisecond, for all that it can do is told along with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

SERVICE = "com.sun.star.script.ApplicationScriptLibraryContainer"
LIBRARY, MODULE = "Standard", "CalcEngine"
BASIC = """
Function Looks(block As Object) As Variant
    Dim ranges As Object, cells As Object, areas As Variant, k As Long, told() As Variant
    ranges = block.getUniqueCellFormatRanges()
    If ranges.Count = 0 Then Exit Function
    ReDim told(0 To ranges.Count - 1)
    For k = 0 To ranges.Count - 1
        cells = ranges.getByIndex(k)
        told(k) = Array(cells.NumberFormat, cells.RangeAddresses)
    Next k
    Looks = told
End Function

Function Rules(block As Object) As Variant
    Dim rule As Object, k As Long, count As Long, told() As Variant
    For k = 0 To block.Columns.Count - 1
        rule = block.getCellRangeByPosition(k, 0, k, block.Rows.Count - 1).Validation
        If rule.Type <> com.sun.star.sheet.ValidationType.ANY Then
            ReDim Preserve told(0 To count)
            told(count) = Array(k, rule)
            count = count + 1
        End If
    Next k
    If count > 0 Then Rules = told
End Function

Function Faults(block As Object) As Variant
    Dim areas As Variant, sheet As Object, k As Long, row As Long, column As Long, count As Long, told() As Variant
    areas = block.queryFormulaCells(com.sun.star.sheet.FormulaResult.ERROR).RangeAddresses
    sheet = block.Spreadsheet
    For k = 0 To UBound(areas)
        For row = areas(k).StartRow To areas(k).EndRow
            For column = areas(k).StartColumn To areas(k).EndColumn
                ReDim Preserve told(0 To count)
                told(count) = Array(sheet.getCellByPosition(column, row).getError(), row, column)
                count = count + 1
            Next column
        Next row
    Next k
    If count > 0 Then Faults = told
End Function
"""


def install(services: Any) -> None:
    """Give an office the macros, once."""
    libraries = services.createInstance(SERVICE)
    libraries.loadLibrary(LIBRARY)
    library = libraries.getByName(LIBRARY)
    if not library.hasByName(MODULE):
        library.insertByName(MODULE, BASIC)


class Inside:
    """The macros, as a document's office runs them."""

    def __init__(self, document: Any) -> None:
        provider = document.getScriptProvider()
        place = f"vnd.sun.star.script:{LIBRARY}.{MODULE}.%s?language=Basic&location=application"
        self._macros = {name: provider.getScript(place % name) for name in ("Looks", "Rules", "Faults")}

    def looks(self, block: Any) -> Sequence[tuple[int, Any]]:
        """Return the looks of a block: key of the number format, and addresses of the areas that have it."""
        return self._told("Looks", block) or ()

    def rules(self, block: Any) -> Sequence[tuple[int, Any]]:
        """Return the columns of a block in which input is restricted, counted from 0, and Calc's rule of each."""
        return self._told("Rules", block) or ()

    def faults(self, block: Any) -> Sequence[tuple[int, int, int]]:
        """Return the cells of a block with an error: Calc's number of it, row and column on the sheet."""
        return self._told("Faults", block) or ()

    def _told(self, macro: str, *given: Any) -> Any:
        return self._macros[macro].invoke(given, (), ())[0]
