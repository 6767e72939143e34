"""The few members of Excel's own objects that the product reaches for past xlwings, on Calc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.calc_engine.calls import CALLS
from tests.support.calc_engine.strict import NotAsInExcelError
from tests.support.calc_engine.uno_bridge import enum

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_FILL, SOME_COLOUR = -4142, 6
MAX_OUTLINE = 7
REMOVABLE = 128
"""UNO's `PropertyAttribute.REMOVABLE`."""
OPTIONS = (
    *("AllowFormattingCells", "AllowFormattingColumns", "AllowFormattingRows", "AllowInsertingColumns"),
    *("AllowInsertingRows", "AllowInsertingHyperlinks", "AllowDeletingColumns", "AllowDeletingRows"),
    *("AllowSorting", "AllowFiltering", "AllowUsingPivotTables"),
)
"""What may be allowed on a protected sheet. Calc knows four of them; the others are told as not allowed."""


class AppApi:
    """`Application`: its corrections while typing, which are remembered only."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.AutoCorrect = _AutoCorrect(settings)


class _AutoCorrect:
    def __init__(self, settings: dict[str, Any]) -> None:
        object.__setattr__(self, "_settings", settings)

    def __getattr__(self, name: str) -> Any:
        return self._settings[name]

    def __setattr__(self, name: str, value: Any) -> None:
        CALLS.note("set", f"{name}={value}")
        self._settings[name] = value


class BookApi:
    """`Workbook`: its custom properties; all else is Calc's own document."""

    def __init__(self, document: Any) -> None:
        self._document = document

    def __getattr__(self, name: str) -> Any:
        return getattr(self._document, name)

    @property
    def CustomDocumentProperties(self) -> _Properties:
        return _Properties(self._document.DocumentProperties.UserDefinedProperties)


class _Properties:
    """`DocumentProperties`: those of the user's and ours, by name."""

    def __init__(self, bag: Any) -> None:
        self._bag = bag

    def __iter__(self) -> Iterator[_Property]:
        return (_Property(self._bag, entry.Name) for entry in self._bag.PropertySetInfo.Properties)

    def __call__(self, name: str) -> _Property:
        return next(entry for entry in self if entry.Name == name)

    def Add(self, name: str, link: bool, kind: int, value: str) -> None:
        """Add a text; Excel has other kinds, which are not used."""
        if link or kind != 4:
            raise NotAsInExcelError("Only texts are known here.")
        CALLS.note("set", f"property {name}")
        self._bag.addProperty(name, REMOVABLE, value)


class _Property:
    """`DocumentProperty`."""

    def __init__(self, bag: Any, name: str) -> None:
        object.__setattr__(self, "_bag", bag)
        object.__setattr__(self, "Name", name)

    def __getattr__(self, name: str) -> Any:
        if name != "Value":
            raise AttributeError(name)
        return self._bag.getPropertyValue(self.Name)

    def __setattr__(self, name: str, value: str) -> None:
        CALLS.note("set", f"property {self.Name}")
        self._bag.setPropertyValue(self.Name, value)

    def Delete(self) -> None:
        """Take it away."""
        self._bag.removeProperty(self.Name)


class SheetApi:
    """`Worksheet`: its protection and its conditional formats."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet

    @property
    def ProtectContents(self) -> bool:
        return bool(self._sheet.is_protected)

    @property
    def Protection(self) -> _Protection:
        return _Protection(self._sheet.book, self._sheet.name)

    def Unprotect(self, password: str) -> None:
        """Take the protection off, where that is its password."""
        CALLS.note("protect", f"{self._sheet.name} off")
        try:
            self._sheet.sheet.unprotect(password)
        except Exception:
            raise NotAsInExcelError(f"The password for the sheet {self._sheet.name} is wrong.") from None

    def Protect(self, **options: bool) -> None:
        """Protect the sheet, without a password."""
        CALLS.note("protect", f"{self._sheet.name} on")
        self._sheet.book.protections[self._sheet.name] = options
        self._sheet.sheet.protect("")

    @property
    def Cells(self) -> SheetApi:
        return self

    @property
    def FormatConditions(self) -> Iterator[RuleApi]:
        """The conditional formats of the sheet."""
        rules = self._sheet.sheet.ConditionalFormats
        return (RuleApi(self._sheet, rule) for rule in rules.getConditionalFormats())

    def Range(self, address: str) -> list[Any]:
        """Return the blocks of an address, which may be several."""
        return [self._sheet.range(part).block.RangeAddress for part in address.split(",")]


class _Protection:
    """What is allowed on a protected sheet, as it was last said."""

    def __init__(self, book: Any, sheet: str) -> None:
        self._allowed = book.protections.get(sheet, {})

    def __getattr__(self, name: str) -> bool:
        if name not in OPTIONS:
            raise AttributeError(name)
        return bool(self._allowed.get(name, False))


class RuleApi:
    """`FormatCondition`: where a rule applies. In Calc rules of one area are one object."""

    def __init__(self, sheet: Any, rule: Any) -> None:
        self._sheet = sheet
        self._rule = rule

    @property
    def AppliesTo(self) -> RuleApi:
        return self

    @property
    def Address(self) -> str:
        areas = self._rule.Range.RangeAddresses
        return ",".join(self._sheet.range((1, 1)).at(self._sheet.book, area).address for area in areas)

    def ModifyAppliesToRange(self, areas: list[Any]) -> None:
        """Let the rule apply to these blocks."""
        ranges = self._sheet.book.document.createInstance("com.sun.star.sheet.SheetCellRanges")
        ranges.addRangeAddresses(tuple(areas), False)
        self._rule.Range = ranges


class RangeApi:
    """`Range`: exact values, colours, and the outline of its rows."""

    def __init__(self, cells: Any) -> None:
        self._cells = cells

    @property
    def Value2(self) -> Any:
        """Dates as numbers, amounts unrounded."""
        return self._cells.block.getDataArray()

    @property
    def Interior(self) -> InteriorApi:
        return InteriorApi(self._cells)

    @property
    def EntireRow(self) -> RangeApi:
        return self

    @property
    def OutlineLevel(self) -> int:
        """1 is not grouped. Calc does not tell, so this is what the file said, or what was set since."""
        return int(self._cells.sheet.book.outlines.level(self._cells.sheet.name, self._cells.row))

    @OutlineLevel.setter
    def OutlineLevel(self, level: int) -> None:
        CALLS.note("format", self._cells.place, len(self._cells))
        rows = enum("table.TableOrientation", "ROWS")
        sheet, address = self._cells.sheet.sheet, self._cells.block.RangeAddress
        for _ in range(MAX_OUTLINE):
            sheet.ungroup(address, rows)
        for _ in range(level - 1):
            sheet.group(address, rows)
        rows_set = range(self._cells.row, self._cells.row + self._cells.shape[0])
        self._cells.sheet.book.outlines.note(self._cells.sheet.name, rows_set, level)


class InteriorApi:
    """`Interior`: the colour of cells, red in the lowest byte; where cells differ no index, and 0 for a colour."""

    def __init__(self, cells: Any) -> None:
        object.__setattr__(self, "_cells", cells)

    def __getattr__(self, name: str) -> int | None:
        block = self._cells.block
        differs = block.getPropertyState("CellBackColor") == enum("beans.PropertyState", "AMBIGUOUS_VALUE")
        if name == "ColorIndex":
            return None if differs else NO_FILL if block.CellBackColor == -1 else SOME_COLOUR
        if name == "Color":
            return 0 if differs else _reversed(block.CellBackColor)
        raise AttributeError(name)

    def __setattr__(self, name: str, value: int) -> None:
        CALLS.note("format", self._cells.place, len(self._cells))
        self._cells.check_unlocked()
        if name == "ColorIndex" and value != NO_FILL:
            raise NotAsInExcelError("No index but that of no colour is known here.")
        self._cells.block.CellBackColor = -1 if name == "ColorIndex" else _reversed(value)


def _reversed(colour: int) -> int:
    """Return a colour with red and blue in each other's place."""
    return (colour & 255) << 16 | colour & 0xFF00 | colour >> 16 & 255


class TableApi:
    """`ListObject`: its filter."""

    def __init__(self, table: Any) -> None:
        self._table = table

    @property
    def AutoFilter(self) -> FilterApi | None:
        return FilterApi(self._table.autofilter) if self._table.show_autofilter else None


class FilterApi:
    """`AutoFilter`: whether it hides rows, and that it does so anew."""

    def __init__(self, autofilter: Any) -> None:
        self._filter = autofilter

    @property
    def FilterMode(self) -> bool:
        return bool(self._filter.is_on)

    def ApplyFilter(self) -> None:
        self._filter.apply()
