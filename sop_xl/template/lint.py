"""Lint of the template's package: what Excel would repair, and what our own rules ask, found before it ships."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sop_xl.template.lint_formulas import functions_allowed, names_unique, references_resolve
from sop_xl.template.lint_macros import macro_problems
from sop_xl.template.lint_package import Package, Problem, area_of, find, position_of
from sop_xl.template.package import MAIN, STYLE_PREFIX, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from sop_xl.template.lint_package import Sheet, TablePart
    from sop_xl.template.package import Parts

MIN_CONTRAST = 4.5
SHEET_NAME_LIMIT, LITERAL_LIMIT, TITLE_LIMIT = 31, 255, 32
UNLOCKED_STYLES = ("sop_Input", "sop_InputText", "sop_Override")


def lint(data: bytes) -> list[Problem]:
    """Return every problem of a workbook's package, rule by rule; an empty list: none.

    Args:
        data: the bytes of an .xlsx or .xlsm made by this package.
    """
    return lint_parts(unpack(data))


def lint_parts(parts: Parts) -> list[Problem]:
    """Return every problem of an unpacked workbook; where parts are missing, only those."""
    package = Package(parts)
    missing = list(parts_are_there(package))
    return missing or [problem for rule in RULES for problem in rule(package)]


def parts_are_there(package: Package) -> Iterator[Problem]:
    """Every relationship has its part, and every part a content type."""
    types = package.xml("[Content_Types].xml")
    named = {str(e.get("PartName")).lstrip("/") for e in types if e.get("PartName")}
    extensions = {str(e.get("Extension")) for e in types if e.get("Extension")}
    for part in package.parts:
        if part.endswith(".rels"):
            continue
        for target in package.targets(part).values():
            if target not in package.parts:
                yield Problem("part", part, f"its relationship leads to {target}, which is not there")
        if part not in named and part.rsplit(".", 1)[-1] not in extensions and part != "[Content_Types].xml":
            yield Problem("part", part, "it has no content type")
    for part in named - set(package.parts):
        yield Problem("part", part, "it has a content type but is not there")


def sheet_names(package: Package) -> Iterator[Problem]:
    """Sheet names are short, unique ignoring case, and without signs Excel forbids."""
    seen: set[str] = set()
    for sheet in package.sheets:
        if len(sheet.name) > SHEET_NAME_LIMIT or re.search(r"[\[\]:*?/\\]", sheet.name):
            yield Problem("sheet-name", sheet.name, f"not a sheet name of at most {SHEET_NAME_LIMIT} characters")
        if sheet.name.lower() in seen:
            yield Problem("sheet-name", sheet.name, "another sheet has this name")
        seen.add(sheet.name.lower())


def tables_unique(package: Package) -> Iterator[Problem]:
    """Table ids and names are unique in the workbook, and names are names."""
    ids: set[str] = set()
    names: set[str] = {name.lower() for name in package.names}
    for table in package.tables:
        number, name = str(table.root.get("id")), table.name
        if number in ids:
            yield Problem("table-unique", table.part, f"another table has the id {number}")
        if name.lower() in names or name != table.root.get("name"):
            yield Problem("table-unique", table.part, f"{name} is not a name of its own")
        if not re.fullmatch(r"[A-Za-z_]\w*", name):
            yield Problem("table-unique", table.part, f"{name!r} is not a name")
        ids.add(number)
        names.add(name.lower())


def tables_match_cells(package: Package) -> Iterator[Problem]:
    """A table covers its columns and a body, and its header cells hold exactly the column names."""
    for table in package.tables:
        area, columns = table.area, table.columns
        if area.right - area.left + 1 != len(columns):
            yield Problem(
                "table-ref", table.part, f"{table.name} has {len(columns)} columns but covers {table.root.get('ref')}"
            )
        if area.bottom - area.top < int(table.has_header):
            yield Problem("table-ref", table.part, f"{table.name} has no body row")
        if len({c.lower() for c in columns}) < len(columns):
            yield Problem("table-header", table.part, f"{table.name} names a column twice")
        if table.has_header:
            yield from _header_problems(package, table)


def _header_problems(package: Package, table: TablePart) -> Iterator[Problem]:
    area = table.area
    cells = {str(c.get("r")): c for c in find(table.sheet.root, f"m:sheetData/m:row[@r='{area.top}']/m:c")}
    by_column = {position_of(address)[0]: address for address in cells}
    for offset, name in enumerate(table.columns):
        address = by_column.get(area.left + offset)
        text = package.text_at(table.sheet, address) if address else None
        if text != name:
            where = f"{table.sheet.name}!{address or f'row {area.top}'}"
            yield Problem("table-header", where, f"holds {text!r}, the column is {name!r}")


def nothing_merged_in_tables(package: Package) -> Iterator[Problem]:
    """No merged cells where a table is."""
    for table in package.tables:
        for merged in find(table.sheet.root, "m:mergeCells/m:mergeCell"):
            if area_of(str(merged.get("ref"))).meets(table.area):
                yield Problem("merged", f"{table.sheet.name}!{merged.get('ref')}", f"merged cells in {table.name}")


def indexes_exist(package: Package) -> Iterator[Problem]:
    """Style, font, fill, border, text and rule indexes are within their lists."""
    formats = _count(package, "cellXfs")
    for xf in find(package.styles, "m:cellXfs/m:xf"):
        for attribute, listed in (
            ("fontId", "fonts"),
            ("fillId", "fills"),
            ("borderId", "borders"),
            ("xfId", "cellStyleXfs"),
        ):
            if int(xf.get(attribute, "0")) >= _count(package, listed):
                yield Problem("index", "xl/styles.xml", f"{attribute} {xf.get(attribute)} is not there")
    rules, texts = _count(package, "dxfs"), len(package.shared_strings)
    for sheet in package.sheets:
        for element in find(sheet.root, "m:cols/m:col[@style] | m:sheetData/m:row[@s] | m:sheetData/m:row/m:c[@s]"):
            index = int(element.get("s") or element.get("style") or 0)
            if index >= formats:
                yield Problem("index", f"{sheet.name}!{element.get('r')}", f"format {index} is not there")
        for cell in find(sheet.root, "m:sheetData/m:row/m:c[@t='s']"):
            if int(cell.findtext(f"{{{MAIN}}}v") or 0) >= texts:
                yield Problem("index", f"{sheet.name}!{cell.get('r')}", "its text is not there")
        for rule in find(sheet.root, "m:conditionalFormatting/m:cfRule[@dxfId]"):
            if int(str(rule.get("dxfId"))) >= rules:
                yield Problem("index", sheet.name, f"rule format {rule.get('dxfId')} is not there")


def cells_in_order(package: Package) -> Iterator[Problem]:
    """Rows ascend, cells ascend in their row and carry its number."""
    for sheet in package.sheets:
        last = 0
        for row in find(sheet.root, "m:sheetData/m:row"):
            number = int(str(row.get("r")))
            if number <= last:
                yield Problem("order", f"{sheet.name}!{number}", "rows do not ascend")
            last = number
            yield from _row_problems(sheet, row, number)


def _row_problems(sheet: Sheet, row: etree._Element, number: int) -> Iterator[Problem]:
    before = 0
    for cell in row:
        column, at_row = position_of(str(cell.get("r")))
        if column <= before or at_row != number:
            yield Problem("order", f"{sheet.name}!{cell.get('r')}", "cells do not ascend in their row")
        before = column


def validations_fit(package: Package) -> Iterator[Problem]:
    """Lists typed into a validation, and its messages, are as short as Excel wants them."""
    for sheet in package.sheets:
        for rule in find(sheet.root, "m:dataValidations/m:dataValidation"):
            where = f"{sheet.name}!{rule.get('sqref')}"
            literal = rule.findtext(f"{{{MAIN}}}formula1") or ""
            if literal.startswith('"') and len(literal) - 2 > LITERAL_LIMIT:
                yield Problem("validation", where, f"its list is longer than {LITERAL_LIMIT} characters")
            for limit, keys in ((TITLE_LIMIT, ("promptTitle", "errorTitle")), (LITERAL_LIMIT, ("prompt", "error"))):
                for key in keys:
                    if len(rule.get(key, "")) > limit:
                        yield Problem("validation", where, f"its {key} is longer than {limit} characters")


def pictures_described(package: Package) -> Iterator[Problem]:
    """Every chart and picture has alt text."""
    for part in package.parts:
        if part.startswith("xl/drawings/drawing"):
            for shape in find(package.xml(part), "//xdr:cNvPr"):
                decorative = shape.xpath(".//*[local-name()='decorative']")
                if not shape.get("descr") and not decorative:
                    yield Problem("alt-text", f"{part} {shape.get('name')}", "it has no description")


def nothing_hidden(package: Package) -> Iterator[Problem]:
    """No hidden sheet, row or column: an outline folds instead."""
    for sheet in package.sheets:
        if sheet.state != "visible":
            yield Problem("hidden", sheet.name, "the sheet is hidden")
        for element in find(sheet.root, "m:cols/m:col[@hidden='1'] | m:sheetData/m:row[@hidden='1']"):
            yield Problem("hidden", f"{sheet.name} {element.get('r') or element.get('min')}", "it is hidden")


def only_inputs_unlocked(package: Package) -> Iterator[Problem]:
    """What is unlocked has an input style, and the other way round."""
    names = {str(e.get("xfId")): str(e.get("name")) for e in find(package.styles, "m:cellStyles/m:cellStyle")}
    for index, xf in enumerate(find(package.styles, "m:cellXfs/m:xf")):
        protection = xf.find(f"{{{MAIN}}}protection")
        unlocked = protection is not None and protection.get("locked") == "0"
        style = names.get(xf.get("xfId", "0"), "")
        if unlocked and style not in UNLOCKED_STYLES:
            yield Problem("unlocked", f"format {index}", f"{style or 'a format without style'} is unlocked")


def styles_named(package: Package) -> Iterator[Problem]:
    """Every format a cell uses derives from a style of ours."""
    names = {str(e.get("xfId")): str(e.get("name")) for e in find(package.styles, "m:cellStyles/m:cellStyle")}
    formats = find(package.styles, "m:cellXfs/m:xf")
    for sheet in package.sheets:
        used = {int(c.get("s", "0")) for c in find(sheet.root, "m:sheetData/m:row/m:c")}
        for index in sorted(used):
            if index < len(formats) and not names.get(formats[index].get("xfId", "0"), "").startswith(STYLE_PREFIX):
                yield Problem("style", sheet.name, f"format {index} has no style of ours")


def text_readable(package: Package) -> Iterator[Problem]:
    """Text stands out from its ground by the WCAG ratio of 4.5: in cells that hold something, and in rules."""
    looks = {f"format {i}": look for i, look in _looks_in_use(package).items()}
    for index, dxf in enumerate(find(package.styles, "m:dxfs/m:dxf[m:font/m:color][m:fill]")):
        looks[f"rule format {index}"] = (_colour(dxf, "m:font/m:color", "000000"), _colour(dxf, _DXF_GROUND, "FFFFFF"))
    for where, (ink, ground) in looks.items():
        ratio = contrast(ink, ground)
        if ratio < MIN_CONTRAST:
            yield Problem("contrast", where, f"#{ink} on #{ground} is {ratio:.1f}")


_DXF_GROUND = "m:fill/m:patternFill/m:bgColor"


def _looks_in_use(package: Package) -> dict[int, tuple[str, str]]:
    """Return ink and ground of every format a cell with content uses."""
    formats = find(package.styles, "m:cellXfs/m:xf")
    fonts, fills = find(package.styles, "m:fonts/m:font"), find(package.styles, "m:fills/m:fill")
    filled = "m:sheetData/m:row/m:c[m:v or m:f]"
    used = {int(cell.get("s", "0")) for sheet in package.sheets for cell in find(sheet.root, filled)}
    looks = {}
    for index in sorted(i for i in used if i < len(formats)):
        font, fill = (formats[index].get(key, "0") for key in ("fontId", "fillId"))
        ink = _colour(fonts[int(font)], "m:color", "000000") if int(font) < len(fonts) else "000000"
        ground = _colour(fills[int(fill)], "m:patternFill/m:fgColor", "FFFFFF") if int(fill) < len(fills) else "FFFFFF"
        looks[index] = (ink, ground)
    return looks


def pages_set_up(package: Package) -> Iterator[Problem]:
    """Every sheet prints landscape, one page wide, with a footer."""
    for sheet in package.sheets:
        fits = find(sheet.root, "m:sheetPr/m:pageSetUpPr[@fitToPage='1']")
        setup = find(sheet.root, "m:pageSetup[@orientation='landscape'][not(@fitToWidth) or @fitToWidth='1']")
        if not (fits and setup and find(sheet.root, "m:headerFooter/m:oddFooter")):
            yield Problem("print", sheet.name, "it is not set up as landscape, one page wide, with a footer")


def contrast(ink: str, ground: str) -> float:
    """Return the WCAG contrast of two colours given as RRGGBB: 1 for the same, 21 for black on white.

    Source:
        W3C, Web Content Accessibility Guidelines 2.1, 1.4.3 and "relative luminance".
    """
    lighter, darker = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[k : k + 2], 16) / 255 for k in (0, 2, 4))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _colour(element: etree._Element, path: str, otherwise: str) -> str:
    found = find(element, path)
    return str(found[0].get("rgb"))[-6:] if found and found[0].get("rgb") else otherwise


def _count(package: Package, listed: str) -> int:
    return len(find(package.styles, f"m:{listed}/*"))


RULES = (
    sheet_names,
    tables_unique,
    tables_match_cells,
    nothing_merged_in_tables,
    indexes_exist,
    cells_in_order,
    validations_fit,
    functions_allowed,
    references_resolve,
    names_unique,
    pictures_described,
    nothing_hidden,
    only_inputs_unlocked,
    styles_named,
    text_readable,
    pages_set_up,
    macro_problems,
)
