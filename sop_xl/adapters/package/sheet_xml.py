"""One worksheet's XML: what stands before its rows, the rows, and what stands after them.

Rows and cells are kept as the text they have in the file and are cut up only where needed, so that what
is not touched is written as it was, and tens of thousands of rows take no time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sop_xl.adapters.package.formula import shifted
from sop_xl.adapters.package.ranges import Rect, column_number
from sop_xl.adapters.package.xml_text import children, escaped, parsed, plain, serialised, unescaped, unprefixed
from sop_xl.domain.cells import column_letters

if TYPE_CHECKING:
    from collections.abc import Sequence

CELL = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*?)(?:/>|><v>([^<]*)</v></c>|>(.*?)</c>)', re.DOTALL)
"""A cell: letters, row, other attributes, its value where it has nothing else, else all that is in it."""

FORMULA = re.compile(r"<f\b([^>]*?)(?:/>|>([^<]*)</f>)")
VALUE = re.compile(r"<v\b[^>]*?(?:/>|>([^<]*)</v>)")
STYLES = re.compile(r'<c r="[A-Z]+\d+"[^>]*? s="(\d+)"')
"""Style ids of the cells of a row that have one."""

_ROW = re.compile(r'\s*<row r="(\d+)"([^>]*?)(/?)>')
_STYLE = re.compile(r'\bs="(\d+)"')
_FIRST_COLUMN = re.compile(r'<c r="([A-Z]+)')
_SHEET_DATA = re.compile(r"<sheetData\b[^>]*?(/?)>")
_DIMENSION = re.compile(r'(<dimension\b[^>]*\bref=")[^"]*(")')
_MERGED = re.compile(r'<mergeCell\b[^>]*\bref="([^"]+)"')
_SPANS = re.compile(r'\s*\bspans="[^"]*"')


@dataclass(slots=True)
class Row:
    """A row as the file has it: its attributes without the number, and the text of its cells."""

    attributes: str = ""
    cells: str = ""


class SheetXml:
    """A worksheet's XML, cut at its rows.

    Attributes:
        head, tail: the text before the first row and after the last one.
        rows: the rows by number.
    """

    def __init__(self, text: str) -> None:
        """Cut `text`, which must be `orderly`."""
        start = _SHEET_DATA.search(text)
        assert start is not None, text[:200]
        end = start.end() if start.group(1) else text.rindex("</sheetData>")
        self.head = text[: start.start()]
        self.tail = text[end:] if start.group(1) else text[end + len("</sheetData>") :]
        self.rows = {} if start.group(1) else _rows(text[start.end() : end])
        self._reshaped = False

    def cells(self, row: int) -> dict[int, str]:
        """Return the cells of a row, as text, by column."""
        if row not in self.rows:
            return {}
        return {column_number(match.group(1)): match.group() for match in CELL.finditer(self.rows[row].cells)}

    def change(self, row: int, cells: dict[int, str]) -> None:
        """Put other texts in place of a row's cells, none of which comes or goes."""
        self.rows[row].cells = "".join(cells[column] for column in sorted(cells))

    def put(self, row: int, cells: dict[int, str], attributes: str | None = None) -> None:
        """Make `cells` the cells of a row, and `attributes` its attributes where given."""
        kept = self.rows.get(row, Row()).attributes if attributes is None else attributes
        self.set_row(row, kept, "".join(cells[column] for column in sorted(cells)))

    def set_row(self, row: int, attributes: str, cells: str) -> None:
        """Make `cells`, in order of their columns, all there is in a row; a row without anything is dropped."""
        self._reshaped = True
        attributes = _SPANS.sub("", attributes) if "spans" in attributes else attributes
        if attributes or cells:
            self.rows[row] = Row(attributes, cells)
        else:
            self.rows.pop(row, None)

    def row_attributes(self, row: int, names: Sequence[str]) -> str:
        """Return those of a row's attributes that are named, as text."""
        attributes = self.rows.get(row, Row()).attributes
        found = [re.search(rf'\s\b{name}="[^"]*"', attributes) for name in names]
        return "".join(match.group() for match in found if match)

    def merged(self) -> list[Rect]:
        """Return the merged cells."""
        return [Rect.parse(area) for area in _MERGED.findall(self.tail)]

    def show_outline(self, level: int) -> None:
        """Make sure that the sheet says it has outlined rows up to `level`."""
        tag = re.search(r"<sheetFormatPr\b[^>]*>", self.head)
        if tag is None or not level:
            return
        found = re.search(r'\boutlineLevelRow="(\d+)"', tag.group())
        if found is None or int(found.group(1)) < level:
            start = re.sub(r'\s*\boutlineLevelRow="\d+"', "", tag.group())
            new = start.replace("<sheetFormatPr", f'<sheetFormatPr outlineLevelRow="{level}"', 1)
            self.head = self.head[: tag.start()] + new + self.head[tag.end() :]

    def text(self) -> str:
        """Return the XML of the whole sheet, its rows in order and its dimension right."""
        head = _DIMENSION.sub(rf"\g<1>{self._extent()}\g<2>", self.head) if self._reshaped else self.head
        body = "".join([_row_text(number, self.rows[number]) for number in sorted(self.rows)])
        return f"{head}<sheetData>{body}</sheetData>{self.tail}"

    def _extent(self) -> str:
        filled = [(number, row.cells) for number, row in self.rows.items() if row.cells]
        if not filled:
            return "A1"
        ends = [column_ends(cells) for _, cells in filled]
        numbers = [number for number, _ in filled]
        return Rect(min(numbers), min(a for a, _ in ends), max(numbers), max(b for _, b in ends)).text


def orderly(text: str, part: str) -> str:
    """Return a worksheet's XML with a number on each row and cell, standing first, as most programs write it."""
    text = plain(text, part)
    cells = text.count("<c ") + text.count("<c>") + text.count("<c/>")
    rows = text.count("<row ") + text.count("<row>") + text.count("<row/>")
    if cells == text.count('<c r="') and rows == text.count('<row r="'):
        return text
    root = unprefixed(parsed(text, part))
    for data in children(root, "sheetData"):
        _number_rows(data)
    return serialised(root)


def _number_rows(data: Any) -> None:
    row_number = 0
    for row in children(data, "row"):
        row_number = int(row.get("r") or row_number + 1)
        _first_attribute(row, str(row_number))
        column = 0
        for cell in children(row, "c"):
            letters = (cell.get("r") or "").rstrip("0123456789")
            column = column_number(letters) if letters else column + 1
            _first_attribute(cell, f"{column_letters(column)}{row_number}")


def _first_attribute(element: Any, value: str) -> None:
    others = [(key, old) for key, old in element.attrib.items() if key != "r"]
    element.attrib.clear()
    element.set("r", value)
    element.attrib.update(others)


def _rows(body: str) -> dict[int, Row]:
    rows: dict[int, Row] = {}
    for chunk in body.split("</row>"):
        at = 0
        while match := _ROW.match(chunk, at):
            at = match.end()
            number, attributes, empty = match.groups()
            rows[int(number)] = Row(attributes.rstrip(), "" if empty else chunk[at:])
            if not empty:
                break
    return rows


def _row_text(number: int, row: Row) -> str:
    start = f'<row r="{number}"{row.attributes}'
    return f"{start}>{row.cells}</row>" if row.cells else f"{start}/>"


def column_ends(cells: str) -> tuple[int, int]:
    """Return the first and the last column of a row's cells, which must not be empty."""
    first = _FIRST_COLUMN.search(cells)
    last = _FIRST_COLUMN.match(cells, cells.rindex('<c r="'))
    assert first is not None
    assert last is not None
    return column_number(first.group(1)), column_number(last.group(1))


def has_formulas(text: str) -> bool:
    """Whether a worksheet's XML may hold a formula in a cell."""
    return "<f>" in text or "<f " in text or "<f/>" in text


def rows_below(text: str, ref: Rect, end: int) -> list[int]:
    """Return the rows under `ref`, above row `end`, that hold something in its columns; `text` must be `orderly`."""
    start = next((row.start() for row in _ROW.finditer(text) if int(row.group(1)) > ref.bottom), len(text))
    below = Rect(ref.bottom + 1, ref.left, end - 1, ref.right)
    cells = ((int(cell.group(2)), column_number(cell.group(1)), cell.group()) for cell in CELL.finditer(text, start))
    return sorted({row for row, column, cell in cells if below.holds(row, column) and has_content(cell)})


def style_of(cell: str) -> str:
    """Return the style id of a cell's text; empty where it has none."""
    match = _STYLE.search(cell, 0, cell.index(">") + 1)
    return match.group(1) if match else ""


def blank(row: int, column: int, style: str) -> str:
    """Return an empty cell of that style; no text where it has no style."""
    return f'<c r="{column_letters(column)}{row}" s="{style}"/>' if style else ""


def formula_of(cell: str) -> str | None:
    """Return the formula of a cell's text, without `=`; None where it has none."""
    match = FORMULA.search(cell) if "<f" in cell else None
    return unescaped(match.group(2) or "") if match else None


def has_content(cell: str) -> bool:
    """Whether a cell's text holds a value or a formula, and not only a style."""
    return "<v" in cell or "<f" in cell or "<is" in cell


def moved(cell: str, row: int) -> str:
    """Return a cell's text in another row, its formula's relative references moved along."""
    match = CELL.match(cell)
    assert match is not None, cell
    letters, old = match.group(1), int(match.group(2))
    if old == row:
        return cell
    text = f'<c r="{letters}{row}"{cell[match.start(3) :]}'
    formula = formula_of(text)
    if formula is None:
        return text
    text = re.sub(r'(<f\b[^>]*\bref=")[^"]*(")', rf"\g<1>{letters}{row}\g<2>", text, count=1)
    return with_formula(text, shifted(formula, row - old))


def with_formula(cell: str, formula: str) -> str:
    """Return the cell's text with another formula in place of its own."""
    match = FORMULA.search(cell)
    assert match is not None, cell
    return f"{cell[: match.start()]}<f{match.group(1)}>{escaped(formula)}</f>{cell[match.end() :]}"


def unshare(sheet: SheetXml) -> None:
    """Write out the formulas that cells share with a first one, so that each cell can move on its own."""
    masters: dict[str, tuple[int, int, str]] = {}
    for number in sorted(sheet.rows):
        if 't="shared"' not in sheet.rows[number].cells:
            continue
        cells = sheet.cells(number)
        for column, cell in cells.items():
            if 't="shared"' in cell:
                cells[column] = _unshared(cell, number, column, masters)
        sheet.put(number, cells)


def _unshared(cell: str, row: int, column: int, masters: dict[str, tuple[int, int, str]]) -> str:
    match = FORMULA.search(cell)
    assert match is not None, cell
    index = re.search(r'\bsi="(\d+)"', match.group(1))
    group = index.group(1) if index else ""
    if match.group(2):
        masters[group] = (row, column, unescaped(match.group(2)))
    top, left, formula = masters.get(group, (row, column, ""))
    text = escaped(shifted(formula, row - top, column - left))
    return f"{cell[: match.start()]}<f>{text}</f>{cell[match.end() :]}"


def array_areas(sheet: SheetXml) -> list[Rect]:
    """Return the blocks filled by one formula each: arrays, spills and data tables of more than one cell."""
    areas = []
    for row in sheet.rows.values():
        if "<f" in row.cells and ' ref="' in row.cells:
            for match in FORMULA.finditer(row.cells):
                area = re.search(r'\bref="([^"]+)"', match.group(1))
                if area and 't="shared"' not in match.group(1):
                    areas.append(Rect.parse(area.group(1)))
    return [area for area in areas if not area.is_one_cell]
