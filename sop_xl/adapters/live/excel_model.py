"""The few things of Excel's own object model that xlwings does not offer: the only place that uses `.api`."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from sop_xl.adapters.live.busy import is_busy, patient, refusal, stubborn
from sop_xl.domain.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import xlwings as xw

CORRECTIONS = ("AutoFillFormulasInLists", "AutoExpandListRange")
"""What Excel does by itself to tables while a program writes: formulas down a column, a table over what is below."""
NO_FILL = -4142
"""Excel's number for cells without a colour."""
_ALLOWED = (
    *("AllowFormattingCells", "AllowFormattingColumns", "AllowFormattingRows", "AllowInsertingColumns"),
    *("AllowInsertingRows", "AllowInsertingHyperlinks", "AllowDeletingColumns", "AllowDeletingRows"),
    *("AllowSorting", "AllowFiltering", "AllowUsingPivotTables"),
)


def do_not_wait_for_ever() -> None:
    """Let xlwings tell that Excel is busy; by itself it asks again without end and without a pause."""
    if sys.platform == "win32":
        import xlwings._xlwindows

        xlwings._xlwindows.N_COM_ATTEMPTS = 1


def exact_numbers(cells: xw.Range) -> Sequence[Sequence[Any]]:
    """Return the values of a block with amounts unrounded; Excel's `Value` cuts currency to 4 decimals."""
    values = cells.api.Value2
    return values if isinstance(values, tuple) else ((values,),)


def correction(app: xw.App, name: str) -> bool:
    """Return whether Excel corrects something by itself; see `CORRECTIONS`."""
    return bool(getattr(app.api.AutoCorrect, name))


def set_correction(app: xw.App, name: str, on: bool) -> None:
    """Switch one of `CORRECTIONS` on or off."""
    setattr(app.api.AutoCorrect, name, on)


@contextmanager
def unprotected(sheets: Sequence[xw.Sheet]) -> Iterator[None]:
    """Take the protection off `sheets` for a while, those that have one, and put it back as it was.

    Raises:
        WorkbookError: a sheet is protected with a password.
    """
    with ExitStack() as stack:
        for sheet in sheets:
            protect_again = patient(lambda sheet=sheet: _unprotect(sheet))  # type: ignore[misc]
            stack.callback(stubborn, protect_again)
        yield


def _unprotect(sheet: xw.Sheet) -> Callable[[], None]:
    """Take the protection off a sheet; return what protects it again."""
    allowed = protection(sheet)
    if allowed is None:
        return lambda: None
    unprotect(sheet)
    return lambda: sheet.api.Protect(**allowed)


def unprotect(sheet: xw.Sheet) -> None:
    """Take the protection off a sheet that may have one.

    Raises:
        WorkbookError: it has a password.
    """
    if not sheet.api.ProtectContents:
        return
    try:
        sheet.api.Unprotect("")  # without a password named, Excel would ask the user for one
    except Exception as fault:
        if is_busy(fault) or not refusal(fault):
            raise
        raise WorkbookError(
            f"Sheet '{sheet.name}' is protected with a password, so nothing can be written there. Take the "
            "protection off (Review > Unprotect Sheet) and run again. Nothing was changed."
        ) from fault


def protection(sheet: xw.Sheet) -> dict[str, bool] | None:
    """Return what the protection of a sheet allows; None where it is not protected."""
    return _allowed(sheet) if sheet.api.ProtectContents else None


def protect(sheet: xw.Sheet, allowed: Mapping[str, bool]) -> None:
    """Protect a sheet that is not, without a password, but for what is allowed."""
    if not sheet.api.ProtectContents:
        sheet.api.Protect(**allowed)


def _allowed(sheet: xw.Sheet) -> dict[str, bool]:
    allows = sheet.api.Protection
    return {name: bool(getattr(allows, name)) for name in _ALLOWED}


@contextmanager
def kept_rules(sheet: xw.Sheet) -> Iterator[None]:
    """Let each conditional format apply where it did before; pasting formats over it takes cells away from it."""
    places = patient(lambda: [rule.AppliesTo.Address for rule in sheet.api.Cells.FormatConditions])
    try:
        yield
    finally:
        stubborn(lambda: _put_rules_back(sheet, places))


def _put_rules_back(sheet: xw.Sheet, places: Sequence[str]) -> None:
    rules = [*sheet.api.Cells.FormatConditions]
    if len(rules) == len(places):
        for rule, place in zip(rules, places, strict=True):
            if rule.AppliesTo.Address != place:
                rule.ModifyAppliesToRange(sheet.api.Range(place))


def outline(rows: xw.Range) -> int:
    """Return the outline level of a whole row; 1 is not grouped."""
    return int(rows.api.EntireRow.OutlineLevel)


def set_outline(rows: xw.Range, level: int) -> None:
    """Make `level` the outline level of whole rows; 1 is not grouped."""
    rows.api.EntireRow.OutlineLevel = level


def fill(cells: xw.Range) -> int | None:
    """Return the colour that the cells of a block have, `NO_FILL` for none; None where they differ."""
    interior = cells.api.Interior
    if interior.ColorIndex is None:
        return None
    if interior.ColorIndex == NO_FILL:
        return NO_FILL
    colour = int(interior.Color)
    return None if colour == 0 and cells.size > 1 else colour  # of colours that differ a little Excel says 0 too


def set_fill(cells: xw.Range, colour: int) -> None:
    """Give cells a colour, or none with `NO_FILL`."""
    if colour == NO_FILL:
        cells.api.Interior.ColorIndex = NO_FILL
    else:
        cells.api.Interior.Color = colour


def is_filtered(table: xw.main.Table) -> bool:
    """Whether a filter of the table hides rows."""
    filters = table.api.AutoFilter
    return filters is not None and bool(filters.FilterMode)


def filter_again(table: xw.main.Table) -> None:
    """Apply the table's filters to the rows it has now."""
    table.api.AutoFilter.ApplyFilter()


MSO_STRING = 4
"""The kind of a custom property that holds text."""


def custom_property(book: xw.Book, name: str) -> str:
    """Return the text of a custom property of a workbook; blank where there is none."""
    found = [entry for entry in book.api.CustomDocumentProperties if entry.Name == name]
    return str(found[0].Value) if found else ""


def set_custom_property(book: xw.Book, name: str, value: str) -> None:
    """Give a custom property of a workbook a text; a blank one takes it away."""
    found = [entry for entry in book.api.CustomDocumentProperties if entry.Name == name]
    if found and value:
        found[0].Value = value
    elif found:
        found[0].Delete()
    elif value:
        book.api.CustomDocumentProperties.Add(name, False, MSO_STRING, value)
